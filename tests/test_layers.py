"""Reading a layer: every fault is named with file, feature, what is wrong and what was wanted."""

import json
from typing import get_args

import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from geo.errors import SchemaError
from geo.measure import WGS84, area_km2, areas_km2
from geo.scheme import layers, properties
from geo.scheme.layers import LAYERS, Layer, read_layer
from geo.scheme.sources import StudyBox, read_sources
from geo.text import LANGUAGES, catalogue
from tests.conftest import ROOT
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
@pytest.mark.parametrize("content", [None, '{"type": "FeatureCollection", "features": []}'])
def test_an_optional_file_that_is_absent_or_empty_gives_an_empty_table(tmp_path, layer, content):
    if content:
        (tmp_path / layer.file).write_text(content, "utf-8")

    table = read_layer(tmp_path, layer)

    assert len(table) == 0
    assert table.crs == WGS84
    assert table.index.name == "id"
    assert set(table.columns) == {*layer.columns, "geometry"}


def test_properties_of_ones_own_are_let_through_and_dropped(toy_folder):
    """A GIS adds properties of its own; even one named like the geometry column does no harm."""
    extra = {"fid": 7, "geometry": "here", "style": {"deep": [[1, None]]}}

    points = edited(toy_folder, POINT_LAYER, lambda document: [f["properties"].update(extra) for f in document["features"]])

    assert set(points.columns) == {*POINT_LAYER.columns, "geometry"}
    assert points.loc["tawau"].geometry.equals(shapely.Point(118.4, 4.2))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (properties.Documented, "documented.{}"),
        (properties.LimitStanding, "limit.{}"),
        (properties.PlaceKind, "legend.{}"),
        (properties.Trafficking, "trafficking.{}"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_word_a_layer_may_use_has_its_message(words, message, lang):
    assert [word for word in get_args(words) if message.format(word) not in catalogue(lang).messages] == []


@pytest.mark.parametrize("layer", [layer for layer in LAYERS.values() if layer.required], ids=lambda layer: layer.file)
def test_a_needed_file_that_is_absent_is_refused(tmp_path, layer):
    with pytest.raises(SchemaError, match=rf"{layer.file}: not there; every data folder needs it"):
        read_layer(tmp_path, layer)


@pytest.mark.parametrize("toy_folder", [HOSTILE], indirect=True)
def test_hostile_text_is_kept_as_written(toy_folder):
    """The reader leaves text as it is; encoding is up to the code that draws it."""
    points = read_layer(toy_folder, POINT_LAYER, box=TOY_BOX)

    assert points.loc["tawau", "name"] == f"Tawau {HOSTILE}"
    assert points.loc["tawau", "commands"][0]["name_en"] == f"Command {HOSTILE}"


@pytest.mark.parametrize(
    "crs",
    [
        "EPSG:4326",
        "OGC:CRS84",
        "urn:ogc:def:crs:OGC:1.3:CRS84",
        "urn:ogc:def:crs:OGC::CRS84h",
        "urn:ogc:def:crs:EPSG::4326",
        "urn:ogc:def:crs:EPSG:6.18:4326",
        "http://www.opengis.net/def/crs/EPSG/0/4326",
        "https://www.opengis.net/def/crs/OGC/1.3/CRS84",
    ],
)
def test_a_crs_member_that_means_wgs84_is_let_through(toy_folder, crs):
    points = edited(toy_folder, POINT_LAYER, lambda document: document.update(crs={"properties": {"name": crs}}))

    assert len(points) == len(POINTS)


def test_a_crs_member_by_code_is_let_through(toy_folder):
    crs = {"type": "EPSG", "properties": {"code": 4326}}

    assert len(edited(toy_folder, POINT_LAYER, lambda document: document.update(crs=crs))) == len(POINTS)


@pytest.mark.parametrize("layer", ["control_points", "limits", "land"])
def test_heights_are_dropped(toy_folder, layer):
    """As if they had not been written; QGIS and GPS receivers write them."""

    def raise_positions(coordinates):
        if not isinstance(coordinates[0], list):
            return [*coordinates, 12.5]
        return [raise_positions(part) for part in coordinates]

    def edit(document):
        for feature in document["features"]:
            feature["geometry"]["coordinates"] = raise_positions(feature["geometry"]["coordinates"])

    before = read_layer(toy_folder, LAYERS[layer])

    assert_geodataframe_equal(edited(toy_folder, LAYERS[layer], edit), before)


@pytest.mark.parametrize("layer", ["control_points", "land"])
def test_a_byte_order_mark_is_let_through(toy_folder, layer):
    """Windows programs write one before UTF-8."""
    before, path = read_layer(toy_folder, LAYERS[layer]), toy_folder / LAYERS[layer].file
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    assert_geodataframe_equal(read_layer(toy_folder, LAYERS[layer]), before)


def test_every_layer_has_a_file_of_its_own_name():
    assert {layer.file: name for name, layer in LAYERS.items()} == {
        layer.file: layer.file.removesuffix(".geojson").replace("-", "_") for layer in LAYERS.values()
    }


# --- what is cleaned ----------------------------------------------------------------------------------------------------


def with_polygon(*rings):
    return with_geometry({"type": "Polygon", "coordinates": rings})


def read_edited(folder, layer, edit):
    """Read a layer after a change; return its table and the remarks on it."""
    remarks = []
    edited(folder, LAYERS[layer], edit)
    return read_layer(folder, LAYERS[layer], remarks=remarks), remarks


SQUARE = [[118, 2], [119, 2], [119, 3], [118, 3], [118, 2]]
POINT_RING, LINE_RING = [[118.5, 2.5]] * 4, [[118.5, 2.5], [118.6, 2.5], [118.5, 2.5], [118.5, 2.5]]


@pytest.mark.parametrize("layer", ["land", "strait", "waters", "limits", "boundaries"])
def test_repeated_vertices_change_nothing(toy_folder, layer):
    def repeat(coordinates):
        if not isinstance(coordinates[0][0], list):
            return [position for position in coordinates for _ in range(2)]
        return [repeat(part) for part in coordinates]

    before = read_layer(toy_folder, LAYERS[layer])

    after, remarks = read_edited(
        toy_folder,
        layer,
        lambda document: [
            feature["geometry"].update(coordinates=repeat(feature["geometry"]["coordinates"]))
            for feature in document["features"]
        ],
    )

    assert_geodataframe_equal(after, before)
    assert remarks == []


@pytest.mark.parametrize("hole", [POINT_RING, LINE_RING], ids=["point", "line"])
def test_a_hole_without_area_is_filled(toy_folder, hole):
    land, remarks = read_edited(toy_folder, "land", with_polygon(SQUARE, hole))

    assert land.loc["land-east"].geometry.normalize() == shapely.Polygon(SQUARE).normalize()
    assert remarks == ["land.geojson: features whose rings touched, crossed or had no area, mended: 1 (0 km² changed in all)"]


@pytest.mark.parametrize("ring", [POINT_RING, LINE_RING], ids=["point", "line"])
def test_an_island_without_area_is_left_out(toy_folder, ring):
    land, remarks = read_edited(toy_folder, "land", with_polygon(ring))

    assert list(land.index) == ["land-island", "land-west"]
    assert remarks == ["land.geojson: features without area, left out: 1"]


@pytest.mark.parametrize("layer", ["strait", "waters"])
def test_an_outline_or_a_side_without_area_is_refused(toy_folder, layer):
    with pytest.raises(SchemaError, match=rf"{layer}\.geojson: feature .*: geometry is not valid \(Too few points"):
        edited(toy_folder, LAYERS[layer], with_polygon(LINE_RING))


def test_a_ring_that_crosses_itself_by_a_little_is_mended(toy_folder):
    """As rounding leaves it: a spit of 100 m is folded over the shore."""
    folded = [[118, 2], [119, 2], [119, 3], [118.5, 3], [118.501, 2.999], [118.5015, 3.0005], [118.4, 3], [118, 3], [118, 2]]
    assert not shapely.Polygon(folded).is_valid

    land, remarks = read_edited(toy_folder, "land", with_polygon(folded))

    mended = land.loc["land-east"].geometry
    assert mended.is_valid
    assert area_km2(mended) == pytest.approx(area_km2(shapely.Polygon(SQUARE)), rel=1e-3)
    (remark,) = remarks
    assert remark.startswith("land.geojson: features whose rings touched, crossed or had no area, mended: 1 (")


def test_the_coast_rounded_to_a_hundred_metres_is_read(tmp_path, shipped):
    """Hundreds of islands become points and lines, and shores touch and cross themselves."""

    def rounded(coordinates):
        return [rounded(part) if isinstance(part, list) else round(part, 3) for part in coordinates]

    document = json.loads((ROOT / "data" / "land.geojson").read_text("utf-8"))
    for feature in document["features"]:
        feature["geometry"]["coordinates"] = rounded(feature["geometry"]["coordinates"])
    (tmp_path / "land.geojson").write_text(json.dumps(document), "utf-8")
    remarks = []

    land = read_layer(tmp_path, LAYERS["land"], remarks=remarks)

    assert land.geometry.is_valid.all()
    assert len(land) > 2_000
    assert areas_km2(land).sum() == pytest.approx(areas_km2(shipped.land).sum(), rel=1e-4)
    assert len(remarks) == 2


# --- faults of a file ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "cannot be read as JSON"),
        (b"\xff\xfe{", "is UTF-16; save it as UTF-8"),
        (b'{"type":\n"caf\xe9"}', r"is not UTF-8 \(line 2: byte 0xe9\); save it as UTF-8"),
        (b"[" * 200_000, "cannot be read as JSON"),
        (b"[]", "wanted a GeoJSON FeatureCollection"),
        (b'{"type": "Feature", "features": []}', "wanted a GeoJSON FeatureCollection"),
        (b'{"type": "FeatureCollection", "features": {}}', "wanted a GeoJSON FeatureCollection"),
        (b'{"type": "FeatureCollection", "features": []}', "holds no feature; wanted at least one"),
        (b'{"type": "FeatureCollection", "features": [7]}', "feature number 1: wanted an object"),
        (b"<OGRVRTDataSource></OGRVRTDataSource>", "cannot be read as JSON"),
        (b'{"type": "FeatureCollection", "features": [], "x": NaN}', r"cannot be read as JSON \(NaN is no number"),
        (b'{"type": "FeatureCollection", "features": [], "x": -Infinity}', r"cannot be read as JSON \(-Infinity is no"),
        (b'{"type": "FeatureCollection", "features": [], "x": 1' + b"0" * 5000 + b"}", "cannot be read as JSON .*4300 digits"),
        (b'{"type": "FeatureCollection", "x": ' + b"[" * 100 + b"]" * 100 + b"}", "cannot be read as JSON .*64 deep"),
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path, content, message):
    (tmp_path / "land.geojson").write_bytes(content)

    with pytest.raises(SchemaError, match=rf"land\.geojson: {message}"):
        read_layer(tmp_path, LAYERS["land"])


