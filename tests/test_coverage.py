"""Coverage computed by hand: ten cells of 1 km² in a row, so that every sum can be checked on paper."""

from __future__ import annotations

import dataclasses
import math

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.coverage.answers import Answer
from geo.coverage.assess import assess, boundary_cost, delay_h, rule_gain
from geo.coverage.grid import NO_SIDE, StraitGrid
from geo.coverage.reach import Reach
from geo.coverage.scenario import Rule, Scenario
from geo.coverage.words import arrival_text, cost_text, number_texts
from geo.errors import ScenarioError
from geo.measure import EqualAreaPlane
from geo.text import LANGUAGES, catalogue
from geo.units import M_PER_NMI

CELLS = 10
# West to east: five cells of Indonesia, three of Malaysia, one of no state, one of Thailand, which has no start.
SIDES = ("ID", "MY", "TH", "unassigned")
SIDE = np.array([0, 0, 0, 0, 0, 1, 1, 1, 3, 2])


def row_of_cells() -> Reach:
    """Return two starts, 'west' of ID in cell 0 and 'east' of MY in cell 9; cells are 20 nmi apart, an hour at 20 kn."""
    grid = StraitGrid(
        plane=EqualAreaPlane((100, 3)),
        origin_m=(0.0, 0.0),
        cell_m=1000.0,
        shape=(1, CELLS),
        row=np.zeros(CELLS, dtype=int),
        column=np.arange(CELLS),
        area_km2=np.ones(CELLS),
        lon=np.linspace(100, 101, CELLS),
        lat=np.full(CELLS, 3.0),
        side=SIDE,
        sides=SIDES,
        outline=shapely.box(0, 0, 1, 1),
    )
    steps = np.arange(CELLS, dtype=float)
    distance_m = np.array([steps, steps[::-1]]) * 20 * M_PER_NMI
    return Reach(grid, ("west", "east"), ("ID", "MY"), distance_m)


@pytest.fixture
def reach() -> Reach:
    """Return a row of cells that the test may change."""
    return row_of_cells()


def scenario(**changes) -> Scenario:
    """Return a scenario in which a start reaches the cell n cells away in n + 0.5 hours, and may act anywhere."""
    base = Scenario(("west", "east"), speed_kn=20, limit_h=2.5, readiness_h=0.5, rule=Rule.JOINT)
    return dataclasses.replace(base, **changes)


def test_a_scenario_is_six_hours_with_each_on_its_own_side_unless_it_says_otherwise():
    """The scheme is coordinated; 20 kn and half an hour as before."""
    default = Scenario(("west",))

    assert (default.speed_kn, default.limit_h, default.readiness_h, default.rule) == (20, 6, 0.5, Rule.COORDINATED)


def test_reached_backup_gap_and_arrivals_by_hand(reach):
    """Within 2.5 h each reaches its three nearest cells: 6 of 10; nobody backs up; means of 0.5 to 4.5 twice."""
    coverage = assess(reach, scenario())

    assert coverage.reached_km2 == 6
    assert coverage.backup_km2 == 0
    assert coverage.gap_km2 == 4
    assert coverage.nobody_km2 == 0
    assert coverage.mean_arrival_h == pytest.approx(2.5)
    assert coverage.median_arrival_h == pytest.approx(2.5)
    assert coverage.worst_arrival_h == pytest.approx(4.5)


def test_figures_by_point_by_hand(reach):
    """Each is first in its half; with 6.5 h both reach cells 3 to 6."""
    coverage = assess(reach, scenario(limit_h=6.5))

    assert coverage.by_point["reached_km2"].tolist() == [7, 7]
    assert coverage.by_point["first_km2"].tolist() == [5, 5]
    assert coverage.by_point["first_anywhere_km2"].tolist() == [5, 5]
    assert coverage.by_point["only_km2"].tolist() == [3, 3]
    assert coverage.backup_km2 == 4


def test_coordinated_navies_stay_on_their_own_side_and_nobody_acts_in_thailand(reach):
    """West keeps cells 0 to 4, east 5 to 7, both may act in the unassigned cell 8, nobody in cell 9."""
    coverage = assess(reach, scenario(rule=Rule.COORDINATED))

    assert coverage.nobody_km2 == 1
    assert coverage.reached_km2 == 3 + 1 + 1  # west 0 1 2; east 7 in 2.5 h, 8 in 1.5 h
    assert math.isnan(coverage.by_side.loc["TH", "mean_arrival_h"])
    assert coverage.by_side.loc["MY", "mean_arrival_h"] == pytest.approx((4.5 + 3.5 + 2.5) / 3)
    assert np.isfinite(coverage.mean_arrival_h)


def test_water_on_no_side_is_open_to_all(reach):
    """A cell outside every side is like one of no state."""
    grid = dataclasses.replace(reach.grid, side=np.full(CELLS, NO_SIDE))
    open_water = dataclasses.replace(reach, grid=grid)

    assert assess(open_water, scenario(rule=Rule.COORDINATED)).reached_km2 == assess(open_water, scenario()).reached_km2


