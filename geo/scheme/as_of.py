"""The patrol scheme as of a year: name, members, commands and agreements, and what no source says.

A year is judged at its end.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from geo.errors import ScenarioError
from geo.partial_date import earliest
from geo.scheme.agreements import Agreement, DatedEvent, Party, Theme
from geo.scheme.claims import Mark, Text
from geo.scheme.features import Command
from geo.scheme.patrol_scheme import PatrolScheme
from geo.scheme.status import (
    Reason,
    Standing,
    StatusInYear,
    first_date_of,
    first_date_of_scheme,
    status_in_year,
    year_of,
)

__all__ = [
    "FIRST_YEAR",
    "CommandChange",
    "Event",
    "Member",
    "PointCommand",
    "SchemeAsOf",
    "SchemeName",
    "as_of",
    "last_year",
    "require_year",
    "years",
]

FIRST_YEAR: Final = 2000


@dataclass(frozen=True)
class Event:
    """What happened to an agreement in a year."""

    agreement_id: str
    date: DatedEvent


@dataclass(frozen=True)
class Member:
    """A state in the patrol scheme; its standing is unknown in a year that no source describes."""

    code: str
    since: str
    standing: Standing
    mark: Mark
    sources: tuple[str, ...]


@dataclass(frozen=True)
class SchemeName:
    """What the whole patrol scheme was called, with the status of the agreement that gave it the name."""

    text: Text
    status: StatusInYear


@dataclass(frozen=True)
class PointCommand:
    """A command and the control point where it is or was."""

    point_id: str
    command: Command

    @property
    def standing(self) -> Standing:
        """Whether it is known to have been there: unknown where no source says since when."""
        return Standing.IN_PLACE if self.command.since else Standing.UNKNOWN


@dataclass(frozen=True)
class CommandChange:
    """The arrival or departure of a command at a control point, in a year."""

    point_id: str
    command: Command
    is_arrival: bool
    date: str


@dataclass(frozen=True)
class SchemeAsOf:
    """The scheme at the end of a year; each agreement has one standing, control points in the record's order.

    ``first_date`` is that of the patrol scheme, whether past or to come.
    """

    year: int
    first_date: DatedEvent | None
    agreements: tuple[StatusInYear, ...]
    events: tuple[Event, ...]
    names: tuple[SchemeName, ...]
    members: tuple[Member, ...]
    observers: tuple[Member, ...]
    commands: tuple[PointCommand, ...]
    changes: tuple[CommandChange, ...]

    def of_standing(self, standing: Standing) -> tuple[StatusInYear, ...]:
        """Return the agreements of one standing, in the order of the record."""
        return tuple(status for status in self.agreements if status.standing is standing)

    @property
    def has_scheme(self) -> bool:
        """Whether the patrol scheme had begun by the end of the year."""
        return self.first_date is not None and year_of(self.first_date.value) <= self.year


def last_year(scheme: PatrolScheme) -> int:
    """Return the last year on offer: that of the data, never the clock's."""
    return year_of(scheme.sources.data_date)


def years(scheme: PatrolScheme) -> range:
    """Return the years on offer; none where the data are older than `FIRST_YEAR`."""
    return range(FIRST_YEAR, last_year(scheme) + 1)


@functools.lru_cache(maxsize=64)  # every part of a page asks for the same few years
def as_of(scheme: PatrolScheme, year: int) -> SchemeAsOf:
    """Return the scheme as it stood at the end of a year, as far as sources say.

    Raises
    ------
    ScenarioError
        If the year is not one of `years`.
    """
    require_year(scheme, year)
    first_date = first_date_of_scheme(scheme.agreements)
    first_year = year_of(first_date.value) if first_date else None
    statuses = {a.id: status_in_year(a, year, last=last_year(scheme), first_of_scheme=first_year) for a in scheme.agreements}
    states = list(_states(scheme, statuses, year))
    commands = [PointCommand(point.id, command) for point in scheme.control_points for command in point.commands]
    return SchemeAsOf(
        year=year,
        first_date=first_date,
        agreements=tuple(statuses.values()),
        events=_events(scheme, year),
        names=tuple(
            SchemeName(a.scheme_name, statuses[a.id])
            for a in scheme.agreements
            if a.scheme_name and _has_lived(statuses[a.id])
        ),
        members=tuple(member for member, observes in states if not observes),
        observers=tuple(member for member, observes in states if observes),
        commands=tuple(one for one in commands if _is_there(one.command, year)),
        changes=tuple(_changes(commands, year)),
    )


