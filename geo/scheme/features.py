"""Control points and places as records: what `geo.scheme.properties` checks, with its position, texts in pairs.

Longitude and latitude are degrees in EPSG:4326; an empty tuple or ``None`` stands for what a file leaves out.
"""

from __future__ import annotations

from dataclasses import dataclass

import shapely

from geo.scheme.claims import Mark, SupportedText, Text
from geo.scheme.properties import (
    CommandProperties,
    ControlPointProperties,
    Documented,
    PlaceKind,
    PlaceProperties,
    Trafficking,
)

__all__ = ["Command", "ControlPoint", "Feature", "Place", "Start"]


@dataclass(frozen=True)
class Start:
    """Where patrols leave from: a point on navigable water, ``distance_m`` from the published position."""

    lon: float
    lat: float
    distance_m: float
    note: Text | None


@dataclass(frozen=True)
class Command:
    """A unit at a control point; ``since`` and ``until`` are ISO dates of any precision."""

    name: Text
    since: str | None
    until: str | None
    mark: Mark
    sources: tuple[str, ...]
    independence: str | None = None


@dataclass(frozen=True)
class Feature:
    """What a control point and a place have in common: a published position with its accuracy, and the support."""

    id: str
    name: str
    country: str
    lon: float
    lat: float
    accuracy_m: float
    position_mark: Mark | None
    position_sources: tuple[str, ...]
    position_note: Text | None
    mark: Mark
    sources: tuple[str, ...]
    independence: str | None

    @property
    def point(self) -> shapely.Point:
        """The published position, EPSG:4326."""
        return shapely.Point(self.lon, self.lat)

    @property
    def source_ids(self) -> frozenset[str]:
        """Every source that the record cites."""
        return frozenset((*self.sources, *self.position_sources))


@dataclass(frozen=True)
class ControlPoint(Feature):
    """A control point of the scheme."""

    facility: SupportedText
    commands: tuple[Command, ...]
    activities: tuple[SupportedText, ...]
    doubts: tuple[SupportedText, ...]
    start: Start

    @classmethod
    def of(cls, read: ControlPointProperties, lon: float, lat: float) -> ControlPoint:
        """Return the record of checked properties at a position."""
        return cls(
            id=read.id,
            name=read.name,
            country=read.country,
            lon=lon,
            lat=lat,
            accuracy_m=read.accuracy_m,
            position_mark=read.position_mark,
            position_sources=read.position_sources or (),
            position_note=_text(read.position_note_en, read.position_note_id),
            mark=read.mark,
            sources=read.sources,
            independence=read.independence,
            facility=_supported(read.facility_en, read.facility_id, read.facility_mark, read.facility_sources or ()),
            commands=tuple(map(_command, read.commands)),
            activities=tuple(
                _supported(one.text_en, one.text_id, one.mark, one.sources, one.independence) for one in read.activities
            ),
            doubts=tuple(_supported(one.text_en, one.text_id, one.mark, one.sources) for one in read.doubts or ()),
            start=Start(
                read.start_lon, read.start_lat, read.start_distance_m, Text(en=read.start_note_en, id=read.start_note_id)
            ),
        )

    @property
    def source_ids(self) -> frozenset[str]:
        """Every source that the record cites."""
        claims: tuple[SupportedText | Command, ...] = (self.facility, *self.commands, *self.activities, *self.doubts)
        return super().source_ids.union(*(claim.sources for claim in claims))


@dataclass(frozen=True)
class Place(Feature):
    """A port, light, base or town; it has a start only where one is known."""

    kind: PlaceKind
    role: Text
    note: Text
    since: str | None
    documented: tuple[Documented, ...]
    trafficking: Trafficking | None
    our_placement: bool
    start: Start | None

    @classmethod
    def of(cls, read: PlaceProperties, lon: float, lat: float) -> Place:
        """Return the record of checked properties at a position."""
        start = None
        if read.start_lon is not None and read.start_lat is not None and read.start_distance_m is not None:
            note = _text(read.start_note_en, read.start_note_id)
            start = Start(read.start_lon, read.start_lat, read.start_distance_m, note)
        return cls(
            id=read.id,
            name=read.name,
            country=read.country,
            lon=lon,
            lat=lat,
            accuracy_m=read.accuracy_m,
            position_mark=read.position_mark,
            position_sources=read.position_sources or (),
            position_note=_text(read.position_note_en, read.position_note_id),
            mark=read.mark,
            sources=read.sources,
            independence=read.independence,
            kind=read.kind,
            role=Text(en=read.role_en, id=read.role_id),
            note=Text(en=read.note_en, id=read.note_id),
            since=read.since,
            documented=read.documented or (),
            trafficking=read.trafficking,
            our_placement=read.our_placement is True,
            start=start,
        )


def _command(read: CommandProperties) -> Command:
    return Command(Text(en=read.name_en, id=read.name_id), read.since, read.until, read.mark, read.sources, read.independence)


def _text(english: str | None, indonesian: str | None) -> Text | None:
    return None if english is None or indonesian is None else Text(en=english, id=indonesian)


def _supported(
    english: str, indonesian: str, mark: Mark | None, sources: tuple[str, ...], independence: str | None = None
) -> SupportedText:
    return SupportedText(en=english, id=indonesian, mark=mark, sources=sources, independence=independence)
