"""The records of ``data/sources.toml``: the study box, one per file as measured, one per cited source."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import shapely
import tomlkit

from geo import measure
from geo.scheme.agreements import AGREEMENTS_FILE, read_agreements
from geo.scheme.features import ControlPoint, Place
from geo.scheme.incidents import INCIDENTS_FILE, read_incident_counts
from geo.scheme.layers import CONTROL_POINTS, LAYERS, PLACES, read_layer, read_points
from geo.scheme.presets import PRESETS_FILE, read_presets
from scripts.build_ground import Record, read_toml


def format_sources(data: Path) -> str:
    """Return ``sources.toml``: study box, opening, a record per file with its measures, a record per cited source."""
    raw_files = read_toml("files.toml")
    document = tomlkit.document()
    document.add(tomlkit.comment("Made by scripts/build_data.py from data/raw/files.toml and data/raw/citations.toml."))
    document.add(tomlkit.comment("Who changes a file rewrites its hash with: python -m geo check --record --data DIR"))
    document.add("study_box", raw_files["study_box"])
    document.add("data_date", raw_files["data_date"])
    document.add("about", read_toml("about.toml"))
    document.add("file", _make_tables(_measure_file(record, data) for record in raw_files["file"]))
    document.add("citation", _make_tables(_find_citations(data, raw_files["file"])))
    return tomlkit.dumps(document)


def _make_tables(records: Iterable[Record]) -> Any:  # tomlkit's array of tables is untyped
    tables = tomlkit.aot()
    for record in records:
        table = tomlkit.table()
        table.update(record)
        tables.append(table)
    return tables


def _measure_file(record: Record, data: Path) -> Record:
    """Return the record of a file with its hash and, of a layer, count, geometry types, CRS and bounds."""
    content = (data / record["file"]).read_bytes()
    measured: Record = {"sha256": hashlib.sha256(content).hexdigest()}
    if record["file"].endswith(".geojson"):
        features = json.loads(content)["features"]
        shapes = [shapely.geometry.shape(feature["geometry"]) for feature in features]
        measured |= {
            "features": len(features),
            "geometry_type": "/".join(sorted({shape.geom_type for shape in shapes})),
            "crs": measure.WGS84,
            "bounds": [round(float(edge), 5) for edge in shapely.total_bounds(shapes)],
        }
    return record | measured


def _find_citations(data: Path, files: Sequence[Record]) -> list[Record]:
    """Return the records of all sources that the data cites, sorted by id; an unknown id stops the build."""
    known = {record["id"]: record for record in read_toml("citations.toml")["citation"]}
    cited = set(_read_source_ids(data)) | {source for record in files for source in record.get("sources", [])}
    missing = sorted(cited - known.keys())
    if missing:
        raise SystemExit(f"cited, but not in data/raw/citations.toml: {', '.join(missing)}")
    return [known[source] for source in sorted(cited)]


def _read_source_ids(data: Path) -> Iterable[str]:
    """Yield the ids of the sources that the files of a folder cite, each file read as the product reads it."""
    for point in read_points(data, CONTROL_POINTS):
        yield from ControlPoint.of(*point).source_ids
    for place in read_points(data, PLACES):
        yield from Place.of(*place).source_ids
    for layer in LAYERS.values():
        yield from itertools.chain.from_iterable(read_layer(data, layer)["sources"])
    for agreement in read_agreements(data / AGREEMENTS_FILE):
        yield from agreement.source_ids
    yield from itertools.chain.from_iterable(read_incident_counts(data / INCIDENTS_FILE)["source_ids"])
    for preset in read_presets(data / PRESETS_FILE):
        yield from preset.sources
