"""The strait as a grid of cells, each with its area inside the strait, its side, and a point of water.

All figures over water (shares, gaps, mean arrival) are sums over these cells.
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
_WHOLE: Final = 1 - 1e-12  # share of a cell: whole but for rounding


@dataclass(frozen=True, eq=False)
class StraitGrid:
    """The cells that lie in the strait, wholly or in part.

    All arrays have an entry per cell. ``row`` and ``column`` are its position in the
    rectangle of ``shape``, whose south-west corner is ``origin_m`` in ``plane``.
    ``lon`` and ``lat`` are a point inside both cell and strait: the centre of the cell,
    except at the shore. ``side`` is an index into ``sides``, or `NO_SIDE`.
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
        """Area of the strait, the sum over the cells."""
        return float(self.area_km2.sum())

    @cached_property
    def side_areas_km2(self) -> tuple[float, ...]:
        """Area of each of ``sides``."""
        return tuple(float(self.area_km2[self.side == number].sum()) for number in range(len(self.sides)))

    def raster(self, values: Floats) -> Floats:
        """Return a value per cell as the full rectangle, NaN outside the strait."""
        full = np.full(self.shape, np.nan)
        full[self.row, self.column] = values
        return full

    def axes_m(self, *, margin_cells: int = 0) -> tuple[Floats, Floats]:
        """Return x of the centre of each column and y of the centre of each row, metres in the plane.

        With a margin, also of as many columns and rows beyond each edge.
        """
        west, south = self.origin_m
        rows, columns = self.shape
        x_m, y_m = (np.arange(-margin_cells, count + margin_cells, dtype=np.float64) + 0.5 for count in (columns, rows))
        return west + x_m * self.cell_m, south + y_m * self.cell_m


def strait_grid(strait: gpd.GeoDataFrame, waters: gpd.GeoDataFrame, *, cell_m: float = CELL_M) -> StraitGrid:
    """Divide the strait into square cells of an equal-area plane.

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
        The areas of the cells sum to that of the strait within 0.01 %.
    """
    whole = shapely.union_all(strait.geometry.to_numpy())
    west, south, east, north = whole.bounds
    plane = EqualAreaPlane(((west + east) / 2, (south + north) / 2))
    sides = tuple(sorted(set(waters["side"])))
    cells = _cached_cells(whole, waters, cell_m, lambda: _build_arrays(whole, plane, waters, sides, cell_m))
    (x0, y0), (rows, columns) = cells.pop("origin_m").tolist(), cells.pop("shape").tolist()
    return StraitGrid(
        plane=plane, origin_m=(x0, y0), cell_m=cell_m, shape=(rows, columns), sides=sides, outline=whole, **cells
    )


def _cached_cells(
    whole: BaseGeometry, waters: gpd.GeoDataFrame, cell_m: float, make: Callable[[], dict[str, Numbers]]
) -> dict[str, Numbers]:
    """Return the arrays of the grid: from the disk cache if the shore is long and they are there."""
    if shapely.get_num_coordinates(whole) < WORTH_CACHING:
        return make()
    shapes = [shapely.to_wkb(shape) for shape in (whole, *waters.geometry)]
    return cached_arrays("strait-cells", (*shapes, *waters["side"], cell_m, PROJ_VERSION), (__file__, measure.__file__), make)


def _build_arrays(
    whole: BaseGeometry, plane: EqualAreaPlane, waters: gpd.GeoDataFrame, sides: tuple[str, ...], cell_m: float
) -> dict[str, Numbers]:
    """Return the arrays of a grid by their names in `StraitGrid`, with origin and shape."""
    flat = plane.flat(whole)
    x0, y0, x1, y1 = flat.bounds
    shape = int(np.ceil((y1 - y0) / cell_m)), int(np.ceil((x1 - x0) / cell_m))
    row, column, area_m2, x_m, y_m = _cut_cells(flat, _Lattice(x0, y0, cell_m, *shape))
    lon, lat = plane.lonlat(x_m, y_m)
    side = _find_sides(lon, lat, waters, sides)
    cells = {"row": row, "column": column, "area_km2": area_m2 / 1e6, "lon": lon, "lat": lat, "side": side}
    return cells | {"origin_m": np.array([x0, y0]), "shape": np.array(shape)}


class _Lattice(NamedTuple):
    """Square cells over the bounding box of the strait, metres in the plane, rows from the south and columns from the west."""

    west: float
    south: float
    cell_m: float
    rows: int
    columns: int

    def clip(self, flat: shapely.Geometry, rows: tuple[int, int], columns: tuple[int, int]) -> shapely.Geometry:
        """Return the part of a shape in a block of cells, ends excluded."""
        (r0, r1), (c0, c1), west, south, cell_m = rows, columns, self.west, self.south, self.cell_m
        return shapely.clip_by_rect(flat, west + c0 * cell_m, south + r0 * cell_m, west + c1 * cell_m, south + r1 * cell_m)


