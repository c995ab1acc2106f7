"""The command line as a person types it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import shapely
from typer.testing import CliRunner

from geo.cli import engine
from geo.cli.app import app, main
from geo.compile_clock import CompileClock
from geo.measure import area_km2
from tests.toy import BOX, LAND, drop_file, edit_json

ROOT = Path(__file__).resolve().parent.parent


def run(*words: str | Path):
    """Run a command inside this process."""
    return CliRunner().invoke(app, [str(word) for word in words])


def test_check_prints_a_line_a_layer():
    """File, features, size, source, licence."""
    result = run("check")

    assert result.exit_code == 0
    lines = {line.split()[0]: line for line in result.stdout.splitlines() if line.strip()}
    assert "194,096 km²" in lines["strait.geojson"]
    assert "ODbL-1.0" in lines["strait.geojson"]
    assert lines["control_points.geojson"].split()[1] == "4"


def test_check_reports_all_faults_of_all_files_without_a_trace(toy_folder):
    """Exit code 2; file, feature, what, wanted."""
    points = toy_folder / "control_points.geojson"
    document = json.loads(points.read_text("utf-8"))
    document["features"][0]["properties"]["mark"] = "sure"
    document["features"][1]["geometry"]["coordinates"] = [5.0, 118.0]
    points.write_text(json.dumps(document), "utf-8")
    (toy_folder / "agreements.json").write_text("{", "utf-8")

    result = run("check", "--data", toy_folder)

    assert result.exit_code == 2
    assert "Traceback" not in result.output
    for part in (
        "control_points.geojson",
        "sha256",
        "wanted verified, one-source or unconfirmed",
        "study box",
        "agreements.json",
    ):
        assert part in result.stderr


def test_check_warns_of_what_is_computed_all_the_same(toy_folder):
    """The outline lies over land, two sides overlap, a start is on land, and land in the west leaves a slit of a metre."""
    edit_json(toy_folder, "strait.geojson", lambda document: place(document, shapely.box(118.2, 1.5, 124.8, 8)))
    edit_json(toy_folder, "waters.geojson", lambda document: place(document, shapely.box(118.5, 1.5, 124.5, 3.1)))
    creek = shapely.box(124, 5, 126, 5.00001)
    edit_json(toy_folder, "land.geojson", lambda document: place(document, LAND["land-east"] - creek))
    edit_json(
        toy_folder, "control_points.geojson", lambda document: document["features"][0]["properties"].update(start_lon=124.51)
    )

    result = run("check", "--data", toy_folder)

    assert result.exit_code == 0
    assert [line.removeprefix("warning: ") for line in result.stdout.splitlines() if line.startswith("warning: ")] == [
        "strait.geojson: 60,092 km² of the outline lie on land, most at 118.35000, 4.75000; they are cut off",
        "control_points.geojson: feature bitung: start moved by 1.11 km, "
        "from 124.51000, 1.60000 to the nearest water at 124.50000, 1.60000",
        "waters.geojson: 1,844 km² lie in both id-south and my-west, most at 119.25000, 3.05000",
        "waters.geojson: 5,531 km² lie in both id-south and ph-north, most at 122.25000, 3.05000",
        "land.geojson: routes pass where land is less than 10 m apart: 1.1 m wide at 124.61538, 5.00001; "
        "if no vessel passes there, let the land join",
    ]


@pytest.mark.parametrize("size_m", [100, 1_500])
def test_a_strait_smaller_than_a_cell_is_checked_and_answered(toy_folder, size_m):
    """All of it is reached, and its area is right."""
    size = size_m / 111_000
    strait = shapely.box(121, 4, 121 + size, 4 + size)
    drop_file(toy_folder, "waters.geojson")
    edit_json(toy_folder, "strait.geojson", lambda document: place(document, strait))
    edit_json(toy_folder, "land.geojson", lambda document: document.update(features=document["features"][:1]))
    edit_json(toy_folder, "land.geojson", lambda document: place(document, shapely.box(*BOX) - strait))
    edit_json(toy_folder, "control_points.geojson", lambda document: start_at(document, 121 + size / 2, 4 + size / 2))

    checked, answered = run("check", "--data", toy_folder), run("coverage", "--json", "--data", toy_folder)

    assert checked.exit_code == 0
    assert "warning" not in checked.stdout
    answer = json.loads(answered.stdout)
    assert answer["reached_share"] == 1
    assert answer["strait_area_km2"] == pytest.approx(area_km2(strait), rel=1e-3)


def start_at(document, lon, lat):
    """Give every control point the same start."""
    for feature in document["features"]:
        feature["properties"].update(start_lon=lon, start_lat=lat)


def place(document, shape):
    """Give the first feature another shape."""
    document["features"][0]["geometry"] = shapely.geometry.mapping(shape)


def test_check_record_accepts_an_owners_change(toy_folder):
    """Changed, refused, recorded, accepted."""
    limits = toy_folder / "limits.geojson"
    limits.write_text(limits.read_text("utf-8").replace("North limit", "Northern limit"), "utf-8")
    assert run("check", "--data", toy_folder).exit_code == 2

    recorded = run("check", "--record", "--data", toy_folder)

    assert recorded.exit_code == 0
    assert "limits.geojson" in recorded.stdout
    assert run("check", "--data", toy_folder).exit_code == 0


@pytest.mark.parametrize("words", [("export", "map.html", "--lang", "nl"), ("export",), ("chek",), ("check", "--nothing")])
def test_wrong_words_are_one_line(words, capsys, monkeypatch):
    """No box, no usage text, exit code 2."""
    monkeypatch.setattr(sys, "argv", ["geo", *words])

    code = main()

    assert code == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("toy_folder", ["[/b] [red]x[/red] [a]"], indirect=True)
def test_check_shows_brackets_of_the_data_as_written(toy_folder):
    """Rich's markup is code too."""
    result = run("check", "--data", toy_folder)

    assert result.exit_code == 0
    assert "Selat's tests [/b] [red]x[/red] [a]" in result.stdout


