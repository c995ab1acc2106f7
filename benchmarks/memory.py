"""Peak memory of a method in a process of its own: ``python -m benchmarks.memory METHOD CELL_M``.

Measured from after imports and reading of data to the end of the first field, including set-up.
"""

from __future__ import annotations

import contextlib
import resource
import subprocess
import sys
from pathlib import Path
from typing import Final

from benchmarks.lattice import COARSE_M, build_lattice, choose_questions
from benchmarks.peers import FIELD_PEERS
from geo.coverage.grid import strait_grid
from geo.coverage.reach import starts
from geo.scheme.patrol_scheme import load
from geo.sea.distance import SeaDistance

__all__ = ["SELAT", "peak_mb"]

SELAT: Final = "Selat"
_ROOT: Final = Path(__file__).resolve().parent.parent
_STATUS: Final = Path("/proc/self/status")


def peak_mb(method: str, cell_m: float) -> float:
    """Return a method's peak memory in MB, measured in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.memory", method, str(cell_m)]
    return float(subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True).stdout)


def _memory_mb(what: str) -> float:
    """Return the memory of this process, now (``VmRSS``) or at its peak (``VmHWM``)."""
    if not _STATUS.exists():  # only Linux has both; elsewhere the peak stands for both
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
    lines = dict(line.split(":", 1) for line in _STATUS.read_text("ascii").splitlines() if ":" in line)
    return float(lines[what].split()[0]) / 1024


def _reset_peak() -> float:
    """Reset the peak, where the system can, and return the memory of now."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", "ascii")
    return _memory_mb("VmRSS")


def main(method: str, cell_m: float) -> None:
    """Measure in this process."""
    scheme = load()
    water = scheme.water.navigable
    table = starts(scheme)
    lon, lat = (float(table.iloc[0][name]) for name in ("lon", "lat"))
    if method == SELAT:
        grid = strait_grid(scheme.strait, scheme.waters, cell_m=cell_m)
        before_mb = _reset_peak()
        sea = SeaDistance(water)
        cells = sea.locate(grid.lon, grid.lat)
        sea.from_point(lon, lat, targets=cells).at_located_m(cells)
    else:
        box = scheme.sources.study_box
        questions = choose_questions(scheme, build_lattice(water, box, COARSE_M), {"first": (lon, lat)}, share=0.1)
        lattice = build_lattice(water, box, cell_m)
        before_mb = _reset_peak()
        FIELD_PEERS[method](lattice)(questions.start(0, cell_m))
    highest_mb = _memory_mb("VmHWM")
    sys.stdout.write(f"{highest_mb - before_mb:.1f}\n")


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
