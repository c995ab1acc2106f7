"""The map of a figure: water, land, lines, places and control points of a scene, drawn into a frame of a sheet.

It draws a `geo.maps.scene.Scene`, the same as the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.arrays import Floats
from geo.colors import BAND_OPACITY, GRATICULE_COLOR, INK, NAME_COLOR, PALETTE, PAPER
from geo.figure.frame import (
    PLACE_MM,
    Frame,
    MapStyle,
    OccupiedAreas,
    blend_with_sea,
    draw_symbol,
    list_hatch_lines,
    list_multiples,
)
from geo.figure.sheet import MM_PER_POINT, Box, Sheet, TextStyle, blend, list_simple_parts
from geo.maps.scene import MapLine, MapPoint, MapRing, MapShape, MapSide, Scene, list_drawn_places, list_drawn_rings
from geo.scheme.patrol_scheme import PatrolScheme

__all__ = ["draw_map", "separate_discs"]

_COLORS: Final = PALETTE[False]
_INK: Final = INK[False]
_GAP: Final = 2.8  # least distance between two centres, in diameters of a disc
_ROUNDS: Final = 60
_LINE_PT: Final = 0.9
_RING_PT: Final = 0.7
_RING_EDGE_PT: Final = 1.3
_RING_DASH: Final = "4 3"
_SIDE_TINT: Final = 0.2
# Whose names come first where space is short.
_ORDER: Final = ("base", "air-base", "air-base-ours", "light", "port", "town")


# --- control points -----------------------------------------------------------------------------------------------------


def separate_discs(points: Sequence[MapPoint], frame: Frame, disc_mm: float) -> Floats:
    """Return the centres of the points' discs in millimetres, an array (n, 2): moved apart so that each is visible.

    As on the page they move up and down rather than sideways, since names stand to their right.
    """
    centers = frame.project([(point.lon, point.lat) for point in points])
    for _ in range(_ROUNDS):
        if not _push_apart(centers, _GAP * disc_mm):
            break
    low = np.array([frame.box.x + disc_mm, frame.box.y + disc_mm])
    high = np.array([frame.box.right - disc_mm, frame.box.bottom - disc_mm])
    return np.clip(centers, low, high)


def _push_apart(centers: Floats, least_mm: float) -> bool:
    """Push apart, in place, every pair that is too close; say whether there was one."""
    moved = False
    for i in range(len(centers)):
        for j in range(i + 1, len(centers)):
            apart = centers[j] - centers[i]
            gap = float(np.hypot(*apart))
            if gap >= least_mm - 0.01:
                continue
            direction = apart * (0.35, 1.0) if gap > 1e-6 else np.array([0.0, 1.0])
            push = direction / (np.hypot(*direction) or 1.0) * (least_mm - gap) / 2
            centers[i] -= push
            centers[j] += push
            moved = True
    return moved


def _draw_points(sheet: Sheet, frame: Frame, points: Sequence[MapPoint], style: MapStyle, occupied: OccupiedAreas) -> None:
    inside = [point for point in points if frame.contains(point.lon, point.lat)]
    if not inside:
        return
    positions = frame.project([(point.lon, point.lat) for point in inside])
    centers = separate_discs(inside, frame, style.disc_mm)
    for position, center in zip(positions, centers, strict=True):
        if np.hypot(*(center - position)) > style.disc_mm * 0.2:
            sheet.draw_line([position, center], _INK, 0.6 * style.unit)
            sheet.draw_area(shapely.Point(position).buffer(0.28 * style.unit), _INK)
    for point, center in zip(inside, centers, strict=True):
        draw_symbol(sheet, "hollow" if point.hollow else "point", (float(center[0]), float(center[1])), style.unit)
        occupied.add(_box_around(center, style.disc_mm))
    text_style = style.text_style(1.02, bold=True, halo=PAPER)
    for point, center in zip(inside, centers, strict=True):
        _write_name(sheet, frame, point.name, center, style.disc_mm / 2, text_style, occupied, required=True)


def _box_around(center: Floats, size: float) -> Box:
    x, y = (float(value) for value in center)
    return Box(x - size / 2, y - size / 2, size, size)


def _write_name(
    sheet: Sheet,
    frame: Frame,
    name: str,
    center: Floats,
    radius: float,
    text_style: TextStyle,
    occupied: OccupiedAreas,
    *,
    required: bool = False,
) -> None:
    """Write a name beside a symbol where there is space; a required one always, shortened if it is too wide."""
    text = _shorten(name, text_style, 0.6 * frame.box.width) if required else name
    height = text_style.size_pt * MM_PER_POINT
    boxes = _list_name_boxes(center, radius, text_style.width_mm(text), height, corners=not required)
    inside = [box for box in boxes if frame.box.to_polygon().contains(box.to_polygon())]
    box = next((box for box in inside if occupied.is_free(box, 0.15 * height)), None)
    if box is None and required:
        box = inside[0] if inside else _move_inside(boxes[0], frame.box)
    if box:
        occupied.add(box)
        sheet.draw_text(box.x, box.y + height / 2, text, text_style)


def _list_name_boxes(center: Floats, radius: float, width: float, height: float, *, corners: bool) -> list[Box]:
    """Return the boxes that the name of a symbol may take, the best first."""
    (x, y), gap = (float(value) for value in center), 0.28 * height
    right, left = x + radius + gap, x - radius - gap - width
    beside = [Box(right, y - height / 2, width, height), Box(left, y - height / 2, width, height)]
    above = Box(x - width / 2, y - radius - gap - height, width, height)
    below = Box(x - width / 2, y + radius + gap, width, height)
    diagonal = [Box(x, y - height / 2 + up * 0.7 * height, width, height) for up in (-1, 1) for x in (right - gap, left + gap)]
    return [*beside, above, below, *(diagonal if corners else ())]


def _move_inside(box: Box, container: Box) -> Box:
    x = min(max(box.x, container.x), container.right - box.width)
    y = min(max(box.y, container.y), container.bottom - box.height)
    return Box(x, y, box.width, box.height)


def _shorten(name: str, text_style: TextStyle, most_mm: float) -> str:
    """Return a name that is at most this wide, its end cut off if need be."""
    first, *rest = text_style.wrap(name, most_mm)
    return f"{first} …" if rest else first


# --- the layers, from the bottom up ---------------------------------------------------------------------------------------


def _draw_hatch(sheet: Sheet, frame: Frame, scheme: PatrolScheme, scene: Scene, style: MapStyle) -> None:
    """Hatch the sides on which no start may act."""
    sides = scheme.waters_light[scheme.waters_light["side"].isin(scene.hatched)]
    if len(sides):
        area = frame.project_shape(shapely.union_all(list(sides.geometry)))
        for line in list_hatch_lines(area, 1.6 * style.unit):
            sheet.draw_line(line, scene.hatch_color, 0.45 * style.unit, clip=frame.box)


def draw_map(
    sheet: Sheet, frame: Frame, scheme: PatrolScheme, scene: Scene, style: MapStyle, occupied: OccupiedAreas, step_deg: float
) -> None:
    """Draw the scene into a frame, with a graticule every ``step_deg``; names keep off what is occupied."""
    box = frame.box
    sheet.draw_area(box.to_polygon(), _COLORS["sea"])
    if scene.shapes:
        waters = scheme.waters_light[~scheme.waters_light["side"].isin(scene.hatched)]
        whole = frame.project_shape(shapely.union_all(list(waters.geometry)))
        sheet.draw_area(whole, blend_with_sea(scene.rest_color, BAND_OPACITY), clip=box)
        _draw_hatch(sheet, frame, scheme, scene, style)
    else:
        _draw_sides(sheet, frame, scheme, scene)
    clip_areas = _clip_areas(frame, scheme) if any(shape.clip for shape in scene.shapes) else {}
    for shape in scene.shapes:
        if shape.style.opacity:
            area = _clip(shapely.transform(shape.geometry, frame.project), shape, clip_areas)
            color = blend_with_sea(shape.style.color, shape.style.opacity)
            sheet.draw_area(area, color, edge=PAPER, width_pt=0.4 * style.unit, clip=box)
    for parallel_or_meridian in _list_graticule(frame, step_deg):
        sheet.draw_line(parallel_or_meridian, GRATICULE_COLOR, 0.3 * style.unit, clip=box)
    for shape in scene.shapes:
        if not shape.style.opacity:
            outline = _clip(shapely.transform(shape.geometry, frame.project).boundary, shape, clip_areas)
            _draw_outline(sheet, frame, outline, shape.style.color, style)
    land = frame.project_shape(shapely.GeometryCollection(list(scheme.land_light.geometry)))
    sheet.draw_area(land, _COLORS["land"], edge=_COLORS["coast"], width_pt=0.35 * style.unit, clip=box)
    for line in scene.fixed.lines:
        if line.layer in scene.layers:
            _draw_line(sheet, frame, line, style)
    for ring in list_drawn_rings(scene):
        _draw_ring(sheet, frame, ring, style)
    _draw_symbols(sheet, frame, scene, style, occupied)


def _draw_symbols(sheet: Sheet, frame: Frame, scene: Scene, style: MapStyle, occupied: OccupiedAreas) -> None:
    """Draw control points, names of sides, and places; the last names are left out where space is short."""
    places = [place for place in list_drawn_places(scene) if frame.contains(place.lon, place.lat)]
    places.sort(key=lambda place: _ORDER.index(place.symbol))
    centers = frame.project([(place.lon, place.lat) for place in places])
    for place, center in zip(places, centers, strict=True):
        draw_symbol(sheet, place.symbol, (float(center[0]), float(center[1])), style.unit)
    _draw_points(sheet, frame, scene.points, style, occupied)
    _write_ring_names(sheet, frame, list_drawn_rings(scene), style, occupied)
    if "sides" in scene.layers:
        _write_side_names(sheet, frame, scene.fixed.sides, style, occupied)
    for place, center in zip(places, centers, strict=True):
        occupied.add(_box_around(center, PLACE_MM[place.symbol] * style.unit))
    text_style = style.text_style(0.78, halo=PAPER)
    for place, center in zip(places, centers, strict=True) if style.has_place_names else ():
        radius = PLACE_MM[place.symbol] * style.unit / 2
        _write_name(sheet, frame, place.name, center, radius, text_style, occupied)


def _draw_ring(sheet: Sheet, frame: Frame, ring: MapRing, style: MapStyle) -> None:
    """Draw the ring thin and dashed over an edge of paper: it lies on bands light and dark."""
    for part in shapely.get_parts(ring.geometry):
        points, dash = frame.project(shapely.get_coordinates(part)), _scale_dash(_RING_DASH, style)
        sheet.draw_line(points, PAPER, _RING_EDGE_PT * style.unit, clip=frame.box)
        sheet.draw_line(points, ring.color, _RING_PT * style.unit, dash=dash, clip=frame.box)


def _write_ring_names(sheet: Sheet, frame: Frame, rings: Iterable[MapRing], style: MapStyle, occupied: OccupiedAreas) -> None:
    for ring in rings:
        text_style = style.text_style(0.78, bold=True, color=ring.color, halo=PAPER)
        if not frame.contains(ring.lon, ring.lat):
            continue
        (x, y), width, height = frame.project((ring.lon, ring.lat))[0], text_style.width_mm(ring.label), text_style.leading_mm
        box = Box(float(x) - width / 2, float(y) - height / 2, width, height)
        if occupied.is_free(box) and frame.box.to_polygon().contains(box.to_polygon()):
            occupied.add(box)
            sheet.draw_text(float(x), float(y), ring.label, text_style, align="center")


def _draw_sides(sheet: Sheet, frame: Frame, scheme: PatrolScheme, scene: Scene) -> None:
    tints = {side.side: blend_with_sea(side.color, _SIDE_TINT) for side in scene.fixed.sides}
    for side, shape in zip(scheme.waters_light["side"], scheme.waters_light.geometry, strict=True):
        if "sides" in scene.layers:
            sheet.draw_area(frame.project_shape(shape), tints[side], clip=frame.box)


def _write_side_names(sheet: Sheet, frame: Frame, sides: Iterable[MapSide], style: MapStyle, occupied: OccupiedAreas) -> None:
    text_style = style.text_style(0.95, italic=True, color=NAME_COLOR, halo=PAPER)
    for side in sides:
        if not side.name or side.min_zoom > 0 or not frame.contains(side.lon, side.lat):
            continue
        (x, y), width, height = frame.project((side.lon, side.lat))[0], text_style.width_mm(side.name), text_style.leading_mm
        box = Box(float(x) - width / 2, float(y) - height / 2, width, height)
        if occupied.is_free(box):
            occupied.add(box)
            sheet.draw_text(float(x), float(y), side.name, text_style, align="center")


def _clip_areas(frame: Frame, scheme: PatrolScheme) -> dict[str, BaseGeometry]:
    """Return what shapes of an answer are clipped to, in millimetres: each side, and the union of all."""
    waters = scheme.waters_light
    names = sorted(set(waters["side"]))
    by_side = {side: frame.project_shape(shapely.union_all(list(waters.geometry[waters["side"] == side]))) for side in names}
    return {**by_side, "all": frame.project_shape(shapely.union_all(list(waters.geometry)))}


def _clip(area: BaseGeometry, shape: MapShape, clip_areas: Mapping[str, BaseGeometry]) -> BaseGeometry:
    """Return the part of a shape on the water that the scene names for it; all of it, if it comes clipped."""
    if shape.clip is None:
        return area
    return shapely.intersection(shapely.make_valid(area), clip_areas[shape.clip])


def _draw_outline(sheet: Sheet, frame: Frame, outline: BaseGeometry, color: str, style: MapStyle) -> None:
    lines = [part for part in list_simple_parts(outline) if isinstance(part, shapely.LineString)]
    for line in shapely.get_parts(shapely.line_merge(shapely.MultiLineString(lines))):
        sheet.draw_line(shapely.get_coordinates(line), color, 0.9 * style.unit, dash=_scale_dash("5 4", style), clip=frame.box)


def _draw_line(sheet: Sheet, frame: Frame, line: MapLine, style: MapStyle) -> None:
    color = blend(line.color, _COLORS["sea"], line.opacity)
    dash = _scale_dash(line.dash, style) if line.dash else None
    for part in shapely.get_parts(line.geometry):
        sheet.draw_line(frame.project(shapely.get_coordinates(part)), color, _LINE_PT * style.unit, dash=dash, clip=frame.box)


def _scale_dash(pattern: str, style: MapStyle) -> tuple[float, ...]:
    """Return a pattern of dashes in pixels of the page as points on paper."""
    return tuple(float(part) * 0.42 * style.unit for part in pattern.split())


def _list_graticule(frame: Frame, step_deg: float) -> Iterator[Floats]:
    for lon in list_multiples(frame.west, frame.east, step_deg):
        yield frame.project([(lon, frame.south), (lon, frame.north)])
    for lat in list_multiples(frame.south, frame.north, step_deg):
        yield frame.project([(frame.west, lat), (frame.east, lat)])