def test_module_runs_as_a_program_and_reads_the_environment(toy_folder):
    """``SELAT_DATA`` names the folder where ``--data`` does not."""
    environment = os.environ | {"SELAT_DATA": str(toy_folder)}

    done = subprocess.run(
        [sys.executable, "-m", "geo", "check"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert "2 agreements" in done.stdout


@pytest.mark.parametrize("words", [("--help",), ("cite",), ("cite", "--help"), ("chek",)])
def test_a_command_waits_for_no_library_that_it_does_not_use(words):
    """Importing them takes seconds; `cite` and `--help` answer at once."""
    code = (
        f"import sys; sys.argv = ['geo', *{words!r}]; from geo.cli.app import main; main();"
        "heavy = {'folium', 'geopandas', 'matplotlib', 'numba', 'pandas', 'pyproj'};"
        "print(sorted(heavy & sys.modules.keys()), file=sys.stderr)"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stderr.splitlines()[-1] == "[]"


def test_every_command_has_a_module_of_its_name():
    result = run("--help")

    for name in ("cite", "export", "publish", "check", "distance", "coverage", "isochrones"):
        assert f" {name} " in result.stdout
        assert run(name, "--help").exit_code == 0


class Rounds:
    """Stands for an event that is set after some looks at the clock; before each something happens."""

    def __init__(self, before_each):
        self._before_each = iter(before_each)

    def wait(self, _timeout_s):
        for act in self._before_each:
            act()
            return False
        return True


@pytest.mark.parametrize("is_terminal", [True, False], ids=["terminal", "log"])
def test_a_first_start_says_that_it_compiles(monkeypatch, capsys, is_terminal):
    """On a terminal in one line that counts; in a log as one line. Nothing of it goes to stdout."""
    clock, now = CompileClock(), [100.0]
    monkeypatch.setattr("geo.compile_clock.time.monotonic", lambda: now[0])
    monkeypatch.setattr(engine, "COMPILE_CLOCK", clock)
    monkeypatch.setenv("TTY_COMPATIBLE", "1" if is_terminal else "0")
    monkeypatch.setenv("NO_COLOR", "1")
    engine._watch(Rounds([clock.start, lambda: now.append(now.pop() + 12), clock.stop]))
    out, err = capsys.readouterr()
    compiling = "Compiling the distance engine, once; up to half a minute"

    assert out == ""
    if is_terminal:
        assert re.findall(rf"{compiling} … (\d+) s", err) == ["0", "12", "12"]
        assert err.endswith("\n") or err.endswith("\x1b[?25h")
    else:
        assert err == f"{compiling}\n"


def test_a_later_start_says_nothing(capsys):
    engine._watch(Rounds([lambda: None] * 3))

    assert capsys.readouterr() == ("", "")
