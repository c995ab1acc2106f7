"""Where an agreement stood at the end of a year, by its dates, and what no source tells of that.

That no source tells is a value of its own here, never the same as that there was nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from geo.partial_date import earliest
from geo.scheme.agreements import Agreement, AgreementKind, Dated, DateKind, Status, Theme
from geo.scheme.claims import Mark

__all__ = ["Reason", "Standing", "StatusInYear", "began", "in_year", "scheme_began", "year_of"]

_PAPER: Final = frozenset({DateKind.ADOPTED, DateKind.AGREED, DateKind.SIGNED})
_AT_WORK: Final = frozenset({DateKind.LAUNCHED, DateKind.LISTED})
_STANDS: Final = frozenset({Status.ACTIVE, Status.IN_FORCE})
_GONE: Final = frozenset({Status.ABSORBED, Status.SUPERSEDED, Status.ENDED})


class Standing(StrEnum):
    """Where an agreement stood at the end of a year: exactly one of these."""

    NOT_YET = "not-yet"
    IN_PLACE = "standing"
    UNKNOWN = "unknown"
    ENDED = "ended"


class Reason(StrEnum):
    """Why an agreement is in its group."""

    BEGUN = "begun"  # begun by its date, and not known to have ended
    SEEN = "seen"  # no start is known, but a source saw it that year, or before and after
    STATUS = "status"  # by what the record says of today
    TO_COME = "to-come"  # begins later, by its date
    BEFORE_SCHEME = "before-scheme"  # part of a scheme that had not begun
    NO_START = "no-start"  # seen later; no source tells since when
    START_DISPUTED = "start-disputed"  # reports give different years
    ON_PAPER = "on-paper"  # signed or adopted; no source tells since when it is in force
    BREAK = "break"  # restarted later, after a break whose start no source dates
    LAST_SEEN = "last-seen"  # no source is later than its date
    END_UNDATED = "end-undated"  # over by now; no source tells since when
    ENDED = "ended"  # ended by its date


@dataclass(frozen=True)
class StatusInYear:
    """Where one agreement stood at the end of a year, and the date and mark that say so.

    ``date`` is ``None`` where only the record's status says so; the mark is then the status's.
    """

    agreement_id: str
    group: Standing
    reason: Reason
    date: Dated | None
    mark: Mark


def year_of(value: str) -> int:
    """Return the year of a date of any precision.

    >>> year_of("2004-07")
    2004
    """
    return earliest(value).year


def began(agreement: Agreement) -> Dated | None:
    """Return the date an agreement begins with; a sighting where no source tells of a start."""
    life = _life(agreement)
    return next(iter(life.begins or life.seen), None)


def scheme_began(agreements: Iterable[Agreement]) -> Dated | None:
    """Return the first date of the patrol scheme: the earliest start of its parts, the exacter of two in a year."""
    starts = [start for a in agreements if a.theme is Theme.PATROL_SCHEME for start in _life(a).begins]
    return min(starts, key=lambda date: (year_of(date.value), -len(date.value), date.value), default=None)


def in_year(agreement: Agreement, year: int, *, last: int, first_of_scheme: int | None) -> StatusInYear:
    """Return where an agreement stood at the end of ``year``.

    Parameters
    ----------
    last
        The year of the data, of which the records' status speaks.
    first_of_scheme
        The year in which the patrol scheme began, if it did.
    """
    asked, life = _Asked(year, last, first_of_scheme), _life(agreement)
    return next(filter(None, (rule(life, asked) for rule in _RULES)))


# --- rules, the first that tells decides ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Asked:
    year: int
    last: int
    first_of_scheme: int | None


@dataclass(frozen=True)
class _Life:
    """An agreement's dates, each list in order."""

    agreement: Agreement
    begins: list[Dated]
    seen: list[Dated]  # whatever shows it alive
    ends: list[Dated]

    def says(self, group: Standing, reason: Reason, date: Dated | None = None) -> StatusInYear:
        mark = date.mark if date else self.agreement.status.mark
        return StatusInYear(self.agreement.id, group, reason, date, mark)

    def seen_by(self, year: int) -> Dated | None:
        return next((date for date in reversed(self.seen) if year_of(date.value) <= year), None)


def _life(agreement: Agreement) -> _Life:
    dates = sorted(agreement.dates, key=lambda date: (earliest(date.value), -len(date.value)))
    entered = [date for date in dates if date.kind is DateKind.IN_FORCE]
    founded = [date for date in dates if date.kind in _PAPER | _AT_WORK]
    passing = {DateKind.RESTARTED, DateKind.AMENDED, DateKind.LAST_SEEN}
    begins = entered or founded
    seen = [date for date in dates if date.kind in passing or date in begins]
    return _Life(agreement, begins, seen, [date for date in dates if date.kind is DateKind.ENDED])


