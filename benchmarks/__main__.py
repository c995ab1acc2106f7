"""Measure Selat beside its peers and write docs/benchmarks.md with its picture: ``make bench``.

``--quick`` asks a tenth of the targets in few rounds at 1 km alone, to see that all runs, and writes to ``out/``.
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

from benchmarks import ours
from benchmarks.clock import Task, in_turn
from benchmarks.lattice import COARSE_M, Lattice, Questions, lattice_of, questions_for
from benchmarks.memory import OURS, peak_mb
from benchmarks.oracle import Oracle
from benchmarks.peers import FIELD_PEERS, POINT_PEERS, REFERENCE, Solver
from benchmarks.picture import draw
from benchmarks.published import beside_ours
from benchmarks.report import document
from benchmarks.results import Results, Row, error_of
from geo.arrays import Floats
from geo.coverage.answers import CoverageModel
from geo.coverage.grid import StraitGrid, strait_grid
from geo.coverage.reach import navigable_water, starts
from geo.disk_cache import CACHE_VARIABLE
from geo.scheme.patrol_scheme import load
from geo.sea.distance import SeaDistance

ROOT = Path(__file__).resolve().parent.parent
STARTS = ("belawan", "batam")
ROUNDS = {COARSE_M: 9, 500.0: 5}
QUICK_ROUNDS = {COARSE_M: 2}
SHAPES, SHAPES_FULL = "shapes, as drawn", "shapes, full coast"
_BEGUN = time.perf_counter()


def main() -> None:
    """Read the command line, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a smoke run of under a minute, written to out/")
    quick = parser.parse_args().quick
    folder = ROOT / ("out" if quick else "docs")
    os.environ[CACHE_VARIABLE] = "off"  # set-up and memory are those of working everything out
    results = Run(QUICK_ROUNDS if quick else ROUNDS, share=0.1 if quick else 1.0).results()
    (folder / "images").mkdir(parents=True, exist_ok=True)
    draw(results, folder / "images" / "bench-error-time.png")
    (folder / "benchmarks.md").write_text(document(results), "utf-8")
    say(f"wrote {(folder / 'benchmarks.md').relative_to(ROOT)}")


def say(text: str) -> None:
    """Tell how far it is."""
    print(f"{time.perf_counter() - _BEGUN:5.0f} s  {text}", flush=True)


