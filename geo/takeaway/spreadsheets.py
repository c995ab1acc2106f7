"""Tables as CSV and as a workbook (XLSX); the only room that knows openpyxl.

Text stays text: what begins like a formula is never one.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from geo.takeaway.tables import Cell, Credits, DataTable
from geo.text import Catalogue

__all__ = ["CSV_MARK", "csv_bytes", "xlsx_bytes"]

CSV_MARK: Final = "selat_stamp"  # a column of every table of ours, in the first line of the file
_FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - wide ones count too
_BOLD: Final = Font(bold=True)
_WRAPPED: Final = Alignment(wrap_text=True, vertical="top")
_WIDTHS: Final = (10, 60)  # characters, of a column at least and at most
_ABOUT_WIDTHS: Final = (24, 110)
_CELL_LIMIT: Final = 32_767  # characters, of a cell of a workbook

# --- CSV ------------------------------------------------------------------------------------------------------------


def csv_bytes(table: DataTable, imprint: Credits) -> bytes:
    """Return a table as CSV (RFC 4180): UTF-8 with no byte order mark, commas, a header, lines ending in CR LF.

    CSV has no place for words about a table, so that scenario, attribution, licence and
    stamp are its last columns, the same in every row. Points have ``lon`` and ``lat``;
    other shapes are left out, see `DataTable.without_shapes`. Texts pass `csv_text`.
    """
    plain = table.without_shapes()
    credit = {
        "scenario": imprint.question,
        "attribution": table.attribution,
        "licence": table.licence,
        CSV_MARK: imprint.stamp,
    }
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")  # with LF alone, a CR within a text would go unquoted
    writer.writerow([*plain.frame.columns, *credit])
    for row in plain.rows():
        writer.writerow(_csv_cell(value) for value in (*row.values(), *credit.values()))
    return out.getvalue().encode()


def _csv_cell(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return csv_text(value) if isinstance(value, str) else value


def csv_text(text: str) -> str:
    """Return a text that a spreadsheet shows as text: an apostrophe goes before what it would take for a formula.

    For texts only; a number below nought keeps its minus and stays a number.

    >>> csv_text("=1+1"), csv_text("1 = 1")
    ("'=1+1", '1 = 1')
    """
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


# --- workbook -------------------------------------------------------------------------------------------------------


def xlsx_bytes(tables: Sequence[DataTable], imprint: Credits, t: Catalogue) -> bytes:
    """Return tables as a workbook: a sheet that says what it is, then a sheet per table, its header bold and frozen.

    Points have ``lon`` and ``lat``; other shapes are left out, see `DataTable.without_shapes`.
    A workbook carries the time of its making: its bytes differ from run to run.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    _add_about(book.create_sheet(t("dataset.about")), tables, imprint, t)
    for table in tables:
        _add_table(book.create_sheet(table.name), table.without_shapes())
    book.properties.title = imprint.title
    book.properties.creator = imprint.attribution
    book.properties.description = " ".join(imprint.lines())
    book.properties.created = dt.datetime.fromisoformat(imprint.data_date)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _add_about(sheet: Worksheet, tables: Sequence[DataTable], imprint: Credits, t: Catalogue) -> None:
    said = [
        (imprint.title, ""),
        (t("dataset.about-scenario"), imprint.question),
        (t("dataset.about-units"), imprint.units),
        (t("dataset.about-caution"), imprint.caution),
        (t("dataset.about-attribution"), imprint.attribution),
        (t("dataset.about-licence"), imprint.licence),
        (t("dataset.about-stamp"), imprint.stamp),
        *((table.name, f"{table.title(t)}. {table.description(t)} {table.attribution}; {table.licence}.") for table in tables),
    ]
    for number, (name, text) in enumerate(said, start=1):
        head = _write(sheet, number, 1, name)
        head.font = _BOLD
        for cell in (head, _write(sheet, number, 2, text)):
            cell.alignment = _WRAPPED
    sheet.cell(1, 1).alignment = Alignment(wrap_text=False)  # runs on over the empty cell beside it
    for column, width in zip("AB", _ABOUT_WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width


def _add_table(sheet: Worksheet, table: DataTable) -> None:
    columns, rows = list(table.frame.columns), table.rows()
    for number, name in enumerate(columns, start=1):
        _write(sheet, 1, number, name).font = _BOLD
        sheet.column_dimensions[get_column_letter(number)].width = _width([name, *(row[name] for row in rows)])
    for line, row in enumerate(rows, start=2):
        for number, value in enumerate(row.values(), start=1):
            _write(sheet, line, number, value)
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions


def _write(sheet: Worksheet, line: int, number: int, value: Cell) -> SheetCell:
    cell = sheet.cell(line, number, value[:_CELL_LIMIT] if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"  # else "=1+1" is a formula
    return cell


def _width(values: Iterable[object]) -> int:
    least, most = _WIDTHS
    return min(most, max(least, 2 + max(len(str(value)) for value in values if value is not None)))
