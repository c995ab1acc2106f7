"""The tree of shortest routes: continuous Dijkstra over the capes (docs/method.md, section 3).

A shortest route turns only at capes. The start sees the water around it in all directions; a
cape, once its distance is final, adds what the route to it cannot see: the *taut wedge* between
the ray that reached it and the land that the route turns round. What a root sees is propagated
from triangle to triangle as *beams*, each bounded by two rays. Each triangle that a beam crosses
stores it as a *window*. A beam that can only arrive late is deferred; one that cannot be part of
a shortest route is dropped.
"""

from __future__ import annotations

import math
from typing import NamedTuple, cast

import numpy as np
import numpy.typing as npt

from geo.arrays import Flags, Floats, Indices
from geo.sea._kernels import inlined, lean_kernel
from geo.sea._mesh import Mesh
from geo.sea._plane import STRAIGHT, arc_m, cross, on_ellipsoid

__all__: list[str] = []

SLACK_M = 1e-6  # lengths that differ by less count as equal, and both routes are explored
# Constants that kernels pass on are numpy integers: Numba compiles a function once more for each plain integer.
START, NOBODY = cast(int, np.int32(-1)), cast(int, np.int32(-2))  # a root is a cape, by its vertex, or one of these
NO_EDGE = cast(int, np.int32(-1))
LEFT, RIGHT, WHOLE = cast(int, np.int64(1)), cast(int, np.int64(-1)), cast(int, np.int64(0))  # parts seen along a ray

CLOSED, OPEN, STORED = 0, 1, 2  # what a search does in a triangle: nothing, cross it, cross it and store windows

DONE, FULL = 0, 1

# Positions in `Buffers.size`.
HEAP, STACK, WAITING, FREE, WINDOWS = range(5)


class Source(NamedTuple):
    """The start of a search."""

    x: float
    y: float
    ecef: tuple[float, float, float]
    triangle: int


class Tree(NamedTuple):
    """The shortest route found so far to each vertex, and to each cape the shortest one that can turn there."""

    length_m: Floats
    root: Indices  # last turn of that route
    turn_m: Floats
    turn_root: Indices  # last turn of that route


class Targets(NamedTuple):
    """Points whose distances must be final before a search may stop."""

    triangle: Indices  # of each block of points
    reach_m: Floats  # (blocks, 3) distance from each corner of the triangle to the farthest point of the block


class Beam(NamedTuple):
    """Two rays that bound what a root sees, as vectors in the plane; their length does not matter."""

    right_x: float
    right_y: float
    left_x: float
    left_y: float


class Ends(NamedTuple):
    """The ends of an edge as seen from a root: vertex numbers, and vectors in the plane from the root."""

    right: int
    left: int
    right_x: float
    right_y: float
    left_x: float
    left_y: float


class Heap(NamedTuple):
    """A binary heap with the least key first: capes (item ≥ 0) and deferred beams (item < 0)."""

    key_m: Floats
    item: Indices


class Beams(NamedTuple):
    """Beams that are about to enter a triangle."""

    edge: Indices  # half-edge of the triangle that the beam enters through
    root: Indices
    ray: Floats  # (capacity, 4) see `Beam`


class Windows(NamedTuple):
    """Beams that have crossed a triangle: the root sees what of the triangle lies between the rays."""

    triangle: Indices
    root: Indices
    ray: Floats  # (capacity, 4) see `Beam`


class Leaders(NamedTuple):
    """The beam through each half-edge that later ones are compared with."""

    root: Indices
    ray: Floats  # (3 m, 4) see `Beam`
    width2: Floats  # square of the width of the edge that the beam sees


class Buffers(NamedTuple):
    """Working memory of one search. A kernel that runs out of it returns `FULL` and is run again with twice as much."""

    heap: Heap
    stack: Beams
    waiting: Beams
    free: Indices  # positions in ``waiting`` that may be used again
    leaders: Leaders
    windows: Windows
    settled: Flags  # of each vertex: its distance is final and its wedge propagated
    size: npt.NDArray[np.int64]  # entries in use at `HEAP`, `STACK`, `WAITING`, `FREE` and `WINDOWS`


class Search(NamedTuple):
    """Everything that one search reads and writes."""

    mesh: Mesh
    source: Source
    access: npt.NDArray[np.uint8]  # of each triangle: `CLOSED`, `OPEN` or `STORED`
    least_scale: float  # see `Plane`
    buffers: Buffers
    tree: Tree


