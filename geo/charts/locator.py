"""A small map of where something is in the strait, as SVG for a page without scripts."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

from geo.encode import page_html
from geo.scheme.patrol_scheme import PatrolScheme

__all__ = ["Locator"]

_WIDTH: Final = 480.0
_MARGIN_DEG: Final = 0.45
_SHAPE_DEG: Final = 0.02
_LABEL_GAP: Final = 19.0  # names closer than this would overlap
_DOT_GAP: Final = 15.0
_RIGHT_PART: Final = 0.72  # farther right than this, names stand to the left of their dots
_DOT_PX, _FOCUS_PX = 4.5, 8.0


@dataclass(frozen=True)
class _Dot:
    """A dot on the map, its name, and whether the page is about it."""

    feature_id: str
    name: str
    x: float
    y: float
    is_focus: bool


class Locator:
    """Land and strait as paths, computed once for a scheme, in a plain equirectangular projection."""

    def __init__(self, scheme: PatrolScheme) -> None:
        self._scheme = scheme
        west, south, east, north = scheme.strait.total_bounds
        self._box = (west - _MARGIN_DEG, south - _MARGIN_DEG, east + _MARGIN_DEG, north + _MARGIN_DEG)
        self._shrink = math.cos(math.radians((south + north) / 2))
        self._scale = _WIDTH / ((self._box[2] - self._box[0]) * self._shrink)
        self._height = (self._box[3] - self._box[1]) * self._scale
        self._land = self._path(scheme.land_light.geometry)
        self._strait = self._path(scheme.strait.geometry)

    def svg(self, feature_ids: Iterable[str], label: str, addresses: Mapping[str, str]) -> str:
        """Return a map that highlights these control points and places; other control points are small.

        Parameters
        ----------
        feature_ids
            Ids of control points and places.
        label
            The text alternative.
        addresses
            By id, the address that a name links to.
        """
        in_focus = list(dict.fromkeys(feature_ids))
        others = [point_id for point_id in self._scheme.point_ids if point_id not in in_focus]
        every = [*(self._dot(name, is_focus=False) for name in others), *(self._dot(name, is_focus=True) for name in in_focus)]
        dots = list(_separate_dots(every))
        names = "".join(_link(dot, _draw_name(dot, y), addresses) for dot, y in _arrange_names(dots))
        circles = "".join(_draw_circle(dot) for dot in dots)
        return (
            f'<svg class="selat-locator" viewBox="0 0 {_WIDTH:.0f} {self._height:.0f}" role="group" '
            f'aria-label="{page_html(label)}">'
            f'<path class="selat-locator-land" d="{self._land}"/><path class="selat-locator-strait" d="{self._strait}"/>'
            f"{circles}{names}</svg>"
        )

    def _dot(self, feature_id: str, *, is_focus: bool) -> _Dot:
        feature = self._scheme.feature(feature_id)
        return _Dot(feature_id, feature.name, *self._xy(feature.lon, feature.lat), is_focus)

    def _xy(self, lon: float, lat: float) -> tuple[float, float]:
        return (lon - self._box[0]) * self._shrink * self._scale, (self._box[3] - lat) * self._scale

    def _path(self, shapes: Iterable[BaseGeometry]) -> str:
        visible = shapely.union_all(list(shapes)).intersection(shapely.box(*self._box)).simplify(_SHAPE_DEG)
        polygons = [
            part for part in shapely.get_parts(visible) if part.geom_type == "Polygon" and part.area > _SHAPE_DEG**2 * 4
        ]
        return "".join(self._ring(ring.coords) for part in polygons for ring in (part.exterior, *part.interiors))

    def _ring(self, lonlats: Iterable[tuple[float, ...]]) -> str:
        turns = [tuple(round(value) for value in self._xy(*lonlat[:2])) for lonlat in lonlats]
        turns = [turn for turn, _ in itertools.groupby(turns)]
        if len(turns) < 4:  # a triangle closes with a fourth
            return ""
        steps = (f"{x - was_x} {y - was_y}" for (was_x, was_y), (x, y) in itertools.pairwise(turns[:-1]))
        return f"M{turns[0][0]} {turns[0][1]}l{' '.join(steps)}z"


def _separate_dots(dots: Iterable[_Dot]) -> Iterator[_Dot]:
    """Yield the dots from north to south, moved so that each is visible; as on the map they move down, not sideways."""
    separate: list[_Dot] = []
    for dot in sorted(dots, key=lambda dot: (dot.y, dot.feature_id)):
        near = [other.y for other in separate if abs(other.x - dot.x) < _DOT_GAP]
        separate.append(replace(dot, y=max([dot.y, *(y + _DOT_GAP for y in near)])))
        yield separate[-1]


def _arrange_names(dots: Iterable[_Dot]) -> Iterator[tuple[_Dot, float]]:
    """Yield the dots from north to south, each with the y coordinate of its name, so that no names overlap."""
    least_y = -math.inf
    for dot in sorted(dots, key=lambda dot: (dot.y, dot.feature_id)):
        least_y = max(dot.y + 5, least_y + _LABEL_GAP)
        yield dot, least_y


def _draw_circle(dot: _Dot) -> str:
    size, css_class = (_FOCUS_PX, "selat-locator-here") if dot.is_focus else (_DOT_PX, "selat-locator-dot")
    return f'<circle class="{css_class}" cx="{dot.x:.1f}" cy="{dot.y:.1f}" r="{size}"/>'


def _draw_name(dot: _Dot, y: float) -> str:
    is_right = dot.x > _WIDTH * _RIGHT_PART
    x = dot.x - 13 if is_right else dot.x + 13
    css_class = "selat-locator-name-here" if dot.is_focus else "selat-locator-name"
    position = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{"end" if is_right else "start"}"'
    return f'<text class="{css_class}" {position}>{page_html(dot.name)}</text>'


def _link(dot: _Dot, text: str, addresses: Mapping[str, str]) -> str:
    address = addresses.get(dot.feature_id)
    return f'<a href="{page_html(address)}">{text}</a>' if address else text