def _cut_cells(flat: shapely.Geometry, lattice: _Lattice) -> tuple[Integers, Integers, Floats, Floats, Floats]:
    """Return row, column, area inside the strait and a point of water (x, y) of each cell.

    Only the cells at the shore are cut, at 1 km one in thirty of the shipped strait; others are all water or all land.
    """
    shore = _shore_cells(flat, lattice)
    pieces = _shore_pieces(flat, lattice, shore)
    area_m2 = np.where(_inner_cells(flat, lattice, shore), lattice.cell_m**2, 0.0)
    area_m2[shore] = shapely.area(pieces)
    area_m2[area_m2 >= lattice.cell_m**2 * _WHOLE] = lattice.cell_m**2
    row, column = np.nonzero(area_m2)
    x_m, y_m = _centres_m(lattice, row, column)
    partly = area_m2[row, column] < lattice.cell_m**2
    points = shapely.point_on_surface(pieces[_number_cells(shore)[row[partly], column[partly]]])
    x_m[partly], y_m[partly] = shapely.get_x(points), shapely.get_y(points)
    return row, column, area_m2[row, column], x_m, y_m


def _number_cells(flags: Flags) -> Integers:
    """Return the number of each flagged cell, row by row."""
    return np.cumsum(flags).reshape(flags.shape) - 1


def _shore_cells(flat: shapely.Geometry, lattice: _Lattice) -> Flags:
    """Return which cells the boundary of a shape enters. Between two lines of the lattice an edge lies in one cell."""
    rings = shapely.get_rings(shapely.get_parts(flat))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    xy = (xy - (lattice.west, lattice.south)) / lattice.cell_m
    tail = np.flatnonzero(ring[1:] == ring[:-1])
    begin, along = xy[tail], xy[tail + 1] - xy[tail]
    edge, cut = np.tile(np.arange(len(tail)), 2), np.repeat([0.0, 1.0], len(tail))
    for axis in (0, 1):
        crossing, line = _find_crossings(begin[:, axis], begin[:, axis] + along[:, axis])
        edge = np.append(edge, crossing)
        cut = np.append(cut, (line - begin[crossing, axis]) / along[crossing, axis])
    order = np.lexsort((cut, edge))
    edge, cut = edge[order], cut[order]
    piece = np.flatnonzero(edge[1:] == edge[:-1])
    middle = begin[edge[piece]] + along[edge[piece]] * ((cut[piece] + cut[piece + 1]) / 2)[:, None]
    column, row = np.clip(np.floor(middle).astype(np.intp), 0, (lattice.columns - 1, lattice.rows - 1)).T
    shore = np.zeros((lattice.rows, lattice.columns), bool)
    shore[row, column] = True
    return shore


def _find_crossings(begin: Floats, end: Floats) -> tuple[Integers, Floats]:
    """Return the integers between begin and end of each edge, with the number of the edge."""
    first, last = np.ceil(np.minimum(begin, end)), np.floor(np.maximum(begin, end))
    count = np.where(begin == end, 0, np.maximum(last - first + 1, 0)).astype(np.intp)
    edge = np.repeat(np.arange(len(begin)), count)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    return edge, first[edge] + step


def _inner_cells(flat: shapely.Geometry, lattice: _Lattice, shore: Flags) -> Flags:
    """Return which cells off the shore are water; neighbours in a row with no shore between them are alike."""
    first = ~shore
    first[:, 1:] &= shore[:, :-1]
    row, column = np.nonzero(first)
    x_m, y_m = _centres_m(lattice, row, column)
    shapely.prepare(flat)
    change = np.zeros(shore.shape, np.int8)
    change[row, column] = shapely.contains_xy(flat, x_m, y_m)
    change[shore] = 0
    run = np.maximum.accumulate(np.where(first | shore, np.arange(shore.shape[1]), 0), axis=1)
    return np.take_along_axis(change, run, axis=1).astype(bool)


def _centres_m(lattice: _Lattice, row: Integers, column: Integers) -> tuple[Floats, Floats]:
    x_m, y_m = (np.asarray(number, dtype=np.float64) + 0.5 for number in (column, row))
    return lattice.west + x_m * lattice.cell_m, lattice.south + y_m * lattice.cell_m


def _shore_pieces(flat: shapely.Geometry, lattice: _Lattice, shore: Flags) -> Geometries:
    """Return the part of the strait in each cell at the shore, by row and column.

    The strait is first halved down to single rows, so that cells are cut from a strip.
    """
    columns = [np.flatnonzero(row) for row in shore]
    pieces: list[shapely.Geometry] = []
    waiting = [(flat, 0, lattice.rows)]
    while waiting:
        strip, low, high = waiting.pop()
        if high - low > 1:
            middle = (low + high) // 2
            for part in ((middle, high), (low, middle)):  # a stack: the southern half is next
                waiting.append((lattice.clip(strip, part, (0, lattice.columns)), *part))
        else:
            pieces += [lattice.clip(strip, (low, high), (int(column), int(column) + 1)) for column in columns[low]]
    return np.array(pieces, dtype=object)


def _find_sides(lon: Floats, lat: Floats, waters: gpd.GeoDataFrame, sides: tuple[str, ...]) -> Integers:
    index = np.full(len(lon), NO_SIDE, dtype=np.intp)
    for side, part in zip(waters["side"], waters.geometry, strict=True):
        shapely.prepare(part)
        index[shapely.intersects_xy(part, lon, lat)] = sides.index(side)
    return index
