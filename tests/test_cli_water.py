"""The commands that ask the water, as a person types them."""

from __future__ import annotations

import csv
import io
import json

import pytest
import shapely
from typer.testing import CliRunner

from geo.cli import coverage, distance
from geo.cli.app import app
from geo.coverage.answers import default_scenario
from geo.scheme.patrol_scheme import load
from tests.toy import LAND, edit_json

HEADER = ["lon", "lat", "distance_nmi", "status", "start_snap_m"]


@pytest.fixture
def at_once(model, monkeypatch):
    """Spare a command the seconds that the distances of the shipped strait take; one test of each kind does without."""
    monkeypatch.setattr(coverage, "CoverageModel", lambda scheme: model)
    monkeypatch.setattr(distance, "SeaDistance", lambda outline: model.fields.water)


def run(*words, stdin=None):
    """Run a command inside this process."""
    return CliRunner().invoke(app, [str(word) for word in words], input=stdin)


def rows(result):
    """Return the CSV that a command printed, header apart."""
    assert result.exit_code == 0, result.output
    header, *lines = csv.reader(io.StringIO(result.stdout))
    assert header == HEADER
    return lines


def test_distance_between_places_and_its_states():
    """Ok, snapped to water, land too far from it, outside the box."""
    found = rows(
        run("distance", "--from", "lumut", "--to", "1.31,104.03", "--to", "4.23,100.62", "--to", "4.0,102.5", "--to", "20,100")
    )

    assert [line[3] for line in found] == ["ok", "snapped", "land", "outside"]
    assert float(found[0][2]) == pytest.approx(288.7, abs=0.1)
    assert len(found[0][2].split(".")[1]) == 6
    assert found[2][:3] == ["102.5", "4.0", ""]


@pytest.mark.usefixtures("at_once")
def test_distance_reads_columns_by_name_from_standard_input_and_snaps_nothing():
    """The rest of a table may hold what it likes."""
    table = "name,lat,lon\nwater,4,100\nland,4,102\nfar,44,102\n"

    found = rows(run("distance", "--from", "4.2,100.5", "--csv", "-", stdin=table))

    assert [line[3] for line in found] == ["ok", "land", "outside"]
    assert [line[2] == "" for line in found] == [False, True, True]


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    "table",
    [
        *("name,lon,lat\nCafé,95.3,5.9\n".encode(encoding) for encoding in ("latin-1", "cp437", "utf-8", "utf-8-sig")),
        *("name,lon,lat\nซาบัง,95.3,5.9\n".encode(encoding) for encoding in ("cp874", "utf-16", "utf-16-le", "utf-16-be")),
        *("name,lon,lat\n海表,95.3,5.9\n".encode(encoding) for encoding in ("gbk", "cp932", "utf-32")),
        b'\xef\xbb\xbf"lon";"lat";"name"\r\n95,3;5,9;Sabang\r\n\r\n',  # Excel in Indonesia
        "name\tlon\tlat\rSabang\t95,3\t5,9\r".encode("utf-16"),  # Excel's "Unicode text"
        f'name,lon,lat\n"{"x" * 500_000}",95.3,5.9\n'.encode(),  # a coastline as WKT
        b"lat, lon ,name\n5.9, 95.3,\0\n",
    ],
    ids=lambda table: repr(table[:24]),
)
def test_distance_reads_a_table_in_any_encoding(table):
    assert [line[:2] for line in rows(run("distance", "--from", "lumut", "--csv", "-", stdin=table))] == [["95.3", "5.9"]]


@pytest.mark.usefixtures("at_once")
def test_distance_tells_how_far_a_start_was_moved():
    """A start on land, two kilometres from water."""
    found = rows(run("distance", "--from", "4.22833,100.61167", "--to", "4.0,100.0"))

    assert float(found[0][4]) > 500


