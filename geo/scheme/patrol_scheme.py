"""The patrol scheme: the records and layers of a data folder, read and checked as one immutable value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import pandas as pd

from geo.errors import DataError
from geo.scheme.agreements import AGREEMENTS_FILE, Agreement, filter_by_feature, read_agreements
from geo.scheme.data_files import data_folder, require_folder
from geo.scheme.features import ControlPoint, Place, Start
from geo.scheme.incidents import INCIDENTS_FILE, read_incident_counts
from geo.scheme.layers import CONTROL_POINTS, LAYERS, PLACES, Layer, read_layer, read_points
from geo.scheme.presets import PRESETS_FILE, Preset, PresetKind, read_presets
from geo.scheme.properties import Properties
from geo.scheme.sources import FileRecord, Sources, StudyBox, read_sources
from geo.scheme.water import StudyWater, cut_strait, find_water, place_starts, require_one_side_of_180

__all__ = ["AgreementFootprint", "PatrolScheme", "load"]

_TABLES = [name for name, layer in LAYERS.items() if layer not in (CONTROL_POINTS, PLACES)]
P = TypeVar("P", bound=Properties)
T = TypeVar("T")


@dataclass(frozen=True)
class AgreementFootprint:
    """The control points, places and sides that an agreement concerns; empty where it has no location in the strait."""

    point_ids: tuple[str, ...]
    place_ids: tuple[str, ...]
    sides: tuple[str, ...]

    @property
    def anything(self) -> bool:
        """Whether the agreement has a location on the map."""
        return bool(self.point_ids or self.place_ids or self.sides)


@dataclass(frozen=True, eq=False)
class PatrolScheme:
    """Control points, places and agreements as records, layers as tables in EPSG:4326, indexed by feature id.

    References between files are checked. Control points and places are sorted by id.
    ``waters_light`` and ``land_light`` are for drawing; where a folder has none, they are
    the full layers. ``region`` is the coarse land around the study box, for a locator map.
    ``incident_counts`` has a row per series, area and year; it and ``presets`` are empty
    where a folder has no such file. ``strait`` is cut to the navigable water. ``remarks``
    says, in sentences, what was mended, cut off or moved on reading.
    """

    folder: Path
    sources: Sources
    agreements: tuple[Agreement, ...]
    control_points: tuple[ControlPoint, ...]
    places: tuple[Place, ...]
    strait: gpd.GeoDataFrame
    land: gpd.GeoDataFrame
    land_light: gpd.GeoDataFrame
    limits: gpd.GeoDataFrame
    boundaries: gpd.GeoDataFrame
    waters: gpd.GeoDataFrame
    waters_light: gpd.GeoDataFrame
    region: gpd.GeoDataFrame
    incident_counts: pd.DataFrame
    presets: tuple[Preset, ...]
    water: StudyWater
    remarks: tuple[str, ...]

    def agreement(self, agreement_id: str | None) -> Agreement | None:
        """Return the agreement of that id, if there is one."""
        return next((a for a in self.agreements if a.id == agreement_id), None)

    @cached_property
    def point_ids(self) -> tuple[str, ...]:
        """Ids of the control points."""
        return tuple(point.id for point in self.control_points)

    @cached_property
    def place_ids(self) -> tuple[str, ...]:
        """Ids of the places."""
        return tuple(place.id for place in self.places)

    @cached_property
    def feature_ids(self) -> tuple[str, ...]:
        """Ids of control points and places, the features that a page can select."""
        return (*self.point_ids, *self.place_ids)

    @cached_property
    def starts(self) -> dict[str, Start]:
        """Each start by the id of its feature: all control points, then the places that have one."""
        points = {point.id: point.start for point in self.control_points}
        return points | {place.id: place.start for place in self.places if place.start}

    def presets_of(self, kind: PresetKind) -> tuple[Preset, ...]:
        """Return the presets of a kind, in the order of the file."""
        return tuple(preset for preset in self.presets if preset.kind == kind)

    @property
    def air_speed(self) -> Preset | None:
        """How fast an aircraft is taken to fly; ``None`` where no source says."""
        return next(iter(self.presets_of("air_speed_km_h")), None)

    @cached_property
    def airfields(self) -> tuple[Place, ...]:
        """The places that aircraft leave from."""
        return tuple(place for place in self.places if place.kind == "air-base")

    def control_point(self, point_id: str) -> ControlPoint:
        """Return the control point of that id; a `KeyError` where there is none."""
        return self._points[point_id]

    def place(self, place_id: str) -> Place:
        """Return the place of that id; a `KeyError` where there is none."""
        return self._places[place_id]

    def feature(self, feature_id: str) -> ControlPoint | Place:
        """Return the control point or place of that id; a `KeyError` where there is neither."""
        return self._points.get(feature_id) or self._places[feature_id]

    def feature_name(self, feature_id: str) -> str:
        """Return the name of a control point or place."""
        return self.feature(feature_id).name

    @cached_property
    def _points(self) -> dict[str, ControlPoint]:
        return {point.id: point for point in self.control_points}

    @cached_property
    def _places(self) -> dict[str, Place]:
        return {place.id: place for place in self.places}

    def agreements_at(self, feature_id: str) -> tuple[Agreement, ...]:
        """Return the agreements that name a control point or place."""
        return filter_by_feature(self.agreements, feature_id)

    def footprint_of(self, agreement: Agreement) -> AgreementFootprint:
        """Return the points, places and parties' sides that an agreement concerns."""
        known = set(self.waters["side"])
        sides = tuple(code for code in agreement.party_codes if code in known) if agreement.touches_waters else ()
        return AgreementFootprint(agreement.point_ids, agreement.place_ids, sides)

    @property
    def land_file(self) -> str:
        """Name of the file from which the land is drawn."""
        return self._file_drawn("land_light", "land")

    @property
    def waters_file(self) -> str:
        """Name of the file from which the sides are drawn."""
        return self._file_drawn("waters_light", "waters")

    def _file_drawn(self, light: str, full: str) -> str:
        return LAYERS[full if getattr(self, light) is getattr(self, full) else light].file


