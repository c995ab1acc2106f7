"""Distance at points from the windows of their triangle (docs/method.md, 5)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from geo.sea._kernels import inlined, kernel
from geo.sea._mesh import Mesh
from geo.sea._plane import STAMP, Floats, Ints, arc_m, on_ellipsoid
from geo.sea._taut_tree import NOBODY, Source, Tree, Windows

__all__: list[str] = []

ASIDE_M = 1e-6  # a point so close to a ray is lit: rounding must leave no gap between two windows
BLOCK = 64  # points looked up together
CHORD_TO_TANGENT = 1.03  # directions are taken from chords, which dip by 0.22 at most: 1/cos 0.22, and 0.4 % for the ellipsoid


class Lamp(NamedTuple):
    """What one search leaves behind: windows sorted by triangle, and the tree they hang on."""

    start: Ints  # (m + 1) where the windows of each triangle begin
    root: Ints
    ray: Floats  # (windows, 4) of length 1: right x, y and left x, y
    source: Source
    tree: Tree


class Points(NamedTuple):
    """Points in blocks: each block lies in one triangle and is small, so that few windows matter to it."""

    triangle: Ints  # of each block
    start: Ints  # where the points of each block begin; one more at the end
    order: Ints  # where each point's answer goes
    x: Floats
    y: Floats
    ex: Floats
    ey: Floats
    ez: Floats


class Shapes(NamedTuple):
    """How far each block reaches."""

    place: Floats  # (blocks, 4) middle x, y and half width, half height in the plane
    ecef: Floats  # (blocks, 3) middle, on the ellipsoid
    radius_m: Floats  # no point of the block lies farther from the middle
    reach_m: Floats  # (blocks, 3) how far the farthest point lies from each corner of the triangle


@kernel
def sort_windows(windows: Windows, count: int, triangles: int) -> tuple[Ints, Ints, Floats]:
    """Return the windows in the order of their triangles, rays cut to length 1: start, root, ray."""
    start = np.zeros(triangles + 2, np.int32)
    for i in range(count):
        start[windows.triangle[i] + 2] += 1
    for t in range(triangles):
        start[t + 2] += start[t + 1]
    root, ray = np.empty(count, np.int32), np.empty((count, 4))
    for i in range(count):
        at = start[windows.triangle[i] + 1]
        start[windows.triangle[i] + 1] += 1
        root[at] = windows.root[i]
        rx, ry, lx, ly = windows.ray[i]
        right, left = 1 / math.sqrt(rx * rx + ry * ry), 1 / math.sqrt(lx * lx + ly * ly)
        ray[at, 0], ray[at, 1], ray[at, 2], ray[at, 3] = rx * right, ry * right, lx * left, ly * left
    return start[:-1], root, ray


@kernel
def look_up(
    mesh: Mesh, lamp: Lamp, points: Points, shapes: Shapes, first: int, last: int, distance_m: Floats, stamp: int = STAMP
) -> None:
    """Write the distance of every point in the blocks ``first`` to ``last``."""
    best_m, room = np.empty(BLOCK), np.empty(64)
    for block in range(first, last):
        t, begin, end = points.triangle[block], points.start[block], points.start[block + 1]
        x, y = points.x[begin:end], points.y[begin:end]
        ex, ey, ez = points.ex[begin:end], points.ey[begin:end], points.ez[begin:end]
        best_m[:] = np.inf
        for k in range(3):
            by_corner(mesh, lamp, mesh.corner[t, k], ex, ey, ez, best_m)
        windows = lamp.start[t + 1] - lamp.start[t]
        if windows > len(room):
            room = np.empty(2 * windows)
        weigh_windows(mesh, lamp, t, shapes, block, room)
        for i in range(windows):
            if room[i] >= 0:
                by_window(mesh, lamp, lamp.start[t] + i, x, y, ex, ey, ez, best_m)
        for i in range(len(x)):
            distance_m[points.order[begin + i]] = best_m[i]


@inlined
def weigh_windows(mesh: Mesh, lamp: Lamp, t: int, shapes: Shapes, block: int, lead_m: Floats) -> None:
    """Note by how much each window may be ahead of the best one somewhere in the block; below 0 it is not needed.

    The best one is the shortest, at the block's middle, of those that light all of it, the triangle's corners among
    them. Over a block of radius r, the way by window w falls by no more than -u·p, and the way by the best window b
    grows by no more than u·p + r²/2(d - r), u being the direction each comes from and d the distance to its root
    (distances are convex, with second derivatives below 1/d). So w is ahead by no more than the difference of the two
    middles plus r |u_w - u_b| + r²/2(d - r), or simply plus 2 r.
    """
    x, y, width, height = shapes.place[block, 0], shapes.place[block, 1], shapes.place[block, 2], shapes.place[block, 3]
    ex, ey, ez = shapes.ecef[block, 0], shapes.ecef[block, 1], shapes.ecef[block, 2]
    least_m, bx, by, bz = np.inf, ex, ey, ez
    for k in range(3):
        v = mesh.corner[t, k]
        way_m = lamp.tree.length_m[v] + arc_m(mesh.ecef[v, 0], mesh.ecef[v, 1], mesh.ecef[v, 2], ex, ey, ez)
        if way_m < least_m:
            least_m, bx, by, bz = way_m, mesh.ecef[v, 0], mesh.ecef[v, 1], mesh.ecef[v, 2]
    for i in range(lamp.start[t + 1] - lamp.start[t]):
        window = lamp.start[t] + i
        rx, ry, lx, ly = lamp.ray[window, 0], lamp.ray[window, 1], lamp.ray[window, 2], lamp.ray[window, 3]
        px, py, vx, vy, vz, length_m = root_of(mesh, lamp, lamp.root[window])
        right, right_room = rx * (y - py) - ry * (x - px), abs(ry) * width + abs(rx) * height
        left, left_room = (x - px) * ly - (y - py) * lx, abs(ly) * width + abs(lx) * height
        lead_m[i] = -np.inf
        if right + right_room < -ASIDE_M or left + left_room < -ASIDE_M:
            continue
        way_m = length_m + arc_m(vx, vy, vz, ex, ey, ez)
        lead_m[i] = -way_m
        if right >= right_room and left >= left_room and way_m <= least_m:
            least_m, bx, by, bz = way_m, vx, vy, vz
    radius_m = shapes.radius_m[block]
    bx, by, bz = bx - ex, by - ey, bz - ez
    near_m = math.sqrt(bx * bx + by * by + bz * bz)
    for i in range(lamp.start[t + 1] - lamp.start[t]):
        lead_m[i] += least_m
        if lead_m[i] + 2 * radius_m < 0 or near_m <= 2 * radius_m:
            lead_m[i] += 2 * radius_m + ASIDE_M
            continue
        _, _, vx, vy, vz, _ = root_of(mesh, lamp, lamp.root[lamp.start[t] + i])
        vx, vy, vz = vx - ex, vy - ey, vz - ez
        far_m = math.sqrt(vx * vx + vy * vy + vz * vz) + 1e-9
        dx, dy, dz = vx / far_m - bx / near_m, vy / far_m - by / near_m, vz / far_m - bz / near_m
        turn = CHORD_TO_TANGENT * math.sqrt(dx * dx + dy * dy + dz * dz) + 0.6 * radius_m / (near_m - radius_m)
        lead_m[i] += min(turn, 2.0) * radius_m + ASIDE_M


@inlined
def by_corner(mesh: Mesh, lamp: Lamp, v: int, ex: Floats, ey: Floats, ez: Floats, best_m: Floats) -> None:
    """Try the way to a corner of the triangle and straight on: it is always there."""
    length_m, vx, vy, vz = lamp.tree.length_m[v], mesh.ecef[v, 0], mesh.ecef[v, 1], mesh.ecef[v, 2]
    for i in range(len(ex)):
        best_m[i] = min(best_m[i], length_m + arc_m(vx, vy, vz, ex[i], ey[i], ez[i]))


@inlined
def by_window(
    mesh: Mesh, lamp: Lamp, window: int, x: Floats, y: Floats, ex: Floats, ey: Floats, ez: Floats, best_m: Floats
) -> None:
    """Try the way to a window's root and straight on, for the points between its rays."""
    rx, ry, lx, ly = lamp.ray[window, 0], lamp.ray[window, 1], lamp.ray[window, 2], lamp.ray[window, 3]
    px, py, vx, vy, vz, length_m = root_of(mesh, lamp, lamp.root[window])
    for i in range(len(x)):
        dx, dy = x[i] - px, y[i] - py
        way_m = length_m + arc_m(vx, vy, vz, ex[i], ey[i], ez[i])
        nearer = (rx * dy - ry * dx >= -ASIDE_M) & (dx * ly - dy * lx >= -ASIDE_M) & (way_m < best_m[i])
        best_m[i] = way_m if nearer else best_m[i]


