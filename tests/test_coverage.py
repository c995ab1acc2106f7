"""Coverage by hand: a row of ten cells of 1 km², so that every sum can be checked on paper."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.coverage.assess import assess, boundary_cost, delay_h
from geo.coverage.grid import NO_SIDE, StraitGrid
from geo.coverage.reach import Reach
from geo.coverage.scenario import Rule, Scenario
from geo.errors import ScenarioError
from geo.measure import EqualAreaPlane
from geo.units import M_PER_NMI

CELLS = 10
# West to east: five cells of Indonesia, three of Malaysia, one of nobody, one of Thailand, which has no start.
SIDES = ("ID", "MY", "TH", "unassigned")
SIDE = np.array([0, 0, 0, 0, 0, 1, 1, 1, 3, 2])


def row_of_cells() -> Reach:
    """Two starts, 'west' of ID in cell 0 and 'east' of MY in cell 9; a cell is 20 nmi from the next: an hour at 20 kn."""
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
    """The row of cells, for one test to do with as it likes."""
    return row_of_cells()


def scenario(**changes) -> Scenario:
    """At 20 kn with half an hour's readiness a start reaches cell n in n + 0.5 hours."""
    return dataclasses.replace(Scenario(("west", "east"), speed_kn=20, limit_h=2.5, readiness_h=0.5), **changes)


def test_reached_backup_gap_and_arrivals_by_hand(reach):
    """Within 2.5 h each reaches its three nearest cells: 6 of 10; nobody backs up; means of 0.5 to 4.5 twice."""
    found = assess(reach, scenario())

    assert found.reached_km2 == 6
    assert found.backup_km2 == 0
    assert found.gap_km2 == 4
    assert found.nobody_km2 == 0
    assert found.mean_arrival_h == pytest.approx(2.5)
    assert found.median_arrival_h == pytest.approx(2.5)
    assert found.worst_arrival_h == pytest.approx(4.5)


def test_points_by_hand(reach):
    """Each is first in its half; with 6.5 h both reach cells 3 to 6."""
    found = assess(reach, scenario(limit_h=6.5))

    assert found.by_point["reached_km2"].tolist() == [7, 7]
    assert found.by_point["first_km2"].tolist() == [5, 5]
    assert found.by_point["first_anywhere_km2"].tolist() == [5, 5]
    assert found.by_point["only_km2"].tolist() == [3, 3]
    assert found.backup_km2 == 4


def test_coordinated_navies_stay_on_their_own_side_and_nobody_has_thailand(reach):
    """West keeps cells 0 to 4, east 5 to 7, both may act in the unassigned cell 8, nobody in cell 9."""
    found = assess(reach, scenario(rule=Rule.COORDINATED))

    assert found.nobody_km2 == 1
    assert found.reached_km2 == 3 + 1 + 1  # west 0 1 2; east 7 in 2.5 h, 8 in 1.5 h
    assert math.isnan(found.by_side.loc["TH", "mean_arrival_h"])
    assert found.by_side.loc["MY", "mean_arrival_h"] == pytest.approx((4.5 + 3.5 + 2.5) / 3)
    assert np.isfinite(found.mean_arrival_h)


def test_water_on_no_side_is_open_to_all(reach):
    """A cell outside every side belongs to nobody either."""
    grid = dataclasses.replace(reach.grid, side=np.full(CELLS, NO_SIDE))
    open_water = dataclasses.replace(reach, grid=grid)

    assert assess(open_water, scenario(rule=Rule.COORDINATED)).reached_km2 == assess(open_water, scenario()).reached_km2


def test_parts_add_up_to_the_whole(reach):
    """Covered plus gap is the strait; the sides' areas are too; the curve ends at the share ever reached."""
    for rule in Rule:
        found = assess(reach, scenario(rule=rule))

        assert found.reached_km2 + found.gap_km2 == pytest.approx(found.strait_area_km2)
        assert found.by_side["area_km2"].sum() == pytest.approx(found.strait_area_km2)
        assert found.by_side["reached_km2"].sum() == pytest.approx(found.reached_km2)
        assert found.curve["together"].iloc[-1] == pytest.approx(1 - found.nobody_km2 / found.strait_area_km2)
        assert found.curve["together"].is_monotonic_increasing
        assert found.curve.loc[2.5, "together"] == pytest.approx(found.reached_share)


