"""The page's outline, run without a browser: ``app.py`` shows nothing under AppTest, ``ui/page.py`` does."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from threading import Event, Semaphore

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from geo.compile_clock import COMPILE_CLOCK
from geo.coverage.answers import default_scenario
from geo.coverage.headline import headline
from geo.coverage.scenario import Scenario
from geo.encode import page_html
from geo.maps.selection import RANGES
from geo.text import catalogue
from tests.toy import HOSTILE
from ui import cached, state
from ui.scenario import draw_tables
from ui.words import md_text

PATIENCE_S = 120
PAGE = Path(__file__).resolve().parent.parent / "ui" / "page.py"


@pytest.fixture(autouse=True)
def _computed_once(shipped, model, monkeypatch):
    """Spare each page the seconds that the distances of the shipped strait take; a toy's are computed as ever."""
    compute, stamp = cached._compute_model, shipped.sources.stamp
    monkeypatch.setattr(cached, "_compute_model", lambda scheme: model if scheme.sources.stamp == stamp else compute(scheme))


@pytest.fixture(autouse=True)
def _fresh_caches():
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


def page(**state: object) -> AppTest:
    """Run the page once with a session state."""
    made = AppTest.from_file(str(PAGE), default_timeout=PATIENCE_S)
    for key, value in state.items():
        made.session_state[key] = value
    return made.run()


def bodies(made: AppTest) -> str:
    """Return all HTML of the page."""
    return "\n".join(element.proto.body for element in made.get("html"))


def test_page_stands_with_map_list_and_agreements():
    """Every part of the outline is there."""
    made = page()

    assert not made.exception
    assert made.get("component_instance")
    assert "selat-footer" in bodies(made)
    assert "Belawan" in bodies(made)
    assert {button.key for button in made.button} >= {"reset", "sidebar-agreement-msp-2006"}
    assert "clear" not in {button.key for button in made.button}  # nothing is selected
    assert made.pills(key="picked-0").options == ["Batam", "Belawan", "Changi", "Lumut"]


@pytest.mark.parametrize(
    ("lang", "elapsed_s", "expected"),
    [
        ("en", None, "Working out distances over water; the map can be used meanwhile.</p>"),
        ("en", 12.4, 'the map can be used meanwhile. <span aria-hidden="true">12 s</span></p>'),
        ("id", 3.0, 'peta sudah dapat dipakai. <span aria-hidden="true">3 s</span></p>'),
    ],
    ids=["working", "compiling", "compiling, Indonesian"],
)
def test_a_wait_says_what_for(monkeypatch, lang, elapsed_s, expected):
    """A first start that has to compile counts the seconds; the map stands meanwhile."""
    monkeypatch.setattr(cached, "model", lambda _: Future())
    monkeypatch.setattr(COMPILE_CLOCK, "elapsed_s", lambda: elapsed_s)
    made = page(lang=lang)

    assert not made.exception
    assert '<div class="selat-headline"><p class="selat-working" role="status">' in bodies(made)
    assert expected in bodies(made)
    assert ("Compiling the distance engine" in bodies(made)) == (lang == "en" and elapsed_s is not None)
    assert 'class="selat-numbers"' not in bodies(made)
    assert made.get("component_instance")


def test_a_file_is_prepared_and_offered():
    made = page(take=True, format="geojson")
    made.button(key="prepare").click().run()

    assert not made.exception
    for _ in range(100):  # the page asks again by itself in a browser only
        if made.get("download_button")[0].proto.id.endswith("-export"):
            break
        made.run()
    assert "Download, " in made.get("download_button")[0].proto.label
    assert "selat-queue" not in bodies(made)


@pytest.mark.parametrize(
    ("lang", "others", "line"),
    [
        ("en", 2, "Yours is next (1 waiting, 2 being prepared)."),
        ("en", 5, "3 more before yours (4 waiting, 2 being prepared)."),
        ("id", 2, "Giliran Anda berikutnya (1 menunggu, 2 sedang disiapkan)."),
        ("id", 5, "3 lagi sebelum giliran Anda (4 menunggu, 2 sedang disiapkan)."),
    ],
)
def test_a_reader_whose_file_has_to_wait_is_told_where_it_stands(lang, others, line):
    begun, end = Semaphore(0), Event()

    def prepare():
        begun.release()
        return bytes(end.wait(PATIENCE_S))

    made = page(take=True, format="csv", lang=lang)
    for name in range(others):
        cached._queue().ask(str(name), name, prepare)
    assert begun.acquire(timeout=PATIENCE_S)
    assert begun.acquire(timeout=PATIENCE_S)
    made.button(key="prepare").click().run()
    end.set()

    assert f'role="status">{line}</p>' in bodies(made)


def test_choice_from_the_list_shows_the_card():
    """The same selection as by a click."""
    made = page()

    made.pills(key="picked-0").set_value("lumut").run()

    assert made.session_state["feature_id"] == "lumut"
    assert "Royal Malaysian Navy" in bodies(made)


