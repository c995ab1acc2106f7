"""Faults of data in words: one sentence per fault, saying where, what is given, what was wanted."""

from __future__ import annotations

import reprlib
from collections import Counter
from collections.abc import Iterable
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from geo.partial_date import DATE_PATTERN
from geo.scheme.claims import COUNTRY_PATTERN, ID_PATTERN

__all__ = ["named", "sentences", "shown", "twice"]

_WORDS: Final = {
    "missing": "Field required",
    "model_type": "wanted an object",
    "string_type": "wanted text",
    "tuple_type": "wanted a list",
    "string_unicode": "wanted text, without half a character (a lone surrogate)",
}
_PATTERN_WORDS: Final = {
    ID_PATTERN: "wanted lower case letters, digits and hyphens",
    COUNTRY_PATTERN: "wanted two capital letters (ISO 3166 alpha-2)",
    DATE_PATTERN: "wanted a date such as 2004, 2004-07 or 2004-07-20",
}


def sentences(error: ValidationError) -> list[str]:
    """Return one sentence per fault: where, what is given, what was wanted.

    Places in lists count from 1, as people do.
    """
    return [_sentence(fault) for fault in error.errors(include_url=False)]


def _sentence(fault: ErrorDetails) -> str:
    where = ".".join(str(part + 1) if isinstance(part, int) else part for part in fault["loc"]) or "record"
    words = _WORDS.get(fault["type"]) or _PATTERN_WORDS.get(fault.get("ctx", {}).get("pattern", "")) or fault["msg"]
    words = words.removeprefix("Value error, ").replace("Input should be", "wanted")
    if fault["type"] in {"enum", "literal_error"}:
        words = words.replace("'", "")
    told = fault["type"] == "missing" or (fault["type"] == "value_error" and isinstance(fault["input"], dict))
    return f"{where}: {words}" if told else f"{where}: {shown(fault['input'])}; {words}"


def shown(value: object) -> str:
    """Return a value as one reads it in a message: quoted, and shortened where it is long.

    >>> shown("x" * 99)
    "'xxxxxxxxxxxx...xxxxxxxxxxxxx'"
    """
    try:
        return reprlib.repr(value)
    except ValueError:  # a whole number of thousands of digits
        return "a number without end"


def named(record: object, number: int) -> str:
    """Return what to call a record in a message: its id, or its number where it has none.

    >>> named({"id": "batam"}, 1), named({}, 2), named(None, 3)
    ('batam', 'number 2', 'number 3')
    """
    given = record.get("id") if isinstance(record, dict) else None
    return given[:80] if isinstance(given, str) and given.strip() else f"number {number}"


def twice(names: Iterable[str]) -> list[tuple[str, int]]:
    """Return what is there more than once, in order, with how often.

    >>> twice(["b", "a", "b"])
    [('b', 2)]
    """
    return sorted((name, count) for name, count in Counter(names).items() if count > 1)
