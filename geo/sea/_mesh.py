"""Water cut into triangles that know their neighbours, and the triangle a position lies in (docs/method.md, 2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import numba
import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo.disk_cache import WORTH_KEEPING, kept_arrays
from geo.errors import ScenarioError
from geo.sea import _plane
from geo.sea._plane import STAMP, STRAIGHT, Floats, Ints, Plane, cross, crosses, kernel, step

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
    if shapely.get_num_coordinates(water) < WORTH_KEEPING:
        return _cut(water, plane)
    inputs, code = (shapely.to_wkb(water), numba.__version__), (_plane.__file__, __file__)
    arrays = kept_arrays("water-mesh", inputs, code, lambda: _packed(*_cut(water, plane)))
    mesh = Mesh(*(arrays[f"mesh_{name}"] for name in Mesh._fields))
    origin, side_m, columns, start, triangle = (arrays[f"buckets_{name}"] for name in Buckets._fields)
    return mesh, Buckets(origin, float(side_m), int(columns), start, triangle)


def _packed(mesh: Mesh, buckets: Buckets) -> dict[str, npt.NDArray[Any]]:  # Any: of every kind of number
    named = {f"mesh_{name}": value for name, value in mesh._asdict().items()}
    named |= {f"buckets_{name}": value for name, value in buckets._asdict().items()}
    return {name: np.asarray(value) for name, value in named.items()}


def _cut(water: shapely.Polygon, plane: Plane) -> tuple[Mesh, Buckets]:
    """Cut a water into triangles."""
    place, corner = _triangulate(*_draw(water, plane))
    mesh = _connect(plane, place, corner)
    return mesh, _fill_buckets(mesh)


def _draw(water: shapely.Polygon, plane: Plane) -> tuple[Floats, npt.NDArray[np.int64]]:
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


def _triangulate(shore: Floats, ring: npt.NDArray[np.int64]) -> tuple[Floats, Ints]:
    """Return vertices and counter-clockwise corners of the constrained Delaunay triangles of a polygon in the plane.

    GEOS's Delaunay triangles of the vertices, into which `force_edges` turns the missing edges of the shore, take a
    fifth of the time of GEOS's own constrained triangles, which stand in where that fails.
    What lies close together has close numbers: that keeps what a search needs in the caches.
    """
    last = np.flatnonzero(np.diff(ring, append=-1))
    after = np.arange(1, len(shore) + 1)
    after[last] = np.append(0, last[:-1] + 1)
    area = float(crosses(shore, shore[after]).sum()) / 2
    corners = _forced_triangles(shore, after)
    if corners is None or not np.isclose(_area(corners), area, rtol=1e-9):
        corners = _geos_triangles(np.split(shore, last[:-1] + 1))
        if not np.isclose(_area(corners), area, rtol=1e-9):
            raise ScenarioError(
                "water is no valid polygon (its triangles do not add up to it): mend it with shapely.make_valid"
            )
    corners = corners[np.argsort(morton(corners.mean(axis=1)), kind="stable")]
    first, corner = _same(corners.reshape(-1, 2))
    rank = np.argsort(np.argsort(first))  # vertices in the order in which triangles name them
    return corners.reshape(-1, 2)[np.sort(first)], rank[corner].reshape(-1, 3).astype(np.int32)


def _same(place: Floats) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the first of each set of equal places, and for each place the number of its set."""
    as_complex = np.ascontiguousarray(place).view(np.complex128).ravel()
    _, first, number = np.unique(as_complex, return_index=True, return_inverse=True)
    return first, number


def _corners(triangles: BaseGeometry) -> Floats:
    """Return the corners (m, 3, 2) of triangles, counter-clockwise."""
    corners = shapely.get_coordinates(triangles).reshape(-1, 4, 2)[:, :3]
    clockwise = crosses(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]) < 0
    corners[clockwise] = corners[clockwise, ::-1]
    return corners


