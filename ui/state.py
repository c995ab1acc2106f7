"""The state of the page: the only module that touches ``st.session_state``.

Widgets and the map change it in callbacks. Streamlit runs a callback before it draws the page, so one
run shows the whole answer.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Final, NoReturn
from urllib.parse import urlsplit

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from geo.coverage.answers import COVERAGE_LAYERS
from geo.coverage.scenario import Rule, Scenario
from geo.maps.folium_map import PageAddress, read_clicked_id
from geo.maps.permalink import PARAMETERS, VIEW_PARAMETER, parse_view, read_address, write_address
from geo.maps.selection import DEFAULT_LAYERS, LAYER_IDS, Selection
from geo.scheme.patrol_scheme import PatrolScheme
from geo.scheme.presets import Preset
from geo.text import LANGUAGES
from geo.units import parse_written_position

__all__ = [
    "AGREEMENT",
    "ANSWER",
    "ANSWER_TABLES",
    "BACKGROUND",
    "CHOOSER",
    "COVERAGE_LAYER",
    "CSV_TABLE",
    "FACTS",
    "FEATURE",
    "FORMAT",
    "FURTHER",
    "HOURS",
    "LANG",
    "LAYERS",
    "MAP",
    "PARTIES",
    "PICKER",
    "POINTS",
    "POSITION",
    "READINESS",
    "RULE",
    "SEARCH",
    "SPEED",
    "YEAR",
    "YEARS",
    "adopt_link",
    "agreement_container",
    "ask_for_file",
    "ask_position",
    "asked_file",
    "clear_selection",
    "fill_points",
    "force_full_rerun",
    "is_connected",
    "is_public",
    "is_taken",
    "language",
    "page_address",
    "page_link",
    "pick_point",
    "pick_year",
    "pop_full_run",
    "position_fault",
    "rerun_answer",
    "rerun_page",
    "reset_page",
    "scenario",
    "select_on_map",
    "selection",
    "session_id",
    "start_session",
    "store_file",
    "stored_file",
    "sync_picker",
    "take_preset",
    "toggle_agreement",
    "unused_parameters",
]

LANG: Final = "lang"
LAYERS: Final = "layers"
BACKGROUND: Final = "background"
SEARCH: Final = "search"
PARTIES: Final = "parties"
MAP: Final = "map"
ANSWER: Final = "answer"  # keys of fragments
CHOOSER: Final = "chooser"
PICKER: Final = "picked"  # the list of control points, kept in step with the map
_PICKERS: Final = "pickers"  # how many such lists have been drawn
FEATURE: Final = "feature_id"
AGREEMENT: Final = "agreement_id"
_OPENED_IN: Final = "opened_in"
_CLICKS: Final = "clicks"
_VIEW: Final = "view"

SPEED: Final = "speed_kn"
HOURS: Final = "limit_h"
READINESS: Final = "readiness_h"
RULE: Final = "rule"
POINTS: Final = "points"
FURTHER: Final = "further"
COVERAGE_LAYER: Final = "coverage_layer"
FORMAT: Final = "format"
CSV_TABLE: Final = "csv_table"
_PREPARED: Final = "prepared"
_ASKED: Final = "asked_file"
YEAR: Final = "year"  # the slider; its last position is today
ANSWER_TABLES: Final = "answer-table"  # expanders below the map
YEARS: Final = "years"
FACTS: Final = "table"
_FULL_RUN: Final = "whole"  # whether this run draws the whole page
_LAST_LANG: Final = "spoken"  # the language of the last full run
_WATER: Final = "water"
_LINK_VIEW: Final = "view_asked"  # the view that the link asked for
_UNUSED: Final = "unused"
_ADOPTED: Final = "adopted"
_LAST_WATER: Final = "last_water"
POSITION: Final = "position"  # the field for a position on the water
_LONGEST_POSITION: Final = 60  # letters
_FAULT: Final = "position_fault"  # what was written there, if it is no position

_WIDGETS: Final = (
    *(LANG, LAYERS, BACKGROUND, COVERAGE_LAYER, SEARCH, PARTIES),
    *(SPEED, HOURS, READINESS, RULE, POINTS, FURTHER, YEAR),
)
_DEFAULTS: Final = {
    SPEED: Scenario.speed_kn,
    HOURS: Scenario.limit_h,
    READINESS: Scenario.readiness_h,
    RULE: Scenario.rule.value,
    POINTS: None,  # every control point of the data folder
    FURTHER: (),
    COVERAGE_LAYER: COVERAGE_LAYERS[0],
    _WATER: None,
    YEAR: None,  # today
    _LINK_VIEW: None,
    _UNUSED: (),
    LAYERS: DEFAULT_LAYERS,
    BACKGROUND: "own",
    SEARCH: "",
    PARTIES: (),
    FEATURE: None,
    AGREEMENT: None,
    _OPENED_IN: None,
    POSITION: "",
    _FAULT: "",
}


def start_session() -> None:
    """Fill in what a new session lacks; the link names the language (``?lang=id``), a bare address the browser does."""
    lang = st.query_params.get("lang", LANGUAGES[0] if st.query_params else (st.context.locale or "")[:2])
    st.session_state.setdefault(LANG, lang if lang in LANGUAGES else LANGUAGES[0])
    for key, value in _DEFAULTS.items():
        st.session_state.setdefault(key, list(value) if isinstance(value, tuple) else value)
    st.session_state.setdefault(_VIEW, 0)
    st.session_state.setdefault(_PICKERS, 0)
    st.session_state[_FULL_RUN] = True
    is_new_language = st.session_state.get(_LAST_LANG) != st.session_state[LANG]
    st.session_state[_LAST_LANG] = st.session_state[LANG]
    # Streamlit drops the state of a widget whose label changes, as it does with the language; assigning the value to
    # itself keeps it (for a widget in a closed expander, `persist_state` does). The slider of the years is left alone
    # while it is in use: assigning would undo key presses that are still on their way.
    for key in _WIDGETS:
        if key != YEAR or is_new_language or not st.session_state.get(YEARS):
            st.session_state[key] = st.session_state[key]
    for key in (ANSWER_TABLES, YEARS, FACTS):
        if is_new_language and key in st.session_state:
            st.session_state[key] = st.session_state[key]


def adopt_link(scheme: PatrolScheme) -> None:
    """Set the state that the link asks for, once a session."""
    state = st.session_state
    if state.get(_ADOPTED):
        return
    state[_ADOPTED] = True
    query = {name: st.query_params[name] for name in st.query_params if name in PARAMETERS}
    if not query:
        return
    link = read_address(query, scheme)
    selection, scenario = link.selection, link.selection.scenario
    points = scheme.point_ids
    if scenario is not None:
        state[SPEED], state[HOURS], state[READINESS] = scenario.speed_kn, scenario.limit_h, scenario.readiness_h
        state[RULE] = scenario.rule.value
        state[POINTS] = [point_id for point_id in scenario.point_ids if point_id in points]
        state[FURTHER] = [place_id for place_id in scenario.point_ids if place_id not in points]
    state[COVERAGE_LAYER], state[LAYERS] = selection.coverage_layer, list(selection.layers)
    state[BACKGROUND] = selection.background
    state[FEATURE], state[_WATER], state[YEAR] = selection.feature_id, selection.water, selection.year
    state[AGREEMENT], state[_OPENED_IN] = selection.agreement_id, "sidebar" if selection.agreement_id else None
    state[_LINK_VIEW], state[_UNUSED] = link.view, list(link.unused)


def unused_parameters() -> tuple[str, ...]:
    """Return the parameters of the link whose values could not be used."""
    return tuple(st.session_state[_UNUSED])


def page_address(scheme: PatrolScheme, selection: Selection) -> PageAddress:
    """Return what the map needs to keep the page's address up to date, and the view that the link asked for."""
    return PageAddress(write_address(selection, scheme), st.session_state[_LINK_VIEW])


