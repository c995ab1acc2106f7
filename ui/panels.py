"""The panel beside the map: the selection, and the agreements that concern it."""

from __future__ import annotations

import streamlit as st

from geo.cards.about import opening_card
from geo.cards.agreements import agreement_card, on_map
from geo.cards.coverage import water_card
from geo.cards.places import feature_card
from geo.coverage.answers import ReachAt
from geo.encode import page_html
from geo.maps.selection import Selection
from geo.scheme.as_of import as_of
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import Catalogue
from ui import state
from ui.sidebar import agreement_row
from ui.words import md_text

__all__ = ["chooser", "draw"]

_WHERE = "panel"


def chooser(scheme: PatrolScheme, chosen: Selection, t: Catalogue) -> None:
    """Draw the list of control points, the field for a position on the water, and the button to reset the page."""
    points = list(scheme.point_ids)
    key = state.sync_picker(chosen.feature_id if chosen.feature_id in points else None)
    with st.container(key=state.PICKER):
        st.pills(
            t("point.choose"),
            points,
            key=key,
            format_func=lambda point_id: md_text(scheme.feature_name(point_id)),
            on_change=state.pick_point,
            label_visibility="collapsed",
        )
    with st.container(horizontal=True, vertical_alignment="center", key="asking"):
        st.text_input(
            t("position.heading"),
            key=state.POSITION,
            on_change=state.ask_position,
            placeholder=t("position.example"),
            label_visibility="collapsed",
            type="search",
            icon=":material/my_location:",
        )
        st.button(t("panel.reset"), key="reset", on_click=state.reset_page, type="tertiary")
    if state.position_fault():
        st.html(f'<p class="selat-fault" role="alert">{page_html(t("position.fault", text=state.position_fault()))}</p>')


def draw(scheme: PatrolScheme, chosen: Selection, spot: ReachAt | None, t: Catalogue) -> None:
    """Draw the selection, or the introduction where there is none."""
    if chosen.year is not None:
        text = t("panel.as-of" if as_of(scheme, chosen.year).has_scheme else "panel.before", year=chosen.year)
        st.html(f'<p class="selat-onmap" role="status">{page_html(text)}</p>')
    if chosen.agreement_id or chosen.feature_id or chosen.water:
        with st.container(key="sheet"):
            _draw_selected(scheme, chosen, spot, t)
    if not (chosen.feature_id or chosen.water or _is_opened_in_list(chosen)):
        st.html(opening_card(scheme, t, how=t("intro.how")))


def _draw_selected(scheme: PatrolScheme, chosen: Selection, spot: ReachAt | None, t: Catalogue) -> None:
    """Draw what is selected, with a button to close it: on a small screen, a sheet at the lower edge."""
    st.button(t("panel.clear"), key="clear", on_click=state.clear_selection, type="tertiary", icon=":material/close:")
    agreement = scheme.agreement(chosen.agreement_id)
    if agreement:
        name = agreement.short.in_language(t.lang)
        text = t("panel.on-map", name=name, what=on_map(scheme, agreement, t))
        st.html(f'<p class="selat-onmap" role="status">{page_html(text)}</p>')
        if _is_opened_in_list(chosen):
            st.html(f'<h3 class="selat-heading">{page_html(name)}</h3>{agreement_card(scheme, agreement, t)}')
    if spot and chosen.scenario:
        st.html(water_card(scheme, spot, chosen.scenario.point_ids, t))
    if chosen.feature_id:
        st.html(feature_card(scheme, chosen.feature_id, t))
        _agreements(scheme, chosen, t, chosen.feature_id)


def _is_opened_in_list(chosen: Selection) -> bool:
    """Say whether the selected agreement was opened in the list beside the map, whose cards stand in the panel."""
    return chosen.agreement_id is not None and state.agreement_container() != _WHERE


def _agreements(scheme: PatrolScheme, chosen: Selection, t: Catalogue, feature_id: str) -> None:
    st.html(f'<h4 class="selat-group">{page_html(t("panel.agreements"))}</h4>')
    agreements = scheme.agreements_at(feature_id)
    if not agreements:
        st.html(f"<p>{page_html(t('panel.no-agreement'))}</p>")
    for agreement in agreements:
        agreement_row(agreement, scheme, chosen, t, where=_WHERE)
