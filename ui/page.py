"""The page from top to bottom: head, finding, scenario, numbers, map and panel, years, tables, footer."""

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
from geo.maps.folium_map import MapFiles, build_base_map, build_scene_group
from geo.maps.scene import build_scene
from geo.maps.selection import BACKGROUNDS, LAYER_IDS, Selection
from geo.scheme.layers import LAYERS
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import LANGUAGES, Catalogue, catalogue
from ui import cached, panels, scenario, sidebar, state, takeaway, years
from ui.assets import SCRIPTS, STYLES, asset_addresses, data_address
from ui.words import md_text

__all__ = ["main"]

_HERE = Path(__file__).parent
_STYLES = (CARDS_STYLE, _HERE / "page.css")
_ICON = _HERE / "icon.png"
_SCRIPT = (_HERE / "page.js").read_text("utf-8")
_MAP_HEIGHT_PX = 620  # required by the component; page.css sets the real one
_MAP_FIRST_S = 0.06  # head start of the map: drawn together with what follows it, it would be painted later


def main() -> None:
    """Draw the page from top to bottom."""
    state.start_session()
    t = catalogue(state.language())
    _send_styles(dark=_is_dark())
    _send_language(t)
    with _report_errors(t):
        scheme = cached.scheme()
        state.adopt_link(scheme)
        title = scheme.sources.about.title.in_language(t.lang)
        st.set_page_config(
            page_title=t("page.title", title=title),
            page_icon=str(_ICON),
            layout="wide",
            menu_items={"About": f"{md_text(title)}. {md_text(t('page.caution'))}"},  # without one, no menu, and no themes
        )
        selection = state.selection(scheme, dark=_is_dark())
        sidebar.draw(scheme, selection, t)
        _draw_head(scheme, t)
        slots = _make_slots(selection, t)
        future = cached.model(scheme)
        is_awaited = not future.done()  # asked before the answer is drawn, which may be the moment when it is done
        with slots.layers:
            _draw_layers(t)
        with slots.panel:
            _draw_chooser(scheme, t)
        with slots.map:
            _draw_answer(scheme, slots, t)
        _draw_foot(scheme, t)
        st.html(footer(scheme, t))
        if is_awaited:
            scenario.await_model(future, slots.headline, t)


@contextmanager
def _report_errors(t: Catalogue) -> Iterator[None]:
    """Show an error as a sentence; the traceback of an unexpected one goes to the log."""
    try:
        yield
    except GeoError as error:
        _draw_faults(str(error).splitlines(), t)
    except Exception:
        logging.getLogger("selat").exception("the page could not be drawn")
        _draw_faults([t("refused.unforeseen")], t)


def _is_dark() -> bool:
    return st.context.theme.type == "dark"


def _send_language(t: Catalogue) -> None:
    """Set the language of the document, and label the button that opens the sidebar, which has no label of its own."""
    script = f"document.documentElement.lang = {t.lang!r};{_SCRIPT}"
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)
    label = page_html(t("agreements.heading"))
    st.html(f'<style>[data-testid="stExpandSidebarButton"]::after {{ content: "{label}"; }}</style>')


def _send_styles(*, dark: bool) -> None:
    """Send our style sheets."""
    sheets = (*_STYLES, _HERE / "dark.css") if dark else _STYLES
    st.html(f"<style>{''.join(sheet.read_text('utf-8') for sheet in sheets)}</style>")


@dataclass(frozen=True)
class _Slots:
    """Containers that the parts of the page are drawn into."""

    headline: DeltaGenerator
    controls: DeltaGenerator
    numbers: DeltaGenerator
    map: DeltaGenerator
    notes: DeltaGenerator
    layers: DeltaGenerator
    panel: DeltaGenerator
    tables: DeltaGenerator


def _make_slots(selection: Selection, t: Catalogue) -> _Slots:
    if selection.agreement_id:  # mark its row in the lists; a button of Streamlit cannot be shown as pressed
        row = f'[class*="-agreement-{selection.agreement_id} "]'
        st.html(f"<style>{row} button {{ background: var(--selat-chosen); }}</style>")
    headline, controls, numbers = (st.container(key=f"slot-{name}") for name in ("headline", "asked", "numbers"))
    left, right = st.columns([7, 3], gap="medium")
    left.html(f'<h2 class="selat-unseen">{page_html(t("map.heading"))}</h2>')
    frame, notes = left.container(key="map-frame"), left.container(key="slot-notes")
    frame.html(f'<p class="selat-no-map" role="status">{page_html(t("map.missing"))}</p>')
    layers, panel = right.container(key="slot-layers"), right.container(key="panel")
    return _Slots(headline, controls, numbers, frame, notes, layers, panel, st.container(key="slot-tables"))


# The fragments of the page. A widget reruns the fragment that it stands in and sends nothing else; where its value shows
# in another, its callback asks for that one (`state.rerun_answer`) or for the whole page (`state.rerun_page`), which
# costs one run more. The controls of the scenario are moved most, so they stand in the fragment of the answer.


@st.fragment
def _draw_head(scheme: PatrolScheme, t: Catalogue) -> None:
    """Draw title, files to take away and language."""
    with _report_errors(t):
        _draw_header(scheme, state.selection(scheme, dark=_is_dark()), _model_if_done(scheme), t)


@st.fragment(key=state.CHOOSER)
def _draw_chooser(scheme: PatrolScheme, t: Catalogue) -> None:
    """Draw the list of control points, which follows the map."""
    with _report_errors(t):
        panels.chooser(scheme, state.selection(scheme, dark=_is_dark()), t)


