"""Coverage as shapes: bands of arrival, reach, first responder, backup, gap, cost of the boundary.

Each shape is where a field of hours or distances stays below a level. The field is
carried two cells over the shore, contoured, and clipped to the strait, so that shapes
meet the coast and leave islands out. Where a rule divides the water by side, each side is
contoured by itself: arrival jumps at the line, and a contour across it would not.

The page draws the same contours from every third cell and leaves clipping to the
browser, which has the outline anyway: a new question then costs a tenth. Arrival rises
evenly with distance, so the field that is contoured is one of distances, which every
speed, readiness and limit shares.
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
from geo.coverage.extrapolate import NOWHERE, PullPushFill, grown_over_shore
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
    "drawn_outlines",
    "first_responder",
    "gap",
    "outlines",
    "reach_of_points",
    "within_hours",
]

BAND_EDGES_H: Final = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)
DELAY_EDGES_H: Final = (0.25, 1.0, 2.0, 4.0, 8.0)
_FAR: Final = 1e10  # stands for "never" in a field, whatever its unit: contours need numbers
_SHORE_CELLS: Final = 2  # how far a field is carried over the shore
_THREADS: Final = 2
_DRAWN_EVERY: Final = 3  # cells: what the page draws is contoured on a grid this much coarser
_DRAWN_M: Final = 200.0  # and simplified to this


_Pieces = list[tuple[str | None, shapely.MultiPolygon]]  # one shape, in one piece or one by side


@dataclass(frozen=True, eq=False)
class _Region:
    """A part of the strait within which arrival does not jump, as a cut-out of the grid's rectangle.

    ``source`` names for each cell of the cut-out the cell of the grid whose value stands
    there: its own, over the shore its neighbour's, `NOWHERE` beyond. ``side`` is
    ``None`` for the whole strait; ``clip`` is ``None`` where others clip,
    and ``fill`` carries the field on under the land.
    """

    side: str | None
    rows: slice
    columns: slice
    source: Integers
    clip: BaseGeometry | None
    fill: PullPushFill | None = None


class Outlines:
    """What shapes are clipped to, the whole and each side apart, prepared once for many scenarios.

    Where ``whole`` and the sides are ``None``, shapes reach a little over the shore and over the
    lines, each with a column ``side`` that says what to clip it to.
    """

    def __init__(self, grid: StraitGrid, whole: BaseGeometry | None, sides: Mapping[str, BaseGeometry | None]) -> None:
        self.grid = grid
        self.clips = whole is not None
        self._parts = {side: part for side, part in sides.items() if part is not None}
        everywhere = np.ones(len(grid.area_km2), dtype=bool)
        self._whole = (_region(grid, everywhere, whole, None),)
        self._sides = tuple(_region(grid, grid.side == grid.sides.index(side), part, side) for side, part in sides.items())

    def side_at(self, lon: float, lat: float) -> str | None:
        """Return whose side a place is on; ``None`` outside the strait."""
        point = shapely.Point(lon, lat)
        return next((side for side, part in self._parts.items() if part.intersects(point)), None)

    def regions(self, rule: Rule) -> tuple[_Region, ...]:
        """Return the parts that a rule divides the strait into."""
        return self._sides if rule is Rule.COORDINATED and self._sides else self._whole


def outlines(grid: StraitGrid, strait: gpd.GeoDataFrame, waters: gpd.GeoDataFrame) -> Outlines:
    """Return clipping outlines from the strait and its sides, EPSG:4326."""
    whole = shapely.union_all(strait.geometry.to_numpy())
    present = [side for side in grid.sides if (grid.side == grid.sides.index(side)).any()]
    parts = {side: shapely.union_all(list(waters.geometry[waters["side"] == side])) for side in present}
    return Outlines(grid, whole, parts)


def drawn_outlines(grid: StraitGrid) -> Outlines:
    """Return outlines that clip nothing: for shapes that the browser clips to the sides it has drawn."""
    present = [side for side in grid.sides if (grid.side == grid.sides.index(side)).any()]
    return Outlines(grid, None, dict.fromkeys(present))


def _region(grid: StraitGrid, inside: Flags, part: BaseGeometry | None, side: str | None) -> _Region:
    full = np.full(grid.shape, NOWHERE, dtype=np.intp)
    full[grid.row[inside], grid.column[inside]] = np.flatnonzero(inside)
    rows, columns = (_window(axis[inside], size) for axis, size in zip((grid.row, grid.column), grid.shape, strict=True))
    source = full[rows, columns]
    for _ in range(_SHORE_CELLS):
        source = grown_over_shore(source)
    if part is not None:
        return _Region(side, rows, columns, source, grid.plane.flat(part))
    rows, columns = (slice(axis.start, axis.stop, _DRAWN_EVERY) for axis in (rows, columns))
    coarse = source[::_DRAWN_EVERY, ::_DRAWN_EVERY]
    return _Region(side, rows, columns, coarse, None, PullPushFill(coarse != NOWHERE))


def _window(indices: Integers, size: int) -> slice:
    room = _SHORE_CELLS + 1
    return slice(max(int(indices.min()) - room, 0), min(int(indices.max()) + room + 1, size))


def bands(coverage: Coverage, to: Outlines, *, edges_h: Sequence[float] = BAND_EDGES_H) -> gpd.GeoDataFrame:
    """Return bands of arrival of the first to arrive.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, one row per band that is not empty: ``from_h``, ``to_h``.
    """
    rows = _band_rows(coverage, to, _steps(edges_h))
    return _frame(rows, ["from_h", "to_h"])


def bands_and_limit(coverage: Coverage, to: Outlines) -> gpd.GeoDataFrame:
    """Return the bands, and what is reached within the limit: rows ``what`` ("band", "limit"), ``from_h``, ``to_h``."""
    steps = [*_steps(BAND_EDGES_H), (-_FAR, coverage.scenario.limit_h)]
    *drawn, (_, limit_h, limit) = _band_rows(coverage, to, steps)
    return _frame([*(("band", *row) for row in drawn), ("limit", 0.0, limit_h, limit)], ["what", "from_h", "to_h"])


def _steps(edges_h: Sequence[float]) -> list[tuple[float, float]]:
    return list(itertools.pairwise([-1.0, *edges_h]))


def _band_rows(coverage: Coverage, to: Outlines, steps: Sequence[tuple[float, float]]) -> list[tuple[float, float, _Pieces]]:
    shapes = _arriving(coverage, to, steps)
    return [(max(low, 0.0), high, shape) for (low, high), shape in zip(steps, shapes, strict=True)]


def gap(coverage: Coverage, to: Outlines) -> gpd.GeoDataFrame:
    """Return what is reached within the limit, what two or more reach, and the gap: rows ``what``."""
    limit = coverage.scenario.limit_h
    reached, beyond = _arriving(coverage, to, [(-_FAR, limit), (limit, _FAR)])
    [backup] = _arriving(coverage, to, [(-_FAR, limit)], second=True)
    return _frame([("reached", reached), ("backup", backup), ("gap", beyond)], ["what"])


def reach_of_points(coverage: Coverage, to: Outlines) -> gpd.GeoDataFrame:
    """Return what each point reaches within the limit: rows ``id``."""
    scenario = coverage.scenario
    rows = zip(scenario.point_ids, coverage.arrival_h, strict=True)
    steps = [(-_FAR, scenario.limit_h)]
    return _frame([(point_id, _between(arrival, scenario.rule, to, steps)[0]) for point_id, arrival in rows], ["id"])


def within_hours(coverage: Coverage, to: Outlines, hours: Sequence[float]) -> gpd.GeoDataFrame:
    """Return what one and what two or more reach within each of these hours: rows ``what`` ("first", "second"), ``to_h``.

    Shapes of more hours hold those of fewer; ones that are empty are left out.
    """
    steps = [(-_FAR, hour) for hour in hours]
    rows: list[tuple[str, float, _Pieces]] = []
    for what in ("first", "second"):
        shapes = _arriving(coverage, to, steps, second=what == "second")
        rows.extend((what, hour, shape) for hour, shape in zip(hours, shapes, strict=True))
    return _frame(rows, ["what", "to_h"])


def first_responder(coverage: Coverage, to: Outlines) -> gpd.GeoDataFrame:
    """Return where each point is the first to arrive, within any time: rows ``id``."""
    pieces = _led(coverage.nearest, to, coverage.scenario.rule)
    return _frame(list(zip(coverage.scenario.point_ids, pieces, strict=True)), ["id"])


@cached_per_ranking  # who is nearest depends on neither speed nor hours
def _led(near: Ranking, to: Outlines, rule: Rule) -> tuple[_Pieces, ...]:
    made = []
    for own in near.own_m:  # a field per point
        rival = np.where(own <= near.first_m, near.second_m, near.first_m)
        lead_nmi = np.where(np.isfinite(own), own / M_PER_NMI - np.minimum(rival / M_PER_NMI, _FAR / 2), _FAR)
        made.append(_between(lead_nmi, rule, to, [(-_FAR, 0.0)])[0])
    return tuple(made)


def delay_bands(
    joint: Coverage, coordinated: Coverage, to: Outlines, *, edges_h: Sequence[float] = DELAY_EDGES_H
) -> gpd.GeoDataFrame:
    """Return how much later help comes when each stays on its own side: rows ``from_h``, ``to_h`` (infinite: never)."""
    levels = [*edges_h, _FAR / 2, 2 * _FAR]
    shapes = _between(delay_h(joint, coordinated), coordinated.scenario.rule, to, list(itertools.pairwise(levels)))
    rows = []
    for low, high, shape in zip(levels, levels[1:], shapes, strict=False):
        ends = (np.inf, np.inf) if low == _FAR / 2 else (low, np.inf if high == _FAR / 2 else high)
        rows.append((*ends, shape))
    return _frame(rows, ["from_h", "to_h"])


# --- how -----------------------------------------------------------------------------------------------------------------


def _frame(rows: Iterable[tuple[Any, ...]], names: Sequence[str]) -> gpd.GeoDataFrame:
    """Return rows as a table, the last of each its pieces; empty ones are left out."""
    kept = [(*row[:-1], *piece) for row in rows for piece in row[-1] if not piece[1].is_empty]
    table = {name: [row[column] for row in kept] for column, name in enumerate(names)}
    sides = [row[-2] for row in kept]
    if any(sides):
        table["side"] = sides
    shapes = gpd.array.from_shapely([row[-1] for row in kept], crs=WGS84)
    return gpd.GeoDataFrame(table | {"geometry": shapes}, geometry="geometry")


def _arriving(
    coverage: Coverage, to: Outlines, steps_h: Sequence[tuple[float, float]], *, second: bool = False
) -> list[_Pieces]:
    """Return where the first to arrive comes between each two hours, or the second."""
    scenario = coverage.scenario
    steps_m = [(_distance_m(low, scenario), _distance_m(high, scenario)) for low, high in steps_h]
    return _shapes(_distances(coverage.nearest, scenario.rule, to, second), scenario.rule, to, steps_m)


def _distance_m(hours: float, scenario: Scenario) -> float:
    """Return how far one comes in these hours after the call; beyond everything for `_FAR`."""
    if abs(hours) >= _FAR:
        return math.copysign(2 * _FAR, hours)
    return (hours - scenario.readiness_h) * scenario.speed_kn * M_PER_NMI


@cached_per_ranking
def _distances(near: Ranking, rule: Rule, to: Outlines, second: bool) -> tuple[Floats, ...]:
    field_m = near.second_m if second else near.first_m
    return tuple(_laid(region, field_m) for region in to.regions(rule))


def _between(field: Floats, rule: Rule, to: Outlines, steps: Sequence[tuple[float, float]]) -> list[_Pieces]:
    """Return the shapes between each two levels of a field, in EPSG:4326."""
    return _shapes([_laid(region, field) for region in to.regions(rule)], rule, to, steps)


def _laid(region: _Region, field: Floats) -> Floats:
    """Lay a field, a value per cell, out over a region's rectangle, carried over the shore."""
    values = np.append(np.nan_to_num(field, nan=_FAR, posinf=_FAR), _FAR)[region.source]  # `NOWHERE` is the last
    return values if region.fill is None else region.fill(values)


