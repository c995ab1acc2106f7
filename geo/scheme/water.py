"""The water of a study box, and how outline, starts and sides of a scheme lie in it.

What can be computed all the same is told in remarks; what cannot is a fault.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.arrays import Flags, Geometries
from geo.errors import DataError
from geo.measure import SNAP_M, area_km2, areas_km2, nearest_m
from geo.scheme.features import ControlPoint, Feature, Place, Start
from geo.scheme.layers import CONTROL_POINTS, LAYERS, PLACES
from geo.scheme.sources import StudyBox

__all__ = [
    "Landfall",
    "StudyWater",
    "cut_strait",
    "describe_sides",
    "find_water",
    "place_starts",
    "require_one_side_of_180",
]

_STRAIT: Final = LAYERS["strait"].file
_WATERS: Final = LAYERS["waters"].file
_ROUNDING: Final = 1e-6  # share of the strait: what rounded coordinates leave beside the water, or between two sides
_ON_SHORE_M: Final = 0.5  # a position this close to the water lies on it, as for `geo.sea`
_POND_KM2: Final = 0.01  # smaller pieces of water are gaps between two pieces of land


# --- navigable water ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Landfall:
    """The point of the navigable water nearest to a position: (lon, lat), EPSG:4326, and how far away it is.

    ``is_near_other_water`` says that water without a route to it is nearer; beyond `SNAP_M` it is not asked.
    """

    lon: float
    lat: float
    distance_m: float
    is_near_other_water: bool


@dataclass(frozen=True, eq=False)
class StudyWater:
    """The water of a study box, EPSG:4326.

    Attributes
    ----------
    navigable
        The connected part that holds most of the strait.
    other
        The other parts, to which no route leads.
    """

    navigable: shapely.Polygon
    other: Geometries

    def nearest(self, lon: float, lat: float) -> Landfall:
        """Return the point of the navigable water nearest to a position, itself if it lies on it."""
        here = shapely.Point(lon, lat)
        if self.navigable.intersects(here):
            return Landfall(lon, lat, 0.0, False)
        (to_lon, to_lat), distance_m = nearest_m((lon, lat), self.navigable)
        if distance_m <= _ON_SHORE_M:
            return Landfall(lon, lat, 0.0, False)
        is_near_other_water = distance_m <= SNAP_M and self._is_other_nearer(here, distance_m)
        return Landfall(to_lon, to_lat, distance_m, is_near_other_water)

    def _is_other_nearer(self, here: shapely.Point, distance_m: float) -> bool:
        reach_deg = distance_m / 110_500 / max(math.cos(math.radians(here.y)), 1e-3)  # no degree of latitude is shorter
        near = self.other[shapely.dwithin(self.other, here, reach_deg)]
        return any(nearest_m((here.x, here.y), one)[1] < distance_m for one in near if area_km2(one) >= _POND_KM2)


def find_water(land: Geometries, box: StudyBox, strait: Geometries) -> StudyWater:
    """Return the water of a study box: what is not land, in connected parts.

    Parameters
    ----------
    land, strait
        Polygons, EPSG:4326. The navigable part is the one that holds most of the strait, the largest if none does.

    Raises
    ------
    DataError
        If land covers the whole box.
    """
    land = shapely.get_parts(land)
    island = _find_islands(land, (box.west, box.south, box.east, box.north))
    shore = shapely.union_all(land[~island])
    water = shapely.get_parts(shapely.difference(shapely.box(box.west, box.south, box.east, box.north), shore))
    uncut = [part for part in water if isinstance(part, shapely.Polygon) and not part.is_empty]
    if not uncut:
        raise DataError(f"land.geojson: covers the whole study box {box}; wanted some water in it")
    parts = np.array(list(_cut_islands(uncut, land[island])), dtype=object)
    number = _find_strait(parts, strait)
    return StudyWater(parts[number], np.delete(parts, number))


def _find_islands(land: Geometries, box: tuple[float, float, float, float]) -> Flags:
    """Return which polygons touch neither the box nor other land and have no lake: they are holes of the water as they are."""
    bounds = shapely.bounds(land)
    inside = (bounds[:, :2] > box[:2]).all(axis=1) & (bounds[:, 2:] < box[2:]).all(axis=1)
    is_island: Flags = inside & (shapely.get_num_interior_rings(land) == 0)
    small, large = shapely.STRtree(land).query(land)
    vertices = shapely.get_num_coordinates(land)
    once = (vertices[small] < vertices[large]) | ((vertices[small] == vertices[large]) & (small < large))
    small, large = small[once], large[once]
    shapely.prepare(land[large])
    touch = shapely.intersects(land[large], land[small])
    is_island[small[touch]] = is_island[large[touch]] = False
    return is_island


def _cut_islands(parts: Sequence[shapely.Polygon], islands: Geometries) -> Iterator[shapely.Polygon]:
    """Yield each part of the water without the islands in it."""
    shores = shapely.get_exterior_ring(islands)
    around, inside = shapely.STRtree(shapely.get_point(shores, 0)).query(parts, predicate="contains")
    for number, part in enumerate(parts):
        outer, *holes = np.append(shapely.get_rings(part), shores[inside[around == number]])
        yield shapely.Polygon(outer, holes)


def _find_strait(parts: Geometries, strait: Geometries) -> int:
    """Return the number of the part that holds most of the strait; of equal ones the largest."""

    def held(number: int) -> float:  # in square degrees, only to be compared
        return float(shapely.area(shapely.intersection(strait, parts[number])).sum())

    order: list[int] = np.argsort(-shapely.area(parts), kind="stable").tolist()
    largest, *others = order
    second = max(others, key=held, default=largest)
    if second == largest or held(second) <= _ROUNDING * shapely.area(strait).sum():  # usual; the largest takes longest
        return largest
    return second if held(second) > held(largest) else largest


# --- outline, starts, sides ---------------------------------------------------------------------------------------------


def require_one_side_of_180(strait: Geometries, starts: Iterable[Start]) -> None:
    """Raise `DataError` if strait and starts lie on both sides of the 180° meridian."""
    bounds = shapely.bounds(shapely.get_parts(strait))
    spans = sorted([*bounds[:, [0, 2]].tolist(), *([start.lon, start.lon] for start in starts)])
    east = np.maximum.accumulate([end for _, end in spans])
    inner_deg = max((begin - end for end, (begin, _) in zip(east, spans[1:], strict=False)), default=0.0)
    outer_deg = 360 - (east[-1] - spans[0][0])
    if inner_deg > outer_deg:
        raise DataError(
            f"{_STRAIT}: with the starts it lies on both sides of the 180° meridian, which cannot be computed yet; "
            "wanted strait, starts and study box on one side of it"
        )


def cut_strait(strait: gpd.GeoDataFrame, water: StudyWater) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the strait as far as it lies on the navigable water, and a remark for each kind of area cut off.

    Where the outline fits the water but for rounding, it stays as it is.

    Raises
    ------
    DataError
        If nothing of it lies on the water.
    """
    written = strait.geometry.to_numpy()
    inside = np.array([_keep_areas(shape) for shape in shapely.intersection(written, water.navigable)], dtype=object)
    if shapely.area(inside).sum() >= shapely.area(written).sum() * (1 - _ROUNDING):
        return strait, []
    if shapely.is_empty(inside).all():
        raise DataError(f"{_STRAIT}: lies on land throughout; wanted an outline of water of the study box")
    outside = shapely.difference(shapely.union_all(written), shapely.union_all(inside))
    other = shapely.intersection(outside, shapely.union_all(water.other))
    kinds = (
        (shapely.difference(outside, other), "of the outline lie on land"),
        (other, "of the outline lie on water that has no route to the rest"),
    )
    remarks = [f"{_STRAIT}: {sentence}; they are cut off" for sentence in _describe_areas(kinds, of=strait)]
    gone = strait.index[shapely.is_empty(inside)]
    remarks += [f"{_STRAIT}: feature {name}: lies off the navigable water throughout; left out" for name in gone]
    return strait.set_geometry(gpd.GeoSeries(inside, index=strait.index, crs=strait.crs)).drop(index=gone), remarks


