"""The scheme as a Folium map: one constant base, and one feature group for all that a choice changes.

The only room that knows Folium, the only one where (lon, lat) becomes (lat, lon),
and the only one where text is encoded for a map. Folium renders its own output a
second time as a template, and strings of its popups and tooltips land in script
and markup: so data reaches the browser as JSON through `map_json` and is set
there as text by ``geo/maps/assets/selat-map.js``; what must be markup passes `map_text`.
"""

from __future__ import annotations

import functools
import html
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import folium
import shapely
from branca.element import Figure, MacroElement
from folium.template import Template

from geo.colors import (
    BAND_COLORS,
    BAND_OPACITY,
    DELAY_COLORS,
    INK,
    LIMIT_COLOR,
    LINE_COLOR,
    NEVER_COLOR,
    PALETTE,
    REACH_COLORS,
    REST_COLOR,
    SIDE_TINT,
    band_color,
    point_color,
    side_color,
)
from geo.coverage.answers import Answer, Way
from geo.coverage.shapes import BAND_EDGES_H, DELAY_EDGES_H
from geo.maps.permalink import PARAMETERS, VIEW_PARAMETER, View
from geo.maps.selection import Selection
from geo.measure import area_km2, areas_km2
from geo.scheme.as_of import as_of
from geo.scheme.patrol_scheme import PatrolScheme, Touched
from geo.text import Catalogue, catalogue

__all__ = [
    "ASSETS_FOLDER",
    "Address",
    "Drawing",
    "base_map",
    "clicked_id",
    "drawing_parts",
    "map_json",
    "map_text",
    "scene",
    "scene_group",
]

ASSETS_FOLDER: Final = Path(__file__).parent / "assets"
OSM_TILES: Final = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
OSM_NAME: Final = "OpenStreetMap"
OSM_COPYRIGHT: Final = "https://www.openstreetmap.org/copyright"

Json = dict[str, Any]  # what `json` can write; its shape is fixed by selat-map.js

_LINE_DASH: Final = {"territorial-sea": "10 5", "seabed": "3 6", "openstreetmap": "8 4 1.5 4"}
_SHAPE_DEG: Final = 0.0015
_SHAPE_DECIMALS: Final = 3
_LINE_SYMBOL: Final = {"territorial-sea": "dash", "seabed": "dot", "openstreetmap": "dashdot"}
_ALWAYS: Final = 0.0
_PLACE_ZOOM: Final = {"port": 7.5, "light": 8.5, "base": _ALWAYS, "air-base": _ALWAYS, "town": _ALWAYS}
_NAME_ZOOM: Final = {"port": 8.0, "light": 9.0, "base": 7.2, "air-base": 7.2, "town": 8.2}
_LAYER_OF_KIND: Final = {"port": "ports", "light": "ports", "base": "bases", "air-base": "bases", "town": "towns"}
_CLOSE_ZOOM: Final = 9.5
_WIDE_SIDE_KM2: Final = 5_000.0  # a side smaller than this is named only from a closer zoom
_PADDING_PX: Final = ((34, 34), (34, 50))  # left and top, right and bottom: the attribution lies at the bottom


# --- encoders -------------------------------------------------------------------------------------------------------------


def map_text(value: object) -> str:
    """Return ``value`` as markup that template, script and browser all show as written.

    >>> map_text("{{7*7}} <b> ${x} `")
    '&#123;&#123;7*7&#125;&#125; &lt;b&gt; &#36;&#123;x&#125; &#96;'
    """
    return html.escape(str(value)).translate({ord(char): f"&#{ord(char)};" for char in "`${}\\"})


def map_json(value: object) -> str:
    r"""Return ``value`` as JSON that is safe inside a script element and inside a Jinja template.

    ``<``, ``>`` and ``&`` cannot close the script; ``{{``, ``{%`` and ``{#`` cannot
    open a template tag (they never occur in the structure of JSON, only in strings).

    >>> print(map_json({"name": "</script>{{7*7}}"}))
    {"name":"\u003c/script\u003e{\u007b7*7}}"}
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for char in "<>&\u2028\u2029`":
        text = text.replace(char, f"\\u{ord(char):04x}")
    for char in "{%#":
        text = text.replace("{" + char, f"{{\\u{ord(char):04x}")
    return text


def latlon(point: shapely.Point) -> tuple[float, float]:
    """Return a position in the order that Leaflet wants."""
    return point.y, point.x


# --- Folium elements --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Drawing:
    """What the base map is made of: addresses to fetch, or the things themselves.

    ``land`` and ``waters`` are addresses of GeoJSON, or GeoJSON to embed;
    ``scripts`` and ``styles`` are addresses, empty where the caller puts them in place.
    """

    land: str | Json
    waters: str | Json | None
    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Address:
    """The query that the page's address is kept at, and the view that it asked for when the page was opened."""

    query: str
    view: View | None = None


