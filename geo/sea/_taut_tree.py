"""The tree of shortest ways: Dijkstra over capes, with taut wedges of sight that leave windows behind (docs/method.md, 3).

A shortest way turns only at capes. From the start, and from each cape once its distance is
known, *light* goes out: from the start all round, from a cape only between the ray it was
reached by and the land it turns round (the taut wedge). Light crosses the triangles one by
one as a *beam* between two rays; each triangle crossed keeps it as a *window*. A beam that
can only arrive late is put off, or dropped where a way along a side's end is shorter.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geo.sea._kernels import inlined, lean_kernel, lean_step
from geo.sea._mesh import Mesh
from geo.sea._plane import STAMP, STRAIGHT, Floats, Ints, arc_m, cross, on_ellipsoid

__all__: list[str] = []

SLACK_M = 1e-6  # lengths closer than this count as equal: both are kept
START = -1  # root number of the start; capes have their vertex number
NOBODY = -2

CLOSED, OPEN, KEPT = 0, 1, 2  # what light may do in a triangle: not enter, pass, pass and leave windows

DONE, FULL = 0, 1


class Source(NamedTuple):
    """Where light starts."""

    x: float
    y: float
    ecef: tuple[float, float, float]
    triangle: int


class Tree(NamedTuple):
    """What is known of each vertex."""

    length_m: Floats  # shortest way found
    root: Ints  # the last turn of that way
    turn_m: Floats  # shortest way found that can turn here
    turn_root: Ints  # the last turn of that way


class Heap(NamedTuple):
    """What waits for its turn, nearest first: capes (number ≥ 0) and beams put off (number < 0)."""

    key_m: Floats
    item: Ints


class Beams(NamedTuple):
    """Light on its way into a triangle: through which side, from which root, between which rays (right, left)."""

    side: Ints
    root: Ints
    ray: Floats  # (capacity, 4)


class Windows(NamedTuple):
    """Light that has crossed a triangle: its root, and the rays (right, left) between which all of the triangle is lit."""

    triangle: Ints
    root: Ints
    ray: Floats  # (capacity, 4)


class Goal(NamedTuple):
    """What has to be certain before the search may stop: each triangle's wanted points, seen from its corners."""

    triangle: Ints
    reach_m: Floats  # (count, 3) from each corner to the farthest wanted point


class Leads(NamedTuple):
    """For each half-edge, the beam through it that others are held against: its root, rays, and squared width there."""

    root: Ints
    ray: Floats  # (3 m, 4)
    wide2: Floats


class Work(NamedTuple):
    """Room to work in; a kernel that runs out of it says `FULL` and is started again with twice as much."""

    heap: Heap
    stack: Beams
    waiting: Beams
    free: Ints
    leads: Leads
    windows: Windows


def make_room(size: int, sides: int) -> Work:
    """Return room for about ``size`` windows over a mesh of so many half-edges."""
    few = size // 4 + 64

    def beams(count: int) -> Beams:
        return Beams(np.empty(count, np.int32), np.empty(count, np.int32), np.empty((count, 4)))

    heap = Heap(np.empty(few), np.empty(few, np.int32))
    leads = Leads(np.empty(sides, np.int32), np.empty((sides, 4)), np.empty(sides))
    windows = Windows(np.empty(size, np.int32), np.empty(size, np.int32), np.empty((size, 4)))
    return Work(heap, beams(few), beams(few), np.empty(few, np.int32), leads, windows)


