"""The exported file, downloaded from the page and opened from disk with the network off."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

import pytest
import shapely
from playwright.sync_api import expect

from geo.cards.agreements import agreement_card
from geo.charts.curve import hour_x
from geo.colors import LATE_COLOR
from geo.coverage.answers import CoverageModel, default_scenario
from geo.coverage.scenario import Rule
from geo.maps.selection import Selection
from geo.offline.page import export_html
from geo.scheme.agreements import filter_by_party
from geo.scheme.patrol_scheme import load
from geo.text import LANGUAGES, catalogue
from tests.browser.conftest import DESKTOP, PHONE, assert_inside
from tests.toy import HOSTILE, write_toy_folder


@pytest.fixture
def exported(address, visit, tmp_path) -> Path:
    """Download the map as a person does: after choosing a point, a layer and an agreement."""
    seen = visit(address)
    seen.page.locator(".selat-numbers").wait_for()
    seen.idle()
    seen.point("Lumut").click()
    expect(seen.page.locator(".st-key-panel .selat-card h3")).to_have_text("Lumut")
    seen.idle()
    seen.open_layers()
    seen.page.locator(".st-key-layers button", has_text="Documented towns").click()
    seen.idle()
    seen.page.keyboard.press("Escape")
    seen.page.locator(".st-key-sidebar-agreement-msp-2006 button").click()
    seen.idle()
    seen.page.locator(".st-key-take button").first.click()
    seen.page.locator(".st-key-prepare button").click()
    seen.page.locator(".st-key-export button").wait_for()
    with seen.page.expect_download() as download:
        seen.page.locator(".st-key-export button").click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    return saved


def test_shapes_come_out_of_the_file_as_they_went_in(hourly_file, visit, shipped):
    """The land as the map has it: every corner, on the grid that it was packed on."""
    seen = visit(hourly_file.as_uri(), wait_for_map=False)
    drawn = seen.page.evaluate("selatMap.selat.land.toGeoJSON(9).features[0].geometry")

    (land,) = shipped.land_light.geometry
    assert shapely.equals_exact(shapely.geometry.shape(drawn), land, tolerance=0.00005)
    assert seen.complaints == []


def test_browser_that_cannot_unpack_shows_the_map_and_every_fact_and_says_so(hourly_file, browser):
    """One of before 2023: the hour's numbers that the file opens with stand, and no control that would do nothing."""
    page = browser.new_context().new_page()
    page.add_init_script("delete window.DecompressionStream")
    page.goto(hourly_file.as_uri())

    expect(page.get_by_role("alert")).to_contain_text("cannot unpack the hours and the years")
    expect(page.locator(".selat-point")).to_have_count(4)
    expect(page.locator(".selat-numbers").first).to_be_visible()
    expect(page.locator("#selat-hour")).to_be_hidden()
    expect(page.locator("#selat-year")).to_be_hidden()
    page.locator("[data-choose=lumut]").click()
    expect(page.locator("[data-feature=lumut] [data-lang=en] h3")).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("how", ["scripts are off", "a policy forbids scripts", "a policy forbids styles too"])
def test_a_viewer_that_runs_no_script_shows_every_fact_and_a_sentence_for_the_map(hourly_file, browser, how):
    """As a preview in a mail program or on a website does."""
    context = browser.new_context(java_script_enabled=how != "scripts are off")
    page = context.new_page()
    policies = {"a policy forbids scripts": "sandbox", "a policy forbids styles too": "default-src 'none'; sandbox"}
    if how in policies:
        headers = {"Content-Security-Policy": policies[how], "Content-Type": "text/html"}
        page.route("**/*", lambda route: route.fulfill(body=hourly_file.read_bytes(), headers=headers))
    page.goto("http://127.0.0.1:1/map.html" if how in policies else hourly_file.as_uri())

    expect(page.get_by_text("The map is drawn by a script, and scripts do not run here")).to_be_visible()
    expect(page.locator("[data-feature=lumut] [data-lang=en] h3")).to_be_visible()
    context.close()


def test_a_file_whose_map_stands_says_nothing_of_scripts(hourly_file, visit):
    """The sentence goes when the script has run."""
    seen = visit(hourly_file.as_uri(), wait_for_map=False)

    expect(seen.page.locator("html")).to_have_class("selat-live")
    expect(seen.page.locator(".selat-no-script")).to_be_hidden()


def test_download_opens_from_disk_as_the_person_saw_it(exported, visit):
    """Layers, selection, agreement, language, hours and address; no request leaves it."""
    seen = visit(exported.as_uri(), wait_for_map=False)

    assert exported.suffix == ".html"
    expect(seen.page.locator(".selat-point")).to_have_count(4)
    expect(seen.page.locator("[data-feature=lumut] [data-lang=en] h3")).to_be_visible()
    expect(seen.page.locator("[data-layer=towns]")).to_be_checked()
    expect(seen.page.locator("details[data-agreement=msp-2006]")).to_have_attribute("open", "")
    expect(seen.page.locator(".selat-point.selat-touched")).to_have_count(4)
    expect(seen.page.get_by_role("slider", name="Within")).to_have_attribute("aria-valuetext", "6 h")
    expect(seen.page.locator("meta[name=selat-address]")).to_have_attribute(
        "content", re.compile("at=lumut&agreement=msp-2006")
    )
    assert seen.outside == []
    assert seen.complaints == []


@pytest.fixture
def opened(shipped, visit, tmp_path):
    """Open the plain English export from disk."""
    out = tmp_path / "map.html"
    out.write_bytes(export_html(shipped, Selection()))
    seen = visit(out.as_uri(), wait_for_map=False)
    seen.page.locator(".selat-point").first.wait_for()
    return seen


def test_click_on_a_point_opens_its_facts(opened):
    """The same facts as in the panel of the page."""
    opened.page.get_by_role("button", name="Batam, control point").click()

    expect(opened.page.locator("[data-feature=batam]")).to_be_visible()
    expect(opened.page.locator("[data-feature=belawan]")).to_be_hidden()
    expect(opened.page.locator("[data-feature=batam]")).to_contain_text("Lantamal IV")


def test_layer_switch_draws_and_removes(opened):
    """The file's own layer control."""
    opened.page.locator("[data-layer=bases]").check()
    expect(opened.page.locator(".selat-place.selat-base").first).to_be_visible()

    opened.page.locator("[data-layer=bases]").uncheck()
    expect(opened.page.locator(".selat-place.selat-base")).to_have_count(0)


def test_agreement_opened_below_marks_the_map(opened):
    """One at a time; whose waters it touches is marked at their names, and tints nothing that has a colour of its own."""
    opened.page.locator("details[data-agreement=malsindo-2004] summary").click()
    expect(opened.page.locator(".selat-point.selat-touched")).to_have_count(4)
    marked = opened.page.locator(".selat-side-touched")
    expect(opened.page.locator(".selat-touched-side")).to_have_count(0)  # no coverage in this file: tints say it
    expect(marked.filter(has_text="Indonesia")).to_have_count(1)
    expect(marked.filter(has_text="Thailand")).to_have_count(0)

    opened.page.locator("details[data-agreement=mou-id-ae-2015] summary").click()
    expect(opened.page.locator(".selat-point.selat-touched")).to_have_count(0)
    expect(opened.page.locator("details[data-agreement=malsindo-2004]")).not_to_have_attribute("open", "")


def test_agreement_of_a_point_leads_to_its_card(opened):
    """A link in the facts opens the agreement."""
    opened.page.locator("[data-choose=changi]").click()

    opened.page.locator("[data-feature=changi] a[data-open=ifc-2009]").click()

    expect(opened.page.locator("#agreement-ifc-2009 [data-lang=en] .selat-card")).to_be_visible()


def test_keyboard_alone_reaches_a_point(opened):
    """Symbols are buttons."""
    opened.page.get_by_role("button", name="Changi, control point").focus()

    opened.page.keyboard.press("Enter")

    expect(opened.page.locator("[data-feature=changi]")).to_be_visible()


