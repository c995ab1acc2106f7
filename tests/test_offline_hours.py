"""The exported file shows for an hour what the answer for that hour says."""

from __future__ import annotations

import functools
import re
from dataclasses import replace

import pytest
import shapely

from geo.cards.coverage import answer_tables, numbers_strip
from geo.charts.curve import curve_text
from geo.cli.coverage import coverage_json
from geo.coverage.answers import CoverageModel, default_scenario
from geo.coverage.scenario import Rule, Scenario
from geo.maps.selection import Selection
from geo.measure import area_km2
from geo.offline.hours import HALF_HOURS, hourly_answers
from geo.scheme.patrol_scheme import load
from geo.text import LANGUAGES, catalogue
from tests.toy import HOSTILE, drop_file
from tests.unpacking import unpack_rings

HOURS = (2.0, 6.0, 12.0)


@pytest.fixture(scope="module", params=list(Rule))
def hourly(shipped, model, request):
    """The shipped map at every half hour, under each rule."""
    return hourly_answers(
        shipped, Selection(coverage_layer="bands"), model, replace(default_scenario(model), rule=request.param)
    )


@pytest.fixture(scope="module")
def data(hourly):
    return hourly.data()


def texts_of(html):
    return [text.replace("&#x27;", "'").replace("&amp;", "&") for text in re.findall(r">([^<]+)<", html)]


def shown(data, lang, what, opening, hour):
    """Return the text nodes that the file shows for an hour, as hours.js fills them in."""
    words, texts = data["words"][lang][what], texts_of(opening)
    for index, text in zip(words["indices"], words["rows"][data["hours"].index(hour)], strict=True):
        texts[index] = text
    return texts