def _ended(life: _Life, asked: _Asked) -> StatusInYear | None:
    ended = next((date for date in reversed(life.ends) if year_of(date.value) <= asked.year), None)
    return life.says(Standing.ENDED, Reason.ENDED, ended) if ended else None


def _before_scheme(life: _Life, asked: _Asked) -> StatusInYear | None:
    """Keep a part without a start out of the years before the scheme that it is part of."""
    part = life.agreement.theme is Theme.PATROL_SCHEME and not life.begins
    early = asked.first_of_scheme is not None and asked.year < asked.first_of_scheme
    return life.says(Standing.NOT_YET, Reason.BEFORE_SCHEME) if part and early else None


def _to_come(life: _Life, asked: _Asked) -> StatusInYear | None:
    early = life.begins and asked.year < year_of(life.begins[0].value)
    return life.says(Standing.NOT_YET, Reason.TO_COME, life.begins[0]) if early else None


def _today(life: _Life, asked: _Asked) -> StatusInYear | None:
    """Go by the status in the year that it speaks of, unless a dated sighting says how old that is."""
    status = life.agreement.status.value
    if asked.year < asked.last or (status in _STANDS and _has_sighting(life)):
        return None
    if status in _GONE:
        return life.says(Standing.ENDED, Reason.STATUS)
    proper = life.begins and not _only_on_paper(life)
    if status in _STANDS and not proper:
        return life.says(Standing.IN_PLACE, Reason.STATUS)
    return None


def _no_start(life: _Life, asked: _Asked) -> StatusInYear | None:
    unseen = not life.begins and not life.seen_by(asked.year)
    return life.says(Standing.UNKNOWN, Reason.NO_START, next(iter(life.seen), None)) if unseen else None


def _on_paper(life: _Life, asked: _Asked) -> StatusInYear | None:
    """Hold that a signature alone puts no treaty in force, nor a text whose fate is unknown."""
    return life.says(Standing.UNKNOWN, Reason.ON_PAPER, life.begins[0]) if _only_on_paper(life) else None


def _only_on_paper(life: _Life) -> bool:
    binding = life.agreement.kind in {AgreementKind.TREATY, AgreementKind.PROTOCOL}
    doubtful = binding or life.agreement.status.value is Status.UNKNOWN
    return doubtful and bool(life.begins) and all(date.kind in _PAPER for date in life.begins)


def _start_disputed(life: _Life, asked: _Asked) -> StatusInYear | None:
    early = _is_unsure(life) and asked.year < year_of(life.begins[-1].value)
    return life.says(Standing.UNKNOWN, Reason.START_DISPUTED, life.begins[0]) if early else None


def _is_unsure(life: _Life) -> bool:
    return bool(life.begins) and all(date.mark is Mark.UNCONFIRMED for date in life.begins)


def _in_break(life: _Life, asked: _Asked) -> StatusInYear | None:
    later = [date for date in life.seen if year_of(date.value) > asked.year]
    seen = life.seen_by(asked.year)
    stopped = later and later[0].kind is DateKind.RESTARTED and seen and year_of(seen.value) < asked.year
    return life.says(Standing.UNKNOWN, Reason.BREAK, later[0]) if stopped else None


def _alive(life: _Life, asked: _Asked) -> StatusInYear | None:
    """Hold that it stood: begun, and seen that year or later, or with its dated end still to come."""
    told_until = max(year_of(date.value) for date in (*life.seen, *life.ends))
    return _stood(life, asked) if asked.year <= told_until else None


def _stood(life: _Life, asked: _Asked) -> StatusInYear:
    """Give the date that tells best: the latest restart, the last of disputed starts, the first at work, the first of all."""
    past = [date for date in (life.begins or life.seen) if year_of(date.value) <= asked.year]
    restarts = [d for d in life.seen if d.kind is DateKind.RESTARTED and year_of(d.value) <= asked.year]
    disputed = past[-1:] if _is_unsure(life) else []
    best = (restarts[-1:] or disputed or [date for date in past if date.kind in _AT_WORK] or past)[0]
    return life.says(Standing.IN_PLACE, Reason.BEGUN if life.begins else Reason.SEEN, best)


def _since_then(life: _Life, asked: _Asked) -> StatusInYear:
    """Say what holds after the last date: a law lasts, a patrol that nobody saw again may not."""
    status = life.agreement.status.value
    if status in _STANDS and not _has_sighting(life):
        return _stood(life, asked)
    reason = Reason.END_UNDATED if status in _GONE else Reason.LAST_SEEN
    return life.says(Standing.UNKNOWN, reason, life.seen_by(asked.year))


def _has_sighting(life: _Life) -> bool:
    return any(date.kind is DateKind.LAST_SEEN for date in life.seen)


_RULES: Final[tuple[Callable[[_Life, _Asked], StatusInYear | None], ...]] = (
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
