"""The finding of an answer as a sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geo.coverage.answers import CoverageModel, default_scenario
from geo.coverage.assess import assess
from geo.coverage.headline import headline, most_helpful_start
from geo.coverage.scenario import Rule
from geo.scheme.patrol_scheme import load
from geo.text import LANGUAGES, catalogue
from tests.toy import drop_file


def finding(scheme, model, lang="en", **changes):
    scenario = replace(default_scenario(model), **changes)
    return headline(scheme, assess(model.fields.reach, scenario), catalogue(lang))


def test_the_opening_says_what_is_reached_what_is_left_and_what_would_help(shipped, model):
    """Forty per cent by the scheme's own rule; a fifth on the side without a control point; Phuket."""
    english = finding(shipped, model)

    assert english.finding == (
        "At 20 knots and half an hour’s notice, patrols keeping to their own side reach 40 % of the strait within six hours."
    )
    assert english.rest == (
        "39 % is reached later; 21 % lies on the side of Thailand, where none of the four control points is. Of the further "
        "starts on record Phuket (Cape Panwa) would add most: 60 % would then be reached."
    )


@pytest.mark.parametrize("rule", list(Rule))
@pytest.mark.parametrize("hours", [2.5, 4.0, 6.0])
def test_the_start_named_is_the_best_of_all_on_record(shipped, model, rule, hours):
    """Each one tried by a whole answer of its own."""
    scenario = replace(default_scenario(model), rule=rule, limit_h=hours)
    before = assess(model.fields.reach, scenario)
    shares = {
        start: assess(model.fields.reach, replace(scenario, point_ids=(*scenario.point_ids, start))).reached_share
        for start in shipped.starts
        if start not in scenario.point_ids
    }

    best, share = most_helpful_start(shipped, before)

    assert best == max(shares, key=shares.__getitem__)
    assert share == pytest.approx(shares[best], abs=1e-12)


def test_the_sentence_is_true_where_nobody_reaches_anything_and_where_all_is_reached(shipped, model):
    """None, all, no start at all, and no start that helps."""
    late = finding(shipped, model, readiness_h=2.0, limit_h=1.0)
    everything = finding(shipped, model, rule=Rule.JOINT, limit_h=24.0)
    nobody = finding(shipped, model, point_ids=())

    assert late.finding.endswith("reach none of the strait within one hour.")
    assert "would add most" not in late.rest
    assert everything.finding == (
        "At 20 knots and half an hour’s notice, patrols free to act anywhere reach all of the strait within 24 hours."
    )
    assert everything.rest == ""
    assert nobody.finding == "With no start switched on, no patrol reaches any of the strait within six hours."
    assert nobody.rest.startswith("Of the further starts on record")


def test_where_other_starts_take_part_the_control_points_are_not_spoken_of(shipped, model):
    """Lumut alone: three sides have no start, which says nothing of the four points."""
    alone = finding(shipped, model, point_ids=("lumut",))

    assert "on the side of Indonesia, Singapore and Thailand, where none of the starts counted is" in alone.rest
    assert "control points" not in alone.rest


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_strait_without_sides_has_no_rule_in_its_sentence(toy_folder, lang):
    """Who may act where is then no question."""
    drop_file(toy_folder, "waters.geojson")
    scheme = load(toy_folder)
    model = CoverageModel(scheme)

    text = finding(scheme, model, lang).finding

    assert catalogue(lang)("headline.who-coordinated") not in text
    assert catalogue(lang)("headline.who") in text
