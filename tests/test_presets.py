"""Published speeds and standards: read and checked, shown with mark and source, set at one click."""

from __future__ import annotations

import json
import re

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from geo.cards.places import tables
from geo.cards.presets import preset_text
from geo.coverage.scenario import Scenario
from geo.encode import page_html
from geo.errors import DataError
from geo.maps.selection import RANGES
from geo.scheme.patrol_scheme import load
from geo.scheme.presets import PRESETS_FILE, Preset
from geo.text import LANGUAGES, catalogue
from tests.conftest import ROOT
from tests.toy import HOSTILE, add_file
from ui import state

PATIENCE_S = 120
PRESET = {
    "id": "toy-speed",
    "kind": "speed_kn",
    "value": 12,
    "name": {"en": "Toy cruise", "id": "Jelajah mainan"},
    "text": {"en": "Slow.", "id": "Pelan."},
    "mark": "one-source",
    "sources": ["toy-gazette"],
}


@pytest.fixture(autouse=True)
def _fresh_caches():
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


def page(**chosen: object) -> AppTest:
    made = AppTest.from_file(str(ROOT / "ui" / "page.py"), default_timeout=PATIENCE_S)
    for key, value in chosen.items():
        made.session_state[key] = value
    return made.run()


def add_presets(folder, *presets):
    add_file(folder, PRESETS_FILE, json.dumps({"presets": presets}).encode())
    return folder


# --- data -----------------------------------------------------------------------------------------------------------------


def test_a_folder_without_the_file_has_no_presets(toy_folder):
    assert load(toy_folder).presets == ()


def test_each_default_of_the_page_is_a_preset_that_says_whose_it_is(shipped):
    ours = {preset.kind: preset for preset in shipped.presets if preset.sources == ("selat",)}

    assert ours["speed_kn"].value == Scenario.speed_kn
    assert (ours["limit_h"].value, ours["limit_h"].readiness_h) == (Scenario.limit_h, Scenario.readiness_h)
    assert {preset.mark for preset in ours.values()} == {"unconfirmed"}


def test_every_shipped_preset_can_be_set(shipped):
    for preset in shipped.presets_of("speed_kn") + shipped.presets_of("limit_h"):
        least, most, step = RANGES[preset.kind]
        assert least <= preset.value <= most
        assert preset.value % step == 0


def test_a_top_speed_says_that_it_is_none_to_travel_at(shipped):
    tops = [preset for preset in shipped.presets if preset.id.endswith("-top")]

    assert len(tops) == 2
    assert all("not a transit speed" in preset.text.en and "bukan kecepatan tempuh" in preset.text.id for preset in tops)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"value": float("1e9")}, "value"),
        ({"value": True}, "value"),
        ({"value": 0}, "value"),
        ({"readiness_h": -1}, "readiness_h"),
        ({"kind": "depth_m"}, "kind"),
        ({"mark": "sure"}, "mark"),
        ({"sources": []}, "sources"),
        ({"color": "red"}, "color"),
    ],
)
def test_a_wrong_record_is_refused_by_file_record_and_field(toy_folder, change, fault):
    add_presets(toy_folder, {**PRESET, **change})

    with pytest.raises(DataError, match=rf"{re.escape(PRESETS_FILE)}: preset toy-speed: {fault}: "):
        load(toy_folder)


def test_an_id_used_twice_and_an_unknown_source_are_refused(toy_folder):
    add_presets(toy_folder, PRESET, PRESET)
    with pytest.raises(DataError, match="preset toy-speed: id used 2 times"):
        load(toy_folder)

    (toy_folder / PRESETS_FILE).write_text(json.dumps({"presets": [{**PRESET, "sources": ["rumour"]}]}), "utf-8")
    with pytest.raises(DataError):
        load(toy_folder)


# --- what is said ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_is_told_with_its_mark_and_its_publishers(shipped, lang):
    t = catalogue(lang)
    for preset in shipped.presets:
        said = preset_text(shipped, preset, t)
        assert t(f"mark.{preset.mark}") in said
        assert all(shipped.sources.citation(source).publisher in said for source in preset.sources)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_they_stand_among_the_facts_as_a_table(shipped, toy_folder, lang):
    t = catalogue(lang)

    assert all(preset.name.in_language(lang) in tables(shipped, t).replace("&#x27;", "'") for preset in shipped.presets)
    assert t("table.presets") not in tables(load(toy_folder), t)


# --- on the page ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_click_sets_the_slider_and_sets_the_button_off(lang):
    made = page(lang=lang, published=True)
    assert pressed(made) == {"preset-assumed-speed", "preset-our-six-hours"}

    made.button(key="preset-pc-40-cruise").click().run()

    assert made.select_slider(key="speed_kn").value == 15
    assert pressed(made) == {"preset-pc-40-cruise", "preset-our-six-hours"}


def test_a_moved_slider_lets_go_of_the_button():
    made = page(published=True)

    made.select_slider(key="speed_kn").set_value(21.0).run()

    assert pressed(made) == {"preset-our-six-hours"}


def test_a_limit_sets_the_readiness_that_it_assumes():
    """The lifeboats' half hour counts from launch: with half an hour's readiness nothing would be reached."""
    made = page(published=True)

    made.button(key="preset-rnli-half-hour").click().run()
    assert (made.select_slider(key="limit_h").value, made.select_slider(key="readiness_h").value) == (0.5, 0)

    made.button(key="preset-uscg-two-hours").click().run()
    assert (made.select_slider(key="limit_h").value, made.select_slider(key="readiness_h").value) == (2, 0.5)


def pressed(made: AppTest) -> set[str]:
    return {str(button.key) for button in made.button if button.proto.type == "primary"}


def test_each_button_has_its_source_beside_it(shipped):
    made = page(published=True)
    offered = [preset for preset in shipped.presets if preset.kind != "air_speed_km_h"]

    keys = [button.key for button in made.button if str(button.key).startswith("preset-")]
    assert keys == [f"preset-{preset.id}" for preset in offered]
    shown = [element.proto.body for element in made.get("html")]
    for preset in offered:
        assert f'<p class="selat-note">{page_html(preset_text(shipped, preset, catalogue("en")))}</p>' in shown


def test_another_strait_has_no_buttons_but_its_own(toy_folder, monkeypatch):
    """What no slider can show is no button; a name is shown as it is written."""
    odd = {**PRESET, "id": "toy-odd", "value": 12.34}
    monkeypatch.setenv("SELAT_DATA", str(add_presets(toy_folder, {**PRESET, "name": {"en": HOSTILE, "id": HOSTILE}}, odd)))
    made = page(published=True)

    assert not made.exception
    assert [button.key for button in made.button if str(button.key).startswith("preset-")] == ["preset-toy-speed"]
    [told] = [element.proto.body for element in made.get("html") if "${alert" in element.proto.body]
    assert page_html(HOSTILE) in told


def test_presets_are_values_of_the_session(shipped):
    kinds = {preset.kind for preset in shipped.presets}

    assert kinds - {"air_speed_km_h"} == {state.SPEED, state.HOURS}
    assert Preset.model_validate({**PRESET, "value": 12.5}).value == 12.5
