"""How few further starts bring the share reached to a wanted one: a proved number, or an honest interval (docs/siting.md)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from geo.arrays import Flags, Floats
from geo.errors import ScenarioError
from geo.siting._bits import sum_prices, weigh_beside
from geo.siting.problem import MOST, ArrivalRows, Problem
from geo.siting.result import Goal
from geo.siting.shares import Shares
from geo.siting.watch import Step, Watch

__all__ = ["Fewest", "fewest_sites"]

_ROUNDING: Final = 1e-9  # of the whole weight: a share that is missed by less is reached
_STEPS: Final = 120  # of the prices, for each number of starts that is to be excluded
_THREADS: Final = 2
_WORD: Final = 64
Words = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Fewest:
    """The least number of further starts that reach a share.

    Attributes
    ----------
    bound
        It takes at least so many; ``None`` where not even all candidates are enough.
    found
        So many are enough; ``None`` where no number is.
    rows
        Candidates that are enough; none where no number is.
    share
        Share that is reached with them, or with all, 0 to 1.
    most
        Share that all candidates reach.
    """

    bound: int | None
    found: int | None
    rows: tuple[int, ...]
    share: float
    most: float

    @property
    def proved(self) -> bool:
        """Whether the number is proved, or that there is none."""
        return self.bound == self.found


def fewest_sites(
    arrival_h: ArrivalRows,
    weight: npt.ArrayLike,
    base_h: npt.ArrayLike,
    *,
    share: float,
    limit_h: float,
    watch: Watch | None = None,
) -> Fewest:
    r"""Choose as few candidates as bring the share reached within ``limit_h`` to ``share``.

    The other parameters and the errors are those of `geo.siting.best_sites`.

    Notes
    -----
    Up to three are searched for exactly. For more, candidates are added by what each adds and exchanged one by one: that many
    are enough. That k are not enough is shown by prices u on the cells, 0 <= u_c <= w_c: no k candidates cover more than

    .. math:: \sum_c (w_c - u_c) + \max_{|S| = k} \sum_{i \in S} \sum_{c \in i} u_c ,

    the Lagrangian bound of maximal covering, which the subgradient method lowers. Every such bound holds, converged or not.
    """
    watch = watch or Watch()
    if not 0 < share <= 1:
        raise ScenarioError(f"`share` must be above 0 and at most 1, got {share!r}")
    problem = Problem(arrival_h, weight, base_h, goal=Goal.REACH, limit_h=limit_h)
    shares = Shares(problem, watch)
    wanted = share * problem.whole - shares.base - _ROUNDING * problem.whole  # weight that is to be added
    cover = _Covering(shares)
    most = shares.share(cover.weigh(range(problem.candidates)))
    if wanted <= 0:
        return Fewest(0, 0, (), shares.share(0.0), most)
    if cover.weigh(range(problem.candidates)) < wanted:
        return Fewest(None, None, (), most, most)
    bound, exact = _try_few(shares, wanted, watch)
    rows = exact or cover.add_until(wanted)
    for fewer in range(len(rows) - 1, bound - 1, -1):  # from above: the first that is excluded excludes all below
        watch.report(Step.SETS, len(rows) - fewer, len(rows) - bound)
        if watch.is_over:
            break
        if cover.is_excluded(fewer, wanted, watch):
            bound = fewer + 1
            break
    named = tuple(sorted(int(shares.order[row]) for row in rows))
    return Fewest(bound, len(rows), named, shares.share(cover.weigh(rows)), most)


def _try_few(shares: Shares, wanted: float, watch: Watch) -> tuple[int, list[int]]:
    """Return how many it takes at least, and rows of bits that are enough, if so few are."""
    row_of = {int(candidate): row for row, candidate in enumerate(shares.order)}
    for count in range(1, min(MOST, shares.problem.candidates) + 1):
        found = shares.search(count, watch)
        best = shares.problem.measure(found.sets[0])
        if best.value * shares.problem.whole - shares.base >= wanted:
            return (count, [row_of[candidate] for candidate in best.rows])
        if found.bound is not None:
            return count, []
    return min(MOST, shares.problem.candidates) + 1, []


class _Covering:
    """Covering by many candidates, by rows of bits."""

    def __init__(self, shares: Shares) -> None:
        self._cover = shares.cover
        self._bits = shares.cover.bits[:, : int(shares.cover.ends[1])]
        even = int(shares.cover.ends[0])
        weight = shares.cover.odd[: self._bits.shape[1]].copy()
        weight[:even] = shares.cover.even
        # 0 where no candidate comes, those that fill the last words included.
        self._weight = weight * self._flags(np.bitwise_or.reduce(self._bits, axis=0))
        self._price = self._weight * 0.5

    def _flags(self, words: Words) -> Flags:
        """Return which cells of each word are set, (words, 64)."""
        return np.unpackbits(words.view(np.uint8), bitorder="little").reshape(len(words), _WORD).astype(bool)

    def weigh(self, rows: range | list[int] | tuple[int, ...]) -> float:
        """Return the weight that candidates cover together."""
        return self._weigh_words(self._union(list(rows)))

    def _union(self, rows: list[int]) -> Words:
        return np.asarray(np.bitwise_or.reduce(self._bits[rows], axis=0, initial=np.uint64(0)))

    def _weigh_words(self, words: Words) -> float:
        return float(self._weight[self._flags(words)].sum())

    def add_until(self, wanted: float) -> list[int]:
        """Return candidates that cover so much: the best is added, then each exchanged for a better one."""
        rows: list[int] = []
        while self.weigh(rows) < wanted:
            best, gain = self._best_beside(rows)
            if gain <= 0:
                break
            rows.append(best)
            self._exchange(rows)
        return rows

    def _best_beside(self, rows: list[int]) -> tuple[int, float]:
        gain = np.empty(len(self._bits))
        weigh_beside(self._cover, self._union(rows), gain)
        return int(np.argmax(gain)), float(gain.max())

    def _exchange(self, rows: list[int]) -> None:
        worth, is_better = self.weigh(rows), True
        while is_better:
            is_better = False
            for at in range(len(rows)):
                others = rows[:at] + rows[at + 1 :]
                best, gain = self._best_beside(others)
                if self.weigh(others) + gain > worth * (1 + _ROUNDING):
                    rows[at], is_better = best, True
                    worth = self.weigh(rows)

    def is_excluded(self, count: int, wanted: float, watch: Watch) -> bool:
        """Return whether prices show that no ``count`` candidates cover so much."""
        price, least, scale, since = self._price, np.inf, 1.0, 0
        for _ in range(_STEPS):
            total = self._sum(price)
            chosen = np.argpartition(-total, count - 1)[:count]
            bound = float((self._weight - price).sum() + total[chosen].sum())
            if bound < wanted:
                self._price = price
                return True
            since = 0 if bound < least * (1 - 1e-5) else since + 1
            if since > 8:
                scale, since = scale / 2, 0
            least = min(least, bound)
            slope = np.zeros(self._weight.shape)
            for row in chosen:
                slope += self._flags(self._bits[row])
            slope -= 1
            slope[self._weight == 0] = 0
            norm = float((slope**2 * (self._weight > 0)).sum())
            if norm == 0 or watch.is_over:
                return False
            # Towards what k candidates surely cover at most if they are excluded: a little below the wanted weight.
            price = np.clip(price - scale * (bound - wanted * (1 - 1e-3)) / norm * slope, 0.0, self._weight)
        return False

    def _sum(self, price: Floats) -> Floats:
        total, ends = np.empty(len(self._bits)), np.linspace(0, len(self._bits), _THREADS + 1).astype(int)
        with ThreadPoolExecutor(_THREADS) as pool:
            list(pool.map(lambda span: sum_prices(self._bits, price, total, *span), pairwise(ends)))
        return total
