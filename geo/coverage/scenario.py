"""A scenario, the question that a coverage answers, and the two rules of who may act where."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from geo.arrays import Floats
from geo.errors import ScenarioError
from geo.sides import is_state
from geo.units import M_PER_NMI

__all__ = ["Rule", "Scenario"]

_LIMITS: Final = {"speed_kn": (1.0, 60.0), "limit_h": (0.0, 48.0), "readiness_h": (0.0, 24.0)}


class Rule(StrEnum):
    """Who may act where."""

    JOINT = "joint"  # everybody anywhere
    COORDINATED = "coordinated"  # each navy on its own side; passage through others' water is free

    def allows(self, country: str, side: str | None) -> bool:
        """Return whether a navy may act on a side: under the coordinated rule on its own, and on water of no state.

        >>> Rule.COORDINATED.allows("ID", "MY"), Rule.COORDINATED.allows("ID", "unassigned")
        (False, True)
        """
        return self is Rule.JOINT or side is None or side == country or not is_state(side)


@dataclass(frozen=True)
class Scenario:
    """Who patrols, how fast, and within which limit.

    Parameters
    ----------
    point_ids
        Starts that take part; may be empty.
    speed_kn
        Speed of a patrol vessel, knots. 20 is an assumption.
    limit_h
        Hours within which water counts as reached. 6 is an assumption; 2 is the standard of the US Coast Guard (source
        ``coastguardinstructions-16010-80016``).
    readiness_h
        Hours from the call to departure. 0.5 is from the same standard.
    rule
        Who may act where.

    Raises
    ------
    ScenarioError
        If a number is not finite or out of range, or an id occurs twice.
    """

    point_ids: tuple[str, ...]
    speed_kn: float = 20.0
    limit_h: float = 6.0
    readiness_h: float = 0.5
    rule: Rule = Rule.COORDINATED

    def __post_init__(self) -> None:
        for name, (least, most) in _LIMITS.items():
            value = getattr(self, name)
            if not (isinstance(value, int | float) and math.isfinite(value) and least <= value <= most):
                raise ScenarioError(f"`{name}` must be a number from {least:g} to {most:g}, got {value!r}")
        if len(set(self.point_ids)) < len(self.point_ids):
            raise ScenarioError(f"`point_ids` names a point twice: {', '.join(self.point_ids)}")
        object.__setattr__(self, "rule", Rule(self.rule))

    def arrival_h(self, distance_m: Floats) -> Floats:
        """Return hours from the call to arrival: readiness + distance / speed; infinite where no route leads.

        >>> import numpy as np
        >>> Scenario(("a",), speed_kn=20, readiness_h=0.5).arrival_h(np.array([18520.0, np.inf])).tolist()
        [1.0, inf]
        """
        return self.readiness_h + distance_m / M_PER_NMI / self.speed_kn