def load(folder: Path | None = None) -> PatrolScheme:
    """Read and check a whole data folder.

    Parameters
    ----------
    folder
        See `geo.scheme.data_files.data_folder`.

    Raises
    ------
    DataError
        With every fault of every file in one message.
    """
    folder = data_folder(folder)
    require_folder(folder)
    sources = read_sources(folder)
    faults: list[str] = sources.faults(folder)
    remarks: list[str] = []
    reader = _LayerReader(folder, sources, remarks)
    points = _collect_faults(faults, reader.control_points)
    frames = {name: _collect_faults(faults, partial(reader.table, LAYERS[name])) for name in _TABLES}
    places = _collect_faults(faults, reader.places)
    agreements = _collect_faults(faults, lambda: read_agreements(sources.recorded_path(folder, AGREEMENTS_FILE)))
    counts = _collect_faults(faults, lambda: read_incident_counts(sources.recorded_path(folder, INCIDENTS_FILE)))
    presets = _collect_faults(faults, lambda: read_presets(sources.recorded_path(folder, PRESETS_FILE)))
    tables = {name: frame for name, frame in frames.items() if frame is not None}
    laid = _collect_faults(faults, lambda: _lay_water(tables, (*(points or ()), *(places or ())), sources.study_box, remarks))
    is_unread = len(tables) < len(frames)
    if is_unread or points is None or places is None or agreements is None or counts is None or presets is None:
        raise DataError(dict.fromkeys(faults))  # two checks may find the same fault
    faults += _cross_reference_faults(points, places, tables, agreements, counts, presets, sources)
    if faults or laid is None:
        raise DataError(dict.fromkeys(faults))
    water, tables["strait"] = laid
    for light, full in (("land_light", "land"), ("waters_light", "waters")):
        tables[light] = tables[light] if len(tables[light]) else tables[full]
    return PatrolScheme(
        folder=folder,
        sources=sources,
        agreements=agreements,
        control_points=points,
        places=places,
        incident_counts=counts,
        presets=presets,
        water=water,
        remarks=tuple(remarks),
        **tables,
    )


def _lay_water(
    tables: Mapping[str, gpd.GeoDataFrame], features: Iterable[ControlPoint | Place], box: StudyBox, remarks: list[str]
) -> tuple[StudyWater, gpd.GeoDataFrame] | None:
    """Return the water and the strait cut to it, with remarks; ``None`` where land or strait could not be read.

    Raises
    ------
    DataError
        With all faults of strait and starts on this water.
    """
    if not {"land", "strait"} <= tables.keys():
        return None
    land, strait, features = tables["land"].geometry.to_numpy(), tables["strait"], tuple(features)
    require_one_side_of_180(strait.geometry.to_numpy(), (feature.start for feature in features if feature.start))
    water = find_water(land, box, strait.geometry.to_numpy())
    cut, more = cut_strait(strait, water)
    faults, moves = place_starts(features, water)
    if faults:
        raise DataError(faults)
    remarks += [*more, *moves]
    return water, cut


