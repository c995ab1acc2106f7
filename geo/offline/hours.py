"""A scenario answered at every half hour, prepared for a page without a server: shapes, numbers, words.

The page computes nothing: for each hour of its slider the numbers, tables and words stand ready, as
`geo.coverage.answers` gives them. The shapes are one outline per hour of what is reached by then, and one of
what two or more reach. A band is the outline of a later hour less that of an earlier one, and the gap is
the whole less what is reached: so every hour takes few bytes, and bands meet without seams.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from typing import Final

import numpy as np
import shapely

from geo.arrays import Floats
from geo.cards.coverage import answer_tables, numbers_strip
from geo.charts.curve import curve_text, hour_x
from geo.colors import BAND_COLORS, BAND_OPACITY, INK, LATE_COLOR, REACH_COLORS, REST_COLOR
from geo.coverage.answers import Answer, CoverageModel
from geo.coverage.assess import assess
from geo.coverage.scenario import Scenario
from geo.coverage.shapes import BAND_EDGES_H, within_hours
from geo.encode import Json
from geo.maps.folium_map import row_to_json, scene_to_json
from geo.maps.legend import LegendRow, ScaleRow, SymbolRow
from geo.maps.scene import Scene, build_scene
from geo.maps.selection import Selection
from geo.offline.packing import pack_rings
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import LANGUAGES, Catalogue, catalogue

__all__ = ["HALF_HOURS", "HourlyAnswers", "hourly_answers"]

HALF_HOURS: Final = tuple(step / 2 for step in range(1, 49))

# For drawing under the land: about 100 m. An outline then has a few hundred corners, and those of all hours together
# take some 50 kB for four points at 20 kn, 200 kB for ten at 5 kn: a tenth of what the whole file may weigh.
_SIMPLIFY_DEG: Final = 0.001
_DECIMALS: Final = 3
_LEAST_CORNERS: Final = 3
_HOUR_SLOT: Final = "{hours}"  # hours.js puts the hour here
_OUTLINES: Final = ("first", "second")  # of what anyone reaches, and of what two or more reach


@dataclass(frozen=True, eq=False)
class HourlyAnswers:
    """The scenario of ``selection`` answered at each of ``hours``."""

    scheme: PatrolScheme
    selection: Selection
    model: CoverageModel
    hours: tuple[float, ...]
    by_hour: tuple[Answer, ...]

    @property
    def opening(self) -> int:
        """The index of the scenario's own hour."""
        return self.hours.index(self.opened.coverage.scenario.limit_h)

    @functools.cached_property
    def opened(self) -> Answer:
        """The answer to the scenario itself."""
        scenario = self.selection.scenario
        return next(answer for answer in self.by_hour if answer.coverage.scenario == scenario)

    def data(self) -> Json:
        """Return all that hours.js needs, as plain data; ``HourlyAnswers`` of export.d.ts states its types."""
        scenario = self.opened.coverage.scenario
        fixed = {layer: self.model.answer(scenario, layer) for layer in ("first", "cost")}  # the same at every hour
        return {
            "hours": self.hours,
            "opening": self.opening,
            "layer": self.selection.coverage_layer,
            "decimals": _DECIMALS,
            "parts": _outlines_by_hour(self),
            "fixed": {layer: scene_to_json(self._scene(LANGUAGES[0], answer))["shapes"] for layer, answer in fixed.items()},
            "bands": [{"to": self.hours.index(edge), "color": color} for edge, color in self._bands()],
            "colors": {**REACH_COLORS, "limit": INK[False]},
            "opacity": BAND_OPACITY,
            "curve_x": [hour_x(hours) for hours in self.hours],
            "words": {lang: self._words(catalogue(lang), fixed) for lang in LANGUAGES},
        }

    def _bands(self) -> list[tuple[float, str]]:
        """Return edge and colour of the bands of the page, and of one beyond them where anything is reached so late."""
        is_late = self.opened.coverage.worst_arrival_h > BAND_EDGES_H[-1]
        return [*zip(BAND_EDGES_H, BAND_COLORS, strict=True), *([(self.hours[-1], LATE_COLOR)] if is_late else [])]

    def _scene(self, lang: str, answer: Answer | None = None) -> Scene:
        selection = replace(self.selection, lang=lang, coverage_layer=answer.layer if answer else "none")
        return build_scene(self.scheme, selection, answer)

    def _words(self, t: Catalogue, fixed: Mapping[str, Answer]) -> Json:
        return {
            "hours": [t.number(hours, digits=2) for hours in self.hours],
            "unit": t("unit.hours"),
            "legends": self._legends(t, fixed),
            "curve": [curve_text(answer.coverage, t) for answer in self.by_hour],
            "numbers": _changing_texts(numbers_strip(answer.coverage, t) for answer in self.by_hour),
            "tables": _changing_texts(answer_tables(answer, self.scheme, t) for answer in self.by_hour),
        }

    def _legends(self, t: Catalogue, fixed: Mapping[str, Answer]) -> dict[str, list[Json]]:
        """Return the legend's rows for each layer of coverage: those of the answer follow the first row."""
        first, *others = self._scene(t.lang).legend.rows
        rows = self._answer_rows(t)
        for layer, answer in fixed.items():
            legend = self._scene(t.lang, answer).legend
            rows[layer] = [row for row in legend.rows if row != first and row not in others]
        return {layer: [row_to_json(row) for row in (first, *own, *others)] for layer, own in rows.items()}

    def _answer_rows(self, t: Catalogue) -> dict[str, list[LegendRow]]:
        """Return the rows of the layers that follow the hour."""
        texts = {what: t(f"band.{what}", hours=_HOUR_SLOT) for what in ("limit", "reached", "backup", "gap")}
        later, sooner = (_fill_row(REST_COLOR[False], t(f"rest.{layer}", hours=_HOUR_SLOT)) for layer in ("backup", "gap"))
        reached, backup, gap = (_fill_row(REACH_COLORS[what], texts[what]) for what in ("reached", "backup", "gap"))
        limit = SymbolRow("dash", texts["limit"], color=INK[False])
        return {
            "bands": [self._scale_row(t), limit, later],
            "backup": [reached, backup, later],
            "gap": [gap, sooner],
            "none": [],
        }

    def _scale_row(self, t: Catalogue) -> ScaleRow:
        edges, colors = zip(*self._bands(), strict=True)
        return ScaleRow(t("legend.arrival"), colors, tuple(t.number(edge, digits=1) for edge in (0.0, *edges)))


