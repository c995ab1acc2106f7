"""Measure Selat and its peers and write docs/benchmarks.md with its picture: ``make bench``.

``--quick`` is a smoke test with a tenth of the targets, few rounds and 1 km only; it writes to ``out/``.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks import selat
from benchmarks.clock import Task, time_in_turn
from benchmarks.lattice import COARSE_M, Lattice, Questions, build_lattice, choose_questions
from benchmarks.memory import SELAT, peak_mb
from benchmarks.oracle import Oracle
from benchmarks.peers import FIELD_PEERS, POINT_PEERS, REFERENCE, Solver
from benchmarks.picture import draw
from benchmarks.published import compare_published
from benchmarks.report import document
from benchmarks.results import Results, Row, compare
from geo.arrays import Floats
from geo.coverage.answers import CoverageModel
from geo.coverage.grid import StraitGrid, strait_grid
from geo.coverage.reach import starts
from geo.disk_cache import CACHE_VARIABLE
from geo.scheme.patrol_scheme import load
from geo.sea.distance import SeaDistance

ROOT = Path(__file__).resolve().parent.parent
STARTS = ("belawan", "batam")
ROUNDS = {COARSE_M: 9, 500.0: 5}
QUICK_ROUNDS = {COARSE_M: 2}
SHAPES, SHAPES_FULL = "shapes, for display", "shapes, full coast"
_BEGUN = time.perf_counter()


def main() -> None:
    """Read the command line, measure, and write the document."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a smoke run of under a minute, written to out/")
    quick = parser.parse_args().quick
    folder = ROOT / ("out" if quick else "docs")
    os.environ[CACHE_VARIABLE] = "off"  # set-up and memory without cached results
    results = Run(QUICK_ROUNDS if quick else ROUNDS, share=0.1 if quick else 1.0).results()
    (folder / "images").mkdir(parents=True, exist_ok=True)
    draw(results, folder / "images" / "bench-error-time.png")
    (folder / "benchmarks.md").write_text(document(results), "utf-8")
    say(f"wrote {(folder / 'benchmarks.md').relative_to(ROOT)}")


def say(text: str) -> None:
    """Print progress."""
    print(f"{time.perf_counter() - _BEGUN:5.0f} s  {text}", flush=True)


