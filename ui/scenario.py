"""The scenario's controls, and its answer as numbers, curve and tables."""

from __future__ import annotations

import base64
import math
from concurrent.futures import Future
from typing import Any, Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.cards.coverage import mercator_note, numbers_strip, rule_note
from geo.cards.presets import preset_text, preset_value
from geo.charts.curve import curve_svg, curve_text
from geo.compile_clock import COMPILE_CLOCK
from geo.coverage.answers import COVERAGE_LAYERS, Answer, CoverageModel
from geo.coverage.headline import headline
from geo.coverage.scenario import Rule
from geo.coverage.words import arrival_text, cost_text
from geo.encode import page_html
from geo.maps.selection import RANGES
from geo.scheme.patrol_scheme import PatrolScheme
from geo.scheme.presets import Preset
from geo.text import Catalogue
from ui import state
from ui.words import md_text

__all__ = [
    "await_model",
    "draw_controls",
    "draw_curve",
    "draw_headline",
    "draw_layer_choice",
    "draw_notes",
    "draw_numbers",
    "draw_tables",
]

_NONE: Final = "–"  # where nobody arrives


def draw_controls(scheme: PatrolScheme, t: Catalogue) -> None:
    """Draw the line of controls: hours and rule, which a small screen keeps in reach; speed, readiness, starts."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="scenario"):
        first, more = st.container(horizontal=True, key="asked-first"), st.container(horizontal=True, key="asked-more")
    with first:
        _draw_slider(state.HOURS, t)
        st.segmented_control(
            t("scenario.rule"),
            [choice.value for choice in Rule],
            key=state.RULE,
            format_func=lambda choice: t(f"scenario.{choice}"),
            required=True,
        )
    state.fill_points(list(scheme.point_ids))
    with more:
        _draw_slider(state.SPEED, t)
        _draw_slider(state.READINESS, t)
        published = st.popover(t("scenario.published"), key="published", on_change="rerun")
        starts = st.popover(t("scenario.points"), key="starts", on_change="rerun")
    if published.open:
        with published:
            _draw_published(scheme, t)
    if starts.open:
        with starts:
            _draw_starts(scheme, t)


def _draw_slider(key: str, t: Catalogue) -> None:
    """Draw a slider whose numbers are in the page's language; a slider of numbers would write them in the browser's."""
    least, most, step = RANGES[key]
    st.select_slider(
        t(f"scenario.{key.replace('_', '-')}"),
        [least + step * number for number in range(round((most - least) / step) + 1)],
        key=key,
        format_func=lambda value: t.number(value, digits=2),
    )


def _is_offered(preset: Preset) -> bool:
    """Say whether the sliders can be set to a preset."""
    wanted = ((preset.kind, preset.value), (state.READINESS, preset.readiness_h))
    return preset.kind in RANGES and all(_is_on_slider(key, value) for key, value in wanted if value is not None)


def _is_on_slider(key: str, value: float) -> bool:
    least, most, step = RANGES[key]
    return least <= value <= most and math.isclose(value / step, round(value / step), abs_tol=1e-9)


def _draw_published(scheme: PatrolScheme, t: Catalogue) -> None:
    """Draw the values that sources give, a button each with what it stands for; and what is said of the rest.

    The one that the slider stands at is set off.
    """
    presets = list(filter(_is_offered, scheme.presets))
    st.html(f'<h2 class="selat-heading">{page_html(t("scenario.published-heading"))}</h2>')
    for preset in presets:
        with st.container(horizontal=True, vertical_alignment="center", key=f"published-{preset.id}"):
            st.button(
                md_text(preset_value(preset, t)),
                key=f"preset-{preset.id}",
                type="primary" if state.is_taken(preset) else "secondary",
                on_click=state.take_preset,
                args=(preset,),
            )
            st.html(f'<p class="selat-note">{page_html(preset_text(scheme, preset, t))}</p>')
    kinds = {preset.kind for preset in presets}
    for key in (state.SPEED, state.HOURS, state.READINESS, state.RULE):
        if key not in kinds:
            name = key.replace("_", "-")
            st.html(f'<p class="selat-note">{page_html(t(f"scenario.{name}-help"))}</p>')


def _draw_starts(scheme: PatrolScheme, t: Catalogue) -> None:
    points = list(scheme.point_ids)
    st.pills(
        t("scenario.control-points"),
        points,
        selection_mode="multi",
        key=state.POINTS,
        persist_state="session",  # in a closed popover it is not drawn, and would lose its value
        format_func=lambda point_id: md_text(scheme.feature_name(point_id)),
        wrap=True,
    )
    further = [place.id for place in scheme.places if place.start]
    if further:
        st.pills(
            t("scenario.further"),
            further,
            selection_mode="multi",
            key=state.FURTHER,
            persist_state="session",
            format_func=lambda place_id: _start_label(scheme, place_id, t),
            wrap=True,
        )


def _start_label(scheme: PatrolScheme, place_id: str, t: Catalogue) -> str:
    place = scheme.place(place_id)
    return f"{md_text(place.name)} :gray[{t('mark.' + place.mark)}]"


def draw_layer_choice(t: Catalogue) -> None:
    """Draw the choice of what the answer shows on the map."""
    st.selectbox(
        t("scenario.show"),
        COVERAGE_LAYERS,
        key=state.COVERAGE_LAYER,
        on_change=state.rerun_answer,
        format_func=lambda layer: t(f"scenario.show-{layer}"),
        label_visibility="collapsed",
    )


def draw_headline(answer: Answer | None, scheme: PatrolScheme, t: Catalogue) -> None:
    """Draw the finding and what is left; nothing before the first answer, where `await_model` says what is awaited."""
    if answer is None:
        st.empty()  # a fragment may write only where it wrote in the last full run
        return
    said = headline(scheme, answer.coverage, t)
    finding, rest = (page_html(text).replace(" %", "&nbsp;%") for text in (said.finding, said.rest))
    content = f'<p class="selat-finding">{finding}</p><p class="selat-rest">{rest}</p>'
    st.html(f'<div class="selat-headline">{content}</div>')


def draw_numbers(answer: Answer | None, t: Catalogue) -> None:
    """Draw the numbers; nothing, in as much space, while they are being computed."""
    st.html(f'<div class="selat-answer">{numbers_strip(answer.coverage, t) if answer else ""}</div>')


def draw_notes(answer: Answer | None, scheme: PatrolScheme, t: Catalogue) -> None:
    """Draw below the map what the rule rests on, and what the map is not for."""
    note = rule_note(scheme, answer.coverage.scenario, t, can_switch=True) if answer else ""
    note += mercator_note(scheme, t)
    caution = f'<p class="selat-caution">{page_html(t("page.caution"))}</p>'
    st.html(f'<div class="selat-notes"><div>{note}</div>{caution}</div>')


def _status(text: str, *, count_s: float | None = None) -> str:
    # The count is not for screen readers, which would read it out every second.
    count = "" if count_s is None else f' <span aria-hidden="true">{count_s:.0f} s</span>'
    return f'<p class="selat-working" role="status">{page_html(text)}{count}</p>'


def draw_curve(answer: Answer | None, scheme: PatrolScheme, t: Catalogue, *, dark: bool) -> None:
    """Draw the curve of share against hours."""
    if answer is None:
        return
    names = {point_id: scheme.feature_name(point_id) for point_id in answer.coverage.scenario.point_ids}
    picture = curve_svg(answer.coverage, names, t, dark=dark, writes_limit=True)
    text = page_html(curve_text(answer.coverage, t))
    address = f"data:image/svg+xml;base64,{base64.b64encode(picture.encode()).decode()}"  # st.html takes no svg element
    st.html(
        f'<h4 class="selat-group">{page_html(t("curve.heading"))}</h4><img class="selat-curve" alt="{text}" src="{address}">'
    )


def draw_tables(answer: Answer | None, scheme: PatrolScheme, t: Catalogue) -> None:
    """Draw the tables per point and per side; each can be sorted and downloaded."""
    if answer is None:
        return
    coverage = answer.coverage
    points = coverage.by_point.rename(index=scheme.feature_name)
    sides = coverage.by_side.join(answer.cost.drop(columns="nobody_km2")).rename(index=t.country)
    for heading, index_name, table in (("table.by-point", "table.point", points), ("table.by-side", "table.side", sides)):
        st.html(f'<h3 class="selat-heading">{page_html(t(heading))}</h3>')
        frame = table.rename(columns={name: _heading(str(name), t) for name in table}).rename_axis(t(index_name))
        styler: Any = frame.style.format(lambda value: _cell(float(str(value)), t))  # the stubs know another Styler
        st.dataframe(styler, width="stretch", placeholder=_NONE)
    for text in filter(None, (arrival_text(coverage, t), cost_text(answer, t))):
        st.html(f'<p class="selat-note">{page_html(text)}</p>')


def _cell(value: float, t: Catalogue) -> str:
    return t.number(value, digits=1) if math.isfinite(value) else _NONE


def _heading(column: str, t: Catalogue) -> str:
    unit = "km²" if column.endswith("_km2") else t("unit.hours")
    name = column.replace("_", "-")
    return f"{t(f'column.{name}')} ({unit})"


@st.fragment(run_every=0.7)
def await_model(future: Future[CoverageModel], slot: DeltaGenerator, t: Catalogue) -> None:
    """Draw into a slot what is being waited for until the model is computed, then rerun the page.

    The first start after an installation may have to compile, which is counted.
    """
    if future.done():
        st.rerun()
    elapsed_s = COMPILE_CLOCK.elapsed_s()
    content = _status(t("scenario.working") if elapsed_s is None else t("scenario.compiling"), count_s=elapsed_s)
    slot.html(f'<div class="selat-headline">{content}</div>')
