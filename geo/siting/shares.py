"""The search for a share: the most water that one start reaches within the limit, or two (docs/siting.md, section 3)."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from geo.arrays import Floats, Integers
from geo.siting._bits import (
    Cover,
    Pairs,
    count_pairs,
    search_triples,
    weigh_single,
    weigh_thirds,
)
from geo.siting._found import KEPT, ROUNDING, Best, Found, count_sets, each_span, largest_pairs
from geo.siting.problem import Problem
from geo.siting.result import Goal
from geo.siting.watch import Step, Watch

__all__ = ["Shares"]

_WORD: Final = 64
_CHUNK: Final = 32  # words of odd cells that are summed at once


class Shares:
    """What each candidate of a problem reaches, as bits, those that add most first.

    Attributes
    ----------
    order
        The candidate of each row of bits.
    cover
        The bits.
    single, twice
        Weight that each covers of the cells that one more start must reach, and of those that two more must.
    base
        Weight that is reached without any.
    """

    def __init__(self, problem: Problem, watch: Watch) -> None:
        limit_h, weight = problem.limit_h, problem.weight
        if problem.goal is Goal.REACH:
            done, one = problem.first_h <= limit_h, problem.first_h > limit_h
        else:
            done, one = problem.second_h <= limit_h, (problem.first_h <= limit_h) & (problem.second_h > limit_h)
        two = ~(one | done)
        if problem.goal is Goal.REACH:
            two = np.zeros_like(one)
        self.problem, self.base = problem, float(weight[done].sum())
        even = _commonest(weight[one | two])
        parts = [np.flatnonzero(part) for part in (one & (weight == even), one & (weight != even), two & (weight == even))]
        parts.append(np.flatnonzero(two & (weight != even)))
        ends = np.cumsum([-(-len(part) // _WORD) for part in parts])
        odd = np.zeros((int(ends[-1]), _WORD))
        for number in (1, 3):
            begin = int(ends[number - 1]) * _WORD
            odd.reshape(-1)[begin : begin + len(parts[number])] = weight[parts[number]]
        cover = Cover(np.zeros((problem.candidates, int(ends[-1])), np.uint64), ends.astype(np.int64), even, odd)
        self._fill(cover, parts, watch)
        single = np.empty(problem.candidates)
        weigh_single(cover, single)
        twice = self._twice(cover)
        self.order: Integers = np.argsort(-(single + twice), kind="stable")
        self.single, self.twice = single[self.order], twice[self.order]
        self.cover = cover._replace(bits=np.ascontiguousarray(cover.bits[self.order]))
        self.most = float(weight[one | two].sum())  # that any set can add

    def _fill(self, cover: Cover, parts: list[Integers], watch: Watch) -> None:
        octets = cover.bits.view(np.uint8)

        def work(first: int, rows: Floats) -> None:
            is_reached, begin = rows <= self.problem.limit_h, 0
            for part, end in zip(parts, cover.ends, strict=True):
                packed = np.packbits(is_reached[:, part], axis=1, bitorder="little")
                octets[first : first + len(rows), begin * 8 : begin * 8 + packed.shape[1]] = packed
                begin = int(end)

        for done, _ in self.problem.each(work):
            watch.require_time()
            watch.report(Step.SUMS, done, self.problem.candidates)

    def _twice(self, cover: Cover) -> Floats:
        """Return the weight that each covers of the cells that two more must reach."""
        begin, end = int(cover.ends[1]), int(cover.ends[3])
        shifted = (cover.ends - cover.ends[1])[[2, 3, 3, 3]]
        twice = np.empty(len(cover.bits))
        weigh_single(Cover(cover.bits[:, begin:end], shifted, cover.even, cover.odd[begin:end]), twice)
        return twice

    def share(self, added: float) -> float:
        """Return the share that is reached if so much weight is added."""
        return (self.base + added) / self.problem.whole

    def search(self, count: int, watch: Watch) -> Found:
        """Search the best sets of one, two or three candidates."""
        candidates, sets = self.problem.candidates, count_sets(self.problem.candidates, count)
        if count == 1:
            ranked = sorted(range(candidates), key=lambda row: (-self.single[row], self.order[row]))
            return Found([(int(self.order[row]),) for row in ranked[:KEPT]], candidates, 0)
        pairs, rows_done = self.pairs(watch)
        if count == 2 or rows_done < candidates:
            return self._best_pairs(pairs, rows_done, count)
        best, tried, rows_done = self._search_triples(pairs, watch)
        found = [tuple(int(self.order[row]) for row in rows) for rows, _ in best.ranked()[:KEPT]]
        if rows_done >= candidates:
            return Found(found, tried, sets - tried)
        open_sets = count_sets(candidates - rows_done, 3)
        rest = self._bound_rest(pairs, rows_done)
        return Found(found, tried, sets - open_sets - tried, self.share(max(rest, best.ranked()[0][1])))

    def pairs(self, watch: Watch) -> tuple[Pairs, int]:
        """Return what all pairs add, and the number of rows that are done: all, unless the time ran out."""
        cover, count = self.cover, len(self.single)
        both = [self._odd_pairs(int(cover.ends[end - 1]), int(cover.ends[end])) for end in (1, 3)]
        rows_done = 0

        def work(first: int, last: int) -> int:
            count_pairs(cover, first, last, both[0], both[1])
            return 0

        for rows_done, _ in each_span(count, max(8, count // 64), work):
            watch.report(Step.PAIRS, rows_done, count)
            if watch.is_over:
                break
        for matrix in both:
            lower = np.tril_indices(count, -1)
            matrix[lower] = matrix.T[lower]
        one = self.single[:, None] + self.single - both[0]
        either = self.twice[:, None] + self.twice - both[1]
        adds = one - self.single[:, None]
        np.fill_diagonal(adds, 0.0)
        return Pairs(one, both[1], either, adds.max(axis=1), self.single), rows_done

    def _odd_pairs(self, begin: int, end: int) -> Floats:
        """Return the weight of the odd cells that each pair shares, between two ends in words."""
        bits, shared = self.cover.bits, np.zeros((len(self.single),) * 2)
        for first in range(begin, end, _CHUNK):
            last = min(first + _CHUNK, end)
            octets = np.ascontiguousarray(bits[:, first:last]).view(np.uint8)
            flags = np.unpackbits(octets, axis=1, bitorder="little").astype(float)
            shared += (flags * self.cover.odd[first:last].reshape(-1)) @ flags.T
        return shared

    def _best_pairs(self, pairs: Pairs, rows_done: int, count: int) -> Found:
        candidates = len(self.single)
        added = pairs.one + pairs.both
        if rows_done == candidates:
            best = largest_pairs(added, KEPT)
            return Found([self._named(rows) for rows, _ in best], count_sets(candidates, 2), 0)
        added[rows_done:, rows_done:] = -math.inf
        (rows, _), *_ = largest_pairs(added, 1)
        third = next((row for row in range(candidates) if row not in rows), 0)
        bound = self.share(min(self.most, float(np.sort(self.single + self.twice)[-count:].sum())))
        return Found([self._named((*rows, third)[:count])], rows_done, 0, bound)

    def _named(self, rows: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(int(self.order[row]) for row in rows)

    def _search_triples(self, pairs: Pairs, watch: Watch) -> tuple[Best, int, int]:
        """Return the best triples by rows of bits, the number tried, and the rows done."""
        best = self._first_triples(pairs)
        count = len(self.single)
        tried = rows_done = 0

        def work(first: int, last: int) -> int:
            worth, rows = np.full(KEPT, -1.0), np.zeros((KEPT, 3), np.intp)
            number = search_triples(self.cover, pairs, first, last, at_least, worth, rows)
            for triple, value in zip(rows, worth, strict=True):
                if value >= 0:
                    found.append((triple.tolist(), float(value)))
            return int(number)

        found: list[tuple[list[int], float]] = []
        at_least = best.at_least * (1 - 3 * ROUNDING)
        for rows_done, number in each_span(count, 4, work):
            tried += number
            for rows, worth in found:
                best.add(rows, worth)
            found.clear()
            at_least = best.at_least * (1 - 3 * ROUNDING)
            watch.report(Step.SETS, count_sets(count, 3) - count_sets(count - rows_done, 3), count_sets(count, 3))
            if watch.is_over:
                break
        return best, tried, rows_done

    def _first_triples(self, pairs: Pairs) -> Best:
        """Return good triples to begin with: the best third for the best pairs, then one member exchanged at a time."""
        best, worth = Best(), np.empty(len(self.single))
        for rows, _ in largest_pairs(pairs.one + pairs.both, 3):
            self._add_thirds(best, rows, worth)
        while True:
            triple, value = best.ranked()[0]
            for out in triple:
                i, j = (row for row in triple if row != out)
                self._add_thirds(best, (i, j), worth)
            if best.ranked()[0][1] <= value:
                return best

    def _add_thirds(self, best: Best, pair: tuple[int, int], worth: Floats) -> None:
        weigh_thirds(self.cover, *pair, worth)
        for third in np.argsort(-worth, kind="stable")[: KEPT + 2]:
            if worth[third] >= 0:
                best.add((*pair, int(third)), worth[third])

    def _bound_rest(self, pairs: Pairs, begin: int) -> float:
        """Return the most that a triple can add whose members are all from ``begin`` on."""
        rest = slice(begin, None)
        ahead = np.minimum(pairs.most[rest, None], pairs.most[None, rest])
        bound = pairs.one[rest, rest] + ahead + pairs.either[rest, rest]
        return min(self.most, float(bound.max()) * (1 + ROUNDING))


def _commonest(weight: Floats) -> float:
    """Return the weight that most cells have."""
    if not len(weight):
        return 0.0
    values, counts = np.unique(weight, return_counts=True)
    return float(values[np.argmax(counts)])