class Run:
    """One run on the shipped data."""

    def __init__(self, rounds: dict[float, int], *, share: float) -> None:
        say("coast, mesh and questions")
        self.rounds = rounds
        self.scheme = load()
        self.water = self.scheme.water.navigable
        self.model = CoverageModel(self.scheme)
        self.sea: SeaDistance = self.model.fields.water
        table = starts(self.scheme)
        begin = {name: (float(table.loc[name, "lon"]), float(table.loc[name, "lat"])) for name in STARTS}
        self.coarse = build_lattice(self.water, self.scheme.sources.study_box, COARSE_M)
        self.questions: Questions = choose_questions(self.scheme, self.coarse, begin, share=share)
        self.rows: list[Row] = []
        self.figures: dict[str, float] = {}
        self.shapes_s: dict[str, float] = {}

    def results(self) -> Results:
        """Measure everything."""
        say("the reference: a visibility graph over the whole coast")
        distance_m = selat.look_up_m(self.sea, self.questions.starts_lonlat, self.questions.lonlat)
        self.true_m = self._true_m(distance_m)
        self.error = compare(distance_m, self.true_m, self.questions.near_shore)
        self.figures["at"] = float(np.abs(distance_m / self.true_m - 1).max()) * 1e6
        for cell_m, rounds in self.rounds.items():
            self._fields(cell_m, rounds)
        say("areas, first field of a process, published distances")
        self.figures["areas"] = selat.areas_off_percent(self.model)
        runs = min(5, max(self.rounds.values()))
        with TemporaryDirectory() as folder:
            self.figures["process"], steps_s = selat.first_field_s(runs, folder)
        uncached_s, _ = selat.first_field_s(runs, "off")
        reference = next(row for row in self.rows if (row.method, row.cell_m) == (REFERENCE, COARSE_M))
        self.figures["error"] = reference.error.mean / self.error.mean
        return Results(
            rounds=self.rounds,
            starts=tuple(self.scheme.feature_name(name) for name in self.questions.names),
            targets=(int((~self.questions.near_shore).sum()), int(self.questions.near_shore.sum())),
            rows=self.rows,
            figures=self.figures,
            shapes_s=self.shapes_s,
            process_steps_s=steps_s,
            process_uncached_s=uncached_s,
            published=compare_published(self.scheme, self.sea),
        )

    def _true_m(self, distance_m: Floats) -> Floats:
        """Return the distances of the oracle. It ignores routes clearly longer than Selat's, which hides no error of Selat."""
        oracle = Oracle(self.water)
        at_most_m = distance_m * (1 + 1e-5) + 1
        with ThreadPoolExecutor(2) as pool:
            pairs = zip(self.questions.starts_lonlat, at_most_m, strict=True)
            futures = [
                pool.submit(oracle.distances_m, (float(start[0]), float(start[1])), self.questions.lonlat, at_most_m=most)
                for start, most in pairs
            ]
            true_m = np.array([future.result() for future in futures])
        if not np.isfinite(true_m).all():
            raise SystemExit("the oracle finds no route as short as Selat's to some target: Selat's is too short there")
        return true_m

    def _fields(self, cell_m: float, rounds: int) -> None:
        """Time every method at one cell size and measure its error."""
        say(f"{cell_m:g} m: set-up")
        grid = self.model.fields.reach.grid
        if cell_m != COARSE_M:
            grid = strait_grid(self.scheme.strait, self.scheme.waters, cell_m=cell_m)
        tasks, setup_s = self._tasks(grid, cell_m)
        distances_m = {name: np.full(self.true_m.shape, np.inf) for name in (*FIELD_PEERS, *POINT_PEERS)}

        def keep(name: str, turn: int, answer: object) -> None:
            if name in distances_m:
                distances_m[name][turn % len(STARTS)] = answer

        say(f"{cell_m:g} m: {rounds} rounds")
        times = time_in_turn(tasks, rounds, keep)
        self.figures["field_1km" if cell_m == COARSE_M else "field_500m"] = times.ratio(SELAT, REFERENCE)
        off_ppm = selat.grid_off_ppm(self.sea, grid, self.sea.locate(grid.lon, grid.lat), self.questions.starts_lonlat)
        self.figures["grid"] = max(self.figures.get("grid", 0.0), off_ppm)
        if SHAPES in tasks:
            self.figures["shapes"] = times.ratio(SHAPES, REFERENCE)
            self.shapes_s = {name: times.median_s(name) for name in (SHAPES, SHAPES_FULL)}
        say(f"{cell_m:g} m: memory, a process each")
        for name in tasks:
            if name not in self.shapes_s:
                error = (
                    compare(distances_m[name], self.true_m, self.questions.near_shore) if name in distances_m else self.error
                )
                memory_mb = peak_mb(name, cell_m) if name in setup_s else None
                timing = times.median_s(name), times.ratio(name, REFERENCE)
                self.rows.append(Row(name, cell_m, *timing, setup_s.get(name), memory_mb, error))

    def _tasks(self, grid: StraitGrid, cell_m: float) -> tuple[dict[str, Task], dict[str, float]]:
        """Return the tasks to run in turn, and the seconds that each took to set up."""
        lattice = self.coarse if cell_m == COARSE_M else build_lattice(self.water, self.scheme.sources.study_box, cell_m)
        tasks: dict[str, Task] = {}
        setup_s = {}
        for name, make in FIELD_PEERS.items():
            begun = time.perf_counter()
            solver = make(lattice)
            setup_s[name] = time.perf_counter() - begun
            tasks[name] = partial(self._solve, solver, lattice)
        begun = time.perf_counter()
        sea = SeaDistance(self.water)
        cells = sea.locate(grid.lon, grid.lat)
        setup_s[SELAT] = time.perf_counter() - begun
        tasks[SELAT] = selat.field_task(sea, cells, self.questions.starts_lonlat)
        if cell_m == COARSE_M:
            tasks |= {name: partial(self._points, peer) for name, peer in POINT_PEERS.items()}
            tasks[SHAPES] = selat.shapes_task(self.model, self.model.display)
            tasks[SHAPES_FULL] = selat.shapes_task(self.model, self.model.full)
        return tasks, setup_s

    def _solve(self, solver: Solver, lattice: Lattice, turn: int) -> Floats:
        return self.questions.at_targets(solver(self.questions.start(turn, lattice.cell_m)), lattice.cell_m)

    def _points(self, peer: Callable[[Floats, Floats], Floats], turn: int) -> Floats:
        return peer(self.questions.starts_lonlat[turn % len(STARTS)], self.questions.lonlat)


if __name__ == "__main__":
    main()
