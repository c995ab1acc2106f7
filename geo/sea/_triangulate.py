"""Constrained Delaunay triangulation of a polygon in the plane, by GEOS (docs/method.md, section 2)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from geo.arrays import Floats, Indices, Integers
from geo.errors import ScenarioError
from geo.sea._plane import cross_rows

__all__: list[str] = []

_MENDED = 1e-6  # largest share of the area that mending may change


def triangulate(shore: Floats, ring: Integers) -> tuple[Floats, Indices]:
    """Cut a polygon of the plane into constrained Delaunay triangles.

    Shores that touch in longitude and latitude can cross in the plane, by centimetres. They are mended, and water that
    they cut off is left out if it is next to nothing.

    Parameters
    ----------
    shore
        (n, 2) vertices, ring by ring, the outer ring first, water on the left; no ring repeats its first vertex.
    ring
        (n) number of the ring that each vertex belongs to, in ascending order.

    Returns
    -------
    xy, corner
        (v, 2) vertices without duplicates, and the (m, 3) vertices of each triangle, counter-clockwise. Triangles
        are in Morton order and vertices in the order in which triangles name them, so that neighbours in the plane
        are neighbours in memory.

    Raises
    ------
    ScenarioError
        If GEOS cannot triangulate the polygon, or its triangles do not add up to the polygon's area.
    """
    rings = np.split(shore, np.flatnonzero(np.diff(ring)) + 1)
    polygon, area = shapely.Polygon(rings[0], rings[1:]), sum(map(_ring_area, rings))
    if not polygon.is_valid:
        polygon = _mend(polygon)
        area = polygon.area if np.isclose(polygon.area, area, rtol=_MENDED) else area
    corners = _constrained_triangles(polygon)
    if not np.isclose(_triangles_area(corners), area, rtol=1e-9):
        raise ScenarioError("water is no valid polygon (its triangles do not add up to it): mend it with shapely.make_valid")
    corners = corners[np.argsort(morton(corners.mean(axis=1)), kind="stable")]
    vertices = np.ascontiguousarray(corners).view(np.complex128).ravel()  # complex numbers: one value a vertex
    _, first, number = np.unique(vertices, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))
    return corners.reshape(-1, 2)[np.sort(first)], rank[number].reshape(-1, 3).astype(np.int32)


def _mend(polygon: shapely.Polygon) -> shapely.Polygon:
    """Return the largest valid polygon of the same vertices."""
    parts = shapely.get_parts(shapely.make_valid(polygon, method="structure", keep_collapsed=False))
    return max(parts, key=lambda part: part.area, default=polygon)


def _constrained_triangles(polygon: shapely.Polygon) -> Floats:
    """Return the corners (m, 3, 2) of a polygon's triangles, counter-clockwise."""
    try:
        triangles = shapely.constrained_delaunay_triangles(polygon)
    except shapely.errors.GEOSException as error:
        raise ScenarioError(f"water is no valid polygon ({error}): mend it with shapely.make_valid") from error
    corners = shapely.get_coordinates(triangles).reshape(-1, 4, 2)[:, :3]
    clockwise = cross_rows(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]) < 0
    corners[clockwise] = corners[clockwise, ::-1]
    return corners


def _triangles_area(corners: Floats) -> float:
    return float(cross_rows(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]).sum()) / 2


def _ring_area(ring: Floats) -> float:
    """Return the area within a ring, negative if it runs clockwise."""
    return float(cross_rows(ring, np.roll(ring, -1, axis=0)).sum()) / 2


def morton(xy: Floats) -> npt.NDArray[np.uint64]:
    """Return a Morton code below 2³² of each point: its coordinates with bits interleaved, close for close points."""
    low = xy.min(axis=0, initial=np.inf)
    unit = max(float((xy - low).max(initial=0.0)), 1.0) / 65535
    code = np.zeros(len(xy), np.uint64)
    for axis in (0, 1):
        bits = ((xy[:, axis] - low[axis]) / unit).astype(np.uint64)
        for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
            bits = (bits | (bits << np.uint64(shift))) & np.uint64(mask)
        code |= bits << np.uint64(axis)
    return code


def pair_half_edges(corner: Indices, vertices: int) -> Indices:
    """Return the twin of each half-edge: the same edge of the neighbouring triangle, -1 if there is none."""
    tail, head = corner[:, [1, 2, 0]].ravel().astype(np.int64), corner[:, [2, 0, 1]].ravel().astype(np.int64)
    key = np.minimum(tail, head) * vertices + np.maximum(tail, head)
    order = np.argsort(key, kind="stable")
    same = np.flatnonzero(key[order][1:] == key[order][:-1])
    twin = np.full(corner.size, -1, np.int32)
    twin[order[same]], twin[order[same + 1]] = order[same + 1], order[same]
    return twin
