"""Exact unit factors, and lengths in the units people at sea use."""

from __future__ import annotations

__all__ = ["KM_PER_NMI", "M_PER_NMI", "degrees_minutes", "m_to_nmi"]

M_PER_NMI = 1852.0  # exact by definition (First International Extraordinary Hydrographic Conference, 1929)
KM_PER_NMI = M_PER_NMI / 1000


def m_to_nmi(length_m: float) -> float:
    """Convert metres to nautical miles.

    >>> m_to_nmi(1852.0)
    1.0
    """
    return length_m / M_PER_NMI


def degrees_minutes(degrees: float, *, axis: str) -> str:
    """Write a coordinate as a navigator reads it: degrees, minutes to 0.1, hemisphere.

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