def page_link(scheme: PatrolScheme, selection: Selection) -> str:
    """Return the whole address of the page, with the view of the map as of the last run."""
    view = parse_view(st.query_params.get(VIEW_PARAMETER, ""))
    query = write_address(selection, scheme, view=view)
    bare = (st.context.url or "").split("?")[0]
    return f"{bare}?{query}"


def session_id() -> str:
    """Return what tells this session from others."""
    context = get_script_run_ctx()
    return context.session_id if context else ""


def is_connected(session_id: str) -> bool:
    """Return whether a browser is connected to a session; may be asked from any thread."""
    return not runtime.exists() or runtime.get_instance().is_active_session(session_id)  # none in tests without a server


def ask_for_file(request: object | None) -> None:
    """Remember which file is being prepared for this session, or that none is."""
    st.session_state[_ASKED] = request


def asked_file() -> object | None:
    """Return the request whose file is being prepared for this session."""
    request: object | None = st.session_state.get(_ASKED)
    return request


def store_file(request: object, content: bytes) -> None:
    """Keep a prepared file until another is prepared."""
    st.session_state[_PREPARED] = (request, content)


def stored_file(request: object) -> bytes | None:
    """Return the prepared file, if it was prepared for this request."""
    stored: tuple[object, bytes] | None = st.session_state.get(_PREPARED)
    return stored[1] if stored and stored[0] == request else None


