"""The agreements of the patrols along the years, as a picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from geo.charts.svg import attributes, draw_legend, fitted, picture, text_line, text_width
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
_ROOM: Final = {True: 8.0, False: 11.0}  # between two shapes, in a narrow and in a wide picture
_SHAPES: Final = {  # the shape of a date, the most telling kinds last
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
_TELLING: Final = {kind: rank for rank, kind in enumerate(_SHAPES)}
_PATHS: Final = {
    "paper": "M0 -5.6L5.6 0L0 5.6L-5.6 0Z",
    "work": "M-4.4 -5.4L5.6 0L-4.4 5.4Z",
    "force": "M-4.6 -4.6H4.6V4.6H-4.6Z",
    "seen": "M-4.8 0A4.8 4.8 0 1 0 4.8 0A4.8 4.8 0 1 0 -4.8 0Z",
    "ended": "M-4.2 -4.2L4.2 4.2M-4.2 4.2L4.2 -4.2",
}


@dataclass(frozen=True)
class _Lane:
    """One agreement: where its line lies, and where it stood each year."""

    agreement: Agreement
    y: float
    groups: Sequence[StatusInYear]


def timeline_svg(
    scheme: PatrolScheme,
    t: Catalogue,
    *,
    year: int | None = None,
    dark: bool = False,
    width: float = 1100,
    themes: Sequence[Theme] = PATROLS,
) -> str:
    """Return an SVG: a lane per agreement, with what happened to it and where it stood each year.

    Shapes tell the kind of a date, their outline its mark. Shapes carry ``data-year``,
    ``data-agreement``, ``data-kind`` and ``data-mark``, columns ``data-year``, names ``data-agreement``.

    Parameters
    ----------
    year
        The year to set off, one of `geo.scheme.as_of.years`.
    dark
        Whether it stands on a dark page.
    width
        Of the picture; names stand over the lanes where it is narrow.
    themes
        Whose agreements are drawn, in this order.

    Raises
    ------
    ScenarioError
        If the year is not a known one, or the picture too narrow or too wide.
    """
    narrow = is_narrow(scheme, year, width)
    axis = YearAxis(years(scheme), _EDGE if narrow else _NAMES + _EDGE, width - _EDGE)
    heads, lanes, bottom = _placed(scheme, t, themes, narrow=narrow)
    legend, height = _legend(t, bottom + 26, width)
    parts = [
        axis.columns(22, bottom, chosen=year),
        axis.labels(15, chosen=year),
        *heads,
        *(_lane(lane, axis, t, width, narrow=narrow) for lane in lanes),
        legend,
    ]
    first, last = axis.years.start, axis.years.stop - 1
    title = t("timeline.title", first=first, last=last)
    return picture("selat-timeline", title=title, desc=t("timeline.desc"), size=(width, height), parts=parts, dark=dark)


def _placed(
    scheme: PatrolScheme, t: Catalogue, themes: Iterable[Theme], *, narrow: bool
) -> tuple[list[str], list[_Lane], float]:
    """Return the headings, the lanes and where they end."""
    told = [as_of(scheme, year).agreements for year in years(scheme)]
    groups = {by_year[0].agreement_id: by_year for by_year in zip(*told, strict=True)}
    heads, lanes, y = [], [], 22.0
    for theme in themes:
        found = [a for a in scheme.agreements if a.theme is theme]
        if found:
            heads.append(text_line(t(f"theme.{theme.value}"), _EDGE, y + 20, "head"))
            y += 26
        for agreement in found:
            y += 40 if narrow else 26
            lanes.append(_Lane(agreement, y - 11, groups[agreement.id]))
        y += 4
    return heads, lanes, y


def _lane(lane: _Lane, axis: YearAxis, t: Catalogue, width: float, *, narrow: bool) -> str:
    room, at = (width - 2 * _EDGE, lane.y - 13) if narrow else (_NAMES - 12, lane.y + 4)
    title = page_html(lane.agreement.name.in_language(t.lang))
    named = f"<g><title>{title}</title>{text_line(fitted(_short(lane, t), room), _EDGE, at)}</g>"
    line = f'<line class="lane" x1="{axis.left}" x2="{axis.right}" y1="{lane.y}" y2="{lane.y}"/>'
    drawn = "".join((*_spans(lane, axis, t), *_events(lane, axis, t, narrow=narrow)))
    return f'<g class="lane-of"{attributes(agreement=lane.agreement.id)}>{line}{named}{drawn}</g>'


# --- where it stood -------------------------------------------------------------------------------------------------------


def _spans(lane: _Lane, axis: YearAxis, t: Catalogue) -> Iterator[str]:
    """Yield a bar for the years an agreement stood and a dotted line for those of which no source tells."""
    by_year = zip(axis.years, lane.groups, strict=True)
    runs = [list(run) for _, run in groupby(by_year, key=lambda pair: pair[1].standing)]
    lefts = [_left(*run[0], axis) for run in runs]
    for run, left, right in zip(runs, lefts, [*lefts[1:], axis.right], strict=True):
        standing = run[0][1].standing
        said = t("timeline.span", group=t(f"group.{standing.value}"), first=run[0][0], last=run[-1][0])
        title = f"<title>{page_html(said)}</title>"
        if standing is Standing.IN_PLACE:
            size = f'x="{left}" y="{lane.y - _BAR / 2}" width="{max(right - left, 2):.1f}" height="{_BAR}" rx="2"'
            yield f'<rect class="standing" {size}>{title}</rect>'
        elif standing is Standing.UNKNOWN:
            yield f'<line class="unknown" x1="{left + 4:.1f}" x2="{right - 2:.1f}" y1="{lane.y}" y2="{lane.y}">{title}</line>'


def _left(year: int, found: StatusInYear, axis: YearAxis) -> float:
    """Return where a run of years begins: at the date that says so, if it is of its first year and no mere sighting."""
    date = found.date
    exact = date is not None and year_of(date.value) == year and date.kind is not DateKind.LAST_SEEN
    return axis.x(date.value) if date and exact else axis.start(year)


# --- what happened --------------------------------------------------------------------------------------------------------


def _events(lane: _Lane, axis: YearAxis, t: Catalogue, *, narrow: bool) -> Iterator[str]:
    """Yield a shape per date; where there is no room for several in a year, the most telling, with the others in its words."""
    dates = sorted(lane.agreement.dates, key=lambda date: (axis.x(date.value), date.value))
    shown = [date for date in dates if year_of(date.value) < axis.years.stop]
    if narrow:
        by_year = [list(found) for _, found in groupby(shown, key=lambda date: max(year_of(date.value), axis.years.start))]
        clusters = [(max(found, key=lambda date: _TELLING[date.kind]), found) for found in by_year]
    else:
        clusters = [(date, [date]) for date in shown]
    places = _apart([axis.x(date.value) for date, _ in clusters], _ROOM[narrow])
    for (date, told), x in zip(clusters, places, strict=True):
        yield _event(lane, date, told, x, t)
        if year_of(date.value) < axis.years.start:
            after_name = _EDGE + text_width(_short(lane, t)) + 8
            at = (after_name, lane.y - 13) if narrow else (x + 9, lane.y - 6)
            yield text_line(f"\N{LEFTWARDS ARROW} {year_of(date.value)}", *at, "soft")


def _short(lane: _Lane, t: Catalogue) -> str:
    return lane.agreement.short.in_language(t.lang)


def _event(lane: _Lane, date: DatedEvent, told: Sequence[DatedEvent], x: float, t: Catalogue) -> str:
    title = page_html("\n".join([_short(lane, t), *(_told(one, t) for one in told)]))
    data = attributes(year=year_of(date.value), agreement=lane.agreement.id, kind=date.kind.value, mark=date.mark.value)
    return (
        f'<g class="event {date.mark.value}"{data} transform="translate({x:.1f} {lane.y})"><title>{title}</title>'
        f'<circle class="hit" r="10"/>{_shape(_SHAPES[date.kind])}</g>'
    )


def _told(date: DatedEvent, t: Catalogue) -> str:
    return t("timeline.event", kind=t(f"date.{date.kind.value}"), date=t.date(date.value), mark=t(f"mark.{date.mark.value}"))


def _shape(shape: str) -> str:
    path = _PATHS[shape]
    return (
        f'<path class="halo" d="{path}"/><path class="cross" d="{path}"/>'
        if shape == "ended"
        else f'<path class="shape" d="{path}"/>'
    )


def _apart(places: Sequence[float], room: float) -> list[float]:
    """Return places pushed apart, each crowd about its own middle, so that shapes do not lie on each other.

    >>> _apart([10, 12, 50], 8)
    [7.0, 15.0, 50.0]
    """
    crowds: list[list[float]] = []
    for place in places:
        crowds.append([place])
        while len(crowds) > 1 and _from(crowds[-1], room) < _from(crowds[-2], room) + len(crowds[-2]) * room:
            crowds[-2:] = [crowds[-2] + crowds[-1]]
    return [round(_from(crowd, room) + number * room, 1) for crowd in crowds for number in range(len(crowd))]


def _from(crowd: Sequence[float], room: float) -> float:
    return sum(crowd) / len(crowd) - (len(crowd) - 1) * room / 2


# --- legend ---------------------------------------------------------------------------------------------------------------


def _legend(t: Catalogue, top: float, width: float) -> tuple[str, float]:
    """Return what shapes, outlines and lines mean, in as many rows as they need, and where it ends."""
    shapes = [(f'<g class="verified">{_shape(shape)}</g>', t(f"timeline.shape-{shape}")) for shape in _PATHS]
    marks = [(f'<g class="{mark}">{_shape("paper")}</g>', t(f"mark.{mark}")) for mark in MARKS]
    lines = [
        (f'<rect class="standing" x="-8" y="{-_BAR / 2}" width="16" height="{_BAR}" rx="2"/>', t("group.standing")),
        ('<line class="unknown" x1="-7" x2="8" y1="0" y2="0"/>', t("group.unknown")),
    ]
    parts, y = [], top
    for items in (shapes, marks, lines):
        drawn, y = draw_legend(items, left=_EDGE, top=y, right=width, gap=_LEGEND_GAP, row=_LEGEND_ROW)
        parts.append(drawn)
        y += _LEGEND_ROW
    return "".join(parts), y
