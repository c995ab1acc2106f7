"""Cells in the order of their distance give what a pass over every cell gives; fields run on under the land."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from geo.coverage.extrapolate import NOWHERE, PullPushFill, grown_over_shore
from geo.coverage.ranking import Ranking, cached_per_ranking, rank_cells


@pytest.fixture
def made():
    """Three points, a thousand cells on two sides, some out of reach."""
    chance = np.random.default_rng(7)
    own = chance.uniform(0, 100, (3, 1000))
    own[0, :100] = own[1, :50] = own[2, :50] = np.inf
    area, side = chance.uniform(0.1, 1, 1000), chance.integers(0, 2, 1000)
    return own, area, side, rank_cells(own, area, side, 2)


@pytest.mark.parametrize("limit", [0.0, 3.3, 50.0, 1e9])
def test_ranks_answer_as_a_pass_over_every_cell(made, limit):
    own, area, side, near = made
    first, second = np.sort(own, axis=0)[:2]

    def within(ranked):
        return ranked.within_km2(limit, lambda metres: metres)

    assert within(near.first) == pytest.approx(area[first <= limit].sum())
    assert within(near.second) == pytest.approx(area[second <= limit].sum())
    for point in range(3):
        leads = own.argmin(axis=0) == point
        assert within(near.own[point]) == pytest.approx(area[own[point] <= limit].sum())
        assert within(near.led[point]) == pytest.approx(area[leads & (first <= limit)].sum())
    for number in range(2):
        assert within(near.sides[number]) == pytest.approx(area[(side == number) & (first <= limit)].sum())


def test_mean_median_and_farthest_are_weighted_by_area(made):
    own, area, _, near = made
    first = own.min(axis=0)
    there = np.isfinite(first)

    assert near.first.mean_m == pytest.approx(np.average(first[there], weights=area[there]))
    assert area[first <= near.first.median_m].sum() >= area[there].sum() / 2 > area[first < near.first.median_m].sum()
    assert near.first.farthest_m == first[there].max()


def test_nobody_gives_nothing():
    near = rank_cells(np.empty((0, 4)), np.ones(4), np.zeros(4, dtype=np.intp), 1)

    assert near.first.within_km2(1e9, lambda metres: metres) == 0
    assert np.isnan(near.first.mean_m)


def test_a_filled_field_keeps_what_is_known_and_slopes_between():
    field = np.tile(np.arange(16.0), (16, 1))
    known = np.ones((16, 16), dtype=bool)
    known[5:9, 5:9] = False
    filled = PullPushFill(known)(np.where(known, field, 1e6))

    assert (filled[known] == field[known]).all()
    assert np.abs(filled - field)[~known].max() < 3


def test_values_are_carried_one_cell_over_the_shore():
    source = np.full((5, 5), NOWHERE, dtype=np.intp)
    source[2, 2] = 7

    assert (grown_over_shore(source)[1:4, 1:4] == 7).all()
    assert grown_over_shore(source)[0].tolist() == [NOWHERE] * 5


def test_land_between_two_far_patches_is_filled_from_both():
    """However long and narrow: no cell is left at nought, which would say that help is there at once."""
    known = np.zeros((8, 64), dtype=bool)
    known[:, :2] = known[:, -2:] = True
    filled = PullPushFill(known)(np.full((8, 64), 10.0))

    assert filled == pytest.approx(np.full((8, 64), 10.0))


def test_what_is_kept_of_a_nearest_goes_with_it(made):
    """Asked twice it is worked out once; the next one asks anew, and the first is not held."""
    own, area, side, near = made
    worked = []

    @cached_per_ranking
    def nearest_m(of: Ranking, cell: int) -> float:
        worked.append(cell)
        return float(of.first_m[cell])

    assert nearest_m(near, 500) == nearest_m(near, 500) == own[:, 500].min()
    assert worked == [500]
    short_lived = rank_cells(own, area, side, 2)
    nearest_m(short_lived, 500)
    assert worked == [500, 500]
    held = weakref.ref(short_lived)
    del short_lived
    gc.collect()
    assert held() is None
