"""Reads the GeoJSON layers of a data folder and checks them, with geopandas: tables, and points with their properties.

Files are parsed as JSON, never with `geopandas.read_file`: GDAL picks a driver by content
and may open a file that only looks like GeoJSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Generic, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pydantic import FailFast, Field, TypeAdapter, ValidationError
from shapely.geometry.base import BaseGeometry

from geo.arrays import Flags, Geometries
from geo.errors import SchemaError
from geo.measure import WGS84, area_km2, ring_area_km2
from geo.scheme.data_files import read_json
from geo.scheme.faults import describe_faults, find_repeated, quote_value, record_label
from geo.scheme.properties import (
    BoundaryProperties,
    ControlPointProperties,
    LandProperties,
    LimitProperties,
    PlaceProperties,
    Properties,
    StraitProperties,
    WatersLightProperties,
    WatersProperties,
)
from geo.scheme.sources import FileRecord, StudyBox

__all__ = ["CONTROL_POINTS", "LAYERS", "PLACES", "Layer", "read_layer", "read_points"]

MAX_FEATURES: Final = 200_000
MAX_VERTICES: Final = 5_000_000
_MENDED_KM2: Final = 0.1  # a polygon is mended if its area changes by no more than this,
_MENDED_SHARE: Final = 1e-3  # or by no more than this share
_MENDING_PASSES: Final = 3  # GEOS mends some shapes in the second only
_NAMES_WGS84: Final = re.compile(r'\bCRS84h?"|\bEPSG(?:[:/]+[0-9.]*)?[:/]+4326"|"type": "EPSG".*"code": "?4326\b')
_RECORDED_DEG: Final = 1e-5  # records are rounded to five decimals
_POINT, _LINES, _AREAS = ("Point",), ("LineString", "MultiLineString"), ("Polygon", "MultiPolygon")
P = TypeVar("P", bound=Properties, covariant=True)
C = TypeVar("C")


# --- the layers -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Layer(Generic[P]):
    """The geometry types and the properties that a GeoJSON file of the scheme must have.

    Properties that the model does not have are dropped; optional ones that a feature
    leaves out become empty cells, so that every column is there.
    """

    file: str
    geometry: tuple[str, ...]
    properties: type[P]
    required: bool = True
    around_study_box: bool = False  # the layer as a whole contains the box, instead of lying in it

    @property
    def is_land(self) -> bool:
        """Whether features say nothing but where land is, so that one without area can be left out."""
        return self.properties is LandProperties

    @property
    def needed(self) -> list[str]:
        """Columns that every feature fills, without `id` and geometry."""
        fields = self.properties.model_fields.items()
        return [name for name, field in fields if field.is_required() and name != "id"]

    @property
    def optional(self) -> list[str]:
        """Columns that may be empty."""
        return [name for name, field in self.properties.model_fields.items() if not field.is_required()]

    @property
    def columns(self) -> list[str]:
        """Every column of the layer's table, without `id` and geometry."""
        return [*self.needed, *self.optional]


CONTROL_POINTS: Final = Layer("control_points.geojson", _POINT, ControlPointProperties)
PLACES: Final = Layer("places.geojson", _POINT, PlaceProperties, required=False)
LAYERS: Final[dict[str, Layer[Properties]]] = {
    layer.file.removesuffix(".geojson").replace("-", "_"): layer
    for layer in (
        CONTROL_POINTS,
        Layer("strait.geojson", _AREAS, StraitProperties),
        Layer("land.geojson", _AREAS, LandProperties),
        Layer("land-light.geojson", _AREAS, LandProperties, required=False),
        Layer("limits.geojson", _LINES, LimitProperties, required=False),
        Layer("boundaries.geojson", _LINES, BoundaryProperties, required=False),
        Layer("waters.geojson", _AREAS, WatersProperties, required=False),
        Layer("waters-light.geojson", _AREAS, WatersLightProperties, required=False),
        PLACES,
        Layer("region.geojson", _AREAS, LandProperties, required=False, around_study_box=True),
    )
}

# Wide bounds, so that nothing overflows; the study box sets the real ones.
_Degrees = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-540, le=540)]
_Position = tuple[_Degrees, _Degrees]
_Line = Annotated[list[_Position], FailFast(), Field(min_length=2)]
_Ring = Annotated[list[_Position], FailFast(), Field(min_length=4)]
_Rings = Annotated[list[_Ring], FailFast(), Field(min_length=1)]


