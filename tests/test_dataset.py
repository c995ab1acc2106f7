"""Every data format, opened with a program that is not ours."""

import csv
import io
import json
import re
import threading
from dataclasses import replace

import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from lxml import etree

from geo.coverage.answers import CoverageModel, default_scenario
from geo.errors import ExportError, ScenarioError
from geo.maps.scene import build_scene
from geo.maps.selection import Selection
from geo.measure import areas_km2
from geo.scheme.patrol_scheme import load
from geo.takeaway.dataset import DATASET_KINDS, DATASET_MARKS, MAP_TABLES, dataset_bytes
from geo.takeaway.spreadsheets import csv_bytes, xlsx_bytes
from geo.takeaway.tables import TABLES, Credits, DataTable, tables_of
from geo.text import catalogue
from tests.toy import add_airfield, edit_json, write_toy_folder
from ui import cached

MARKUP = "bell\x07 nought\x00 <b>&amp;</b> ]]> <!--"
KML = {"k": "http://www.opengis.net/kml/2.2"}


def hostile(document):
    """Put formulas and characters that XML cannot hold into texts."""
    first, second = document["agreements"]
    first["short"] = {"en": "=1+1", "id": "+1"}
    first["name"] = {"en": "-2+3 cmd|' /C calc'!A0", "id": "@SUM(A1)"}
    first["summary"]["text"] = {"en": MARKUP, "id": "x"}
    second["short"] = {"en": "\t=1+1", "id": "\r=1+1"}


def _spoil(path, name):
    """Put a control character into the first text of that name."""
    text = path.read_text("utf-8")
    begun = text.index(f'\n{name} = "') + len(f'\n{name} = "')
    path.write_text(f"{text[:begun]}\\u0001{text[begun:]}", "utf-8")


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    folder = add_airfield(write_toy_folder(tmp_path_factory.mktemp("dataset") / "toy"))
    edit_json(folder, "agreements.json", hostile)
    edit_json(folder, "control_points.geojson", lambda d: d["features"][0]["properties"].update(facility_en=MARKUP))
    for text in ("title", "attribution"):  # the records of a folder may hold anything too
        _spoil(folder / "sources.toml", text)
    scheme = load(folder)
    model = CoverageModel(scheme)
    return scheme, model, replace(default_scenario(model), limit_h=4.0)


@pytest.fixture(scope="module")
def tables(toy):
    return {table.name: table for table in tables_of(*toy)}


@pytest.fixture(scope="module")
def written(toy, tmp_path_factory):
    """Return a path per kind."""
    folder = tmp_path_factory.mktemp("written")
    paths = {kind: folder / f"toy.{kind}" for kind in DATASET_KINDS}
    for kind, path in paths.items():
        path.write_bytes(dataset_bytes(*toy, kind=kind, table="agreements" if kind == "csv" else None))
    return paths


def unsaid(*parts):
    """Return which of scenario, credits, licence, stamp, caution and units are missing from a file's text."""
    text = " ".join(map(str, parts))
    return [
        word for word in ("Bitung", "within 4 h", "Made up", "MIT", "stamp", "Not for navigation", "_km2") if word not in text
    ]


# --- all formats ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", DATASET_KINDS)
def test_the_same_input_gives_the_same_bytes(toy, written, kind):
    again = dataset_bytes(*toy, kind=kind, table="agreements" if kind == "csv" else None)

    assert again == written[kind].read_bytes()


@pytest.mark.parametrize("clock_s", [0.0, 7e9], ids=["1970", "2191"])
@pytest.mark.parametrize("kind", DATASET_KINDS)
def test_a_wrong_clock_changes_no_byte(toy, written, kind, clock_s, monkeypatch):
    """An archive can hold dates from 1980 to 2107 only."""
    monkeypatch.setattr("time.time", lambda: clock_s)
    again = dataset_bytes(*toy, kind=kind, table="agreements" if kind == "csv" else None)

    assert again == written[kind].read_bytes()


@pytest.mark.parametrize("kind", DATASET_MARKS)
def test_a_file_shows_in_its_head_that_it_is_ours(written, kind):
    assert DATASET_MARKS[kind].encode() in written[kind].read_bytes()[:4096]


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        ({"kind": "shp"}, ExportError, "no data format 'shp'; known: geojson, gpkg, kml, csv, xlsx"),
        ({"kind": "gpkg", "layers": ["tides"]}, ScenarioError, "no table 'tides'; known: control_points, bands"),
        ({"kind": "csv"}, ExportError, "csv holds one table.*known: control_points"),
        ({"kind": "csv", "table": "tides"}, ScenarioError, "no table 'tides'; known: "),
        ({"kind": "csv", "table": "gap", "layers": ["gap"]}, ExportError, "csv holds one table"),
        ({"kind": "xlsx", "table": "gap"}, ExportError, "`table` is for csv; a xlsx takes `layers`"),
        ({"kind": "kml", "layers": ["agreements"]}, ExportError, "'agreements' has no place.*known: control_points, bands"),
    ],
)
def test_what_a_format_cannot_hold_is_refused_in_one_line(toy, asked, error, message):
    with pytest.raises(error, match=message):
        dataset_bytes(*toy, **asked)


