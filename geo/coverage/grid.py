"""The strait as cells: each with its true area inside the strait, whose side it is on, and a point of water.

Everything that is counted over water (shares, gaps, mean arrival) is a sum over these cells.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo import measure
from geo.arrays import Flags, Floats, Geometries, Integers, Numbers
from geo.disk_cache import WORTH_CACHING, cached_arrays
from geo.measure import PROJ_VERSION, EqualAreaPlane

__all__ = ["CELL_M", "StraitGrid", "strait_grid"]

CELL_M: Final = 1_000.0
NO_SIDE: Final = -1
_WHOLE: Final = 1 - 1e-12  # a cell is whole if no more of it is missing than rounding takes


@dataclass(frozen=True, eq=False)
class StraitGrid:
    """Cells that lie in the strait, wholly or in part.

    All arrays have one entry per cell. ``row`` and ``column`` place a cell in the
    full rectangle of ``shape``, whose south-west corner is ``origin_m`` in ``plane``.
    ``lon`` and ``lat`` are of a point inside the cell and the strait: the cell's
    middle, except at the shore. ``side`` indexes ``sides``, `NO_SIDE` for none.
    """

    plane: EqualAreaPlane
    origin_m: tuple[float, float]
    cell_m: float
    shape: tuple[int, int]
    row: Integers
    column: Integers
    area_km2: Floats
    lon: Floats
    lat: Floats
    side: Integers
    sides: tuple[str, ...]
    outline: shapely.Geometry

    @cached_property
    def strait_area_km2(self) -> float:
        """Area of the strait: the sum over the cells."""
        return float(self.area_km2.sum())

    @cached_property
    def side_areas_km2(self) -> tuple[float, ...]:
        """Area of each of ``sides``."""
        return tuple(float(self.area_km2[self.side == number].sum()) for number in range(len(self.sides)))

    def raster(self, values: Floats) -> Floats:
        """Return one value per cell as the full rectangle, NaN outside the strait."""
        full = np.full(self.shape, np.nan)
        full[self.row, self.column] = values
        return full

    def axes_m(self) -> tuple[Floats, Floats]:
        """Return x and y of the middles of columns and rows, metres in the plane."""
        west, south = self.origin_m
        rows, columns = self.shape
        x_m, y_m = (np.arange(count, dtype=np.float64) + 0.5 for count in (columns, rows))
        return west + x_m * self.cell_m, south + y_m * self.cell_m


def strait_grid(strait: gpd.GeoDataFrame, waters: gpd.GeoDataFrame, *, cell_m: float = CELL_M) -> StraitGrid:
    """Cut the strait into square cells of an equal-area plane.

    Parameters
    ----------
    strait
        Polygons of the strait, EPSG:4326.
    waters
        The sides, EPSG:4326, with a column ``side``; may be empty.
    cell_m
        Edge of a cell, metres.

    Returns
    -------
    StraitGrid
        The cells' areas sum to the strait's within 0.01 %.
    """
    whole = shapely.union_all(strait.geometry.to_numpy())
    west, south, east, north = whole.bounds
    plane = EqualAreaPlane(((west + east) / 2, (south + north) / 2))
    sides = tuple(sorted(set(waters["side"])))
    cells = _kept_cells(whole, waters, cell_m, lambda: _arrays(whole, plane, waters, sides, cell_m))
    (x0, y0), (rows, columns) = cells.pop("origin_m").tolist(), cells.pop("shape").tolist()
    return StraitGrid(
        plane=plane, origin_m=(x0, y0), cell_m=cell_m, shape=(rows, columns), sides=sides, outline=whole, **cells
    )


def _kept_cells(
    whole: BaseGeometry, waters: gpd.GeoDataFrame, cell_m: float, make: Callable[[], dict[str, Numbers]]
) -> dict[str, Numbers]:
    """Return the cells' arrays, from disk if the strait has a long shore and they are there."""
    if shapely.get_num_coordinates(whole) < WORTH_CACHING:
        return make()
    shapes = [shapely.to_wkb(shape) for shape in (whole, *waters.geometry)]
    return cached_arrays("strait-cells", (*shapes, *waters["side"], cell_m, PROJ_VERSION), (__file__, measure.__file__), make)


def _arrays(
    whole: BaseGeometry, plane: EqualAreaPlane, waters: gpd.GeoDataFrame, sides: tuple[str, ...], cell_m: float
) -> dict[str, Numbers]:
    """Work out all of a grid that is an array, by the names of `StraitGrid`."""
    flat = plane.flat(whole)
    x0, y0, x1, y1 = flat.bounds
    shape = int(np.ceil((y1 - y0) / cell_m)), int(np.ceil((x1 - x0) / cell_m))
    row, column, area_m2, x_m, y_m = _cells(flat, _Lattice(x0, y0, cell_m, *shape))
    lon, lat = plane.lonlat(x_m, y_m)
    side = _sides(lon, lat, waters, sides)
    found = {"row": row, "column": column, "area_km2": area_m2 / 1e6, "lon": lon, "lat": lat, "side": side}
    return found | {"origin_m": np.array([x0, y0]), "shape": np.array(shape)}


class _Lattice(NamedTuple):
    """Square cells over the strait's box, in metres of the plane, rows from the south and columns from the west."""

    west: float
    south: float
    cell_m: float
    rows: int
    columns: int

    def clip(self, flat: shapely.Geometry, rows: tuple[int, int], columns: tuple[int, int]) -> shapely.Geometry:
        """Return what of a shape lies in a block of cells, ends not included."""
        (r0, r1), (c0, c1), west, south, cell_m = rows, columns, self.west, self.south, self.cell_m
        return shapely.clip_by_rect(flat, west + c0 * cell_m, south + r0 * cell_m, west + c1 * cell_m, south + r1 * cell_m)


