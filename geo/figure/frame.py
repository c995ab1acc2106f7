"""What a figure's map is made with: a window of degrees on a sheet, one unit for all sizes, spots taken, and symbols."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo.colors import CONTROL_POINT_COLOR, INK, PALETTE, PAPER, PLACE_COLORS
from geo.figure.sheet import Box, Sheet, TextStyle, blended
from geo.measure import Floats

__all__ = ["BODY_PT", "PLACE_MM", "Frame", "Look", "OccupiedAreas", "draw_symbol", "flat_color", "multiples"]

BODY_PT: Final = 7.8  # size of text where ``unit`` is 1: across a page of a journal
PLACE_MM: Final = {"port": 1.15, "light": 1.9, "base": 1.3, "air-base": 1.3, "town": 1.0}
_SEA: Final = PALETTE[False]["sea"]
_INK: Final = INK[False]
_DETAIL_MM: Final = 0.02  # what is finer than this no printer shows
_DISC_MM: Final = 2.5
_STAR: Final = 0.42  # inner radius of a star, of its outer one


@dataclass(frozen=True)
class Look:
    """How the map is drawn: ``unit`` of all sizes, and whether places bear their names."""

    unit: float
    names_places: bool

    def face(self, size: float = 1.0, **how: Any) -> TextStyle:  # handed on to Face as it is
        """Return a text face, its size in parts of the body text."""
        return TextStyle(**{"color": _INK, **how, "size_pt": round(BODY_PT * self.unit * size, 3)})

    @property
    def disc_mm(self) -> float:
        """How broad the disc of a control point is."""
        return _DISC_MM * self.unit


@dataclass(frozen=True)
class Frame:
    """A window of the map on the sheet: degrees to millimetres, plain equirectangular."""

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

    def mm(self, lonlat: npt.ArrayLike) -> Floats:
        """Return positions (n, 2) in degrees as millimetres of the sheet."""
        lon, lat = np.asarray(lonlat, dtype=float).reshape(-1, 2).T
        x = self.box.x + (lon - self.west) / (self.east - self.west) * self.box.width
        y = self.box.y + (self.north - lat) / (self.north - self.south) * self.box.height
        return np.column_stack([x, y])

    def flat(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return what of a geometry lies in or near the window, in millimetres, no finer than print shows."""
        room = 3 * self.deg_per_mm  # so that the edge of the cut lies outside
        cut = shapely.clip_by_rect(geometry, self.west - room, self.south - room, self.east + room, self.north + room)
        return shapely.simplify(shapely.transform(cut, self.mm), _DETAIL_MM)

    def holds(self, lon: float, lat: float) -> bool:
        """Say whether a position is in the window."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north


@dataclass
class OccupiedAreas:
    """Where on the sheet something stands already, so that nothing is written over it."""

    taken: list[BaseGeometry] = field(default_factory=list)

    def free(self, box: Box, room_mm: float = 0.0) -> bool:
        """Say whether a rectangle is free."""
        shape = box.shape(room_mm)
        return not any(shape.intersects(other) for other in self.taken)

    def take(self, box: Box) -> None:
        """Keep a rectangle."""
        self.taken.append(box.shape())


def flat_color(color: str, opacity: float) -> str:
    """Return the opaque colour that a colour has on the sea."""
    return blended(color, _SEA, opacity)


def draw_symbol(sheet: Sheet, symbol: str, spot: tuple[float, float], unit: float) -> None:
    """Draw the symbol of a control point or place at a spot of the sheet."""
    x, y = spot
    if symbol in {"point", "hollow"}:
        _draw_disc(sheet, x, y, _DISC_MM * unit, hollow=symbol == "hollow")
        return
    color, size = PLACE_COLORS[symbol], PLACE_MM[symbol] * unit
    solid = symbol in {"light", "town"}
    edge_pt = 0.35 * unit if solid else 0.75 * unit
    shape = shapely.affinity.translate(_symbol_shape(symbol, size), x, y)
    sheet.area(shape, color if solid else PAPER, edge=PAPER if solid else color, width_pt=edge_pt)


def _draw_disc(sheet: Sheet, x: float, y: float, breadth: float, *, hollow: bool) -> None:
    middle = shapely.Point(x, y)
    sheet.area(middle.buffer(breadth / 2), CONTROL_POINT_COLOR if hollow else _INK)
    sheet.area(middle.buffer(breadth / 2 * (0.78 if hollow else 0.94)), PAPER)
    if not hollow:
        sheet.area(middle.buffer(breadth / 2 * 0.76), CONTROL_POINT_COLOR)


def _symbol_shape(symbol: str, size: float) -> shapely.Polygon:
    if symbol == "port":
        return shapely.Point(0, 0).buffer(size / 2)
    if symbol == "light":
        turns = [math.pi * step / 5 - math.pi / 2 for step in range(10)]
        reach = [size / 2 * (_STAR if step % 2 else 1.0) for step in range(10)]
        return shapely.Polygon([(r * math.cos(a), r * math.sin(a)) for r, a in zip(reach, turns, strict=True)])
    square = shapely.box(-size / 2, -size / 2, size / 2, size / 2)
    return square if symbol == "town" else shapely.affinity.rotate(square, 45)


def multiples(low: float, high: float, step: float) -> list[float]:
    """Return the multiples of a step within a range."""
    return [round(number * step, 6) for number in range(math.ceil(low / step), math.floor(high / step) + 1)]
