"""Length and area on the WGS84 ellipsoid; nothing is measured anywhere else.

Geometries are in EPSG:4326 (lon, lat). Nothing is ever measured in degrees:
near the equator that is wrong by about 1 %, which is hard to see, and at 60°
by a factor of 2 in length and 4 in area.
"""

from __future__ import annotations

import functools
from typing import cast

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from geo.arrays import Floats
from geo.errors import CrsError

__all__ = [
    "AREA_KM2",
    "PROJ_VERSION",
    "SNAP_M",
    "WGS84",
    "EqualAreaPlane",
    "area_km2",
    "areas_km2",
    "destination",
    "distance_m",
    "ecef_m",
    "inset",
    "length_km",
    "lengths_km",
    "nearest_m",
    "require_wgs84",
    "ring_area_km2",
]

WGS84 = "EPSG:4326"
AREA_KM2 = "area_km2"
_LENGTH_KM = "length_km"
PROJ_VERSION = pyproj.proj_version_str  # projected positions can differ in the last bits between versions
SNAP_M = 5_000.0  # farthest that a position is moved to the nearest water
_GEOD = pyproj.Geod(ellps="WGS84")
_EDGE_DEG = 0.05


@functools.cache
def _equal_area() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(WGS84, "+proj=cea +ellps=WGS84 +units=m", always_xy=True)


def require_wgs84(frame: gpd.GeoDataFrame | gpd.GeoSeries, name: str) -> None:
    """Raise `CrsError` unless ``frame`` is in EPSG:4326; the message names both systems."""
    if frame.crs is None or frame.crs != WGS84:
        actual = "no CRS" if frame.crs is None else frame.crs.to_string()
        raise CrsError(f"`{name}` is in {actual}; wanted {WGS84}: reproject it first")


def area_km2(geometry: BaseGeometry) -> float:
    """Return the area of a polygon or multipolygon on the ellipsoid, without its holes.

    Notes
    -----
    Edges are straight in longitude and latitude, as in GeoJSON (RFC 7946). A geodesic
    between the same ends encloses another area: for the west limit of the Malacca Strait
    the difference is 75 km². Measured in Lambert's cylindrical equal-area projection after
    dividing edges to `_EDGE_DEG`; the error is below 1e-7 of the area.

    >>> round(area_km2(shapely.box(0, 0, 1, 1)))
    12308
    >>> area_km2(shapely.Polygon())
    0.0
    """
    return float(_project(shapely.segmentize(geometry, _EDGE_DEG), _equal_area()).area) / 1e6


def ring_area_km2(ring: BaseGeometry) -> float:
    """Return the area that a ring goes round on the ellipsoid, parts that it goes round the other way subtracted.

    Unlike `area_km2` it measures rings that cross themselves, of which GEOS makes something else when it divides edges.

    >>> round(ring_area_km2(shapely.LinearRing([(0, 0), (1, 0), (1, 1), (0, 1)])))
    12308
    >>> round(ring_area_km2(shapely.LinearRing([(0, 0), (1, 1), (1, 0), (0, 1)])))
    0
    """
    if not ring.length:
        return 0.0
    line = _project(shapely.segmentize(shapely.LineString(ring.coords), _EDGE_DEG), _equal_area())
    return float(shapely.Polygon(line.coords).area) / 1e6


def length_km(geometry: BaseGeometry) -> float:
    """Return the geodesic length of a line, or of all lines of a collection.

    >>> round(length_km(shapely.LineString([(100, 0), (100, 1)])), 3)
    110.574
    """
    return float(_GEOD.geometry_length(geometry)) / 1e3


def areas_km2(frame: gpd.GeoDataFrame) -> pd.Series[float]:
    """Return `area_km2` of each row, same index; raises `CrsError` unless in EPSG:4326."""
    require_wgs84(frame, "frame")
    return cast("pd.Series[float]", frame.geometry.apply(area_km2).rename(AREA_KM2))


def lengths_km(frame: gpd.GeoDataFrame) -> pd.Series[float]:
    """Return `length_km` of each row, same index; raises `CrsError` unless in EPSG:4326."""
    require_wgs84(frame, "frame")
    return cast("pd.Series[float]", frame.geometry.apply(length_km).rename(_LENGTH_KM))


