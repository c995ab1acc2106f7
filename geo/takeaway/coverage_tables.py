"""The answer to a scenario as tables: bands, first responder, gap, sides, and the coverage numbers.

Shapes are multipolygons in EPSG:4326, clipped to the full coast, rounded to five decimals
(about 1 m), exterior rings counter-clockwise. Areas are those of the rounded shapes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.coverage.answers import Answer, CoverageModel
from geo.coverage.assess import Coverage
from geo.coverage.scenario import Scenario
from geo.coverage.shapes import bands, first_responder, gap
from geo.measure import AREA_KM2, WGS84, areas_km2
from geo.scheme.patrol_scheme import PatrolScheme
from geo.takeaway.fact_tables import join_values
from geo.text import Catalogue

__all__ = ["Question"]

_DEG: Final = 1e-5
_ARRIVALS: Final = ("mean_arrival_h", "median_arrival_h", "worst_arrival_h")
_NUMBERS: Final = ("reached_km2", "reached_share", "backup_km2", "backup_share", "gap_km2", "nobody_km2")


@dataclass(frozen=True, eq=False)
class Question:
    """A scenario and its answer, computed once for all tables; texts are in the catalogue's language."""

    scheme: PatrolScheme
    model: CoverageModel
    scenario: Scenario
    t: Catalogue

    @cached_property
    def answer(self) -> Answer:
        """The answer to the scenario."""
        return self.model.answer(self.scenario)

    def bands(self) -> gpd.GeoDataFrame:
        """Return the bands of earliest arrival: ``from_h``, ``to_h``, area and share of the strait."""
        shapes = bands(self.answer.coverage, self.model.full)
        frame = pd.DataFrame(shapes.drop(columns="geometry")).astype(float)
        frame.insert(0, "id", [f"{low:g}-{high:g}-h" for low, high in frame.itertuples(index=False)])
        return self._with_share(_add_areas(frame, shapes))

    def first_responder(self) -> gpd.GeoDataFrame:
        """Return the water where each start arrives first, whatever the time."""
        shapes = first_responder(self.answer.coverage, self.model.full)
        starts = self.model.fields.starts.loc[shapes["id"]]
        frame = starts[["name", "country"]].reset_index(names="id")
        return self._with_share(_add_areas(frame, shapes))

    def gap(self) -> gpd.GeoDataFrame:
        """Return the water reached within the limit, the part that two or more reach, and the gap."""
        shapes = gap(self.answer.coverage, self.model.full)
        frame = pd.DataFrame({"id": shapes["what"], "limit_h": self.scenario.limit_h})
        return self._with_share(_add_areas(frame, shapes))

    def sides(self) -> gpd.GeoDataFrame:
        """Return a row per side, its parts united: basis, coverage numbers, and cost of the boundary."""
        numbers = self.answer.coverage.by_side.drop(columns=AREA_KM2).join(self.answer.cost.drop(columns="nobody_km2"))
        parts = self.scheme.waters.groupby("side")
        shapes = [shapely.union_all(part.geometry.to_numpy(), grid_size=_DEG) for _, part in parts]
        rows = [self._side(str(side), part) for side, part in parts]
        frame = pd.DataFrame(rows, columns=["id", "name", "basis", "mark", "sources"])
        return gpd.GeoDataFrame(_add_areas(frame, gpd.GeoDataFrame(geometry=shapes, crs=WGS84)).join(numbers, on="id"))

    def _side(self, side: str, parts: pd.DataFrame) -> tuple[str | None, ...]:
        source_ids = dict.fromkeys(source for sources in parts["sources"] for source in sources)
        basis, marks = join_values(dict.fromkeys(parts["basis"]), by=" | "), join_values(dict.fromkeys(parts["mark"]))
        return (side, self.t.country(side), basis, marks, join_values(source_ids))

    def coverage(self) -> pd.DataFrame:
        """Return the numbers: a row for all starts together, then one per start that takes part, each with the scenario."""
        c, scenario, t = self.answer.coverage, self.scenario, self.t
        together = {name: getattr(c, name) for name in (*_NUMBERS, *_ARRIVALS)}
        rows = [{"id": "together", "name": t("dataset.together"), "kind": "together", **together}, *self._point_rows(c)]
        columns = ["id", "name", "kind", "country", *_NUMBERS, *c.by_point.columns.drop("reached_km2"), *_ARRIVALS]
        question = {name: getattr(scenario, name) for name in ("speed_kn", "limit_h", "readiness_h")}
        numbers = pd.DataFrame(rows, columns=columns)
        return numbers.assign(strait_area_km2=c.strait_area_km2, **question, rule=scenario.rule.value)

    def _point_rows(self, coverage: Coverage) -> list[dict[str, object]]:
        rows = []
        for point_id, numbers in coverage.by_point.iterrows():
            start = self.model.fields.starts.loc[str(point_id)]
            kind = "control-point" if start["is_control_point"] else "further-start"
            share = numbers["reached_km2"] / coverage.strait_area_km2
            labels = {"id": str(point_id), "name": start["name"], "kind": kind, "country": start["country"]}
            rows.append({**labels, "reached_share": share, **{str(name): number for name, number in numbers.items()}})
        return rows

    def _with_share(self, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        return frame.assign(strait_share=frame[AREA_KM2] / self.answer.coverage.strait_area_km2)


def _add_areas(frame: pd.DataFrame, shapes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a frame with its shapes rounded for output, and their areas in km²."""
    table = gpd.GeoDataFrame(frame, geometry=[_round_areas(shape) for shape in shapes.geometry], crs=WGS84)
    filled = table[~table.geometry.is_empty].reset_index(drop=True)
    return filled.assign(**{AREA_KM2: areas_km2(filled) if len(filled) else np.empty(0)})


def _round_areas(shape: BaseGeometry) -> shapely.MultiPolygon:
    """Return a shape rounded to five decimals, rings by the right-hand rule; slivers that collapse to lines are dropped."""
    rounded = shapely.orient_polygons(shapely.get_parts(shapely.set_precision(shape, _DEG)))
    return shapely.MultiPolygon([part for part in rounded if part.geom_type == "Polygon"])