@dataclass(frozen=True)
class _LayerReader:
    """Reads the layers of a folder and checks each against its record and the study box; adds to ``remarks``."""

    folder: Path
    sources: Sources
    remarks: list[str]

    def control_points(self) -> tuple[ControlPoint, ...]:
        return tuple(ControlPoint.of(*row) for row in self._points(CONTROL_POINTS))

    def places(self) -> tuple[Place, ...]:
        return tuple(Place.of(*row) for row in self._points(PLACES))

    def table(self, layer: Layer[Properties]) -> gpd.GeoDataFrame:
        return read_layer(self.folder, layer, record=self._record(layer), box=self.sources.study_box, remarks=self.remarks)

    def _points(self, layer: Layer[P]) -> tuple[tuple[P, float, float], ...]:
        return read_points(self.folder, layer, record=self._record(layer), box=self.sources.study_box)

    def _record(self, layer: Layer[Properties]) -> FileRecord | None:
        self.sources.recorded_path(self.folder, layer.file)
        return self.sources.file(layer.file)


def _collect_faults(faults: list[str], read: Callable[[], T]) -> T | None:
    """Run a reader and return its result; collect the faults it raises, so that one error can list those of all files."""
    try:
        return read()
    except DataError as error:
        faults.extend(error.faults)
        return None


def _cross_reference_faults(
    points: tuple[ControlPoint, ...],
    places: tuple[Place, ...],
    tables: Mapping[str, gpd.GeoDataFrame],
    agreements: Iterable[Agreement],
    counts: pd.DataFrame,
    presets: Iterable[Preset],
    sources: Sources,
) -> Iterable[str]:
    """Yield a sentence for each id without a record, and for each contradiction between files."""
    point_ids, place_ids = {point.id for point in points}, {place.id for place in places}
    opening = [(f"sources.toml: about.intro {number}", text.sources) for number, text in enumerate(sources.about.intro, 1)]
    for label, cited in (*opening, *_citations(points, places, tables, agreements, counts, presets)):
        yield from sources.unknown_ids(label, cited)
    for shared in sorted(point_ids & place_ids):
        yield f"{PLACES.file}: feature {shared}: a control point has this id; wanted another"
    for agreement in agreements:
        label = f"{AGREEMENTS_FILE}: agreement {agreement.id}"
        for missing in sorted(set(agreement.point_ids) - point_ids):
            yield f"{label}: no control point {missing!r}; known: {', '.join(sorted(point_ids))}"
        for missing in sorted(set(agreement.place_ids) - place_ids):
            yield f"{label}: no place {missing!r} in {PLACES.file}"
    light, full = set(tables["waters_light"]["side"]), set(tables["waters"]["side"])
    if light and light != full:
        yield f"waters-light.geojson: has the sides {_join(light)}; wanted those of waters.geojson, {_join(full)}"


def _join(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _citations(
    points: Iterable[ControlPoint],
    places: Iterable[Place],
    tables: Mapping[str, gpd.GeoDataFrame],
    agreements: Iterable[Agreement],
    counts: pd.DataFrame,
    presets: Iterable[Preset],
) -> Iterable[tuple[str, Iterable[str]]]:
    """Yield the label, for messages, and the source ids of each record that cites sources."""
    for point in points:
        yield f"{CONTROL_POINTS.file}: feature {point.id}", point.source_ids
    for name, table in tables.items():
        for feature_id, cited in table["sources"].items():
            yield f"{LAYERS[name].file}: feature {feature_id}", cited
    for place in places:
        yield f"{PLACES.file}: feature {place.id}", place.source_ids
    for agreement in agreements:
        yield f"{AGREEMENTS_FILE}: agreement {agreement.id}", agreement.source_ids
    for number, cited in enumerate(counts["source_ids"], 1):
        yield f"{INCIDENTS_FILE}: row {number}", cited
    for preset in presets:
        yield f"{PRESETS_FILE}: preset {preset.id}", preset.sources
