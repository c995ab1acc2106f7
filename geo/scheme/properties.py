"""The properties that features of each layer may have in their files, with their types and permitted values.

Other properties are dropped without a fault, so that an editor of a layer in a GIS may
keep their own. Texts come in pairs, ``…_en`` and ``…_id``.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from geo.partial_date import PartialDate, Precision
from geo.scheme.claims import CodeId, CountryCode, Mark, Name, SourceIds, Words

__all__ = [
    "AircraftProperties",
    "BoundaryProperties",
    "CommandProperties",
    "ControlPointProperties",
    "Documented",
    "LandProperties",
    "LimitProperties",
    "LimitStanding",
    "PlaceKind",
    "PlaceProperties",
    "Properties",
    "StraitProperties",
    "Trafficking",
    "WatersLightProperties",
    "WatersProperties",
]

BoundaryKind = Literal["territorial-sea", "seabed", "openstreetmap", "our-closure", "our-cut"]
Documented = Literal["departure", "landing", "transit", "returns", "hotspot-list", "destination"]
LimitStanding = Literal["published", "ours", "remembered"]
PlaceKind = Literal["port", "light", "base", "air-base", "town"]
Trafficking = Literal["not-raised", "suspected-by-police", "reported"]

# Strict: "5" and true are not numbers.
_Lon = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-180, le=180)]
_Lat = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-90, le=90)]
_Measure = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, lt=1e9)]
_Metres = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, lt=1e7)]
_Flag = Annotated[bool, Field(strict=True)]
_Side = Annotated[str, Field(pattern=r"^([A-Z]{2}|unassigned)$")]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    @model_validator(mode="after")
    def _both_languages(self) -> _Model:
        for name in type(self).model_fields:
            twin = f"{name.removesuffix('_en')}_id"
            if name.endswith("_en") and (getattr(self, name) is None) is not (getattr(self, twin) is None):
                raise ValueError(f"wanted `{name}` and `{twin}`, or neither")
        return self


class CommandProperties(_Model):
    """A unit at a control point, with since when and until when."""

    name_en: Name
    name_id: Name
    since: PartialDate | None = Field(default=None, alias="from")
    until: PartialDate | None = Field(default=None, alias="to")
    precision: Precision | None = None
    mark: Mark
    sources: SourceIds
    independence: Words | None = None


class ActivityProperties(_Model):
    """An activity reported at a control point."""

    text_en: Words
    text_id: Words
    mark: Mark
    sources: SourceIds
    independence: Words | None = None


class DoubtProperties(_Model):
    """What sources disagree on, or none confirms; it may have no source."""

    text_en: Words
    text_id: Words
    mark: Mark | None = None
    sources: tuple[CodeId, ...]


class AircraftProperties(_Model):
    """An aircraft that was seen at a place, and how many of them where a source says."""

    type: Words
    number: Annotated[int, Field(strict=True, ge=1, le=10_000)] | None = None
    seen: PartialDate | None = None
    mark: Mark
    sources: SourceIds
    independence: Words | None = None


class Properties(_Model):
    """The properties of a feature in any layer."""

    id: CodeId
    sources: SourceIds


class StraitProperties(Properties):
    """A part of the strait."""

    name_en: Name
    name_id: Name
    area_km2: _Measure | None = None


class LandProperties(Properties):
    """A piece of land; it has no properties but id and sources."""


class LimitProperties(Properties):
    """A limit of the strait: published, or drawn by us to close it."""

    name_en: Name
    name_id: Name
    standing: LimitStanding
    mark: Mark
    independence: Words | None = None
    length_km: _Measure | None = None


class BoundaryProperties(Properties):
    """A treaty line, or an indicative line in its place."""

    name_en: Name
    name_id: Name
    treaty_en: Words
    treaty_id: Words
    kind: BoundaryKind
    mark: Mark
    independence: Words | None = None
    parties: tuple[CountryCode, ...]
    signed: PartialDate | None = None
    in_force: PartialDate | None = None
    in_force_mark: Mark | None = None
    note_en: Words | None = None
    note_id: Words | None = None
    length_km: _Measure | None = None


class WatersLightProperties(Properties):
    """A part of a side, for drawing."""

    side: _Side
    basis: Words


class WatersProperties(WatersLightProperties):
    """A part of a side: water of the strait that belongs to one state, or to none, on a stated basis."""

    mark: Mark
    independence: Words | None = None
    area_km2: _Measure | None = None


class _PointProperties(Properties):
    """A position with its accuracy, mark and note."""

    name: Name
    country: CountryCode
    mark: Mark
    independence: Words | None = None
    accuracy_m: _Metres
    position_mark: Mark | None = None
    position_sources: tuple[CodeId, ...] | None = None
    position_note_en: Words | None = None
    position_note_id: Words | None = None


class ControlPointProperties(_PointProperties):
    """A control point of the scheme, with its start on the water."""

    facility_en: Words
    facility_id: Words
    facility_mark: Mark | None = None
    facility_sources: tuple[CodeId, ...] | None = None
    commands: tuple[CommandProperties, ...]
    activities: tuple[ActivityProperties, ...]
    doubts: tuple[DoubtProperties, ...] | None = None
    start_lon: _Lon
    start_lat: _Lat
    start_distance_m: _Metres
    start_note_en: Words
    start_note_id: Words


class PlaceProperties(_PointProperties):
    """A port, light, base or town; it has a complete start or none."""

    kind: PlaceKind
    role_en: Words
    role_id: Words
    note_en: Words
    note_id: Words
    since: PartialDate | None = None
    aircraft: tuple[AircraftProperties, ...] | None = None
    documented: tuple[Documented, ...] | None = None
    trafficking: Trafficking | None = None
    our_placement: _Flag | None = None
    start_lon: _Lon | None = None
    start_lat: _Lat | None = None
    start_distance_m: _Metres | None = None
    start_note_en: Words | None = None
    start_note_id: Words | None = None

    @model_validator(mode="after")
    def _whole_start(self) -> PlaceProperties:
        present = [value is not None for value in (self.start_lon, self.start_lat, self.start_distance_m)]
        if any(present) and not all(present):
            raise ValueError("wanted `start_lon`, `start_lat` and `start_distance_m`, or none of them")
        return self