def allocate_buffers(windows: int, mesh: Mesh) -> Buffers:
    """Return buffers for about so many windows over a mesh."""
    few = windows // 4 + 64

    def beams(count: int) -> Beams:
        return Beams(np.empty(count, np.int32), np.empty(count, np.int32), np.empty((count, 4)))

    edges = mesh.corner.size
    return Buffers(
        heap=Heap(np.empty(few), np.empty(few, np.int32)),
        stack=beams(few),
        waiting=beams(few),
        free=np.empty(few, np.int32),
        leaders=Leaders(np.empty(edges, np.int32), np.empty((edges, 4)), np.empty(edges)),
        windows=Windows(np.empty(windows, np.int32), np.empty(windows, np.int32), np.empty((windows, 4))),
        settled=np.zeros(len(mesh.xy), np.bool_),
        size=np.zeros(5, np.int64),
    )


def allocate_tree(vertices: int) -> Tree:
    """Return an empty tree for a mesh of so many vertices."""
    return Tree(np.empty(vertices), np.empty(vertices, np.int32), np.empty(vertices), np.empty(vertices, np.int32))


@lean_kernel
def grow_tree(search: Search, targets: Targets, deferral_m: float) -> tuple[int, int, float]:
    """Search until the distances of all targets are final; of all water if there are none.

    Parameters
    ----------
    deferral_m
        Beams that arrive more than this after the nearest item of the heap are deferred.

    Returns
    -------
    state, windows, certain_m
        `DONE` or `FULL`; number of windows in the buffers; distances up to this are final everywhere.
    """
    tree, buffers = search.tree, search.buffers
    clear(search)
    reached = int(np.int64(0))
    if not propagate_from_start(search):
        return FULL, buffers.size[WINDOWS], 0.0
    root, key_m = START, 0.0
    while True:
        if not propagate_beams(search, root, key_m + deferral_m):
            return FULL, buffers.size[WINDOWS], 0.0
        root = NOBODY
        while root == NOBODY and buffers.size[HEAP] > 0:
            key_m, item = pop(buffers)
            if item >= 0:
                if buffers.settled[item] or key_m > tree.turn_m[item] or key_m > tree.length_m[item] + SLACK_M:
                    continue
                buffers.settled[item] = True
                root = item
                if not propagate_from_cape(search, root):
                    return FULL, buffers.size[WINDOWS], 0.0
            else:
                root = resume_beam(buffers, -item - 1)
        if root == NOBODY:
            return DONE, buffers.size[WINDOWS], np.inf
        reached = skip_certain_targets(search, targets, reached, key_m)
        if reached == len(targets.triangle) and reached > 0:
            return DONE, buffers.size[WINDOWS], key_m


@inlined
def clear(search: Search) -> None:
    """Reset tree and buffers."""
    search.tree.length_m[:] = np.inf
    search.tree.turn_m[:] = np.inf
    search.tree.root[:] = NOBODY
    search.tree.turn_root[:] = NOBODY
    search.buffers.leaders.root[:] = NOBODY
    search.buffers.settled[:] = False
    search.buffers.size[:] = 0


@inlined
def skip_certain_targets(search: Search, targets: Targets, reached: int, key_m: float) -> int:
    """Return the first target from ``reached`` on that a beam still to come could reach sooner."""
    while reached < len(targets.triangle):
        t = targets.triangle[reached]
        farthest_m = np.inf
        for k in range(3):
            corner_m = search.tree.length_m[search.mesh.corner[t, k]]
            farthest_m = min(farthest_m, corner_m + targets.reach_m[reached, k])
        if not farthest_m < key_m:
            break
        reached += 1
    return reached


@inlined
def next_edge(edge: int) -> int:
    """Return the next half-edge of a triangle, counter-clockwise; likewise the next corner."""
    return int(np.int32(edge - edge % 3 + (edge + 1) % 3))


@inlined
def previous_edge(edge: int) -> int:
    """Return the previous half-edge of a triangle; likewise the previous corner."""
    return int(np.int32(edge - edge % 3 + (edge + 2) % 3))


@inlined
def root_xy(search: Search, root: int) -> tuple[float, float]:
    """Return the plane coordinates of a root."""
    if root < 0:
        return search.source.x, search.source.y
    return search.mesh.xy[root, 0], search.mesh.xy[root, 1]


