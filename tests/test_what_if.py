"""A scenario with added and left-out starts: the same answer as if the scheme were so, from Python and on the command line."""

import json
import math
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from geo.cli import coverage, isochrones
from geo.cli.app import app
from geo.coverage.answers import default_scenario
from geo.coverage.scenario import AddedStart, Rule, Scenario
from geo.errors import ScenarioError, UnreachableError

PORT_KLANG = AddedStart(101.1, 3.05, "MY", "Port Klang")
each_rule = pytest.mark.parametrize("rule", list(Rule))


@pytest.fixture
def asked(model):
    return default_scenario(model)


@each_rule
def test_a_start_that_is_left_out_and_added_again_changes_nothing(model, asked, rule):
    lon, lat = model.fields.by_start["batam"].start
    moved = replace(asked, rule=rule, without=("batam",), added=(AddedStart(lon, lat, "ID"),))

    before, after = (model.answer(scenario).coverage for scenario in (moved.as_it_is, moved))

    assert moved.start_ids == ("belawan", "changi", "lumut", "A")
    assert after.mean_arrival_h == pytest.approx(before.mean_arrival_h)
    assert after.reached_km2 == pytest.approx(before.reached_km2)
    assert after.by_point.loc["A"].to_numpy() == pytest.approx(before.by_point.loc["batam"].to_numpy())


def test_the_base_of_another_state_is_as_good_as_an_added_start(model, asked):
    chosen = replace(asked, point_ids=(*asked.point_ids, "phuket"))
    lon, lat = model.fields.by_start["phuket"].start
    added = replace(asked, added=(AddedStart(lon, lat, "TH"),))

    assert model.answer(added).coverage.reached_km2 == pytest.approx(model.answer(chosen).coverage.reached_km2)


@each_rule
def test_one_more_start_never_takes_water_away(model, asked, rule):
    before, after = (model.answer(replace(asked, rule=rule, added=added)).coverage for added in ((), (PORT_KLANG,)))

    assert (after.soonest_h <= before.soonest_h).all()
    assert after.reached_km2 > before.reached_km2


def test_a_state_decides_where_an_added_start_may_act(model, asked):
    off_phuket = replace(asked, point_ids=(), limit_h=2.0, added=(AddedStart(98.2, 7.9, "TH"), AddedStart(98.2, 7.9, "MY")))

    by_point = model.answer(off_phuket).coverage.by_point["reached_km2"]

    assert by_point["A"] > 0 == by_point["B"]


def test_the_routes_begin_at_an_added_start(model, asked):
    reach = model.reach_at(replace(asked, added=(PORT_KLANG,)), 101.0, 3.0)

    assert reach.routes[0].point_id == "A"
    assert reach.routes[0].lonlats[0] == pytest.approx((101.1, 3.05))


def test_a_scenario_as_it_is_has_nothing_added(asked):
    what_if = replace(asked, added=(PORT_KLANG,), without=("lumut",))

    assert (what_if.is_what_if, what_if.as_it_is) == (True, asked)
    assert not asked.is_what_if


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"added": (PORT_KLANG,) * 6}, "at most 5 starts can be added, got 6"),
        ({"without": ("phuket",)}, "'phuket' cannot be left out: it takes no part; starts that do: batam"),
    ],
)
def test_an_impossible_change_is_refused(asked, change, message):
    with pytest.raises(ScenarioError, match=message):
        replace(asked, **change)


@pytest.mark.parametrize("position", [(math.nan, 3), (200, 3), (100, 91)])
def test_an_added_start_is_a_position(position):
    with pytest.raises(ScenarioError, match="longitude and a latitude"):
        AddedStart(*position, "MY")


@pytest.mark.parametrize(
    ("start", "error", "message"),
    [
        (AddedStart(100, 20, "MY"), ScenarioError, "must lie within -1 to 9 N"),
        (AddedStart(101, 3, "VN"), ScenarioError, "no state 'VN' on this water; known: ID, MY, SG, TH"),
        (AddedStart(97, 3.6, "ID"), UnreachableError, "no navigable water within 5 km"),
    ],
)
def test_an_added_start_that_cannot_be_is_refused(model, asked, start, error, message):
    with pytest.raises(error, match=message):
        model.answer(replace(asked, added=(start,)))


# --- the command line ---------------------------------------------------------------------------------------------------


@pytest.fixture
def at_once(model, monkeypatch):
    """Spare a command the seconds that the distances of the shipped strait take."""
    for command in (coverage, isochrones):
        monkeypatch.setattr(command, "CoverageModel", lambda scheme: model)


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.mark.usefixtures("at_once")
def test_coverage_compares_with_the_starts_as_they_are(model, asked):
    result = run("coverage", "--add", "3.05,101.1,MY,Port Klang", "--without", "batam", "--compare", "--json")
    told = json.loads(result.stdout)
    before = model.answer(asked).coverage
    after = model.answer(Scenario(asked.point_ids, added=(PORT_KLANG,), without=("batam",))).coverage

    assert told["scenario"]["without"] == ["batam"]
    assert told["scenario"]["added"] == [{"id": "A", "lon": 101.1, "lat": 3.05, "country": "MY", "name": "Port Klang"}]
    assert told["reached_share"] == pytest.approx(after.reached_share, abs=1e-6)
    assert told["compare"]["before"]["reached_share"] == pytest.approx(before.reached_share, abs=1e-6)
    assert told["compare"]["change"]["reached_share"] == pytest.approx(after.reached_share - before.reached_share, abs=1e-6)
    assert "added" not in told["compare"]["scenario"]


@pytest.mark.usefixtures("at_once")
def test_coverage_says_in_a_table_what_changes():
    result = run("coverage", "--without", "lumut", "--add", "langkawi-base", "--compare")

    assert "belawan, changi, A: " in result.stdout
    assert "what if" in result.stdout
    assert "your assumption" in result.stdout


@pytest.mark.usefixtures("at_once")
def test_isochrones_hold_both_if_asked(tmp_path):
    out = tmp_path / "bands.geojson"

    assert run("isochrones", out, "--every", 3, "--add", "3.05,101.1", "--compare").exit_code == 0

    features = json.loads(out.read_text("utf-8"))["features"]
    assert {feature["properties"]["starts"] for feature in features} == {"as-it-is", "what-if"}
    assert len({feature["id"] for feature in features}) == len(features)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--add", "3.05,101.1,XX"), "no state 'XX'"),
        (("--add", "3.6,97.0,ID"), "no navigable water within 5 km"),
        (("--add", "8.9,95.1"), "write one, such as 8.9,95.1,ID"),
        (("--add", "north"), "wanted LAT,LON or LAT,LON,STATE"),
        (("--add", "3,100") * 6, "at most 5 starts"),
        (("--without", "phuket"), "it takes no part"),
        (("--without", "nowhere"), "it takes no part"),
        (("--compare",), "--compare wants something that changes"),
    ],
)
def test_a_conflict_is_one_line_and_code_2(words, message):
    result = run("coverage", *words)

    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
