"""Measure sea distance and coverage against peers and write ``docs/benchmarks.md``: ``make bench``.

One process, contenders in turn, medians: these machines are noisy, so only ratios of
one run mean anything. Errors are against an independent visibility graph whose
lengths are Karney's (``tests/visibility_oracle.py``).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyproj
import searoute
import shapely
import skfmm
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from skimage.graph import MCP_Geometric

from benchmarks.raster import Raster, raster_of
from benchmarks.report import Figure, Report, write
from geo.answers import Answers, default_scenario
from geo.coverage import assess
from geo.coverage_shapes import bands, gap
from geo.measure import areas_km2, distance_m
from geo.reach import navigable_water
from geo.scheme import PatrolScheme, load
from geo.sea_distance import SeaDistance
from geo.strait_grid import strait_grid
from tests.visibility_oracle import VisibilityOracle

ROOT = Path(__file__).resolve().parent.parent
START = "lumut"
OPEN_M, SHORE_M = 5_000.0, 3_000.0
# Port pairs of a published table inside the study box: name, (lon, lat), name, (lon, lat), nautical miles, remark.
PUBLISHED = (
    ("Melaka", (102.25, 2.2), "Singapore", (103.84, 1.265), 117, ""),
    ("Penang", (100.34, 5.4133), "Singapore", (103.84, 1.265), 369, ""),
    ("Port Klang", (101.4, 3.0), "Singapore", (103.84, 1.265), 220, "the table is generous here"),
    (
        "Tanjung Pelepas",
        (103.55, 1.3567),
        "Singapore",
        (103.84, 1.265),
        32,
        "an outlier of the table, far longer than the water path",
    ),
    ("Dumai", (101.45, 1.6833), "Melaka", (102.25, 2.2), 65, "a ferry, rough"),
)


def main() -> None:
    """Read the command line, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="runs of each contender; medians are quoted")
    rounds = parser.parse_args().rounds
    scheme = load()
    report = Report(rounds=rounds)
    answers = Answers(scheme)
    water = navigable_water(scheme)
    oracle = Oracle(water, answers)
    for cell_m in (1_000.0, 500.0):
        say(f"fields at {cell_m:g} m")
        fields(scheme, answers, water, oracle, cell_m, report)
    say("point look-up, shapes, cold start, published distances")
    look_up(answers, oracle, report)
    shapes(scheme, answers, report)
    report.cold_start_s = cold_start_s()
    report.published = [published_row(answers.fields.water, *pair) for pair in PUBLISHED]
    write(report, ROOT / "docs")


def say(text: str) -> None:
    """Tell how far it is."""
    print(text, flush=True)


class Oracle:
    """True distances from one start to some open and some near-shore places."""

    def __init__(self, water: shapely.Polygon, answers: Answers) -> None:
        say("the oracle: a visibility graph over the whole coast")
        grid, self.start = answers.fields.reach.grid, answers.fields.by_start[START].start
        shore = shapely.STRtree(list(shapely.get_parts(shapely.MultiLineString([water.exterior, *water.interiors]))))
        some = np.random.default_rng(7).choice(len(grid.lon), 1200, replace=False)
        points = shapely.points(grid.lon[some], grid.lat[some])
        _, away_deg = shore.query_nearest(points, return_distance=True, all_matches=False)
        away_m = away_deg * 111_000
        kept = np.concatenate([some[away_m > OPEN_M][:60], some[away_m < SHORE_M][:40]])
        self.near = np.arange(len(kept)) >= 60
        self.lon, self.lat = grid.lon[kept], grid.lat[kept]
        ours_m = answers.fields.by_start[START].at_m(self.lon, self.lat)
        places = np.column_stack([self.lon, self.lat])
        # Only capes that a way no longer than ours can pass are looked at: a shorter way would still be found.
        self.true_m = np.asarray(VisibilityOracle(water).distances_m(self.start, places, at_most_m=ours_m * (1 + 1e-6) + 1))
        if not np.isfinite(self.true_m).all():
            raise SystemExit("the oracle finds no way as short as ours to some place: our distance is too short there")


