"""Cards of facts: each claim with its mark and source, every text as written."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace

import pytest

from geo.cards.about import marks_card, opening_card
from geo.cards.agreements import agreement_card, on_map
from geo.cards.coverage import answer_tables, mercator_note, rule_note, water_card
from geo.cards.html import source_entry, source_links
from geo.cards.places import feature_card, points_table
from geo.colors import point_color
from geo.coverage.answers import ReachAt, Route, default_scenario
from geo.coverage.scenario import Rule, Scenario
from geo.encode import page_html
from geo.scheme.claims import MARKS, Grade
from geo.scheme.patrol_scheme import load
from geo.scheme.sources import StudyBox
from geo.text import LANGUAGES, catalogue
from tests.toy import HOSTILE, edit_json

EN = catalogue("en")


def words(markup: str) -> str:
    """Return what a reader sees of a piece of HTML."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_feature_and_agreement_has_a_card(shipped, lang):
    """No card fails on a missing value."""
    t = catalogue(lang)
    cards = [feature_card(shipped, i, t) for i in shipped.feature_ids]
    cards += [agreement_card(shipped, agreement, t) for agreement in shipped.agreements]

    assert all("<h" in card for card in cards)
    assert not any(re.search(r"\bnan\b|\bNaT\b|None[,;)<]", words(card)) for card in cards)


def test_point_card_says_under_which_command_since_when_with_marks(shipped):
    """Batam's commands changed in 2022 and 2025, and the last is not confirmed."""
    card = words(feature_card(shipped, "batam", EN))

    assert "Lantamal IV" in card
    assert "5 December 2022" in card
    assert "unconfirmed" in card


def test_point_card_says_how_the_start_was_found(shipped):
    """The published point lies outside the outline."""
    card = words(feature_card(shipped, "lumut", EN))

    assert "4°13.1′ N, 100°35.9′ E" in card
    assert "500 m of sea room" in card


def test_agreement_card_links_every_source_it_cites(shipped):
    """Each claim on a card says who supports it."""
    for agreement in shipped.agreements:
        card = agreement_card(shipped, agreement, EN)
        for source_id in agreement.source_ids:
            citation = shipped.sources.citation(source_id)
            shown = page_html(citation.urls[0]) if citation.urls else page_html(citation.publisher)
            assert shown in card, f"{agreement.id} does not show {source_id}"


def test_disagreement_is_a_sentence(shipped):
    """20 or 22 July."""
    card = words(agreement_card(shipped, shipped.agreement("malsindo-2004"), EN))

    assert "22 July" in card


def test_a_place_that_no_source_prints_a_position_of_says_so(shipped):
    written = json.loads((shipped.folder / "places.geojson").read_text("utf-8"))["features"]
    ours = [p["id"] for f in written if (p := f["properties"])["our_placement"] and not p.get("position_note_en")]

    assert len(ours) > 5
    assert [i for i in ours if EN("place.ours") not in feature_card(shipped, i, EN)] == []


def test_indonesia_uae_has_its_three_areas_and_no_place(shipped):
    """The source article's first half."""
    agreement = shipped.agreement("mou-id-ae-2015")

    assert len(agreement.areas.items) == 3
    assert on_map(shipped, agreement, EN) == EN("agreement.no-place")


def test_town_card_cautions(shipped):
    """Smuggling is not trafficking."""
    assert "not trafficking" in words(feature_card(shipped, "town-dumai", EN))


def test_marks_and_grades_are_explained_once():
    """All of them, in words."""
    card = words(marks_card(EN))

    assert [mark for mark in MARKS if EN(f"mark.{mark}.meaning") not in card] == []
    assert [grade for grade in Grade if EN(f"grade.{grade}.meaning") not in card] == []


@pytest.mark.parametrize("toy_folder", [HOSTILE], indirect=True)
def test_hostile_text_shows_as_written(toy_folder):
    """Markup in the data is text to the reader and nothing to the browser."""
    scheme = load(toy_folder)
    shown = [feature_card(scheme, i, EN) for i in scheme.feature_ids]
    shown += [agreement_card(scheme, agreement, EN) for agreement in scheme.agreements]
    shown.append(points_table(scheme, EN))

    for markup in shown:
        assert " ".join(HOSTILE.split()) in words(markup)
        assert "<img" not in markup
        assert "</script" not in markup


