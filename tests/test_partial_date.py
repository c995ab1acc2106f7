"""Dates known to the day, the month or the year."""

import datetime as dt

import pytest
from pydantic import TypeAdapter, ValidationError

from geo.partial_date import PartialDate, Precision, earliest, precision_of

CHECKED = TypeAdapter(PartialDate)


@pytest.mark.parametrize(
    ("value", "precision", "first_day"),
    [
        ("2004", Precision.YEAR, dt.date(2004, 1, 1)),
        ("2004-07", Precision.MONTH, dt.date(2004, 7, 1)),
        ("2004-07-20", Precision.DAY, dt.date(2004, 7, 20)),
    ],
)
def test_a_date_is_as_exact_as_it_is_written(value, precision, first_day):
    assert CHECKED.validate_python(value) == value
    assert precision_of(value) is precision
    assert earliest(value) == first_day


@pytest.mark.parametrize("value", ["", "04", "2004-7", "2004-07-2", "20 July 2004", "2004-07-20T00:00", "2004/07"])
def test_another_form_is_refused(value):
    with pytest.raises(ValidationError, match="pattern"):
        CHECKED.validate_python(value)


@pytest.mark.parametrize("value", ["0000", "2004-00", "2004-13", "2005-02-29", "2004-07-32"])
def test_a_day_that_no_calendar_has_is_refused(value):
    with pytest.raises(ValidationError, match=r"month|day|year"):
        CHECKED.validate_python(value)