def _shapes(fields: Sequence[Floats], rule: Rule, to: Outlines, steps: Sequence[tuple[float, float]]) -> list[_Pieces]:
    regions = to.regions(rule)
    laid = zip(regions, fields, strict=True)
    raw = [(region, shape) for region, field in laid for shape in _contoured(to.grid, region, field, steps)]
    made = _clipped(raw) if to.clips else [_simplified(shape) for _, shape in raw]
    each = [list(zip([region for region, _ in raw], made, strict=True))[step :: len(steps)] for step in range(len(steps))]
    if to.clips:
        return [[(None, _polygons(to.grid.plane.globe(_joined([shape for _, shape in parts]))))] for parts in each]
    return [[(region.side, _polygons(to.grid.plane.globe(shape))) for region, shape in parts] for parts in each]


def _clipped(raw: Sequence[tuple[_Region, shapely.Geometry]]) -> list[shapely.MultiPolygon]:
    with ThreadPoolExecutor(_THREADS) as pool:  # GEOS works without the interpreter's lock
        return list(pool.map(lambda pair: _polygons(shapely.intersection(pair[1], pair[0].clip)), raw))


def _simplified(shape: shapely.Geometry) -> shapely.MultiPolygon:
    return _polygons(shapely.simplify(shape, _DRAWN_M, preserve_topology=False))


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
