"""The panel that hands everything over: map, figures, data, the link, and how to cite it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import streamlit as st

from geo.coverage.answers import CoverageModel
from geo.encode import page_html
from geo.errors import GeoError
from geo.figure.sheet import FIGURE_KINDS
from geo.maps.permalink import write_address
from geo.maps.selection import Selection
from geo.scheme.patrol_scheme import PatrolScheme
from geo.takeaway.dataset import DATASET_KINDS
from geo.takeaway.references import CiteKind, cite_bytes, cite_text
from geo.takeaway.tables import TABLES
from geo.text import Catalogue, size_text
from ui import cached, state
from ui.cached import FileRequest
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
# A button that the page has no widget for: it copies the address as the browser has it, view included.
_COPY: Final = """<p class="selat-link"><button type="button" class="selat-copy" data-label="{label}" data-done="{done}">
{label}</button></p>
<script>{script}</script>"""
_COPY_SCRIPT: Final = (Path(__file__).parent / "copy.js").read_text("utf-8")


def panel(scheme: PatrolScheme, chosen: Selection, ready: CoverageModel | None, t: Catalogue) -> None:
    """Draw the button that opens the panel, and what is in it while it is open."""
    room = st.popover(t("take.heading"), icon=":material/download:", key="take", on_change="rerun")
    if not room.open:
        return
    with room:
        st.html(f'<h2 class="selat-heading">{page_html(t("take.file"))}</h2>')
        _file(scheme, chosen, ready, t)
        st.html(f'<h2 class="selat-heading">{page_html(t("take.link"))}</h2>')
        label, done = page_html(t("take.copy")), page_html(t("take.copied"))
        st.html(_COPY.format(label=label, done=done, script=_COPY_SCRIPT), unsafe_allow_javascript=True)
        st.html(f'<h2 class="selat-heading">{page_html(t("take.cite"))}</h2>')
        _citation(scheme, chosen, t)


def _file(scheme: PatrolScheme, chosen: Selection, ready: CoverageModel | None, t: Catalogue) -> None:
    kinds = tuple(_MIME) if ready else ("html",)  # the others show distances, which are still being worked out
    kind = st.selectbox(
        t("take.format"), kinds, key=state.FORMAT, format_func=lambda name: t(f"take.{name}"), label_visibility="collapsed"
    )
    table = None
    if kind == "csv":
        table = st.selectbox(
            t("take.table"), TABLES, key=state.CSV_TABLE, format_func=lambda name: t(f"dataset.{name.replace('_', '-')}")
        )
    wanted = FileRequest(kind, table, *_needed(scheme, chosen, kind))
    if st.button(t("take.prepare"), key="prepare", type="primary"):
        _prepare(scheme, ready, wanted, t)
    content = state.prepared(wanted)
    if content is not None:
        st.download_button(
            t("take.download", size=size_text(len(content), t)),
            content,
            file_name=_name(scheme, chosen, kind, table),
            mime=_MIME[kind],
            on_click="ignore",
            icon=":material/download:",
            key="export",
        )


def _needed(scheme: PatrolScheme, chosen: Selection, kind: str) -> tuple[Selection, str]:
    """Return what of the choice, and of the address, a file depends on: it is made again for no other reason."""
    if kind in DATASET_KINDS:
        return Selection(lang=chosen.lang, scenario=chosen.scenario), ""
    plain = replace(chosen, background="own", dark=False, view=0, water=None)
    if kind in FIGURE_KINDS:
        return replace(plain, feature_id=None, agreement_id=None), ""
    return plain, state.link(scheme, chosen) if state.is_public() else write_address(chosen, scheme)


def _prepare(scheme: PatrolScheme, ready: CoverageModel | None, wanted: FileRequest, t: Catalogue) -> None:
    with st.spinner(t("take.preparing")):
        try:
            state.keep_prepared(wanted, cached.taken_away(scheme, ready, wanted))
        except GeoError as error:
            st.html(f'<p role="alert">{page_html(error)}</p>')


def _citation(scheme: PatrolScheme, chosen: Selection, t: Catalogue) -> None:
    st.html(f'<p class="selat-note">{page_html(cite_text(scheme.sources, t))}</p>')
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
                    cite_bytes(scheme.sources, scheme.agreements, kind, what, lang=t.lang),
                    file_name=f"selat-{what or 'map'}{kind.ending}",
                    mime=kind.media_type,
                    on_click="ignore",
                    type="tertiary",
                    key=f"cite-{what or 'map'}-{kind}",
                )


def _name(scheme: PatrolScheme, chosen: Selection, kind: str, table: str | None) -> str:
    """Return a file's name that says which question it answers."""
    asked = chosen.scenario
    parts = ["selat", str(scheme.sources.data_date)]
    if asked:
        parts += [f"{asked.speed_kn:g}kn", f"{asked.limit_h:g}h", asked.rule.value, chosen.coverage_layer]
    parts += filter(None, (str(chosen.year) if chosen.year else None, table, chosen.lang))
    return f"{'-'.join(parts)}.{kind}"
