"""The search for the least mean arrival (docs/siting.md, section 4): bounds by blocks of cells, then the sets left over."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np

from geo.arrays import Floats, Integers
from geo.siting._blocks import CELLS, Blocks, bound_pairs, list_triples, sum_blocks
from geo.siting._found import KEPT, ROUNDING, Best, Found, count_sets, each_span, largest_pairs
from geo.siting.problem import Problem
from geo.siting.watch import Step, Watch

__all__ = ["Means"]

_LANDMARKS: Final = 8  # candidates whose arrival says which cells lie close together
_CACHED: Final = 48  # rows of hours saved
_LISTED: Final = 200_000  # triples at once
_SPAN: Final = 4


class Means:
    """What each candidate of a problem saves: hours by which it comes before the fixed starts, those that save most first.

    Attributes
    ----------
    order
        The candidate of each row of the blocks.
    single
        Weighted hours that each saves.
    """

    def __init__(self, problem: Problem, watch: Watch) -> None:
        self.problem = problem
        self.before_h: Floats = np.minimum(problem.first_h, problem.cap_h)
        blocks, single = self._sum(watch)
        self.order: Integers = np.argsort(-single, kind="stable")
        self.single = single[self.order]
        self.blocks = blocks._replace(
            total=blocks.total[self.order], least=blocks.least[self.order], most=blocks.most[self.order]
        )
        self._saved = functools.lru_cache(maxsize=_CACHED)(self._read_saved)

    def _sum(self, watch: Watch) -> tuple[Blocks, Floats]:
        problem = self.problem
        order, offset = self._divide()
        weight = np.add.reduceat(problem.weight[order], offset[:-1])
        shape = problem.candidates, len(weight)
        total, least, most = np.empty((3, *shape), np.float32)
        blocks = Blocks(total, least, most, weight.astype(np.float32))
        single = np.empty(problem.candidates)

        def work(first: int, rows: Floats) -> None:
            saved = self._save(rows)
            single[first : first + len(rows)] = saved @ problem.weight
            sum_blocks(saved, order, offset, problem.weight, blocks, first)

        for done, _ in problem.each(work):
            watch.require_time()
            watch.report(Step.SUMS, done, problem.candidates)
        return blocks, single

    def _divide(self) -> tuple[Integers, Integers]:
        """Return the cells in the order of their blocks, and where each block begins."""
        problem = self.problem
        chosen = sorted({row * problem.candidates // _LANDMARKS for row in range(_LANDMARKS)})
        hours = np.concatenate([self._limited(problem.rows(row, row + 1)) for row in chosen] + [self.before_h[None]])
        parts: list[Integers] = []
        waiting: list[Integers] = [np.arange(len(problem.cells))]
        while waiting:
            cells = waiting.pop()
            if len(cells) <= CELLS:
                parts.append(cells)
                continue
            values = hours[:, cells]
            along = values[np.argmax(values.max(axis=1) - values.min(axis=1))]
            halves = np.argpartition(along, len(cells) // 2)
            waiting += [cells[halves[len(cells) // 2 :]], cells[halves[: len(cells) // 2]]]
        return np.concatenate(parts), np.cumsum([0, *map(len, parts)])

    def _limited(self, rows: Floats) -> Floats:
        return np.asarray(np.minimum(rows, self.problem.cap_h))

    def _save(self, rows: Floats) -> Floats:
        return np.asarray(np.maximum(self.before_h - self._limited(rows), 0.0))

    def _read_saved(self, row: int) -> Floats:
        candidate = int(self.order[row])
        return np.asarray(self._save(self.problem.rows(candidate, candidate + 1))[0])

    def worth(self, rows: Sequence[int]) -> float:
        """Return the weighted hours that a set saves, from the hours themselves."""
        return float(functools.reduce(np.maximum, map(self._saved, rows)) @ self.problem.weight)

    def hours(self, worth: float) -> float:
        """Return the mean arrival if so many weighted hours are saved."""
        return (float(self.before_h @ self.problem.weight) - worth) / self.problem.whole

    def search(self, count: int, watch: Watch) -> Found:
        """Search the best sets of one, two or three candidates."""
        candidates, sets = self.problem.candidates, count_sets(self.problem.candidates, count)
        if count == 1:
            return Found([self._named((row,)) for row in range(min(KEPT, candidates))], sets, 0)
        pair, rows_done = self._bound_pairs(watch)
        if rows_done < candidates:
            return Found([self._named(range(count))], 1, 0, self.hours(float(self.single[:count].sum())))
        if count == 2:
            best, tried, rest = self._search_pairs(pair, watch)
        else:
            best, tried, rest = self._search_triples(pair, watch)
        found = [self._named(rows) for rows, _ in best.ranked()[:KEPT]]
        if rest is None:
            return Found(found, tried, sets - tried)
        (_, most), *_ = best.ranked()
        return Found(found, tried, 0, self.hours(max(rest, most)))

    def _named(self, rows: Iterable[int]) -> tuple[int, ...]:
        return tuple(int(self.order[row]) for row in rows)

    def _bound_pairs(self, watch: Watch) -> tuple[Floats, int]:
        """Return a bound of what each pair saves, symmetric, and the number of rows done."""
        count = len(self.single)
        pair, rows_done = np.zeros((count, count)), 0

        def work(first: int, last: int) -> int:
            bound_pairs(self.blocks, self.single, first, last, pair)
            return 0

        for rows_done, _ in each_span(count, max(4, count // 100), work):
            watch.report(Step.PAIRS, rows_done, count)
            if watch.is_over:
                break
        return pair, rows_done

    def _search_pairs(self, pair: Floats, watch: Watch) -> tuple[Best, int, float | None]:
        """Return the best pairs, how many were tried, and a bound of the others if the time ran out."""
        i, j = np.triu_indices(len(pair), 1)
        bound = pair[i, j]
        order = np.argsort(-bound, kind="stable")
        ranked = ((bound[at], (int(i[at]), int(j[at]))) for at in order)
        return self._try(Best(), ranked, watch, lambda tried: watch.report(Step.SETS, tried, len(order)))

    def _try(
        self, best: Best, ranked: Iterable[tuple[float, tuple[int, ...]]], watch: Watch, report: Callable[[int], None]
    ) -> tuple[Best, int, float | None]:
        """Try sets in the order of their bounds, until no bound is above the worst of the best."""
        tried = 0
        for bound, rows in ranked:
            if bound <= best.at_least * (1 + ROUNDING):
                break
            if watch.is_over:
                return best, tried, bound
            best.add(rows, self.worth(rows))
            tried += 1
            report(tried)
        return best, tried, None

    def _search_triples(self, pair: Floats, watch: Watch) -> tuple[Best, int, float | None]:
        count, sets = len(self.single), count_sets(len(self.single), 3)
        adds = pair - self.single[:, None]
        np.fill_diagonal(adds, 0.0)
        most = adds.max(axis=1)
        best = self._first_triples(pair, adds)
        tried = first = 0
        size = _SPAN
        while first < count - 2:
            last = min(first + size, count)
            rows, bound = np.empty((_LISTED, 3), np.intp), np.empty(_LISTED)
            keep = best.at_least * (1 + ROUNDING)
            listed = int(list_triples(self.blocks, pair, self.single, most, (first, last), keep, rows, bound))
            if listed > _LISTED and last - first > 1:
                size = 1
                continue
            if watch.is_over or listed > _LISTED:
                return best, tried, self._bound_rest(pair, most, first)
            order = np.argsort(-bound[:listed], kind="stable")
            ranked = ((float(bound[at]), tuple(rows[at].tolist())) for at in order)
            best, number, rest = self._try(best, ranked, watch, lambda _: None)
            tried += number
            if rest is not None:
                return best, tried, self._bound_rest(pair, most, first)
            first = last
            watch.report(Step.SETS, sets - count_sets(count - first, 3), sets)
        return best, tried, None

    def _bound_rest(self, pair: Floats, most: Floats, begin: int) -> float:
        """Return the most that a triple can save whose members are all from ``begin`` on."""
        rest = slice(begin, None)
        return float((pair[rest, rest] + np.minimum(most[rest, None], most[None, rest])).max())

    def _first_triples(self, pair: Floats, adds: Floats) -> Best:
        """Return good triples to begin with: one member exchanged at a time for those that promise most."""
        best = Best()
        (two, _), *_ = largest_pairs(pair, 1)
        self._add_thirds(best, two, pair, adds)
        while True:
            triple, value = best.ranked()[0]
            for out in triple:
                i, j = (row for row in triple if row != out)
                self._add_thirds(best, (i, j), pair, adds)
            if best.ranked()[0][1] <= value:
                return best

    def _add_thirds(self, best: Best, two: tuple[int, int], pair: Floats, adds: Floats) -> None:
        i, j = two
        promised = pair[i, j] + np.minimum(adds[i], adds[j])
        for third in np.argsort(-promised, kind="stable")[: KEPT + 2]:
            if third not in two:
                best.add((i, j, int(third)), self.worth((i, j, int(third))))
