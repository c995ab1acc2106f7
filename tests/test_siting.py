"""The best set of candidates is the one that trying all of them finds, whatever the numbers, and the one that HiGHS proves."""

import itertools
import math

import numpy as np
import pytest
import scipy.optimize
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geo.errors import ScenarioError
from geo.siting import Goal, Watch, best_sites, fewest_sites

LIMIT_H = 2.0
NEVER = math.inf
each_goal = pytest.mark.parametrize("goal", list(Goal))
each_count = pytest.mark.parametrize("count", [1, 2, 3])
# Few values, so that many sets are equal; those that reach exactly at the limit, and at the cap of the mean, are among them.
HOURS = st.sampled_from([0.0, 1.0, LIMIT_H, math.nextafter(LIMIT_H, 3), 3.5, 24.0, 30.0, NEVER])


@st.composite
def instances(draw, most=6):
    """Return arrival, weight and arrival of the fixed starts of a small search."""
    candidates, cells, starts = draw(st.integers(1, most)), draw(st.integers(1, 9)), draw(st.integers(1, 3))
    arrival_h = draw(arrays(float, (candidates, cells), elements=HOURS))
    weight = draw(arrays(float, cells, elements=st.sampled_from([0.0, 1.0, 1.0, 0.25])).filter(lambda w: w.sum() > 0))
    return arrival_h, weight, draw(arrays(float, (starts, cells), elements=HOURS))


def value_of(rows, arrival_h, weight, base_h, goal):
    """Return what a set is worth, less is better, by the definition alone; a share is negative."""
    together = np.sort(np.vstack([base_h, arrival_h[list(rows)], np.full((2, len(weight)), NEVER)]), axis=0)
    first, second = together[0][weight > 0], together[1][weight > 0]
    weight = weight[weight > 0]
    if goal in {Goal.REACH, Goal.BACKUP}:
        hours = first if goal is Goal.REACH else second
        return (-weight[hours <= LIMIT_H].sum() / weight.sum(),)
    if goal is Goal.MEAN:
        return ((np.minimum(first, 24.0) * weight).sum() / weight.sum(),)
    comes = first < NEVER
    return weight[~comes].sum() / weight.sum(), max(first[comes], default=math.nan)


def key_of(one, goal):
    if goal is Goal.WORST:
        return one.never, one.value
    return (-one.value if goal in {Goal.REACH, Goal.BACKUP} else one.value,)


def enumerate_sets(arrival_h, weight, base_h, goal, count):
    rows = itertools.combinations(range(len(arrival_h)), count)
    return sorted((value_of(one, arrival_h, weight, base_h, goal) for one in rows), key=lambda key: [(x == x, x) for x in key])


def assert_as_enumerated(sites, arrival_h, weight, base_h, goal, count):
    """Check the best and the next sets, that each is worth what is said, and the proof."""
    every = enumerate_sets(arrival_h, weight, base_h, goal, count)
    told = [sites.best, *sites.next]
    for one, wanted in itertools.zip_longest(told, every[:6]):
        assert key_of(one, goal) == pytest.approx(wanted, nan_ok=True)
        assert value_of(one.rows, arrival_h, weight, base_h, goal) == pytest.approx(wanted, nan_ok=True)
    assert len({one.rows for one in told}) == len(told)
    assert key_of(sites.before, goal) == pytest.approx(value_of((), arrival_h, weight, base_h, goal), nan_ok=True)
    proof = sites.proof
    assert (proof.candidates, proof.sets, proof.gap, proof.proved) == (len(arrival_h), len(every), 0, True)
    assert proof.tried + proof.excluded == proof.sets


@each_goal
@each_count
@given(instance=instances())
def test_the_best_set_is_the_one_that_trying_all_finds(instance, goal, count):
    arrival_h, weight, base_h = instance
    if count > len(arrival_h):
        with pytest.raises(ScenarioError, match="at most the number of candidates"):
            best_sites(arrival_h, weight, base_h, count=count, goal=goal, limit_h=LIMIT_H)
        return

    sites = best_sites(arrival_h, weight, base_h, count=count, goal=goal, limit_h=LIMIT_H)

    assert_as_enumerated(sites, arrival_h, weight, base_h, goal, count)


def made_up(candidates, cells, seed, *, states=1):
    """Return a search over points of a square: hours grow with distance, each candidate acts in the strip of its state."""
    random = np.random.default_rng(seed)
    at, water, start = (random.random((size, 2)) for size in (candidates, cells, 2))
    arrival_h = 0.5 + 9 * np.linalg.norm(at[:, None] - water, axis=2)
    arrival_h[(at[:, None, 0] * states).astype(int) != (water[:, 0] * states).astype(int)] = NEVER
    base_h = 0.5 + 9 * np.linalg.norm(start[:, None] - water, axis=2)
    base_h[:, water[:, 0] > 1 - 1 / states] = NEVER if states > 1 else 99.0
    weight = np.where(random.random(cells) < 0.7, 1.0, random.random(cells))
    return arrival_h, weight, base_h


