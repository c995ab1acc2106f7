"""Imports go down the list of wings, none in a circle, and each outside library has one gate; read with ``ast``."""

import ast
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.conftest import ROOT

# From the top down. A wing imports from rows below its own; wings in one row do not know each other.
HOUSE = (
    ("app",),
    ("cli",),
    ("site", "ui"),
    ("figure", "offline", "takeaway"),
    ("cards",),
    ("charts", "maps"),
    ("siting",),
    ("coverage",),
    ("scheme", "sea"),
    ("ground",),
)
# An outside library, and the one room that may import it: a module or a wing; the page is `app` with `ui`.
GATES = {
    "babel": ("geo.text",),
    "branca": ("geo.maps.folium_map",),
    "contourpy": ("geo.coverage.shapes",),
    "folium": ("geo.maps.folium_map",),
    "jinja2": ("geo.encode",),
    "markdown_it": ("geo.site.markdown",),
    "matplotlib": ("geo.figure.fonts", "geo.figure.sheet"),
    "numba": ("geo.sea._kernels",),
    "openpyxl": ("geo.takeaway.spreadsheets",),
    "platformdirs": ("geo.disk_cache",),
    "pybtex": ("geo.takeaway.references",),
    "pyogrio": ("geo.takeaway.gis_files",),
    "pyproj": ("geo.measure",),
    "rich": ("geo.cli",),
    "rispy": ("geo.takeaway.references",),
    "starlette": ("ui",),
    "streamlit": ("app", "ui"),
    "streamlit_folium": ("ui",),
    "tomlkit": ("geo.scheme.recording",),
    "typer": ("geo.cli",),
}

FILES = [ROOT / "app.py", *sorted((ROOT / "geo").rglob("*.py")), *sorted((ROOT / "ui").glob("*.py"))]
TREES = {path: ast.parse(path.read_text("utf-8")) for path in FILES}


def module_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_of(path) for path in FILES}
each_file = pytest.mark.parametrize("path", FILES, ids=module_of)


def wing_of(module):
    """Return the wing of a module; the ground is what lies in ``geo`` itself."""
    house, _, rest = module.partition(".")
    if house != "geo":
        return house
    if rest == "__main__":
        return "cli"
    return rest.partition(".")[0] if "." in rest or ((ROOT / "geo" / rest).is_dir() and rest) else "ground"


def row_of(wing):
    """Return how high a wing stands, the ground lowest."""
    return next((len(HOUSE) - number for number, wings in enumerate(HOUSE) if wing in wings), None)


def imported(path):
    """Yield every module that a file imports, ``from geo import measure`` as ``geo.measure``."""
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module_of(path)}: relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else node.module for name in names)


def ours(path):
    """Return what a file imports of ours, but for the bare package, which holds the version only."""
    return {name for name in imported(path) if name.split(".")[0] in {"app", "geo", "scripts", "tests", "ui"}} - {"geo"}


@each_file
def test_every_module_stands_in_a_wing(path):
    wing = wing_of(module_of(path))

    assert row_of(wing) is not None, f"{wing} is in no row: add it to HOUSE and to ARCHITECTURE.md"


@each_file
def test_imports_go_down(path):
    here = wing_of(module_of(path))
    others = {name for name in ours(path) if wing_of(name) != here}

    assert sorted(name for name in others if (row_of(wing_of(name)) or len(HOUSE)) >= row_of(here)) == []


@pytest.mark.parametrize("wing", sorted({wing_of(module) for module in MODULES}))
def test_no_circle_within_a_wing(wing):
    graph = {module_of(path): ours(path) - {module_of(path)} for path in FILES if wing_of(module_of(path)) == wing}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' → '.join(error.args[1])}")


def test_every_wing_of_the_house_stands():
    assert {wing for wings in HOUSE for wing in wings} == {wing_of(module) for module in MODULES}


@each_file
def test_each_library_has_one_gate(path):
    module = module_of(path)
    libraries = {name.split(".")[0] for name in imported(path)}
    trespassed = [library for library, gate in GATES.items() if library in libraries and not is_inside(module, gate)]

    assert trespassed == []


def is_inside(module, gate):
    return any(module == door or module.startswith(f"{door}.") for door in gate)


def test_every_gate_is_used():
    used = {name.split(".")[0] for path in FILES for name in imported(path)}

    assert sorted(GATES.keys() - used) == []


def test_one_module_touches_the_session():
    callers = {module_of(path) for path, tree in TREES.items() if "session_state" in set(used_names(tree))}

    assert callers == {"ui.state"}


@pytest.mark.parametrize(
    "name",
    [
        "read_file",  # opens whatever a GDAL driver takes the content for
        "from_features",  # takes what it is given
        "unsafe_allow_html",
        "eval",
        "exec",
    ],
)
def test_a_dangerous_call_is_made_nowhere(name):
    assert [module_of(path) for path, tree in TREES.items() if name in set(used_names(tree))] == []


def used_names(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg
