"""The facts of a scheme as tables: control points, agreements, cited sources; each claim with its mark and source ids.

Codes, ids and dates are those of the data folder, texts are in the catalogue's language.
A cell separates codes by ``"; "`` and texts by ``" | "``; periods are intervals of ISO 8601-2.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

import geopandas as gpd
import pandas as pd
import shapely

from geo.arrays import Floats
from geo.coverage.air import AirRing, air_rings
from geo.measure import WGS84
from geo.scheme.agreements import Agreement, DatedEvent, Party
from geo.scheme.features import Command, ControlPoint, Place
from geo.scheme.patrol_scheme import PatrolScheme
from geo.scheme.presets import Preset
from geo.text import Catalogue

__all__ = ["agreement_rows", "air_ring_rows", "join_values", "point_rows", "source_rows"]

_RING_COLUMNS: Final = (
    *("id", "airfield_id", "name", "country", "minutes", "radius_km", "speed_km_h", "speed_mark", "speed_sources"),
    *("first_seen", "aircraft", "our_placement", "position_mark", "mark", "sources"),
)
_DECIMALS: Final = 5
_CITED: Final = ("id", "title", "publisher", "grade", "published", "language", "urls", "note")


def point_rows(scheme: PatrolScheme, taking_part: Collection[str], t: Catalogue) -> gpd.GeoDataFrame:
    """Return the control points at their published positions, EPSG:4326; ``taking_part`` holds the ids of a scenario's."""
    points = scheme.control_points
    rows = [_point(point, t, takes_part=point.id in taking_part, scheme=scheme) for point in points]
    return gpd.GeoDataFrame(rows, geometry=[point.point for point in points], crs=WGS84)


def _point(point: ControlPoint, t: Catalogue, *, takes_part: bool, scheme: PatrolScheme) -> dict[str, object]:
    start, lang = point.start, t.lang
    return {
        "id": point.id,
        "name": point.name,
        "country": point.country,
        "takes_part": takes_part,
        "facility": point.facility.in_language(lang),
        "facility_mark": point.facility.mark,
        "commands": _texts(_command(command, lang) for command in point.commands),
        "activities": _texts(claim.in_language(lang) for claim in point.activities),
        "doubts": _texts(claim.in_language(lang) for claim in point.doubts),
        "accuracy_m": point.accuracy_m,
        "position_mark": point.position_mark,
        "position_note": point.position_note.in_language(lang) if point.position_note else None,
        "start_lon": start.lon,
        "start_lat": start.lat,
        "start_distance_m": start.distance_m,
        "start_note": start.note.in_language(lang) if start.note else None,
        "agreement_ids": join_values(agreement.id for agreement in scheme.agreements_at(point.id)),
        "mark": point.mark,
        "sources": join_values(point.sources),
    }


def _command(command: Command, lang: str) -> str:
    return _bracketed(command.name.in_language(lang), _interval(command.since, command.until))


def air_ring_rows(scheme: PatrolScheme) -> gpd.GeoDataFrame:
    """Return the rings of each airfield, EPSG:4326, multipolygons to five decimals; none where no source gives a speed."""
    speed, airfields = scheme.air_speed, {place.id: place for place in scheme.airfields}
    positions = [(place.id, place.lon, place.lat) for place in airfields.values()]
    rings = air_rings(positions, speed_km_h=speed.value) if speed else ()
    rows = [_air_ring(ring, airfields[ring.airfield_id], speed) for ring in rings if speed]
    areas = [shapely.MultiPolygon([shapely.transform(ring.area, _rounded)]) for ring in rings]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=list(_RING_COLUMNS)), geometry=areas, crs=WGS84)


def _air_ring(ring: AirRing, airfield: Place, speed: Preset) -> dict[str, object]:
    return {
        "id": f"{airfield.id}-{ring.minutes}",
        "airfield_id": airfield.id,
        "name": airfield.name,
        "country": airfield.country,
        "minutes": ring.minutes,
        "radius_km": ring.radius_km,
        "speed_km_h": speed.value,
        "speed_mark": speed.mark,
        "speed_sources": join_values(speed.sources),
        "first_seen": airfield.since,
        "aircraft": _texts(_bracketed(aircraft.type, aircraft.seen or "") for aircraft in airfield.aircraft),
        "our_placement": airfield.our_placement,
        "position_mark": airfield.position_mark,
        "mark": airfield.mark,
        "sources": join_values(sorted(airfield.source_ids)),
    }


def _rounded(lonlats: Floats) -> Floats:
    return lonlats.round(_DECIMALS)


def agreement_rows(scheme: PatrolScheme, t: Catalogue) -> pd.DataFrame:
    """Return the agreements in the order of their file, without geometry: the ids of what they concern are columns."""
    return pd.DataFrame([_agreement(scheme, agreement, t.lang) for agreement in scheme.agreements])


def _agreement(scheme: PatrolScheme, a: Agreement, lang: str) -> dict[str, object]:
    footprint = scheme.footprint_of(a)
    return {
        "id": a.id,
        "short": a.short.in_language(lang),
        "name": a.name.in_language(lang),
        "theme": a.theme.value,
        "kind": a.kind.value,
        "mark": a.mark.value,
        "dates": join_values(map(_date, sorted(a.dates, key=lambda date: date.value))),
        "parties": join_values(map(_party, a.parties.members)),
        "other_parties": a.parties.others.in_language(lang) if a.parties.others else None,
        "parties_mark": a.parties.mark.value,
        "status": a.status.value.value,
        "status_text": a.status.text.in_language(lang),
        "status_mark": a.status.mark.value,
        "areas": _texts(text.in_language(lang) for text in a.areas.items),
        "areas_mark": a.areas.mark.value,
        "summary": a.summary.text.in_language(lang),
        "summary_mark": a.summary.mark.value,
        "disagreements": _texts(doubt.text.in_language(lang) for doubt in a.disagreements),
        "point_ids": join_values(footprint.point_ids),
        "place_ids": join_values(footprint.place_ids),
        "side_ids": join_values(footprint.sides),
        "sources": join_values(sorted(a.source_ids)),
    }


def _date(date: DatedEvent) -> str:
    return f"{date.kind.value} {date.value} ({date.mark.value})"


def _party(party: Party) -> str:
    capacity = "" if party.capacity == "member" else party.capacity
    return _bracketed(party.code, ", ".join(filter(None, (capacity, _interval(party.since, party.until)))))


def source_rows(scheme: PatrolScheme) -> pd.DataFrame:
    """Return the records of all cited sources; other tables refer to them by id."""
    rows = [[_cell(getattr(citation, name)) for name in _CITED] for citation in scheme.sources.citations]
    return pd.DataFrame(rows, columns=list(_CITED))


def _cell(value: object) -> object:
    return join_values(value) if isinstance(value, tuple) else value


def join_values(items: Iterable[object], by: str = "; ") -> str | None:
    """Return several values as the text of one cell; ``None`` where there is none."""
    return by.join(filter(None, map(str, items))) or None


def _texts(items: Iterable[str]) -> str | None:
    return join_values(items, by=" | ")  # a sentence may contain a semicolon


def _interval(since: str | None, until: str | None) -> str:
    """Return a period, open or closed, as an ISO 8601-2 interval: ``2008-09/..``."""
    return f"{since or '..'}/{until or '..'}" if since or until else ""


def _bracketed(text: str, detail: str) -> str:
    return f"{text} ({detail})" if detail else text