@pytest.mark.parametrize("crs", ["EPSG:32647", "EPSG:43260", "EPSG:14326", "http://www.opengis.net/def/crs/EPSG/4326/3857"])
def test_another_crs_is_refused(toy_folder, crs):
    with pytest.raises(SchemaError, match=rf"control_points\.geojson: names another CRS .*{crs}.*; wanted longitude"):
        edited(toy_folder, POINT_LAYER, lambda document: document.update(crs={"properties": {"name": crs}}))


def test_an_id_used_twice_is_refused(toy_folder):
    with pytest.raises(SchemaError, match=r"control_points\.geojson: feature bitung: id used 2 times; wanted once"):
        edited(toy_folder, POINT_LAYER, lambda document: document["features"].append(document["features"][0]))


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"features": 7}, "6 features; its record says 7; if you changed it, run: python -m geo check --record"),
        ({"geometry_type": "MultiPoint"}, "geometry is Point; its record says 'MultiPoint'"),
        ({"bounds": (117, 0, 127, 10)}, r"lies at 118\.4, 1\.6, 124\.6, 6\.9; its record says 117, 0, 127, 10"),
        ({"crs": "EPSG:32647"}, "its record says CRS 'EPSG:32647'; wanted EPSG:4326"),
    ],
    ids=lambda value: "" if isinstance(value, str) else next(iter(value)),
)
def test_a_file_unlike_its_record_is_refused(toy_folder, told, message):
    record = read_sources(toy_folder).file(POINT_LAYER.file).model_copy(update=told)

    with pytest.raises(SchemaError, match=rf"control_points\.geojson: {message}"):
        read_layer(toy_folder, POINT_LAYER, record=record)