def place_starts(features: Iterable[ControlPoint | Place], water: StudyWater) -> tuple[list[str], list[str]]:
    """Return faults and remarks on the starts: those that cannot be moved to the navigable water, and those that are moved.

    A start is moved to the nearest navigable water within `SNAP_M`, but not past other water, which lies beyond land.
    """
    faults, remarks = [], []
    for feature in features:
        if feature.start is None:
            continue
        label, to = _label(feature), water.nearest(feature.start.lon, feature.start.lat)
        at, moved = _position(feature.start.lon, feature.start.lat), f"{to.distance_m / 1e3:,.2f} km"
        if to.is_near_other_water:
            faults.append(
                f"{label}: starts at {at}, on other water or beside it; the navigable water, {moved} away across land, "
                "has no route to it: wanted a start on the navigable water"
            )
        elif to.distance_m > SNAP_M:
            faults.append(
                f"{label}: starts at {at}, {moved} from the navigable water; wanted a start on it, or within "
                f"{SNAP_M / 1e3:g} km"
            )
        elif to.distance_m > 0:
            remarks.append(f"{label}: start moved by {moved}, from {at} to the nearest water at {_position(to.lon, to.lat)}")
    return faults, remarks


def describe_sides(waters: gpd.GeoDataFrame, strait: gpd.GeoDataFrame) -> list[str]:
    """Return a sentence for each two sides that overlap, for water on no side, and for sides that reach beyond the strait."""
    if waters.empty:
        return []
    whole, sides = shapely.union_all(strait.geometry.to_numpy()), shapely.union_all(waters.geometry.to_numpy())
    kinds = [
        *((area, f"lie in both {names}") for names, area in _find_overlaps(waters)),
        (shapely.difference(whole, sides), "of the strait lie on no side"),
        (shapely.difference(sides, whole), "of the sides lie beyond the strait"),
    ]
    return [f"{_WATERS}: {sentence}" for sentence in _describe_areas(kinds, of=strait)]


