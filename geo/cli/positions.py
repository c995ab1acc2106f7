"""Positions from a table that a spreadsheet or a program wrote: CSV in any encoding that has ASCII, or UTF-16."""

from __future__ import annotations

import codecs
import csv
import io
import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Final, TextIO, cast

from geo.errors import ScenarioError
from geo.scheme.faults import quote_value

__all__ = ["read_positions"]

_NEEDED: Final = ("lon", "lat")
_SEPARATORS: Final = ",;\t"  # commas; Excel's where a comma stands before decimals; Excel's "Unicode text"
_MARKS: Final = (  # byte order marks; that of UTF-32 begins like that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MOST_SIGNS: Final = 16_777_216  # of a field: a coastline as WKT fits, a quotation mark left open ends with a message


def read_positions(file: str) -> Iterator[tuple[float, float]]:
    """Yield (lon, lat) of each row of a table, one row in memory at a time.

    The columns ``lon`` and ``lat`` are found by name, separated by commas, semicolons or tabs; unless
    it separates columns, a comma may stand before decimals. Since names and numbers of these columns
    are ASCII, a file without byte order mark need not say its encoding: UTF-8, Windows code pages,
    Shift-JIS and GBK have ASCII in common, and what else the file holds is not used.

    Parameters
    ----------
    file
        Path of the table; ``"-"`` is standard input.

    Raises
    ------
    ScenarioError
        If the file, its first line or a row cannot be read; the message names the line.
    """
    with _open(file) as source, _long_fields():
        first = source.readline(_MOST_SIGNS)
        separator = next((sign for sign in _SEPARATORS if set(_NEEDED) <= set(_names(first, sign))), None)
        if separator is None:
            raise ScenarioError(f"--csv: line 1: wanted columns lon and lat by name; got {quote_value(first.strip())}")
        columns = [_names(first, separator).index(name) for name in _NEEDED]
        rows = csv.reader(chain([first], source), delimiter=separator)
        try:
            next(rows)
            for row in filter(None, rows):
                cells = [row[column] if column < len(row) else "" for column in columns]
                lon, lat = (_number(cell, separator) for cell in cells)
                if not (math.isfinite(lon) and math.isfinite(lat)):
                    got = " and ".join(map(quote_value, cells))
                    raise ScenarioError(f"--csv: line {rows.line_num}: wanted numbers in lon and lat; got {got}")
                yield lon, lat
        except csv.Error as error:
            raise ScenarioError(
                f"--csv: line {rows.line_num}: cannot be read ({error}); is a quotation mark left open?"
            ) from None


@contextmanager
def _open(file: str) -> Iterator[TextIO]:
    try:
        with (
            _standard_input() if file == "-" else Path(file).open("rb") as binary,
            io.TextIOWrapper(binary, _encoding(binary.peek(4)), errors="replace", newline="") as source,
        ):
            yield source
    except OSError as error:
        raise ScenarioError(f"--csv: {file} cannot be read ({error.strerror or error})") from None


def _standard_input() -> io.BufferedReader:
    return io.BufferedReader(cast("io.RawIOBase", sys.stdin.buffer))  # a second buffer, since tests have one without `peek`


def _encoding(head: bytes) -> str:
    r"""Return the encoding of a text that begins with these bytes.

    >>> [_encoding(head) for head in (b"lon", b"\xff\xfel\0", b"l\0o\0", b"\0l\0o")]
    ['utf-8-sig', 'utf-16', 'utf-16-le', 'utf-16-be']
    """
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if head[:1] == b"\0":  # half of a letter
        return "utf-16-be"
    return "utf-16-le" if head[1:2] == b"\0" else "utf-8-sig"


@contextmanager
def _long_fields() -> Iterator[None]:
    """Allow long fields, and restore the limit, which is global to the process."""
    former = csv.field_size_limit(_MOST_SIGNS)
    try:
        yield
    finally:
        csv.field_size_limit(former)


def _names(line: str, separator: str) -> list[str]:
    return [name.strip() for row in csv.reader([line], delimiter=separator) for name in row]


def _number(text: str, separator: str) -> float:
    try:
        return float(text if separator == "," else text.replace(",", "."))
    except ValueError:
        return math.nan
