"""All that can be drawn, and what a selection makes of it, as plain data."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, Final

import shapely

from geo.colors import BAND_OPACITY, LIMIT_COLOR, LINE_COLOR, PALETTE, REST_COLOR, SIDE_TINT, point_color, side_color
from geo.coverage.answers import Answer, Route
from geo.encode import Json, map_text
from geo.maps.legend import LAYER_OF_KIND, answer_looks, legend, sides_in_order
from geo.maps.selection import Selection
from geo.measure import area_km2, areas_km2
from geo.scheme.as_of import as_of
from geo.scheme.patrol_scheme import AgreementFootprint, PatrolScheme
from geo.text import Catalogue, catalogue

__all__ = ["changing_part", "constant_part", "scene"]

OSM_TILES: Final = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
OSM_NAME: Final = "OpenStreetMap"
OSM_COPYRIGHT: Final = "https://www.openstreetmap.org/copyright"
_LINE_DASH: Final = {"territorial-sea": "10 5", "seabed": "3 6", "openstreetmap": "8 4 1.5 4"}
_SHAPE_DEG: Final = 0.0015
_SHAPE_DECIMALS: Final = 3
_ALWAYS: Final = 0.0
_PLACE_ZOOM: Final = {"port": 7.5, "light": 8.5, "base": _ALWAYS, "air-base": _ALWAYS, "town": _ALWAYS}
_NAME_ZOOM: Final = {"port": 8.0, "light": 9.0, "base": 7.2, "air-base": 7.2, "town": 8.2}
_CLOSE_ZOOM: Final = 9.5
_WIDE_SIDE_KM2: Final = 5_000.0  # a side smaller than this is named only from a closer zoom


def latlon(point: shapely.Point) -> tuple[float, float]:
    """Return a position in the order that Leaflet wants."""
    return point.y, point.x


def scene(scheme: PatrolScheme, selection: Selection, answer: Answer | None = None, ways: Sequence[Route] = ()) -> Json:
    """Return all that can be drawn, and what the selection makes of it, as plain data for ``selat.scene``.

    Each thing names its layer; the script in the browser leaves out what is
    switched off and marks what is selected or touched, so that page and export
    work from the same data.
    """
    constant = constant_part(scheme, selection.lang, dark=selection.dark)
    return {**constant, **changing_part(scheme, selection, answer, ways)}


def changing_part(scheme: PatrolScheme, selection: Selection, answer: Answer | None, ways: Sequence[Route]) -> Json:
    """Return the part of the scene that a choice changes."""
    t = catalogue(selection.lang)
    agreement = scheme.agreement(selection.agreement_id)
    touched = scheme.footprint_of(agreement) if agreement else AgreementFootprint((), (), ())
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
        "legend": legend(scheme, selection, answer, t),
        "tiles": _tiles(selection),
        "attribution_html": _attribution(scheme, selection),
    }


@functools.lru_cache(maxsize=8)
def constant_part(scheme: PatrolScheme, lang: str, *, dark: bool) -> Json:
    """Return what no choice but language and theme changes; not to be changed by who gets it."""
    t = catalogue(lang)
    return {
        "places": [_place(place, t) for _, place in scheme.places.iterrows()],
        "lines": [*_limits(scheme, t, dark=dark), *_lines(scheme, t, dark=dark)],
        "sides": [_side(scheme, side, t) for side in sides_in_order(scheme)],
    }


@functools.lru_cache(maxsize=8)
def _points(scheme: PatrolScheme, lang: str) -> list[Json]:
    """Return the control points; not to be changed by who gets them."""
    return [_point(point, catalogue(lang)) for point in scheme.control_points.itertuples()]


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
    kind = place["kind"] if place["kind"] in LAYER_OF_KIND else "port"
    lat, lon = latlon(place["geometry"])
    return {
        "id": place.name,  # the row's index
        "layer": LAYER_OF_KIND[kind],
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


def _answer_shapes(scheme: PatrolScheme, selection: Selection, answer: Answer | None, t: Catalogue) -> list[Json]:
    if answer is None:
        return []
    looks = answer_looks(scheme, answer, t.lang, dark=selection.dark)
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


def _rings(shape: shapely.Geometry, tolerance_deg: float) -> list[list[list[list[float]]]]:
    """Return polygons as rings of (lat, lon), outer ring first, to about 100 m: they are drawn under the land."""
    parts = shapely.get_parts(shapely.simplify(shape, tolerance_deg) if tolerance_deg else shape)
    return [[_ring(ring) for ring in (part.exterior, *part.interiors)] for part in parts if not part.is_empty]


def _ring(ring: shapely.LinearRing) -> list[list[float]]:
    latlons: list[list[float]] = shapely.get_coordinates(ring)[:, ::-1].round(_SHAPE_DECIMALS).tolist()
    return latlons


def _way(way: Route, scheme: PatrolScheme, answer: Answer | None) -> Json:
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
