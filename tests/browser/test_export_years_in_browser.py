"""The years of the exported file: chosen by key, by button and in the picture; map and list follow."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from geo.coverage.answers import default_scenario
from geo.maps.selection import Selection
from geo.offline.page import export_html
from geo.scheme.agreements import filter_by_party
from geo.scheme.as_of import as_of
from geo.scheme.patrol_scheme import load
from geo.scheme.status import Standing
from geo.text import catalogue
from tests.browser.conftest import PHONE
from tests.toy import HOSTILE, write_toy_folder


@pytest.fixture(scope="module")
def asked(model):
    return Selection(scenario=default_scenario(model), coverage_layer="bands")


@pytest.fixture
def opened(shipped, model, asked, visit, tmp_path):
    """Open an export; whatever a test does, nothing is fetched and no error is logged."""
    seen = []

    def open_at(size=None, **chosen):
        out = tmp_path / "map.html"
        out.write_bytes(export_html(shipped, replace(asked, **chosen), model=model))
        seen.append(visit(out.as_uri(), wait_for_map=False, **({"size": size} if size else {})))
        seen[-1].page.locator(".selat-point").first.wait_for()
        return seen[-1].page

    yield open_at
    for visited in seen:
        assert visited.outside == []
        assert visited.complaints == []


def listed(scheme, year, lang="en", party=None):
    """Return the agreements of the list, and what it says of the year."""
    group = {found.agreement_id: found.standing for found in as_of(scheme, year).agreements}
    among = filter_by_party(scheme.agreements, [party]) if party else scheme.agreements
    found = {of: [a.id for a in among if group[a.id] is of] for of in (Standing.IN_PLACE, Standing.UNKNOWN)}
    standing, unknown = map(len, found.values())
    others = len(among) - standing - unknown
    said = catalogue(lang)("agreements.as-of", year=year, standing=standing, unknown=unknown, others=others)
    return [a.id for a in among if any(a.id in ids for ids in found.values())], said


def shown(page):
    cards = page.locator("details[data-agreement]:visible")
    return cards.evaluate_all("cards => cards.map(card => card.dataset.agreement)")


def test_keys_move_the_year_and_all_that_depends_on_it_follows(opened, shipped):
    """Card, list with its numbers, note, column of the picture; and today again."""
    page = opened(year=2003)
    choice = page.get_by_role("combobox", name="The scheme as of")
    expect(choice).to_have_value("2003")
    choice.focus()
    page.keyboard.press("ArrowDown")

    expect(choice).to_have_value("2004")
    expect(choice).to_be_focused()
    expect(page.locator("[data-yearly=card][data-lang=en] h3")).to_have_text("As of 2004")
    expect(page.locator("[data-yearly=wide][data-lang=en] rect.chosen")).to_have_attribute("data-year", "2004")
    ids, said = listed(shipped, 2004)
    expect(page.locator("#selat-list-note")).to_have_text(said)
    assert sorted(shown(page)) == sorted(ids)
    expect(page.locator("#selat-year-note")).to_contain_text("shows the scheme as of 2004")

    page.keyboard.press("End")
    expect(choice).to_have_value("")
    expect(page.locator("#selat-list-note")).to_be_hidden()
    expect(page.locator("#selat-year-note")).to_be_hidden()
    assert len(shown(page)) == len(shipped.agreements)


def test_points_are_hollow_before_the_scheme_and_only_then(opened):
    page = opened(year=2001)
    expect(page.locator(".selat-point.selat-hollow")).to_have_count(4)
    expect(page.locator("#selat-year-note")).to_contain_text("drawn hollow")

    page.get_by_role("combobox", name="The scheme as of").select_option("2004")
    expect(page.locator(".selat-point.selat-hollow")).to_have_count(0)
    page.get_by_role("slider", name="Within").press("ArrowRight")
    page.get_by_role("combobox", name="The scheme as of").select_option("2000")
    expect(page.locator(".selat-point.selat-hollow")).to_have_count(4)


def test_click_in_the_picture_sets_the_year_and_the_same_again_is_today(opened):
    page = opened()
    year, choice = page.locator("[data-yearly=wide][data-lang=en] rect.year[data-year='2010']"), page.locator("#selat-year")
    year.click(position={"x": 3, "y": 3})
    expect(choice).to_have_value("2010")

    year.click(position={"x": 3, "y": 3})
    expect(choice).to_have_value("")
    expect(page.locator("#selat-year-text")).to_have_text("today")

    page.locator("[data-yearly=counts][data-lang=en] rect.year[data-year='2008']").first.click(force=True)
    expect(choice).to_have_value("2008")


def test_click_on_an_event_opens_its_agreement_whatever_is_filtered(opened):
    """The end of Malsindo: not in the list of that year, yet open to be read; closed, it leaves."""
    page = opened()
    page.get_by_role("searchbox").fill("no such treaty")
    page.locator("[data-yearly=wide][data-lang=en] .event[data-agreement=malsindo-2004][data-kind=ended]").click()

    expect(page.locator("#selat-year")).to_have_value("2006")
    card = page.locator("details[data-agreement=malsindo-2004]")
    expect(card.locator("[data-lang=en] .selat-card")).to_be_in_viewport()
    expect(card.locator("summary")).to_be_focused()
    expect(page.locator(".selat-point.selat-touched")).to_have_count(4)

    card.locator("summary").press("Enter")
    expect(card).to_be_hidden()


def test_the_list_of_a_year_is_filtered_by_party_too(opened, shipped):
    page = opened(year=2008)
    page.get_by_role("combobox", name="Party").select_option("TH")

    ids, said = listed(shipped, 2008, party="TH")
    expect(page.locator("#selat-list-note")).to_have_text(said)
    assert sorted(shown(page)) == sorted(ids)


def test_the_language_changes_and_the_year_stays(opened, shipped):
    page = opened(year=2006)
    page.get_by_role("button", name="Bahasa Indonesia").click()

    expect(page.get_by_role("combobox", name="Skema menurut tahun")).to_have_value("2006")
    expect(page.locator("[data-yearly=card][data-lang=id] h3")).to_have_text("Keadaan tahun 2006")
    expect(page.locator("[data-yearly=card][data-lang=en]")).to_be_hidden()
    expect(page.locator("#selat-list-note")).to_have_text(listed(shipped, 2006, "id")[1])
    expect(page.locator("[data-yearly=wide][data-lang=id] .selat-timeline")).to_be_visible()
    page.locator(".selat-year-tables summary").click()
    expect(page.locator("[data-yearly=tables][data-lang=id] table").first).to_contain_text("Yang terjadi")
    page.get_by_role("button", name="Satu tahun sesudahnya").click()
    expect(page.locator("#selat-year")).to_have_value("2007")


def test_buttons_step_and_stop_at_the_ends(opened):
    """The last step is today."""
    page = opened(year=2026)
    later = page.get_by_role("button", name="One year later")
    later.click()

    expect(page.locator("#selat-year-text")).to_have_text("today")
    expect(later).to_have_attribute("aria-disabled", "true")
    expect(later).to_be_focused()
    later.press("Enter")
    page.get_by_role("button", name="One year earlier").click()
    expect(page.locator("#selat-year-text")).to_have_text("2026")


def test_phone_has_a_picture_of_its_own_and_nothing_runs_sideways(opened):
    """Choice and steps are as wide as a thumb."""
    page = opened(size=PHONE, year=2004, lang="id")

    expect(page.locator("[data-yearly=narrow][data-lang=id] .selat-timeline")).to_be_visible()
    expect(page.locator("[data-yearly=wide][data-lang=id]")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for button in page.locator("[data-year-step]").all():
        assert min(button.bounding_box()["width"], button.bounding_box()["height"]) >= 44
    page.emulate_media(media="print")
    expect(page.locator("[data-yearly=wide][data-lang=id] .selat-timeline")).to_be_visible()
    expect(page.locator("#selat-year")).to_be_hidden()
    expect(page.locator(".selat-steps")).to_be_hidden()


def test_without_a_script_the_years_can_be_read(shipped, browser, tmp_path):
    out = tmp_path / "map.html"
    out.write_bytes(export_html(shipped, Selection("id", year=2004)))
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(out.as_uri())
    page.locator(".selat-year-tables summary").click()

    expect(page.locator("[data-yearly=tables][data-lang=id] table").first).to_be_visible()
    expect(page.locator("[data-yearly=tables][data-lang=id]")).to_contain_text("MALSINDO", ignore_case=True)
    expect(page.locator(".selat-export-years :is(button, select):visible")).to_have_count(0)
    context.close()


def test_hostile_names_stay_text_in_every_year(visit, tmp_path):
    out = tmp_path / "hostile.html"
    out.write_bytes(export_html(load(write_toy_folder(tmp_path / "toy", extra=HOSTILE)), Selection()))
    seen = visit(out.as_uri(), wait_for_map=False)
    seen.page.locator(".selat-point").first.wait_for()

    for year in ("2000", "2012", "2026", ""):
        seen.page.locator("#selat-year").select_option(year)
    seen.page.get_by_role("button", name="Bahasa Indonesia").click()

    expect(seen.page.locator("[data-yearly=card][data-lang=id]")).to_contain_text("{{7*7}} {% raw %}")
    assert seen.page.locator("img[src=x]").count() == 0
    assert seen.dialogs == []
    assert seen.complaints == []
    assert seen.outside == []
