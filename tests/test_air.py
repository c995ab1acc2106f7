"""Air rings: true circles on the ellipsoid, a layer of their own, as of a year, and no part of any coverage."""

from __future__ import annotations

import ast
import itertools
import json
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl

import numpy as np
import pytest
import shapely

from geo.cards.places import feature_card
from geo.colors import AIR_COLOR
from geo.coverage.air import RING_MIN, air_rings
from geo.coverage.answers import CoverageModel, default_scenario
from geo.coverage.scenario import Scenario
from geo.encode import map_json, page_html
from geo.figure.layout import figure_bytes
from geo.maps.folium_map import MapFiles, PageAddress, build_base_map, build_scene_group, render_parts, scene_to_json
from geo.maps.permalink import read_address, write_address
from geo.maps.scene import build_scene, list_drawn_places, list_drawn_rings
from geo.maps.selection import DEFAULT_LAYERS, LAYER_IDS, Selection
from geo.measure import WGS84, distance_m
from geo.scheme.patrol_scheme import load
from geo.takeaway.dataset import DATASET_KINDS, dataset_bytes
from geo.takeaway.tables import tables_of
from geo.text import LANGUAGES, catalogue
from tests.conftest import ROOT
from tests.toy import HOSTILE, add_airfield, edit_json

PAGE = MapFiles(land="/land.geojson", waters="/waters.geojson", scripts=("/leaflet.js",), styles=("/leaflet.css",))
AIR = Selection(layers=("air",))


@pytest.fixture
def toy_airfield(toy_folder):
    return add_airfield(toy_folder)


# --- circles --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lat", [3.0, 60.0])
@pytest.mark.parametrize("minutes", RING_MIN)
def test_a_ring_is_as_far_everywhere_as_the_speed_says(lat, minutes):
    """Its corners and the middles of its edges, within 0.01 %."""
    centre = (101.55, lat)
    (ring,) = (ring for ring in air_rings([("field", *centre)], speed_km_h=380) if ring.minutes == minutes)
    corners = shapely.get_coordinates(ring.area.exterior)
    middles = (corners[1:] + corners[:-1]) / 2

    assert ring.radius_km == 380 * minutes / 60
    for points, most in ((corners, 1e-9), (middles, 1e-4)):
        far_km = np.array([distance_m(centre, tuple(point)) for point in points]) / 1e3
        assert np.abs(far_km / ring.radius_km - 1).max() < most


def test_rings_hold_their_airfield_and_grow():
    rings = air_rings([("a", 101.5, 3.0), ("b", 104.1, 1.1)], speed_km_h=100)

    assert [ring.airfield_id for ring in rings] == ["a"] * 4 + ["b"] * 4
    assert all(ring.area.is_valid and ring.area.exterior.is_ccw for ring in rings)
    for inner, outer in itertools.pairwise(rings[:4]):
        assert outer.area.contains(inner.area)


def test_a_ring_over_the_antimeridian_is_in_one_piece():
    ring = air_rings([("fiji", 179.5, -17.0)], speed_km_h=380)[0].area

    assert ring.contains(shapely.Point(179.5, -17.0))
    assert ring.bounds[2] - ring.bounds[0] < 5


# --- no coverage ----------------------------------------------------------------------------------------------------------


def test_an_airfield_changes_no_number_of_an_answer(toy_folder):
    answers = []
    for _ in range(2):
        model = CoverageModel(load(toy_folder))
        answers.append(model.answer(default_scenario(model)).coverage)
        if len(answers) == 1:
            add_airfield(toy_folder)

    before, after = answers
    assert (after.reached_km2, after.backup_km2, after.gap_km2) == (before.reached_km2, before.backup_km2, before.gap_km2)
    assert after.by_point.equals(before.by_point)
    assert after.curve.equals(before.curve)


def test_no_other_module_of_the_wing_knows_the_rings():
    for path in (ROOT / "geo" / "coverage").glob("*.py"):
        imported = [node.module for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)]
        assert "geo.coverage.air" not in imported, path.name


# --- the layer ------------------------------------------------------------------------------------------------------------


