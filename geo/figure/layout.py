"""The map as a figure fit for print: PNG, SVG or PDF, from the same scene as the page, with no browser and no tiles.

The map is plain equirectangular, stretched so that east-west and north-south agree at its
middle latitude: within a few degrees of the equator, where Selat looks, lengths are true
to about half a per cent all over it, and a reader can take a position off its edge with a
ruler. The scale bar holds for the middle latitude, and says so.
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
from geo.figure.caption import FigureWords, figure_words
from geo.figure.frame import Frame, Look, OccupiedAreas
from geo.figure.key import Legend, draw_edge, draw_scale, edge_room_mm, graticule_step, legend_rows, scale_size_mm
from geo.figure.marks import draw_map, settled_spots
from geo.figure.sheet import Box, Sheet, TextStyle, matplotlib_settings, require_printable
from geo.maps.scene import NOTHING_FIXED, Scene, build_scene
from geo.maps.selection import Selection
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import Catalogue, catalogue

__all__ = ["figure_bytes"]

_WIDTHS_MM: Final = (60.0, 85.0, 180.0, 420.0)
_UNITS: Final = (0.8, 0.9, 1.0, 1.75)  # size of everything at these widths of the sheet
_ROOMY_MM: Final = 120.0  # narrower sheets do without names of places, insets, and a legend within the map
_MARGIN_MM: Final = 2.5
_VIEW_ROOM: Final = 0.045  # about the strait, of its greater extent
_HIGHEST: Final = 1.1  # of its width, for a map
_INK: Final = INK[False]
_EDGE: Final = PALETTE[False]["coast"]
_DETAIL_SHARE: Final = 0.36  # of the map's width
_DETAIL_TALL: Final = 0.62
_DETAIL_SPREAD: Final = 3.6  # half the breadth of the detail, in distances of the points it is about
_REGION_SHARE: Final = 0.24
_REGION_LEAST: Final = 0.6  # of the region: a map that shows more needs no inset to say where it lies
_STEPS: Final = 14
_COLUMN_MM: Final = 36.0  # least breadth of a column of the legend


def figure_bytes(
    scheme: PatrolScheme, chosen: Selection, answer: Answer | None, *, kind: str, width_mm: float = 180.0, dpi: int = 300
) -> bytes:
    """Return the map as a figure for print.

    Parameters
    ----------
    scheme
        What to draw.
    chosen
        Language, layers and year. A figure is light and on our own land, and shows no
        selection, whatever the page does.
    answer
        The answer to draw and to caption, if there is one.
    kind
        ``"png"``, ``"svg"`` or ``"pdf"``.
    width_mm
        Width of the sheet, 60 to 420; its height follows from what stands on it. 85 is a
        column of a journal, 180 a page.
    dpi
        Dots per inch of a PNG, 72 to 1200.

    Returns
    -------
    bytes
        The same for the same arguments, on whatever thread.

    Raises
    ------
    ExportError
        If the kind, the width or the resolution is none that a figure has.

    Notes
    -----
    A second frame shows points that stand too close for the map's scale, where a free
    corner is left for it. An inset of the region shows where the map lies; it is left out
    where the data has no land of a region, or the map shows most of it already.
    """
    require_printable(kind, width_mm, dpi)
    shown = replace(chosen, dark=False, background="own", feature_id=None, agreement_id=None, water=None, view=0).within(
        scheme
    )
    words = figure_words(scheme, shown, answer)
    with matplotlib_settings():
        return _drawn(scheme, shown, answer, words, width_mm).content(kind, int(dpi), words.title)


@dataclass
class _Page:
    """A sheet under way: what to draw once its height is known."""

    width_mm: float
    margin_mm: float
    y: float = 0.0
    waiting: list[Callable[[Sheet], None]] = field(default_factory=list)

    def paragraph(self, text: str, face: TextStyle, *, after_mm: float = 0.0) -> None:
        """Put a paragraph under what stands."""
        lines, x, y = face.wrapped(text, self.width_mm - 2 * self.margin_mm), self.margin_mm, self.y
        self.waiting.append(lambda sheet: sheet.paragraph(x, y, lines, face))
        self.y += face.height_mm(lines) + after_mm

    def sheet(self) -> Sheet:
        """Return the sheet with everything on it."""
        made = Sheet(self.width_mm, self.y + self.margin_mm)
        for draw in self.waiting:
            draw(made)
        return made


def _drawn(scheme: PatrolScheme, shown: Selection, answer: Answer | None, words: FigureWords, width_mm: float) -> Sheet:
    unit = float(np.interp(width_mm, _WIDTHS_MM, _UNITS))
    look = Look(unit, names_places=width_mm >= _ROOMY_MM)
    page = _Page(width_mm, _MARGIN_MM * unit, y=_MARGIN_MM * unit)
    page.paragraph(words.title, look.face(1.45, bold=True), after_mm=0.4 * unit)
    page.paragraph(words.subtitle, look.face(0.98, color=SMALL_PRINT), after_mm=1.6 * unit)
    _put_map(page, _Drawing(scheme, build_scene(scheme, shown, answer), look, catalogue(shown.lang)))
    page.paragraph(words.caption, look.face(0.92), after_mm=1.2 * unit)
    page.paragraph(words.caution, look.face(0.8, bold=True, color=SMALL_PRINT), after_mm=0.3 * unit)
    page.paragraph(words.sources, look.face(0.8, color=SMALL_PRINT))
    return page.sheet()


# --- the map on the page --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Drawing:
    """What all parts of the map are drawn from."""

    scheme: PatrolScheme
    scene: Scene
    look: Look
    t: Catalogue


def _put_map(page: _Page, what: _Drawing) -> None:
    """Put the map under what stands, its legend in a free corner or below it."""
    unit = what.look.unit
    west, south, east, north = _extent(what.scheme)
    step = graticule_step(east - west, page.width_mm, unit)
    left, below = edge_room_mm(south, north, step, what.look, what.t)
    most = page.width_mm - 2 * page.margin_mm - left - unit
    ratio = (north - south) / ((east - west) * math.cos(math.radians((south + north) / 2)))
    width = min(most, most * _HIGHEST / ratio)
    box = Box(page.margin_mm + left + (most - width) / 2, page.y + unit, width, width * ratio)
    frame = Frame(box, west, south, east, north)
    legend = Legend(legend_rows(what.scene, what.t), what.look)
    furniture = _furniture(page, frame, what, legend)
    page.waiting.append(lambda sheet: _draw_framed(sheet, frame, what, furniture, step))
    page.y = box.bottom + below + 1.6 * unit
    if furniture.legend is None:
        _put_legend(page, legend, unit)


def _extent(scheme: PatrolScheme) -> tuple[float, float, float, float]:
    """Return what the map shows: the strait and every point with room about them, within the study box."""
    bounds = shapely.total_bounds([*scheme.strait.geometry, *(point.point for point in scheme.control_points)])
    west, south, east, north = (float(edge) for edge in bounds)
    room, box = _VIEW_ROOM * max(east - west, north - south), scheme.sources.study_box
    return max(west - room, box.west), max(south - room, box.south), min(east + room, box.east), min(north + room, box.north)


def _put_legend(page: _Page, legend: Legend, unit: float) -> None:
    """Put the legend below the map, in as many columns as fit."""
    room, across = 4.0 * unit, page.width_mm - 2 * page.margin_mm
    columns = max(1, int((across + room) // (_COLUMN_MM * unit + room)))
    width, x, y = (across - (columns - 1) * room) / columns, page.margin_mm, page.y
    page.waiting.append(lambda sheet: legend.draw(sheet, x, y, width, columns=columns, room_mm=room))
    page.y += legend.height_mm(width, columns) + 1.6 * unit


@dataclass(frozen=True)
class _Furniture:
    """What stands within the map, each in a spot of its own; ``None`` where there is no room."""

    scale: Box
    legend: Box | None
    drawn_legend: Legend
    detail: Frame | None
    region: Frame | None

    def boxes(self) -> Iterator[Box]:
        """Yield every spot that is taken."""
        yield from filter(None, (self.scale, self.legend))
        yield from (inset.box for inset in (self.detail, self.region) if inset)


def _furniture(page: _Page, frame: Frame, what: _Drawing, legend: Legend) -> _Furniture:
    """Find room for legend, insets and scale bar where neither the strait nor a point lies."""
    look, roomy = what.look, page.width_mm >= _ROOMY_MM
    spots = _kept_free(frame, what)
    legend_width = legend.width_mm(0.42 * frame.box.width)
    room = 2 * _legend_room(look)
    key = _vacant(frame, legend_width + room, legend.height_mm(legend_width) + room, spots, look) if roomy else None
    detail = _detail(frame, what, spots) if roomy else None
    region = _region(frame, what, spots) if roomy else None
    scale = _vacant(frame, *scale_size_mm(look), spots, look)
    corner = Box(frame.box.x + look.unit, frame.box.bottom - scale_size_mm(look)[1] - look.unit, *scale_size_mm(look))
    return _Furniture(scale or corner, key, legend, detail, region)


def _legend_room(look: Look) -> float:
    return 1.8 * look.unit


def _kept_free(frame: Frame, what: _Drawing) -> OccupiedAreas:
    """Return the strait and, about each point, the room of its disc and name."""
    look, points = what.look, what.scene.points
    strait = frame.flat(shapely.union_all(what.scheme.strait.geometry.to_numpy()))
    spots = OccupiedAreas([strait.buffer(look.unit)])
    for point, (x, y) in zip(points, settled_spots(points, frame, look.disc_mm), strict=True):
        name_mm = min(look.face(1.02, bold=True).width_mm(point.name), 0.6 * frame.box.width)
        spots.take(Box(float(x) - look.disc_mm, float(y) - look.disc_mm, name_mm + 3 * look.disc_mm, 2 * look.disc_mm))
    return spots


def _vacant(frame: Frame, width: float, height: float, spots: OccupiedAreas, look: Look) -> Box | None:
    """Return a free spot of this size at the edge of the map and take it: corners first, from the upper right on."""
    box, room = frame.box, 1.6 * look.unit
    across, down = box.width - width - 2 * room, box.height - height - 2 * room
    if across < 0 or down < 0:
        return None
    steps = [step / _STEPS for step in range(_STEPS + 1)]
    corners = [(1.0, 0.0), (0.0, 1.0), (0.0, 0.0), (1.0, 1.0)]
    edges = [(0.0, 1 - s) for s in steps] + [(s, 1.0) for s in steps] + [(s, 0.0) for s in steps] + [(1.0, s) for s in steps]
    for right, low in (*corners, *edges):
        found = Box(box.x + room + right * across, box.y + room + low * down, width, height)
        if spots.free(found, 0.6 * look.unit):
            spots.take(found)
            return found
    return None


def _detail(frame: Frame, what: _Drawing, spots: OccupiedAreas) -> Frame | None:
    """Return a closer frame about the points whose discs would lie on each other, if there are any and there is room."""
    at = np.array([(point.lon, point.lat) for point in what.scene.points])
    mm = frame.mm(at)
    close = [
        (i, j) for i in range(len(mm)) for j in range(i + 1, len(mm)) if np.hypot(*(mm[i] - mm[j])) < 1.5 * what.look.disc_mm
    ]
    if not close:
        return None
    pair = at[list(close[0])]
    width = _DETAIL_SHARE * frame.box.width
    box = _vacant(frame, width, width * _DETAIL_TALL, spots, what.look)
    if box is None:
        return None
    half = max(_DETAIL_SPREAD * float(np.ptp(pair, axis=0).max()), 1e-3)
    (lon, lat), tall = pair.mean(axis=0), half * _DETAIL_TALL * math.cos(math.radians(float(pair[:, 1].mean())))
    return Frame(box, lon - half, lat - tall, lon + half, lat + tall)


def _region(frame: Frame, what: _Drawing, spots: OccupiedAreas) -> Frame | None:
    """Return a frame of the whole region, if the data has its land, the map shows little of it, and there is room."""
    if not len(what.scheme.region):
        return None
    west, south, east, north = (float(edge) for edge in what.scheme.region.total_bounds)
    share = (frame.east - frame.west) * (frame.north - frame.south) / ((east - west) * (north - south))
    if share > _REGION_LEAST:
        return None
    tall = (north - south) / ((east - west) * math.cos(math.radians((south + north) / 2)))
    width = _REGION_SHARE * frame.box.width
    found = _vacant(frame, width, width * tall, spots, what.look)
    if found is None:
        return None
    return Frame(found, west, south, east, north)


# --- drawing it -----------------------------------------------------------------------------------------------------------


def _draw_framed(sheet: Sheet, frame: Frame, what: _Drawing, has: _Furniture, step_deg: float) -> None:
    """Draw the map and all that stands in it."""
    look = what.look
    spots = OccupiedAreas([box.shape(0.5 * look.unit) for box in has.boxes()])
    if has.detail:
        spots.taken.append(_window(frame, has.detail))  # whose names stand in the detail
    draw_map(sheet, frame, what.scheme, what.scene, look, spots, step_deg)
    if has.detail:
        sheet.area(_window(frame, has.detail), None, edge=_INK, width_pt=0.6 * look.unit, clip=frame.box)
    if has.legend:
        _draw_panel(sheet, has.legend, look)
        room = _legend_room(look)
        has.drawn_legend.draw(sheet, has.legend.x + room, has.legend.y + room, has.legend.width - 2 * room)
    draw_scale(sheet, frame, has.scale, look, what.t)
    if has.detail:
        _draw_detail(sheet, has.detail, what)
    if has.region:
        _draw_region(sheet, frame, has.region, what)
    draw_edge(sheet, frame, step_deg, look, what.t)


def _draw_panel(sheet: Sheet, box: Box, look: Look) -> None:
    sheet.area(box.shape(), PAPER, edge=_EDGE, width_pt=0.5 * look.unit)


def _window(frame: Frame, other: Frame) -> shapely.Polygon:
    """Return what another frame shows, as a rectangle of this one."""
    (west, south), (east, north) = frame.mm([(other.west, other.south), (other.east, other.north)]).tolist()
    return shapely.Polygon([(west, south), (east, south), (east, north), (west, north)])


def _draw_detail(sheet: Sheet, inset: Frame, what: _Drawing) -> None:
    look = what.look
    width, height = scale_size_mm(look, brief=True)
    scale = Box(inset.box.x + look.unit, inset.box.bottom - height - 0.4 * look.unit, width, height)
    spots = OccupiedAreas([scale.shape()])
    draw_map(sheet, inset, what.scheme, what.scene, look, spots, graticule_step(inset.east - inset.west, inset.box.width, 1.0))
    draw_scale(sheet, inset, scale, look, what.t, brief=True)
    sheet.area(inset.box.shape(), None, edge=_INK, width_pt=0.8 * look.unit)


def _draw_region(sheet: Sheet, frame: Frame, inset: Frame, what: _Drawing) -> None:
    """Draw the land of the region with what the map shows of it."""
    look, coarse = what.look, replace(what.scheme, land_light=what.scheme.region)
    bare = replace(what.scene, fixed=NOTHING_FIXED, points=(), shapes=(), layers=())
    draw_map(
        sheet, inset, coarse, bare, look, OccupiedAreas(), graticule_step(inset.east - inset.west, inset.box.width, look.unit)
    )
    sheet.area(_window(inset, frame), None, edge=CONTROL_POINT_COLOR, width_pt=0.9 * look.unit)
    sheet.area(inset.box.shape(), None, edge=_INK, width_pt=0.6 * look.unit)
