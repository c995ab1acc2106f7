"""Distances at points, from the windows of the triangle that each lies in (docs/method.md, section 5)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from geo.arrays import Floats, Indices
from geo.sea._kernels import inlined, kernel
from geo.sea._mesh import Mesh
from geo.sea._plane import arc_m, on_ellipsoid
from geo.sea._taut_tree import NOBODY, Source, Tree, Windows

__all__: list[str] = []

MARGIN_M = 1e-6  # points this close to a ray count as between the rays: rounding must leave no gap between two windows
BLOCK = 64  # largest number of points that are looked up together
CHORD_TO_TANGENT = 1.03  # directions are those of chords, which dip by up to 0.22 rad: 1/cos 0.22, and 0.4 % for the ellipsoid


class SearchResult(NamedTuple):
    """What one search leaves behind: windows sorted by triangle, and the tree that their roots belong to."""

    mesh: Mesh
    source: Source
    tree: Tree
    offset: Indices  # (m + 1) the windows of triangle t are those from offset[t] up to offset[t + 1]
    root: Indices
    ray: Floats  # (windows, 4) unit vectors: right x, y and left x, y


class Points(NamedTuple):
    """Points in blocks: those of a block lie in one triangle and close together, so that few windows matter to them."""

    triangle: Indices  # of each block
    offset: Indices  # the points of block b are those from offset[b] up to offset[b + 1]
    order: Indices  # position of each point in the caller's array
    x: Floats
    y: Floats
    ex: Floats
    ey: Floats
    ez: Floats


class Extents(NamedTuple):
    """How far each block reaches."""

    box: Floats  # (blocks, 4) in the plane: x and y of the centre, half the width, half the height
    ecef: Floats  # (blocks, 3) the centre on the ellipsoid
    radius_m: Floats  # (blocks) no point of the block is farther from the centre
    reach_m: Floats  # (blocks, 3) distance from each corner of the triangle to the farthest point


class Root(NamedTuple):
    """A root: its position in the plane and in ECEF, and the length of the shortest route to it."""

    x: float
    y: float
    ex: float
    ey: float
    ez: float
    length_m: float


class Batch(NamedTuple):
    """The points of one block, and the shortest distance found so far to each."""

    x: Floats
    y: Floats
    ex: Floats
    ey: Floats
    ez: Floats
    best_m: Floats


@kernel
def sort_windows(windows: Windows, count: int, triangles: int) -> tuple[Indices, Indices, Floats]:
    """Return the first ``count`` windows in the order of their triangles: offset, root and ray of a `SearchResult`."""
    offset = np.zeros(triangles + 2, np.int32)
    for i in range(count):
        offset[windows.triangle[i] + 2] += 1
    for t in range(triangles):
        offset[t + 2] += offset[t + 1]
    root, ray = np.empty(count, np.int32), np.empty((count, 4))
    for i in range(count):
        at = offset[windows.triangle[i] + 1]
        offset[windows.triangle[i] + 1] += 1
        root[at] = windows.root[i]
        rx, ry, lx, ly = windows.ray[i]
        right, left = 1 / math.sqrt(rx * rx + ry * ry), 1 / math.sqrt(lx * lx + ly * ly)
        ray[at, 0], ray[at, 1], ray[at, 2], ray[at, 3] = rx * right, ry * right, lx * left, ly * left
    return offset[:-1], root, ray


@kernel
def look_up(
    result: SearchResult,
    points: Points,
    extents: Extents,
    first: int,
    last: int,
    distance_m: Floats,
) -> None:
    """Write the distance of every point in the blocks from ``first`` up to ``last``."""
    best_m, lead_m = np.empty(BLOCK), np.empty(64)
    for block in range(first, last):
        t, begin, end = points.triangle[block], points.offset[block], points.offset[block + 1]
        x, y = points.x[begin:end], points.y[begin:end]
        batch = Batch(x, y, points.ex[begin:end], points.ey[begin:end], points.ez[begin:end], best_m)
        best_m[:] = np.inf
        for k in range(3):
            try_corner(result, result.mesh.corner[t, k], batch)
        windows = result.offset[t + 1] - result.offset[t]
        if windows > len(lead_m):
            lead_m = np.empty(2 * windows)
        weigh_windows(result, t, extents, block, lead_m)
        for i in range(windows):
            if lead_m[i] >= 0:
                try_window(result, result.offset[t] + i, batch)
        for i in range(len(x)):
            distance_m[points.order[begin + i]] = best_m[i]


@inlined
def weigh_windows(result: SearchResult, t: int, extents: Extents, block: int, lead_m: Floats) -> None:
    """Write how far each window of a triangle may be ahead of the best one somewhere in the block.

    A window below 0 cannot give the shortest distance to any point of the block. The best window is the one with the
    shortest distance to the block's centre among those that see all of the block, the triangle's corners included.
    Over a block of radius r, the distance by window w is below that at the centre by at most -u·p, and the distance by
    the best window b above that at the centre by at most u·p + r²/2(d - r), where u is the direction that the route
    comes from and d the distance to its root (distances are convex, with second derivatives below 1/d). So w is ahead
    by at most the difference at the centre plus r |u_w - u_b| + r²/2(d - r), or simply plus 2 r.
    """
    mesh = result.mesh
    x, y, width, height = extents.box[block, 0], extents.box[block, 1], extents.box[block, 2], extents.box[block, 3]
    ex, ey, ez = extents.ecef[block, 0], extents.ecef[block, 1], extents.ecef[block, 2]
    least_m, bx, by, bz = np.inf, ex, ey, ez
    for k in range(3):
        v = mesh.corner[t, k]
        length_m = result.tree.length_m[v] + arc_m(mesh.ecef[v, 0], mesh.ecef[v, 1], mesh.ecef[v, 2], ex, ey, ez)
        if length_m < least_m:
            least_m, bx, by, bz = length_m, mesh.ecef[v, 0], mesh.ecef[v, 1], mesh.ecef[v, 2]
    for i in range(result.offset[t + 1] - result.offset[t]):
        window = result.offset[t] + i
        rx, ry, lx, ly = result.ray[window, 0], result.ray[window, 1], result.ray[window, 2], result.ray[window, 3]
        root = root_of(result, result.root[window])
        right, right_margin = rx * (y - root.y) - ry * (x - root.x), abs(ry) * width + abs(rx) * height
        left, left_margin = (x - root.x) * ly - (y - root.y) * lx, abs(ly) * width + abs(lx) * height
        lead_m[i] = -np.inf
        if right + right_margin < -MARGIN_M or left + left_margin < -MARGIN_M:
            continue
        length_m = root.length_m + arc_m(root.ex, root.ey, root.ez, ex, ey, ez)
        lead_m[i] = -length_m
        if right >= right_margin and left >= left_margin and length_m <= least_m:
            least_m, bx, by, bz = length_m, root.ex, root.ey, root.ez
    radius_m = extents.radius_m[block]
    bx, by, bz = bx - ex, by - ey, bz - ez
    near_m = math.sqrt(bx * bx + by * by + bz * bz)
    for i in range(result.offset[t + 1] - result.offset[t]):
        lead_m[i] += least_m
        if lead_m[i] + 2 * radius_m < 0 or near_m <= 2 * radius_m:
            lead_m[i] += 2 * radius_m + MARGIN_M
            continue
        root = root_of(result, result.root[result.offset[t] + i])
        vx, vy, vz = root.ex - ex, root.ey - ey, root.ez - ez
        far_m = math.sqrt(vx * vx + vy * vy + vz * vz) + 1e-9
        dx, dy, dz = vx / far_m - bx / near_m, vy / far_m - by / near_m, vz / far_m - bz / near_m
        turn = CHORD_TO_TANGENT * math.sqrt(dx * dx + dy * dy + dz * dz) + 0.6 * radius_m / (near_m - radius_m)
        lead_m[i] += min(turn, 2.0) * radius_m + MARGIN_M


@inlined
def try_corner(result: SearchResult, v: int, batch: Batch) -> None:
    """Try the route over a corner of the triangle for all points: it always exists."""
    ecef, length_m, best_m = result.mesh.ecef, result.tree.length_m[v], batch.best_m
    vx, vy, vz = ecef[v, 0], ecef[v, 1], ecef[v, 2]
    for i in range(len(batch.x)):
        best_m[i] = min(best_m[i], length_m + arc_m(vx, vy, vz, batch.ex[i], batch.ey[i], batch.ez[i]))


@inlined
def try_window(result: SearchResult, window: int, batch: Batch) -> None:
    """Try the route over a window's root for the points between its rays."""
    rx, ry, lx, ly = result.ray[window, 0], result.ray[window, 1], result.ray[window, 2], result.ray[window, 3]
    px, py, vx, vy, vz, length_m = root_of(result, result.root[window])
    best_m = batch.best_m
    for i in range(len(batch.x)):
        dx, dy = batch.x[i] - px, batch.y[i] - py
        route_m = length_m + arc_m(vx, vy, vz, batch.ex[i], batch.ey[i], batch.ez[i])
        is_shorter = (rx * dy - ry * dx >= -MARGIN_M) & (dx * ly - dy * lx >= -MARGIN_M) & (route_m < best_m[i])
        best_m[i] = route_m if is_shorter else best_m[i]