@each_goal
@each_count
@pytest.mark.parametrize("states", [1, 3])
def test_many_cells_and_sides_change_nothing(goal, count, states):
    """More cells than a block or a word holds; each navy on its own side, and a side without a fixed start."""
    search = made_up(14, 700, seed=states, states=states)

    sites = best_sites(*search, count=count, goal=goal, limit_h=LIMIT_H)

    assert_as_enumerated(sites, *search, goal, count)


@each_goal
def test_one_more_start_never_makes_it_worse(goal):
    search = made_up(12, 300, seed=7)
    keys = [key_of(best_sites(*search, count=count, goal=goal, limit_h=LIMIT_H).best, goal) for count in (1, 2, 3)]
    before = key_of(best_sites(*search, count=1, goal=goal, limit_h=LIMIT_H).before, goal)

    assert [before, *keys] == sorted([before, *keys], reverse=True)


@each_goal
@each_count
def test_candidates_that_cover_nothing_are_no_trouble(goal, count):
    """Thirty alike: no set of 4,060 is better than another, and all but a few are excluded."""
    _, weight, base_h = made_up(1, 200, seed=2)
    arrival_h = np.full((30, 200), NEVER)

    sites = best_sites(arrival_h, weight, base_h, count=count, goal=goal, limit_h=LIMIT_H)

    assert (sites.value, sites.best.never) == (sites.before.value, sites.before.never)
    assert sites.proof.proved


def solve(costs, constraints, integers):
    """Return the value of a program that HiGHS proves with no gap; all variables lie between 0 and 1."""
    matrix, low, high = constraints
    result = scipy.optimize.milp(
        costs,
        constraints=scipy.optimize.LinearConstraint(matrix, low, high),
        integrality=integers,
        bounds=scipy.optimize.Bounds(0, 1),
        options={"mip_rel_gap": 0},
    )
    assert result.status == 0, result.message
    return result.fun


def cover_by_highs(arrival_h, weight, base_h, count, *, times):
    """Return the share that ``times`` starts reach: a cell counts if so many of the chosen and fixed ones cover it."""
    covers, fixed = (arrival_h <= LIMIT_H).T.astype(float), (base_h <= LIMIT_H).sum(axis=0)
    candidates, cells = len(arrival_h), len(weight)
    covered = scipy.sparse.hstack([scipy.sparse.csr_array(covers), -times * scipy.sparse.eye_array(cells)])
    chosen = scipy.sparse.csr_array(np.append(np.ones(candidates), np.zeros(cells))[None])
    low, high = np.append(-fixed, count), np.append(np.full(cells, np.inf), count)
    costs = np.append(np.zeros(candidates), -weight)
    return -solve(costs, (scipy.sparse.vstack([covered, chosen]), low, high), np.ones(candidates + cells)) / weight.sum()


def mean_by_highs(arrival_h, weight, base_h, count):
    """Return the mean arrival as a p-median: each cell is given to one chosen candidate, or to the first fixed start."""
    hours = np.minimum(np.vstack([arrival_h, base_h.min(axis=0)]), 24.0)
    candidates, cells = len(arrival_h), len(weight)
    each = scipy.sparse.kron(np.ones((1, candidates + 1)), scipy.sparse.eye_array(cells))
    given_once = scipy.sparse.hstack([scipy.sparse.csr_array((cells, candidates)), each])
    is_chosen = scipy.sparse.kron(scipy.sparse.eye_array(candidates), np.ones((cells, 1)))
    of_chosen = scipy.sparse.hstack([is_chosen, -scipy.sparse.eye_array(candidates * cells, (candidates + 1) * cells)])
    chosen = scipy.sparse.csr_array(np.append(np.ones(candidates), np.zeros((candidates + 1) * cells))[None])
    matrix = scipy.sparse.vstack([given_once, of_chosen, chosen])
    low = np.concatenate([np.ones(cells), np.zeros(candidates * cells), [count]])
    high = np.concatenate([np.ones(cells), np.full(candidates * cells, np.inf), [count]])
    integers = np.append(np.ones(candidates), np.zeros((candidates + 1) * cells))
    costs = np.append(np.zeros(candidates), (hours * weight).ravel())
    return solve(costs, (matrix, low, high), integers) / weight.sum()


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(("goal", "times"), [(Goal.REACH, 1), (Goal.BACKUP, 2)])
def test_highs_proves_the_same_share(goal, times, seed):
    search = made_up(60, 150, seed=seed)

    sites = best_sites(*search, count=3, goal=goal, limit_h=LIMIT_H)

    assert sites.value == pytest.approx(cover_by_highs(*search, 3, times=times), abs=1e-7)
    assert sites.proof.excluded > sites.proof.tried


