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
import hashlib
import io
import json
import math
import subprocess
import tarfile
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import shapely
import shapely.ops
import tomlkit
from shapely.geometry.base import BaseGeometry

from geo import measure
from geo.partial_date import precision_of
from geo.scheme.agreements import Agreement

ROOT = Path(__file__).resolve().parent.parent
RAW = ROOT / "data" / "raw"

GRID_DEG = 1e-5  # about 1 m: five decimals
LIGHT_DECIMALS = 4  # about 11 m: for drawing only
LIGHT_TOLERANCE_M = 100.0
# The land that shows where the strait lies, the size of a stamp: South-East Asia, its larger islands, about 10 km coarse.
REGION_BOX = (90.0, -12.0, 128.0, 22.0)
REGION_TOLERANCE_DEG = 0.08
REGION_LEAST_DEG2 = 0.025  # about 300 km2
REGION_DECIMALS = 2
M_PER_DEG = 111_000.0  # near the equator, for tolerances only
SEA_ROOM_M = 500.0
CUT_ARM_M = 90_000.0  # past both coasts, not into the next water
LANDMASK_SHA256 = "728e740b6e56f6eb9996aafba6c2602ca3f01c40d1be2b620b9775e31ce6dbf1"
BORDERS_PACKAGE = "@osm_borders/maritime_10m@1.1.0"
BORDERS_SHA256 = "a1aaf348a83087e9c210fc673a2226c0193aa41178b0ea53b4f79460d76eb7e4"
STRAIT_SEEDS = {"malacca-strait": (100.0, 4.2), "singapore-strait": (103.75, 1.19)}
# The Johor causeway is a spike in the source that stops short of the mainland; no vessel passes it.
CAUSEWAY = shapely.LineString([(103.76849, 1.45400), (103.76862, 1.45580)]).buffer(1.2e-4, cap_style="flat")
UNASSIGNED = "unassigned"
TERRITORIAL, SEABED = "territorial sea line", "seabed line, indicative"
OPENSTREETMAP, NO_BASIS = "OpenStreetMap, indicative", "none"

Record = dict[str, Any]  # a parsed TOML table: its shape is the raw file's own


def read_toml(name: str) -> Record:
    """Return a hand-kept input."""
    return tomllib.loads((RAW / name).read_text("utf-8"))


