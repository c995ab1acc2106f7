"""What a search for starts is for, and what it returns: sets of candidates, what they are worth, and the proof."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Goal", "Proof", "SiteSet", "Sites"]


class Goal(StrEnum):
    """What further starts are for."""

    REACH = "reach"  # the share reached within the limit
    MEAN = "mean"  # the mean arrival
    WORST = "worst"  # the least water that nobody comes to, then the worst arrival over the rest
    BACKUP = "backup"  # the share that two or more reach within the limit

    @property
    def is_share(self) -> bool:
        """Whether more is better: the value is a share, not hours."""
        return self in {Goal.REACH, Goal.BACKUP}

    @property
    def needs_limit(self) -> bool:
        """Whether the goal means nothing without a limit."""
        return self.is_share


@dataclass(frozen=True)
class SiteSet:
    """A set of candidates and what is reached with it.

    Attributes
    ----------
    rows
        The candidates, by their rows, rising; none for the starts as they are.
    value
        A share from 0 to 1, or hours: the goal says which. NaN for the worst arrival where nobody comes anywhere.
    never
        Share of the weight where nobody ever comes.
    """

    rows: tuple[int, ...]
    value: float
    never: float

    def key(self, goal: Goal) -> tuple[float, ...]:
        """Return what sets are compared by, less is better: at last by their rows, so that equals keep one order."""
        if goal is Goal.WORST:
            return (self.never, self.value, *self.rows)
        return (-self.value if goal.is_share else self.value, *self.rows)


@dataclass(frozen=True)
class Proof:
    """How far the answer is proved.

    Attributes
    ----------
    candidates, sets
        Number of candidates, and of sets of so many of them.
    tried
        Sets whose value was computed.
    excluded
        Sets that a bound shows to be no better than the answer.
    bound
        No set is better than this: the value of the answer where it is proved.
    gap
        Difference of bound and value, in the unit of the value; 0 where it is proved.
    proved
        Whether every set was tried or excluded.
    """

    candidates: int
    sets: int
    tried: int
    excluded: int
    bound: float
    gap: float
    proved: bool


@dataclass(frozen=True)
class Sites:
    """The best set of candidates, the next ones, and the proof."""

    goal: Goal
    before: SiteSet
    best: SiteSet
    next: tuple[SiteSet, ...]
    proof: Proof

    @property
    def rows(self) -> tuple[int, ...]:
        """The chosen candidates, by their rows."""
        return self.best.rows

    @property
    def value(self) -> float:
        """What is reached with them."""
        return self.best.value
