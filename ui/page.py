"""The outline of the page: map, panel, agreements, table, footer."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit_folium import st_folium

from geo.cards.about import footer
from geo.cards.html import CARDS_STYLE
from geo.cards.places import tables
from geo.coverage.answers import Answer, CoverageModel, ReachAt
from geo.encode import page_html
from geo.errors import GeoError
from geo.maps.folium_map import Drawing, base_map, scene_group
from geo.maps.scene import build_scene
from geo.maps.selection import BACKGROUNDS, LAYER_IDS, Selection
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import LANGUAGES, Catalogue, catalogue
from ui import cached, panels, scenario, sidebar, state, takeaway, years
from ui.assets import DATA_URL, SCRIPTS, STYLES, asset_addresses
from ui.words import md_text

__all__ = ["main"]

_HERE = Path(__file__).parent
_STYLES = (CARDS_STYLE, _HERE / "page.css")
_ICON = _HERE / "icon.png"
_MAP_HEIGHT_PX = 620  # page.css sets the real one; the component wants a number
_MAP_FIRST_S = 0.06  # what follows the map waits until the browser has painted it: it would be drawn together, and later


def main() -> None:
    """Draw the page from top to bottom."""
    state.start()
    t = catalogue(state.language())
    _style(dark=_dark())
    _frame(t)
    with _guarded(t):
        scheme = cached.scheme()
        state.adopt(scheme)
        title = scheme.sources.about.title.in_language(t.lang)
        st.set_page_config(page_title=t("page.title", title=title), page_icon=str(_ICON), layout="wide")
        chosen = state.selection(scheme, dark=_dark())
        sidebar.draw(scheme, chosen, t)
        _head(scheme, t)
        rooms = _rooms(chosen, t)
        with rooms.layers:
            _layers(t)
        with rooms.panel:
            _chooser(scheme, t)
        with rooms.map:
            _answer(scheme, rooms, t)
        _foot(scheme, t)
        st.html(footer(scheme, t))
        working = cached.model(scheme)
        if not working.done():
            scenario.waiting(working)


@contextmanager
def _guarded(t: Catalogue) -> Iterator[None]:
    """Whatever goes wrong, the reader gets a sentence and the log gets the trace."""
    try:
        yield
    except GeoError as error:
        _refused(str(error).splitlines(), t)
    except Exception:
        logging.getLogger("selat").exception("the page could not be drawn")
        _refused([t("refused.unforeseen")], t)


def _dark() -> bool:
    return st.context.theme.type == "dark"


def _frame(t: Catalogue) -> None:
    """Tell the browser the language, and label the button that opens the sidebar, which Streamlit leaves bare."""
    st.html(f"<script>document.documentElement.lang = {t.lang!r};</script>", unsafe_allow_javascript=True)
    label = page_html(t("agreements.heading"))
    st.html(f'<style>[data-testid="stExpandSidebarButton"]::after {{ content: "{label}"; }}</style>')


def _style(*, dark: bool) -> None:
    """Send the styles of what is ours, each file as it stands."""
    sheets = (*_STYLES, _HERE / "dark.css") if dark else _STYLES
    st.html(f"<style>{''.join(sheet.read_text('utf-8') for sheet in sheets)}</style>")


@dataclass(frozen=True)
class _Rooms:
    """Where question, numbers, layers, map, panel and tables stand; the parts of the page are drawn into them."""

    asked: DeltaGenerator
    numbers: DeltaGenerator
    layers: DeltaGenerator
    map: DeltaGenerator
    panel: DeltaGenerator
    tables: DeltaGenerator


def _rooms(chosen: Selection, t: Catalogue) -> _Rooms:
    if chosen.agreement_id:  # its line in the lists is marked; Streamlit has no state of its own for that
        st.html(f'<style>[class*="-agreement-{chosen.agreement_id} "] button {{ background: var(--selat-chosen); }}</style>')
    asked, numbers, layers = (st.container(key=f"slot-{name}") for name in ("asked", "numbers", "layers"))
    map_side, panel_side = st.columns([7, 3], gap="medium")
    map_side.html(f'<h2 class="selat-unseen">{page_html(t("map.heading"))}</h2>')
    framed, panel = map_side.container(key="map-frame"), panel_side.container(key="panel")
    return _Rooms(asked, numbers, layers, framed, panel, st.container(key="slot-tables"))


# The parts of the page. A choice made in one draws that one anew, and nothing else travels; what shows in another too
# asks for that one (`state.answer_anew`) or for the whole page (`state.page_anew`). To ask for another costs a run more,
# so the question, whose sliders are moved most, is part of its answer.


@st.fragment
def _head(scheme: PatrolScheme, t: Catalogue) -> None:
    """Draw title, files to take away and language."""
    with _guarded(t):
        working = cached.model(scheme)
        _header(scheme, state.selection(scheme, dark=_dark()), working.result() if working.done() else None, t)


@st.fragment(key=state.CHOOSER)
def _chooser(scheme: PatrolScheme, t: Catalogue) -> None:
    """Draw the list of control points, which follows the map."""
    with _guarded(t):
        panels.chooser(scheme, state.selection(scheme, dark=_dark()), t)


@st.fragment(key=state.ANSWER)
def _answer(scheme: PatrolScheme, rooms: _Rooms, t: Catalogue) -> None:
    """Draw the map and what stands round it: the question, numbers, panel, tables."""
    alone = not state.whole_page()
    with _guarded(t):
        chosen = state.selection(scheme, dark=_dark())
        working = cached.model(scheme)
        ready = working.result() if working.done() else None
        found = cached.answer(scheme, ready, chosen.scenario, chosen.coverage_layer) if ready and chosen.scenario else None
        spot = ready.reach_at(chosen.scenario, *chosen.water) if ready and chosen.scenario and chosen.water else None
        _map(scheme, chosen, found, spot, t)  # first: it is what a moved slider is waited for
        if alone:
            time.sleep(_MAP_FIRST_S)
        with rooms.numbers:
            scenario.numbers(found, scheme, t)
        with rooms.asked:
            scenario.controls(scheme, t)
        with rooms.panel:
            panels.draw(scheme, chosen, spot, t)
            scenario.curve(found, scheme, t, dark=chosen.dark)
        with rooms.tables:
            _twin(scheme, found, t)


@st.fragment
def _foot(scheme: PatrolScheme, t: Catalogue) -> None:
    """Draw the years, and the facts as tables, each worked out when it is opened."""
    with _guarded(t):
        years.draw(scheme, state.selection(scheme, dark=_dark()), t)
        facts = st.expander(t("table.heading"), key=state.FACTS, on_change="rerun")
        if facts.open:
            facts.html(f'<div class="selat-scroll">{tables(scheme, t)}</div>')


def _twin(scheme: PatrolScheme, found: Answer | None, t: Catalogue) -> None:
    """Draw the reading twin of the answer, worked out when it is opened."""
    answered = st.expander(t("table.answer"), key=state.ANSWER_TABLES, on_change="rerun")
    if answered.open:
        with answered:
            scenario.tables(found, scheme, t)


def _header(scheme: PatrolScheme, chosen: Selection, ready: CoverageModel | None, t: Catalogue) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="header"):
        st.html(f'<h1 class="selat-title">Selat <span>{page_html(scheme.sources.about.title.in_language(t.lang))}</span></h1>')
        takeaway.panel(scheme, chosen, ready, t)
        st.segmented_control(
            t("page.language"),
            LANGUAGES,
            key=state.LANG,
            format_func=lambda lang: md_text(catalogue(lang)("page.own-name")),
            label_visibility="collapsed",
            required=True,
            on_change=state.page_anew,
        )
    if state.unused():
        names = ", ".join(state.unused())
        st.html(f'<p class="selat-note" role="status">{page_html(t("link.unused", names=names))}</p>')


@st.fragment
def _layers(t: Catalogue) -> None:
    """Draw the choice of what the map shows."""
    with _guarded(t), st.container(horizontal=True, vertical_alignment="center", key="layers-row"):
        scenario.layer_choice(t)
        st.pills(
            t("layers.heading"),
            LAYER_IDS,
            selection_mode="multi",
            key=state.LAYERS,
            on_change=state.answer_anew,
            format_func=lambda name: t(f"layer.{name}"),
            label_visibility="collapsed",
            wrap=True,
        )
        st.selectbox(
            t("background.heading"),
            BACKGROUNDS,
            key=state.BACKGROUND,
            on_change=state.answer_anew,
            format_func=lambda name: t(f"background.{name}"),
            label_visibility="collapsed",
            width=160,
        )


def _map(scheme: PatrolScheme, chosen: Selection, found: Answer | None, spot: ReachAt | None, t: Catalogue) -> None:
    version = scheme.sources.stamp
    drawing = Drawing(
        land=f"{DATA_URL}/{scheme.land_file}?{version}",
        waters=f"{DATA_URL}/{scheme.waters_file}?{version}" if len(scheme.waters) else None,
        scripts=asset_addresses(SCRIPTS),
        styles=asset_addresses(STYLES),
    )
    scene = build_scene(scheme, chosen, found, spot.routes if spot else ())
    st_folium(
        base_map(scheme, drawing),
        key=state.MAP,
        height=_MAP_HEIGHT_PX,
        use_container_width=True,
        returned_objects=["last_active_drawing", "last_object_clicked_count", "last_clicked"],
        feature_group_to_add=scene_group(scene, address=state.address(scheme, chosen)),
        on_change=lambda: state.map_clicked(scheme.feature_ids),
        render=False,  # it does so itself once more
    )


def _refused(faults: Iterable[str], t: Catalogue) -> None:
    """Say what is wrong with the data, all of it, and how to go on."""
    listed = "".join(f"<li>{page_html(fault)}</li>" for fault in faults)
    st.html(
        f'<section class="selat-refused" role="alert"><h1>{page_html(t("refused.heading"))}</h1>'
        f"<p>{page_html(t('refused.way-out'))}</p><ul>{listed}</ul></section>"
    )


if __name__ == "__main__":
    main()
