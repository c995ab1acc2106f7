"""Triangle mesh of the water, and point location in it (docs/method.md, section 2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.arrays import Flags, Floats, Indices, Integers, Numbers
from geo.disk_cache import WORTH_CACHING, cached_arrays
from geo.errors import ScenarioError
from geo.sea import _kernels, _plane, _triangulate
from geo.sea._kernels import NUMBA_VERSION, kernel, step
from geo.sea._plane import STRAIGHT, Plane, cross, cross_rows
from geo.sea._triangulate import pair_half_edges, triangulate

__all__: list[str] = []

EDGE_M = 0.3  # an edge in the plane stays this close to the edge of the coast, which is straight in lon and lat (RFC 7946)
SHORE_M = 0.5  # positions this close to the water count as on its shore: above `EDGE_M`, below the accuracy of any coast
SAME_DEG = 1e-11  # a micrometre: an edge this short has no direction in the plane
BUCKETS = 512  # along the longer axis of the water


class Mesh(NamedTuple):
    """A half-edge triangulation as plain arrays, for the kernels; it is never changed.

    Half-edge ``3 t + k`` is the edge of triangle t opposite its corner k, from corner k+1 to corner k+2, with the
    triangle on its left. Every vertex lies on the shore and has one fan of triangles, which runs counter-clockwise from
    the shore edge after the vertex to the shore edge before it.
    """

    frame: Floats  # see `Plane`
    xy: Floats  # (n, 2) vertices in the plane, metres
    ecef: Floats  # (n, 3) vertices, Earth-centred, metres
    corner: Indices  # (m, 3) vertices of each triangle, counter-clockwise
    twin: Indices  # (3 m) the same half-edge of the neighbour, -1 at the shore
    after: Indices  # (n) next vertex along the shore, water on the left
    before: Indices  # (n) previous vertex along the shore
    cape: Flags  # (n) whether it is a cape, a reflex vertex of the water: routes turn nowhere else
    first: Indices  # (n) corner 3 t + k in the first triangle of the fan
    last: Indices  # (n) corner 3 t + k in the last triangle of the fan


class Buckets(NamedTuple):
    """A square grid over the plane with a list of the triangles near each cell."""

    origin: Floats  # x and y of the south-west corner, metres
    cell_m: float
    columns: int
    offset: Indices  # the triangles of bucket b are those from offset[b] up to offset[b + 1]
    triangle: Indices


@dataclass(frozen=True, eq=False)
class WaterMesh:
    """A water polygon as a constrained Delaunay triangulation in the plane."""

    plane: Plane
    mesh: Mesh
    buckets: Buckets

    @classmethod
    def from_water(cls, water: BaseGeometry) -> WaterMesh:
        """Triangulate a polygon in EPSG:4326.

        Raises
        ------
        ScenarioError
            If the polygon is empty, of another kind, invalid, or wider than the method allows.
        """
        if not isinstance(water, shapely.Polygon) or water.is_empty:
            raise ScenarioError(f"water must be one polygon with an inside, got {water.geom_type} (empty: {water.is_empty})")
        plane = Plane.for_water(water)
        return cls(plane, *_cached_mesh(water, plane))

    def find(self, lon: Floats, lat: Floats) -> tuple[Indices, Floats, Floats]:
        """Return the triangle (-1 off the water), the plane coordinates and the ECEF coordinates of each position.

        Plane coordinates up to `SHORE_M` off the water are moved onto its shore; ECEF coordinates stay.
        """
        xy, ecef = self.plane.project(lon, lat)
        return find_triangles(xy, self.mesh, self.buckets), xy, ecef


def _cached_mesh(water: shapely.Polygon, plane: Plane) -> tuple[Mesh, Buckets]:
    """Return the mesh of a water: from the disk cache if the coast is long and the mesh is there."""
    if shapely.get_num_coordinates(water) < WORTH_CACHING:
        return _triangulate_water(water, plane)
    inputs, code = (
        (shapely.to_wkb(water), NUMBA_VERSION),
        (_plane.__file__, _kernels.__file__, _triangulate.__file__, __file__),
    )
    arrays = cached_arrays("water-mesh", inputs, code, lambda: _to_arrays(*_triangulate_water(water, plane)))
    mesh = Mesh(*(arrays[f"mesh_{name}"] for name in Mesh._fields))
    origin, cell_m, columns, offset, triangle = (arrays[f"buckets_{name}"] for name in Buckets._fields)
    return mesh, Buckets(origin, float(cell_m), int(columns), offset, triangle)


def _to_arrays(mesh: Mesh, buckets: Buckets) -> dict[str, Numbers]:
    named = {f"mesh_{name}": value for name, value in mesh._asdict().items()}
    named |= {f"buckets_{name}": value for name, value in buckets._asdict().items()}
    return {name: np.asarray(value) for name, value in named.items()}


def _triangulate_water(water: shapely.Polygon, plane: Plane) -> tuple[Mesh, Buckets]:
    xy, corner = triangulate(*project_shore(water, plane))
    mesh = _connect_triangles(plane, xy, corner)
    return mesh, _fill_buckets(mesh)


def project_shore(water: shapely.Polygon, plane: Plane) -> tuple[Floats, Integers]:
    """Return the vertices of the shore in the plane, (n, 2) metres, and the number of the ring that each belongs to.

    Edges are divided where needed to stay within `EDGE_M` of the coast. The outer ring comes first, water is on the
    left of every ring, no ring repeats its first vertex, and of vertices closer than `SAME_DEG` one is left.
    """
    degrees, ring = shapely.get_coordinates(shapely.get_rings(shapely.orient_polygons(water)), return_index=True)
    tail = np.flatnonzero(ring[1:] == ring[:-1])  # edges run from these vertices to the next ones
    tail = tail[(np.abs(degrees[tail + 1] - degrees[tail]) > SAME_DEG).any(axis=1)]
    tail = tail[np.bincount(ring[tail])[ring[tail]] >= 3]
    pieces = _count_pieces(degrees[tail], degrees[tail + 1], plane)
    tail = np.repeat(tail, pieces)
    along = (np.arange(len(tail)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) / np.repeat(pieces, pieces)
    return plane.project(*(degrees[tail] + along[:, None] * (degrees[tail + 1] - degrees[tail])).T)[0], ring[tail]


def _count_pieces(tail: Floats, head: Floats, plane: Plane) -> Integers:
    """Return the number of pieces to divide each edge into; the deviation falls with its square."""
    a, b = plane.project(*tail.T)[0], plane.project(*head.T)[0]
    off = np.zeros(len(tail))
    for part in (0.25, 0.5, 0.75):
        p = plane.project(*(tail + part * (head - tail)).T)[0] - a
        off = np.maximum(off, np.abs(cross_rows(b - a, p)) / np.hypot(*(b - a).T))
    return np.maximum(np.ceil(np.sqrt(off / EDGE_M)), 1).astype(np.int64)


def _connect_triangles(plane: Plane, xy: Floats, corner: Indices) -> Mesh:
    """Find neighbours, the order along the shore, fans and capes."""
    twin = pair_half_edges(corner, len(xy))
    corner, origin = _split_touching_shores(corner, twin, len(xy))
    xy = xy[origin]
    shore = np.flatnonzero(twin < 0)
    tail, head = corner.ravel()[_rotate(shore, 1)], corner.ravel()[_rotate(shore, 2)]
    after, before, first, last = (np.full(len(xy), -1, np.int32) for _ in range(4))
    after[tail], before[head] = head, tail
    first[tail], last[head] = _rotate(shore, 1), _rotate(shore, 2)
    back, ahead = xy - xy[before], xy[after] - xy
    bend = cross_rows(back, ahead)
    cape = bend < STRAIGHT * np.hypot(*back.T) * np.hypot(*ahead.T)
    return Mesh(plane.frame, xy, plane.ecef(xy), corner, twin, after, before, cape, first, last)


def _rotate(edge: Integers, steps: int) -> Integers:
    """Return the corner or half-edge ``steps`` further round the same triangle."""
    return edge - edge % 3 + (edge + steps) % 3


def _split_touching_shores(corner: Indices, twin: Indices, vertices: int) -> tuple[Indices, Indices]:
    """Give each fan of triangles a vertex of its own where shores touch in a point: no route passes there.

    Returns
    -------
    corner, origin
        The renumbered corners, and for each vertex the one that it was copied from.
    """
    corner, origin = corner.copy(), list(range(vertices))
    shore = np.flatnonzero(twin < 0)
    first = _rotate(shore, 1)  # corners where fans begin: one per vertex, several where shores touch
    is_repeat = np.ones(len(first), bool)
    is_repeat[np.unique(corner.ravel()[first], return_index=True)[1]] = False
    for at in first[is_repeat].tolist():
        origin.append(int(corner.flat[at]))
        fan = at
        while fan >= 0:
            corner.flat[fan] = len(origin) - 1
            across = int(twin[fan - fan % 3 + (fan + 1) % 3])
            fan = across - across % 3 + (across + 1) % 3 if across >= 0 else -1
    return corner, np.array(origin)


@kernel
def close_bays(mesh: Mesh, is_target: Flags) -> tuple[Flags, Indices]:
    """Close the bays without a target: a shortest route that entered one would leave it through the same edge.

    Returns
    -------
    closed, exit_triangle
        Whether each triangle is closed, and for closed ones the neighbour towards the mouth of the bay, -1 for none.
    """
    count = len(mesh.corner)
    openings = np.zeros(count, np.int32)
    for edge in range(3 * count):
        openings[edge // 3] += mesh.twin[edge] >= 0
    closed, exit_triangle = np.zeros(count, np.bool_), np.full(count, -1, np.int32)
    queue, waiting = np.empty(count, np.int32), 0
    for t in range(count):
        if openings[t] <= 1 and not is_target[t]:
            queue[waiting] = t
            waiting += 1
    while waiting > 0:
        waiting -= 1
        t = queue[waiting]
        closed[t] = True
        for k in range(3):
            other = mesh.twin[3 * t + k] // 3 if mesh.twin[3 * t + k] >= 0 else t
            if not closed[other]:
                exit_triangle[t] = other
                openings[other] -= 1
                if openings[other] == 1 and not is_target[other]:
                    queue[waiting] = other
                    waiting += 1
    return closed, exit_triangle


def _fill_buckets(mesh: Mesh) -> Buckets:
    low, high = mesh.xy.min(axis=0) - 2 * SHORE_M, mesh.xy.max(axis=0) + 2 * SHORE_M
    cell_m = float((high - low).max()) / BUCKETS
    columns, rows = (int((high - low)[axis] / cell_m) + 1 for axis in (0, 1))
    size = Buckets(low, cell_m, columns, np.zeros(columns * rows + 1, np.int32), np.empty(0, np.int32))
    list_triangles(mesh, size, True)
    offset = np.cumsum(size.offset, dtype=np.int32)
    buckets = Buckets(low, cell_m, columns, offset.copy(), np.empty(offset[-1], np.int32))
    list_triangles(mesh, buckets, False)
    return buckets._replace(offset=offset)


@kernel
def list_triangles(mesh: Mesh, buckets: Buckets, counts_only: bool) -> None:
    """Count the triangles near each bucket into ``offset[1:]``, or write their numbers and move ``offset`` to their ends."""
    origin, cell_m, columns, offset = buckets.origin, buckets.cell_m, buckets.columns, buckets.offset
    rows = (len(offset) - 1) // columns
    for t in range(len(mesh.corner)):
        ys = mesh.xy[mesh.corner[t], 1] - origin[1]
        bottom, top = ys.min() - 2 * SHORE_M, ys.max() + 2 * SHORE_M
        for row in range(max(int(bottom / cell_m), 0), min(int(top / cell_m), rows - 1) + 1):
            left, right = _clip_to_strip(mesh, t, origin, row * cell_m - 2 * SHORE_M, (row + 1) * cell_m + 2 * SHORE_M)
            for column in range(max(int(left / cell_m), 0), min(int(right / cell_m), columns - 1) + 1):
                bucket = row * columns + column
                if counts_only:
                    offset[bucket + 1] += 1
                else:
                    buckets.triangle[offset[bucket]] = t
                    offset[bucket] += 1


@step
def _clip_to_strip(mesh: Mesh, t: int, origin: Floats, bottom: float, top: float) -> tuple[float, float]:
    """Return the least and the largest x of a triangle within a strip of the plane."""
    left, right = np.inf, -np.inf
    for k in range(3):
        a, b = mesh.corner[t, k], mesh.corner[t, (k + 1) % 3]
        ax, ay = mesh.xy[a, 0] - origin[0], mesh.xy[a, 1] - origin[1]
        bx, by = mesh.xy[b, 0] - origin[0], mesh.xy[b, 1] - origin[1]
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
def find_triangles(xy: Floats, mesh: Mesh, buckets: Buckets) -> Indices:
    """Return the triangle of each point, -1 for none; points up to `SHORE_M` off the shore are moved onto it, in place."""
    triangle = np.full(len(xy), -1, np.int32)
    rows = (len(buckets.offset) - 1) // buckets.columns
    for i in range(len(xy)):
        column = (xy[i, 0] - buckets.origin[0]) / buckets.cell_m
        row = (xy[i, 1] - buckets.origin[1]) / buckets.cell_m
        if not (0 <= column < buckets.columns and 0 <= row < rows):
            continue
        bucket = int(row) * buckets.columns + int(column)
        for j in range(buckets.offset[bucket], buckets.offset[bucket + 1]):
            if _contains(mesh, buckets.triangle[j], xy[i, 0], xy[i, 1]):
                triangle[i] = buckets.triangle[j]
                break
        if triangle[i] < 0:
            triangle[i] = _snap_to_shore(mesh, buckets, bucket, xy[i])
    return triangle


@step
def _contains(mesh: Mesh, t: int, x: float, y: float) -> bool:
    """Return whether a point lies in a triangle or on its edges."""
    for k in range(3):
        a, b = mesh.corner[t, k], mesh.corner[t, (k + 1) % 3]
        ax, ay = mesh.xy[a, 0], mesh.xy[a, 1]
        if cross(mesh.xy[b, 0] - ax, mesh.xy[b, 1] - ay, x - ax, y - ay) < 0:
            return False
    return True


@step
def _snap_to_shore(mesh: Mesh, buckets: Buckets, bucket: int, xy: Floats) -> int:
    """Move a point to the nearest edge within `SHORE_M` and return its triangle, -1 if there is none."""
    best2, nearest, best_x, best_y = SHORE_M * SHORE_M, -1, 0.0, 0.0
    for j in range(buckets.offset[bucket], buckets.offset[bucket + 1]):
        t = buckets.triangle[j]
        for k in range(3):
            a, b = mesh.corner[t, k], mesh.corner[t, (k + 1) % 3]
            ax, ay = mesh.xy[a, 0], mesh.xy[a, 1]
            ex, ey = mesh.xy[b, 0] - ax, mesh.xy[b, 1] - ay
            along = min(max(((xy[0] - ax) * ex + (xy[1] - ay) * ey) / (ex * ex + ey * ey), 0.0), 1.0)
            x, y = ax + along * ex, ay + along * ey
            off2 = (xy[0] - x) ** 2 + (xy[1] - y) ** 2
            if off2 <= best2:
                best2, nearest, best_x, best_y = off2, t, x, y
    if nearest >= 0:
        xy[0], xy[1] = best_x, best_y
    return nearest