def test_the_layer_is_off_at_first_and_outlives_a_link(shipped):
    assert "air" in LAYER_IDS
    assert "air" not in DEFAULT_LAYERS
    assert list_drawn_rings(build_scene(shipped, Selection())) == ()
    query = write_address(replace(AIR, scenario=Scenario(shipped.point_ids)), shipped)
    assert "layers=air" in query
    assert read_address(dict(parse_qsl(query)), shipped).selection.layers == ("air",)


@pytest.mark.parametrize(
    ("year", "airfields", "rings"),
    [
        (2004, set(), 0),
        (2005, {"subang-air-base"}, 4),
        (2010, {"subang-air-base", "tanjungpinang-air-base"}, 4),
        (2024, {"subang-air-base", "tanjungpinang-air-base"}, 4),
        (2025, {"hang-nadim-air-base", "subang-air-base", "tanjungpinang-air-base"}, 4),
        (None, {"hang-nadim-air-base", "subang-air-base", "tanjungpinang-air-base"}, 4),
    ],
)
def test_as_of_a_year_only_airfields_seen_by_then_count(shipped, year, airfields, rings):
    scene = build_scene(shipped, replace(AIR, year=year))

    assert {place.id for place in list_drawn_places(scene)} == airfields
    assert len(list_drawn_rings(scene)) == rings
    assert [ring.minutes for ring in list_drawn_rings(scene)] == list(RING_MIN)[:rings]


def test_a_drawn_ring_is_the_outline_round_every_airfield(shipped):
    """Each point of it is that far from the nearest, and none is beyond the study box."""
    box = shipped.sources.study_box
    for ring in list_drawn_rings(build_scene(shipped, AIR)):
        for lon, lat in shapely.get_coordinates(ring.geometry):
            nearest_km = min(distance_m((lon, lat), (place.lon, place.lat)) for place in shipped.airfields) / 1e3
            assert nearest_km == pytest.approx(shipped.air_speed.value * ring.minutes / 60, abs=0.25)
            assert box.west <= lon <= box.east
            assert box.south <= lat <= box.north


def test_airfields_are_bases_as_before_too(shipped):
    """An old link shows what it did."""
    scene = build_scene(shipped, Selection(layers=("bases",)))

    assert {place.id for place in list_drawn_places(scene)} >= {"subang-air-base", "tanjungpinang-air-base"}
    assert list_drawn_rings(scene) == ()


