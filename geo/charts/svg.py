"""SVG elements: data attributes, text that fits, legends, and the document with title, description and style."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Final

from geo.colors import ACCENT, BAR_COLOR, CHART_INK, HAIRLINE, HIGHLIGHT, PAGE_COLOR, SOFT_INK
from geo.encode import page_html

__all__ = ["data_attributes", "draw_chart", "draw_legend", "draw_svg", "draw_text", "estimate_width", "fit_text", "wrap_text"]

_SIZE: Final = 12.0  # font size, unless another is given
_LETTER: Final = 0.52  # mean width of a letter, as a share of the font size, rounded up


def data_attributes(**named: object) -> str:
    """Return data attributes, each value as text.

    >>> data_attributes(year=2004, agreement="a")
    ' data-year="2004" data-agreement="a"'
    """
    return "".join(f' data-{name}="{page_html(value)}"' for name, value in named.items() if value is not None)


def estimate_width(text: str, size: float = _SIZE) -> float:
    """Return the approximate width of a text, from the number of its letters."""
    return len(text) * size * _LETTER


def fit_text(text: str, width: float, size: float = _SIZE) -> str:
    """Return a text cut to about this width, with an ellipsis if it was cut."""
    most = max(1, int(width / (size * _LETTER)))
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def wrap_text(text: str, width: float, size: float = _SIZE) -> list[str]:
    """Return a text in lines of about this width; none for an empty text."""
    return textwrap.wrap(text, max(8, int(width / (size * _LETTER))))


def draw_text(text: str, x: float, y: float, css_class: str = "", *, anchor: str = "", **data: object) -> str:
    """Return one line of text with its baseline at ``y``."""
    css = f' class="{css_class}"' if css_class else ""
    align = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text{css}{align} x="{x:.1f}" y="{y:.1f}"{data_attributes(**data)}>{page_html(text)}</text>'


def draw_chart(name: str, *, title: str, desc: str, size: Sequence[float], parts: Iterable[str], dark: bool) -> str:
    """Return a chart as SVG. Its colours are in it, so that it can be shown as an image.

    Parameters
    ----------
    name
        Its class, such as ``selat-timeline``.
    title, desc
        What it shows, and the same in a sentence or two.
    size
        Width and height.
    parts
        Its elements, as encoded SVG.
    dark
        Whether the page is dark.
    """
    scope = f"{name}-{'dark' if dark else 'light'}"
    style = _style(scope, dark=dark)
    return draw_svg(f"{name} {scope}", title=title, desc=desc, size=size, style=style, parts=parts)


def draw_svg(css_class: str, *, title: str, size: Sequence[float], style: str, parts: Iterable[str], desc: str = "") -> str:
    """Return an SVG document with a text alternative and a style sheet.

    Parameters
    ----------
    css_class
        Its classes, separated by spaces.
    title, desc
        What it shows, and the same in a sentence or two. An empty description is left out.
    size
        Width and height.
    style
        Its style sheet.
    parts
        Its elements, as encoded SVG.
    """
    width, height = size
    name = page_html(title)
    description = f"<desc>{page_html(desc)}</desc>" if desc else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{css_class}" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'aria-label="{name}"><title>{name}</title>{description}<style>{style}</style>{"".join(parts)}</svg>'
    )


def draw_legend(
    items: Iterable[tuple[str, str]], *, left: float, top: float, right: float, gap: float, row: float
) -> tuple[str, float]:
    """Return a legend in as many rows as it needs, and the y coordinate of its last row.

    Parameters
    ----------
    items
        Pairs of a symbol, as SVG around (0, 0), and its meaning.
    left, top, right
        The left end and y coordinate of the first row, and the right end of all rows.
    gap
        Width of an item without its text.
    row
        Distance between rows.
    """
    x, y, parts = left, top, []
    for symbol, text in items:
        width = gap + estimate_width(text, 11)
        if x > left and x + width > right:
            x, y = left, y + row
        parts.append(f'<g transform="translate({x + 9:.1f} {y:.1f})">{symbol}{draw_text(text, 14, 4, "soft")}</g>')
        x += width
    return "".join(parts), y


def _style(scope: str, *, dark: bool) -> str:
    text, soft, edge, strong = CHART_INK[dark], SOFT_INK[dark], HAIRLINE[dark], ACCENT[dark]
    bar, chosen, page = BAR_COLOR[dark], HIGHLIGHT[dark], PAGE_COLOR[dark]
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