def _polygon(rings: Sequence[Sequence[tuple[float, float]]]) -> shapely.Polygon:
    outer, *holes = (shapely.LinearRing(np.array(ring)) for ring in rings)  # from an array, without a loop over positions
    return shapely.Polygon(outer, holes)


def _multipolygon(parts: Sequence[Sequence[Sequence[tuple[float, float]]]]) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([_polygon(rings) for rings in parts])


def _reader(coordinates: TypeAdapter[C], build: Callable[[C], BaseGeometry]) -> Callable[[object], BaseGeometry]:
    """Return a function that validates coordinates of one geometry type and builds the geometry."""
    return lambda value: build(coordinates.validate_python(value))


_GEOMETRY: Final[Mapping[str, Callable[[object], BaseGeometry]]] = {
    "Point": _reader(TypeAdapter(_Position), shapely.Point),
    "LineString": _reader(TypeAdapter(_Line), shapely.LineString),
    "MultiLineString": _reader(TypeAdapter(Annotated[list[_Line], FailFast(), Field(min_length=1)]), shapely.MultiLineString),
    "Polygon": _reader(TypeAdapter(_Rings), _polygon),
    "MultiPolygon": _reader(TypeAdapter(Annotated[list[_Rings], FailFast(), Field(min_length=1)]), _multipolygon),
}


# --- reading --------------------------------------------------------------------------------------------------------------


def read_layer(
    folder: Path,
    layer: Layer[Properties],
    *,
    record: FileRecord | None = None,
    box: StudyBox | None = None,
    remarks: list[str] | None = None,
) -> gpd.GeoDataFrame:
    """Read one layer and check it.

    Repeated vertices are dropped, and so are rings and islands without area; a ring that crosses or touches itself, as
    rounding leaves it, is mended if its area hardly changes.

    Parameters
    ----------
    folder
        The data folder.
    layer
        The expected content, usually one of `LAYERS`.
    record
        The file's record: count, geometry types, CRS and bounds must agree with those it has.
    box
        The study box. Every feature and every start must lie in it, or the layer as a whole contain it.
    remarks
        A sentence is added for what was left out or mended.

    Returns
    -------
    GeoDataFrame
        EPSG:4326 (lon, lat), indexed by feature id; empty, with all columns,
        where an optional file is missing or has no feature.

    Raises
    ------
    SchemaError
        With all faults of the file; each names the file, the feature, the value and what was expected.
    """
    properties, shapes = _read(folder, layer, record, box, [] if remarks is None else remarks)
    rows = [one.model_dump(mode="json", by_alias=True) for one in properties]
    frame = pd.DataFrame(rows, columns=["id", *layer.columns])
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=WGS84).set_index("id").sort_index()


def read_points(
    folder: Path, layer: Layer[P], *, record: FileRecord | None = None, box: StudyBox | None = None
) -> tuple[tuple[P, float, float], ...]:
    """Read one layer of points and check it, as `read_layer` does.

    Returns
    -------
    tuple of (properties, lon, lat)
        Sorted by id, degrees in EPSG:4326; empty where an optional file is missing or
        has no feature.

    Raises
    ------
    SchemaError
        With all faults of the file.
    """
    properties, shapes = _read(folder, layer, record, box, [])
    points = gpd.GeoSeries(shapes, crs=WGS84)
    rows = zip(properties, points.x.tolist(), points.y.tolist(), strict=True)
    return tuple(sorted(rows, key=lambda row: row[0].id))


def _read(
    folder: Path, layer: Layer[P], record: FileRecord | None, box: StudyBox | None, remarks: list[str]
) -> tuple[list[P], list[BaseGeometry]]:
    """Return the checked properties and geometries of a file, in the order of its features; add remarks to ``remarks``."""
    document = read_json(folder / layer.file)
    if document is None:
        if layer.required:
            raise SchemaError(f"{layer.file}: not there; every data folder needs it")
        return [], []
    features = _features(document, layer)
    faults: list[str] = []
    properties: list[P] = []
    shapes: list[BaseGeometry | None] = []
    for number, feature in enumerate(features, 1):
        feature_faults: list[str] = []
        properties += _check_properties(feature, layer, box, feature_faults)
        shapes.append(_build_shape(feature, layer, feature_faults))
        faults += [f"{_label(layer, feature, number)}: {fault}" for fault in feature_faults]
    written = np.array(shapes, dtype=object)
    vertices = int(shapely.get_num_coordinates(written).sum())
    if vertices > MAX_VERTICES:
        raise SchemaError([*faults, f"{layer.file}: {vertices:,} vertices; wanted {MAX_VERTICES:,} at most"])
    clean, valid = _clean_shapes(written, layer, remarks)
    faults += _shape_faults(written, clean, valid, features, layer, box)
    faults += _repeated_ids(features, layer)
    faults += [] if faults or record is None else _record_faults(record, [shape for shape in shapes if shape is not None])
    if faults:
        raise SchemaError(faults)
    with_area = ~shapely.is_empty(clean)
    return [one for one, keep in zip(properties, with_area, strict=True) if keep], clean[with_area].tolist()


