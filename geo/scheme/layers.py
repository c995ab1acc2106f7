"""The only reader of GeoJSON: a file in, a checked GeoDataFrame out.

Files are parsed with `json`, never with `geopandas.read_file`: a GDAL driver may
open what only looks like GeoJSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pydantic import FailFast, Field, TypeAdapter, ValidationError
from shapely.geometry.base import BaseGeometry

from geo.errors import SchemaError
from geo.measure import WGS84
from geo.scheme import features
from geo.scheme.data_files import read_json
from geo.scheme.faults import named, sentences, shown, twice
from geo.scheme.features import Properties
from geo.scheme.sources import FileRecord, StudyBox

__all__ = ["LAYERS", "MAX_FEATURES", "MAX_VERTICES", "Layer", "read_layer"]

MAX_FEATURES: Final = 200_000
MAX_VERTICES: Final = 5_000_000
_RECORDED_DEG: Final = 1e-5  # records are rounded to five decimals
_POINT, _LINES, _AREAS = ("Point",), ("LineString", "MultiLineString"), ("Polygon", "MultiPolygon")
Shapes = npt.NDArray[np.object_]


# --- what is wanted -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Layer:
    """What a GeoJSON file of the scheme must hold: kinds of geometry, and properties by their model.

    Properties that the model does not know are dropped; those that a feature may
    leave out are added, empty, so that later code can rely on them.
    """

    file: str
    geometry: tuple[str, ...]
    properties: type[Properties]
    required: bool = True
    around_study_box: bool = False  # lies about it as a whole, instead of every feature in it

    @property
    def needed(self) -> list[str]:
        """Columns that every feature fills, `id` and geometry apart."""
        fields = self.properties.model_fields.items()
        return [name for name, field in fields if field.is_required() and name != "id"]

    @property
    def optional(self) -> list[str]:
        """Columns that a feature may leave empty."""
        return [name for name, field in self.properties.model_fields.items() if not field.is_required()]

    @property
    def columns(self) -> list[str]:
        """Every column of the layer's table, `id` and geometry apart."""
        return [*self.needed, *self.optional]


LAYERS: dict[str, Layer] = {
    layer.file.removesuffix(".geojson").replace("-", "_"): layer
    for layer in (
        Layer("control_points.geojson", _POINT, features.ControlPoint),
        Layer("strait.geojson", _AREAS, features.Strait),
        Layer("land.geojson", _AREAS, features.Land),
        Layer("land-light.geojson", _AREAS, features.Land, required=False),
        Layer("limits.geojson", _LINES, features.Limit, required=False),
        Layer("boundaries.geojson", _LINES, features.Boundary, required=False),
        Layer("waters.geojson", _AREAS, features.Waters, required=False),
        Layer("waters-light.geojson", _AREAS, features.WatersLight, required=False),
        Layer("places.geojson", _POINT, features.Place, required=False),
        Layer("region.geojson", _AREAS, features.Land, required=False, around_study_box=True),
    )
}

# Within a turn and a half of the globe, so that nothing overflows; the study box does the rest.
_Degrees = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-540, le=540)]
_Position = tuple[_Degrees, _Degrees]
_Line = Annotated[list[_Position], FailFast(), Field(min_length=2)]
_Ring = Annotated[list[_Position], FailFast(), Field(min_length=4)]
_Rings = Annotated[list[_Ring], FailFast(), Field(min_length=1)]
_COORDINATES: Final[Mapping[str, TypeAdapter[Any]]] = {
    "Point": TypeAdapter(_Position),
    "LineString": TypeAdapter(_Line),
    "MultiLineString": TypeAdapter(Annotated[list[_Line], FailFast(), Field(min_length=1)]),
    "Polygon": TypeAdapter(_Rings),
    "MultiPolygon": TypeAdapter(Annotated[list[_Rings], FailFast(), Field(min_length=1)]),
}