class _OwnMap(folium.Map):
    """A Folium map that names no other host: Folium's own lists point to four."""

    def __init__(self, drawing: Drawing, **options: Any) -> None:
        self.default_js = [(Path(address).name, address) for address in drawing.scripts]
        self.default_css = [(Path(address).name, address) for address in drawing.styles]
        super().__init__(tiles=None, **options)


class _Base(MacroElement):
    """Calls ``selat.base``: land, sides, scale, legend."""

    _template = Template(
        "{% macro script(this, kwargs) %}selat.base({{ this._parent.get_name() }}, {{ this.options }});{% endmacro %}"
    )

    def __init__(self, options: Json) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Base"
        self.options = map_json(options)


class _Scene(MacroElement):
    """Calls ``selat.scene``: everything that a choice changes."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "selat.scene({{ this._parent._parent.get_name() }}, {{ this._parent.get_name() }}, {{ this.drawn }});"
        "{% endmacro %}"
    )

    def __init__(self, drawn: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Scene"
        self.drawn = drawn

    def render(self, **_: Any) -> str:
        """Stay out of the figure: what is rendered into one, Folium compiles as a template, which takes longer than all else.

        Who draws the map takes `script` instead, as the Streamlit component does.
        """
        return ""

    def script(self) -> str:
        """Return the call."""
        return str(self._template.module.script(self, {}))


def base_map(scheme: PatrolScheme, drawing: Drawing) -> folium.Map:
    """Return the constant part of the map: fitted to the strait with every control point inside.

    Build it afresh each time: Folium and its Streamlit component change the map they are given.
    """
    west, south, east, north = _view(scheme)
    made = _OwnMap(
        drawing,
        location=((south + north) / 2, (west + east) / 2),
        zoom_start=6,
        min_zoom=4,
        max_zoom=16,
        zoom_snap=0.1,
        zoom_delta=0.5,
        wheel_px_per_zoom_level=100,
        world_copy_jump=False,
    )
    bounds = [[south, west], [north, east]]
    box = scheme.sources.study_box
    options = {
        "bounds": bounds,
        "padding": _PADDING_PX,
        "box": (box.west, box.south, box.east, box.north),
        "land": drawing.land,
        "waters": drawing.waters,
    }
    made.add_child(_Base(options))
    return made


@functools.lru_cache(maxsize=4)
def _view(scheme: PatrolScheme) -> tuple[float, float, float, float]:
    shapes = [*scheme.strait.geometry, *scheme.control_points.geometry]
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(shapes))
    return west, south, east, north


def scene_group(
    scheme: PatrolScheme,
    selection: Selection,
    answer: Answer | None = None,
    ways: Sequence[Way] = (),
    *,
    address: Address | None = None,
) -> folium.FeatureGroup:
    """Return the changing part of the map as one feature group, alike while the selection is.

    ``address`` makes the map keep the address of the page it stands in.
    """
    group = folium.FeatureGroup(name="selat", control=False)
    changing = map_json(_changing(scheme, selection, answer, ways) | _address(address))
    group.add_child(_Scene(f"{_constant_json(scheme, selection.lang, dark=selection.dark)[:-1]},{changing[1:]}"))
    return group


def drawing_parts(made: folium.Map, group: folium.FeatureGroup) -> tuple[str, str]:
    """Return the id of a map's element and its script, alike for the same map: for a page of our own.

    The script also gives the map and the group to ``window.selatMap`` and ``window.selatGroup``.
    """
    for number, element in enumerate((made, *made._children.values(), group, *group._children.values())):
        element._id = f"selat_{number}"  # Folium's own ids are random, and name the script's variables
    made.add_child(group, name="selat")
    figure = cast("Figure", made.get_root())
    figure.render()
    scenes = [element.script() for element in group._children.values() if isinstance(element, _Scene)]
    handed_on = f"window.selatMap = {made.get_name()}; window.selatGroup = {group.get_name()};"
    return made.get_name(), "\n".join([figure.script.render(), *scenes, handed_on])


def clicked_id(returned: Mapping[str, Any] | None, known: Iterable[str]) -> str | None:
    """Return the id of the feature that was clicked last, or ``None``.

    Parameters
    ----------
    returned
        What the map component gave back; features without an id, and ids that
        the scheme does not know, are borne and ignored.
    known
        Ids of control points and places.
    """
    drawing = (returned or {}).get("last_active_drawing")
    properties = drawing.get("properties") if isinstance(drawing, Mapping) else None
    found = properties.get("id") if isinstance(properties, Mapping) else None
    return found if isinstance(found, str) and found in set(known) else None


# --- the scene ------------------------------------------------------------------------------------------------------------


def scene(scheme: PatrolScheme, selection: Selection, answer: Answer | None = None, ways: Sequence[Way] = ()) -> Json:
    """Return all that can be drawn, and what the selection makes of it, as plain data for ``selat.scene``.

    Each thing names its layer; the script in the browser leaves out what is
    switched off and marks what is selected or touched, so that page and export
    work from the same data.
    """
    constant = _constant(scheme, selection.lang, dark=selection.dark)
    return {**constant, **_changing(scheme, selection, answer, ways)}


def _changing(scheme: PatrolScheme, selection: Selection, answer: Answer | None, ways: Sequence[Way]) -> Json:
    t = catalogue(selection.lang)
    agreement = scheme.agreement(selection.agreement_id)
    touched = scheme.touched_by(agreement) if agreement else Touched((), (), ())
    hollow = _hollow(scheme, selection)
    return {
        "dark": selection.dark,
        "view": selection.view,
        "layers": selection.layers,
        "selected": selection.feature_id,
        "starts": selection.scenario.point_ids if selection.scenario else (),
        "touched": {"points": touched.point_ids, "places": touched.place_ids, "sides": touched.sides},
        "palette": PALETTE[selection.dark],
        "labels": {
            "map": t("map.label"),
            "zoom_in": t("map.zoom-in"),
            "zoom_out": t("map.zoom-out"),
            "whole": t("map.whole"),
            "no_tiles": t("map.no-tiles"),
            **_reading(t),
        },
        "points": [point | {"hollow": point["id"] in hollow} for point in _points(scheme, t.lang)],
        "shapes": _answer_shapes(scheme, selection, answer, t),
        "tint": SIDE_TINT[selection.dark],
        "rest": {"color": REST_COLOR[selection.dark], "opacity": BAND_OPACITY},
        "ways": [_way(way, scheme, answer) for way in ways],
        "water": selection.water and (selection.water[1], selection.water[0]),
        "legend": _legend(scheme, selection, answer, t),
        "tiles": _tiles(selection),
        "attribution_html": _attribution(scheme, selection),
    }


@functools.lru_cache(maxsize=8)
def _constant(scheme: PatrolScheme, lang: str, *, dark: bool) -> Json:
    """Return what no choice but language and theme changes; not to be changed by who gets it."""
    t = catalogue(lang)
    return {
        "places": [_place(place, t) for _, place in scheme.places.iterrows()],
        "lines": [*_limits(scheme, t, dark=dark), *_lines(scheme, t, dark=dark)],
        "sides": [_side(scheme, side, t) for side in _sides(scheme)],
    }


@functools.lru_cache(maxsize=8)
def _constant_json(scheme: PatrolScheme, lang: str, *, dark: bool) -> str:
    return map_json(_constant(scheme, lang, dark=dark))


@functools.lru_cache(maxsize=8)
def _points(scheme: PatrolScheme, lang: str) -> list[Json]:
    """Return the control points; not to be changed by who gets them."""
    return [_point(point, catalogue(lang)) for point in scheme.control_points.itertuples()]


def _address(address: Address | None) -> Json:
    if address is None:
        return {"address": None, "at": None}
    at = address.view
    return {
        "address": address.query,
        "address_names": PARAMETERS,
        "view_name": VIEW_PARAMETER,
        "at": at and (at.lat, at.lon, at.zoom),
    }


def _reading(t: Catalogue) -> Json:
    """Return how the position under the pointer is written."""
    north, south, east, west = (t(f"hemisphere.{letter}") for letter in "NSEW")
    return {"lat": (north, south), "lon": (east, west), "decimal": t.number(0.5, digits=1)[1]}


def _hollow(scheme: PatrolScheme, selection: Selection) -> frozenset[str]:
    """Return the control points that take no part, or are none yet: before the scheme there were bases only."""
    every: frozenset[str] = frozenset(scheme.control_points.index)
    if selection.year is not None and not as_of(scheme, selection.year).has_scheme:
        return every
    return every.difference(every if selection.scenario is None else selection.scenario.point_ids)


def _point(point: Any, t: Catalogue) -> Json:  # a row of pandas' itertuples has no type of its own
    lat, lon = latlon(point.geometry)
    label = t("point.label", name=point.name, country=t.country(point.country))
    return {"id": point.Index, "name": point.name, "label": label, "lat": lat, "lon": lon}


def _place(place: Any, t: Catalogue) -> Json:
    kind = place["kind"] if place["kind"] in _LAYER_OF_KIND else "port"
    lat, lon = latlon(place["geometry"])
    return {
        "id": place.name,  # the row's index
        "layer": _LAYER_OF_KIND[kind],
        "name": place["name"],
        "role": t.of(place, "role"),
        "label": t("place.label", name=place["name"], role=t.of(place, "role")),
        "symbol": kind,
        "lat": lat,
        "lon": lon,
        "min_zoom": _PLACE_ZOOM[kind],
        "name_zoom": _NAME_ZOOM[kind],
    }


def _lines(scheme: PatrolScheme, t: Catalogue, *, dark: bool) -> list[Json]:
    kinds = scheme.boundaries["kind"]
    drawn, closures = scheme.boundaries[kinds.isin(list(_LINE_DASH))], scheme.boundaries[kinds == "our-closure"]
    closing = [
        _limit(line, t, dark=dark, broken=True) | {"note": f"{t('line.our-closure')} · {t.of(line, 'note')}"}
        for _, line in closures.iterrows()
    ]
    return closing + [
        {
            "layer": "lines",
            "latlons": _latlons(line["geometry"]),
            "color": LINE_COLOR[dark],
            "opacity": 0.5 if line["mark"] == "unconfirmed" else 0.95,
            "dash": _LINE_DASH[line["kind"]],
            "title": t.of(line, "name"),
            "note": " · ".join(filter(None, (t(f"line.{line['kind']}"), t(f"mark.{line['mark']}"), t.of(line, "note")))),
        }
        for _, line in drawn.iterrows()
    ]


def _limits(scheme: PatrolScheme, t: Catalogue, *, dark: bool) -> list[Json]:
    return [
        _limit(limit, t, dark=dark, broken=limit["standing"] != "published") | {"note": t(f"limit.{limit['standing']}")}
        for _, limit in scheme.limits.iterrows()
    ]


def _limit(line: Any, t: Catalogue, *, dark: bool, broken: bool) -> Json:  # a row of pandas' iterrows has no type of its own
    """Return a limit or a closing line of ours, but for what is to be read of it."""
    return {
        "layer": "limits",
        "latlons": _latlons(line["geometry"]),
        "color": LIMIT_COLOR[dark],
        "opacity": 0.9,
        "dash": "2 4" if broken else None,
        "title": t.of(line, "name"),
    }


def _latlons(line: shapely.Geometry) -> list[list[list[float]]]:
    """Return the parts of a line, each a list of (lat, lon)."""
    parts = (shapely.get_coordinates(part).tolist() for part in shapely.get_parts(line))
    return [[[lat, lon] for lon, lat in part] for part in parts]


def _sides(scheme: PatrolScheme) -> list[str]:
    return sorted(set(scheme.waters["side"]), key=lambda side: (len(side) != 2, side))


def _side(scheme: PatrolScheme, side: str, t: Catalogue) -> Json:
    lat, lon, wide = _name_spot(scheme, side)
    named = t.country(side) if len(side) == 2 else ""
    return {
        "side": side,
        "color": side_color(side, scheme.waters["side"]),
        "name": named,
        "lat": lat,
        "lon": lon,
        "min_zoom": _ALWAYS if wide else _CLOSE_ZOOM,
    }


@functools.lru_cache(maxsize=16)
def _name_spot(scheme: PatrolScheme, side: str) -> tuple[float, float, bool]:
    """Return where a side's name stands: the middle of the widest circle in its widest part."""
    parts = scheme.waters_light[scheme.waters_light["side"] == side]
    widest = max(shapely.get_parts(parts.geometry.to_numpy()), key=area_km2)
    lat, lon = latlon(shapely.Point(shapely.maximum_inscribed_circle(widest, tolerance=0.01).coords[0]))
    full = scheme.waters[scheme.waters["side"] == side]
    return lat, lon, bool(areas_km2(full).sum() > _WIDE_SIDE_KM2)


