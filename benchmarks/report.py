"""The document docs/benchmarks.md: fixed text, measured figures."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from typing import Final

from benchmarks.lattice import SHORE_M
from benchmarks.results import BARS, Bar, Results, Row
from benchmarks.selat import EDGES_H

__all__ = ["document"]

PACKAGES: Final = ("scikit-fmm", "scikit-image", "scipy", "searoute", "numba", "shapely", "numpy")
EXPECTED: Final = (-3.0, 12.0)  # per cent: how much longer a published distance is expected to be


def document(results: Results) -> str:
    """Return the document."""
    parts = [
        "# Benchmarks",
        "<!-- Made by `make bench` from benchmarks/: change those and run it again. -->",
        _head(),
        "## The bars",
        "The requirements that were set before the engine was written, and what this run measured.\n"
        "The verdict follows from the figure of this one run; on a busy machine ratios vary by some tenths.",
        _table(("bar", "wanted", "measured", "verdict"), [_bar(BARS[key], figure) for key, figure in _figures(results)]),
        _remarks(results),
        "## Selat and its peers",
        _how(results),
        "![Mean error against time of each method](images/bench-error-time.png)",
        *(_peers(results, cell_m) for cell_m in results.rounds),
        "*Time*: that of one field divided by that of scikit-fmm, order 2, in the same round; seconds are for context only.\n"
        "*Memory*: the peak of a separate process minus its memory after imports and reading of data; set-up included.\n"
        "*Not reached*: targets without a distance; a raster closes narrow channels. They are in no mean.",
        "## Published sea distances",
        _published(results),
        "## Reproduce",
        "`make bench` installs the peers of `requirements-bench.txt` and writes this page in a few minutes; "
        "`python -m benchmarks --quick` is a smoke test that writes to `out/`, "
        "and `python -m benchmarks.large_coast` triangulates coasts of 200,000 vertices.",
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
    display_s, full_s = results.shapes_s.values()
    steps = ", ".join(f"{step} {seconds:.2f}" for step, seconds in results.process_steps_s.items())
    edges = ", ".join(f"{edge:g}" for edge in EDGES_H)
    return (
        "- Errors of the order of 1e-6 ppm are rounding errors of floating-point numbers; apart from them both are exact.\n"
        "- A field is a search from a start and the distances to all cells of the strait, on two threads; the cells are "
        "located once per coast. scikit-fmm runs on one thread and covers the whole study box, as it must.\n"
        f"- Shapes: for a new speed, from distances that are known for these points: four bands (to {edges} h), reached, "
        f"backup and gap; for display, clipped by the browser, {display_s * 1000:.0f} ms, clipped to the full coast "
        f"{full_s * 1000:.0f} ms.\n"
        f"- The process, in seconds: {steps}; the rest is the interpreter. Compiled kernels, mesh and cells come from the "
        f"cache; with compiled kernels only it takes {results.process_uncached_s:.2f} s."
    )


def _how(results: Results) -> str:
    open_sea, shore = results.targets
    rounds = " and ".join(f"{count} rounds at {cell_m:,.0f} m" for cell_m, count in results.rounds.items())
    return (
        f"One process, all methods in turn, {rounds}, starts in turn ({' and '.join(results.starts)}), medians.\n"
        "The coast is `data/land.geojson` as shipped, the water the whole study box.\n"
        f"Targets are {open_sea} points in the open and {shore} within {SHORE_M / 1000:g} km of land, chosen at random in the "
        "strait, 25 km or more from either start.\n"
        "They are nodes of the 1 km lattice, and so are the starts: no peer has to interpolate.\n"
        "The lattice is in a conformal plane and peers get the scale of each row, so that none has an error from the "
        "projection.\n"
        "scikit-fmm starts from a disc of exact distances, and scipy's graph has no move across land.\n"
        "searoute and the geodesic give single distances: their time is that of all targets.\n\n"
        "The reference is a visibility graph over the whole coast with Karney's geodesics (`benchmarks/oracle.py`).\n"
        "It shares no code with the engine; a test compares it with a slower one that leaves visibility to GEOS, and both "
        "with toy basins solved by hand.\n"
        "It ignores routes longer than Selat's, which saves hours and hides nothing: a shorter route would still be found, "
        "and if Selat's were too short there would be none."
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
    targets = len(results.starts) * sum(results.targets)
    return _table(head, [_peer(row, targets) for row in rows])


def _peer(row: Row, targets: int) -> tuple[str, ...]:
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
        f"{error.missed} of {targets}",
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
        "Selat, nmi",
        "published is longer by",
        f"{_signed(low)} to {_signed(high)} %",
        "reason",
    )
    return (
        "A published distance follows lanes and keeps off headlands; the shortest route over water is a lower bound.\n"
        f"So published distances should be longer, or nearly so: {_signed(low)} to {_signed(high)} % is expected; the table "
        "itself has an error of about 5 % (`linerlib` in [data.md](data.md)).\n"
        "Ports are those of `data/places.geojson`, moved to the nearest water; pairs outside the study box are left out.\n\n"
        + _table(head, rows)
    )


def _number(figure: float) -> str:
    """Format a figure to three digits: 1,230 or 0.0123 or 4.5e-07."""
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