def _find_overlaps(waters: gpd.GeoDataFrame) -> Iterator[tuple[str, BaseGeometry]]:
    shapes = waters.geometry.to_numpy()
    for first, second in shapely.STRtree(shapes).query(shapes, predicate="intersects").T.tolist():
        if first < second:
            yield f"{waters.index[first]} and {waters.index[second]}", shapely.intersection(shapes[first], shapes[second])


def _keep_areas(shape: BaseGeometry) -> BaseGeometry:
    """Return the polygons of a geometry as one, without the points and lines where shapes only touch."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and not part.is_empty]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _describe_areas(kinds: Iterable[tuple[BaseGeometry, str]], *, of: gpd.GeoDataFrame) -> Iterator[str]:
    """Yield a sentence with size and place for each area that is more than rounding leaves of the strait ``of``."""
    least_km2 = _ROUNDING * float(areas_km2(of).sum())
    for shape, what in kinds:
        area = _keep_areas(shape)
        size_km2 = area_km2(area)
        if size_km2 > least_km2:
            point = shapely.point_on_surface(max(shapely.get_parts(area), key=lambda part: part.area))
            size = f"{size_km2:,.0f}" if size_km2 >= 100 else f"{size_km2:.3g}"
            yield f"{size} km² {what}, most at {_position(point.x, point.y)}"


def _position(lon: float, lat: float) -> str:
    return f"{lon:.5f}, {lat:.5f}"


def _label(feature: Feature) -> str:
    return f"{(CONTROL_POINTS if isinstance(feature, ControlPoint) else PLACES).file}: feature {feature.id}"
