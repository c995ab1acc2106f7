"""Yearly counts of incidents as SVG: a panel for each series and area, never added up or compared."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from geo.charts.count_panels import Count, Panel, area_name, list_panels, panel_title
from geo.charts.svg import data_attributes, draw_chart, draw_legend, draw_text, estimate_width, fit_text, wrap_text
from geo.charts.year_axis import YearAxis, is_narrow
from geo.encode import page_html
from geo.scheme.as_of import years
from geo.scheme.claims import MARKS
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import Catalogue

__all__ = ["counts_svg"]

_NAMES: Final = 176.0  # width of the names beside the panels
_EDGE: Final = 8.0
_TICKS: Final = 28.0  # width of the numbers at the axis, in a narrow chart
_PLOT: Final = 78.0
_LINE: Final = 14.0
_LEGEND_GAP, _LEGEND_ROW = 40.0, 20.0
_BOLD: Final = 13.0  # bold letters of 12 are as wide as others of 13


def counts_svg(scheme: PatrolScheme, t: Catalogue, *, year: int | None = None, dark: bool = False, width: float = 1100) -> str:
    """Return an SVG: a panel per series and area, each with its own axis from zero; a year without a number is a gap.

    Bars and gaps carry ``data-year``, ``data-series`` and ``data-area``, columns ``data-year``.

    Parameters
    ----------
    year
        The year to highlight, one of `geo.scheme.as_of.years`.
    dark
        Whether the page is dark.
    width
        Width of the chart; in a narrow one, names stand above their panels.

    Raises
    ------
    ScenarioError
        If the year is unknown, or the chart too narrow or too wide.
    """
    narrow = is_narrow(scheme, year, width)
    axis = YearAxis(years(scheme), _TICKS if narrow else _NAMES + _EDGE, width - _EDGE)
    y, parts = 4.0, []
    for line in wrap_text(t("counts.caution"), width - 2 * _EDGE, _BOLD):
        y += 16
        parts.append(draw_text(line, _EDGE, y, "caution"))
    draw_panel = _draw_narrow_panel if narrow else _draw_wide_panel
    for _, series in groupby(list_panels(scheme), key=lambda panel: (panel.series, panel.caution)):
        for number, panel in enumerate(series):
            if number == 0:
                head, y = _draw_series_head(panel, t, y + 30, width)
                parts.append(head)
            body, y = draw_panel(scheme, panel, axis, t, y, year)
            parts.append(body)
    if len(scheme.incident_counts):
        legend, y = _draw_legend(t, y + 26, width)
        parts.append(legend)
    else:
        y += 22
        parts.append(draw_text(t("counts.none"), _EDGE, y))
    title = t("counts.title")
    return draw_chart("selat-counts", title=title, desc=t("counts.caution"), size=(width, y + 8), parts=parts, dark=dark)


def _draw_series_head(panel: Panel, t: Catalogue, y: float, width: float) -> tuple[str, float]:
    """Return the heading of a series with its caution, and the y coordinate where it ends."""
    parts = [draw_text(panel.series, _EDGE, y, "head")]
    for line in wrap_text(panel.caution.in_language(t.lang), width - 2 * _EDGE, 11):
        y += _LINE
        parts.append(draw_text(line, _EDGE, y, "soft"))
    return "".join(parts), y + 4


# --- a panel --------------------------------------------------------------------------------------------------------------


def _draw_wide_panel(
    scheme: PatrolScheme, panel: Panel, axis: YearAxis, t: Catalogue, top: float, year: int | None
) -> tuple[str, float]:
    """Return a panel with its name and sources to the left, and the y coordinate where it ends."""
    text, end = _draw_panel_text(scheme, panel, t, top + 18, _NAMES - 30)
    plot = _draw_plot(panel, axis, t, top + 20, year)
    return f"{text}{plot}", max(end, top + 20 + _PLOT + 18) + 8


def _draw_narrow_panel(
    scheme: PatrolScheme, panel: Panel, axis: YearAxis, t: Catalogue, top: float, year: int | None
) -> tuple[str, float]:
    """Return a panel with its name and sources above, and the y coordinate where it ends."""
    text, end = _draw_panel_text(scheme, panel, t, top + 18, axis.right - _EDGE)
    return f"{text}{_draw_plot(panel, axis, t, end + 18, year)}", end + 18 + _PLOT + 28


def _draw_panel_text(scheme: PatrolScheme, panel: Panel, t: Catalogue, y: float, width: float) -> tuple[str, float]:
    """Return a panel's name, its sources, and its counts before the years on the axis."""
    parts = [draw_text(fit_text(area_name(panel.area, t), width), _EDGE, y, "caution")]
    known = (scheme.sources.citation(source_id) for source_id in panel.source_ids)
    publishers = dict.fromkeys(citation.publisher for citation in known if citation)
    first = years(scheme).start
    before = [(year, count) for year, count in sorted(panel.counts.items()) if year < first]
    earlier = t.joined(t("counts.earlier-one", count=t.number(count.count), year=year) for year, count in before)
    texts = [t("counts.sources", sources=", ".join(publishers))]
    texts += [t("counts.earlier", first=first, counts=earlier)] if before else []
    for line in (line for text in texts for line in wrap_text(text, width, 11)):
        y += _LINE
        parts.append(draw_text(line, _EDGE, y, "soft"))
    return "".join(parts), y