@inlined
def root_of(mesh: Mesh, lamp: Lamp, root: int) -> tuple[float, float, float, float, float, float]:
    """Return place, ECEF position and distance of a root."""
    if root < 0:
        x, y, z = lamp.source.ecef
        return lamp.source.x, lamp.source.y, x, y, z, 0.0
    x, y, z = mesh.ecef[root, 0], mesh.ecef[root, 1], mesh.ecef[root, 2]
    return mesh.place[root, 0], mesh.place[root, 1], x, y, z, lamp.tree.turn_m[root]


@kernel
def turns_to(mesh: Mesh, lamp: Lamp, points: Points, stamp: int = STAMP) -> Ints:
    """Return the vertices where the shortest way to the first of some points turns, last turn first.

    The way ends with `START`, or with `NOBODY` where there is none.
    """
    t, best_m, root, last = points.triangle[0], np.full(1, np.inf), NOBODY, NOBODY
    for k in range(3):
        before_m = best_m[0]
        by_corner(mesh, lamp, mesh.corner[t, k], points.ex[:1], points.ey[:1], points.ez[:1], best_m)
        if best_m[0] < before_m:
            last, root = mesh.corner[t, k], lamp.tree.root[mesh.corner[t, k]]
    for window in range(lamp.start[t], lamp.start[t + 1]):
        before_m = best_m[0]
        by_window(mesh, lamp, window, points.x[:1], points.y[:1], points.ex[:1], points.ey[:1], points.ez[:1], best_m)
        if best_m[0] < before_m:
            last, root = NOBODY, lamp.root[window]
    turns = np.empty(len(mesh.place) + 2, np.int32)
    turns[0], count = last, 1 if last >= 0 else 0
    while root >= 0:
        turns[count] = root
        count += 1
        root = lamp.tree.turn_root[root]
    turns[count] = root
    return turns[: count + 1]


