"""Yearly counts of incidents as small pictures: each series and area in a panel of its own, never added or compared."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from geo.charts.count_panels import Count, Panel, area_name, panel_title, panels
from geo.charts.svg import attributes, draw_legend, fitted, picture, text_line, text_width, wrapped
from geo.charts.year_axis import YearAxis, is_narrow
from geo.encode import page_html
from geo.scheme.as_of import years
from geo.scheme.claims import MARKS
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import Catalogue

__all__ = ["counts_svg"]

_NAMES: Final = 176.0
_EDGE: Final = 8.0
_FIGURES: Final = 28.0  # width of the figures at the axis, in a narrow picture
_PLOT: Final = 78.0
_LINE: Final = 14.0
_LEGEND_GAP, _LEGEND_ROW = 40.0, 20.0
_BOLD: Final = 13.0  # bold letters of 12 take the room of 13


def counts_svg(scheme: PatrolScheme, t: Catalogue, *, year: int | None = None, dark: bool = False, width: float = 1100) -> str:
    """Return an SVG: a panel per series and area, each with an axis of its own from zero; a year without a number is a gap.

    Bars and gaps carry ``data-year``, ``data-series`` and ``data-area``, columns ``data-year``.

    Parameters
    ----------
    year
        The year to set off, one of `geo.scheme.as_of.years`.
    dark
        Whether it stands on a dark page.
    width
        Of the picture; names stand over the panels where it is narrow.

    Raises
    ------
    ScenarioError
        If the year is not a known one, or the picture too narrow or too wide.
    """
    narrow = is_narrow(scheme, year, width)
    axis = YearAxis(years(scheme), _FIGURES if narrow else _NAMES + _EDGE, width - _EDGE)
    y, parts = 4.0, []
    for line in wrapped(t("counts.caution"), width - 2 * _EDGE, _BOLD):
        y += 16
        parts.append(text_line(line, _EDGE, y, "caution"))
    for _, found in groupby(panels(scheme), key=lambda panel: (panel.series, panel.caution)):
        for number, panel in enumerate(found):
            if number == 0:
                drawn, y = _series(panel, t, y + 30, width)
                parts.append(drawn)
            drawn, y = (_narrow if narrow else _wide)(scheme, panel, axis, t, y, year)
            parts.append(drawn)
    if len(scheme.incident_counts):
        drawn, y = _legend(t, y + 26, width)
        parts.append(drawn)
    else:
        y += 22
        parts.append(text_line(t("counts.none"), _EDGE, y))
    title = t("counts.title")
    return picture("selat-counts", title=title, desc=t("counts.caution"), size=(width, y + 8), parts=parts, dark=dark)


def _series(panel: Panel, t: Catalogue, y: float, width: float) -> tuple[str, float]:
    """Return the heading of a series with its caution, and where it ends."""
    parts = [text_line(panel.series, _EDGE, y, "head")]
    for line in wrapped(panel.caution.in_language(t.lang), width - 2 * _EDGE, 11):
        y += _LINE
        parts.append(text_line(line, _EDGE, y, "soft"))
    return "".join(parts), y + 4


# --- a panel --------------------------------------------------------------------------------------------------------------


def _wide(scheme: PatrolScheme, panel: Panel, axis: YearAxis, t: Catalogue, top: float, year: int | None) -> tuple[str, float]:
    """Return a panel with its name and sources to the left, and where it ends."""
    words, end = _words(scheme, panel, t, top + 18, _NAMES - 30)
    plot = _plot(panel, axis, t, top + 20, year)
    return f"{words}{plot}", max(end, top + 20 + _PLOT + 18) + 8


def _narrow(
    scheme: PatrolScheme, panel: Panel, axis: YearAxis, t: Catalogue, top: float, year: int | None
) -> tuple[str, float]:
    """Return a panel with its name and sources over it, and where it ends."""
    words, end = _words(scheme, panel, t, top + 18, axis.right - _EDGE)
    return f"{words}{_plot(panel, axis, t, end + 18, year)}", end + 18 + _PLOT + 28


def _words(scheme: PatrolScheme, panel: Panel, t: Catalogue, y: float, width: float) -> tuple[str, float]:
    """Return a panel's name, its sources and what lies before the years drawn."""
    parts = [text_line(fitted(area_name(panel.area, t), width), _EDGE, y, "caution")]
    known = (scheme.sources.citation(source_id) for source_id in panel.source_ids)
    publishers = dict.fromkeys(citation.publisher for citation in known if citation)
    first = years(scheme).start
    before = [(year, count) for year, count in sorted(panel.counts.items()) if year < first]
    earlier = t.joined(t("counts.earlier-one", count=t.number(count.count), year=year) for year, count in before)
    said = [t("counts.sources", sources=", ".join(publishers))]
    said += [t("counts.earlier", first=first, counts=earlier)] if before else []
    for line in (line for text in said for line in wrapped(text, width, 11)):
        y += _LINE
        parts.append(text_line(line, _EDGE, y, "soft"))
    return "".join(parts), y


