"""The standing of an agreement at the end of a year, worked out from its dates, and the reason for it.

"No source says" is a standing of its own (`Standing.UNKNOWN`), never the same as "did not exist".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from geo.partial_date import earliest
from geo.scheme.agreements import Agreement, AgreementKind, DatedEvent, DateKind, Status, Theme
from geo.scheme.claims import Mark

__all__ = ["Reason", "Standing", "StatusInYear", "first_date_of", "first_date_of_scheme", "status_in_year", "year_of"]

_PAPER: Final = frozenset({DateKind.ADOPTED, DateKind.AGREED, DateKind.SIGNED})
_AT_WORK: Final = frozenset({DateKind.LAUNCHED, DateKind.LISTED})
_STANDS: Final = frozenset({Status.ACTIVE, Status.IN_FORCE})
_GONE: Final = frozenset({Status.ABSORBED, Status.SUPERSEDED, Status.ENDED})


class Standing(StrEnum):
    """The standing of an agreement at the end of a year: exactly one of these."""

    NOT_YET = "not-yet"
    IN_PLACE = "standing"
    UNKNOWN = "unknown"
    ENDED = "ended"


class Reason(StrEnum):
    """Why an agreement has its standing."""

    BEGUN = "begun"  # its start is dated and has passed; no end is known
    SEEN = "seen"  # no start is known, but a source saw it that year, or before and after
    STATUS = "status"  # the record's status of today says so
    TO_COME = "to-come"  # its start is dated and lies ahead
    BEFORE_SCHEME = "before-scheme"  # part of a scheme that had not begun
    NO_START = "no-start"  # seen later; no source says since when
    START_DISPUTED = "start-disputed"  # reports give different years
    ON_PAPER = "on-paper"  # signed or adopted; no source says since when it is in force
    BREAK = "break"  # restarted later, after a break whose start no source dates
    LAST_SEEN = "last-seen"  # no source is later than its date
    END_UNDATED = "end-undated"  # over by now; no source says since when
    ENDED = "ended"  # its end is dated and has passed


@dataclass(frozen=True)
class StatusInYear:
    """The standing of one agreement at the end of a year, with the date and mark it rests on.

    ``date`` is ``None`` where it rests on the record's status alone; ``mark`` is then the status's.
    """

    agreement_id: str
    standing: Standing
    reason: Reason
    date: DatedEvent | None
    mark: Mark


def year_of(value: str) -> int:
    """Return the year of a date of any precision.

    >>> year_of("2004-07")
    2004
    """
    return earliest(value).year


def first_date_of(agreement: Agreement) -> DatedEvent | None:
    """Return the first date of an agreement's start, or its first sighting where no source dates a start."""
    history = _history_of(agreement)
    return next(iter(history.begins or history.seen), None)


def first_date_of_scheme(agreements: Iterable[Agreement]) -> DatedEvent | None:
    """Return the first date of the patrol scheme: the earliest start of its parts, the more precise of two in a year."""
    starts = [start for a in agreements if a.theme is Theme.PATROL_SCHEME for start in _history_of(a).begins]
    return min(starts, key=lambda date: (year_of(date.value), -len(date.value), date.value), default=None)


def status_in_year(agreement: Agreement, year: int, *, last: int, first_of_scheme: int | None) -> StatusInYear:
    """Return the standing of an agreement at the end of ``year``.

    Parameters
    ----------
    last
        The year of the data, which is the year that the records' status describes.
    first_of_scheme
        The year in which the patrol scheme began, if it did.
    """
    years, history = _Years(year, last, first_of_scheme), _history_of(agreement)
    return next(filter(None, (rule(history, years) for rule in _RULES)))


# --- rules: the first that returns a status decides -----------------------------------------------------------------------


@dataclass(frozen=True)
class _Years:
    """The year in question, that of the data, and that in which the scheme began, if it did."""

    year: int
    last: int
    first_of_scheme: int | None


@dataclass(frozen=True)
class _History:
    """An agreement with its dates sorted by what they show, each list in order of time."""

    agreement: Agreement
    begins: list[DatedEvent]
    seen: list[DatedEvent]  # every date at which it existed
    ends: list[DatedEvent]

    def status(self, standing: Standing, reason: Reason, date: DatedEvent | None = None) -> StatusInYear:
        mark = date.mark if date else self.agreement.status.mark
        return StatusInYear(self.agreement.id, standing, reason, date, mark)

    def seen_by(self, year: int) -> DatedEvent | None:
        return next((date for date in reversed(self.seen) if year_of(date.value) <= year), None)


def _history_of(agreement: Agreement) -> _History:
    dates = sorted(agreement.dates, key=lambda date: (earliest(date.value), -len(date.value)))
    entered = [date for date in dates if date.kind is DateKind.IN_FORCE]
    founded = [date for date in dates if date.kind in _PAPER | _AT_WORK]
    passing = {DateKind.RESTARTED, DateKind.AMENDED, DateKind.LAST_SEEN}
    begins = entered or founded
    seen = [date for date in dates if date.kind in passing or date in begins]
    return _History(agreement, begins, seen, [date for date in dates if date.kind is DateKind.ENDED])