def test_a_click_on_water_says_whose_side_it_is_and_which_way_is_whose(shipped):
    """Off the strait it says so; a start has the colour of its way."""
    way = Route("lumut", 18520.0, 1.0, True, ((100.0, 4.0), (100.1, 4.1)))
    t = catalogue("en")
    card = water_card(shipped, ReachAt(100.0, 4.0, "MY", (way,)), ("belawan", "lumut"), t)

    assert "Side: Malaysia (indicative)" in card
    assert point_color("lumut", ("belawan", "lumut")) in card
    assert "Outside the strait" in water_card(shipped, ReachAt(95.5, 1.0, None, (way,)), ("lumut",), t)


@pytest.mark.parametrize(
    ("lang", "lon", "said"),
    [("en", 101.5, "This is land"), ("en", 94.0, "Outside our map: not worked out"), ("id", 94.0, "Di luar peta kami")],
)
def test_a_position_without_ways_is_land_or_beyond_the_study_box(shipped, lang, lon, said):
    assert said in water_card(shipped, ReachAt(lon, 3.1, None, ()), ("lumut",), catalogue(lang))


def test_the_first_words_have_their_support_beside_them(shipped):
    """Marks and sources, as everywhere."""
    card = opening_card(shipped, catalogue("id"))

    assert card.count("selat-mark-") == len(shipped.sources.about.intro) == 4
    assert "href=" in card


def test_the_sources_of_the_first_words_fold_into_a_numbered_list(shipped):
    """The marks and the numbers stay beside the claims, and lead nowhere."""
    claims, _, folded = opening_card(shipped, EN).partition("<details>")
    cited = list(dict.fromkeys(source for text in shipped.sources.about.intro for source in text.sources))

    assert claims.count("selat-mark-") == claims.count("<sup>") == 4
    assert "href=" not in claims
    assert re.findall(r'data-cites="([^"]+)"', folded) == cited


# --- the sources of a card ------------------------------------------------------------------------------------------------


def numbers_of(card):
    """Return the numbers beside claims as pairs of number and title, and the entries of the list below."""
    claims, _, listed = card.partition('<ol class="selat-sources">')
    numbers = re.findall(r'title="([^"]+)"[^>]*>(\d+)</(?:a|span)>', claims)
    return [(int(number), title) for title, number in numbers], re.findall(r"<li data-cites=[^>]+>(.*?)</li>", listed)


def test_a_number_beside_a_claim_is_that_of_its_source_in_the_list(shipped):
    """Numbered as first cited, each source once, whatever cites it again."""
    for agreement in shipped.agreements:
        numbers, entries = numbers_of(agreement_card(shipped, agreement, EN))
        assert list(dict.fromkeys(number for number, _ in numbers)) == list(range(1, len(entries) + 1))
        assert len(entries) == len(agreement.source_ids)
        for number, title in numbers:
            assert words(entries[number - 1]).startswith(html.unescape(title))


def test_a_card_of_a_place_lists_every_source_of_its_record(shipped):
    for feature_id in shipped.feature_ids:
        card = feature_card(shipped, feature_id, EN)
        assert set(re.findall(r'data-cites="([^"]+)"', card)) >= shipped.feature(feature_id).source_ids


@pytest.mark.parametrize(("lang", "grade"), [("en", "text of a party"), ("id", "naskah pihak terkait")])
def test_a_listed_source_says_publisher_title_grade_and_where_to_read_it(shipped, lang, grade):
    card = agreement_card(shipped, shipped.agreement("msp-2006"), catalogue(lang))
    entry = next(entry for entry in numbers_of(card)[1] if "00134" in entry)

    assert words(entry) == f"Ministry of Defence, Singapore: Fact sheet on the Malacca Straits Patrol, April 2016 · {grade}"
    assert f'href="{shipped.sources.citation("mindef-2016-apr-releases-00134").urls[0]}"' in entry


