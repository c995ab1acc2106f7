"""The legend of the map, and the colour and words of every shape of an answer."""

from __future__ import annotations

import functools
import math
from typing import Any, Final

from geo.colors import (
    BAND_COLORS,
    BAND_OPACITY,
    DELAY_COLORS,
    INK,
    LIMIT_COLOR,
    LINE_COLOR,
    NEVER_COLOR,
    REACH_COLORS,
    REST_COLOR,
    band_color,
    point_color,
    side_color,
)
from geo.coverage.answers import Answer
from geo.coverage.shapes import BAND_EDGES_H, DELAY_EDGES_H
from geo.encode import Json
from geo.maps.selection import Selection
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import Catalogue, catalogue

__all__ = ["LAYER_OF_KIND", "answer_looks", "legend", "sides_in_order"]

_LINE_SYMBOL: Final = {"territorial-sea": "dash", "seabed": "dot", "openstreetmap": "dashdot"}
LAYER_OF_KIND: Final = {"port": "ports", "light": "ports", "base": "bases", "air-base": "bases", "town": "towns"}


def sides_in_order(scheme: PatrolScheme) -> list[str]:
    """Return the sides of the waters: states first, then what belongs to none."""
    return sorted(set(scheme.waters["side"]), key=lambda side: (len(side) != 2, side))


def legend(scheme: PatrolScheme, selection: Selection, answer: Answer | None, t: Catalogue) -> Json:
    """Return the legend of the map, a row for each thing that can be drawn."""
    point: Json = {"layer": None, "symbol": "point", "text": t("legend.point")}
    rows = [point, *_answer_legend(scheme, selection, answer, t), *_constant_legend(scheme, t.lang, dark=selection.dark)]
    return {"title": t("legend.title"), "rows": rows, "note": t("legend.note")}


@functools.lru_cache(maxsize=8)
def _constant_legend(scheme: PatrolScheme, lang: str, *, dark: bool) -> list[Json]:
    t, line, sides = catalogue(lang), LINE_COLOR[dark], sides_in_order(scheme)
    kinds = [kind for kind in LAYER_OF_KIND if kind in set(scheme.places["kind"])]
    rows: list[Json] = [
        {
            "layer": "sides",
            "symbol": "fill",
            "color": f"{side_color(side, sides)}66",
            "text": _side_text(side, t),
        }
        for side in sides
    ]
    kinds_drawn = set(scheme.boundaries["kind"])
    rows += [
        {"layer": "lines", "symbol": symbol, "color": line, "text": t(f"line.{kind}")}
        for kind, symbol in _LINE_SYMBOL.items()
        if kind in kinds_drawn
    ]
    limit = LIMIT_COLOR[dark]
    if len(scheme.limits):
        rows.append({"layer": "limits", "symbol": "line", "color": limit, "text": t("legend.limits")})
        rows.append({"layer": "limits", "symbol": "dot", "color": limit, "text": t("legend.closures")})
    rows += [{"layer": LAYER_OF_KIND[kind], "symbol": kind, "text": t(f"legend.{kind}")} for kind in kinds]
    return rows


def _side_text(side: str, t: Catalogue) -> str:
    return t("legend.side", side=t.country(side)) if len(side) == 2 else t.country(side)


def _answer_legend(scheme: PatrolScheme, selection: Selection, answer: Answer | None, t: Catalogue) -> list[Json]:
    """Return a row per shape, the bands of arrival together as one scale."""
    if answer is None:
        return []
    looks = answer_looks(scheme, answer, t.lang, dark=selection.dark)
    rows: list[Json] = []
    for look, what in zip(looks, answer.shapes["what"], strict=True):
        symbol = "dash" if look["opacity"] == 0 else "fill"
        row = {"layer": None, "symbol": symbol, "color": look["color"], "text": look["text"]}
        if what != "band" and row not in rows:  # a shape may come in pieces, one by side
            rows.append(row)
    if answer.layer == "bands":
        edges = [t.number(edge, digits=1) for edge in (0.0, *BAND_EDGES_H)]
        rows.insert(0, {"layer": None, "symbol": "scale", "colors": BAND_COLORS, "edges": edges, "text": t("legend.arrival")})
    rest = _rest_text(answer, t)
    return [*rows, {"layer": None, "symbol": "fill", "color": REST_COLOR[selection.dark], "text": rest}] if rest else rows


def _rest_text(answer: Answer, t: Catalogue) -> str:
    """Return what is to be said of the water that no shape covers; nothing, where there is none."""
    if answer.layer == "none" or (answer.layer == "first" and answer.coverage.nobody_km2 < 1):
        return ""
    hours = {"bands": BAND_EDGES_H[-1], "cost": DELAY_EDGES_H[0]}.get(answer.layer, answer.coverage.scenario.limit_h)
    return t(f"rest.{answer.layer}", hours=t.number(hours, digits=2))


@functools.lru_cache(maxsize=4)  # for the shapes, and again for the legend
def answer_looks(scheme: PatrolScheme, answer: Answer, lang: str, *, dark: bool) -> list[Json]:
    """Return colour, opacity and words of each shape of an answer, in its order."""
    t = catalogue(lang)
    columns = {name: answer.shapes[name].tolist() for name in answer.shapes if name != "geometry"}
    rows = (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))
    return [_look(row, scheme, answer, dark, t) for row in rows]


def _look(shape: Any, scheme: PatrolScheme, answer: Answer, dark: bool, t: Catalogue) -> Json:
    limit = t.number(answer.coverage.scenario.limit_h, digits=2)
    what = shape["what"]
    if what == "band":
        color = band_color(shape["to_h"], BAND_EDGES_H)
        words = t("band.hours", begin=t.number(shape["from_h"], digits=2), end=t.number(shape["to_h"], digits=2))
        return {"color": color, "opacity": BAND_OPACITY, "text": words}
    if what == "limit":
        return {"color": INK[dark], "opacity": 0.0, "text": t("band.limit", hours=limit)}
    if what == "first":
        words = t("band.first", name=scheme.feature_name(shape["id"]))
        return {"color": point_color(shape["id"], answer.coverage.scenario.point_ids), "opacity": BAND_OPACITY, "text": words}
    if what == "delay":
        return _delay_look(shape["from_h"], shape["to_h"], t)
    return {"color": REACH_COLORS[what], "opacity": BAND_OPACITY, "text": t(f"band.{what}", hours=limit)}


def _delay_look(from_h: float, to_h: float, t: Catalogue) -> Json:
    if math.isinf(from_h):
        return {"color": NEVER_COLOR, "opacity": BAND_OPACITY, "text": t("band.never")}
    color = next(color for edge, color in DELAY_COLORS if from_h <= edge)
    begin, end = t.number(from_h, digits=2), t.number(to_h, digits=2) if math.isfinite(to_h) else ""
    words = t("band.later", begin=begin, end=end) if end else t("band.later-than", begin=begin)
    return {"color": color, "opacity": BAND_OPACITY, "text": words}
