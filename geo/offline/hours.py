"""A scenario at every half hour, prepared for a page that answers without a server: shapes, numbers, words.

The page computes nothing: for each hour of its slider the numbers, tables and words stand ready, as
`geo.coverage.answers` gives them. Of the shapes there is one outline per hour, of what is reached by then and of
what two or more reach; a band is the outline of a later hour less that of an earlier one, and the gap is
the whole less what is reached, so that any hour can be put together from few bytes and without seams.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from typing import Any, Final

import numpy as np
import shapely

from geo.cards.coverage import answer_tables, numbers_strip
from geo.charts.curve import curve_text, hour_x
from geo.colors import BAND_COLORS, BAND_OPACITY, INK, LATE_COLOR, REACH_COLORS, REST_COLOR
from geo.coverage.answers import Answer, CoverageModel
from geo.coverage.assess import assess
from geo.coverage.scenario import Scenario
from geo.coverage.shapes import BAND_EDGES_H, within_hours
from geo.maps.folium_map import scene_to_json
from geo.maps.scene import build_scene
from geo.maps.selection import Selection
from geo.measure import Floats
from geo.offline.packing import pack_rings
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import LANGUAGES, Catalogue, catalogue

__all__ = ["HALF_HOURS", "HourlyAnswers", "hourly_answers"]

HALF_HOURS: Final = tuple(step / 2 for step in range(1, 49))
Json = dict[str, Any]  # what `json` can write; its shape is fixed by hours.js

# For drawing under the land: about 100 m. An outline then has a few hundred corners, and those of all hours together
# take some 50 kB for four points at 20 kn, 200 kB for ten at 5 kn: a tenth of what the whole file may weigh.
_SIMPLIFY_DEG: Final = 0.001
_DECIMALS: Final = 3
_LEAST_CORNERS: Final = 3
_STAND_IN: Final = "{hours}"  # hours.js puts the hour here
_SAID_BY_HOUR: Final = ("limit", "reached", "backup", "gap")


@dataclass(frozen=True, eq=False)
class HourlyAnswers:
    """A scenario answered at each of ``hours``; ``opening`` numbers the one that was asked for."""

    scheme: PatrolScheme
    chosen: Selection
    model: CoverageModel
    hours: tuple[float, ...]
    by_hour: tuple[Answer, ...]

    @property
    def opening(self) -> int:
        """Which of the hours the scenario names."""
        return self.hours.index(self.opened.coverage.scenario.limit_h)

    @functools.cached_property
    def opened(self) -> Answer:
        """The answer to the scenario itself."""
        asked = self.chosen.scenario
        return next(answer for answer in self.by_hour if answer.coverage.scenario == asked)

    def data(self) -> Json:
        """Return all that hours.js needs, as plain data."""
        fixed = {layer: self.model.answer(self.opened.coverage.scenario, layer) for layer in ("first", "cost")}
        return {
            "hours": self.hours,
            "opening": self.opening,
            "layer": self.chosen.coverage_layer,
            "decimals": _DECIMALS,
            "parts": _parts(self),
            "fixed": {layer: self._scene(LANGUAGES[0], answer)["shapes"] for layer, answer in fixed.items()},
            "bands": [{"to": self.hours.index(edge), "color": color} for edge, color in self._bands()],
            "colors": {**REACH_COLORS, "limit": INK[False]},
            "opacity": BAND_OPACITY,
            "curve_x": [hour_x(hours) for hours in self.hours],
            "words": {lang: self._words(catalogue(lang), fixed) for lang in LANGUAGES},
        }

    def _bands(self) -> list[tuple[float, str]]:
        """Return the bands of the page, and one beyond them where anything is reached so late."""
        late = [(self.hours[-1], LATE_COLOR)] if self._worst_h > BAND_EDGES_H[-1] else []
        return [*zip(BAND_EDGES_H, BAND_COLORS, strict=True), *late]

    @property
    def _worst_h(self) -> float:
        return self.opened.coverage.worst_arrival_h

    def _scene(self, lang: str, answer: Answer | None = None) -> Json:
        shown = replace(self.chosen, lang=lang, coverage_layer=answer.layer if answer else "none")
        return dict(scene_to_json(build_scene(self.scheme, shown, answer)))

    def _words(self, t: Catalogue, fixed: dict[str, Answer]) -> Json:
        return {
            "hours": [t.number(hours, digits=2) for hours in self.hours],
            "unit": t("unit.hours"),
            "legends": self._legends(t, fixed),
            "curve": [curve_text(answer.coverage, t) for answer in self.by_hour],
            "numbers": _by_hour([numbers_strip(answer.coverage, t) for answer in self.by_hour]),
            "tables": _by_hour([answer_tables(answer, self.scheme, t) for answer in self.by_hour]),
        }

    def _legends(self, t: Catalogue, fixed: dict[str, Answer]) -> Json:
        """Return the legend's rows for each layer, the answer's own after the first."""
        plain = self._scene(t.lang)["legend"]["rows"]
        told = {layer: self._scene(t.lang, answer)["legend"]["rows"] for layer, answer in fixed.items()}
        own = {layer: [row for row in rows if row not in plain] for layer, rows in told.items()}
        said = {what: t(f"band.{what}", hours=_STAND_IN) for what in _SAID_BY_HOUR}
        late, soon = (_row("fill", REST_COLOR[False], t(f"rest.{layer}", hours=_STAND_IN)) for layer in ("backup", "gap"))
        own["bands"] = [self._scale(t), _row("dash", INK[False], said["limit"]), late]
        own["backup"] = [*(_row("fill", REACH_COLORS[what], said[what]) for what in ("reached", "backup")), late]
        own["gap"] = [_row("fill", REACH_COLORS["gap"], said["gap"]), soon]
        own["none"] = []
        return {layer: [plain[0], *rows, *plain[1:]] for layer, rows in own.items()}

    def _scale(self, t: Catalogue) -> Json:
        edges, colors = zip(*self._bands(), strict=True)
        said = [t.number(edge, digits=1) for edge in (0.0, *edges)]
        return {"layer": None, "symbol": "scale", "colors": colors, "edges": said, "text": t("legend.arrival")}


def hourly_answers(scheme: PatrolScheme, chosen: Selection, model: CoverageModel, asked: Scenario) -> HourlyAnswers:
    """Answer a scenario at every half hour up to a day, and at its own hour whatever that is.

    Parameters
    ----------
    scheme, chosen
        What the page shows, and how it opens.
    model
        The scheme's answers.
    asked
        The scenario: speed, readiness, points and rule hold for every hour.
    """
    hours = tuple(sorted({*HALF_HOURS, float(asked.limit_h)}))
    first = model.answer(asked)
    # Of each hour the numbers; the shapes of all hours are drawn at once elsewhere.
    each = (assess(model.fields.reach, replace(asked, limit_h=hour)) for hour in hours)
    by_hour = tuple(replace(first, coverage=coverage) for coverage in each)
    return HourlyAnswers(scheme, replace(chosen, scenario=replace(asked, limit_h=float(asked.limit_h))), model, hours, by_hour)


def _row(symbol: str, color: str, text: str) -> Json:
    return {"layer": None, "symbol": symbol, "color": color, "text": text}


# --- words ------------------------------------------------------------------------------------------------------------------


class _Texts(HTMLParser):
    """The pieces of text of some HTML in their order, as a browser has them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.feed(html)
        self.close()

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def _by_hour(pages: Iterable[str]) -> Json:
    """Return which text nodes change from hour to hour, and what they say at each."""
    texts = [_Texts(page).found for page in pages]
    changing = [number for number, said in enumerate(zip(*texts, strict=True)) if len(set(said)) > 1]
    return {"indices": changing, "rows": [[row[number] for number in changing] for row in texts]}