def distance_m(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Return the geodesic distance between two (lon, lat) positions, in metres.

    >>> round(distance_m((100, 3), (100, 3 + 1 / 60)))  # a minute of latitude at 3°N
    1843
    """
    return float(_GEOD.inv(*start, *end)[2])


def ecef_m(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Floats:
    """Return Earth-centred coordinates (n, 3), metres, of positions on the ellipsoid in degrees.

    The straight line between two of them is shorter than any way over the surface, by less than 1e-8 up to a kilometre.
    """
    return np.column_stack(_to_ecef().transform(lon, lat, np.zeros(np.shape(lon))))


@functools.cache
def _to_ecef() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)


def destination(start: tuple[float, float], *, azimuth_deg: float, distance_m: float) -> tuple[float, float]:
    """Return the (lon, lat) reached from ``start`` along a geodesic."""
    lon, lat, _ = _GEOD.fwd(*start, azimuth_deg, distance_m)
    return float(lon), float(lat)


def nearest_m(start: tuple[float, float], geometry: BaseGeometry) -> tuple[tuple[float, float], float]:
    """Return the point of ``geometry`` nearest to ``start``, and how far it is in metres.

    The point is found in an azimuthal equidistant projection about ``start``, where
    distances from ``start`` are true, after dividing edges to `_EDGE_DEG`; then it is
    moved by the rest, less than a metre, onto the edge, which is straight in longitude
    and latitude.
    """
    forward, back = _projections_about(start)
    nearest = nearest_points(shapely.Point(0, 0), _project(shapely.segmentize(geometry, _EDGE_DEG), forward))[1]
    on = nearest_points(geometry, shapely.Point(back.transform(nearest.x, nearest.y)))[0]
    return (on.x, on.y), distance_m(start, (on.x, on.y))


def inset(geometry: BaseGeometry, *, margin_m: float, about: tuple[float, float]) -> BaseGeometry:
    """Return the part of a polygon that is at least ``margin_m`` from its boundary, near ``about``.

    Computed in an azimuthal equidistant projection about ``about``: accurate to
    0.1 % within 200 km of it, less beyond.
    """
    forward, back = _projections_about(about)
    return _project(_project(geometry, forward).buffer(-margin_m), back)


def _projections_about(centre: tuple[float, float]) -> tuple[pyproj.Transformer, pyproj.Transformer]:
    lon, lat = centre
    plane = pyproj.CRS.from_proj4(f"+proj=aeqd +lon_0={lon} +lat_0={lat} +ellps=WGS84 +units=m")
    return (
        pyproj.Transformer.from_crs(WGS84, plane, always_xy=True),
        pyproj.Transformer.from_crs(plane, WGS84, always_xy=True),
    )


def _project(geometry: BaseGeometry, transformer: pyproj.Transformer) -> BaseGeometry:
    return shapely.transform(geometry, transformer.transform, interleaved=False)  # type: ignore[arg-type]  # stubs: interleaved only


class EqualAreaPlane:
    """Lambert's azimuthal equal-area projection about a centre, in metres: areas are true, shapes nearly so.

    Parameters
    ----------
    centre
        (lon, lat), degrees.
    """

    def __init__(self, centre: tuple[float, float]) -> None:
        lon, lat = centre
        plane = pyproj.CRS.from_proj4(f"+proj=laea +lon_0={lon} +lat_0={lat} +ellps=WGS84 +units=m")
        self._forward = pyproj.Transformer.from_crs(WGS84, plane, always_xy=True)
        self._back = pyproj.Transformer.from_crs(plane, WGS84, always_xy=True)

    def flat(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry of EPSG:4326 in the plane, metres, with edges divided to `_EDGE_DEG` first.

        Edges are straight in longitude and latitude, so long ones are curved in the plane.
        """
        return _project(shapely.segmentize(geometry, _EDGE_DEG), self._forward)

    def globe(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry of the plane in EPSG:4326."""
        return _project(geometry, self._back)

    def lonlat(self, x_m: npt.ArrayLike, y_m: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Return longitudes and latitudes of points of the plane, degrees, same shape."""
        lon, lat = self._back.transform(np.asarray(x_m), np.asarray(y_m))
        return np.asarray(lon), np.asarray(lat)
