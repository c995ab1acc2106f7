"""What a run measures, and the bars that it is held against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.published import Published
from geo.arrays import Flags, Floats

__all__ = ["BARS", "Bar", "Error", "Results", "Row", "error_of"]


@dataclass(frozen=True)
class Error:
    """Errors in % of the true distance, in the open and near a shore, over the targets that were reached."""

    open_mean: float
    open_worst: float
    shore_mean: float
    shore_worst: float
    mean: float
    missed: int


def error_of(found_m: Floats, true_m: Floats, near_shore: Flags) -> Error:
    """Compare answers with the truth: a row per start, a column per target."""
    off = np.abs(found_m / true_m - 1) * 100
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
    """One method at one cell size; no set-up or memory where there is nothing to set up."""

    method: str
    cell_m: float
    seconds: float
    ratio: float
    setup_s: float | None
    memory_mb: float | None
    error: Error


@dataclass(frozen=True)
class Bar:
    """Something wanted: its name, the limit, its unit, and whether less or more is better."""

    name: str
    limit: float
    unit: str
    at_least: bool = False

    def is_met(self, figure: float) -> bool:
        """Say whether a figure is good enough."""
        return figure >= self.limit if self.at_least else figure <= self.limit


BARS: Final = {
    "field_1km": Bar("field of the strait at 1 km, against scikit-fmm order 2 over the study box", 0.25, "times its time"),
    "field_500m": Bar("field of the strait at 500 m, against scikit-fmm order 2 over the study box", 0.08, "times its time"),
    "at": Bar("point look-up, largest error against the visibility graph, shore points included", 0.1, "ppm"),
    "grid": Bar("painted field against the point look-up, largest difference", 1.0, "ppm"),
    "error": Bar(
        "mean error, how many times smaller than scikit-fmm's on the same 1 km nodes", 1000.0, "times", at_least=True
    ),
    "shapes": Bar(
        "new speed or hour to shapes ready (4 bands and the gap), against that field at 1 km", 0.8, "times its time"
    ),
    "process": Bar("process with compiled cache, imports included, to the first field of the strait", 2.5, "s"),
    "areas": Bar("areas of shapes against the grid, largest difference", 0.1, "% of the strait"),
}


@dataclass(frozen=True)
class Results:
    """All of one run."""

    rounds: dict[float, int]
    starts: tuple[str, ...]
    targets: tuple[int, int]  # in the open, near a shore
    rows: list[Row]
    figures: dict[str, float]  # by the keys of `BARS`
    shapes_s: dict[str, float]  # by what they are clipped to
    process_steps_s: dict[str, float]
    process_afresh_s: float  # with nothing kept on disk but the compiled kernels
    published: list[Published]
