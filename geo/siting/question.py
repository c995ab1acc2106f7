"""The question where further starts would help most, as plain values that another process understands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from geo.coverage.scenario import ADDED_IDS, AddedStart, Rule, Scenario
from geo.errors import ScenarioError
from geo.siting.candidates import CandidateKind
from geo.siting.problem import MOST
from geo.siting.result import Goal

__all__ = ["SiteQuestion"]


@dataclass(frozen=True)
class SiteQuestion:
    """What a search for further starts is asked.

    Parameters
    ----------
    scenario
        The fixed starts, speed, readiness and rule; its limit is that of the goals ``reach`` and ``backup``.
    count
        How many further starts, 1 to 3.
    goal
        What they are for.
    candidates
        Where they may be.
    country
        Only candidates of this state; ``None`` for any.
    until
        If given, the question is another one: how many further starts, at the least, bring the share reached to this, above
        0 and at most 1. ``count`` then means nothing, and the goal is ``reach``.

    Raises
    ------
    ScenarioError
        If a value is impossible, or the scenario would have more than five added starts.
    """

    scenario: Scenario
    count: int = 1
    goal: Goal = Goal.REACH
    candidates: CandidateKind = CandidateKind.SHORE
    country: str | None = None
    until: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "goal", Goal(self.goal))
        object.__setattr__(self, "candidates", CandidateKind(self.candidates))
        if not 1 <= self.count <= MOST:
            raise ScenarioError(f"from 1 to {MOST} further starts can be searched for at once, got {self.count}")
        if self.until is not None and not (0 < self.until <= 1 and self.goal is Goal.REACH):
            raise ScenarioError(
                f"wanted a share above 0 and up to 100 % of goal {Goal.REACH.value!r}, "
                f"got {self.until * 100:g} % of {self.goal.value!r}"
            )
        free = len(ADDED_IDS) - len(self.scenario.added)
        if self.until is None and self.count > free:
            raise ScenarioError(
                f"a scenario has at most {len(ADDED_IDS)} added starts: beside the {len(self.scenario.added)} given "
                f"there is room for {free}, got {self.count}"
            )

    def to_json(self) -> dict[str, Any]:  # values of JSON
        """Return the question as plain JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Return the question that `to_json` wrote."""
        asked = dict(values["scenario"])
        asked["added"] = tuple(AddedStart(**start) for start in asked["added"])
        asked |= {name: tuple(asked[name]) for name in ("point_ids", "without")} | {"rule": Rule(asked["rule"])}
        return cls(**{**values, "scenario": Scenario(**asked)})
