"""Cards and tables of an answer: the numbers, who reaches a clicked place, coverage by point and by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geo.cards.html import html_table, line
from geo.colors import point_color
from geo.coverage.answers import Answer, ReachAt, Route
from geo.coverage.assess import Coverage
from geo.coverage.scenario import Scenario
from geo.coverage.words import NumberText, cost_text, number_texts, rule_text, startless_text
from geo.encode import page_html
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import Catalogue, area_text, hours_text
from geo.units import m_to_nmi

__all__ = ["answer_tables", "numbers_strip", "rule_note", "water_card"]


def numbers_strip(coverage: Coverage, t: Catalogue) -> str:
    """Return the four numbers that matter: reached, backup, gap, mean and worst arrival."""
    items = "".join(
        f"<div><dt>{page_html(number.name)}</dt><dd><strong>{page_html(number.value)}</strong> "
        f"<span>{page_html(number.detail)}</span>{_caveat(number)}</dd></div>"
        for number in number_texts(coverage, t)
    )
    return f'<dl class="selat-numbers" aria-live="polite">{items}</dl>'


def _caveat(number: NumberText) -> str:
    return f" <small>{page_html(number.caveat)}</small>" if number.caveat else ""


def rule_note(scheme: PatrolScheme, scenario: Scenario, t: Catalogue, *, can_switch: bool = False) -> str:
    """Return on which sides there is no control point, and what a rule rests on; empty where there are no sides.

    With ``can_switch`` it says too that further starts there can be switched on.
    """
    texts = startless_text(scheme, scenario, t, can_switch=can_switch), rule_text(scheme, scenario, t)
    return line(" ".join(filter(None, texts)), "selat-note") if any(texts) else ""


def water_card(scheme: PatrolScheme, spot: ReachAt, point_ids: Sequence[str], t: Catalogue) -> str:
    """Return who reaches a place in how many hours, soonest first; on land it says so.

    Each start has the colour of its way on the map, which follows from ``point_ids``, those of the question.
    """
    where = page_html(t.position(spot.lat, spot.lon))
    if not spot.routes:
        return f'<article class="selat-card"><h3>{page_html(t("water.land"))}</h3><p class="selat-sub">{where}</p></article>'
    items = "".join(f"<li>{_key(way, point_ids)} {page_html(_way(scheme, way, t))}</li>" for way in spot.routes)
    whose = t("water.side", side=t.country(spot.side)) if spot.side else t("water.outside")
    head = f'<h3>{page_html(t("water.heading"))}</h3><p class="selat-sub">{where}. {page_html(whose)}</p>'
    return f'<article class="selat-card">{head}<ol class="selat-ways">{items}</ol></article>'


def _key(way: Route, point_ids: Sequence[str]) -> str:
    return f'<span class="selat-key" style="background: {point_color(way.point_id, point_ids)}"></span>'


def _way(scheme: PatrolScheme, way: Route, t: Catalogue) -> str:
    name = scheme.feature_name(way.point_id)
    if not np.isfinite(way.distance_m):
        return t("water.no-way", name=name)
    nmi, km = t.number(m_to_nmi(way.distance_m), digits=1), t.number(way.distance_m / 1000, digits=1)
    said = t("water.way", name=name, hours=hours_text(way.arrival_h, t), nmi=nmi, km=km)
    return said if way.may_act else f"{said}. {t('water.may-not')}"


def answer_tables(answer: Answer, scheme: PatrolScheme, t: Catalogue) -> str:
    """Return the coverage as tables: a row per point, and a row per side with what the boundary costs there."""
    points, sides = answer.coverage.by_point, answer.coverage.by_side.join(answer.cost.drop(columns="nobody_km2"))
    point_rows = [
        [page_html(scheme.feature_name(str(point_id))), *(page_html(area_text(float(value), t)) for value in row)]
        for point_id, row in zip(points.index, points.to_numpy(), strict=True)
    ]
    columns = ("area_km2", "reached_km2", "nobody_km2", "mean_arrival_h", "reached_less_km2", "later_h")
    side_rows = [
        [page_html(t.country(str(side))), *(page_html(_cell(name, float(row[name]), t)) for name in columns)]
        for side, row in sides.iterrows()
    ]
    by_point = html_table(t("table.by-point"), [t("table.point"), *(_column(name, t) for name in points.columns)], point_rows)
    by_side = html_table(t("table.by-side"), [t("table.side"), *(_column(name, t) for name in columns)], side_rows)
    cost = cost_text(answer, t)
    return by_point + by_side + (line(cost, "selat-note") if cost else "")


def _column(column: str, t: Catalogue) -> str:
    name = column.replace("_", "-")
    return t(f"column.{name}")


def _cell(column: str, value: float, t: Catalogue) -> str:
    return area_text(value, t) if column.endswith("_km2") else hours_text(value, t)
