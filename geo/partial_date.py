"""Dates known to the day, the month or only the year: ``2004-07-20``, ``2004-07``, ``2004``."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AfterValidator, Field

__all__ = ["DATE_PATTERN", "Day", "PartialDate", "Precision", "earliest", "precision_of"]

DATE_PATTERN: Final = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"


class Precision(StrEnum):
    """The precision of a date."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


def precision_of(value: str) -> Precision:
    """Return the precision of a date from its length.

    >>> precision_of("2004-07").value
    'month'
    """
    return {4: Precision.YEAR, 7: Precision.MONTH}.get(len(value), Precision.DAY)


def earliest(value: str) -> dt.date:
    """Return the first day that a date can mean.

    >>> earliest("2004-07")
    datetime.date(2004, 7, 1)
    """
    year, month, day = (*(int(part) for part in value.split("-")), 1, 1)[:3]
    return dt.date(year, month, day)


def _exists(value: str) -> str:
    earliest(value)
    return value


def _is_day(value: str) -> str:
    if precision_of(value) is not Precision.DAY:
        raise ValueError("wanted a day such as 2004-07-20")
    return value


PartialDate = Annotated[str, Field(pattern=DATE_PATTERN), AfterValidator(_exists)]
Day = Annotated[PartialDate, AfterValidator(_is_day)]
