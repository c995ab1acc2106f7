"""What is drawn: a `Scene` of points, places, lines, sides, shapes and routes, in (lon, lat), EPSG:4326.

Page, exported file and print figure draw the same scene. `geo.maps.folium_map` turns it into
JSON for the browser, in (lat, lon).
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import shapely
from shapely.geometry.base import BaseGeometry

from geo.arrays import Floats
from geo.colors import AIR_COLOR, HATCH_COLOR, LIMIT_COLOR, LINE_COLOR, PALETTE, REST_COLOR, SIDE_TINT, point_color, side_color
from geo.coverage.air import RING_MIN, air_rings
from geo.coverage.answers import Answer, Route
from geo.encode import map_text
from geo.maps.legend import (
    FURTHER_LAYER_OF_SYMBOL,
    LAYER_OF_SYMBOL,
    Legend,
    ShapeStyle,
    build_legend,
    list_hatched_sides,
    place_symbol,
    sort_sides,
    style_shapes,
)
from geo.maps.selection import Selection
from geo.measure import area_km2, areas_km2
from geo.scheme.as_of import as_of
from geo.scheme.features import ControlPoint, Place
from geo.scheme.patrol_scheme import AgreementFootprint, PatrolScheme
from geo.scheme.status import year_of
from geo.sides import is_state
from geo.text import Catalogue, catalogue

__all__ = [
    "NOTHING_FIXED",
    "FixedLayers",
    "MapLabels",
    "MapLine",
    "MapPlace",
    "MapPoint",
    "MapRing",
    "MapRoute",
    "MapShape",
    "MapSide",
    "Scene",
    "build_scene",
    "list_drawn_places",
    "list_drawn_rings",
]

OSM_TILES: Final = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
OSM_NAME: Final = "OpenStreetMap"
OSM_COPYRIGHT: Final = "https://www.openstreetmap.org/copyright"
_LINE_DASH: Final = {"territorial-sea": "10 5", "seabed": "3 6", "openstreetmap": "8 4 1.5 4"}
_SHAPE_DEG: Final = 0.0015  # tolerance of shapes that come in full detail, about 160 m: they are drawn under the land
_SHAPE_DECIMALS: Final = 3  # about 100 m
_RING_DEG: Final = 0.003  # tolerance of air rings: they show what minutes an aircraft takes, not where a line runs
_ALWAYS: Final = 0.0
_PLACE_ZOOM: Final = {"port": 7.5, "light": 8.5, "base": _ALWAYS, "air-base": _ALWAYS, "town": _ALWAYS}
_NAME_ZOOM: Final = {"port": 8.0, "light": 9.0, "base": 7.2, "air-base": 7.2, "town": 8.2}
_CLOSE_ZOOM: Final = 9.5
_LABEL_SHARES: Final = (0.5, 0.35, 0.65, 0.2, 0.8)  # of the length of a line, where its label may stand
_WIDE_SIDE_KM2: Final = 5_000.0  # a side smaller than this is named only from a closer zoom


@dataclass(frozen=True)
class MapPoint:
    """A control point; ``hollow`` where it takes no part in the scenario."""

    id: str
    name: str
    label: str
    lon: float
    lat: float
    hollow: bool = False


@dataclass(frozen=True)
class MapPlace:
    """A port, light, base or town. Its symbol shows from ``min_zoom`` on, its name from ``name_zoom`` on.

    ``further_layer`` draws it too, as of the year ``since`` and later.
    """

    id: str
    layer: str
    name: str
    role: str
    label: str
    symbol: str
    lon: float
    lat: float
    min_zoom: float
    name_zoom: float
    further_layer: str | None = None
    since: int | None = None


@dataclass(frozen=True, eq=False)
class MapLine:
    """A boundary, a limit, or a closing line; ``dash`` is a pattern of SVG in pixels, ``None`` for a solid line."""

    layer: str
    geometry: BaseGeometry
    color: str
    opacity: float
    dash: str | None
    title: str
    note: str


@dataclass(frozen=True, eq=False)
class MapRing:
    """How far aircraft come within ``minutes``, from whichever airfield is nearest: lines within the study box.

    It stands from the year ``since`` until another airfield was seen, in the year ``until``;
    ``None`` for no such year. ``lon`` and ``lat`` say where ``label`` stands.
    """

    minutes: int
    geometry: BaseGeometry
    color: str
    label: str
    lon: float
    lat: float
    title: str
    note: str
    since: int | None
    until: int | None


@dataclass(frozen=True)
class MapSide:
    """A side of the waters: its colour, and where its name stands. The waters themselves are no part of a scene."""

    side: str
    color: str
    name: str
    lon: float
    lat: float
    min_zoom: float


@dataclass(frozen=True, eq=False)
class MapShape:
    """A shape of the answer, polygons.

    ``clip`` names what a renderer has to clip it to: a side, ``"all"`` for the union of all
    sides, ``None`` where it is clipped already.
    """

    geometry: BaseGeometry
    style: ShapeStyle
    clip: str | None


@dataclass(frozen=True)
class MapRoute:
    """The shortest route over water from a start to the clicked position; ``faint`` where the start may not act there."""

    lonlats: tuple[tuple[float, float], ...]
    color: str
    faint: bool


@dataclass(frozen=True)
class MapLabels:
    """Texts of the map's controls. ``latitude`` and ``longitude`` are hemispheres, the positive one first."""

    map: str
    zoom_in: str
    zoom_out: str
    whole: str
    no_tiles: str
    latitude: tuple[str, str]
    longitude: tuple[str, str]
    decimal: str


