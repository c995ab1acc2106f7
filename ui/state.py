"""What the reader has chosen, held in the session: the only room that touches ``st.session_state``.

Widgets and the map change the choice in callbacks, which run before the page is
drawn again, so that one run shows the whole answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import streamlit as st

from geo.answers import COVERAGE_LAYERS
from geo.coverage import Rule, Scenario
from geo.maps import clicked_id
from geo.scheme import PatrolScheme
from geo.selection import DEFAULT_LAYERS, LAYER_IDS, Selection
from geo.text import LANGUAGES

__all__ = [
    "AGREEMENT",
    "BACKGROUND",
    "FEATURE",
    "FURTHER",
    "HOURS",
    "LANG",
    "LAYERS",
    "MAP",
    "PARTIES",
    "PICKED",
    "POINTS",
    "READINESS",
    "RULE",
    "SEARCH",
    "SHOWN",
    "SPEED",
    "clear",
    "concern_all",
    "concerns_all",
    "fill_points",
    "language",
    "map_clicked",
    "open_agreement",
    "opened_in",
    "point_picked",
    "reset",
    "scenario",
    "selection",
    "show_picked",
    "start",
]

LANG: Final = "lang"
LAYERS: Final = "layers"
BACKGROUND: Final = "background"
SEARCH: Final = "search"
PARTIES: Final = "parties"
MAP: Final = "map"
PICKED: Final = "picked"  # the list of control points, kept in step with the map
FEATURE: Final = "feature_id"
AGREEMENT: Final = "agreement_id"
_OPENED_IN: Final = "opened_in"
_CLICKS: Final = "clicks"
_VIEW: Final = "view"
_ALL: Final = "concerns_all"

SPEED: Final = "speed_kn"
HOURS: Final = "limit_h"
READINESS: Final = "readiness_h"
RULE: Final = "rule"
POINTS: Final = "points"
FURTHER: Final = "further"
SHOWN: Final = "coverage_layer"
_WATER: Final = "water"
_LAST_WATER: Final = "last_water"

_DEFAULTS: Final = {
    SPEED: Scenario.speed_kn,
    HOURS: Scenario.limit_h,
    READINESS: Scenario.readiness_h,
    RULE: Scenario.rule.value,
    POINTS: None,  # every control point, whatever the data folder holds
    FURTHER: (),
    SHOWN: COVERAGE_LAYERS[0],
    _WATER: None,
    LAYERS: DEFAULT_LAYERS,
    BACKGROUND: "own",
    SEARCH: "",
    PARTIES: (),
    FEATURE: None,
    AGREEMENT: None,
    _OPENED_IN: None,
}


def start() -> None:
    """Fill in what a new session lacks; the language may come with the address (``?lang=id``)."""
    asked = st.query_params.get("lang", LANGUAGES[0])
    st.session_state.setdefault(LANG, asked if asked in LANGUAGES else LANGUAGES[0])
    for key, value in _DEFAULTS.items():
        st.session_state.setdefault(key, list(value) if isinstance(value, tuple) else value)
    st.session_state.setdefault(_VIEW, 0)
    st.session_state.pop(_ALL, None)  # all is being drawn
    # A widget's own state is dropped when the widget is not drawn; writing it back keeps it.
    for key in (LANG, LAYERS, BACKGROUND, SEARCH, PARTIES, SPEED, HOURS, READINESS, RULE, POINTS, FURTHER, SHOWN):
        st.session_state[key] = st.session_state[key]


def selection(scheme: PatrolScheme, *, dark: bool) -> Selection:
    """Return the choice as a value, without what this scheme does not have."""
    chosen = st.session_state
    made = Selection(
        lang=chosen[LANG] or LANGUAGES[0],
        feature_id=chosen[FEATURE],
        agreement_id=chosen[AGREEMENT],
        layers=tuple(name for name in LAYER_IDS if name in chosen[LAYERS]),
        background=chosen[BACKGROUND] or "own",
        dark=dark,
        view=chosen[_VIEW],
        scenario=scenario(scheme),
        coverage_layer=chosen[SHOWN] or "none",
        water=chosen[_WATER],
    )
    return made.within(scheme)


def scenario(scheme: PatrolScheme) -> Scenario:
    """Return the question that the controls ask."""
    chosen = st.session_state
    points = list(scheme.control_points.index) if chosen[POINTS] is None else chosen[POINTS]
    known = {*scheme.control_points.index, *scheme.places.index}
    return Scenario(
        point_ids=tuple(point for point in dict.fromkeys((*points, *chosen[FURTHER])) if point in known),
        speed_kn=float(chosen[SPEED]),
        limit_h=float(chosen[HOURS]),
        readiness_h=float(chosen[READINESS]),
        rule=Rule(chosen[RULE] or Rule.JOINT.value),
    )


def map_clicked(known: Iterable[str]) -> None:
    """Take over the feature or the place that was clicked on the map, if it was a new click."""
    returned = st.session_state.get(MAP) or {}
    clicks, water = returned.get("last_object_clicked_count"), returned.get("last_clicked")
    on_feature = clicks != st.session_state.get(_CLICKS)
    st.session_state[_CLICKS] = clicks
    found = clicked_id(returned, known) if on_feature else None
    if found:
        st.session_state[FEATURE] = found
        st.session_state[_WATER] = None
    elif water and water != st.session_state.get(_LAST_WATER):
        st.session_state[_WATER] = (float(water["lng"]), float(water["lat"]))
    st.session_state[_LAST_WATER] = water


def language() -> str:
    """Return the language of the session, and keep it in the address unless it is the first one."""
    lang: str = st.session_state[LANG] or LANGUAGES[0]
    if lang != LANGUAGES[0]:
        st.query_params["lang"] = lang
    elif "lang" in st.query_params:
        del st.query_params["lang"]
    return lang


def concern_all() -> None:
    """Note that a choice made in the body shows outside of it too: in the language, in the sidebar."""
    st.session_state[_ALL] = True


def concerns_all() -> bool:
    """Return whether such a choice was made since the last time of asking."""
    return bool(st.session_state.pop(_ALL, False))


def fill_points(points: list[str]) -> None:
    """Switch every control point on where the reader has not chosen yet."""
    if st.session_state[POINTS] is None:
        st.session_state[POINTS] = points


def show_picked(point_id: str | None) -> None:
    """Keep the list of control points in step with what was clicked on the map."""
    st.session_state[PICKED] = point_id


def point_picked() -> None:
    """Take over the control point that was chosen from the list, or none."""
    st.session_state[FEATURE] = st.session_state[PICKED]


def open_agreement(agreement_id: str, where: str) -> None:
    """Open an agreement in the place it was chosen in; choosing it again closes it."""
    again = st.session_state[AGREEMENT] == agreement_id and st.session_state[_OPENED_IN] == where
    st.session_state[AGREEMENT] = None if again else agreement_id
    st.session_state[_OPENED_IN] = None if again else where
    concern_all()


def opened_in() -> str | None:
    """Return where the open agreement was chosen: ``"sidebar"`` or ``"panel"``."""
    where: str | None = st.session_state[_OPENED_IN]
    return where


def clear() -> None:
    """Return to the whole: nothing selected, layers as they are."""
    st.session_state[FEATURE] = None
    st.session_state[AGREEMENT] = None
    st.session_state[_WATER] = None
    concern_all()


def reset() -> None:
    """Return to the defaults: layers, search and the opening view too; the language stays."""
    for key, value in _DEFAULTS.items():
        st.session_state[key] = list(value) if isinstance(value, tuple) else value
    st.session_state[_VIEW] += 1
    concern_all()
