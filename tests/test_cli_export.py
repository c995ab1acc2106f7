"""``export`` as a person types it: every kind of file, the options that fit it, and what is never overwritten."""

import csv
import io
import json

import pyogrio
import pypdfium2
import pytest
from lxml import etree
from openpyxl import load_workbook
from PIL import Image
from typer.testing import CliRunner

from geo.cli import export as cli_export
from geo.cli.app import app
from geo.coverage.answers import CoverageModel
from geo.offline.page import EXPORT_MARK
from geo.scheme.patrol_scheme import load
from geo.takeaway.tables import TABLES
from tests.toy import write_toy_folder

KINDS = ("html", "pdf", "png", "svg", "geojson", "gpkg", "kml", "csv", "xlsx")
NEEDED = {"csv": ("--table", "coverage")}


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return write_toy_folder(tmp_path_factory.mktemp("cli-export") / "toy")


@pytest.fixture(scope="module")
def model(toy):
    return CoverageModel(load(toy))


@pytest.fixture
def export(toy, model, tmp_path, monkeypatch):
    """Return what runs the command in a folder of its own; distances are worked out once for all tests."""
    monkeypatch.setattr(cli_export, "CoverageModel", lambda scheme: model)

    def run(name, *words):
        return CliRunner().invoke(app, ["export", str(tmp_path / name), "--data", str(toy), *map(str, words)])

    return run


def opened(path):
    """Open a file with a program that is not ours; return how many pages, layers, sheets or rows it has."""
    kind = path.suffix.removeprefix(".")
    if kind in {"geojson", "gpkg", "kml"}:
        return len(pyogrio.list_layers(path))
    if kind in {"html", "svg"}:
        return len(etree.parse(path, etree.HTMLParser() if kind == "html" else None).getroot())
    if kind == "csv":
        return len(rows(path))
    if kind == "xlsx":
        return len(load_workbook(path).sheetnames)
    content = io.BytesIO(path.read_bytes())
    return len(pypdfium2.PdfDocument(content)) if kind == "pdf" else Image.open(content).n_frames


def rows(path):
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode(), newline="")))


# --- kinds ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_ending_says_what_is_written(export, tmp_path, kind):
    result = export(f"Peta Selat.{kind.upper()}", *NEEDED.get(kind, ()), "--lang", "id")

    assert result.exit_code == 0, result.output
    assert result.stdout.strip().endswith("B")
    path = (tmp_path / f"Peta Selat.{kind.upper()}").rename(tmp_path / f"peta.{kind}")
    assert opened(path) >= 1


@pytest.mark.parametrize("name", ["map.shp", "map", ".html"])
def test_another_ending_is_refused_in_one_line_that_names_the_known(export, name):
    result = export(name)

    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert all(f".{kind}" in result.stderr for kind in KINDS)


def test_the_page_is_in_the_language_asked_for(export, tmp_path):
    assert export("peta.html", "--lang", "id").exit_code == 0

    text = (tmp_path / "peta.html").read_text("utf-8")
    assert EXPORT_MARK in text
    assert '<html lang="id"' in text
    assert "Zamboanga" in text


# --- options --------------------------------------------------------------------------------------------------------


def test_data_answer_the_scenario_that_coverage_answers(export, toy, tmp_path):
    words = ("--hours", 5, "--speed", 25, "--readiness", 1, "--points", "tawau,bongao", "--rule", "coordinated")

    assert export("toy.csv", "--table", "coverage", *words).exit_code == 0

    said = CliRunner().invoke(app, ["coverage", "--json", "--data", str(toy), *map(str, words)])
    numbers = json.loads(said.stdout)
    together, *points = rows(tmp_path / "toy.csv")
    assert float(together["reached_km2"]) == pytest.approx(numbers["reached_km2"], abs=1e-3)
    assert [float(row["only_km2"]) for row in points] == pytest.approx(
        [row["only_km2"] for row in numbers["by_point"]], abs=1e-3
    )
    assert (together["limit_h"], together["rule"]) == ("5.0", "coordinated")


def test_layers_choose_the_tables_of_data(export, tmp_path):
    assert export("toy.gpkg", "--layers", "gap, agreements").exit_code == 0

    assert pyogrio.list_layers(tmp_path / "toy.gpkg")[:, 0].tolist() == ["gap", "agreements"]


def test_layers_choose_what_a_figure_shows(export, tmp_path):
    assert export("plain.svg", "--layers", "", "--show", "none").exit_code == 0
    assert export("full.svg", "--layers", "sides,lines,limits,ports", "--show", "none").exit_code == 0

    assert (tmp_path / "plain.svg").stat().st_size < (tmp_path / "full.svg").stat().st_size


