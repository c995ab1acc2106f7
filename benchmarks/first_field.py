"""A process from start to its first field of the strait at 1 km; prints the seconds of each step as JSON."""

from __future__ import annotations

import time

BEGUN = time.perf_counter()

import json  # noqa: E402  # imports are timed too

from geo.coverage.grid import strait_grid  # noqa: E402
from geo.coverage.reach import starts  # noqa: E402
from geo.scheme.patrol_scheme import load  # noqa: E402
from geo.sea.distance import SeaDistance  # noqa: E402


def main() -> None:
    """Do what page and command line do first, and print the seconds of each step."""
    steps = {"imports": time.perf_counter() - BEGUN}

    def record(step: str) -> None:
        steps[step] = time.perf_counter() - BEGUN - sum(steps.values())

    scheme = load()
    record("data read and checked")
    sea = SeaDistance(scheme.water.navigable)
    record("water and its triangles")
    grid = strait_grid(scheme.strait, scheme.waters)
    cells = sea.locate(grid.lon, grid.lat)
    record("cells of the strait")
    first = starts(scheme).iloc[0]
    sea.from_point(float(first["lon"]), float(first["lat"]), targets=cells).at_located_m(cells)
    record("field")
    print(json.dumps(steps), flush=True)


if __name__ == "__main__":
    main()
