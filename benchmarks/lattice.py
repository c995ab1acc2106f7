"""Water as most peers see it: the nodes of a square lattice, wet or dry; and the questions that all are asked."""

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

__all__ = ["COARSE_M", "SHORE_M", "Lattice", "Node", "Questions", "lattice_of", "questions_for"]

COARSE_M: Final = 1_000.0
SHORE_M: Final = 3_000.0  # a target nearer to land than this is near-shore
OPEN_TARGETS, SHORE_TARGETS = 60, 40
_AWAY_M: Final = 25_000.0  # no target is nearer to a start: a relative error would say little there
_TRUE_LAT: Final = 4.0
Node = tuple[int, int]  # row, column


@dataclass(frozen=True, eq=False)
class Lattice:
    """Nodes in Mercator's plane, where a peer may be told the true scale: the plane stretches alike in all directions.

    ``scale`` is metres in the plane for a metre on the ellipsoid, a column with an entry per row. Node (row, column) lies
    at ``corner_m`` + (column, row) · ``cell_m``, so nodes of a coarse lattice are nodes of a finer one too.
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


def lattice_of(water: shapely.Polygon, box: StudyBox, cell_m: float) -> Lattice:
    """Return the lattice of a study box; a node is wet where it lies in the water."""
    west, south = _mercator().transform(box.west, box.south)
    east, north = _mercator().transform(box.east, box.north)
    x_m, y_m = np.arange(west, east, cell_m), np.arange(south, north, cell_m)
    _, lat = _mercator().transform(np.full(len(y_m), west), y_m, direction="INVERSE")
    lon, _ = _mercator().transform(x_m, np.full(len(x_m), south), direction="INVERSE")
    shapely.prepare(water)
    return Lattice(cell_m, (west, south), shapely.contains_xy(water, *np.meshgrid(lon, lat)), _scale(lat)[:, None])


def _scale(lat: Floats) -> Floats:
    """Return Mercator's scale on the ellipsoid, 1 at the true latitude (Snyder 1987, eq. 7-8)."""
    e2 = pyproj.Geod(ellps="WGS84").es

    def stretch(at: Floats) -> Floats:
        return np.asarray(np.sqrt(1 - e2 * np.sin(np.radians(at)) ** 2) / np.cos(np.radians(at)))

    return stretch(lat) / stretch(np.array(_TRUE_LAT))


@dataclass(frozen=True, eq=False)
class Questions:
    """Two starts and some targets, all nodes of the coarse lattice, so that no peer has to interpolate."""

    names: tuple[str, ...]
    starts: tuple[Node, ...]
    starts_lonlat: Floats
    rows: Integers
    columns: Integers
    lonlat: Floats
    near_shore: Flags

    def start(self, turn: int, cell_m: float) -> Node:
        """Return the start of a round, as a node of a lattice."""
        step = round(COARSE_M / cell_m)
        row, column = self.starts[turn % len(self.starts)]
        return row * step, column * step

    def at_targets(self, field_m: Floats, cell_m: float) -> Floats:
        """Return a peer's field at the targets."""
        step = round(COARSE_M / cell_m)
        return field_m[self.rows * step, self.columns * step]


def questions_for(
    scheme: PatrolScheme, lattice: Lattice, starts: dict[str, tuple[float, float]], *, share: float
) -> Questions:
    """Choose targets by chance in the strait, some in the open and some near a shore, and move the starts to nodes."""
    parts, _ = ndimage.label(lattice.water, np.ones((3, 3)))
    connected = parts == np.bincount(parts[lattice.water]).argmax()
    begin = tuple(_nearest(connected, lattice, at) for at in starts.values())
    begin_lonlat = lattice.lonlat(*np.array(begin).T)
    rows, columns = np.nonzero(lattice.water)
    lonlat = lattice.lonlat(rows, columns)
    far = np.all([_away_m(at, lonlat) > _AWAY_M for at in begin_lonlat], axis=0)
    strait = shapely.union_all(scheme.strait.geometry.to_numpy())
    shapely.prepare(strait)
    drawn = np.random.default_rng(7).permutation(np.flatnonzero(far & shapely.contains_xy(strait, *lonlat.T)))[:2000]
    land = shapely.transform(shapely.union_all(scheme.land.geometry.to_numpy()), _mercator().transform, interleaved=False)
    shapely.prepare(land)
    near = shapely.dwithin(land, shapely.points(*_mercator().transform(*lonlat[drawn].T)), SHORE_M)
    open_sea, shore = drawn[~near][: round(OPEN_TARGETS * share)], drawn[near][: round(SHORE_TARGETS * share)]
    kept, near_shore = np.concatenate([open_sea, shore]), np.arange(len(open_sea) + len(shore)) >= len(open_sea)
    return Questions(tuple(starts), begin, begin_lonlat, rows[kept], columns[kept], lonlat[kept], near_shore)


def _nearest(wet: Flags, lattice: Lattice, at: tuple[float, float]) -> Node:
    x_m, y_m = _mercator().transform(*at)
    rows, columns = np.nonzero(wet)
    row, column = (y_m - lattice.corner_m[1]) / lattice.cell_m, (x_m - lattice.corner_m[0]) / lattice.cell_m
    best = np.argmin((rows - row) ** 2 + (columns - column) ** 2)
    return int(rows[best]), int(columns[best])


def _away_m(at: Floats, lonlat: Floats) -> Floats:
    lon, lat = np.broadcast_arrays(at[0], lonlat[:, 0])[0], np.broadcast_arrays(at[1], lonlat[:, 1])[0]
    return np.asarray(pyproj.Geod(ellps="WGS84").inv(lon, lat, *lonlat.T)[2])
