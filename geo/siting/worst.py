"""The search for the least worst arrival (docs/siting.md, section 5): a few hard cells bound every set.

First the water that nobody ever comes to is made least; it depends only on which cells a candidate may act in at all, and few
patterns of those occur. Then the worst arrival over the rest: it is at least the arrival in any one cell, so a set is tried
only if it does well in all the cells that were the worst of a set tried before.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator
from typing import Final

import numpy as np

from geo.arrays import Flags, Floats, Integers
from geo.errors import ScenarioError
from geo.siting._found import KEPT, Found, count_sets
from geo.siting.problem import Problem
from geo.siting.watch import Step, Watch

__all__ = ["Worst"]

_FIRST_PROBES: Final = 512
_EXCHANGES: Final = 8
_MOST_MIXES: Final = 100_000
Rows = tuple[int, ...]
Key = tuple[float, float]  # weight that nobody comes to, worst arrival over the rest


class Worst:
    """The worst arrival of sets of candidates, bounded by the arrival in some cells, the probes.

    Attributes
    ----------
    pattern
        For each candidate the number of its pattern: the cells, of those that no fixed start may act in, where it arrives.
    """

    def __init__(self, problem: Problem, watch: Watch) -> None:
        self.problem, self._watch = problem, watch
        self._open: Integers = np.flatnonzero(~np.isfinite(problem.first_h))
        self.single: list[Key] = []
        patterns: dict[bytes, int] = {}
        numbers: list[int] = []
        for done, (codes, keys) in problem.each(self._sum):
            watch.require_time()
            watch.report(Step.SUMS, done, problem.candidates)
            self.single += keys
            numbers += [patterns.setdefault(code, len(patterns)) for code in codes]
        self.pattern: Integers = np.array(numbers, dtype=np.intp)
        octets = np.frombuffer(b"".join(patterns), np.uint8).reshape(len(patterns), -1)
        self._comes: Flags = np.unpackbits(octets, axis=1)[:, : len(self._open)].astype(bool)
        self._probes: list[int] = []
        self._arrival_h: Floats = np.empty((problem.candidates, 0))
        self._before_h: Floats = np.empty(0)
        self._tried: dict[Rows, Key] = {}
        self._is_cut = False  # whether the time was over before all sets were tried or excluded

    def _sum(self, first: int, rows: Floats) -> tuple[list[bytes], list[Key]]:
        is_open = np.packbits(np.isfinite(rows[:, self._open]), axis=1)
        keys = [self._key(np.minimum(self.problem.first_h, row))[0] for row in rows]
        return [code.tobytes() for code in is_open], keys

    def _key(self, hours: Floats) -> tuple[Key, int]:
        """Return the weight that nobody comes to and the worst arrival, and the cell with it (-1 if there is none)."""
        is_reached = np.isfinite(hours)
        if is_reached.all():
            cell = int(np.argmax(hours))
            return (0.0, float(hours[cell])), cell
        never = float(self.problem.weight[~is_reached].sum())
        reached = np.where(is_reached, hours, -math.inf)
        cell = int(np.argmax(reached))
        return (never, float(reached[cell])), cell if is_reached[cell] else -1

    def search(self, count: int, watch: Watch) -> Found:
        """Search the best sets of one, two or three candidates."""
        candidates, sets = self.problem.candidates, count_sets(self.problem.candidates, count)
        if count == 1:
            ranked = sorted(range(candidates), key=lambda row: (*self.single[row], row))
            return Found([(row,) for row in ranked[:KEPT]], sets, 0)
        step = max(1, len(self.problem.cells) // _FIRST_PROBES)
        self._add_probes(np.arange(step // 2, len(self.problem.cells), step))
        mixes = self._sort_mixes(count)
        self._try_good(mixes[0][1])
        for never, mix in mixes:
            self._search_mix(never, mix)
        found, tried = self._ranked()[:KEPT], len(self._tried)
        sets_found = [rows for rows, _ in found]
        if not self._is_cut:
            return Found(sets_found, tried, sets - tried)
        return Found(sets_found, tried, 0, min(self._bound(), found[0][1][1]))

    def _ranked(self) -> list[tuple[Rows, Key]]:
        return sorted(self._tried.items(), key=lambda item: (item[1], item[0]))

    def _kept(self) -> Key:
        """Return what a set has to be better than."""
        if len(self._tried) < KEPT:
            return (math.inf, math.inf)
        return sorted(self._tried.values())[KEPT - 1]

    def _try(self, rows: Rows) -> None:
        """Measure a set, and make a probe of its worst cell."""
        hours = self.problem.first_h
        for row in rows:
            hours = np.minimum(hours, self.problem.rows(row, row + 1)[0])
        self._tried[rows], cell = self._key(hours)
        if cell >= 0 and cell not in self._probes:
            self._add_probes(np.array([cell]))

    def _add_probes(self, cells: Integers) -> None:
        self._probes += cells.tolist()
        self._arrival_h = np.hstack([self._arrival_h, self.problem.columns(cells)])
        self._before_h = np.append(self._before_h, self.problem.first_h[cells])

    def _sort_mixes(self, count: int) -> list[tuple[float, Rows]]:
        """Return the weight that nobody comes to for each mix of patterns that a set can have, least first."""
        available = Counter(self.pattern.tolist())
        if math.comb(len(available) + count - 1, count) > _MOST_MIXES:
            raise ScenarioError(
                f"candidates may act in {len(available):,} different parts of the water without a start: too many for goal "
                f"{self.problem.goal.value!r}; search among fewer"
            )
        weight = self.problem.weight[self._open]
        mixes = itertools.combinations_with_replacement(range(len(available)), count)
        possible = (mix for mix in mixes if all(mix.count(pattern) <= available[pattern] for pattern in set(mix)))
        return sorted((float(weight[~self._comes[list(mix)].any(axis=0)].sum()), mix) for mix in possible)

    def _search_mix(self, never: float, mix: Rows) -> None:
        """Try the sets of a mix of patterns that may be among the best, until the time is over."""
        if never > self._kept()[0]:
            return
        if never < self._kept()[0]:
            self._try_good(mix)
        for rows in self._extend((), mix, never):
            if rows not in self._tried:
                self._try(rows)

    def _limit(self, never: float) -> float:
        """Return what the worst arrival of a set has to be below."""
        kept = self._kept()
        return kept[1] if never == kept[0] else math.inf

    def _extend(self, chosen: Rows, mix: Rows, never: float) -> Iterator[Rows]:
        """Yield the sets with some members chosen, and others of the patterns in ``mix``, that do well in every probe.

        Some member has to do well in the probe where fewest candidates do. What is yielded is tried before the next is asked
        for, so the limit falls and probes are added on the way.
        """
        if not mix:
            yield tuple(sorted(chosen))
            return
        for row in self._members(chosen, mix, never):
            self._watch.report(Step.SETS, len(self._tried), 0)
            if self._watch.is_over:
                self._is_cut = True
                return
            # The limit may have fallen since: members that no longer do well are tried in no further set.
            if self._may_do(row, chosen, mix, never):
                rest = list(mix)
                rest.remove(int(self.pattern[row]))
                yield from self._extend((*chosen, row), tuple(rest), never)

    def _members(self, chosen: Rows, mix: Rows, never: float) -> list[int]:
        """Return candidates of which every good set that holds ``chosen`` has one."""
        open_probes = self._open_probes(chosen, mix, never)
        is_member = np.isin(self.pattern, mix)
        is_member[list(chosen)] = False
        if not open_probes.any():
            return [int(row) for row in np.flatnonzero(is_member)]
        does_well = (self._arrival_h[:, open_probes] < self._limit(never)) & is_member[:, None]
        if len(mix) == 1:
            return [int(row) for row in np.flatnonzero(does_well.all(axis=1))]
        hardest = int(np.argmin(does_well.sum(axis=0)))
        rows = np.flatnonzero(does_well[:, hardest])
        return [int(row) for row in rows[np.argsort(-does_well[rows].sum(axis=1), kind="stable")]]

    def _may_do(self, row: int, chosen: Rows, mix: Rows, never: float) -> bool:
        """Return whether a set with one more member may still do well: if it is whole, in every probe."""
        return len(mix) > 1 or not self._open_probes((*chosen, row), (), never).any()

    def _open_probes(self, chosen: Rows, mix: Rows, never: float) -> Flags:
        """Return the probes that the chosen ones do not do well in, and that somebody of the set comes to."""
        hours = np.minimum(self._before_h, self._arrival_h[list(chosen)].min(axis=0, initial=math.inf))
        comes = np.isfinite(hours)
        if mix and not comes.all():
            place = np.searchsorted(self._open, self._probes)
            is_open = np.isin(self._probes, self._open)
            comes[is_open] |= self._comes[list(mix)][:, place[is_open]].any(axis=0)
        return np.asarray(comes & ~(hours < self._limit(never)))

    def _try_good(self, mix: Rows) -> None:
        """Try good sets of a mix, so that bounds exclude others: one member exchanged at a time for the best in the probes."""
        rows: list[int] = []
        for pattern in mix:
            rows.append(next(int(row) for row in np.flatnonzero(self.pattern == pattern) if row not in rows))
        for _ in range(_EXCHANGES):
            before = list(rows)
            for at, pattern in enumerate(mix):
                others = rows[:at] + rows[at + 1 :]
                hours = np.minimum(self._before_h, self._arrival_h[others].min(axis=0, initial=math.inf))
                free = np.flatnonzero(self.pattern == pattern)
                together = np.minimum(hours, self._arrival_h[free])
                worst = np.where(np.isfinite(together), together, -math.inf).max(axis=1)
                order = [int(row) for row in free[np.argsort(worst, kind="stable")] if row not in others]
                for row in order[:KEPT]:
                    if tuple(sorted((*others, row))) not in self._tried:
                        self._try(tuple(sorted((*others, row))))
                rows[at] = order[0]
            if rows == before:
                return

    def _bound(self) -> float:
        """Return what no set is better than: in each probe that a fixed start comes to, the first of all to arrive."""
        hours = np.minimum(self._before_h, self._arrival_h.min(axis=0))
        return float(hours.max(where=np.isfinite(self._before_h), initial=-math.inf))