def _legend(scheme: PatrolScheme, selection: Selection, answer: Answer | None, t: Catalogue) -> Json:
    point: Json = {"layer": None, "symbol": "point", "text": t("legend.point")}
    rows = [point, *_answer_legend(scheme, selection, answer, t), *_constant_legend(scheme, t.lang, dark=selection.dark)]
    return {"title": t("legend.title"), "rows": rows, "note": t("legend.note")}


@functools.lru_cache(maxsize=8)
def _constant_legend(scheme: PatrolScheme, lang: str, *, dark: bool) -> list[Json]:
    t, line, sides = catalogue(lang), LINE_COLOR[dark], _sides(scheme)
    kinds = [kind for kind in _LAYER_OF_KIND if kind in set(scheme.places["kind"])]
    rows: list[Json] = [
        {
            "layer": "sides",
            "symbol": "fill",
            "color": f"{side_color(side, sides)}66",
            "text": _side_text(side, t),
        }
        for side in sides
    ]
    kinds_drawn = set(scheme.boundaries["kind"])
    rows += [
        {"layer": "lines", "symbol": symbol, "color": line, "text": t(f"line.{kind}")}
        for kind, symbol in _LINE_SYMBOL.items()
        if kind in kinds_drawn
    ]
    limit = LIMIT_COLOR[dark]
    if len(scheme.limits):
        rows.append({"layer": "limits", "symbol": "line", "color": limit, "text": t("legend.limits")})
        rows.append({"layer": "limits", "symbol": "dot", "color": limit, "text": t("legend.closures")})
    rows += [{"layer": _LAYER_OF_KIND[kind], "symbol": kind, "text": t(f"legend.{kind}")} for kind in kinds]
    return rows


