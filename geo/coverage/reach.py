"""The starts of a scheme, and the distances from each start to every cell.

This takes a second or two, once per data folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from geo.arrays import Floats
from geo.coverage.grid import CELL_M, StraitGrid, strait_grid
from geo.coverage.scenario import ADDED_IDS, AddedStart
from geo.errors import ScenarioError
from geo.scheme.features import ControlPoint
from geo.scheme.patrol_scheme import PatrolScheme
from geo.sea.distance import LocatedPoints, SeaDistance, SeaField
from geo.sides import is_state

__all__ = ["Reach", "StartFields", "start_fields", "starts"]

_COLUMNS: Final = ["name", "country", "lon", "lat", "is_control_point"]


@dataclass(frozen=True, eq=False)
class StartFields:
    """Distances from the starts of a scheme: to the cells of the strait (``reach``), and exact ones to any point.

    ``cells`` are the cells, located in ``water`` for the fields of further starts.
    """

    reach: Reach
    starts: pd.DataFrame
    by_start: dict[str, SeaField]
    water: SeaDistance
    cells: LocatedPoints

    def with_added(self, added: Sequence[AddedStart]) -> StartFields:
        """Return the same with further starts, a search over the water for each.

        Raises
        ------
        ScenarioError
            If one is outside the water's box, or of a state that has neither a side nor a start here.
        UnreachableError
            If one has no navigable water within 5 km.
        """
        for start in added:
            self._require_known(start)
        ids = ADDED_IDS[: len(added)]
        pairs = tuple(zip(ids, added, strict=True))
        fields = {name: self.water.from_point(one.lon, one.lat, targets=self.cells) for name, one in pairs}
        rows = [(one.name, one.country, *fields[name].start, False) for name, one in pairs]
        table = pd.DataFrame(rows, columns=_COLUMNS, index=pd.Index(ids, name="id"))
        distance_m = np.array([field.at_located_m(self.cells) for field in fields.values()])
        reach = Reach(
            grid=self.reach.grid,
            ids=(*self.reach.ids, *ids),
            countries=(*self.reach.countries, *(one.country for one in added)),
            distance_m=np.vstack([self.reach.distance_m, distance_m]),
        )
        return StartFields(reach, pd.concat([self.starts, table]), self.by_start | fields, self.water, self.cells)

    @property
    def states(self) -> tuple[str, ...]:
        """The states that have a side or a start."""
        return tuple(sorted(set(filter(is_state, self.reach.grid.sides)) | set(self.reach.countries)))

    def _require_known(self, start: AddedStart) -> None:
        west, south, east, north = self.water.bounds
        if not (west <= start.lon <= east and south <= start.lat <= north):
            raise ScenarioError(
                f"an added start must lie within {south:g} to {north:g} N and {west:g} to {east:g} E, "
                f"got {start.lat:g} N, {start.lon:g} E"
            )
        if start.country not in self.states:
            raise ScenarioError(f"no state {start.country!r} on this water; known: {', '.join(self.states)}")


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
        If a start has no navigable water within 5 km; `geo.scheme.load` lets none through, and names all that have not.
    """
    water = SeaDistance(scheme.water.navigable)
    grid = strait_grid(scheme.strait, scheme.waters, cell_m=cell_m)
    table = starts(scheme)
    cells = water.locate(grid.lon, grid.lat)
    positions = zip(table.index, table["lon"].to_numpy(), table["lat"].to_numpy(), strict=True)
    by_start = {str(name): water.from_point(float(lon), float(lat), targets=cells) for name, lon, lat in positions}
    distance_m = np.array([field.at_located_m(cells) for field in by_start.values()])
    reach = Reach(grid=grid, ids=tuple(by_start), countries=tuple(table["country"]), distance_m=distance_m)
    return StartFields(reach=reach, starts=table, by_start=by_start, water=water, cells=cells)


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
