"""The patrol scheme: all layers and agreements of a data folder as one frozen value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import pandas as pd

from geo.errors import DataError
from geo.scheme.agreements import AGREEMENTS_FILE, Agreement, read_agreements, touching
from geo.scheme.data_files import data_folder, require_folder
from geo.scheme.incidents import INCIDENTS_FILE, read_incident_counts
from geo.scheme.layers import LAYERS, read_layer
from geo.scheme.sources import Sources, read_sources

__all__ = ["AgreementFootprint", "PatrolScheme", "load"]

T = TypeVar("T")


@dataclass(frozen=True)
class AgreementFootprint:
    """What an agreement touches on the map; empty where it has no place in the strait."""

    point_ids: tuple[str, ...]
    place_ids: tuple[str, ...]
    sides: tuple[str, ...]

    @property
    def anything(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.point_ids or self.place_ids or self.sides)


@dataclass(frozen=True, eq=False)
class PatrolScheme:
    """Layers in EPSG:4326, indexed by feature id, and the agreements; nothing dangles.

    ``waters_light`` and ``land_light`` are for drawing and fall back to the full
    layers where a folder has none; ``region`` is the coarse land of a wider part of the
    Earth, for a small map of where the strait lies. ``incident_counts`` has a row per series, area and
    year, and none where a folder has no such file.
    """

    folder: Path
    sources: Sources
    agreements: tuple[Agreement, ...]
    control_points: gpd.GeoDataFrame
    strait: gpd.GeoDataFrame
    land: gpd.GeoDataFrame
    land_light: gpd.GeoDataFrame
    limits: gpd.GeoDataFrame
    boundaries: gpd.GeoDataFrame
    waters: gpd.GeoDataFrame
    waters_light: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    region: gpd.GeoDataFrame
    incident_counts: pd.DataFrame

    def agreement(self, agreement_id: str | None) -> Agreement | None:
        """Return the agreement of that id, if there is one."""
        return next((a for a in self.agreements if a.id == agreement_id), None)

    def feature_name(self, feature_id: str) -> str:
        """Return the name of a control point or place."""
        table = self.control_points if feature_id in self.control_points.index else self.places
        return str(table.loc[feature_id, "name"])

    def agreements_at(self, feature_id: str) -> tuple[Agreement, ...]:
        """Return the agreements that touch a control point or place."""
        return touching(self.agreements, feature_id)

    def footprint_of(self, agreement: Agreement) -> AgreementFootprint:
        """Return what an agreement touches: points, places and the parties' waters."""
        drawn = set(self.waters["side"])
        sides = tuple(c for c in agreement.party_codes if c in drawn) if agreement.touches_waters else ()
        return AgreementFootprint(agreement.point_ids, agreement.place_ids, sides)

    @property
    def land_file(self) -> str:
        """Name of the file that the land is drawn from."""
        return self._drawn_from("land_light", "land")

    @property
    def waters_file(self) -> str:
        """Name of the file that the sides are drawn from."""
        return self._drawn_from("waters_light", "waters")

    def _drawn_from(self, light: str, full: str) -> str:
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
    where = data_folder(folder)
    require_folder(where)
    sources = read_sources(where)
    faults: list[str] = sources.faults(where)
    frames = {name: _attempt(faults, partial(_read, where, name, sources)) for name in LAYERS}
    agreements = _attempt(faults, lambda: read_agreements(sources.recorded_path(where, AGREEMENTS_FILE)))
    counts = _attempt(faults, lambda: read_incident_counts(sources.recorded_path(where, INCIDENTS_FILE)))
    if not faults and agreements is not None and counts is not None:
        faults.extend(_dangling(frames, agreements, counts, sources))
    if faults or agreements is None or counts is None:
        raise DataError(dict.fromkeys(faults))  # what one and the same file is refused for is said once
    tables = {name: frame for name, frame in frames.items() if frame is not None}
    for light, full in (("land_light", "land"), ("waters_light", "waters")):
        tables[light] = tables[light] if len(tables[light]) else tables[full]
    return PatrolScheme(folder=where, sources=sources, agreements=agreements, incident_counts=counts, **tables)


def _read(folder: Path, name: str, sources: Sources) -> gpd.GeoDataFrame:
    layer = LAYERS[name]
    sources.recorded_path(folder, layer.file)
    return read_layer(folder, layer, record=sources.file(layer.file), box=sources.study_box)


def _attempt(faults: list[str], read: Callable[[], T]) -> T | None:
    """Run a reader; on refusal keep its faults, so that all files report at once."""
    try:
        return read()
    except DataError as error:
        faults.extend(error.faults)
        return None


def _dangling(
    frames: Mapping[str, gpd.GeoDataFrame | None], agreements: Iterable[Agreement], counts: pd.DataFrame, sources: Sources
) -> Iterable[str]:
    """Yield every reference that leads nowhere, and what two files say differently."""
    ids = {name: set() if frame is None else set(frame.index) for name, frame in frames.items()}
    opening = [(f"sources.toml: about.intro {number}", said.sources) for number, said in enumerate(sources.about.intro, 1)]
    for label, cited in (*opening, *_citing(frames, agreements, counts)):
        yield from sources.unknown_ids(label, cited)
    for shared in sorted(ids["control_points"] & ids["places"]):
        yield f"places.geojson: feature {shared}: a control point has this id; wanted another"
    for agreement in agreements:
        label = f"{AGREEMENTS_FILE}: agreement {agreement.id}"
        for missing in sorted(set(agreement.point_ids) - ids["control_points"]):
            yield f"{label}: no control point {missing!r}; known: {', '.join(sorted(ids['control_points']))}"
        for missing in sorted(set(agreement.place_ids) - ids["places"]):
            yield f"{label}: no place {missing!r} in places.geojson"
    light, full = (set() if (frame := frames[name]) is None else set(frame["side"]) for name in ("waters_light", "waters"))
    if light and light != full:
        yield f"waters-light.geojson: has the sides {_listed(light)}; wanted those of waters.geojson, {_listed(full)}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _citing(
    frames: Mapping[str, gpd.GeoDataFrame | None], agreements: Iterable[Agreement], counts: pd.DataFrame
) -> Iterable[tuple[str, Iterable[str]]]:
    """Yield whatever cites sources, by its label in a message, with the ids it cites."""
    for name, frame in frames.items():
        for feature_id, feature in () if frame is None else frame.drop(columns="geometry").to_dict("index").items():
            yield f"{LAYERS[name].file}: feature {feature_id}", _cited(feature)
    for agreement in agreements:
        yield f"{AGREEMENTS_FILE}: agreement {agreement.id}", agreement.source_ids
    for number, cited in enumerate(counts["source_ids"], 1):
        yield f"{INCIDENTS_FILE}: row {number}", cited


def _cited(value: object, name: str = "") -> Iterable[str]:
    """Walk through a feature's properties and yield every source id, those of claims within claims too."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _cited(inner, str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from (str(inner),) if name.endswith("sources") else _cited(inner)
