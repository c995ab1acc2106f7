"""What was measured, as ``docs/benchmarks.md`` and a picture."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

__all__ = ["Figure", "Report", "write"]


@dataclass(frozen=True)
class Figure:
    """One method at one cell size; errors in % of the true distance, times in seconds."""

    cell_m: float
    name: str
    seconds: float | None
    ratio: float | None
    open_percent: float
    shore_percent: float
    worst_percent: float


@dataclass
class Report:
    """Everything that one run measured."""

    rounds: int
    fields: list[Figure] = field(default_factory=list)
    look_up_ppm: float = 0.0
    field_ppm: float = 0.0
    shapes_s: float = 0.0
    shapes_ratio: float = 0.0
    shapes_off_percent: float = 0.0
    cold_start_s: float = 0.0
    published: list[tuple[str, int, float, float, str]] = field(default_factory=list)

    def of(self, cell_m: float, name: str) -> Figure:
        """Return the figure of a method."""
        return next(figure for figure in self.fields if figure.cell_m == cell_m and figure.name.startswith(name))

    def bars(self) -> list[tuple[str, str, str, bool]]:
        """Return what was wanted, what was measured, and whether it is met."""
        one, half = (self.of(cell_m, "ours") for cell_m in (1_000.0, 500.0))
        fmm = self.of(1_000.0, "scikit-fmm, order 2")
        gain = fmm.open_percent / max(one.open_percent, 1e-12)
        return [
            ("field of the strait at 1 km against scikit-fmm order 2", "≤ 0.25", f"{one.ratio:.3f}", (one.ratio or 9) <= 0.25),
            (
                "field of the strait at 500 m against scikit-fmm order 2",
                "≤ 0.08",
                f"{half.ratio:.3f}",
                (half.ratio or 9) <= 0.08,
            ),
            ("look-up of points, worst, shore included", "≤ 0.1 ppm", f"{self.look_up_ppm:.3f} ppm", self.look_up_ppm <= 0.1),
            ("field against look-up of points", "≤ 1 ppm", f"{self.field_ppm:.3f} ppm", self.field_ppm <= 1),
            ("mean error against scikit-fmm's", "≥ 1,000 times smaller", f"{gain:,.0f} times", gain >= 1000),
            (
                "new speed or hour to shapes ready (4 bands and the gap)",
                "≤ 0.8",
                f"{self.shapes_ratio:.2f}",
                self.shapes_ratio <= 0.8,
            ),
            (
                "process with compiled kernels to the first field",
                "≤ 2.5 s",
                f"{self.cold_start_s:.1f} s",
                self.cold_start_s <= 2.5,
            ),
        ]


def write(report: Report, docs: Path) -> None:
    """Write the page and its picture."""
    (docs / "images").mkdir(parents=True, exist_ok=True)
    _picture(report, docs / "images" / "benchmarks.png")
    (docs / "benchmarks.md").write_text("\n".join(_lines(report)) + "\n", "utf-8")


def _lines(report: Report) -> list[str]:
    head = [
        "# How fast and how exact, against whom",
        "",
        "Made by `make bench`; nothing here is written by hand.",
        f"One process on {os.cpu_count()} cores, contenders in turn, medians of {report.rounds} rounds, on the shipped coast.",
        "Such machines are noisy: read the ratios, which compare runs of the same minute, not the seconds.",
        "The truth is an independent visibility graph over the whole coast, Karney's lengths (`tests/visibility_oracle.py`).",
        "Peers paint the whole study box, as they must; ours paints the strait, which is all that is asked of it.",
        "",
        "![Error against time of each method](images/benchmarks.png)",
        "",
        "## The bars",
        "",
        "| what | wanted | measured | met |",
        "|---|---|---|---|",
        *(
            f"| {what} | {wanted} | {measured} | {'yes' if met else '**no**'} |"
            for what, wanted, measured, met in report.bars()
        ),
        "",
        f"Shapes and cells differ by {report.shapes_off_percent:.4f} % of the strait's area (what is reached within 2 h); "
        f"a new question takes {report.shapes_s * 1000:.0f} ms to shapes clipped to the full coast.",
        "",
        "## Every method",
        "",
        "Errors in % of the true distance from Lumut: means of 60 places in the open and of 40 within 3 km of a shore; worst.",
        "A place that a raster cuts off counts as 100 %.",
        "",
        "| cell | method | seconds | against scikit-fmm order 2 | open | near shore | worst |",
        "|---|---|---|---|---|---|---|",
    ]
    rows = [
        f"| {f.cell_m:g} m | {f.name} | {_or_dash(f.seconds, '.3f')} | {_or_dash(f.ratio, '.3f')} "
        f"| {f.open_percent:.5f} | {f.shore_percent:.5f} | {f.worst_percent:.5f} |"
        for f in report.fields
    ]
    tail = [
        "",
        "## Published sea distances",
        "",
        "A table's distance follows lanes and rounds headlands widely; a shortest way is a lower bound.",
        "So the table should be longer, by a few per cent.",
        "Source of the table: `linerlib` in the records (its authors state about 5 % error), except Dumai – Melaka (`dmf`).",
        "",
        "| pair | table, nmi | ours, nmi | table longer by | remark |",
        "|---|---|---|---|---|",
        *(f"| {pair} | {table} | {ours:.1f} | {more:+.1f} % | {why} |" for pair, table, ours, more, why in report.published),
    ]
    return [*head, *rows, *tail]


def _or_dash(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)


def _picture(report: Report, path: Path) -> None:
    figure, axes = plt.subplots(figsize=(8, 4.2), dpi=110)
    for f in report.fields:
        if f.seconds is not None:
            ours = f.name.startswith("ours")
            axes.scatter(f.seconds, f.open_percent, s=70 if ours else 36, color="#B3123F" if ours else "#0B5C7A", zorder=3)
            axes.annotate(
                f"{f.name}, {f.cell_m:g} m", (f.seconds, f.open_percent), xytext=(6, 4), textcoords="offset points", fontsize=8
            )
    axes.set(xscale="log", yscale="log", xlabel="seconds for a field (this run)", ylabel="mean error in the open, %")
    axes.grid(visible=True, which="major", color="#E4EEF3")
    axes.margins(x=0.25, y=0.15)
    figure.tight_layout()
    figure.savefig(path, metadata={"Software": None})
    plt.close(figure)
