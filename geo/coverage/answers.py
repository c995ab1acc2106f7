"""A scheme that answers scenarios: distances are computed once, then a coverage and its shapes for each scenario.

Page, command line and export all use it, so that they never disagree.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.coverage.assess import Coverage, assess, boundary_cost
from geo.coverage.reach import StartFields, start_fields
from geo.coverage.scenario import Scenario
from geo.coverage.shapes import Outlines, bands_and_limit, delay_bands, display_outlines, first_responder, gap, outlines
from geo.measure import WGS84
from geo.scheme.patrol_scheme import PatrolScheme

__all__ = ["COVERAGE_LAYERS", "Answer", "CoverageModel", "ReachAt", "Route", "default_scenario"]

_KEPT_FIELDS: Final = 8  # sets of added starts; each holds some 20 MB
COVERAGE_LAYERS: Final = ("bands", "first", "backup", "gap", "cost", "none")


@dataclass(frozen=True, eq=False)
class Answer:
    """The answer to a scenario: numbers, and the shapes of one layer, EPSG:4326.

    ``shapes`` has a column ``what`` besides those of `geo.coverage.shapes`. If ``clipped_by_sides``,
    shapes extend a little beyond shore and boundaries: clip them to their ``side`` when they are
    drawn, or to all sides if there is no such column.
    """

    coverage: Coverage
    layer: str
    shapes: gpd.GeoDataFrame
    clipped_by_sides: bool = False

    @functools.cached_property
    def cost(self) -> pd.DataFrame:
        """What the boundary costs per side, under either rule; computed on first use."""
        return boundary_cost(self.coverage.reach, self.coverage.scenario)[-1]


@dataclass(frozen=True)
class Route:
    """The shortest route from one start to a position: metres, hours from the call, and the turns as (lon, lat)."""

    point_id: str
    distance_m: float
    arrival_h: float
    may_act: bool
    lonlats: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class ReachAt:
    """A position, the side it lies on (``None`` outside the strait), and the routes to it (none on land)."""

    lon: float
    lat: float
    side: str | None
    routes: tuple[Route, ...]


class CoverageModel:
    """Everything that is computed once for a scheme.

    Parameters
    ----------
    scheme
        The data folder's scheme.

    Raises
    ------
    UnreachableError
        If a start has no navigable water near it.
    """

    def __init__(self, scheme: PatrolScheme) -> None:
        self.fields: StartFields = start_fields(scheme)
        self._with_added = functools.lru_cache(maxsize=_KEPT_FIELDS)(self.fields.with_added)
        grid = self.fields.reach.grid
        self.full = outlines(grid, scheme.strait, scheme.waters)
        self.display = display_outlines(grid) if len(scheme.waters_light) else self.full

    def answer(self, scenario: Scenario, layer: str = "none", *, clip: Outlines | None = None) -> Answer:
        """Answer a scenario, with the shapes of one of `COVERAGE_LAYERS`.

        Shapes are clipped to ``clip``; by default they are not clipped, if the scheme has simplified
        sides that the browser can clip them to.
        """
        clip = clip or self.display
        coverage = assess(self.fields_of(scenario).reach, scenario)
        return Answer(coverage, layer, _shapes(layer, coverage, clip), not clip.clips)

    def fields_of(self, scenario: Scenario) -> StartFields:
        """Return distances from the starts of the scheme and of those that the scenario adds.

        Raises
        ------
        ScenarioError, UnreachableError
            If a start cannot be added: see `StartFields.with_added`.
        """
        return self._with_added(scenario.added) if scenario.added else self.fields

    def reach_at(self, scenario: Scenario, lon: float, lat: float) -> ReachAt:
        """Return the side of a position and the routes to it."""
        return ReachAt(lon, lat, self.full.side_at(lon, lat), self.routes(scenario, lon, lat))

    def routes(self, scenario: Scenario, lon: float, lat: float) -> tuple[Route, ...]:
        """Return the route of each start of a scenario to a position, soonest first; empty on land.

        Starts that may not act there under the rule come last.
        """
        if not bool(self.fields.water.locate(lon, lat).is_water):
            return ()
        side = self.full.side_at(lon, lat)
        routes = [self._route(scenario, point_id, lon, lat, side) for point_id in scenario.start_ids]
        return tuple(sorted(routes, key=lambda route: (not route.may_act, route.arrival_h)))

    def _route(self, scenario: Scenario, point_id: str, lon: float, lat: float, side: str | None) -> Route:
        fields = self.fields_of(scenario)
        field = fields.by_start[point_id]
        distance_m = float(field.at_m(lon, lat))
        turns = field.path(lon, lat)
        return Route(
            point_id=point_id,
            distance_m=distance_m,
            arrival_h=float(scenario.arrival_h(np.array(distance_m))),
            may_act=scenario.rule.allows(str(fields.starts.loc[point_id, "country"]), side),
            lonlats=tuple((float(x), float(y)) for x, y in turns),
        )


def default_scenario(model: CoverageModel) -> Scenario:
    """Return the initial scenario of page and command line: every control point, and the defaults of `Scenario`."""
    table = model.fields.starts
    return Scenario(tuple(str(point_id) for point_id in table.index[table["is_control_point"]]))


def _shapes(layer: str, coverage: Coverage, clip: Outlines) -> gpd.GeoDataFrame:
    if layer == "none":
        return gpd.GeoDataFrame({"what": []}, geometry=[], crs=WGS84)
    if layer == "bands":
        return bands_and_limit(coverage, clip)
    if layer == "first":
        return first_responder(coverage, clip).assign(what="first")
    if layer in {"backup", "gap"}:
        parts = {"backup": ["reached", "backup"], "gap": ["gap"]}[layer]
        shapes = gap(coverage, clip)
        return shapes[shapes["what"].isin(parts)]
    joint, coordinated, _ = boundary_cost(coverage.reach, coverage.scenario)
    return delay_bands(joint, coordinated, clip).assign(what="delay")