@dataclass(frozen=True, eq=False)
class FixedLayers:
    """What no choice but language and theme changes: computed once, and the same object in every scene."""

    places: tuple[MapPlace, ...]
    lines: tuple[MapLine, ...]
    sides: tuple[MapSide, ...]
    rings: tuple[MapRing, ...]


NOTHING_FIXED: Final = FixedLayers((), (), (), ())


@dataclass(frozen=True, eq=False)
class Scene:
    """All that can be drawn, and what a selection makes of it.

    Each item names its layer; a renderer leaves out what is not in ``layers`` and marks what
    is ``selected`` or ``touched``, so that page, file and figure draw the same scene.

    Attributes
    ----------
    fixed
        Places, lines, sides and air rings.
    points, shapes, routes
        Control points, shapes of the answer, routes to ``water``.
    rest_color
        Of the water that no shape covers.
    hatched, hatch_color
        Sides on which no start may act, and the colour of their hatch.
    water
        (lon, lat) of the clicked position.
    layers
        Layers that are switched on, of `geo.maps.selection.LAYER_IDS`.
    selected
        Id of the selected point or place.
    starts
        Ids of the starts that take part.
    touched
        What the selected agreement touches.
    year
        The year that airfields and rings are drawn as of; ``None`` for today.
    view
        Counts how often the opening view was asked for.
    palette
        Colours of land, coast and sea.
    tint
        Opacity of the sides' colours.
    tiles_url
        Where tiles of the background come from; ``None`` for our own land.
    attribution_html
        Attribution of what is drawn, as encoded HTML.
    """

    fixed: FixedLayers
    points: tuple[MapPoint, ...]
    shapes: tuple[MapShape, ...]
    routes: tuple[MapRoute, ...]
    rest_color: str
    hatched: tuple[str, ...]
    hatch_color: str
    water: tuple[float, float] | None
    layers: tuple[str, ...]
    selected: str | None
    starts: tuple[str, ...]
    touched: AgreementFootprint
    year: int | None
    view: int
    dark: bool
    palette: Mapping[str, str]
    tint: float
    labels: MapLabels
    legend: Legend
    tiles_url: str | None
    attribution_html: str


def build_scene(
    scheme: PatrolScheme, selection: Selection, answer: Answer | None = None, routes: Sequence[Route] = ()
) -> Scene:
    """Return all that can be drawn, and what the selection makes of it.

    Parameters
    ----------
    scheme
        What to draw.
    selection
        What the reader has chosen.
    answer
        The answer whose shapes are drawn.
    routes
        Routes from the starts to ``selection.water``.
    """
    t = catalogue(selection.lang)
    agreement = scheme.agreement(selection.agreement_id)
    return Scene(
        fixed=_fixed_layers(scheme, t.lang, dark=selection.dark),
        points=_points(scheme, t.lang, _hollow_ids(scheme, selection)),
        shapes=_shapes(scheme, selection, answer),
        routes=tuple(_route(route, answer) for route in routes),
        rest_color=REST_COLOR[selection.dark],
        hatched=tuple(list_hatched_sides(answer)),
        hatch_color=HATCH_COLOR[selection.dark],
        water=selection.water,
        layers=selection.layers,
        selected=selection.feature_id,
        starts=selection.scenario.point_ids if selection.scenario else (),
        touched=scheme.footprint_of(agreement) if agreement else AgreementFootprint((), (), ()),
        year=selection.year,
        view=selection.view,
        dark=selection.dark,
        palette=PALETTE[selection.dark],
        tint=SIDE_TINT[selection.dark],
        labels=_labels(t.lang),
        legend=build_legend(scheme, selection, answer, t),
        tiles_url=OSM_TILES if selection.background == "osm" else None,
        attribution_html=_attribution(scheme, selection),
    )