@lean_kernel
def grow_tree(
    mesh: Mesh,
    source: Source,
    lit: npt.NDArray[np.uint8],
    goal: Goal,
    put_off_m: float,
    least_scale: float,
    work: Work,
    tree: Tree,
    count: npt.NDArray[np.int64],
    settled: npt.NDArray[np.bool_],
    stamp: int = STAMP,
) -> tuple[int, int, float]:
    """Let light spread until every wanted point is certain, or all water is lit.

    Returns
    -------
    state, windows, certain_m
        `DONE` or `FULL`; how many windows stand in ``work``; up to which distance all windows are there.
    """
    tree.length_m[:] = np.inf
    tree.turn_m[:] = np.inf
    tree.root[:] = NOBODY
    tree.turn_root[:] = NOBODY
    work.leads.root[:] = NOBODY
    count[:] = 0
    settled[:] = False
    reached = 0
    if not light_start(mesh, source, lit, work, tree, count):
        return FULL, count[4], 0.0
    root, key_m = START, 0.0
    while True:
        if not follow_beams(mesh, source, lit, root, key_m + put_off_m, least_scale, work, tree, count):
            return FULL, count[4], 0.0
        root = NOBODY
        while root == NOBODY and count[0] > 0:
            key_m, item = pop(work.heap, count)
            if item >= 0:
                if settled[item] or key_m > tree.turn_m[item] or key_m > tree.length_m[item] + SLACK_M:
                    continue
                settled[item] = True
                root = item
                if not light_cape(mesh, source, lit, root, work, tree, count):
                    return FULL, count[4], 0.0
            else:
                root = take_up(work, count, -item - 1)
        if root == NOBODY:
            return DONE, count[4], np.inf
        reached = pass_certain(mesh, goal, tree, reached, key_m)
        if reached == len(goal.triangle) and reached > 0:
            return DONE, count[4], key_m


@inlined
def pass_certain(mesh: Mesh, goal: Goal, tree: Tree, reached: int, key_m: float) -> int:
    """Step over wanted triangles whose points all lie nearer than any light still to come."""
    while reached < len(goal.triangle):
        t = goal.triangle[reached]
        farthest_m = np.inf
        for k in range(3):
            farthest_m = min(farthest_m, tree.length_m[mesh.corner[t, k]] + goal.reach_m[reached, k])
        if not farthest_m < key_m:
            break
        reached += 1
    return reached


@inlined
def root_place(mesh: Mesh, source: Source, root: int) -> tuple[float, float]:
    if root < 0:
        return source.x, source.y
    return mesh.place[root, 0], mesh.place[root, 1]


@inlined
def way_m(mesh: Mesh, source: Source, tree: Tree, root: int, x: float, y: float, z: float) -> float:
    """Return the length of the way to a root and straight on to a point in ECEF."""
    if root < 0:
        return arc_m(source.ecef[0], source.ecef[1], source.ecef[2], x, y, z)
    return float(tree.turn_m[root]) + arc_m(mesh.ecef[root, 0], mesh.ecef[root, 1], mesh.ecef[root, 2], x, y, z)


@lean_step
def light_start(
    mesh: Mesh, source: Source, lit: npt.NDArray[np.uint8], work: Work, tree: Tree, count: npt.NDArray[np.int64]
) -> bool:
    """Send light out of the start through the sides of its triangle, or of its fan where it is a vertex."""
    for k in range(3):
        v = mesh.corner[source.triangle, k]
        if abs(mesh.place[v, 0] - source.x) + abs(mesh.place[v, 1] - source.y) < SLACK_M:
            tree.length_m[v] = 0.0
            tree.root[v] = START
            at = mesh.first[v]
            while at >= 0:
                if not has_room(work, count):
                    return False
                light_triangle(mesh, source, lit, START, at, 0.0, 0.0, 0, work, tree, count)
                across = mesh.twin[at - at % 3 + (at + 1) % 3]
                at = across - across % 3 + (across + 1) % 3 if across >= 0 else -1
            return True
    for k in range(3):
        light_triangle(mesh, source, lit, START, source.triangle * 3 + k, 0.0, 0.0, 0, work, tree, count)
    return True


