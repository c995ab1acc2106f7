"""Writes the tables of a scheme as GeoJSON, GeoPackage, KML, CSV or XLSX, each with scenario, licence and credits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from geo.coverage.answers import CoverageModel
from geo.coverage.scenario import Scenario
from geo.coverage.words import question_text
from geo.errors import ExportError
from geo.scheme.patrol_scheme import PatrolScheme
from geo.signs import plain_text
from geo.takeaway.gis_files import GIS_GENERATOR, geojson_bytes, gpkg_bytes, kml_bytes
from geo.takeaway.spreadsheets import CSV_MARK, csv_bytes, xlsx_bytes
from geo.takeaway.tables import TABLES, Credits, DataTable, table_names, tables_of
from geo.text import Catalogue, catalogue

__all__ = ["DATASET_KINDS", "DATASET_MARKS", "dataset_bytes"]

DATASET_KINDS: Final = ("geojson", "gpkg", "kml", "csv", "xlsx")
# A text near the start of every file that Selat wrote, by kind; GeoPackage and XLSX cannot have one.
DATASET_MARKS: Final = {"geojson": f'"generator": "{GIS_GENERATOR}"', "kml": f"<!-- {GIS_GENERATOR} -->", "csv": CSV_MARK}
MAP_TABLES: Final = ("control_points", "bands", "first_responder", "gap", "sides", "air_rings")  # those with geometry


def dataset_bytes(
    scheme: PatrolScheme,
    model: CoverageModel,
    scenario: Scenario,
    *,
    kind: str,
    layers: Sequence[str] | None = None,
    table: str | None = None,
    lang: str = "en",
    bom: bool = False,
) -> bytes:
    """Return tables of a scheme and its answer to a scenario as a file.

    Parameters
    ----------
    scheme, model, scenario
        The data, the model computed from them, and the scenario to answer.
    kind
        One of `DATASET_KINDS`.
    layers
        Which of `geo.takeaway.tables.TABLES`, in this order; if left out, all that the format can hold.
        KML holds those of `MAP_TABLES`.
    table
        The one table of a CSV, which takes no ``layers``; other kinds take no ``table``.
    lang
        Language of texts, titles and descriptions, ``"en"`` or ``"id"``.
    bom
        Whether a CSV begins with a byte order mark, which Excel needs to read it as UTF-8.

    Returns
    -------
    bytes
        The same for the same input, except for a workbook.

    Raises
    ------
    ExportError
        If the kind is unknown, or cannot hold the tables.
    ScenarioError
        If a table or a start is unknown.
    """
    names = _names(kind, layers, table)
    t = catalogue(lang)
    tables = tables_of(scheme, model, scenario, names=names, lang=lang)
    credits = _credits(scheme, model, scenario, tables, t)
    if kind == "csv":
        return csv_bytes(tables[0], credits, bom=bom)
    write = {"geojson": geojson_bytes, "gpkg": gpkg_bytes, "kml": kml_bytes, "xlsx": xlsx_bytes}[kind]
    return write(tables, credits, t)


def _names(kind: str, layers: Sequence[str] | None, table: str | None) -> tuple[str, ...]:
    """Return the names of a file's tables; raise `ExportError` for what its format cannot hold."""
    if kind not in DATASET_KINDS:
        raise ExportError(f"no data format {kind!r}; known: {', '.join(DATASET_KINDS)}")
    if kind == "csv":
        if table is None or layers is not None:
            raise ExportError(f"a csv holds one table: name it as `table`, not as `layers`; known: {', '.join(TABLES)}")
        return table_names([table])
    if table is not None:
        raise ExportError(f"`table` is for csv; a {kind} takes `layers`; known: {', '.join(TABLES)}")
    if kind != "kml":
        return table_names(layers)
    names = table_names(MAP_TABLES if layers is None else layers)
    if absent := [name for name in names if name not in MAP_TABLES]:
        raise ExportError(f"{absent[0]!r} has no place on the map, which kml needs; known: {', '.join(MAP_TABLES)}")
    return names


def _credits(
    scheme: PatrolScheme, model: CoverageModel, scenario: Scenario, tables: Sequence[DataTable], t: Catalogue
) -> Credits:
    sources, about = scheme.sources, scheme.sources.about
    names = {point_id: str(model.fields.starts.loc[point_id, "name"]) for point_id in scenario.point_ids}
    asked = question_text(scenario, names, t)
    caution = about.caution.in_language(t.lang) if about.caution else ""
    credits = (credit for table in tables for credit in table.attribution.split("; "))
    licences = (licence for table in tables for licence in table.licence.split(", "))
    return Credits(
        title=plain_text(about.title.in_language(t.lang)),
        question=plain_text(t("dataset.asked", asked=asked, hours=t.number(scenario.limit_h, digits=2))),
        units=t("dataset.units"),
        caution=plain_text(f"{t('footer.not')} {caution}".strip()),
        attribution="; ".join(dict.fromkeys(filter(None, credits))),
        licence=", ".join(dict.fromkeys(filter(None, licences))),
        stamp=t("export.stamp", date=t.date(sources.data_date), stamp=sources.stamp),
        data_date=sources.data_date,
        point_ids=scenario.point_ids,
    )
