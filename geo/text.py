"""Text for people: message catalogues in English and Indonesian, and numbers, dates and names as each language writes them.

Catalogues are gettext ``.po`` files in ``geo/locale``, read with Babel when
first asked for, so that nobody has to compile anything.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from babel import Locale, dates, lists, numbers
from babel.messages.pofile import read_po

from geo.partial_date import Precision, earliest, precision_of
from geo.units import degrees_minutes

__all__ = ["LANGUAGES", "Catalogue", "catalogue"]

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
        """Return the message, its ``{named}`` places filled in.

        Raises
        ------
        KeyError
            If the catalogue has no such message: a fault of the code, which a
            test over both catalogues finds.
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
        """Return a state's name; the code itself where the language has none."""
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


@functools.lru_cache(maxsize=4096)  # the same few numbers, many times a page
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
