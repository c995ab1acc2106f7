"""docs/benchmarks.md says what it has to; and the truth that it is measured against is itself held against toys."""

import itertools

import numpy as np
import pyproj
import pytest
import shapely

from benchmarks.oracle import Oracle
from benchmarks.results import BARS
from tests.conftest import ROOT
from tests.visibility_oracle import VisibilityOracle

GEOD = pyproj.Geod(ellps="WGS84")
PEERS = [
    "Selat",
    "scikit-fmm, order 1",
    "scikit-fmm, order 2",
    "skimage MCP_Geometric",
    "scipy csgraph, 16 neighbours",
    "searoute",
    "straight geodesic",
]
BASIN = shapely.box(100, 3, 101, 4) - shapely.box(100.4, 3, 100.6, 3.8)  # a wall from the south
ISLANDS = shapely.box(100, 3, 102, 4) - shapely.union_all(
    [shapely.Point(100.2 + step % 7 / 4, 3.2 + step // 7 / 5).buffer(0.07 + step % 3 / 100, 3) for step in range(28)]
)


def tables():
    """Return the tables of the document: rows of cells, the heads first."""
    found, rows = [], []
    for line in [*(ROOT / "docs" / "benchmarks.md").read_text("utf-8").splitlines(), ""]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
        elif rows:
            found.append([rows[0], *rows[2:]])
            rows = []
    return found


def number(cell):
    return float(cell.split()[0].replace(",", ""))


def test_every_bar_has_its_figure_and_the_verdict_follows_from_it():
    head, *rows = tables()[0]
    by_name = {row[0]: row for row in rows}

    assert head == ["bar", "wanted", "measured", "verdict"]
    assert sorted(by_name) == sorted(bar.name for bar in BARS.values())
    for bar in BARS.values():
        _, wanted, measured, verdict = by_name[bar.name]
        assert number(wanted[1:]) == bar.limit
        assert verdict.strip("*") == ("met" if bar.is_met(number(measured)) else "not met")


def test_the_table_of_methods_names_every_peer_with_figures_that_are_numbers():
    methods = [table for table in tables() if table[0][1] == "time"]
    named = {row[0] for table in methods for row in table[1:]}

    assert named == set(PEERS)
    for _, *rows in methods:
        for _, ratio, seconds, setup, memory, *errors, missed in rows:
            assert min(number(cell) for cell in (ratio, seconds, *errors, missed)) >= 0
            assert (setup == "–") == (memory == "–")


def test_the_peer_that_times_are_measured_by_takes_its_own_time():
    reference = next(row for table in tables() for row in table if row[0] == "scikit-fmm, order 2")

    assert number(reference[1]) == 1


@pytest.fixture(scope="module")
def oracle():
    return Oracle(BASIN)


def test_the_oracle_goes_around_a_wall_as_worked_out_by_hand(oracle):
    way = [(100.2, 3.2), (100.4, 3.8), (100.6, 3.8), (100.8, 3.2)]
    by_hand = sum(GEOD.inv(*a, *b)[2] for a, b in itertools.pairwise(way))

    found = oracle.distances_m(way[0], np.array([way[-1], (100.2, 3.9), (100.5, 3.2)]))

    assert found[0] == pytest.approx(by_hand, rel=1e-12)
    assert found[1] == pytest.approx(GEOD.inv(*way[0], 100.2, 3.9)[2], rel=1e-12)
    assert found[2] == np.inf  # inside the wall


def test_the_oracle_finds_nothing_where_ways_may_not_be_long_enough(oracle):
    target = np.array([(100.8, 3.2)])
    true_m = oracle.distances_m((100.2, 3.2), target)

    assert oracle.distances_m((100.2, 3.2), target, at_most_m=true_m * 1.00001) == true_m
    assert oracle.distances_m((100.2, 3.2), target, at_most_m=true_m * 0.99999) == np.inf


def test_the_oracle_agrees_with_the_plain_one_among_islands():
    targets = np.random.default_rng(3).uniform((100, 3), (102, 4), (40, 2))
    targets = targets[shapely.contains_xy(ISLANDS, *targets.T)]
    start = (100.05, 3.05)

    found = Oracle(ISLANDS).distances_m(start, targets)

    np.testing.assert_allclose(found, VisibilityOracle(ISLANDS).distances_m(start, targets), rtol=1e-12)
    assert len(found) > 20
    assert np.isfinite(found).all()
