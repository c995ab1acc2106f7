"""Reads the table of yearly counts of piracy and sea robbery.

Each series counts by its own rules: nothing here adds or compares them. They do not
count trafficking and do not measure the success of patrols.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Final

import pandas as pd
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from geo.errors import SchemaError
from geo.scheme.claims import CodeId, Mark, SourceIds, Words
from geo.scheme.data_files import decode_text, read_bytes
from geo.scheme.faults import describe_faults, find_repeated

__all__ = ["INCIDENTS_FILE", "read_incident_counts"]

INCIDENTS_FILE: Final = "incident_counts.csv"
MAX_ROWS: Final = 100_000


def _split(value: object) -> object:
    return value.split(";") if isinstance(value, str) else value


class IncidentCount(BaseModel):
    """The number of incidents of one series in one area and year: a row of the table."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    year: Annotated[int, Field(ge=1, le=9999)]
    series: Words
    area: CodeId
    count: Annotated[int, Field(ge=0, lt=10_000_000)]
    mark: Mark
    source_ids: Annotated[SourceIds, BeforeValidator(_split)]
    note_en: Words
    note_id: Words
    independence: str = ""


def read_incident_counts(path: Path) -> pd.DataFrame:
    """Read and check a table of yearly counts, comma-separated, in UTF-8.

    Returns
    -------
    DataFrame
        A row per series, area and year, in the order of the file; ``source_ids`` are
        lists. Empty, with all columns, where the file is not there.

    Raises
    ------
    SchemaError
        With all faults of the file: line, column, what, wanted.
    """
    content = read_bytes(path)
    text = decode_text(content or b"", path.name)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise SchemaError(f"{path.name}: cannot be read as a comma-separated table ({error})") from None
    columns = list(IncidentCount.model_fields)
    needed = [name for name, field in IncidentCount.model_fields.items() if field.is_required()]
    if content is None:
        return pd.DataFrame(columns=columns)
    head, *rows = lines or [[]]
    if missing := [name for name in needed if name not in head]:
        raise SchemaError(f"{path.name}: has no column {', '.join(missing)}; wanted {', '.join(needed)} in its first line")
    if len(rows) > MAX_ROWS:
        raise SchemaError(f"{path.name}: {len(rows):,} rows; wanted {MAX_ROWS:,} at most")
    counts, faults = _check(head, rows)
    if faults:
        raise SchemaError(f"{path.name}: {fault}" for fault in faults)
    return pd.DataFrame([count.model_dump(mode="json") for count in counts], columns=columns)


def _check(head: list[str], rows: Iterable[list[str]]) -> tuple[list[IncidentCount], list[str]]:
    counts: list[IncidentCount] = []
    faults: list[str] = []
    for number, row in enumerate(rows, 1):
        if len(row) != len(head):
            faults.append(f"row {number}: {len(row)} fields; wanted {len(head)}, as in the first line")
            continue
        try:
            counts.append(IncidentCount.model_validate(dict(zip(head, row, strict=True))))
        except ValidationError as error:
            faults.extend(f"row {number}: {sentence}" for sentence in describe_faults(error))
    repeated = find_repeated(f"{count.series}, {count.area}, {count.year}" for count in counts)
    faults.extend(f"{name}: counted in {count} rows; wanted one" for name, count in repeated)
    return counts, faults