@kernel
def shape_blocks(mesh: Mesh, points: Points, stamp: int = STAMP) -> Shapes:
    """Measure each block."""
    blocks = len(points.triangle)
    shapes = Shapes(np.empty((blocks, 4)), np.empty((blocks, 3)), np.zeros(blocks), np.zeros((blocks, 3)))
    for block in range(blocks):
        begin, end = points.start[block], points.start[block + 1]
        x, y = points.x[begin:end], points.y[begin:end]
        middle = shapes.place[block]
        middle[0], middle[2] = (x.max() + x.min()) / 2, (x.max() - x.min()) / 2
        middle[1], middle[3] = (y.max() + y.min()) / 2, (y.max() - y.min()) / 2
        ex, ey, ez = on_ellipsoid(middle[0], middle[1], mesh.frame)
        shapes.ecef[block, 0], shapes.ecef[block, 1], shapes.ecef[block, 2] = ex, ey, ez
        for i in range(begin, end):
            arc = arc_m(ex, ey, ez, points.ex[i], points.ey[i], points.ez[i])
            shapes.radius_m[block] = max(shapes.radius_m[block], arc)
            for k in range(3):
                v = mesh.corner[points.triangle[block], k]
                vx, vy, vz = mesh.ecef[v, 0], mesh.ecef[v, 1], mesh.ecef[v, 2]
                arc = arc_m(vx, vy, vz, points.ex[i], points.ey[i], points.ez[i])
                shapes.reach_m[block, k] = max(shapes.reach_m[block, k], arc)
    return shapes
