"""The list of agreements beside the map: by theme, with search and a filter by party; the chosen one stands in the panel."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from geo.cards.about import marks_card
from geo.cards.agreements import agreement_card
from geo.encode import page_html
from geo.maps.selection import Selection
from geo.scheme.agreements import Agreement, Theme, filter_by_party, filter_by_words, parties_by_count
from geo.scheme.as_of import as_of
from geo.scheme.patrol_scheme import PatrolScheme
from geo.scheme.status import Standing
from geo.text import Catalogue
from ui import state
from ui.words import md_text

__all__ = ["agreement_row", "draw"]

_WHERE = "sidebar"


def draw(scheme: PatrolScheme, chosen: Selection, t: Catalogue) -> None:
    """Draw the whole sidebar."""
    with st.sidebar, st.container(key="agreements"):
        st.html(f'<h2 class="selat-heading">{page_html(t("agreements.heading"))}</h2>')
        words = st.text_input(
            t("agreements.search"),
            key=state.SEARCH,
            on_change=state.force_full_rerun,
            placeholder=t("agreements.placeholder", count=len(scheme.agreements)),
            label_visibility="collapsed",
            type="search",
            live=True,
        )
        parties = st.multiselect(
            t("agreements.party"),
            parties_by_count(scheme.agreements),
            key=state.PARTIES,
            on_change=state.force_full_rerun,
            format_func=t.country,  # options are plain text, not Markdown
            placeholder=t("agreements.all-parties"),
            label_visibility="collapsed",
        )
        matches = filter_by_party(filter_by_words(scheme.agreements, words or "", lang=t.lang), parties)
        if chosen.year is not None:
            matches = _in_year(scheme, chosen, chosen.year, matches, t)
        if not matches:
            st.html(f'<p role="status">{page_html(t("agreements.nothing"))}</p>')
        for theme in Theme:
            _group(theme, [a for a in matches if a.theme is theme], scheme, chosen, t)
        st.html(marks_card(t))


def _in_year(
    scheme: PatrolScheme, chosen: Selection, year: int, agreements: Sequence[Agreement], t: Catalogue
) -> tuple[Agreement, ...]:
    """Return those in place in a year, or possibly so, and show how many are not; the open one stays in the list."""
    standings = {status.agreement_id: status.standing for status in as_of(scheme, year).agreements}
    in_place = [a for a in agreements if standings[a.id] is Standing.IN_PLACE]
    unknown = [a for a in agreements if standings[a.id] is Standing.UNKNOWN]
    others = len(agreements) - len(in_place) - len(unknown)
    counts = {"standing": len(in_place), "unknown": len(unknown), "others": others}
    st.html(f'<p class="selat-note" role="status">{page_html(t("agreements.as-of", year=year, **counts))}</p>')
    visible = {*(a.id for a in (*in_place, *unknown)), chosen.agreement_id}
    return tuple(a for a in agreements if a.id in visible)


def _group(theme: Theme, agreements: Sequence[Agreement], scheme: PatrolScheme, chosen: Selection, t: Catalogue) -> None:
    if agreements:
        st.html(f'<h3 class="selat-group">{page_html(t(f"theme.{theme.value}"))}</h3>')
    for agreement in agreements:
        agreement_row(agreement, scheme, chosen, t, where=_WHERE)


def agreement_row(agreement: Agreement, scheme: PatrolScheme, chosen: Selection, t: Catalogue, *, where: str) -> None:
    """Draw one agreement as a line. In the panel it opens to its card; that of a line of the sidebar is in the panel."""
    is_open = agreement.id == chosen.agreement_id and state.agreement_container() == where
    year = f" :gray[{agreement.year}]" if agreement.year else ""
    st.button(
        md_text(agreement.short.in_language(t.lang)) + year,
        key=f"{where}-agreement-{agreement.id}",
        type="tertiary",
        icon=":material/expand_more:" if is_open and where != _WHERE else ":material/chevron_right:",
        width="stretch",
        on_click=state.toggle_agreement,
        args=(agreement.id, where),
    )
    if is_open and where != _WHERE:
        st.html(agreement_card(scheme, agreement, t))
