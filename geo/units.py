"""Exact unit factors; lengths and positions as people at sea write them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Final

__all__ = [
    "KM_PER_NMI",
    "M_PER_NMI",
    "degrees_minutes",
    "m_to_nmi",
    "parse_numbers",
    "parse_position",
    "parse_written_position",
]

M_PER_NMI = 1852.0  # exact by definition (First International Extraordinary Hydrographic Conference, 1929)
KM_PER_NMI = M_PER_NMI / 1000

# Hemispheres as people write them, in English and Indonesian (lintang utara, lintang selatan, bujur timur, bujur barat).
_LAT_SIGNS: Final = {"N": 1, "LU": 1, "U": 1, "S": -1, "LS": -1}
_LON_SIGNS: Final = {"E": 1, "BT": 1, "T": 1, "W": -1, "BB": -1, "B": -1}
_HEMISPHERE: Final = re.compile("|".join(sorted((*_LAT_SIGNS, *_LON_SIGNS), key=len, reverse=True)))
_DECIMAL_COMMA: Final = re.compile(r"(?<=\d),(?=\d)")
_PRIMES: Final = {**dict.fromkeys("\u2032\u2019\u2018\u00b4\u0060\u02b9", "'"), **dict.fromkeys("\u2033\u201d\u201c", '"')}
_SIGNS: Final = str.maketrans({"\u2212": "-", "\u00ba": "°", "\u02da": "°", **_PRIMES})
# Degrees; or degrees and minutes; or degrees, minutes and seconds: only the last may have decimals.
_ANGLE: Final = re.compile(r"""([-+]?)(?:(\d+)[° ]\s*(?:(\d+)[' ]\s*(\d+(?:\.\d+)?)"?|(\d+(?:\.\d+)?)'?)|(\d+(?:\.\d+)?)°?)""")


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


def parse_written_position(text: str) -> tuple[float, float] | None:
    """Return the (lon, lat), degrees, of a position as people write it; ``None`` if the text is none.

    Degrees with decimals, or degrees and minutes, or degrees, minutes and seconds, with a point or a comma before the
    decimals. Latitude comes first, unless hemispheres say otherwise: N, S, E, W, or Indonesian LU, LS, BT, BB.

    >>> parse_written_position("3°47.9' N 98°42.8' E") == parse_written_position("3°47,9′ LU, 98°42,8′ BT")
    True
    >>> parse_written_position("3.798, 98.713"), parse_written_position("3,798 98,713"), parse_written_position("north")
    ((98.713, 3.798), (98.713, 3.798), None)
    """
    plain = " ".join(text.upper().translate(_SIGNS).split())
    readings = [_DECIMAL_COMMA.sub(".", plain)] if "." not in plain else []
    return next(filter(None, map(_read_position, (*readings, plain))), None)


def _read_position(text: str) -> tuple[float, float] | None:
    halves = _split_position(text)
    angles = [_parse_angle(_HEMISPHERE.sub(" ", half)) for half in halves]
    if len(angles) != 2 or None in angles:
        return None
    named = [_HEMISPHERE.findall(half) for half in halves]
    if any(named):
        if any(len(names) != 1 for names in named) or min(filter(None, angles), default=0) < 0:
            return None
        signed = {name: angle for (name,), angle in zip(named, angles, strict=True)}
        angles = [_pick_angle(signed, signs) for signs in (_LAT_SIGNS, _LON_SIGNS)]
    lat, lon = angles
    return (lon, lat) if lat is not None and lon is not None and abs(lat) <= 90 and abs(lon) <= 180 else None


def _pick_angle(angles: Mapping[str, float | None], signs: Mapping[str, int]) -> float | None:
    """Return the angle, with its sign, whose hemisphere is one of these; ``None`` if there is none."""
    return next((signs[name] * angle for name, angle in angles.items() if name in signs and angle is not None), None)


def _split_position(text: str) -> list[str]:
    """Return the two coordinates of a position: split at its comma, after or before a hemisphere, or in the middle."""
    marks = list(_HEMISPHERE.finditer(text))
    if len(marks) == 2:
        at = marks[1].start() if text.startswith(marks[0].group()) else marks[0].end()
        return [text[:at].strip(" ,;/"), text[at:].strip(" ,;/")]
    parts = [part.strip() for part in re.split("[,;/]", text)]
    if len(parts) == 1:
        words = text.split()
        parts = [" ".join(words[: len(words) // 2]), " ".join(words[len(words) // 2 :])]
    return parts


def _parse_angle(text: str) -> float | None:
    """Return degrees; ``None`` if the text is no angle, or has 60 minutes or seconds or more."""
    match = _ANGLE.fullmatch(text.strip())
    if match is None:
        return None
    sign, whole, whole_minutes, seconds, minutes, degrees = match.groups()
    if degrees is not None:
        value = float(degrees)
    else:
        parts = (float(whole), float(minutes or whole_minutes), float(seconds or 0))
        if max(parts[1:]) >= 60:
            return None
        value = parts[0] + parts[1] / 60 + parts[2] / 3600
    return -value if sign == "-" else value
