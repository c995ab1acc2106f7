"""A run as docs/benchmarks.md: the words are fixed, the figures are measured."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from typing import Final

from benchmarks.lattice import SHORE_M
from benchmarks.ours import EDGES_H
from benchmarks.results import BARS, Bar, Results, Row

__all__ = ["document"]

PACKAGES: Final = ("scikit-fmm", "scikit-image", "scipy", "searoute", "numba", "shapely", "numpy")
EXPECTED: Final = (-3.0, 12.0)  # per cent by which a published distance may be expected to be longer


def document(results: Results) -> str:
    """Return the whole document."""
    parts = [
        "# Benchmarks",
        "<!-- Made by `make bench` from benchmarks/: change those and run it again. -->",
        _head(),
        "## The bars",
        "What was asked of the engine before it was written, and what this run measured.\n"
        "A bar is met or not by the figure of this one run; a busy machine moves ratios by some tenths.",
        _table(("bar", "wanted", "measured", "verdict"), [_bar(BARS[key], figure) for key, figure in _figures(results)]),
        _remarks(results),
        "## Selat and its peers",
        _how(results),
        "![Mean error against time of each method](images/bench-error-time.png)",
        *(_peers(results, cell_m) for cell_m in results.rounds),
        "*Time* is that of one field as a multiple of scikit-fmm's, order 2, in the same round; seconds are context only.\n"
        "*Memory*: the peak of a process of its own over what it held after imports and reading, set-up included.\n"
        "*Not reached*: answers without a distance, of all; a raster closes narrow channels. They count in no mean.",
        "## Published sea distances",
        _published(results),
        "## Again",
        "`make bench` installs the peers of `requirements-bench.txt` and writes this page in a few minutes; "
        "`python -m benchmarks --quick` is a smoke run that writes to `out/`.",
    ]
    return "\n\n".join(parts) + "\n"


def _head() -> str:
    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    machine = f"{os.cpu_count()} cores, {platform.system()} on {platform.machine()}, Python {platform.python_version()}"
    return f"Measured on {today}: {machine}; {packages}."


def _figures(results: Results) -> list[tuple[str, float]]:
    return [(key, results.figures[key]) for key in BARS if key in results.figures]


def _bar(bar: Bar, figure: float) -> tuple[str, ...]:
    wanted = f"{'≥' if bar.at_least else '≤'} {bar.limit:,g} {bar.unit}"
    return bar.name, wanted, f"{_number(figure)} {bar.unit}", "met" if bar.is_met(figure) else "**not met**"


def _remarks(results: Results) -> str:
    drawn_s, full_s = results.shapes_s.values()
    steps = ", ".join(f"{step} {seconds:.2f}" for step, seconds in results.process_steps_s.items())
    edges = ", ".join(f"{edge:g}" for edge in EDGES_H)
    return (
        "- Errors of the order of 1e-6 ppm are the rounding of floating-point numbers: both sides are exact but for that.\n"
        "- A field is a search from a start and the distances to all cells of the strait, two threads; the cells were located "
        "once for the coast. scikit-fmm runs on one thread and paints the whole study box, as it must.\n"
        f"- Shapes: for a speed not asked before, through distances already laid out for these points: four "
        f"bands (to {edges} h), reached, backup and gap, as the page draws them, for the browser to cut, "
        f"{drawn_s * 1000:.0f} ms; cut to the full coast {full_s * 1000:.0f} ms.\n"
        f"- The process, in seconds: {steps}; the rest is the interpreter itself. It finds compiled kernels, triangles and "
        f"cells where an earlier process kept them; with kernels alone it takes {results.process_afresh_s:.2f} s."
    )


def _how(results: Results) -> str:
    open_sea, shore = results.targets
    rounds = " and ".join(f"{count} rounds at {cell_m:,.0f} m" for cell_m, count in results.rounds.items())
    return (
        f"One process, every method in turn, {rounds}, starts in turn ({' and '.join(results.starts)}), medians.\n"
        "The coast is `data/land.geojson` as shipped, the water the whole study box.\n"
        f"Asked are {open_sea} places in the open and {shore} within {SHORE_M / 1000:g} km of land, drawn by chance in the "
        "strait, 25 km or more from either start.\n"
        "All are nodes of the 1 km lattice, and so are the starts: no peer has to interpolate.\n"
        "The lattice lies in a conformal plane and peers are told its scale row by row: none pays for a projection.\n"
        "scikit-fmm is given a disc of exact distances about the start, scipy's graph no move across land.\n"
        "searoute and the geodesic answer single places: their time is that of all those asked.\n\n"
        "The truth is a visibility graph over the whole coast with Karney's geodesics (`benchmarks/oracle.py`).\n"
        "It shares no code with the engine; a test holds it against a slower one that leaves visibility to GEOS, and both "
        "against toy straits solved by hand.\n"
        "Ways longer than our own answer are left out of it, which saves hours and hides nothing: a shorter way would still "
        "be found, and where ours were too short there would be none."
    )


def _peers(results: Results, cell_m: float) -> str:
    head = (
        f"{cell_m:,.0f} m",
        "time",
        "seconds",
        "set-up, s",
        "memory, MB",
        "open: mean, %",
        "worst, %",
        "shore: mean, %",
        "worst, %",
        "not reached",
    )
    rows = sorted((row for row in results.rows if row.cell_m == cell_m), key=lambda row: row.error.mean)
    asked = len(results.starts) * sum(results.targets)
    return _table(head, [_peer(row, asked) for row in rows])


def _peer(row: Row, asked: int) -> tuple[str, ...]:
    error = row.error
    return (
        row.method,
        _number(row.ratio),
        f"{row.seconds:.3f}",
        "–" if row.setup_s is None else f"{row.setup_s:.1f}",
        "–" if row.memory_mb is None else f"{row.memory_mb:,.0f}",
        _number(error.open_mean),
        _number(error.open_worst),
        _number(error.shore_mean),
        _number(error.shore_worst),
        f"{error.missed} of {asked}",
    )


def _published(results: Results) -> str:
    low, high = EXPECTED
    rows = [
        (
            entry.ports,
            f"{entry.pair.nmi:g}",
            entry.pair.source,
            f"{entry.ours_nmi:.1f}",
            f"{_signed(entry.longer_percent)} %",
            "as expected" if low <= entry.longer_percent <= high else "outside",
            entry.pair.remark,
        )
        for entry in results.published
    ]
    head = (
        "ports",
        "published, nmi",
        "by",
        "ours, nmi",
        "published is longer by",
        f"{_signed(low)} to {_signed(high)} %",
        "reason",
    )
    return (
        "A table's distance follows lanes and keeps off headlands; a shortest way over all water is a lower bound.\n"
        f"So a published distance should be longer, or nearly so: {_signed(low)} to {_signed(high)} % is expected, the "
        "table's own error being about 5 % (`linerlib` in [data.md](data.md)).\n"
        "Ports are those of `data/places.geojson` moved to the nearest water; pairs that leave the study box are left out.\n\n"
        + _table(head, rows)
    )


def _number(figure: float) -> str:
    """Write a figure to three digits: 1,230 or 0.0123 or 4.5e-07."""
    if figure == 0:
        return "0"
    if abs(figure) < 1e-3:
        return f"{figure:.1e}"
    if abs(figure) >= 100:
        return f"{float(f'{figure:.3g}'):,.0f}"
    return f"{figure:.3g}"


def _signed(percent: float) -> str:
    return f"{percent:+.3g}".replace("-", "−")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
