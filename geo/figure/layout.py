"""The map as a figure for print (PNG, SVG or PDF), from the same scene as the page, without browser or tiles.

The map is plain equirectangular, with one scale east-west and north-south at its middle
latitude. Within a few degrees of the equator, where Selat looks, lengths are true to about half
a per cent all over it, and positions can be read off its edge with a ruler. The scale bar holds
for the middle latitude, and says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import shapely

from geo.colors import CONTROL_POINT_COLOR, INK, PALETTE, PAPER, SMALL_PRINT
from geo.coverage.answers import Answer
from geo.figure.caption import FigureText, write_figure_text
from geo.figure.fonts import is_printable
from geo.figure.frame import Frame, MapStyle, OccupiedAreas
from geo.figure.key import (
    PrintLegend,
    choose_graticule_step,
    draw_edge,
    draw_scale,
    measure_edge_mm,
    measure_scale_mm,
    select_legend_rows,
)
from geo.figure.marks import draw_map, separate_discs
from geo.figure.sheet import Box, Sheet, TextStyle, matplotlib_settings, require_printable
from geo.maps.scene import NOTHING_FIXED, Scene, build_scene
from geo.maps.selection import Selection
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import Catalogue, catalogue

__all__ = ["figure_bytes"]

_WIDTHS_MM: Final = (60.0, 85.0, 180.0, 420.0)
_UNITS: Final = (0.8, 0.9, 1.0, 1.75)  # scale of all sizes at these widths of the sheet
_ROOMY_MM: Final = 120.0  # narrower sheets have no names of places, no insets, and the legend below the map
_MARGIN_MM: Final = 2.5
_VIEW_MARGIN: Final = 0.045  # around the strait, as a share of its greater extent
_HIGHEST: Final = 1.1  # greatest height of a map, as a share of its width
_INK: Final = INK[False]
_EDGE: Final = PALETTE[False]["coast"]
_DETAIL_SHARE: Final = 0.36  # width of the detail, as a share of the map's
_DETAIL_RATIO: Final = 0.62  # height to width
_DETAIL_SPREAD: Final = 3.6  # half the width of the detail, in distances between its two points
_REGION_SHARE: Final = 0.24  # width of the region inset, as a share of the map's
_REGION_LEAST: Final = 0.6  # a map that shows more of the region than this needs no inset
_STEPS: Final = 14
_COLUMN_MM: Final = 36.0  # least width of a column of the legend


def figure_bytes(
    scheme: PatrolScheme, selection: Selection, answer: Answer | None, *, kind: str, width_mm: float = 180.0, dpi: int = 300
) -> bytes:
    """Return the map as a figure for print.

    Parameters
    ----------
    scheme
        What to draw.
    selection
        Language, layers and year. A figure is light, on our own land, and marks nothing as
        selected, whatever the page does.
    answer
        The answer to draw and to caption, if there is one.
    kind
        ``"png"``, ``"svg"`` or ``"pdf"``.
    width_mm
        Width of the sheet, 60 to 420; its height follows from its content. A column of a
        journal has 85, a page 180.
    dpi
        Dots per inch of a PNG, 72 to 1200.

    Returns
    -------
    bytes
        The same for the same arguments, on any thread.

    Raises
    ------
    ExportError
        If the kind, the width or the resolution is outside what a figure can have.

    Notes
    -----
    An inset shows control points that are too close for the map's scale, where a corner is
    free. Another shows where in the region the map lies; it is left out where the data has no
    land of a region, or the map shows most of it already.
    """
    require_printable(kind, width_mm, dpi)
    plain = replace(selection, dark=False, background="own", feature_id=None, agreement_id=None, water=None, view=0)
    with matplotlib_settings():
        return _draw_figure(scheme, plain.within(scheme), answer, kind, width_mm, int(dpi))


@dataclass
class _Page:
    """A page under construction: steps that draw on the sheet once its height is known."""

    width_mm: float
    margin_mm: float
    y: float = 0.0
    steps: list[Callable[[Sheet], None]] = field(default_factory=list)

    def add_paragraph(self, text: str, text_style: TextStyle, *, after_mm: float = 0.0) -> None:
        """Add a paragraph below the content so far."""
        lines, x, y = text_style.wrap(text, self.width_mm - 2 * self.margin_mm), self.margin_mm, self.y
        self.steps.append(lambda sheet: sheet.draw_paragraph(x, y, lines, text_style))
        self.y += text_style.height_mm(lines) + after_mm

    def draw(self) -> Sheet:
        """Return the sheet with everything on it."""
        sheet = Sheet(self.width_mm, self.y + self.margin_mm)
        for step in self.steps:
            step(sheet)
        return sheet


def _draw_figure(
    scheme: PatrolScheme, selection: Selection, answer: Answer | None, kind: str, width_mm: float, dpi: int
) -> bytes:
    text = write_figure_text(scheme, selection, answer)
    unit = float(np.interp(width_mm, _WIDTHS_MM, _UNITS))
    style = MapStyle(unit, has_place_names=width_mm >= _ROOMY_MM)
    page = _Page(width_mm, _MARGIN_MM * unit, y=_MARGIN_MM * unit)
    page.add_paragraph(text.title, style.text_style(1.45, bold=True), after_mm=0.4 * unit)
    page.add_paragraph(text.subtitle, style.text_style(0.98, color=SMALL_PRINT), after_mm=1.6 * unit)
    scene, t = build_scene(scheme, selection, answer), catalogue(selection.lang)
    _add_map(page, _MapContent(scheme, scene, style, t))
    page.add_paragraph(text.caption, style.text_style(0.92), after_mm=1.2 * unit)
    page.add_paragraph(text.caution, style.text_style(0.8, bold=True, color=SMALL_PRINT), after_mm=0.3 * unit)
    if not all(map(is_printable, _list_texts(text, scene))):
        page.add_paragraph(t("figure.no-font"), style.text_style(0.8, color=SMALL_PRINT), after_mm=0.3 * unit)
    page.add_paragraph(text.sources, style.text_style(0.8, color=SMALL_PRINT))
    return page.draw().to_bytes(kind, dpi, text.title)


def _list_texts(text: FigureText, scene: Scene) -> list[str]:
    """Return the texts of a figure that come from the data."""
    points, places, sides = scene.points, scene.fixed.places, scene.fixed.sides
    names = [*(point.name for point in points), *(place.name for place in places), *(side.name for side in sides)]
    return [text.title, text.subtitle, text.caption, text.sources, *names]


# --- the map on the page --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _MapContent:
    """What the map and its insets are drawn from."""

    scheme: PatrolScheme
    scene: Scene
    style: MapStyle
    t: Catalogue


def _add_map(page: _Page, content: _MapContent) -> None:
    """Add the map, with its legend in a free corner or below it."""
    unit = content.style.unit
    west, south, east, north = _find_extent(content.scheme)
    step_deg = choose_graticule_step(east - west, page.width_mm, unit)
    left, below = measure_edge_mm(south, north, step_deg, content.style, content.t)
    most = page.width_mm - 2 * page.margin_mm - left - unit
    ratio = (north - south) / ((east - west) * math.cos(math.radians((south + north) / 2)))
    width = min(most, most * _HIGHEST / ratio)
    box = Box(page.margin_mm + left + (most - width) / 2, page.y + unit, width, width * ratio)
    frame = Frame(box, west, south, east, north)
    legend = PrintLegend(select_legend_rows(content.scene, content.t), content.style)
    furniture = _arrange_furniture(page, frame, content, legend)
    page.steps.append(lambda sheet: _draw_framed_map(sheet, frame, content, furniture, step_deg))
    page.y = box.bottom + below + 1.6 * unit
    if furniture.legend_box is None:
        _add_legend(page, legend, unit)


def _find_extent(scheme: PatrolScheme) -> tuple[float, float, float, float]:
    """Return the bounds of the map in degrees: strait and control points with a margin, within the study box."""
    bounds = shapely.total_bounds([*scheme.strait.geometry, *(point.point for point in scheme.control_points)])
    west, south, east, north = (float(bound) for bound in bounds)
    margin, box = _VIEW_MARGIN * max(east - west, north - south), scheme.sources.study_box
    return (
        max(west - margin, box.west),
        max(south - margin, box.south),
        min(east + margin, box.east),
        min(north + margin, box.north),
    )


def _add_legend(page: _Page, legend: PrintLegend, unit: float) -> None:
    """Add the legend below the map, in as many columns as fit."""
    gap, across = 4.0 * unit, page.width_mm - 2 * page.margin_mm
    columns = max(1, int((across + gap) // (_COLUMN_MM * unit + gap)))
    width, x, y = (across - (columns - 1) * gap) / columns, page.margin_mm, page.y
    page.steps.append(lambda sheet: legend.draw(sheet, x, y, width, columns=columns, gap_mm=gap))
    page.y += legend.height_mm(width, columns) + 1.6 * unit


@dataclass(frozen=True)
class _Furniture:
    """Map furniture and its positions; ``None`` where there is no space for it."""

    scale: Box
    legend: PrintLegend
    legend_box: Box | None
    detail: Frame | None
    region: Frame | None

    def boxes(self) -> Iterator[Box]:
        """Yield every box that is occupied."""
        yield from filter(None, (self.scale, self.legend_box))
        yield from (inset.box for inset in (self.detail, self.region) if inset)


def _arrange_furniture(page: _Page, frame: Frame, content: _MapContent, legend: PrintLegend) -> _Furniture:
    """Find space for legend, insets and scale bar clear of the strait and of control points."""
    style, is_roomy = content.style, page.width_mm >= _ROOMY_MM
    occupied = _find_occupied(frame, content)
    width, padding = legend.width_mm(0.42 * frame.box.width), 2 * _legend_padding_mm(style)
    legend_size = (width + padding, legend.height_mm(width) + padding)
    legend_box = _find_space(frame, *legend_size, occupied, style) if is_roomy else None
    detail = _find_detail(frame, content, occupied) if is_roomy else None
    region = _find_region(frame, content, occupied) if is_roomy else None
    scale_size = measure_scale_mm(style)
    scale = _find_space(frame, *scale_size, occupied, style)
    corner = Box(frame.box.x + style.unit, frame.box.bottom - scale_size[1] - style.unit, *scale_size)
    return _Furniture(scale or corner, legend, legend_box, detail, region)


def _legend_padding_mm(style: MapStyle) -> float:
    return 1.8 * style.unit


def _find_occupied(frame: Frame, content: _MapContent) -> OccupiedAreas:
    """Return the strait, and the disc and name of each control point."""
    style, points = content.style, content.scene.points
    strait = frame.project_shape(shapely.union_all(content.scheme.strait.geometry.to_numpy()))
    occupied = OccupiedAreas([strait.buffer(style.unit)])
    for point, (x, y) in zip(points, separate_discs(points, frame, style.disc_mm), strict=True):
        name_mm = min(style.text_style(1.02, bold=True).width_mm(point.name), 0.6 * frame.box.width)
        occupied.add(Box(float(x) - style.disc_mm, float(y) - style.disc_mm, name_mm + 3 * style.disc_mm, 2 * style.disc_mm))
    return occupied


def _find_space(frame: Frame, width: float, height: float, occupied: OccupiedAreas, style: MapStyle) -> Box | None:
    """Find a free box of this size at the edge of the map, and mark it as occupied: corners first, then along the edges."""
    box, margin = frame.box, 1.6 * style.unit
    across, down = box.width - width - 2 * margin, box.height - height - 2 * margin
    if across < 0 or down < 0:
        return None
    steps = [step / _STEPS for step in range(_STEPS + 1)]
    corners = [(1.0, 0.0), (0.0, 1.0), (0.0, 0.0), (1.0, 1.0)]
    edges = [(0.0, 1 - s) for s in steps] + [(s, 1.0) for s in steps] + [(s, 0.0) for s in steps] + [(1.0, s) for s in steps]
    for right, low in (*corners, *edges):
        candidate = Box(box.x + margin + right * across, box.y + margin + low * down, width, height)
        if occupied.is_free(candidate, 0.6 * style.unit):
            occupied.add(candidate)
            return candidate
    return None


def _find_detail(frame: Frame, content: _MapContent, occupied: OccupiedAreas) -> Frame | None:
    """Return a closer frame around two control points whose discs overlap, if there are any and there is space for it."""
    lonlats = np.array([(point.lon, point.lat) for point in content.scene.points])
    mm = frame.project(lonlats)
    least_mm = 1.5 * content.style.disc_mm
    close = [(i, j) for i in range(len(mm)) for j in range(i + 1, len(mm)) if np.hypot(*(mm[i] - mm[j])) < least_mm]
    if not close:
        return None
    pair = lonlats[list(close[0])]
    width = _DETAIL_SHARE * frame.box.width
    box = _find_space(frame, width, width * _DETAIL_RATIO, occupied, content.style)
    if box is None:
        return None
    half_width = max(_DETAIL_SPREAD * float(np.ptp(pair, axis=0).max()), 1e-3)
    half_height = half_width * _DETAIL_RATIO * math.cos(math.radians(float(pair[:, 1].mean())))
    lon, lat = pair.mean(axis=0)
    return Frame(box, lon - half_width, lat - half_height, lon + half_width, lat + half_height)


def _find_region(frame: Frame, content: _MapContent, occupied: OccupiedAreas) -> Frame | None:
    """Return a frame of the whole region, if the data has its land, the map shows little of it, and there is space."""
    if not len(content.scheme.region):
        return None
    west, south, east, north = (float(bound) for bound in content.scheme.region.total_bounds)
    share = (frame.east - frame.west) * (frame.north - frame.south) / ((east - west) * (north - south))
    if share > _REGION_LEAST:
        return None
    ratio = (north - south) / ((east - west) * math.cos(math.radians((south + north) / 2)))
    width = _REGION_SHARE * frame.box.width
    box = _find_space(frame, width, width * ratio, occupied, content.style)
    return None if box is None else Frame(box, west, south, east, north)


# --- drawing it -----------------------------------------------------------------------------------------------------------


def _draw_framed_map(sheet: Sheet, frame: Frame, content: _MapContent, furniture: _Furniture, step_deg: float) -> None:
    """Draw the map, its furniture and its edge."""
    style = content.style
    occupied = OccupiedAreas([box.to_polygon(0.5 * style.unit) for box in furniture.boxes()])
    if furniture.detail:
        occupied.areas.append(_project_window(frame, furniture.detail))  # its names are in the detail
    draw_map(sheet, frame, content.scheme, content.scene, style, occupied, step_deg)
    if furniture.detail:
        sheet.draw_area(_project_window(frame, furniture.detail), None, edge=_INK, width_pt=0.6 * style.unit, clip=frame.box)
    if furniture.legend_box:
        _draw_legend(sheet, furniture.legend, furniture.legend_box, style)
    draw_scale(sheet, frame, furniture.scale, style, content.t)
    if furniture.detail:
        _draw_detail(sheet, furniture.detail, content)
    if furniture.region:
        _draw_region(sheet, frame, furniture.region, content)
    draw_edge(sheet, frame, step_deg, style, content.t)


def _draw_legend(sheet: Sheet, legend: PrintLegend, box: Box, style: MapStyle) -> None:
    padding = _legend_padding_mm(style)
    sheet.draw_area(box.to_polygon(), PAPER, edge=_EDGE, width_pt=0.5 * style.unit)
    legend.draw(sheet, box.x + padding, box.y + padding, box.width - 2 * padding)


def _project_window(frame: Frame, other: Frame) -> shapely.Polygon:
    """Return the window of another frame as a rectangle in this one, in millimetres."""
    (west, south), (east, north) = frame.project([(other.west, other.south), (other.east, other.north)]).tolist()
    return shapely.Polygon([(west, south), (east, south), (east, north), (west, north)])


def _draw_detail(sheet: Sheet, inset: Frame, content: _MapContent) -> None:
    style = content.style
    width, height = measure_scale_mm(style, brief=True)
    scale = Box(inset.box.x + style.unit, inset.box.bottom - height - 0.4 * style.unit, width, height)
    step_deg = choose_graticule_step(inset.east - inset.west, inset.box.width, 1.0)
    draw_map(sheet, inset, content.scheme, content.scene, style, OccupiedAreas([scale.to_polygon()]), step_deg)
    draw_scale(sheet, inset, scale, style, content.t, brief=True)
    sheet.draw_area(inset.box.to_polygon(), None, edge=_INK, width_pt=0.8 * style.unit)


def _draw_region(sheet: Sheet, frame: Frame, inset: Frame, content: _MapContent) -> None:
    """Draw the land of the region, and on it the window of the map."""
    style, coarse = content.style, replace(content.scheme, land_light=content.scheme.region)
    land_only = replace(content.scene, fixed=NOTHING_FIXED, points=(), shapes=(), layers=())
    step_deg = choose_graticule_step(inset.east - inset.west, inset.box.width, style.unit)
    draw_map(sheet, inset, coarse, land_only, style, OccupiedAreas(), step_deg)
    sheet.draw_area(_project_window(inset, frame), None, edge=CONTROL_POINT_COLOR, width_pt=0.9 * style.unit)
    sheet.draw_area(inset.box.to_polygon(), None, edge=_INK, width_pt=0.6 * style.unit)
