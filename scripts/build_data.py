"""Make every file in ``data/`` from public sources and the hand-kept inputs in ``data/raw/``.

``make data`` (or ``python -m scripts.build_data``). Same input, same bytes.

Sources: the land polygons of ``roaring-landmask`` (OpenStreetMap, ODbL), the
maritime borders of npm's ``@osm_borders/maritime_10m`` (OpenStreetMap, ODbL),
and the facts in ``data/raw/*.toml``, each with its own sources. The npm package
is needed for ``waters.geojson`` only; ``--borders`` names its archive, and
without it the file of that name is left as it stands.
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
from scripts.build_ground import RAW, ROOT, Box, Ground, Record, limit_line, read_toml
from scripts.build_records import sources_toml
from scripts.build_sides import (
    BORDERS_PACKAGE,
    LIGHT_DECIMALS,
    LIGHT_TOLERANCE_M,
    M_PER_DEG,
    cut_line,
    fetch_borders,
    waters,
    waters_light,
)

SEA_ROOM_M = 500.0


# --- the layers ---------------------------------------------------------------------------------------------------------


def control_points(ground: Ground) -> list[Record]:
    """Return the control points as features: published position, sea-side start beside it."""
    return [_with_start(ground, _point_properties(raw), raw) for raw in read_toml("control_points.toml")["point"]]


def _point_properties(raw: Record) -> Record:
    position = raw["position"]
    return {
        "id": raw["id"],
        "name": raw["name"],
        "country": raw["country"],
        **_both("facility", raw["facility"]),
        "facility_mark": raw["facility_mark"],
        "facility_sources": raw["facility_sources"],
        "commands": [_command(command) for command in raw["command"]],
        "activities": [_flat(activity) for activity in raw.get("activity", [])],
        "doubts": [_flat(doubt) for doubt in raw.get("doubt", [])],
        "accuracy_m": position["accuracy_m"],
        "position_mark": position["mark"],
        **_both("position_note", position["note"]),
        "mark": raw["mark"],
        "sources": sorted({*raw["sources"], *position["sources"]}),
        "_geometry": shapely.Point(position["lon"], position["lat"]),
    }


def _command(raw: Record) -> Record:
    """Return a command with the precision of each of its dates beside it."""
    dates = {name: raw[name] for name in ("from", "to") if name in raw}
    return _flat(raw) | {f"{name}_precision": precision_of(value).value for name, value in dates.items()}


def _with_start(ground: Ground, properties: Record, raw: Record) -> Record:
    start = (raw["start"]["lon"], raw["start"]["lat"])
    if not ground.navigable.contains(shapely.Point(start)):
        raise SystemExit(f"{raw['id']}: the sea-side start {start} is not on navigable water")
    base = (raw["position"]["lon"], raw["position"]["lat"])
    return properties | {
        "start_lon": start[0],
        "start_lat": start[1],
        "start_distance_m": round(measure.distance_m(base, start)),
        **_both("start_note", raw["start"]["note"]),
    }


def places(ground: Ground) -> list[Record]:
    """Return ports, lights, further bases and documented towns as features."""
    return [_place(ground, raw) for raw in read_toml("places.toml")["place"]]


def _place(ground: Ground, raw: Record) -> Record:
    position = raw["position"]
    base = (position["lon"], position["lat"])
    start = _sea_side_start(ground, base) if raw.get("start_wanted") else None
    return {
        "id": raw["id"],
        "name": raw["name"],
        "kind": raw["kind"],
        "country": raw["country"],
        **_both("role", raw["role"]),
        **_both("note", raw["note"]),
        "since": raw.get("since"),
        "documented": raw.get("documented", []),
        "trafficking": raw.get("trafficking"),
        "accuracy_m": position["accuracy_m"],
        "our_placement": position.get("ours", False),
        "position_mark": position["mark"],
        "start_lon": start and start[0],
        "start_lat": start and start[1],
        "start_distance_m": start and round(measure.distance_m(base, start)),
        "mark": raw["mark"],
        "sources": sorted({*raw["sources"], *position["sources"]}),
        "_geometry": shapely.Point(base),
    }


def _sea_side_start(ground: Ground, base: tuple[float, float]) -> tuple[float, float]:
    """Return the nearest navigable water with `SEA_ROOM_M` of sea room."""
    lon, lat = base
    near = shapely.intersection(ground.navigable, shapely.box(lon - 0.5, lat - 0.5, lon + 0.5, lat + 0.5))
    found, _ = measure.nearest_m(base, measure.inset(near, room_m=SEA_ROOM_M, about=base))
    return round(found[0], 5), round(found[1], 5)


def strait(ground: Ground) -> list[Record]:
    """Return the two straits as features."""
    names = {
        "malacca-strait": {"en": "Strait of Malacca", "id": "Selat Malaka"},
        "singapore-strait": {"en": "Singapore Strait", "id": "Selat Singapura"},
    }
    return [
        {
            "id": part_id,
            **_both("name", names[part_id]),
            "area_km2": round(measure.area_km2(part), 1),
            "islands": len(part.interiors),
            "standing": "IHO S-23 limits as quoted; closing lines ours",
            "mark": "one-source",
            "sources": ["osm-land", "wp-mal", "wp-sin"],
            "_geometry": part,
        }
        for part_id, part in ground.strait.items()
    ]


def limits(_: Ground) -> list[Record]:
    """Return limits and closing lines as features, as they are published or were chosen."""
    return [
        {
            "id": raw["id"],
            **_both("name", raw["name"]),
            "standing": raw["standing"],
            "length_km": round(measure.length_km(limit_line(raw)), 1),
            "mark": raw.get("mark", "one-source"),
            "sources": raw.get("sources", ["selat"]),
            "_geometry": limit_line(raw),
        }
        for raw in read_toml("limits.toml")["limit"]
    ]


def land(ground: Ground) -> list[Record]:
    """Return every piece of land of the study box, largest first."""
    return [_land_piece(number, piece) for number, piece in enumerate(ground.land.geoms, start=1)]


def _land_piece(number: int, piece: shapely.Polygon) -> Record:
    return {"id": f"land-{number:04d}", "sources": ["osm-land"], "_geometry": piece}


def land_light(ground: Ground) -> list[Record]:
    """Return land for drawing: generalised, on a coarser grid, all pieces in one feature."""
    light = [shapely.simplify(piece, LIGHT_TOLERANCE_M / M_PER_DEG) for piece in ground.land.geoms]
    joined = shapely.union_all(light, grid_size=10.0**-LIGHT_DECIMALS)
    return [{"id": "land", "sources": ["osm-land"], "_geometry": joined}]


def region(ground: Ground) -> list[Record]:
    """Return the coarse land of South-East Asia, all pieces in one feature."""
    return [{"id": "region", "sources": ["osm-land"], "_geometry": ground.region}]


def boundaries(_: Ground) -> list[Record]:
    """Return treaty lines, and the cuts of ours that divide one basis from another."""
    raw = read_toml("boundaries.toml")
    return [*map(_treaty_line, raw["line"]), *map(_our_cut, [*raw["cut"], *raw["meridian"]])]


def _treaty_line(raw: Record) -> Record:
    line = shapely.LineString(raw["points"])
    return {
        "id": raw["id"],
        **_both("name", raw["name"]),
        **_both("treaty", raw["treaty"]),
        **_both("note", raw["note"]),
        "kind": raw["kind"],
        "parties": raw["parties"],
        "signed": raw.get("signed"),
        "in_force": raw.get("in_force"),
        "in_force_mark": raw.get("in_force_mark"),
        "length_km": round(measure.length_km(line), 1),
        "mark": raw["mark"],
        "sources": raw["sources"],
        "_geometry": line,
    }


def _our_cut(raw: Record) -> Record:
    note = {
        "en": "Chosen for this project, only to tell one basis of the sides from another.",
        "id": "Dipilih untuk proyek ini, hanya untuk membedakan dasar pembagian sisi.",
    }
    blank = {"treaty": {"en": "None", "id": "Tidak ada"}, "note": note, "kind": "our-cut", "mark": "one-source"}
    return _treaty_line(raw | blank | {"sources": ["selat"], "points": list(cut_line(raw).coords)})


# --- small tables -------------------------------------------------------------------------------------------------------


def agreements_json() -> bytes:
    """Return the agreements, checked, in the order of their themes."""
    records = [Agreement.model_validate(raw) for raw in read_toml("agreements.toml")["agreement"]]
    dumped = [record.model_dump(mode="json", by_alias=True, exclude_none=True) for record in records]
    lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in dumped)
    return f'{{"agreements": [\n{lines}\n]}}\n'.encode()


def incident_counts_csv() -> bytes:
    """Return the yearly counts, sorted by series, area and year."""
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


def _both(name: str, text: Record) -> Record:
    return {f"{name}_en": text["en"], f"{name}_id": text["id"]}


def _flat(record: Record) -> Record:
    """Return a raw claim with its two-language texts as ``…_en`` and ``…_id``."""
    flat: Record = {}
    for key, value in record.items():
        flat |= _both(key, value) if isinstance(value, dict) else {key: value}
    return flat


def geojson(features: Sequence[Record], *, attribution: str, licence: str) -> bytes:
    """Return a FeatureCollection sorted by id, one feature per line, right-hand rule (RFC 7946)."""
    lines = ",\n".join(_feature(feature) for feature in sorted(features, key=lambda feature: str(feature["id"])))
    head = json.dumps({"attribution": attribution, "licence": licence}, ensure_ascii=False)[1:-1]
    return f'{{"type": "FeatureCollection", {head}, "features": [\n{lines}\n]}}\n'.encode()


def _feature(feature: Record) -> str:
    geometry = feature["_geometry"]
    if geometry.geom_type in {"Polygon", "MultiPolygon"}:
        geometry = shapely.orient_polygons(shapely.normalize(geometry))
    coordinates = _rounded(shapely.geometry.mapping(geometry)["coordinates"])
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


def _rounded(coordinates: Any) -> Any:  # nested tuples of any depth, as GeoJSON has them
    if isinstance(coordinates, float | int):
        return round(coordinates, 5)
    return [_rounded(part) for part in coordinates]


def build(data: Path, *, borders: Path | None) -> None:
    """Write every file into ``data``; those that need the npm package only if ``borders`` is given."""
    hand_kept = read_toml("files.toml")
    box = Box(*hand_kept["study_box"])
    ground = Ground(box)
    makers: dict[str, Callable[[], Sequence[Record]]] = {
        "boundaries.geojson": lambda: boundaries(ground),
        "control_points.geojson": lambda: control_points(ground),
        "land-light.geojson": lambda: land_light(ground),
        "land.geojson": lambda: land(ground),
        "limits.geojson": lambda: limits(ground),
        "places.geojson": lambda: places(ground),
        "region.geojson": lambda: region(ground),
        "strait.geojson": lambda: strait(ground),
    }
    if borders:
        divided = waters(ground, borders)
        makers["waters.geojson"] = lambda: divided
        makers["waters-light.geojson"] = lambda: waters_light(ground, divided)
    records = {record["file"]: record for record in hand_kept["file"]}
    data.mkdir(parents=True, exist_ok=True)
    for file, make in makers.items():
        record = records[file]
        content = geojson(make(), attribution=record["attribution"], licence=record["licence"])
        (data / file).write_bytes(content)
        print(f"{file}: {len(content) / 1e3:,.0f} kB", flush=True)
    (data / "agreements.json").write_bytes(agreements_json())
    (data / "incident_counts.csv").write_bytes(incident_counts_csv())
    if (data / "waters.geojson").exists():
        (data / "sources.toml").write_text(sources_toml(data), "utf-8")


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "data", help="folder to write into")
    parser.add_argument("--borders", type=Path, help=f"archive of npm's {BORDERS_PACKAGE}; fetched with npm if left out")
    parser.add_argument("--without-borders", action="store_true", help="leave waters.geojson as it stands (no npm needed)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        borders = None if asked.without_borders else asked.borders or fetch_borders(Path(scratch))
        build(asked.out, borders=borders)


if __name__ == "__main__":
    main()