def _features(document: object, layer: Layer[Properties]) -> list[object]:
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(features, list) or document.get("type") != "FeatureCollection":
        raise SchemaError(f"{layer.file}: wanted a GeoJSON FeatureCollection with a list of features")
    crs = document.get("crs")
    if crs is not None and not _NAMES_WGS84.search(json.dumps(crs)):
        raise SchemaError(f"{layer.file}: names another CRS ({json.dumps(crs)[:80]}); wanted longitude, latitude on WGS84")
    if layer.required and not features:
        raise SchemaError(f"{layer.file}: holds no feature; wanted at least one")
    if len(features) > MAX_FEATURES:
        raise SchemaError(f"{layer.file}: {len(features):,} features; wanted {MAX_FEATURES:,} at most")
    return features


def _label(layer: Layer[Properties], feature: object, number: int) -> str:
    return f"{layer.file}: feature {record_label(_properties(feature), number)}"


def _properties(feature: object) -> object:
    return feature.get("properties") if isinstance(feature, dict) and feature.get("type") == "Feature" else None


def _check_properties(feature: object, layer: Layer[P], box: StudyBox | None, faults: list[str]) -> list[P]:
    """Return the validated properties of a feature, one or none; faults are added to ``faults``."""
    raw = _properties(feature)
    if not isinstance(raw, dict):
        faults.append('wanted an object of type "Feature" with properties and a geometry')
        return []
    try:
        properties = layer.properties.model_validate(raw)
    except ValidationError as error:
        faults += describe_faults(error)
        return []
    if box and isinstance(properties, ControlPointProperties | PlaceProperties):
        lon, lat = properties.start_lon, properties.start_lat
        if lon is not None and lat is not None and not box.holds((lon, lat, lon, lat)):
            faults.append(f"starts at {_bounds_text((lon, lat))}; wanted inside the study box {box}")
    return [properties]


def _build_shape(feature: object, layer: Layer[Properties], faults: list[str]) -> BaseGeometry | None:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    wanted = " or ".join(layer.geometry)
    if not isinstance(geometry, dict) or kind not in layer.geometry:
        faults.append(f"geometry is {quote_value(geometry) if kind is None else f'a {quote_value(kind)}'}; wanted {wanted}")
        return None
    try:
        return _build(kind, geometry.get("coordinates"))
    except ValidationError as error:
        first = describe_faults(error)[0].removeprefix("record: ")
        words = "a position of more than three numbers; wanted longitude, latitude and, if you like, a height"
        faults.append(f"coordinates: {words if _is_too_long(error) else first}")
    except (ValueError, shapely.errors.ShapelyError) as error:
        faults.append(f"geometry cannot be built ({error})")
    return None


def _build(kind: str, coordinates: object) -> BaseGeometry:
    """Build a geometry from its coordinates; heights are dropped."""
    try:
        return _GEOMETRY[kind](coordinates)
    except ValidationError as error:
        if not _is_too_long(error):
            raise
    return _GEOMETRY[kind](_drop_heights(coordinates))


def _is_too_long(error: ValidationError) -> bool:
    return error.errors()[0]["type"] == "too_long"


def _drop_heights(coordinates: object) -> object:
    """Return coordinates with positions of three numbers cut to two; everything else as it is."""
    if not isinstance(coordinates, list):
        return coordinates
    if len(coordinates) == 3 and all(type(number) in {int, float} for number in coordinates):
        return coordinates[:2]
    return [_drop_heights(part) for part in coordinates]