def timed(contenders: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the median seconds of each, run in turn."""
    spent: dict[str, list[float]] = {name: [] for name in contenders}
    for run in contenders.values():
        run()  # warm
    for _ in range(rounds):
        for name, run in contenders.items():
            begun = time.perf_counter()
            run()
            spent[name].append(time.perf_counter() - begun)
    return {name: float(np.median(values)) for name, values in spent.items()}


def fields(
    scheme: PatrolScheme, answers: Answers, water: shapely.Polygon, oracle: Oracle, cell_m: float, report: Report
) -> None:
    """Time and judge a whole field by every method at one cell size."""
    sea, start = answers.fields.water, oracle.start
    raster = raster_of(water, scheme.sources.study_box, cell_m)
    cells = answers.fields.reach.grid if cell_m == 1_000 else strait_grid(scheme.strait, scheme.waters, cell_m=cell_m)
    located = sea.locate(cells.lon, cells.lat)
    contenders: dict[str, Callable[[], object]] = {
        "ours, strait, exact": lambda: sea.from_point(*start, needed=located).at_located_m(located),
        "scikit-fmm, order 2": lambda: marched_m(raster, start, 2),
        "scikit-fmm, order 1": lambda: marched_m(raster, start, 1),
        "skimage MCP_Geometric": lambda: routed_m(raster, start),
    }
    if cell_m == 1_000:
        graph = sixteen_neighbours(raster)
        contenders["scipy csgraph, 16 neighbours"] = lambda: stepped_m(graph, raster, start)
    spent = timed(contenders, report.rounds)
    ours = sea.from_point(*start).at_m(oracle.lon, oracle.lat)
    for name, run in contenders.items():
        found = ours if name.startswith("ours") else raster.at(run(), oracle.lon, oracle.lat)  # type: ignore[arg-type]
        report.fields.append(
            Figure(cell_m, name, spent[name], spent[name] / spent["scikit-fmm, order 2"], *errors(found, oracle))
        )
    if cell_m == 1_000:
        geod = pyproj.Geod(ellps="WGS84")
        count = len(oracle.lon)
        straight = geod.inv(np.full(count, start[0]), np.full(count, start[1]), oracle.lon, oracle.lat)[2]
        report.fields.append(Figure(cell_m, "straight geodesic", None, None, *errors(np.asarray(straight), oracle)))
        laned = np.array(
            [
                searoute.searoute(start, place, units="m").properties["length"]
                for place in zip(oracle.lon, oracle.lat, strict=True)
            ]
        )
        report.fields.append(Figure(cell_m, "searoute (a network of lanes)", None, None, *errors(laned, oracle)))


def errors(found_m: np.ndarray, oracle: Oracle) -> tuple[float, float, float]:
    """Return mean error in the open, mean error near shore, and the worst, in % of the true distance."""
    off = np.abs(found_m / oracle.true_m - 1) * 100
    off = np.where(np.isfinite(off), off, 100.0)  # a raster that closed the channel gives nothing: counted as all wrong
    return float(off[~oracle.near].mean()), float(off[oracle.near].mean()), float(off.max())


def marched_m(raster: Raster, start: tuple[float, float], order: int) -> np.ndarray:
    """Fast marching, seeded by a disc of three cells."""
    row, column = raster.cell(*start)
    rows, columns = np.ogrid[: raster.shape[0], : raster.shape[1]]
    away_m = np.hypot((rows - row) * raster.cell_m, (columns - column) * raster.cell_m)
    radius_m = 3 * raster.cell_m
    front = np.ma.MaskedArray(away_m - radius_m, ~raster.water)
    return np.asarray(skfmm.distance(front, dx=raster.cell_m, order=order).filled(np.inf)) + radius_m


def routed_m(raster: Raster, start: tuple[float, float]) -> np.ndarray:
    """Eight neighbours, as scikit-image routes."""
    costs, _ = MCP_Geometric(np.where(raster.water, 1.0, -1.0)).find_costs([raster.cell(*start)])
    return np.asarray(costs) * raster.cell_m


def sixteen_neighbours(raster: Raster) -> csr_matrix:
    """Return the graph of king's and knight's moves over water."""
    number = np.full(raster.shape, -1)
    number[raster.water] = np.arange(raster.water.sum())
    begins, ends, lengths = [], [], []
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1), (1, 2), (2, 1), (1, -2), (2, -1)):
        here = number[: number.shape[0] - down, max(0, -right) : number.shape[1] - max(0, right)]
        there = number[down:, max(0, right) : number.shape[1] + min(0, right)]
        both = (here >= 0) & (there >= 0)
        begins.append(here[both])
        ends.append(there[both])
        lengths.append(np.full(both.sum(), np.hypot(down, right) * raster.cell_m))
    size = int(raster.water.sum())
    return csr_matrix((np.concatenate(lengths), (np.concatenate(begins), np.concatenate(ends))), (size, size))


def stepped_m(graph: csr_matrix, raster: Raster, start: tuple[float, float]) -> np.ndarray:
    """Dijkstra over the graph."""
    number = np.cumsum(raster.water.ravel())[np.ravel_multi_index(raster.cell(*start), raster.shape)] - 1
    full = np.full(raster.shape, np.inf)
    full[raster.water] = dijkstra(graph, directed=False, indices=number)
    return full


def look_up(answers: Answers, oracle: Oracle, report: Report) -> None:
    """Judge single points and the field against the oracle and each other."""
    field = answers.fields.water.from_point(*oracle.start)
    report.look_up_ppm = float(np.max(np.abs(field.at_m(oracle.lon, oracle.lat) / oracle.true_m - 1)) * 1e6)
    grid = answers.fields.reach.grid
    row = answers.fields.reach.ids.index(START)
    single = field.at_m(grid.lon[::97], grid.lat[::97])
    report.field_ppm = float(np.max(np.abs(answers.fields.reach.distance_m[row, ::97] / single - 1)) * 1e6)


def shapes(scheme: PatrolScheme, answers: Answers, report: Report) -> None:
    """Time a new question to shapes ready, against a marched field; and compare shapes with the grid."""
    asked = default_scenario(answers)
    raster = raster_of(navigable_water(scheme), scheme.sources.study_box, 1_000.0)
    start = answers.fields.by_start[START].start

    def ready() -> object:
        found = assess(answers.fields.reach, asked)
        return bands(found, answers.full, edges_h=(2.0, 4.0, 6.0, 8.0)), gap(found, answers.full)

    spent = timed({"ours": ready, "peer": lambda: marched_m(raster, start, 2)}, report.rounds)
    report.shapes_s, report.shapes_ratio = spent["ours"], spent["ours"] / spent["peer"]
    found = assess(answers.fields.reach, asked)
    made = gap(found, answers.full).set_index("what")
    off = abs(areas_km2(made)["reached"] - found.reached_km2)
    report.shapes_off_percent = float(off / found.strait_area_km2 * 100)


def cold_start_s() -> float:
    """Return seconds from starting Python to the first field, kernels compiled before."""
    code = (
        "from geo.scheme import load\nfrom geo.reach import navigable_water\nfrom geo.sea_distance import SeaDistance\n"
        "from geo.strait_grid import strait_grid\ns = load()\nsea = SeaDistance(navigable_water(s))\n"
        "cells = sea.locate(s.control_points['start_lon'], s.control_points['start_lat'])\n"
        "sea.from_point(100.59877, 4.21776).at_located_m(cells)"
    )
    spent = []
    for _ in range(3):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
        spent.append(time.perf_counter() - begun)
    return float(np.median(spent))


def published_row(
    sea: SeaDistance, a: str, at_a: tuple[float, float], b: str, at_b: tuple[float, float], table_nmi: int, remark: str
) -> tuple[str, int, float, float, str]:
    """Return a pair of ports with the table's distance and ours, both ends moved to water."""
    field = sea.from_point(*at_a)
    end = sea.from_point(*at_b).start
    ours_nmi = float(field.at_m(*end)) / 1852
    ends_km = (distance_m(at_a, field.start) + distance_m(at_b, end)) / 1000
    reason = f"{remark}; " if remark else ""
    return f"{a} – {b}", table_nmi, ours_nmi, (table_nmi / ours_nmi - 1) * 100, f"{reason}ends moved {ends_km:.1f} km to water"


if __name__ == "__main__":
    main()
