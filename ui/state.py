"""What the reader has chosen, held in the session: the only room that touches ``st.session_state``.

Widgets and the map change the choice in callbacks, which run before the page is
drawn again, so that one run shows the whole answer.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Final, NoReturn
from urllib.parse import urlsplit

import streamlit as st

from geo.coverage.answers import COVERAGE_LAYERS
from geo.coverage.scenario import Rule, Scenario
from geo.maps.folium_map import PageAddress, clicked_id
from geo.maps.permalink import PARAMETERS, VIEW_PARAMETER, read_address, view_of, write_address
from geo.maps.selection import DEFAULT_LAYERS, LAYER_IDS, Selection
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import LANGUAGES

__all__ = [
    "AGREEMENT",
    "ANSWER",
    "ANSWER_TABLES",
    "BACKGROUND",
    "CHOOSER",
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
    "PICKED",
    "POINTS",
    "READINESS",
    "RULE",
    "SEARCH",
    "SHOWN",
    "SPEED",
    "YEAR",
    "YEARS",
    "address",
    "adopt",
    "answer_anew",
    "at_year",
    "clear",
    "fill_points",
    "heard",
    "is_public",
    "keep_prepared",
    "language",
    "link",
    "map_clicked",
    "open_agreement",
    "opened_in",
    "page_anew",
    "point_picked",
    "prepared",
    "reset",
    "scenario",
    "selection",
    "show_picked",
    "start",
    "unused",
    "whole_page",
    "year_picked",
]

LANG: Final = "lang"
LAYERS: Final = "layers"
BACKGROUND: Final = "background"
SEARCH: Final = "search"
PARTIES: Final = "parties"
MAP: Final = "map"
ANSWER: Final = "answer"  # parts of the page, by name
CHOOSER: Final = "chooser"
PICKED: Final = "picked"  # the list of control points, kept in step with the map
_PICKERS: Final = "pickers"  # how many such lists there were
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
SHOWN: Final = "coverage_layer"
FORMAT: Final = "format"
CSV_TABLE: Final = "csv_table"
_PREPARED: Final = "prepared"
YEAR: Final = "year"  # the year's control: the last one stands for today
ANSWER_TABLES: Final = "answer-table"  # what opens below the map
YEARS: Final = "years"
FACTS: Final = "table"
_WHOLE: Final = "whole"  # the whole page is being drawn
_SPOKEN: Final = "spoken"  # the language that the page was last drawn in
_WATER: Final = "water"
_VIEW_ASKED: Final = "view_asked"
_UNUSED: Final = "unused"
_ADOPTED: Final = "adopted"
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
    YEAR: None,  # as it stands today
    _VIEW_ASKED: None,
    _UNUSED: (),
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
    st.session_state.setdefault(_PICKERS, 0)
    st.session_state[_WHOLE] = True
    turned = st.session_state.get(_SPOKEN) != st.session_state[LANG]
    st.session_state[_SPOKEN] = st.session_state[LANG]
    # A widget's own state is dropped when the widget is drawn in another language; writing it back keeps it (where a
    # widget is folded away, `persist_state` does). The years' slider, while it is in use, is left alone: presses that
    # are still on their way would be undone.
    for key in (LANG, LAYERS, BACKGROUND, SEARCH, PARTIES, SPEED, HOURS, READINESS, RULE, POINTS, FURTHER, SHOWN, YEAR):
        if key != YEAR or turned or not st.session_state.get(YEARS):
            st.session_state[key] = st.session_state[key]
    for key in (ANSWER_TABLES, YEARS, FACTS):
        if turned and key in st.session_state:
            st.session_state[key] = st.session_state[key]


def adopt(scheme: PatrolScheme) -> None:
    """Take over, once a session, what the address asks for."""
    chosen = st.session_state
    if chosen.get(_ADOPTED):
        return
    chosen[_ADOPTED] = True
    query = {name: st.query_params[name] for name in st.query_params if name in PARAMETERS}
    if not query:
        return
    asked = read_address(query, scheme)
    found, question = asked.selection, asked.selection.scenario
    points = scheme.point_ids
    if question is not None:
        chosen[SPEED], chosen[HOURS], chosen[READINESS] = question.speed_kn, question.limit_h, question.readiness_h
        chosen[RULE] = question.rule.value
        chosen[POINTS] = [point for point in question.point_ids if point in points]
        chosen[FURTHER] = [place for place in question.point_ids if place not in points]
    chosen[SHOWN], chosen[LAYERS], chosen[BACKGROUND] = found.coverage_layer, list(found.layers), found.background
    chosen[FEATURE], chosen[_WATER], chosen[YEAR] = found.feature_id, found.water, found.year
    chosen[AGREEMENT], chosen[_OPENED_IN] = found.agreement_id, "sidebar" if found.agreement_id else None
    chosen[_VIEW_ASKED], chosen[_UNUSED] = asked.view, list(asked.unused)


def unused() -> tuple[str, ...]:
    """Return the names of what the address asked for and could not be."""
    return tuple(st.session_state[_UNUSED])


def address(scheme: PatrolScheme, chosen: Selection) -> PageAddress:
    """Return what the map keeps the page's address by, and the view that the address asked for."""
    return PageAddress(write_address(chosen, scheme), st.session_state[_VIEW_ASKED])


