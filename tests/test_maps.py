"""The map's encoders, what goes into a scene, and what a click brings back."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import jinja2
import pytest
import shapely

from geo.coverage.answers import CoverageModel, default_scenario
from geo.encode import map_json, map_text
from geo.maps.folium_map import (
    MapFiles,
    PageAddress,
    _seams,
    build_base_map,
    build_scene_group,
    read_clicked_id,
    render_parts,
    scene_to_json,
)
from geo.maps.scene import build_scene
from geo.maps.selection import DEFAULT_LAYERS, LAYER_IDS, Selection
from geo.scheme.patrol_scheme import load
from tests.toy import HOSTILE, write_toy_folder

PAGE = MapFiles(land="/land.geojson", waters="/waters.geojson", scripts=("/leaflet.js",), styles=("/leaflet.css",))


def test_text_survives_a_template_a_script_and_a_browser_as_written():
    """Folium renders its own output once more, and puts strings into template literals."""
    import html

    encoded = map_text(HOSTILE)

    assert html.unescape(jinja2.Template(encoded).render()) == HOSTILE
    assert not any(char in encoded for char in "`$\\{}<>")


def test_json_survives_a_template_and_cannot_close_its_script():
    """What the browser parses is what the data said."""
    value = {"name": HOSTILE, "nested": [{"{{": "}}", "{%": "%}", "{#": "#}"}], "braces": "{{{{"}

    encoded = map_json(value)

    assert json.loads(jinja2.Template(encoded).render()) == value
    assert "<" not in encoded
    assert "`" not in encoded


def test_json_refuses_a_number_that_json_does_not_have():
    """NaN in a script would stop the whole map."""
    with pytest.raises(ValueError, match="Out of range float"):
        map_json({"lat": float("nan")})


def test_base_map_names_no_other_host(shipped):
    """Folium's own lists point to four content networks."""
    made = build_base_map(shipped, PAGE)

    html = made.get_root().render()

    assert "/leaflet.js" in html
    assert "https://" not in html.replace("http://www.w3.org", "")


def test_base_map_is_the_same_whatever_is_selected(shipped):
    """A changed base would mount a new frame and throw the view away; only the group may differ."""
    choices = (Selection(), Selection("id", "lumut", "msp-2006", ("towns",), "osm", dark=True, view=3))
    scripts = [
        render_parts(build_base_map(shipped, PAGE), build_scene_group(build_scene(shipped, chosen)))[1] for chosen in choices
    ]
    bases = {re.sub(r"selat\.scene\(.*\);", "", script) for script in scripts}

    assert scripts[0] != scripts[1]
    assert len(bases) == 1


def test_tiles_bring_their_attribution_where_the_data_has_none(toy_folder):
    """Whoever brings data of their own still shows OpenStreetMap's tiles."""
    scheme = load(toy_folder)

    assert "OpenStreetMap" not in build_scene(scheme, Selection()).attribution_html
    assert "© OpenStreetMap contributors" in build_scene(scheme, Selection(background="osm")).attribution_html


def test_line_of_several_parts_is_not_joined(shipped):
    """A straight line between the parts would be a border that nobody drew."""
    parts = shapely.MultiLineString([[(100, 3), (101, 3)], [(103, 4), (104, 4)]])
    boundaries = shipped.boundaries.head(1).set_geometry([parts], crs=shipped.boundaries.crs).assign(kind="seabed")

    lines = scene_to_json(build_scene(replace(shipped, boundaries=boundaries), Selection()))["lines"]
    drawn = next(line for line in lines if line["layer"] == "lines")

    assert drawn["latlons"] == [[[3, 100], [3, 101]], [[4, 103], [4, 104]]]


def test_every_line_is_told_in_the_legend(shipped):
    """By its layer, colour and dash; a closing line of ours is no treaty line."""
    symbols = {"10 5": "dash", "3 6": "dot", "8 4 1.5 4": "dashdot", "2 4": "dot", None: "line"}
    scene = build_scene(shipped, Selection())
    legend = {(row.layer, row.color, row.symbol) for row in scene.legend.rows}

    assert {(line.layer, line.color, symbols[line.dash]) for line in scene.fixed.lines} <= legend
    (closing,) = (line for line in scene.fixed.lines if "line of 1979" in line.title and "Closing" in line.title)
    assert closing.layer == "limits"
    assert closing.note.startswith("Closing line of ours")


def test_scene_is_small_enough_to_send_at_every_choice(shipped):
    """The land is not in it, air rings only while they are on."""
    for layers, most in ((DEFAULT_LAYERS, 40_000), (LAYER_IDS, 50_000)):
        group = build_scene_group(build_scene(shipped, Selection(layers=layers)), address=PageAddress(""))
        script = render_parts(build_base_map(shipped, PAGE), group)[1]
        assert len(re.search(r"selat\.scene\(\w+, \w+, (\{.*\})\);", script)[1]) < most


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    """Return a scene with everything in it: shapes, routes, a clicked position, a selected agreement."""
    scheme = load(write_toy_folder(tmp_path_factory.mktemp("maps") / "toy"))
    model = CoverageModel(scheme)
    scenario = default_scenario(model)
    (lon, lat), *_ = shapely.get_coordinates(scheme.strait.geometry.iloc[0].representative_point()).tolist()
    selection = Selection(
        scenario=scenario, layers=LAYER_IDS, coverage_layer="bands", water=(lon, lat), agreement_id=scheme.agreements[0].id
    )
    answer = model.answer(scenario, "bands", clip=model.full)
    return build_scene(scheme, selection, answer, model.routes(scenario, lon, lat))


