"""What the map of a figure is drawn with: its frame on the sheet, its style, its occupied areas, and symbols."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo.arrays import Floats
from geo.colors import CONTROL_POINT_COLOR, INK, PALETTE, PAPER, PLACE_COLORS
from geo.figure.sheet import Box, Sheet, TextStyle, blend, list_simple_parts

__all__ = [
    "PLACE_MM",
    "Frame",
    "MapStyle",
    "OccupiedAreas",
    "blend_with_sea",
    "draw_symbol",
    "list_hatch_lines",
    "list_multiples",
]

PLACE_MM: Final = {"port": 1.15, "light": 1.9, "base": 1.3, "air-base": 1.5, "air-base-ours": 1.5, "town": 1.0}
_BODY_PT: Final = 7.8  # size of text where ``unit`` is 1: across a page of a journal
_SEA: Final = PALETTE[False]["sea"]
_INK: Final = INK[False]
_DETAIL_MM: Final = 0.02  # finer than any printer resolves
_CLIP_MARGIN_MM: Final = 3.0  # beyond the frame, so that the edges of the clip stay outside it
_DISC_MM: Final = 2.5
_STAR: Final = 0.42  # inner radius of a star, as a share of its outer radius


@dataclass(frozen=True)
class MapStyle:
    """How the map is drawn: ``unit`` scales every size, and places may be named or not."""

    unit: float
    has_place_names: bool

    def text_style(
        self, size: float = 1.0, *, color: str = _INK, bold: bool = False, italic: bool = False, halo: str | None = None
    ) -> TextStyle:
        """Return a text style, its ``size`` as a multiple of the body text's."""
        return TextStyle(round(_BODY_PT * self.unit * size, 3), color, bold, italic, halo)

    @property
    def disc_mm(self) -> float:
        """Diameter of the disc of a control point."""
        return _DISC_MM * self.unit


@dataclass(frozen=True)
class Frame:
    """A window of the map on the sheet, its bounds in degrees of EPSG:4326; the projection is plain equirectangular."""

    box: Box
    west: float
    south: float
    east: float
    north: float

    @property
    def mid_lat(self) -> float:
        """The latitude in the middle, where east-west and north-south have one scale."""
        return (self.south + self.north) / 2

    @property
    def deg_per_mm(self) -> float:
        """Degrees of longitude in a millimetre."""
        return (self.east - self.west) / self.box.width

    def project(self, lonlats: npt.ArrayLike) -> Floats:
        """Return positions (lon, lat), EPSG:4326, as millimetres on the sheet, an array (n, 2)."""
        lon, lat = np.asarray(lonlats, dtype=float).reshape(-1, 2).T
        x = self.box.x + (lon - self.west) / (self.east - self.west) * self.box.width
        y = self.box.y + (self.north - lat) / (self.north - self.south) * self.box.height
        return np.column_stack([x, y])

    def project_shape(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry, EPSG:4326, in millimetres, clipped to the window and a margin, and simplified for print."""
        margin = _CLIP_MARGIN_MM * self.deg_per_mm
        near = shapely.clip_by_rect(geometry, self.west - margin, self.south - margin, self.east + margin, self.north + margin)
        return shapely.simplify(shapely.transform(near, self.project), _DETAIL_MM)

    def contains(self, lon: float, lat: float) -> bool:
        """Say whether a position is in the window."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north


@dataclass
class OccupiedAreas:
    """Areas of the sheet, in millimetres, that names and insets keep off."""

    areas: list[BaseGeometry] = field(default_factory=list)

    def is_free(self, box: Box, margin_mm: float = 0.0) -> bool:
        """Say whether a box with a margin around it overlaps none of the areas."""
        shape = box.to_polygon(margin_mm)
        return not any(shape.intersects(area) for area in self.areas)

    def add(self, box: Box) -> None:
        """Mark a box as occupied."""
        self.areas.append(box.to_polygon())


def blend_with_sea(color: str, opacity: float) -> str:
    """Return the opaque colour that a colour of some opacity has on the sea."""
    return blend(color, _SEA, opacity)


def list_hatch_lines(area: BaseGeometry, step_mm: float) -> list[Floats]:
    """Return diagonal lines across an area, ``step_mm`` apart, each as points (x, y) in millimetres."""
    if area.is_empty:
        return []
    left, bottom, right, top = area.bounds
    step, height = step_mm * math.sqrt(2), top - bottom
    starts = np.arange(math.floor((left - height) / step), math.ceil(right / step)) * step
    lines = shapely.linestrings([[(x, bottom), (x + height, top)] for x in starts])
    parts = list_simple_parts(shapely.GeometryCollection(list(shapely.intersection(lines, area))))
    return [shapely.get_coordinates(part) for part in parts if part.geom_type == "LineString"]


def draw_symbol(sheet: Sheet, symbol: str, center: tuple[float, float], unit: float) -> None:
    """Draw the symbol of a control point or place, centred on a point of the sheet in millimetres."""
    x, y = center
    if symbol in {"point", "hollow"}:
        _draw_disc(sheet, x, y, _DISC_MM * unit, hollow=symbol == "hollow")
        return
    color, size = PLACE_COLORS[symbol], PLACE_MM[symbol] * unit
    solid = symbol in {"light", "town", "air-base"}
    edge_pt = 0.35 * unit if solid else 0.75 * unit
    shape = shapely.affinity.translate(_symbol_shape(symbol, size), x, y)
    sheet.draw_area(shape, color if solid else PAPER, edge=PAPER if solid else color, width_pt=edge_pt)


def _draw_disc(sheet: Sheet, x: float, y: float, diameter: float, *, hollow: bool) -> None:
    center = shapely.Point(x, y)
    sheet.draw_area(center.buffer(diameter / 2), CONTROL_POINT_COLOR if hollow else _INK)
    sheet.draw_area(center.buffer(diameter / 2 * (0.78 if hollow else 0.94)), PAPER)
    if not hollow:
        sheet.draw_area(center.buffer(diameter / 2 * 0.76), CONTROL_POINT_COLOR)


def _symbol_shape(symbol: str, size: float) -> shapely.Polygon:
    if symbol == "port":
        return shapely.Point(0, 0).buffer(size / 2)
    if symbol == "light":
        angles = [math.pi * step / 5 - math.pi / 2 for step in range(10)]
        radii = [size / 2 * (_STAR if step % 2 else 1.0) for step in range(10)]
        return shapely.Polygon([(r * math.cos(a), r * math.sin(a)) for r, a in zip(radii, angles, strict=True)])
    square = shapely.box(-size / 2, -size / 2, size / 2, size / 2)
    return square if symbol == "town" else shapely.affinity.rotate(square, 45)


def list_multiples(low: float, high: float, step: float) -> list[float]:
    """Return the multiples of a step within a range, ends included."""
    return [round(number * step, 6) for number in range(math.ceil(low / step), math.floor(high / step) + 1)]
