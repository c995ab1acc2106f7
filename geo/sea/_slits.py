"""Passages too narrow to be real: gaps between two pieces of land that nearly touch.

Across a narrow passage no vertex lies between the shores, so an edge or a triangle of the mesh spans it.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from geo import measure
from geo.arrays import Floats, Integers
from geo.sea._mesh import Mesh
from geo.sea._plane import Plane

__all__: list[str] = []

LEAST_SHORE_M: Final = 5_000.0  # of shore behind a passage: with less it shortens no route by more than half of that


class Slit(NamedTuple):
    """The narrowest place of a passage: (lon, lat), EPSG:4326, and metres from shore to shore."""

    lon: float
    lat: float
    width_m: float


class _Spans(NamedTuple):
    """Straight lines from shore to shore, in one triangle or along one of its edges."""

    triangle: Integers
    begin: Integers  # a vertex
    end: Integers  # a vertex at the other end, or the next one to it
    foot: Floats  # (n, 2) the other end, metres in the plane

    def take(self, index: Integers) -> _Spans:
        """Return some of them."""
        return _Spans(self.triangle[index], self.begin[index], self.end[index], self.foot[index])


def find_slits(mesh: Mesh, plane: Plane, *, widest_m: float) -> list[Slit]:
    """Return each passage narrower than ``widest_m`` once, the narrowest first."""
    spans = _find_spans(mesh, 2 * widest_m / plane.least_scale)  # wider ones too, which join the narrow places of a passage
    if len(spans.begin):
        spans = spans.take(np.flatnonzero(_measure_shore_behind(mesh, spans) >= LEAST_SHORE_M))
    ends = (plane.unproject(mesh.xy[spans.begin]), plane.unproject(spans.foot))
    widths_m = np.array([measure.distance_m(tuple(a), tuple(b)) for a, b in zip(*ends, strict=True)])
    slits: list[Slit] = []
    reported: set[int] = set()
    narrow = set(spans.triangle.tolist())
    for number in np.argsort(widths_m, kind="stable").tolist():
        triangle = int(spans.triangle[number])
        if widths_m[number] < widest_m and triangle not in reported:
            lon, lat = ((ends[0][number] + ends[1][number]) / 2).tolist()
            slits.append(Slit(lon, lat, float(widths_m[number])))
            reported |= _connected(mesh, narrow, triangle)
    return slits


def _find_spans(mesh: Mesh, widest: float) -> _Spans:
    """Return the spans shorter than ``widest``: edges through water, and lines from a vertex to the shore edge opposite."""
    half_edge = np.arange(mesh.corner.size)
    apex = mesh.corner.ravel()
    tail, head = (apex[half_edge - half_edge % 3 + (half_edge + step) % 3] for step in (1, 2))
    along, up = mesh.xy[head] - mesh.xy[tail], mesh.xy[apex] - mesh.xy[tail]
    length = np.hypot(*along.T)
    share = np.clip((along * up).sum(axis=1) / length**2, 0, 1)
    foot = mesh.xy[tail] + share[:, None] * along
    edges = np.flatnonzero((mesh.twin > half_edge) & (length < widest))
    heights = np.flatnonzero((mesh.twin < 0) & (np.hypot(*(mesh.xy[apex] - foot).T) < widest))
    return _Spans(
        np.concatenate([edges, heights]) // 3,
        np.concatenate([tail[edges], apex[heights]]),
        np.concatenate([head[edges], np.where(share < 0.5, tail, head)[heights]]),
        np.concatenate([mesh.xy[head[edges]], foot[heights]]),
    )


def _measure_shore_behind(mesh: Mesh, spans: _Spans) -> Floats:
    """Return the metres of shore between the ends of each span, the shorter way round, or all of the smaller of two rings."""
    ring, at_m, around_m = _measure_rings(mesh)
    first, second = ring[spans.begin], ring[spans.end]
    between_m = np.abs(at_m[spans.begin] - at_m[spans.end])
    same_m = np.minimum(between_m, around_m[first] - between_m)
    return np.where(first == second, same_m, np.minimum(around_m[first], around_m[second]))


def _measure_rings(mesh: Mesh) -> tuple[Integers, Floats, Floats]:
    """Return the ring of each vertex, its metres along the ring, and the length of each ring, in the plane."""
    after = mesh.after.tolist()
    ring = [-1] * len(after)
    order: list[int] = []
    first: list[int] = []
    for vertex in range(len(after)):
        if ring[vertex] < 0:
            first.append(len(order))
        while ring[vertex] < 0:
            ring[vertex] = len(first) - 1
            order.append(vertex)
            vertex = after[vertex]  # noqa: PLW2901  # walks round the ring
    step_m = np.hypot(*(mesh.xy[mesh.after] - mesh.xy).T)[order]
    along_m = np.cumsum(step_m) - step_m
    at_m = np.empty(len(after))
    at_m[order] = along_m
    return np.array(ring), at_m, np.add.reduceat(step_m, first)


def _connected(mesh: Mesh, narrow: set[int], triangle: int) -> set[int]:
    """Return the narrow triangles that hang together with one."""
    found, waiting = {triangle}, [triangle]
    while waiting:
        t = waiting.pop()
        neighbours = {int(twin) // 3 for twin in mesh.twin[3 * t : 3 * t + 3] if twin >= 0}
        waiting += (fresh := (neighbours & narrow) - found)
        found |= fresh
    return found
