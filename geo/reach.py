"""From a scheme to distances: its navigable water, its starts, and how far each start is from every cell.

This is what takes a second or two; it is done once for a data folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import shapely

from geo.coverage import Reach
from geo.errors import DataError
from geo.scheme import PatrolScheme
from geo.sea_distance import SeaDistance, SeaField
from geo.strait_grid import CELL_M, strait_grid

__all__ = ["Fields", "fields_of", "navigable_water", "starts"]

_COLUMNS: Final = ["name", "country", "lon", "lat", "is_control_point"]


@dataclass(frozen=True, eq=False)
class Fields:
    """Distances of a scheme: to the cells of the strait, and exact ones to any point."""

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
    land = shapely.union_all(scheme.land.geometry.to_numpy())
    water = shapely.difference(shapely.box(box.west, box.south, box.east, box.north), land)
    parts = [part for part in shapely.get_parts(water) if isinstance(part, shapely.Polygon)]
    if not parts:
        raise DataError(f"land.geojson: covers the whole study box {box}; wanted some water in it")
    return max(parts, key=lambda part: part.area)


def starts(scheme: PatrolScheme) -> pd.DataFrame:
    """Return all starts of a scheme: control points first, then further bases with a sea-side start.

    Returns
    -------
    DataFrame
        Indexed by id: ``name``, ``country``, ``lon``, ``lat``, ``is_control_point``.
    """
    points = scheme.control_points.assign(is_control_point=True)
    bases = scheme.places[scheme.places["start_lon"].notna()].assign(is_control_point=False)
    both = pd.concat([pd.DataFrame(frame) for frame in (points, bases) if len(frame)])
    table = both.rename(columns={"start_lon": "lon", "start_lat": "lat"})[_COLUMNS]
    return table.astype({"lon": float, "lat": float})


def fields_of(scheme: PatrolScheme, *, cell_m: float = CELL_M) -> Fields:
    """Work out the distances of every start of a scheme.

    Raises
    ------
    UnreachableError
        If a start has no navigable water within 5 km.
    """
    water = SeaDistance(navigable_water(scheme))
    grid = strait_grid(scheme.strait, scheme.waters, cell_m=cell_m)
    table = starts(scheme)
    cells = water.locate(grid.lon, grid.lat)
    places = zip(table.index, table["lon"].to_numpy(), table["lat"].to_numpy(), strict=True)
    by_start = {str(name): water.from_point(float(lon), float(lat), needed=cells) for name, lon, lat in places}
    distance_m = np.array([field.at_located_m(cells) for field in by_start.values()])
    reach = Reach(grid=grid, ids=tuple(by_start), countries=tuple(table["country"]), distance_m=distance_m)
    return Fields(reach=reach, starts=table, by_start=by_start, water=water)
