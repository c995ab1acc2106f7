"""Navigable water and starts of a scheme, and the distances from each start to every cell.

This takes a second or two, once per data folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import shapely

from geo.arrays import Flags, Floats, Geometries
from geo.coverage.grid import CELL_M, StraitGrid, strait_grid
from geo.errors import DataError, ScenarioError
from geo.scheme.features import ControlPoint
from geo.scheme.patrol_scheme import PatrolScheme
from geo.sea.distance import SeaDistance, SeaField

__all__ = ["Reach", "StartFields", "navigable_water", "start_fields", "starts"]

_COLUMNS: Final = ["name", "country", "lon", "lat", "is_control_point"]


@dataclass(frozen=True, eq=False)
class StartFields:
    """Distances from the starts of a scheme: to the cells of the strait (``reach``), and exact ones to any point."""

    reach: Reach
    starts: pd.DataFrame
    by_start: dict[str, SeaField]
    water: SeaDistance


def navigable_water(scheme: PatrolScheme) -> shapely.Polygon:
    """Return the largest connected part of the study box minus land, EPSG:4326.

    Raises
    ------
    DataError
        If land covers the whole box.
    """
    box = scheme.sources.study_box
    land = shapely.get_parts(scheme.land.geometry.to_numpy())
    island = _find_islands(land, (box.west, box.south, box.east, box.north))
    shore = shapely.union_all(land[~island])
    water = shapely.get_parts(shapely.difference(shapely.box(box.west, box.south, box.east, box.north), shore))
    parts = [part for part in water if isinstance(part, shapely.Polygon) and not part.is_empty]
    if not parts:
        raise DataError(f"land.geojson: covers the whole study box {box}; wanted some water in it")
    return max(_cut_islands(parts, land[island]), key=lambda part: part.area)


def _find_islands(land: Geometries, box: tuple[float, float, float, float]) -> Flags:
    """Return which polygons touch neither the box nor other land and have no lake: they are holes of the water as they are."""
    bounds = shapely.bounds(land)
    inside = (bounds[:, :2] > box[:2]).all(axis=1) & (bounds[:, 2:] < box[2:]).all(axis=1)
    is_island: Flags = inside & (shapely.get_num_interior_rings(land) == 0)
    small, large = shapely.STRtree(land).query(land)
    vertices = shapely.get_num_coordinates(land)
    once = (vertices[small] < vertices[large]) | ((vertices[small] == vertices[large]) & (small < large))
    small, large = small[once], large[once]
    shapely.prepare(land[large])
    touch = shapely.intersects(land[large], land[small])
    is_island[small[touch]] = is_island[large[touch]] = False
    return is_island


def _cut_islands(parts: Sequence[shapely.Polygon], islands: Geometries) -> Iterable[shapely.Polygon]:
    """Yield each part of the water without the islands in it."""
    shores = shapely.get_exterior_ring(islands)
    around, inside = shapely.STRtree(shapely.get_point(shores, 0)).query(parts, predicate="contains")
    for number, part in enumerate(parts):
        outer, *holes = np.append(shapely.get_rings(part), shores[inside[around == number]])
        yield shapely.Polygon(outer, holes)


def starts(scheme: PatrolScheme) -> pd.DataFrame:
    """Return the starts of a scheme: control points first, then further bases with a start.

    Returns
    -------
    DataFrame
        Indexed by id: ``name``, ``country``, ``lon``, ``lat``, ``is_control_point``.
    """
    features = [(scheme.feature(start_id), start) for start_id, start in scheme.starts.items()]
    rows = [(one.name, one.country, start.lon, start.lat, isinstance(one, ControlPoint)) for one, start in features]
    return pd.DataFrame(rows, columns=_COLUMNS, index=pd.Index(scheme.starts, name="id"))


def start_fields(scheme: PatrolScheme, *, cell_m: float = CELL_M) -> StartFields:
    """Compute the distances from every start of a scheme.

    Raises
    ------
    UnreachableError
        If a start has no navigable water within 5 km.
    """
    water = SeaDistance(navigable_water(scheme))
    grid = strait_grid(scheme.strait, scheme.waters, cell_m=cell_m)
    table = starts(scheme)
    cells = water.locate(grid.lon, grid.lat)
    positions = zip(table.index, table["lon"].to_numpy(), table["lat"].to_numpy(), strict=True)
    by_start = {str(name): water.from_point(float(lon), float(lat), targets=cells) for name, lon, lat in positions}
    distance_m = np.array([field.at_located_m(cells) for field in by_start.values()])
    reach = Reach(grid=grid, ids=tuple(by_start), countries=tuple(table["country"]), distance_m=distance_m)
    return StartFields(reach=reach, starts=table, by_start=by_start, water=water)


@dataclass(frozen=True, eq=False)
class Reach:
    """Distances from every start to every cell, metres: a row per start, a column per cell; independent of the scenario."""

    grid: StraitGrid
    ids: tuple[str, ...]
    countries: tuple[str, ...]
    distance_m: Floats

    def rows(self, point_ids: Sequence[str]) -> list[int]:
        """Return the rows of these starts; an unknown id is an error that lists the known ones."""
        unknown = sorted(set(point_ids) - set(self.ids))
        if unknown:
            raise ScenarioError(f"no start {unknown[0]!r}; known: {', '.join(sorted(self.ids))}")
        return [self.ids.index(point_id) for point_id in point_ids]
