"""Who is nearest to each cell of water, and cells in the order of their distance.

This is what of a coverage depends on neither speed nor hours: arrival grows with
distance, so an order by distance is an order by arrival at any speed. It is worked out
once for the points that take part; then "how much water within so many hours" is one
search in an ordered row instead of a pass over every cell.
"""

from __future__ import annotations

import bisect
import functools
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar, TypeVarTuple
from weakref import WeakKeyDictionary

import numpy as np

from geo.arrays import Flags, Floats, Integers

__all__ = ["RankedCells", "Ranking", "cached_per_ranking", "rank_cells", "ranked"]

_NOBODY = -1
T = TypeVar("T")
Asked = TypeVarTuple("Asked")


@dataclass(frozen=True, eq=False)
class RankedCells:
    """Cells that somebody can reach, the nearest first.

    ``distance_m`` rises; ``up_to_km2`` is one longer and gives the area of the first 0, 1, 2 … of them.
    """

    distance_m: Floats
    up_to_km2: Floats

    @property
    def area_km2(self) -> float:
        """Area of all of them."""
        return float(self.up_to_km2[-1])

    def within_km2(self, hours: float, arrival_h: Callable[[Floats], Floats]) -> float:
        """Return the area that is reached within so many hours; ``arrival_h`` turns metres into hours."""
        return float(self.up_to_km2[bisect.bisect_right(self.distance_m, hours, key=arrival_h)])  # type: ignore[arg-type]

    def each_up_to_km2(self, distance_m: Floats) -> Floats:
        """Return the areas that lie no farther than each of these distances."""
        return self.up_to_km2[np.searchsorted(self.distance_m, distance_m, side="right")]

    @cached_property
    def mean_m(self) -> float:
        """The mean distance, weighted by area; NaN where there is no cell."""
        areas = np.diff(self.up_to_km2)
        return float(np.average(self.distance_m, weights=areas)) if len(areas) else np.nan

    @property
    def median_m(self) -> float:
        """The distance that half of the area lies below; NaN where there is no cell."""
        if not len(self.distance_m):
            return np.nan
        return float(self.distance_m[np.searchsorted(self.up_to_km2[1:], self.area_km2 / 2)])

    @property
    def farthest_m(self) -> float:
        """The largest distance; NaN where there is no cell."""
        return float(self.distance_m[-1]) if len(self.distance_m) else np.nan


@dataclass(frozen=True, eq=False)
class Ranking:
    """Per cell the distances that count, metres, infinite where nobody comes; and the same in order.

    ``own_m`` has a row per point. ``own`` ranks the cells by each point's own distance;
    ``led`` those where it is the nearest, and ``led_second`` the same cells by the distance of
    the second; ``sides`` ranks the cells of each side by the nearest.
    """

    own_m: Floats
    first_m: Floats
    second_m: Floats
    first: RankedCells
    second: RankedCells
    own: tuple[RankedCells, ...]
    led: tuple[RankedCells, ...]
    led_second: tuple[RankedCells, ...]
    sides: tuple[RankedCells, ...]


def cached_per_ranking(work: Callable[[Ranking, *Asked], T]) -> Callable[[Ranking, *Asked], T]:
    """Keep what a function returns for a `Ranking` as long as that lives, and no longer: it is large."""
    kept: WeakKeyDictionary[Ranking, dict[tuple[object, ...], T]] = WeakKeyDictionary()

    @functools.wraps(work)
    def found(near: Ranking, *asked: *Asked) -> T:
        made = kept.setdefault(near, {})
        if asked not in made:
            made[asked] = work(near, *asked)
        return made[asked]

    return found


def ranked(distance_m: Floats, area_km2: Floats, order: Integers) -> RankedCells:
    """Return cells in the given order of rising distance; those at infinity are left out."""
    distances = distance_m[order]
    count = int(np.searchsorted(distances, np.inf))
    areas = area_km2[order[:count]]
    return RankedCells(distances[:count], np.concatenate(([0.0], np.cumsum(areas))))


def rank_cells(own_m: Floats, area_km2: Floats, side: Integers, sides: int) -> Ranking:
    """Work out who is nearest where.

    Parameters
    ----------
    own_m
        Distances, metres: a row per point, a column per cell; infinite where a point may not act.
    area_km2, side
        Area of each cell, and the number of the side it lies on.
    sides
        How many sides there are.
    """
    first, second, leader = _first_two(own_m)
    by_first, by_second = np.argsort(first), np.argsort(second)

    def part(distance_m: Floats, order: Integers, where: Flags) -> RankedCells:
        return ranked(distance_m, area_km2, order[where[order]])

    return Ranking(
        own_m=own_m,
        first_m=first,
        second_m=second,
        first=ranked(first, area_km2, by_first),
        second=ranked(second, area_km2, by_second),
        own=tuple(ranked(row, area_km2, np.argsort(row)) for row in own_m),
        led=tuple(part(first, by_first, leader == point) for point in range(len(own_m))),
        led_second=tuple(part(second, by_second, leader == point) for point in range(len(own_m))),
        sides=tuple(part(first, by_first, side == number) for number in range(sides)),
    )


def _first_two(own_m: Floats) -> tuple[Floats, Floats, Integers]:
    """Return per cell the smallest and the second smallest distance, and whose the smallest is."""
    first = np.full(own_m.shape[1], np.inf)
    second = first.copy()
    leader = np.full(own_m.shape[1], _NOBODY, dtype=np.intp)
    for point, row in enumerate(own_m):  # a few points: two passes each are cheaper than sorting every cell
        second = np.minimum(second, np.maximum(first, row))
        leader[row < first] = point
        first = np.minimum(first, row)
    return first, second, leader
