"""What the search for one kind of goal hands back, and small tools that all of them use."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from geo.arrays import Floats, Integers

__all__ = ["KEPT", "ROUNDING", "Best", "Found", "count_sets", "each_span", "largest_pairs"]

KEPT: Final = 6  # the best set and the next five
ROUNDING: Final = 1e-12  # relative: sums of the same numbers in another order differ by less
_THREADS: Final = 2


@dataclass
class Best:
    """The best sets so far, with what each is worth; more is better."""

    worth: dict[tuple[int, ...], float] = field(default_factory=dict)

    def add(self, rows: Iterable[int], worth: float) -> None:
        """Take a set, if it is one of the best."""
        self.worth[tuple(sorted(int(row) for row in rows))] = float(worth)
        if len(self.worth) > 4 * KEPT:
            self.worth = dict(self.ranked()[:KEPT])

    def ranked(self) -> list[tuple[tuple[int, ...], float]]:
        """Return sets and worths, the best first; equals in the order of their rows."""
        return sorted(self.worth.items(), key=lambda item: (-item[1], item[0]))

    @property
    def at_least(self) -> float:
        """The worth of the last that is kept: a set that is not above it is of no use."""
        ranked = self.ranked()
        return ranked[KEPT - 1][1] if len(ranked) >= KEPT else -math.inf


@dataclass(frozen=True)
class Found:
    """The best sets, the number tried and excluded, and a bound of the value of all sets: ``None`` where it is proved."""

    sets: list[tuple[int, ...]]
    tried: int
    excluded: int
    bound: float | None = None


def count_sets(candidates: int, count: int) -> int:
    """Return the number of sets of ``count`` candidates."""
    return math.comb(candidates, count)


def each_span(rows: int, size: int, work: Callable[[int, int], int]) -> Iterator[tuple[int, int]]:
    """Call ``work`` with spans of rows on two threads, in step; yield how many rows are done, and what the calls returned."""
    spans = [(first, min(first + size, rows)) for first in range(0, rows, size)]
    with ThreadPoolExecutor(_THREADS) as pool:
        for begin in range(0, len(spans), _THREADS):
            part = spans[begin : begin + _THREADS]
            yield part[-1][1], sum(pool.map(lambda span: work(*span), part))


def largest_pairs(worth: Floats, many: int) -> list[tuple[tuple[int, int], float]]:
    """Return the pairs i < j of a symmetric matrix with the largest entries, largest first; equals by their rows."""
    i, j = np.triu_indices(len(worth), 1)
    values = worth[i, j]
    if len(values) > many:
        least = np.partition(values, len(values) - many)[len(values) - many]
        above: Integers = np.flatnonzero(values > least)
        chosen = np.concatenate([above, np.flatnonzero(values == least)[: many - len(above)]])
    else:
        chosen = np.arange(len(values))
    order = chosen[np.lexsort((chosen, -values[chosen]))]
    return [((int(i[at]), int(j[at])), float(values[at])) for at in order]
