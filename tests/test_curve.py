"""The curve of share against hours: names at its lines that do not collide, and the limit marked."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from lxml import etree

from geo.charts.curve import curve_svg, hour_x
from geo.coverage.answers import default_scenario
from geo.text import LANGUAGES, catalogue

SVG = "{http://www.w3.org/2000/svg}"
LINE_PX = 13


def texts_of(coverage, names, lang="en", **options):
    """Return the texts of the curve with class and place."""
    tree = etree.fromstring(curve_svg(coverage, names, catalogue(lang), **options).encode())
    return tree, [
        (text.get("class") or "", text.text, float(text.get("x")), float(text.get("y"))) for text in tree.iter(f"{SVG}text")
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("speed_kn", [5.0, 20.0, 40.0])
def test_names_at_the_lines_are_a_line_apart_and_within_the_picture(shipped, model, lang, speed_kn):
    """With every start of the scheme: slow, they end close to the lower edge; fast, close to the upper one."""
    scenario = replace(default_scenario(model), point_ids=tuple(shipped.starts), speed_kn=speed_kn)
    coverage = model.answer(scenario).coverage
    tree, texts = texts_of(coverage, {start: shipped.feature_name(start) for start in scenario.point_ids}, lang)
    heights = sorted(y for css_class, _, _, y in texts if "curve-name" in css_class)
    _, _, _, high = map(float, tree.get("viewBox").split())

    assert len(heights) == len(scenario.point_ids) + 1
    assert all(after - before >= LINE_PX - 0.2 for before, after in pairwise(heights))
    assert heights[0] >= 9
    assert heights[-1] <= high


@pytest.mark.parametrize(("limit_h", "anchor"), [(0.5, "start"), (6.0, "start"), (24.0, "end")])
def test_the_limit_says_its_hours_and_the_share_reached(model, limit_h, anchor):
    """On the side of its line where there is space for the text; not where a script moves the line."""
    coverage = model.answer(replace(default_scenario(model), limit_h=limit_h)).coverage
    tree, texts = texts_of(coverage, {}, "id", writes_limit=True)
    [(_, text, x, _)] = [each for each in texts if each[0] == "selat-curve-now"]
    [now] = [each for each in tree.iter(f"{SVG}text") if each.get("class") == "selat-curve-now"]

    assert text.endswith(f"{limit_h:g} jam".replace(".", ","))
    assert now.get("text-anchor") == anchor
    assert (x > hour_x(limit_h)) == (anchor == "start")
    assert 'selat-curve-now"' not in curve_svg(coverage, {}, catalogue("id"))
