"""The numbers of a search, checked: arrival of candidates and of fixed starts, and weights of the cells."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from geo.arrays import Floats, Integers
from geo.errors import ScenarioError
from geo.siting.result import Goal, SiteSet

__all__ = ["CAP_H", "MOST", "ArrivalRows", "Problem"]

CAP_H: Final = 24.0  # the mean counts no arrival as later
MOST: Final = 3  # starts that are searched for together
_ROWS: Final = 16  # read at once
_THREADS: Final = 2
T = TypeVar("T")


class ArrivalRows(Protocol):
    """Hours to arrival, a row per candidate, a column per cell: an array, or what computes rows when they are asked for."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of candidates and of cells."""

    def __getitem__(self, part: slice | tuple[slice, Integers], /) -> npt.ArrayLike:
        """Return some of the rows, or of all rows some of the columns."""


class Problem:
    """A search for further starts; `geo.siting.best_sites` describes the parameters.

    Cells of weight 0 are left out. Of the fixed starts the first and the second to arrive in each cell are kept.
    """

    def __init__(
        self,
        arrival_h: ArrivalRows,
        weight: npt.ArrayLike,
        base_h: npt.ArrayLike,
        *,
        goal: Goal,
        limit_h: float | None = None,
        cap_h: float = CAP_H,
    ) -> None:
        weights, base = np.asarray(weight, dtype=float), np.atleast_2d(np.asarray(base_h, dtype=float))
        _require_shapes(arrival_h.shape, weights, base)
        if not (np.isfinite(weights).all() and (weights >= 0).all() and weights.sum() > 0):
            raise ScenarioError("`weight` must be finite, nowhere below 0, and above 0 in some cell")
        if np.isnan(base).any():
            raise ScenarioError("`base_h` has NaN in it; wanted hours, infinite where nobody arrives")
        if goal.needs_limit and not (limit_h is not None and math.isfinite(limit_h)):
            raise ScenarioError(f"goal {goal.value!r} needs `limit_h`, the hours within which water counts, got {limit_h!r}")
        self.goal, self.limit_h, self.cap_h = goal, math.inf if limit_h is None else limit_h, cap_h
        self._source = arrival_h
        self.cells: Integers = np.flatnonzero(weights > 0)
        self.weight: Floats = weights[self.cells]
        self.whole = float(self.weight.sum())
        first_two = np.sort(np.vstack([base, np.full((2, base.shape[1]), np.inf)])[:, self.cells], axis=0)[:2]
        self.first_h, self.second_h = first_two
        self.candidates = int(arrival_h.shape[0])

    def rows(self, first: int, last: int) -> Floats:
        """Return the arrival of some candidates in the cells that count, hours."""
        rows = np.asarray(self._source[first:last], dtype=float)
        if np.isnan(rows).any():
            raise ScenarioError("`arrival_h` has NaN in it; wanted hours, infinite where no route leads")
        return rows if len(self.cells) == rows.shape[1] else rows[:, self.cells]

    def columns(self, cells: Integers) -> Floats:
        """Return the arrival of all candidates in some of the cells that count, hours."""
        return np.asarray(self._source[:, self.cells[cells]], dtype=float)

    def each(self, work: Callable[[int, Floats], T], rows: int = _ROWS) -> Iterator[tuple[int, T]]:
        """Yield how many candidates are done, and what ``work`` returns for a few of them, given the first and their rows.

        Two threads read and work.
        """
        spans = [(first, min(first + rows, self.candidates)) for first in range(0, self.candidates, rows)]
        with ThreadPoolExecutor(_THREADS) as pool:
            for begin in range(0, len(spans), _THREADS):  # in step, so that few rows are in memory
                part = spans[begin : begin + _THREADS]
                for (_, last), result in zip(part, pool.map(lambda span: work(span[0], self.rows(*span)), part), strict=True):
                    yield last, result

    def measure(self, rows: Sequence[int]) -> SiteSet:
        """Return what is reached with a set of candidates, from the hours themselves."""
        return self.measure_hours(
            rows, np.concatenate([np.empty((0, len(self.cells))), *(self.rows(row, row + 1) for row in rows)])
        )

    def measure_hours(self, rows: Sequence[int], hours: Floats) -> SiteSet:
        """Return the same, given the arrival of each of the candidates in the cells that count."""
        first, second = self.first_h, self.second_h
        for row in hours:
            second = np.minimum(second, np.maximum(first, row))
            first = np.minimum(first, row)
        is_reached = np.isfinite(first)
        never = float(self.weight[~is_reached].sum()) / self.whole
        return SiteSet(tuple(sorted(int(row) for row in rows)), self._value(first, second), never)

    def _value(self, first: Floats, second: Floats) -> float:
        if self.goal is Goal.REACH:
            return float(self.weight[first <= self.limit_h].sum()) / self.whole
        if self.goal is Goal.BACKUP:
            return float(self.weight[second <= self.limit_h].sum()) / self.whole
        if self.goal is Goal.MEAN:
            return float(np.minimum(first, self.cap_h) @ self.weight) / self.whole
        return float(np.max(first, where=np.isfinite(first), initial=-math.inf)) if np.isfinite(first).any() else math.nan


def _require_shapes(shape: tuple[int, ...], weight: Floats, base: Floats) -> None:
    if len(shape) != 2 or weight.ndim != 1 or base.ndim != 2 or not shape[1] == weight.shape[0] == base.shape[1]:
        raise ScenarioError(
            "wanted `arrival_h` (candidates, cells), `weight` (cells) and `base_h` (cells) or (starts, cells), "
            f"got {shape}, {weight.shape} and {base.shape}"
        )
