"""The only reader of GeoJSON: a file in, a checked GeoDataFrame out.

Files are parsed with `json` and `GeoDataFrame.from_features`, never with
`geopandas.read_file`: a GDAL driver may open what only looks like GeoJSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry import shape

from geo.errors import SchemaError
from geo.measure import WGS84
from geo.sources import FileRecord, StudyBox

__all__ = ["LAYERS", "Layer", "read_layer"]

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TEXT_LISTS = frozenset({"sources", "parties"})
_POINT, _LINES, _AREAS = ("Point",), ("LineString", "MultiLineString"), ("Polygon", "MultiPolygon")
Feature = Mapping[str, Any]  # parsed JSON: anything may stand in it until it is checked


@dataclass(frozen=True)
class Layer:
    """What a GeoJSON file of the scheme must hold.

    ``texts`` are columns that every feature fills with text, ``numbers`` with a
    finite number, ``lists`` with a list, of texts for ``sources`` and ``parties`` and of
    objects elsewhere; ``optional`` are added, empty, where they are missing, so that later code
    can rely on them.
    """

    file: str
    geometry: tuple[str, ...]
    texts: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    lists: tuple[str, ...] = ("sources",)
    optional: tuple[str, ...] = ()
    required: bool = True
    ids: re.Pattern[str] = field(default=_ID, repr=False)

    @property
    def columns(self) -> list[str]:
        """Every column of the layer's table, geometry apart."""
        return [*self.texts, *self.numbers, *self.lists, *self.optional]


LAYERS: dict[str, Layer] = {
    layer.file.removesuffix(".geojson").replace("-", "_"): layer
    for layer in (
        Layer(
            "control_points.geojson",
            _POINT,
            texts=("name", "country", "facility_en", "facility_id", "start_note_en", "start_note_id", "mark"),
            numbers=("start_lon", "start_lat", "start_distance_m", "accuracy_m"),
            lists=("commands", "activities", "sources"),
            optional=(
                "doubts",
                "facility_mark",
                "facility_sources",
                "position_mark",
                "position_note_en",
                "position_note_id",
            ),
        ),
        Layer("strait.geojson", _AREAS, texts=("name_en", "name_id")),
        Layer("land.geojson", _AREAS),
        Layer("land-light.geojson", _AREAS, required=False),
        Layer("limits.geojson", _LINES, texts=("name_en", "name_id", "standing", "mark"), required=False),
        Layer(
            "boundaries.geojson",
            _LINES,
            texts=("name_en", "name_id", "treaty_en", "treaty_id", "kind", "mark"),
            lists=("parties", "sources"),
            optional=("signed", "in_force", "note_en", "note_id"),
            required=False,
        ),
        Layer("waters.geojson", _AREAS, texts=("side", "basis", "mark"), required=False),
        Layer("waters-light.geojson", _AREAS, texts=("side", "basis"), required=False),
        Layer(
            "places.geojson",
            _POINT,
            texts=("name", "kind", "country", "role_en", "role_id", "note_en", "note_id", "mark"),
            numbers=("accuracy_m",),
            optional=(
                "since",
                "documented",
                "trafficking",
                "our_placement",
                "position_mark",
                "start_lon",
                "start_lat",
                "start_distance_m",
            ),
            required=False,
        ),
    )
}


def read_layer(
    folder: Path, layer: Layer, *, record: FileRecord | None = None, box: StudyBox | None = None
) -> gpd.GeoDataFrame:
    """Read one layer and check it.

    Parameters
    ----------
    folder
        The data folder.
    layer
        What the file must hold, usually one of `LAYERS`.
    record
        The file's record, whose count it must meet.
    box
        The study box that every feature must lie in.

    Returns
    -------
    GeoDataFrame
        EPSG:4326 (lon, lat), indexed by feature id; empty, with all columns,
        where an optional file is not there.

    Raises
    ------
    SchemaError
        With all faults of the file: file, feature, what, wanted.
    """
    path = folder / layer.file
    if not path.is_file():
        if layer.required:
            raise SchemaError(f"{layer.file}: not there; every data folder needs it")
        return _empty(layer)
    features = _features(path)
    faults = [fault for number, feature in enumerate(features, 1) for fault in _faults(feature, number, layer, box)]
    faults.extend(_repeated(features, layer.file))
    if record and record.features is not None and record.features != len(features):
        faults.append(f"{layer.file}: {len(features)} features; its record says {record.features}")
    if layer.required and not features:
        faults.append(f"{layer.file}: holds no feature; wanted at least one")
    if faults:
        raise SchemaError(faults)
    return _table(features, layer)


