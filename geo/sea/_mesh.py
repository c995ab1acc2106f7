"""Water cut into triangles that know their neighbours, and the triangle a position lies in (docs/method.md, 2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numba
import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo.disk_cache import WORTH_CACHING, cached_arrays
from geo.errors import ScenarioError
from geo.sea import _kernels, _plane, _triangulate
from geo.sea._kernels import kernel, step
from geo.sea._plane import STAMP, STRAIGHT, Floats, Ints, Plane, cross, crosses
from geo.sea._triangulate import pair_sides, triangulate

__all__: list[str] = []

EDGE_M = 0.3  # how far a side may leave its edge, which is straight in longitude and latitude, as GeoJSON has it (RFC 7946)
SHORE_M = 0.5  # a position so close to the water counts as on its shore: more than `EDGE_M`, less than any coast is good for
BUCKETS = 512


class Mesh(NamedTuple):
    """The triangulation, as the kernels read it; nothing in it is ever changed.

    A half-edge ``3 t + k`` is the side of triangle t opposite its corner k, from corner k+1 to corner k+2, water on
    the left. Every vertex is a vertex of the shore, with one fan of triangles from the shore after it round to the
    shore before it.
    """

    frame: Floats  # see `Plane`
    place: Floats  # (n, 2) vertices in the plane, metres
    ecef: Floats  # (n, 3) vertices, Earth-centred, metres
    corner: Ints  # (m, 3) vertices of each triangle, counter-clockwise
    twin: Ints  # (3 m) the same side seen from the neighbour, -1 at the shore
    after: Ints  # (n) next vertex along the shore, water on the left
    before: Ints  # (n) previous vertex along the shore
    cape: npt.NDArray[np.bool_]  # (n) whether land bends into the water there (a reflex vertex): ways turn nowhere else
    first: Ints  # (n) corner 3 t + k of the fan's triangle at the shore after
    last: Ints  # (n) corner of the fan's triangle at the shore before


class Buckets(NamedTuple):
    """A square grid over the plane that lists the triangles near each of its cells."""

    origin: Floats
    side_m: float
    columns: int
    start: Ints
    triangle: Ints


@dataclass(frozen=True, eq=False)
class WaterMesh:
    """A water polygon as a constrained Delaunay triangulation in the plane."""

    plane: Plane
    mesh: Mesh
    buckets: Buckets

    @classmethod
    def of(cls, water: BaseGeometry) -> WaterMesh:
        """Triangulate a polygon in EPSG:4326.

        Raises
        ------
        ScenarioError
            If the polygon is empty, of another kind, invalid, or wider than the method allows.
        """
        if not isinstance(water, shapely.Polygon) or water.is_empty:
            raise ScenarioError(f"water must be one polygon with an inside, got {water.geom_type} (empty: {water.is_empty})")
        plane = Plane.about(water)
        return cls(plane, *_kept_triangles(water, plane))

    def find(self, lon: Floats, lat: Floats) -> tuple[Ints, Floats, Floats]:
        """Return the triangle (-1 off the water), the place in the plane and the ECEF position of each point.

        A place up to `SHORE_M` off the water is moved onto its shore; the ECEF position stays.
        """
        place, ecef = self.plane.project(lon, lat)
        return find_triangles(place, self.mesh, self.buckets), place, ecef


def _kept_triangles(water: shapely.Polygon, plane: Plane) -> tuple[Mesh, Buckets]:
    """Return the triangles of a water, from disk if it has many and they are there."""
    if shapely.get_num_coordinates(water) < WORTH_CACHING:
        return _cut(water, plane)
    inputs, code = (
        (shapely.to_wkb(water), numba.__version__),
        (_plane.__file__, _kernels.__file__, _triangulate.__file__, __file__),
    )
    arrays = cached_arrays("water-mesh", inputs, code, lambda: _packed(*_cut(water, plane)))
    mesh = Mesh(*(arrays[f"mesh_{name}"] for name in Mesh._fields))
    origin, side_m, columns, start, triangle = (arrays[f"buckets_{name}"] for name in Buckets._fields)
    return mesh, Buckets(origin, float(side_m), int(columns), start, triangle)


def _packed(mesh: Mesh, buckets: Buckets) -> dict[str, npt.NDArray[Any]]:  # Any: of every kind of number
    named = {f"mesh_{name}": value for name, value in mesh._asdict().items()}
    named |= {f"buckets_{name}": value for name, value in buckets._asdict().items()}
    return {name: np.asarray(value) for name, value in named.items()}


def _cut(water: shapely.Polygon, plane: Plane) -> tuple[Mesh, Buckets]:
    """Cut a water into triangles."""
    place, corner = triangulate(*draw_shore(water, plane))
    mesh = _connect(plane, place, corner)
    return mesh, _fill_buckets(mesh)


def draw_shore(water: shapely.Polygon, plane: Plane) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Return the shore's vertices in the plane and the ring each belongs to; long edges are cut to stay within `EDGE_M`.

    Each ring goes round once, its last vertex not repeated, the outer one first, water on the left of all.
    """
    degrees, ring = shapely.get_coordinates(shapely.get_rings(shapely.orient_polygons(water)), return_index=True)
    edge = np.flatnonzero(ring[1:] == ring[:-1])  # edges run from these positions to the next
    pieces = _pieces(degrees[edge], degrees[edge + 1], plane)
    cut = np.repeat(edge, pieces)
    along = (np.arange(len(cut)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) / np.repeat(pieces, pieces)
    return plane.project(*(degrees[cut] + along[:, None] * (degrees[cut + 1] - degrees[cut])).T)[0], ring[cut]


def _pieces(tail: Floats, head: Floats, plane: Plane) -> npt.NDArray[np.int64]:
    """Return into how many pieces to cut each edge: what it leaves its side by falls with the square."""
    a, b = plane.project(*tail.T)[0], plane.project(*head.T)[0]
    off = np.zeros(len(tail))
    for part in (0.25, 0.5, 0.75):
        p = plane.project(*(tail + part * (head - tail)).T)[0] - a
        off = np.maximum(off, np.abs(crosses(b - a, p)) / np.hypot(*(b - a).T))
    return np.maximum(np.ceil(np.sqrt(off / EDGE_M)), 1).astype(np.int64)


def _connect(plane: Plane, place: Floats, corner: Ints) -> Mesh:
    """Find the neighbours, the shore's order, the fans and the capes."""
    twin = pair_sides(corner, len(place))
    corner, origin = _split_touching_shores(corner, twin, len(place))
    place = place[origin]
    shore = np.flatnonzero(twin < 0)
    tail, head = corner.ravel()[_turn(shore, 1)], corner.ravel()[_turn(shore, 2)]
    after, before, first, last = (np.full(len(place), -1, np.int32) for _ in range(4))
    after[tail], before[head] = head, tail
    first[tail], last[head] = _turn(shore, 1), _turn(shore, 2)
    back, ahead = place - place[before], place[after] - place
    bend = crosses(back, ahead)
    cape = bend < STRAIGHT * np.hypot(*back.T) * np.hypot(*ahead.T)
    return Mesh(plane.frame, place, plane.ecef(place), corner, twin, after, before, cape, first, last)


def _turn(side: npt.NDArray[np.int64], steps: int) -> npt.NDArray[np.int64]:
    """Return the corner or side ``steps`` further round the same triangle."""
    return side - side % 3 + (side + steps) % 3


def _split_touching_shores(corner: Ints, twin: Ints, vertices: int) -> tuple[Ints, Ints]:
    """Give each fan of triangles a vertex of its own where shores touch in a point: a gap without width is no way.

    Returns
    -------
    corner, origin
        The corners renamed, and for each vertex the one it was copied from.
    """
    corner, origin = corner.copy(), list(range(vertices))
    shore = np.flatnonzero(twin < 0)
    starts = _turn(shore, 1)  # where fans begin: one per vertex, but for the touching ones
    again = np.ones(len(starts), bool)
    again[np.unique(corner.ravel()[starts], return_index=True)[1]] = False
    for start in starts[again]:
        at = int(start)
        origin.append(int(corner.flat[at]))
        while at >= 0:
            corner.flat[at] = len(origin) - 1
            across = int(twin[at - at % 3 + (at + 1) % 3])
            at = across - across % 3 + (across + 1) % 3 if across >= 0 else -1
    return corner, np.array(origin)


@kernel
def close_pockets(mesh: Mesh, wanted: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.bool_], Ints]:
    """Close bays in which nothing is wanted: a shortest way that went in would come out through the same side.

    Returns
    -------
    closed, way_out
        For each triangle, and for closed ones the neighbour on the way out of the bay, -1 for none.
    """
    count = len(mesh.corner)
    doors = np.zeros(count, np.int32)
    for side in range(3 * count):
        doors[side // 3] += mesh.twin[side] >= 0
    closed, way_out, queue, waiting = np.zeros(count, np.bool_), np.full(count, -1, np.int32), np.empty(count, np.int32), 0
    for t in range(count):
        if doors[t] <= 1 and not wanted[t]:
            queue[waiting] = t
            waiting += 1
    while waiting > 0:
        waiting -= 1
        t = queue[waiting]
        closed[t] = True
        for k in range(3):
            other = mesh.twin[3 * t + k] // 3 if mesh.twin[3 * t + k] >= 0 else t
            if not closed[other]:
                way_out[t] = other
                doors[other] -= 1
                if doors[other] == 1 and not wanted[other]:
                    queue[waiting] = other
                    waiting += 1
    return closed, way_out


def _fill_buckets(mesh: Mesh) -> Buckets:
    low, high = mesh.place.min(axis=0) - 2 * SHORE_M, mesh.place.max(axis=0) + 2 * SHORE_M
    side_m = float((high - low).max()) / BUCKETS
    columns, rows = (int((high - low)[axis] / side_m) + 1 for axis in (0, 1))
    start = np.zeros(columns * rows + 1, np.int32)
    list_triangles(mesh, low, side_m, columns, rows, start, np.empty(0, np.int32), True)
    start = np.cumsum(start, dtype=np.int32)
    triangle = np.empty(start[-1], np.int32)
    list_triangles(mesh, low, side_m, columns, rows, start.copy(), triangle, False)
    return Buckets(low, side_m, columns, start, triangle)


@kernel
def list_triangles(
    mesh: Mesh,
    origin: Floats,
    side_m: float,
    columns: int,
    rows: int,
    start: Ints,
    triangle: Ints,
    counting: bool,
    stamp: int = STAMP,
) -> None:
    """Walk each triangle row by row of the bucket grid; count it into, or write it to, the buckets it meets."""
    for t in range(len(mesh.corner)):
        ys = mesh.place[mesh.corner[t], 1] - origin[1]
        bottom, top = ys.min() - 2 * SHORE_M, ys.max() + 2 * SHORE_M
        for row in range(max(int(bottom / side_m), 0), min(int(top / side_m), rows - 1) + 1):
            left, right = _span(mesh, t, origin, row * side_m - 2 * SHORE_M, (row + 1) * side_m + 2 * SHORE_M)
            for column in range(max(int(left / side_m), 0), min(int(right / side_m), columns - 1) + 1):
                bucket = row * columns + column
                if counting:
                    start[bucket + 1] += 1
                else:
                    triangle[start[bucket]] = t
                    start[bucket] += 1


@step
def _span(mesh: Mesh, t: int, origin: Floats, bottom: float, top: float) -> tuple[float, float]:
    """Return how far left and right a triangle reaches within a strip."""
    left, right = np.inf, -np.inf
    for k in range(3):
        a, b = mesh.corner[t, k], mesh.corner[t, (k + 1) % 3]
        ax, ay = mesh.place[a, 0] - origin[0], mesh.place[a, 1] - origin[1]
        bx, by = mesh.place[b, 0] - origin[0], mesh.place[b, 1] - origin[1]
        if max(ay, by) < bottom or min(ay, by) > top:
            continue
        for end in range(2):
            y = min(max(ay if end == 0 else by, bottom), top)
            x = ax if ay == by else ax + (bx - ax) * (y - ay) / (by - ay)
            x = min(max(x, min(ax, bx)), max(ax, bx))
            if ay == by and end == 1:
                x = bx
            left, right = min(left, x), max(right, x)
    return left - 2 * SHORE_M, right + 2 * SHORE_M


@kernel
def find_triangles(place: Floats, mesh: Mesh, buckets: Buckets, stamp: int = STAMP) -> Ints:
    """Return the triangle of each place, -1 for none; places a little off the shore are moved onto it."""
    found = np.full(len(place), -1, np.int32)
    rows = (len(buckets.start) - 1) // buckets.columns
    for i in range(len(place)):
        column = (place[i, 0] - buckets.origin[0]) / buckets.side_m
        row = (place[i, 1] - buckets.origin[1]) / buckets.side_m
        if not (0 <= column < buckets.columns and 0 <= row < rows):
            continue
        bucket = int(row) * buckets.columns + int(column)
        for j in range(buckets.start[bucket], buckets.start[bucket + 1]):
            if _holds(mesh, buckets.triangle[j], place[i, 0], place[i, 1]):
                found[i] = buckets.triangle[j]
                break
        if found[i] < 0:
            found[i] = _pull_ashore(mesh, buckets, bucket, place[i])
    return found


@step
def _holds(mesh: Mesh, t: int, x: float, y: float) -> bool:
    """Say whether a triangle holds a place, its sides included."""
    for k in range(3):
        a, b = mesh.corner[t, k], mesh.corner[t, (k + 1) % 3]
        ax, ay = mesh.place[a, 0], mesh.place[a, 1]
        if cross(mesh.place[b, 0] - ax, mesh.place[b, 1] - ay, x - ax, y - ay) < 0:
            return False
    return True


@step
def _pull_ashore(mesh: Mesh, buckets: Buckets, bucket: int, place: Floats) -> int:
    """Move a place to the nearest side of a triangle, if one is within `SHORE_M`, and return that triangle."""
    best, found, best_x, best_y = SHORE_M * SHORE_M, -1, 0.0, 0.0
    for j in range(buckets.start[bucket], buckets.start[bucket + 1]):
        t = buckets.triangle[j]
        for k in range(3):
            a, b = mesh.corner[t, k], mesh.corner[t, (k + 1) % 3]
            ax, ay = mesh.place[a, 0], mesh.place[a, 1]
            ex, ey = mesh.place[b, 0] - ax, mesh.place[b, 1] - ay
            along = min(max(((place[0] - ax) * ex + (place[1] - ay) * ey) / (ex * ex + ey * ey), 0.0), 1.0)
            x, y = ax + along * ex, ay + along * ey
            off = (place[0] - x) ** 2 + (place[1] - y) ** 2
            if off <= best:
                best, found, best_x, best_y = off, t, x, y
    if found >= 0:
        place[0], place[1] = best_x, best_y
    return found
