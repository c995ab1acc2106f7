"""Exact shortest distance over navigable water on the WGS84 ellipsoid; docs/method.md explains the method.

Positions are in EPSG:4326 (lon, lat), degrees; distances in metres along geodesics.
"""

from __future__ import annotations

import functools
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from geo import measure
from geo.arrays import Flags, Floats, Indices, Integers
from geo.errors import ScenarioError, UnreachableError
from geo.measure import SNAP_M
from geo.sea import _lookup, _taut_tree
from geo.sea._lookup import Extents, Points, SearchResult
from geo.sea._mesh import Mesh, WaterMesh, close_bays
from geo.sea._slits import Slit, find_slits
from geo.sea._taut_tree import CLOSED, OPEN, STORED, Buffers, Search, Source, Targets
from geo.sea._triangulate import morton

__all__ = ["LocatedPoints", "SeaDistance", "SeaField", "compile_kernels"]

_DEFERRAL_M = 10_000.0  # beams that arrive more than this after the nearest item of the heap are deferred
_THREADS = 2
_WORTH_A_THREAD = 20_000  # points


class _Scope(NamedTuple):
    """The part of the water that a search for some points crosses, and the distances it must make final."""

    access: npt.NDArray[np.uint8]
    exit_triangle: Indices  # of closed triangles, see `close_bays`
    targets: Targets


@dataclass(frozen=True, eq=False)
class LocatedPoints:
    """Points with the triangle of water that each lies in, made by `SeaDistance.locate` for the fields of that water.

    Attributes
    ----------
    triangle
        Triangle of each point, -1 off the water; same shape as the points.
    """

    triangle: Indices
    _points: Points
    _extents: Extents
    _mesh: Mesh

    @property
    def is_water(self) -> Flags:
        """Whether each point lies on the water, to half a metre."""
        return self.triangle >= 0

    @functools.cached_property
    def _scope(self) -> _Scope:
        is_target = np.zeros(len(self._mesh.corner), bool)
        is_target[self._points.triangle] = True
        closed, exit_triangle = close_bays(self._mesh, is_target)
        access = np.where(closed, CLOSED, np.where(is_target, STORED, OPEN)).astype(np.uint8)
        return _Scope(access, exit_triangle, Targets(self._points.triangle, self._extents.reach_m))


