"""The facts and answers of a scheme as named tables, the same for every data format.

Column names end in their unit. Rows come from `geo.takeaway.fact_tables` and
`geo.takeaway.coverage_tables`; this module adds name and licence, and reduces values to what every format can hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.coverage.answers import CoverageModel
from geo.coverage.scenario import Scenario
from geo.errors import ScenarioError
from geo.scheme.patrol_scheme import PatrolScheme
from geo.signs import plain_text
from geo.takeaway.coverage_tables import Question
from geo.takeaway.fact_tables import agreement_rows, air_ring_rows, point_rows, source_rows
from geo.text import Catalogue, catalogue

__all__ = ["TABLES", "Cell", "Credits", "DataTable", "Row", "table_names", "tables_of"]

TABLES: Final = (
    *("control_points", "bands", "first_responder", "gap", "sides", "air_rings"),
    *("agreements", "coverage", "sources"),
)
_WATER: Final = ("land.geojson", "strait.geojson", "waters.geojson")  # the files that every answer is computed from
_FILES: Final = {
    "control_points": ("control_points.geojson",),
    "air_rings": ("places.geojson", "presets.json"),
    "agreements": ("agreements.json",),
    "sources": ("agreements.json",),  # source records are those that its claims cite
}
_KM2_DIGITS: Final = 3
_DIGITS: Final = 6
Cell = str | float | bool | None  # a value that every format can hold
Row = dict[str, Cell]


@dataclass(frozen=True, eq=False)
class DataTable:
    """One table: its name, its frame with a unique ``id`` as first column, and its credits.

    ``frame`` is a GeoDataFrame in EPSG:4326 where the table has geometry: all points or
    all multipolygons. No number in it is infinite; an unknown value is missing.
    """

    name: str
    frame: pd.DataFrame
    licence: str
    attribution: str

    @property
    def geographic(self) -> bool:
        """Whether the rows have geometry."""
        return isinstance(self.frame, gpd.GeoDataFrame)

    @property
    def geometry_type(self) -> str | None:
        """``Point`` or ``MultiPolygon``; ``None`` where the table has no geometry."""
        if not self.geographic:
            return None
        return "Point" if self.name == "control_points" else "MultiPolygon"

    def title(self, t: Catalogue) -> str:
        """Return the table's title for people."""
        return t(f"dataset.{self._slug}")

    def description(self, t: Catalogue) -> str:
        """Return a text on what a row is and how to read it."""
        return t(f"dataset.{self._slug}.about")

    def rows(self) -> list[Row]:
        """Return the rows as plain values, without geometry; ``None`` where a value is missing."""
        plain = pd.DataFrame(self.frame.drop(columns="geometry") if self.geographic else self.frame)
        columns = {name: [None if pd.isna(value) else value for value in plain[name].tolist()] for name in plain.columns}
        return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]

    def without_shapes(self) -> DataTable:
        """Return the table for formats without geometry: points become ``lon`` and ``lat``, areas are left out.

        A shape along the full coast has some hundred thousand vertices; a spreadsheet cell
        holds 32,767 characters.
        """
        if not isinstance(self.frame, gpd.GeoDataFrame):
            return self
        shapes = self.frame.geometry
        plain = pd.DataFrame(self.frame.drop(columns="geometry"))
        if self.geometry_type == "Point":
            plain.insert(1, "lon", shapes.x.to_numpy())
            plain.insert(2, "lat", shapes.y.to_numpy())
        return replace(self, frame=plain)

    @property
    def _slug(self) -> str:
        return self.name.replace("_", "-")


@dataclass(frozen=True)
class Credits:
    """The texts that a file carries beside its tables, in one language, and the date of its data."""

    title: str
    question: str
    units: str
    caution: str
    attribution: str
    licence: str
    stamp: str
    data_date: str
    point_ids: tuple[str, ...]  # the starts of the scenario, in their order

    def lines(self) -> tuple[str, ...]:
        """Return the texts as sentences, for formats with a single description."""
        return (self.question, self.units, self.caution, self.attribution, self.licence, self.stamp)


def table_names(requested: Iterable[str] | None) -> tuple[str, ...]:
    """Return the requested names, each once; all names for ``None``.

    Raises
    ------
    ScenarioError
        If a name is not one of `TABLES`, or the list is empty.
    """
    names = TABLES if requested is None else tuple(dict.fromkeys(requested))
    for name in names or ("",):
        if name not in TABLES:
            raise ScenarioError(f"no table {name!r}; known: {', '.join(TABLES)}")
    return names


def tables_of(
    scheme: PatrolScheme, model: CoverageModel, scenario: Scenario, *, names: Iterable[str] | None = None, lang: str = "en"
) -> tuple[DataTable, ...]:
    """Return tables of a scheme and of its answer to a scenario.

    Parameters
    ----------
    scheme, model, scenario
        The data, the model computed from them, and the scenario to answer.
    names
        Which of `TABLES`, in this order; all if left out.
    lang
        Language of the texts in the tables, ``"en"`` or ``"id"``.

    Raises
    ------
    ScenarioError
        If a table or a start is not a known one.
    """
    question = Question(scheme, model, scenario, catalogue(lang))
    return tuple(_table(name, question) for name in table_names(names))


def _table(name: str, question: Question) -> DataTable:
    frame = _FRAMES[name](question)
    sources, files = question.scheme.sources, _FILES.get(name, _WATER)
    licences = dict.fromkeys(record.licence for record in sources.files if record.file in files)
    credits = sources.credits(*files, lang=question.t.lang)
    return DataTable(name, _clean(frame), plain_text(", ".join(licences)), plain_text("; ".join(credits)))


_FRAMES: Final[dict[str, Callable[[Question], pd.DataFrame]]] = {
    "control_points": lambda question: point_rows(question.scheme, question.scenario.point_ids, question.t),
    "bands": Question.bands,
    "first_responder": Question.first_responder,
    "gap": Question.gap,
    "sides": Question.sides,
    "air_rings": lambda question: air_ring_rows(question.scheme),
    "agreements": lambda question: agreement_rows(question.scheme, question.t),
    "coverage": Question.coverage,
    "sources": lambda question: source_rows(question.scheme),
}


def _clean(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with numbers rounded, infinite ones missing, and texts that every format can hold."""
    clean = frame.copy()
    for name in clean.columns.drop("geometry", errors="ignore"):
        column = clean[name]
        if pd.api.types.is_float_dtype(column):
            digits = _KM2_DIGITS if name.endswith("_km2") else _DIGITS
            clean[name] = column.where(np.isfinite(column)).round(digits) + 0.0  # no negative zero
        elif not pd.api.types.is_numeric_dtype(column):
            clean[name] = pd.Series([_cell(value) for value in column], index=column.index, dtype=object)
    return clean


def _cell(value: object) -> str | None:
    return plain_text(value) if isinstance(value, str) and value else None