def test_a_choice_made_elsewhere_makes_a_new_list_and_one_made_in_it_keeps_it():
    """What the browser may still send of the old list is not taken for a choice; a list in use keeps the focus."""
    made = page(feature_id="lumut")
    assert made.pills(key="picked-1").value == "lumut"

    made.pills(key="picked-1").set_value("batam").run()
    made.run()  # the whole page: AppTest knows no part but the one drawn last
    assert made.session_state["feature_id"] == "batam"
    assert made.pills(key="picked-1").value == "batam"

    made.session_state["feature_id"] = "changi"  # as a click on the map does
    made.run()
    assert [pills.value for pills in made.pills if str(pills.key).startswith("picked")] == ["changi"]
    with pytest.raises(KeyError):
        made.pills(key="picked-1")


@pytest.mark.parametrize(
    "choose",
    [
        lambda made: made.selectbox(key="coverage_layer").set_value("gap"),
        lambda made: made.pills(key="picked-0").set_value("lumut"),
    ],
    ids=["layer", "list of points"],
)
def test_a_choice_draws_the_question_with_its_answer_and_nothing_else(choose):
    """AppTest holds what the last run drew: the map and what stands round it, no other control, no agreement."""
    made = choose(page()).run()

    assert made.get("component_instance")
    assert "selat-card" in bodies(made) or "selat-curve" in bodies(made)
    assert {slider.key for slider in made.select_slider} == {"speed_kn", "limit_h", "readiness_h"}
    assert {pills.key for pills in made.pills} <= {"points", "further"}  # which starts take part is asked too
    assert not made.selectbox
    assert all(str(button.key).startswith(("panel-", "clear")) for button in made.button)


def test_agreement_opens_and_closes_where_it_was_chosen():
    """The first choice opens, the second closes."""
    made = page()

    made.button(key="sidebar-agreement-msp-2006").click().run()
    assert made.session_state["agreement_id"] == "msp-2006"
    assert "selat-official" in bodies(made)

    made.button(key="sidebar-agreement-msp-2006").click().run()
    assert made.session_state["agreement_id"] is None


def test_language_of_the_session_turns_all_text():
    """Headings and lists."""
    made = page(lang="id")

    assert "Peta patroli Selat Malaka" in bodies(made)
    assert "Skema patroli" in bodies(made)


def test_party_filter_leaves_those_of_the_party():
    """The Emirates signed one."""
    made = page(parties=["AE"])

    keys = [button.key for button in made.button if button.key and button.key.startswith("sidebar-agreement-")]
    assert keys == ["sidebar-agreement-mou-id-ae-2015"]


def test_reset_brings_back_the_defaults():
    """Layers, lists and selection."""
    made = page(layers=["towns"], search="msp", parties=["SG"], feature_id="batam")

    made.button(key="reset").click().run()

    assert made.session_state["layers"] == ["sides", "lines", "ports"]
    assert made.session_state["feature_id"] is None
    assert made.session_state["search"] == ""


def test_unknown_ids_in_the_session_fall_back():
    """An old link, a smaller data folder."""
    made = page(feature_id="nowhere", agreement_id="nothing")

    assert not made.exception
    assert 'class="selat-onmap"' not in bodies(made)


@pytest.mark.parametrize("toy_folder", [HOSTILE], indirect=True)
def test_hostile_names_of_another_strait_are_labels_as_written(toy_folder, monkeypatch):
    """Every label passes the Markdown encoder."""
    monkeypatch.setenv("SELAT_DATA", str(toy_folder))

    made = page(feature_id="bongao", agreement_id="toy-patrol", opened_in="sidebar")

    assert not made.exception
    assert made.pills(key="picked-1").options[0] == md_text(f"Bitung {HOSTILE}")
    assert any(md_text(HOSTILE) in button.label for button in made.button)
    assert "<img src=x" not in bodies(made)


def test_refused_data_is_a_message_with_every_fault_and_no_trace(toy_folder, monkeypatch):
    """What is wrong, and the way out."""
    (toy_folder / "strait.geojson").write_text("{}", "utf-8")
    (toy_folder / "agreements.json").unlink()
    monkeypatch.setenv("SELAT_DATA", str(toy_folder))

    made = page()

    assert not made.exception
    assert "The data cannot be shown" in bodies(made)
    assert "strait.geojson" in bodies(made)
    assert "agreements.json" in bodies(made)
    assert "Traceback" not in bodies(made)


def test_the_address_is_taken_over_once():
    """A question in the link; what cannot be used is said, and the default stands."""
    made = AppTest.from_file(str(PAGE), default_timeout=PATIENCE_S)
    for name, value in {"speed": "25", "hours": "nan", "at": "lumut", "year": "2006", "points": "batam,changi"}.items():
        made.query_params[name] = value
    made.run()

    assert made.session_state["speed_kn"] == 25
    assert made.session_state["limit_h"] == 6
    assert made.session_state["rule"] == "joint"  # as links without a rule meant it
    assert made.session_state["points"] == ["batam", "changi"]
    assert "Royal Malaysian Navy" in bodies(made)
    assert "could not be used (hours)" in bodies(made)

    made.select_slider(key="speed_kn").set_value(30.0).run()
    assert made.session_state["speed_kn"] == 30


