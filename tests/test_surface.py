"""What ``geo`` offers: declared, in order, documented, without a private name."""

import importlib
import inspect
import pkgutil
import subprocess
import sys

import pytest

import geo

WALKED = [module for module in pkgutil.walk_packages(geo.__path__, "geo.") if module.name != "geo.__main__"]
MODULES = sorted(module.name for module in WALKED if not module.ispkg)
FACES = sorted(module.name for module in WALKED if module.ispkg)
EXPORTED = [(name, member) for name in MODULES for member in getattr(importlib.import_module(name), "__all__", ())]

each_module = pytest.mark.parametrize("name", MODULES)
each_face = pytest.mark.parametrize("name", FACES)


def is_ours(member):
    """Say whether a member is a class or function of our own, which can carry a docstring."""
    return (inspect.isclass(member) or inspect.isfunction(member)) and member.__module__.startswith("geo.")


def rank(name):
    """Sort as Ruff does (RUF022): constants, classes, the rest."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


@each_module
def test_a_module_says_what_it_is_for(name):
    assert inspect.getdoc(importlib.import_module(name))


@each_module
def test_a_module_declares_its_surface_in_order(name):
    declared = importlib.import_module(name).__all__

    assert list(declared) == sorted(set(declared), key=rank)


@each_face
def test_a_face_says_what_its_wing_does_and_names_every_room(name):
    face = importlib.import_module(name)
    rooms = [module.name for module in pkgutil.iter_modules(face.__path__)]

    assert [room for room in rooms if f"`{room}`" not in face.__doc__] == []


@each_face
def test_a_face_hands_on_what_its_rooms_export(name):
    """One import from the face is the very thing that the room has."""
    face = importlib.import_module(name)
    given = {member: getattr(face, member) for member in face.__all__}
    rooms = [importlib.import_module(f"{name}.{module.name}") for module in pkgutil.iter_modules(face.__path__)]

    assert list(given) == sorted(given)
    for member, value in given.items():
        assert [room for room in rooms if member in room.__all__ and getattr(room, member) is value], member


@pytest.mark.parametrize(
    ("room", "library"),
    [
        ("geo.scheme.agreements", "geopandas"),  # or ``python -m geo cite`` would wait for it
        ("geo.maps.selection", "folium"),
    ],
)
def test_a_face_loads_only_the_room_that_is_asked_for(room, library):
    asked = f"import sys, {room}; sys.exit({library!r} in sys.modules)"

    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


@pytest.mark.parametrize(("module", "member"), EXPORTED, ids=lambda value: value)
def test_what_is_exported_is_there_public_and_documented(module, member):
    value = getattr(importlib.import_module(module), member)

    assert not member.startswith("_")
    if is_ours(value):
        assert value.__module__ == module
        assert inspect.getdoc(value)
        assert list(undocumented(value)) == []


def undocumented(value):
    """Yield the public methods and properties of a class of ours that say nothing."""
    for name, member in vars(value).items() if inspect.isclass(value) else ():
        of_ours = isinstance(member, property | classmethod | staticmethod) or inspect.isfunction(member)
        if of_ours and not name.startswith("_") and not inspect.getdoc(getattr(value, name)):
            yield name


def test_errors_are_of_one_family():
    """Whoever catches GeoError catches them all; bad input is a ValueError too."""
    from geo import errors

    family = [getattr(errors, name) for name in errors.__all__]

    assert all(issubclass(error, errors.GeoError) for error in family)
    assert [error.__name__ for error in family if issubclass(error, ValueError)] == [
        "CrsError",
        "DataError",
        "ProvenanceError",
        "ScenarioError",
        "SchemaError",
    ]


def test_a_data_error_holds_its_faults_apart_and_together():
    from geo.errors import DataError

    assert DataError(["a: wrong", "b: wrong"]).faults == ("a: wrong", "b: wrong")
    assert str(DataError(["a: wrong", "b: wrong"])) == "a: wrong\nb: wrong"
    assert DataError("a: wrong").faults == ("a: wrong",)