def test_prints_on_a4_landscape_with_every_point_on_the_first_sheet(opened):
    """297 by 210 mm; the map is fitted to the sheet before it prints."""
    pdf = opened.page.pdf(prefer_css_page_size=True, print_background=True)
    width, height = (float(edge) for edge in re.search(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", pdf).groups())

    assert width == pytest.approx(842, abs=2)
    assert height == pytest.approx(595, abs=2)

    opened.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    box = opened.page.locator(".selat-map-box").bounding_box()
    for disc in opened.page.locator(".selat-point-disc").all():
        assert_inside(disc.bounding_box(), box)


def test_phone_reads_in_one_column(shipped, visit, tmp_path):
    """In Indonesian too."""
    out = tmp_path / "peta.html"
    out.write_bytes(export_html(shipped, Selection(lang="id", feature_id="belawan")))

    seen = visit(out.as_uri(), size=PHONE, wait_for_map=False)

    expect(seen.page.get_by_role("button", name="Belawan, titik kendali")).to_be_visible()
    assert seen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert seen.complaints == []


# --- the hours ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hourly_file(shipped, model, tmp_path_factory) -> Path:
    """Write the English export with every half hour, opening at two, with anyone anywhere."""
    out = tmp_path_factory.mktemp("hourly") / "map.html"
    scenario = replace(default_scenario(model), limit_h=2.0, rule=Rule.JOINT)
    chosen = Selection(scenario=scenario, coverage_layer="bands")
    out.write_bytes(export_html(shipped, chosen, model=model))
    return out


@pytest.fixture
def hourly(hourly_file, visit):
    """Open it from disk; whatever a test does, nothing is fetched and no error is logged."""
    seen = visit(hourly_file.as_uri(), wait_for_map=False)
    seen.page.locator(".selat-point").first.wait_for()
    yield seen
    assert seen.outside == []
    assert seen.complaints == []


def number(seen, lang="en"):
    """The first of the four numbers: what is reached."""
    return seen.page.locator(f"[data-hourly=numbers][data-lang={lang}] dl > div").first


def share(coverage) -> str:
    """Say the share reached as the page writes it."""
    return f"{coverage.reached_share * 100:.{0 if coverage.reached_share >= 0.1 else 1}f} %"


def shapes(seen) -> int:
    """Count the shapes on the map that enclose something, without the clip paths of the sides."""
    drawn = seen.page.locator(".leaflet-selat-shapes-pane path")
    return drawn.evaluate_all("paths => paths.filter(path => !path.closest('clipPath') && path.getTotalLength()).length")


def test_slider_moves_by_keyboard_and_all_that_depends_on_it_follows(hourly, shipped, model):
    """Numbers, shapes, curve, table, legend: those of the hour, as the answer has them."""
    slider = hourly.page.get_by_role("slider", name="Within")
    slider.focus()
    expect(number(hourly)).to_contain_text("Reached within 2 h")
    few = shapes(hourly)

    for _ in range(8):
        slider.press("ArrowRight")

    coverage = model.answer(replace(default_scenario(model), limit_h=6.0, rule=Rule.JOINT)).coverage
    expect(number(hourly)).to_contain_text(f"Reached within 6 h{share(coverage)}")
    expect(slider).to_have_attribute("aria-valuetext", "6 h")
    expect(hourly.page.locator("#selat-hour-text")).to_have_text("6 h")
    expect(hourly.page.locator("[data-lang=en] .selat-curve")).to_have_attribute("aria-label", re.compile("within 6 h"))
    expect(hourly.page.locator("[data-lang=en] .selat-curve-hour")).to_have_attribute("x1", f"{hour_x(6):g}")
    table = hourly.page.locator("[data-hourly=tables][data-lang=en] table").first
    area = coverage.by_point.loc["belawan", "reached_km2"]
    assert float(table.locator("tr", has_text="Belawan").locator("td").first.inner_text().split()[0].replace(",", "")) == (
        pytest.approx(area, rel=0.005)
    )
    expect(hourly.page.locator(".selat-legend")).to_contain_text("Reached within 6 h")
    expect(hourly.page.locator("#selat-announcement")).to_contain_text(f"Reached within 6 h: {share(coverage)}")
    assert shapes(hourly) > few
    expect(slider).to_be_focused()


def test_buttons_step_and_stop_at_the_ends(hourly):
    """For a thumb; the one that can go no further stays where it is, and keeps the focus."""
    fewer = hourly.page.get_by_role("button", name="Fewer hours")
    for _ in range(3):
        fewer.click()

    expect(hourly.page.locator("#selat-hour-text")).to_have_text("0.5 h")
    expect(fewer).to_have_attribute("aria-disabled", "true")
    expect(fewer).to_be_focused()
    fewer.press("Enter")
    expect(hourly.page.locator("#selat-hour-text")).to_have_text("0.5 h")
    hourly.page.get_by_role("button", name="More hours").click()
    expect(hourly.page.locator("#selat-hour-text")).to_have_text("1 h")


def test_layer_choice_by_keyboard_draws_each_layer(hourly):
    """Radio buttons; the legend says what is drawn."""
    hourly.page.get_by_role("radio", name="Arrival in hours").focus()
    legend, counts = hourly.page.locator(".selat-legend"), []
    for row in ("Belawan first", "Two or more within 2 h", "Not reached within 2 h", "h later"):
        hourly.page.keyboard.press("ArrowRight")
        expect(legend).to_contain_text(row)
        counts.append(shapes(hourly))
    hourly.page.keyboard.press("ArrowRight")

    expect(legend).not_to_contain_text("h later")
    assert min(counts) > 0
    assert shapes(hourly) == 0


def test_the_last_hours_are_drawn_beyond_the_pages_bands(hourly):
    """Nothing of what is reached goes without a colour."""
    hourly.page.get_by_role("slider").press("End")

    expect(hourly.page.locator("#selat-hour-text")).to_have_text("24 h")
    expect(hourly.page.locator(f'.leaflet-selat-shapes-pane path[fill="{LATE_COLOR}"]')).to_have_count(1)


def test_language_changes_in_place(hourly):
    """Text, title, map and numbers; hour, layers and selection stay."""
    hourly.page.locator("[data-choose=lumut]").click()
    hourly.page.get_by_role("slider").press("ArrowRight")
    hourly.page.get_by_role("button", name="Bahasa Indonesia").click()

    expect(hourly.page.locator("html")).to_have_attribute("lang", "id")
    expect(hourly.page).to_have_title("Selat · Peta patroli Selat Malaka")
    expect(hourly.page.get_by_role("heading", name="Perjanjian", exact=True)).to_be_visible()
    expect(hourly.page.get_by_role("heading", name="Agreements", exact=True)).to_have_count(0)
    expect(number(hourly, "id")).to_contain_text("Terjangkau dalam 2,5 jam")
    expect(number(hourly, "en")).to_be_hidden()
    expect(hourly.page.get_by_role("button", name="Lumut, titik kendali")).to_have_attribute("aria-pressed", "true")
    expect(hourly.page.locator(".selat-legend summary")).to_have_text("Legenda peta")
    expect(hourly.page.locator("#selat-party option").first).to_have_text("Semua pihak")
    expect(hourly.page.get_by_role("slider", name="Dalam")).to_have_attribute("aria-valuetext", "2,5 jam")
    expect(hourly.page.locator("[data-feature=lumut] [data-lang=id] h3")).to_be_visible()

    hourly.page.get_by_role("button", name="English").click()
    expect(number(hourly, "en")).to_contain_text("Reached within 2.5 h")


def test_agreements_are_found_by_word_and_by_party(hourly, shipped):
    """As beside the map of the page; a heading without agreements goes too."""
    search, cards = (
        hourly.page.get_by_role("searchbox", name="Search agreements"),
        hourly.page.locator("details[data-agreement]:visible"),
    )
    search.fill("Eyes Sky")
    expect(hourly.page.locator("details[data-agreement=eis-2005]")).to_be_visible()
    assert 0 < cards.count() < len(shipped.agreements)

    search.fill("")
    hourly.page.get_by_role("combobox", name="Party").select_option("TH")
    expect(cards).to_have_count(len(filter_by_party(shipped.agreements, ["TH"])))

    search.fill("no such treaty")
    expect(cards).to_have_count(0)
    expect(hourly.page.get_by_text("Nothing found.")).to_be_visible()
    expect(hourly.page.locator(".selat-theme h3:visible")).to_have_count(0)


def test_a_link_to_an_agreement_that_the_filter_hides_shows_it(hourly):
    """The filter gives way."""
    hourly.page.get_by_role("searchbox").fill("no such treaty")
    hourly.page.locator("[data-choose=changi]").click()
    hourly.page.locator("[data-feature=changi] a[data-open=ifc-2009]").click()

    expect(hourly.page.locator("#agreement-ifc-2009 [data-lang=en] .selat-card")).to_be_visible()
    expect(hourly.page.get_by_role("searchbox")).to_have_value("")


def test_keyboard_goes_from_the_language_to_the_map_in_reading_order(hourly):
    """Each stop can be seen to have the focus."""
    stops = []
    for _ in range(14):
        hourly.page.keyboard.press("Tab")
        stops.append(
            hourly.page.evaluate(
                "(({ activeElement: at }) => [at.id || at.name || at.textContent.trim(),"
                " getComputedStyle(at.name === 'coverage-layer' ? at.nextElementSibling : at).outlineStyle])(document)"
            )
        )

    names = [name for name, _ in stops]
    assert names[:2] == ["English", "Bahasa Indonesia"]
    assert names.index("selat-hour") < names.index("coverage-layer")
    assert {outline for _, outline in stops} <= {"solid", "auto"}


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_key_stands_under_the_map_in_the_file_too(hourly_file, visit, size):
    """With its words in sight: it shares the file with the style sheet of the cards."""
    seen = visit(hourly_file.as_uri(), size=size, wait_for_map=False)
    seen.page.locator(".selat-point").first.wait_for()
    sea, legend, word = (
        seen.page.locator(part).bounding_box() for part in (".leaflet-container", ".selat-legend", ".selat-map-key summary")
    )

    assert legend["y"] >= sea["y"] + sea["height"] - 1
    assert_inside(legend, seen.page.locator(".selat-map-box").bounding_box())
    assert_inside(word, legend)
    assert word["width"] > 40


def test_phone_has_the_slider_over_the_map_and_nothing_runs_sideways(hourly_file, visit):
    """A thumb reaches both at once; the choice of layers is folded away."""
    seen = visit(hourly_file.as_uri(), size=PHONE, wait_for_map=False)
    seen.page.locator(".selat-point").first.wait_for()
    slider, box = seen.page.get_by_role("slider").bounding_box(), seen.page.locator(".selat-map-box").bounding_box()

    assert slider["height"] >= 44
    assert slider["width"] > 300
    assert box["y"] - slider["y"] < 120
    assert box["y"] + box["height"] < PHONE["height"] * 1.15
    expect(seen.page.get_by_role("radio", name="Gap")).to_be_hidden()
    seen.page.locator(".selat-choices summary").click()
    seen.page.get_by_role("radio", name="Gap").check()
    for lang in ("Bahasa Indonesia", "English"):
        seen.page.get_by_role("button", name=lang).click()
        assert seen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert seen.complaints == []


def test_links_to_sources_are_whole_in_both_languages(hourly, shipped):
    """Address, title and a window of its own, as on the page: the file leaves out what its list of sources has."""
    links = hourly.page.evaluate(
        """() => Object.fromEntries(["en", "id"].map((lang) => [lang,
        Array.from(document.querySelectorAll(`[data-agreement=msp-2006] [data-lang=${lang}] .selat-claim a`),
            (link) => [link.getAttribute("href"), link.title, link.target, link.text])]))"""
    )
    cited = {(one.urls[0], f"{one.publisher}: {one.title}") for one in shipped.sources.citations if one.urls}

    assert links["en"] == links["id"]
    assert len(links["en"]) > 20
    assert {(href, title) for href, title, *_ in links["en"]} <= cited
    assert {target for *_, target, _ in links["en"]} == {"_blank"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_card_lists_its_sources_as_on_the_page(hourly, shipped, lang):
    """Each with date and grade in the language; the file leaves out what its list of sources has."""
    listed = hourly.page.evaluate(
        """(lang) => Array.from(document.querySelectorAll(
            `[data-agreement=msp-2006] [data-lang=${lang}] .selat-sources > li`), (entry) => {
                const seen = entry.cloneNode(true);
                for (const text of seen.querySelectorAll("[data-lang]")) if (text.dataset.lang !== lang) text.remove();
                return seen.textContent;
            })""",
        lang,
    )
    card = agreement_card(shipped, shipped.agreement("msp-2006"), catalogue(lang))
    entries = re.findall(r"<li data-cites=[^>]+>(.*?)</li>", card)

    assert listed == [html.unescape(re.sub(r"<[^>]+>", "", entry)) for entry in entries]


def test_without_a_script_the_opening_language_can_be_read_whole(hourly_file, browser):
    """Facts, numbers, tables; no control that would do nothing."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(hourly_file.as_uri())

    expect(page.locator("[data-hourly=numbers][data-lang=en]")).to_contain_text("Reached within 2 h")
    expect(page.locator("[data-feature=belawan] [data-lang=en] h3")).to_be_visible()
    expect(page.locator("[data-feature=belawan] [data-lang=en] .selat-sources a[href^=http]").first).to_be_visible()
    expect(page.locator("[data-lang=id]:visible")).to_have_count(0)
    expect(page.locator(":is(input, select, button):visible")).to_have_count(0)
    context.close()


def test_hostile_names_stay_text_at_every_hour(visit, tmp_path):
    """Numbers and tables of an hour are set as text."""
    scheme = load(write_toy_folder(tmp_path / "toy", extra=HOSTILE))
    model = CoverageModel(scheme)
    out = tmp_path / "hostile.html"
    out.write_bytes(export_html(scheme, Selection(scenario=default_scenario(model)), model=model, address=HOSTILE))
    seen = visit(out.as_uri(), wait_for_map=False)
    seen.page.locator(".selat-point").first.wait_for()

    for key in ("ArrowRight", "End"):
        seen.page.get_by_role("slider").press(key)
    seen.page.get_by_role("button", name="Bahasa Indonesia").click()

    expect(seen.page.locator("[data-hourly=tables][data-lang=id]")).to_contain_text(" ".join(HOSTILE.split()))
    assert seen.page.locator("img[src=x]").count() == 0
    assert seen.dialogs == []
    assert seen.complaints == []
    assert seen.outside == []


def test_numbers_and_map_of_an_hour_print_on_one_sheet(shipped, model, visit, tmp_path):
    """The fullest head: in Indonesian, with what the sides rest on."""
    out = tmp_path / "peta.html"
    asked = replace(default_scenario(model), rule=Rule.COORDINATED)
    out.write_bytes(export_html(shipped, Selection("id", scenario=asked, coverage_layer="gap"), model=model))
    inside_margins = {"width": 1047, "height": 718}  # A4 landscape less 10 mm all round, in CSS pixels
    seen = visit(out.as_uri(), size=inside_margins, wait_for_map=False)
    seen.page.locator(".selat-point").first.wait_for()

    seen.page.emulate_media(media="print")
    seen.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")

    for part in (".selat-map-box", ".selat-export-map > [data-lang=id] .selat-note"):
        assert_inside(seen.page.locator(part).bounding_box(), {"x": 0, "y": 0, **inside_margins})
    expect(seen.page.get_by_role("slider")).to_be_hidden()


def test_steps_of_the_slider_leave_nothing_behind(hourly):
    """The group stays the same: nothing listens to it a second time, which would keep every step's shapes."""
    slider = hourly.page.get_by_role("slider", name="Within")
    slider.focus()
    slider.press("ArrowRight")
    count = "Object.values(window.selatGroup._events).flat().length"
    before = hourly.page.evaluate(count)
    for _ in range(5):
        slider.press("ArrowRight")

    assert hourly.page.evaluate(count) == before
