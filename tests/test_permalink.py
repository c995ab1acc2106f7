"""A link opens the page as it was; other people's text falls back to defaults and is named."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl

import pytest

from geo.coverage.scenario import Rule, Scenario
from geo.maps.permalink import Link, View, parse_view, read_address, write_address
from geo.maps.selection import Selection
from geo.scheme.patrol_scheme import load
from tests.toy import write_toy_folder


@pytest.fixture(scope="module")
def scheme(tmp_path_factory):
    """A made-up strait with six points."""
    return load(write_toy_folder(tmp_path_factory.mktemp("address") / "toy"))


@pytest.fixture
def begun(scheme) -> Selection:
    """What the page begins with."""
    return read_address({}, scheme).selection


def back(query: str, scheme) -> Link:
    return read_address(dict(parse_qsl(query)), scheme)


def test_an_address_always_says_language_hours_and_rule(scheme, begun):
    """So that it means the same whatever the page begins with one day."""
    assert write_address(begun, scheme) == "lang=en&hours=6&rule=coordinated"
    assert back("lang=en&hours=6&rule=coordinated", scheme) == Link(begun, None, ())


@pytest.mark.parametrize(
    ("query", "hours", "rule", "lang"),
    [
        ("speed=15", 2.0, "joint", "en"),  # as version 0.1.0 wrote it
        ("lang=id", 2.0, "joint", "id"),
        ("rule=coordinated", 2.0, "coordinated", "en"),
        ("hours=6.5&map=3.25,100.5,8.5", 6.5, "joint", "en"),
        ("map=3.25,100.5,8.5", 2.0, "joint", "en"),
        ("", 6.0, "coordinated", "en"),
        ("utm_source=mail", 6.0, "coordinated", "en"),  # another's parameter: a bare address
    ],
)
def test_an_old_link_keeps_its_meaning(scheme, query, hours, rule, lang):
    selection = back(query, scheme).selection

    assert (selection.scenario.limit_h, selection.scenario.rule, selection.lang) == (hours, rule, lang)


def test_everything_that_can_be_chosen_comes_back(scheme, begun):
    points = scheme.point_ids
    chosen = replace(
        begun,
        lang="id",
        feature_id=points[0],
        agreement_id=scheme.agreements[0].id,
        layers=("lines", "towns"),
        background="osm",
        coverage_layer="gap",
        water=(100.25, 3.5),
        year=2006,
        scenario=Scenario(points[1:3], speed_kn=25.0, limit_h=6.5, readiness_h=1.25, rule=Rule.COORDINATED),
    )
    query = write_address(chosen, scheme, view=View(3.25, 100.5, 8.5))

    assert back(query, scheme) == Link(chosen, View(3.25, 100.5, 8.5), ())
    assert write_address(back(query, scheme).selection, scheme, view=View(3.25, 100.5, 8.5)) == query


@pytest.mark.parametrize("field", ["layers", "points"])
def test_nothing_switched_on_is_a_choice_too(scheme, begun, field):
    chosen = replace(begun, layers=()) if field == "layers" else replace(begun, scenario=replace(begun.scenario, point_ids=()))
    query = write_address(chosen, scheme)

    assert dict(parse_qsl(query))[field] == "none"
    assert back(query, scheme).selection == chosen


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("speed", "nan"),
        ("speed", "inf"),
        ("speed", "-20"),
        ("speed", "20.3"),
        ("speed", "41"),
        ("hours", "1e9"),
        ("hours", ""),
        ("ready", "abc"),
        ("rule", "JOINT"),
        ("points", "atlantis"),
        ("points", "x" * 1_000_000),
        ("at", "<img src=x onerror=alert(1)>"),
        ("agreement", "{{7*7}}"),
        ("layers", "sides,../../etc"),
        ("show", "bands,gap"),
        ("background", "https://evil.example/{z}"),
        ("lang", "de"),
        ("year", "1999"),
        ("year", "99999999999999999999"),
        ("year", "२००६"),
        ("water", "91,0"),
        ("water", "3,100,5"),
        ("map", "0,0,nan"),
        ("map", "0,0,99"),
    ],
)
def test_an_impossible_value_falls_back_and_is_named(scheme, begun, name, value):
    whole = dict(parse_qsl(write_address(begun, scheme)))

    assert read_address({**whole, name: value}, scheme) == Link(begun, None, (name,))


def test_parameters_of_others_are_passed_over(scheme, begun):
    assert read_address({"utm_source": "mail", "embed": "true"}, scheme) == Link(begun, None, ())


def test_a_view_is_written_to_a_tenth_of_a_zoom():
    assert str(View(3.14159265, 100.987654321, 7.25)) == "3.1416,100.9877,7.2"
    assert parse_view("3.1416,100.9877,7.2") == View(3.1416, 100.9877, 7.2)


def test_a_long_list_of_points_is_read_back(scheme):
    """Another folder may have sixty points."""
    many = tuple(f"point-{number:03d}" for number in range(60))
    large = replace(scheme, control_points=tuple(replace(scheme.control_points[0], id=point_id) for point_id in many))

    begun = read_address({}, large).selection
    asked = replace(begun, scenario=Scenario(many[1:]))

    assert back(write_address(asked, large), large) == Link(asked, None, ())


def test_a_year_that_the_data_do_not_reach_is_no_choice(scheme):
    assert Selection(year=1990).within(scheme).year is None
    assert Selection(year=2006).within(scheme).year == 2006