@dataclass(frozen=True)
class Box:
    """The study box, degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def polygon(self) -> shapely.Polygon:
        """The box as a polygon, EPSG:4326."""
        return shapely.box(self.west, self.south, self.east, self.north)


class Ground:
    """Land, water and the strait of the study box, each worked out once."""

    def __init__(self, box: Box) -> None:
        self.box = box

    @cached_property
    def _everywhere(self) -> list[shapely.Polygon]:
        """The land of the world, as the source has it."""
        from roaring_landmask import LandmaskProvider, Shapes  # a development dependency: no Linux aarch64 wheel

        wkb = bytes(Shapes.wkb(LandmaskProvider.Osm))
        _require_sha256(wkb, LANDMASK_SHA256, "the land polygons of roaring-landmask")
        return list(shapely.from_wkb(wkb).geoms)

    @cached_property
    def region(self) -> BaseGeometry:
        """The larger land of South-East Asia, coarse."""
        frame = shapely.box(*REGION_BOX)
        cut = [shapely.intersection(piece, frame) for piece in self._everywhere if piece.intersects(frame)]
        large = [shapely.simplify(piece, REGION_TOLERANCE_DEG) for piece in cut if piece.area >= REGION_LEAST_DEG2]
        return shapely.union_all(large, grid_size=10.0**-REGION_DECIMALS)

    @cached_property
    def land(self) -> shapely.MultiPolygon:
        """All land of the study box on the 5-decimal grid, causeway closed, largest piece first."""
        frame = self.box.polygon
        pieces = [piece for piece in self._everywhere if piece.intersects(frame)]
        clipped = shapely.set_precision(shapely.intersection(shapely.MultiPolygon(pieces), frame), GRID_DEG)
        joined = shapely.union_all([clipped, shapely.set_precision(CAUSEWAY, GRID_DEG)], grid_size=GRID_DEG)
        return shapely.MultiPolygon(sorted(joined.geoms, key=_by_size))

    @cached_property
    def navigable(self) -> shapely.Polygon:
        """The largest connected part of the study box minus land."""
        water = shapely.difference(self.box.polygon, self.land)
        return max(shapely.get_parts(water), key=lambda part: part.area)

    @cached_property
    def strait(self) -> dict[str, shapely.Polygon]:
        """The two straits, noded together so that they share their common limit exactly."""
        lines = [limit_line(limit, onto_land=True) for limit in read_toml("limits.toml")["limit"]]
        faces = faces_of([self.navigable.boundary, *lines])
        return {part_id: _face_at(faces, seed) for part_id, seed in STRAIT_SEEDS.items()}

    @cached_property
    def whole_strait(self) -> BaseGeometry:
        """Both straits together."""
        return shapely.union_all(list(self.strait.values()))


def faces_of(lines: Iterable[BaseGeometry]) -> list[shapely.Polygon]:
    """Node lines on the grid and return the faces between them."""
    noded = shapely.union_all(list(lines), grid_size=GRID_DEG)
    return list(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))))


def _face_at(faces: Sequence[shapely.Polygon], seed: tuple[float, float]) -> shapely.Polygon:
    point = shapely.Point(seed)
    return next(face for face in faces if face.contains(point))


def _by_size(piece: shapely.Polygon) -> tuple[float, tuple[float, ...]]:
    return (-piece.area, piece.bounds)


def _require_sha256(content: bytes, wanted: str, what: str) -> None:
    given = hashlib.sha256(content).hexdigest()
    if given != wanted:
        raise SystemExit(f"{what}: sha256 {given}; wanted {wanted}: the source has changed, look at it before building on it")


# --- the layers ---------------------------------------------------------------------------------------------------------


def limit_line(limit: Record, *, onto_land: bool = False) -> shapely.LineString:
    """Return a limit or closing line, run onto land at both ends if asked."""
    points = limit["points"]
    if onto_land and "onto_land" in limit:
        points = [limit["onto_land"]["first"], *points, limit["onto_land"]["last"]]
    return shapely.LineString(points)


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
    return _treaty_line(raw | blank | {"sources": ["selat"], "points": list(_cut_line(raw).coords)})


def _cut_line(raw: Record) -> shapely.LineString:
    if "points" in raw:
        return shapely.LineString(raw["points"])
    if "lon" in raw:
        return shapely.LineString([(raw["lon"], raw["lat_from"]), (raw["lon"], raw["lat_to"])])
    (west, south), (east, north) = raw["before"], raw["after"]
    along_deg = math.degrees(math.atan2(east - west, north - south))  # near the equator degrees will do
    ends = [
        measure.destination(tuple(raw["at"]), azimuth_deg=along_deg + turn_deg, distance_m=CUT_ARM_M) for turn_deg in (-90, 90)
    ]
    return shapely.LineString([ends[0], raw["at"], ends[1]])


# --- whose side ---------------------------------------------------------------------------------------------------------


def waters(ground: Ground, borders: Path) -> list[Record]:
    """Divide the strait into sides, each part with its basis; see ``docs/data.md``."""
    division = _Division(read_toml("boundaries.toml"), osm_countries(borders, ground.box), ground.box)
    faces = faces_of([*(part.boundary for part in ground.strait.values()), *division.lines])
    parts: dict[tuple[str, str], list[shapely.Polygon]] = {}
    whole = ground.whole_strait
    for face in faces:
        inside = face.representative_point()
        if whole.contains(inside):
            parts.setdefault(division.side_of(inside), []).append(face)
    features = [_waters_part(side, basis, shapely.union_all(found)) for (side, basis), found in parts.items()]
    return sorted(features, key=lambda feature: str(feature["id"]))


class _Division:
    """What divides the strait: treaty lines in the west, OpenStreetMap's borders in the east and behind a closing line."""

    def __init__(self, raw: Record, countries: dict[str, BaseGeometry], box: Box) -> None:
        self._raw, self._countries, self._box = raw, countries, box
        self._meridian: float = raw["meridian"][0]["lon"]
        self._sides = [(side["country"], shapely.Polygon(side["through"])) for side in raw["side"]]
        self._behind = [shapely.Polygon(region["through"]) for region in raw["behind"]]
        self._treaty_of_1970 = _cut_line(raw["cut"][0])

    @property
    def lines(self) -> list[BaseGeometry]:
        """Every line that parts one side, or one basis, from another."""
        box, meridian = self._box, self._meridian
        west, east = (shapely.box(a, box.south, b, box.north) for a, b in ((box.west, meridian), (meridian, box.east)))
        return [
            *(shapely.intersection(shapely.LineString(line["points"]), west) for line in self._raw["line"]),
            *(_cut_line(cut) for cut in (*self._raw["cut"], *self._raw["meridian"])),
            *(shapely.intersection(country.boundary, east) for country in self._countries.values()),
        ]

    def side_of(self, point: shapely.Point) -> tuple[str, str]:
        """Return whose side a point of the strait is on, and what that rests on."""
        if point.x > self._meridian:
            owners = sorted(code for code, country in self._countries.items() if country.contains(point))
            return (owners[0], OPENSTREETMAP) if len(owners) == 1 else (UNASSIGNED, NO_BASIS)
        owner = next((country for country, region in self._sides if region.contains(point)), UNASSIGNED)
        if owner == UNASSIGNED:
            return UNASSIGNED, NO_BASIS
        if any(region.contains(point) for region in self._behind):
            return owner, OPENSTREETMAP
        return owner, TERRITORIAL if owner in {"ID", "MY"} and _east_of(point, self._treaty_of_1970) else SEABED


