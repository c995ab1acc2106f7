"""Updates the measured values in ``sources.toml``: hash, count, kinds of geometry, bounds. The rest stays as it is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from geo.atomic_write import write_atomically, write_failure
from geo.errors import DataError, ProvenanceError
from geo.scheme.data_files import decode_text, read_json
from geo.scheme.sources import RECORDED_DEG, SOURCES_FILE, FileRecord, file_hash, read_sources

__all__ = ["record_hashes"]

Measure = str | int | list[float]  # of a file: its hash, count, kinds of geometry or bounds


def record_hashes(folder: Path) -> tuple[str, ...]:
    """Update the measured values in ``sources.toml``, after the folder's owner has changed a file.

    These are the hash and, where the record has them, the count, kinds of geometry and
    bounds of a layer. Everything else in the file, comments included, stays as it is;
    the file is written atomically.

    Returns
    -------
    tuple of str
        Names of the files whose records changed.

    Raises
    ------
    ProvenanceError
        If a file is not there, or the records cannot be read or written.
    """
    path = folder / SOURCES_FILE
    records = read_sources(folder)
    try:
        document = tomlkit.parse(decode_text(path.read_bytes(), SOURCES_FILE, ProvenanceError))
    except (OSError, TOMLKitError) as error:
        raise ProvenanceError(f"{SOURCES_FILE}: cannot be rewritten with its comments kept ({error})") from None
    changed = []
    for record, table in zip(records.files, document["file"], strict=True):
        changes = _changes(record, {"sha256": file_hash(record, folder), **_measure(folder / record.file)})
        table.update(changes)
        changed += [record.file] if changes else []
    if changed:
        try:
            write_atomically(path, tomlkit.dumps(document).encode())
        except OSError as error:
            raise ProvenanceError(write_failure(path, error)) from None
    return tuple(changed)


def _changes(record: FileRecord, measured: Mapping[str, Measure]) -> dict[str, Measure]:
    """Return the measured values that differ from those in the record; what it leaves out stays out."""
    return {name: value for name, value in measured.items() if _differs(getattr(record, name), value)}


def _differs(recorded: object, measured: Measure) -> bool:
    """Return whether a recorded value differs from the measured one; bounds may differ by rounding."""
    if isinstance(recorded, tuple) and isinstance(measured, list):
        return any(abs(a - b) > RECORDED_DEG for a, b in zip(recorded, measured, strict=True))
    return recorded is not None and recorded != measured


def _measure(path: Path) -> dict[str, Measure]:
    """Return count, kinds of geometry and bounds of a layer; nothing for other files and unreadable ones.

    `geo.scheme.layers` reports what is wrong with a file.
    """
    if path.suffix != ".geojson":
        return {}
    try:
        shapes = _geometries(read_json(path))
        if not shapes:
            return {"features": 0}
        lons, lats = zip(*(position for shape in shapes for position in _positions(shape["coordinates"])), strict=True)
        bounds = [round(edge, 5) for edge in (min(lons), min(lats), max(lons), max(lats))]
        kinds = "/".join(sorted({str(shape["type"]) for shape in shapes}))
    except (DataError, ValueError, TypeError, LookupError, OverflowError):
        return {}
    if not all(map(math.isfinite, bounds)):
        return {}
    return {"features": len(shapes), "geometry_type": kinds, "bounds": bounds}


def _geometries(document: object) -> list[dict[str, object]]:
    """Return the geometries of a feature collection; what has another form raises a `TypeError` or `LookupError`."""
    if not isinstance(document, dict):
        raise TypeError("no object")
    return [feature["geometry"] for feature in document["features"]]


def _positions(coordinates: object) -> Iterator[tuple[float, float]]:
    """Yield (lon, lat) of every position, however deep the lists are nested."""
    if not isinstance(coordinates, list):
        raise TypeError("no list")
    if coordinates and isinstance(coordinates[0], list):
        for part in coordinates:
            yield from _positions(part)
    else:
        lon, lat, *_ = coordinates
        yield float(lon), float(lat)
