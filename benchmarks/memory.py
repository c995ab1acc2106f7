"""How much memory a method takes at its peak, in a process of its own: ``python -m benchmarks.memory METHOD CELL_M``.

Counted from after the imports and the reading of its input to the end of its first field, set-up included.
"""

from __future__ import annotations

import contextlib
import resource
import subprocess
import sys
from pathlib import Path
from typing import Final

from benchmarks.lattice import COARSE_M, lattice_of, questions_for
from benchmarks.peers import FIELD_PEERS
from geo.coverage.grid import strait_grid
from geo.coverage.reach import navigable_water, starts
from geo.scheme.patrol_scheme import load
from geo.sea.distance import SeaDistance

__all__ = ["OURS", "peak_mb"]

OURS: Final = "Selat"
_ROOT: Final = Path(__file__).resolve().parent.parent
_STATUS: Final = Path("/proc/self/status")


def peak_mb(method: str, cell_m: float) -> float:
    """Return a method's peak memory in MB, measured in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.memory", method, str(cell_m)]
    return float(subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True).stdout)


def _held_mb(what: str) -> float:
    """Return the memory that this process holds (``VmRSS``) or has held at most (``VmHWM``)."""
    if not _STATUS.exists():  # Linux alone tells both; elsewhere the most so far has to do
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
    lines = dict(line.split(":", 1) for line in _STATUS.read_text("ascii").splitlines() if ":" in line)
    return float(lines[what].split()[0]) / 1024


def _forget_peak() -> float:
    """Let the peak begin again, where the system can, and return what is held now."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", "ascii")
    return _held_mb("VmRSS")


def main(method: str, cell_m: float) -> None:
    """Measure in this process."""
    scheme = load()
    water = navigable_water(scheme)
    table = starts(scheme)
    lon, lat = (float(table.iloc[0][name]) for name in ("lon", "lat"))
    if method == OURS:
        grid = strait_grid(scheme.strait, scheme.waters, cell_m=cell_m)
        before_mb = _forget_peak()
        sea = SeaDistance(water)
        cells = sea.locate(grid.lon, grid.lat)
        sea.from_point(lon, lat, targets=cells).at_located_m(cells)
    else:
        box = scheme.sources.study_box
        asked = questions_for(scheme, lattice_of(water, box, COARSE_M), {"first": (lon, lat)}, share=0.1)
        lattice = lattice_of(water, box, cell_m)
        before_mb = _forget_peak()
        FIELD_PEERS[method](lattice)(asked.start(0, cell_m))
    most_mb = _held_mb("VmHWM")
    sys.stdout.write(f"{most_mb - before_mb:.1f}\n")


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
