"""The agreements of the patrols along the years, as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from geo.charts.svg import data_attributes, draw_chart, draw_legend, draw_text, estimate_width, fit_text
from geo.charts.year_axis import YearAxis, is_narrow
from geo.encode import page_html
from geo.scheme.agreements import Agreement, DatedEvent, DateKind, Theme
from geo.scheme.as_of import as_of, years
from geo.scheme.claims import MARKS
from geo.scheme.patrol_scheme import PatrolScheme
from geo.scheme.status import Standing, StatusInYear, year_of
from geo.text import Catalogue

__all__ = ["PATROLS", "timeline_svg"]

PATROLS: Final = (Theme.PATROL_SCHEME, Theme.SIBLING_PATROL)
_NAMES: Final = 176.0  # width of the names beside the lanes
_EDGE: Final = 8.0
_BAR: Final = 7.0
_LEGEND_GAP, _LEGEND_ROW = 40.0, 19.0
_SHAPE_GAP: Final = {True: 8.0, False: 11.0}  # between two shapes, in a narrow chart and in a wide one
_SHAPES: Final = {  # the shape of each kind of date, the most important last
    DateKind.PROPOSED: "paper",
    DateKind.AMENDED: "paper",
    DateKind.AGREED: "paper",
    DateKind.ADOPTED: "paper",
    DateKind.SIGNED: "paper",
    DateKind.LAST_SEEN: "seen",
    DateKind.LISTED: "work",
    DateKind.LAUNCHED: "work",
    DateKind.IN_FORCE: "force",
    DateKind.RESTARTED: "work",
    DateKind.ENDED: "ended",
}
_RANKS: Final = {kind: rank for rank, kind in enumerate(_SHAPES)}
_PATHS: Final = {
    "paper": "M0 -5.6L5.6 0L0 5.6L-5.6 0Z",
    "work": "M-4.4 -5.4L5.6 0L-4.4 5.4Z",
    "force": "M-4.6 -4.6H4.6V4.6H-4.6Z",
    "seen": "M-4.8 0A4.8 4.8 0 1 0 4.8 0A4.8 4.8 0 1 0 -4.8 0Z",
    "ended": "M-4.2 -4.2L4.2 4.2M-4.2 4.2L4.2 -4.2",
}


@dataclass(frozen=True)
class _Lane:
    """One agreement, the y coordinate of its lane, and its status in each year."""

    agreement: Agreement
    y: float
    statuses: Sequence[StatusInYear]


def timeline_svg(
    scheme: PatrolScheme,
    t: Catalogue,
    *,
    year: int | None = None,
    dark: bool = False,
    width: float = 1100,
    themes: Sequence[Theme] = PATROLS,
) -> str:
    """Return an SVG: a lane per agreement, with its dates and its status in each year.

    The shape of a date shows its kind, the outline its mark. Shapes carry ``data-year``,
    ``data-agreement``, ``data-kind`` and ``data-mark``, columns ``data-year``, names ``data-agreement``.

    Parameters
    ----------
    year
        The year to highlight, one of `geo.scheme.as_of.years`.
    dark
        Whether the page is dark.
    width
        Width of the chart; in a narrow one, names stand above their lanes.
    themes
        Themes whose agreements are drawn, in this order.

    Raises
    ------
    ScenarioError
        If the year is unknown, or the chart too narrow or too wide.
    """
    narrow = is_narrow(scheme, year, width)
    axis = YearAxis(years(scheme), _EDGE if narrow else _NAMES + _EDGE, width - _EDGE)
    heads, lanes, bottom = _lay_out(scheme, t, themes, narrow=narrow)
    legend, height = _draw_legend(t, bottom + 26, width)
    parts = [
        axis.draw_columns(22, bottom, selected=year),
        axis.draw_labels(15, selected=year),
        *heads,
        *(_draw_lane(lane, axis, t, width, narrow=narrow) for lane in lanes),
        legend,
    ]
    first, last = axis.years.start, axis.years.stop - 1
    title = t("timeline.title", first=first, last=last)
    return draw_chart("selat-timeline", title=title, desc=t("timeline.desc"), size=(width, height), parts=parts, dark=dark)


def _lay_out(
    scheme: PatrolScheme, t: Catalogue, themes: Iterable[Theme], *, narrow: bool
) -> tuple[list[str], list[_Lane], float]:
    """Return the headings, the lanes, and the y coordinate where they end."""
    by_year = [as_of(scheme, year).agreements for year in years(scheme)]
    statuses = {of_one[0].agreement_id: of_one for of_one in zip(*by_year, strict=True)}
    heads, lanes, y = [], [], 22.0
    for theme in themes:
        agreements = [a for a in scheme.agreements if a.theme is theme]
        if agreements:
            heads.append(draw_text(t(f"theme.{theme.value}"), _EDGE, y + 20, "head"))
            y += 26
        for agreement in agreements:
            y += 40 if narrow else 26
            lanes.append(_Lane(agreement, y - 11, statuses[agreement.id]))
        y += 4
    return heads, lanes, y


def _draw_lane(lane: _Lane, axis: YearAxis, t: Catalogue, width: float, *, narrow: bool) -> str:
    name_width, y = (width - 2 * _EDGE, lane.y - 13) if narrow else (_NAMES - 12, lane.y + 4)
    title = page_html(lane.agreement.name.in_language(t.lang))
    name = f"<g><title>{title}</title>{draw_text(fit_text(_short_name(lane, t), name_width), _EDGE, y)}</g>"
    line = f'<line class="lane" x1="{axis.left}" x2="{axis.right}" y1="{lane.y}" y2="{lane.y}"/>'
    shapes = "".join((*_draw_spans(lane, axis, t), *_draw_events(lane, axis, t, narrow=narrow)))
    return f'<g class="lane-of"{data_attributes(agreement=lane.agreement.id)}>{line}{name}{shapes}</g>'


# --- status by year -------------------------------------------------------------------------------------------------------


def _draw_spans(lane: _Lane, axis: YearAxis, t: Catalogue) -> Iterator[str]:
    """Yield a bar for the years an agreement was in place, and a dotted line for those on which no source is known."""
    by_year = zip(axis.years, lane.statuses, strict=True)
    runs = [list(run) for _, run in groupby(by_year, key=lambda pair: pair[1].standing)]
    lefts = [_run_x(*run[0], axis) for run in runs]
    for run, left, right in zip(runs, lefts, [*lefts[1:], axis.right], strict=True):
        standing = run[0][1].standing
        text = t("timeline.span", group=t(f"group.{standing.value}"), first=run[0][0], last=run[-1][0])
        title = f"<title>{page_html(text)}</title>"
        if standing is Standing.IN_PLACE:
            size = f'x="{left}" y="{lane.y - _BAR / 2}" width="{max(right - left, 2):.1f}" height="{_BAR}" rx="2"'
            yield f'<rect class="standing" {size}>{title}</rect>'
        elif standing is Standing.UNKNOWN:
            yield f'<line class="unknown" x1="{left + 4:.1f}" x2="{right - 2:.1f}" y1="{lane.y}" y2="{lane.y}">{title}</line>'


def _run_x(year: int, status: StatusInYear, axis: YearAxis) -> float:
    """Return where a run of years begins: at the date behind it, if that lies in its first year and is no mere sighting."""
    date = status.date
    exact = date is not None and year_of(date.value) == year and date.kind is not DateKind.LAST_SEEN
    return axis.date_x(date.value) if date and exact else axis.year_x(year)


# --- dates ----------------------------------------------------------------------------------------------------------------


def _draw_events(lane: _Lane, axis: YearAxis, t: Catalogue, *, narrow: bool) -> Iterator[str]:
    """Yield a shape per date; in a narrow chart one per year, for the most important date, with the others in its tooltip."""
    dates = sorted(lane.agreement.dates, key=lambda date: (axis.date_x(date.value), date.value))
    visible = [date for date in dates if year_of(date.value) < axis.years.stop]
    if narrow:
        by_year = [list(year) for _, year in groupby(visible, key=lambda date: max(year_of(date.value), axis.years.start))]
        clusters = [(max(cluster, key=lambda date: _RANKS[date.kind]), cluster) for cluster in by_year]
    else:
        clusters = [(date, [date]) for date in visible]
    xs = _spread([axis.date_x(date.value) for date, _ in clusters], _SHAPE_GAP[narrow])
    for (date, cluster), x in zip(clusters, xs, strict=True):
        yield _draw_event(lane, date, cluster, x, t)
        if year_of(date.value) < axis.years.start:
            after_name = _EDGE + estimate_width(_short_name(lane, t)) + 8
            position = (after_name, lane.y - 13) if narrow else (x + 9, lane.y - 6)
            yield draw_text(f"\N{LEFTWARDS ARROW} {year_of(date.value)}", *position, "soft")


def _short_name(lane: _Lane, t: Catalogue) -> str:
    return lane.agreement.short.in_language(t.lang)


def _draw_event(lane: _Lane, date: DatedEvent, cluster: Sequence[DatedEvent], x: float, t: Catalogue) -> str:
    title = page_html("\n".join([_short_name(lane, t), *(_date_text(one, t) for one in cluster)]))
    data = data_attributes(year=year_of(date.value), agreement=lane.agreement.id, kind=date.kind.value, mark=date.mark.value)
    return (
        f'<g class="event {date.mark.value}"{data} transform="translate({x:.1f} {lane.y})"><title>{title}</title>'
        f'<circle class="hit" r="10"/>{_draw_shape(_SHAPES[date.kind])}</g>'
    )


def _date_text(date: DatedEvent, t: Catalogue) -> str:
    return t("timeline.event", kind=t(f"date.{date.kind.value}"), date=t.date(date.value), mark=t(f"mark.{date.mark.value}"))


def _draw_shape(shape: str) -> str:
    path = _PATHS[shape]
    return (
        f'<path class="halo" d="{path}"/><path class="cross" d="{path}"/>'
        if shape == "ended"
        else f'<path class="shape" d="{path}"/>'
    )


def _spread(xs: Sequence[float], gap: float) -> list[float]:
    """Return x coordinates moved apart, each cluster around its own middle, so that shapes do not overlap.

    >>> _spread([10, 12, 50], 8)
    [7.0, 15.0, 50.0]
    """
    clusters: list[list[float]] = []
    for x in xs:
        clusters.append([x])
        while len(clusters) > 1 and _first_x(clusters[-1], gap) < _first_x(clusters[-2], gap) + len(clusters[-2]) * gap:
            clusters[-2:] = [clusters[-2] + clusters[-1]]
    return [round(_first_x(cluster, gap) + number * gap, 1) for cluster in clusters for number in range(len(cluster))]


def _first_x(cluster: Sequence[float], gap: float) -> float:
    return sum(cluster) / len(cluster) - (len(cluster) - 1) * gap / 2


# --- legend ---------------------------------------------------------------------------------------------------------------


def _draw_legend(t: Catalogue, top: float, width: float) -> tuple[str, float]:
    """Return the legend of shapes, outlines and lines, and the y coordinate where it ends."""
    shapes = [(f'<g class="verified">{_draw_shape(shape)}</g>', t(f"timeline.shape-{shape}")) for shape in _PATHS]
    marks = [(f'<g class="{mark}">{_draw_shape("paper")}</g>', t(f"mark.{mark}")) for mark in MARKS]
    lines = [
        (f'<rect class="standing" x="-8" y="{-_BAR / 2}" width="16" height="{_BAR}" rx="2"/>', t("group.standing")),
        ('<line class="unknown" x1="-7" x2="8" y1="0" y2="0"/>', t("group.unknown")),
    ]
    parts, y = [], top
    for items in (shapes, marks, lines):
        rows, y = draw_legend(items, left=_EDGE, top=y, right=width, gap=_LEGEND_GAP, row=_LEGEND_ROW)
        parts.append(rows)
        y += _LEGEND_ROW
    return "".join(parts), y
