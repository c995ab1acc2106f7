"""Patrol coverage: who reaches which water in how many hours, who backs it up, and where the gap is.

`Scenario` in, `Coverage` out. Distances come from `geo.sea_distance`; they do not
depend on the scenario, so a new speed or hour costs a few sums over the cells.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import ScenarioError
from geo.measure import Floats
from geo.strait_grid import StraitGrid
from geo.units import M_PER_NMI

__all__ = ["CURVE_H", "Coverage", "Reach", "Rule", "Scenario", "assess", "boundary_cost", "delay_h"]

CURVE_H: Final = tuple(step / 4 for step in range(24 * 4 + 1))  # a quarter of an hour each, 0 to 24
_ON_TIME: Final = 1e-9  # of a step: who arrives on the hour is in time, rounding or not
_STATE_CODE: Final = 2  # letters of a state's code; a side called otherwise belongs to no state
_LIMITS: Final = {"speed_kn": (1.0, 60.0), "limit_h": (0.0, 48.0), "readiness_h": (0.0, 24.0)}
Flags = npt.NDArray[np.bool_]


class Rule(StrEnum):
    """Who may act where."""

    JOINT = "joint"  # anyone anywhere
    COORDINATED = "coordinated"  # each navy on its own side; passage through others' water is free

    def allows(self, country: str, side: str | None) -> bool:
        """Say whether a navy may act on a side: under the coordinated rule on its own, and on water of no state.

        >>> Rule.COORDINATED.allows("ID", "MY"), Rule.COORDINATED.allows("ID", "unassigned")
        (False, True)
        """
        return self is Rule.JOINT or side is None or side == country or len(side) != _STATE_CODE


@dataclass(frozen=True)
class Scenario:
    """A question to the map.

    Parameters
    ----------
    point_ids
        Control points and further starts that take part; empty for none.
    speed_kn
        Speed of a patrol vessel, knots. 20 is our assumption.
    limit_h
        Hours within which water counts as reached. 2 is the US Coast Guard's standard (source
        ``coastguardinstructions-16010-80016``).
    readiness_h
        Hours from the call to leaving the sea-side start. 0.5 is the same standard's.
    rule
        Who may act where.

    Raises
    ------
    ScenarioError
        If a number is not finite or out of its range, or an id is given twice.
    """

    point_ids: tuple[str, ...]
    speed_kn: float = 20.0
    limit_h: float = 2.0
    readiness_h: float = 0.5
    rule: Rule = Rule.JOINT

    def __post_init__(self) -> None:
        for name, (least, most) in _LIMITS.items():
            value = getattr(self, name)
            if not (isinstance(value, int | float) and math.isfinite(value) and least <= value <= most):
                raise ScenarioError(f"`{name}` must be a number from {least:g} to {most:g}, got {value!r}")
        if len(set(self.point_ids)) < len(self.point_ids):
            raise ScenarioError(f"`point_ids` names a point twice: {', '.join(self.point_ids)}")
        object.__setattr__(self, "rule", Rule(self.rule))

    def arrival_h(self, distance_m: Floats) -> Floats:
        """Return hours from the call to arrival: readiness + distance / speed; infinite where no water leads.

        >>> Scenario(("a",), speed_kn=20, readiness_h=0.5).arrival_h(np.array([18520.0, np.inf])).tolist()
        [1.0, inf]
        """
        return self.readiness_h + distance_m / M_PER_NMI / self.speed_kn


@dataclass(frozen=True, eq=False)
class Reach:
    """Distances from every start to every cell, metres: one row per start; the same for all scenarios."""

    grid: StraitGrid
    ids: tuple[str, ...]
    countries: tuple[str, ...]
    distance_m: Floats

    def rows(self, point_ids: Sequence[str]) -> list[int]:
        """Return the rows of these starts; an unknown id is an error that lists the known ones."""
        unknown = sorted(set(point_ids) - set(self.ids))
        if unknown:
            raise ScenarioError(f"no start {unknown[0]!r}; known: {', '.join(sorted(self.ids))}")
        return [self.ids.index(point_id) for point_id in point_ids]


@dataclass(frozen=True, eq=False)
class Coverage:
    """The answer to a `Scenario`, all in the units their names say.

    ``arrival_h`` has a row per point and a column per cell: infinite where the
    point may not act or no water leads; ``soonest_h`` and ``second_h`` are, per cell, the
    arrival of the first and of the second to arrive. Means are weighted by area over the water
    somebody may reach; they are NaN where there is none.
    """

    scenario: Scenario
    reach: Reach
    arrival_h: Floats
    soonest_h: Floats
    second_h: Floats
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
    def reached_share(self) -> float:
        """Share of the strait reached within the limit, 0 to 1."""
        return self.reached_km2 / self.strait_area_km2

    @property
    def backup_share(self) -> float:
        """Share of the strait that two or more reach within the limit, 0 to 1."""
        return self.backup_km2 / self.strait_area_km2


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
        Covered plus gap is the whole; the parts by point and by side add up to it.

    Raises
    ------
    ScenarioError
        If the scenario names a start that ``reach`` does not have.
    """
    rows = reach.rows(scenario.point_ids)
    arrival = scenario.arrival_h(reach.distance_m[rows])
    arrival[~_permitted(reach, rows, scenario.rule)] = np.inf
    area = reach.grid.area_km2
    soonest, second = _first_two(arrival)
    reached, anyone = soonest <= scenario.limit_h, np.isfinite(soonest)
    backup = second <= scenario.limit_h
    strait_area = float(area.sum())
    return Coverage(
        scenario=scenario,
        reach=reach,
        arrival_h=arrival,
        soonest_h=soonest,
        second_h=second,
        strait_area_km2=strait_area,
        reached_km2=_sum(area, reached),
        backup_km2=_sum(area, backup),
        gap_km2=_sum(area, ~reached),
        nobody_km2=_sum(area, ~anyone),
        mean_arrival_h=_mean(soonest, area, anyone),
        median_arrival_h=_median(soonest[anyone], area[anyone]),
        worst_arrival_h=float(soonest[anyone].max()) if anyone.any() else math.nan,
        by_point=_by_point(scenario, arrival, soonest, area),
        by_side=_by_side(reach.grid, soonest, scenario.limit_h),
        curve=_curve(scenario, arrival, soonest, area),
    )


