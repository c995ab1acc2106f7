"""The water as most peers see it, nodes of a square lattice on water or land; and the starts and targets for all methods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from scipy import ndimage

from geo.arrays import Flags, Floats, Integers
from geo.scheme.patrol_scheme import PatrolScheme
from geo.scheme.sources import StudyBox

__all__ = ["COARSE_M", "SHORE_M", "Lattice", "Node", "Questions", "build_lattice", "choose_questions"]

COARSE_M: Final = 1_000.0
SHORE_M: Final = 3_000.0  # targets closer to land than this are near-shore
OPEN_TARGETS, SHORE_TARGETS = 60, 40
_AWAY_M: Final = 25_000.0  # least distance of a target from a start: closer, relative errors mean little
_TRUE_LAT: Final = 4.0
Node = tuple[int, int]  # row, column


@dataclass(frozen=True, eq=False)
class Lattice:
    """Nodes in the Mercator plane, which is conformal: its scale at a point is the same in all directions.

    ``scale`` is metres in the plane per metre on the ellipsoid, a column with an entry per row. Node (row, column) lies
    at ``corner_m`` + (column, row) · ``cell_m``, so that nodes of a coarse lattice are nodes of a finer one too.
    """

    cell_m: float
    corner_m: tuple[float, float]
    water: Flags
    scale: Floats

    def lonlat(self, rows: npt.ArrayLike, columns: npt.ArrayLike) -> Floats:
        """Return (n, 2) longitudes and latitudes of nodes."""
        x_m = self.corner_m[0] + np.asarray(columns, float) * self.cell_m
        y_m = self.corner_m[1] + np.asarray(rows, float) * self.cell_m
        return np.column_stack(_mercator().transform(x_m, y_m, direction="INVERSE"))


def _mercator() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs("EPSG:4326", f"+proj=merc +lat_ts={_TRUE_LAT} +ellps=WGS84", always_xy=True)


def build_lattice(water: shapely.Polygon, box: StudyBox, cell_m: float) -> Lattice:
    """Return the lattice of a study box."""
    west, south = _mercator().transform(box.west, box.south)
    east, north = _mercator().transform(box.east, box.north)
    x_m, y_m = np.arange(west, east, cell_m), np.arange(south, north, cell_m)
    _, lat = _mercator().transform(np.full(len(y_m), west), y_m, direction="INVERSE")
    lon, _ = _mercator().transform(x_m, np.full(len(x_m), south), direction="INVERSE")
    shapely.prepare(water)
    return Lattice(cell_m, (west, south), shapely.contains_xy(water, *np.meshgrid(lon, lat)), _scale(lat)[:, None])


def _scale(lat: Floats) -> Floats:
    """Return the scale of the Mercator projection of the ellipsoid, 1 at the true latitude (Snyder 1987, eq. 7-8)."""
    e2 = pyproj.Geod(ellps="WGS84").es

    def stretch(at: Floats) -> Floats:
        return np.asarray(np.sqrt(1 - e2 * np.sin(np.radians(at)) ** 2) / np.cos(np.radians(at)))

    return stretch(lat) / stretch(np.array(_TRUE_LAT))


@dataclass(frozen=True, eq=False)
class Questions:
    """Starts and targets, all of them nodes of the coarse lattice, so that no peer has to interpolate."""

    names: tuple[str, ...]
    starts: tuple[Node, ...]
    starts_lonlat: Floats
    rows: Integers
    columns: Integers
    lonlat: Floats
    near_shore: Flags

    def start(self, turn: int, cell_m: float) -> Node:
        """Return the start of a round as a node of a lattice."""
        step = round(COARSE_M / cell_m)
        row, column = self.starts[turn % len(self.starts)]
        return row * step, column * step

    def at_targets(self, field_m: Floats, cell_m: float) -> Floats:
        """Return the values of a field at the targets."""
        step = round(COARSE_M / cell_m)
        return field_m[self.rows * step, self.columns * step]


def choose_questions(
    scheme: PatrolScheme, lattice: Lattice, starts: dict[str, tuple[float, float]], *, share: float
) -> Questions:
    """Choose random targets in the strait, some in the open and some near a shore, and move the starts to nodes."""
    parts, _ = ndimage.label(lattice.water, np.ones((3, 3)))
    connected = parts == np.bincount(parts[lattice.water]).argmax()
    begin = tuple(_nearest_node(connected, lattice, at) for at in starts.values())
    begin_lonlat = lattice.lonlat(*np.array(begin).T)
    rows, columns = np.nonzero(lattice.water)
    lonlat = lattice.lonlat(rows, columns)
    far = np.all([_distance_m(at, lonlat) > _AWAY_M for at in begin_lonlat], axis=0)
    strait = shapely.union_all(scheme.strait.geometry.to_numpy())
    shapely.prepare(strait)
    candidates = np.random.default_rng(7).permutation(np.flatnonzero(far & shapely.contains_xy(strait, *lonlat.T)))[:2000]
    land = shapely.transform(shapely.union_all(scheme.land.geometry.to_numpy()), _mercator().transform, interleaved=False)
    shapely.prepare(land)
    near = shapely.dwithin(land, shapely.points(*_mercator().transform(*lonlat[candidates].T)), SHORE_M)
    open_sea, shore = candidates[~near][: round(OPEN_TARGETS * share)], candidates[near][: round(SHORE_TARGETS * share)]
    targets, near_shore = np.concatenate([open_sea, shore]), np.arange(len(open_sea) + len(shore)) >= len(open_sea)
    return Questions(tuple(starts), begin, begin_lonlat, rows[targets], columns[targets], lonlat[targets], near_shore)


def _nearest_node(wet: Flags, lattice: Lattice, at: tuple[float, float]) -> Node:
    x_m, y_m = _mercator().transform(*at)
    rows, columns = np.nonzero(wet)
    row, column = (y_m - lattice.corner_m[1]) / lattice.cell_m, (x_m - lattice.corner_m[0]) / lattice.cell_m
    best = np.argmin((rows - row) ** 2 + (columns - column) ** 2)
    return int(rows[best]), int(columns[best])


def _distance_m(at: Floats, lonlat: Floats) -> Floats:
    lon, lat = np.broadcast_arrays(at[0], lonlat[:, 0])[0], np.broadcast_arrays(at[1], lonlat[:, 1])[0]
    return np.asarray(pyproj.Geod(ellps="WGS84").inv(lon, lat, *lonlat.T)[2])
