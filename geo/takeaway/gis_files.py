"""Tables as files for a GIS: GeoJSON, GeoPackage, KML; the only module that imports pyogrio.

Same tables, same bytes. Longitude and latitude are on WGS84, with five decimals.
"""

from __future__ import annotations

import json
import tempfile
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import geopandas as gpd
import pyogrio  # type: ignore[import-untyped]  # ships no types, and no stubs are published
import shapely
from shapely.geometry.base import BaseGeometry

from geo.colors import AIR_COLOR, CONTROL_POINT_COLOR, REACH_COLORS, band_color, point_color, side_color
from geo.coverage.shapes import BAND_EDGES_H
from geo.takeaway.tables import Credits, DataTable, Row
from geo.text import Catalogue

__all__ = ["GIS_GENERATOR", "geojson_bytes", "gpkg_bytes", "kml_bytes"]

GIS_GENERATOR: Final = "Selat data export"
_DECIMALS: Final = 5
_GDAL_DATE: Final = "OGR_CURRENT_DATE"  # the date that GDAL writes in place of today's
_GDAL_LOCK: Final = threading.Lock()  # GDAL's options are global to the process
_KML: Final = "http://www.opengis.net/kml/2.2"
_OPACITY: Final = "99"  # hexadecimal, of areas in KML

# --- GeoJSON --------------------------------------------------------------------------------------------------------


def geojson_bytes(tables: Sequence[DataTable], credits: Credits, t: Catalogue) -> bytes:
    """Return tables as one GeoJSON feature collection (RFC 7946), one feature per line.

    Each feature has its ``table`` as a property and a unique id, ``table/row``; rows without
    geometry have ``null``. Title, credits and the like are foreign members of the collection.
    """
    head = {
        "type": "FeatureCollection",
        "generator": GIS_GENERATOR,
        "title": credits.title,
        "description": f"{credits.question} {credits.units}",
        "caution": credits.caution,
        "attribution": credits.attribution,
        "licence": credits.licence,
        "stamp": credits.stamp,
        "tables": [_describe_table(table, t) for table in tables],
    }
    features = ",\n".join(line for table in tables for line in _features(table))
    return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "features": [\n{features}\n]}}\n'.encode()


def _describe_table(table: DataTable, t: Catalogue) -> dict[str, str]:
    return {
        "table": table.name,
        "title": table.title(t),
        "description": table.description(t),
        "licence": table.licence,
        "attribution": table.attribution,
    }


def _features(table: DataTable) -> Iterator[str]:
    for row, shape in zip(table.rows(), _shapes(table), strict=True):
        feature = {
            "type": "Feature",
            "id": f"{table.name}/{row['id']}",
            "properties": {"table": table.name, **row},
            "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
        }
        yield json.dumps(feature, ensure_ascii=False, allow_nan=False)


def _shapes(table: DataTable) -> Sequence[BaseGeometry | None]:
    frame = table.frame
    return list(frame.geometry) if isinstance(frame, gpd.GeoDataFrame) else [None] * len(frame)


# --- GeoPackage -----------------------------------------------------------------------------------------------------


def gpkg_bytes(tables: Sequence[DataTable], credits: Credits, t: Catalogue) -> bytes:
    """Return tables as one GeoPackage, a layer each in EPSG:4326; those without geometry are attribute tables.

    Layers carry title and description; scenario, licence, attribution and caution are
    metadata. Dates in the file are that of the data.
    """
    with tempfile.TemporaryDirectory() as folder, _gdal_date(credits.data_date):
        path = Path(folder) / "selat.gpkg"
        for table in tables:
            _add_layer(path, table, credits, t)
        return path.read_bytes()


def _add_layer(path: Path, table: DataTable, credits: Credits, t: Catalogue) -> None:
    first = not path.exists()
    credit = {"LICENCE": table.licence, "ATTRIBUTION": table.attribution}
    pyogrio.write_dataframe(
        table.frame,
        path,
        layer=table.name,
        driver="GPKG",
        append=not first,
        geometry_type=table.geometry_type,
        dataset_metadata=_gpkg_metadata(credits) if first else None,
        layer_metadata=credit,
        layer_options={"IDENTIFIER": table.title(t), "DESCRIPTION": f"{table.description(t)} {table.attribution}"},
    )


def _gpkg_metadata(credits: Credits) -> dict[str, str]:
    return {
        "TITLE": credits.title,
        "SCENARIO": credits.question,  # GDAL reserves DESCRIPTION
        "UNITS": credits.units,
        "CAUTION": credits.caution,
        "ATTRIBUTION": credits.attribution,
        "LICENCE": credits.licence,
        "STAMP": credits.stamp,
        "GENERATOR": GIS_GENERATOR,
    }