@st.fragment(key=state.ANSWER)
def _draw_answer(scheme: PatrolScheme, slots: _Slots, t: Catalogue) -> None:
    """Draw the map and what depends on the answer: numbers, controls, panel, tables."""
    is_full_run = state.pop_full_run()
    with _report_errors(t):
        selection, model = state.selection(scheme, dark=_is_dark()), _model_if_done(scheme)
        answer, reach = _answer(scheme, selection, model) if model else (None, None)
        _draw_map(scheme, selection, answer, reach, t)  # first, since who moves a slider looks at the map
        if not is_full_run:
            time.sleep(_MAP_FIRST_S)
        with slots.headline:
            scenario.draw_headline(answer, scheme, t)
        with slots.numbers:
            scenario.draw_numbers(answer, t)
        with slots.controls:
            scenario.draw_controls(scheme, t)
        with slots.notes:
            scenario.draw_notes(answer, scheme, t)
        with slots.panel:
            panels.draw(scheme, selection, reach, t)
            scenario.draw_curve(answer, scheme, t, dark=selection.dark)
        with slots.tables:
            _draw_answer_tables(scheme, answer, t)


def _model_if_done(scheme: PatrolScheme) -> CoverageModel | None:
    future = cached.model(scheme)
    return future.result() if future.done() else None


def _answer(scheme: PatrolScheme, selection: Selection, model: CoverageModel) -> tuple[Answer | None, ReachAt | None]:
    """Return the answer to the scenario, and who reaches the position that was clicked."""
    if selection.scenario is None:
        return None, None
    answer = cached.answer(scheme, model, selection.scenario, selection.coverage_layer)
    return answer, model.reach_at(selection.scenario, *selection.water) if selection.water else None


@st.fragment
def _draw_foot(scheme: PatrolScheme, t: Catalogue) -> None:
    """Draw the years, and the facts as tables, each computed when it is opened."""
    with _report_errors(t):
        years.draw(scheme, state.selection(scheme, dark=_is_dark()), t)
        facts = st.expander(t("table.heading"), key=state.FACTS, on_change="rerun")
        if facts.open:
            facts.html(f'<div class="selat-scroll">{tables(scheme, t)}</div>')


def _draw_answer_tables(scheme: PatrolScheme, answer: Answer | None, t: Catalogue) -> None:
    """Draw the answer as tables, computed when they are opened."""
    expander = st.expander(t("table.answer"), key=state.ANSWER_TABLES, on_change="rerun")
    if expander.open:
        with expander:
            scenario.draw_tables(answer, scheme, t)


def _draw_header(scheme: PatrolScheme, selection: Selection, model: CoverageModel | None, t: Catalogue) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="header"):
        st.html(f'<h1 class="selat-title">Selat <span>{page_html(scheme.sources.about.title.in_language(t.lang))}</span></h1>')
        takeaway.draw(scheme, selection, model, t)
        st.segmented_control(
            t("page.language"),
            LANGUAGES,
            key=state.LANG,
            format_func=lambda lang: md_text(catalogue(lang)("page.own-name")),
            label_visibility="collapsed",
            required=True,
            on_change=state.rerun_page,
        )
    if state.unused_parameters():
        names = ", ".join(state.unused_parameters())
        st.html(f'<p class="selat-note" role="status">{page_html(t("link.unused", names=names))}</p>')


@st.fragment
def _draw_layers(t: Catalogue) -> None:
    """Draw the choice of what the map shows."""
    with _report_errors(t), st.container(horizontal=True, vertical_alignment="center", key="layers-row"):
        scenario.draw_layer_choice(t)
        popover = st.popover(t("layers.heading"), icon=":material/layers:", key="layers-open", on_change="rerun")
        if not popover.open:
            return
        with popover:
            st.pills(
                t("layers.heading"),
                LAYER_IDS,
                selection_mode="multi",
                key=state.LAYERS,
                persist_state="session",  # in a closed popover it is not drawn, and would lose its value
                on_change=state.rerun_answer,
                format_func=lambda name: t(f"layer.{name}"),
                label_visibility="collapsed",
                wrap=True,
            )
            st.selectbox(
                t("background.heading"),
                BACKGROUNDS,
                key=state.BACKGROUND,
                persist_state="session",
                on_change=state.rerun_answer,
                format_func=lambda name: t(f"background.{name}"),
            )
            st.html(f'<p class="selat-note">{page_html(t("layers.note"))}</p>')


def _draw_map(scheme: PatrolScheme, selection: Selection, answer: Answer | None, reach: ReachAt | None, t: Catalogue) -> None:
    version = scheme.sources.stamp
    files = MapFiles(
        land=data_address(scheme.land_file, version),
        waters=data_address(scheme.waters_file, version) if len(scheme.waters) else None,
        region=data_address(LAYERS["region"].file, version) if len(scheme.region) else None,
        scripts=asset_addresses(SCRIPTS),
        styles=asset_addresses(STYLES),
    )
    scene = build_scene(scheme, selection, answer, reach.routes if reach else ())
    st_folium(
        build_base_map(scheme, files),
        key=state.MAP,
        height=_MAP_HEIGHT_PX,
        use_container_width=True,
        returned_objects=["last_active_drawing", "last_object_clicked_count", "last_clicked"],
        feature_group_to_add=build_scene_group(scene, address=state.page_address(scheme, selection)),
        on_change=lambda: state.select_on_map(scheme.feature_ids),
        render=False,  # st_folium renders the map itself
    )


def _draw_faults(faults: Iterable[str], t: Catalogue) -> None:
    """Draw every fault of the data, and what to do."""
    items = "".join(f"<li>{page_html(fault)}</li>" for fault in faults)
    st.html(
        f'<section class="selat-refused" role="alert"><h1>{page_html(t("refused.heading"))}</h1>'
        f"<p>{page_html(t('refused.way-out'))}</p><ul>{items}</ul></section>"
    )


if __name__ == "__main__":
    main()