QUESTIONS = st.builds(
    Scenario,
    st.sampled_from([("west",), ("east",), ("west", "east"), ("east", "west")]),
    speed_kn=st.floats(1, 60),
    limit_h=st.floats(0, 24),
    readiness_h=st.floats(0, 6),
    rule=st.sampled_from(Rule),
)


@given(asked=QUESTIONS, faster_kn=st.floats(0, 30), longer_h=st.floats(0, 12))
def test_laws_of_coverage_hold_whatever_is_asked(asked, faster_kn, longer_h):
    """Covered and gap are the strait; speed, time, another start or a rule that is no bar never uncover water."""
    reach = row_of_cells()
    found = assess(reach, asked)
    at_least = (
        {"speed_kn": min(asked.speed_kn + faster_kn, 60)},
        {"limit_h": min(asked.limit_h + longer_h, 24)},
        {"readiness_h": asked.readiness_h / 2},
        {"rule": Rule.JOINT},
        {"point_ids": ("west", "east")},
    )

    assert found.reached_km2 + found.gap_km2 == pytest.approx(found.strait_area_km2)
    assert found.backup_km2 <= found.reached_km2
    assert found.by_side["reached_km2"].sum() == pytest.approx(found.reached_km2)
    for change in at_least:
        more = assess(reach, dataclasses.replace(asked, **change))
        assert more.reached_km2 >= found.reached_km2, change
        assert more.backup_km2 >= found.backup_km2, change


def test_more_speed_and_more_time_never_uncover_water(reach):
    """A faster boat, or a longer wait, covers at least as much."""
    speeds = [assess(reach, scenario(speed_kn=kn)).reached_km2 for kn in (5, 15, 20, 25, 40)]
    hours = [assess(reach, scenario(limit_h=h)).reached_km2 for h in (0, 1, 3, 9, 24)]

    assert speeds == sorted(speeds)
    assert hours == sorted(hours)


def test_the_boundary_only_ever_costs(reach):
    """Never earlier, never more reached."""
    joint, coordinated, cost = boundary_cost(reach, scenario(limit_h=4.5))

    delay = delay_h(joint, coordinated)
    assert (delay[np.isfinite(delay)] >= 0).all()
    assert (cost["reached_less_km2"] >= 0).all()
    assert cost.loc["TH", "nobody_km2"] == 1
    assert math.isnan(cost.loc["TH", "later_h"])


def test_no_start_reaches_nothing_and_says_so_in_numbers(reach):
    """All points switched off."""
    found = assess(reach, scenario(point_ids=()))

    assert found.reached_km2 == 0
    assert found.nobody_km2 == found.strait_area_km2
    assert math.isnan(found.mean_arrival_h)
    assert len(found.by_point) == 0


def test_order_of_points_changes_nothing(reach):
    """The same question asked the other way round."""
    one, other = (assess(reach, scenario(point_ids=ids, limit_h=6.5)) for ids in (("west", "east"), ("east", "west")))

    assert one.reached_km2 == other.reached_km2
    assert one.by_point.loc["west"].tolist() == other.by_point.loc["west"].tolist()


def test_water_that_no_way_leads_to_is_nobodys(reach):
    """Infinite distance stays out of the means."""
    reach.distance_m[:, 4] = np.inf

    found = assess(reach, scenario())

    assert found.nobody_km2 == 1
    assert np.isfinite(found.mean_arrival_h)


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
def test_impossible_questions_are_refused(changes, message):
    """Not-a-number passes a clamp; it does not pass here."""
    with pytest.raises(ScenarioError, match=message):
        scenario(**changes)


def test_unknown_start_is_an_error_that_lists_the_known(reach):
    """A slip of the keyboard."""
    with pytest.raises(ScenarioError, match="no start 'wets'; known: east, west"):
        assess(reach, scenario(point_ids=("wets",)))