def _permitted(reach: Reach, rows: Sequence[int], rule: Rule) -> Flags:
    """Return who may act where: a row per point, a column per cell. Water on no side is open to all."""
    grid = reach.grid
    by_side = [[rule.allows(reach.countries[row], side) for side in (*grid.sides, None)] for row in rows]
    table = np.array(by_side, dtype=bool).reshape(len(rows), len(grid.sides) + 1)
    return table[:, grid.side]  # `NO_SIDE` is the last column


def _first_two(arrival_h: Floats) -> tuple[Floats, Floats]:
    """Return per cell the arrival of the first and of the second to arrive; infinite where there are fewer."""
    first = np.full(arrival_h.shape[1], np.inf)
    second = first.copy()
    for row in arrival_h:  # a few points: two passes each are cheaper than sorting every cell
        second = np.minimum(second, np.maximum(first, row))
        first = np.minimum(first, row)
    return first, second


def _sum(area_km2: Floats, where: Flags) -> float:
    return float(area_km2[where].sum())


def _mean(values: Floats, weights: Floats, where: Flags) -> float:
    return float(np.average(values[where], weights=weights[where])) if where.any() else math.nan


def _median(values: Floats, weights: Floats) -> float:
    """Return the value that half of the weight lies below."""
    if not len(values):
        return math.nan
    order = np.argsort(values)
    below = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(below, below[-1] / 2)])