def _area(corners: Floats) -> float:
    return float(crosses(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]).sum()) / 2


def _geos_triangles(rings: list[Floats]) -> Floats:
    try:
        return _corners(shapely.constrained_delaunay_triangles(shapely.Polygon(rings[0], rings[1:])))
    except shapely.errors.GEOSException as error:
        raise ScenarioError(f"water is no valid polygon ({error}): mend it with shapely.make_valid") from error


def _forced_triangles(shore: Floats, after: npt.NDArray[np.int64]) -> Floats | None:
    """Return the corners of the triangles that the shore encloses; None where that fails, see `force_edges`."""
    first, number = _same(shore)
    low, high = shore.min(axis=0), shore.max(axis=0)
    room = 3 * float((high - low).max())  # with a frame far outside, no edge of the shore lies on the hull
    frame = np.array([low - room, (high[0] + room, low[1] - room), high + room, (low[0] - room, high[1] + room)])
    points = np.vstack([shore[first], frame])
    triangles = _corners(cast(BaseGeometry, shapely.delaunay_triangles(shapely.MultiPoint(points))))
    chosen, numbers = _same(np.vstack([points, triangles.reshape(-1, 2)]))
    if len(chosen) != len(points):
        return None
    corner: Ints = chosen[numbers[len(points) :]].astype(np.int32).reshape(-1, 3)
    inside = np.zeros(len(corner), bool)
    edges: Ints = np.array([number, number[after]]).T.astype(np.int32, order="C")
    if not force_edges(points, corner, _twins(corner, len(points)), edges, inside):
        return None
    return points[corner[inside]]


