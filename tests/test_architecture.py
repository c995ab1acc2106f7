"""Imports point down, each outside library has one gate, and ARCHITECTURE.md lists what stands; read with ``ast``."""

import ast

import pytest

from tests.conftest import ROOT

# The rows of ARCHITECTURE.md: a module imports from lower rows only, and from its own where `SIDEWAYS` says so.
ROWS = {
    0: {
        "geo.bilingual",
        "geo.claims",
        "geo.colors",
        "geo.errors",
        "geo.packed",
        "geo.partial_date",
        "geo.units",
        "geo.whole_file",
    },
    1: {
        "geo.documents",
        "geo.features",
        "geo.figure_sheet",
        "geo.kept",
        "geo.measure",
        "geo.site_docs",
        "geo.site_folder",
        "geo.sources",
        "geo.text",
    },
    2: {"geo.agreements", "geo.figure_frame", "geo.incidents", "geo.layers", "geo.quantities"},
    3: {"geo.scheme", "geo.standings"},
    4: {
        "geo._plane",
        "geo._taut_tree",
        "geo._water_mesh",
        "geo._window_lookup",
        "geo.card_parts",
        "geo.citing",
        "geo.fact_tables",
        "geo.nearest",
        "geo.sea_distance",
        "geo.strait_grid",
        "geo.years",
    },
    5: {"geo.coverage", "geo.shore"},
    6: {"geo.coverage_shapes", "geo.reach"},
    7: {"geo.answers"},
    8: {"geo.coverage_tables", "geo.selection"},
    9: {"geo.address", "geo.cards", "geo.maps", "geo.tables"},
    10: {
        "geo.cli_options",
        "geo.cli_water",
        "geo.counts",
        "geo.curve",
        "geo.figure_key",
        "geo.figure_marks",
        "geo.figure_words",
        "geo.gis_files",
        "geo.living",
        "geo.side_by_side",
        "geo.site_frame",
        "geo.site_locator",
        "geo.spreadsheets",
        "geo.timeline",
        "geo.year_axis",
        "geo.year_cards",
    },
    11: {"geo.dataset", "geo.export", "geo.figure", "geo.living_years", "geo.site_pages", "geo.site_preview"},
    12: {"geo.__main__", "geo.cli", "geo.cli_cite", "geo.cli_export", "geo.cli_publish", "geo.site", "ui"},
    13: {"app"},
}
SIDEWAYS = {
    ("geo.__main__", "geo.cli"),
    ("geo.cli", "geo.cli_cite"),
    ("geo.maps", "geo.address"),
    ("geo.cli", "geo.cli_export"),
    ("geo.cli", "geo.cli_publish"),
    ("geo.cli_publish", "geo.site"),
    ("geo.sources", "geo.documents"),
    # The kernels of sea distance stand in one row and are private to it; each builds on those before it.
    ("geo._water_mesh", "geo._plane"),
    ("geo._taut_tree", "geo._plane"),
    ("geo._taut_tree", "geo._water_mesh"),
    ("geo._window_lookup", "geo._plane"),
    ("geo._window_lookup", "geo._taut_tree"),
    ("geo._window_lookup", "geo._water_mesh"),
    ("geo.sea_distance", "geo._plane"),
    ("geo.sea_distance", "geo._taut_tree"),
    ("geo.sea_distance", "geo._water_mesh"),
    ("geo.sea_distance", "geo._window_lookup"),
    # What is drawn or told by the year shares one axis and the panels of the counts.
    ("geo.counts", "geo.year_axis"),
    ("geo.timeline", "geo.year_axis"),
    ("geo.year_cards", "geo.counts"),
    ("geo.living", "geo.curve"),
    ("geo.export", "geo.living_years"),
}
# Library: who may import it.
GATES = {
    "streamlit": {"app", "ui"},
    "streamlit_folium": {"ui"},
    "folium": {"geo.maps"},
    "branca": {"geo.maps"},
    "matplotlib": {"geo.figure_sheet"},
    "pyproj": {"geo.measure"},
    "pyogrio": {"geo.gis_files"},
    "openpyxl": {"geo.spreadsheets"},
    "typer": {"geo.cli", "geo.cli_cite", "geo.cli_export", "geo.cli_options", "geo.cli_publish", "geo.cli_water"},
    "babel": {"geo.text"},
    "pybtex": {"geo.citing"},
    "rispy": {"geo.citing"},
    "markdown_it": {"geo.site_docs"},
    "tomlkit": {"geo.sources"},
    "starlette": {"app", "ui"},
}