def test_parts_add_up_to_the_whole(reach):
    """Reached plus gap is the strait, and so are the sides together; the curve ends at the share that is ever reached."""
    for rule in Rule:
        coverage = assess(reach, scenario(rule=rule))

        assert coverage.reached_km2 + coverage.gap_km2 == pytest.approx(coverage.strait_area_km2)
        assert coverage.by_side["area_km2"].sum() == pytest.approx(coverage.strait_area_km2)
        assert coverage.by_side["reached_km2"].sum() == pytest.approx(coverage.reached_km2)
        assert coverage.curve["together"].iloc[-1] == pytest.approx(1 - coverage.nobody_km2 / coverage.strait_area_km2)
        assert coverage.curve["together"].is_monotonic_increasing
        assert coverage.curve.loc[2.5, "together"] == pytest.approx(coverage.reached_share)


SCENARIOS = st.builds(
    Scenario,
    st.sampled_from([("west",), ("east",), ("west", "east"), ("east", "west")]),
    speed_kn=st.floats(1, 60),
    limit_h=st.floats(0, 24),
    readiness_h=st.floats(0, 6),
    rule=st.sampled_from(Rule),
)


@given(question=SCENARIOS, faster_kn=st.floats(0, 30), longer_h=st.floats(0, 12))
def test_laws_of_coverage_hold_for_any_scenario(question, faster_kn, longer_h):
    """Reached plus gap is the strait; more speed, time or starts, or the joint rule, never uncover water."""
    reach = row_of_cells()
    coverage = assess(reach, question)
    at_least = (
        {"speed_kn": min(question.speed_kn + faster_kn, 60)},
        {"limit_h": min(question.limit_h + longer_h, 24)},
        {"readiness_h": question.readiness_h / 2},
        {"rule": Rule.JOINT},
        {"point_ids": ("west", "east")},
    )

    assert coverage.reached_km2 + coverage.gap_km2 == pytest.approx(coverage.strait_area_km2)
    assert coverage.backup_km2 <= coverage.reached_km2
    assert coverage.by_side["reached_km2"].sum() == pytest.approx(coverage.reached_km2)
    for change in at_least:
        more = assess(reach, dataclasses.replace(question, **change))
        assert more.reached_km2 >= coverage.reached_km2, change
        assert more.backup_km2 >= coverage.backup_km2, change


def test_more_speed_and_more_time_never_uncover_water(reach):
    """A faster boat or a longer limit covers at least as much."""
    speeds = [assess(reach, scenario(speed_kn=kn)).reached_km2 for kn in (5, 15, 20, 25, 40)]
    hours = [assess(reach, scenario(limit_h=h)).reached_km2 for h in (0, 1, 3, 9, 24)]

    assert speeds == sorted(speeds)
    assert hours == sorted(hours)


def test_the_boundary_only_ever_costs(reach):
    """No earlier arrival and no larger area under the coordinated rule."""
    joint, coordinated, cost = boundary_cost(reach, scenario(limit_h=4.5))

    delay = delay_h(joint, coordinated)
    assert (delay[np.isfinite(delay)] >= 0).all()
    assert (cost["reached_less_km2"] >= 0).all()
    assert cost.loc["TH", "nobody_km2"] == 1
    assert math.isnan(cost.loc["TH", "later_h"])


def test_without_starts_nothing_is_reached(reach):
    """Areas are 0 and means NaN."""
    coverage = assess(reach, scenario(point_ids=()))

    assert coverage.reached_km2 == 0
    assert coverage.nobody_km2 == coverage.strait_area_km2
    assert math.isnan(coverage.mean_arrival_h)
    assert len(coverage.by_point) == 0


def test_order_of_points_changes_nothing(reach):
    """The same scenario with the points in another order."""
    one, other = (assess(reach, scenario(point_ids=ids, limit_h=6.5)) for ids in (("west", "east"), ("east", "west")))

    assert one.reached_km2 == other.reached_km2
    assert one.by_point.loc["west"].tolist() == other.by_point.loc["west"].tolist()


def test_water_without_a_route_is_reached_by_nobody(reach):
    """Infinite distances stay out of the means."""
    reach.distance_m[:, 4] = np.inf

    coverage = assess(reach, scenario())

    assert coverage.nobody_km2 == 1
    assert np.isfinite(coverage.mean_arrival_h)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"speed_kn": math.nan}, r"speed_kn.*from 1 to 60, got nan"),
        ({"speed_kn": 0}, "speed_kn"),
        ({"limit_h": -1}, "limit_h"),
        ({"readiness_h": math.inf}, "readiness_h"),
        ({"speed_kn": "20"}, "speed_kn"),
        ({"point_ids": ("west", "west")}, "twice"),
    ],
)
def test_impossible_scenarios_are_refused(changes, message):
    """NaN passes min and max; it does not pass here."""
    with pytest.raises(ScenarioError, match=message):
        scenario(**changes)


def test_an_unknown_start_is_an_error_that_lists_the_known_ones(reach):
    """A typing error."""
    with pytest.raises(ScenarioError, match="no start 'wets'; known: east, west"):
        assess(reach, scenario(point_ids=("wets",)))