@pytest.mark.parametrize(
    ("limit", "message"),
    [("MAX_FEATURES", "6 features; wanted 3 at most"), ("MAX_VERTICES", "6 vertices; wanted 3 at most")],
)
def test_a_layer_that_is_too_large_is_refused_in_one_sentence(toy_folder, monkeypatch, limit, message):
    monkeypatch.setattr(layers, limit, 3)

    with pytest.raises(SchemaError, match=rf"^control_points\.geojson: {message}$"):
        read_layer(toy_folder, POINT_LAYER)


# --- faults of a feature ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("name", None, "feature bitung: name: Field required"),
        ("name", "  ", "feature bitung: name: '  '; wanted text"),
        ("name", 7, "feature bitung: name: 7; wanted text"),
        ("name", "\ud800", r"feature bitung: name: '\\ud800'; wanted text, without half a character"),
        ("country", "Indonesia", "feature bitung: country: 'Indonesia'; wanted two capital letters"),
        ("mark", "rumour", "feature bitung: mark: 'rumour'; wanted verified, one-source or unconfirmed"),
        ("mark", ["verified"], r"feature bitung: mark: \['verified'\]; wanted verified, one-source or unconfirmed"),
        ("accuracy_m", "far", "feature bitung: accuracy_m: 'far'; wanted a valid number"),
        ("accuracy_m", True, "feature bitung: accuracy_m: True; wanted a valid number"),
        ("accuracy_m", -1, "feature bitung: accuracy_m: -1; wanted greater than or equal to 0"),
        ("accuracy_m", 10**7, "feature bitung: accuracy_m: 10000000; wanted less than 10000000"),
        ("start_lon", 190, "feature bitung: start_lon: 190; wanted less than or equal to 180"),
        ("start_lon", 3.5, r"feature bitung: starts at 3\.5, 1\.6; wanted inside the study box 117\.\.127 E, 0\.\.10 N"),
        ("sources", "toy-gazette", "feature bitung: sources: 'toy-gazette'; wanted a list"),
        ("sources", [{}], "feature bitung: sources.1: {}; wanted text"),
        ("sources", [], r"feature bitung: sources: \[\]; .*at least 1"),
        ("commands", ["Command"], "feature bitung: commands.1: 'Command'; wanted an object"),
        ("commands", [{"name_en": "x", "from": "2005-02-30"}], "feature bitung: commands.1.from: '2005-02-30'; day is out"),
        ("activities", [{"text_en": "x"}], "feature bitung: activities.1.text_id: Field required"),
        ("position_note_id", None, "feature bitung: record: wanted `position_note_en` and `position_note_id`, or neither"),
        ("id", None, "feature number 1: id: Field required"),
        ("id", "Bitung", "feature Bitung: id: 'Bitung'; wanted lower case"),
        ("id", "port_bitung", "feature port_bitung: id: 'port_bitung'; wanted lower case letters, digits and hyphens"),
    ],
)
def test_a_wrong_property_is_named(toy_folder, name, value, message):
    with pytest.raises(SchemaError, match=rf"control_points\.geojson: {message}"):
        edited(toy_folder, POINT_LAYER, with_property(name, value))