def link(scheme: PatrolScheme, chosen: Selection) -> str:
    """Return the page's whole address, with the view that the reader's browser was at when it last asked."""
    view = view_of(st.query_params.get(VIEW_PARAMETER, ""))
    query = write_address(chosen, scheme, view=view)
    bare = (st.context.url or "").split("?")[0]
    return f"{bare}?{query}" if query else bare


def keep_prepared(wanted: object, content: bytes) -> None:
    """Keep a file that was prepared, until another one is."""
    st.session_state[_PREPARED] = (wanted, content)


def prepared(wanted: object) -> bytes | None:
    """Return the file that was prepared, if it is still the one that is wanted."""
    kept: tuple[object, bytes] | None = st.session_state.get(_PREPARED)
    return kept[1] if kept and kept[0] == wanted else None


def is_public() -> bool:
    """Say whether the page stands at an address that means something on another machine."""
    host = urlsplit(st.context.url or "").hostname or ""
    return "." in host and not host.startswith("127.")


def at_year() -> int | None:
    """Return the year that the scheme is shown as of; ``None`` for today."""
    year: int | None = st.session_state[YEAR]
    return year


def year_picked(picture_key: str, *, years: Container[int], agreement_ids: Container[str]) -> None:
    """Take over the year, and the agreement, clicked in the picture of that key; the same year again is today."""
    picked = st.session_state[picture_key].get("picked")
    if not isinstance(picked, Mapping):
        return
    year, agreement = picked.get("year"), picked.get("agreement")
    if isinstance(year, int) and year in years:
        st.session_state[YEAR] = None if st.session_state[YEAR] == year and not agreement else year
    if isinstance(agreement, str) and agreement in agreement_ids:
        st.session_state[AGREEMENT], st.session_state[_OPENED_IN] = agreement, "sidebar"
    page_anew()


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
        year=chosen[YEAR],
    )
    return made.within(scheme)


def scenario(scheme: PatrolScheme) -> Scenario:
    """Return the question that the controls ask."""
    chosen = st.session_state
    points = list(scheme.point_ids) if chosen[POINTS] is None else chosen[POINTS]
    return Scenario(
        point_ids=tuple(point for point in dict.fromkeys((*points, *chosen[FURTHER])) if point in scheme.feature_ids),
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
    st.rerun([ANSWER, CHOOSER])


def whole_page() -> bool:
    """Return whether the whole page is being drawn, and not its answer alone; to be asked once a run."""
    return bool(st.session_state.pop(_WHOLE, False))


def language() -> str:
    """Return the language of the session."""
    lang: str = st.session_state[LANG] or LANGUAGES[0]
    return lang


def answer_anew() -> NoReturn:
    """Draw, instead of the part of the page that a choice was made in, the one that shows the answer: for callbacks."""
    st.rerun(ANSWER)


def page_anew() -> NoReturn:
    """Draw the whole page for a choice that shows everywhere: the language, an agreement, the year; for callbacks."""
    st.rerun()


def heard() -> None:
    """Do nothing: a choice with a callback draws the whole page, even where one made with it asks for a part only."""


def fill_points(points: list[str]) -> None:
    """Switch every control point on where the reader has not chosen yet."""
    if st.session_state[POINTS] is None:
        st.session_state[POINTS] = points


def show_picked(point_id: str | None) -> str:
    """Keep the list of control points in step with what was clicked on the map, and return the list's key.

    What is chosen elsewhere makes a new list: over a slow line the browser may send once more what
    the old one showed, which would undo the choice.
    """
    if st.session_state.get(_picker_key()) != point_id:
        st.session_state[_PICKERS] += 1
    st.session_state[_picker_key()] = point_id
    return _picker_key()


def _picker_key() -> str:
    return f"{PICKED}-{st.session_state[_PICKERS]}"


def point_picked() -> None:
    """Take over the control point that was chosen from the list, or none."""
    st.session_state[FEATURE] = st.session_state[_picker_key()]
    answer_anew()


def open_agreement(agreement_id: str, where: str) -> None:
    """Open an agreement in the place it was chosen in; choosing it again closes it."""
    again = st.session_state[AGREEMENT] == agreement_id and st.session_state[_OPENED_IN] == where
    st.session_state[AGREEMENT] = None if again else agreement_id
    st.session_state[_OPENED_IN] = None if again else where
    page_anew()


def opened_in() -> str | None:
    """Return where the open agreement was chosen: ``"sidebar"`` or ``"panel"``."""
    where: str | None = st.session_state[_OPENED_IN]
    return where


def clear() -> None:
    """Return to the whole: nothing selected, layers as they are."""
    st.session_state[FEATURE] = None
    st.session_state[AGREEMENT] = None
    st.session_state[_WATER] = None
    page_anew()


def reset() -> None:
    """Return to the defaults: layers, search and the opening view too; the language stays."""
    for key, value in _DEFAULTS.items():
        st.session_state[key] = list(value) if isinstance(value, tuple) else value
    st.session_state[_VIEW] += 1
    page_anew()