# --- what the rule changes, in numbers and words ----------------------------------------------------------------------------


@pytest.mark.parametrize("rule", list(Rule))
def test_the_gain_is_what_anyone_anywhere_reaches_more_whichever_rule_is_asked_for(reach, rule):
    """Within 2.5 h 6 of 10 cells are reached, and 5 with each on its own side."""
    assert rule_gain(assess(reach, scenario(rule=rule))) == pytest.approx(0.1)


def test_without_sides_there_is_nothing_to_gain_and_nothing_is_said_of_it(reach):
    """A strait whose data folder has no sides."""
    grid = dataclasses.replace(reach.grid, side=np.full(CELLS, NO_SIDE), sides=())
    found = assess(dataclasses.replace(reach, grid=grid), scenario(rule=Rule.COORDINATED))

    assert rule_gain(found) == 0
    assert {number.caveat for number in number_texts(found, catalogue("en"))} == {""}
    assert cost_text(Answer(found, "none", gpd.GeoDataFrame()), catalogue("en")) == ""


@pytest.mark.parametrize("rule", list(Rule))
def test_the_numbers_say_what_the_boundary_costs_whichever_rule_is_asked_for(reach, rule):
    """Cell 9 is Thailand's, and no start is."""
    *_, gap, _, cost = number_texts(assess(reach, scenario(rule=rule)), catalogue("en"))

    own = rule is Rule.COORDINATED
    assert gap.caveat == ("10 % on the side of Thailand, with no listed start on it" if own else "")
    assert (cost.value, cost.detail) == ("−10 points", "within 2.5 h")


def test_half_the_strait_is_reached_by_the_hour_of_the_cell_that_makes_it_half(reach):
    """The fifth of ten cells in order of arrival; with each on its own side the last is never reached."""
    own, joint = (assess(reach, scenario(rule=rule)) for rule in (Rule.COORDINATED, Rule.JOINT))
    soonest_h = np.sort(own.soonest_h)

    assert [own.hours_to_share(share) for share in (0.1, 0.5, 0.9)] == pytest.approx(soonest_h[[0, 4, 8]].tolist())
    assert own.hours_to_share(1.0) == np.inf
    assert joint.hours_to_share(1.0) == pytest.approx(joint.worst_arrival_h)
    half = number_texts(own, catalogue("id"))[3]
    assert half.value == f"{soonest_h[4]:.1f} jam".replace(".", ",").replace(",0 ", " ")


def test_a_share_that_no_start_can_bring_is_never_reached(reach):
    """No start takes part."""
    nobody = assess(reach, scenario(point_ids=()))
    half = number_texts(nobody, catalogue("en"))[3]

    assert (half.value, half.detail) == ("never", "90 % never")
    assert arrival_text(nobody, catalogue("en")) == ""


def test_a_mean_says_what_it_is_over(reach):
    """Nine of ten cells with each on its own side, all of them otherwise."""
    own, joint = (arrival_text(assess(reach, scenario(rule=rule)), catalogue("en")) for rule in (Rule.COORDINATED, Rule.JOINT))
    assert own.endswith("over the 90 % with a listed start on its side.")
    assert "over" not in joint


def test_a_mean_leaves_out_water_that_no_way_leads_to(reach):
    """Cell 4 cannot be reached under any rule."""
    reach.distance_m[:, 4] = np.inf
    cut_off = assess(reach, scenario())
    assert number_texts(cut_off, catalogue("en"))[2].caveat == "1 km² that no start can reach"
    assert arrival_text(cut_off, catalogue("en")).endswith("over the 90 % that a start can reach.")


@pytest.mark.parametrize("rule", list(Rule))
def test_the_cost_of_the_boundary_is_one_number_over_the_same_water(reach, rule):
    """Each start on the other's coast: cells 0 to 4 wait 9 7 5 3 1 h longer, 5 to 7 1 3 5, cell 8 not: 34 h in nine cells.

    Within 5.5 h all ten cells are reached, or 4, 5 and 8; cell 9 has no start on its side and is in no mean.
    """
    crossed = dataclasses.replace(reach, countries=("MY", "ID"))
    answer = Answer(assess(crossed, scenario(rule=rule, limit_h=5.5)), "none", gpd.GeoDataFrame())

    assert cost_text(answer, catalogue("en")) == (
        "If each navy keeps to its own side, 70 points less of the strait is reached within 5.5 h; where a start on the "
        "same side can still come, it comes 3.8 h later on average, over the same water. "
        "1 km² has no listed start on its side and is in neither mean."
    )
    assert "3,8 jam" in cost_text(answer, catalogue("id"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_cost_names_no_water_left_out_where_every_side_has_a_start(reach, lang):
    """The Thai cell is Malaysia's here."""
    grid = dataclasses.replace(reach.grid, side=np.where(SIDE == 2, 1, SIDE))
    answer = Answer(assess(dataclasses.replace(reach, grid=grid), scenario()), "none", gpd.GeoDataFrame())

    assert "km²" not in cost_text(answer, catalogue(lang))
