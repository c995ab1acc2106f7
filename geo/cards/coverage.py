"""Cards and tables of an answer: the numbers, who reaches a clicked position, coverage by start and by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from geo.cards.html import card_head, html_table, line
from geo.colors import point_color
from geo.coverage.answers import Answer, ReachAt, Route
from geo.coverage.assess import Coverage
from geo.coverage.scenario import Scenario
from geo.coverage.words import arrival_text, cost_text, number_texts, rule_text, startless_text
from geo.encode import page_html
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import Catalogue, area_text, hours_text
from geo.units import m_to_nmi

__all__ = ["answer_tables", "mercator_note", "numbers_strip", "rule_note", "water_card"]

_NO_DELAY: Final = "–"  # on a side without a start: "never" would say that nobody comes later

_MERCATOR_DEG: Final = 85.0  # where maps on the web end


def numbers_strip(coverage: Coverage, t: Catalogue) -> str:
    """Return the numbers of an answer as a list, two lines each."""
    items = "".join(
        f"<div><dt>{page_html(number.name)}</dt><dd><strong>{page_html(number.value)}</strong> "
        f"<span>{page_html(number.detail)}</span></dd></div>"
        for number in number_texts(coverage, t)
    )
    return f'<dl class="selat-numbers" aria-live="polite">{items}</dl>'


def rule_note(scheme: PatrolScheme, scenario: Scenario, t: Catalogue, *, can_switch: bool = False) -> str:
    """Return on which sides there is no control point, and what a rule rests on; empty where there are no sides.

    With ``can_switch`` it says too that further starts there can be switched on.
    """
    texts = startless_text(scheme, scenario, t, can_switch=can_switch), rule_text(scheme, scenario, t)
    return line(" ".join(filter(None, texts)), "selat-note") if any(texts) else ""


def mercator_note(scheme: PatrolScheme, t: Catalogue) -> str:
    """Return where the map of the page ends, if the study box goes on; empty elsewhere."""
    box = scheme.sources.study_box
    if max(box.north, -box.south) <= _MERCATOR_DEG:
        return ""
    return line(t("map.beyond-mercator", degrees=t.number(_MERCATOR_DEG)), "selat-note")


def water_card(scheme: PatrolScheme, reach: ReachAt, point_ids: Sequence[str], t: Catalogue) -> str:
    """Return who reaches a position in how many hours, soonest first; a note instead on land, and beyond the study box.

    Parameters
    ----------
    scheme
        The scheme that names the starts.
    reach
        The position and the routes to it.
    point_ids
        The starts of the scenario: each has the colour of its route on the map.
    t
        The language.
    """
    position = t.position(reach.lat, reach.lon)
    if not reach.routes:
        is_inside = scheme.sources.study_box.holds((reach.lon, reach.lat, reach.lon, reach.lat))
        return f'<article class="selat-card">{card_head(t("water.land" if is_inside else "water.beyond"), position)}</article>'
    side = t("water.side", side=t.country(reach.side)) if reach.side else t("water.outside")
    items = "".join(
        f"<li>{_route_key(route, point_ids)} {page_html(_route_text(scheme, route, t))}</li>" for route in reach.routes
    )
    head = card_head(t("water.heading"), f"{position}. {side}")
    return f'<article class="selat-card">{head}<ol class="selat-ways">{items}</ol></article>'


def _route_key(route: Route, point_ids: Sequence[str]) -> str:
    return f'<span class="selat-key" style="background: {point_color(route.point_id, point_ids)}"></span>'


def _route_text(scheme: PatrolScheme, route: Route, t: Catalogue) -> str:
    name = scheme.feature_name(route.point_id)
    if not np.isfinite(route.distance_m):
        return t("water.no-way", name=name)
    nmi, km = t.number(m_to_nmi(route.distance_m), digits=1), t.number(route.distance_m / 1000, digits=1)
    text = t("water.way", name=name, hours=hours_text(route.arrival_h, t), nmi=nmi, km=km)
    return text if route.may_act else f"{text}. {t('water.may-not')}"


def answer_tables(answer: Answer, scheme: PatrolScheme, t: Catalogue) -> str:
    """Return the coverage as two tables: a row per start; a row per side, with the cost of the boundary there.

    Below them stand mean and worst arrival, with the water that they are over, and what the boundary costs in all.
    """
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
    notes = filter(None, (arrival_text(answer.coverage, t), cost_text(answer, t)))
    return by_point + by_side + "".join(line(text, "selat-note") for text in notes)


def _column(column: str, t: Catalogue) -> str:
    name = column.replace("_", "-")
    return t(f"column.{name}")


def _cell(column: str, value: float, t: Catalogue) -> str:
    if column == "later_h" and not np.isfinite(value):
        return _NO_DELAY
    return area_text(value, t) if column.endswith("_km2") else hours_text(value, t)
