"""A plane in which geodesics are straight, and lengths on the ellipsoid (docs/method.md, sections 1 and 4).

A central projection of the WGS84 ellipsoid: the plane touches the middle of the water, and the
centre of projection lies below it on the normal, one mean radius of curvature deep. Lines of
the plane are so close to geodesics that visibility can be decided by straight lines. Lengths
are never measured in the plane.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geo.arrays import Floats
from geo.errors import ScenarioError
from geo.sea._kernels import inlined, kernel

__all__: list[str] = []

A_M = 6378137.0  # WGS84 equatorial radius, exact by definition; source: nga-tr8350.2
FLATTENING = 1 / 298.257223563  # WGS84, exact by definition
E2 = FLATTENING * (2 - FLATTENING)
B_M = A_M * (1 - FLATTENING)

# No chord is longer than twice this. Up to there the series of `arc_m` is exact to 0.08 ppm, and straight lines in place of
# geodesics lengthen a route by at most 0.002 ppm (tests/test_sea_distance.py measures both against Karney at every latitude).
WIDEST_M = 1_400_000.0

STRAIGHT = 1e-12  # radians: a vertex where the shore bends by less counts both as a cape and as none

_STRETCH2 = (A_M / B_M) ** 2
_A2 = 1 / (A_M * A_M)
_EPS = 1 / (B_M * B_M) - _A2
_GAMMA = _EPS * A_M * A_M / (B_M * B_M)


@dataclass(frozen=True, eq=False)
class Plane:
    """A central projection of the ellipsoid.

    Attributes
    ----------
    frame
        (4, 3), metres, ECEF: the centre of projection, the vector from it to the touching point, and unit vectors to the
        east and to the north there.
    least_scale
        Lower bound of a length in the water divided by its image in the plane.
    """

    frame: Floats
    least_scale: float

    @classmethod
    def for_water(cls, water: shapely.Polygon) -> Plane:
        """Return the plane that touches the ellipsoid in the middle of a water's bounding box.

        Raises
        ------
        ScenarioError
            If the water reaches farther than `WIDEST_M` from that middle.
        """
        west, south, east, north = water.bounds
        frame = _frame((west + east) / 2, (south + north) / 2)
        shore = ecef_of(*shapely.get_coordinates(water).T)
        _require_narrow(float(np.linalg.norm(shore - frame[0] - frame[1], axis=1).max()))
        return cls(frame, _least_scale(shore, frame))

    def project(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Return plane coordinates (n, 2) and ECEF coordinates (n, 3), metres; plane coordinates of far positions are NaN."""
        ecef = ecef_of(lon, lat)
        centre, normal, east, north = self.frame
        sight = ecef - centre
        depth = sight @ normal / (normal @ normal)
        near = depth > 0.5  # within about 60° of the middle
        scale = np.where(near, 1 / np.where(near, depth, 1.0), np.nan)
        return np.column_stack([(sight @ east) * scale, (sight @ north) * scale]), ecef

    def ecef(self, xy: Floats) -> Floats:
        """Return (n, 3) ECEF coordinates, metres, of plane coordinates (n, 2)."""
        return on_ellipsoid_all(np.ascontiguousarray(xy), self.frame)

    def unproject(self, xy: Floats) -> Floats:
        """Return (n, 2) longitude and latitude, degrees, of plane coordinates."""
        x, y, z = self.ecef(xy).T
        return np.column_stack([np.degrees(np.arctan2(y, x)), np.degrees(np.arctan2(z, (1 - E2) * np.hypot(x, y)))])


def cross_rows(a: Floats, b: Floats) -> Floats:
    """Return `cross` of rows (n, 2)."""
    return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]


