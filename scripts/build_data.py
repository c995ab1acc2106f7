"""Make every file in ``data/`` from public sources and the hand-written inputs in ``data/raw/``.

``make data`` (or ``python -m scripts.build_data``). Same input, same bytes.

Sources: the land polygons of ``roaring-landmask`` (OpenStreetMap, ODbL), the
maritime borders of npm's ``@osm_borders/maritime_10m`` (OpenStreetMap, ODbL),
and the facts in ``data/raw/*.toml``, each with its own sources. The npm package
is needed for the two ``waters`` files only: ``--borders`` names its archive,
``--without-borders`` leaves the two files as they are.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import shapely

from geo import measure
from geo.partial_date import precision_of
from geo.scheme.agreements import Agreement
from geo.scheme.presets import PRESETS_FILE, Preset
from scripts.build_ground import RAW, ROOT, Box, Ground, Record, make_limit_line, read_toml
from scripts.build_records import format_sources
from scripts.build_sides import (
    BORDERS_PACKAGE,
    LIGHT_DECIMALS,
    LIGHT_TOLERANCE_M,
    M_PER_DEG,
    fetch_borders,
    make_cut_line,
    make_waters,
    make_waters_light,
)

SEA_ROOM_M = 500.0  # of water on every side of a start


# --- the layers ---------------------------------------------------------------------------------------------------------


def make_control_points(ground: Ground) -> list[Record]:
    """Return the control points as features, each with its published position and its start."""
    return [_add_start(ground, _describe_point(raw), raw) for raw in read_toml("control_points.toml")["point"]]


def _describe_point(raw: Record) -> Record:
    position = raw["position"]
    return {
        "id": raw["id"],
        "name": raw["name"],
        "country": raw["country"],
        **_split_languages("facility", raw["facility"]),
        "facility_mark": raw["facility_mark"],
        "facility_sources": raw["facility_sources"],
        "commands": [_describe_command(command) for command in raw["command"]],
        "activities": [_flatten(activity) for activity in raw.get("activity", [])],
        "doubts": [_flatten(doubt) for doubt in raw.get("doubt", [])],
        "accuracy_m": position["accuracy_m"],
        "position_mark": position["mark"],
        "position_sources": position["sources"],
        **_split_languages("position_note", position["note"]),
        "mark": raw["mark"],
        "sources": sorted({*raw["sources"], *position["sources"]}),
        "independence": raw.get("independence"),
        "_geometry": shapely.Point(position["lon"], position["lat"]),
    }


def _describe_command(raw: Record) -> Record:
    """Return the properties of a command; each date is followed by its precision."""
    dates = {name: raw[name] for name in ("from", "to") if name in raw}
    return _flatten(raw) | {f"{name}_precision": precision_of(value).value for name, value in dates.items()}


def _add_start(ground: Ground, properties: Record, raw: Record) -> Record:
    """Return the properties with the start and its distance from the base; a start on land stops the build."""
    start = (raw["start"]["lon"], raw["start"]["lat"])
    if not ground.navigable.contains(shapely.Point(start)):
        raise SystemExit(f"{raw['id']}: the sea-side start {start} is not on navigable water")
    base = (raw["position"]["lon"], raw["position"]["lat"])
    return properties | {
        "start_lon": start[0],
        "start_lat": start[1],
        "start_distance_m": round(measure.distance_m(base, start)),
        **_split_languages("start_note", raw["start"]["note"]),
    }


def make_places(ground: Ground) -> list[Record]:
    """Return ports, lights, further bases and documented towns as features."""
    return [_make_place(ground, raw) for raw in read_toml("places.toml")["place"]]


def _make_place(ground: Ground, raw: Record) -> Record:
    position = raw["position"]
    base = (position["lon"], position["lat"])
    start = _find_start(ground, base) if raw.get("start_wanted") else None
    return {
        "id": raw["id"],
        "name": raw["name"],
        "kind": raw["kind"],
        "country": raw["country"],
        **_split_languages("role", raw["role"]),
        **_split_languages("note", raw["note"]),
        "since": raw.get("since"),
        "aircraft": raw.get("aircraft"),
        "documented": raw.get("documented", []),
        "trafficking": raw.get("trafficking"),
        "accuracy_m": position["accuracy_m"],
        "our_placement": position.get("ours", False),
        "position_mark": position["mark"],
        "position_sources": position["sources"],
        "start_lon": start and start[0],
        "start_lat": start and start[1],
        "start_distance_m": start and round(measure.distance_m(base, start)),
        "mark": raw["mark"],
        "sources": sorted({*raw["sources"], *position["sources"]}),
        "independence": raw.get("independence"),
        "_geometry": shapely.Point(base),
    }


def _find_start(ground: Ground, base: tuple[float, float]) -> tuple[float, float]:
    """Return the (lon, lat) of the nearest navigable water with `SEA_ROOM_M` of sea room."""
    lon, lat = base
    nearby = shapely.intersection(ground.navigable, shapely.box(lon - 0.5, lat - 0.5, lon + 0.5, lat + 0.5))
    start, _ = measure.nearest_m(base, measure.inset(nearby, margin_m=SEA_ROOM_M, about=base))
    return round(start[0], 5), round(start[1], 5)


def make_strait(ground: Ground) -> list[Record]:
    """Return the two straits as features."""
    names = {
        "malacca-strait": {"en": "Strait of Malacca", "id": "Selat Malaka"},
        "singapore-strait": {"en": "Singapore Strait", "id": "Selat Singapura"},
    }
    return [
        {
            "id": part_id,
            **_split_languages("name", names[part_id]),
            "area_km2": round(measure.area_km2(part), 1),
            "islands": len(part.interiors),
            "standing": "IHO S-23 limits as quoted; closing lines ours",
            "mark": "one-source",
            "sources": ["osm-land", "wp-mal", "wp-sin"],
            "_geometry": part,
        }
        for part_id, part in ground.strait.items()
    ]


def make_limits(_: Ground) -> list[Record]:
    """Return the limits and closing lines as features: as published, or as we chose them."""
    return [
        {
            "id": raw["id"],
            **_split_languages("name", raw["name"]),
            "standing": raw["standing"],
            "length_km": round(measure.length_km(make_limit_line(raw)), 1),
            "mark": raw.get("mark", "one-source"),
            "sources": raw.get("sources", ["selat"]),
            "_geometry": make_limit_line(raw),
        }
        for raw in read_toml("limits.toml")["limit"]
    ]


def make_land(ground: Ground) -> list[Record]:
    """Return every piece of land of the study box, largest first."""
    return [_make_piece(number, piece) for number, piece in enumerate(ground.land.geoms, start=1)]


def _make_piece(number: int, piece: shapely.Polygon) -> Record:
    return {"id": f"land-{number:04d}", "sources": ["osm-land"], "_geometry": piece}


def make_land_light(ground: Ground) -> list[Record]:
    """Return the land for drawing: simplified, on a coarser grid, all pieces in one feature."""
    light = [shapely.simplify(piece, LIGHT_TOLERANCE_M / M_PER_DEG) for piece in ground.land.geoms]
    joined = shapely.union_all(light, grid_size=10.0**-LIGHT_DECIMALS)
    return [{"id": "land", "sources": ["osm-land"], "_geometry": joined}]


def make_region(ground: Ground) -> list[Record]:
    """Return the coarse land of South-East Asia, all pieces in one feature."""
    return [{"id": "region", "sources": ["osm-land"], "_geometry": ground.region}]


def make_boundaries(_: Ground) -> list[Record]:
    """Return the treaty lines, and our own cuts where the basis of the sides changes."""
    raw = read_toml("boundaries.toml")
    return [*map(_make_treaty_line, raw["line"]), *map(_make_cut, [*raw["cut"], *raw["meridian"]])]


def _make_treaty_line(raw: Record) -> Record:
    line = shapely.LineString(raw["points"])
    return {
        "id": raw["id"],
        **_split_languages("name", raw["name"]),
        **_split_languages("treaty", raw["treaty"]),
        **_split_languages("note", raw["note"]),
        "kind": raw["kind"],
        "parties": raw["parties"],
        "signed": raw.get("signed"),
        "in_force": raw.get("in_force"),
        "in_force_mark": raw.get("in_force_mark"),
        "length_km": round(measure.length_km(line), 1),
        "mark": raw["mark"],
        "sources": raw["sources"],
        "independence": raw.get("independence"),
        "_geometry": line,
    }


def _make_cut(raw: Record) -> Record:
    note = {
        "en": "Chosen for this project, only to tell one basis of the sides from another.",
        "id": "Dipilih untuk proyek ini, hanya untuk membedakan dasar pembagian sisi.",
    }
    blank = {"treaty": {"en": "None", "id": "Tidak ada"}, "note": note, "kind": "our-cut", "mark": "one-source"}
    return _make_treaty_line(raw | blank | {"sources": ["selat"], "points": list(make_cut_line(raw).coords)})


# --- agreements and counts ---------------------------------------------------------------------------------------------------


def format_agreements() -> bytes:
    """Return ``agreements.json``: the agreements, checked, in the order of the raw file."""
    records = [Agreement.model_validate(raw) for raw in read_toml("agreements.toml")["agreement"]]
    dumps = [record.model_dump(mode="json", by_alias=True, exclude_none=True) for record in records]
    lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in dumps)
    return f'{{"agreements": [\n{lines}\n]}}\n'.encode()


def format_presets() -> bytes:
    """Return ``presets.json``: the presets, checked, in the order of the raw file."""
    presets = [Preset.model_validate(raw) for raw in read_toml("presets.toml")["preset"]]
    lines = ",\n".join(preset.model_dump_json(exclude_none=True) for preset in presets)
    return f'{{"presets": [\n{lines}\n]}}\n'.encode()


def format_incident_counts() -> bytes:
    """Return ``incident_counts.csv``: the yearly counts, sorted by series, area and year."""
    with (RAW / "incident_counts.csv").open(encoding="utf-8", newline="") as raw:
        reader = csv.DictReader(raw)
        rows = sorted(reader, key=lambda row: (row["series"], row["area"], int(row["year"])))
        header = reader.fieldnames or []
    out = io.StringIO()
    writer = csv.DictWriter(out, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


# --- writing ------------------------------------------------------------------------------------------------------------


def _split_languages(name: str, text: Record) -> Record:
    """Return a text in two languages as the two properties ``…_en`` and ``…_id``."""
    return {f"{name}_en": text["en"], f"{name}_id": text["id"]}


def _flatten(record: Record) -> Record:
    """Return a raw claim as properties, its texts as ``…_en`` and ``…_id``."""
    flat: Record = {}
    for key, value in record.items():
        flat |= _split_languages(key, value) if isinstance(value, dict) else {key: value}
    return flat


def format_geojson(features: Sequence[Record], *, attribution: str, licence: str) -> bytes:
    """Return a FeatureCollection sorted by id, one feature per line, right-hand rule (RFC 7946)."""
    lines = ",\n".join(_format_feature(feature) for feature in sorted(features, key=lambda feature: str(feature["id"])))
    head = json.dumps({"attribution": attribution, "licence": licence}, ensure_ascii=False)[1:-1]
    return f'{{"type": "FeatureCollection", {head}, "features": [\n{lines}\n]}}\n'.encode()


def _format_feature(feature: Record) -> str:
    geometry = feature["_geometry"]
    if geometry.geom_type in {"Polygon", "MultiPolygon"}:
        geometry = shapely.orient_polygons(shapely.normalize(geometry))
    coordinates = _round(shapely.geometry.mapping(geometry)["coordinates"])
    properties = {key: value for key, value in feature.items() if key != "_geometry" and value is not None}
    return json.dumps(
        {
            "type": "Feature",
            "id": feature["id"],
            "properties": properties,
            "geometry": {"type": geometry.geom_type, "coordinates": coordinates},
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _round(coordinates: Any) -> Any:  # nested tuples of any depth, as GeoJSON has them
    if isinstance(coordinates, float | int):
        return round(coordinates, 5)
    return [_round(part) for part in coordinates]


def build(data: Path, *, borders: Path | None) -> None:
    """Write every file into ``data``; the two ``waters`` files only if the archive of npm's ``borders`` is given."""
    raw_files = read_toml("files.toml")
    box = Box(*raw_files["study_box"])
    ground = Ground(box)
    makers: dict[str, Callable[[], Sequence[Record]]] = {
        "boundaries.geojson": lambda: make_boundaries(ground),
        "control_points.geojson": lambda: make_control_points(ground),
        "land-light.geojson": lambda: make_land_light(ground),
        "land.geojson": lambda: make_land(ground),
        "limits.geojson": lambda: make_limits(ground),
        "places.geojson": lambda: make_places(ground),
        "region.geojson": lambda: make_region(ground),
        "strait.geojson": lambda: make_strait(ground),
    }
    if borders:
        sides = make_waters(ground, borders)
        makers["waters.geojson"] = lambda: sides
        makers["waters-light.geojson"] = lambda: make_waters_light(ground, sides)
    records = {record["file"]: record for record in raw_files["file"]}
    data.mkdir(parents=True, exist_ok=True)
    for file, make in makers.items():
        record = records[file]
        content = format_geojson(make(), attribution=record["attribution"], licence=record["licence"])
        (data / file).write_bytes(content)
        print(f"{file}: {len(content) / 1e3:,.0f} kB", flush=True)
    (data / "agreements.json").write_bytes(format_agreements())
    (data / PRESETS_FILE).write_bytes(format_presets())
    (data / "incident_counts.csv").write_bytes(format_incident_counts())
    if (data / "waters.geojson").exists():
        (data / "sources.toml").write_text(format_sources(data), "utf-8")


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "data", help="folder to write into")
    parser.add_argument("--borders", type=Path, help=f"archive of npm's {BORDERS_PACKAGE}; fetched with npm if left out")
    parser.add_argument("--without-borders", action="store_true", help="leave the two waters files as they are (no npm)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        borders = None if options.without_borders else options.borders or fetch_borders(Path(scratch))
        build(options.out, borders=borders)


if __name__ == "__main__":
    main()
