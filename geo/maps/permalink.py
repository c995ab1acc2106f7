"""A selection as the query of an address, and back: a link opens the page as it was.

An address always states language, hours and rule, so that its meaning does not depend on defaults. Addresses of
version 0.1.0 left out what was a default then: an address that has other parameters but lacks one of these is read
with the default of that version (`_OLD`).

An address is untrusted: a value that is not allowed is replaced by the default, and its
parameter reported. All other defaults are left out of the address.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar
from urllib.parse import urlencode

from geo.coverage.answers import COVERAGE_LAYERS
from geo.coverage.scenario import Rule, Scenario
from geo.maps.selection import BACKGROUNDS, DEFAULT_LAYERS, LAYER_IDS, RANGES, Selection
from geo.scheme.as_of import years
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import LANGUAGES
from geo.units import parse_numbers, parse_position

__all__ = ["PARAMETERS", "VIEW_PARAMETER", "Link", "View", "parse_view", "read_address", "write_address"]

T = TypeVar("T")
VIEW_PARAMETER: Final = "map"  # the map's script keeps it up to date, in the browser
PARAMETERS: Final = (
    *("lang", "speed", "hours", "ready", "rule", "points", "show", "layers"),
    *("background", "at", "agreement", "water", "year", VIEW_PARAMETER),
)
_LONGEST: Final = 400  # characters of a value, unless a list of every start is longer
_NONE: Final = "none"
_OLD: Final = {"lang": "en", "hours": "2", "rule": "joint"}  # what version 0.1.0 meant by an address without these
_NUMBERS: Final = {"speed": "speed_kn", "hours": "limit_h", "ready": "readiness_h"}


@dataclass(frozen=True)
class View:
    """Centre and zoom of the map."""

    lat: float
    lon: float
    zoom: float

    def __str__(self) -> str:
        return f"{self.lat:.4f},{self.lon:.4f},{self.zoom:.1f}"


@dataclass(frozen=True)
class Link:
    """What an address contains: a selection, a view if it has one, and the parameters that could not be used."""

    selection: Selection
    view: View | None
    unused: tuple[str, ...]


def read_address(query: Mapping[str, str], scheme: PatrolScheme) -> Link:
    """Return what a query contains; unknown parameters are ignored.

    Parameters
    ----------
    query
        Parameters and their values, decoded. One with none of `PARAMETERS` asks for the page as it begins.
    scheme
        The scheme whose starts, places and agreements may be named.
    """
    if not query.keys().isdisjoint(PARAMETERS):
        query = {**_OLD, **query}
    unused: list[str] = []
    longest = max(_LONGEST, len(_join(tuple(scheme.starts))))

    def take(name: str, read: Callable[[str], T | None], default: T) -> T:
        text = query.get(name)
        if text is None:
            return default
        value = read(text) if len(text) <= longest else None
        if value is None:
            unused.append(name)
            return default
        return value

    scenario = Scenario(scheme.point_ids)
    for name, field in _NUMBERS.items():
        scenario = replace(scenario, **{field: take(name, _read_number(*RANGES[field]), getattr(scenario, field))})
    scenario = replace(
        scenario,
        rule=Rule(take("rule", _read_one(tuple(rule.value for rule in Rule)), scenario.rule.value)),
        point_ids=take("points", _read_some(tuple(scheme.starts)), scenario.point_ids),
    )
    selection = Selection(
        lang=take("lang", _read_one(LANGUAGES), Selection.lang),
        feature_id=take("at", _read_one(scheme.feature_ids), None),
        agreement_id=take("agreement", _read_one(tuple(a.id for a in scheme.agreements)), None),
        layers=take("layers", _read_some(LAYER_IDS), DEFAULT_LAYERS),
        background=take("background", _read_one(BACKGROUNDS), Selection.background),
        scenario=scenario,
        coverage_layer=take("show", _read_one(COVERAGE_LAYERS), COVERAGE_LAYERS[0]),
        water=take("water", parse_position, None),
        year=take("year", _read_year(scheme), None),
    )
    return Link(selection, take(VIEW_PARAMETER, parse_view, None), tuple(unused))


def write_address(selection: Selection, scheme: PatrolScheme, *, view: View | None = None) -> str:
    """Return the query of a selection, without the question mark; language, hours and rule are always in it."""
    scenario = selection.scenario or Scenario(scheme.point_ids)
    values = {
        "lang": selection.lang,
        "speed": _unless(f"{scenario.speed_kn:g}", f"{Scenario.speed_kn:g}"),
        "hours": f"{scenario.limit_h:g}",
        "ready": _unless(f"{scenario.readiness_h:g}", f"{Scenario.readiness_h:g}"),
        "rule": scenario.rule.value,
        "points": None if set(scenario.point_ids) == set(scheme.point_ids) else _join(scenario.point_ids),
        "show": _unless(selection.coverage_layer, COVERAGE_LAYERS[0]),
        "layers": None if set(selection.layers) == set(DEFAULT_LAYERS) else _join(selection.layers),
        "background": _unless(selection.background, Selection.background),
        "at": selection.feature_id,
        "agreement": selection.agreement_id,
        "water": selection.water and f"{selection.water[1]:.4f},{selection.water[0]:.4f}",
        "year": selection.year and str(selection.year),
        VIEW_PARAMETER: view and str(view),
    }
    return urlencode({name: value for name, value in values.items() if value}, safe=",")


def parse_view(text: str) -> View | None:
    """Return the view of "LAT,LON,ZOOM"; ``None`` for any other text.

    >>> parse_view("4.0,100.5,7.5"), parse_view("nan,0,1")
    (View(lat=4.0, lon=100.5, zoom=7.5), None)
    """
    numbers = parse_numbers(text, 3)
    if numbers is None:
        return None
    lat, lon, zoom = numbers
    return View(lat, lon, zoom) if abs(lat) <= 85 and abs(lon) <= 180 and 0 <= zoom <= 20 else None


def _unless(value: str, default: str) -> str | None:
    return None if value == default else value


def _join(names: tuple[str, ...]) -> str:
    return ",".join(names) or _NONE


def _read_one(known: Sequence[str]) -> Callable[[str], str | None]:
    return lambda text: next((name for name in known if name == text), None)


def _read_some(known: tuple[str, ...]) -> Callable[[str], tuple[str, ...] | None]:
    def read(text: str) -> tuple[str, ...] | None:
        named = () if text == _NONE else text.split(",")
        return tuple(name for name in known if name in named) if set(named) <= set(known) else None

    return read


def _read_number(least: float, most: float, step: float) -> Callable[[str], float | None]:
    """Return a parser of the numbers that a control of this range and step can have."""

    def read(text: str) -> float | None:
        numbers = parse_numbers(text, 1)
        if numbers is None or not least <= numbers[0] <= most:
            return None
        return numbers[0] if math.isclose(numbers[0] / step, round(numbers[0] / step), abs_tol=1e-9) else None

    return read


def _read_year(scheme: PatrolScheme) -> Callable[[str], int | None]:
    known = {str(year): year for year in years(scheme)}
    return known.get
