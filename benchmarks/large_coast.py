"""Triangulate two coasts of 200,000 vertices, made from the shipped one: ``python -m benchmarks.large_coast``.

Exits with 1 if the triangulation of the fractal coast takes more than `LIMIT_S` of processor time, or if distances break
a law. The coast with vertices along straight edges is the slowest kind known; its time is printed, not judged.
"""

from __future__ import annotations

import time
from typing import Final

import numpy as np
import shapely

from geo.arrays import Floats
from geo.coverage.reach import starts
from geo.scheme.patrol_scheme import load
from geo.sea._mesh import project_shore
from geo.sea._plane import Plane
from geo.sea._triangulate import triangulate
from geo.sea.distance import SeaDistance

__all__ = ["fractal_coast", "straight_coast"]

FRACTAL, STRAIGHT = "fractal coast", "straight edges"
VERTICES: Final = 200_000
LIMIT_S: Final = 10.0
TOLERANCE: Final = 1e-7  # 0.1 ppm
_ROUGHNESS: Final = 0.1  # a new vertex leaves the middle of its edge by at most this part of the edge's length


def fractal_coast(water: shapely.Polygon, vertices: int = VERTICES) -> shapely.Polygon:
    """Return the water with its longest coast edges bent at random, round after round; the study box stays straight."""
    random = np.random.default_rng(0)
    rings = [shapely.get_coordinates(ring)[:-1] for ring in shapely.get_rings(water)]
    vertices = round(1.01 * vertices)  # coasts that cross lose some
    while (missing := vertices - sum(map(len, rings))) > 0:
        edges = [np.roll(ring, -1, axis=0) - ring for ring in rings]
        length = np.hypot(*np.vstack(edges).T)
        length[length > 1] = 0  # degrees: edges of the study box
        shortest = np.sort(length)[-min(missing, len(length) // 2)]
        rings = [_bend(ring, edge, shortest, random) for ring, edge in zip(rings, edges, strict=True)]
    rough = shapely.make_valid(shapely.Polygon(rings[0], rings[1:]))
    return max(shapely.get_parts(rough), key=lambda part: part.area)


def _bend(ring: Floats, edge: Floats, shortest: float, random: np.random.Generator) -> Floats:
    length = np.hypot(*edge.T)
    at = np.flatnonzero((length >= shortest) & (length <= 1))
    normal = np.column_stack([-edge[at, 1], edge[at, 0]])
    middle = ring[at] + edge[at] / 2 + random.uniform(-_ROUGHNESS, _ROUGHNESS, len(at))[:, None] * normal
    return np.insert(ring, at + 1, middle, axis=0)


def straight_coast(water: shapely.Polygon, vertices: int = VERTICES) -> shapely.Polygon:
    """Return the same water with vertices along its edges: distances stay as they are."""
    short, long = 1e-4, 1.0  # degrees between vertices: more than enough vertices, too few
    vertices += len(shapely.get_rings(water))  # each ring repeats its first vertex
    while long / short > 1.001:
        middle = (short * long) ** 0.5
        is_enough = shapely.get_num_coordinates(shapely.segmentize(water, middle)) > vertices
        short, long = (middle, long) if is_enough else (short, middle)
    return shapely.segmentize(water, short)


def main() -> None:
    """Measure both coasts."""
    scheme = load()
    water = scheme.water.navigable
    ports = starts(scheme)[["lon", "lat"]].to_numpy(float)
    original_m = _distances_m(SeaDistance(water), ports)
    failures = []
    for name, coast in ((FRACTAL, fractal_coast(water)), (STRAIGHT, straight_coast(water))):
        seconds, vertices = _triangulation_s(coast)
        print(f"{name}: {vertices:,} vertices triangulated in {seconds:.1f} s")
        distance_m = _distances_m(SeaDistance(coast), ports)
        if name == FRACTAL and seconds > LIMIT_S:
            failures.append(f"{name}: triangulation took {seconds:.1f} s, the limit is {LIMIT_S:g} s")
        if not np.allclose(distance_m, distance_m.T, rtol=TOLERANCE, atol=1e-3):
            failures.append(f"{name}: distances are not symmetric")
        if name == STRAIGHT and not np.allclose(distance_m, original_m, rtol=TOLERANCE, atol=1e-3):
            failures.append(f"{name}: vertices along straight edges changed distances")
    if failures:
        raise SystemExit("\n".join(failures))


def _triangulation_s(coast: shapely.Polygon) -> tuple[float, int]:
    """Return the seconds of processor time that the triangulation takes, and how many vertices it has."""
    plane = Plane.for_water(coast)
    shore, ring = project_shore(coast, plane)
    begun = time.process_time()
    triangulate(shore, ring)
    return time.process_time() - begun, len(shore)


def _distances_m(sea: SeaDistance, ports: Floats) -> Floats:
    """Return the distance from each port to each other."""
    return np.array([sea.from_point(lon, lat).at_m(*ports.T) for lon, lat in ports])


if __name__ == "__main__":
    main()