@pytest.mark.parametrize("hour", HOURS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_numbers_tables_and_curve_of_an_hour_are_those_of_its_answer(shipped, model, hourly, data, lang, hour):
    t, answer = catalogue(lang), model.answer(replace(hourly.selection.scenario, limit_h=hour))
    opened = hourly.opened

    assert shown(data, lang, "numbers", numbers_strip(opened.coverage, t), hour) == texts_of(numbers_strip(answer.coverage, t))
    assert shown(data, lang, "tables", answer_tables(opened, shipped, t), hour) == texts_of(answer_tables(answer, shipped, t))
    assert data["words"][lang]["curve"][data["hours"].index(hour)] == curve_text(answer.coverage, t)


@pytest.mark.parametrize("hour", HOURS)
def test_numbers_of_an_hour_are_those_of_the_command_line(model, hourly, data, hour):
    """To the figures that the page writes: three of them, and whole percents from a tenth on."""
    numbers = coverage_json(model.answer(replace(hourly.selection.scenario, limit_h=hour)).coverage)
    texts = shown(data, "en", "numbers", numbers_strip(hourly.opened.coverage, catalogue("en")), hour)
    reached, share, area = texts[0], texts[1], texts[3]

    assert reached == f"Reached within {hour:g} h"
    assert float(share.removesuffix(" %")) == pytest.approx(numbers["reached_share"] * 100, abs=0.5)
    assert float(area.removesuffix(" km²").replace(",", "")) == pytest.approx(numbers["reached_km2"], rel=0.005)


def even_odd(*outlines):
    """Return what the rings of packed outlines enclose by the even-odd rule, as the browser fills them."""
    rings = [shapely.Polygon(ring) for outline in outlines for ring in unpack_rings(outline, 3)]
    return functools.reduce(shapely.symmetric_difference, map(shapely.make_valid, rings), shapely.Polygon())


def at(outlines, index):
    """Return the outline of an hour; after the last change it stays as it is."""
    return outlines[min(index, len(outlines) - 1)]


def clip_of(part, shipped):
    waters = shipped.waters
    kept = waters if part["clip"] == "all" else waters[waters["side"] == part["clip"]]
    return shapely.union_all(list(kept.geometry))


@pytest.mark.parametrize("hour", [1.0, *HOURS, 14.0])
def test_outlines_of_an_hour_enclose_what_is_reached(shipped, model, hourly, data, hour):
    """Cut to the sides as the browser cuts them: within a thousandth of the strait, of one, of two, and of nobody."""
    coverage = model.answer(replace(hourly.selection.scenario, limit_h=hour)).coverage
    index, most = data["hours"].index(hour), coverage.strait_area_km2 / 1000
    enclosed = {"first": 0.0, "second": 0.0, "gap": 0.0}
    for part in data["parts"]:
        clip = clip_of(part, shipped)
        for what in ("first", "second"):
            enclosed[what] += area_km2(shapely.intersection(even_odd(at(part[what], index)), clip))
        enclosed["gap"] += area_km2(shapely.intersection(even_odd(part["whole"], at(part["first"], index)), clip))

    assert enclosed["first"] == pytest.approx(coverage.reached_km2, abs=most)
    assert enclosed["second"] == pytest.approx(coverage.backup_km2, abs=most)
    assert enclosed["gap"] == pytest.approx(coverage.gap_km2, abs=most)


def test_bands_are_those_of_the_page_and_one_for_what_is_later(data):
    edges = [data["hours"][band["to"]] for band in data["bands"]]

    assert edges == [1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 24.0]
    assert len({band["color"] for band in data["bands"]}) == len(edges)


def test_words_put_the_hour_where_the_answer_has_it(data):
    rows = {layer: [row["text"] for row in rows] for layer, rows in data["words"]["id"]["legends"].items()}

    assert set(rows) == {"bands", "first", "backup", "gap", "cost", "none"}
    assert "Terjangkau dalam {hours} jam" in rows["bands"]
    assert [text for text in rows["none"] if "{hours}" in text] == []
    assert data["words"]["id"]["hours"][:4] == ["0,5", "1", "1,5", "2"]


def test_an_hour_between_the_half_hours_and_one_beyond_a_day_stand_among_them(shipped, model):
    for hours in (2.25, 36.0, 0.0):
        hourly = hourly_answers(shipped, Selection(), model, replace(default_scenario(model), limit_h=hours))

        assert hourly.hours[hourly.opening] == hours
        assert set(hourly.hours) == {*HALF_HOURS, hours}
        assert hourly.opened.coverage.scenario.limit_h == hours
        assert hourly.data()["opening"] == hourly.opening


@pytest.mark.parametrize(("rule", "parts"), [(Rule.JOINT, 1), (Rule.COORDINATED, 5)])
def test_nobody_takes_part_and_nothing_is_reached(shipped, model, rule, parts):
    """In the whole strait, or on each of its five sides."""
    data = hourly_answers(shipped, Selection(), model, Scenario((), rule=rule)).data()

    assert [[unpack_rings(outline, 3) for outline in part["first"]] for part in data["parts"]] == [[[]]] * parts
    assert "0.0 %" in data["words"]["en"]["numbers"]["rows"][0] or data["words"]["en"]["numbers"]["indices"]


@pytest.mark.parametrize("toy_folder", [HOSTILE], indirect=True)
@pytest.mark.parametrize("rule", list(Rule))
def test_another_strait_without_sides_has_its_gap_within_its_own_outline(toy_folder, rule):
    """Nothing clips in the browser then: the shapes come clipped, and so does the whole."""
    drop_file(toy_folder, "waters.geojson")
    scheme = load(toy_folder)
    model = CoverageModel(scheme)
    scenario = replace(default_scenario(model), limit_h=6.0, rule=rule)
    data = hourly_answers(scheme, Selection(), model, scenario).data()
    (part,) = data["parts"]
    coverage = model.answer(scenario).coverage

    assert part["clip"] is None
    gap = area_km2(even_odd(part["whole"], part["first"][data["opening"]]))
    assert gap == pytest.approx(coverage.gap_km2, abs=coverage.strait_area_km2 / 200)
