"""Coverage as shapes: bands of arrival, reach, first responder, backup, gap, cost of the boundary.

Each shape is the area where a field of hours or distances stays below a level. The field is
extrapolated two cells over the shore, contoured and clipped to the strait, so that shapes meet
the coast and leave islands out. Where a rule divides the water by side, each side is contoured
separately, because arrival jumps at the boundary.

The page draws contours of every third cell and leaves clipping to the browser, which has the
outline anyway: a new scenario then costs a tenth. Arrival is linear in distance, so distances
are contoured: they are the same for every speed, readiness and limit.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from contourpy import FillType, contour_generator
from shapely.geometry.base import BaseGeometry

from geo.arrays import Flags, Floats, Integers
from geo.coverage.assess import Coverage, delay_h
from geo.coverage.extrapolate import NOWHERE, PullPushFill, grow_over_shore
from geo.coverage.grid import StraitGrid
from geo.coverage.ranking import Ranking, cached_per_ranking
from geo.coverage.scenario import Rule, Scenario
from geo.measure import WGS84
from geo.units import M_PER_NMI

__all__ = [
    "BAND_EDGES_H",
    "DELAY_EDGES_H",
    "Outlines",
    "bands",
    "bands_and_limit",
    "delay_bands",
    "display_outlines",
    "first_responder",
    "gap",
    "outlines",
    "within_hours",
]

BAND_EDGES_H: Final = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)
DELAY_EDGES_H: Final = (0.25, 1.0, 2.0, 4.0, 8.0)
_FAR: Final = 1e10  # means "never" in a field of any unit: contours need finite numbers
_SHORE_CELLS: Final = 2  # cells by which a field is extrapolated over the shore
_THREADS: Final = 2
_DISPLAY_STEP: Final = 3  # shapes for display are contoured on every third cell
_DISPLAY_TOLERANCE_M: Final = 200.0  # and simplified
_RADIUS_M: Final = 6_371_000.0  # of the Earth
_SAG_M: Final = 50.0  # by which an edge that is straight in the plane may be off in longitude and latitude
_MARGIN_CELLS: Final = _SHORE_CELLS + 1 + _DISPLAY_STEP  # round the grid, so that no contour ends at its edge


_Pieces = list[tuple[str | None, shapely.MultiPolygon]]  # one shape: its side (None: all) and area, once or per side


@dataclass(frozen=True, eq=False)
class _Region:
    """A part of the strait within which arrival does not jump: a rectangle of the grid with `_MARGIN_CELLS` round it.

    ``source`` is, for each cell of the rectangle, the cell of the grid that it takes its value
    from: itself, a neighbour's over the shore, `NOWHERE` beyond. ``side`` is ``None`` for the
    whole strait. If ``clip`` is ``None``, the browser clips, and ``fill`` extends the field
    over land.
    """

    side: str | None
    rows: slice
    columns: slice
    source: Integers
    clip: BaseGeometry | None
    fill: PullPushFill | None = None


class Outlines:
    """The areas that shapes are clipped to, the strait and each side, prepared once for many scenarios.

    If ``whole`` and the sides are ``None``, shapes are not clipped: they extend a little beyond the
    shore and the boundaries, and their column ``side`` says what to clip them to.
    """

    def __init__(self, grid: StraitGrid, whole: BaseGeometry | None, sides: Mapping[str, BaseGeometry | None]) -> None:
        self.grid = grid
        self.clips = whole is not None
        self._parts = {side: part for side, part in sides.items() if part is not None}
        everywhere = np.ones(len(grid.area_km2), dtype=bool)
        self._whole = (_region(grid, everywhere, whole, None),)
        self._sides = tuple(_region(grid, grid.side == grid.sides.index(side), part, side) for side, part in sides.items())

    def side_at(self, lon: float, lat: float) -> str | None:
        """Return the side that a position is on; ``None`` outside the strait."""
        point = shapely.Point(lon, lat)
        return next((side for side, part in self._parts.items() if part.intersects(point)), None)

    def regions(self, rule: Rule) -> tuple[_Region, ...]:
        """Return the regions that a rule divides the strait into."""
        return self._sides if rule is Rule.COORDINATED and self._sides else self._whole


def outlines(grid: StraitGrid, strait: gpd.GeoDataFrame, waters: gpd.GeoDataFrame) -> Outlines:
    """Return the outlines of the strait and its sides, EPSG:4326."""
    whole = shapely.union_all(strait.geometry.to_numpy())
    present = [side for side in grid.sides if (grid.side == grid.sides.index(side)).any()]
    parts = {side: shapely.union_all(list(waters.geometry[waters["side"] == side])) for side in present}
    return Outlines(grid, whole, parts)


def display_outlines(grid: StraitGrid) -> Outlines:
    """Return outlines that do not clip, for shapes that the browser clips."""
    present = [side for side in grid.sides if (grid.side == grid.sides.index(side)).any()]
    return Outlines(grid, None, dict.fromkeys(present))


def _region(grid: StraitGrid, inside: Flags, part: BaseGeometry | None, side: str | None) -> _Region:
    row, column = grid.row[inside] + _MARGIN_CELLS, grid.column[inside] + _MARGIN_CELLS
    full = np.full([count + 2 * _MARGIN_CELLS for count in grid.shape], NOWHERE, dtype=np.intp)
    full[row, column] = np.flatnonzero(inside)
    rows, columns = _widen(row), _widen(column)
    source = full[rows, columns]
    for _ in range(_SHORE_CELLS):
        source = grow_over_shore(source)
    if part is not None:
        return _Region(side, rows, columns, source, grid.plane.flat(part))
    rows, columns = (slice(axis.start, axis.stop, _DISPLAY_STEP) for axis in (rows, columns))
    coarse = source[::_DISPLAY_STEP, ::_DISPLAY_STEP]
    return _Region(side, rows, columns, coarse, None, PullPushFill(coarse != NOWHERE))


def _widen(indices: Integers) -> slice:
    """Return the rows or columns of the grid with its margin that hold these, and the shore beyond in steps of any size."""
    return slice(int(indices.min()) - _SHORE_CELLS - 1, int(indices.max()) + _MARGIN_CELLS + 1)


def bands(coverage: Coverage, clip: Outlines, *, edges_h: Sequence[float] = BAND_EDGES_H) -> gpd.GeoDataFrame:
    """Return bands of the first arrival.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, a row per band that is not empty: ``from_h``, ``to_h``.
    """
    rows = _band_rows(coverage, clip, _steps(edges_h))
    return _frame(rows, ["from_h", "to_h"])


def bands_and_limit(coverage: Coverage, clip: Outlines) -> gpd.GeoDataFrame:
    """Return the bands and the area reached within the limit: ``what`` ("band", "limit"), ``from_h``, ``to_h``."""
    steps = [*_steps(BAND_EDGES_H), (-_FAR, coverage.scenario.limit_h)]
    *rows, (_, limit_h, limit) = _band_rows(coverage, clip, steps)
    return _frame([*(("band", *row) for row in rows), ("limit", 0.0, limit_h, limit)], ["what", "from_h", "to_h"])


def _steps(edges_h: Sequence[float]) -> list[tuple[float, float]]:
    return list(itertools.pairwise([-1.0, *edges_h]))


def _band_rows(coverage: Coverage, clip: Outlines, steps: Sequence[tuple[float, float]]) -> list[tuple[float, float, _Pieces]]:
    shapes = _arriving(coverage, clip, steps)
    return [(max(low, 0.0), high, shape) for (low, high), shape in zip(steps, shapes, strict=True)]


def gap(coverage: Coverage, clip: Outlines) -> gpd.GeoDataFrame:
    """Return the areas that one or more and two or more reach within the limit, and the gap: rows ``what``."""
    limit = coverage.scenario.limit_h
    reached, beyond = _arriving(coverage, clip, [(-_FAR, limit), (limit, _FAR)])
    [backup] = _arriving(coverage, clip, [(-_FAR, limit)], second=True)
    return _frame([("reached", reached), ("backup", backup), ("gap", beyond)], ["what"])


def within_hours(coverage: Coverage, clip: Outlines, hours: Sequence[float]) -> gpd.GeoDataFrame:
    """Return the areas that one or more and two or more reach within each of these hours.

    Rows ``what`` ("first", "second"), ``to_h``. Shapes of more hours contain those of fewer; empty ones are left out.
    """
    steps = [(-_FAR, hour) for hour in hours]
    rows: list[tuple[str, float, _Pieces]] = []
    for what in ("first", "second"):
        shapes = _arriving(coverage, clip, steps, second=what == "second")
        rows.extend((what, hour, shape) for hour, shape in zip(hours, shapes, strict=True))
    return _frame(rows, ["what", "to_h"])


def first_responder(coverage: Coverage, clip: Outlines) -> gpd.GeoDataFrame:
    """Return the area where each point is the first to arrive, at any time: rows ``id``."""
    pieces = _first_areas(coverage.ranking, clip, coverage.scenario.rule)
    return _frame(list(zip(coverage.scenario.start_ids, pieces, strict=True)), ["id"])


@cached_per_ranking  # independent of speed and hours
def _first_areas(ranking: Ranking, clip: Outlines, rule: Rule) -> tuple[_Pieces, ...]:
    areas = []
    for own_m in ranking.own_m:  # a field per point
        rival_m = np.where(own_m <= ranking.first_m, ranking.second_m, ranking.first_m)
        behind_nmi = np.where(np.isfinite(own_m), own_m / M_PER_NMI - np.minimum(rival_m / M_PER_NMI, _FAR / 2), _FAR)
        areas.append(_between(behind_nmi, rule, clip, [(-_FAR, 0.0)])[0])
    return tuple(areas)


def delay_bands(
    joint: Coverage, coordinated: Coverage, clip: Outlines, *, edges_h: Sequence[float] = DELAY_EDGES_H
) -> gpd.GeoDataFrame:
    """Return bands of `delay_h`: rows ``from_h``, ``to_h`` (infinite: nobody arrives)."""
    levels = [*edges_h, _FAR / 2, 2 * _FAR]
    shapes = _between(delay_h(joint, coordinated), coordinated.scenario.rule, clip, list(itertools.pairwise(levels)))
    rows = []
    for low, high, shape in zip(levels, levels[1:], shapes, strict=False):
        ends = (np.inf, np.inf) if low == _FAR / 2 else (low, np.inf if high == _FAR / 2 else high)
        rows.append((*ends, shape))
    return _frame(rows, ["from_h", "to_h"])


def _frame(rows: Iterable[tuple[Any, ...]], names: Sequence[str]) -> gpd.GeoDataFrame:  # Any: cells of a table
    """Return a table of rows that end with their pieces; a row per piece that is not empty."""
    flat = [(*row[:-1], *piece) for row in rows for piece in row[-1] if not piece[1].is_empty]
    table = {name: [row[column] for row in flat] for column, name in enumerate(names)}
    sides = [row[-2] for row in flat]
    if any(sides):
        table["side"] = sides
    shapes = gpd.array.from_shapely([row[-1] for row in flat], crs=WGS84)
    return gpd.GeoDataFrame(table | {"geometry": shapes}, geometry="geometry")


def _arriving(
    coverage: Coverage, clip: Outlines, steps_h: Sequence[tuple[float, float]], *, second: bool = False
) -> list[_Pieces]:
    """Return the areas where the first, or the second, arrives between each two hours."""
    scenario = coverage.scenario
    steps_m = [(_distance_m(low, scenario), _distance_m(high, scenario)) for low, high in steps_h]
    return _shapes(_distances(coverage.ranking, scenario.rule, clip, second), scenario.rule, clip, steps_m)


def _distance_m(hours: float, scenario: Scenario) -> float:
    """Return the distance covered within some hours from the call; beyond everything for `_FAR`."""
    if abs(hours) >= _FAR:
        return math.copysign(2 * _FAR, hours)
    return (hours - scenario.readiness_h) * scenario.speed_kn * M_PER_NMI


@cached_per_ranking
def _distances(ranking: Ranking, rule: Rule, clip: Outlines, second: bool) -> tuple[Floats, ...]:
    field_m = ranking.second_m if second else ranking.first_m
    return tuple(_lay_out(region, field_m) for region in clip.regions(rule))


def _between(field: Floats, rule: Rule, clip: Outlines, steps: Sequence[tuple[float, float]]) -> list[_Pieces]:
    """Return the areas between each two levels of a field, EPSG:4326."""
    return _shapes([_lay_out(region, field) for region in clip.regions(rule)], rule, clip, steps)


def _lay_out(region: _Region, field: Floats) -> Floats:
    """Lay a field with a value per cell out over the rectangle of a region, extrapolated over the shore."""
    values = np.append(np.nan_to_num(field, nan=_FAR, posinf=_FAR), _FAR)[region.source]  # `NOWHERE` is the last
    return values if region.fill is None else region.fill(values)


def _shapes(fields: Sequence[Floats], rule: Rule, clip: Outlines, steps: Sequence[tuple[float, float]]) -> list[_Pieces]:
    regions = clip.regions(rule)
    pairs = zip(regions, fields, strict=True)
    contours = [(region, shape) for region, field in pairs for shape in _contour(clip.grid, region, field, steps)]
    shapes = _clip(contours) if clip.clips else [_simplify(shape, _longest_edge_m(clip.grid)) for _, shape in contours]
    parts = list(zip([region for region, _ in contours], shapes, strict=True))
    by_step = [parts[step :: len(steps)] for step in range(len(steps))]
    if clip.clips:
        return [[(None, _polygons(clip.grid.plane.globe(_join([shape for _, shape in parts]))))] for parts in by_step]
    return [[(region.side, _polygons(clip.grid.plane.globe(shape))) for region, shape in parts] for parts in by_step]


def _clip(contours: Sequence[tuple[_Region, shapely.Geometry]]) -> list[shapely.MultiPolygon]:
    with ThreadPoolExecutor(_THREADS) as pool:  # GEOS releases the GIL
        return list(pool.map(lambda pair: _polygons(shapely.intersection(pair[1], pair[0].clip)), contours))


def _longest_edge_m(grid: StraitGrid) -> float:
    """Return how long an edge may be before it is divided: a parallel curves by length² · tan(latitude) / 8 radii."""
    _, south, _, north = shapely.bounds(grid.outline)
    return math.sqrt(8 * _RADIUS_M * _SAG_M / math.tan(math.radians(min(max(-south, north, 1.0), 89.0))))


def _simplify(shape: shapely.Geometry, longest_edge_m: float) -> shapely.MultiPolygon:
    simple = shapely.simplify(shape, _DISPLAY_TOLERANCE_M, preserve_topology=False)
    return _polygons(shapely.segmentize(simple, longest_edge_m))


def _join(parts: Sequence[shapely.MultiPolygon]) -> BaseGeometry:
    return parts[0] if len(parts) == 1 else shapely.union_all(list(parts))


def _contour(grid: StraitGrid, region: _Region, field: Floats, steps: Iterable[tuple[float, float]]) -> list[shapely.Geometry]:
    x_m, y_m = grid.axes_m(margin_cells=_MARGIN_CELLS)
    generator = contour_generator(x_m[region.columns], y_m[region.rows], field, fill_type=FillType.OuterOffset)
    return [_to_geometry(*generator.filled(low, high)) for low, high in steps]


def _to_geometry(points: Sequence[Floats], offsets: Sequence[Integers]) -> shapely.Geometry:
    """Return polygons of contourpy, the outer ring of each first, as one valid geometry."""
    polygons = [
        shapely.Polygon(ring[: cuts[1]], [ring[begin:end] for begin, end in itertools.pairwise(cuts[1:])])
        for ring, cuts in zip(points, offsets, strict=True)
    ]
    shape = shapely.MultiPolygon(polygons)
    return shape if shape.is_valid else shapely.make_valid(shape)


def _polygons(shape: shapely.Geometry) -> shapely.MultiPolygon:
    """Return the polygons of a geometry, made valid; lines and points left by clipping are dropped."""
    valid = shape if shapely.is_valid(shape) else shapely.make_valid(shape)
    parts = [piece for part in shapely.get_parts(valid) for piece in shapely.get_parts(part)]
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])
