"""What an answer says in words, as plain text: the question, its numbers, what a rule rests on."""

from __future__ import annotations

import functools

from geo.coverage.assess import Coverage
from geo.coverage.scenario import Scenario
from geo.measure import areas_km2
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import Catalogue, area_text, hours_text, share_text

__all__ = ["asked_text", "numbers_text", "seabed_share"]


def asked_text(scenario: Scenario, names: dict[str, str], t: Catalogue) -> str:
    """Return a scenario in words: the question that the numbers answer."""
    return t(
        "scenario.asked",
        points=t.joined(names.values()) if names else t("scenario.nobody"),
        speed=t.number(scenario.speed_kn),
        readiness=t.number(scenario.readiness_h, digits=2),
        rule=t(f"scenario.{scenario.rule.value}"),
    )


@functools.lru_cache(maxsize=4)
def seabed_share(scheme: PatrolScheme) -> float:
    """Return the share of the waters, by area, whose sides rest on seabed lines."""
    waters = scheme.waters.assign(area_km2=areas_km2(scheme.waters))
    return float(waters.loc[waters["basis"].str.startswith("seabed"), "area_km2"].sum() / waters["area_km2"].sum())


def numbers_text(c: Coverage, t: Catalogue) -> list[str]:
    """Return the four numbers that the page shows, each with its name."""
    hours = t.number(c.scenario.limit_h, digits=2)
    numbers = (
        (t("number.reached", hours=hours), share_text(c.reached_share, t), area_text(c.reached_km2, t)),
        (t("number.backup", hours=hours), share_text(c.backup_share, t), area_text(c.backup_km2, t)),
        (t("number.gap", hours=hours), share_text(c.gap_km2 / c.strait_area_km2, t), area_text(c.gap_km2, t)),
        (t("number.mean"), hours_text(c.mean_arrival_h, t), t("number.worst", hours=hours_text(c.worst_arrival_h, t))),
    )
    return [t("figure.number", name=name, value=value, detail=detail) for name, value, detail in numbers]