def test_an_airfield_whose_position_is_ours_has_a_symbol_of_its_own(shipped):
    symbols = {place.id: place.symbol for place in list_drawn_places(build_scene(shipped, AIR))}

    assert symbols == {
        "hang-nadim-air-base": "air-base",
        "subang-air-base": "air-base-ours",
        "tanjungpinang-air-base": "air-base-ours",
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_legend_says_what_a_ring_is_and_what_it_is_not(shipped, lang):
    rows = {row.symbol: row for row in build_scene(shipped, replace(AIR, lang=lang)).legend.rows}

    assert rows["ring"].layer == "air"
    assert rows["ring"].color == AIR_COLOR[False]
    assert {"en": "sight, not interdiction", "id": "mengamati, bukan mencegat"}[lang] in rows["ring"].text
    assert catalogue(lang)("mark.one-source") in rows["ring"].text
    assert (rows["air-base-ours"].layer, rows["air-base-ours"].further_layer) == ("bases", "air")


def test_a_page_is_sent_rings_only_while_they_are_on_and_a_file_always(shipped):
    def sent(layers, **how):
        group = build_scene_group(build_scene(shipped, Selection(layers=layers)), **how)
        script = render_parts(build_base_map(shipped, PAGE), group)[1]
        return json.loads(re.search(r"selat\.scene\(\w+, \w+, (\{.*\})\);", script)[1])["rings"]

    assert sent(DEFAULT_LAYERS, address=PageAddress("")) == []
    assert [ring["label"] for ring in sent(("air",), address=PageAddress(""))] == ["30 min", "60 min", "90 min", "120 min"]
    assert {ring["since"] for ring in sent(DEFAULT_LAYERS)} == {2005, 2010, 2025}


def test_a_folder_without_airfields_or_without_their_speed_draws_none(toy_folder, toy_airfield):
    assert len(list_drawn_rings(build_scene(load(toy_airfield), AIR))) > 0

    edit_json(toy_airfield, "presets.json", lambda document: document["presets"].clear())
    scheme = load(toy_airfield)
    assert list_drawn_rings(build_scene(scheme, AIR)) == ()
    assert "ring" not in {row.symbol for row in build_scene(scheme, AIR).legend.rows}
    assert catalogue("en")("place.air-reach") not in feature_card(scheme, "toy-airfield", catalogue("en"))

    edit_json(toy_airfield, "places.geojson", lambda document: document["features"].pop())
    assert build_scene(load(toy_airfield), AIR).fixed.rings == ()


# --- cards, figure, files -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_card_of_an_airfield_tells_aircraft_dates_and_speed_with_mark_and_source(shipped, lang):
    t = catalogue(lang)
    card = feature_card(shipped, "hang-nadim-air-base", t)

    for said in ("CN-235", t.date("2025-06-11"), "Batam Pos", "StrategyPage", "190, 380, 570", t("air.sight")):
        assert page_html(said) in card
    assert card.count(page_html(t("mark.one-source"))) >= 3
    assert t("place.ours") in feature_card(shipped, "subang-air-base", t)
    assert t("place.ours") not in card


def test_the_figure_draws_the_rings_when_asked(shipped, model):
    def drawn(layers):
        selection = Selection(layers=layers, scenario=default_scenario(model), coverage_layer="bands")
        answer = model.answer(selection.scenario, "bands")
        return figure_bytes(shipped, selection, answer, kind="svg").decode().lower()

    dashed = rf"stroke-dasharray[^\"]*; [^\"]*stroke: {AIR_COLOR[False].lower()}"
    plain, with_air = drawn(DEFAULT_LAYERS), drawn((*DEFAULT_LAYERS, "air"))
    assert re.findall(dashed, plain) == []
    assert len(re.findall(dashed, with_air)) >= 4


def test_the_table_has_a_ring_for_each_airfield_and_time(shipped, model):
    (table,) = tables_of(shipped, model, default_scenario(model), names=["air_rings"])

    assert len(table.frame) == len(shipped.airfields) * len(RING_MIN)
    assert table.frame.crs == WGS84
    assert table.geometry_type == "MultiPolygon"
    row = table.frame.set_index("id").loc["hang-nadim-air-base-60"]
    assert (row["radius_km"], row["speed_km_h"], row["speed_mark"], row["first_seen"]) == (
        380,
        380,
        "one-source",
        "2025-06-11",
    )
    assert row["aircraft"] == "CN-235 (2025-06-11)"
    assert not row["our_placement"]
    assert "CC-BY-4.0" in table.licence


@pytest.mark.parametrize("kind", [kind for kind in DATASET_KINDS if kind != "csv"])
def test_every_format_holds_rings_and_the_lack_of_any(toy_folder, kind):
    scheme = load(toy_folder)
    model = CoverageModel(scheme)
    none = dataset_bytes(scheme, model, default_scenario(model), kind=kind, layers=["air_rings"])
    some = dataset_bytes(load(add_airfield(toy_folder)), model, default_scenario(model), kind=kind, layers=["air_rings"])

    assert len(some) > len(none) > 0


@pytest.mark.parametrize("toy_folder", [HOSTILE], indirect=True)
def test_hostile_names_of_aircraft_and_speed_stay_text(toy_folder):
    scheme = load(add_airfield(toy_folder, extra=HOSTILE))
    card = feature_card(scheme, "toy-airfield", catalogue("en"))

    assert "<img" not in card
    assert page_html(f"2 × Glider {HOSTILE}") in card
    script = map_json(scene_to_json(build_scene(scheme, AIR)))
    assert "</script" not in script
    assert "{{" not in script


def test_shipped_airfields_are_touched_by_the_air_patrols(shipped):
    assert set(shipped.agreement("eis-2005").place_ids) == {place.id for place in shipped.airfields}
    assert Path(shipped.folder / "presets.json").is_file()
