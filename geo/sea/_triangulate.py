"""A polygon of the plane cut into triangles (docs/method.md, 2)."""

from __future__ import annotations

from typing import cast

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import ScenarioError
from geo.sea._kernels import kernel, step
from geo.sea._plane import STAMP, Floats, Ints, cross, crosses

__all__: list[str] = []


def triangulate(shore: Floats, ring: npt.NDArray[np.int64]) -> tuple[Floats, Ints]:
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
    if not force_edges(points, corner, pair_sides(corner, len(points)), edges, inside):
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


def pair_sides(corner: Ints, vertices: int) -> Ints:
    """Pair the two half-edges of each inner side."""
    tail, head = corner[:, [1, 2, 0]].ravel().astype(np.int64), corner[:, [2, 0, 1]].ravel().astype(np.int64)
    key = np.minimum(tail, head) * vertices + np.maximum(tail, head)
    order = np.argsort(key, kind="stable")
    same = np.flatnonzero(key[order][1:] == key[order][:-1])
    twin = np.full(corner.size, -1, np.int32)
    twin[order[same]], twin[order[same + 1]] = order[same + 1], order[same]
    return twin
