"""Years along an axis, and the look that pictures by the year share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geo.charts.svg import text_line, text_width
from geo.errors import ScenarioError
from geo.partial_date import Precision, earliest, precision_of
from geo.scheme.as_of import require_year
from geo.scheme.patrol_scheme import PatrolScheme

__all__ = ["NARROW", "YearAxis", "is_narrow"]

NARROW: Final = 640  # below this width names stand over their lanes, and only some years are written
_LEAST, _MOST = 240, 4000
_MONTH: Final = 1 / 12


@dataclass(frozen=True)
class YearAxis:
    """Years from ``left`` to ``right``, each a column of the same width.

    >>> YearAxis(range(2000, 2010), 0, 100).x("2004-07")
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

    def start(self, year: int) -> float:
        """Return where a year begins, years outside drawn in to the ends."""
        within = min(max(year, self.years.start), self.years.stop)
        return round(self.left + (within - self.years.start) * self.column, 1)

    def middle(self, year: int) -> float:
        """Return the middle of a year."""
        return round(self.start(year) + self.column / 2, 1)

    def x(self, value: str) -> float:
        """Return where a date lies; one known to the month or year, in the middle of it."""
        day, precision = earliest(value), precision_of(value)
        if day.year not in self.years:
            return self.start(day.year)
        month = (day.month - 1) * _MONTH
        share = {Precision.YEAR: 0.5, Precision.MONTH: month + _MONTH / 2}.get(precision, month + (day.day - 1) / 31 * _MONTH)
        return round(self.start(day.year) + share * self.column, 1)

    def labels(self, y: float, *, chosen: int | None) -> str:
        """Return the years' names at the height ``y``: all where there is room, else every fifth and the chosen one."""
        room = text_width("2000", 11) + 4 <= self.column
        shown = [year for year in self.years if room or year == chosen or (year % 5 == 0 and not self._crowds(year, chosen))]
        return "".join(
            text_line(str(year), self.middle(year), y, "tick chosen" if year == chosen else "tick", anchor="middle", year=year)
            for year in shown
        )

    def _crowds(self, year: int, chosen: int | None) -> bool:
        return chosen is not None and abs(year - chosen) * self.column < text_width("2000 ", 11)

    def columns(self, top: float, bottom: float, *, chosen: int | None) -> str:
        """Return a column per year to click on, a fine line at every fifth, and the chosen one set off."""
        height = round(bottom - top, 1)
        return "".join(
            f'<rect class="{"year chosen" if year == chosen else "year"}" data-year="{year}" x="{self.start(year)}" y="{top}" '
            f'width="{self.column:.1f}" height="{height}"><title>{year}</title></rect>'
            + (
                f'<line class="grid" x1="{self.start(year)}" x2="{self.start(year)}" y1="{top}" y2="{bottom}"/>'
                if year % 5 == 0
                else ""
            )
            for year in self.years
        )


def is_narrow(scheme: PatrolScheme, year: int | None, width: float) -> bool:
    """Say whether names stand over their lanes in a picture of this width; refuse one that cannot be drawn.

    Raises
    ------
    ScenarioError
        If the year to set off is not a known one, or the picture too narrow to be read or too wide.
    """
    if not _LEAST <= width <= _MOST:
        raise ScenarioError(f"`width` must be {_LEAST} to {_MOST:,}, got {width!r}")
    if year is not None:
        require_year(scheme, year)
    return width < NARROW
