"""What a reader needs to read a figure's map: its edge with degrees, the scale bar, the legend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import shapely

from geo.colors import BAND_OPACITY, INK, PALETTE, PAPER, SMALL_PRINT
from geo.figure.frame import Frame, MapStyle, blend_with_sea, draw_symbol, list_hatch_lines, list_multiples
from geo.figure.sheet import Box, Sheet, TextStyle
from geo.maps.legend import LegendRow, ScaleRow, SymbolRow
from geo.maps.scene import Scene
from geo.measure import distance_m
from geo.text import Catalogue
from geo.units import KM_PER_NMI

__all__ = [
    "PrintLegend",
    "choose_graticule_step",
    "draw_edge",
    "draw_scale",
    "measure_edge_mm",
    "measure_scale_mm",
    "select_legend_rows",
]

_INK: Final = INK[False]
_EDGE: Final = PALETTE[False]["coast"]
_EDGE_MM: Final = 0.75
_STEPS_DEG: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_STEP_MM: Final = 40.0  # widest spacing of the graticule
_LEAST_LINES: Final = 3.5
_BAR_MM: Final = 0.85
_SWATCH_MM: Final = 5.6
_SWATCH_GAP_MM: Final = 1.6
_SCALE_BAR_MM: Final = 2.5
_ROW_GAP_MM: Final = 0.5
_DASHES: Final = {"dash": (3.2, 1.7), "dot": (1.3, 1.6), "dashdot": (3.2, 1.4, 0.6, 1.4), "ring": (1.7, 1.3)}


# --- the edge -----------------------------------------------------------------------------------------------------------


def choose_graticule_step(frame_width_deg: float, width_mm: float, unit: float) -> float:
    """Return the spacing of the graticule in degrees."""
    lines = max(width_mm / unit / _STEP_MM, _LEAST_LINES)
    return next((step for step in reversed(_STEPS_DEG) if frame_width_deg / step >= lines), _STEPS_DEG[0])


def measure_edge_mm(south: float, north: float, step_deg: float, style: MapStyle, t: Catalogue) -> tuple[float, float]:
    """Return the space that edge and labels take, left of the map and below it."""
    text_style = _edge_text(style)
    widest = max(
        (text_style.width_mm(_degrees_text(lat, "NS", t)) for lat in list_multiples(south, north, step_deg)), default=0.0
    )
    return widest + (_EDGE_MM + 1.4) * style.unit, text_style.leading_mm + (_EDGE_MM + 0.5) * style.unit


def _edge_text(style: MapStyle) -> TextStyle:
    return style.text_style(0.82, color=SMALL_PRINT)


def draw_edge(sheet: Sheet, frame: Frame, step_deg: float, style: MapStyle, t: Catalogue) -> None:
    """Draw the edge of a chart, dark and light in turn, with its degrees."""
    box, wide = frame.box, _EDGE_MM * style.unit
    outer = Box(box.x - wide, box.y - wide, box.width + 2 * wide, box.height + 2 * wide)
    sheet.draw_area(outer.to_polygon() - box.to_polygon(), PAPER)
    for low, high in _alternate_spans(frame.west, frame.east, step_deg / 2):
        left, right = frame.project([(low, frame.north), (high, frame.north)])[:, 0]
        for y in (outer.y, box.bottom):
            sheet.draw_area(shapely.box(left, y, right, y + wide), _INK)
    for low, high in _alternate_spans(frame.south, frame.north, step_deg / 2):
        lower, upper = frame.project([(frame.west, low), (frame.west, high)])[:, 1]
        for x in (outer.x, box.right):
            sheet.draw_area(shapely.box(x, upper, x + wide, lower), _INK)
    for edge in (outer, box):
        sheet.draw_area(edge.to_polygon(), None, edge=_INK, width_pt=0.4 * style.unit)
    _label_degrees(sheet, frame, step_deg, style, t)


def _label_degrees(sheet: Sheet, frame: Frame, step_deg: float, style: MapStyle, t: Catalogue) -> None:
    text_style, box, gap = _edge_text(style), frame.box, (_EDGE_MM + 0.8) * style.unit
    free_from = box.x
    for lon in list_multiples(frame.west, frame.east, step_deg):
        label, x = _degrees_text(lon, "EW", t), float(frame.project((lon, frame.south))[0, 0])
        half = text_style.width_mm(label) / 2
        if free_from < x - half and x + half < box.right + gap:
            free_from = x + half + text_style.leading_mm / 3
            sheet.draw_text(x, box.bottom + gap + 0.55 * text_style.leading_mm, label, text_style, align="center")
    for lat in list_multiples(frame.south, frame.north, step_deg):
        y = float(frame.project((frame.west, lat))[0, 1])
        if box.y + text_style.leading_mm / 2 < y < box.bottom - text_style.leading_mm / 4:
            sheet.draw_text(box.x - gap, y, _degrees_text(lat, "NS", t), text_style, align="right")


def _degrees_text(value: float, hemispheres: str, t: Catalogue) -> str:
    number = f"{t.number(abs(value), digits=1)}°"
    if value == 0:
        return number
    return f"{number} {t(f'hemisphere.{hemispheres[value < 0]}')}"


def _alternate_spans(low: float, high: float, step: float) -> list[tuple[float, float]]:
    """Return every second step of a scale, clipped to a range."""
    first = math.floor(low / step)
    spans = [(n * step, (n + 1) * step) for n in range(first, math.ceil(high / step)) if n % 2 == 0]
    return [(max(begin, low), min(end, high)) for begin, end in spans]


# --- the scale bar --------------------------------------------------------------------------------------------------------


def measure_scale_mm(style: MapStyle, *, brief: bool = False) -> tuple[float, float]:
    """Return the greatest width and height of the scale bar; a brief one has kilometres only."""
    text_style = _scale_text(style)
    if brief:
        return 20.0 * style.unit, text_style.leading_mm + 1.6 * style.unit
    return 42.0 * style.unit, 3 * text_style.leading_mm + 2 * _BAR_MM * style.unit + 1.2 * style.unit


def _scale_text(style: MapStyle) -> TextStyle:
    return style.text_style(0.8, halo=PAPER)


def draw_scale(sheet: Sheet, frame: Frame, box: Box, style: MapStyle, t: Catalogue, *, brief: bool = False) -> None:
    """Draw kilometres and, below them, nautical miles, true along the middle latitude of the map."""
    text_style, bar = _scale_text(style), _BAR_MM * style.unit
    km_per_mm = _km_per_mm(frame)
    most_mm = box.width - text_style.width_mm("0000 nmi") - text_style.width_mm("0") / 2
    x, y = box.x + text_style.width_mm("0"), box.y + text_style.leading_mm
    _draw_bar(sheet, x, y, km_per_mm, most_mm, "km", text_style, style, t, above=True)
    if brief:
        return
    _draw_bar(sheet, x, y + bar, km_per_mm / KM_PER_NMI, most_mm, "nmi", text_style, style, t, above=False)
    note = t("figure.scale-at", latitude=_degrees_text(round(frame.mid_lat, 1), "NS", t))
    sheet.draw_text(x, y + 2 * bar + 1.62 * text_style.leading_mm, note, text_style)


def _km_per_mm(frame: Frame) -> float:
    """Return the scale along the middle latitude, from a hundredth of the width: over more, a geodesic leaves the parallel."""
    middle, step_deg = (frame.west + frame.east) / 2, (frame.east - frame.west) / 100
    return distance_m((middle, frame.mid_lat), (middle + step_deg, frame.mid_lat)) / 1000 / (frame.box.width / 100)


def _draw_bar(
    sheet: Sheet,
    x: float,
    y: float,
    per_mm: float,
    most_mm: float,
    unit_name: str,
    text_style: TextStyle,
    style: MapStyle,
    t: Catalogue,
    *,
    above: bool,
) -> None:
    """Draw one bar, its first half dark, with numbers above or below."""
    bar, length = _BAR_MM * style.unit, _round_down(most_mm * per_mm)
    half = length / 2 / per_mm
    sheet.draw_area(shapely.box(x, y, x + 2 * half, y + bar), PAPER, edge=_INK, width_pt=0.4 * style.unit)
    sheet.draw_area(shapely.box(x, y, x + half, y + bar), _INK)
    middle_y = y - 0.52 * text_style.leading_mm if above else y + bar + 0.55 * text_style.leading_mm
    ticks = ((0, 0.0), (1, length / 2), (2, length))
    for number, value in ticks if half > 2.5 * text_style.width_mm("000") else ticks[::2]:
        text = t.number(value, digits=0 if value >= 1 else 2)
        sheet.draw_text(x + number * half, middle_y, text, text_style, align="center")
    sheet.draw_text(
        x + 2 * half + text_style.width_mm(t.number(length)) / 2 + 0.9 * style.unit, middle_y, unit_name, text_style
    )


def _round_down(length: float) -> float:
    """Return the largest 1, 2 or 5 times a power of ten that is not above a length.

    >>> _round_down(437.0), _round_down(1.9)
    (200.0, 1.0)
    """
    power = 10.0 ** math.floor(math.log10(length))
    return power * max(step for step in (1, 2, 5) if step * power <= length)


# --- the legend -----------------------------------------------------------------------------------------------------------


def select_legend_rows(scene: Scene, t: Catalogue) -> list[LegendRow]:
    """Return the rows of the page's legend for what is drawn, in words for print."""
    rows = [_reword_for_print(row, t) for row in scene.legend.rows if _is_drawn(row, scene)]
    if any(point.hollow for point in scene.points):
        rows.insert(1, SymbolRow("hollow", t("figure.no-part")))
    if all(point.hollow for point in scene.points):
        rows = rows[1:]
    return rows


