"""The records of ``data/sources.toml``: the study box, one per file as measured, one per cited source."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import shapely
import tomlkit

from geo import measure
from scripts.build_ground import Record, read_toml


def sources_toml(data: Path) -> str:
    """Return the records: study box, one per file (hash, count, bounds as measured), one per cited source."""
    hand_kept = read_toml("files.toml")
    document = tomlkit.document()
    document.add(tomlkit.comment("Made by scripts/build_data.py from data/raw/files.toml and data/raw/citations.toml."))
    document.add(tomlkit.comment("Who changes a file rewrites its hash with: python -m geo check --record --data DIR"))
    document.add("study_box", hand_kept["study_box"])
    document.add("data_date", hand_kept["data_date"])
    document.add("about", read_toml("about.toml"))
    document.add("file", _tables(_file_record(record, data) for record in hand_kept["file"]))
    document.add("citation", _tables(_cited(data, hand_kept["file"])))
    return tomlkit.dumps(document)


def _tables(records: Iterable[Record]) -> Any:  # tomlkit's array of tables is untyped
    tables = tomlkit.aot()
    for record in records:
        table = tomlkit.table()
        table.update(record)
        tables.append(table)
    return tables


def _file_record(record: Record, data: Path) -> Record:
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


def _cited(data: Path, files: Sequence[Record]) -> list[Record]:
    known = {record["id"]: record for record in read_toml("citations.toml")["citation"]}
    cited = set(_source_ids(data)) | {source for record in files for source in record.get("sources", [])}
    missing = sorted(cited - known.keys())
    if missing:
        raise SystemExit(f"cited, but not in data/raw/citations.toml: {', '.join(missing)}")
    return [known[source] for source in sorted(cited)]


def _source_ids(data: Path) -> Iterable[str]:
    for path in sorted(data.glob("*.geojson")):
        for feature in json.loads(path.read_bytes())["features"]:
            yield from _collected(feature["properties"])
    yield from _collected(json.loads((data / "agreements.json").read_bytes()))
    with (data / "incident_counts.csv").open(encoding="utf-8", newline="") as counts:
        for row in csv.DictReader(counts):
            yield from row["source_ids"].split(";")


def _collected(value: object, key: str = "") -> Iterable[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _collected(inner, str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from [inner] if key.endswith("sources") and isinstance(inner, str) else _collected(inner, key)
