"""What an answer says in words, as plain text: the question, its four numbers, what a rule rests on."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from geo.coverage.assess import Coverage
from geo.coverage.scenario import Rule, Scenario
from geo.measure import areas_km2
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import Catalogue, area_text, hours_text, share_text

__all__ = ["NumberText", "number_texts", "question_text", "rule_text"]

_LEAST_KM2 = 1.0  # of water that nobody reaches: below this it is not mentioned


@dataclass(frozen=True)
class NumberText:
    """One of the four numbers: its name, its value, a detail, and what to bear in mind, empty where there is nothing."""

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
    """Return what is reached, reached by two, and not reached within the limit, and the mean arrival."""
    hours = t.number(coverage.scenario.limit_h, digits=2)
    gap_share = coverage.gap_km2 / coverage.strait_area_km2
    some_unreachable = coverage.nobody_km2 >= _LEAST_KM2
    unreachable = t("number.nobody", area=area_text(coverage.nobody_km2, t)) if some_unreachable else ""
    return (
        NumberText(
            t("number.reached", hours=hours), share_text(coverage.reached_share, t), area_text(coverage.reached_km2, t)
        ),
        NumberText(t("number.backup", hours=hours), share_text(coverage.backup_share, t), area_text(coverage.backup_km2, t)),
        NumberText(t("number.gap", hours=hours), share_text(gap_share, t), area_text(coverage.gap_km2, t), unreachable),
        NumberText(
            t("number.mean"),
            hours_text(coverage.mean_arrival_h, t),
            t("number.worst", hours=hours_text(coverage.worst_arrival_h, t)),
            t("number.mean-of") if some_unreachable else "",
        ),
    )


def rule_text(scheme: PatrolScheme, scenario: Scenario, t: Catalogue) -> str:
    """Return what the sides rest on, where each navy keeps to its own; empty under the other rule."""
    if scenario.rule is not Rule.COORDINATED or scheme.waters.empty:
        return ""
    return t("rule.seabed-share", share=t.number(_seabed_share(scheme) * 100))


@functools.lru_cache(maxsize=4)
def _seabed_share(scheme: PatrolScheme) -> float:
    """Return the share of the waters, by area, whose sides rest on seabed lines."""
    waters = scheme.waters.assign(area_km2=areas_km2(scheme.waters))
    return float(waters.loc[waters["basis"].str.startswith("seabed"), "area_km2"].sum() / waters["area_km2"].sum())
