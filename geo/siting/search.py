"""The best set of candidates, exact and with its proof: plain arrays in, no map and no files (docs/siting.md)."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from geo.arrays import Floats
from geo.errors import ScenarioError
from geo.siting._found import Found, count_sets
from geo.siting.means import Means
from geo.siting.problem import CAP_H, MOST, ArrivalRows, Problem
from geo.siting.result import Goal, Proof, Sites, SiteSet
from geo.siting.shares import Shares
from geo.siting.watch import Step, Watch
from geo.siting.worst import Worst

__all__ = ["best_sites", "require_goal", "value_each"]

_SEARCHES: Final[dict[Goal, type[Shares | Means | Worst]]] = {
    Goal.REACH: Shares,
    Goal.BACKUP: Shares,
    Goal.MEAN: Means,
    Goal.WORST: Worst,
}


def best_sites(
    arrival_h: ArrivalRows,
    weight: npt.ArrayLike,
    base_h: npt.ArrayLike,
    *,
    count: int,
    goal: Goal | str,
    limit_h: float | None = None,
    cap_h: float = CAP_H,
    watch: Watch | None = None,
) -> Sites:
    r"""Choose the candidates that help most beside fixed starts, and prove that no others help more.

    Parameters
    ----------
    arrival_h
        Hours from the call until a patrol of each candidate arrives in each cell, shape (candidates, cells); infinite where
        it never does. An array, or anything with a ``shape`` that returns rows (``arrival_h[3:9]``) and columns
        (``arrival_h[:, cells]``).
    weight
        What each cell counts, shape (cells), such as its area; cells of weight 0 are left out.
    base_h
        The same hours of the fixed starts, shape (starts, cells), or (cells) for the soonest of them. For ``backup`` all of
        them matter: with one row a cell has no second.
    count
        How many candidates to choose, 1 to 3.
    goal
        ``reach``: the largest share of the weight where somebody arrives within ``limit_h``. ``backup``: where two do.
        ``mean``: the least weighted mean of ``min(arrival, cap_h)``. ``worst``: the least weight where nobody ever arrives,
        then the least worst arrival over the rest.
    limit_h
        Hours, for ``reach`` and ``backup``.
    cap_h
        Hours, for ``mean``: no arrival counts as later.
    watch
        Receives the progress; ends the search early.

    Returns
    -------
    Sites
        The best set, the next five, and the proof. If the search ended early, the best set found, and in the proof a bound
        that no set is better than.

    Raises
    ------
    ScenarioError
        If shapes do not fit, a number is impossible, or there are fewer candidates than are to be chosen.

    Notes
    -----
    With weights w, the arrival b of the fixed starts and a_i of candidate i, sets S of candidates are compared by

    .. math:: \sum_c w_c [\min(b_c, \min_{i \in S} a_{ic}) \le T], \qquad \sum_c w_c \min(b_c, \min_{i \in S} a_{ic}, 24)

    for ``reach`` and ``mean``: maximal covering [1]_ and p-median [2]_ with fixed facilities. Both are submodular: what a
    candidate adds to a set is at most what it adds to a part of it [3]_. Sets are excluded by that bound; the others are
    measured. Values are exact but for the rounding of sums: sets that differ by less than 1e-12 of their value count as equal.

    References
    ----------
    .. [1] R. Church, C. ReVelle, The maximal covering location problem, Papers of the Regional Science Association 32, 1974.
    .. [2] S. L. Hakimi, Optimum locations of switching centers, Operations Research 12, 1964.
    .. [3] G. L. Nemhauser, L. A. Wolsey, M. L. Fisher, An analysis of approximations for maximizing submodular set
       functions I, Mathematical Programming 14, 1978.

    Examples
    --------
    A canal of six cells, a fixed start at its west end, three candidates further east, an hour a cell:

    >>> import numpy as np
    >>> cells = np.arange(6.0)
    >>> arrival_h = np.abs(cells - np.array([[1.0], [3.0], [5.0]]))
    >>> sites = best_sites(arrival_h, np.ones(6), cells, count=1, goal="reach", limit_h=1)
    >>> sites.rows, f"{sites.before.value:.2f} -> {sites.value:.2f}", sites.next[0].rows
    ((1,), '0.33 -> 0.83', (2,))
    >>> sites.proof.tried, sites.proof.gap, sites.proof.proved
    (3, 0.0, True)
    """
    wanted, watch = require_goal(goal), watch or Watch()
    problem = Problem(arrival_h, weight, base_h, goal=wanted, limit_h=limit_h, cap_h=cap_h)
    if not 1 <= count <= min(MOST, problem.candidates):
        raise ScenarioError(
            f"`count` must be from 1 to {MOST}, and at most the number of candidates ({problem.candidates}); got {count!r}"
        )
    return _conclude(problem, _SEARCHES[wanted](problem, watch).search(count, watch), count)


def value_each(
    arrival_h: ArrivalRows,
    weight: npt.ArrayLike,
    base_h: npt.ArrayLike,
    *,
    goal: Goal | str,
    limit_h: float | None = None,
    cap_h: float = CAP_H,
    watch: Watch | None = None,
) -> tuple[Floats, Floats, SiteSet]:
    """Return what is reached with each candidate alone beside the fixed starts; the parameters are those of `best_sites`.

    Returns
    -------
    value, never : array
        Of each candidate, as in `SiteSet`.
    before : SiteSet
        Without any.
    """
    watch = watch or Watch()
    problem = Problem(arrival_h, weight, base_h, goal=require_goal(goal), limit_h=limit_h, cap_h=cap_h)
    value, never = np.empty((2, problem.candidates))

    def work(first: int, rows: Floats) -> None:
        for row, hours in enumerate(rows, start=first):
            one = problem.measure_hours((row,), hours[None])
            value[row], never[row] = one.value, one.never

    for done, _ in problem.each(work):
        watch.require_time()
        watch.report(Step.SUMS, done, problem.candidates)
    return value, never, problem.measure(())


def _conclude(problem: Problem, found: Found, count: int) -> Sites:
    """Measure the sets that were found, from the hours themselves, and say how far they are proved."""
    measured = sorted(map(problem.measure, found.sets), key=lambda one: one.key(problem.goal))
    best, *others = measured
    bound = best.value if found.bound is None else found.bound
    gap = max(0.0, bound - best.value if problem.goal.is_share else best.value - bound)
    proof = Proof(
        candidates=problem.candidates,
        sets=count_sets(problem.candidates, count),
        tried=found.tried,
        excluded=found.excluded,
        bound=bound,
        gap=gap,
        proved=found.bound is None,
    )
    return Sites(problem.goal, problem.measure(()), best, tuple(others), proof)


def require_goal(goal: Goal | str) -> Goal:
    """Return a goal by its name.

    Raises
    ------
    ScenarioError
        If there is none of that name; the message names all.
    """
    try:
        return Goal(goal)
    except ValueError:
        raise ScenarioError(f"no goal {goal!r}; known: {', '.join(Goal)}") from None