def _east_of(point: shapely.Point, cut: shapely.LineString) -> bool:
    (x0, y0), (x1, y1) = cut.coords[0], cut.coords[-1]
    return (x1 - x0) * (point.y - y0) - (y1 - y0) * (point.x - x0) > 0


def _waters_part(side: str, basis: str, part: BaseGeometry) -> Record:
    slug = {TERRITORIAL: "territorial", SEABED: "seabed", OPENSTREETMAP: "openstreetmap", NO_BASIS: ""}[basis]
    return {
        "id": "-".join(filter(None, (side.lower(), slug))),
        "side": side,
        "basis": basis,
        "area_km2": round(measure.area_km2(part), 1),
        "mark": "one-source",
        "sources": ["osm-borders", "osm-land"] if basis in {OPENSTREETMAP, NO_BASIS} else ["osm-land", "selat"],
        "_geometry": part,
    }


def osm_countries(archive: Path, box: Box) -> dict[str, BaseGeometry]:
    """Return land with territorial sea of the littoral states, clipped to the box, by ISO alpha-2."""
    with tarfile.open(archive) as package:
        member = package.extractfile("package/borders.geo.json")
        if member is None:
            raise SystemExit(f"{archive.name}: holds no package/borders.geo.json; wanted npm's {BORDERS_PACKAGE}")
        content = member.read()
    _require_sha256(content, BORDERS_SHA256, BORDERS_PACKAGE)
    wanted = {"ID", "MY", "SG", "TH"}
    shapes = {
        feature["properties"]["isoA2"]: shapely.geometry.shape(feature["geometry"])
        for feature in json.loads(content)["features"]
        if feature["properties"].get("isoA2") in wanted
    }
    return {code: _areal(shapely.intersection(shapely.make_valid(shapes[code]), box.polygon)) for code in sorted(shapes)}


def _areal(geometry: BaseGeometry) -> BaseGeometry:
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type in {"Polygon", "MultiPolygon"}]
    return shapely.union_all(parts)


def waters_light(ground: Ground, waters_features: Sequence[Record]) -> list[Record]:
    """Return the sides for drawing under the land: no islands, generalised together so that they share edges."""
    shapes = [feature["_geometry"] for feature in waters_features]
    filled = [shapely.MultiPolygon([shapely.Polygon(p.exterior) for p in shapely.get_parts(shape)]) for shape in shapes]
    light = [shapely.simplify(shape, LIGHT_TOLERANCE_M / M_PER_DEG) for shape in filled]
    light = [shapely.set_precision(shape, 10.0**-LIGHT_DECIMALS) for shape in light]
    return [feature | {"_geometry": shape} for feature, shape in zip(waters_features, light, strict=True)]


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


def fetch_borders(folder: Path) -> Path:
    """Fetch npm's package of maritime borders into ``folder`` and return its archive."""
    subprocess.run(["npm", "pack", "--silent", BORDERS_PACKAGE], cwd=folder, check=True, capture_output=True)
    return next(folder.glob("*.tgz"))


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