def _features(path: Path) -> list[Feature]:
    try:
        document = json.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise SchemaError(f"{path.name}: cannot be read as JSON ({error})") from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or document.get("type") != "FeatureCollection":
        raise SchemaError(f"{path.name}: wanted a GeoJSON FeatureCollection with a list of features")
    crs = document.get("crs")
    if crs is not None and not re.search(r"CRS84|EPSG:+4326", json.dumps(crs)):
        raise SchemaError(f"{path.name}: names another CRS ({json.dumps(crs)[:80]}); wanted longitude, latitude on WGS84")
    return features


def _faults(feature: Feature, number: int, layer: Layer, box: StudyBox | None) -> list[str]:
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        return [f"{layer.file}: feature number {number}: wanted an object with properties and a geometry"]
    properties = feature["properties"]
    label = f"{layer.file}: feature {properties.get('id', f'number {number}')!s}"
    faults = [f"{label}: {fault}" for fault in _property_faults(properties, layer)]
    return faults + [f"{label}: {fault}" for fault in _geometry_faults(feature.get("geometry"), layer, box)]


def _property_faults(properties: Feature, layer: Layer) -> list[str]:
    faults = []
    if not isinstance(properties.get("id"), str) or not layer.ids.fullmatch(properties["id"]):
        faults.append(f"id is {properties.get('id')!r}; wanted lower case letters, digits and hyphens")
    for name in layer.texts:
        if not isinstance(properties.get(name), str) or not properties[name].strip():
            faults.append(f"`{name}` is {properties.get(name)!r}; wanted text")
    for name in layer.numbers:
        if not _is_number(properties.get(name)):
            faults.append(f"`{name}` is {properties.get(name)!r}; wanted a finite number")
    for name in layer.lists:
        kind, of = (str, "texts") if name in _TEXT_LISTS else (dict, "objects")
        if not isinstance(properties.get(name), list) or not all(isinstance(item, kind) for item in properties[name]):
            faults.append(f"`{name}` is {properties.get(name)!r}; wanted a list of {of}")
    if "geometry" in properties:
        faults.append("a property is named `geometry`; wanted another name, since the column of that name is the shape")
    if "country" in layer.texts and not re.fullmatch("[A-Z]{2}", str(properties.get("country"))):
        faults.append(f"`country` is {properties.get('country')!r}; wanted two capital letters (ISO 3166 alpha-2)")
    if "mark" in layer.texts and str(properties.get("mark")) not in {"verified", "one-source", "unconfirmed"}:
        faults.append(f"`mark` is {properties.get('mark')!r}; wanted verified, one-source or unconfirmed")
    return faults


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")


def _geometry_faults(geometry: object, layer: Layer, box: StudyBox | None) -> list[str]:
    try:
        built = shape(geometry)  # type: ignore[arg-type]  # untrusted: whatever is wrong with it comes back as an error
    except Exception as error:  # noqa: BLE001  # shapely raises many kinds for many kinds of nonsense
        return [f"geometry cannot be built ({type(error).__name__}: {error})"]
    if built.geom_type not in layer.geometry:
        return [f"geometry is a {built.geom_type}; wanted {' or '.join(layer.geometry)}"]
    if built.is_empty:
        return ["geometry is empty"]
    faults = []
    if not built.is_valid:
        faults.append(f"geometry is not valid ({shapely.is_valid_reason(built)})")
    if box and not box.holds(built.bounds):
        edges = ", ".join(f"{edge:g}" for edge in built.bounds)
        faults.append(f"lies at {edges}; wanted inside the study box {box} (are longitude and latitude swapped?)")
    return faults


def _repeated(features: list[Feature], file: str) -> list[str]:
    ids = [str(f["properties"].get("id")) for f in features if isinstance(f, dict) and isinstance(f.get("properties"), dict)]
    twice = sorted({i for i in ids if ids.count(i) > 1}) if len(set(ids)) < len(ids) else []
    return [f"{file}: feature {i}: id used {ids.count(i)} times; wanted once" for i in twice]


def _table(features: list[Feature], layer: Layer) -> gpd.GeoDataFrame:
    plain = [{"type": "Feature", "properties": f["properties"], "geometry": f["geometry"]} for f in features]
    frame = gpd.GeoDataFrame.from_features(plain, crs=WGS84).set_index("id").sort_index()
    for name in layer.columns:
        if name not in frame:
            frame[name] = pd.Series([None] * len(frame), index=frame.index, dtype="object")
    return frame


def _empty(layer: Layer) -> gpd.GeoDataFrame:
    index = pd.Index([], name="id", dtype="object")
    return gpd.GeoDataFrame({name: [] for name in layer.columns}, geometry=[], crs=WGS84, index=index)
