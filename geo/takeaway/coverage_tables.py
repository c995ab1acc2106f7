"""Answers over water as rows: bands, first responder, gap, sides, and the numbers of a coverage.

Shapes are in EPSG:4326, clipped to the full coast, multipolygons throughout, to five
decimals (about 1 m), outer rings counter-clockwise; areas are those of the shapes as they stand here.
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
from geo.takeaway.fact_tables import joined
from geo.text import Catalogue

__all__ = ["Question"]

_DEG: Final = 1e-5
_ARRIVALS: Final = ("mean_arrival_h", "median_arrival_h", "worst_arrival_h")
_NUMBERS: Final = ("reached_km2", "reached_share", "backup_km2", "backup_share", "gap_km2", "nobody_km2")


@dataclass(frozen=True, eq=False)
class Question:
    """A scenario asked of a scheme, answered once for all its tables; texts are in the catalogue's language."""

    scheme: PatrolScheme
    model: CoverageModel
    scenario: Scenario
    t: Catalogue

    @cached_property
    def answer(self) -> Answer:
        """The numbers."""
        return self.model.answer(self.scenario)

    def bands(self) -> gpd.GeoDataFrame:
        """Return bands of arrival of the first to arrive: ``from_h``, ``to_h``, area and share of the strait."""
        shapes = bands(self.answer.coverage, self.model.full)
        frame = pd.DataFrame(shapes.drop(columns="geometry")).astype(float)
        frame.insert(0, "id", [f"{low:g}-{high:g}-h" for low, high in frame.itertuples(index=False)])
        return self._with_share(_measured(frame, shapes))

    def first_responder(self) -> gpd.GeoDataFrame:
        """Return where each start is the first to arrive, within any time."""
        shapes = first_responder(self.answer.coverage, self.model.full)
        starts = self.model.fields.starts.loc[shapes["id"]]
        frame = starts[["name", "country"]].reset_index(names="id")
        return self._with_share(_measured(frame, shapes))

    def gap(self) -> gpd.GeoDataFrame:
        """Return what is reached within the limit, what two or more reach (a part of it), and the gap."""
        shapes = gap(self.answer.coverage, self.model.full)
        frame = pd.DataFrame({"id": shapes["what"], "limit_h": self.scenario.limit_h})
        return self._with_share(_measured(frame, shapes))

    def sides(self) -> gpd.GeoDataFrame:
        """Return a row per side, its parts joined: what it rests on, its numbers, and what the boundary costs there."""
        numbers = self.answer.coverage.by_side.drop(columns=AREA_KM2).join(self.answer.cost.drop(columns="nobody_km2"))
        parts = self.scheme.waters.groupby("side")
        shapes = [shapely.union_all(part.geometry.to_numpy(), grid_size=_DEG) for _, part in parts]
        rows = [self._side(str(side), part) for side, part in parts]
        frame = pd.DataFrame(rows, columns=["id", "name", "basis", "mark", "sources"])
        return gpd.GeoDataFrame(_measured(frame, gpd.GeoDataFrame(geometry=shapes, crs=WGS84)).join(numbers, on="id"))

    def _side(self, side: str, parts: pd.DataFrame) -> tuple[str | None, ...]:
        cited = dict.fromkeys(source for sources in parts["sources"] for source in sources)
        basis, marks = joined(dict.fromkeys(parts["basis"]), by=" | "), joined(dict.fromkeys(parts["mark"]))
        return (side, self.t.country(side), basis, marks, joined(cited))

    def coverage(self) -> pd.DataFrame:
        """Return the numbers: a row for all together, then one per start that takes part, each with the question."""
        c, asked, t = self.answer.coverage, self.scenario, self.t
        together = {name: getattr(c, name) for name in (*_NUMBERS, *_ARRIVALS)}
        rows = [{"id": "together", "name": t("dataset.together"), "kind": "together", **together}, *self._point_rows(c)]
        columns = ["id", "name", "kind", "country", *_NUMBERS, *c.by_point.columns.drop("reached_km2"), *_ARRIVALS]
        question = {name: getattr(asked, name) for name in ("speed_kn", "limit_h", "readiness_h")}
        numbers = pd.DataFrame(rows, columns=columns)
        return numbers.assign(strait_area_km2=c.strait_area_km2, **question, rule=asked.rule.value)

    def _point_rows(self, coverage: Coverage) -> list[dict[str, object]]:
        rows = []
        for point_id, numbers in coverage.by_point.iterrows():
            start = self.model.fields.starts.loc[str(point_id)]
            kind = "control-point" if start["is_control_point"] else "further-start"
            share = numbers["reached_km2"] / coverage.strait_area_km2
            named = {"id": str(point_id), "name": start["name"], "kind": kind, "country": start["country"]}
            rows.append({**named, "reached_share": share, **{str(name): number for name, number in numbers.items()}})
        return rows

    def _with_share(self, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        return frame.assign(strait_share=frame[AREA_KM2] / self.answer.coverage.strait_area_km2)


def _measured(frame: pd.DataFrame, shapes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a frame with its shapes as they are written, and the area of what is written."""
    table = gpd.GeoDataFrame(frame, geometry=[_areas(shape) for shape in shapes.geometry], crs=WGS84)
    kept = table[~table.geometry.is_empty].reset_index(drop=True)
    return kept.assign(**{AREA_KM2: areas_km2(kept) if len(kept) else np.empty(0)})


def _areas(shape: BaseGeometry) -> shapely.MultiPolygon:
    """Return a shape to five decimals by the right-hand rule; slivers that become lines are dropped."""
    rounded = shapely.orient_polygons(shapely.get_parts(shapely.set_precision(shape, _DEG)))
    return shapely.MultiPolygon([part for part in rounded if part.geom_type == "Polygon"])
