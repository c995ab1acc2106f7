"""The years: a slider, a timeline and yearly counts to click, and the scheme as of the selected year."""

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


def draw(scheme: PatrolScheme, selection: Selection, t: Catalogue) -> None:
    """Draw the expander of the years and, while it is open, what is in it."""
    span = {"first": FIRST_YEAR, "last": last_year(scheme)}
    if not years(scheme):
        return
    expander = st.expander(t("years.heading", **span), key=state.YEARS, on_change="rerun")
    if not expander.open:
        return
    with expander:
        _draw_slider(scheme, t)
        timeline = timeline_svg(scheme, t, year=selection.year, dark=selection.dark, width=_WIDTH_PX)
        _draw_clickable(timeline, "timeline", scheme)
        if selection.year is not None:
            st.html(f'<div class="selat-columns">{as_of_card(scheme, selection.year, t)}</div>')
        counts = counts_svg(scheme, t, year=selection.year, dark=selection.dark, width=_WIDTH_PX)
        _draw_clickable(counts, "counts", scheme)
        popover = st.popover(t("years.tables"), key="years-tables", on_change="rerun")
        if popover.open:
            popover.html(f'<div class="selat-scroll">{years_table(scheme, t)}{counts_table(scheme, t)}</div>')


def _draw_slider(scheme: PatrolScheme, t: Catalogue) -> None:
    options: list[int | None] = [*years(scheme), None]
    st.select_slider(
        t("years.as-of"),
        options,
        key=state.YEAR,
        persist_state="session",  # in a closed expander it is not drawn, and would lose its value
        format_func=lambda year: t("years.today") if year is None else str(year),
        on_change=state.rerun_page,
    )
    st.html(f'<p class="selat-note">{page_html(t("years.how"))}</p>')


def _draw_clickable(svg: str, name: str, scheme: PatrolScheme) -> None:
    known_years, known_ids = frozenset(years(scheme)), frozenset(agreement.id for agreement in scheme.agreements)

    def pick() -> None:
        state.pick_year(f"{name}-picture", years=known_years, agreement_ids=known_ids)

    _picture()(data={"svg": svg}, key=f"{name}-picture", on_picked_change=pick)


@st.cache_resource(show_spinner=False)
def _picture() -> Any:  # Streamlit exports no type of a component
    return st.components.v2.component("selat_picture", html='<div class="picture"></div>', css=_CSS, js=_SCRIPT)