def _clean_shapes(shapes: Geometries, layer: Layer[Properties], remarks: list[str]) -> tuple[Geometries, Flags]:
    """Return shapes without repeated vertices and rings without area, and which are valid: what cannot be mended is not.

    Rounded coordinates make rings touch or cross themselves by a little, and islands of a point or a line: the former
    are mended, the latter are left out and come back empty. Who twists a polygon by mistake changes far more.
    """
    valid = shapely.is_valid(shapes)
    clean, changed_km2 = shapes.copy(), np.zeros(len(shapes))
    broken = np.flatnonzero(~valid & (shapely.get_dimensions(shapes) == 2))
    for n in broken:
        shape, written_km2 = _mend(shapes[n]), _written_area_km2(shapes[n])
        change_km2 = abs(area_km2(shape) - written_km2)
        if change_km2 <= max(_MENDED_KM2, _MENDED_SHARE * written_km2) and (layer.is_land or not shape.is_empty):
            clean[n], changed_km2[n], valid[n] = shape, change_km2, shape.is_valid
    left_out = shapely.is_empty(clean)
    if mended := np.count_nonzero(valid[broken]) - np.count_nonzero(left_out):
        change = f"{round(changed_km2.sum(), 3):g} km² changed in all"
        remarks.append(f"{layer.file}: features whose rings touched, crossed or had no area, mended: {mended:,} ({change})")
    if left_out.any():
        remarks.append(f"{layer.file}: features without area, left out: {np.count_nonzero(left_out):,}")
    clean[valid] = shapely.remove_repeated_points(clean[valid])
    return clean, valid


def _mend(shape: BaseGeometry) -> BaseGeometry:
    """Return valid polygons of the same vertices, empty where nothing has an area; a shape that GEOS cannot mend as it is."""
    for _ in range(_MENDING_PASSES):
        try:
            shape = shapely.make_valid(shape, method="structure", keep_collapsed=False)
        except shapely.errors.GEOSException:
            break
        if shape.is_valid:
            break
    return shape


def _written_area_km2(shape: BaseGeometry) -> float:
    """Return the area of polygons as their rings say: of the outer ones less that of the holes."""
    parts = shapely.get_parts(shape)
    outer_km2 = sum(map(ring_area_km2, shapely.get_exterior_ring(parts)))
    return 2 * outer_km2 - sum(map(ring_area_km2, shapely.get_rings(parts)))


def _shape_faults(
    written: Geometries,
    shapes: Geometries,
    valid: Flags,
    features: Sequence[object],
    layer: Layer[Properties],
    box: StudyBox | None,
) -> Iterable[str]:
    """Yield the faults of the shapes that could be built, as written and as cleaned, checked for a whole layer at once."""
    bounds = shapely.bounds(written)
    for n, shape in enumerate(shapes):
        if shape is None:
            continue
        label = _label(layer, features[n], n + 1)
        if not valid[n]:
            yield f"{label}: geometry is not valid ({shapely.is_valid_reason(shape)})"
        if box and not layer.around_study_box and not box.holds(bounds[n]):
            where = _bounds_text(bounds[n])
            yield f"{label}: lies at {where}; wanted inside the study box {box} (are longitude and latitude swapped?)"
    if box and layer.around_study_box and len(written):
        west, south, east, north = whole = shapely.total_bounds(written)
        if not (west <= box.west and south <= box.south and box.east <= east and box.north <= north):
            where = _bounds_text(whole)
            yield f"{layer.file}: lies at {where}; wanted around the study box {box} (are longitude and latitude swapped?)"


def _repeated_ids(features: Iterable[object], layer: Layer[Properties]) -> Iterable[str]:
    ids = (properties.get("id") for properties in map(_properties, features) if isinstance(properties, dict))
    for name, count in find_repeated(name for name in ids if isinstance(name, str)):
        yield f"{layer.file}: feature {name}: id used {count} times; wanted once"


def _record_faults(record: FileRecord, shapes: Sequence[BaseGeometry]) -> Iterable[str]:
    """Yield each difference between a file and its record, for the values that the record has."""
    way_out = "if you changed it, run: python -m geo check --record"
    if record.features not in {None, len(shapes)}:
        yield f"{record.file}: {len(shapes)} features; its record says {record.features}; {way_out}"
    if record.crs not in {None, WGS84}:
        yield f"{record.file}: its record says CRS {quote_value(record.crs)}; wanted {WGS84}"
    if not shapes:
        return  # an empty layer has no geometry type and no bounds
    kinds, bounds = "/".join(sorted({shape.geom_type for shape in shapes})), shapely.total_bounds(shapes)
    if record.geometry_type not in {None, kinds}:
        yield f"{record.file}: geometry is {kinds}; its record says {quote_value(record.geometry_type)}; {way_out}"
    if record.bounds and not np.allclose(bounds, record.bounds, rtol=0, atol=_RECORDED_DEG):
        yield f"{record.file}: lies at {_bounds_text(bounds)}; its record says {_bounds_text(record.bounds)}; {way_out}"


def _bounds_text(bounds: Iterable[float]) -> str:
    return ", ".join(f"{degrees:g}" for degrees in bounds)
