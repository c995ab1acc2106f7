"""Cells in order of distance give the same as a pass over every cell; fields extend smoothly over land."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from geo.coverage.extrapolate import NOWHERE, PullPushFill, grow_over_shore
from geo.coverage.ranking import Ranking, cached_per_ranking, rank_cells


@pytest.fixture
def table():
    """Return three points' distances to a thousand cells, areas, sides, and the ranking; some cells are unreachable."""
    chance = np.random.default_rng(7)
    own = chance.uniform(0, 100, (3, 1000))
    own[0, :100] = own[1, :50] = own[2, :50] = np.inf
    area, side = chance.uniform(0.1, 1, 1000), chance.integers(0, 2, 1000)
    return own, area, side, rank_cells(own, area, side, 2)


@pytest.mark.parametrize("limit", [0.0, 3.3, 50.0, 1e9])
def test_a_ranking_gives_the_same_as_a_pass_over_every_cell(table, limit):
    own, area, side, ranking = table
    first, second = np.sort(own, axis=0)[:2]

    def within(cells):
        return cells.within_km2(limit, lambda metres: metres)

    assert within(ranking.first) == pytest.approx(area[first <= limit].sum())
    assert within(ranking.second) == pytest.approx(area[second <= limit].sum())
    for point in range(3):
        leads = own.argmin(axis=0) == point
        assert within(ranking.by_point[point]) == pytest.approx(area[own[point] <= limit].sum())
        assert within(ranking.first_by_point[point]) == pytest.approx(area[leads & (first <= limit)].sum())
    for number in range(2):
        assert within(ranking.sides[number]) == pytest.approx(area[(side == number) & (first <= limit)].sum())


def test_mean_median_and_farthest_are_weighted_by_area(table):
    own, area, _, ranking = table
    first = own.min(axis=0)
    there = np.isfinite(first)

    assert ranking.first.mean_m == pytest.approx(np.average(first[there], weights=area[there]))
    assert area[first <= ranking.first.median_m].sum() >= area[there].sum() / 2 > area[first < ranking.first.median_m].sum()
    assert ranking.first.farthest_m == first[there].max()


def test_without_points_nothing_is_reached():
    ranking = rank_cells(np.empty((0, 4)), np.ones(4), np.zeros(4, dtype=np.intp), 1)

    assert ranking.first.within_km2(1e9, lambda metres: metres) == 0
    assert np.isnan(ranking.first.mean_m)


def test_a_filled_field_keeps_known_cells_and_is_smooth_between():
    field = np.tile(np.arange(16.0), (16, 1))
    known = np.ones((16, 16), dtype=bool)
    known[5:9, 5:9] = False
    filled = PullPushFill(known)(np.where(known, field, 1e6))

    assert (filled[known] == field[known]).all()
    assert np.abs(filled - field)[~known].max() < 3


def test_values_are_extrapolated_one_cell_over_the_shore():
    source = np.full((5, 5), NOWHERE, dtype=np.intp)
    source[2, 2] = 7

    assert (grow_over_shore(source)[1:4, 1:4] == 7).all()
    assert grow_over_shore(source)[0].tolist() == [NOWHERE] * 5


def test_land_between_two_far_patches_is_filled_from_both():
    """However long and narrow: no cell stays at 0, which would mean immediate arrival."""
    known = np.zeros((8, 64), dtype=bool)
    known[:, :2] = known[:, -2:] = True
    filled = PullPushFill(known)(np.full((8, 64), 10.0))

    assert filled == pytest.approx(np.full((8, 64), 10.0))


def test_results_are_cached_as_long_as_their_ranking_lives(table):
    """Two calls compute once; another ranking computes again, and the cache does not keep it alive."""
    own, area, side, ranking = table
    computed = []

    @cached_per_ranking
    def nearest_m(ranking: Ranking, cell: int) -> float:
        computed.append(cell)
        return float(ranking.first_m[cell])

    assert nearest_m(ranking, 500) == nearest_m(ranking, 500) == own[:, 500].min()
    assert computed == [500]
    short_lived = rank_cells(own, area, side, 2)
    nearest_m(short_lived, 500)
    assert computed == [500, 500]
    reference = weakref.ref(short_lived)
    del short_lived
    gc.collect()
    assert reference() is None
