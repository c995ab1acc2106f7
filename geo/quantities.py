"""Shares, areas and hours as they are written for people, the same wherever they stand."""

from __future__ import annotations

import math
from typing import Final

from geo.text import Catalogue

__all__ = ["area_text", "hours_text", "share_text", "size_text"]

_SMALL_SHARE: Final = 0.1  # shares below this are written with a decimal
_LEAST_SHARE: Final = 0.001  # less than this, and not nothing, is said to be so; likewise what lacks less of the whole
_ROUNDING: Final = 1e-9  # sums of many cells may miss nothing, or the whole, by less
_TENTH_MB: Final = 100_000
_FIGURES: Final = 3  # significant ones of an area


def share_text(share: float, t: Catalogue) -> str:
    """Return a share, 0 to 1, in per cent: whole ones, with a decimal below a tenth.

    What is not nothing is not written as nothing, what is not all not as all.

    >>> from geo.text import catalogue
    >>> share_text(0.0613, catalogue("id")), share_text(0.94, catalogue("en"))
    ('6,1 %', '94 %')
    >>> share_text(0.0001, catalogue("en")), share_text(0.9999, catalogue("id")), share_text(1.0, catalogue("en"))
    ('under 0.1 %', 'di atas 99,9 %', '100 %')
    """
    if _ROUNDING < share < _LEAST_SHARE:
        return t("number.under", share=_per_cent(_LEAST_SHARE, 1, t))
    if 1 - _LEAST_SHARE < share < 1 - _ROUNDING:
        return t("number.over", share=_per_cent(1 - _LEAST_SHARE, 1, t))
    return _per_cent(share, 1 if share < _SMALL_SHARE or 0.995 <= share < 1 - _ROUNDING else 0, t)


def _per_cent(share: float, digits: int, t: Catalogue) -> str:
    return f"{t.number(share * 100, digits=digits)} %"


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
