"""The patrol scheme as of a year: what stood, who was in it, what it was called, and what no source tells.

A year is judged at its end.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from geo.errors import ScenarioError
from geo.partial_date import earliest
from geo.scheme.agreements import Agreement, Dated, Party, Theme
from geo.scheme.claims import Mark, Text
from geo.scheme.patrol_scheme import PatrolScheme
from geo.scheme.status import Reason, Standing, StatusInYear, began, in_year, scheme_began, year_of

__all__ = [
    "FIRST_YEAR",
    "Command",
    "CommandChange",
    "Event",
    "Member",
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
    date: Dated


@dataclass(frozen=True)
class Member:
    """A state in the patrol scheme; ``group`` is unknown in a year that no source tells of."""

    code: str
    since: str
    group: Standing
    mark: Mark
    sources: tuple[str, ...]


@dataclass(frozen=True)
class SchemeName:
    """What the whole patrol scheme was called, by the agreement that gave it the name."""

    text: Text
    standing: StatusInYear


@dataclass(frozen=True)
class Command:
    """A command at a control point; ``group`` is unknown where no source tells since when it was there."""

    point_id: str
    name: Text
    group: Standing
    begun: str | None
    ended: str | None
    mark: Mark
    sources: tuple[str, ...]


@dataclass(frozen=True)
class CommandChange:
    """A command that came to a control point in a year, or left it."""

    command: Command
    came: bool
    value: str


@dataclass(frozen=True)
class SchemeAsOf:
    """The scheme at the end of a year; each agreement is in one group, each control point in the record's order.

    ``begun`` is the first date of the patrol scheme, whether past or to come.
    """

    year: int
    begun: Dated | None
    agreements: tuple[StatusInYear, ...]
    events: tuple[Event, ...]
    names: tuple[SchemeName, ...]
    members: tuple[Member, ...]
    observers: tuple[Member, ...]
    commands: tuple[Command, ...]
    changes: tuple[CommandChange, ...]

    def of_standing(self, group: Standing) -> tuple[StatusInYear, ...]:
        """Return the agreements of one group, in the order of the record."""
        return tuple(found for found in self.agreements if found.group is group)

    @property
    def has_scheme(self) -> bool:
        """Whether the patrol scheme had begun by the end of the year."""
        return self.begun is not None and year_of(self.begun.value) <= self.year


def last_year(scheme: PatrolScheme) -> int:
    """Return the last year that can be asked about: that of the data, never the clock's."""
    return year_of(scheme.sources.data_date)


def years(scheme: PatrolScheme) -> range:
    """Return the years that can be asked about; none where the data are older than `FIRST_YEAR`."""
    return range(FIRST_YEAR, last_year(scheme) + 1)


@functools.lru_cache(maxsize=64)  # asked by every part of a page, for the same few years
def as_of(scheme: PatrolScheme, year: int) -> SchemeAsOf:
    """Return the scheme as it stood at the end of a year, as far as sources tell.

    Raises
    ------
    ScenarioError
        If the year is not one of `years`.
    """
    require_year(scheme, year)
    begun = scheme_began(scheme.agreements)
    first = year_of(begun.value) if begun else None
    found = {a.id: in_year(a, year, last=last_year(scheme), first_of_scheme=first) for a in scheme.agreements}
    taken = list(_states(scheme, found, year))
    commands = [command for _, command in _all_commands(scheme)]
    return SchemeAsOf(
        year=year,
        begun=begun,
        agreements=tuple(found.values()),
        events=_events(scheme, year),
        names=tuple(
            SchemeName(a.scheme_name, found[a.id]) for a in scheme.agreements if a.scheme_name and _lives(found[a.id])
        ),
        members=tuple(member for member, observes in taken if not observes),
        observers=tuple(member for member, observes in taken if observes),
        commands=tuple(command for command in commands if _is_there(command, year)),
        changes=tuple(_changes(commands, year)),
    )


def require_year(scheme: PatrolScheme, year: int) -> None:
    """Refuse a year that cannot be asked about.

    Raises
    ------
    ScenarioError
        If it is not one of `years`; the message gives the range.
    """
    asked = years(scheme)
    if year not in asked:
        known = f"{asked.start} to {asked.stop - 1}" if asked else f"none, since the data are of {last_year(scheme)}"
        raise ScenarioError(f"no year {year!r}; known: {known}")


def _events(scheme: PatrolScheme, year: int) -> tuple[Event, ...]:
    events = [Event(a.id, date) for a in scheme.agreements for date in a.dates if year_of(date.value) == year]
    return tuple(sorted(events, key=lambda event: (earliest(event.date.value), len(event.date.value))))


# --- who was in it --------------------------------------------------------------------------------------------------------


def _lives(found: StatusInYear) -> bool:
    """Say whether an agreement stood, or had stood and no source tells whether it still did."""
    return found.group is Standing.IN_PLACE or found.reason in {Reason.BREAK, Reason.LAST_SEEN, Reason.END_UNDATED}


def _states(scheme: PatrolScheme, found: dict[str, StatusInYear], year: int) -> Iterator[tuple[Member, bool]]:
    """Yield the states of the patrol scheme, each once, and whether it only observed."""
    parts = [a for a in scheme.agreements if a.theme is Theme.PATROL_SCHEME]
    for code in dict.fromkeys(party.code for a in parts for party in a.parties.members):
        taken = [(a, party, since) for a, party, since in _times(parts, code) if year_of(since) <= year]
        now = [(a, party) for a, party, _ in taken if _lives(found[a.id]) and not _has_left(party, year)]
        if now:
            observes = all(party.capacity == "observer" for _, party in now)
            group = Standing.IN_PLACE if any(found[a.id].group is Standing.IN_PLACE for a, _ in now) else Standing.UNKNOWN
            yield _member(code, [t for t in taken if (t[1].capacity == "observer") is observes], group), observes


def _times(parts: Iterable[Agreement], code: str) -> Iterator[tuple[Agreement, Party, str]]:
    """Yield each membership of a state with the date since when: its own, else the agreement's."""
    for agreement in parts:
        start = began(agreement)
        for party in agreement.parties.members:
            since = party.joined or (start.value if start else None)
            if party.code == code and since:
                yield agreement, party, since


def _has_left(party: Party, year: int) -> bool:
    return party.left is not None and year_of(party.left) <= year


def _member(code: str, times: list[tuple[Agreement, Party, str]], group: Standing) -> Member:
    agreement, _, since = min(times, key=lambda time: (year_of(time[2]), -len(time[2]), time[2]))
    return Member(code, since, group, agreement.parties.mark, agreement.parties.sources)


# --- commands -------------------------------------------------------------------------------------------------------------


def _all_commands(scheme: PatrolScheme) -> Iterator[tuple[str, Command]]:
    for point in scheme.control_points:
        for command in point.commands:
            yield (
                point.id,
                Command(
                    point_id=point.id,
                    name=command.name,
                    group=Standing.IN_PLACE if command.begun else Standing.UNKNOWN,
                    begun=command.begun,
                    ended=command.ended,
                    mark=command.mark,
                    sources=command.sources,
                ),
            )


def _is_there(command: Command, year: int) -> bool:
    come = command.begun is None or year_of(command.begun) <= year
    return come and (command.ended is None or year_of(command.ended) > year)


def _changes(commands: Iterable[Command], year: int) -> Iterator[CommandChange]:
    for command in commands:
        for came, value in ((False, command.ended), (True, command.begun)):
            if value is not None and year_of(value) == year:
                yield CommandChange(command, came, value)
