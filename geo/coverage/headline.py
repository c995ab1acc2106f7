"""The finding of an answer in one sentence, and what is left in a second one: the same on page, export, figure and site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from geo.coverage.assess import Coverage
from geo.coverage.scenario import Rule, Scenario
from geo.coverage.words import startless_sides
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import Catalogue, share_text

__all__ = ["Headline", "headline", "most_helpful_start"]

_LEAST_SHARE: Final = 0.0005  # smaller shares are not worth a clause
_LEAST_GAIN: Final = 0.005  # a further start that adds less than half a point is not named
_IN_WORDS: Final = range(2, 11)


@dataclass(frozen=True)
class Headline:
    """What an answer says: the finding, and what is left and why; plain text, ``rest`` may be empty."""

    finding: str
    rest: str


def headline(scheme: PatrolScheme, coverage: Coverage, t: Catalogue) -> Headline:
    """Return the finding of an answer in words.

    Parameters
    ----------
    scheme
        The scheme that names the starts and knows which are control points.
    coverage
        The answer.
    t
        The language.
    """
    return Headline(_finding(coverage, t), _rest(scheme, coverage, t))


def _finding(coverage: Coverage, t: Catalogue) -> str:
    scenario = coverage.scenario
    within = _within(scenario, t)
    if not scenario.start_ids:
        return t("headline.no-start", within=within)
    who = t(f"headline.who-{scenario.rule.value}" if coverage.reach.grid.sides else "headline.who")
    return t(
        "headline.finding",
        speed=t.number(scenario.speed_kn),
        notice=_notice(scenario.readiness_h, t),
        who=who,
        share=_part(coverage.reached_share, t),
        within=within,
    )


def _rest(scheme: PatrolScheme, coverage: Coverage, t: Catalogue) -> str:
    left = coverage.gap_km2 / coverage.strait_area_km2
    if left < _LEAST_SHARE:
        return ""
    clauses = _left_clauses(scheme, coverage, t) if coverage.scenario.start_ids else []
    help_clause = _help_clause(scheme, coverage, t)
    return " ".join(f"{text}." for text in (_joined(clauses), help_clause) if text)


def _joined(clauses: list[str]) -> str:
    text = "; ".join(clauses)
    return text[:1].upper() + text[1:]


def _left_clauses(scheme: PatrolScheme, coverage: Coverage, t: Catalogue) -> list[str]:
    """Return what is not reached: later, on a side without a start, or not to be reached at all."""
    never = coverage.nobody_km2 / coverage.strait_area_km2
    later = coverage.gap_km2 / coverage.strait_area_km2 - never
    clauses = [t("headline.later", share=share_text(later, t))] if later >= _LEAST_SHARE else []
    if never < _LEAST_SHARE:
        return clauses
    sides = startless_sides(coverage) if coverage.scenario.rule is Rule.COORDINATED else []
    startless = float(coverage.by_side.loc[sides, "nobody_km2"].sum()) / coverage.strait_area_km2
    if startless >= _LEAST_SHARE:
        states = t.joined(t.country(side) for side in sides)
        where = _where(scheme, coverage.scenario, t)
        clauses.append(t("headline.startless", share=share_text(startless, t), states=states, where=where))
    if never - startless >= _LEAST_SHARE:
        clauses.append(t("headline.unreachable", share=share_text(never - startless, t)))
    return clauses


def _where(scheme: PatrolScheme, scenario: Scenario, t: Catalogue) -> str:
    """Return whether none of the control points, or none of the starts counted, is there."""
    control_points = {point.id for point in scheme.control_points}
    if len(control_points) > 1 and set(scenario.start_ids) == control_points:
        return t("headline.no-control-point", count=_count(len(control_points), t))
    return t("headline.no-start-counted")


def _count(number: int, t: Catalogue) -> str:
    """Return a small whole number in words, as running text has it."""
    return t(f"count.{number}") if number in _IN_WORDS else t.number(number)


def _help_clause(scheme: PatrolScheme, coverage: Coverage, t: Catalogue) -> str:
    """Return which further start on record would help most; empty where none adds half a point."""
    best_id, share = most_helpful_start(scheme, coverage)
    if best_id is None:
        return ""
    return t("headline.help", start=scheme.feature_name(best_id), share=share_text(share, t))


def most_helpful_start(scheme: PatrolScheme, coverage: Coverage) -> tuple[str | None, float]:
    """Return which one of the scheme's starts, left out so far, would bring the share reached highest, and to what.

    Every start on record is tried, under the scenario's own rule, speed and hours.

    Returns
    -------
    start_id : str or None
        ``None`` if no start adds half a percentage point.
    share : float
        The share of the strait then reached, 0 to 1.
    """
    scenario, reach = coverage.scenario, coverage.reach
    best_id, best_km2 = None, coverage.reached_km2 + _LEAST_GAIN * coverage.strait_area_km2
    limit_m = _limit_m(scenario)
    late = coverage.ranking.first_m > limit_m
    for start_id in scheme.starts:
        if start_id in scenario.start_ids:
            continue
        (row,) = reach.rows((start_id,))
        allowed = np.array([scenario.rule.allows(reach.countries[row], side) for side in (*reach.grid.sides, None)])
        gained = late & (reach.distance_m[row] <= limit_m) & allowed[reach.grid.side]
        reached_km2 = coverage.reached_km2 + float(reach.grid.area_km2[gained].sum())
        if reached_km2 >= best_km2:
            best_id, best_km2 = start_id, reached_km2
    return best_id, best_km2 / coverage.strait_area_km2


def _limit_m(scenario: Scenario) -> float:
    """Return the largest distance, metres, that still counts as in time; rounding as in `Scenario.arrival_h`."""
    per_m = float(scenario.arrival_h(np.array(1.0))) - scenario.readiness_h
    return (scenario.limit_h - scenario.readiness_h) / per_m


def _within(scenario: Scenario, t: Catalogue) -> str:
    """Return "within six hours"."""
    hours = scenario.limit_h
    if hours == 1:
        return t("headline.within-one")
    if hours == int(hours):
        return t("headline.within", hours=_count(int(hours), t))
    return t("headline.within", hours=t.number(hours, digits=2))


def _notice(readiness_h: float, t: Catalogue) -> str:
    """Return "half an hour's notice"."""
    special = {0.0: "none", 0.5: "half", 1.0: "one"}.get(readiness_h)
    return t(f"headline.notice-{special}") if special else t("headline.notice", hours=t.number(readiness_h, digits=2))


def _part(share: float, t: Catalogue) -> str:
    """Return how much of the strait: none, all, or a share of it."""
    text = share_text(share, t)
    if text == share_text(0.0, t):
        return t("headline.part-none")
    return t("headline.part-all") if text == share_text(1.0, t) else t("headline.part", share=text)