@pytest.mark.parametrize(
    ("layer", "name", "value", "message"),
    [
        ("places", "kind", "harbour", "kind: 'harbour'; wanted port, light, base, air-base or town"),
        ("places", "documented", ["rumour"], "documented.1: 'rumour'; wanted departure, landing, transit, returns"),
        ("places", "trafficking", "yes", "trafficking: 'yes'; wanted not-raised, suspected-by-police or reported"),
        ("places", "our_placement", "yes", "our_placement: 'yes'; wanted a valid boolean"),
        ("places", "since", "20 July 2004", "since: '20 July 2004'; wanted a date such as 2004, 2004-07 or 2004-07-20"),
        ("places", "start_lon", 118.6, "record: wanted `start_lon`, `start_lat` and `start_distance_m`, or none of them"),
        ("limits", "standing", "official", "standing: 'official'; wanted published, ours or remembered"),
        (
            "boundaries",
            "kind",
            "river",
            "kind: 'river'; wanted territorial-sea, seabed, openstreetmap, our-closure or our-cut",
        ),
        ("boundaries", "signed", 2014, "signed: 2014; wanted text"),
        ("boundaries", "parties", ["ID", "Philippines"], "parties.2: 'Philippines'; wanted two capital letters"),
        ("waters", "side", "Sulu", r"side: 'Sulu'; .*unassigned"),
    ],
)
def test_a_word_that_the_product_does_not_know_is_named(toy_folder, layer, name, value, message):
    with pytest.raises(SchemaError, match=rf"{layer}\.geojson: feature [a-z-]+: {message}"):
        edited(toy_folder, LAYERS[layer], with_property(name, value))


