"""Encode areas and texts compactly, for a page that carries everything in itself.

``geo/offline/assets/packing.js`` decodes them. Same input, same bytes.

Areas are whole numbers, each in as few bytes as it needs (7 bits a byte, low bits first; the eighth bit says that another
byte follows), in base64: about three characters a corner. The encoded polylines that web maps use were measured too: with
one string a ring the shipped land takes a quarter more.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from geo.arrays import Floats

__all__ = ["pack_polygons", "pack_rings", "pack_text"]

_PAYLOAD_BITS: Final = 7
_CONTINUES: Final = 1 << _PAYLOAD_BITS

Integers = npt.NDArray[np.int64]


def pack_polygons(shape: shapely.Geometry, *, decimals: int) -> str:
    """Return polygons as text.

    Parameters
    ----------
    shape
        Polygon or MultiPolygon, EPSG:4326.
    decimals
        Of a degree, that corners are rounded to: 4 is about 11 m.

    Returns
    -------
    str
        How many polygons; then the rings of each, outer ring first, as `pack_rings` has them. A ring ends with the corner
        it began with; one that rounding shrinks to less than a triangle is kept.

    Examples
    --------
    >>> pack_polygons(shapely.box(0, 0, 0.2, 0.1), decimals=1)
    'AQEFBAAAAgMAAAEEAA=='
    """
    polygons = [polygon for polygon in shapely.get_parts(shape) if not polygon.is_empty]
    rings = [[shapely.get_coordinates(ring) for ring in (polygon.exterior, *polygon.interiors)] for polygon in polygons]
    return _encode([np.array([len(polygons)]), *_number_rings(rings, decimals)])


def pack_rings(rings: Sequence[Floats], *, decimals: int) -> str:
    """Return rings as text.

    Parameters
    ----------
    rings
        Corners of each ring, (lon, lat), EPSG:4326.
    decimals
        Of a degree, that corners are rounded to.

    Returns
    -------
    str
        How many rings; of each how many corners, then for each corner the steps from the one before, longitude first, in
        units of the last decimal. The first corner of all is a step from (0, 0). A step is doubled; a negative one then
        becomes the odd number below.

    Examples
    --------
    >>> pack_rings([np.array([(0.0, 0.0), (0.2, 0.0), (0.2, 0.1)])], decimals=1)
    'AQMAAAQAAAI='
    """
    return _encode(list(_number_rings([rings], decimals)))


def _number_rings(groups: Iterable[Sequence[Floats]], decimals: int) -> Iterator[Integers]:
    """Yield the numbers of each group of rings."""
    last = np.zeros((1, 2), dtype=np.int64)
    for rings in groups:
        yield np.array([len(rings)])
        for ring in rings:  # each has a length of its own
            corners = np.rint(ring * 10**decimals).astype(np.int64)
            steps = np.diff(corners, axis=0, prepend=last).ravel()
            yield np.array([len(corners)])
            yield np.where(steps < 0, -2 * steps - 1, 2 * steps)
            last = corners[-1:]


def _encode(numbers: Sequence[Integers]) -> str:
    """Return whole numbers of 0 and up in base64."""
    return base64.b64encode(b"".join(map(_encode_number, np.concatenate(numbers).tolist()))).decode()


def _encode_number(number: int) -> bytes:
    encoded = bytearray()
    while number >= _CONTINUES:
        encoded.append(number % _CONTINUES + _CONTINUES)
        number >>= _PAYLOAD_BITS
    return bytes([*encoded, number])


def pack_text(texts: Iterable[str]) -> str:
    """Return texts, one after the other, compressed (zlib, RFC 1950) and in base64.

    >>> zlib.decompress(base64.b64decode(pack_text(["se", "lat"]))).decode()
    'selat'
    """
    return base64.b64encode(zlib.compress("".join(texts).encode(), level=9)).decode()