def _polygon(rings: Sequence[Sequence[tuple[float, float]]]) -> Any:  # shapely's stubs reckon with arrays of shapes
    made: list[Any] = [shapely.linearrings(np.array(ring)) for ring in rings]  # an array spares a loop over positions
    return shapely.polygons(made[0], made[1:] or None)


_BUILD: Final[Mapping[str, Callable[[Any], Any]]] = {
    "Point": shapely.Point,
    "LineString": shapely.LineString,
    "MultiLineString": shapely.MultiLineString,
    "Polygon": _polygon,
    "MultiPolygon": lambda parts: shapely.multipolygons([_polygon(rings) for rings in parts]),
}


# --- reading --------------------------------------------------------------------------------------------------------------


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
        The file's record; count, kinds of geometry, CRS and bounds are held to it where it has them.
    box
        The study box that every feature, and every start, must lie in; or that the layer as a whole must hold.

    Returns
    -------
    GeoDataFrame
        EPSG:4326 (lon, lat), indexed by feature id; empty, with all columns,
        where an optional file is not there or holds no feature.

    Raises
    ------
    SchemaError
        With all faults of the file: file, feature, what, wanted.
    """
    document = read_json(folder / layer.file)
    if document is None:
        if layer.required:
            raise SchemaError(f"{layer.file}: not there; every data folder needs it")
        return _table([], [], layer)
    found = _features(document, layer)
    faults: list[str] = []
    rows: list[Any] = []
    shapes: list[Any] = []  # of geometries, and None for what could not be built
    for number, feature in enumerate(found, 1):
        wrong: list[str] = []
        rows.append(_row(feature, layer, box, wrong))
        shapes.append(_shape(feature, layer, wrong))
        faults += [f"{_label(layer, feature, number)}: {fault}" for fault in wrong]
    faults += _shape_faults(np.array(shapes, dtype=object), found, layer, box)
    faults += _repeated(found, layer)
    faults += [] if faults or record is None else _unlike(record, shapes)
    if faults:
        raise SchemaError(faults)
    return _table(rows, shapes, layer)


def _features(document: object, layer: Layer) -> list[Any]:  # parsed JSON: anything may stand in the list
    found = document.get("features") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(found, list) or document.get("type") != "FeatureCollection":
        raise SchemaError(f"{layer.file}: wanted a GeoJSON FeatureCollection with a list of features")
    crs = document.get("crs")
    if crs is not None and not re.search(r"CRS84|EPSG:+4326\b", json.dumps(crs)):
        raise SchemaError(f"{layer.file}: names another CRS ({json.dumps(crs)[:80]}); wanted longitude, latitude on WGS84")
    if layer.required and not found:
        raise SchemaError(f"{layer.file}: holds no feature; wanted at least one")
    if len(found) > MAX_FEATURES:
        raise SchemaError(f"{layer.file}: {len(found):,} features; wanted {MAX_FEATURES:,} at most")
    return found


def _label(layer: Layer, feature: object, number: int) -> str:
    return f"{layer.file}: feature {named(_properties(feature), number)}"


def _properties(feature: object) -> object:
    return feature.get("properties") if isinstance(feature, dict) and feature.get("type") == "Feature" else None


def _row(feature: object, layer: Layer, box: StudyBox | None, wrong: list[str]) -> dict[str, Any] | None:
    properties = _properties(feature)
    if not isinstance(properties, dict):
        wrong.append('wanted an object of type "Feature" with properties and a geometry')
        return None
    try:
        row = layer.properties.model_validate(properties).model_dump(mode="json", by_alias=True)
    except ValidationError as error:
        wrong += sentences(error)
        return None
    lon, lat = row.get("start_lon"), row.get("start_lat")
    if box and lon is not None and lat is not None and not box.holds((lon, lat, lon, lat)):
        wrong.append(f"starts at {_edges((lon, lat))}; wanted inside the study box {box}")
    return row


def _shape(feature: object, layer: Layer, wrong: list[str]) -> Any:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    wanted = " or ".join(layer.geometry)
    if not isinstance(geometry, dict) or kind not in layer.geometry:
        wrong.append(f"geometry is {shown(geometry) if kind is None else f'a {shown(kind)}'}; wanted {wanted}")
        return None
    try:
        return _BUILD[kind](_COORDINATES[kind].validate_python(geometry.get("coordinates")))
    except ValidationError as error:
        high = error.errors()[0]["type"] == "too_long"
        first = sentences(error)[0].removeprefix("record: ")
        wrong.append(f"coordinates: {first}" + (" (longitude and latitude, no height)" if high else ""))
    except (ValueError, shapely.errors.ShapelyError) as error:
        wrong.append(f"geometry cannot be built ({error})")
    return None


def _shape_faults(shapes: Shapes, found: Sequence[object], layer: Layer, box: StudyBox | None) -> Iterable[str]:
    """Yield what is wrong with shapes that could be built, all of a layer at once."""
    vertices = int(shapely.get_num_coordinates(shapes).sum())
    if vertices > MAX_VERTICES:
        yield f"{layer.file}: {vertices:,} vertices; wanted {MAX_VERTICES:,} at most"
        return
    valid, bounds = shapely.is_valid(shapes), shapely.bounds(shapes)
    for n, shape in enumerate(shapes):
        if shape is None:
            continue
        label = _label(layer, found[n], n + 1)
        if not valid[n]:
            yield f"{label}: geometry is not valid ({shapely.is_valid_reason(shape)})"
        if box and not layer.around_study_box and not box.holds(bounds[n]):
            where = _edges(bounds[n])
            yield f"{label}: lies at {where}; wanted inside the study box {box} (are longitude and latitude swapped?)"
    if box and layer.around_study_box and len(shapes):
        west, south, east, north = whole = shapely.total_bounds(shapes)
        if not (west <= box.west and south <= box.south and box.east <= east and box.north <= north):
            where = _edges(whole)
            yield f"{layer.file}: lies at {where}; wanted around the study box {box} (are longitude and latitude swapped?)"


def _repeated(found: Iterable[object], layer: Layer) -> Iterable[str]:
    ids = (properties.get("id") for properties in map(_properties, found) if isinstance(properties, dict))
    for name, count in twice(name for name in ids if isinstance(name, str)):
        yield f"{layer.file}: feature {name}: id used {count} times; wanted once"


def _unlike(record: FileRecord, shapes: Sequence[BaseGeometry]) -> Iterable[str]:
    """Yield in what a file differs from its record, for each thing that the record tells."""
    way_out = "if you changed it, run: python -m geo check --record"
    if record.features not in {None, len(shapes)}:
        yield f"{record.file}: {len(shapes)} features; its record says {record.features}; {way_out}"
    if record.crs not in {None, WGS84}:
        yield f"{record.file}: its record says CRS {shown(record.crs)}; wanted {WGS84}"
    if not shapes:
        return  # nothing has no kind and lies nowhere
    kinds, bounds = "/".join(sorted({shape.geom_type for shape in shapes})), shapely.total_bounds(shapes)
    if record.geometry_type not in {None, kinds}:
        yield f"{record.file}: geometry is {kinds}; its record says {shown(record.geometry_type)}; {way_out}"
    if record.bounds and not np.allclose(bounds, record.bounds, rtol=0, atol=_RECORDED_DEG):
        yield f"{record.file}: lies at {_edges(bounds)}; its record says {_edges(record.bounds)}; {way_out}"


def _edges(bounds: Iterable[float]) -> str:
    return ", ".join(f"{edge:g}" for edge in bounds)


def _table(rows: Sequence[Any], shapes: Sequence[Any], layer: Layer) -> gpd.GeoDataFrame:
    """Return checked rows and shapes as a table by id, with every column, also where there is no row."""
    frame = pd.DataFrame(rows, columns=["id", *layer.columns])
    return gpd.GeoDataFrame(frame, geometry=list(shapes), crs=WGS84).set_index("id").sort_index()
