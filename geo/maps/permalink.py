"""What the reader has chosen, as the query of an address, and back: a link opens the page as it was.

Addresses are other people's text: whatever is not a possible value is left out, and
named, and the default stands in its place. Defaults stay out of the address.
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

__all__ = ["PARAMETERS", "VIEW_PARAMETER", "Link", "View", "read_address", "view_of", "write_address"]

T = TypeVar("T")
VIEW_PARAMETER: Final = "map"  # kept up to date by the map itself, in the browser
PARAMETERS: Final = (
    *("lang", "speed", "hours", "ready", "rule", "points", "show", "layers"),
    *("background", "at", "agreement", "water", "year", VIEW_PARAMETER),
)
_LONGEST: Final = 400  # characters of a value, where a list of every start is not longer
_NONE: Final = "none"
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
    """What an address asks for: a selection, perhaps a view, and the parameters that could not be used."""

    selection: Selection
    view: View | None
    unused: tuple[str, ...]


def read_address(query: Mapping[str, str], scheme: PatrolScheme) -> Link:
    """Return what a query asks for; unknown parameters are none of our business and are passed over.

    Parameters
    ----------
    query
        Parameters and their values, decoded.
    scheme
        Whose points, places and agreements may be named.
    """
    unused: list[str] = []
    longest = max(_LONGEST, len(_listed(tuple(scheme.starts))))

    def take(name: str, read: Callable[[str], T | None], default: T) -> T:
        given = query.get(name)
        if given is None:
            return default
        found = read(given) if len(given) <= longest else None
        if found is None:
            unused.append(name)
            return default
        return found

    scenario = Scenario(scheme.point_ids)
    for name, field in _NUMBERS.items():
        scenario = replace(scenario, **{field: take(name, _stepped(*RANGES[field]), getattr(scenario, field))})
    scenario = replace(
        scenario,
        rule=Rule(take("rule", _one_of(tuple(rule.value for rule in Rule)), scenario.rule.value)),
        point_ids=take("points", _some_of(tuple(scheme.starts)), scenario.point_ids),
    )
    selection = Selection(
        lang=take("lang", _one_of(LANGUAGES), Selection.lang),
        feature_id=take("at", _one_of(scheme.feature_ids), None),
        agreement_id=take("agreement", _one_of(tuple(a.id for a in scheme.agreements)), None),
        layers=take("layers", _some_of(LAYER_IDS), DEFAULT_LAYERS),
        background=take("background", _one_of(BACKGROUNDS), Selection.background),
        scenario=scenario,
        coverage_layer=take("show", _one_of(COVERAGE_LAYERS), COVERAGE_LAYERS[0]),
        water=take("water", parse_position, None),
        year=take("year", _year(scheme), None),
    )
    return Link(selection, take(VIEW_PARAMETER, view_of, None), tuple(unused))


def write_address(chosen: Selection, scheme: PatrolScheme, *, view: View | None = None) -> str:
    """Return the query of a selection, without the question mark; empty where all is as the page begins."""
    asked = chosen.scenario or Scenario(scheme.point_ids)
    everybody = scheme.point_ids
    said = {
        "lang": _unless(chosen.lang, Selection.lang),
        **{name: _unless(f"{getattr(asked, field):g}", f"{getattr(Scenario, field):g}") for name, field in _NUMBERS.items()},
        "rule": _unless(asked.rule.value, Scenario.rule.value),
        "points": None if set(asked.point_ids) == set(everybody) else _listed(asked.point_ids),
        "show": _unless(chosen.coverage_layer, COVERAGE_LAYERS[0]),
        "layers": None if set(chosen.layers) == set(DEFAULT_LAYERS) else _listed(chosen.layers),
        "background": _unless(chosen.background, Selection.background),
        "at": chosen.feature_id,
        "agreement": chosen.agreement_id,
        "water": chosen.water and f"{chosen.water[1]:.4f},{chosen.water[0]:.4f}",
        "year": chosen.year and str(chosen.year),
        VIEW_PARAMETER: view and str(view),
    }
    return urlencode({name: value for name, value in said.items() if value}, safe=",")


def view_of(text: str) -> View | None:
    """Return the view of "LAT,LON,ZOOM"; ``None`` where it is none.

    >>> view_of("4.0,100.5,7.5"), view_of("nan,0,1")
    (View(lat=4.0, lon=100.5, zoom=7.5), None)
    """
    numbers = parse_numbers(text, 3)
    if numbers is None:
        return None
    lat, lon, zoom = numbers
    return View(lat, lon, zoom) if abs(lat) <= 85 and abs(lon) <= 180 and 0 <= zoom <= 20 else None


def _unless(value: str, default: str) -> str | None:
    return None if value == default else value


def _listed(names: tuple[str, ...]) -> str:
    return ",".join(names) or _NONE


def _one_of(known: Sequence[str]) -> Callable[[str], str | None]:
    return lambda text: next((name for name in known if name == text), None)


def _some_of(known: tuple[str, ...]) -> Callable[[str], tuple[str, ...] | None]:
    def read(text: str) -> tuple[str, ...] | None:
        named = () if text == _NONE else text.split(",")
        return tuple(name for name in known if name in named) if set(named) <= set(known) else None

    return read


def _stepped(least: float, most: float, step: float) -> Callable[[str], float | None]:
    """Return a reader of numbers that the control of that range and step can show."""

    def read(text: str) -> float | None:
        numbers = parse_numbers(text, 1)
        if numbers is None or not least <= numbers[0] <= most:
            return None
        return numbers[0] if math.isclose(numbers[0] / step, round(numbers[0] / step), abs_tol=1e-9) else None

    return read


def _year(scheme: PatrolScheme) -> Callable[[str], int | None]:
    known = {str(year): year for year in years(scheme)}
    return known.get
