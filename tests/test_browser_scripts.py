"""The browser scripts' types are those of the JSON that Python emits; their tools are pinned, and come from any registry."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from geo.coverage.answers import COVERAGE_LAYERS, CoverageModel, default_scenario
from geo.coverage.scenario import Rule
from geo.maps.folium_map import MapFiles, PageAddress, build_base_map, build_scene_group, render_parts
from geo.maps.permalink import View
from geo.maps.scene import build_scene
from geo.maps.selection import LAYER_IDS, Selection
from geo.offline.page import export_html
from geo.scheme.patrol_scheme import load
from tests.conftest import ROOT
from tests.toy import drop_file

PAGE = MapFiles(land="/land.geojson", waters="/waters.geojson", scripts=("/leaflet.js",), styles=("/leaflet.css",))
COMPILER = ROOT / "node_modules" / ".bin" / "tsc"


@pytest.fixture(scope="module")
def model(shipped) -> CoverageModel:
    return CoverageModel(shipped)


def check_types(samples, folder):
    """Return what the compiler says of values written as literals of their types; a key too many is an error too."""
    if not COMPILER.exists():
        pytest.fail("the TypeScript compiler is missing: `make check` installs it")
    lines = [f"export const sample{number}: Selat.{name} = {value};\n" for number, (name, value) in enumerate(samples)]
    (folder / "samples.ts").write_text("".join(lines), "utf-8")
    settings = {
        "extends": str(ROOT / "tsconfig.json"),
        "compilerOptions": {"typeRoots": [str(ROOT / "node_modules" / "@types")]},
        "include": [str(ROOT / "geo" / "**" / "*.d.ts"), "samples.ts"],
    }
    (folder / "tsconfig.json").write_text(json.dumps(settings), "utf-8")
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # of the venv: node is one of them
    environment = os.environ | {"PATH": programs}
    command = [COMPILER, "--project", folder]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment).stdout.splitlines()


def calls_of(script):
    """Return the arguments of the calls in a map's script, with the names of their types."""
    (base,) = re.findall(r"selat\.base\(\w+, (\{.*\})\);", script)
    (scene,) = re.findall(r"selat\.scene\(\w+, \w+, (\{.*\})\);", script)
    return [("Base", base), ("Scene", scene)]


def data_of(page):
    """Return the data of an exported file, with the names of their types."""
    (state,) = re.findall(r'id="selat-state">(.*?)</script>', page, re.DOTALL)
    names = {"selat-hours": "HourlyAnswers", "selat-years-ready": "YearlyFacts"}
    packed = re.findall(r'id="([\w-]+)" data-packed>(.*?)</script>', page, re.DOTALL)
    texts = [(names[element_id], zlib.decompress(base64.b64decode(text)).decode()) for element_id, text in packed]
    return [("ExportState", state), *texts]


def page_calls(scheme, model, rule, layer):
    """Return the calls of a page with an agreement, a click on the water and its routes, every layer, tiles, either theme."""
    scenario = replace(default_scenario(model), rule=rule)
    lon, lat = 100.5, 3.0
    selection = Selection("id", "lumut", "malsindo-2004", LAYER_IDS, "osm", scenario=scenario, coverage_layer=layer)
    selection = replace(selection, water=(lon, lat), year=2006, dark=rule is Rule.JOINT)
    address = PageAddress("lang=id", View(3.0, 100.0, 7.5) if layer == "bands" else None)
    answer, routes = model.answer(scenario, layer), model.routes(scenario, lon, lat)
    group = build_scene_group(build_scene(scheme, selection, answer, routes), address=address)
    return calls_of(render_parts(build_base_map(scheme, PAGE), group)[1])


def test_scenes_of_the_page_are_of_the_type_that_the_map_script_expects(shipped, model, tmp_path):
    samples = [call for rule in Rule for layer in COVERAGE_LAYERS for call in page_calls(shipped, model, rule, layer)]

    assert len(samples) == 2 * len(Rule) * len(COVERAGE_LAYERS)
    assert check_types(samples, tmp_path) == []


def test_data_of_the_export_are_of_the_types_that_its_scripts_expect(shipped, model, tmp_path):
    scenario = default_scenario(model)
    page = export_html(shipped, Selection(scenario=scenario, coverage_layer="bands", year=2008), model=model).decode()
    samples = [*calls_of(page), *data_of(page)]

    assert [name for name, _ in samples] == ["Base", "Scene", "ExportState", "HourlyAnswers", "YearlyFacts"]
    assert check_types(samples, tmp_path) == []


def test_another_strait_without_sides_has_the_same_types(toy_folder, tmp_path):
    drop_file(toy_folder, "waters.geojson")
    scheme = load(toy_folder)
    model = CoverageModel(scheme)
    page = export_html(scheme, Selection(scenario=default_scenario(model), coverage_layer="gap"), model=model).decode()

    assert check_types([*calls_of(page), *data_of(page)], tmp_path) == []


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("LatLon", "[1]", "not assignable"),
        ("Touched", '{"points": [], "places": []}', "'sides' is missing"),
        ("Touched", '{"points": [], "places": [], "sides": [], "areas": []}', '"areas"\' does not exist'),
    ],
)
def test_another_value_is_an_error(tmp_path, name, value, fault):
    """The check itself: what lacks something, or has too much, is found."""
    (error, *_) = check_types([(name, value)], tmp_path)

    assert fault in error


def test_lock_pins_every_tool_and_names_no_registry():
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    wanted = json.loads((ROOT / "package.json").read_text("utf-8"))["devDependencies"]
    tools = {name.removeprefix("node_modules/"): tool for name, tool in lock["packages"].items() if name}

    assert {name: tools[name]["version"] for name in wanted} == wanted
    assert [name for name, tool in tools.items() if "resolved" in tool or "integrity" not in tool] == []
    assert [name for name, tool in tools.items() if "hasInstallScript" in tool] == []
