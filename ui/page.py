"""The outline of the page: map, panel, agreements, table, footer."""

from __future__ import annotations

import logging
from pathlib import Path

import streamlit as st
from streamlit_folium import st_folium

from geo.cards import page_html, points_table
from geo.errors import GeoError
from geo.maps import Drawing, base_map, scene_group
from geo.scheme import PatrolScheme
from geo.selection import BACKGROUNDS, LAYER_IDS, Selection
from geo.text import LANGUAGES, Catalogue, catalogue
from ui import cached, panels, sidebar, state
from ui.assets import ASSETS_URL, DATA_URL, SCRIPTS, STYLES
from ui.words import md_text

__all__ = ["main"]

_HERE = Path(__file__).parent
_STYLES = (_HERE.parent / "geo" / "assets" / "cards.css", _HERE / "page.css")
_ICON = _HERE / "icon.png"
_MAP_HEIGHT_PX = 620  # page.css sets the real one; the component wants a number


def main() -> None:
    """Draw the page from top to bottom."""
    state.start()
    t = catalogue(st.session_state[state.LANG] or LANGUAGES[0])
    st.set_page_config(page_title=t("page.title"), page_icon=str(_ICON), layout="wide")
    dark = st.context.theme.type == "dark"
    _style(dark=dark)
    try:
        scheme = cached.scheme()
        _draw(scheme, state.selection(scheme, dark=dark), t)
    except GeoError as error:
        _refused(error, t)


def _style(*, dark: bool) -> None:
    """Send the styles of what is ours, each file as it stands."""
    sheets = (*_STYLES, _HERE / "dark.css") if dark else _STYLES
    st.html(f"<style>{''.join(sheet.read_text('utf-8') for sheet in sheets)}</style>")


def _draw(scheme: PatrolScheme, chosen: Selection, t: Catalogue) -> None:
    if chosen.agreement_id:  # its line in the lists is marked; Streamlit has no state of its own for that
        st.html(f'<style>[class*="-agreement-{chosen.agreement_id} "] button {{ background: var(--selat-chosen); }}</style>')
    sidebar.draw(scheme, chosen, t)
    _header(scheme, chosen, t)
    _layers(t)
    map_side, panel_side = st.columns([7, 3], gap="medium")
    with map_side:
        _map(scheme, chosen, t)
    with panel_side, st.container(key="panel"):
        panels.draw(scheme, chosen, t)
    with st.expander(md_text(t("table.heading")), key="table"):
        st.html(f'<div class="selat-scroll">{points_table(scheme, t)}</div>')
    st.html(_footer(scheme, t))


def _header(scheme: PatrolScheme, chosen: Selection, t: Catalogue) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="header"):
        st.html(f'<h1 class="selat-title">Selat <span>{page_html(t("page.subtitle"))}</span></h1>')
        st.download_button(
            md_text(t("export.button")),
            data=lambda: cached.exported(scheme, chosen),
            file_name=f"selat-{scheme.sources.data_date}-{chosen.lang}.html",
            mime="text/html",
            on_click="ignore",
            icon=":material/download:",
            help=md_text(t("export.help")),
            key="export",
        )
        st.segmented_control(
            md_text(t("page.language")),
            LANGUAGES,
            key=state.LANG,
            format_func=lambda lang: md_text(catalogue(lang)("page.own-name")),
            label_visibility="collapsed",
            required=True,
        )


def _layers(t: Catalogue) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="layers-row"):
        st.pills(
            md_text(t("layers.heading")),
            LAYER_IDS,
            selection_mode="multi",
            key=state.LAYERS,
            format_func=lambda name: md_text(t(f"layer.{name}")),
            label_visibility="collapsed",
            wrap=True,
        )
        st.selectbox(
            md_text(t("background.heading")),
            BACKGROUNDS,
            key=state.BACKGROUND,
            format_func=lambda name: t(f"background.{name}"),
            label_visibility="collapsed",
            width=210,
        )


def _map(scheme: PatrolScheme, chosen: Selection, t: Catalogue) -> None:
    st.html(f'<h2 class="selat-heading">{page_html(t("map.heading"))}</h2>')
    version = scheme.sources.stamp
    drawing = Drawing(
        land=f"{DATA_URL}/{scheme.land_file}?{version}",
        waters=f"{DATA_URL}/{scheme.waters_file}?{version}" if len(scheme.waters) else None,
        scripts=tuple(f"{ASSETS_URL}/{name}" for name in SCRIPTS),
        styles=tuple(f"{ASSETS_URL}/{name}" for name in STYLES),
    )
    known = (*scheme.control_points.index, *scheme.places.index)
    with st.container(key="map-frame"):
        st_folium(
            base_map(scheme, drawing),
            key=state.MAP,
            height=_MAP_HEIGHT_PX,
            use_container_width=True,
            returned_objects=["last_active_drawing", "last_object_clicked_count"],
            feature_group_to_add=scene_group(scheme, chosen),
            on_change=lambda: state.map_clicked(known),
        )


def _footer(scheme: PatrolScheme, t: Catalogue) -> str:
    sources = scheme.sources
    credits = "; ".join(dict.fromkeys("; ".join(sources.attributions).split("; ")))
    licences = ", ".join(dict.fromkeys(record.licence for record in sources.files))
    lines = [
        f"<strong>{page_html(t('footer.not'))}</strong>",
        page_html(t("footer.data", date=t.date(sources.data_date), stamp=sources.stamp, credits=credits, licences=licences)),
        page_html(t("footer.method")),
        page_html(t("footer.report")),
    ]
    return f'<footer class="selat-footer">{"".join(f"<p>{line}</p>" for line in lines)}</footer>'


def _refused(error: GeoError, t: Catalogue) -> None:
    """Say what is wrong with the data, all of it, and how to go on."""
    logging.getLogger("selat").error("%s", error)
    faults = "".join(f"<li>{page_html(fault)}</li>" for fault in str(error).splitlines())
    st.html(
        f'<section class="selat-refused" role="alert"><h1>{page_html(t("refused.heading"))}</h1>'
        f"<p>{page_html(t('refused.way-out'))}</p><ul>{faults}</ul></section>"
    )


if __name__ == "__main__":
    main()
