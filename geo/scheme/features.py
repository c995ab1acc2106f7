"""Control points and places as records: the checked properties of a feature with its position.

Longitudes and latitudes are degrees in EPSG:4326. What a file leaves out is ``None`` or an empty tuple.
"""

from __future__ import annotations

from dataclasses import dataclass

import shapely

from geo.scheme.claims import Mark, SupportedText, Text
from geo.scheme.properties import (
    AircraftProperties,
    CommandProperties,
    ControlPointProperties,
    Documented,
    PlaceKind,
    PlaceProperties,
    Trafficking,
)

__all__ = ["Aircraft", "Command", "ControlPoint", "Feature", "Place", "Start"]


@dataclass(frozen=True)
class Start:
    """The point on navigable water that patrols leave from, ``distance_m`` from the published position."""

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
class Aircraft:
    """An aircraft that was seen at a place; ``seen`` is an ISO date of any precision."""

    type: str
    number: int | None
    seen: str | None
    mark: Mark
    sources: tuple[str, ...]
    independence: str | None = None


@dataclass(frozen=True)
class Feature:
    """The fields that control points and places share; ``lon`` and ``lat`` are the published position."""

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
        """Ids of all sources that the record cites."""
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
    def of(cls, raw: ControlPointProperties, lon: float, lat: float) -> ControlPoint:
        """Return the record of checked properties at a position."""
        return cls(
            id=raw.id,
            name=raw.name,
            country=raw.country,
            lon=lon,
            lat=lat,
            accuracy_m=raw.accuracy_m,
            position_mark=raw.position_mark,
            position_sources=raw.position_sources or (),
            position_note=_text(raw.position_note_en, raw.position_note_id),
            mark=raw.mark,
            sources=raw.sources,
            independence=raw.independence,
            facility=_supported(raw.facility_en, raw.facility_id, raw.facility_mark, raw.facility_sources or ()),
            commands=tuple(map(_command, raw.commands)),
            activities=tuple(
                _supported(one.text_en, one.text_id, one.mark, one.sources, one.independence) for one in raw.activities
            ),
            doubts=tuple(_supported(one.text_en, one.text_id, one.mark, one.sources) for one in raw.doubts or ()),
            start=Start(
                raw.start_lon,
                raw.start_lat,
                raw.start_distance_m,
                Text(en=raw.start_note_en, id=raw.start_note_id),
            ),
        )

    @property
    def source_ids(self) -> frozenset[str]:
        """Ids of all sources that the record cites."""
        claims: tuple[SupportedText | Command, ...] = (self.facility, *self.commands, *self.activities, *self.doubts)
        return super().source_ids.union(*(claim.sources for claim in claims))


@dataclass(frozen=True)
class Place(Feature):
    """A port, light, base or town; ``start`` is ``None`` where patrols do not leave from it."""

    kind: PlaceKind
    role: Text
    note: Text
    since: str | None
    aircraft: tuple[Aircraft, ...]
    documented: tuple[Documented, ...]
    trafficking: Trafficking | None
    our_placement: bool
    start: Start | None

    @classmethod
    def of(cls, raw: PlaceProperties, lon: float, lat: float) -> Place:
        """Return the record of checked properties at a position."""
        start = None
        if raw.start_lon is not None and raw.start_lat is not None and raw.start_distance_m is not None:
            note = _text(raw.start_note_en, raw.start_note_id)
            start = Start(raw.start_lon, raw.start_lat, raw.start_distance_m, note)
        return cls(
            id=raw.id,
            name=raw.name,
            country=raw.country,
            lon=lon,
            lat=lat,
            accuracy_m=raw.accuracy_m,
            position_mark=raw.position_mark,
            position_sources=raw.position_sources or (),
            position_note=_text(raw.position_note_en, raw.position_note_id),
            mark=raw.mark,
            sources=raw.sources,
            independence=raw.independence,
            kind=raw.kind,
            role=Text(en=raw.role_en, id=raw.role_id),
            note=Text(en=raw.note_en, id=raw.note_id),
            since=raw.since,
            aircraft=tuple(map(_aircraft, raw.aircraft or ())),
            documented=raw.documented or (),
            trafficking=raw.trafficking,
            our_placement=raw.our_placement is True,
            start=start,
        )

    @property
    def source_ids(self) -> frozenset[str]:
        """Every source that the record cites."""
        return super().source_ids.union(*(aircraft.sources for aircraft in self.aircraft))


def _aircraft(raw: AircraftProperties) -> Aircraft:
    return Aircraft(raw.type, raw.number, raw.seen, raw.mark, raw.sources, raw.independence)


def _command(raw: CommandProperties) -> Command:
    return Command(Text(en=raw.name_en, id=raw.name_id), raw.since, raw.until, raw.mark, raw.sources, raw.independence)


def _text(english: str | None, indonesian: str | None) -> Text | None:
    return None if english is None or indonesian is None else Text(en=english, id=indonesian)


def _supported(
    english: str, indonesian: str, mark: Mark | None, sources: tuple[str, ...], independence: str | None = None
) -> SupportedText:
    return SupportedText(en=english, id=indonesian, mark=mark, sources=sources, independence=independence)
