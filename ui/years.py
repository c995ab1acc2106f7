"""The years: a control, a timeline to click, yearly counts beneath it, and the scheme as of the chosen year."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import streamlit as st

from geo.cards.years import as_of_card, counts_table, years_table
from geo.charts.incident_counts import counts_svg
from geo.charts.timeline import timeline_svg
from geo.encode import page_html
from geo.maps.selection import Selection
from geo.scheme.as_of import FIRST_YEAR, last_year, years
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import Catalogue
from ui import state

__all__ = ["draw"]

_SCRIPT: Final = (Path(__file__).parent / "picture.mjs").read_text("utf-8")
_CSS: Final = """
svg { width: 100%; height: auto; display: block; }
[data-year], [data-agreement] { cursor: pointer; }
"""
_WIDTH_PX: Final = 1100


def draw(scheme: PatrolScheme, chosen: Selection, t: Catalogue) -> None:
    """Draw the years, worked out when they are opened."""
    span = {"first": FIRST_YEAR, "last": last_year(scheme)}
    if not years(scheme):
        return
    room = st.expander(t("years.heading", **span), key=state.YEARS, on_change="rerun")
    if not room.open:
        return
    with room:
        _control(scheme, t)
        picture = timeline_svg(scheme, t, year=chosen.year, dark=chosen.dark, width=_WIDTH_PX)
        _clickable(picture, "timeline", scheme)
        if chosen.year is not None:
            st.html(f'<div class="selat-columns">{as_of_card(scheme, chosen.year, t)}</div>')
        _clickable(counts_svg(scheme, t, year=chosen.year, dark=chosen.dark, width=_WIDTH_PX), "counts", scheme)
        twins = st.popover(t("years.tables"), key="years-tables", on_change="rerun")
        if twins.open:
            twins.html(f'<div class="selat-scroll">{years_table(scheme, t)}{counts_table(scheme, t)}</div>')


def _control(scheme: PatrolScheme, t: Catalogue) -> None:
    options: list[int | None] = [*years(scheme), None]
    st.select_slider(
        t("years.as-of"),
        options,
        key=state.YEAR,
        persist_state="session",  # folded away it is not drawn, and would be forgotten
        format_func=lambda year: t("years.today") if year is None else str(year),
        on_change=state.page_anew,
    )
    st.html(f'<p class="selat-note">{page_html(t("years.how"))}</p>')


def _clickable(svg: str, name: str, scheme: PatrolScheme) -> None:
    known_years, known = frozenset(years(scheme)), frozenset(agreement.id for agreement in scheme.agreements)

    def picked() -> None:
        state.year_picked(f"{name}-picture", years=known_years, agreement_ids=known)

    _picture()(data={"svg": svg}, key=f"{name}-picture", on_picked_change=picked)


@st.cache_resource(show_spinner=False)
def _picture() -> Any:  # Streamlit gives its component renderers no type of their own
    return st.components.v2.component("selat_picture", html='<div class="picture"></div>', css=_CSS, js=_SCRIPT)
