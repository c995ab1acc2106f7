"""Answers of the shipped scheme: the figures of the page, shapes that agree with the grid, routes over water."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely

from geo.coverage.answers import COVERAGE_LAYERS, CoverageModel, default_scenario
from geo.coverage.scenario import AddedStart, Rule
from geo.coverage.shapes import bands, first_responder, gap
from geo.coverage.words import barred_sides
from geo.maps.legend import SymbolRow
from geo.maps.scene import build_scene
from geo.maps.selection import Selection
from geo.measure import area_km2, areas_km2, distance_m
from geo.scheme.patrol_scheme import load

SHAPE_SHARE = 0.001  # of the strait: largest difference between shapes and grid


def test_default_scenario_is_every_control_point_on_its_own_side_within_six_hours(model):
    """20 kn, 6 h, half an hour; further bases are off."""
    scenario = default_scenario(model)

    assert set(scenario.point_ids) == {"batam", "belawan", "changi", "lumut"}
    assert (scenario.speed_kn, scenario.limit_h, scenario.readiness_h, scenario.rule) == (20, 6, 0.5, Rule.COORDINATED)


@pytest.mark.parametrize(("hours", "share"), [(2, 0.06), (6, 0.49), (12, 0.98)])
def test_shares_are_those_of_an_independent_prototype(model, hours, share):
    """About 6 % in two hours, 49 % in six, 98 % in twelve, if anyone may act anywhere."""
    coverage = model.answer(replace(default_scenario(model), limit_h=float(hours), rule=Rule.JOINT)).coverage

    assert coverage.reached_share == pytest.approx(share, abs=0.006)


def test_distances_are_never_below_the_geodesic(model):
    """Land only ever lengthens a route."""
    grid, starts = model.fields.reach.grid, model.fields.starts
    some = np.arange(0, len(grid.lon), 997)
    for row, point_id in enumerate(model.fields.reach.ids):
        start = (starts.loc[point_id, "lon"], starts.loc[point_id, "lat"])
        straight = np.array([distance_m(start, (grid.lon[i], grid.lat[i])) for i in some])
        assert (model.fields.reach.distance_m[row, some] >= straight * (1 - 1e-7)).all()


@pytest.mark.parametrize("speed", [{}, {"speed_kn": 13.0, "readiness_h": 1.25}])
@pytest.mark.parametrize("rule", list(Rule))
def test_shapes_are_valid_lie_in_the_strait_and_agree_with_the_grid(model, shipped, rule, speed):
    """Within 0.1 % of the strait's area, without islands, at any speed."""
    scenario = replace(default_scenario(model), limit_h=6.0, rule=rule, **speed)
    coverage = model.answer(scenario).coverage
    allowed = SHAPE_SHARE * coverage.strait_area_km2
    shapes = gap(coverage, model.full)
    strait = shapely.union_all(list(shipped.strait.geometry))
    measured = dict(zip(shapes["what"], areas_km2(shapes), strict=True))

    assert shapes.geometry.is_valid.all()
    assert measured["reached"] == pytest.approx(coverage.reached_km2, abs=allowed)
    assert measured["backup"] == pytest.approx(coverage.backup_km2, abs=allowed)
    assert measured["gap"] == pytest.approx(coverage.gap_km2, abs=allowed)
    assert area_km2(shapely.difference(shapes.geometry.iloc[0], strait)) < 0.01

    first = first_responder(coverage, model.full)
    for point_id, area in zip(first["id"], areas_km2(first), strict=True):
        assert area == pytest.approx(coverage.by_point.loc[point_id, "first_anywhere_km2"], abs=allowed)
    for point_id in scenario.point_ids:
        alone = gap(model.answer(replace(scenario, point_ids=(point_id,))).coverage, model.full).set_index("what")
        area = area_km2(alone.geometry["reached"])
        assert area == pytest.approx(coverage.by_point.loc[point_id, "reached_km2"], abs=allowed)


def test_bands_do_not_overlap_and_grow_outwards(model):
    """Together they are the area reached within the last of their hours."""
    coverage = model.answer(replace(default_scenario(model), limit_h=6.0)).coverage
    layer = bands(coverage, model.full, edges_h=(2.0, 4.0, 6.0))

    assert layer["to_h"].tolist() == [2.0, 4.0, 6.0]
    assert areas_km2(layer).sum() == pytest.approx(coverage.reached_km2, rel=0.005)
    assert area_km2(shapely.intersection(*layer.geometry.iloc[:2])) < 0.1