@kernel
def force_edges(
    place: Floats, corner: Ints, twin: Ints, edges: Ints, inside: npt.NDArray[np.bool_], stamp: int = STAMP
) -> bool:
    """Turn sides of a Delaunay triangulation until every edge of the shore is one, and mark the triangles inside.

    After Sloan (1993): the sides that an edge crosses are turned, one after the other, into the other diagonal of
    their two triangles, until none crosses it. Returns False where a vertex lies on an edge, or almost.
    """
    home = np.empty(len(place), np.int32)  # a corner at each vertex
    for side in range(3 * len(corner)):
        home[corner[side // 3, side % 3]] = side
    wall = np.zeros(3 * len(corner), np.bool_)
    queue = np.empty((len(place), 2), np.int32)
    for a, b in edges:
        if _side_from(corner, twin, home, a, b) < 0 and not _force_edge(place, corner, twin, home, wall, a, b, queue):
            return False
    for a, b in edges:
        side = _side_from(corner, twin, home, a, b)
        if side < 0:
            return False
        wall[side] = wall[twin[side]] = True
    _restore_delaunay(place, corner, twin, home, wall)
    for a, b in edges:
        inside[_side_from(corner, twin, home, a, b) // 3] = True
    _flood(twin, wall, inside)
    return True


@step
def _flood(twin: Ints, wall: npt.NDArray[np.bool_], inside: npt.NDArray[np.bool_]) -> None:
    """Mark what is reached from marked triangles without crossing a wall."""
    stack = np.empty(len(inside), np.int32)
    waiting = 0
    for t in range(len(inside)):
        if inside[t]:
            stack[waiting] = t
            waiting += 1
    while waiting > 0:
        waiting -= 1
        t = stack[waiting]
        for side in range(3 * t, 3 * t + 3):
            if not wall[side] and twin[side] >= 0 and not inside[twin[side] // 3]:
                inside[twin[side] // 3] = True
                stack[waiting] = twin[side] // 3
                waiting += 1


@step
def _next(side: int) -> int:
    return side - side % 3 + (side + 1) % 3


@step
def _vertex(corner: Ints, at: int) -> int:
    return int(corner[at // 3, at % 3])


@step
def _side_from(corner: Ints, twin: Ints, home: Ints, a: int, b: int) -> int:
    """Return the half-edge from vertex a to vertex b, -1 if there is none."""
    at = home[a]
    while True:
        if _vertex(corner, _next(at)) == b:
            return _next(_next(at))
        across = twin[_next(at)]
        if across < 0:
            return -1
        at = _next(across)
        if at == home[a]:
            return -1


@step
def _area2(place: Floats, a: int, b: int, c: int) -> float:
    """Return twice the area of a triangle of vertices, positive if they go round counter-clockwise."""
    ax, ay = place[a, 0], place[a, 1]
    return cross(place[b, 0] - ax, place[b, 1] - ay, place[c, 0] - ax, place[c, 1] - ay)


@step
def _force_edge(
    place: Floats, corner: Ints, twin: Ints, home: Ints, wall: npt.NDArray[np.bool_], a: int, b: int, queue: Ints
) -> bool:
    """Turn the sides between two vertices until one side joins them."""
    count = _list_crossed(place, corner, twin, home, a, b, queue)
    first, patience = 0, 20 * count * count + 100
    while count > 0:
        patience -= 1
        u, w = queue[first, 0], queue[first, 1]
        first, count = (first + 1) % len(queue), count - 1
        side = max(_side_from(corner, twin, home, u, w), _side_from(corner, twin, home, w, u))
        if side < 0 or patience < 0:
            return False
        p, q = _vertex(corner, side), _vertex(corner, twin[side])
        if _is_convex(place, corner, twin, side):
            _turn_side(corner, twin, home, wall, side)
            if p in (a, b) or q in (a, b) or _area2(place, a, b, p) * _area2(place, a, b, q) > 0:
                continue
            u, w = p, q
        last = (first + count) % len(queue)
        queue[last, 0], queue[last, 1] = u, w
        count += 1
    return count == 0


@step
def _list_crossed(place: Floats, corner: Ints, twin: Ints, home: Ints, a: int, b: int, queue: Ints) -> int:
    """List the sides that the straight way from a to b crosses; -1 where a vertex lies on it."""
    at = home[a]
    while not (_area2(place, a, b, _vertex(corner, _next(at))) < 0 < _area2(place, a, b, _vertex(corner, _next(_next(at))))):
        across = twin[_next(at)]
        if across < 0 or _next(across) == home[a]:
            return -1
        at = _next(across)
    count = 0
    while count < len(queue):
        queue[count, 0], queue[count, 1] = _vertex(corner, _next(at)), _vertex(corner, _next(_next(at)))
        count += 1
        at = twin[at]
        if at < 0:
            return -1
        if _vertex(corner, at) == b:
            return count
        off = _area2(place, a, b, _vertex(corner, at))
        if off == 0:
            return -1
        at = _next(at) if off > 0 else _next(_next(at))
    return -1


@step
def _is_convex(place: Floats, corner: Ints, twin: Ints, side: int) -> bool:
    """Say whether the two triangles at a side can be cut the other way."""
    p, u, w = _vertex(corner, side), _vertex(corner, _next(side)), _vertex(corner, _next(_next(side)))
    q = _vertex(corner, twin[side])
    return _area2(place, p, u, q) > 0 and _area2(place, q, w, p) > 0


@step
def _turn_side(corner: Ints, twin: Ints, home: Ints, wall: npt.NDArray[np.bool_], side: int) -> None:
    """Cut the two triangles p u w and q w u at a side the other way, into p u q and q w p."""
    other = twin[side]
    t, s = side // 3, other // 3
    p, u, w, q = (
        _vertex(corner, side),
        _vertex(corner, _next(side)),
        _vertex(corner, _next(_next(side))),
        _vertex(corner, other),
    )
    outer = (_next(other), _next(_next(side)), _next(side), _next(_next(other)))  # u to q, p to u, w to p, q to w
    across = (twin[outer[0]], twin[outer[1]], twin[outer[2]], twin[outer[3]])
    walls = (wall[outer[0]], wall[outer[1]], wall[outer[2]], wall[outer[3]])
    corner[t, 0], corner[t, 1], corner[t, 2] = p, u, q
    corner[s, 0], corner[s, 1], corner[s, 2] = q, w, p
    places = (3 * t, 3 * t + 2, 3 * s, 3 * s + 2)
    for i in range(4):
        twin[places[i]], wall[places[i]] = across[i], walls[i]
        if across[i] >= 0:
            twin[across[i]] = places[i]
    twin[3 * t + 1], twin[3 * s + 1] = 3 * s + 1, 3 * t + 1
    wall[3 * t + 1] = wall[3 * s + 1] = False
    home[p], home[u], home[q], home[w] = 3 * t, 3 * t + 1, 3 * s, 3 * s + 1


@step
def _restore_delaunay(place: Floats, corner: Ints, twin: Ints, home: Ints, wall: npt.NDArray[np.bool_]) -> None:
    """Turn sides whose other diagonal makes better triangles; a few that rounding leaves undecided do no harm."""
    for _ in range(10):
        turned = False
        for side in range(len(twin)):
            if twin[side] < side or wall[side] or not _is_thin(place, corner, twin, side):
                continue
            if _is_convex(place, corner, twin, side):
                _turn_side(corner, twin, home, wall, side)
                turned = True
        if not turned:
            return


@step
def _is_thin(place: Floats, corner: Ints, twin: Ints, side: int) -> bool:
    """Say whether the circle through one triangle at a side holds the other's far corner."""
    qx, qy = place[_vertex(corner, twin[side]), 0], place[_vertex(corner, twin[side]), 1]
    a, b, c = _vertex(corner, side), _vertex(corner, _next(side)), _vertex(corner, _next(_next(side)))
    ax, ay, bx, by, cx, cy = (
        place[a, 0] - qx,
        place[a, 1] - qy,
        place[b, 0] - qx,
        place[b, 1] - qy,
        place[c, 0] - qx,
        place[c, 1] - qy,
    )
    a2, b2, c2 = ax * ax + ay * ay, bx * bx + by * by, cx * cx + cy * cy
    inside = a2 * cross(bx, by, cx, cy) + b2 * cross(cx, cy, ax, ay) + c2 * cross(ax, ay, bx, by)
    return bool(inside > 1e-9 * (a2 + b2 + c2) ** 2)


def morton(place: Floats) -> npt.NDArray[np.uint64]:
    """Return a number below 2³² for each place, near for near ones: the bits of the coordinates taken in turn (Morton)."""
    low = place.min(axis=0, initial=np.inf)
    unit = max(float((place - low).max(initial=0.0)), 1.0) / 65535
    code = np.zeros(len(place), np.uint64)
    for axis in (0, 1):
        bits = ((place[:, axis] - low[axis]) / unit).astype(np.uint64)
        for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
            bits = (bits | (bits << np.uint64(shift))) & np.uint64(mask)
        code |= bits << np.uint64(axis)
    return code


def _connect(plane: Plane, place: Floats, corner: Ints) -> Mesh:
    """Find the neighbours, the shore's order, the fans and the capes."""
    twin = _twins(corner, len(place))
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


def _twins(corner: Ints, vertices: int) -> Ints:
    """Pair the two half-edges of each inner side."""
    tail, head = corner[:, [1, 2, 0]].ravel().astype(np.int64), corner[:, [2, 0, 1]].ravel().astype(np.int64)
    key = np.minimum(tail, head) * vertices + np.maximum(tail, head)
    order = np.argsort(key, kind="stable")
    same = np.flatnonzero(key[order][1:] == key[order][:-1])
    twin = np.full(corner.size, -1, np.int32)
    twin[order[same]], twin[order[same + 1]] = order[same + 1], order[same]
    return twin


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
