"""What lets a figure's map be read: its edge with degrees, the scale bar, and the legend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import shapely

from geo.colors import BAND_OPACITY, INK, PALETTE, PAPER, SMALL_PRINT
from geo.figure.frame import Frame, Look, draw_symbol, flat_color, multiples
from geo.figure.sheet import Box, Sheet, TextStyle
from geo.maps.legend import LegendRow, ScaleRow, SymbolRow
from geo.maps.scene import Scene
from geo.measure import distance_m
from geo.text import Catalogue
from geo.units import KM_PER_NMI

__all__ = ["Legend", "draw_edge", "draw_scale", "edge_room_mm", "graticule_step", "legend_rows", "scale_size_mm"]

_INK: Final = INK[False]
_EDGE: Final = PALETTE[False]["coast"]
_EDGE_MM: Final = 0.75
_STEPS_DEG: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_STEP_MM: Final = 40.0  # at most so far apart are the lines of the graticule
_LEAST_LINES: Final = 3.5
_BAR_MM: Final = 0.85
_SWATCH_MM: Final = 5.6
_SWATCH_ROOM_MM: Final = 1.6
_SCALE_BAR_MM: Final = 2.5
_ROW_ROOM_MM: Final = 0.5
_DASHES: Final = {"dash": (3.2, 1.7), "dot": (1.3, 1.6), "dashdot": (3.2, 1.4, 0.6, 1.4)}


# --- the edge -----------------------------------------------------------------------------------------------------------


def graticule_step(frame_width_deg: float, width_mm: float, unit: float) -> float:
    """Return how many degrees lie between two lines of the graticule."""
    lines = max(width_mm / unit / _STEP_MM, _LEAST_LINES)
    return next((step for step in reversed(_STEPS_DEG) if frame_width_deg / step >= lines), _STEPS_DEG[0])


def edge_room_mm(south: float, north: float, step_deg: float, look: Look, t: Catalogue) -> tuple[float, float]:
    """Return the room that the labels of the edge need, left of the map and below it."""
    face = _edge_face(look)
    widest = max((face.width_mm(_degrees(lat, "NS", t)) for lat in multiples(south, north, step_deg)), default=0.0)
    return widest + (_EDGE_MM + 1.4) * look.unit, face.leading_mm + (_EDGE_MM + 0.5) * look.unit


def _edge_face(look: Look) -> TextStyle:
    return look.face(0.82, color=SMALL_PRINT)


def draw_edge(sheet: Sheet, frame: Frame, step_deg: float, look: Look, t: Catalogue) -> None:
    """Draw the edge of a chart, dark and light in turn, and name its degrees."""
    box, wide = frame.box, _EDGE_MM * look.unit
    outer = Box(box.x - wide, box.y - wide, box.width + 2 * wide, box.height + 2 * wide)
    sheet.area(outer.shape() - box.shape(), PAPER)
    for low, high in _alternating(frame.west, frame.east, step_deg / 2):
        left, right = frame.mm([(low, frame.north), (high, frame.north)])[:, 0]
        for y in (outer.y, box.bottom):
            sheet.area(shapely.box(left, y, right, y + wide), _INK)
    for low, high in _alternating(frame.south, frame.north, step_deg / 2):
        lower, upper = frame.mm([(frame.west, low), (frame.west, high)])[:, 1]
        for x in (outer.x, box.right):
            sheet.area(shapely.box(x, upper, x + wide, lower), _INK)
    for edge in (outer, box):
        sheet.area(edge.shape(), None, edge=_INK, width_pt=0.4 * look.unit)
    _name_degrees(sheet, frame, step_deg, look, t)


def _name_degrees(sheet: Sheet, frame: Frame, step_deg: float, look: Look, t: Catalogue) -> None:
    face, box, room = _edge_face(look), frame.box, (_EDGE_MM + 0.8) * look.unit
    free_from = box.x
    for lon in multiples(frame.west, frame.east, step_deg):
        name, x = _degrees(lon, "EW", t), float(frame.mm((lon, frame.south))[0, 0])
        half = face.width_mm(name) / 2
        if free_from < x - half and x + half < box.right + room:
            free_from = x + half + face.leading_mm / 3
            sheet.text(x, box.bottom + room + 0.55 * face.leading_mm, name, face, align="center")
    for lat in multiples(frame.south, frame.north, step_deg):
        y = float(frame.mm((frame.west, lat))[0, 1])
        if box.y + face.leading_mm / 2 < y < box.bottom - face.leading_mm / 4:
            sheet.text(box.x - room, y, _degrees(lat, "NS", t), face, align="right")


def _degrees(value: float, hemispheres: str, t: Catalogue) -> str:
    number = f"{t.number(abs(value), digits=1)}°"
    if value == 0:
        return number
    return f"{number} {t(f'hemisphere.{hemispheres[value < 0]}')}"


def _alternating(low: float, high: float, step: float) -> list[tuple[float, float]]:
    """Return every second stretch of a scale, cut to what is shown."""
    first = math.floor(low / step)
    stretches = [(n * step, (n + 1) * step) for n in range(first, math.ceil(high / step)) if n % 2 == 0]
    return [(max(begin, low), min(end, high)) for begin, end in stretches]


# --- the scale bar --------------------------------------------------------------------------------------------------------


def scale_size_mm(look: Look, *, brief: bool = False) -> tuple[float, float]:
    """Return how much room the scale bar takes at most; a brief one has kilometres only."""
    face = _scale_face(look)
    if brief:
        return 20.0 * look.unit, face.leading_mm + 1.6 * look.unit
    return 42.0 * look.unit, 3 * face.leading_mm + 2 * _BAR_MM * look.unit + 1.2 * look.unit


def _scale_face(look: Look) -> TextStyle:
    return look.face(0.8, halo=PAPER)


def draw_scale(sheet: Sheet, frame: Frame, box: Box, look: Look, t: Catalogue, *, brief: bool = False) -> None:
    """Draw kilometres and, below them, nautical miles: true along the map's middle latitude."""
    face, bar = _scale_face(look), _BAR_MM * look.unit
    km_per_mm = _km_per_mm(frame)
    most_mm = box.width - face.width_mm("0000 nmi") - face.width_mm("0") / 2
    x, y = box.x + face.width_mm("0"), box.y + face.leading_mm
    _bar(sheet, x, y, km_per_mm, most_mm, "km", face, look, t, above=True)
    if brief:
        return
    _bar(sheet, x, y + bar, km_per_mm / KM_PER_NMI, most_mm, "nmi", face, look, t, above=False)
    note = t("figure.scale-at", latitude=_degrees(round(frame.mid_lat, 1), "NS", t))
    sheet.text(x, y + 2 * bar + 1.62 * face.leading_mm, note, face)


