"""Localised text: message catalogues in English and Indonesian, and the numbers, dates and names of each language.

Catalogues are gettext ``.po`` files in ``geo/locale``. Babel reads them on first use, so that
there is no compile step.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from babel import Locale, dates, lists, numbers
from babel.messages.pofile import read_po

from geo.partial_date import Precision, earliest, precision_of
from geo.units import degrees_minutes

__all__ = ["LANGUAGES", "Catalogue", "area_text", "catalogue", "hours_text", "share_text", "size_text"]

LANGUAGES: Final = ("en", "id")
_LOCALES: Final = {"en": "en_GB", "id": "id_ID"}  # British English: "a, b and c", the day before the month
_FOLDER = Path(__file__).parent / "locale"
_NO_STATE = {"unassigned"}


@dataclass(frozen=True)
class Catalogue:
    """All text of one language; call it with a message id and the values it names.

    >>> catalogue("id")("point.heading")
    'Titik kendali'
    """

    lang: str
    messages: dict[str, str] = field(repr=False, hash=False, compare=False)

    def __call__(self, message_id: str, **values: object) -> str:
        """Return the message with its ``{named}`` placeholders replaced.

        Raises
        ------
        KeyError
            If the catalogue has no such message: a programming error, which a test
            over both catalogues detects.
        """
        message = self.messages[message_id]
        return message.format_map(values) if values else message

    @property
    def _locale(self) -> str:
        return _LOCALES[self.lang]

    def number(self, value: float, *, digits: int = 0) -> str:
        """Return a number with the language's separators."""
        return _decimal(round(value, digits), self._locale)

    def date(self, value: str) -> str:
        """Return an ISO date of day, month or year precision, in words.

        >>> catalogue("en").date("2004-07-20"), catalogue("id").date("2025-08")
        ('20 July 2004', 'Agustus 2025')
        """
        day = earliest(value)
        pattern = {Precision.YEAR: "y", Precision.MONTH: "MMMM y", Precision.DAY: "d MMMM y"}[precision_of(value)]
        return dates.format_date(day, pattern, locale=self._locale)

    def position(self, lat: float, lon: float) -> str:
        """Return a position in degrees and minutes.

        >>> catalogue("id").position(3.79801, 98.7132)
        '3°47,9′ LU, 98°42,8′ BT'
        """
        return f"{self._coordinate(lat, 'lat')}, {self._coordinate(lon, 'lon')}"

    def _coordinate(self, degrees: float, axis: str) -> str:
        figures, hemisphere = degrees_minutes(degrees, axis=axis).rsplit(" ", 1)
        return f"{figures.replace('.', numbers.get_decimal_symbol(self._locale))} {self(f'hemisphere.{hemisphere}')}"

    def country(self, code: str) -> str:
        """Return the name of a state; its code if the language has no name for it."""
        if code in _NO_STATE:
            return self("side.unassigned")
        return str(Locale.parse(self._locale).territories.get(code, code))

    def joined(self, items: Iterable[str]) -> str:
        """Return items as a list in a sentence: "a, b and c"."""
        return lists.format_list(list(items), locale=self._locale)

    def of(self, record: object, name: str) -> str:
        """Return the text column ``name`` of a feature in this language, empty if missing."""
        value = record.get(f"{name}_{self.lang}") if hasattr(record, "get") else None
        return value if isinstance(value, str) else ""


@functools.lru_cache(maxsize=4096)  # a page shows the same few numbers many times
def _decimal(value: float, locale: str) -> str:
    return numbers.format_decimal(value, locale=locale)


@functools.cache
def catalogue(lang: str) -> Catalogue:
    """Return the catalogue of ``"en"`` or ``"id"``."""
    if lang not in LANGUAGES:
        raise ValueError(f"no language {lang!r}; known: {', '.join(LANGUAGES)}")
    with (_FOLDER / lang / "LC_MESSAGES" / "selat.po").open("rb") as source:
        read = read_po(source, locale=lang)
    return Catalogue(lang, {str(m.id): str(m.string) for m in read if m.id and m.string})


_SMALL_SHARE: Final = 0.1  # shares below this have a decimal
_LEAST_SHARE: Final = 0.001  # a share nearer to 0 or to 1 is written as under or over it
_ROUNDING: Final = 1e-9  # sums over many cells miss 0 or 1 by less
_TENTH_MB: Final = 100_000
_FIGURES: Final = 3  # significant figures of an area


def share_text(share: float, t: Catalogue) -> str:
    """Return a share, 0 to 1, in per cent: whole numbers, with a decimal below a tenth.

    Only 0 is written as 0 %, and only 1 as 100 %.

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
    """Return an area in km² to three significant figures.

    >>> from geo.text import catalogue
    >>> area_text(182_345.0, catalogue("en"))
    '182,000 km²'
    """
    whole = len(str(int(area_km2)))
    digits, step = max(0, _FIGURES - whole), 10 ** max(0, whole - _FIGURES)
    return f"{t.number(round(area_km2 / step, digits) * step, digits=digits)} km²"


def size_text(size_bytes: int, t: Catalogue) -> str:
    """Return the size of a file in kilobytes, from 0.1 MB on in megabytes.

    >>> from geo.text import catalogue
    >>> size_text(2_284_412, catalogue("id")), size_text(9_400, catalogue("en"))
    ('2,28 MB', '9 kB')
    """
    if size_bytes >= _TENTH_MB:
        return t("take.megabytes", size=t.number(size_bytes / 1e6, digits=2))
    return t("take.kilobytes", size=t.number(max(size_bytes / 1e3, 1)))


def hours_text(hours: float, t: Catalogue) -> str:
    """Return hours to a tenth; infinite or missing ones as "never".

    >>> from geo.text import catalogue
    >>> hours_text(6.31, catalogue("id")), hours_text(float("nan"), catalogue("en"))
    ('6,3 jam', 'never')
    """
    return f"{t.number(hours, digits=1)} {t('unit.hours')}" if math.isfinite(hours) else t("number.never")