def _is_drawn(row: LegendRow, scene: Scene) -> bool:
    if isinstance(row, ScaleRow) or row.layer is None:
        return True
    is_on = row.layer in scene.layers or row.further_layer in scene.layers
    return is_on and not (row.layer == "sides" and scene.shapes)  # shapes cover the sides


def _reword_for_print(row: LegendRow, t: Catalogue) -> LegendRow:
    """Return a row in words for print: on the page, ports and lights name the zoom at which they appear."""
    if isinstance(row, SymbolRow) and row.symbol in {"port", "light"}:
        return replace(row, text=t(f"figure.{row.symbol}"))
    return row


@dataclass(frozen=True)
class PrintLegend:
    """A legend in one column or several, each row a symbol and its text."""

    rows: Sequence[LegendRow]
    style: MapStyle

    @property
    def _text(self) -> TextStyle:
        return self.style.text_style(0.86)

    @property
    def _indent_mm(self) -> float:
        return (_SWATCH_MM + _SWATCH_GAP_MM) * self.style.unit

    def width_mm(self, most_mm: float) -> float:
        """Return the width that one column needs, at most ``most_mm``."""
        return min(most_mm, max((self._row_width_mm(row) for row in self.rows), default=0.0) * 1.02)

    def _row_width_mm(self, row: LegendRow) -> float:
        if isinstance(row, ScaleRow):
            return self._scale_width_mm(row)
        return self._indent_mm + self._text.width_mm(row.text)

    def _scale_width_mm(self, row: ScaleRow) -> float:
        edges = max(self._text.width_mm(edge) for edge in row.edges) * 1.9 * len(row.colors)
        return max(edges, self._text.width_mm(row.text))

    def height_mm(self, width_mm: float, columns: int = 1) -> float:
        """Return the height of the legend in columns of this width."""
        return max(sum(self._row_mm(row, width_mm) for row in column) for column in self._split(width_mm, columns))

    def _row_mm(self, row: LegendRow, width_mm: float) -> float:
        gap = _ROW_GAP_MM * self.style.unit
        if isinstance(row, ScaleRow):
            lines = self._text.wrap(row.text, width_mm)
            return self._text.height_mm(lines) + _SCALE_BAR_MM * self.style.unit + self._text.leading_mm + 2 * gap
        return self._text.height_mm(self._text.wrap(row.text, width_mm - self._indent_mm)) + gap

    def _split(self, width_mm: float, columns: int) -> list[list[LegendRow]]:
        """Return the rows in order, in columns, with the tallest column as short as possible."""
        heights = [self._row_mm(row, width_mm) for row in self.rows]
        sizes = sorted({round(sum(heights[i:j]), 6) for i in range(len(heights)) for j in range(i + 1, len(heights) + 1)})
        return next(split for most in sizes if len(split := self._fill_columns(heights, most + 1e-3)) <= columns)

    def _fill_columns(self, heights: Sequence[float], most_mm: float) -> list[list[LegendRow]]:
        columns: list[list[LegendRow]] = [[]]
        column_mm = 0.0
        for row, height in zip(self.rows, heights, strict=True):
            if columns[-1] and column_mm + height > most_mm:
                columns.append([])
                column_mm = 0.0
            columns[-1].append(row)
            column_mm += height
        return columns

    def draw(self, sheet: Sheet, x: float, y: float, width_mm: float, *, columns: int = 1, gap_mm: float = 0.0) -> None:
        """Draw the legend with its upper left corner at (x, y), and a gap between columns."""
        for number, column in enumerate(self._split(width_mm, columns)):
            row_y = y
            for row in column:
                self._draw_row(sheet, row, x + number * (width_mm + gap_mm), row_y, width_mm)
                row_y += self._row_mm(row, width_mm)

    def _draw_row(self, sheet: Sheet, row: LegendRow, x: float, y: float, width_mm: float) -> None:
        if isinstance(row, ScaleRow):
            self._draw_scale_row(sheet, row, x, y, width_mm)
            return
        lines = self._text.wrap(row.text, width_mm - self._indent_mm)
        self._draw_swatch(sheet, row, x, y + self._text.leading_mm / 2)
        sheet.draw_paragraph(x + self._indent_mm, y, lines, self._text)

    def _draw_scale_row(self, sheet: Sheet, row: ScaleRow, x: float, y: float, width_mm: float) -> None:
        """Draw the bands as one scale, the hours at its ends and between bands."""
        unit, lines = self.style.unit, self._text.wrap(row.text, width_mm)
        sheet.draw_paragraph(x, y, lines, self._text)
        bar = Box(x, y + self._text.height_mm(lines) + _ROW_GAP_MM * unit, 0, _SCALE_BAR_MM * unit)
        bounds = np.linspace(x, x + self._scale_bar_mm(row, width_mm), len(row.colors) + 1)
        for left, right, color in zip(bounds, bounds[1:], row.colors, strict=False):
            sheet.draw_area(shapely.box(left, bar.y, right, bar.bottom), blend_with_sea(color, BAND_OPACITY))
        sheet.draw_area(shapely.box(bounds[0], bar.y, bounds[-1], bar.bottom), None, edge=_EDGE, width_pt=0.4 * unit)
        for number, (bound, edge) in enumerate(zip(bounds, row.edges, strict=True)):
            align = "left" if number == 0 else "right" if number == len(row.colors) else "center"
            sheet.draw_text(float(bound), bar.bottom + 0.55 * self._text.leading_mm, edge, self._text, align=align)

    def _scale_bar_mm(self, row: ScaleRow, width_mm: float) -> float:
        return min(width_mm, max(self._scale_width_mm(row), 40 * self.style.unit))

    def _draw_swatch(self, sheet: Sheet, row: SymbolRow, x: float, y: float) -> None:
        unit, symbol, wide = self.style.unit, row.symbol, _SWATCH_MM * self.style.unit
        if row.color is None:
            draw_symbol(sheet, symbol, (x + wide / 2, y), unit)
        elif symbol == "fill":
            shape = shapely.box(x, y - 1.05 * unit, x + wide, y + 1.05 * unit)
            sheet.draw_area(shape, blend_with_sea(row.color, row.opacity), edge=_EDGE, width_pt=0.4 * unit)
        elif symbol == "hatch":
            shape = shapely.box(x, y - 1.05 * unit, x + wide, y + 1.05 * unit)
            for line in list_hatch_lines(shape, 1.2 * unit):
                sheet.draw_line(line, row.color, 0.45 * unit)
            sheet.draw_area(shape, None, edge=_EDGE, width_pt=0.4 * unit)
        else:
            pattern = tuple(part * unit for part in _DASHES.get(symbol, ()))
            width = 0.7 if symbol == "ring" else 0.9
            sheet.draw_line([(x, y), (x + wide, y)], row.color, width * unit, dash=pattern or None)
