"""Patrol coverage: who reaches which water in how many hours, who backs it up, and where the gap is.

`Scenario` in, `Coverage` out. Distances do not depend on the scenario, so a new speed or
limit costs a few sums over the cells.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from geo.arrays import Flags, Floats
from geo.coverage.grid import StraitGrid
from geo.coverage.ranking import Ranking, cached_per_ranking, rank_cells
from geo.coverage.reach import Reach
from geo.coverage.scenario import Rule, Scenario
from geo.units import M_PER_NMI

__all__ = ["Coverage", "assess", "boundary_cost", "delay_h", "rule_gain"]

_CURVE_H: Final = tuple(step / 4 for step in range(24 * 4 + 1))  # a quarter of an hour each, 0 to 24
_TOLERANCE: Final = 1e-9  # of a step: an arrival on the hour is in time, whatever the rounding


@dataclass(frozen=True, eq=False)
class Coverage:
    """The answer to a `Scenario` as numbers.

    Mean and median are weighted by area over the water that somebody may reach; NaN if there is none.
    """

    scenario: Scenario
    reach: Reach
    strait_area_km2: float
    reached_km2: float
    backup_km2: float
    gap_km2: float
    nobody_km2: float
    mean_arrival_h: float
    median_arrival_h: float
    worst_arrival_h: float
    by_point: pd.DataFrame
    by_side: pd.DataFrame
    curve: pd.DataFrame

    @property
    def ranking(self) -> Ranking:
        """Who is nearest where; cached for the last few sets of points, since it is large."""
        return _rank(self.reach, self.scenario.start_ids, self.scenario.rule)

    @property
    def arrival_h(self) -> Floats:
        """Hours to arrival, a row per point, a column per cell; infinite where the point may not act or no route leads."""
        return self.scenario.arrival_h(self.ranking.own_m)

    @property
    def soonest_h(self) -> Floats:
        """Hours to the first arrival in each cell."""
        return self.scenario.arrival_h(self.ranking.first_m)

    @property
    def second_h(self) -> Floats:
        """Hours to the second arrival in each cell."""
        return self.scenario.arrival_h(self.ranking.second_m)

    @property
    def reached_share(self) -> float:
        """Share of the strait reached within the limit, 0 to 1."""
        return self.reached_km2 / self.strait_area_km2

    @property
    def backup_share(self) -> float:
        """Share of the strait that two or more reach within the limit, 0 to 1."""
        return self.backup_km2 / self.strait_area_km2

    def hours_to_share(self, share: float) -> float:
        """Return the hours until this share of the whole strait is reached; infinite if it never is."""
        return _hours(self.ranking.first.radius_m(share * self.strait_area_km2), self.scenario)


def assess(reach: Reach, scenario: Scenario) -> Coverage:
    """Answer a scenario.

    Parameters
    ----------
    reach
        Distances from every start.
    scenario
        The question.

    Returns
    -------
    Coverage
        Reached area plus gap is the area of the strait; the areas by side add up to it.

    Raises
    ------
    ScenarioError
        If the scenario names a start that ``reach`` does not have.
    """
    ranking = _rank(reach, scenario.start_ids, scenario.rule)
    hours, arrival = scenario.limit_h, scenario.arrival_h
    strait_area = reach.grid.strait_area_km2
    reached = ranking.first.within_km2(hours, arrival)
    return Coverage(
        scenario=scenario,
        reach=reach,
        strait_area_km2=strait_area,
        reached_km2=reached,
        backup_km2=ranking.second.within_km2(hours, arrival),
        gap_km2=max(strait_area - reached, 0.0),
        nobody_km2=max(strait_area - ranking.first.area_km2, 0.0),
        mean_arrival_h=_hours(ranking.first.mean_m, scenario),
        median_arrival_h=_hours(ranking.first.median_m, scenario),
        worst_arrival_h=_hours(ranking.first.farthest_m, scenario),
        by_point=_by_point(scenario, ranking),
        by_side=_by_side(reach.grid, scenario, ranking),
        curve=_curve(scenario, ranking, strait_area),
    )


@functools.lru_cache(maxsize=4)  # both rules for two sets of points; some 30 MB each
def _rank(reach: Reach, point_ids: tuple[str, ...], rule: Rule) -> Ranking:
    rows = reach.rows(point_ids)
    own_m = np.where(_permitted(reach, rows, rule), reach.distance_m[rows], np.inf)
    grid = reach.grid
    return rank_cells(own_m, grid.area_km2, grid.side, len(grid.sides))


def _permitted(reach: Reach, rows: Sequence[int], rule: Rule) -> Flags:
    """Return who may act where: a row per point, a column per cell; on no side everybody may."""
    grid = reach.grid
    by_side = [[rule.allows(reach.countries[row], side) for side in (*grid.sides, None)] for row in rows]
    table = np.array(by_side, dtype=bool).reshape(len(rows), len(grid.sides) + 1)
    return table[:, grid.side]  # `NO_SIDE` is the last column


def _hours(distance_m: float, scenario: Scenario) -> float:
    return float(scenario.arrival_h(np.asarray(distance_m)))


def _by_point(scenario: Scenario, ranking: Ranking) -> pd.DataFrame:
    """Return per point: area reached, area where it is first within the limit and at any time, area that only it reaches."""
    hours, arrival = scenario.limit_h, scenario.arrival_h
    first = [cells.within_km2(hours, arrival) for cells in ranking.first_by_point]
    # A point is the only one where it is the first and the second arrives too late.
    backup = [cells.within_km2(hours, arrival) for cells in ranking.second_by_point]
    table = {
        "reached_km2": [cells.within_km2(hours, arrival) for cells in ranking.by_point],
        "first_km2": first,
        "first_anywhere_km2": [cells.area_km2 for cells in ranking.first_by_point],
        "only_km2": [max(one - two, 0.0) for one, two in zip(first, backup, strict=True)],
    }
    return pd.DataFrame(table, index=pd.Index(scenario.start_ids, name="id"), dtype=float)


def _by_side(grid: StraitGrid, scenario: Scenario, ranking: Ranking) -> pd.DataFrame:
    """Return per side: area, area reached, area with no listed start on its side, mean arrival (NaN where there is none)."""
    areas = grid.side_areas_km2
    table = {
        "area_km2": list(areas),
        "reached_km2": [side.within_km2(scenario.limit_h, scenario.arrival_h) for side in ranking.sides],
        "nobody_km2": [max(area - side.area_km2, 0.0) for area, side in zip(areas, ranking.sides, strict=True)],
        "mean_arrival_h": [_hours(side.mean_m, scenario) for side in ranking.sides],
    }
    return pd.DataFrame(table, index=pd.Index(grid.sides, name="side"), dtype=float)


def _curve(scenario: Scenario, ranking: Ranking, strait_area_km2: float) -> pd.DataFrame:
    """Return the share of the strait reached by hours: a column per point, and ``together``."""
    ends_h = np.asarray(_CURVE_H) + _TOLERANCE * _CURVE_H[1]
    ends_m = (ends_h - scenario.readiness_h) * scenario.speed_kn * M_PER_NMI
    lines = {"together": ranking.first, **dict(zip(scenario.start_ids, ranking.by_point, strict=True))}
    shares = {name: line.each_up_to_km2(ends_m) / strait_area_km2 for name, line in lines.items()}
    return pd.DataFrame(shares, index=pd.Index(_CURVE_H, name="hours"))


def rule_gain(coverage: Coverage) -> float:
    """Return how much more of the strait is reached in time if anyone may act anywhere, as a share of the strait.

    The same whichever rule the coverage is under; 0 where the boundary costs nothing.
    """
    joint, coordinated = (_reached_km2(coverage.reach, replace(coverage.scenario, rule=rule)) for rule in Rule)
    return (joint - coordinated) / coverage.strait_area_km2


def _reached_km2(reach: Reach, scenario: Scenario) -> float:
    ranking = _rank(reach, scenario.start_ids, scenario.rule)
    return ranking.first.within_km2(scenario.limit_h, scenario.arrival_h)


def boundary_cost(reach: Reach, scenario: Scenario) -> tuple[Coverage, Coverage, pd.DataFrame]:
    """Answer a scenario under both rules and compare them.

    Returns
    -------
    joint, coordinated : Coverage
        The answers with everybody acting anywhere, and with each navy on its own side.
    cost : DataFrame
        Per side: ``reached_less_km2`` (area no longer reached in time), ``nobody_km2`` (area
        where no navy among the points may act), ``later_h`` (mean delay over the water that
        somebody may still reach, NaN if there is none).
    """
    joint, coordinated = (assess(reach, replace(scenario, rule=rule)) for rule in (Rule.JOINT, Rule.COORDINATED))
    return joint, coordinated, _cost(reach.grid, joint, coordinated)


def _cost(grid: StraitGrid, joint: Coverage, coordinated: Coverage) -> pd.DataFrame:
    less = joint.by_side["reached_km2"] - coordinated.by_side["reached_km2"]
    nobody = coordinated.by_side["nobody_km2"] - joint.by_side["nobody_km2"]
    farther_m = np.array(_farther_m(joint.ranking, coordinated.ranking, grid))
    later = farther_m / M_PER_NMI / joint.scenario.speed_kn
    return pd.DataFrame({"reached_less_km2": less, "nobody_km2": nobody, "later_h": later}).rename_axis("side")


@cached_per_ranking
def _farther_m(joint: Ranking, coordinated: Ranking, grid: StraitGrid) -> tuple[float, ...]:
    """Return per side by how much the first to arrive is farther away, over water that somebody may still reach."""
    with np.errstate(invalid="ignore"):
        farther = coordinated.first_m - joint.first_m
    reachable = np.isfinite(farther)
    return tuple(_mean(farther, grid.area_km2, reachable & (grid.side == number)) for number in range(len(grid.sides)))


def _mean(values: Floats, weights: Floats, where: Flags) -> float:
    return float(np.average(values[where], weights=weights[where])) if where.any() else math.nan


def delay_h(joint: Coverage, coordinated: Coverage) -> Floats:
    """Return per cell how much later the first arrives if each navy stays on its own side.

    Infinite where only the boundary keeps everybody away; NaN where nobody arrives under either rule.
    """
    with np.errstate(invalid="ignore"):
        return np.asarray(coordinated.soonest_h - joint.soonest_h)