@lean_step
def light_triangle(
    mesh: Mesh,
    source: Source,
    lit: npt.NDArray[np.uint8],
    root: int,
    at: int,
    dx: float,
    dy: float,
    clipped: int,
    work: Work,
    tree: Tree,
    count: npt.NDArray[np.int64],
) -> None:
    """Light the triangle of corner ``at`` out of its root: all of it, or only what lies left (1) or right (-1) of a ray."""
    t = at // 3
    x, y = root_place(mesh, source, root)
    a, b = mesh.corner[t, (at + 1) % 3], mesh.corner[t, (at + 2) % 3]
    ax, ay, bx, by = mesh.place[a, 0] - x, mesh.place[a, 1] - y, mesh.place[b, 0] - x, mesh.place[b, 1] - y
    if clipped <= 0:
        reach_vertex(mesh, source, root, a, ax, ay, work, tree, count)
    if clipped >= 0:
        reach_vertex(mesh, source, root, b, bx, by, work, tree, count)
    if lit[t] == CLOSED:
        return
    if clipped > 0:
        ax, ay = dx, dy
    elif clipped < 0:
        bx, by = dx, dy
    if lit[t] == KEPT:
        keep_window(work, count, t, root, ax, ay, bx, by)
    send_beam(mesh, lit, work, count, at, ax, ay, bx, by)


@lean_step
def light_cape(
    mesh: Mesh,
    source: Source,
    lit: npt.NDArray[np.uint8],
    root: int,
    work: Work,
    tree: Tree,
    count: npt.NDArray[np.int64],
) -> bool:
    """Send light out of a cape between the ray it was reached by and the land it turns round; False where room runs out."""
    x, y = mesh.place[root, 0], mesh.place[root, 1]
    fx, fy = root_place(mesh, source, tree.turn_root[root])
    dx, dy = x - fx, y - fy
    ahead, back = mesh.after[root], mesh.before[root]
    to_ahead = bearing(dx, dy, mesh.place[ahead, 0] - x, mesh.place[ahead, 1] - y)
    to_back = bearing(dx, dy, mesh.place[back, 0] - x, mesh.place[back, 1] - y)
    # land ahead on the left: the way turns left, and the wedge ends at the shore before; on the right, the other way round
    if to_ahead + to_back >= -STRAIGHT and not light_wedge(mesh, source, lit, root, dx, dy, 1, work, tree, count):
        return False
    if to_ahead + to_back <= STRAIGHT:
        return light_wedge(mesh, source, lit, root, dx, dy, -1, work, tree, count)
    return True


@lean_step
def bearing(dx: float, dy: float, x: float, y: float) -> float:
    """Return the sine of the angle from d to a vector."""
    return cross(dx, dy, x, y) / math.sqrt((dx * dx + dy * dy) * (x * x + y * y))


