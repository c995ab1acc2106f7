"""Time and progress of a search: how far it is, when it has to end, and whether somebody stopped it."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import StrEnum

from geo.errors import GeoError

__all__ = ["SearchStoppedError", "Step", "Watch"]


class Step(StrEnum):
    """The parts of a search, in their order."""

    SHORE = "shore"  # candidates on the shore, with the distances from each
    FIELDS = "fields"  # distances from the other candidates
    SUMS = "sums"  # what each candidate would add
    PAIRS = "pairs"
    SETS = "sets"  # sets tried or excluded


class SearchStoppedError(GeoError):
    """A search was stopped before there was anything to tell."""


class Watch:
    """Tells others how far a search is, and tells the search when to end.

    Parameters
    ----------
    time_s
        Seconds after which a search returns the best that it has found; ``None`` for no limit.
    report
        Called with a step, how much of it is done, and how much there is (0: nobody knows); often, by one thread at a time.
    should_stop
        Asked now and then: true ends a search like the end of its time.
    """

    def __init__(
        self,
        *,
        time_s: float | None = None,
        report: Callable[[Step, int, int], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> None:
        self._ends_s = None if time_s is None else time.monotonic() + time_s
        self._report = report
        self._should_stop = should_stop

    def report(self, step: Step, done: int, whole: int) -> None:
        """Say how much of a step is done; a whole of 0 says that nobody knows how much there is."""
        if self._report is not None:
            self._report(step, done, whole)

    @property
    def is_over(self) -> bool:
        """Whether the search has to end."""
        if self._should_stop is not None and self._should_stop():
            return True
        return self._ends_s is not None and time.monotonic() >= self._ends_s

    def require_time(self) -> None:
        """Raise `SearchStoppedError` if the search has to end: for steps without which there is nothing to tell."""
        if self.is_over:
            raise SearchStoppedError(
                "the search was stopped, or its time ran out, before anything was found: give it more time"
            )