FILES = [ROOT / "app.py", *sorted((ROOT / "geo").glob("*.py")), *sorted((ROOT / "ui").glob("*.py"))]
FILES = [path for path in FILES if path.is_file()]
TREES = {path: ast.parse(path.read_text("utf-8")) for path in FILES}


def module_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


each_file = pytest.mark.parametrize("path", [path for path in FILES if path.name != "__init__.py"], ids=module_of)


def room_of(module):
    """Return the room a module belongs to: all of ``ui`` is one."""
    return "ui" if module.split(".")[0] == "ui" else module


def row_of(module):
    return next((row for row, rooms in ROWS.items() if room_of(module) in rooms), None)


def imported(path):
    """Yield every module that a file imports, ``from geo import measure`` as ``geo.measure``."""
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module_of(path)}: relative import"
            yield from (
                [f"{node.module}.{alias.name}" for alias in node.names] if node.module in {"geo", "ui"} else [node.module]
            )


@each_file
def test_every_module_has_a_row(path):
    assert row_of(module_of(path)) is not None, f"{module_of(path)} is in no row: add it to ROWS and to ARCHITECTURE.md"


@each_file
def test_imports_point_down(path):
    here = module_of(path)
    ours = {name for name in imported(path) if name.split(".")[0] in {"geo", "ui", "app", "scripts", "tests"}}
    ours -= {"geo.__version__"}  # a constant of the package, which is in no row
    allowed = {room for row, rooms in ROWS.items() if row < (row_of(here) or 0) for room in rooms} | {room_of(here)}

    assert [name for name in sorted(ours) if room_of(name) not in allowed and (here, name) not in SIDEWAYS] == []


@each_file
def test_each_library_has_one_gate(path):
    room = room_of(module_of(path))
    libraries = {name.split(".")[0] for name in imported(path)}
    trespassed = sorted(library for library, rooms in GATES.items() if library in libraries and room not in rooms)

    assert trespassed == []


@pytest.mark.parametrize(
    ("name", "gate"),
    [
        ("read_file", None),  # opens whatever a GDAL driver takes the content for
        ("from_features", None),  # takes what it is given
        ("unsafe_allow_html", None),
        ("eval", None),
        ("exec", None),
    ],
)
def test_a_dangerous_call_is_made_nowhere_or_in_one_room(name, gate):
    callers = {module_of(path) for path, tree in TREES.items() if name in used_names(tree)}

    assert callers <= {gate}


def used_names(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg


def test_the_rows_name_only_what_stands():
    standing = {room_of(module_of(path)) for path in FILES}

    assert {room for rooms in ROWS.values() for room in rooms} <= standing


def architecture():
    """Return the table of ARCHITECTURE.md: module path and what its row column says."""
    lines = (ROOT / "ARCHITECTURE.md").read_text("utf-8").splitlines()
    cells = [[cell.strip() for cell in line.split("|")[1:3]] for line in lines if line.startswith("| `")]
    return {path.strip("`"): row for path, row in cells if path.endswith(".py`")}


def test_architecture_lists_exactly_the_modules_that_exist():
    scripts = sorted((ROOT / "scripts").glob("*.py"))
    standing = [path.relative_to(ROOT).as_posix() for path in (*FILES, *scripts) if path.name != "__init__.py"]

    assert sorted(architecture()) == sorted(standing)


def test_architecture_gives_the_rows_that_the_code_is_held_to():
    rows = {path: row for path, row in architecture().items() if not path.startswith("scripts/")}

    assert rows == {path: str(row_of(path.removesuffix(".py").replace("/", "."))) for path in rows}
