"""The one place where files of a data folder are opened: bytes and JSON, or one sentence on why not."""

from __future__ import annotations

import json
import re
import reprlib
import stat
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NoReturn

import numpy as np
from pydantic import ValidationError
from pydantic_core import from_json

from geo.errors import DataError, SchemaError
from geo.partial_date import DATE_PATTERN
from geo.scheme.claims import COUNTRY_PATTERN, ID_PATTERN

__all__ = ["MAX_BYTES", "MAX_DEPTH", "named", "read_bytes", "read_json", "sentences", "shown", "twice"]

MAX_BYTES: Final = 256 * 1024 * 1024
MAX_DEPTH: Final = 64  # levels of lists and objects; ours have ten, and Python's own readers give up near a thousand
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\Z)', re.DOTALL)
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


def read_bytes(path: Path, refusal: type[DataError] = SchemaError) -> bytes | None:
    """Return what a plain file holds, ``None`` where there is nothing of that name.

    Raises
    ------
    DataError
        Of the kind ``refusal``, in one sentence: for a link (the page serves none), a
        folder or device, a file of more than `MAX_BYTES`, and one that cannot be read.
    """
    try:
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode):
            raise refusal(f"{path.name}: is a link; wanted the file itself, since the page serves no links")
        if not stat.S_ISREG(found.st_mode):
            raise refusal(f"{path.name}: is a folder or device; wanted a file")
        if found.st_size > MAX_BYTES:
            raise refusal(f"{path.name}: has {found.st_size:,} bytes; wanted {MAX_BYTES:,} at most")
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise refusal(f"{path.name}: cannot be read ({error.strerror or error})") from None


def read_json(path: Path) -> Any | None:  # parsed JSON: anything may stand in it until it is checked
    """Return what a JSON file holds, ``None`` where there is no such file.

    Raises
    ------
    SchemaError
        As `read_bytes`, and for what is no JSON: another encoding than UTF-8, NaN and
        Infinity, a whole number of thousands of digits, lists in lists without end.
    """
    content = read_bytes(path)
    if content is None:
        return None
    if _depth(content) > MAX_DEPTH:
        raise SchemaError(f"{path.name}: cannot be read as JSON (nested more than {MAX_DEPTH} deep)")
    with suppress(ValueError):  # half the time of `json`, which decides on what is refused here, and says why
        return from_json(content, allow_inf_nan=False)
    try:
        return json.loads(content.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise SchemaError(f"{path.name}: cannot be read as JSON ({error})") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _depth(content: bytes) -> int:
    """Return how deep lists and objects are nested, so that nothing later runs out of stack."""
    bare = np.frombuffer(_STRING.sub(b"", content), dtype=np.uint8)
    brackets = bare[np.isin(bare, np.frombuffer(b"[{]}", dtype=np.uint8))]
    steps = np.where(np.isin(brackets, np.frombuffer(b"[{", dtype=np.uint8)), 1, -1)
    return int(np.cumsum(steps).max(initial=0))


def sentences(error: ValidationError) -> list[str]:
    """Return one sentence per fault: where, what is given, what was wanted.

    Places in lists count from 1, as people do.
    """
    return [_sentence(fault) for fault in error.errors(include_url=False)]


def _sentence(fault: Any) -> str:  # a typed dictionary of pydantic's, whose type it does not export
    where = ".".join(str(part + 1) if isinstance(part, int) else part for part in fault["loc"]) or "record"
    words = _WORDS.get(fault["type"]) or _PATTERN_WORDS.get(fault.get("ctx", {}).get("pattern")) or fault["msg"]
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
