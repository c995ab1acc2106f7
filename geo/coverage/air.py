"""How far an aircraft comes within so many minutes of take-off, in a straight line over land and water alike.

Air reach is sight, not interdiction: nothing of it enters a `Coverage`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import shapely

from geo.measure import destination

__all__ = ["RING_MIN", "AirRing", "air_rings"]

RING_MIN: Final = (30, 60, 90, 120)  # minutes after take-off: within hours an aircraft would cover the whole strait
_CORNERS: Final = 360  # one a degree: an edge between two keeps within 0.01 % of the circle


@dataclass(frozen=True)
class AirRing:
    """What aircraft of one airfield reach within ``minutes`` of take-off: a circle on the ellipsoid, EPSG:4326."""

    airfield_id: str
    minutes: int
    radius_km: float
    area: shapely.Polygon


def air_rings(airfields: Iterable[tuple[str, float, float]], *, speed_km_h: float) -> tuple[AirRing, ...]:
    """Return the rings of each airfield, the nearest first.

    Parameters
    ----------
    airfields
        Id, longitude and latitude of each, degrees, EPSG:4326.
    speed_km_h
        Speed over ground, without wind.

    Returns
    -------
    tuple of AirRing
        A ring for each airfield and each of `RING_MIN`. Longitudes run on beyond 180 degrees
        rather than jump; no ring may hold a pole.

    Notes
    -----
    A corner lies at ``speed × time`` along a geodesic of the WGS84 ellipsoid.

    Examples
    --------
    >>> rings = air_rings([("subang-air-base", 101.55, 3.13)], speed_km_h=380)
    >>> [(ring.minutes, ring.radius_km) for ring in rings]
    [(30, 190.0), (60, 380.0), (90, 570.0), (120, 760.0)]
    >>> from geo.measure import distance_m
    >>> round(distance_m((101.55, 3.13), rings[1].area.exterior.coords[7]) / 1e3)
    380
    """
    return tuple(
        AirRing(airfield_id, minutes, radius_km, _circle(lon, lat, radius_km * 1e3))
        for airfield_id, lon, lat in airfields
        for minutes, radius_km in ((minutes, speed_km_h * minutes / 60) for minutes in RING_MIN)
    )


def _circle(lon: float, lat: float, radius_m: float) -> shapely.Polygon:
    """Return the corners counter-clockwise, as GeoJSON wants an outer ring."""
    step_deg = 360 / _CORNERS
    corners = (destination((lon, lat), azimuth_deg=-number * step_deg, distance_m=radius_m) for number in range(_CORNERS))
    return shapely.Polygon([(lon + (east - lon + 180) % 360 - 180, north) for east, north in corners])