def hourly_answers(scheme: PatrolScheme, selection: Selection, model: CoverageModel, scenario: Scenario) -> HourlyAnswers:
    """Answer a scenario at every half hour up to a day, and at its own hour whatever that is.

    Parameters
    ----------
    scheme, selection
        What the page shows, and how it opens.
    model
        The coverage model of the scheme.
    scenario
        Its speed, readiness, points and rule hold for every hour.
    """
    scenario = replace(scenario, limit_h=float(scenario.limit_h))
    hours = tuple(sorted({*HALF_HOURS, scenario.limit_h}))
    answer = model.answer(scenario)
    # Only the numbers differ by hour here; `_outlines_by_hour` makes the shapes of all hours at once.
    coverages = (assess(model.fields.reach, replace(scenario, limit_h=hour)) for hour in hours)
    by_hour = tuple(replace(answer, coverage=coverage) for coverage in coverages)
    return HourlyAnswers(scheme, replace(selection, scenario=scenario), model, hours, by_hour)


# --- words ------------------------------------------------------------------------------------------------------------------


def _fill_row(color: str, text: str) -> SymbolRow:
    return SymbolRow("fill", text, color=color)


class _TextNodes(HTMLParser):
    """The text nodes of some HTML in their order, as a browser has them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def _changing_texts(pages: Iterable[str]) -> Json:
    """Return which text nodes change from hour to hour, and what they say at each."""
    texts = [_TextNodes(page).texts for page in pages]
    indices = [index for index, column in enumerate(zip(*texts, strict=True)) if len(set(column)) > 1]
    return {"indices": indices, "rows": [[row[index] for index in indices] for row in texts]}


# --- shapes -----------------------------------------------------------------------------------------------------------------


def _outlines_by_hour(hourly: HourlyAnswers) -> list[Json]:
    """Return the outlines for the whole strait or, where a rule divides it, for each side."""
    coverage, clip = hourly.opened.coverage, hourly.model.display
    shapes = within_hours(coverage, clip, hourly.hours)
    sides = shapes["side"] if "side" in shapes else [None] * len(shapes)
    outlines: dict[tuple[str | None, str, float], str] = {}
    for side, what, hour, shape in zip(sides, shapes["what"], shapes["to_h"], shapes.geometry, strict=True):
        outlines[side or None, what, hour] = _pack_outline(shape)
    empty, whole = _pack_outline(shapely.MultiPolygon()), _pack_outline(_whole_strait(hourly))
    parts: list[Json] = []
    for side in [None] if clip.clips else [region.side for region in clip.regions(coverage.scenario.rule)]:
        by_hour = {what: [outlines.get((side, what, hour), empty) for hour in hourly.hours] for what in _OUTLINES}
        changing = {what: _drop_repeats(hours) for what, hours in by_hour.items()}
        parts.append({"clip": None if clip.clips else side or "all", "whole": whole, **changing})
    return parts


def _drop_repeats(by_hour: Sequence[str]) -> list[str]:
    """Drop the hours after the last change: there is nothing more to reach."""
    changes = [hour for hour in range(1, len(by_hour)) if by_hour[hour] != by_hour[hour - 1]]
    return list(by_hour[: changes[-1] + 1 if changes else 1])


def _whole_strait(hourly: HourlyAnswers) -> shapely.Geometry:
    """Return the strait, or the study box where the browser clips it to the sides."""
    if hourly.model.display.clips:
        return shapely.union_all(hourly.scheme.strait.geometry.to_numpy())
    box = hourly.scheme.sources.study_box
    return shapely.box(box.west, box.south, box.east, box.north)


def _pack_outline(shape: shapely.Geometry) -> str:
    """Return the rings of areas, outer and inner alike: by the even-odd rule it does not matter which ring is a hole."""
    parts = shapely.get_parts(shapely.simplify(shape, _SIMPLIFY_DEG))
    rings = [_round_ring(shapely.get_coordinates(ring)) for part in parts for ring in (part.exterior, *part.interiors)]
    return pack_rings([ring for ring in rings if len(ring) >= _LEAST_CORNERS], decimals=_DECIMALS)


def _round_ring(lonlats: Floats) -> Floats:
    """Return the corners of a ring rounded, without repeats and without the last, which is the first."""
    corners = lonlats[:-1].round(_DECIMALS)
    is_new = np.any(np.diff(corners, axis=0, prepend=np.nan) != 0, axis=1)
    return corners[is_new]
