"""The facts and answers of a scheme as named tables: one vocabulary for every data format.

Units end the names of columns. What a table holds is made in `geo.takeaway.fact_tables` and
`geo.takeaway.coverage_tables`; here it gets its name, its licence, and values that any format can carry.
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
from geo.takeaway.coverage_tables import Question
from geo.takeaway.fact_tables import agreement_rows, point_rows, source_rows
from geo.text import Catalogue, catalogue

__all__ = ["TABLES", "Cell", "Credits", "DataTable", "Row", "plain_text", "table_names", "tables_of"]

TABLES: Final = ("control_points", "bands", "first_responder", "gap", "sides", "agreements", "coverage", "sources")
_WATER: Final = ("land.geojson", "strait.geojson", "waters.geojson")  # what any reckoning over water rests on
_FILES: Final = {
    "control_points": ("control_points.geojson",),
    "agreements": ("agreements.json",),
    "sources": ("agreements.json",),  # records of sources go with the claims that cite them
}
_KM2_DIGITS: Final = 3
_DIGITS: Final = 6
_LAST_CONTROL: Final = 0x9F
Cell = str | float | bool | None  # what any format can carry
Row = dict[str, Cell]


@dataclass(frozen=True, eq=False)
class DataTable:
    """One table: a name for programs, a frame with a unique column ``id`` first, and whom to credit for it.

    ``frame`` is a GeoDataFrame in EPSG:4326 where the table is geographic: points, or
    multipolygons throughout. Nothing in it is infinite; what is unknown is missing.
    """

    name: str
    frame: pd.DataFrame
    licence: str
    attribution: str

    @property
    def geographic(self) -> bool:
        """Whether the rows have a place on the map."""
        return isinstance(self.frame, gpd.GeoDataFrame)

    @property
    def geometry_type(self) -> str | None:
        """``Point`` or ``MultiPolygon``; ``None`` where the table is not geographic."""
        if not self.geographic:
            return None
        return "Point" if self.name == "control_points" else "MultiPolygon"

    def title(self, t: Catalogue) -> str:
        """Return what people call the table."""
        return t(f"dataset.{self._slug}")

    def description(self, t: Catalogue) -> str:
        """Return what a row is, and how to read it."""
        return t(f"dataset.{self._slug}.about")

    def rows(self) -> list[Row]:
        """Return the rows as plain values without geometry, ``None`` where a value is missing."""
        plain = pd.DataFrame(self.frame.drop(columns="geometry") if self.geographic else self.frame)
        columns = {name: [None if pd.isna(value) else value for value in plain[name].tolist()] for name in plain.columns}
        return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]

    def without_shapes(self) -> DataTable:
        """Return the table for programs that know no shapes: points become ``lon`` and ``lat``, areas are left out.

        A shape of the full coast has some hundred thousand corners; a cell of a spreadsheet
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
    """What a file says beside its tables, in the language of its texts, and the day its data are of."""

    title: str
    question: str
    units: str
    caution: str
    attribution: str
    licence: str
    stamp: str
    data_date: str
    point_ids: tuple[str, ...]  # the starts that were asked about, in their order

    def lines(self) -> tuple[str, ...]:
        """Return all of it as sentences, for formats that have one place for words."""
        return (self.question, self.units, self.caution, self.attribution, self.licence, self.stamp)


def table_names(asked: Iterable[str] | None) -> tuple[str, ...]:
    """Return the names asked for, each once, all for none.

    Raises
    ------
    ScenarioError
        If a name is not one of `TABLES`, or the list is empty.
    """
    names = TABLES if asked is None else tuple(dict.fromkeys(asked))
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
        What is shown, what answers it, and the question.
    names
        Which of `TABLES`, in the order wanted; all if left out.
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
    return DataTable(name, _tidy(frame), plain_text(", ".join(licences)), plain_text("; ".join(credits)))


_FRAMES: Final[dict[str, Callable[[Question], pd.DataFrame]]] = {
    "control_points": lambda asked: point_rows(asked.scheme, asked.scenario.point_ids, asked.t),
    "bands": Question.bands,
    "first_responder": Question.first_responder,
    "gap": Question.gap,
    "sides": Question.sides,
    "agreements": lambda asked: agreement_rows(asked.scheme, asked.t),
    "coverage": Question.coverage,
    "sources": lambda asked: source_rows(asked.scheme),
}


def _tidy(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose numbers are rounded and finite, and whose texts any format can carry."""
    tidy = frame.copy()
    for name in tidy.columns.drop("geometry", errors="ignore"):
        column = tidy[name]
        if pd.api.types.is_float_dtype(column):
            digits = _KM2_DIGITS if name.endswith("_km2") else _DIGITS
            tidy[name] = column.where(np.isfinite(column)).round(digits) + 0.0  # no minus before a nought
        elif not pd.api.types.is_numeric_dtype(column):
            tidy[name] = pd.Series([_cell(value) for value in column], index=column.index, dtype=object)
    return tidy


def _cell(value: object) -> str | None:
    return plain_text(value) if isinstance(value, str) and value else None


def plain_text(text: str) -> str:
    """Return a text without control characters: XML and spreadsheets refuse them, and a string of C ends at the first."""
    return "".join(" " if _is_control(char) else char for char in text)


def _is_control(char: str) -> bool:
    return ord(char) <= _LAST_CONTROL and not char.isprintable() and char not in "\t\n\r\xa0"