def test_distance_moves_nothing_past_other_water(toy_folder):
    """A lake in the west land ends two kilometres from the sea, at 118.5."""
    lake = shapely.box(117.5, 4, 118.48, 5)
    land = json.loads(shapely.to_geojson(LAND["land-west"] - lake))
    edit_json(toy_folder, "land.geojson", lambda document: document["features"][2].update(geometry=land))

    refused = run("distance", "--from", "4.2,118.47", "--to", "4.2,119", "--data", toy_folder)
    found = rows(run("distance", "--from", "tawau", "--to", "4.2,118.47", "--to", "4.2,118.495", "--data", toy_folder))

    assert refused.exit_code == 2
    assert "--from: 4.2,118.47 is on other water or beside it, with no route to the strait" in refused.stderr
    assert [line[3] for line in found] == ["unreachable", "snapped"]


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    ("words", "stdin", "message"),
    [
        (("--from", "lumut"), None, "wanted at least one --to"),
        (("--from", "nowhere", "--to", "4,100"), None, "no start 'nowhere'; known: batam"),
        (("--from", "lumut", "--to", "4;100"), None, "wanted LAT,LON"),
        (("--from", "lumut", "--to", "100,4.0"), None, "wanted LAT,LON"),
        (("--from", "3.6,97.0", "--to", "4,100"), None, "no navigable water within 5 km"),
        (("--from", "lumut", "--csv", "-"), "lat,lon\n4,100\n4,east\n", "line 3: wanted numbers"),
        (("--from", "lumut", "--csv", "-"), "x,y\n1,2\n", "line 1: wanted columns lon and lat"),
        (("--from", "lumut", "--csv", "-"), "lat,lon\n4\n", "line 2: wanted numbers"),
        (("--from", "lumut", "--csv", "-"), f'lat,lon,note\n4,100,"{"x" * 2**24}y', "quotation mark left open?"),
        (("--from", "lumut", "--csv", "-"), "", "line 1: wanted columns lon and lat by name; got ''"),
        (("--from", "lumut", "--csv", "no-such-file.csv"), None, "cannot be read"),
        (("--from", "lumut", "--csv", "docs"), None, "--csv: docs cannot be read (Is a directory)"),
    ],
)
def test_distance_says_in_one_line_what_is_wrong(words, stdin, message):
    """Exit code 2, no trace."""
    result = run("distance", *words, stdin=stdin)

    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_coverage_json_is_valid_and_says_what_the_page_says(model):
    """The same answer from the same computation; null where nobody arrives."""
    result = run("coverage", "--json")  # six hours, each on its own side, unless asked otherwise
    found = json.loads(result.stdout, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    same = model.answer(
        type(default_scenario(model))(default_scenario(model).point_ids, limit_h=6.0, rule="coordinated")
    ).coverage

    assert found["reached_km2"] == pytest.approx(same.reached_km2, abs=1e-3)
    assert found["scenario"] == {
        "points": ["batam", "belawan", "changi", "lumut"],
        "speed_kn": 20.0,
        "limit_h": 6.0,
        "readiness_h": 0.5,
        "rule": "coordinated",
    }
    assert {"strait_area_km2", "reached_share", "backup_km2", "backup_share", "gap_km2", "nobody_km2"} <= found.keys()
    assert {"mean_arrival_h", "median_arrival_h", "worst_arrival_h"} <= found.keys()
    assert {"id", "reached_km2", "first_km2", "first_anywhere_km2", "only_km2"} <= found["by_point"][0].keys()
    thailand = next(side for side in found["by_side"] if side["side"] == "TH")
    assert thailand["mean_arrival_h"] is None
    assert thailand["reached_km2"] == 0
    assert (found["curve"][0]["hours"], found["curve"][-1]["hours"]) == (0, 24)


@pytest.mark.usefixtures("at_once")
def test_coverage_reads_as_a_table():
    """For people."""
    result = run("coverage", "--points", "lumut,phuket")

    assert result.exit_code == 0
    assert "not reached" in result.stdout
    assert "within 6 h, coordinated" in result.stdout
    assert "phuket" in result.stdout


@pytest.mark.usefixtures("at_once")
def test_coverage_says_over_which_water_a_mean_is_taken_and_what_the_rule_costs():
    """As on the page."""
    words = " ".join(run("coverage").stdout.split())

    assert "no listed start on its side 39,989" in words
    assert "(over the 79 % with a listed start on its side)" in words
    assert "9 points less of the strait is reached within 6 h" in words
    assert "nobody may" not in words
    assert "listed start" not in run("coverage", "--rule", "joint").stdout.split("arrival, hours")[1].splitlines()[0]


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--speed", "nan"), "speed_kn"),
        (("--hours", "-1"), "limit_h"),
        (("--points", "atlantis"), "no start 'atlantis'; known: batam"),
    ],
)
def test_impossible_questions_are_one_line(words, message):
    """What was wanted, what was given."""
    result = run("coverage", *words)

    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_isochrones_follow_rfc_7946(toy_folder, tmp_path):
    """One feature a band, right-hand rule, a metre's decimals; overwritten only if ours."""
    out = tmp_path / "bands.geojson"

    assert run("isochrones", out, "--hours", 4, "--every", 2, "--data", toy_folder).exit_code == 0

    document = json.loads(out.read_text("utf-8"))
    assert [feature["properties"]["to_h"] for feature in document["features"]] == [2.0, 4.0]
    for feature in document["features"]:
        shape = shapely.geometry.shape(feature["geometry"])
        assert shape.is_valid
        assert all(part.exterior.is_ccw for part in shapely.get_parts(shape))
    assert run("isochrones", out, "--data", toy_folder).exit_code == 0
    out.write_text("{}", "utf-8")
    assert run("isochrones", out, "--data", toy_folder).exit_code == 2


def test_isochrones_refuse_what_gives_no_bands(toy_folder, tmp_path):
    """Zero hours from band to band."""
    result = run("isochrones", tmp_path / "bands.geojson", "--every", 0, "--data", toy_folder)

    assert result.exit_code == 2
    assert "--every" in result.stderr


def test_export_takes_a_scenario(toy_folder, tmp_path):
    """Numbers, curve and tables stand in the file."""
    out = tmp_path / "map.html"

    assert run("export", out, "--hours", 4, "--rule", "coordinated", "--data", toy_folder).exit_code == 0

    page = out.read_text("utf-8")
    assert "Reached within 4 h" in page
    assert "<svg" in page
    assert "Each on its own side" in page


def test_another_strait_answers_from_its_own_folder(toy_folder):
    """The scheme is data."""
    assert load(toy_folder).point_ids[0] == "bitung"
    assert run("coverage", "--data", toy_folder, "--hours", 12).exit_code == 0
