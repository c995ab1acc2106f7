"""The picture that stands for the site where a link to it is shared: 1200 by 630 pixels, drawn from the figure's own map."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from geo.colors import ACCENT, INK, PAPER, SOFT_INK
from geo.coverage.answers import Answer
from geo.figure.frame import Frame, Look, OccupiedAreas
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
_MOST_LINES: Final = 4
_LAYERS: Final = ("sides", "lines")


def preview_png(scheme: PatrolScheme, chosen: Selection, answer: Answer) -> bytes:
    """Return a PNG with the map's title on the left and the strait as `geo.maps.scene` has it on the right.

    Same input, same bytes. Shapes of ``answer`` are drawn as they are: give one that is clipped to the coast.
    """
    t, about = catalogue(chosen.lang), scheme.sources.about
    shown = build_scene(scheme, replace(chosen, layers=_LAYERS), answer)
    title = about.title.in_language(t.lang)
    with matplotlib_settings():
        sheet = Sheet(_WIDTH_MM, _HEIGHT_MM)
        draw_map(sheet, _frame(scheme), scheme, shown, Look(2.6, names_places=False), OccupiedAreas(), 2.0)
        sheet.area(Box(0, 0, _MAP.x, _HEIGHT_MM).shape(), PAPER)
        sheet.text(_LEFT_MM, 22.0, "Selat", TextStyle(30, ACCENT[False], bold=True))
        below = _paragraph(sheet, 36.0, title, TextStyle(33, INK[False], bold=True))
        _paragraph(sheet, below + 7.0, about.heading.in_language(t.lang), TextStyle(18, SOFT_INK[False]))
        _paragraph(sheet, 140.0, t("preview.not"), TextStyle(15, SOFT_INK[False]))
        return sheet.content("png", _DPI, title)


def _paragraph(sheet: Sheet, top_mm: float, text: str, face: TextStyle) -> float:
    """Write a text below a height, cut off after a few lines; return where it ends."""
    lines = face.wrapped(text, _TEXT_MM)[:_MOST_LINES]
    sheet.paragraph(_LEFT_MM, top_mm, lines, face)
    return top_mm + face.height_mm(lines)


def _frame(scheme: PatrolScheme) -> Frame:
    """Return the strait in the middle of the map's part, and what lies around it up to the edges."""
    west, south, east, north = scheme.strait.total_bounds
    shrink = math.cos(math.radians((south + north) / 2))
    high = max(north - south + 2 * _MARGIN_DEG, (east - west + 2 * _MARGIN_DEG) * shrink / _MAP.width * _MAP.height)
    wide = high / _MAP.height * _MAP.width / shrink
    box = scheme.sources.study_box
    lon = _held((west + east) / 2, wide / 2, box.west, box.east)
    lat = _held((south + north) / 2, high / 2, box.south, box.north)
    return Frame(_MAP, lon - wide / 2, lat - high / 2, lon + wide / 2, lat + high / 2)


def _held(middle: float, half: float, low: float, high: float) -> float:
    """Return a middle moved so that what is half as wide on either side lies where there is data, if it can."""
    return min(max(middle, low + half), high - half) if 2 * half <= high - low else middle
