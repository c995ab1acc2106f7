"""Coverage as shapes: bands of arrival, reach, first responder, backup, gap, cost of the boundary.

Each shape is where a field of hours stays below a level. The field is carried one
cell over the shore, contoured, and clipped to the strait, so that shapes meet the
coast and leave islands out. Where a rule divides the water by side, each side is
contoured by itself: arrival jumps at the line, and a contour across it would not.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from contourpy import FillType, contour_generator
from shapely.geometry.base import BaseGeometry

from geo.coverage import Coverage, Flags, Rule, delay_h
from geo.measure import WGS84, Floats
from geo.strait_grid import Integers, StraitGrid

__all__ = ["BAND_EDGES_H", "Outlines", "bands", "delay_bands", "first_responder", "gap", "outlines", "reach_of_points"]

BAND_EDGES_H: Final = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)
_FAR_H: Final = 1e6  # stands for "never" in a field: contours need numbers
_SHORE_CELLS: Final = 2  # how far a field is carried over the shore
_THREADS: Final = 2
_NOWHERE: Final = -1


@dataclass(frozen=True, eq=False)
class _Region:
    """A part of the strait within which arrival does not jump, as a cut-out of the grid's rectangle.

    ``source`` names for each cell of the cut-out the cell of the grid whose value stands
    there: its own, over the shore its neighbour's, `_NOWHERE` beyond.
    """

    rows: slice
    columns: slice
    source: Integers
    clip: BaseGeometry


class Outlines:
    """What shapes are clipped to, the whole and each side apart, prepared once for many scenarios."""

    def __init__(self, grid: StraitGrid, whole: BaseGeometry, sides: Mapping[str, BaseGeometry]) -> None:
        self.grid = grid
        self._parts = dict(sides)
        everywhere = np.ones(len(grid.area_km2), dtype=bool)
        self._whole = (_region(grid, everywhere, whole),)
        self._sides = tuple(_region(grid, grid.side == grid.sides.index(side), part) for side, part in sides.items())

    def side_at(self, lon: float, lat: float) -> str | None:
        """Return whose side a place is on; ``None`` outside the strait."""
        point = shapely.Point(lon, lat)
        return next((side for side, part in self._parts.items() if part.intersects(point)), None)

    def regions(self, rule: Rule) -> tuple[_Region, ...]:
        """Return the parts that a rule divides the strait into."""
        return self._sides if rule is Rule.COORDINATED and self._sides else self._whole


def outlines(grid: StraitGrid, strait: gpd.GeoDataFrame, waters: gpd.GeoDataFrame) -> Outlines:
    """Return clipping outlines from the strait and its sides, EPSG:4326.

    Full layers give shapes that meet the coast; the light ones give shapes to draw under the land.
    """
    whole = shapely.union_all(strait.geometry.to_numpy())
    present = [side for side in grid.sides if (grid.side == grid.sides.index(side)).any()]
    parts = {side: shapely.union_all(list(waters.geometry[waters["side"] == side])) for side in present}
    return Outlines(grid, whole, parts)


def _region(grid: StraitGrid, inside: Flags, part: BaseGeometry) -> _Region:
    full = np.full(grid.shape, _NOWHERE, dtype=np.intp)
    full[grid.row[inside], grid.column[inside]] = np.flatnonzero(inside)
    rows, columns = (_window(axis[inside], size) for axis, size in zip((grid.row, grid.column), grid.shape, strict=True))
    source = full[rows, columns]
    for _ in range(_SHORE_CELLS):
        source = _carried(source)
    return _Region(rows, columns, source, grid.plane.flat(part))


def _window(indices: Integers, size: int) -> slice:
    room = _SHORE_CELLS + 1
    return slice(max(int(indices.min()) - room, 0), min(int(indices.max()) + room + 1, size))


def _carried(source: Integers) -> Integers:
    """Give each empty cell beside a filled one its neighbour's, those across an edge before those across a corner."""
    padded = np.pad(source, 1, constant_values=_NOWHERE)
    rows, columns = source.shape
    grown = source.copy()
    for down, right in ((0, 1), (2, 1), (1, 0), (1, 2), (0, 0), (0, 2), (2, 0), (2, 2)):
        beside = padded[down : down + rows, right : right + columns]
        grown = np.where((grown == _NOWHERE), beside, grown)
    return grown


def bands(coverage: Coverage, to: Outlines, *, edges_h: Sequence[float] = BAND_EDGES_H) -> gpd.GeoDataFrame:
    """Return bands of arrival of the first to arrive.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, one row per band that is not empty: ``from_h``, ``to_h``.
    """
    levels = [-1.0, *edges_h]
    shapes = _between(coverage.soonest_h, coverage, to, levels)
    rows = [(max(low, 0.0), high, shape) for low, high, shape in zip(levels, levels[1:], shapes, strict=False)]
    return _frame(rows, ["from_h", "to_h"])


def gap(coverage: Coverage, to: Outlines) -> gpd.GeoDataFrame:
    """Return what is reached within the limit, what two or more reach, and the gap: rows ``what``."""
    limit = coverage.scenario.limit_h
    reached, beyond = _between(coverage.soonest_h, coverage, to, [-_FAR_H, limit, 2 * _FAR_H])
    backup = _below(coverage.second_h, coverage, to, limit)
    return _frame([("reached", reached), ("backup", backup), ("gap", beyond)], ["what"])


