"""The results of a run, and the bars that they are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.published import Published
from geo.arrays import Flags, Floats

__all__ = ["BARS", "Bar", "Error", "Results", "Row", "compare"]


@dataclass(frozen=True)
class Error:
    """Errors in % of the true distance, in the open and near a shore, over the targets with a distance."""

    open_mean: float
    open_worst: float
    shore_mean: float
    shore_worst: float
    mean: float
    missed: int


def compare(distance_m: Floats, true_m: Floats, near_shore: Flags) -> Error:
    """Compare distances with the true ones: a row per start, a column per target."""
    off = np.abs(distance_m / true_m - 1) * 100
    reached = np.isfinite(off)
    open_sea, shore = off[reached & ~near_shore], off[reached & near_shore]
    return Error(
        open_mean=float(open_sea.mean()),
        open_worst=float(open_sea.max()),
        shore_mean=float(shore.mean()),
        shore_worst=float(shore.max()),
        mean=float(off[reached].mean()),
        missed=int((~reached).sum()),
    )


@dataclass(frozen=True)
class Row:
    """One method at one cell size; set-up and memory are ``None`` if there is nothing to set up."""

    method: str
    cell_m: float
    seconds: float
    ratio: float
    setup_s: float | None
    memory_mb: float | None
    error: Error


@dataclass(frozen=True)
class Bar:
    """A requirement: name, limit, unit, and whether the figure must be at least or at most that."""

    name: str
    limit: float
    unit: str
    at_least: bool = False

    def is_met(self, figure: float) -> bool:
        """Return whether a figure meets the bar."""
        return figure >= self.limit if self.at_least else figure <= self.limit


BARS: Final = {
    "field_1km": Bar("field of the strait at 1 km, against scikit-fmm order 2 over the study box", 0.25, "times its time"),
    "field_500m": Bar("field of the strait at 500 m, against scikit-fmm order 2 over the study box", 0.08, "times its time"),
    "at": Bar("point look-up, largest error against the visibility graph, shore points included", 0.1, "ppm"),
    "grid": Bar("field of cells against the point look-up, largest difference", 1.0, "ppm"),
    "error": Bar(
        "mean error on the same 1 km nodes, how many times smaller than scikit-fmm's", 1000.0, "times", at_least=True
    ),
    "shapes": Bar("shapes for a new speed or limit (4 bands and the gap), against that field at 1 km", 0.8, "times its time"),
    "process": Bar("process with cached kernels and mesh, imports included, to the first field of the strait", 2.5, "s"),
    "areas": Bar("areas of shapes against the grid, largest difference", 0.1, "% of the strait"),
}


@dataclass(frozen=True)
class Results:
    """Everything that one run measured."""

    rounds: dict[float, int]
    starts: tuple[str, ...]
    targets: tuple[int, int]  # in the open, near a shore
    rows: list[Row]
    figures: dict[str, float]  # by the keys of `BARS`
    shapes_s: dict[str, float]  # by what they are clipped to
    process_steps_s: dict[str, float]
    process_uncached_s: float  # without a disk cache, with compiled kernels
    published: list[Published]
