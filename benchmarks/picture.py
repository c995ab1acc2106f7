"""The picture of docs/benchmarks.md: error against time."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt  # after the back end has been chosen
from matplotlib.axes import Axes

from benchmarks.memory import SELAT
from benchmarks.results import Results, Row

__all__ = ["draw"]

SELAT_COLOUR, PEER_COLOUR, INK = "#B3123F", "#0B5C7A", "#22333B"
_LABEL: Final = {"scikit-fmm, order 1": (-7, -7), "straight geodesic": (7, 7)}  # points; other labels are right of their mark


def draw(results: Results, path: Path) -> None:
    """Write the picture: a panel per cell size; down and left is better."""
    cells = list(results.rounds)
    figure, panels = plt.subplots(1, len(cells), figsize=(5.2 * len(cells), 4.6), dpi=120, sharey=True, squeeze=False)
    for axes, cell_m in zip(panels[0], cells, strict=True):
        rows = [row for row in results.rows if row.cell_m == cell_m]
        for row in rows:
            _mark(axes, row)
        axes.set_title(f"{cell_m:,.0f} m", color=INK)
        axes.set(xscale="log", yscale="log", xlabel="time of a field, scikit-fmm order 2 = 1")
        axes.set_xlim(min(row.ratio for row in rows) / 3, max(row.ratio for row in rows) * 100)
        axes.grid(visible=True, color="#DCE6EA", linewidth=0.6)
        axes.spines[["top", "right"]].set_visible(False)
    panels[0][0].set_ylabel("mean error, % of the true distance (about 1e-11: rounding)")
    panels[0][0].set_ylim(top=300)
    figure.tight_layout()
    figure.savefig(path, metadata={"Software": None})
    plt.close(figure)


def _mark(axes: Axes, row: Row) -> None:
    is_selat = row.method == SELAT
    colour = SELAT_COLOUR if is_selat else PEER_COLOUR
    axes.scatter(row.ratio, row.error.mean, s=80 if is_selat else 36, color=colour, marker="D" if is_selat else "o", zorder=3)
    across, up = _LABEL.get(row.method, (9, 0))
    axes.annotate(
        row.method,
        (row.ratio, row.error.mean),
        xytext=(across, up),
        textcoords="offset points",
        ha="left" if across > 0 else "right",
        va="center",
        fontsize=8.5,
        color=INK,
        weight="bold" if is_selat else "normal",
    )