def _cells(flat: shapely.Geometry, lattice: _Lattice) -> tuple[Integers, Integers, Floats, Floats, Floats]:
    """Return row, column, area inside the strait and a point of water (x, y) of each cell.

    Only what the shore enters is cut, one cell in thirty of ours at 1 km: others are water or land as a whole.
    """
    shore = _shore_cells(flat, lattice)
    pieces = _shore_pieces(flat, lattice, shore)
    area_m2 = np.where(_inner_cells(flat, lattice, shore), lattice.cell_m**2, 0.0)
    area_m2[shore] = shapely.area(pieces)
    area_m2[area_m2 >= lattice.cell_m**2 * _WHOLE] = lattice.cell_m**2
    row, column = np.nonzero(area_m2)
    x_m, y_m = _middles_m(lattice, row, column)
    partly = area_m2[row, column] < lattice.cell_m**2
    points = shapely.point_on_surface(pieces[_numbered(shore)[row[partly], column[partly]]])
    x_m[partly], y_m[partly] = shapely.get_x(points), shapely.get_y(points)
    return row, column, area_m2[row, column], x_m, y_m


def _numbered(flags: Flags) -> Integers:
    """Return the number of each flagged cell, row by row."""
    return np.cumsum(flags).reshape(flags.shape) - 1


def _shore_cells(flat: shapely.Geometry, lattice: _Lattice) -> Flags:
    """Return which cells the edge of a shape enters: each piece between two lines of the lattice lies in one cell."""
    rings = shapely.get_rings(shapely.get_parts(flat))
    place, ring = shapely.get_coordinates(rings, return_index=True)
    place = (place - (lattice.west, lattice.south)) / lattice.cell_m
    tail = np.flatnonzero(ring[1:] == ring[:-1])
    start, along = place[tail], place[tail + 1] - place[tail]
    edge, cut = np.tile(np.arange(len(tail)), 2), np.repeat([0.0, 1.0], len(tail))
    for axis in (0, 1):
        crossed, line = _lines_crossed(start[:, axis], start[:, axis] + along[:, axis])
        edge = np.append(edge, crossed)
        cut = np.append(cut, (line - start[crossed, axis]) / along[crossed, axis])
    order = np.lexsort((cut, edge))
    edge, cut = edge[order], cut[order]
    piece = np.flatnonzero(edge[1:] == edge[:-1])
    middle = start[edge[piece]] + along[edge[piece]] * ((cut[piece] + cut[piece + 1]) / 2)[:, None]
    column, row = np.clip(np.floor(middle).astype(np.intp), 0, (lattice.columns - 1, lattice.rows - 1)).T
    shore = np.zeros((lattice.rows, lattice.columns), bool)
    shore[row, column] = True
    return shore


def _lines_crossed(start: Floats, end: Floats) -> tuple[Integers, Floats]:
    """Return the whole numbers between start and end of each edge, by the edge's number."""
    first, last = np.ceil(np.minimum(start, end)), np.floor(np.maximum(start, end))
    count = np.where(start == end, 0, np.maximum(last - first + 1, 0)).astype(np.intp)
    edge = np.repeat(np.arange(len(start)), count)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    return edge, first[edge] + step


def _inner_cells(flat: shapely.Geometry, lattice: _Lattice, shore: Flags) -> Flags:
    """Return which cells away from the shore are water: cells in a row that no shore parts are alike."""
    first = ~shore
    first[:, 1:] &= shore[:, :-1]
    row, column = np.nonzero(first)
    x_m, y_m = _middles_m(lattice, row, column)
    shapely.prepare(flat)
    change = np.zeros(shore.shape, np.int8)
    change[row, column] = shapely.contains_xy(flat, x_m, y_m)
    change[shore] = 0
    run = np.maximum.accumulate(np.where(first | shore, np.arange(shore.shape[1]), 0), axis=1)
    return np.take_along_axis(change, run, axis=1).astype(bool)


def _middles_m(lattice: _Lattice, row: Integers, column: Integers) -> tuple[Floats, Floats]:
    x_m, y_m = (np.asarray(number, dtype=np.float64) + 0.5 for number in (column, row))
    return lattice.west + x_m * lattice.cell_m, lattice.south + y_m * lattice.cell_m


def _shore_pieces(flat: shapely.Geometry, lattice: _Lattice, shore: Flags) -> Geometries:
    """Return what of the strait lies in each cell at the shore, by row and column.

    The strait is halved into single rows first: a cell is then cut from a strip and not from all of it.
    """
    columns = [np.flatnonzero(row) for row in shore]
    pieces: list[shapely.Geometry] = []
    waiting = [(flat, 0, lattice.rows)]
    while waiting:
        strip, low, high = waiting.pop()
        if high - low > 1:
            middle = (low + high) // 2
            for part in ((middle, high), (low, middle)):  # the southern half is taken up first
                waiting.append((lattice.clip(strip, part, (0, lattice.columns)), *part))
        else:
            pieces += [lattice.clip(strip, (low, high), (int(column), int(column) + 1)) for column in columns[low]]
    return np.array(pieces, dtype=object)


def _sides(lon: Floats, lat: Floats, waters: gpd.GeoDataFrame, sides: tuple[str, ...]) -> Integers:
    found = np.full(len(lon), NO_SIDE, dtype=np.intp)
    for side, part in zip(waters["side"], waters.geometry, strict=True):
        shapely.prepare(part)
        found[shapely.intersects_xy(part, lon, lat)] = sides.index(side)
    return found