@functools.lru_cache(maxsize=8)
def _fixed_layers(scheme: PatrolScheme, lang: str, *, dark: bool) -> FixedLayers:
    t = catalogue(lang)
    return FixedLayers(
        places=tuple(_place(place, t) for place in scheme.places),
        lines=(*_limits(scheme, t, dark=dark), *_closing_lines(scheme, t, dark=dark), *_boundaries(scheme, t, dark=dark)),
        sides=tuple(_side(scheme, side, t) for side in sort_sides(scheme)),
        rings=_rings(scheme, t, dark=dark),
    )


@functools.lru_cache(maxsize=8)
def _labels(lang: str) -> MapLabels:
    t = catalogue(lang)
    north, south, east, west = (t(f"hemisphere.{letter}") for letter in "NSEW")
    return MapLabels(
        map=t("map.label"),
        zoom_in=t("map.zoom-in"),
        zoom_out=t("map.zoom-out"),
        whole=t("map.whole"),
        no_tiles=t("map.no-tiles"),
        latitude=(north, south),
        longitude=(east, west),
        decimal=t.number(0.5, digits=1)[1],
    )


# --- points and places ----------------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=8)
def _points(scheme: PatrolScheme, lang: str, hollow_ids: frozenset[str]) -> tuple[MapPoint, ...]:
    return tuple(_point(point, hollow_ids, catalogue(lang)) for point in scheme.control_points)


def _hollow_ids(scheme: PatrolScheme, selection: Selection) -> frozenset[str]:
    """Return the control points that take no part, or are none yet: before the scheme there were bases only."""
    every: frozenset[str] = frozenset(scheme.point_ids)
    if selection.year is not None and not as_of(scheme, selection.year).has_scheme:
        return every
    return every.difference(every if selection.scenario is None else selection.scenario.point_ids)


def _point(point: ControlPoint, hollow_ids: frozenset[str], t: Catalogue) -> MapPoint:
    label = t("point.label", name=point.name, country=t.country(point.country))
    return MapPoint(point.id, point.name, label, point.lon, point.lat, point.id in hollow_ids)


def _place(place: Place, t: Catalogue) -> MapPlace:
    symbol, role = place_symbol(place), place.role.in_language(t.lang)
    return MapPlace(
        id=place.id,
        layer=LAYER_OF_SYMBOL[symbol],
        name=place.name,
        role=role,
        label=t("place.label", name=place.name, role=role),
        symbol=symbol,
        lon=place.lon,
        lat=place.lat,
        min_zoom=_PLACE_ZOOM[place.kind],
        name_zoom=_NAME_ZOOM[place.kind],
        further_layer=FURTHER_LAYER_OF_SYMBOL.get(symbol),
        since=year_of(place.since) if place.since else None,
    )


# --- lines ----------------------------------------------------------------------------------------------------------------


def _limits(scheme: PatrolScheme, t: Catalogue, *, dark: bool) -> list[MapLine]:
    return [
        _limit(limit, t(f"limit.{limit['standing']}"), t, dark=dark, dotted=limit["standing"] != "published")
        for _, limit in scheme.limits.iterrows()
    ]


def _closing_lines(scheme: PatrolScheme, t: Catalogue, *, dark: bool) -> list[MapLine]:
    lines = scheme.boundaries[scheme.boundaries["kind"] == "our-closure"]
    return [
        _limit(line, f"{t('line.our-closure')} · {t.of(line, 'note')}", t, dark=dark, dotted=True)
        for _, line in lines.iterrows()
    ]


def _limit(line: Any, note: str, t: Catalogue, *, dark: bool, dotted: bool) -> MapLine:  # a row of pandas' iterrows, untyped
    return MapLine("limits", line["geometry"], LIMIT_COLOR[dark], 0.9, "2 4" if dotted else None, t.of(line, "name"), note)


