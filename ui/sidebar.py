"""The agreements beside the map: grouped by theme, searched, filtered by party, each opening in its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from geo.cards.about import marks_card
from geo.cards.agreements import agreement_card
from geo.encode import page_html
from geo.maps.selection import Selection
from geo.scheme.agreements import Agreement, Theme, by_party, matching, parties_by_count
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
            on_change=state.heard,
            placeholder=t("agreements.placeholder", count=len(scheme.agreements)),
            label_visibility="collapsed",
            type="search",
            live=True,
        )
        parties = st.multiselect(
            t("agreements.party"),
            parties_by_count(scheme.agreements),
            key=state.PARTIES,
            on_change=state.heard,
            format_func=t.country,  # options are plain text, not Markdown
            placeholder=t("agreements.all-parties"),
            label_visibility="collapsed",
        )
        st.html(marks_card(t))
        found = by_party(matching(scheme.agreements, words or "", lang=t.lang), parties)
        if chosen.year is not None:
            found = _as_of(scheme, chosen, chosen.year, found, t)
        if not found:
            st.html(f'<p role="status">{page_html(t("agreements.nothing"))}</p>')
        for theme in Theme:
            _group(theme, [a for a in found if a.theme is theme], scheme, chosen, t)


def _as_of(
    scheme: PatrolScheme, chosen: Selection, year: int, found: Sequence[Agreement], t: Catalogue
) -> tuple[Agreement, ...]:
    """Return those that stood in a year, or may have, and say how many did not; one that is open stays to be read."""
    group = {standing.agreement_id: standing.group for standing in as_of(scheme, year).agreements}
    kept = tuple(a for a in found if group[a.id] in {Standing.IN_PLACE, Standing.UNKNOWN})
    standing = sum(group[a.id] is Standing.IN_PLACE for a in kept)
    counts = {"standing": standing, "unknown": len(kept) - standing, "others": len(found) - len(kept)}
    st.html(f'<p class="selat-note" role="status">{page_html(t("agreements.as-of", year=year, **counts))}</p>')
    return tuple(a for a in found if a in kept or a.id == chosen.agreement_id)


def _group(theme: Theme, found: Iterable[Agreement], scheme: PatrolScheme, chosen: Selection, t: Catalogue) -> None:
    agreements = list(found)
    if agreements:
        st.html(f'<h3 class="selat-group">{page_html(t(f"theme.{theme.value}"))}</h3>')
    for agreement in agreements:
        agreement_row(agreement, scheme, chosen, t, where=_WHERE)


def agreement_row(agreement: Agreement, scheme: PatrolScheme, chosen: Selection, t: Catalogue, *, where: str) -> None:
    """Draw one agreement as a line that opens to its card, in the place it was chosen in."""
    opened = agreement.id == chosen.agreement_id and state.opened_in() == where
    year = f" :gray[{agreement.year}]" if agreement.year else ""
    st.button(
        md_text(agreement.short.in_language(t.lang)) + year,
        key=f"{where}-agreement-{agreement.id}",
        type="tertiary",
        icon=":material/expand_more:" if opened else ":material/chevron_right:",
        width="stretch",
        on_click=state.open_agreement,
        args=(agreement.id, where),
    )
    if opened:
        st.html(agreement_card(scheme, agreement, t))
