"""The legend of the map, and how each shape of an answer is drawn and named."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from geo.colors import (
    AIR_COLOR,
    BAND_COLORS,
    BAND_OPACITY,
    DELAY_COLORS,
    HATCH_COLOR,
    INK,
    LIMIT_COLOR,
    LINE_COLOR,
    NEVER_COLOR,
    REACH_COLORS,
    REST_COLOR,
    SIDE_SWATCH_OPACITY,
    band_color,
    point_color,
    side_color,
)
from geo.coverage.answers import Answer
from geo.coverage.shapes import BAND_EDGES_H, DELAY_EDGES_H
from geo.coverage.words import barred_sides
from geo.maps.selection import Selection
from geo.scheme.features import Place
from geo.scheme.patrol_scheme import PatrolScheme
from geo.sides import is_state
from geo.text import Catalogue, catalogue

__all__ = [
    "FURTHER_LAYER_OF_SYMBOL",
    "LAYER_OF_SYMBOL",
    "Legend",
    "LegendRow",
    "ScaleRow",
    "ShapeStyle",
    "SymbolRow",
    "build_legend",
    "list_hatched_sides",
    "place_symbol",
    "sort_sides",
    "style_shapes",
]

_LINE_SYMBOL: Final = {"territorial-sea": "dash", "seabed": "dot", "openstreetmap": "dashdot"}
LAYER_OF_SYMBOL: Final = {
    "port": "ports",
    "light": "ports",
    "base": "bases",
    "air-base": "bases",
    "air-base-ours": "bases",
    "town": "towns",
}
FURTHER_LAYER_OF_SYMBOL: Final = {"air-base": "air", "air-base-ours": "air"}  # airfields belong to the air rings too


@dataclass(frozen=True)
class SymbolRow:
    """One symbol and what it means.

    Parameters
    ----------
    symbol
        ``"point"``, ``"hollow"`` or a kind of place, drawn in colours of its own; ``"fill"``,
        ``"hatch"``, ``"line"``, ``"dash"``, ``"dot"``, ``"dashdot"`` or ``"ring"``, drawn in ``color``.
    text
        What it means.
    layer
        The layer that the row appears with; ``None`` for one that always appears.
    further_layer
        Another layer that it appears with.
    color, opacity
        Of a fill or a line; ``None`` where the symbol has its own colours.
    """

    symbol: str
    text: str
    layer: str | None = None
    color: str | None = None
    opacity: float = 1.0
    further_layer: str | None = None


@dataclass(frozen=True)
class ScaleRow:
    """The bands of arrival as one scale: a colour per band, and the hours at its ends and between bands."""

    text: str
    colors: tuple[str, ...]
    edges: tuple[str, ...]


LegendRow = SymbolRow | ScaleRow


@dataclass(frozen=True)
class Legend:
    """Title, rows and note of the map's legend."""

    title: str
    rows: tuple[LegendRow, ...]
    note: str


@dataclass(frozen=True)
class ShapeStyle:
    """How one shape of an answer is drawn, and what it means; ``opacity`` 0 stands for a dashed outline without a fill."""

    color: str
    opacity: float
    text: str


def place_symbol(place: Place) -> str:
    """Return the symbol of a place: its kind, and for an airfield whether its position is ours."""
    return "air-base-ours" if place.kind == "air-base" and place.our_placement else place.kind


def sort_sides(scheme: PatrolScheme) -> list[str]:
    """Return the sides of the waters: states first, then what belongs to none."""
    return sorted(set(scheme.waters["side"]), key=lambda side: (not is_state(side), side))


def build_legend(scheme: PatrolScheme, selection: Selection, answer: Answer | None, t: Catalogue) -> Legend:
    """Return the legend of the map, a row for each thing that can be drawn."""
    point = SymbolRow("point", t("legend.point"))
    rows = (point, *_answer_rows(scheme, selection, answer, t), *_constant_rows(scheme, t.lang, dark=selection.dark))
    return Legend(t("legend.title"), rows, t("legend.note"))


@functools.lru_cache(maxsize=8)
def _constant_rows(scheme: PatrolScheme, lang: str, *, dark: bool) -> tuple[SymbolRow, ...]:
    """Return the rows of sides, lines, limits and places."""
    t, sides = catalogue(lang), sort_sides(scheme)
    symbols = {place_symbol(place) for place in scheme.places}
    line_kinds = set(scheme.boundaries["kind"])
    return (
        *(SymbolRow("fill", _side_text(side, t), "sides", side_color(side, sides), SIDE_SWATCH_OPACITY) for side in sides),
        *(
            SymbolRow(symbol, t(f"line.{kind}"), "lines", LINE_COLOR[dark])
            for kind, symbol in _LINE_SYMBOL.items()
            if kind in line_kinds
        ),
        *(
            SymbolRow(symbol, t(f"legend.{name}"), "limits", LIMIT_COLOR[dark])
            for symbol, name in (("line", "limits"), ("dot", "closures"))
            if len(scheme.limits)
        ),
        *(
            SymbolRow(symbol, t(f"legend.{symbol}"), layer, further_layer=FURTHER_LAYER_OF_SYMBOL.get(symbol))
            for symbol, layer in LAYER_OF_SYMBOL.items()
            if symbol in symbols
        ),
        *_air_rows(scheme, t, dark=dark),
    )