def _km_per_mm(frame: Frame) -> float:
    middle, bit = (frame.west + frame.east) / 2, (frame.east - frame.west) / 100  # a geodesic leaves the parallel, not so near
    return distance_m((middle, frame.mid_lat), (middle + bit, frame.mid_lat)) / 1000 / (frame.box.width / 100)


def _bar(
    sheet: Sheet,
    x: float,
    y: float,
    per_mm: float,
    most_mm: float,
    unit_name: str,
    face: TextStyle,
    look: Look,
    t: Catalogue,
    *,
    above: bool,
) -> None:
    """Draw one bar, its first half dark, with its numbers above or below."""
    bar, length = _BAR_MM * look.unit, _round_down(most_mm * per_mm)
    half = length / 2 / per_mm
    sheet.area(shapely.box(x, y, x + 2 * half, y + bar), PAPER, edge=_INK, width_pt=0.4 * look.unit)
    sheet.area(shapely.box(x, y, x + half, y + bar), _INK)
    middle_y = y - 0.52 * face.leading_mm if above else y + bar + 0.55 * face.leading_mm
    stops = ((0, 0.0), (1, length / 2), (2, length))
    for at, value in stops if half > 2.5 * face.width_mm("000") else stops[::2]:
        text = t.number(value, digits=0 if value >= 1 else 2)
        sheet.text(x + at * half, middle_y, text, face, align="center")
    sheet.text(x + 2 * half + face.width_mm(t.number(length)) / 2 + 0.9 * look.unit, middle_y, unit_name, face)


def _round_down(length: float) -> float:
    """Return the largest of 1, 2 and 5 times a power of ten that is not above a length.

    >>> _round_down(437.0), _round_down(1.9)
    (200.0, 1.0)
    """
    power = 10.0 ** math.floor(math.log10(length))
    return power * max(step for step in (1, 2, 5) if step * power <= length)


# --- the legend -----------------------------------------------------------------------------------------------------------


def legend_rows(scene: Scene, t: Catalogue) -> list[LegendRow]:
    """Return the rows of the page's legend that a printed map needs: what is drawn, in words that fit paper."""
    rows = [_in_print(row, t) for row in scene.legend.rows if _is_drawn(row, scene)]
    if any(point.hollow for point in scene.points):
        rows.insert(1, SymbolRow("hollow", t("figure.no-part")))
    if all(point.hollow for point in scene.points):
        rows = rows[1:]
    return rows


def _is_drawn(row: LegendRow, scene: Scene) -> bool:
    if isinstance(row, ScaleRow) or row.layer is None:
        return True
    return row.layer in scene.layers and not (row.layer == "sides" and scene.shapes)  # shapes hide the sides


def _in_print(row: LegendRow, t: Catalogue) -> LegendRow:
    """Return a row in words for print: the page's name the zoom at which ports and lights appear."""
    if isinstance(row, SymbolRow) and row.symbol in {"port", "light"}:
        return replace(row, text=t(f"figure.{row.symbol}"))
    return row


