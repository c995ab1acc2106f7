"""The panel that hands everything over: map, figures, data, the link, and how to cite it."""

from __future__ import annotations

from typing import Final

import streamlit as st

from geo.answers import Answers
from geo.card_parts import page_html
from geo.citing import CiteKind, cite_bytes, cite_text
from geo.errors import GeoError
from geo.scheme import PatrolScheme
from geo.selection import Selection
from geo.tables import TABLES
from geo.text import Catalogue
from ui import cached, state
from ui.words import md_text

__all__ = ["panel"]

_MIME: Final = {
    "html": "text/html",
    "png": "image/png",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "kml": "application/vnd.google-earth.kml+xml",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_MEGABYTE: Final = 1e6
# A button that the page has no widget for: it copies the address as the browser has it, view included.
_COPY: Final = """<p class="selat-link"><button type="button" class="selat-copy" data-done="{done}">{label}</button></p>
<script>document.querySelectorAll(".selat-copy").forEach(function (button) {{
  button.onclick = function () {{
    var field = document.createElement("textarea"), said = button.textContent;
    field.value = location.href;
    button.after(field);
    field.select();
    document.execCommand("copy"); // works without a secure context too, which the clipboard's own interface does not
    field.remove();
    button.textContent = button.dataset.done;
    button.focus();
    setTimeout(function () {{ button.textContent = said; }}, 2000);
  }};
}});</script>"""


def panel(scheme: PatrolScheme, chosen: Selection, ready: Answers | None, t: Catalogue) -> None:
    """Draw the button that opens the panel, and what is in it while it is open."""
    room = st.popover(t("take.heading"), icon=":material/download:", key="take", on_change="rerun")
    if not room.open:
        return
    with room:
        st.html(f'<h2 class="selat-heading">{page_html(t("take.file"))}</h2>')
        _file(scheme, chosen, ready, t)
        st.html(f'<h2 class="selat-heading">{page_html(t("take.link"))}</h2>')
        st.html(_COPY.format(label=page_html(t("take.copy")), done=page_html(t("take.copied"))), unsafe_allow_javascript=True)
        st.html(f'<h2 class="selat-heading">{page_html(t("take.cite"))}</h2>')
        _citation(scheme, chosen, t)


def _file(scheme: PatrolScheme, chosen: Selection, ready: Answers | None, t: Catalogue) -> None:
    kinds = tuple(_MIME) if ready else ("html",)  # the others show distances, which are still being worked out
    kind = st.selectbox(
        t("take.format"), kinds, key=state.FORMAT, format_func=lambda name: t(f"take.{name}"), label_visibility="collapsed"
    )
    table = None
    if kind == "csv":
        table = st.selectbox(
            t("take.table"), TABLES, key=state.CSV_TABLE, format_func=lambda name: t(f"dataset.{name.replace('_', '-')}")
        )
    wanted = (kind, table, chosen, state.link(scheme, chosen))
    if st.button(t("take.prepare"), key="prepare", type="primary"):
        _prepare(scheme, chosen, ready, kind, table, wanted, t)
    content = state.prepared(wanted)
    if content is not None:
        st.download_button(
            t("take.download", size=_size(content, t)),
            content,
            file_name=_name(scheme, chosen, kind, table),
            mime=_MIME[kind],
            on_click="ignore",
            icon=":material/download:",
            key="export",
        )


def _prepare(
    scheme: PatrolScheme,
    chosen: Selection,
    ready: Answers | None,
    kind: str,
    table: str | None,
    wanted: tuple[object, ...],
    t: Catalogue,
) -> None:
    with st.spinner(t("take.preparing")):
        try:
            made = cached.taken_away(scheme, chosen, ready, kind, table, state.link(scheme, chosen))
            state.keep_prepared(wanted, made)
        except GeoError as error:
            st.html(f'<p role="alert">{page_html(error)}</p>')


def _citation(scheme: PatrolScheme, chosen: Selection, t: Catalogue) -> None:
    st.html(f'<p class="selat-note">{page_html(cite_text(scheme, t))}</p>')
    agreement = scheme.agreement(chosen.agreement_id)
    whats: list[tuple[str | None, str]] = [(None, t("take.cite-map"))]
    if agreement:
        whats.append((agreement.id, t("take.cite-sources", name=agreement.short.in_language(t.lang))))
    for what, label in whats:
        with st.container(horizontal=True, key=f"cite-{what or 'map'}"):
            st.html(f'<p class="selat-note">{page_html(label)}</p>')
            for kind in CiteKind:
                st.download_button(
                    md_text(t(f"cite.{kind.value}")),
                    cite_bytes(scheme, kind, what, lang=t.lang),
                    file_name=f"selat-{what or 'map'}{kind.ending}",
                    mime=kind.media_type,
                    on_click="ignore",
                    type="tertiary",
                    key=f"cite-{what or 'map'}-{kind}",
                )


def _size(content: bytes, t: Catalogue) -> str:
    megabytes = len(content) / _MEGABYTE
    return (
        t("take.megabytes", size=t.number(megabytes, digits=2))
        if megabytes >= 0.1
        else t("take.kilobytes", size=t.number(len(content) / 1000, digits=0))
    )


def _name(scheme: PatrolScheme, chosen: Selection, kind: str, table: str | None) -> str:
    """Return a file's name that says which question it answers."""
    asked = chosen.scenario
    parts = ["selat", str(scheme.sources.data_date)]
    if asked:
        parts += [f"{asked.speed_kn:g}kn", f"{asked.limit_h:g}h", asked.rule.value, chosen.coverage_layer]
    parts += filter(None, (str(chosen.year) if chosen.year else None, table, chosen.lang))
    return f"{'-'.join(parts)}.{kind}"
