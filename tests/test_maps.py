"""The map's encoders, what goes into a scene, and what a click brings back."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import jinja2
import pytest
import shapely

from geo.encode import map_json, map_text
from geo.maps.folium_map import Drawing, base_map, clicked_id, drawing_parts, scene_group
from geo.maps.scene import scene
from geo.maps.selection import Selection
from geo.scheme.patrol_scheme import load
from tests.toy import HOSTILE

PAGE = Drawing(land="/land.geojson", waters="/waters.geojson", scripts=("/leaflet.js",), styles=("/leaflet.css",))


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
    made = base_map(shipped, PAGE)

    html = made.get_root().render()

    assert "/leaflet.js" in html
    assert "https://" not in html.replace("http://www.w3.org", "")


def test_base_map_is_the_same_whatever_is_selected(shipped):
    """A changed base would mount a new frame and throw the view away; only the group may differ."""
    choices = (Selection(), Selection("id", "lumut", "msp-2006", ("towns",), "osm", dark=True, view=3))
    scripts = [drawing_parts(base_map(shipped, PAGE), scene_group(shipped, chosen))[1] for chosen in choices]
    bases = {re.sub(r"selat\.scene\(.*\);", "", script) for script in scripts}

    assert scripts[0] != scripts[1]
    assert len(bases) == 1


def test_tiles_bring_their_attribution_where_the_data_has_none(toy_folder):
    """Whoever brings data of their own still shows OpenStreetMap's tiles."""
    scheme = load(toy_folder)

    assert "OpenStreetMap" not in scene(scheme, Selection())["attribution_html"]
    assert "© OpenStreetMap contributors" in scene(scheme, Selection(background="osm"))["attribution_html"]


def test_line_of_several_parts_is_not_joined(shipped):
    """A straight line between the parts would be a border that nobody drew."""
    parts = shapely.MultiLineString([[(100, 3), (101, 3)], [(103, 4), (104, 4)]])
    boundaries = shipped.boundaries.head(1).set_geometry([parts], crs=shipped.boundaries.crs).assign(kind="seabed")

    lines = scene(replace(shipped, boundaries=boundaries), Selection())["lines"]
    drawn = next(line for line in lines if line["layer"] == "lines")

    assert drawn["latlons"] == [[[3, 100], [3, 101]], [[4, 103], [4, 104]]]


def test_every_line_is_told_in_the_legend(shipped):
    """By its layer, colour and dash; a closing line of ours is no treaty line."""
    symbols = {"10 5": "dash", "3 6": "dot", "8 4 1.5 4": "dashdot", "2 4": "dot", None: "line"}
    made = scene(shipped, Selection())
    told = {(row["layer"], row.get("color"), row["symbol"]) for row in made["legend"]["rows"]}

    assert {(line["layer"], line["color"], symbols[line["dash"]]) for line in made["lines"]} <= told
    (closing,) = (line for line in made["lines"] if "line of 1979" in line["title"] and "Closing" in line["title"])
    assert closing["layer"] == "limits"
    assert closing["note"].startswith("Closing line of ours")


def test_scene_is_small_enough_to_send_at_every_choice(shipped):
    """The land is not in it."""
    assert len(map_json(scene(shipped, Selection()))) < 40_000


def test_scene_swaps_coordinates_for_leaflet(shipped):
    """(lon, lat) in the data, (lat, lon) on the map."""
    belawan = next(point for point in scene(shipped, Selection())["points"] if point["id"] == "belawan")

    assert belawan["lat"] == pytest.approx(3.7855)
    assert belawan["lon"] == pytest.approx(98.693)


def test_scene_touches_what_the_agreement_touches(shipped):
    """Points, places and the parties' waters."""
    drawn = scene(shipped, Selection(agreement_id="malsindo-2004"))

    assert set(drawn["touched"]["points"]) == {"belawan", "batam", "lumut", "changi"}
    assert set(drawn["touched"]["sides"]) == {"ID", "MY", "SG"}


def test_scene_of_an_agreement_elsewhere_touches_nothing(shipped):
    """Indonesia and the Emirates have no place in the strait."""
    drawn = scene(shipped, Selection(agreement_id="mou-id-ae-2015"))

    assert drawn["touched"] == {"points": (), "places": (), "sides": ()}


def test_scene_speaks_both_languages(shipped):
    """Names of states follow the language, names of places do not."""
    english, indonesian = (scene(shipped, Selection(lang=lang)) for lang in ("en", "id"))

    assert {side["name"] for side in english["sides"]} >= {"Singapore"}
    assert {side["name"] for side in indonesian["sides"]} >= {"Singapura"}


def test_every_side_has_a_colour_of_its_own(toy_folder):
    """States we never heard of too."""
    colors = [side["color"] for side in scene(load(toy_folder), Selection())["sides"]]

    assert len(set(colors)) == len(colors) == 3


def test_tiles_come_only_when_asked_for(shipped):
    """The page works with no network; tiles are the reader's choice."""
    plain = Selection()

    assert scene(shipped, plain)["tiles"] is None
    assert "openstreetmap.org" in scene(shipped, replace(plain, background="osm"))["tiles"]["url"]


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
    assert clicked_id(returned, ["belawan"]) is None


def test_click_brings_the_id_of_the_feature():
    """By id, never by position."""
    assert clicked_id({"last_active_drawing": {"properties": {"id": "belawan"}}}, ["belawan"]) == "belawan"
