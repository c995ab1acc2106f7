"""The sides of the strait, divided by treaty lines and, where these leave gaps, by OpenStreetMap's borders."""

from __future__ import annotations

import json
import math
import subprocess
import tarfile
from collections.abc import Sequence
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from geo import measure
from scripts.build_ground import Box, Ground, Record, find_faces, read_toml, require_sha256

LIGHT_DECIMALS = 4  # about 11 m: for drawing only
LIGHT_TOLERANCE_M = 100.0
M_PER_DEG = 111_000.0  # near the equator, for tolerances only
CUT_ARM_M = 90_000.0  # past both coasts, not into the next water
BORDERS_PACKAGE = "@osm_borders/maritime_10m@1.1.0"
BORDERS_SHA256 = "a1aaf348a83087e9c210fc673a2226c0193aa41178b0ea53b4f79460d76eb7e4"
UNASSIGNED = "unassigned"
TERRITORIAL, SEABED = "territorial sea line", "seabed line, indicative"
OPENSTREETMAP, NO_BASIS = "OpenStreetMap, indicative", "none"


def make_waters(ground: Ground, borders: Path) -> list[Record]:
    """Return the parts of the strait as features, each with its side and its basis; see ``docs/data.md``."""
    division = _Division(read_toml("boundaries.toml"), read_osm_countries(borders, ground.box), ground.box)
    faces = find_faces([*(part.boundary for part in ground.strait.values()), *division.lines])
    parts: dict[tuple[str, str], list[shapely.Polygon]] = {}
    whole = ground.whole_strait
    for face in faces:
        inside = face.representative_point()
        if whole.contains(inside):
            parts.setdefault(division.side_of(inside), []).append(face)
    features = [_make_part(side, basis, shapely.union_all(pieces)) for (side, basis), pieces in parts.items()]
    return sorted(features, key=lambda feature: str(feature["id"]))


class _Division:
    """Treaty lines in the west, OpenStreetMap's borders in the east and behind the closing line of 1979."""

    def __init__(self, raw: Record, countries: dict[str, BaseGeometry], box: Box) -> None:
        self._raw, self._countries, self._box = raw, countries, box
        self._meridian: float = raw["meridian"][0]["lon"]
        self._sides = [(side["country"], shapely.Polygon(side["through"])) for side in raw["side"]]
        self._behind = [shapely.Polygon(region["through"]) for region in raw["behind"]]
        self._treaty_of_1970 = make_cut_line(raw["cut"][0])

    @property
    def lines(self) -> list[BaseGeometry]:
        """Every line between two sides, or between two bases."""
        box, meridian = self._box, self._meridian
        west, east = (shapely.box(a, box.south, b, box.north) for a, b in ((box.west, meridian), (meridian, box.east)))
        return [
            *(shapely.intersection(shapely.LineString(line["points"]), west) for line in self._raw["line"]),
            *(make_cut_line(cut) for cut in (*self._raw["cut"], *self._raw["meridian"])),
            *(shapely.intersection(country.boundary, east) for country in self._countries.values()),
        ]

    def side_of(self, point: shapely.Point) -> tuple[str, str]:
        """Return the side of a point of the strait, and the basis for it."""
        if point.x > self._meridian:
            owners = sorted(code for code, country in self._countries.items() if country.contains(point))
            return (owners[0], OPENSTREETMAP) if len(owners) == 1 else (UNASSIGNED, NO_BASIS)
        owner = next((country for country, region in self._sides if region.contains(point)), UNASSIGNED)
        if owner == UNASSIGNED:
            return UNASSIGNED, NO_BASIS
        if any(region.contains(point) for region in self._behind):
            return owner, OPENSTREETMAP
        return owner, TERRITORIAL if owner in {"ID", "MY"} and _is_east_of(point, self._treaty_of_1970) else SEABED


def _is_east_of(point: shapely.Point, cut: shapely.LineString) -> bool:
    (x0, y0), (x1, y1) = cut.coords[0], cut.coords[-1]
    return (x1 - x0) * (point.y - y0) - (y1 - y0) * (point.x - x0) > 0


def _make_part(side: str, basis: str, part: BaseGeometry) -> Record:
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


def read_osm_countries(archive: Path, box: Box) -> dict[str, BaseGeometry]:
    """Return land and territorial sea of the littoral states, clipped to the box, by their ISO 3166 alpha-2 codes."""
    with tarfile.open(archive) as package:
        member = package.extractfile("package/borders.geo.json")
        if member is None:
            raise SystemExit(f"{archive.name}: holds no package/borders.geo.json; wanted npm's {BORDERS_PACKAGE}")
        content = member.read()
    require_sha256(content, BORDERS_SHA256, BORDERS_PACKAGE)
    littoral = {"ID", "MY", "SG", "TH"}
    shapes = {
        feature["properties"]["isoA2"]: shapely.geometry.shape(feature["geometry"])
        for feature in json.loads(content)["features"]
        if feature["properties"].get("isoA2") in littoral
    }
    return {
        code: _keep_polygons(shapely.intersection(shapely.make_valid(shapes[code]), box.polygon)) for code in sorted(shapes)
    }


def _keep_polygons(geometry: BaseGeometry) -> BaseGeometry:
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type in {"Polygon", "MultiPolygon"}]
    return shapely.union_all(parts)


def make_waters_light(ground: Ground, waters_features: Sequence[Record]) -> list[Record]:
    """Return the sides for drawing under the land: without islands, simplified on one grid."""
    shapes = [feature["_geometry"] for feature in waters_features]
    filled = [shapely.MultiPolygon([shapely.Polygon(p.exterior) for p in shapely.get_parts(shape)]) for shape in shapes]
    light = [shapely.simplify(shape, LIGHT_TOLERANCE_M / M_PER_DEG) for shape in filled]
    light = [shapely.set_precision(shape, 10.0**-LIGHT_DECIMALS) for shape in light]
    return [feature | {"_geometry": shape} for feature, shape in zip(waters_features, light, strict=True)]


def make_cut_line(raw: Record) -> shapely.LineString:
    """Return one of our cuts: by its points, along a meridian, or at right angles to a treaty line."""
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


def fetch_borders(folder: Path) -> Path:
    """Download npm's package of maritime borders into ``folder`` and return its archive."""
    subprocess.run(["npm", "pack", "--silent", BORDERS_PACKAGE], cwd=folder, check=True, capture_output=True)
    return next(folder.glob("*.tgz"))
