"""Shapes and texts packed small, for a page that carries everything in itself.

``geo/offline/assets/packed.js`` unpacks them. Same input, same bytes.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

__all__ = ["packed_polygons", "packed_text"]

_BITS: Final = 7  # of a number in each byte; the eighth says that more of it follows


def packed_polygons(shape: shapely.Geometry, *, decimals: int) -> str:
    """Return a polygon, or several, as text of about three characters a corner.

    Parameters
    ----------
    shape
        Polygon or MultiPolygon, EPSG:4326.
    decimals
        Of a degree, that corners are rounded to: 4 is about 11 m.

    Returns
    -------
    str
        Whole numbers, each in as few bytes as it needs, in base64: how many polygons; of each how many rings; of each
        ring how many corners, then for each corner the steps from the one before, longitude first, in units of the last
        decimal. A step is doubled, a negative one then turned into the odd number below. The first starts from 0, 0.
        A ring ends with the corner it began with; one that has shrunk to less than a triangle is kept.

    Examples
    --------
    >>> packed_polygons(shapely.box(0, 0, 0.2, 0.1), decimals=1)
    'AQEFBAAAAgMAAAEEAA=='
    """
    polygons = [polygon for polygon in shapely.get_parts(shape) if not polygon.is_empty]
    numbers = [np.array([len(polygons)])]
    last = np.zeros((1, 2), dtype=np.int64)
    for polygon in polygons:  # a ring at a time: each has a length of its own
        rings = [polygon.exterior, *polygon.interiors]
        numbers.append(np.array([len(rings)]))
        for ring in rings:
            corners = np.rint(shapely.get_coordinates(ring) * 10**decimals).astype(np.int64)
            steps = np.diff(corners, axis=0, prepend=last).ravel()
            numbers += [np.array([len(corners)]), np.where(steps < 0, -2 * steps - 1, 2 * steps)]
            last = corners[-1:]
    return base64.b64encode(_short_bytes(np.concatenate(numbers))).decode()


def _short_bytes(numbers: npt.NDArray[np.int64]) -> bytes:
    """Return whole numbers of 0 and up, low bits first, each in as few bytes as it needs."""
    return b"".join(map(_short, numbers.tolist()))


def _short(number: int) -> bytes:
    made = bytearray()
    while number >= 1 << _BITS:
        made.append(number % (1 << _BITS) + (1 << _BITS))
        number >>= _BITS
    return bytes([*made, number])


def packed_text(texts: Iterable[str]) -> str:
    """Return texts, one after the other, compressed (zlib, RFC 1950) and in base64.

    >>> zlib.decompress(base64.b64decode(packed_text(["se", "lat"]))).decode()
    'selat'
    """
    return base64.b64encode(zlib.compress("".join(texts).encode(), level=9)).decode()
