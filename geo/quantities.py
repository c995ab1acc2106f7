"""Shares, areas and hours as they are written for people, the same wherever they stand."""

from __future__ import annotations

import math
from typing import Final

from geo.text import Catalogue

__all__ = ["area_text", "hours_text", "share_text", "size_text"]

_SMALL_SHARE: Final = 0.1  # shares below this are written with a decimal
_TENTH_MB: Final = 100_000
_FIGURES: Final = 3  # significant ones of an area


def share_text(share: float, t: Catalogue) -> str:
    """Return a share, 0 to 1, in per cent: whole ones, with a decimal below a tenth.

    >>> from geo.text import catalogue
    >>> share_text(0.0613, catalogue("id")), share_text(0.94, catalogue("en"))
    ('6,1 %', '94 %')
    """
    return f"{t.number(share * 100, digits=1 if share < _SMALL_SHARE else 0)} %"


def area_text(area_km2: float, t: Catalogue) -> str:
    """Return an area to three significant figures.

    >>> from geo.text import catalogue
    >>> area_text(182_345.0, catalogue("en"))
    '182,000 km²'
    """
    whole = len(str(int(area_km2)))
    digits, step = max(0, _FIGURES - whole), 10 ** max(0, whole - _FIGURES)
    return f"{t.number(round(area_km2 / step, digits) * step, digits=digits)} km²"


def size_text(size_bytes: int, t: Catalogue) -> str:
    """Return the size of a file, in megabytes from a tenth of one on.

    >>> from geo.text import catalogue
    >>> size_text(2_284_412, catalogue("id")), size_text(9_400, catalogue("en"))
    ('2,28 MB', '9 kB')
    """
    if size_bytes >= _TENTH_MB:
        return t("take.megabytes", size=t.number(size_bytes / 1e6, digits=2))
    return t("take.kilobytes", size=t.number(max(size_bytes / 1e3, 1)))


def hours_text(hours: float, t: Catalogue) -> str:
    """Return hours to a tenth; in words where they never pass.

    >>> from geo.text import catalogue
    >>> hours_text(6.31, catalogue("id")), hours_text(float("nan"), catalogue("en"))
    ('6,3 jam', 'never')
    """
    return f"{t.number(hours, digits=1)} {t('unit.hours')}" if math.isfinite(hours) else t("number.never")
