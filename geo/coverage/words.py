"""What an answer says in words, as plain text: the question, its four numbers, what a rule rests on."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from geo.coverage.answers import Answer
from geo.coverage.assess import Coverage, rule_gain
from geo.coverage.scenario import Rule, Scenario
from geo.measure import areas_km2
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import Catalogue, area_text, hours_text, share_text

__all__ = ["NumberText", "cost_text", "number_texts", "question_text", "rule_text"]

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
            t("number.reached", hours=hours),
            share_text(coverage.reached_share, t),
            area_text(coverage.reached_km2, t),
            _gain_text(coverage, t),
        ),
        NumberText(t("number.backup", hours=hours), share_text(coverage.backup_share, t), area_text(coverage.backup_km2, t)),
        NumberText(t("number.gap", hours=hours), share_text(gap_share, t), area_text(coverage.gap_km2, t), unreachable),
        NumberText(
            t("number.mean"),
            hours_text(coverage.mean_arrival_h, t),
            t("number.worst", hours=hours_text(coverage.worst_arrival_h, t)),
            t("number.mean-of", share=share_text(1 - coverage.nobody_km2 / coverage.strait_area_km2, t))
            if some_unreachable
            else "",
        ),
    )


def _gain_text(coverage: Coverage, t: Catalogue) -> str:
    """Return by how many points the other rule would change the share reached; empty where there are no sides."""
    if not coverage.reach.grid.sides:
        return ""
    return t(f"number.gain-{coverage.scenario.rule.value}", points=t.number(abs(rule_gain(coverage)) * 100))


def cost_text(answer: Answer, t: Catalogue) -> str:
    """Return what the boundary costs, as one number each: share reached, and delay over the same water.

    Water where no start may act any more is left out of both means, and said apart; empty where there are no sides.
    """
    coverage, cost = answer.coverage, answer.cost
    if cost.empty:
        return ""
    left = coverage.by_side["area_km2"] - cost["nobody_km2"]
    delayed = cost["later_h"].notna()
    later_h = float((cost["later_h"] * left)[delayed].sum() / left[delayed].sum()) if delayed.any() else float("nan")
    return t(
        "rule.cost",
        hours=t.number(coverage.scenario.limit_h, digits=2),
        points=t.number(abs(rule_gain(coverage)) * 100),
        later=hours_text(later_h, t),
        nobody=area_text(float(cost["nobody_km2"].sum()), t),
    )


def rule_text(scheme: PatrolScheme, scenario: Scenario, t: Catalogue) -> str:
    """Return what a rule rests on: the lines between the sides, or that it is a comparison; empty without sides."""
    if scheme.waters.empty:
        return ""
    if scenario.rule is Rule.JOINT:
        return t("rule.comparison")
    return t("rule.seabed-share", share=t.number(_seabed_share(scheme) * 100))


@functools.lru_cache(maxsize=4)
def _seabed_share(scheme: PatrolScheme) -> float:
    """Return the share of the waters, by area, whose sides rest on seabed lines."""
    waters = scheme.waters.assign(area_km2=areas_km2(scheme.waters))
    return float(waters.loc[waters["basis"].str.startswith("seabed"), "area_km2"].sum() / waters["area_km2"].sum())
