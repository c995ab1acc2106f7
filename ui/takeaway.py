"""The panel of what can be taken away: map, figures, data, the link, and how to cite it."""

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
from ui.file_queue import Place
from ui.words import md_text

__all__ = ["draw"]

_AT_ONCE_S: Final = 0.4  # a small file is ready within it and needs no line about waiting
_ASK_EVERY_S: Final = 1.0
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


def draw(scheme: PatrolScheme, selection: Selection, model: CoverageModel | None, t: Catalogue) -> None:
    """Draw the button that opens the panel and, while it is open, the panel."""
    popover = st.popover(t("take.heading"), icon=":material/download:", key="take", on_change="rerun")
    if not popover.open:
        return
    with popover:
        st.html(f'<h2 class="selat-heading">{page_html(t("take.file"))}</h2>')
        _draw_file(scheme, selection, model, t)
        st.html(f'<h2 class="selat-heading">{page_html(t("take.link"))}</h2>')
        label, done = page_html(t("take.copy")), page_html(t("take.copied"))
        st.html(_COPY.format(label=label, done=done, script=_COPY_SCRIPT), unsafe_allow_javascript=True)
        st.html(f'<h2 class="selat-heading">{page_html(t("take.cite"))}</h2>')
        _draw_references(scheme, selection, t)


def _draw_file(scheme: PatrolScheme, selection: Selection, model: CoverageModel | None, t: Catalogue) -> None:
    kinds = tuple(_MIME) if model else ("html",)  # the others show distances, which are still being computed
    kind = st.selectbox(
        t("take.format"), kinds, key=state.FORMAT, format_func=lambda name: t(f"take.{name}"), label_visibility="collapsed"
    )
    table = None
    if kind == "csv":
        table = st.selectbox(
            t("take.table"), TABLES, key=state.CSV_TABLE, format_func=lambda name: t(f"dataset.{name.replace('_', '-')}")
        )
    request = FileRequest(kind, table, *_content_key(scheme, selection, kind))
    is_pressed = st.button(t("take.prepare"), key="prepare", type="primary")
    if is_pressed:
        state.ask_for_file(request)
    if state.asked_file() == request:
        _collect(scheme, model, request, t, patience_s=_AT_ONCE_S if is_pressed else 0.0)
    elif state.asked_file():  # the reader wants another file by now
        state.ask_for_file(None)
        cached.withdraw_file()
    content = state.stored_file(request)
    if content is not None:
        st.download_button(
            t("take.download", size=size_text(len(content), t)),
            content,
            file_name=_file_name(scheme, selection, kind, table),
            mime=_MIME[kind],
            on_click="ignore",
            icon=":material/download:",
            key="export",
        )


def _content_key(scheme: PatrolScheme, selection: Selection, kind: str) -> tuple[Selection, str]:
    """Return what of the selection and of the address a file depends on, so that nothing else makes it stale."""
    if kind in DATASET_KINDS:
        return Selection(lang=selection.lang, scenario=selection.scenario), ""
    plain = replace(selection, background="own", dark=False, view=0, water=None)
    if kind in FIGURE_KINDS:
        return replace(plain, feature_id=None, agreement_id=None), ""
    return plain, state.page_link(scheme, selection) if state.is_public() else write_address(selection, scheme)


def _collect(
    scheme: PatrolScheme, model: CoverageModel | None, request: FileRequest, t: Catalogue, *, patience_s: float
) -> None:
    """Store a file that is ready in the session; otherwise say where in line it stands."""
    state.ask_for_file(None)  # unless it has to be waited for: an error is told once
    try:
        result = cached.file(scheme, model, request, patience_s=patience_s)
    except GeoError as error:
        st.html(f'<p role="alert">{page_html(error)}</p>')
        return
    if isinstance(result, Place):
        state.ask_for_file(request)
        _await_file(scheme, model, request, t)
    else:
        state.store_file(request, result)


@st.fragment(run_every=_ASK_EVERY_S)
def _await_file(scheme: PatrolScheme, model: CoverageModel | None, request: FileRequest, t: Catalogue) -> None:
    """Say where in line a file stands; draw the page again once it is ready."""
    place = cached.file_place(scheme, model, request)
    if place is None:
        st.rerun()
    st.html(f'<p class="selat-working selat-queue" role="status">{page_html(_place_text(place, t))}</p>')


def _place_text(place: Place, t: Catalogue) -> str:
    """Return where in line a file stands, as a sentence."""
    if place.is_begun:
        return t("take.preparing")
    name = "take.queue" if place.before else "take.queue-next"
    return t(name, active=place.active, before=place.before, waiting=place.waiting)


def _draw_references(scheme: PatrolScheme, selection: Selection, t: Catalogue) -> None:
    st.html(f'<p class="selat-note">{page_html(cite_text(scheme.sources, t))}</p>')
    agreement = scheme.agreement(selection.agreement_id)
    labels: dict[str | None, str] = {None: t("take.cite-map")}  # by the agreement's id
    if agreement:
        labels[agreement.id] = t("take.cite-sources", name=agreement.short.in_language(t.lang))
    for agreement_id, label in labels.items():
        name = agreement_id or "map"
        with st.container(horizontal=True, key=f"cite-{name}"):
            st.html(f'<p class="selat-note">{page_html(label)}</p>')
            for kind in CiteKind:
                st.download_button(
                    md_text(t(f"cite.{kind.value}")),
                    cite_bytes(scheme.sources, scheme.agreements, kind, agreement_id, lang=t.lang),
                    file_name=f"selat-{name}{kind.ending}",
                    mime=kind.media_type,
                    on_click="ignore",
                    type="tertiary",
                    key=f"cite-{name}-{kind}",
                )


def _file_name(scheme: PatrolScheme, selection: Selection, kind: str, table: str | None) -> str:
    """Return a name that says which scenario the file answers."""
    scenario = selection.scenario
    parts = ["selat", str(scheme.sources.data_date)]
    if scenario:
        parts += [f"{scenario.speed_kn:g}kn", f"{scenario.limit_h:g}h", scenario.rule.value, selection.coverage_layer]
    parts += filter(None, (str(selection.year) if selection.year else None, table, selection.lang))
    return f"{'-'.join(parts)}.{kind}"
