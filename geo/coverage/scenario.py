"""A scenario, the question that a coverage answers, and the two rules of who may act where."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from geo.arrays import Floats
from geo.errors import ScenarioError
from geo.sides import is_state
from geo.units import M_PER_NMI

__all__ = ["ADDED_IDS", "AddedStart", "Rule", "Scenario"]

ADDED_IDS: Final = ("A", "B", "C", "D", "E")  # of added starts; ids of a data folder are lower case
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
class AddedStart:
    """A start that a reader assumes, on water of the study box; no fact of the scheme.

    Attributes
    ----------
    lon, lat
        Degrees, EPSG:4326.
    country
        The state that it is of, by its two letters: it decides where it may act.
    name
        As the reader calls it; may be empty.
    """

    lon: float
    lat: float
    country: str
    name: str = ""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.lon) and math.isfinite(self.lat) and abs(self.lon) <= 180 and abs(self.lat) <= 90):
            raise ScenarioError(f"an added start must be a longitude and a latitude in degrees, got {self.lon}, {self.lat}")


@dataclass(frozen=True)
class Scenario:
    """Who patrols, how fast, and within which limit.

    Parameters
    ----------
    point_ids
        Starts that take part; may be empty.
    added
        Up to five starts that a reader adds to them: they have the ids A to E, in their order.
    without
        Those of ``point_ids`` that a reader leaves out.
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
        If a number is not finite or out of range, an id occurs twice, more than five starts are added, or one is left out that
        takes no part.
    """

    point_ids: tuple[str, ...]
    speed_kn: float = 20.0
    limit_h: float = 6.0
    readiness_h: float = 0.5
    rule: Rule = Rule.COORDINATED
    added: tuple[AddedStart, ...] = ()
    without: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, (least, most) in _LIMITS.items():
            value = getattr(self, name)
            if not (isinstance(value, int | float) and math.isfinite(value) and least <= value <= most):
                raise ScenarioError(f"`{name}` must be a number from {least:g} to {most:g}, got {value!r}")
        if len(set(self.point_ids)) < len(self.point_ids):
            raise ScenarioError(f"`point_ids` names a point twice: {', '.join(self.point_ids)}")
        if len(self.added) > len(ADDED_IDS):
            raise ScenarioError(f"at most {len(ADDED_IDS)} starts can be added, got {len(self.added)}")
        strangers = sorted(set(self.without) - set(self.point_ids))
        if strangers:
            takes_part = ", ".join(self.point_ids) or "none"
            raise ScenarioError(f"{strangers[0]!r} cannot be left out: it takes no part; starts that do: {takes_part}")
        object.__setattr__(self, "rule", Rule(self.rule))

    @property
    def start_ids(self) -> tuple[str, ...]:
        """Ids of all starts that take part: those left out are gone, the added ones come last."""
        present = (point_id for point_id in self.point_ids if point_id not in self.without)
        return (*present, *ADDED_IDS[: len(self.added)])

    @property
    def is_what_if(self) -> bool:
        """Whether the reader has added or left out a start."""
        return bool(self.added or self.without)

    @property
    def as_it_is(self) -> Scenario:
        """The same question without what the reader added or left out."""
        return replace(self, added=(), without=())

    def arrival_h(self, distance_m: Floats) -> Floats:
        """Return hours from the call to arrival: readiness + distance / speed; infinite where no route leads.

        >>> import numpy as np
        >>> Scenario(("a",), speed_kn=20, readiness_h=0.5).arrival_h(np.array([18520.0, np.inf])).tolist()
        [1.0, inf]
        """
        return self.readiness_h + distance_m / M_PER_NMI / self.speed_kn