@inlined
def route_m(search: Search, root: int, x: float, y: float, z: float) -> float:
    """Return the length of the route to a root and straight on to a point in ECEF."""
    if root < 0:
        ecef = search.source.ecef
        return arc_m(ecef[0], ecef[1], ecef[2], x, y, z)
    return float(search.tree.turn_m[root]) + straight_m(search.mesh, root, x, y, z)


@inlined
def straight_m(mesh: Mesh, v: int, x: float, y: float, z: float) -> float:
    """Return the length of the geodesic from a vertex to a point in ECEF."""
    return arc_m(mesh.ecef[v, 0], mesh.ecef[v, 1], mesh.ecef[v, 2], x, y, z)


@inlined
def propagate_from_start(search: Search) -> bool:
    """Propagate from the start through its triangle, or through its fan if it is a vertex; False if buffers are full."""
    mesh, source, tree = search.mesh, search.source, search.tree
    for k in range(3):
        v = mesh.corner[source.triangle, k]
        if abs(mesh.xy[v, 0] - source.x) + abs(mesh.xy[v, 1] - source.y) < SLACK_M:
            tree.length_m[v] = 0.0
            tree.root[v] = START
            at = mesh.first[v]
            while at >= 0:
                if not has_space(search.buffers):
                    return False
                propagate_across(search, START, at, 0.0, 0.0, WHOLE)
                twin = mesh.twin[next_edge(at)]
                at = next_edge(twin) if twin >= 0 else NO_EDGE
            return True
    at = int(np.int32(source.triangle * 3))
    for _ in range(3):
        propagate_across(search, START, at, 0.0, 0.0, WHOLE)
        at = next_edge(at)
    return True


@inlined
def propagate_from_cape(search: Search, root: int) -> bool:
    """Propagate the taut wedge of a cape; False if buffers are full."""
    mesh = search.mesh
    x, y = mesh.xy[root, 0], mesh.xy[root, 1]
    from_x, from_y = root_xy(search, search.tree.turn_root[root])
    dx, dy = x - from_x, y - from_y
    after, before = mesh.after[root], mesh.before[root]
    to_after = sine(dx, dy, mesh.xy[after, 0] - x, mesh.xy[after, 1] - y)
    to_before = sine(dx, dy, mesh.xy[before, 0] - x, mesh.xy[before, 1] - y)
    # With land on the left the route turns left, and the wedge ends at the shore before the cape; on the right, after it.
    if to_after + to_before >= -STRAIGHT and not propagate_wedge(search, root, dx, dy, LEFT):
        return False
    if to_after + to_before <= STRAIGHT:
        return propagate_wedge(search, root, dx, dy, RIGHT)
    return True


@inlined
def sine(ax: float, ay: float, bx: float, by: float) -> float:
    """Return the sine of the angle from vector a to vector b."""
    return cross(ax, ay, bx, by) / math.sqrt((ax * ax + ay * ay) * (bx * bx + by * by))