def _by_point(scenario: Scenario, arrival: Floats, soonest: Floats, area: Floats) -> pd.DataFrame:
    """Per point: area reached, area where it is first within the limit and anywhere, area only it reaches."""
    within = arrival <= scenario.limit_h
    first = np.where(np.isfinite(soonest), arrival.argmin(axis=0), -1) if len(arrival) else np.empty(0, int)
    alone = within.sum(axis=0) == 1
    table = {
        "reached_km2": [_sum(area, reach) for reach in within],
        "first_km2": [_sum(area, reach & (first == point)) for point, reach in enumerate(within)],
        "first_anywhere_km2": [_sum(area, first == point) for point in range(len(arrival))],
        "only_km2": [_sum(area, reach & alone) for reach in within],
    }
    return pd.DataFrame(table, index=pd.Index(scenario.point_ids, name="id"), dtype=float)


def _by_side(grid: StraitGrid, soonest: Floats, limit_h: float) -> pd.DataFrame:
    """Per side: its area, area reached, area nobody may reach, mean arrival (NaN where nobody may act)."""
    rows = {side: _one_side(grid, grid.side == index, soonest, limit_h) for index, side in enumerate(grid.sides)}
    columns = ["area_km2", "reached_km2", "nobody_km2", "mean_arrival_h"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("side")


def _one_side(grid: StraitGrid, here: Flags, soonest: Floats, limit_h: float) -> tuple[float, float, float, float]:
    area, anyone = grid.area_km2, np.isfinite(soonest)
    return (
        _sum(area, here),
        _sum(area, here & (soonest <= limit_h)),
        _sum(area, here & ~anyone),
        _mean(soonest, area, here & anyone),
    )


def _curve(scenario: Scenario, arrival: Floats, soonest: Floats, area: Floats) -> pd.DataFrame:
    """Share reached against hours: a column per point, and ``together``."""
    columns = {point_id: _shares(row, area) for point_id, row in zip(scenario.point_ids, arrival, strict=True)}
    return pd.DataFrame({"together": _shares(soonest, area), **columns}, index=pd.Index(CURVE_H, name="hours"))


def _shares(arrival_h: Floats, area: Floats) -> Floats:
    """Return the share reached by each hour of `CURVE_H`."""
    late = len(CURVE_H)  # arrivals after the last hour, and never
    step = np.ceil(np.minimum(arrival_h, CURVE_H[-1] + 1) / CURVE_H[1] - _ON_TIME).astype(np.intp)
    sums = np.bincount(np.minimum(step, late), weights=area, minlength=late + 1)
    return np.asarray(np.cumsum(sums[:late]) / area.sum())


def boundary_cost(reach: Reach, scenario: Scenario) -> tuple[Coverage, Coverage, pd.DataFrame]:
    """Return the scenario under both rules and, per side, what the boundary costs.

    Returns
    -------
    joint, coordinated : Coverage
        The same question with anyone acting anywhere, and with each on its own side.
    cost : DataFrame
        Per side: ``reached_less_km2`` (area no longer reached in time), ``nobody_km2`` (area
        where no navy among the points may act), ``later_h`` (mean delay over water that
        somebody may still reach, NaN where there is none).
    """
    joint, coordinated = (assess(reach, replace(scenario, rule=rule)) for rule in (Rule.JOINT, Rule.COORDINATED))
    return joint, coordinated, _cost(reach.grid, joint, coordinated)


def _cost(grid: StraitGrid, joint: Coverage, coordinated: Coverage) -> pd.DataFrame:
    delay = delay_h(joint, coordinated)
    still = np.isfinite(delay)
    less = joint.by_side["reached_km2"] - coordinated.by_side["reached_km2"]
    nobody = coordinated.by_side["nobody_km2"] - joint.by_side["nobody_km2"]
    later = [_mean(delay, grid.area_km2, still & (grid.side == index)) for index in range(len(grid.sides))]
    return pd.DataFrame({"reached_less_km2": less, "nobody_km2": nobody, "later_h": later}).rename_axis("side")


def delay_h(joint: Coverage, coordinated: Coverage) -> Floats:
    """Return how much later help comes when each stays on its own side, per cell.

    Infinite where only the boundary keeps everybody away; NaN where nobody arrives either way.
    """
    with np.errstate(invalid="ignore"):
        return np.asarray(coordinated.soonest_h - joint.soonest_h)
