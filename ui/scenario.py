"""The scenario's controls, and its answer as numbers, curve and tables."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any, Final

import streamlit as st

from geo.cards.coverage import numbers_strip, rule_note
from geo.cards.presets import preset_text, preset_value
from geo.charts.curve import curve_svg, curve_text
from geo.coverage.answers import COVERAGE_LAYERS, Answer, CoverageModel
from geo.coverage.scenario import Rule
from geo.coverage.words import cost_text
from geo.encode import page_html
from geo.maps.selection import RANGES
from geo.scheme.patrol_scheme import PatrolScheme
from geo.scheme.presets import Preset
from geo.text import Catalogue
from ui import state
from ui.words import md_text

__all__ = ["await_model", "draw_controls", "draw_curve", "draw_layer_choice", "draw_numbers", "draw_tables"]

_NONE: Final = "–"  # where nobody arrives


def draw_controls(scheme: PatrolScheme, t: Catalogue) -> None:
    """Draw the row of controls: speed, hours, readiness, rule, starts."""
    with st.container(key="scenario"):
        speed, hours, readiness, rule, starts = st.columns([5, 5, 5, 12, 4], gap="medium")
    sliders = ((speed, state.SPEED, "%.0f"), (hours, state.HOURS, "%.1f"), (readiness, state.READINESS, "%.2f"))
    for column, key, number_format in sliders:
        least, most, step = RANGES[key]
        name = key.replace("_", "-")
        presets = [preset for preset in scheme.presets if preset.kind == key and _is_offered(preset)]
        label, help_text = t(f"scenario.{name}"), _help_text(scheme, name, presets, t)
        column.slider(label, least, most, step=step, format=number_format, key=key, help=help_text)
        if presets:
            with column:
                _draw_presets(scheme, presets, t)
    rule.segmented_control(
        t("scenario.rule"),
        [choice.value for choice in Rule],
        key=state.RULE,
        format_func=lambda choice: t(f"scenario.{choice}"),
        required=True,
        help=t("scenario.rule-help"),
    )
    state.fill_points(list(scheme.point_ids))
    popover = starts.popover(t("scenario.points"), width="stretch", key="starts", on_change="rerun")
    if popover.open:
        with popover:
            _draw_starts(scheme, t)


def _is_offered(preset: Preset) -> bool:
    """Say whether the sliders can be set to a preset."""
    wanted = ((preset.kind, preset.value), (state.READINESS, preset.readiness_h))
    return all(_is_on_slider(key, value) for key, value in wanted if value is not None)


def _is_on_slider(key: str, value: float) -> bool:
    least, most, step = RANGES[key]
    return least <= value <= most and math.isclose(value / step, round(value / step), abs_tol=1e-9)


def _help_text(scheme: PatrolScheme, name: str, presets: Sequence[Preset], t: Catalogue) -> str:
    """Return the help of a slider: its presets with mark and publisher, else what the catalogue says."""
    lines = [f"- **{md_text(preset_value(preset, t))}** {md_text(preset_text(scheme, preset, t))}" for preset in presets]
    return "\n".join(lines) or t(f"scenario.{name}-help")


def _draw_presets(scheme: PatrolScheme, presets: Sequence[Preset], t: Catalogue) -> None:
    """Draw a small button for each value that a source gives; the one that the slider stands at is set off."""
    with st.container(horizontal=True, key=f"presets-{presets[0].kind}"):
        for preset in presets:
            st.button(
                t.number(preset.value, digits=2),
                key=f"preset-{preset.id}",
                help=md_text(preset_text(scheme, preset, t)),
                type="primary" if state.is_taken(preset) else "secondary",
                on_click=state.take_preset,
                args=(preset,),
            )


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
        width=195,
    )


def draw_numbers(answer: Answer | None, scheme: PatrolScheme, t: Catalogue) -> None:
    """Draw the four numbers, or a line that says that they are being computed."""
    if answer is None:
        content = _status(t("scenario.working"))
    elif not answer.coverage.scenario.point_ids:
        content = _status(t("scenario.nobody"))
    else:
        note = rule_note(scheme, answer.coverage.scenario, t, can_switch=True)
        caution = f'<p class="selat-caution">{page_html(t("page.caution"))}</p>'
        content = f'{numbers_strip(answer.coverage, t)}<div class="selat-notes"><div>{note}</div>{caution}</div>'
    st.html(f'<div class="selat-answer">{content}</div>')


def _status(text: str) -> str:
    return f'<p class="selat-working" role="status">{page_html(text)}</p>'


def draw_curve(answer: Answer | None, scheme: PatrolScheme, t: Catalogue, *, dark: bool) -> None:
    """Draw the curve of share against hours."""
    if answer is None or not answer.coverage.scenario.point_ids:
        return
    names = {point_id: scheme.feature_name(point_id) for point_id in answer.coverage.scenario.point_ids}
    picture = curve_svg(answer.coverage, names, t, dark=dark)
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
    cost = cost_text(answer, t)
    if cost:
        st.html(f'<p class="selat-note">{page_html(cost)}</p>')


def _cell(value: float, t: Catalogue) -> str:
    return t.number(value, digits=1) if math.isfinite(value) else _NONE


def _heading(column: str, t: Catalogue) -> str:
    unit = "km²" if column.endswith("_km2") else t("unit.hours")
    name = column.replace("_", "-")
    return f"{t(f'column.{name}')} ({unit})"


@st.fragment(run_every=0.7)
def await_model(future: Future[CoverageModel]) -> None:
    """Poll until the model is computed, then rerun the page."""
    if future.done():
        st.rerun()