def is_public() -> bool:
    """Return whether another machine could reach the page at its address."""
    host = urlsplit(st.context.url or "").hostname or ""
    return "." in host and not host.startswith("127.")


def pick_year(picture_key: str, *, years: Container[int], agreement_ids: Container[str]) -> None:
    """Select the year, and the agreement, clicked in a picture; a second click on the same year returns to today."""
    picked = st.session_state[picture_key].get("picked")
    if not isinstance(picked, Mapping):
        return
    year, agreement = picked.get("year"), picked.get("agreement")
    if isinstance(year, int) and year in years:
        st.session_state[YEAR] = None if st.session_state[YEAR] == year and not agreement else year
    if isinstance(agreement, str) and agreement in agreement_ids:
        st.session_state[AGREEMENT], st.session_state[_OPENED_IN] = agreement, "sidebar"
    rerun_page()


def selection(scheme: PatrolScheme, *, dark: bool) -> Selection:
    """Return the state as a selection, without ids that the scheme does not have."""
    state = st.session_state
    return Selection(
        lang=state[LANG] or LANGUAGES[0],
        feature_id=state[FEATURE],
        agreement_id=state[AGREEMENT],
        layers=tuple(name for name in LAYER_IDS if name in state[LAYERS]),
        background=state[BACKGROUND] or "own",
        dark=dark,
        view=state[_VIEW],
        scenario=scenario(scheme),
        coverage_layer=state[COVERAGE_LAYER] or "none",
        water=state[_WATER],
        year=state[YEAR],
    ).within(scheme)


def scenario(scheme: PatrolScheme) -> Scenario:
    """Return the scenario that the controls describe."""
    state = st.session_state
    points = list(scheme.point_ids) if state[POINTS] is None else state[POINTS]
    return Scenario(
        point_ids=tuple(point_id for point_id in dict.fromkeys((*points, *state[FURTHER])) if point_id in scheme.feature_ids),
        speed_kn=float(state[SPEED]),
        limit_h=float(state[HOURS]),
        readiness_h=float(state[READINESS]),
        rule=Rule(state[RULE] or Scenario.rule.value),
    )


def select_on_map(known: Iterable[str]) -> None:
    """Select the feature or the position that was clicked on the map, if the click is a new one."""
    values = st.session_state.get(MAP) or {}
    clicks, water = values.get("last_object_clicked_count"), values.get("last_clicked")
    is_on_feature = clicks != st.session_state.get(_CLICKS)
    st.session_state[_CLICKS] = clicks
    st.session_state[POSITION], st.session_state[_FAULT] = "", ""
    feature_id = read_clicked_id(values, known) if is_on_feature else None
    if feature_id:
        st.session_state[FEATURE] = feature_id
        st.session_state[_WATER] = None
    elif water and water != st.session_state.get(_LAST_WATER):
        st.session_state[_WATER] = (float(water["lng"]), float(water["lat"]))
    st.session_state[_LAST_WATER] = water
    st.rerun([ANSWER, CHOOSER])


