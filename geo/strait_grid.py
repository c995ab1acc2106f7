"""The strait as cells: each with its true area inside the strait, whose side it is on, and a point of water.

Everything that is counted over water (shares, gaps, mean arrival) is a sum over these cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.measure import EqualAreaPlane, Floats

__all__ = ["CELL_M", "StraitGrid", "strait_grid"]

CELL_M: Final = 1_000.0
NO_SIDE: Final = -1
Integers = npt.NDArray[np.intp]


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

    @property
    def strait_area_km2(self) -> float:
        """Area of the strait: the sum over the cells."""
        return float(self.area_km2.sum())

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
    flat = plane.flat(whole)
    x0, y0, x1, y1 = flat.bounds
    shape = int(np.ceil((y1 - y0) / cell_m)), int(np.ceil((x1 - x0) / cell_m))
    pieces = _pieces(flat, (x0, y0), cell_m, shape)
    row, column = (np.array(indices, dtype=np.intp) for indices in zip(*pieces, strict=True))
    area_m2, x_m, y_m = _contents(pieces, (x0, y0), cell_m)
    lon, lat = plane.lonlat(x_m, y_m)
    sides = tuple(sorted(set(waters["side"])))
    return StraitGrid(
        plane=plane,
        origin_m=(x0, y0),
        cell_m=cell_m,
        shape=shape,
        row=row,
        column=column,
        area_km2=area_m2 / 1e6,
        lon=lon,
        lat=lat,
        side=_sides(lon, lat, waters, sides),
        sides=sides,
        outline=whole,
    )


_Cells = dict[tuple[int, int], shapely.Geometry | None]  # (row, column): the piece inside, None for the whole cell


def _pieces(flat: shapely.Geometry, origin: tuple[float, float], cell_m: float, shape: tuple[int, int]) -> _Cells:
    """Halve the rectangle until a part is all water, no water, or one cell: far cheaper than cell by cell."""
    found: _Cells = {}
    waiting = [(flat, 0, shape[0], 0, shape[1])]
    while waiting:
        shape_inside, r0, r1, c0, c1 = waiting.pop()
        box = _box(origin, cell_m, r0, r1, c0, c1)
        inside = shapely.clip_by_rect(shape_inside, *box.bounds)
        if inside.area <= 0:
            continue
        if inside.area >= box.area * (1 - 1e-12):
            found.update({(r, c): None for r in range(r0, r1) for c in range(c0, c1)})
        elif r1 - r0 == 1 and c1 - c0 == 1:
            found[r0, c0] = inside
        elif r1 - r0 >= c1 - c0:
            middle = (r0 + r1) // 2
            waiting += [(inside, r0, middle, c0, c1), (inside, middle, r1, c0, c1)]
        else:
            middle = (c0 + c1) // 2
            waiting += [(inside, r0, r1, c0, middle), (inside, r0, r1, middle, c1)]
    return dict(sorted(found.items()))


def _box(origin: tuple[float, float], cell_m: float, r0: int, r1: int, c0: int, c1: int) -> shapely.Polygon:
    west, south = origin
    return shapely.box(west + c0 * cell_m, south + r0 * cell_m, west + c1 * cell_m, south + r1 * cell_m)


def _contents(pieces: _Cells, origin: tuple[float, float], cell_m: float) -> tuple[Floats, Floats, Floats]:
    """Return area inside the strait and a point of water for each cell."""
    cells = np.array(list(pieces), dtype=float)
    x_m, y_m = origin[0] + (cells[:, 1] + 0.5) * cell_m, origin[1] + (cells[:, 0] + 0.5) * cell_m
    area_m2 = np.full(len(cells), cell_m**2)
    shore = np.array([piece is not None for piece in pieces.values()])
    parts = np.array([piece for piece in pieces.values() if piece is not None], dtype=object)
    area_m2[shore] = shapely.area(parts)
    points = shapely.point_on_surface(parts)
    x_m[shore], y_m[shore] = shapely.get_x(points), shapely.get_y(points)
    return area_m2, x_m, y_m


def _sides(lon: Floats, lat: Floats, waters: gpd.GeoDataFrame, sides: tuple[str, ...]) -> Integers:
    found = np.full(len(lon), NO_SIDE, dtype=np.intp)
    for side, part in zip(waters["side"], waters.geometry, strict=True):
        shapely.prepare(part)
        found[shapely.intersects_xy(part, lon, lat)] = sides.index(side)
    return found
