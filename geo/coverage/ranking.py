"""Who is nearest to each cell of water, and the cells in order of distance.

This is the part of a coverage that depends on neither speed nor hours: arrival grows with
distance, so the order by distance is the order by arrival at any speed. It is computed once
for the points that take part; the area within some hours is then one binary search instead
of a pass over all cells.
"""

from __future__ import annotations

import bisect
import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeVar, TypeVarTuple
from weakref import WeakKeyDictionary

import numpy as np

from geo.arrays import Flags, Floats, Integers

__all__ = ["RankedCells", "Ranking", "cached_per_ranking", "rank_cells"]

_NOBODY = -1
_ROUNDING: Final = 1e-12  # a sum of many areas misses the area of all of them by less
T = TypeVar("T")
Arguments = TypeVarTuple("Arguments")


@dataclass(frozen=True, eq=False)
class RankedCells:
    """Cells that somebody can reach, the nearest first.

    ``distance_m`` rises; ``up_to_km2`` has one entry more: the area of the first 0, 1, 2 … cells.
    """

    distance_m: Floats
    up_to_km2: Floats

    @property
    def area_km2(self) -> float:
        """Area of all of them."""
        return float(self.up_to_km2[-1])

    def within_km2(self, hours: float, arrival_h: Callable[[Floats], Floats]) -> float:
        """Return the area reached within some hours; ``arrival_h`` converts metres to hours."""
        return float(self.up_to_km2[bisect.bisect_right(self.distance_m, hours, key=arrival_h)])  # type: ignore[arg-type]

    def each_up_to_km2(self, distance_m: Floats) -> Floats:
        """Return the area within each of these distances."""
        return self.up_to_km2[np.searchsorted(self.distance_m, distance_m, side="right")]

    def radius_m(self, area_km2: float) -> float:
        """Return the least distance within which this area lies; infinite if all cells are less.

        >>> cells = RankedCells(np.array([10.0, 20.0]), np.array([0.0, 1.0, 3.0]))
        >>> cells.radius_m(1.0), cells.radius_m(1.5), cells.radius_m(3.1)
        (10.0, 20.0, inf)
        """
        count = max(1, int(np.searchsorted(self.up_to_km2, area_km2 * (1 - _ROUNDING))))
        return float(self.distance_m[count - 1]) if count <= len(self.distance_m) else math.inf

    @cached_property
    def mean_m(self) -> float:
        """The mean distance, weighted by area; NaN if there is no cell."""
        areas = np.diff(self.up_to_km2)
        return float(np.average(self.distance_m, weights=areas)) if len(areas) else np.nan

    @property
    def median_m(self) -> float:
        """The median distance, weighted by area; NaN if there is no cell."""
        if not len(self.distance_m):
            return np.nan
        return float(self.distance_m[np.searchsorted(self.up_to_km2[1:], self.area_km2 / 2)])

    @property
    def farthest_m(self) -> float:
        """The largest distance; NaN if there is no cell."""
        return float(self.distance_m[-1]) if len(self.distance_m) else np.nan


@dataclass(frozen=True, eq=False)
class Ranking:
    """Distances to each cell, metres, infinite where nobody comes; and cells in order of them.

    Attributes
    ----------
    own_m
        Distance of each point: a row per point, a column per cell.
    first_m, second_m
        Distance of the nearest and of the second nearest point to each cell.
    first, second
        All cells by the distance of the nearest, and of the second nearest.
    by_point
        For each point, all cells by its distance.
    first_by_point, second_by_point
        For each point, the cells that it is nearest to, by its distance and by that of the second.
    sides
        For each side, its cells by the distance of the nearest.
    """

    own_m: Floats
    first_m: Floats
    second_m: Floats
    first: RankedCells
    second: RankedCells
    by_point: tuple[RankedCells, ...]
    first_by_point: tuple[RankedCells, ...]
    second_by_point: tuple[RankedCells, ...]
    sides: tuple[RankedCells, ...]


def cached_per_ranking(function: Callable[[Ranking, *Arguments], T]) -> Callable[[Ranking, *Arguments], T]:
    """Cache the results of a function of a `Ranking` until that is garbage collected."""
    cache: WeakKeyDictionary[Ranking, dict[tuple[object, ...], T]] = WeakKeyDictionary()

    @functools.wraps(function)
    def call(ranking: Ranking, *arguments: *Arguments) -> T:
        results = cache.setdefault(ranking, {})
        if arguments not in results:
            results[arguments] = function(ranking, *arguments)
        return results[arguments]

    return call


def _take_cells(distance_m: Floats, area_km2: Floats, order: Integers) -> RankedCells:
    """Return cells in an order of rising distance; those at infinity are left out."""
    distances = distance_m[order]
    count = int(np.searchsorted(distances, np.inf))
    areas = area_km2[order[:count]]
    return RankedCells(distances[:count], np.concatenate(([0.0], np.cumsum(areas))))


def rank_cells(own_m: Floats, area_km2: Floats, side: Integers, sides: int) -> Ranking:
    """Rank the points by their distance to each cell, and the cells by distance.

    Parameters
    ----------
    own_m
        Distances, metres: a row per point, a column per cell; infinite where a point may not act.
    area_km2, side
        Area of each cell, and the number of the side that it lies on.
    sides
        Number of sides.
    """
    first, second, leader = _first_two(own_m)
    by_first, by_second = np.argsort(first), np.argsort(second)

    def part(distance_m: Floats, order: Integers, where: Flags) -> RankedCells:
        return _take_cells(distance_m, area_km2, order[where[order]])

    return Ranking(
        own_m=own_m,
        first_m=first,
        second_m=second,
        first=_take_cells(first, area_km2, by_first),
        second=_take_cells(second, area_km2, by_second),
        by_point=tuple(_take_cells(row, area_km2, np.argsort(row)) for row in own_m),
        first_by_point=tuple(part(first, by_first, leader == point) for point in range(len(own_m))),
        second_by_point=tuple(part(second, by_second, leader == point) for point in range(len(own_m))),
        sides=tuple(part(first, by_first, side == number) for number in range(sides)),
    )


def _first_two(own_m: Floats) -> tuple[Floats, Floats, Integers]:
    """Return per cell the smallest and the second smallest distance, and the point with the smallest."""
    first = np.full(own_m.shape[1], np.inf)
    second = first.copy()
    leader = np.full(own_m.shape[1], _NOBODY, dtype=np.intp)
    for point, row in enumerate(own_m):  # for a few points, two passes each are cheaper than sorting every cell
        second = np.minimum(second, np.maximum(first, row))
        leader[row < first] = point
        first = np.minimum(first, row)
    return first, second, leader