def _draw_plot(panel: Panel, axis: YearAxis, t: Catalogue, top: float, year: int | None) -> str:
    """Return a panel's plot, in coordinates from its own top: only its texts differ by language."""
    counts = {y: count for y, count in panel.counts.items() if y in axis.years}
    most = _ceiling(max((count.count for count in counts.values()), default=0))
    bars = "".join(_draw_bar(panel, y, counts[y], axis, t, (_PLOT, most)) for y in sorted(counts))
    data = data_attributes(series=panel.series, area=panel.area)
    gaps, scale = "".join(_draw_gaps(panel, axis, t, 0)), _draw_scale(axis, t, (_PLOT, most))
    return (
        f'<g class="panel"{data} transform="translate(0 {top:.1f})"><title>{page_html(panel_title(panel, t))}</title>'
        f"{axis.draw_columns(0, _PLOT, selected=year)}{gaps}{scale}{bars}{axis.draw_labels(_PLOT + 15, selected=year)}</g>"
    )


def _ceiling(count: int) -> int:
    """Return the top of an axis: the least of 1, 2, 5, 10, 20 and so on that is not below a count.

    >>> [_ceiling(count) for count in (0, 3, 11, 75, 108)]
    [1, 5, 20, 100, 200]
    """
    step: int = 10 ** (len(str(max(count, 1))) - 1)
    return next(step * factor for factor in (1, 2, 5, 10) if step * factor >= count)


def _draw_scale(axis: YearAxis, t: Catalogue, scale: tuple[float, int]) -> str:
    base, most = scale
    return "".join(
        f'<line class="{"axis" if value == 0 else "grid"}" x1="{axis.left}" x2="{axis.right}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f"{draw_text(t.number(value), axis.left - 5, y + 4, 'tick', anchor='end')}"
        for value, y in ((0, base), (most, base - _PLOT))
    )


def _draw_bar(panel: Panel, year: int, count: Count, axis: YearAxis, t: Catalogue, scale: tuple[float, int]) -> str:
    base, most = scale
    height = count.count / most * _PLOT
    half = min(axis.column * 0.34, 11)
    box = f'x="{axis.middle_x(year) - half:.1f}" width="{2 * half:.1f}" y="{base - height:.1f}" height="{height:.1f}"'
    mark = count.mark.value
    title = t("counts.bar", panel=panel_title(panel, t), year=year, count=t.number(count.count), mark=t(f"mark.{mark}"))
    tooltip = page_html(f"{title}\n{count.note.in_language(t.lang)}")
    return (
        f'<g class="count {mark}"{_bar_data(panel, year)} data-count="{count.count}" data-mark="{mark}">'
        f'<title>{tooltip}</title><rect class="shape" {box}/>{_draw_number(panel, year, axis, t, base - height - 4)}</g>'
    )


def _draw_number(panel: Panel, year: int, axis: YearAxis, t: Catalogue, y: float) -> str:
    """Return the number above its bar; one wider than its column only if the bar is higher than its neighbours."""
    count, text = panel.counts[year].count, t.number(panel.counts[year].count)
    before, after = (panel.counts[near].count if near in panel.counts else -1 for near in (year - 1, year + 1))
    if estimate_width(text, 11) > axis.column - 2 and (before >= count or after > count):
        return ""
    return draw_text(text, axis.middle_x(year), y, "number", anchor="middle")


def _bar_data(panel: Panel, year: int) -> str:
    return data_attributes(year=year, series=panel.series, area=panel.area)


def _draw_gaps(panel: Panel, axis: YearAxis, t: Catalogue, top: float) -> Iterator[str]:
    """Yield a grey field for each year without a number: a bar would mean zero."""
    for missing, run in groupby(axis.years, key=lambda year: year not in panel.counts):
        if missing:
            gap = list(run)
            for year in gap:
                title = page_html(t("counts.no-number-in", panel=panel_title(panel, t), year=year))
                size = f'x="{axis.year_x(year)}" y="{top}" width="{axis.column:.1f}" height="{_PLOT}"'
                yield f'<rect class="gap"{_bar_data(panel, year)} {size}><title>{title}</title></rect>'
            yield _draw_gap_text(gap, axis, t, top + _PLOT / 2)


def _draw_gap_text(gap: list[int], axis: YearAxis, t: Catalogue, y: float) -> str:
    """Return the meaning of a run of gaps, in one line or more, if it fits."""
    lines = wrap_text(t("counts.no-number"), len(gap) * axis.column - 6, 11)
    if max(estimate_width(line, 11) for line in lines) > len(gap) * axis.column or len(lines) * 13 > _PLOT - 8:
        return ""
    middle, first = (axis.year_x(gap[0]) + axis.year_x(gap[-1] + 1)) / 2, y + 4 - (len(lines) - 1) * 6.5
    return "".join(draw_text(line, middle, first + 13 * number, "soft", anchor="middle") for number, line in enumerate(lines))


def _draw_legend(t: Catalogue, top: float, width: float) -> tuple[str, float]:
    """Return what outlines and grey fields mean, and where it ends."""
    items = [
        (f'<g class="{mark}"><rect class="shape" x="-6" y="-7" width="12" height="13"/></g>', t(f"mark.{mark}"))
        for mark in MARKS
    ]
    items.append(('<rect class="gap" x="-8" y="-8" width="16" height="15"/>', t("counts.no-number")))
    return draw_legend(items, left=_EDGE, top=top, right=width, gap=_LEGEND_GAP, row=_LEGEND_ROW)
