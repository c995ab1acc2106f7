"""The map of a figure: water, land, lines, places and control points of a scene, drawn into a frame of a sheet.

What is drawn is a `geo.maps.scene.Scene`, the same as on the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.colors import BAND_OPACITY, GRATICULE_COLOR, INK, NAME_COLOR, PALETTE, PAPER
from geo.figure.frame import PLACE_MM, Frame, Look, OccupiedAreas, draw_symbol, flat_color, multiples
from geo.figure.sheet import MM_PER_POINT, Box, Sheet, TextStyle, blended, simple_parts
from geo.maps.scene import MapLine, MapPoint, MapShape, MapSide, Scene
from geo.measure import Floats
from geo.scheme.patrol_scheme import PatrolScheme

__all__ = ["draw_map", "settled_spots"]

_COLORS: Final = PALETTE[False]
_INK: Final = INK[False]
_GAP: Final = 2.8  # of a disc's breadth, between the middles of two
_ROUNDS: Final = 60
_LINE_PT: Final = 0.9
_SIDE_TINT: Final = 0.2
_ORDER: Final = ("base", "air-base", "light", "port", "town")  # whose name comes first where there is room for one


# --- control points -----------------------------------------------------------------------------------------------------


def settled_spots(points: Sequence[MapPoint], frame: Frame, disc_mm: float) -> Floats:
    """Return where the discs of points stand, in millimetres: pushed apart until each is seen, within the frame.

    As on the page they move up and down rather than aside, since names stand at their right.
    """
    spots = frame.mm([(point.lon, point.lat) for point in points])
    least = _GAP * disc_mm
    for _ in range(_ROUNDS):
        if not _pushed(spots, least):
            break
    room = disc_mm
    low = np.array([frame.box.x + room, frame.box.y + room])
    high = np.array([frame.box.right - room, frame.box.bottom - room])
    return np.clip(spots, low, high)


def _pushed(spots: Floats, least: float) -> bool:
    """Push every pair that is too close apart, in place; say whether any was."""
    moved = False
    for i in range(len(spots)):
        for j in range(i + 1, len(spots)):
            apart = spots[j] - spots[i]
            gap = float(np.hypot(*apart))
            if gap >= least - 0.01:
                continue
            way = apart * (0.35, 1.0) if gap > 1e-6 else np.array([0.0, 1.0])
            push = way / (np.hypot(*way) or 1.0) * (least - gap) / 2
            spots[i] -= push
            spots[j] += push
            moved = True
    return moved


def _draw_points(sheet: Sheet, frame: Frame, points: Sequence[MapPoint], look: Look, spots: OccupiedAreas) -> None:
    inside = [point for point in points if frame.holds(point.lon, point.lat)]
    if not inside:
        return
    true = frame.mm([(point.lon, point.lat) for point in inside])
    shown = settled_spots(inside, frame, look.disc_mm)
    for at, spot in zip(true, shown, strict=True):
        if np.hypot(*(spot - at)) > look.disc_mm * 0.2:
            sheet.line([at, spot], _INK, 0.6 * look.unit)
            sheet.area(shapely.Point(at).buffer(0.28 * look.unit), _INK)
    for point, spot in zip(inside, shown, strict=True):
        draw_symbol(sheet, "hollow" if point.hollow else "point", (float(spot[0]), float(spot[1])), look.unit)
        spots.take(_around(spot, look.disc_mm))
    for point, spot in zip(inside, shown, strict=True):
        _name(sheet, frame, point.name, spot, look.disc_mm / 2, look.face(1.02, bold=True, halo=PAPER), spots, needed=True)


def _around(spot: Floats, breadth: float) -> Box:
    x, y = (float(value) for value in spot)
    return Box(x - breadth / 2, y - breadth / 2, breadth, breadth)


def _name(
    sheet: Sheet,
    frame: Frame,
    name: str,
    spot: Floats,
    reach: float,
    face: TextStyle,
    spots: OccupiedAreas,
    *,
    needed: bool = False,
) -> None:
    """Write a name beside a symbol where there is room; one that is needed, in any case, cut short if too wide."""
    written = _shortened(name, face, 0.6 * frame.box.width) if needed else name
    height = face.size_pt * MM_PER_POINT
    places = _beside(spot, reach, face.width_mm(written), height, corners=not needed)
    inside = [box for box in places if frame.box.shape().contains(box.shape())]
    found = next((box for box in inside if spots.free(box, 0.15 * height)), None)
    if found is None and needed:
        found = inside[0] if inside else _moved_in(places[0], frame.box)
    if found:
        spots.take(found)
        sheet.text(found.x, found.y + height / 2, written, face)


def _beside(spot: Floats, reach: float, width: float, height: float, *, corners: bool) -> list[Box]:
    """Return where the name of a symbol may stand, the best place first."""
    (x, y), gap = (float(value) for value in spot), 0.28 * height
    right, left = x + reach + gap, x - reach - gap - width
    level = [Box(right, y - height / 2, width, height), Box(left, y - height / 2, width, height)]
    upright = [Box(x - width / 2, y - reach - gap - height, width, height), Box(x - width / 2, y + reach + gap, width, height)]
    slanted = [
        Box(side, y - height / 2 + up * 0.7 * height, width, height) for up in (-1, 1) for side in (right - gap, left + gap)
    ]
    return [*level, *upright, *(slanted if corners else ())]


def _moved_in(box: Box, within: Box) -> Box:
    x = min(max(box.x, within.x), within.right - box.width)
    y = min(max(box.y, within.y), within.bottom - box.height)
    return Box(x, y, box.width, box.height)


def _shortened(name: str, face: TextStyle, most_mm: float) -> str:
    """Return a name that is no wider than this, its end cut off if it must be."""
    first, *rest = face.wrapped(name, most_mm)
    return f"{first} …" if rest else first


# --- the layers, from the ground up --------------------------------------------------------------------------------------


def draw_map(
    sheet: Sheet, frame: Frame, scheme: PatrolScheme, scene: Scene, look: Look, spots: OccupiedAreas, step_deg: float
) -> None:
    """Draw the scene into a frame; what already stands in it is kept free of names."""
    box = frame.box
    sheet.area(box.shape(), _COLORS["sea"])
    if scene.shapes:
        whole = frame.flat(shapely.union_all(list(scheme.waters_light.geometry)))
        sheet.area(whole, flat_color(scene.rest_color, BAND_OPACITY), clip=box)
    else:
        _draw_sides(sheet, frame, scheme, scene)
    cut_to = _cut_to(frame, scheme) if any(shape.clip for shape in scene.shapes) else {}
    for shape in scene.shapes:
        if shape.style.opacity:
            area = _cut(shapely.transform(shape.geometry, frame.mm), shape, cut_to)
            sheet.area(
                area, flat_color(shape.style.color, shape.style.opacity), edge=PAPER, width_pt=0.4 * look.unit, clip=box
            )
    for degree in _graticule(frame, step_deg):
        sheet.line(degree, GRATICULE_COLOR, 0.3 * look.unit, clip=box)
    for shape in scene.shapes:
        if not shape.style.opacity:
            outline = _cut(shapely.transform(shape.geometry, frame.mm).boundary, shape, cut_to)
            _draw_outline(sheet, frame, outline, shape.style.color, look)
    land = frame.flat(shapely.GeometryCollection(list(scheme.land_light.geometry)))
    sheet.area(land, _COLORS["land"], edge=_COLORS["coast"], width_pt=0.35 * look.unit, clip=box)
    for line in scene.fixed.lines:
        if line.layer in scene.layers:
            _draw_line(sheet, frame, line, look)
    _draw_symbols(sheet, frame, scene, look, spots)


def _draw_symbols(sheet: Sheet, frame: Frame, scene: Scene, look: Look, spots: OccupiedAreas) -> None:
    """Draw points, names of sides and places; where there is no room for all, the last are left out."""
    places = [place for place in scene.fixed.places if place.layer in scene.layers and frame.holds(place.lon, place.lat)]
    places.sort(key=lambda place: _ORDER.index(place.symbol))
    at = frame.mm([(place.lon, place.lat) for place in places])
    for place, spot in zip(places, at, strict=True):
        draw_symbol(sheet, place.symbol, (float(spot[0]), float(spot[1])), look.unit)
    _draw_points(sheet, frame, scene.points, look, spots)
    if "sides" in scene.layers:
        _name_sides(sheet, frame, scene.fixed.sides, look, spots)
    for place, spot in zip(places, at, strict=True):
        spots.take(_around(spot, PLACE_MM[place.symbol] * look.unit))
    for place, spot in zip(places, at, strict=True) if look.names_places else ():
        reach = PLACE_MM[place.symbol] * look.unit / 2
        _name(sheet, frame, place.name, spot, reach, look.face(0.78, halo=PAPER), spots)


def _draw_sides(sheet: Sheet, frame: Frame, scheme: PatrolScheme, scene: Scene) -> None:
    tints = {side.side: flat_color(side.color, _SIDE_TINT) for side in scene.fixed.sides}
    for side, shape in zip(scheme.waters_light["side"], scheme.waters_light.geometry, strict=True):
        if "sides" in scene.layers:
            sheet.area(frame.flat(shape), tints[side], clip=frame.box)


def _name_sides(sheet: Sheet, frame: Frame, sides: Iterable[MapSide], look: Look, spots: OccupiedAreas) -> None:
    face = look.face(0.95, italic=True, color=NAME_COLOR, halo=PAPER)
    for side in sides:
        if not side.name or side.min_zoom > 0 or not frame.holds(side.lon, side.lat):
            continue
        (x, y), width, height = frame.mm((side.lon, side.lat))[0], face.width_mm(side.name), face.leading_mm
        box = Box(float(x) - width / 2, float(y) - height / 2, width, height)
        if spots.free(box):
            spots.take(box)
            sheet.text(float(x), float(y), side.name, face, align="center")


def _cut_to(frame: Frame, scheme: PatrolScheme) -> dict[str, BaseGeometry]:
    """Return what the shapes of an answer are cut to, in millimetres: each side, and all of them."""
    waters = scheme.waters_light
    names = sorted(set(waters["side"]))
    by_side = {side: frame.flat(shapely.union_all(list(waters.geometry[waters["side"] == side]))) for side in names}
    return {**by_side, "all": frame.flat(shapely.union_all(list(waters.geometry)))}


def _cut(area: BaseGeometry, shape: MapShape, cut_to: Mapping[str, BaseGeometry]) -> BaseGeometry:
    """Return what of a shape lies on the water that the scene cuts it to; all of it, where it comes cut already."""
    if shape.clip is None:
        return area
    return shapely.intersection(shapely.make_valid(area), cut_to[shape.clip])


def _draw_outline(sheet: Sheet, frame: Frame, outline: BaseGeometry, color: str, look: Look) -> None:
    lines = [part for part in simple_parts(outline) if isinstance(part, shapely.LineString)]
    for line in shapely.get_parts(shapely.line_merge(shapely.MultiLineString(lines))):
        sheet.line(shapely.get_coordinates(line), color, 0.9 * look.unit, dash=_dash("5 4", look), clip=frame.box)


def _draw_line(sheet: Sheet, frame: Frame, line: MapLine, look: Look) -> None:
    color = blended(line.color, _COLORS["sea"], line.opacity)
    dash = _dash(line.dash, look) if line.dash else None
    for part in shapely.get_parts(line.geometry):
        sheet.line(frame.mm(shapely.get_coordinates(part)), color, _LINE_PT * look.unit, dash=dash, clip=frame.box)


def _dash(pattern: str, look: Look) -> tuple[float, ...]:
    """Return the pattern of dashes of the page, in px, as points on paper."""
    return tuple(float(part) * 0.42 * look.unit for part in pattern.split())


def _graticule(frame: Frame, step_deg: float) -> Iterator[Floats]:
    for lon in multiples(frame.west, frame.east, step_deg):
        yield frame.mm([(lon, frame.south), (lon, frame.north)])
    for lat in multiples(frame.south, frame.north, step_deg):
        yield frame.mm([(frame.west, lat), (frame.east, lat)])