@pytest.mark.parametrize(("lang", "half"), [("en", "0.5"), ("id", "0,5")])
def test_sliders_write_numbers_in_the_language_of_the_page(lang, half):
    """Their steps stay those of the address."""
    sliders = {slider.key: slider for slider in page(lang=lang).select_slider}

    assert half in sliders["limit_h"].options
    assert half in sliders["readiness_h"].options
    for key, slider in sliders.items():
        least, most, step = RANGES[key]
        assert len(slider.options) == round((most - least) / step) + 1
        assert slider.value == getattr(Scenario, key)


@pytest.mark.parametrize("lang", ["en", "id"])
def test_the_finding_and_what_is_left_stand_above_the_numbers(shipped, model, lang):
    """In the words of every other place that says them."""
    answer = model.answer(default_scenario(model))
    said = headline(shipped, answer.coverage, catalogue(lang))

    shown = bodies(page(lang=lang)).replace("&nbsp;", " ")

    assert page_html(said.finding) in shown
    assert page_html(said.rest) in shown


@pytest.mark.parametrize(("locale", "lang"), [("id-ID", "id"), ("id", "id"), ("en-GB", "en"), ("ms-MY", "en"), (None, "en")])
def test_a_bare_address_opens_in_the_language_of_the_browser(monkeypatch, locale, lang):
    """If it is one of ours."""
    monkeypatch.setattr("streamlit.runtime.context.ContextProxy.locale", property(lambda _: locale))

    assert page().session_state["lang"] == lang


def test_an_address_that_says_more_opens_in_its_own_language(monkeypatch):
    """Or in English, which links without a language meant."""
    monkeypatch.setattr("streamlit.runtime.context.ContextProxy.locale", property(lambda _: "id-ID"))
    made = AppTest.from_file(str(PAGE), default_timeout=PATIENCE_S)
    made.query_params["hours"] = "6"

    assert made.run().session_state["lang"] == "en"


def test_a_position_that_is_written_is_selected_as_a_click_there_would_be():
    """A position in words takes the place of a selected point."""
    made = page(feature_id="lumut")

    made.text_input(key="position").set_value("4°24' N 99°12' E").run()

    assert made.session_state["water"] == pytest.approx((99.2, 4.4))
    assert made.session_state["feature_id"] is None
    assert "Here on the water" in bodies(made)


def test_what_is_no_position_is_answered_with_one_message_and_changes_nothing():
    """It says what was given, what is wanted, and how it is written; hostile text is shown as written."""
    made = page(feature_id="lumut", lang="id")

    made.text_input(key="position").set_value("<b>utara").run()

    assert made.session_state["feature_id"] == "lumut"
    assert made.session_state["water"] is None
    [fault] = [body for body in bodies(made).splitlines() if "selat-fault" in body]
    assert "&lt;b&gt;utara" in fault
    assert "3°47,9′ LU 98°42,8′ BT" in fault


def test_a_chosen_agreement_has_its_card_in_the_panel():
    """The list keeps the row alone, so that the drawer of a small screen can close."""
    made = page()
    made.button(key="sidebar-agreement-msp-2006").click().run()

    assert bodies(made).count('class="selat-official"') == 1
    assert "clear" in {button.key for button in made.button}


def test_the_list_of_agreements_follows_the_year():
    """In 2003 none of the scheme; counts say how many are left out."""
    made = page(year=2003)

    keys = [button.key for button in made.button if button.key and button.key.startswith("sidebar-agreement-")]
    assert "sidebar-agreement-msp-2006" not in keys
    assert keys
    assert "As of 2003" in bodies(made)
    assert "no patrol scheme yet" in bodies(made)


def test_a_year_that_the_data_do_not_reach_is_today():
    """From an old session."""
    assert not page(year=1999).exception


@pytest.mark.parametrize(
    "given", [None, [], {"picked": []}, {"picked": {"year": [], "agreement": {}}}, {"picked": {"year": "2004"}}]
)
def test_what_a_picture_sends_may_be_anything(given, monkeypatch):
    """It comes from the browser."""
    held = {"year": None, "agreement_id": None, "picture": given or {}}
    monkeypatch.setattr(state.st, "session_state", held)

    state.pick_year("picture", years={2004}, agreement_ids={"a"})

    assert (held["year"], held["agreement_id"]) == (None, None)


def test_a_table_says_by_a_dash_that_nobody_arrives(shipped, model, monkeypatch):
    """On Thailand's side nobody could be later; the grid's own word for that would be English and a programmer's."""
    drawn = []
    monkeypatch.setattr(st, "dataframe", lambda shown, **how: drawn.append((shown.data, how)))

    draw_tables(model.answer(default_scenario(model), "bands"), shipped, catalogue("id"))

    (_, _), (sides, how) = drawn
    assert sides.isna().to_numpy().any()
    assert how["placeholder"] == "–"
