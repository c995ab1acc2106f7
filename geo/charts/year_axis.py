"""A horizontal axis of years, shared by the charts that have one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geo.charts.svg import draw_text, estimate_width
from geo.errors import ScenarioError
from geo.partial_date import Precision, earliest, precision_of
from geo.scheme.as_of import require_year
from geo.scheme.patrol_scheme import PatrolScheme

__all__ = ["YearAxis", "is_narrow"]

_NARROW: Final = 640  # in charts narrower than this, names stand above their lanes
_LEAST, _MOST = 240, 4000
_MONTH: Final = 1 / 12


@dataclass(frozen=True)
class YearAxis:
    """Years from ``left`` to ``right``, in columns of the same width.

    >>> YearAxis(range(2000, 2010), 0, 100).date_x("2004-07")
    45.4
    """

    years: range
    left: float
    right: float

    def __post_init__(self) -> None:
        if not self.years:
            raise ScenarioError("no year to draw; wanted data of the year 2000 or later")

    @property
    def column(self) -> float:
        """Width of one year."""
        return (self.right - self.left) / len(self.years)

    def year_x(self, year: int) -> float:
        """Return where a year begins; years outside the axis lie at its ends."""
        within = min(max(year, self.years.start), self.years.stop)
        return round(self.left + (within - self.years.start) * self.column, 1)

    def middle_x(self, year: int) -> float:
        """Return the middle of a year."""
        return round(self.year_x(year) + self.column / 2, 1)

    def date_x(self, value: str) -> float:
        """Return where a date lies; one known to the month or year lies in the middle of it."""
        day, precision = earliest(value), precision_of(value)
        if day.year not in self.years:
            return self.year_x(day.year)
        month = (day.month - 1) * _MONTH
        share = {Precision.YEAR: 0.5, Precision.MONTH: month + _MONTH / 2}.get(precision, month + (day.day - 1) / 31 * _MONTH)
        return round(self.year_x(day.year) + share * self.column, 1)

    def draw_labels(self, y: float, *, selected: int | None) -> str:
        """Return the labels of the years at ``y``: all if they fit, else every fifth and the selected one."""
        all_fit = estimate_width("2000", 11) + 4 <= self.column
        labelled = [
            year for year in self.years if all_fit or year == selected or (year % 5 == 0 and not self._is_near(year, selected))
        ]
        return "".join(
            draw_text(
                str(year), self.middle_x(year), y, "tick chosen" if year == selected else "tick", anchor="middle", year=year
            )
            for year in labelled
        )

    def _is_near(self, year: int, selected: int | None) -> bool:
        return selected is not None and abs(year - selected) * self.column < estimate_width("2000 ", 11)

    def draw_columns(self, top: float, bottom: float, *, selected: int | None) -> str:
        """Return a column per year to click on, a thin line at every fifth, and the selected one highlighted."""
        height = round(bottom - top, 1)
        return "".join(
            f'<rect class="{"year chosen" if year == selected else "year"}" data-year="{year}" '
            f'x="{self.year_x(year)}" y="{top}" width="{self.column:.1f}" height="{height}"><title>{year}</title></rect>'
            + (
                f'<line class="grid" x1="{self.year_x(year)}" x2="{self.year_x(year)}" y1="{top}" y2="{bottom}"/>'
                if year % 5 == 0
                else ""
            )
            for year in self.years
        )


def is_narrow(scheme: PatrolScheme, year: int | None, width: float) -> bool:
    """Say whether a chart of this width is narrow, with names above their lanes; refuse one that cannot be drawn.

    Raises
    ------
    ScenarioError
        If the selected year is unknown, or the chart too narrow to be read or too wide.
    """
    if not _LEAST <= width <= _MOST:
        raise ScenarioError(f"`width` must be {_LEAST} to {_MOST:,}, got {width!r}")
    if year is not None:
        require_year(scheme, year)
    return width < _NARROW