def test_a_scene_is_in_lon_lat_and_its_json_in_lat_lon(answered):
    """Every position in it: Leaflet takes either order in silence."""
    drawn = scene_to_json(answered)
    shapes = [[ring for polygon in shape["latlons"] for ring in polygon] for shape in drawn["shapes"]]

    assert all((answered.points, answered.shapes, answered.routes, answered.fixed.lines))
    assert [(item["lon"], item["lat"]) for item in drawn["points"]] == [(item.lon, item.lat) for item in answered.points]
    assert [(item["lon"], item["lat"]) for item in drawn["places"]] == [(item.lon, item.lat) for item in answered.fixed.places]
    assert [(item["lon"], item["lat"]) for item in drawn["sides"]] == [(item.lon, item.lat) for item in answered.fixed.sides]
    assert [swapped([route["latlons"]]) for route in drawn["routes"]] == [list(route.lonlats) for route in answered.routes]
    assert [swapped(line["latlons"]) for line in drawn["lines"]] == [vertices(line) for line in answered.fixed.lines]
    assert [swapped(rings) for rings in shapes] == [vertices(shape) for shape in answered.shapes]
    assert drawn["water"] == answered.water[::-1]


def swapped(parts):
    return [(lon, lat) for part in parts for lat, lon in part]


def vertices(item):
    return [(lon, lat) for lon, lat in shapely.get_coordinates(item.geometry).tolist()]


def test_positions_of_the_data_arrive_in_the_order_of_leaflet(shipped):
    belawan = next(point for point in scene_to_json(build_scene(shipped, Selection()))["points"] if point["id"] == "belawan")

    assert belawan["lat"] == pytest.approx(3.7855)
    assert belawan["lon"] == pytest.approx(98.693)


def test_what_no_choice_changes_is_one_object_in_every_scene(shipped):
    """It is written as JSON once; a moved slider writes the rest."""
    scenes = [build_scene(shipped, Selection(layers=layers)) for layers in (("sides",), ("towns",))]

    assert scenes[0].fixed is scenes[1].fixed


def test_the_group_carries_the_scene_as_it_is_written(shipped, answered):
    """Put together from two parts, one of them written before."""
    for scene in (answered, build_scene(shipped, Selection("id", dark=True))):
        script = render_parts(build_base_map(shipped, PAGE), build_scene_group(scene))[1]
        sent = json.loads(re.search(r"selat\.scene\(\w+, \w+, (\{.*\})\);", script)[1])

        assert map_json(sent) == map_json({**scene_to_json(scene), "address": None, "at": None})


def test_scene_touches_what_the_agreement_touches(shipped):
    """Points, places and the parties' waters."""
    scene = build_scene(shipped, Selection(agreement_id="malsindo-2004"))

    assert set(scene.touched.point_ids) == {"belawan", "batam", "lumut", "changi"}
    assert set(scene.touched.sides) == {"ID", "MY", "SG"}


def test_scene_of_an_agreement_elsewhere_touches_nothing(shipped):
    """Indonesia and the Emirates have no place in the strait."""
    scene = build_scene(shipped, Selection(agreement_id="mou-id-ae-2015"))

    assert scene_to_json(scene)["touched"] == {"points": (), "places": (), "sides": ()}


def test_scene_speaks_both_languages(shipped):
    """Names of states follow the language, names of places do not."""
    english, indonesian = (build_scene(shipped, Selection(lang=lang)) for lang in ("en", "id"))

    assert {side.name for side in english.fixed.sides} >= {"Singapore"}
    assert {side.name for side in indonesian.fixed.sides} >= {"Singapura"}


def test_every_side_has_a_colour_of_its_own(toy_folder):
    """States we never heard of too."""
    colors = [side.color for side in build_scene(load(toy_folder), Selection()).fixed.sides]

    assert len(set(colors)) == len(colors) == 3


def test_tiles_come_only_when_asked_for(shipped):
    """The page works with no network; tiles are the reader's choice."""
    plain = Selection()

    assert build_scene(shipped, plain).tiles_url is None
    assert "openstreetmap.org" in build_scene(shipped, replace(plain, background="osm")).tiles_url


@pytest.mark.parametrize(
    "returned",
    [
        None,
        {},
        {"last_active_drawing": None},
        {"last_active_drawing": {"type": "Feature"}},
        {"last_active_drawing": {"properties": None}},
        {"last_active_drawing": {"properties": {}}},
        {"last_active_drawing": {"properties": {"id": ["belawan"]}}},
        {"last_active_drawing": {"properties": {"id": "not-ours"}}},
    ],
)
def test_click_without_a_known_id_is_nothing(returned):
    """A line or the water was clicked, or the component said something new."""
    assert read_clicked_id(returned, ["belawan"]) is None


def test_click_brings_the_id_of_the_feature():
    """By id, never by position."""
    assert read_clicked_id({"last_active_drawing": {"properties": {"id": "belawan"}}}, ["belawan"]) == "belawan"


def test_seams_are_where_land_was_cut_at_the_study_box(shipped):
    """On land, and along the box: the hairline that the cut would draw is hidden, and no shore is."""
    box = shipped.sources.study_box
    edge = shapely.box(box.west, box.south, box.east, box.north).exterior
    seams = _seams(shipped)

    assert sum(line.length for line in seams) > 5.0
    assert max(edge.distance(shapely.Point(lonlat)) for line in seams for lonlat in line.coords) < 2e-4
    middles = [line.interpolate(0.5, normalized=True) for line in seams]
    assert max(min(land.distance(middle) for land in shipped.land_light.geometry) for middle in middles) < 2e-4