def _plot(panel: Panel, axis: YearAxis, t: Catalogue, top: float, year: int | None) -> str:
    """Return a panel's bars, drawn from its own top down: but for its words it is alike in every language."""
    shown = {y: count for y, count in panel.counts.items() if y in axis.years}
    most = _ceiling(max((count.count for count in shown.values()), default=0))
    bars = "".join(_bar(panel, y, shown[y], axis, t, (_PLOT, most)) for y in sorted(shown))
    data = attributes(series=panel.series, area=panel.area)
    return (
        f'<g class="panel"{data} transform="translate(0 {top:.1f})"><title>{page_html(panel_title(panel, t))}</title>'
        f"{axis.columns(0, _PLOT, chosen=year)}{''.join(_gaps(panel, axis, t, 0))}{_scale(axis, t, (_PLOT, most))}{bars}"
        f"{axis.labels(_PLOT + 15, chosen=year)}</g>"
    )


def _ceiling(count: int) -> int:
    """Return the top of an axis: the next of 1, 2, 5, 10, 20 and so on.

    >>> [_ceiling(count) for count in (0, 3, 11, 75, 108)]
    [1, 5, 20, 100, 200]
    """
    step: int = 10 ** (len(str(max(count, 1))) - 1)
    return next(step * factor for factor in (1, 2, 5, 10) if step * factor >= count)


def _scale(axis: YearAxis, t: Catalogue, scale: tuple[float, int]) -> str:
    base, most = scale
    return "".join(
        f'<line class="{"axis" if value == 0 else "grid"}" x1="{axis.left}" x2="{axis.right}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f"{text_line(t.number(value), axis.left - 5, y + 4, 'tick', anchor='end')}"
        for value, y in ((0, base), (most, base - _PLOT))
    )


def _bar(panel: Panel, year: int, count: Count, axis: YearAxis, t: Catalogue, scale: tuple[float, int]) -> str:
    base, most = scale
    height = count.count / most * _PLOT
    half = min(axis.column * 0.34, 11)
    box = f'x="{axis.middle(year) - half:.1f}" width="{2 * half:.1f}" y="{base - height:.1f}" height="{height:.1f}"'
    title = t(
        "counts.bar", panel=panel_title(panel, t), year=year, count=t.number(count.count), mark=t(f"mark.{count.mark.value}")
    )
    words = page_html(f"{title}\n{count.note.in_language(t.lang)}")
    return (
        f'<g class="count {count.mark.value}"{_of(panel, year)} data-count="{count.count}" data-mark="{count.mark.value}">'
        f'<title>{words}</title><rect class="shape" {box}/>{_figure(panel, year, axis, t, base - height - 4)}</g>'
    )


def _figure(panel: Panel, year: int, axis: YearAxis, t: Catalogue, y: float) -> str:
    """Return the number over its bar; where it needs more than its column, only of a bar above its neighbours."""
    count, text = panel.counts[year].count, t.number(panel.counts[year].count)
    before, after = (panel.counts[near].count if near in panel.counts else -1 for near in (year - 1, year + 1))
    if text_width(text, 11) > axis.column - 2 and (before >= count or after > count):
        return ""
    return text_line(text, axis.middle(year), y, "number", anchor="middle")


def _of(panel: Panel, year: int) -> str:
    return attributes(year=year, series=panel.series, area=panel.area)


def _gaps(panel: Panel, axis: YearAxis, t: Catalogue, top: float) -> Iterator[str]:
    """Yield the years without a number: a grey field that says so, and no bar, which would mean zero."""
    for missing, run in groupby(axis.years, key=lambda year: year not in panel.counts):
        if missing:
            gap = list(run)
            for year in gap:
                title = page_html(t("counts.no-number-in", panel=panel_title(panel, t), year=year))
                size = f'x="{axis.start(year)}" y="{top}" width="{axis.column:.1f}" height="{_PLOT}"'
                yield f'<rect class="gap"{_of(panel, year)} {size}><title>{title}</title></rect>'
            yield _said_gap(gap, axis, t, top + _PLOT / 2)


def _said_gap(gap: list[int], axis: YearAxis, t: Catalogue, y: float) -> str:
    """Return what a run of gaps means, in one or more lines, where it fits."""
    lines = wrapped(t("counts.no-number"), len(gap) * axis.column - 6, 11)
    if max(text_width(line, 11) for line in lines) > len(gap) * axis.column or len(lines) * 13 > _PLOT - 8:
        return ""
    middle, first = (axis.start(gap[0]) + axis.start(gap[-1] + 1)) / 2, y + 4 - (len(lines) - 1) * 6.5
    return "".join(text_line(line, middle, first + 13 * number, "soft", anchor="middle") for number, line in enumerate(lines))


def _legend(t: Catalogue, top: float, width: float) -> tuple[str, float]:
    """Return what outlines and grey fields mean, and where it ends."""
    items = [
        (f'<g class="{mark}"><rect class="shape" x="-6" y="-7" width="12" height="13"/></g>', t(f"mark.{mark}"))
        for mark in MARKS
    ]
    items.append(('<rect class="gap" x="-8" y="-8" width="16" height="15"/>', t("counts.no-number")))
    return draw_legend(items, left=_EDGE, top=top, right=width, gap=_LEGEND_GAP, row=_LEGEND_ROW)