@inlined
def root_of(result: SearchResult, root: int) -> Root:
    """Return a root by its number: a vertex, or `START`."""
    if root < 0:
        x, y, z = result.source.ecef
        return Root(result.source.x, result.source.y, x, y, z, 0.0)
    mesh = result.mesh
    x, y, z = mesh.ecef[root, 0], mesh.ecef[root, 1], mesh.ecef[root, 2]
    return Root(mesh.xy[root, 0], mesh.xy[root, 1], x, y, z, result.tree.turn_m[root])


@kernel
def turns_to(result: SearchResult, points: Points) -> Indices:
    """Return the vertices where the shortest route to the first of some points turns, last turn first.

    The list ends with `START`, or with `NOBODY` where there is no route.
    """
    mesh, tree = result.mesh, result.tree
    t, best_m, root, last = points.triangle[0], np.full(1, np.inf), NOBODY, NOBODY
    batch = Batch(points.x[:1], points.y[:1], points.ex[:1], points.ey[:1], points.ez[:1], best_m)
    for k in range(3):
        before_m = best_m[0]
        try_corner(result, mesh.corner[t, k], batch)
        if best_m[0] < before_m:
            last, root = mesh.corner[t, k], tree.root[mesh.corner[t, k]]
    for window in range(result.offset[t], result.offset[t + 1]):
        before_m = best_m[0]
        try_window(result, window, batch)
        if best_m[0] < before_m:
            last, root = NOBODY, result.root[window]
    turns = np.empty(len(mesh.xy) + 2, np.int32)
    turns[0], count = last, 1 if last >= 0 else 0
    while root >= 0:
        turns[count] = root
        count += 1
        root = tree.turn_root[root]
    turns[count] = root
    return turns[: count + 1]


