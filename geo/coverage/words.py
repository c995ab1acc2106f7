"""What an answer says in words, as plain text: the question, its numbers, what a rule rests on."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Final

from geo.coverage.answers import Answer
from geo.coverage.assess import Coverage, rule_gain
from geo.coverage.scenario import Rule, Scenario
from geo.measure import areas_km2
from geo.scheme.patrol_scheme import PatrolScheme
from geo.sides import is_state
from geo.text import Catalogue, area_text, hours_text, share_text

__all__ = [
    "NumberText",
    "arrival_text",
    "averaged_text",
    "barred_sides",
    "cost_text",
    "number_texts",
    "question_text",
    "rule_text",
    "startless_sides",
    "startless_text",
]

_LEAST_KM2: Final = 1.0  # smaller areas that nobody reaches are not mentioned
_FEW_POINTS: Final = 2.0  # percentage points below this are written with a decimal
_HALF: Final = 0.5  # shares of the strait whose hours are given
_MOST: Final = 0.9


@dataclass(frozen=True)
class NumberText:
    """One of the numbers: its name, its value, a detail, and a caveat, which may be empty.

    Captions and tables give the caveat; the strip of numbers does not, since the headline above it says it in full.
    """

    name: str
    value: str
    detail: str
    caveat: str = ""


def question_text(scenario: Scenario, names: dict[str, str], t: Catalogue) -> str:
    """Return a scenario in words: the question that the numbers answer.

    Parameters
    ----------
    scenario
        The question.
    names
        What to call each start that takes part, by its id.
    t
        The language.
    """
    return t(
        "scenario.asked",
        points=t.joined(names.values()) if names else t("scenario.nobody"),
        speed=t.number(scenario.speed_kn),
        readiness=t.number(scenario.readiness_h, digits=2),
        rule=t(f"scenario.{scenario.rule.value}"),
    )


def number_texts(coverage: Coverage, t: Catalogue) -> tuple[NumberText, ...]:
    """Return the numbers of an answer, in the order in which they are shown.

    Reached, reached by two or more, and not reached within the limit; hours until half the strait and 90 % of it are
    reached; where the strait has sides, the cost of the boundary within the limit, the same under either rule.
    """
    hours = t.number(coverage.scenario.limit_h, digits=2)
    gap = share_text(coverage.gap_km2 / coverage.strait_area_km2, t), area_text(coverage.gap_km2, t)
    numbers = (
        NumberText(
            t("number.reached", hours=hours), share_text(coverage.reached_share, t), area_text(coverage.reached_km2, t)
        ),
        NumberText(t("number.backup", hours=hours), share_text(coverage.backup_share, t), area_text(coverage.backup_km2, t)),
        NumberText(t("number.gap", hours=hours), *gap, _unreachable_text(coverage, t)),
        NumberText(t("number.half"), hours_text(coverage.hours_to_share(_HALF), t), _most_text(coverage, t)),
    )
    if not coverage.reach.grid.sides:
        return numbers
    cost = NumberText(t("number.cost"), _cost_points_text(coverage, t), t("number.cost-detail", hours=hours))
    return (*numbers, cost)


def _most_text(coverage: Coverage, t: Catalogue) -> str:
    """Return the hours until 90 % of the strait is reached."""
    hours = coverage.hours_to_share(_MOST)
    return t("number.most", hours=hours_text(hours, t)) if math.isfinite(hours) else t("number.most-never")


def _cost_points_text(coverage: Coverage, t: Catalogue) -> str:
    points = _points_text(coverage, t)
    special = {t.number(0): "none", t.number(1): "one"}.get(points)
    return t(f"number.points-{special}") if special else t("number.points", points=points)


def arrival_text(coverage: Coverage, t: Catalogue) -> str:
    """Return mean and worst arrival as a sentence, with the water that they are over; empty where nobody arrives."""
    if not math.isfinite(coverage.mean_arrival_h):
        return ""
    mean, worst = hours_text(coverage.mean_arrival_h, t), hours_text(coverage.worst_arrival_h, t)
    over = averaged_text(coverage, t)
    return t("number.arrival-over", mean=mean, worst=worst, over=over) if over else t("number.arrival", mean=mean, worst=worst)


def averaged_text(coverage: Coverage, t: Catalogue) -> str:
    """Return which share of the strait a mean arrival is over; empty where it is over all of it."""
    if coverage.nobody_km2 < _LEAST_KM2:
        return ""
    share = share_text(1 - coverage.nobody_km2 / coverage.strait_area_km2, t)
    return t("number.mean-of" if _is_divided(coverage) else "number.mean-reachable", share=share)


def _is_divided(coverage: Coverage) -> bool:
    """Say whether the rule keeps every start away from some side."""
    return coverage.scenario.rule is Rule.COORDINATED and bool(startless_sides(coverage))


def _unreachable_text(coverage: Coverage, t: Catalogue) -> str:
    """Return which water no start may reach at all; empty where there is none."""
    if coverage.nobody_km2 < _LEAST_KM2:
        return ""
    if not _is_divided(coverage):
        return t("number.unreachable", area=area_text(coverage.nobody_km2, t))
    sides = startless_sides(coverage)
    startless_km2 = float(coverage.by_side.loc[sides, "area_km2"].sum())
    countries = t.joined(t.country(side) for side in sides)
    return t("number.startless", share=share_text(startless_km2 / coverage.strait_area_km2, t), sides=countries)


def startless_sides(coverage: Coverage) -> list[str]:
    """Return the states' sides on which none of the scenario's starts is."""
    reach = coverage.reach
    present = {reach.countries[row] for row in reach.rows(coverage.scenario.start_ids)}
    return [side for side in reach.grid.sides if is_state(side) and side not in present]


def barred_sides(coverage: Coverage) -> list[str]:
    """Return the sides on which the rule lets no start of the scenario act; none where there is no start at all."""
    return startless_sides(coverage) if _is_divided(coverage) and coverage.scenario.start_ids else []


def _points_text(coverage: Coverage, t: Catalogue) -> str:
    """Return how many percentage points of the strait lie between the two rules."""
    points = abs(rule_gain(coverage)) * 100
    return t.number(points, digits=1 if points < _FEW_POINTS else 0)


def cost_text(answer: Answer, t: Catalogue) -> str:
    """Return what the boundary costs, as one number each: share reached, and delay over the same water.

    Water where no start may act any more is left out of both means, and named apart; empty where there are no sides.
    """
    coverage, cost = answer.coverage, answer.cost
    if cost.empty:
        return ""
    left = coverage.by_side["area_km2"] - cost["nobody_km2"]
    delayed = cost["later_h"].notna()
    later_h = float((cost["later_h"] * left)[delayed].sum() / left[delayed].sum()) if delayed.any() else float("nan")
    hours, left_out_km2 = t.number(coverage.scenario.limit_h, digits=2), float(cost["nobody_km2"].sum())
    text = t("rule.cost", hours=hours, points=_points_text(coverage, t), later=hours_text(later_h, t))
    return f"{text} {t('rule.cost-without', area=area_text(left_out_km2, t))}" if left_out_km2 >= _LEAST_KM2 else text


def rule_text(scheme: PatrolScheme, scenario: Scenario, t: Catalogue) -> str:
    """Return what a rule rests on: the lines between the sides, or that it is a comparison; empty without sides."""
    if scheme.waters.empty:
        return ""
    if scenario.rule is Rule.JOINT:
        return t("rule.comparison")
    return t("rule.seabed-share", share=t.number(_seabed_share(scheme) * 100))


def startless_text(scheme: PatrolScheme, scenario: Scenario, t: Catalogue, *, can_switch: bool = False) -> str:
    """Return on which states' sides there is no control point, and which further starts are there; empty if on none.

    Parameters
    ----------
    scheme, scenario
        Whose sides and points; the scenario decides which further starts are counted.
    t
        The language.
    can_switch
        Say that further starts can be switched on, where the reader can.
    """
    occupied = {point.country for point in scheme.control_points}
    sides = [str(side) for side in sorted(set(scheme.waters["side"])) if is_state(str(side)) and side not in occupied]
    if not sides:
        return ""
    further = [place for place in scheme.places if place.start and place.country in sides]
    parts = [t("sides.no-point", sides=t.joined(map(t.country, sides)))]
    for counted in (True, False):
        named = [
            f"{place.name}, {t(f'mark.{place.mark}')}" for place in further if (place.id in scenario.start_ids) is counted
        ]
        if named:
            message = "sides.counted" if counted else "sides.can-switch" if can_switch else "sides.not-counted"
            parts.append(t(message, starts=t.joined(named)))
    return f"{'; '.join(parts)}."


@functools.lru_cache(maxsize=4)
def _seabed_share(scheme: PatrolScheme) -> float:
    """Return the share of the waters, by area, whose sides rest on seabed lines."""
    waters = scheme.waters.assign(area_km2=areas_km2(scheme.waters))
    return float(waters.loc[waters["basis"].str.startswith("seabed"), "area_km2"].sum() / waters["area_km2"].sum())