def _boundaries(scheme: PatrolScheme, t: Catalogue, *, dark: bool) -> list[MapLine]:
    lines = scheme.boundaries[scheme.boundaries["kind"].isin(list(_LINE_DASH))]
    return [
        MapLine(
            layer="lines",
            geometry=line["geometry"],
            color=LINE_COLOR[dark],
            opacity=0.5 if line["mark"] == "unconfirmed" else 0.95,
            dash=_LINE_DASH[line["kind"]],
            title=t.of(line, "name"),
            note=" · ".join(filter(None, (t(f"line.{line['kind']}"), t(f"mark.{line['mark']}"), t.of(line, "note")))),
        )
        for _, line in lines.iterrows()
    ]


# --- air rings ------------------------------------------------------------------------------------------------------------


def list_drawn_rings(scene: Scene) -> tuple[MapRing, ...]:
    """Return the rings that a scene draws: those of its year, if their layer is on."""
    if "air" not in scene.layers:
        return ()
    year = math.inf if scene.year is None else scene.year
    return tuple(
        ring for ring in scene.fixed.rings if (ring.since or -math.inf) <= year and (ring.until is None or year < ring.until)
    )


def list_drawn_places(scene: Scene) -> tuple[MapPlace, ...]:
    """Return the places that the layers of a scene draw."""
    return tuple(place for place in scene.fixed.places if _is_drawn(place, scene))


def _is_drawn(place: MapPlace, scene: Scene) -> bool:
    is_seen = scene.year is None or place.since is None or place.since <= scene.year
    return place.layer in scene.layers or (place.further_layer in scene.layers and is_seen)


def _rings(scheme: PatrolScheme, t: Catalogue, *, dark: bool) -> tuple[MapRing, ...]:
    """Return the outlines, each for the span of years in which the same airfields had been seen."""
    speed = scheme.air_speed
    if speed is None:
        return ()
    values = {"speed": t.number(speed.value), "mark": t(f"mark.{speed.mark}")}
    return tuple(
        MapRing(
            minutes=outline.minutes,
            geometry=outline.line,
            color=AIR_COLOR[dark],
            label=t("air.label", minutes=t.number(outline.minutes)),
            lon=outline.label_point.x,
            lat=outline.label_point.y,
            title=t("air.title", minutes=t.number(outline.minutes)),
            note=t("air.note", **values),
            since=outline.since,
            until=outline.until,
        )
        for outline in _air_outlines(scheme, speed.value)
    )


@dataclass(frozen=True, eq=False)
class _AirOutline:
    """How far aircraft come within ``minutes``, in the years from ``since`` to before ``until``."""

    minutes: int
    line: BaseGeometry
    label_point: shapely.Point
    since: int | None
    until: int | None


@functools.lru_cache(maxsize=4)
def _air_outlines(scheme: PatrolScheme, speed_km_h: float) -> tuple[_AirOutline, ...]:
    first_years = {place.id: year_of(place.since) if place.since else None for place in scheme.airfields}
    rings = air_rings(((place.id, place.lon, place.lat) for place in scheme.airfields), speed_km_h=speed_km_h)
    box = scheme.sources.study_box
    window, water = shapely.box(box.west, box.south, box.east, box.north), scheme.strait.union_all()
    names = shapely.MultiPoint([*(_name_point(scheme, side)[0] for side in sort_sides(scheme)), *_positions(scheme)])
    years = sorted(set(first_years.values()), key=lambda year: year or -math.inf)
    outlines: list[_AirOutline] = []
    for minutes in RING_MIN:
        for since, until in itertools.zip_longest(years, years[1:]):
            latest = -math.inf if since is None else since
            areas = [r.area for r in rings if r.minutes == minutes and (first_years[r.airfield_id] or -math.inf) <= latest]
            line = _coarsened(_merged_lines(shapely.intersection(shapely.union_all(areas).boundary, window)), _RING_DEG)
            if outlines and outlines[-1].minutes == minutes and outlines[-1].line.equals(line):
                outlines[-1] = replace(outlines[-1], until=until)  # the further airfield widens nothing
            elif not line.is_empty:
                outlines.append(_AirOutline(minutes, line, _label_point(line, water, names), since, until))
    return tuple(outlines)


