"""The exported file shows for a year what the scheme was as of that year."""

from __future__ import annotations

import base64
import json
import re
import zlib

import pytest

from geo.cards.years import as_of_card, counts_table, years_table
from geo.charts.incident_counts import counts_svg
from geo.charts.timeline import timeline_svg
from geo.coverage.answers import default_scenario
from geo.maps.selection import Selection
from geo.offline.page import export_html
from geo.offline.years import Pieces, yearly_facts
from geo.scheme.as_of import as_of, years
from geo.scheme.patrol_scheme import load
from geo.scheme.status import Standing
from geo.text import LANGUAGES, catalogue
from tests.toy import HOSTILE

YEARS = (2001, 2004, 2006, 2008, 2021)


@pytest.fixture(scope="module")
def data(shipped):
    """Return the years as they stand in a file that opens in English at 2001, read back from it."""
    return data_of(export_html(shipped, Selection(year=2001)).decode())


def data_of(page):
    packed = re.search(r'id="selat-years-ready" data-packed>(.*?)</script>', page, re.S).group(1)
    return json.loads(zlib.decompress(base64.b64decode(packed)))


def html(data, numbers):
    """Join pieces as years.js does."""
    return "".join("<" + data["tokens"][token] for number in numbers for token in data["pieces"][number])


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_card_of_a_year_is_that_of_the_page(shipped, data, lang, year):
    card = html(data, data["pages"][lang]["cards"][year - data["first"]])

    assert card == as_of_card(shipped, year, catalogue(lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pictures_are_those_of_the_page_in_widths_of_their_own(shipped, data, lang):
    t, page = catalogue(lang), data["pages"][lang]

    assert html(data, page["wide"]) == timeline_svg(shipped, t, width=1100)
    assert html(data, page["narrow"]) == timeline_svg(shipped, t, width=360)
    assert html(data, page["counts"]) == counts_svg(shipped, t, width=400)


def test_tables_stand_in_the_page_in_its_language_and_ready_in_the_other(shipped, data):
    english, indonesian = (years_table(shipped, t) + counts_table(shipped, t) for t in map(catalogue, LANGUAGES))

    bare = english.replace(' rel="noopener noreferrer"', "")  # the file's head says it for all links
    assert bare in export_html(shipped, Selection(year=2001)).decode()
    assert html(data, data["pages"]["id"]["tables"]) == indonesian
    assert data["pages"]["en"]["tables"] == []


@pytest.mark.parametrize("year", YEARS)
def test_agreements_are_in_the_groups_of_the_year(shipped, data, year):
    letters = {Standing.IN_PLACE: "s", Standing.UNKNOWN: "u", Standing.NOT_YET: "-", Standing.ENDED: "-"}

    expected = {status.agreement_id: letters[status.standing] for status in as_of(shipped, year).agreements}
    assert {of: groups[year - data["first"]] for of, groups in data["groups"].items()} == expected


def test_points_are_hollow_before_the_scheme_and_as_the_scenario_has_them_after(shipped, model):
    scenario = default_scenario(model)
    without = scenario.__class__(tuple(point for point in scenario.point_ids if point != "lumut"))
    facts = yearly_facts(shipped, Selection(year=2001, scenario=without)).data()

    assert (
        facts["before"] == [year for year in years(shipped) if not as_of(shipped, year).has_scheme] == [2000, 2001, 2002, 2003]
    )
    assert [point for point, hollow in facts["hollow"].items() if hollow] == ["lumut"]


@pytest.mark.parametrize("year", [None, 2004])
def test_the_file_carries_its_year(shipped, year):
    page = export_html(shipped, Selection(year=year)).decode()

    assert data_of(page)["opening"] == year
    assert json.loads(re.search(r'id="selat-state">(.*?)</script>', page, re.S).group(1))["from"]["year"] == year


def test_same_years_give_the_same_bytes(shipped):
    chosen = Selection(lang="id", year=2008)

    assert export_html(shipped, chosen) == export_html(load(shipped.folder), chosen)


def test_a_piece_is_kept_once_and_comes_back_whole():
    pieces = Pieces()
    pages = [
        "<ul><li>a</li><li>b</li></ul>",
        "<p>a<br>b</p><ul><li>b</li></ul>",
        "<section><h4>a</h4></section><section>c</section>",
    ]

    indices = [pieces.add(page) for page in [*pages, *pages]]

    assert indices[:3] == indices[3:]
    assert [pieces.join(each) for each in indices] == [*pages, *pages]
    assert len(set(pieces.data()["tokens"])) == len(pieces.data()["tokens"])


def test_data_older_than_the_years_leave_them_out(toy_folder):
    document = (toy_folder / "sources.toml").read_text("utf-8").replace("2026-11-24", "1998-05-01")
    (toy_folder / "sources.toml").write_text(document, "utf-8")
    old = load(toy_folder)

    page = export_html(old, Selection()).decode()

    assert yearly_facts(old, Selection()) is None
    assert 'id="selat-year"' not in page
    assert "selat-years-ready" not in page
    assert 'aria-labelledby="years-heading"' not in page


@pytest.mark.parametrize("toy_folder", [HOSTILE], indirect=True)
def test_hostile_names_cannot_leave_their_script_nor_become_markup(toy_folder):
    hostile = load(toy_folder)
    page = export_html(hostile, Selection()).decode()

    data = data_of(page)
    assert "<img" not in "".join(html(data, card) for card in data["pages"]["en"]["cards"])
    assert html(data, data["pages"]["id"]["cards"][-1]) == as_of_card(hostile, years(hostile)[-1], catalogue("id"))