def reach_of_points(coverage: Coverage, to: Outlines) -> gpd.GeoDataFrame:
    """Return what each point reaches within the limit: rows ``id``."""
    limit = coverage.scenario.limit_h
    rows = zip(coverage.scenario.point_ids, coverage.arrival_h, strict=True)
    return _frame([(point_id, _below(arrival, coverage, to, limit)) for point_id, arrival in rows], ["id"])


def first_responder(coverage: Coverage, to: Outlines) -> gpd.GeoDataFrame:
    """Return where each point is the first to arrive, within any time: rows ``id``."""
    rows = []
    for position, point_id in enumerate(coverage.scenario.point_ids):  # a field per point
        others = np.delete(coverage.arrival_h, position, axis=0)
        rival = others.min(axis=0) if len(others) else np.full(coverage.arrival_h.shape[1], np.inf)
        own = coverage.arrival_h[position]
        lead = np.where(np.isfinite(own), np.minimum(own, _FAR_H) - np.minimum(rival, _FAR_H), _FAR_H)
        rows.append((point_id, _below(lead, coverage, to, 0.0)))
    return _frame(rows, ["id"])


def delay_bands(
    joint: Coverage, coordinated: Coverage, to: Outlines, *, edges_h: Sequence[float] = (0.25, 1.0, 2.0, 4.0, 8.0)
) -> gpd.GeoDataFrame:
    """Return how much later help comes when each stays on its own side: rows ``from_h``, ``to_h`` (infinite: never)."""
    levels = [*edges_h, _FAR_H / 2, 2 * _FAR_H]
    shapes = _between(delay_h(joint, coordinated), coordinated, to, levels)
    rows = []
    for low, high, shape in zip(levels, levels[1:], shapes, strict=False):
        ends = (np.inf, np.inf) if low == _FAR_H / 2 else (low, np.inf if high == _FAR_H / 2 else high)
        rows.append((*ends, shape))
    return _frame(rows, ["from_h", "to_h"])


# --- how -----------------------------------------------------------------------------------------------------------------


def _frame(rows: Iterable[tuple[Any, ...]], names: Sequence[str]) -> gpd.GeoDataFrame:
    """Return rows as a table, the last of each its geometry; empty ones are left out."""
    kept = [row for row in rows if not row[-1].is_empty]
    table = {name: [row[column] for row in kept] for column, name in enumerate(names)}
    return gpd.GeoDataFrame(table, geometry=[row[-1] for row in kept], crs=WGS84)


def _below(field_h: Floats, coverage: Coverage, to: Outlines, level: float) -> shapely.MultiPolygon:
    """Return where a field is at or below a level."""
    return _between(field_h, coverage, to, [-_FAR_H, level])[0]


def _between(field_h: Floats, coverage: Coverage, to: Outlines, levels: Sequence[float]) -> list[shapely.MultiPolygon]:
    """Return the shapes between each two levels, in EPSG:4326."""
    values = np.append(np.nan_to_num(field_h, nan=_FAR_H, posinf=_FAR_H), _FAR_H)  # `_NOWHERE` is the last
    steps = list(itertools.pairwise(levels))
    raw = [
        (shape, region.clip)
        for region in to.regions(coverage.scenario.rule)
        for shape in _contoured(to.grid, region, values[region.source], steps)
    ]
    with ThreadPoolExecutor(_THREADS) as pool:  # GEOS works without the interpreter's lock
        clipped = list(pool.map(lambda pair: _polygons(shapely.intersection(*pair)), raw))
    joined = [_joined(clipped[step :: len(steps)]) for step in range(len(steps))]
    return [_polygons(to.grid.plane.globe(shape)) for shape in joined]


def _joined(parts: Sequence[shapely.MultiPolygon]) -> BaseGeometry:
    return parts[0] if len(parts) == 1 else shapely.union_all(list(parts))


def _contoured(
    grid: StraitGrid, region: _Region, field: Floats, steps: Iterable[tuple[float, float]]
) -> list[shapely.Geometry]:
    x_m, y_m = grid.axes_m()
    generator = contour_generator(x_m[region.columns], y_m[region.rows], field, fill_type=FillType.OuterOffset)
    return [_areas(*generator.filled(low, high)) for low, high in steps]


def _areas(points: Sequence[Floats], offsets: Sequence[Integers]) -> shapely.Geometry:
    """Return contourpy's rings as one valid geometry: in each, the outer ring first, then its holes."""
    polygons = [
        shapely.Polygon(ring[: cuts[1]], [ring[begin:end] for begin, end in itertools.pairwise(cuts[1:])])
        for ring, cuts in zip(points, offsets, strict=True)
    ]
    whole = shapely.MultiPolygon(polygons)
    return whole if whole.is_valid else shapely.make_valid(whole)


def _polygons(shape: shapely.Geometry) -> shapely.MultiPolygon:
    """Return the areas of a geometry, valid; lines and points that clipping leaves are dropped."""
    valid = shape if shapely.is_valid(shape) else shapely.make_valid(shape)
    parts = [piece for part in shapely.get_parts(valid) for piece in shapely.get_parts(part)]
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])