def require_year(scheme: PatrolScheme, year: int) -> None:
    """Refuse a year that is not on offer.

    Raises
    ------
    ScenarioError
        If it is not one of `years`; the message gives the range.
    """
    on_offer = years(scheme)
    if year not in on_offer:
        known = f"{on_offer.start} to {on_offer.stop - 1}" if on_offer else f"none, since the data are of {last_year(scheme)}"
        raise ScenarioError(f"no year {year!r}; known: {known}")


def _events(scheme: PatrolScheme, year: int) -> tuple[Event, ...]:
    events = [Event(a.id, date) for a in scheme.agreements for date in a.dates if year_of(date.value) == year]
    return tuple(sorted(events, key=lambda event: (earliest(event.date.value), len(event.date.value))))


# --- members --------------------------------------------------------------------------------------------------------------


def _has_lived(status: StatusInYear) -> bool:
    """Say whether an agreement stood, or had stood and no source says whether it still did."""
    return status.standing is Standing.IN_PLACE or status.reason in {Reason.BREAK, Reason.LAST_SEEN, Reason.END_UNDATED}


def _states(scheme: PatrolScheme, statuses: Mapping[str, StatusInYear], year: int) -> Iterator[tuple[Member, bool]]:
    """Yield the states of the patrol scheme, each once, and whether each only observed."""
    parts = [a for a in scheme.agreements if a.theme is Theme.PATROL_SCHEME]
    for code in dict.fromkeys(party.code for a in parts for party in a.parties.members):
        memberships = [(a, party, since) for a, party, since in _memberships(parts, code) if year_of(since) <= year]
        current = [(a, party) for a, party, _ in memberships if _has_lived(statuses[a.id]) and not _has_left(party, year)]
        if current:
            observes = all(party.capacity == "observer" for _, party in current)
            in_place = any(statuses[a.id].standing is Standing.IN_PLACE for a, _ in current)
            alike = [one for one in memberships if (one[1].capacity == "observer") is observes]
            yield _member(code, alike, Standing.IN_PLACE if in_place else Standing.UNKNOWN), observes


def _memberships(parts: Iterable[Agreement], code: str) -> Iterator[tuple[Agreement, Party, str]]:
    """Yield each membership of a state with the date since when: its own, else the agreement's."""
    for agreement in parts:
        first_date = first_date_of(agreement)
        for party in agreement.parties.members:
            since = party.since or (first_date.value if first_date else None)
            if party.code == code and since:
                yield agreement, party, since


def _has_left(party: Party, year: int) -> bool:
    return party.until is not None and year_of(party.until) <= year


def _member(code: str, memberships: list[tuple[Agreement, Party, str]], standing: Standing) -> Member:
    agreement, _, since = min(memberships, key=lambda one: (year_of(one[2]), -len(one[2]), one[2]))
    return Member(code, since, standing, agreement.parties.mark, agreement.parties.sources)


# --- commands -------------------------------------------------------------------------------------------------------------


def _is_there(command: Command, year: int) -> bool:
    has_come = command.since is None or year_of(command.since) <= year
    return has_come and (command.until is None or year_of(command.until) > year)


def _changes(commands: Iterable[PointCommand], year: int) -> Iterator[CommandChange]:
    for one in commands:
        for is_arrival, date in ((False, one.command.until), (True, one.command.since)):
            if date is not None and year_of(date) == year:
                yield CommandChange(one.point_id, one.command, is_arrival, date)