@pytest.mark.parametrize(
    ("geometry", "message"),
    [
        (None, "geometry is None; wanted Point"),
        ("here", "geometry is 'here'; wanted Point"),
        ({"type": ["Point"], "coordinates": [118, 2]}, r"geometry is a \['Point'\]; wanted Point"),
        ({"type": "Point"}, "coordinates: None; wanted a list"),
        ({"type": "Point", "coordinates": ["1", "2"]}, "coordinates: 1: '1'; wanted a valid number"),
        ({"type": "Point", "coordinates": [True, 2]}, "coordinates: 1: True; wanted a valid number"),
        ({"type": "Point", "coordinates": []}, "coordinates: 1: Field required"),
        ({"type": "Point", "coordinates": [118.4, 4.2, 0, 0]}, "coordinates: a position of more than three numbers; wanted"),
        ({"type": "Point", "coordinates": [118.4, 4.2, True]}, "coordinates: a position of more than three numbers; wanted"),
        ({"type": "Point", "coordinates": [1e300, 2]}, "coordinates: 1: 1e[+]300; wanted less than"),
        ({"type": "LineString", "coordinates": [[118, 2], [119, 2]]}, "geometry is a 'LineString'; wanted Point"),
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


@pytest.mark.parametrize(
    "coordinates",
    [[], [[]], [[[118, 2], [119, 2]]], [[[118, 2], [119, 2], [119, 3], None]], [[[118, 2], [119, [2]], [119, 3], [118, 2]]]],
)
def test_a_ring_that_is_none_is_refused(toy_folder, coordinates):
    with pytest.raises(SchemaError, match=r"land\.geojson: feature land-east: coordinates: "):
        edited(toy_folder, LAYERS["land"], with_geometry({"type": "Polygon", "coordinates": coordinates}))


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


@pytest.mark.parametrize("swapped", [False, True])
def test_the_region_lies_around_the_study_box(tmp_path, swapped):
    """The region may extend beyond the box; with longitude and latitude swapped it does not contain it."""
    far = [(90.0, -12.0), (128.0, -12.0), (128.0, 22.0), (90.0, 22.0), (90.0, -12.0)]
    ring = [(lat, lon) for lon, lat in far] if swapped else far
    land = {
        "type": "Feature",
        "properties": {"id": "region", "sources": ["osm-land"]},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    (tmp_path / "region.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [land]}), "utf-8")
    box = StudyBox(95, -1, 105.5, 9)

    if swapped:
        with pytest.raises(SchemaError, match=r"wanted around the study box.*are longitude and latitude swapped"):
            read_layer(tmp_path, LAYERS["region"], box=box)
    else:
        assert read_layer(tmp_path, LAYERS["region"], box=box).index.tolist() == ["region"]


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


class Depth(properties.LandProperties):
    """The properties of a layer that is not one of the scheme's."""

    depth_m: float


def test_a_layer_of_ones_own_is_checked_alike(tmp_path):
    mine = Layer("depths.geojson", ("Point",), Depth)
    properties = {"id": "a", "depth_m": 12, "sources": ["chart"]}
    point = {"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": [1, 2]}}
    (tmp_path / "depths.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [point]}), "utf-8")

    assert read_layer(tmp_path, mine)["depth_m"].to_dict() == {"a": 12}