# --- shapes -----------------------------------------------------------------------------------------------------------------


def _parts(made: HourlyAnswers) -> list[Json]:
    """Return the outlines by hour: for the whole strait or, where a rule divides it, for each side."""
    coverage, to = made.opened.coverage, made.model.drawn
    regions = to.regions(coverage.scenario.rule)
    found = within_hours(coverage, to, made.hours)
    outlines: dict[tuple[str | None, str, float], str] = {}
    sides = found["side"] if "side" in found else [None] * len(found)
    for side, what, hour, shape in zip(sides, found["what"], found["to_h"], found.geometry, strict=True):
        outlines[side or None, what, hour] = _pack_outline(shape)
    empty = _pack_outline(shapely.MultiPolygon())
    parts = []
    for side in [None] if to.clips else [region.side for region in regions]:
        by_hour = {what: [outlines.get((side, what, hour), empty) for hour in made.hours] for what in ("first", "second")}
        whole = _pack_outline(shapely.union_all(made.scheme.strait.geometry.to_numpy())) if to.clips else _box(made.scheme)
        parts.append({"clip": None if to.clips else side or "all", "whole": whole, **_cut(by_hour)})
    return parts


def _cut(by_hour: dict[str, list[str]]) -> dict[str, list[str]]:
    """Drop the hours after the last change: there is nothing more to reach."""
    kept = {}
    for what, each in by_hour.items():
        changes = [hour for hour in range(1, len(each)) if each[hour] != each[hour - 1]]
        kept[what] = each[: changes[-1] + 1 if changes else 1]
    return kept


def _box(scheme: PatrolScheme) -> str:
    box = scheme.sources.study_box
    return _pack_outline(shapely.box(box.west, box.south, box.east, box.north))


def _pack_outline(shape: shapely.Geometry) -> str:
    """Return the rings of areas, outer and inner alike: by the even-odd rule it does not matter which ring is a hole."""
    parts = shapely.get_parts(shapely.simplify(shape, _SIMPLIFY_DEG))
    rings = [_round_ring(shapely.get_coordinates(ring)) for part in parts for ring in (part.exterior, *part.interiors)]
    return pack_rings([ring for ring in rings if len(ring) >= _LEAST_CORNERS], decimals=_DECIMALS)


def _round_ring(lonlats: Floats) -> Floats:
    """Return the corners of a ring on the grid that it is packed on, each once: without the last, which is the first."""
    corners = lonlats[:-1].round(_DECIMALS)
    is_new = np.any(np.diff(corners, axis=0, prepend=np.zeros((1, 2))) != 0, axis=1)
    return corners[is_new]