def test_width_and_dpi_are_those_of_the_picture(export, tmp_path):
    assert export("toy.png", "--width-mm", 127, "--dpi", 100).exit_code == 0

    picture = Image.open(io.BytesIO((tmp_path / "toy.png").read_bytes()))
    assert picture.width == pytest.approx(500, abs=1)
    assert picture.info["dpi"] == pytest.approx((100, 100), abs=0.1)


@pytest.mark.parametrize(
    ("name", "words", "fitting"),
    [
        ("toy.gpkg", ("--show", "gap"), ".html"),
        ("toy.csv", ("--table", "gap", "--layers", "gap"), ".geojson"),
        ("toy.xlsx", ("--table", "gap"), "it is for .csv:"),
        ("toy.xlsx", ("--bom",), "--bom does nothing in a .xlsx"),
        ("toy.html", ("--width-mm", 100), ".pdf, .png, .svg"),
        ("toy.svg", ("--dpi", 300), "it is for .png:"),
        ("toy.kml", ("--year", 2010), ".html"),
    ],
)
def test_an_option_that_would_do_nothing_is_refused_in_one_line(export, tmp_path, name, words, fitting):
    result = export(name, *words)

    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert f"does nothing in a .{name.split('.')[1]}" in result.stderr
    assert fitting in result.stderr
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize(
    ("name", "words", "message"),
    [
        ("toy.csv", (), f"wanted --table with one of: {', '.join(TABLES)}"),
        ("toy.csv", ("--table", "tides"), "no table 'tides'; known: control_points"),
        ("toy.gpkg", ("--layers", "gap,tides"), "no table 'tides'; known: control_points"),
        ("toy.kml", ("--layers", "agreements"), "'agreements' has no place on the map"),
        ("toy.png", ("--layers", "gap"), "no layer 'gap'; known: sides"),
        ("toy.html", ("--show", "waves"), "no coverage layer 'waves'; known: bands"),
        ("toy.svg", ("--year", 1999), "--year must be from 2000 to 2026, the year of the data; got 1999"),
        ("toy.html", ("--year", 2027), "--year must be from 2000 to 2026"),
        ("toy.png", ("--width-mm", "nan"), "width"),
        ("toy.png", ("--dpi", 0), "dpi"),
        ("toy.geojson", ("--speed", "nan"), "speed_kn"),
        ("toy.geojson", ("--points", "atlantis"), "no start 'atlantis'; known: bitung"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(export, tmp_path, name, words, message):
    result = export(name, *words)

    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert message in result.stderr
    assert not (tmp_path / name).exists()


# --- overwriting ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_not_ours_is_kept_unless_forced(export, tmp_path, kind):
    path, words = tmp_path / f"mine.{kind}", NEEDED.get(kind, ())
    path.write_text("mine", "utf-8")

    refused = export(path.name, *words)
    assert refused.exit_code == 2
    assert refused.stderr.count("\n") == 1
    assert "--force" in refused.stderr
    assert path.read_text("utf-8") == "mine"

    assert export(path.name, *words, "--force").exit_code == 0
    assert path.read_bytes() != b"mine"


@pytest.mark.parametrize("kind", ["html", "png", "svg", "geojson", "kml", "csv"])
def test_a_file_of_ours_that_shows_it_is_written_anew(export, kind):
    words = NEEDED.get(kind, ())

    assert [export(f"toy.{kind}", *words).exit_code for _ in range(2)] == [0, 0]


def test_a_csv_for_excel_begins_with_a_byte_order_mark_and_is_known_as_ours(export, tmp_path):
    assert [export("toy.csv", "--table", "sources", "--bom").exit_code for _ in range(2)] == [0, 0]
    assert (tmp_path / "toy.csv").read_bytes().startswith(b"\xef\xbb\xbfid,")


@pytest.mark.parametrize("kind", ["pdf", "gpkg", "xlsx"])
def test_a_kind_that_cannot_show_who_made_it_is_kept(export, tmp_path, kind):
    assert export(f"toy.{kind}").exit_code == 0
    before = (tmp_path / f"toy.{kind}").read_bytes()

    again = export(f"toy.{kind}")

    assert again.exit_code == 2
    assert "does not show who made it" in again.stderr
    assert (tmp_path / f"toy.{kind}").read_bytes() == before


def test_a_folder_is_no_file(export, tmp_path):
    (tmp_path / "toy.gpkg").mkdir()

    result = export("toy.gpkg")

    assert result.exit_code == 2
    assert "is a folder" in result.stderr
