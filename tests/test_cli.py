"""The command line as a person types it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from geo.cli import engine
from geo.cli.app import app, main
from geo.compile_clock import CompileClock

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