class SeaDistance:
    """Shortest routes over one navigable water.

    Parameters
    ----------
    water
        One valid polygon with land as holes, EPSG:4326 (lon, lat). Edges are straight in longitude and latitude. No
        route passes where two shores touch in a point.

    Raises
    ------
    ScenarioError
        If the polygon is empty or invalid, or reaches farther from the middle of its box than the method stays exact.

    Examples
    --------
    >>> basin = shapely.box(100, 3, 101, 4) - shapely.box(100.4, 3, 100.6, 3.8)  # a wall from the south
    >>> field = SeaDistance(basin).from_point(100.2, 3.2)
    >>> field.at_m([100.2, 100.8, 100.5], [3.2, 3.2, 3.2]).round().tolist()  # the start, behind the wall, in the wall
    [0.0, 162155.0, inf]
    >>> field.path(100.8, 3.2).round(3).tolist()
    [[100.2, 3.2], [100.4, 3.8], [100.6, 3.8], [100.8, 3.2]]
    """

    def __init__(self, water: shapely.Polygon) -> None:
        self._water = water
        self._mesh = WaterMesh.from_water(water)
        self._spare_buffers: deque[Buffers] = deque()
        self._windows = 4 * len(self._mesh.mesh.corner) + 1024  # capacity of new buffers

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north of the water, degrees."""
        return self._water.bounds

    def locate(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> LocatedPoints:
        """Find the triangle of each point, once for many fields.

        Parameters
        ----------
        lon, lat
            Degrees, EPSG:4326, of any shape, broadcast against each other. Points that are not finite lie off the water.
        """
        lons, lats = np.broadcast_arrays(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))
        finite = np.isfinite(lons) & np.isfinite(lats)
        flat_lon, flat_lat = np.where(finite, lons, np.nan).ravel(), np.where(finite, lats, np.nan).ravel()
        triangle, xy, ecef = self._mesh.find(flat_lon, flat_lat)
        order = _order_by_triangle(triangle, xy)
        home = triangle[order]
        first = np.flatnonzero(np.diff(home, prepend=-1))  # the first point of each triangle
        rank = np.arange(len(order)) - np.repeat(first, np.diff(first, append=len(order)))
        begin = np.flatnonzero(rank % _lookup.BLOCK == 0)  # the first point of each block
        columns = (np.ascontiguousarray(column) for column in (*xy[order].T, *ecef[order].T))
        points = Points(home[begin], np.append(begin, len(order)).astype(np.int32), order.astype(np.int32), *columns)
        mesh = self._mesh.mesh
        return LocatedPoints(triangle.reshape(lons.shape), points, _lookup.measure_blocks(mesh, points), mesh)

    def from_point(self, lon: float, lat: float, *, targets: LocatedPoints | None = None) -> SeaField:
        """Search the shortest routes from a start.

        Parameters
        ----------
        lon, lat
            The start, EPSG:4326, degrees. Off the water it moves to the nearest navigable water within `SNAP_M`.
        targets
            If given, the search stops, far sooner, when the distances of these points are final. The field answers for
            other points just as exactly, after one further search over all water.

        Raises
        ------
        UnreachableError
            If there is no navigable water within `SNAP_M`.
        """
        self._require_own(targets)
        start, snap_m = self._snap(float(lon), float(lat))
        located = self.locate(*start)
        if not located.is_water:
            raise UnreachableError(f"no navigable water at {start[1]:.5f} N, {start[0]:.5f} E")
        points = located._points
        ecef = float(points.ex[0]), float(points.ey[0]), float(points.ez[0])
        source = Source(float(points.x[0]), float(points.y[0]), ecef, int(points.triangle[0]))
        return SeaField(start, snap_m, self, source, targets)

    def slits(self, *, widest_m: float) -> list[Slit]:
        """Return the passages narrower than ``widest_m``, each once, the narrowest first.

        A passage leads round an island, or into water behind it, that has at least five kilometres of shore. Routes go
        through it, however narrow: where two pieces of land were meant to join, they are wrong.
        """
        return find_slits(self._mesh.mesh, self._mesh.plane, widest_m=widest_m)

    def _require_own(self, located: LocatedPoints | None) -> None:
        if located is not None and located._mesh is not self._mesh.mesh:
            raise ScenarioError("`located` was located on another water: use the `locate` of the same SeaDistance")

    def _snap(self, lon: float, lat: float) -> tuple[tuple[float, float], float]:
        """Return the start, moved to the water if necessary, and by how many metres."""
        if not (np.isfinite(lon) and abs(lat) <= 90):
            raise UnreachableError(f"start must be a longitude and a latitude in degrees, got {lon}, {lat}")
        if self.locate(lon, lat).is_water:
            return (lon, lat), 0.0
        high = 1.1 * SNAP_M / 110_500  # degrees of latitude; a degree is nowhere shorter
        wide = high / max(np.cos(np.radians(lat)), 1e-3) * 1.01
        near = shapely.intersection(self._water, shapely.box(lon - wide, lat - high, lon + wide, lat + high))
        (to, snap_m) = measure.nearest_m((lon, lat), near) if not near.is_empty else ((lon, lat), np.inf)
        if snap_m > SNAP_M:
            raise UnreachableError(
                f"no navigable water within {SNAP_M / 1e3:g} km of the start {lon:.5f}, {lat:.5f} (lon, lat): move it there"
            )
        return to, snap_m

    def _search(self, source: Source, scope: _Scope | None) -> _Outcome:
        """Run one search, with larger buffers until it fits."""
        mesh = self._mesh.mesh
        if scope is None:
            access = np.full(len(mesh.corner), STORED, np.uint8)
            targets = Targets(np.empty(0, np.int32), np.empty((0, 3)))
        else:
            access, targets = _open_exit(scope, source.triangle), scope.targets
        tree, buffers = _taut_tree.allocate_tree(len(mesh.xy)), self._take_buffers()
        while True:
            search = Search(mesh, source, access, self._mesh.plane.least_scale, buffers, tree)
            state, windows, certain_m = _taut_tree.grow_tree(search, targets, _DEFERRAL_M)
            if state == _taut_tree.DONE:
                break
            capacity = 2 * len(buffers.windows.root)
            self._windows = max(self._windows, capacity)
            buffers = _taut_tree.allocate_buffers(capacity, mesh)
        by_triangle = _lookup.sort_windows(buffers.windows, windows, len(mesh.corner))
        self._spare_buffers.append(buffers)
        return _Outcome(SearchResult(mesh, source, tree, *by_triangle), access == STORED, certain_m)

    def _take_buffers(self) -> Buffers:
        """Return buffers that no other thread uses; `_search` puts them back."""
        try:
            return self._spare_buffers.pop()
        except IndexError:
            return _taut_tree.allocate_buffers(self._windows, self._mesh.mesh)


def _order_by_triangle(triangle: Indices, xy: Floats) -> Integers:
    """Return the order of the points on the water by triangle and, within one, along a Morton curve."""
    water = np.flatnonzero(triangle >= 0)
    code = (triangle[water].astype(np.uint64) << np.uint64(32)) | morton(xy[water])
    return water[np.argsort(code, kind="stable")]


def _open_exit(scope: _Scope, triangle: int) -> npt.NDArray[np.uint8]:
    """Return the access for a search that starts in a triangle: a closed bay is opened from there to its mouth."""
    access = scope.access.copy()
    while triangle >= 0 and access[triangle] == CLOSED:
        access[triangle] = OPEN
        triangle = scope.exit_triangle[triangle]
    return access


class _Outcome(NamedTuple):
    """The result of one search, and where it is complete."""

    result: SearchResult
    is_stored: Flags  # of each triangle: whether its windows are in the result
    certain_m: float  # distances up to this are final


class SeaField:
    """Shortest routes from one start, made by `SeaDistance.from_point`; immutable and safe to share between threads.

    Attributes
    ----------
    start
        (lon, lat), EPSG:4326, on the water.
    start_snap_m
        Metres by which the start was moved to the water.
    """

    start: tuple[float, float]
    start_snap_m: float

    def __init__(
        self, start: tuple[float, float], start_snap_m: float, sea: SeaDistance, source: Source, targets: LocatedPoints | None
    ) -> None:
        self.start, self.start_snap_m = start, start_snap_m
        self._sea, self._source, self._targets = sea, source, targets
        self._full_lock = threading.Lock()
        self._full: _Outcome | None = None
        self._first = self._search_all() if targets is None else sea._search(source, targets._scope)

    def at_m(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Floats:
        """Return the distance to each point in metres; ``inf`` off the water and where no route leads.

        Parameters
        ----------
        lon, lat
            Degrees, EPSG:4326, of any shape, broadcast against each other; the result has that shape.
        """
        return self.at_located_m(self._sea.locate(lon, lat))

    def at_located_m(self, located: LocatedPoints) -> Floats:
        """Return `at_m` of points that were located before: the fast way for grids."""
        self._sea._require_own(located)
        distance_m = self._look_up(self._first, located)
        if located is not self._targets and not self._is_certain(located, distance_m):
            distance_m = self._look_up(self._search_all(), located)
        return distance_m

    def path(self, lon: float, lat: float) -> Floats:
        """Return the shortest route to a point, (n, 2) lon and lat: start, turns, point; empty if there is none."""
        located = self._sea.locate(lon, lat)
        distance_m = self.at_located_m(located)
        if not np.isfinite(distance_m):
            return np.empty((0, 2))
        outcome = self._first if self._is_certain(located, distance_m) else self._search_all()
        mesh = self._sea._mesh
        turns = _lookup.turns_to(outcome.result, located._points)[-2::-1]
        return np.vstack([self.start, mesh.plane.unproject(mesh.mesh.xy[turns]), (lon, lat)])

    def _is_certain(self, located: LocatedPoints, distance_m: Floats) -> bool:
        """Return whether the first search gives the final distances of these points."""
        first, water = self._first, located.is_water
        return bool(first.is_stored[located._points.triangle].all() and (distance_m[water] <= first.certain_m).all())

    def _search_all(self) -> _Outcome:
        """Return the search over all water, run on first use."""
        with self._full_lock:
            if self._full is None:
                self._full = self._sea._search(self._source, None)
            return self._full

    def _look_up(self, outcome: _Outcome, located: LocatedPoints) -> Floats:
        """Look all points up, part of them in another thread if they are many."""
        points, result = located._points, outcome.result
        distance_m = np.full(located.triangle.shape, np.inf)
        look_up = functools.partial(_lookup.look_up, result, points, located._extents)
        ends = [0, *_split_blocks(result, points), len(points.triangle)]
        flat = distance_m.reshape(-1)
        others = [_threads().submit(look_up, first, last, flat) for first, last in pairwise(ends[1:])]
        look_up(ends[0], ends[1], flat)
        for other in others:
            other.result()
        return distance_m


@functools.cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_THREADS, thread_name_prefix="sea-distance")


def _split_blocks(result: SearchResult, points: Points) -> list[int]:
    """Return where to split the blocks into parts of equal work, one per thread; nowhere if there is little."""
    if len(points.order) < _WORTH_A_THREAD:
        return []
    windows = result.offset[points.triangle + 1] - result.offset[points.triangle]
    work = np.cumsum(windows + 30)
    return [int(np.searchsorted(work, work[-1] * part / _THREADS)) for part in range(1, _THREADS)]


def compile_kernels() -> None:
    """Compile every kernel, or read what `geo.sea._kernels` has kept of it: about 20 seconds, once per installation."""
    shore, island = ((0, 0), (2, 0), (2, 1), (0, 1)), ((0.9, 0.2), (1.1, 0.2), (1.1, 0.8), (0.9, 0.8))
    basin = shapely.Polygon(shore, [island])
    sea = SeaDistance(basin)
    targets = sea.locate([1.5, 0.5], [0.5, 0.5])
    sea.from_point(0.5, 0.5, targets=targets).path(1.5, 0.9)
