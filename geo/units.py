"""Exact unit factors; lengths and positions as people at sea write them."""

from __future__ import annotations

import math

__all__ = ["KM_PER_NMI", "M_PER_NMI", "degrees_minutes", "m_to_nmi", "parse_numbers", "parse_position"]

M_PER_NMI = 1852.0  # exact by definition (First International Extraordinary Hydrographic Conference, 1929)
KM_PER_NMI = M_PER_NMI / 1000


def m_to_nmi(length_m: float) -> float:
    """Convert metres to nautical miles.

    >>> m_to_nmi(1852.0)
    1.0
    """
    return length_m / M_PER_NMI


def degrees_minutes(degrees: float, *, axis: str) -> str:
    """Format a coordinate as degrees, minutes to 0.1, and hemisphere.

    Parameters
    ----------
    degrees
        Decimal degrees, north and east positive.
    axis
        ``"lat"`` or ``"lon"``.

    >>> degrees_minutes(3.79801, axis="lat")
    '3°47.9′ N'
    >>> degrees_minutes(-0.99999, axis="lat")
    '1°00.0′ S'
    """
    positive, negative = {"lat": ("N", "S"), "lon": ("E", "W")}[axis]
    hemisphere = negative if degrees < 0 else positive
    tenths = round(abs(degrees) * 600)
    return f"{tenths // 600}°{tenths % 600 / 10:04.1f}′ {hemisphere}"


def parse_position(text: str) -> tuple[float, float] | None:
    """Return the (lon, lat) of ``"LAT,LON"`` in degrees; ``None`` if the text is no position.

    >>> parse_position("3.80, 98.71"), parse_position("98.71,3.80")
    ((98.71, 3.8), None)
    """
    numbers = parse_numbers(text, 2)
    if numbers is None:
        return None
    lat, lon = numbers
    return (lon, lat) if abs(lat) <= 90 and abs(lon) <= 180 else None


def parse_numbers(text: str, count: int) -> tuple[float, ...] | None:
    """Return ``count`` finite numbers separated by commas; ``None`` if the text is anything else.

    >>> parse_numbers("4,100.5", 2), parse_numbers("4,nan", 2), parse_numbers("4", 2)
    ((4.0, 100.5), None, None)
    """
    try:
        numbers = tuple(float(part) for part in text.split(","))
    except ValueError:
        return None
    return numbers if len(numbers) == count and all(map(math.isfinite, numbers)) else None
