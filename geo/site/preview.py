"""The picture shown where a link to the site is shared: 1200 by 630 pixels, with the map of the figure."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from geo.colors import ACCENT, INK, PAPER, SOFT_INK
from geo.coverage.answers import Answer
from geo.coverage.headline import headline
from geo.figure.frame import Frame, MapStyle, OccupiedAreas
from geo.figure.marks import draw_map
from geo.figure.sheet import MM_PER_INCH, Box, Sheet, TextStyle, matplotlib_settings
from geo.maps.scene import build_scene
from geo.maps.selection import Selection
from geo.scheme.patrol_scheme import PatrolScheme
from geo.site.frame import PREVIEW_PX
from geo.text import catalogue

__all__ = ["preview_png"]

_DPI: Final = 100
_WIDTH_MM, _HEIGHT_MM = (px / _DPI * MM_PER_INCH for px in PREVIEW_PX)
_MAP: Final = Box(128.0, 0.0, _WIDTH_MM - 128.0, _HEIGHT_MM)
_LEFT_MM, _TEXT_MM = 12.0, 106.0
_MARGIN_DEG: Final = 0.45
_MOST_LINES: Final = 8
_LAYERS: Final = ("sides", "lines")


def preview_png(scheme: PatrolScheme, selection: Selection, answer: Answer) -> bytes:
    """Return a PNG with the finding on the left and the strait on the right.

    Same input, same bytes. Shapes of ``answer`` are drawn as they are: pass one that is clipped to the coast.
    """
    t, about = catalogue(selection.lang), scheme.sources.about
    scene = build_scene(scheme, replace(selection, layers=_LAYERS), answer)
    finding = headline(scheme, answer.coverage, t).finding
    with matplotlib_settings():
        sheet = Sheet(_WIDTH_MM, _HEIGHT_MM)
        draw_map(sheet, _frame(scheme), scheme, scene, MapStyle(2.6, has_place_names=False), OccupiedAreas(), 2.0)
        sheet.draw_area(Box(0, 0, _MAP.x, _HEIGHT_MM).to_polygon(), PAPER)
        sheet.draw_text(_LEFT_MM, 22.0, "Selat", TextStyle(30, ACCENT[False], bold=True))
        below = _draw_text(sheet, 36.0, about.title.in_language(t.lang), TextStyle(18, SOFT_INK[False]))
        _draw_text(sheet, below + 6.0, finding, TextStyle(23, INK[False], bold=True))
        _draw_text(sheet, 140.0, t("preview.not"), TextStyle(15, SOFT_INK[False]))
        return sheet.to_bytes("png", _DPI, finding)


def _draw_text(sheet: Sheet, top_mm: float, text: str, text_style: TextStyle) -> float:
    """Draw a text, cut off after a few lines; return the height where it ends."""
    lines = text_style.wrap(text, _TEXT_MM)[:_MOST_LINES]
    sheet.draw_paragraph(_LEFT_MM, top_mm, lines, text_style)
    return top_mm + text_style.height_mm(lines)


def _frame(scheme: PatrolScheme) -> Frame:
    """Return a frame with the strait in its middle that fills the right part of the picture."""
    west, south, east, north = scheme.strait.total_bounds
    shrink = math.cos(math.radians((south + north) / 2))
    high = max(north - south + 2 * _MARGIN_DEG, (east - west + 2 * _MARGIN_DEG) * shrink / _MAP.width * _MAP.height)
    wide = high / _MAP.height * _MAP.width / shrink
    box = scheme.sources.study_box
    lon = _shift_inside((west + east) / 2, wide / 2, box.west, box.east)
    lat = _shift_inside((south + north) / 2, high / 2, box.south, box.north)
    return Frame(_MAP, lon - wide / 2, lat - high / 2, lon + wide / 2, lat + high / 2)


def _shift_inside(middle: float, half: float, low: float, high: float) -> float:
    """Return a middle, moved so that an interval around it lies within the data, if it fits."""
    return min(max(middle, low + half), high - half) if 2 * half <= high - low else middle