def ask_position() -> None:
    """Select the position that was written into the field, as a click there would; for its callback."""
    text = str(st.session_state[POSITION] or "").strip()[:_LONGEST_POSITION]
    position = parse_written_position(text)
    st.session_state[_FAULT] = "" if position else text
    if position:
        st.session_state[_WATER], st.session_state[FEATURE] = position, None
    st.rerun([ANSWER, CHOOSER])


def position_fault() -> str:
    """Return what was written into the field, if it is no position; otherwise an empty text."""
    text: str = st.session_state[_FAULT]
    return text


def pop_full_run() -> bool:
    """Return whether this run draws the whole page, not the answer alone. Call it once per run."""
    return bool(st.session_state.pop(_FULL_RUN, False))


def language() -> str:
    """Return the language of the session."""
    lang: str = st.session_state[LANG] or LANGUAGES[0]
    return lang


def rerun_answer() -> NoReturn:
    """Draw the answer's fragment instead of the one that holds the widget; for callbacks."""
    st.rerun(ANSWER)


def rerun_page() -> NoReturn:
    """Draw the whole page, for what shows everywhere: the language, an agreement, the year; for callbacks."""
    st.rerun()


def take_preset(preset: Preset) -> None:
    """Set the slider that a preset is a value of, and the readiness that goes with it."""
    st.session_state[preset.kind] = preset.value
    if preset.readiness_h is not None:
        st.session_state[READINESS] = preset.readiness_h


def is_taken(preset: Preset) -> bool:
    """Say whether the sliders stand where a preset sets them."""
    chosen = st.session_state
    return chosen[preset.kind] == preset.value and preset.readiness_h in (None, chosen[READINESS])


def force_full_rerun() -> None:
    """No-op. A widget with a callback forces a full rerun, even when another asks for a fragment in the same run."""


def fill_points(points: list[str]) -> None:
    """Select these control points unless the reader has chosen some."""
    if st.session_state[POINTS] is None:
        st.session_state[POINTS] = points


def sync_picker(point_id: str | None) -> str:
    """Select in the list of control points what is selected on the map, and return the list's widget key.

    A selection made elsewhere makes a new widget: over a slow connection the browser may resend the
    value of the old one, which would undo the selection.
    """
    if st.session_state.get(_picker_key()) != point_id:
        st.session_state[_PICKERS] += 1
    st.session_state[_picker_key()] = point_id
    return _picker_key()


def _picker_key() -> str:
    return f"{PICKER}-{st.session_state[_PICKERS]}"


def pick_point() -> None:
    """Select the control point that was chosen from the list, or none."""
    st.session_state[FEATURE] = st.session_state[_picker_key()]
    rerun_answer()


def toggle_agreement(agreement_id: str, where: str) -> None:
    """Open an agreement in ``"sidebar"`` or ``"panel"``, or close it if it is open there."""
    is_open = st.session_state[AGREEMENT] == agreement_id and st.session_state[_OPENED_IN] == where
    st.session_state[AGREEMENT] = None if is_open else agreement_id
    st.session_state[_OPENED_IN] = None if is_open else where
    rerun_page()


def agreement_container() -> str | None:
    """Return where the open agreement is shown: ``"sidebar"`` or ``"panel"``."""
    where: str | None = st.session_state[_OPENED_IN]
    return where


def clear_selection() -> None:
    """Select nothing; layers stay."""
    st.session_state[FEATURE] = None
    st.session_state[AGREEMENT] = None
    st.session_state[_WATER] = None
    st.session_state[POSITION], st.session_state[_FAULT] = "", ""
    rerun_page()


def reset_page() -> None:
    """Return to the defaults and the opening view; the language stays."""
    for key, value in _DEFAULTS.items():
        st.session_state[key] = list(value) if isinstance(value, tuple) else value
    st.session_state[_VIEW] += 1
    rerun_page()