class Run:
    """One run over the shipped data."""

    def __init__(self, rounds: dict[float, int], *, share: float) -> None:
        say("coast, mesh and questions")
        self.rounds = rounds
        self.scheme = load()
        self.water = navigable_water(self.scheme)
        self.model = CoverageModel(self.scheme)
        self.sea: SeaDistance = self.model.fields.water
        table = starts(self.scheme)
        begin = {name: (float(table.loc[name, "lon"]), float(table.loc[name, "lat"])) for name in STARTS}
        self.coarse = lattice_of(self.water, self.scheme.sources.study_box, COARSE_M)
        self.asked: Questions = questions_for(self.scheme, self.coarse, begin, share=share)
        self.rows: list[Row] = []
        self.figures: dict[str, float] = {}
        self.shapes_s: dict[str, float] = {}

    def results(self) -> Results:
        """Measure everything."""
        say("the truth: a visibility graph over the whole coast")
        found_m = ours.look_up_m(self.sea, self.asked.starts_lonlat, self.asked.lonlat)
        self.true_m = self._true_m(found_m)
        self.error = error_of(found_m, self.true_m, self.asked.near_shore)
        self.figures["at"] = float(np.abs(found_m / self.true_m - 1).max()) * 1e6
        for cell_m, rounds in self.rounds.items():
            self._fields(cell_m, rounds)
        say("areas, first field of a process, published distances")
        self.figures["areas"] = ours.areas_off_percent(self.model)
        runs = min(5, max(self.rounds.values()))
        with TemporaryDirectory() as folder:
            self.figures["process"], steps_s = ours.first_field_s(runs, folder)
        afresh_s, _ = ours.first_field_s(runs, "off")
        reference = next(row for row in self.rows if (row.method, row.cell_m) == (REFERENCE, COARSE_M))
        self.figures["error"] = reference.error.mean / self.error.mean
        return Results(
            rounds=self.rounds,
            starts=tuple(self.scheme.feature_name(name) for name in self.asked.names),
            targets=(int((~self.asked.near_shore).sum()), int(self.asked.near_shore.sum())),
            rows=self.rows,
            figures=self.figures,
            shapes_s=self.shapes_s,
            process_steps_s=steps_s,
            process_afresh_s=afresh_s,
            published=beside_ours(self.scheme, self.sea),
        )

    def _true_m(self, found_m: Floats) -> Floats:
        """Ask the oracle; ways clearly longer than ours are left out, which can hide no error of ours."""
        oracle = Oracle(self.water)
        at_most_m = found_m * (1 + 1e-5) + 1
        with ThreadPoolExecutor(2) as pool:
            pairs = zip(self.asked.starts_lonlat, at_most_m, strict=True)
            waiting = [
                pool.submit(oracle.distances_m, (float(start[0]), float(start[1])), self.asked.lonlat, at_most_m=most)
                for start, most in pairs
            ]
            true_m = np.array([future.result() for future in waiting])
        if not np.isfinite(true_m).all():
            raise SystemExit("the oracle finds no way as short as ours to some target: ours is too short there")
        return true_m

    def _fields(self, cell_m: float, rounds: int) -> None:
        """Time and judge every method at one cell size."""
        say(f"{cell_m:g} m: set-up")
        grid = self.model.fields.reach.grid
        if cell_m != COARSE_M:
            grid = strait_grid(self.scheme.strait, self.scheme.waters, cell_m=cell_m)
        tasks, setup_s = self._contenders(grid, cell_m)
        found = {name: np.full(self.true_m.shape, np.inf) for name in (*FIELD_PEERS, *POINT_PEERS)}

        def keep(name: str, turn: int, answer: object) -> None:
            if name in found:
                found[name][turn % len(STARTS)] = answer

        say(f"{cell_m:g} m: {rounds} rounds")
        times = in_turn(tasks, rounds, keep)
        self.figures["field_1km" if cell_m == COARSE_M else "field_500m"] = times.ratio(OURS, REFERENCE)
        off_ppm = ours.grid_off_ppm(self.sea, grid, self.sea.locate(grid.lon, grid.lat), self.asked.starts_lonlat)
        self.figures["grid"] = max(self.figures.get("grid", 0.0), off_ppm)
        if SHAPES in tasks:
            self.figures["shapes"] = times.ratio(SHAPES, REFERENCE)
            self.shapes_s = {name: times.median_s(name) for name in (SHAPES, SHAPES_FULL)}
        say(f"{cell_m:g} m: memory, a process each")
        for name in tasks:
            if name not in self.shapes_s:
                error = error_of(found[name], self.true_m, self.asked.near_shore) if name in found else self.error
                memory_mb = peak_mb(name, cell_m) if name in setup_s else None
                measured = times.median_s(name), times.ratio(name, REFERENCE)
                self.rows.append(Row(name, cell_m, *measured, setup_s.get(name), memory_mb, error))

    def _contenders(self, grid: StraitGrid, cell_m: float) -> tuple[dict[str, Task], dict[str, float]]:
        """Return what is run in turn, and the seconds that each took to set up."""
        lattice = self.coarse if cell_m == COARSE_M else lattice_of(self.water, self.scheme.sources.study_box, cell_m)
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
        setup_s[OURS] = time.perf_counter() - begun
        tasks[OURS] = ours.field_of_strait(sea, cells, self.asked.starts_lonlat)
        if cell_m == COARSE_M:
            tasks |= {name: partial(self._points, ask) for name, ask in POINT_PEERS.items()}
            tasks[SHAPES] = ours.shapes_ready(self.model, self.model.display)
            tasks[SHAPES_FULL] = ours.shapes_ready(self.model, self.model.full)
        return tasks, setup_s

    def _solve(self, solver: Solver, lattice: Lattice, turn: int) -> Floats:
        return self.asked.at_targets(solver(self.asked.start(turn, lattice.cell_m)), lattice.cell_m)

    def _points(self, ask: Callable[[Floats, Floats], Floats], turn: int) -> Floats:
        return ask(self.asked.starts_lonlat[turn % len(STARTS)], self.asked.lonlat)


if __name__ == "__main__":
    main()
