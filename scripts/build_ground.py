"""Land, water and the strait of the study box, which the layers are made from."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

ROOT = Path(__file__).resolve().parent.parent
RAW = ROOT / "data" / "raw"
GRID_DEG = 1e-5  # about 1 m: five decimals
# Land for a small map of where the strait lies: South-East Asia and its larger islands, simplified by about 10 km.
REGION_BOX = (90.0, -12.0, 128.0, 22.0)
REGION_TOLERANCE_DEG = 0.08
REGION_LEAST_DEG2 = 0.025  # about 300 km2
REGION_DECIMALS = 2
LANDMASK_SHA256 = "728e740b6e56f6eb9996aafba6c2602ca3f01c40d1be2b620b9775e31ce6dbf1"
STRAIT_SEEDS = {"malacca-strait": (100.0, 4.2), "singapore-strait": (103.75, 1.19)}
# The Johor causeway is a spike in the source that stops short of the mainland; no vessel passes it.
CAUSEWAY = shapely.LineString([(103.76849, 1.45400), (103.76862, 1.45580)]).buffer(1.2e-4, cap_style="flat")
Record = dict[str, Any]  # a parsed TOML table: its shape is the raw file's own


def read_toml(name: str) -> Record:
    """Read an input of ``data/raw/``."""
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
    """Land, water and the strait of the study box, EPSG:4326, each computed once."""

    def __init__(self, box: Box) -> None:
        self.box = box

    @cached_property
    def _world_land(self) -> list[shapely.Polygon]:
        """The land of the world as the source has it."""
        from roaring_landmask import LandmaskProvider, Shapes  # a development dependency: no Linux aarch64 wheel

        wkb = bytes(Shapes.wkb(LandmaskProvider.Osm))
        require_sha256(wkb, LANDMASK_SHA256, "the land polygons of roaring-landmask")
        return list(shapely.from_wkb(wkb).geoms)

    @cached_property
    def region(self) -> BaseGeometry:
        """The larger pieces of land of South-East Asia, simplified."""
        frame = shapely.box(*REGION_BOX)
        cut = [shapely.intersection(piece, frame) for piece in self._world_land if piece.intersects(frame)]
        large = [shapely.simplify(piece, REGION_TOLERANCE_DEG) for piece in cut if piece.area >= REGION_LEAST_DEG2]
        return shapely.union_all(large, grid_size=10.0**-REGION_DECIMALS)

    @cached_property
    def land(self) -> shapely.MultiPolygon:
        """All land of the study box on a grid of five decimals, with the causeway closed; the largest piece first."""
        frame = self.box.polygon
        pieces = [piece for piece in self._world_land if piece.intersects(frame)]
        clipped = shapely.set_precision(shapely.intersection(shapely.MultiPolygon(pieces), frame), GRID_DEG)
        joined = shapely.union_all([clipped, shapely.set_precision(CAUSEWAY, GRID_DEG)], grid_size=GRID_DEG)
        return shapely.MultiPolygon(sorted(joined.geoms, key=_size_key))

    @cached_property
    def navigable(self) -> shapely.Polygon:
        """The largest connected part of the study box minus land."""
        water = shapely.difference(self.box.polygon, self.land)
        return max(shapely.get_parts(water), key=lambda part: part.area)

    @cached_property
    def strait(self) -> dict[str, shapely.Polygon]:
        """The two straits by id, noded together so that they share their common limit exactly."""
        lines = [make_limit_line(limit, onto_land=True) for limit in read_toml("limits.toml")["limit"]]
        faces = find_faces([self.navigable.boundary, *lines])
        return {part_id: _find_face(faces, seed) for part_id, seed in STRAIT_SEEDS.items()}

    @cached_property
    def whole_strait(self) -> BaseGeometry:
        """Both straits together."""
        return shapely.union_all(list(self.strait.values()))


def find_faces(lines: Iterable[BaseGeometry]) -> list[shapely.Polygon]:
    """Return the faces that lines enclose, noded on the grid."""
    noded = shapely.union_all(list(lines), grid_size=GRID_DEG)
    return list(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))))


def _find_face(faces: Sequence[shapely.Polygon], seed: tuple[float, float]) -> shapely.Polygon:
    point = shapely.Point(seed)
    return next(face for face in faces if face.contains(point))


def _size_key(piece: shapely.Polygon) -> tuple[float, tuple[float, ...]]:
    return (-piece.area, piece.bounds)


def require_sha256(content: bytes, expected: str, what: str) -> None:
    """Stop the build unless a source has the contents that the build was written for."""
    actual = hashlib.sha256(content).hexdigest()
    if actual != expected:
        raise SystemExit(
            f"{what}: sha256 {actual}; wanted {expected}: the source has changed, look at it before building on it"
        )


def make_limit_line(limit: Record, *, onto_land: bool = False) -> shapely.LineString:
    """Return a limit or closing line; with ``onto_land``, extended at both ends until it meets the coast."""
    points = limit["points"]
    if onto_land and "onto_land" in limit:
        points = [limit["onto_land"]["first"], *points, limit["onto_land"]["last"]]
    return shapely.LineString(points)