def _frame(lon: float, lat: float) -> Floats:
    """Return the frame of the plane that touches the ellipsoid at a position.

    The centre of projection lies √(M N) deep, M and N being the radii of curvature along the meridian and across it.
    Lines are then four to ten times closer to geodesics than in a projection from the Earth's centre.
    """
    lam, phi = np.radians(lon), np.radians(lat)
    up = np.array([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
    east = np.array([-np.sin(lam), np.cos(lam), 0.0])
    narrow = 1 - E2 * np.sin(phi) ** 2
    radius = A_M * np.sqrt(1 - E2) / narrow
    return np.stack([ecef_of(lon, lat) - radius * up, radius * up, east, np.cross(up, east)])


def ecef_of(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Floats:
    """Return ECEF coordinates (..., 3), metres, of positions on the ellipsoid in degrees."""
    lam, phi = np.radians(np.asarray(lon, dtype=float)), np.radians(np.asarray(lat, dtype=float))
    sin, cos = np.sin(phi), np.cos(phi)
    normal = A_M / np.sqrt(1 - E2 * sin * sin)
    return np.stack([normal * cos * np.cos(lam), normal * cos * np.sin(lam), normal * (1 - E2) * sin], axis=-1)


def _require_narrow(reach_m: float) -> None:
    if reach_m > WIDEST_M:
        raise ScenarioError(
            f"the water reaches {reach_m / 1e3:,.0f} km from the middle of its box; wanted at most {WIDEST_M / 1e3:,.0f} km, "
            "where sea distances are exact to 0.1 ppm: take a smaller study box"
        )


def _least_scale(shore: Floats, frame: Floats) -> float:
    """Return a lower bound of true over plane length: least distance from the centre × least cos² of the angle / depth."""
    sight, depth = shore - frame[0], np.linalg.norm(frame[1])
    distance = np.linalg.norm(sight, axis=1)
    cosine = sight @ frame[1] / (distance * depth)
    return float(distance.min() / depth * cosine.min() ** 2 * 0.9999)


@inlined
def cross(ax: float, ay: float, bx: float, by: float) -> float:
    """Return the cross product of two vectors: positive if b lies to the left of a."""
    return ax * by - ay * bx


@inlined
def on_ellipsoid(x: float, y: float, frame: Floats) -> tuple[float, float, float]:
    """Return the ECEF coordinates of a point of the plane: where the ray from the centre of projection meets the ellipsoid."""
    rx = frame[1, 0] + x * frame[2, 0] + y * frame[3, 0]
    ry = frame[1, 1] + x * frame[2, 1] + y * frame[3, 1]
    rz = frame[1, 2] + x * frame[2, 2] + y * frame[3, 2]
    # With z stretched by a/b the ellipsoid is a sphere; the position along the ray solves a quadratic equation.
    a = rx * rx + ry * ry + rz * rz * _STRETCH2
    b = frame[0, 0] * rx + frame[0, 1] * ry + frame[0, 2] * rz * _STRETCH2
    c = frame[0, 0] ** 2 + frame[0, 1] ** 2 + frame[0, 2] ** 2 * _STRETCH2 - A_M * A_M
    along = (math.sqrt(b * b - a * c) - b) / a
    return frame[0, 0] + along * rx, frame[0, 1] + along * ry, frame[0, 2] + along * rz


@kernel
def on_ellipsoid_all(xy: Floats, frame: Floats) -> Floats:
    """Return `on_ellipsoid` of each point (n, 2)."""
    ecef = np.empty((len(xy), 3))
    for i in range(len(xy)):
        ecef[i, 0], ecef[i, 1], ecef[i, 2] = on_ellipsoid(xy[i, 0], xy[i, 1], frame)
    return ecef


@inlined
def arc_m(ax: float, ay: float, az: float, bx: float, by: float, bz: float) -> float:
    """Return the geodesic length, metres, between two points of the ellipsoid in ECEF, from their chord.

    Notes
    -----
    For a chord c over a curve of curvature k at its middle, s = (k c)²: arc = c (1 + s/24 + 3 s²/640 + 5 s³/7168 +
    35 s⁴/294912 + k'' c⁴ k/480). By Euler and Joachimsthal, k comes from the chord's direction and the middle's
    height z above the equator alone, k ∝ h³ with 1/h² = 1/a² + z² (1/b² − 1/a²)/b². No trigonometry.
    """
    dx, dy, dz = ax - bx, ay - by, az - bz
    z2 = dz * dz
    c2 = dx * dx + dy * dy + z2
    middle2 = 0.25 * (az + bz) * (az + bz) * (1 + 0.25 * _A2 * c2)
    g = _GAMMA * middle2
    s = (c2 * _A2 + z2 * (2 * _EPS) + (_EPS * _EPS * A_M * A_M) * z2 * z2 / (c2 + 1e-300)) * (1 - g * (1 - g * (1 - g)))
    bend = 1 / 24 - _GAMMA / 160 * (z2 - middle2 * c2 * _A2)
    return math.sqrt(c2) * (1 + s * (bend + s * (3 / 640 + s * (5 / 7168 + s * (35 / 294912)))))
