"""Exact shortest distance over navigable water on the WGS84 ellipsoid; the method is told in docs/method.md.

Positions are EPSG:4326 (lon, lat), degrees; distances metres along geodesics.
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
from geo.errors import ScenarioError, UnreachableError
from geo.sea import _lookup as window_lookup
from geo.sea import _taut_tree as taut_tree
from geo.sea._lookup import Lamp, Points, Shapes
from geo.sea._mesh import Mesh, WaterMesh, close_pockets
from geo.sea._plane import Floats, Ints
from geo.sea._taut_tree import CLOSED, KEPT, OPEN, Goal, Source, Tree
from geo.sea._triangulate import morton

__all__ = ["SNAP_M", "Located", "SeaDistance", "SeaField", "compile_kernels"]

SNAP_M = 5_000.0  # how far a start may lie from navigable water
_PUT_OFF_M = 10_000.0  # light that arrives later than this after the nearest waiting cape waits too
_THREADS = 2
_WORTH_A_THREAD = 20_000  # points


class _Needed(NamedTuple):
    """What a search for some points needs to look at, and to reach before it may stop."""

    lit: npt.NDArray[np.uint8]
    way_out: Ints  # of closed triangles, see `close_pockets`
    goal: Goal


@dataclass(frozen=True, eq=False)
class Located:
    """Points with the triangle of water that each lies in; made by `SeaDistance.locate`, for its fields only.

    Attributes
    ----------
    triangle
        Triangle of each point, -1 off the water; of the shape that the points came in.
    """

    triangle: Ints
    _points: Points
    _shapes: Shapes
    _mesh: Mesh

    @property
    def is_water(self) -> npt.NDArray[np.bool_]:
        """Whether each point lies on the water, to half a metre."""
        return self.triangle >= 0

    @functools.cached_property
    def _needed(self) -> _Needed:
        wanted = np.zeros(len(self._mesh.corner), bool)
        wanted[self._points.triangle] = True
        closed, way_out = close_pockets(self._mesh, wanted)
        lit = np.where(closed, CLOSED, np.where(wanted, KEPT, OPEN)).astype(np.uint8)
        return _Needed(lit, way_out, Goal(self._points.triangle, self._shapes.reach_m))


class SeaDistance:
    """Shortest ways over one navigable water.

    Parameters
    ----------
    water
        One valid polygon, land as holes, EPSG:4326 (lon, lat). Its edges are straight in longitude and latitude. Where
        two shores touch in a point, that point is no way through.

    Raises
    ------
    ScenarioError
        If the polygon is empty or invalid, or reaches farther from the middle of its box than the method is exact.

    Examples
    --------
    >>> basin = shapely.box(100, 3, 101, 4) - shapely.box(100.4, 3, 100.6, 3.8)  # a wall from the south
    >>> field = SeaDistance(basin).from_point(100.2, 3.2)
    >>> field.at_m([100.2, 100.8, 100.5], [3.2, 3.2, 3.2]).round().tolist()  # the start, beyond the wall, in the wall
    [0.0, 162155.0, inf]
    >>> field.path(100.8, 3.2).round(3).tolist()
    [[100.2, 3.2], [100.4, 3.8], [100.6, 3.8], [100.8, 3.2]]
    """

    def __init__(self, water: shapely.Polygon) -> None:
        self._water = water
        self._mesh = WaterMesh.of(water)
        self._rooms: deque[taut_tree.Work] = deque()
        self._room_size = 4 * len(self._mesh.mesh.corner) + 1024

    def locate(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Located:
        """Find the triangle of each point, once for many fields.

        Parameters
        ----------
        lon, lat
            Degrees, EPSG:4326, of any shape, broadcast against each other. What is not finite lies off the water.
        """
        lons, lats = np.broadcast_arrays(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))
        finite = np.isfinite(lons) & np.isfinite(lats)
        flat_lon, flat_lat = np.where(finite, lons, np.nan).ravel(), np.where(finite, lats, np.nan).ravel()
        triangle, place, ecef = self._mesh.find(flat_lon, flat_lat)
        order = _by_triangle(triangle, place)
        home = triangle[order]
        begin = np.flatnonzero(np.diff(home, prepend=-1))  # the first point of each triangle
        number = np.arange(len(order)) - np.repeat(begin, np.diff(begin, append=len(order)))
        start = np.flatnonzero(number % window_lookup.BLOCK == 0)
        columns = (np.ascontiguousarray(column) for column in (*place[order].T, *ecef[order].T))
        points = Points(home[start], np.append(start, len(order)).astype(np.int32), order.astype(np.int32), *columns)
        mesh = self._mesh.mesh
        return Located(triangle.reshape(lons.shape), points, window_lookup.shape_blocks(mesh, points), mesh)

    def from_point(self, lon: float, lat: float, *, needed: Located | None = None) -> SeaField:
        """Search the shortest ways from a start.

        Parameters
        ----------
        lon, lat
            The start, EPSG:4326, degrees. Off the water it moves to the nearest navigable water within `SNAP_M`.
        needed
            If only these points matter at first: the search stops, far sooner, once they are certain. Whatever else is
            asked of the field later is answered as exactly, after one further search over all water.

        Raises
        ------
        UnreachableError
            Where there is no navigable water within `SNAP_M`.
        """
        self._require_own(needed)
        start, snap_m = self._snap(float(lon), float(lat))
        at = self.locate(*start)
        if not at.is_water:
            raise UnreachableError(f"no navigable water at {start[1]:.5f} N, {start[0]:.5f} E")
        points = at._points
        ecef = float(points.ex[0]), float(points.ey[0]), float(points.ez[0])
        source = Source(float(points.x[0]), float(points.y[0]), ecef, int(points.triangle[0]))
        return SeaField(start, snap_m, self, source, needed)

    def _require_own(self, located: Located | None) -> None:
        if located is not None and located._mesh is not self._mesh.mesh:
            raise ScenarioError("`located` was located on another water: use the `locate` of the same SeaDistance")

    def _snap(self, lon: float, lat: float) -> tuple[tuple[float, float], float]:
        """Return the start on the water, and how far it was moved."""
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

    def _search(self, source: Source, needed: _Needed | None) -> _Light:
        """Let light spread from a start, in as much room as it takes."""
        mesh = self._mesh.mesh
        if needed is None:
            lit, goal = np.full(len(mesh.corner), KEPT, np.uint8), Goal(np.empty(0, np.int32), np.empty((0, 3)))
        else:
            lit, goal = _open_way_out(needed, source.triangle), needed.goal
        vertices = len(mesh.place)
        tree = Tree(np.empty(vertices), np.empty(vertices, np.int32), np.empty(vertices), np.empty(vertices, np.int32))
        work = self._take_room()
        while True:
            state, windows, certain_m = taut_tree.grow_tree(
                mesh,
                source,
                lit,
                goal,
                _PUT_OFF_M,
                self._mesh.plane.least_scale,
                work,
                tree,
                np.zeros(5, np.int64),
                np.zeros(vertices, bool),
            )
            if state == taut_tree.DONE:
                break
            self._room_size = max(self._room_size, 2 * len(work.windows.root))
            work = taut_tree.make_room(2 * len(work.windows.root), mesh.corner.size)
        lamp = Lamp(*window_lookup.sort_windows(work.windows, windows, len(mesh.corner)), source, tree)
        self._rooms.append(work)
        return _Light(lamp, lit == KEPT, certain_m)

    def _take_room(self) -> taut_tree.Work:
        """Return room that no other thread works in; it goes back to `_rooms`."""
        try:
            return self._rooms.pop()
        except IndexError:
            return taut_tree.make_room(self._room_size, self._mesh.mesh.corner.size)


def _by_triangle(triangle: Ints, place: Floats) -> npt.NDArray[np.int64]:
    """Return the order of the points on the water by triangle, and within one so that neighbours stay close together."""
    water = np.flatnonzero(triangle >= 0)
    code = (triangle[water].astype(np.uint64) << np.uint64(32)) | morton(place[water])
    return water[np.argsort(code, kind="stable")]


def _open_way_out(needed: _Needed, triangle: int) -> npt.NDArray[np.uint8]:
    """Return what is open to a search that starts in a triangle, in a closed bay perhaps."""
    lit = needed.lit.copy()
    while triangle >= 0 and lit[triangle] == CLOSED:
        lit[triangle] = OPEN
        triangle = needed.way_out[triangle]
    return lit


class _Light(NamedTuple):
    """What one search leaves behind, and how far it can be trusted."""

    lamp: Lamp
    kept: npt.NDArray[np.bool_]  # triangles that have their windows
    certain_m: float  # distances up to here are final


class SeaField:
    """Shortest ways from one start: the answer of `SeaDistance.from_point`, never changed, for any number of threads.

    Attributes
    ----------
    start
        (lon, lat), EPSG:4326, on the water.
    start_snap_m
        How far the start was moved to the water.
    """

    start: tuple[float, float]
    start_snap_m: float

    def __init__(
        self, start: tuple[float, float], start_snap_m: float, sea: SeaDistance, source: Source, needed: Located | None
    ) -> None:
        self.start, self.start_snap_m = start, start_snap_m
        self._sea, self._source, self._needed = sea, source, needed
        self._whole_lock = threading.Lock()
        self._whole: _Light | None = None
        self._light = self._all_light() if needed is None else sea._search(source, needed._needed)

    def at_m(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Floats:
        """Return the distance to each point in metres; ``inf`` off the water and where no water leads.

        Parameters
        ----------
        lon, lat
            Degrees, EPSG:4326, of any shape, broadcast against each other; the answer has that shape.
        """
        return self.at_located_m(self._sea.locate(lon, lat))

    def at_located_m(self, located: Located) -> Floats:
        """Return `at_m` of points located before: the fast way for grids."""
        self._sea._require_own(located)
        distance_m = self._look_up(self._light, located)
        if located is not self._needed and not self._is_certain(located, distance_m):
            distance_m = self._look_up(self._all_light(), located)
        return distance_m

    def path(self, lon: float, lat: float) -> Floats:
        """Return the shortest way to a point as (n, 2) lon and lat: start, turns, target; empty where there is none."""
        located = self._sea.locate(lon, lat)
        distance_m = self.at_located_m(located)
        if not np.isfinite(distance_m):
            return np.empty((0, 2))
        light = self._light if self._is_certain(located, distance_m) else self._all_light()
        mesh = self._sea._mesh
        turns = window_lookup.turns_to(mesh.mesh, light.lamp, located._points)[-2::-1]
        return np.vstack([self.start, mesh.plane.unproject(mesh.mesh.place[turns]), (lon, lat)])

    def _is_certain(self, located: Located, distance_m: Floats) -> bool:
        """Say whether the first search was enough for these points."""
        light, water = self._light, located.is_water
        return bool(light.kept[located._points.triangle].all() and (distance_m[water] <= light.certain_m).all())

    def _all_light(self) -> _Light:
        """Return a search over all water, made when first asked for."""
        with self._whole_lock:
            if self._whole is None:
                self._whole = self._sea._search(self._source, None)
            return self._whole

    def _look_up(self, light: _Light, located: Located) -> Floats:
        """Look all points up, half of the work in another thread where it is worth it."""
        points, mesh = located._points, self._sea._mesh.mesh
        distance_m = np.full(located.triangle.shape, np.inf)
        look_up = functools.partial(window_lookup.look_up, mesh, light.lamp, points, located._shapes)
        cuts = [0, *_cuts(light.lamp, points), len(points.triangle)]
        flat = distance_m.reshape(-1)
        others = [_threads().submit(look_up, first, last, flat) for first, last in pairwise(cuts[1:])]
        look_up(cuts[0], cuts[1], flat)
        for other in others:
            other.result()
        return distance_m


@functools.cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_THREADS, thread_name_prefix="sea-distance")


def _cuts(lamp: Lamp, points: Points) -> list[int]:
    """Return where to cut the list of blocks into parts of equal work; nowhere if it is little."""
    if len(points.order) < _WORTH_A_THREAD:
        return []
    windows = lamp.start[points.triangle + 1] - lamp.start[points.triangle]
    work = np.cumsum(windows + 30)
    return [int(np.searchsorted(work, work[-1] * part / _THREADS)) for part in range(1, _THREADS)]


def compile_kernels() -> None:
    """Compile every kernel and keep it on disk: some seconds, once, best while installing."""
    shore, island = ((0, 0), (2, 0), (2, 1), (0, 1)), ((0.9, 0.2), (1.1, 0.2), (1.1, 0.8), (0.9, 0.8))
    basin = shapely.Polygon(shore, [island])
    sea = SeaDistance(basin)
    needed = sea.locate([1.5, 0.5], [0.5, 0.5])
    sea.from_point(0.5, 0.5, needed=needed).path(1.5, 0.9)