@dataclass(frozen=True)
class Legend:
    """Rows of a symbol and its words, in one column or several."""

    rows: Sequence[LegendRow]
    look: Look

    @property
    def _face(self) -> TextStyle:
        return self.look.face(0.86)

    @property
    def _indent_mm(self) -> float:
        return (_SWATCH_MM + _SWATCH_ROOM_MM) * self.look.unit

    def width_mm(self, most_mm: float) -> float:
        """Return how wide one column has to be, at most."""
        return min(most_mm, max((self._row_width_mm(row) for row in self.rows), default=0.0) * 1.02)

    def _row_width_mm(self, row: LegendRow) -> float:
        if isinstance(row, ScaleRow):
            return self._scale_width_mm(row)
        return self._indent_mm + self._face.width_mm(row.text)

    def _scale_width_mm(self, row: ScaleRow) -> float:
        edges = max(self._face.width_mm(edge) for edge in row.edges) * 1.9 * len(row.colors)
        return max(edges, self._face.width_mm(row.text))

    def height_mm(self, width_mm: float, columns: int = 1) -> float:
        """Return how high the legend is, in columns of this width."""
        return max(sum(self._row_mm(row, width_mm) for row in column) for column in self._split(width_mm, columns))

    def _row_mm(self, row: LegendRow, width_mm: float) -> float:
        room = _ROW_ROOM_MM * self.look.unit
        if isinstance(row, ScaleRow):
            lines = self._face.wrapped(row.text, width_mm)
            return self._face.height_mm(lines) + _SCALE_BAR_MM * self.look.unit + self._face.leading_mm + 2 * room
        return self._face.height_mm(self._face.wrapped(row.text, width_mm - self._indent_mm)) + room

    def _split(self, width_mm: float, columns: int) -> list[list[LegendRow]]:
        """Return the rows in columns, in their order, so that the highest column is as low as may be."""
        heights = [self._row_mm(row, width_mm) for row in self.rows]
        sizes = sorted({round(sum(heights[i:j]), 6) for i in range(len(heights)) for j in range(i + 1, len(heights) + 1)})
        return next(split for most in sizes if len(split := self._filled(heights, most + 1e-3)) <= columns)

    def _filled(self, heights: Sequence[float], most_mm: float) -> list[list[LegendRow]]:
        made: list[list[LegendRow]] = [[]]
        filled = 0.0
        for row, height in zip(self.rows, heights, strict=True):
            if made[-1] and filled + height > most_mm:
                made.append([])
                filled = 0.0
            made[-1].append(row)
            filled += height
        return made

    def draw(self, sheet: Sheet, x: float, y: float, width_mm: float, *, columns: int = 1, room_mm: float = 0.0) -> None:
        """Draw the legend, its upper left corner at a spot of the sheet, with room between columns."""
        for number, column in enumerate(self._split(width_mm, columns)):
            at = y
            for row in column:
                self._draw_row(sheet, row, x + number * (width_mm + room_mm), at, width_mm)
                at += self._row_mm(row, width_mm)

    def _draw_row(self, sheet: Sheet, row: LegendRow, x: float, y: float, width_mm: float) -> None:
        if isinstance(row, ScaleRow):
            self._draw_hours(sheet, row, x, y, width_mm)
            return
        lines = self._face.wrapped(row.text, width_mm - self._indent_mm)
        self._draw_swatch(sheet, row, x, y + self._face.leading_mm / 2)
        sheet.paragraph(x + self._indent_mm, y, lines, self._face)

    def _draw_hours(self, sheet: Sheet, row: ScaleRow, x: float, y: float, width_mm: float) -> None:
        """Draw the bands as one scale, a number at each seam."""
        unit, lines = self.look.unit, self._face.wrapped(row.text, width_mm)
        sheet.paragraph(x, y, lines, self._face)
        bar = Box(x, y + self._face.height_mm(lines) + _ROW_ROOM_MM * unit, 0, _SCALE_BAR_MM * unit)
        seams = np.linspace(x, x + self._scale_bar_mm(row, width_mm), len(row.colors) + 1)
        for left, right, color in zip(seams, seams[1:], row.colors, strict=False):
            sheet.area(shapely.box(left, bar.y, right, bar.bottom), flat_color(color, BAND_OPACITY))
        sheet.area(shapely.box(seams[0], bar.y, seams[-1], bar.bottom), None, edge=_EDGE, width_pt=0.4 * unit)
        for number, (seam, edge) in enumerate(zip(seams, row.edges, strict=True)):
            align = "left" if number == 0 else "right" if number == len(row.colors) else "center"
            sheet.text(float(seam), bar.bottom + 0.55 * self._face.leading_mm, edge, self._face, align=align)

    def _scale_bar_mm(self, row: ScaleRow, width_mm: float) -> float:
        return min(width_mm, max(self._scale_width_mm(row), 40 * self.look.unit))

    def _draw_swatch(self, sheet: Sheet, row: SymbolRow, x: float, y: float) -> None:
        unit, symbol, wide = self.look.unit, row.symbol, _SWATCH_MM * self.look.unit
        if row.color is None:
            draw_symbol(sheet, symbol, (x + wide / 2, y), unit)
        elif symbol == "fill":
            shape = shapely.box(x, y - 1.05 * unit, x + wide, y + 1.05 * unit)
            sheet.area(shape, flat_color(row.color, row.opacity), edge=_EDGE, width_pt=0.4 * unit)
        else:
            pattern = tuple(part * unit for part in _DASHES.get(symbol, ()))
            sheet.line([(x, y), (x + wide, y)], row.color, 0.9 * unit, dash=pattern or None)