# --- GeoJSON --------------------------------------------------------------------------------------------------------


def test_geojson_follows_rfc_7946(written, tables):
    document = json.loads(written["geojson"].read_text("utf-8"), parse_constant=pytest.fail)
    features = document["features"]

    assert "crs" not in document
    assert len(features) == sum(len(table.frame) for table in tables.values())
    assert len({feature["id"] for feature in features}) == len(features)
    for feature in (feature for feature in features if feature["geometry"]):
        shape = shapely.geometry.shape(feature["geometry"])
        assert shape.is_valid
        rings = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
        assert all(part.exterior.is_ccw and not any(hole.is_ccw for hole in part.interiors) for part in rings)
        corners = shapely.get_coordinates(shape)
        assert (corners == corners.round(5)).all()


def test_geojson_says_what_it_is_and_what_each_feature_belongs_to(written):
    document = json.loads(written["geojson"].read_text("utf-8"))

    assert unsaid(*(document[name] for name in ("description", "attribution", "licence", "stamp", "caution"))) == []
    assert [table["table"] for table in document["tables"]] == list(TABLES)
    assert all(table["description"] and table["licence"] and table["attribution"] for table in document["tables"])
    assert {feature["properties"]["table"] for feature in document["features"]} == set(TABLES)
    placed = {feature["properties"]["table"] for feature in document["features"] if feature["geometry"]}
    assert placed == set(MAP_TABLES)


def test_geojson_opens_in_gdal(written, tables):
    read = pyogrio.read_dataframe(written["geojson"])

    assert read.crs == "EPSG:4326"
    assert read["table"].value_counts().to_dict() == {name: len(table.frame) for name, table in tables.items()}
    assert areas_km2(read[read["table"] == "bands"]).tolist() == pytest.approx(tables["bands"].frame["area_km2"].tolist())


# --- GeoPackage -----------------------------------------------------------------------------------------------------


def test_geopackage_has_a_layer_per_table_in_wgs84(written, tables):
    kinds = {name: table.geometry_type for name, table in tables.items()}

    assert dict(pyogrio.list_layers(written["gpkg"]).tolist()) == kinds
    for name, table in tables.items():
        info = pyogrio.read_info(written["gpkg"], layer=name)
        assert info["features"] == len(table.frame)
        assert info["crs"] == ("EPSG:4326" if table.geographic else None)
        assert info["fields"].tolist() == [column for column in table.frame.columns if column != "geometry"]


@pytest.mark.parametrize("name", ["bands", "first_responder", "gap", "sides"])
def test_geopackage_shapes_have_the_area_that_the_table_says(written, name):
    read = pyogrio.read_dataframe(written["gpkg"], layer=name)

    assert areas_km2(read).tolist() == pytest.approx(read["area_km2"].tolist(), abs=1e-3)


def test_geopackage_carries_descriptions_credits_and_the_date_of_the_data(written):
    info = pyogrio.read_info(written["gpkg"], layer="bands")

    assert unsaid(*info["dataset_metadata"].values()) == []
    assert info["layer_metadata"]["IDENTIFIER"] == "Arrival bands"
    assert "from_h and to_h hours" in info["layer_metadata"]["DESCRIPTION"]
    assert info["layer_metadata"]["ATTRIBUTION"] == "Made up"
    changed = pyogrio.read_dataframe(written["gpkg"], sql="SELECT DISTINCT last_change FROM gpkg_contents")
    assert changed["last_change"].astype(str).str[:10].tolist() == ["2026-11-24"]


def test_geopackage_leaves_gdals_clock_as_it_was(toy):
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2001-01-01T00:00:00.000Z"})
    try:
        dataset_bytes(*toy, kind="gpkg", layers=["agreements"])
        assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") == "2001-01-01T00:00:00.000Z"
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    dataset_bytes(*toy, kind="gpkg", layers=["agreements"])
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None


