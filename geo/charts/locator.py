"""Where something is in the strait, as a small picture that is part of a readable page: no script, no file of its own."""

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
_LABEL_GAP: Final = 19.0  # below it two names would lie on each other
_DOT_GAP: Final = 15.0
_RIGHT_PART: Final = 0.72  # farther right a name stands on the left of its point
_DOT, _DOT_HERE = 4.5, 8.0


@dataclass(frozen=True)
class _Spot:
    """A point of the picture, its name, and whether the page is about it."""

    feature_id: str
    name: str
    x: float
    y: float
    here: bool


class Locator:
    """Land and strait as paths, made once for a scheme; longitude and latitude drawn as straight axes."""

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
        """Return a picture with these control points and places marked and named, the other control points small.

        ``label`` says the same in words; a name links to its address where it has one.
        """
        here = list(dict.fromkeys(feature_ids))
        others = [point_id for point_id in self._scheme.point_ids if point_id not in here]
        spots = [*(self._spot(name, here=False) for name in others), *(self._spot(name, here=True) for name in here)]
        spots = list(_spread(spots))
        names = "".join(_linked(spot, _name(spot, y), addresses) for spot, y in _apart(spots))
        dots = "".join(_dot(spot) for spot in spots)
        return (
            f'<svg class="selat-locator" viewBox="0 0 {_WIDTH:.0f} {self._height:.0f}" role="group" '
            f'aria-label="{page_html(label)}">'
            f'<path class="selat-locator-land" d="{self._land}"/><path class="selat-locator-strait" d="{self._strait}"/>'
            f"{dots}{names}</svg>"
        )

    def _spot(self, feature_id: str, *, here: bool) -> _Spot:
        feature = self._scheme.feature(feature_id)
        return _Spot(feature_id, feature.name, *self._xy(feature.lon, feature.lat), here)

    def _xy(self, lon: float, lat: float) -> tuple[float, float]:
        return (lon - self._box[0]) * self._shrink * self._scale, (self._box[3] - lat) * self._scale

    def _path(self, shapes: Iterable[BaseGeometry]) -> str:
        drawn = shapely.union_all(list(shapes)).intersection(shapely.box(*self._box)).simplify(_SHAPE_DEG)
        polygons = [part for part in shapely.get_parts(drawn) if part.geom_type == "Polygon" and part.area > _SHAPE_DEG**2 * 4]
        return "".join(self._ring(ring.coords) for part in polygons for ring in (part.exterior, *part.interiors))

    def _ring(self, lonlats: Iterable[tuple[float, ...]]) -> str:
        turns = [tuple(round(value) for value in self._xy(*lonlat[:2])) for lonlat in lonlats]
        turns = [turn for turn, _ in itertools.groupby(turns)]
        if len(turns) < 4:  # a triangle closes with a fourth
            return ""
        steps = (f"{x - was_x} {y - was_y}" for (was_x, was_y), (x, y) in itertools.pairwise(turns[:-1]))
        return f"M{turns[0][0]} {turns[0][1]}l{' '.join(steps)}z"


def _spread(spots: Iterable[_Spot]) -> Iterator[_Spot]:
    """Yield the spots from the north down, moved so that each dot is seen; as on the map they move down, not aside."""
    seen: list[_Spot] = []
    for spot in sorted(spots, key=lambda spot: (spot.y, spot.feature_id)):
        near = [other.y for other in seen if abs(other.x - spot.x) < _DOT_GAP]
        seen.append(replace(spot, y=max([spot.y, *(y + _DOT_GAP for y in near)])))
        yield seen[-1]


def _apart(spots: Iterable[_Spot]) -> Iterator[tuple[_Spot, float]]:
    """Yield the names with the height each is written at, from the north down, none upon another."""
    least = -math.inf
    for spot in sorted(spots, key=lambda spot: (spot.y, spot.feature_id)):
        least = max(spot.y + 5, least + _LABEL_GAP)
        yield spot, least


def _dot(spot: _Spot) -> str:
    size, css_class = (_DOT_HERE, "selat-locator-here") if spot.here else (_DOT, "selat-locator-dot")
    return f'<circle class="{css_class}" cx="{spot.x:.1f}" cy="{spot.y:.1f}" r="{size}"/>'


def _name(spot: _Spot, y: float) -> str:
    left = spot.x > _WIDTH * _RIGHT_PART
    x = spot.x - 13 if left else spot.x + 13
    css_class = "selat-locator-name-here" if spot.here else "selat-locator-name"
    at = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{"end" if left else "start"}"'
    return f'<text class="{css_class}" {at}>{page_html(spot.name)}</text>'


def _linked(spot: _Spot, text: str, addresses: Mapping[str, str]) -> str:
    address = addresses.get(spot.feature_id)
    return f'<a href="{page_html(address)}">{text}</a>' if address else text