def _side_text(side: str, t: Catalogue) -> str:
    return t("legend.side", side=t.country(side)) if len(side) == 2 else t.country(side)


# --- the answer to a scenario ---------------------------------------------------------------------------------------------


def _answer_shapes(scheme: PatrolScheme, selection: Selection, answer: Answer | None, t: Catalogue) -> list[Json]:
    if answer is None:
        return []
    looks = _answer_looks(scheme, answer, t.lang, dark=selection.dark)
    sides = answer.shapes["side"] if "side" in answer.shapes else [None] * len(looks)
    tolerance_deg = 0.0 if answer.clipped_by_sides else _SHAPE_DEG  # those are simple already
    return [
        {
            "latlons": _rings(shape, tolerance_deg),
            **look,
            "title": look["text"],
            "clip": (side or "all") if answer.clipped_by_sides else None,
        }
        for look, side, shape in zip(looks, sides, answer.shapes.geometry, strict=True)
    ]


def _answer_legend(scheme: PatrolScheme, selection: Selection, answer: Answer | None, t: Catalogue) -> list[Json]:
    """Return a row per shape, the bands of arrival together as one scale."""
    if answer is None:
        return []
    looks = _answer_looks(scheme, answer, t.lang, dark=selection.dark)
    rows: list[Json] = []
    for look, what in zip(looks, answer.shapes["what"], strict=True):
        symbol = "dash" if look["opacity"] == 0 else "fill"
        row = {"layer": None, "symbol": symbol, "color": look["color"], "text": look["text"]}
        if what != "band" and row not in rows:  # a shape may come in pieces, one by side
            rows.append(row)
    if answer.layer == "bands":
        edges = [t.number(edge, digits=1) for edge in (0.0, *BAND_EDGES_H)]
        rows.insert(0, {"layer": None, "symbol": "scale", "colors": BAND_COLORS, "edges": edges, "text": t("legend.arrival")})
    rest = _rest_text(answer, t)
    return [*rows, {"layer": None, "symbol": "fill", "color": REST_COLOR[selection.dark], "text": rest}] if rest else rows


