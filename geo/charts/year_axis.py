"""Years along an axis, and the look that pictures by the year share."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from geo.cards.html import page_html
from geo.errors import ScenarioError
from geo.partial_date import Precision, earliest, precision_of
from geo.scheme.as_of import require_year
from geo.scheme.patrol_scheme import PatrolScheme

__all__ = ["NARROW", "YearAxis", "attributes", "fitted", "is_narrow", "picture", "text_line", "text_width", "wrapped"]

NARROW: Final = 640  # below this width names stand over their lanes, and only some years are written
_LEAST, _MOST = 240, 4000
_SIZE: Final = 12.0  # of letters, where nothing else is said
_LETTER: Final = 0.52  # mean width of a letter, as a share of its size, on the safe side
_MONTH: Final = 1 / 12
_COLORS: Final = {  # text, soft, edge, strong, bar, chosen year, page
    False: ("#16222B", "#4B5B66", "#C9D4DB", "#0B5C7A", "#3F8EA5", "#B3123F", "#FFFFFF"),
    True: ("#E6EEF2", "#A9BAC5", "#34505F", "#8EC9E4", "#3D8299", "#F06A8F", "#0F1A22"),
}


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


def attributes(**named: object) -> str:
    """Return data attributes, each value as text.

    >>> attributes(year=2004, agreement="a")
    ' data-year="2004" data-agreement="a"'
    """
    return "".join(f' data-{name}="{page_html(value)}"' for name, value in named.items() if value is not None)


def text_width(text: str, size: float = _SIZE) -> float:
    """Return about how wide a text comes out; letters are not measured, only counted."""
    return len(text) * size * _LETTER


def fitted(text: str, width: float, size: float = _SIZE) -> str:
    """Return a text cut to about a width, with an ellipsis where it was cut."""
    most = max(1, int(width / (size * _LETTER)))
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def wrapped(text: str, width: float, size: float = _SIZE) -> list[str]:
    """Return a text in lines of about a width, none for an empty text."""
    return textwrap.wrap(text, max(8, int(width / (size * _LETTER))))


def text_line(text: str, x: float, y: float, css_class: str = "", *, anchor: str = "", **data: object) -> str:
    """Return one line of text with its baseline at ``y``."""
    css = f' class="{css_class}"' if css_class else ""
    at = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text{css}{at} x="{x:.1f}" y="{y:.1f}"{attributes(**data)}>{page_html(text)}</text>'


def picture(name: str, *, title: str, desc: str, size: Sequence[float], parts: Iterable[str], dark: bool) -> str:
    """Return a whole SVG: its colours are in it, so that it can be shown as an image.

    Parameters
    ----------
    name
        Class of the picture, ``selat-timeline`` for instance.
    title, desc
        What it shows, and the same in a sentence or two.
    size
        Width and height.
    parts
        What is in it, ready.
    """
    width, height = size
    scope = f"{name}-{'dark' if dark else 'light'}"
    head, said = page_html(title), page_html(desc)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{name} {scope}" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'aria-label="{head}"><title>{head}</title><desc>{said}</desc><style>{_style(scope, dark=dark)}</style>'
        f"{''.join(parts)}</svg>"
    )


def _style(scope: str, *, dark: bool) -> str:
    text, soft, edge, strong, bar, chosen, page = _COLORS[dark]
    rules = {
        "text": f"font:12px 'Source Sans 3',system-ui,sans-serif;fill:{text}",
        "text.soft": f"font-size:11px;fill:{soft}",
        "text.tick": f"font-size:11px;fill:{soft};font-variant-numeric:tabular-nums",
        "text.tick.chosen": f"fill:{chosen};font-weight:700",
        "text.head": "font-size:13px;font-weight:650",
        "text.caution": "font-weight:650",
        "text.number": "font-size:11px;font-weight:650;font-variant-numeric:tabular-nums",
        ".year": f"fill:{page};fill-opacity:0",
        ".year.chosen": f"fill:{chosen};fill-opacity:.1",
        ".grid": f"stroke:{edge};stroke-width:1",
        ".axis": f"stroke:{soft};stroke-width:1",
        ".lane": f"stroke:{edge};stroke-width:1",
        ".standing": f"fill:{bar}",
        ".unknown": f"stroke:{soft};stroke-width:2;stroke-dasharray:1 5;stroke-linecap:round",
        ".shape": f"stroke:{strong};stroke-width:1.6;stroke-linejoin:round;fill:{page}",
        ".verified .shape": f"fill:{strong};stroke:{page};stroke-width:1.2",
        ".one-source .shape": "stroke-dasharray:3 1.6",
        ".unconfirmed .shape": "stroke-dasharray:.1 2.6;stroke-linecap:round",
        ".cross": f"stroke:{strong};stroke-width:2.2;stroke-linecap:round;fill:none",
        ".halo": f"stroke:{page};stroke-width:5;stroke-linecap:round;fill:none",
        ".one-source .cross": "stroke-dasharray:3 2.6",
        ".unconfirmed .cross": "stroke-dasharray:.1 3.4",
        ".hit": f"fill:{page};fill-opacity:0",
        ".gap": f"fill:{edge};fill-opacity:.38",
    }
    return "".join(f".{scope} {selector}{{{rule}}}" for selector, rule in rules.items())
