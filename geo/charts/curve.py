"""The curve of a coverage as SVG: share of the strait reached against hours, with labels at the lines."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from geo.charts.svg import draw_svg
from geo.colors import ACCENT, HAIRLINE, HIGHLIGHT, PAGE_COLOR, SOFT_INK
from geo.coverage.assess import Coverage
from geo.encode import page_html
from geo.text import Catalogue, share_text

__all__ = ["curve_svg", "curve_text", "hour_x"]

_WIDTH, _HEIGHT = 340, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 74, 10, 30
_HOURS: Final = 24.0
_LABEL_GAP: Final = 13.0


def curve_svg(
    coverage: Coverage, names: dict[str, str], t: Catalogue, *, dark: bool = False, writes_limit: bool = False
) -> str:
    """Return an SVG: a line for each start and one for all together, with the limit marked.

    Parameters
    ----------
    coverage
        The coverage whose ``curve`` is drawn.
    names
        What to call each start, by its id.
    t
        The language.
    dark
        Whether the page is dark. The colours are in the SVG, so that it can be shown as an image.
    writes_limit
        Write at the limit its hours, and the share reached, where no script moves the limit.
    """
    curve = coverage.curve
    lines = [_line(curve[column], "selat-curve-all" if column == "together" else "selat-curve-one") for column in curve]
    limit = coverage.scenario.limit_h
    hour = f'<line class="selat-curve-hour" x1="{_x(limit):.1f}" x2="{_x(limit):.1f}" y1="{_y(0):.1f}" y2="{_y(1):.1f}"/>'
    return draw_svg(
        "selat-curve",
        title=curve_text(coverage, t),
        size=(_WIDTH, _HEIGHT),
        style=_style(dark=dark),
        parts=(_axes(t), hour, *lines, _labels(curve, names, t), _limit_text(coverage, t) if writes_limit else ""),
    )


def curve_text(coverage: Coverage, t: Catalogue) -> str:
    """Return what the curve shows, in words."""
    share, hours = t.number(coverage.reached_share * 100, digits=1), t.number(coverage.scenario.limit_h, digits=2)
    return t("curve.title", share=share, hours=hours)


def hour_x(hours: float) -> float:
    """Return the x coordinate of an hour in the SVG."""
    return round(_x(hours), 1)


def _style(*, dark: bool) -> str:
    soft, edge, link, hour, page = SOFT_INK[dark], HAIRLINE[dark], ACCENT[dark], HIGHLIGHT[dark], PAGE_COLOR[dark]
    return (
        f".selat-curve text{{font:11px 'Source Sans 3',system-ui,sans-serif;fill:{soft}}}"
        f".selat-curve polyline{{fill:none;stroke-linejoin:round}}"
        f".selat-curve .selat-curve-one{{stroke:{soft};stroke-width:1.2;opacity:.75}}"
        f".selat-curve .selat-curve-all{{stroke:{link};stroke-width:2.6}}"
        f".selat-curve .selat-curve-name-all{{fill:{link};font-weight:650}}"
        f".selat-curve .selat-curve-grid{{stroke:{edge}}}"
        f".selat-curve .selat-curve-hour{{stroke:{hour};stroke-width:1.4;stroke-dasharray:4 3}}"
        f".selat-curve .selat-curve-now{{fill:{hour};font-weight:650;paint-order:stroke;stroke:{page};stroke-width:4px}}"
        f".selat-curve circle{{fill:{hour}}}"
    )


def _x(hours: float) -> float:
    return _LEFT + min(hours, _HOURS) / _HOURS * (_WIDTH - _LEFT - _RIGHT)


def _y(share: float) -> float:
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)


def _line(shares: pd.Series[float], css_class: str) -> str:
    points = " ".join(f"{_x(float(hours)):.1f},{_y(float(share)):.1f}" for hours, share in shares.items())  # type: ignore[arg-type]
    return f'<polyline class="{css_class}" points="{points}"/>'


def _axes(t: Catalogue) -> str:
    shares = "".join(
        f'<line class="selat-curve-grid" x1="{_LEFT}" x2="{_x(_HOURS):.1f}" y1="{_y(share):.1f}" y2="{_y(share):.1f}"/>'
        f'<text x="{_LEFT - 5}" y="{_y(share) + 4:.1f}" text-anchor="end">{t.number(share * 100)} %</text>'
        for share in (0.0, 0.5, 1.0)
    )
    labels = {hour: f"{hour:.0f}" for hour in np.arange(0, _HOURS + 1, 6)}
    labels[_HOURS] += f" {t('unit.hours')}"
    hours = "".join(
        f'<text x="{_x(hour):.1f}" y="{_HEIGHT - 14}" text-anchor="middle">{label}</text>' for hour, label in labels.items()
    )
    return shares + hours


def _labels(curve: pd.DataFrame, names: dict[str, str], t: Catalogue) -> str:
    """Return the names of the lines at their right ends, moved apart where they would overlap."""
    ends = sorted((-float(curve[column].iloc[-1]), column) for column in curve)  # the highest first
    labels = []
    for y, (_, column) in zip(_spread([_y(-negative_share) + 4 for negative_share, _ in ends]), ends, strict=True):
        name = t("curve.together") if column == "together" else names.get(str(column), str(column)).partition(" (")[0]
        css_class = "selat-curve-name-all" if column == "together" else "selat-curve-name"
        labels.append(f'<text class="{css_class}" x="{_x(_HOURS) + 5:.1f}" y="{y:.1f}">{page_html(name)}</text>')
    return "".join(labels)


def _spread(heights: list[float]) -> list[float]:
    """Return heights, given from the top down, moved apart to one line each: down first, then up from the lower edge."""
    spread: list[float] = []
    for y in heights:
        spread.append(max(y, spread[-1] + _LABEL_GAP if spread else _TOP + 4.0))
    most = _y(0) + 4
    for index in reversed(range(len(spread))):
        spread[index] = min(spread[index], most)
        most = spread[index] - _LABEL_GAP
    return spread


def _limit_text(coverage: Coverage, t: Catalogue) -> str:
    """Return a dot where the curve crosses the limit, with the share reached and the hours."""
    x, y = _x(coverage.scenario.limit_h), _y(coverage.reached_share)
    is_late = coverage.scenario.limit_h > _HOURS / 2  # then the text stands before the line
    anchor, shift = ("end", -6) if is_late else ("start", 6)
    hours = f"{t.number(coverage.scenario.limit_h, digits=2)} {t('unit.hours')}"
    text = page_html(f"{share_text(coverage.reached_share, t)} · {hours}")
    place = f'x="{x + shift:.1f}" y="{max(y - 6, _TOP + 4):.1f}" text-anchor="{anchor}"'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5"/><text class="selat-curve-now" {place}>{text}</text>'