@pytest.mark.parametrize("layer", COVERAGE_LAYERS)
@pytest.mark.parametrize("rule", list(Rule))
def test_every_layer_answers_under_every_rule(model, layer, rule):
    """Also if nobody takes part."""
    for point_ids in (default_scenario(model).point_ids, ()):
        answer = model.answer(replace(default_scenario(model), rule=rule, point_ids=point_ids), layer)
        assert answer.shapes.geometry.is_valid.all()


def test_the_legs_of_a_route_add_up_to_its_distance(model, shipped):
    """The legs are geodesics from turn to turn."""
    routes = model.routes(replace(default_scenario(model), rule=Rule.JOINT), 103.4, 1.25)

    assert [route.arrival_h for route in routes] == sorted(route.arrival_h for route in routes)
    for route in routes:
        legs = sum(distance_m(a, b) for a, b in zip(route.lonlats, route.lonlats[1:], strict=False))
        assert legs == pytest.approx(route.distance_m, rel=1e-6)


def test_routes_under_the_coordinated_rule_say_who_may_act(model):
    """In Malaysian water only Lumut may."""
    routes = model.routes(replace(default_scenario(model), rule=Rule.COORDINATED), 100.3, 4.3)

    assert [route.point_id for route in routes if route.may_act] == ["lumut"]
    assert routes[0].point_id == "lumut"


def test_no_route_leads_to_land(model):
    """A click on the peninsula."""
    assert model.routes(default_scenario(model), 102.0, 4.0) == ()


def test_another_strait_answers_without_touching_code(toy_folder):
    """Six points of three states in layer-up waters."""
    toy = CoverageModel(load(toy_folder))
    answer = toy.answer(replace(default_scenario(toy), limit_h=24.0), "first")

    assert len(answer.coverage.by_point) == 6
    assert answer.coverage.reached_share > 0.9
    assert math.isfinite(answer.coverage.mean_arrival_h)
    assert set(answer.shapes["what"]) == {"first"}


@pytest.mark.parametrize(
    ("layer", "rule", "said"),
    [
        ("bands", Rule.JOINT, "Later than 12 h"),
        ("first", Rule.JOINT, None),
        ("first", Rule.COORDINATED, None),
        ("backup", Rule.JOINT, "Not reached within 2 h"),
        ("gap", Rule.COORDINATED, "Reached within 2 h"),
        ("cost", Rule.JOINT, "Less than 0.25 h later"),
        ("none", Rule.JOINT, None),
    ],
)
def test_the_legend_says_what_water_without_a_shape_is(model, shipped, layer, rule, said):
    """Grey, the same in every layer; nothing is said where every water has a shape."""
    scenario = replace(default_scenario(model), limit_h=2.0, rule=rule)
    scene = build_scene(shipped, Selection(scenario=scenario, coverage_layer=layer), model.answer(scenario, layer))
    grey = [row.text for row in scene.legend.rows if isinstance(row, SymbolRow) and row.color == scene.rest_color]

    assert grey == ([said] if said else [])


@pytest.mark.parametrize(
    ("layer", "rule", "sides"),
    [
        ("bands", Rule.COORDINATED, ("TH",)),
        ("first", Rule.COORDINATED, ("TH",)),
        ("bands", Rule.JOINT, ()),
        ("gap", Rule.COORDINATED, ()),
    ],
)
def test_sides_where_no_start_may_act_are_hatched_and_said(model, shipped, layer, rule, sides):
    """Not grey, which is what is merely late; in layers of the hour they are a part of the gap."""
    scenario = replace(default_scenario(model), rule=rule)
    scene = build_scene(shipped, Selection(scenario=scenario, coverage_layer=layer), model.answer(scenario, layer))
    said = [row.text for row in scene.legend.rows if isinstance(row, SymbolRow) and row.symbol == "hatch"]

    assert scene.hatched == sides
    assert said == (["No listed start on this side"] if sides else [])


def test_a_start_that_is_added_or_left_out_counts_for_the_hatch(model):
    """Phuket's side is no longer without a start; without Lumut, Malaysia's is."""
    own = replace(default_scenario(model), rule=Rule.COORDINATED)
    added = replace(own, added=(AddedStart(98.38, 7.75, "TH", "Phuket"),))

    assert barred_sides(model.answer(added).coverage) == []
    assert barred_sides(model.answer(replace(own, without=("lumut",))).coverage) == ["MY", "TH"]
