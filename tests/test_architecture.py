"""Imports point down, each outside library has one gate, and ARCHITECTURE.md lists what stands; read with ``ast``."""

import ast
import re

import pytest

from tests.conftest import ROOT

# The rows of ARCHITECTURE.md: a module imports from lower rows only, and from its own where `SIDEWAYS` says so.
ROWS = {
    0: {"geo.errors", "geo.partial_date", "geo.text", "geo.units"},
    1: {"geo.measure", "geo.sources"},
    2: {"geo.agreements", "geo.layers"},
    3: {"geo.scheme", "geo.selection"},
    5: {"geo.cards"},
    6: {"geo.maps"},
    7: {"geo.export"},
    8: {"geo.__main__", "geo.cli", "ui"},
    9: {"app"},
}
SIDEWAYS = {
    ("geo.__main__", "geo.cli"),
    ("geo.layers", "geo.agreements"),
    ("geo.selection", "geo.scheme"),
    ("geo.text", "geo.partial_date"),
    ("geo.text", "geo.units"),
}
# Library: who may import it.
GATES = {
    "streamlit": {"app", "ui"},
    "streamlit_folium": {"ui"},
    "folium": {"geo.maps"},
    "branca": {"geo.maps"},
    "pyproj": {"geo.measure"},
    "typer": {"geo.cli"},
    "babel": {"geo.text"},
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
    up = [
        name
        for name in sorted(ours)
        if room_of(name) != room_of(here)
        and (here, name) not in SIDEWAYS
        and (row_of(name) is None or row_of(name) >= row_of(here))
    ]

    assert up == []


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
        ("from_features", "geo.layers"),
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


def test_architecture_lists_exactly_the_modules_that_exist():
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    first_cells = [line.split("|")[1] for line in text.splitlines() if line.lstrip().startswith("|")]
    listed = [path for cell in first_cells for path in re.findall(r"`([\w/]+\.py)`", cell)]
    scripts = sorted((ROOT / "scripts").glob("*.py"))
    standing = [path.relative_to(ROOT).as_posix() for path in (*FILES, *scripts) if path.name != "__init__.py"]

    assert sorted(listed) == sorted(standing)
