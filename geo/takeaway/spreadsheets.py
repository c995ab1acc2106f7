"""Tables as CSV and as a workbook (XLSX); the only module that imports openpyxl.

Text stays text: a cell that begins like a formula is not evaluated.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from geo.takeaway.tables import Cell, Credits, DataTable
from geo.text import Catalogue

__all__ = ["CSV_MARK", "csv_bytes", "xlsx_bytes"]

CSV_MARK: Final = "selat_stamp"  # a column of every table that Selat writes, in the first line of the file
_FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - full-width signs start a formula too
_BOLD: Final = Font(bold=True)
_WRAPPED: Final = Alignment(wrap_text=True, vertical="top")
_WIDTHS: Final = (10, 60)  # characters: least and greatest width of a column
_ABOUT_WIDTHS: Final = (24, 110)
_CELL_LIMIT: Final = 32_767  # units of UTF-16, of a cell of a workbook

# --- CSV ------------------------------------------------------------------------------------------------------------


def csv_bytes(table: DataTable, credits: Credits, *, bom: bool = False) -> bytes:
    """Return a table as CSV (RFC 4180): UTF-8, comma-separated, with a header, lines end in CR LF.

    With ``bom`` it begins with a byte order mark, without which Excel takes UTF-8 for another encoding.

    CSV has no metadata, so scenario, attribution, licence and stamp are the last columns,
    the same in every row. Points become ``lon`` and ``lat``; other shapes are left out, see
    `DataTable.without_shapes`. Texts are escaped by `csv_text`.
    """
    plain = table.without_shapes()
    credit = {
        "scenario": credits.question,
        "attribution": table.attribution,
        "licence": table.licence,
        CSV_MARK: credits.stamp,
    }
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")  # with LF alone, a CR within a text would not be quoted
    writer.writerow([*plain.frame.columns, *credit])
    for row in plain.rows():
        writer.writerow(_csv_cell(value) for value in (*row.values(), *credit.values()))
    return out.getvalue().encode("utf-8-sig" if bom else "utf-8")


def _csv_cell(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return csv_text(value) if isinstance(value, str) else value


def csv_text(text: str) -> str:
    """Return a text that a spreadsheet shows as text: an apostrophe goes before one that looks like a formula.

    For texts only: a negative number stays a number.

    >>> csv_text("=1+1"), csv_text("1 = 1")
    ("'=1+1", '1 = 1')
    """
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


# --- workbook -------------------------------------------------------------------------------------------------------


def xlsx_bytes(tables: Sequence[DataTable], credits: Credits, t: Catalogue) -> bytes:
    """Return tables as a workbook: a sheet with title and credits, then one per table with a bold, frozen header.

    Points become ``lon`` and ``lat``; other shapes are left out, see `DataTable.without_shapes`.
    Its dates are the date of the data, so the bytes are the same in every run and under any clock.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    _add_about(book.create_sheet(t("dataset.about")), tables, credits, t)
    for table in tables:
        _add_table(book.create_sheet(table.name), table.without_shapes(), t)
    book.properties.title = credits.title
    book.properties.creator = credits.attribution
    book.properties.description = " ".join(credits.lines())
    written = dt.datetime.fromisoformat(credits.data_date)
    book.properties.created = book.properties.modified = written
    out = io.BytesIO()
    ExcelWriter(book, _DatedArchive(out, written)).save()  # `book.save` takes all dates from the clock
    return out.getvalue()


class _DatedArchive(zipfile.ZipFile):
    """An archive whose members bear one date; the clock's own may be one that the format cannot hold (1970)."""

    def __init__(self, out: io.BytesIO, date: dt.datetime) -> None:
        super().__init__(out, "w", zipfile.ZIP_DEFLATED)
        self._date = date

    def writestr(self, name: str | zipfile.ZipInfo, data: str | bytes, *_: object) -> None:  # type: ignore[override]
        member = zipfile.ZipInfo(name if isinstance(name, str) else name.filename, self._date.timetuple()[:6])
        super().writestr(member, data, zipfile.ZIP_DEFLATED)

    def write(self, path: str, name: str) -> None:  # type: ignore[override]
        self.writestr(name, Path(path).read_bytes())


def _add_about(sheet: Worksheet, tables: Sequence[DataTable], credits: Credits, t: Catalogue) -> None:
    entries = [
        (credits.title, ""),
        (t("dataset.about-scenario"), credits.question),
        (t("dataset.about-units"), credits.units),
        (t("dataset.about-caution"), credits.caution),
        (t("dataset.about-attribution"), credits.attribution),
        (t("dataset.about-licence"), credits.licence),
        (t("dataset.about-stamp"), credits.stamp),
        *((table.name, f"{table.title(t)}. {table.description(t)} {table.attribution}; {table.licence}.") for table in tables),
    ]
    for number, (name, text) in enumerate(entries, start=1):
        head = _write(sheet, number, 1, name, t)
        head.font = _BOLD
        for cell in (head, _write(sheet, number, 2, text, t)):
            cell.alignment = _WRAPPED
    sheet.cell(1, 1).alignment = Alignment(wrap_text=False)  # overflows into the empty cell beside it
    for column, width in zip("AB", _ABOUT_WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width


def _add_table(sheet: Worksheet, table: DataTable, t: Catalogue) -> None:
    columns, rows = list(table.frame.columns), table.rows()
    for number, name in enumerate(columns, start=1):
        _write(sheet, 1, number, name, t).font = _BOLD
        sheet.column_dimensions[get_column_letter(number)].width = _width([name, *(row[name] for row in rows)])
    for line, row in enumerate(rows, start=2):
        for number, value in enumerate(row.values(), start=1):
            _write(sheet, line, number, value, t)
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions


def _write(sheet: Worksheet, line: int, number: int, value: Cell, t: Catalogue) -> SheetCell:
    cell = sheet.cell(line, number, _cut(value, t) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"  # else "=1+1" is a formula
    return cell


def _cut(text: str, t: Catalogue) -> str:
    """Return a text that a cell holds: a longer one is cut and says so at its end."""
    units = text.encode("utf-16-le")  # Excel counts units of UTF-16
    if len(units) <= 2 * _CELL_LIMIT:
        return text
    note = f"… {t('dataset.cut', most=t.number(_CELL_LIMIT))}"
    return units[: 2 * (_CELL_LIMIT - len(note))].decode("utf-16-le", "ignore") + note


def _width(values: Iterable[object]) -> int:
    least, most = _WIDTHS
    return min(most, max(least, 2 + max(len(str(value)) for value in values if value is not None)))
