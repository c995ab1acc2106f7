"""Selat itself: the tasks that its peers have too, and those that only Selat has."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from geo.arrays import Floats
from geo.coverage.answers import CoverageModel, default_scenario
from geo.coverage.assess import Coverage, assess
from geo.coverage.grid import StraitGrid
from geo.coverage.scenario import Scenario
from geo.coverage.shapes import Outlines, bands, gap
from geo.disk_cache import CACHE_VARIABLE
from geo.measure import areas_km2
from geo.sea.distance import LocatedPoints, SeaDistance

__all__ = ["areas_off_percent", "field_task", "first_field_s", "grid_off_ppm", "look_up_m", "shapes_task"]

EDGES_H: Final = (2.0, 4.0, 6.0, 12.0)  # four bands that together touch nearly all of the coast
_LIMITS_H: Final = (2.0, 6.0, 12.0)
_NEAR_M: Final = 1_000.0  # closer to the start, differences are divided by this
_ROOT: Final = Path(__file__).resolve().parent.parent


def field_task(sea: SeaDistance, cells: LocatedPoints, starts: Floats) -> Callable[[int], Floats]:
    """Return a task that computes the field of the round's start."""
    return lambda turn: sea.from_point(*starts[turn % len(starts)], targets=cells).at_located_m(cells)


def look_up_m(sea: SeaDistance, starts: Floats, targets: Floats) -> Floats:
    """Return the distances of single points, a row per start."""
    return np.array([sea.from_point(*start).at_m(*targets.T) for start in starts])


def grid_off_ppm(sea: SeaDistance, grid: StraitGrid, cells: LocatedPoints, starts: Floats) -> float:
    """Return the largest difference between a field of cells and the look-up of the same points."""
    worst = 0.0
    for start in starts:
        of_cells = sea.from_point(*start, targets=cells).at_located_m(cells)
        of_points = sea.from_point(*start).at_m(grid.lon, grid.lat)
        if not np.array_equal(np.isfinite(of_cells), np.isfinite(of_points)):
            return float("inf")
        off = np.abs(of_cells - of_points) / np.maximum(of_points, _NEAR_M)
        worst = max(worst, float(np.nanmax(off)) * 1e6)
    return worst


def shapes_task(model: CoverageModel, clip: Outlines) -> Callable[[int], object]:
    """Return a task that answers a new speed with four bands and the gap as shapes."""
    point_ids = default_scenario(model).point_ids

    def answer(turn: int) -> object:
        coverage = assess(model.fields.reach, Scenario(point_ids, speed_kn=20.0 + turn / 10))
        return bands(coverage, clip, edges_h=EDGES_H), gap(coverage, clip)

    return answer


def areas_off_percent(model: CoverageModel) -> float:
    """Return the largest difference between areas of shapes and sums over cells, for some limits, in % of the strait."""
    point_ids = default_scenario(model).point_ids
    coverages = [assess(model.fields.reach, Scenario(point_ids, limit_h=limit_h)) for limit_h in _LIMITS_H]
    return max(_largest_difference_km2(coverage, model.full) / coverage.strait_area_km2 * 100 for coverage in coverages)


def _largest_difference_km2(coverage: Coverage, clip: Outlines) -> float:
    shapes = gap(coverage, clip).set_index("what")
    parts = areas_km2(shapes).reindex(["reached", "backup", "gap"], fill_value=0.0)
    off = [abs(parts[what] - getattr(coverage, f"{what}_km2")) for what in parts.index]
    layer = bands(coverage, clip, edges_h=EDGES_H)
    area, soonest = coverage.reach.grid.area_km2, coverage.soonest_h
    for low, high, area_km2 in zip(layer["from_h"], layer["to_h"], areas_km2(layer), strict=True):
        off.append(abs(area_km2 - area[((soonest > low) | (low == 0)) & (soonest <= high)].sum()))
    return float(max(off))


def first_field_s(runs: int, cache: str) -> tuple[float, dict[str, float]]:
    """Return the median seconds of a process to its first field, measured from outside, and of its steps.

    Mesh and cells come from the cache folder, which a first run fills that is not counted; ``off`` for no cache.
    """
    results = [_time_first_field(cache) for _ in range(runs + 1)][1:]
    steps = [run for _, run in results]
    return statistics.median(total for total, _ in results), {
        name: statistics.median(run[name] for run in steps) for name in steps[0]
    }


def _time_first_field(cache: str) -> tuple[float, dict[str, float]]:
    """Start a process and wait for the line that it prints after its first field; the time of its exit does not count."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.first_field"]
    environment = os.environ | {CACHE_VARIABLE: cache}
    with subprocess.Popen(command, cwd=_ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline() if process.stdout else ""
        total_s = time.perf_counter() - begun
    if process.returncode:
        raise SystemExit(f"benchmarks.first_field failed (exit {process.returncode}): see what it wrote above")
    return total_s, json.loads(line)