def _rest_text(answer: Answer, t: Catalogue) -> str:
    """Return what is to be said of the water that no shape covers; nothing, where there is none."""
    if answer.layer == "none" or (answer.layer == "first" and answer.coverage.nobody_km2 < 1):
        return ""
    hours = {"bands": BAND_EDGES_H[-1], "cost": DELAY_EDGES_H[0]}.get(answer.layer, answer.coverage.scenario.limit_h)
    return t(f"rest.{answer.layer}", hours=t.number(hours, digits=2))


@functools.lru_cache(maxsize=4)  # for the shapes, and again for the legend
def _answer_looks(scheme: PatrolScheme, answer: Answer, lang: str, *, dark: bool) -> list[Json]:
    """Return colour, opacity and words of each shape of an answer, in its order."""
    t = catalogue(lang)
    columns = {name: answer.shapes[name].tolist() for name in answer.shapes if name != "geometry"}
    rows = (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))
    return [_look(row, scheme, answer, dark, t) for row in rows]


def _look(shape: Any, scheme: PatrolScheme, answer: Answer, dark: bool, t: Catalogue) -> Json:
    limit = t.number(answer.coverage.scenario.limit_h, digits=2)
    what = shape["what"]
    if what == "band":
        color = band_color(shape["to_h"], BAND_EDGES_H)
        words = t("band.hours", begin=t.number(shape["from_h"], digits=2), end=t.number(shape["to_h"], digits=2))
        return {"color": color, "opacity": BAND_OPACITY, "text": words}
    if what == "limit":
        return {"color": INK[dark], "opacity": 0.0, "text": t("band.limit", hours=limit)}
    if what == "first":
        words = t("band.first", name=scheme.feature_name(shape["id"]))
        return {"color": point_color(shape["id"], answer.coverage.scenario.point_ids), "opacity": BAND_OPACITY, "text": words}
    if what == "delay":
        return _delay_look(shape["from_h"], shape["to_h"], t)
    return {"color": REACH_COLORS[what], "opacity": BAND_OPACITY, "text": t(f"band.{what}", hours=limit)}