def _air_rows(scheme: PatrolScheme, t: Catalogue, *, dark: bool) -> list[SymbolRow]:
    speed = scheme.air_speed
    if speed is None or not scheme.airfields:
        return []
    text = t("legend.air", speed=t.number(speed.value), mark=t(f"mark.{speed.mark}"))
    return [SymbolRow("ring", text, "air", AIR_COLOR[dark])]


def _side_text(side: str, t: Catalogue) -> str:
    return t("legend.side", side=t.country(side)) if is_state(side) else t.country(side)


def _answer_rows(scheme: PatrolScheme, selection: Selection, answer: Answer | None, t: Catalogue) -> list[LegendRow]:
    """Return a row per shape, the bands of arrival together as one scale."""
    if answer is None:
        return []
    styles = style_shapes(scheme, answer, t.lang, dark=selection.dark)
    rows: list[LegendRow] = []
    for style, what in zip(styles, answer.shapes["what"], strict=True):
        row = SymbolRow("dash" if style.opacity == 0 else "fill", style.text, color=style.color, opacity=BAND_OPACITY)
        if what != "band" and row not in rows:  # a shape may come in pieces, one by side
            rows.append(row)
    if answer.layer == "bands":
        edges = tuple(t.number(edge, digits=1) for edge in (0.0, *BAND_EDGES_H))
        rows.insert(0, ScaleRow(t("legend.arrival"), BAND_COLORS, edges))
    rest = _rest_text(answer, t)
    if rest:
        rows.append(SymbolRow("fill", rest, color=REST_COLOR[selection.dark], opacity=BAND_OPACITY))
    if list_hatched_sides(answer):
        rows.append(SymbolRow("hatch", t("rest.startless"), color=HATCH_COLOR[selection.dark]))
    return rows


def list_hatched_sides(answer: Answer | None) -> list[str]:
    """Return the sides with no listed start, where a layer leaves them without a shape of their own."""
    return barred_sides(answer.coverage) if answer and answer.layer in {"bands", "first"} else []


def _rest_text(answer: Answer, t: Catalogue) -> str:
    """Return what the water is called that no shape covers; empty where there is none."""
    if answer.layer in {"none", "first"}:  # whoever comes first has a shape wherever anyone comes
        return ""
    hours = {"bands": BAND_EDGES_H[-1], "cost": DELAY_EDGES_H[0]}.get(answer.layer, answer.coverage.scenario.limit_h)
    return t(f"rest.{answer.layer}", hours=t.number(hours, digits=2))


@functools.lru_cache(maxsize=4)  # for the shapes, and again for the legend
def style_shapes(scheme: PatrolScheme, answer: Answer, lang: str, *, dark: bool) -> tuple[ShapeStyle, ...]:
    """Return the style of each shape of an answer, in its order."""
    t = catalogue(lang)
    columns = {str(name): answer.shapes[name].tolist() for name in answer.shapes if name != "geometry"}
    rows = (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))
    return tuple(_style(row, scheme, answer, dark, t) for row in rows)


def _style(
    shape: Mapping[str, Any],  # a row of the answer's table: its columns differ by layer, and pandas types none
    scheme: PatrolScheme,
    answer: Answer,
    dark: bool,
    t: Catalogue,
) -> ShapeStyle:
    limit = t.number(answer.coverage.scenario.limit_h, digits=2)
    what = shape["what"]
    if what == "band":
        text = t("band.hours", begin=t.number(shape["from_h"], digits=2), end=t.number(shape["to_h"], digits=2))
        return ShapeStyle(band_color(shape["to_h"], BAND_EDGES_H), BAND_OPACITY, text)
    if what == "limit":
        return ShapeStyle(INK[dark], 0.0, t("band.limit", hours=limit))
    if what == "first":
        color = point_color(shape["id"], answer.coverage.scenario.point_ids)
        return ShapeStyle(color, BAND_OPACITY, t("band.first", name=scheme.feature_name(shape["id"])))
    if what == "delay":
        return _delay_style(shape["from_h"], shape["to_h"], t)
    return ShapeStyle(REACH_COLORS[what], BAND_OPACITY, t(f"band.{what}", hours=limit))


def _delay_style(from_h: float, to_h: float, t: Catalogue) -> ShapeStyle:
    if math.isinf(from_h):
        return ShapeStyle(NEVER_COLOR, BAND_OPACITY, t("band.never"))
    color = next(color for edge, color in DELAY_COLORS if from_h <= edge)
    begin, end = t.number(from_h, digits=2), t.number(to_h, digits=2) if math.isfinite(to_h) else ""
    text = t("band.later", begin=begin, end=end) if end else t("band.later-than", begin=begin)
    return ShapeStyle(color, BAND_OPACITY, text)
