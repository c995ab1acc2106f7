"""Reading a layer: every fault is named with file, feature, what is wrong and what was wanted."""

import json

import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from geo.errors import SchemaError
from geo.layers import LAYERS, Layer, read_layer
from geo.measure import WGS84
from geo.sources import StudyBox, read_sources
from tests.toy import BOX, HOSTILE, POINTS

TOY_BOX = StudyBox(*BOX)
POINT_LAYER = LAYERS["control_points"]


def edited(folder, layer, edit):
    """Change one layer's file, whatever its record says, and read it."""
    path = folder / layer.file
    document = json.loads(path.read_text("utf-8"))
    edit(document)
    path.write_text(json.dumps(document), "utf-8")
    return read_layer(folder, layer, box=TOY_BOX)


def with_property(name, value):
    """Return an edit that sets a property of the first feature; with ``None``, removes it."""

    def edit(document):
        properties = document["features"][0]["properties"]
        properties.pop(name, None)
        if value is not None:
            properties[name] = value

    return edit


def with_geometry(geometry):
    return lambda document: document["features"][0].update(geometry=geometry)


# --- what is read -------------------------------------------------------------------------------------------------------


def test_a_layer_is_a_table_by_id_in_wgs84(toy_folder):
    points = read_layer(toy_folder, POINT_LAYER, box=TOY_BOX)

    assert points.crs == WGS84
    assert points.index.name == "id"
    assert list(points.index) == sorted(POINTS)
    assert points.loc["tawau", "name"] == "Tawau"
    assert points.loc["tawau"].geometry.equals(shapely.Point(118.4, 4.2))


def test_order_of_features_changes_nothing(toy_folder):
    before = read_layer(toy_folder, POINT_LAYER)

    after = edited(toy_folder, POINT_LAYER, lambda document: document["features"].reverse())

    assert_geodataframe_equal(before, after)


def test_optional_columns_are_always_there(toy_folder):
    def strip(document):
        for feature in document["features"]:
            for name in POINT_LAYER.optional:
                feature["properties"].pop(name, None)

    points = edited(toy_folder, POINT_LAYER, strip)

    assert set(POINT_LAYER.columns) <= set(points.columns)
    assert points["doubts"].isna().all()


@pytest.mark.parametrize("layer", [layer for layer in LAYERS.values() if not layer.required], ids=lambda layer: layer.file)
def test_an_optional_file_that_is_absent_gives_an_empty_table(tmp_path, layer):
    table = read_layer(tmp_path, layer)

    assert len(table) == 0
    assert table.crs == WGS84
    assert table.index.name == "id"
    assert set(table.columns) == {*layer.columns, "geometry"}


@pytest.mark.parametrize("layer", [layer for layer in LAYERS.values() if layer.required], ids=lambda layer: layer.file)
def test_a_needed_file_that_is_absent_is_refused(tmp_path, layer):
    with pytest.raises(SchemaError, match=rf"{layer.file}: not there; every data folder needs it"):
        read_layer(tmp_path, layer)


@pytest.mark.parametrize("toy_folder", [HOSTILE], indirect=True)
def test_hostile_text_is_kept_as_written(toy_folder):
    """Reading neither mends nor runs text; whoever draws it encodes it."""
    points = read_layer(toy_folder, POINT_LAYER, box=TOY_BOX)

    assert points.loc["tawau", "name"] == f"Tawau {HOSTILE}"
    assert points.loc["tawau", "commands"][0]["name_en"] == f"Command {HOSTILE}"


@pytest.mark.parametrize("crs", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4326"])
def test_a_crs_member_that_means_wgs84_is_let_through(toy_folder, crs):
    points = edited(toy_folder, POINT_LAYER, lambda document: document.update(crs={"properties": {"name": crs}}))

    assert len(points) == len(POINTS)


def test_every_layer_has_a_file_of_its_own_name():
    assert {layer.file: name for name, layer in LAYERS.items()} == {
        layer.file: layer.file.removesuffix(".geojson").replace("-", "_") for layer in LAYERS.values()
    }


# --- faults of a file ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "cannot be read as JSON"),
        (b"\xff\xfe", "cannot be read as JSON"),
        (b"[" * 200_000, "cannot be read as JSON"),
        (b"[]", "wanted a GeoJSON FeatureCollection"),
        (b'{"type": "Feature", "features": []}', "wanted a GeoJSON FeatureCollection"),
        (b'{"type": "FeatureCollection", "features": {}}', "wanted a GeoJSON FeatureCollection"),
        (b'{"type": "FeatureCollection", "features": []}', "holds no feature; wanted at least one"),
        (b'{"type": "FeatureCollection", "features": [7]}', "feature number 1: wanted an object"),
        (b"<OGRVRTDataSource></OGRVRTDataSource>", "cannot be read as JSON"),
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path, content, message):
    (tmp_path / "land.geojson").write_bytes(content)

    with pytest.raises(SchemaError, match=rf"land\.geojson: {message}"):
        read_layer(tmp_path, LAYERS["land"])


def test_another_crs_is_refused(toy_folder):
    with pytest.raises(SchemaError, match=r"control_points\.geojson: names another CRS .*32647.*; wanted longitude, latitude"):
        edited(toy_folder, POINT_LAYER, lambda document: document.update(crs={"properties": {"name": "EPSG:32647"}}))