@kernel
def measure_blocks(mesh: Mesh, points: Points) -> Extents:
    """Return the extent of each block."""
    blocks = len(points.triangle)
    extents = Extents(np.empty((blocks, 4)), np.empty((blocks, 3)), np.zeros(blocks), np.zeros((blocks, 3)))
    for block in range(blocks):
        begin, end = points.offset[block], points.offset[block + 1]
        x, y = points.x[begin:end], points.y[begin:end]
        box = extents.box[block]
        box[0], box[2] = (x.max() + x.min()) / 2, (x.max() - x.min()) / 2
        box[1], box[3] = (y.max() + y.min()) / 2, (y.max() - y.min()) / 2
        ex, ey, ez = on_ellipsoid(box[0], box[1], mesh.frame)
        extents.ecef[block, 0], extents.ecef[block, 1], extents.ecef[block, 2] = ex, ey, ez
        for i in range(begin, end):
            arc = arc_m(ex, ey, ez, points.ex[i], points.ey[i], points.ez[i])
            extents.radius_m[block] = max(extents.radius_m[block], arc)
            for k in range(3):
                v = mesh.corner[points.triangle[block], k]
                vx, vy, vz = mesh.ecef[v, 0], mesh.ecef[v, 1], mesh.ecef[v, 2]
                arc = arc_m(vx, vy, vz, points.ex[i], points.ey[i], points.ez[i])
                extents.reach_m[block, k] = max(extents.reach_m[block, k], arc)
    return extents
