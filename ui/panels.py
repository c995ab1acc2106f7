"""The panel beside the map: the selection, and the agreements that concern it."""

from __future__ import annotations

import streamlit as st

from geo.cards.about import opening_card
from geo.cards.agreements import on_map
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
    """Draw the list of control points, and the buttons to clear the selection and to reset the page."""
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
    with st.container(horizontal=True, key="clearing"):
        st.button(t("panel.clear"), key="clear", on_click=state.clear_selection, type="tertiary")
        st.button(t("panel.reset"), key="reset", on_click=state.reset_page, type="tertiary")


def draw(scheme: PatrolScheme, chosen: Selection, spot: ReachAt | None, t: Catalogue) -> None:
    """Draw the selection, or the introduction where there is none."""
    if chosen.year is not None:
        text = t("panel.as-of" if as_of(scheme, chosen.year).has_scheme else "panel.before", year=chosen.year)
        st.html(f'<p class="selat-onmap" role="status">{page_html(text)}</p>')
    agreement = scheme.agreement(chosen.agreement_id)
    if agreement:
        text = t("panel.on-map", name=agreement.short.in_language(t.lang), what=on_map(scheme, agreement, t))
        st.html(f'<p class="selat-onmap" role="status">{page_html(text)}</p>')
    if spot and chosen.scenario:
        st.html(water_card(scheme, spot, chosen.scenario.point_ids, t))
    if chosen.feature_id:
        st.html(feature_card(scheme, chosen.feature_id, t))
        _agreements(scheme, chosen, t, chosen.feature_id)
    elif not chosen.water:
        st.html(opening_card(scheme, t, how=t("intro.how")))


def _agreements(scheme: PatrolScheme, chosen: Selection, t: Catalogue, feature_id: str) -> None:
    st.html(f'<h4 class="selat-group">{page_html(t("panel.agreements"))}</h4>')
    agreements = scheme.agreements_at(feature_id)
    if not agreements:
        st.html(f"<p>{page_html(t('panel.no-agreement'))}</p>")
    for agreement in agreements:
        agreement_row(agreement, scheme, chosen, t, where=_WHERE)