def test_another_count_than_recorded_is_refused(toy_folder):
    record = read_sources(toy_folder).file(POINT_LAYER.file).model_copy(update={"features": 7})

    with pytest.raises(SchemaError, match=r"control_points\.geojson: 6 features; its record says 7"):
        read_layer(toy_folder, POINT_LAYER, record=record)


def test_an_id_used_twice_is_refused(toy_folder):
    with pytest.raises(SchemaError, match=r"control_points\.geojson: feature bitung: id used 2 times; wanted once"):
        edited(toy_folder, POINT_LAYER, lambda document: document["features"].append(document["features"][0]))


# --- faults of a feature ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("name", None, "feature bitung: `name` is None; wanted text"),
        ("name", "  ", "feature bitung: `name` is '  '; wanted text"),
        ("name", 7, "feature bitung: `name` is 7; wanted text"),
        ("country", "Indonesia", "feature bitung: `country` is 'Indonesia'; wanted two capital letters"),
        ("mark", "rumour", "feature bitung: `mark` is 'rumour'; wanted verified, one-source or unconfirmed"),
        ("mark", ["verified"], r"feature bitung: `mark` is \['verified'\]; wanted verified, one-source or unconfirmed"),
        ("accuracy_m", "far", "feature bitung: `accuracy_m` is 'far'; wanted a finite number"),
        ("accuracy_m", True, "feature bitung: `accuracy_m` is True; wanted a finite number"),
        ("accuracy_m", float("nan"), "feature bitung: `accuracy_m` is nan; wanted a finite number"),
        ("accuracy_m", float("inf"), "feature bitung: `accuracy_m` is inf; wanted a finite number"),
        ("sources", "toy-gazette", "feature bitung: `sources` is 'toy-gazette'; wanted a list of texts"),
        ("sources", [{}], r"feature bitung: `sources` is \[{}\]; wanted a list of texts"),
        ("commands", ["Command"], r"feature bitung: `commands` is \['Command'\]; wanted a list of objects"),
        ("geometry", "here", "feature bitung: a property is named `geometry`; wanted another name"),
        ("id", None, "feature number 1: id is None; wanted lower case letters, digits and hyphens"),
        ("id", "Bitung", "feature Bitung: id is 'Bitung'; wanted lower case"),
        ("id", "port_bitung", "feature port_bitung: id is 'port_bitung'; wanted lower case"),
    ],
)
def test_a_wrong_property_is_named(toy_folder, name, value, message):
    with pytest.raises(SchemaError, match=rf"control_points\.geojson: {message}"):
        edited(toy_folder, POINT_LAYER, with_property(name, value))


@pytest.mark.parametrize(
    ("geometry", "message"),
    [
        (None, "geometry cannot be built"),
        ("here", "geometry cannot be built"),
        ({"type": "Point", "coordinates": ["a", "b"]}, "geometry cannot be built"),
        ({"type": "Point", "coordinates": []}, "geometry is empty"),
        ({"type": "LineString", "coordinates": [[118, 2], [119, 2]]}, "geometry is a LineString; wanted Point"),
        ({"type": "Point", "coordinates": [1.6, 124.6]}, r"lies at 1\.6, 124\.6.*are longitude and latitude swapped\?"),
        (
            {"type": "Point", "coordinates": [100.0, 3.0]},
            r"lies at 100, 3.*; wanted inside the study box 117\.\.127 E, 0\.\.10 N",
        ),
    ],
)
def test_a_wrong_geometry_is_named(toy_folder, geometry, message):
    with pytest.raises(SchemaError, match=rf"control_points\.geojson: feature bitung: {message}"):
        edited(toy_folder, POINT_LAYER, with_geometry(geometry))


def test_a_polygon_that_crosses_itself_is_refused(toy_folder):
    bow_tie = {"type": "Polygon", "coordinates": [[[118, 2], [119, 3], [119, 2], [118, 3], [118, 2]]]}

    with pytest.raises(SchemaError, match=r"land\.geojson: feature land-east: geometry is not valid \(Self-intersection"):
        edited(toy_folder, LAYERS["land"], with_geometry(bow_tie))


def test_lon_and_lat_swapped_throughout_are_refused_feature_by_feature(toy_folder):
    def swap(document):
        for feature in document["features"]:
            feature["geometry"]["coordinates"].reverse()

    with pytest.raises(SchemaError) as raised:
        edited(toy_folder, POINT_LAYER, swap)

    assert len(raised.value.faults) == len(POINTS)
    assert all("are longitude and latitude swapped?" in fault for fault in raised.value.faults)


def test_every_fault_of_a_file_is_in_one_message(toy_folder):
    def spoil(document):
        first, second, *_ = document["features"]
        first["properties"].update(mark="rumour", accuracy_m=None)
        second["geometry"] = None

    with pytest.raises(SchemaError) as raised:
        edited(toy_folder, POINT_LAYER, spoil)

    assert len(raised.value.faults) == 3
    assert str(raised.value).count("feature bitung: ") == 2
    assert str(raised.value).count("feature bongao: ") == 1


def test_a_layer_of_ones_own_is_checked_alike(tmp_path):
    mine = Layer("depths.geojson", ("Point",), numbers=("depth_m",), lists=())
    point = {"type": "Feature", "properties": {"id": "a", "depth_m": 12}, "geometry": {"type": "Point", "coordinates": [1, 2]}}
    (tmp_path / "depths.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [point]}), "utf-8")

    assert read_layer(tmp_path, mine)["depth_m"].to_dict() == {"a": 12}