def cited(shipped, **changes):
    return shipped.sources.citation("thejakartapost-thai-join-patrolling-malacca").model_copy(update=changes)


def test_a_date_is_said_once(shipped):
    """Many a title ends with it."""
    assert "5 March 2009 · press" in words(source_entry(cited(shipped), EN))
    assert "5 Maret 2009 · pers" in words(source_entry(cited(shipped), catalogue("id")))
    assert words(source_entry(cited(shipped, published="2009-03"), EN)).count("2009") == 1


def test_what_is_not_recorded_of_a_source_is_left_out(shipped):
    """Without grade, date and address there are publisher and title."""
    bare = cited(shipped, grade=None, published=None, urls=())

    assert source_entry(bare, EN) == f'The Jakarta Post: <span lang="en">{bare.title}</span>'


def test_a_source_is_listed_with_all_its_addresses_and_the_note_of_its_record(shipped):
    entry = source_entry(cited(shipped, urls=("https://a.example/1", "https://b.example/2"), note="Read in part."), EN)

    assert '<a href="https://b.example/2" target="_blank" rel="noopener noreferrer">b.example</a>' in entry
    assert words(entry).endswith("Read in part.")


def test_two_pages_of_one_publisher_are_told_apart(shipped):
    """By a number."""
    links = source_links(shipped, ("jawawa-show-force-launched-protect", "jawawa-jakarta-spore-navies-coordinate"))

    assert "(2)</a>" in links


@pytest.mark.parametrize("rule", list(Rule))
def test_the_note_says_which_side_has_no_control_point_and_which_start_could_be_switched_on(shipped, rule):
    """Under both rules, and wherever it is said; a start that is switched on is named as counted."""
    four = Scenario(shipped.point_ids, rule=rule)
    five = Scenario((*shipped.point_ids, "phuket"), rule=rule)
    none = "None of the control points is on the side of Thailand"

    said = words(rule_note(shipped, four, EN, can_switch=True))
    assert said.startswith(f"{none}; Phuket (Cape Panwa), one source, can be switched on under Starts.")
    assert f"{none}; not counted there: Phuket (Cape Panwa), one source." in words(rule_note(shipped, four, EN))
    assert f"{none}; counted there: Phuket (Cape Panwa), one source." in words(rule_note(shipped, five, EN, can_switch=True))
    assert "Tidak satu pun titik kendali berada di sisi Thailand" in words(rule_note(shipped, four, catalogue("id")))


def test_the_note_names_no_side_where_every_state_has_a_control_point(toy_folder):
    """Three states with two points each; without Sandakan and Tawau Malaysia has none, and no further start."""
    assert "None of the control points" not in rule_note(load(toy_folder), Scenario(()), EN)

    edit_json(toy_folder, "control_points.geojson", drop_malaysian_points)
    edit_json(toy_folder, "agreements.json", lambda document: document["agreements"][0].update(point_ids=["bongao"]))
    assert "None of the control points is on the side of Malaysia." in rule_note(load(toy_folder), Scenario(()), EN)


def drop_malaysian_points(document):
    """Leave the points of the other two states."""
    document["features"] = [one for one in document["features"] if one["properties"]["country"] != "MY"]


def test_the_table_by_side_has_a_dash_where_no_delay_can_be_told(shipped, model):
    """Thailand: nobody arrives, so nobody arrives later either; the rules are compared as one number below."""
    said = words(answer_tables(model.answer(default_scenario(model)), shipped, EN))

    assert "Thailand 40,000 km² 0 km² 40,000 km² never 0 km² –" in said
    assert said.endswith("40,000 km² has no listed start on its side and is in neither mean.")


@pytest.mark.parametrize(("south", "north", "is_said"), [(84.5, 86.5, True), (-86.0, -84.0, True), (78.0, 84.9, False)])
def test_a_page_that_cannot_show_all_of_its_strait_says_so(shipped, south, north, is_said):
    scheme = replace(shipped, sources=replace(shipped.sources, study_box=StudyBox(10.0, south, 20.0, north)))

    assert ("The map ends at 85°" in mercator_note(scheme, EN)) == is_said
    assert (mercator_note(scheme, EN) != "") == is_said