def _ended(history: _History, years: _Years) -> StatusInYear | None:
    ended = next((date for date in reversed(history.ends) if year_of(date.value) <= years.year), None)
    return history.status(Standing.ENDED, Reason.ENDED, ended) if ended else None


def _before_scheme(history: _History, years: _Years) -> StatusInYear | None:
    """Return "not yet" for a part without a dated start in the years before the scheme."""
    part = history.agreement.theme is Theme.PATROL_SCHEME and not history.begins
    early = years.first_of_scheme is not None and years.year < years.first_of_scheme
    return history.status(Standing.NOT_YET, Reason.BEFORE_SCHEME) if part and early else None


def _to_come(history: _History, years: _Years) -> StatusInYear | None:
    early = history.begins and years.year < year_of(history.begins[0].value)
    return history.status(Standing.NOT_YET, Reason.TO_COME, history.begins[0]) if early else None


def _today(history: _History, years: _Years) -> StatusInYear | None:
    """Return what the status says in the year of the data, unless a dated sighting shows how old that status is."""
    status = history.agreement.status.value
    if years.year < years.last or (status in _STANDS and _has_sighting(history)):
        return None
    if status in _GONE:
        return history.status(Standing.ENDED, Reason.STATUS)
    proper = history.begins and not _only_on_paper(history)
    if status in _STANDS and not proper:
        return history.status(Standing.IN_PLACE, Reason.STATUS)
    return None


def _no_start(history: _History, years: _Years) -> StatusInYear | None:
    unseen = not history.begins and not history.seen_by(years.year)
    return history.status(Standing.UNKNOWN, Reason.NO_START, next(iter(history.seen), None)) if unseen else None


def _on_paper(history: _History, years: _Years) -> StatusInYear | None:
    """Return "unknown": a signature alone puts no treaty in force, nor a text that no source shows in use."""
    return history.status(Standing.UNKNOWN, Reason.ON_PAPER, history.begins[0]) if _only_on_paper(history) else None


def _only_on_paper(history: _History) -> bool:
    binding = history.agreement.kind in {AgreementKind.TREATY, AgreementKind.PROTOCOL}
    doubtful = binding or (history.agreement.status.value is Status.UNKNOWN and not _has_sighting(history))
    return doubtful and bool(history.begins) and all(date.kind in _PAPER for date in history.begins)


def _start_disputed(history: _History, years: _Years) -> StatusInYear | None:
    early = _is_unsure(history) and years.year < year_of(history.begins[-1].value)
    return history.status(Standing.UNKNOWN, Reason.START_DISPUTED, history.begins[0]) if early else None


def _is_unsure(history: _History) -> bool:
    return bool(history.begins) and all(date.mark is Mark.UNCONFIRMED for date in history.begins)


def _in_break(history: _History, years: _Years) -> StatusInYear | None:
    later = [date for date in history.seen if year_of(date.value) > years.year]
    seen = history.seen_by(years.year)
    stopped = later and later[0].kind is DateKind.RESTARTED and seen and year_of(seen.value) < years.year
    return history.status(Standing.UNKNOWN, Reason.BREAK, later[0]) if stopped else None


def _alive(history: _History, years: _Years) -> StatusInYear | None:
    """Return "in place" if a date of that year or later shows that it existed or ended."""
    last_date = max(year_of(date.value) for date in (*history.seen, *history.ends))
    return _stood(history, years) if years.year <= last_date else None


def _stood(history: _History, years: _Years) -> StatusInYear:
    """Return "in place" by the best date: latest restart, last of disputed starts, first at work, first of all."""
    past = [date for date in (history.begins or history.seen) if year_of(date.value) <= years.year]
    restarts = [d for d in history.seen if d.kind is DateKind.RESTARTED and year_of(d.value) <= years.year]
    disputed = past[-1:] if _is_unsure(history) else []
    best = (restarts[-1:] or disputed or [date for date in past if date.kind in _AT_WORK] or past)[0]
    return history.status(Standing.IN_PLACE, Reason.BEGUN if history.begins else Reason.SEEN, best)


def _since_then(history: _History, years: _Years) -> StatusInYear:
    """Return what holds after the last date: a law lasts, a patrol that nobody saw again may not."""
    status = history.agreement.status.value
    if status in _STANDS and not _has_sighting(history):
        return _stood(history, years)
    reason = Reason.END_UNDATED if status in _GONE else Reason.LAST_SEEN
    return history.status(Standing.UNKNOWN, reason, history.seen_by(years.year))


def _has_sighting(history: _History) -> bool:
    return any(date.kind is DateKind.LAST_SEEN for date in history.seen)


_RULES: Final[tuple[Callable[[_History, _Years], StatusInYear | None], ...]] = (
    _ended,
    _before_scheme,
    _to_come,
    _today,
    _no_start,
    _on_paper,
    _start_disputed,
    _in_break,
    _alive,
    _since_then,
)