@lean_step
def light_wedge(
    mesh: Mesh,
    source: Source,
    lit: npt.NDArray[np.uint8],
    root: int,
    dx: float,
    dy: float,
    turn: int,
    work: Work,
    tree: Tree,
    count: npt.NDArray[np.int64],
) -> bool:
    """Light a cape's fan from its shore on the left (1) or right (-1) to the ray d; False where room runs out."""
    x, y = mesh.place[root, 0], mesh.place[root, 1]
    at = mesh.last[root] if turn > 0 else mesh.first[root]
    while at >= 0:
        if not has_room(work, count):
            return False
        inner = mesh.corner[at // 3, (at + (1 if turn > 0 else 2)) % 3]  # the spoke on the ray's side
        off = cross(dx, dy, mesh.place[inner, 0] - x, mesh.place[inner, 1] - y) * turn
        if off <= 0:
            light_triangle(mesh, source, lit, root, at, dx, dy, turn if off < 0 else 0, work, tree, count)
            return True
        light_triangle(mesh, source, lit, root, at, dx, dy, 0, work, tree, count)
        across = mesh.twin[at - at % 3 + (at + (2 if turn > 0 else 1)) % 3]
        at = across - across % 3 + (across + (2 if turn > 0 else 1)) % 3 if across >= 0 else -1
    return True


@lean_step
def follow_beams(
    mesh: Mesh,
    source: Source,
    lit: npt.NDArray[np.uint8],
    root: int,
    horizon_m: float,
    least_scale: float,
    work: Work,
    tree: Tree,
    count: npt.NDArray[np.int64],
) -> bool:
    """Follow the beams on the stack, all of one root, through triangle after triangle; False where room runs out."""
    x, y = root_place(mesh, source, root)
    while count[1] > 0:
        if not has_room(work, count):
            return False
        count[1] -= 1
        side = work.stack.side[count[1]]
        rx, ry = work.stack.ray[count[1], 0], work.stack.ray[count[1], 1]
        lx, ly = work.stack.ray[count[1], 2], work.stack.ray[count[1], 3]
        t = side // 3
        a, b = mesh.corner[t, (side + 2) % 3], mesh.corner[t, (side + 1) % 3]  # right and left end of the side it enters by
        ax, ay, bx, by = mesh.place[a, 0] - x, mesh.place[a, 1] - y, mesh.place[b, 0] - x, mesh.place[b, 1] - y
        near_m = least_scale * clearance(ax, ay, bx, by)
        if is_beaten(mesh, source, tree, work.leads, side, root, near_m, a, b, ax, ay, bx, by, rx, ry, lx, ly):
            continue
        soonest_m = near_m + (tree.turn_m[root] if root >= 0 else 0.0)
        if soonest_m > horizon_m:
            put_off(work, count, soonest_m, side, root, rx, ry, lx, ly)
            continue
        if lit[t] == KEPT:
            keep_window(work, count, t, root, rx, ry, lx, ly)
        cross_triangle(mesh, source, lit, root, x, y, side, rx, ry, lx, ly, work, tree, count)
    return True


@inlined
def clearance(ax: float, ay: float, bx: float, by: float) -> float:
    """Return the distance in the plane from the origin to the segment a b."""
    ex, ey = bx - ax, by - ay
    along = min(max(-(ax * ex + ay * ey) / (ex * ex + ey * ey), 0.0), 1.0)
    px, py = ax + along * ex, ay + along * ey
    return math.sqrt(px * px + py * py)


@inlined
def is_beaten(
    mesh: Mesh,
    source: Source,
    tree: Tree,
    leads: Leads,
    side: int,
    root: int,
    near_m: float,
    a: int,
    b: int,
    ax: float,
    ay: float,
    bx: float,
    by: float,
    rx: float,
    ry: float,
    lx: float,
    ly: float,
) -> bool:
    """Say whether there is a shorter way to every point that a beam lights on the side it enters by, so to all behind.

    A way to one end of the side, and along it, is shorter for every point if it is for the farthest (triangle
    inequality). Another beam that lights all of them is, if it is shorter at both ends by more than its distance can
    exceed, or this beam's can fall short of, a straight line between (see `weigh_windows`).
    """
    x, y = root_place(mesh, source, root)
    px, py = meet(rx, ry, ax, ay, bx, by)
    qx, qy = meet(lx, ly, bx, by, ax, ay)
    pe0, pe1, pe2 = on_ellipsoid(x + px, y + py, mesh.frame)
    qe0, qe1, qe2 = on_ellipsoid(x + qx, y + qy, mesh.frame)
    right_m = way_m(mesh, source, tree, root, pe0, pe1, pe2)
    left_m = way_m(mesh, source, tree, root, qe0, qe1, qe2)
    if tree.root[a] != root and tree.length_m[a] + straight_m(mesh, a, qe0, qe1, qe2) + SLACK_M < left_m:
        return True
    if tree.root[b] != root and tree.length_m[b] + straight_m(mesh, b, pe0, pe1, pe2) + SLACK_M < right_m:
        return True
    lead = leads.root[side]
    if lead == root:
        return False
    wide2 = (px - qx) * (px - qx) + (py - qy) * (py - qy)
    if lead != NOBODY:
        ux, uy = root_place(mesh, source, lead)
        lax, lay, lbx, lby = leads.ray[side, 0], leads.ray[side, 1], leads.ray[side, 2], leads.ray[side, 3]
        if cross(lax, lay, x + px - ux, y + py - uy) >= 0 and cross(x + qx - ux, y + qy - uy, lbx, lby) >= 0:
            right_lead_m = right_m - way_m(mesh, source, tree, lead, pe0, pe1, pe2)
            left_lead_m = left_m - way_m(mesh, source, tree, lead, qe0, qe1, qe2)
            if min(right_lead_m, left_lead_m) > SLACK_M + 0.15 * wide2 / near_m:
                return True
            if right_lead_m + left_lead_m > 0:
                return False
        elif wide2 <= leads.wide2[side]:
            return False
    leads.root[side] = root
    leads.wide2[side] = wide2
    leads.ray[side, 0], leads.ray[side, 1], leads.ray[side, 2], leads.ray[side, 3] = rx, ry, lx, ly
    return False


@inlined
def meet(rx: float, ry: float, ax: float, ay: float, bx: float, by: float) -> tuple[float, float]:
    """Return where a ray from the origin meets the line from a to b; exactly a where it is the ray to a."""
    if cross(rx, ry, ax, ay) == 0:
        return ax, ay
    along = cross(ax, ay, bx - ax, by - ay) / cross(rx, ry, bx - ax, by - ay)
    return rx * along, ry * along


@inlined
def straight_m(mesh: Mesh, v: int, x: float, y: float, z: float) -> float:
    return arc_m(mesh.ecef[v, 0], mesh.ecef[v, 1], mesh.ecef[v, 2], x, y, z)


@inlined
def cross_triangle(
    mesh: Mesh,
    source: Source,
    lit: npt.NDArray[np.uint8],
    root: int,
    x: float,
    y: float,
    side: int,
    rx: float,
    ry: float,
    lx: float,
    ly: float,
    work: Work,
    tree: Tree,
    count: npt.NDArray[np.int64],
) -> None:
    """Pass a beam on through the other sides of the triangle it enters, parted by the far corner where it holds that."""
    c = mesh.corner[side // 3, side % 3]
    cx, cy = mesh.place[c, 0] - x, mesh.place[c, 1] - y
    from_right, from_left = cross(rx, ry, cx, cy), cross(cx, cy, lx, ly)
    size = abs(cx) + abs(cy)
    if from_right >= -STRAIGHT * size * (abs(rx) + abs(ry)) and from_left >= -STRAIGHT * size * (abs(lx) + abs(ly)):
        reach_vertex(mesh, source, root, c, cx, cy, work, tree, count)
    right, left = side - side % 3 + (side + 1) % 3, side - side % 3 + (side + 2) % 3
    if from_right > 0:
        if from_left >= 0:
            send_beam(mesh, lit, work, count, right, rx, ry, cx, cy)
        else:
            send_beam(mesh, lit, work, count, right, rx, ry, lx, ly)
    if from_left > 0:
        if from_right >= 0:
            send_beam(mesh, lit, work, count, left, cx, cy, lx, ly)
        else:
            send_beam(mesh, lit, work, count, left, rx, ry, lx, ly)


@inlined
def reach_vertex(
    mesh: Mesh,
    source: Source,
    root: int,
    v: int,
    dx: float,
    dy: float,
    work: Work,
    tree: Tree,
    count: npt.NDArray[np.int64],
) -> None:
    """Note a way from a root straight to a vertex; a cape that it touches tautly waits for its turn."""
    length_m = way_m(mesh, source, tree, root, mesh.ecef[v, 0], mesh.ecef[v, 1], mesh.ecef[v, 2])
    if length_m > tree.length_m[v] + SLACK_M:
        return
    if length_m < tree.length_m[v]:
        tree.length_m[v] = length_m
        tree.root[v] = root
    if mesh.cape[v] and length_m < tree.turn_m[v] and is_taut(mesh, v, dx, dy):
        tree.turn_m[v] = length_m
        tree.turn_root[v] = root
        push(work.heap, count, length_m, v)


@inlined
def is_taut(mesh: Mesh, v: int, dx: float, dy: float) -> bool:
    """Say whether a way that comes along d and turns at a cape has the land on its inner side."""
    ax, ay = mesh.place[mesh.after[v], 0] - mesh.place[v, 0], mesh.place[mesh.after[v], 1] - mesh.place[v, 1]
    bx, by = mesh.place[mesh.before[v], 0] - mesh.place[v, 0], mesh.place[mesh.before[v], 1] - mesh.place[v, 1]
    one, other = cross(dx, dy, ax, ay), cross(dx, dy, bx, by)
    if one * other >= 0:
        return True
    d2, eps2 = dx * dx + dy * dy, STRAIGHT * STRAIGHT
    return bool(one * one <= eps2 * d2 * (ax * ax + ay * ay) or other * other <= eps2 * d2 * (bx * bx + by * by))


@inlined
def has_room(work: Work, count: npt.NDArray[np.int64]) -> bool:
    """Say whether one more step, which adds eight of anything at most, fits everywhere."""
    return bool(
        count[0] + 8 < len(work.heap.item)
        and count[1] + 8 < len(work.stack.side)
        and count[2] + 8 < len(work.waiting.side)
        and count[4] + 8 < len(work.windows.root)
    )


@inlined
def keep_window(
    work: Work, count: npt.NDArray[np.int64], t: int, root: int, rx: float, ry: float, lx: float, ly: float
) -> None:
    i = count[4]
    work.windows.triangle[i], work.windows.root[i] = t, root
    work.windows.ray[i, 0], work.windows.ray[i, 1], work.windows.ray[i, 2], work.windows.ray[i, 3] = rx, ry, lx, ly
    count[4] = i + 1


@inlined
def send_beam(
    mesh: Mesh,
    lit: npt.NDArray[np.uint8],
    work: Work,
    count: npt.NDArray[np.int64],
    side: int,
    rx: float,
    ry: float,
    lx: float,
    ly: float,
) -> None:
    """Send light out of a triangle through one of its sides, if water goes on there."""
    across = mesh.twin[side]
    if across < 0 or lit[across // 3] == CLOSED:
        return
    i = count[1]
    work.stack.side[i] = across
    work.stack.ray[i, 0], work.stack.ray[i, 1], work.stack.ray[i, 2], work.stack.ray[i, 3] = rx, ry, lx, ly
    count[1] = i + 1


@inlined
def put_off(
    work: Work,
    count: npt.NDArray[np.int64],
    soonest_m: float,
    side: int,
    root: int,
    rx: float,
    ry: float,
    lx: float,
    ly: float,
) -> None:
    """Let a beam wait until everything nearer is done."""
    if count[3] > 0:
        count[3] -= 1
        i = work.free[count[3]]
    else:
        i = count[2]
        count[2] += 1
    work.waiting.side[i], work.waiting.root[i] = side, root
    work.waiting.ray[i, 0], work.waiting.ray[i, 1], work.waiting.ray[i, 2], work.waiting.ray[i, 3] = rx, ry, lx, ly
    push(work.heap, count, soonest_m, -i - 1)


@inlined
def take_up(work: Work, count: npt.NDArray[np.int64], i: int) -> int:
    """Put a waiting beam on the stack and return its root."""
    work.stack.side[0] = work.waiting.side[i]
    for j in range(4):
        work.stack.ray[0, j] = work.waiting.ray[i, j]
    count[1] = 1
    work.free[count[3]] = i
    count[3] += 1
    return int(work.waiting.root[i])


@lean_step
def push(heap: Heap, count: npt.NDArray[np.int64], key_m: float, item: int) -> None:
    i = count[0]
    count[0] += 1
    while i > 0:
        parent = (i - 1) >> 1
        if heap.key_m[parent] <= key_m:
            break
        heap.key_m[i], heap.item[i] = heap.key_m[parent], heap.item[parent]
        i = parent
    heap.key_m[i], heap.item[i] = key_m, item


@lean_step
def pop(heap: Heap, count: npt.NDArray[np.int64]) -> tuple[float, int]:
    top_m, top = heap.key_m[0], heap.item[0]
    count[0] -= 1
    n = count[0]
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