@inlined
def propagate_wedge(search: Search, root: int, dx: float, dy: float, part: int) -> bool:
    """Propagate the part of a cape's fan to the `LEFT` or to the `RIGHT` of ray d; False if buffers are full."""
    mesh = search.mesh
    x, y = mesh.xy[root, 0], mesh.xy[root, 1]
    at = mesh.last[root] if part == LEFT else mesh.first[root]
    while at >= 0:
        if not has_space(search.buffers):
            return False
        inner = next_edge(at) if part == LEFT else previous_edge(at)  # the corner nearer to the ray
        v = mesh.corner[inner // 3, inner % 3]
        off = cross(dx, dy, mesh.xy[v, 0] - x, mesh.xy[v, 1] - y) * part
        if off <= 0:
            propagate_across(search, root, at, dx, dy, part if off < 0 else WHOLE)
            return True
        propagate_across(search, root, at, dx, dy, WHOLE)
        twin = mesh.twin[previous_edge(at) if part == LEFT else next_edge(at)]
        at = NO_EDGE
        if twin >= 0:
            at = previous_edge(twin) if part == LEFT else next_edge(twin)
    return True


@inlined
def propagate_across(search: Search, root: int, at: int, dx: float, dy: float, part: int) -> None:
    """Propagate from a root at corner ``at`` across that triangle: the `WHOLE`, or the part `LEFT` or `RIGHT` of ray d."""
    mesh, t = search.mesh, at // 3
    x, y = root_xy(search, root)
    a, b = mesh.corner[t, (at + 1) % 3], mesh.corner[t, (at + 2) % 3]
    ax, ay, bx, by = mesh.xy[a, 0] - x, mesh.xy[a, 1] - y, mesh.xy[b, 0] - x, mesh.xy[b, 1] - y
    if part != LEFT:
        reach_vertex(search, root, a, ax, ay)
    if part != RIGHT:
        reach_vertex(search, root, b, bx, by)
    if search.access[t] == CLOSED:
        return
    if part == LEFT:
        ax, ay = dx, dy
    elif part == RIGHT:
        bx, by = dx, dy
    beam = Beam(ax, ay, bx, by)
    if search.access[t] == STORED:
        store_window(search.buffers, t, root, beam)
    send_beam(search, at, beam)


@inlined
def propagate_beams(search: Search, root: int, latest_m: float) -> bool:
    """Propagate the beams on the stack, all of one root, until none is left; False if buffers are full.

    Beams that cannot arrive before ``latest_m`` are deferred.
    """
    buffers = search.buffers
    x, y = root_xy(search, root)
    while buffers.size[STACK] > 0:
        if not has_space(buffers):
            return False
        buffers.size[STACK] -= 1
        edge, beam = buffers.stack.edge[buffers.size[STACK]], load_beam(buffers.stack.ray, buffers.size[STACK])
        ends = ends_from(search.mesh, edge, x, y)
        near_m = search.least_scale * clearance(ends)
        if is_dominated(search, root, edge, beam, ends, near_m):
            continue
        earliest_m = near_m + (search.tree.turn_m[root] if root >= 0 else 0.0)
        if earliest_m > latest_m:
            defer_beam(buffers, earliest_m, edge, root, beam)
            continue
        if search.access[edge // 3] == STORED:
            store_window(buffers, edge // 3, root, beam)
        cross_triangle(search, root, edge, beam)
    return True


@inlined
def ends_from(mesh: Mesh, edge: int, x: float, y: float) -> Ends:
    """Return the ends of a half-edge as seen from (x, y), outside its triangle."""
    t = edge // 3
    right, left = mesh.corner[t, (edge + 2) % 3], mesh.corner[t, (edge + 1) % 3]
    right_x, right_y = mesh.xy[right, 0] - x, mesh.xy[right, 1] - y
    return Ends(right, left, right_x, right_y, mesh.xy[left, 0] - x, mesh.xy[left, 1] - y)


@inlined
def clearance(ends: Ends) -> float:
    """Return the distance in the plane from the root to an edge."""
    dx, dy = ends.left_x - ends.right_x, ends.left_y - ends.right_y
    along = min(max(-(ends.right_x * dx + ends.right_y * dy) / (dx * dx + dy * dy), 0.0), 1.0)
    px, py = ends.right_x + along * dx, ends.right_y + along * dy
    return math.sqrt(px * px + py * py)


@inlined
def is_dominated(search: Search, root: int, edge: int, beam: Beam, ends: Ends, near_m: float) -> bool:
    """Return whether every point that a beam sees on the edge, and so behind it, has a shorter route.

    A route over one end of the edge and along it is shorter for every point if it is for the farthest one (triangle
    inequality). So is a route by another beam that sees all of them, if it is shorter at both rays by a margin: between
    the rays both distances are convex and leave a straight line by a bounded amount (see `weigh_windows`).
    """
    mesh, tree, leaders = search.mesh, search.tree, search.buffers.leaders
    x, y = root_xy(search, root)
    px, py = intersect(beam.right_x, beam.right_y, ends.right_x, ends.right_y, ends.left_x, ends.left_y)
    qx, qy = intersect(beam.left_x, beam.left_y, ends.left_x, ends.left_y, ends.right_x, ends.right_y)
    pe0, pe1, pe2 = on_ellipsoid(x + px, y + py, mesh.frame)
    qe0, qe1, qe2 = on_ellipsoid(x + qx, y + qy, mesh.frame)
    right_m = route_m(search, root, pe0, pe1, pe2)
    left_m = route_m(search, root, qe0, qe1, qe2)
    a, b = ends.right, ends.left
    if tree.root[a] != root and tree.length_m[a] + straight_m(mesh, a, qe0, qe1, qe2) + SLACK_M < left_m:
        return True
    if tree.root[b] != root and tree.length_m[b] + straight_m(mesh, b, pe0, pe1, pe2) + SLACK_M < right_m:
        return True
    leader = leaders.root[edge]
    if leader == root:
        return False
    width2 = (px - qx) * (px - qx) + (py - qy) * (py - qy)
    if leader != NOBODY:
        ux, uy = root_xy(search, leader)
        other = load_beam(leaders.ray, edge)
        sees_right = cross(other.right_x, other.right_y, x + px - ux, y + py - uy) >= 0
        if sees_right and cross(x + qx - ux, y + qy - uy, other.left_x, other.left_y) >= 0:
            right_excess_m = right_m - route_m(search, leader, pe0, pe1, pe2)
            left_excess_m = left_m - route_m(search, leader, qe0, qe1, qe2)
            if min(right_excess_m, left_excess_m) > SLACK_M + 0.15 * width2 / near_m:
                return True
            if right_excess_m + left_excess_m > 0:
                return False
        elif width2 <= leaders.width2[edge]:
            return False
    leaders.root[edge] = root
    leaders.width2[edge] = width2
    store_beam(leaders.ray, edge, beam)
    return False


@inlined
def intersect(rx: float, ry: float, ax: float, ay: float, bx: float, by: float) -> tuple[float, float]:
    """Return where a ray from the origin meets the line from a to b; exactly a if it is the ray to a."""
    if cross(rx, ry, ax, ay) == 0:
        return ax, ay
    along = cross(ax, ay, bx - ax, by - ay) / cross(rx, ry, bx - ax, by - ay)
    return rx * along, ry * along


@inlined
def cross_triangle(search: Search, root: int, edge: int, beam: Beam) -> None:
    """Send a beam through the other two edges of the triangle that it enters, split at the far corner if it sees that."""
    mesh, (rx, ry, lx, ly) = search.mesh, beam
    x, y = root_xy(search, root)
    c = mesh.corner[edge // 3, edge % 3]
    cx, cy = mesh.xy[c, 0] - x, mesh.xy[c, 1] - y
    from_right, from_left = cross(rx, ry, cx, cy), cross(cx, cy, lx, ly)
    size = abs(cx) + abs(cy)
    if from_right >= -STRAIGHT * size * (abs(rx) + abs(ry)) and from_left >= -STRAIGHT * size * (abs(lx) + abs(ly)):
        reach_vertex(search, root, c, cx, cy)
    if from_right > 0:
        send_beam(search, next_edge(edge), Beam(rx, ry, cx, cy) if from_left >= 0 else beam)
    if from_left > 0:
        send_beam(search, previous_edge(edge), Beam(cx, cy, lx, ly) if from_right >= 0 else beam)


@inlined
def reach_vertex(search: Search, root: int, v: int, dx: float, dy: float) -> None:
    """Record the route from a root straight on to a vertex; a cape that it touches tautly goes on the heap."""
    mesh, tree = search.mesh, search.tree
    length_m = route_m(search, root, mesh.ecef[v, 0], mesh.ecef[v, 1], mesh.ecef[v, 2])
    if length_m > tree.length_m[v] + SLACK_M:
        return
    if length_m < tree.length_m[v]:
        tree.length_m[v] = length_m
        tree.root[v] = root
    if mesh.cape[v] and length_m < tree.turn_m[v] and is_taut(mesh, v, dx, dy):
        tree.turn_m[v] = length_m
        tree.turn_root[v] = root
        push(search.buffers, length_m, v)


@inlined
def is_taut(mesh: Mesh, v: int, dx: float, dy: float) -> bool:
    """Return whether a route that comes along d and turns at a cape has the land on the inside of the turn."""
    ax, ay = mesh.xy[mesh.after[v], 0] - mesh.xy[v, 0], mesh.xy[mesh.after[v], 1] - mesh.xy[v, 1]
    bx, by = mesh.xy[mesh.before[v], 0] - mesh.xy[v, 0], mesh.xy[mesh.before[v], 1] - mesh.xy[v, 1]
    to_after, to_before = cross(dx, dy, ax, ay), cross(dx, dy, bx, by)
    if to_after * to_before >= 0:
        return True
    d2, eps2 = dx * dx + dy * dy, STRAIGHT * STRAIGHT
    after2, before2 = ax * ax + ay * ay, bx * bx + by * by
    return bool(to_after * to_after <= eps2 * d2 * after2 or to_before * to_before <= eps2 * d2 * before2)


@inlined
def has_space(buffers: Buffers) -> bool:
    """Return whether one more step fits, which adds at most eight entries to each buffer."""
    return bool(
        buffers.size[HEAP] + 8 < len(buffers.heap.item)
        and buffers.size[STACK] + 8 < len(buffers.stack.edge)
        and buffers.size[WAITING] + 8 < len(buffers.waiting.edge)
        and buffers.size[WINDOWS] + 8 < len(buffers.windows.root)
    )


@inlined
def load_beam(ray: Floats, i: int) -> Beam:
    """Return the beam at a position of a buffer."""
    return Beam(ray[i, 0], ray[i, 1], ray[i, 2], ray[i, 3])


@inlined
def store_beam(ray: Floats, i: int, beam: Beam) -> None:
    """Write a beam to a position of a buffer."""
    ray[i, 0], ray[i, 1], ray[i, 2], ray[i, 3] = beam


@inlined
def store_window(buffers: Buffers, t: int, root: int, beam: Beam) -> None:
    """Add a window to a triangle."""
    i = buffers.size[WINDOWS]
    buffers.windows.triangle[i], buffers.windows.root[i] = t, root
    store_beam(buffers.windows.ray, i, beam)
    buffers.size[WINDOWS] = i + 1


@inlined
def send_beam(search: Search, edge: int, beam: Beam) -> None:
    """Put a beam that leaves a triangle through an edge on the stack, unless that is the shore or the neighbour is closed."""
    twin = search.mesh.twin[edge]
    if twin < 0 or search.access[twin // 3] == CLOSED:
        return
    buffers = search.buffers
    i = buffers.size[STACK]
    buffers.stack.edge[i] = twin
    store_beam(buffers.stack.ray, i, beam)
    buffers.size[STACK] = i + 1


@inlined
def defer_beam(buffers: Buffers, earliest_m: float, edge: int, root: int, beam: Beam) -> None:
    """Put a beam on the heap until everything nearer is done."""
    if buffers.size[FREE] > 0:
        buffers.size[FREE] -= 1
        i = buffers.free[buffers.size[FREE]]
    else:
        i = buffers.size[WAITING]
        buffers.size[WAITING] += 1
    buffers.waiting.edge[i], buffers.waiting.root[i] = edge, root
    store_beam(buffers.waiting.ray, i, beam)
    push(buffers, earliest_m, -i - 1)


@inlined
def resume_beam(buffers: Buffers, i: int) -> int:
    """Put a deferred beam on the stack, which is empty, and return its root."""
    buffers.stack.edge[0] = buffers.waiting.edge[i]
    store_beam(buffers.stack.ray, 0, load_beam(buffers.waiting.ray, i))
    buffers.size[STACK] = 1
    buffers.free[buffers.size[FREE]] = i
    buffers.size[FREE] += 1
    return int(buffers.waiting.root[i])


@inlined
def push(buffers: Buffers, key_m: float, item: int) -> None:
    """Add an item to the heap."""
    heap, i = buffers.heap, buffers.size[HEAP]
    buffers.size[HEAP] += 1
    while i > 0:
        parent = (i - 1) >> 1
        if heap.key_m[parent] <= key_m:
            break
        heap.key_m[i], heap.item[i] = heap.key_m[parent], heap.item[parent]
        i = parent
    heap.key_m[i], heap.item[i] = key_m, item


@inlined
def pop(buffers: Buffers) -> tuple[float, int]:
    """Take the item with the least key off the heap."""
    heap = buffers.heap
    top_m, top = heap.key_m[0], heap.item[0]
    buffers.size[HEAP] -= 1
    n = buffers.size[HEAP]
    key_m, item = heap.key_m[n], heap.item[n]
    i = 0
    while 2 * i + 1 < n:
        child = 2 * i + 1
        if child + 1 < n and heap.key_m[child + 1] < heap.key_m[child]:
            child += 1
        if key_m <= heap.key_m[child]:
            break
        heap.key_m[i], heap.item[i] = heap.key_m[child], heap.item[child]
        i = child
    heap.key_m[i], heap.item[i] = key_m, item
    return top_m, top