@contextmanager
def _gdal_date(day: str) -> Iterator[None]:
    """Set the date that GDAL writes, and restore the option; one thread at a time, since the option is global."""
    with _GDAL_LOCK:
        former = pyogrio.get_gdal_config_option(_GDAL_DATE)
        pyogrio.set_gdal_config_options({_GDAL_DATE: f"{day}T00:00:00.000Z"})
        try:
            yield
        finally:
            pyogrio.set_gdal_config_options({_GDAL_DATE: former})


# --- KML ------------------------------------------------------------------------------------------------------------


def kml_bytes(tables: Sequence[DataTable], credits: Credits, t: Catalogue) -> bytes:
    """Return tables with geometry as KML 2.2, a folder each; every column of a row is extended data of its placemark."""
    root = ET.Element("kml", xmlns=_KML)
    document = ET.SubElement(root, "Document")
    _add(document, "name", credits.title)
    _add(document, "description", "\n".join(credits.lines()))
    for table in tables:
        folder = ET.SubElement(document, "Folder")
        _add(folder, "name", table.name)
        _add(folder, "description", f"{table.title(t)}. {table.description(t)}\n{table.attribution}; {table.licence}")
        ids = [str(row["id"]) for row in table.rows()]
        for row, shape in zip(table.rows(), _shapes(table), strict=True):
            folder.append(_placemark(table, row, shape, _color(table, row, credits.point_ids, ids)))
    ET.indent(root, " ")
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- {GIS_GENERATOR} -->\n'
    return f"{head}{ET.tostring(root, encoding='unicode')}\n".encode()


def _placemark(table: DataTable, row: Row, shape: BaseGeometry | None, color: str) -> ET.Element:
    placemark = ET.Element("Placemark", id=f"{table.name}.{row['id']}")
    _add(placemark, "name", str(row.get("name") or row["id"]))
    style = ET.SubElement(placemark, "Style")
    kind = "IconStyle" if table.geometry_type == "Point" else "PolyStyle"
    _add(ET.SubElement(style, kind), "color", _kml_color(color, opaque=kind == "IconStyle"))
    if kind == "PolyStyle":
        _add(ET.SubElement(style, "LineStyle"), "color", _kml_color(color, opaque=True))
    data = ET.SubElement(placemark, "ExtendedData")
    for name, value in row.items():
        if value is not None:
            _add(ET.SubElement(data, "Data", name=name), "value", _kml_text(value))
    if shape is not None:
        placemark.append(_kml_shape(shape))
    return placemark


def _kml_shape(shape: BaseGeometry) -> ET.Element:
    if isinstance(shape, shapely.Point):
        point = ET.Element("Point")
        _add(point, "coordinates", _corners(shape))
        return point
    many = ET.Element("MultiGeometry")
    for part in shapely.get_parts(shape):
        polygon = ET.SubElement(many, "Polygon")
        for name, ring in (("outerBoundaryIs", part.exterior), *(("innerBoundaryIs", hole) for hole in part.interiors)):
            _add(ET.SubElement(ET.SubElement(polygon, name), "LinearRing"), "coordinates", _corners(ring))
    return many


def _corners(shape: BaseGeometry) -> str:
    return " ".join(f"{lon:.{_DECIMALS}f},{lat:.{_DECIMALS}f}" for lon, lat in shapely.get_coordinates(shape))


def _kml_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _color(table: DataTable, row: Row, point_ids: Sequence[str], ids: Sequence[str]) -> str:
    """Return the map's colour of a row; ``ids`` are those of the table, ``point_ids`` those of the scenario."""
    if table.name == "control_points":
        return CONTROL_POINT_COLOR
    if table.name == "air_rings":
        return AIR_COLOR[False]
    if table.name == "sides":
        return side_color(str(row["id"]), ids)
    if table.name == "gap":
        return REACH_COLORS[str(row["id"])]
    if isinstance(to_h := row.get("to_h"), float):  # only bands have this column
        return band_color(to_h, BAND_EDGES_H)
    return point_color(str(row["id"]), point_ids)


def _kml_color(color: str, *, opaque: bool) -> str:
    """Return ``#RRGGBB`` in the order of KML, ``aabbggrr``."""
    red, green, blue = color[1:3], color[3:5], color[5:7]
    return f"{'ff' if opaque else _OPACITY}{blue}{green}{red}".lower()


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text
