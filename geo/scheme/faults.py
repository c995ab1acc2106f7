"""Faults of data in words: one sentence per fault, with the place, the value found, and the value expected."""

from __future__ import annotations

import reprlib
from collections import Counter
from collections.abc import Iterable
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from geo.partial_date import DATE_PATTERN
from geo.scheme.claims import COUNTRY_PATTERN, ID_PATTERN

__all__ = ["describe_faults", "find_repeated", "quote_value", "record_label"]

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


def describe_faults(error: ValidationError) -> list[str]:
    """Return one sentence per fault: where it is, the value found, and the value expected.

    Positions in lists count from 1.
    """
    return [_sentence(fault) for fault in error.errors(include_url=False)]


def _sentence(fault: ErrorDetails) -> str:
    where = ".".join(str(part + 1) if isinstance(part, int) else part for part in fault["loc"]) or "record"
    words = _WORDS.get(fault["type"]) or _PATTERN_WORDS.get(fault.get("ctx", {}).get("pattern", "")) or fault["msg"]
    words = words.removeprefix("Value error, ").replace("Input should be", "wanted").replace("String should have", "wanted")
    if fault["type"] in {"enum", "literal_error"}:
        words = words.replace("'", "")
    says_all = fault["type"] == "missing" or (fault["type"] == "value_error" and isinstance(fault["input"], dict))
    return f"{where}: {words}" if says_all else f"{where}: {quote_value(fault['input'])}; {words}"


def quote_value(value: object) -> str:
    """Return a value for a message: quoted, and shortened where it is long.

    >>> quote_value("x" * 99)
    "'xxxxxxxxxxxx...xxxxxxxxxxxxx'"
    """
    try:
        return reprlib.repr(value)
    except ValueError:  # a whole number of thousands of digits
        return "a number without end"


def record_label(record: object, number: int) -> str:
    """Return the name of a record for a message: its id, or its number where it has none.

    >>> record_label({"id": "batam"}, 1), record_label({}, 2), record_label(None, 3)
    ('batam', 'number 2', 'number 3')
    """
    record_id = record.get("id") if isinstance(record, dict) else None
    return record_id[:80] if isinstance(record_id, str) and record_id.strip() else f"number {number}"


def find_repeated(names: Iterable[str]) -> list[tuple[str, int]]:
    """Return the names that occur more than once, sorted, each with its count.

    >>> find_repeated(["b", "a", "b"])
    [('b', 2)]
    """
    return sorted((name, count) for name, count in Counter(names).items() if count > 1)