def _positions(scheme: PatrolScheme) -> list[shapely.Point]:
    return [point.point for point in scheme.control_points]


def _label_point(line: BaseGeometry, water: BaseGeometry, names: BaseGeometry) -> shapely.Point:
    """Return a point of a line's longest stretch over the strait, or of its longest at all, away from other names."""
    over_water = _merged_lines(shapely.intersection(line, water))
    longest = max(shapely.get_parts(line if over_water.is_empty else over_water), key=shapely.length)
    spots: list[shapely.Point] = [longest.interpolate(share, normalized=True) for share in _LABEL_SHARES]
    return max(spots, key=names.distance)


def _merged_lines(shape: BaseGeometry) -> BaseGeometry:
    """Return the lines of a geometry, joined where they meet; points where lines only touch are dropped."""
    lines = [part for part in shapely.get_parts(shape) if part.length]
    return shapely.line_merge(shapely.MultiLineString(lines))


# --- sides ----------------------------------------------------------------------------------------------------------------


def _side(scheme: PatrolScheme, side: str, t: Catalogue) -> MapSide:
    name_point, is_wide = _name_point(scheme, side)
    return MapSide(
        side=side,
        color=side_color(side, scheme.waters["side"]),
        name=t.country(side) if is_state(side) else "",
        lon=name_point.x,
        lat=name_point.y,
        min_zoom=_ALWAYS if is_wide else _CLOSE_ZOOM,
    )


@functools.lru_cache(maxsize=16)
def _name_point(scheme: PatrolScheme, side: str) -> tuple[shapely.Point, bool]:
    """Return where a side's name stands, the centre of the widest circle in its largest part; and whether it is wide."""
    parts = scheme.waters_light[scheme.waters_light["side"] == side]
    largest = max(shapely.get_parts(parts.geometry.to_numpy()), key=area_km2)
    centre = shapely.Point(shapely.maximum_inscribed_circle(largest, tolerance=0.01).coords[0])
    full = scheme.waters[scheme.waters["side"] == side]
    return centre, bool(areas_km2(full).sum() > _WIDE_SIDE_KM2)


# --- the answer -----------------------------------------------------------------------------------------------------------


def _shapes(scheme: PatrolScheme, selection: Selection, answer: Answer | None) -> tuple[MapShape, ...]:
    if answer is None:
        return ()
    styles = style_shapes(scheme, answer, selection.lang, dark=selection.dark)
    sides = answer.shapes["side"] if "side" in answer.shapes else [None] * len(styles)
    tolerance_deg = 0.0 if answer.clipped_by_sides else _SHAPE_DEG  # those are simplified already
    return tuple(
        MapShape(_coarsened(shape, tolerance_deg), style, (side or "all") if answer.clipped_by_sides else None)
        for style, side, shape in zip(styles, sides, answer.shapes.geometry, strict=True)
    )


def _coarsened(shape: BaseGeometry, tolerance_deg: float) -> BaseGeometry:
    """Return polygons to about 100 m."""
    return shapely.transform(shapely.simplify(shape, tolerance_deg) if tolerance_deg else shape, _rounded)


def _rounded(lonlats: Floats) -> Floats:
    return lonlats.round(_SHAPE_DECIMALS)


def _route(route: Route, answer: Answer | None) -> MapRoute:
    ids = answer.coverage.scenario.point_ids if answer else (route.point_id,)
    return MapRoute(route.lonlats, point_color(route.point_id, ids), not route.may_act)


# --- attribution ----------------------------------------------------------------------------------------------------------


def _attribution(scheme: PatrolScheme, selection: Selection) -> str:
    """Return the attribution of what is drawn, as markup: Leaflet sets it by ``innerHTML``."""
    credits = scheme.sources.credits(scheme.land_file, "strait.geojson", scheme.waters_file, lang=selection.lang)
    is_named = selection.background == "own" or any(OSM_NAME in credit for credit in credits)
    tiles = () if is_named else (catalogue(selection.lang)("background.credit"),)
    items = [_linked(map_text(credit)) if OSM_NAME in credit else map_text(credit) for credit in (*tiles, *credits)]
    return " · ".join([*items, "Selat"])


def _linked(credit_html: str) -> str:
    return f'<a href="{OSM_COPYRIGHT}" target="_blank" rel="noopener">{credit_html}</a>'