def _delay_look(from_h: float, to_h: float, t: Catalogue) -> Json:
    if math.isinf(from_h):
        return {"color": NEVER_COLOR, "opacity": BAND_OPACITY, "text": t("band.never")}
    color = next(color for edge, color in DELAY_COLORS if from_h <= edge)
    begin, end = t.number(from_h, digits=2), t.number(to_h, digits=2) if math.isfinite(to_h) else ""
    words = t("band.later", begin=begin, end=end) if end else t("band.later-than", begin=begin)
    return {"color": color, "opacity": BAND_OPACITY, "text": words}


def _rings(shape: shapely.Geometry, tolerance_deg: float) -> list[list[list[list[float]]]]:
    """Return polygons as rings of (lat, lon), outer ring first, to about 100 m: they are drawn under the land."""
    parts = shapely.get_parts(shapely.simplify(shape, tolerance_deg) if tolerance_deg else shape)
    return [[_ring(ring) for ring in (part.exterior, *part.interiors)] for part in parts if not part.is_empty]


def _ring(ring: shapely.LinearRing) -> list[list[float]]:
    latlons: list[list[float]] = shapely.get_coordinates(ring)[:, ::-1].round(_SHAPE_DECIMALS).tolist()
    return latlons


def _way(way: Way, scheme: PatrolScheme, answer: Answer | None) -> Json:
    ids = answer.coverage.scenario.point_ids if answer else (way.point_id,)
    color = point_color(way.point_id, ids)
    return {
        "latlons": [[lat, lon] for lon, lat in way.lonlats],
        "color": color,
        "faint": not way.may_act,
        "title": scheme.feature_name(way.point_id),
    }


def _tiles(selection: Selection) -> Json | None:
    if selection.background != "osm":
        return None
    return {"url": OSM_TILES, "attribution": ""}  # the scene's own attribution names OpenStreetMap already


def _attribution(scheme: PatrolScheme, selection: Selection) -> str:
    """Return the attribution of what is drawn, as markup: Leaflet sets it by ``innerHTML``."""
    said = scheme.sources.credits(scheme.land_file, "strait.geojson", scheme.waters_file, lang=selection.lang)
    tiles = (
        ()
        if selection.background == "own" or any(OSM_NAME in credit for credit in said)
        else (catalogue(selection.lang)("background.credit"),)
    )
    lines = [_linked(map_text(credit)) if OSM_NAME in credit else map_text(credit) for credit in (*tiles, *said)]
    return " · ".join([*lines, "Selat"])


def _linked(credit_html: str) -> str:
    return f'<a href="{OSM_COPYRIGHT}" target="_blank" rel="noopener">{credit_html}</a>'