def test_highs_proves_the_same_mean():
    search = made_up(25, 60, seed=4, states=2)

    sites = best_sites(*search, count=3, goal=Goal.MEAN)

    assert sites.value == pytest.approx(mean_by_highs(*search, 3), abs=1e-7)


@each_goal
def test_where_time_runs_out_it_says_so_and_the_bound_holds(goal):
    search = made_up(40, 300, seed=3, states=2)
    proved = best_sites(*search, count=3, goal=goal, limit_h=LIMIT_H)
    steps = []
    watch = Watch(report=lambda *step: steps.append(step[0].value), should_stop=lambda: "pairs" in steps or "sets" in steps)

    hasty = best_sites(*search, count=3, goal=goal, limit_h=LIMIT_H, watch=watch)

    sign = -1 if goal in {Goal.REACH, Goal.BACKUP} else 1
    assert not hasty.proof.proved
    assert hasty.proof.gap >= 0
    assert hasty.proof.tried + hasty.proof.excluded < hasty.proof.sets
    if goal is not Goal.WORST or hasty.best.never == proved.best.never:
        assert sign * hasty.proof.bound <= sign * proved.value * (1 + 1e-9)
        assert sign * proved.value <= sign * hasty.value


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"count": 0}, "`count` must be from 1 to 3"),
        ({"count": 4}, "`count` must be from 1 to 3"),
        ({"goal": "fame"}, "no goal 'fame'; known: reach, mean, worst, backup"),
        ({"limit_h": None}, "needs `limit_h`"),
        ({"weight": np.zeros(5)}, "above 0 in some cell"),
        ({"weight": np.full(5, -1.0)}, "nowhere below 0"),
        ({"weight": np.ones(4)}, r"\(2, 5\), \(4,\)"),
        ({"base_h": np.full(5, np.nan)}, "`base_h` has NaN"),
        ({"arrival_h": np.full((2, 5), np.nan)}, "`arrival_h` has NaN"),
        ({"arrival_h": np.ones(5)}, "wanted `arrival_h` \\(candidates, cells\\)"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(change, message):
    asked = {
        "arrival_h": np.ones((2, 5)),
        "weight": np.ones(5),
        "base_h": np.ones(5),
        "count": 1,
        "goal": "reach",
        "limit_h": 2,
    }
    with pytest.raises(ScenarioError, match=message):
        best_sites(**(asked | change))


# --- how few reach a share ----------------------------------------------------------------------------------------------


def least_number(arrival_h, weight, base_h, share):
    """Return how few candidates reach a share, by trying all; ``None`` where all together do not."""
    for count in range(len(arrival_h) + 1):
        for rows in itertools.combinations(range(len(arrival_h)), count):
            if -value_of(rows, arrival_h, weight, base_h, Goal.REACH)[0] >= share - 1e-9:
                return count
    return None


@given(instance=instances(most=7), share=st.sampled_from([0.2, 0.5, 0.75, 0.9, 1.0]))
def test_the_least_number_lies_between_bound_and_found(instance, share):
    least = least_number(*instance, share)

    fewest = fewest_sites(*instance, share=share, limit_h=LIMIT_H)

    if least is None:
        assert (fewest.bound, fewest.found) == (None, None)
        assert fewest.most < share
    else:
        assert fewest.bound <= least <= fewest.found == len(fewest.rows)
        assert -value_of(fewest.rows, *instance, Goal.REACH)[0] == pytest.approx(fewest.share)
        assert fewest.share >= share - 1e-9
        if least <= 3:
            assert fewest.proved


@pytest.mark.parametrize("seed", range(4))
def test_the_least_number_among_many_is_the_one_of_highs(seed):
    """Six to nine of 60: the prices prove all, or all but one."""
    search = made_up(60, 400, seed=seed)
    arrival_h, weight, base_h = search
    covers, fixed = (arrival_h <= LIMIT_H).T.astype(float), (base_h <= LIMIT_H).any(axis=0)
    most = weight[fixed | covers.any(axis=1)].sum() / weight.sum()
    share = 0.9 * most
    covered = scipy.sparse.hstack([scipy.sparse.csr_array(covers), -scipy.sparse.eye_array(400)])
    enough = scipy.sparse.csr_array(np.append(np.zeros(60), weight)[None])
    low = np.append(-fixed.astype(float), share * weight.sum())
    costs = np.append(np.ones(60), np.zeros(400))
    least = round(solve(costs, (scipy.sparse.vstack([covered, enough]), low, np.inf), np.append(np.ones(60), np.zeros(400))))

    fewest = fewest_sites(*search, share=share, limit_h=LIMIT_H)

    assert fewest.bound <= least <= fewest.found
    assert fewest.found - fewest.bound <= 1