def test_geopackages_made_by_several_threads_are_the_same(toy):
    made = []
    threads = [
        threading.Thread(target=lambda: made.append(dataset_bytes(*toy, kind="gpkg", layers=["control_points", "sources"])))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 4
    assert len(set(made)) == 1


def test_geopackage_takes_the_layers_asked_for_empty_ones_too(toy, tmp_path):
    scheme, model, asked = toy
    path = tmp_path / "some.gpkg"

    path.write_bytes(
        dataset_bytes(scheme, model, replace(asked, point_ids=()), kind="gpkg", layers=["sources", "bands", "gap"])
    )

    layers = dict(pyogrio.list_layers(path).tolist())
    assert layers == {"bands": "MultiPolygon", "gap": "MultiPolygon", "sources": None}
    assert pyogrio.read_info(path, layer="bands")["features"] == 0


# --- KML ------------------------------------------------------------------------------------------------------------


def test_kml_is_well_formed_with_a_described_folder_per_layer(written, tables):
    root = etree.fromstring(written["kml"].read_bytes())

    assert root.findtext("k:Document/k:name", namespaces=KML) == "The toy strait patrol map"
    assert unsaid(root.findtext("k:Document/k:description", namespaces=KML)) == []
    folders = root.findall("k:Document/k:Folder", KML)
    assert [folder.findtext("k:name", namespaces=KML) for folder in folders] == list(MAP_TABLES)
    for folder, name in zip(folders, MAP_TABLES, strict=True):
        assert len(folder.findall("k:Placemark", KML)) == len(tables[name].frame)
        assert "Made up; MIT" in folder.findtext("k:description", namespaces=KML)
    ids = root.xpath("//k:Placemark/@id", namespaces=KML)
    assert len(set(ids)) == len(ids)


def test_kml_opens_in_gdal_with_fields_and_areas(written, tables):
    assert pyogrio.list_layers(written["kml"])[:, 0].tolist() == list(MAP_TABLES)
    read = pyogrio.read_dataframe(written["kml"], layer="bands")

    assert read.crs == "EPSG:4326"
    assert areas_km2(read.set_geometry(shapely.force_2d(read.geometry))).tolist() == pytest.approx(
        tables["bands"].frame["area_km2"].tolist()
    )
    points = pyogrio.read_dataframe(written["kml"], layer="control_points")
    assert points["Name"].tolist() == tables["control_points"].frame["name"].tolist()


def test_kml_gives_every_column_of_a_row(written):
    root = etree.fromstring(written["kml"].read_bytes())
    data = root.xpath("//k:Placemark[@id='bands.1-2-h']/k:ExtendedData/k:Data/@name", namespaces=KML)

    assert data == ["id", "from_h", "to_h", "area_km2", "strait_share"]


def test_kml_shows_markup_as_written_and_no_control_characters(written):
    root = etree.fromstring(written["kml"].read_bytes())

    told = root.xpath("//k:Placemark[@id='control_points.bitung']//k:Data[@name='facility']/k:value/text()", namespaces=KML)
    assert told == ["bell  nought  <b>&amp;</b> ]]> <!--"]


# --- CSV ------------------------------------------------------------------------------------------------------------


def rows_of(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def test_csv_keeps_what_looks_like_a_formula_as_text(toy, written):
    rows = rows_of(written["csv"].read_bytes())
    indonesian = rows_of(dataset_bytes(*toy, kind="csv", table="agreements", lang="id"))

    assert [row["short"] for row in rows] == ["'=1+1", "'\t=1+1"]
    assert [row["short"] for row in indonesian] == ["'+1", "'\r=1+1"]
    assert (rows[0]["name"][:3], indonesian[0]["name"]) == ("'-2", "'@SUM(A1)")


def test_csv_leaves_numbers_as_numbers():
    """A latitude south of the equator begins with a minus and is not a formula."""
    imprint = Credits("t", "q", "u", "c", "a", "l", "s", "2026-11-24", ())
    table = DataTable("coverage", pd.DataFrame({"id": ["-a"], "lat": [-1.5], "count": [-2]}), "l", "a")

    (row,) = rows_of(csv_bytes(table, imprint))
    assert (row["id"], row["lat"], row["count"]) == ("'-a", "-1.5", "-2")


def test_csv_begins_with_a_byte_order_mark_for_excel_where_asked(toy, written):
    plain = written["csv"].read_bytes()

    assert plain.startswith(b"id,")
    assert dataset_bytes(*toy, kind="csv", table="agreements", bom=True) == b"\xef\xbb\xbf" + plain


def test_csv_of_the_page_is_for_excel(toy):
    scheme, model, asked = toy
    request = cached.FileRequest("csv", "sources", Selection(scenario=asked), "")

    assert cached._file_bytes(scheme, model, request).startswith(b"\xef\xbb\xbfid,")


def test_csv_has_scenario_credit_licence_and_stamp_in_every_row(written):
    for row in rows_of(written["csv"].read_bytes()):
        assert "within 4 h" in row["scenario"]
        assert (row["attribution"].strip(), row["licence"]) == ("Made up", "MIT")
        assert "24 November 2026" in row["selat_stamp"]


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_a_csv_that_says_the_same(toy, tables, name):
    rows = rows_of(dataset_bytes(*toy, kind="csv", table=name))

    assert [row["id"] for row in rows] == tables[name].frame["id"].tolist()
    if "area_km2" in tables[name].frame:
        assert [float(row["area_km2"]) for row in rows] == tables[name].frame["area_km2"].tolist()


# --- workbook -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def book(written):
    return openpyxl.load_workbook(written["xlsx"])


def test_workbook_begins_with_what_it_is(book):
    about = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]

    assert book.sheetnames == ["About", *TABLES]
    assert about[0][0] == "The toy strait patrol map"
    assert unsaid(about) == []
    assert {"Scenario", "Units", "Caution", "Attribution", "Licence", *TABLES} <= {row[0] for row in about}


def test_workbook_headers_are_bold_and_stay_in_sight(book, tables):
    for name in TABLES:
        sheet = book[name]
        plain = tables[name].without_shapes().frame
        assert [cell.value for cell in sheet[1]] == plain.columns.tolist()
        assert all(cell.font.bold for cell in sheet[1])
        assert sheet.freeze_panes == "B2"
        assert sheet.max_row == len(plain) + 1
        assert all(10 <= column.width <= 60 for column in sheet.column_dimensions.values())


def test_workbook_keeps_what_looks_like_a_formula_as_text(book):
    sheet = book["agreements"]
    column = [cell.value for cell in sheet[1]].index("short") + 1
    cells = [sheet.cell(line, column) for line in (2, 3)]

    assert [(cell.value, cell.data_type) for cell in cells] == [("=1+1", "s"), ("\t=1+1", "s")]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


@pytest.mark.parametrize(("lang", "told"), [("en", "holds 32,767 characters"), ("id", "paling banyak 32.767 karakter")])
@pytest.mark.parametrize("sign", ["x", "😀"])
def test_workbook_says_where_a_text_is_too_long_for_a_cell(sign, lang, told):
    imprint = Credits("t", "q", "u", "c", "a", "l", "s", "2026-11-24", ())
    frame = pd.DataFrame({"id": ["fits", "long"], "name": ["y" * 32_767, sign * 32_768]})
    content = xlsx_bytes([DataTable("coverage", frame, "l", "a")], imprint, catalogue(lang))
    fits, long = (row[1] for row in openpyxl.load_workbook(io.BytesIO(content))["coverage"].iter_rows(2, values_only=True))

    assert fits == frame["name"][0]
    assert len(long.encode("utf-16-le")) in {2 * 32_767, 2 * 32_766}
    assert re.fullmatch(rf"{sign}+… \[.*{told}.*CSV.*\]", long)


def test_workbook_keeps_numbers_as_numbers_and_what_is_missing_as_nothing(book, tables):
    rows = {row[0].value: row for row in book["coverage"].iter_rows(min_row=2)}
    names = [cell.value for cell in book["coverage"][1]]

    gap = rows["together"][names.index("gap_km2")]
    assert (gap.value, gap.data_type) == (tables["coverage"].frame["gap_km2"][0], "n")
    assert rows["bitung"][names.index("gap_km2")].value is None


def test_workbook_speaks_the_language_asked_for(toy):
    book = openpyxl.load_workbook(io.BytesIO(dataset_bytes(*toy, kind="xlsx", layers=["gap"], lang="id")))

    assert book.sheetnames == ["Tentang", "gap"]
    assert "celah" in book["Tentang"]["B8"].value


def test_kml_has_the_colours_of_the_map(toy):
    """Also where the first band is empty, and whichever rows are left."""
    scheme, model, asked = toy
    late = replace(asked, readiness_h=2.5, limit_h=6.0)
    root = etree.fromstring(dataset_bytes(scheme, model, late, kind="kml", layers=["bands", "first_responder"]))
    found = {
        mark.get("id"): mark.findtext("k:Style/k:PolyStyle/k:color", namespaces=KML)[2:]
        for mark in root.iterfind(".//k:Placemark", KML)
    }
    drawn = {}
    for layer, name in (("bands", "bands"), ("first", "first_responder")):
        answer = model.answer(late, layer)
        shapes = build_scene(scheme, Selection(scenario=late, coverage_layer=layer), answer).shapes
        for shape, row in zip(shapes, answer.shapes.to_dict("records"), strict=True):
            if row["what"] in {"band", "first"}:
                key = f"{row['from_h']:g}-{row['to_h']:g}-h" if layer == "bands" else row["id"]
                drawn[f"{name}.{key}"] = shape.style.color

    assert min(row["from_h"] for row in model.answer(late, "bands").shapes.to_dict("records") if row["what"] == "band") >= 2
    assert found == {key: f"{color[5:7]}{color[3:5]}{color[1:3]}".lower() for key, color in drawn.items()}
