"""The scene as a Folium map: a constant base map, and one feature group for all that a choice changes.

This is the only module that knows Folium, and the only one where (lon, lat) becomes (lat, lon):
`scene_to_json` is the last step before the browser, and writes what ``assets/scene.d.ts``
declares. Folium compiles its own output as a template, and puts the strings of popups and
tooltips into script and markup. So data reaches the browser as JSON through `map_json` and is
set there as text; what has to be markup passes `map_text`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import folium
import shapely
from branca.element import Figure, MacroElement
from folium.template import Template
from shapely.geometry.base import BaseGeometry

from geo.colors import BAND_OPACITY
from geo.encode import Json, JsonValue, map_json
from geo.maps.legend import Legend, LegendRow, ScaleRow
from geo.maps.permalink import PARAMETERS, VIEW_PARAMETER, View
from geo.maps.scene import (
    FixedLayers,
    MapLabels,
    MapLine,
    MapPlace,
    MapPoint,
    MapRing,
    MapRoute,
    MapShape,
    MapSide,
    Scene,
    list_drawn_rings,
)
from geo.scheme.patrol_scheme import PatrolScheme

__all__ = [
    "ASSETS_FOLDER",
    "MAP_SCRIPTS",
    "MapFiles",
    "PageAddress",
    "build_base_map",
    "build_scene_group",
    "read_clicked_id",
    "render_parts",
    "row_to_json",
    "scene_to_json",
]

ASSETS_FOLDER: Final = Path(__file__).parent / "assets"
MAP_SCRIPTS: Final = ("map-controls.js", "map-symbols.js", "map-areas.js", "selat-map.js")  # each uses those before it
_SEAM_DEG: Final = 1e-4  # drawn land has four or five decimals
_PADDING_PX: Final = ((34, 34), (34, 60))  # left and top, right and bottom: the attribution lies at the bottom


# --- Folium elements --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MapFiles:
    """The files of the base map.

    ``land``, ``waters`` and ``region``, the coarse land beyond the study box, are addresses of GeoJSON, or the
    layers themselves to embed.
    ``scripts`` and ``styles`` are addresses; empty where the caller includes them.
    """

    land: str | Json
    waters: str | Json | None
    region: str | Json | None = None
    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageAddress:
    """The query that the map keeps in the page's address, and the view that the address had when the page was opened."""

    query: str
    view: View | None = None


class _OwnMap(folium.Map):
    """A Folium map that loads nothing from other hosts: Folium's own lists name four."""

    def __init__(self, files: MapFiles, center: tuple[float, float]) -> None:
        self.default_js = [(Path(address).name, address) for address in files.scripts]
        self.default_css = [(Path(address).name, address) for address in files.styles]
        super().__init__(
            tiles=None,
            location=center,
            zoom_start=6,
            min_zoom=4,
            max_zoom=16,
            zoom_snap=0.1,
            zoom_delta=0.5,
            wheel_px_per_zoom_level=100,
            world_copy_jump=False,
        )


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
        "selat.scene({{ this._parent._parent.get_name() }}, {{ this._parent.get_name() }}, {{ this.scene_json }});"
        "{% endmacro %}"
    )

    def __init__(self, scene_json: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Scene"
        self.scene_json = scene_json

    def render(self, **_: object) -> str:
        """Return nothing: what is rendered into a figure, Folium compiles as a template, which is slow for a large scene.

        Callers use `script` instead, as the Streamlit component does.
        """
        return ""

    def script(self) -> str:
        """Return the call as JavaScript."""
        return str(self._template.module.script(self, {}))


def build_base_map(scheme: PatrolScheme, files: MapFiles) -> folium.Map:
    """Return the constant part of the map, fitted to the strait and every control point.

    Build a new one each time: Folium and its Streamlit component change the map that they are given.
    """
    west, south, east, north = _view(scheme)
    box = scheme.sources.study_box
    base = _OwnMap(files, center=((south + north) / 2, (west + east) / 2))
    options: Json = {
        "bounds": [[south, west], [north, east]],
        "padding": _PADDING_PX,
        "box": (box.west, box.south, box.east, box.north),
        "land": files.land,
        "waters": files.waters,
        "region": files.region,
        "seams": [_latlons(line) for line in _seams(scheme)],
    }
    base.add_child(_Base(options))
    return base


@functools.lru_cache(maxsize=4)
def _view(scheme: PatrolScheme) -> tuple[float, float, float, float]:
    shapes = [*scheme.strait.geometry, *(point.point for point in scheme.control_points)]
    west, south, east, north = (float(bound) for bound in shapely.total_bounds(shapes))
    return west, south, east, north


@functools.lru_cache(maxsize=4)
def _seams(scheme: PatrolScheme) -> tuple[BaseGeometry, ...]:
    """Return the lines where land was cut at the study box: no shores, though the land ends there."""
    box = scheme.sources.study_box
    edge = shapely.box(box.west, box.south, box.east, box.north).exterior
    cut = shapely.union_all([land.intersection(edge.buffer(_SEAM_DEG)) for land in scheme.land_light.geometry])
    lines = shapely.get_parts(edge.intersection(cut.buffer(_SEAM_DEG)))
    return tuple(line for line in lines if line.length > _SEAM_DEG * 2)


def build_scene_group(scene: Scene, *, address: PageAddress | None = None) -> folium.FeatureGroup:
    """Return the changing part of the map as one feature group, the same for the same scene.

    With ``address``, the map keeps the address of its page up to date.
    """
    group = folium.FeatureGroup(name="selat", control=False)
    # A page is asked for the rings again when they are switched on; a file has to bring them.
    rings = scene.fixed.rings if address is None else list_drawn_rings(scene)
    choice = map_json({**_choice_json(scene), "rings": [_ring_json(ring) for ring in rings], **_address_json(address)})
    group.add_child(_Scene(f"{_fixed_text(scene.fixed)[:-1]},{choice[1:]}"))
    return group


@functools.lru_cache(maxsize=8)
def _fixed_text(fixed: FixedLayers) -> str:
    return map_json(_fixed_json(fixed))


def render_parts(base: folium.Map, group: folium.FeatureGroup) -> tuple[str, str]:
    """Return the id of a map's element and its script, for a page without Streamlit; the same for the same map.

    The script also sets ``window.selatMap`` and ``window.selatGroup``.
    """
    for number, element in enumerate((base, *base._children.values(), group, *group._children.values())):
        element._id = f"selat_{number}"  # Folium's own ids, after which variables are named, are random
    base.add_child(group, name="selat")
    figure = cast("Figure", base.get_root())
    figure.render()
    scenes = [element.script() for element in group._children.values() if isinstance(element, _Scene)]
    globals_set = f"window.selatMap = {base.get_name()}; window.selatGroup = {group.get_name()};"
    return base.get_name(), "\n".join([figure.script.render(), *scenes, globals_set])


def read_clicked_id(returned: Mapping[str, object] | None, known: Iterable[str]) -> str | None:
    """Return the id of the feature that was clicked last, or ``None``.

    Parameters
    ----------
    returned
        What the map component returned. Features without an id, and ids that are
        not known, are ignored.
    known
        Ids of control points and places.
    """
    drawing = (returned or {}).get("last_active_drawing")
    properties = drawing.get("properties") if isinstance(drawing, Mapping) else None
    feature_id = properties.get("id") if isinstance(properties, Mapping) else None
    return feature_id if isinstance(feature_id, str) and feature_id in set(known) else None


# --- the scene as JSON, as assets/scene.d.ts declares it ------------------------------------------------------------------


def scene_to_json(scene: Scene) -> Json:
    """Return a scene as the argument of ``selat.scene``, with positions in (lat, lon)."""
    rings: Json = {"rings": [_ring_json(ring) for ring in scene.fixed.rings]}
    return {**_fixed_json(scene.fixed), **_choice_json(scene), **rings}


def _fixed_json(fixed: FixedLayers) -> Json:
    return {
        "places": [_place_json(place) for place in fixed.places],
        "lines": [_line_json(line) for line in fixed.lines],
        "sides": [_side_json(side) for side in fixed.sides],
    }


def _choice_json(scene: Scene) -> Json:
    touched = scene.touched
    return {
        "dark": scene.dark,
        "year": scene.year,
        "view": scene.view,
        "layers": scene.layers,
        "selected": scene.selected,
        "starts": scene.starts,
        "touched": {"points": touched.point_ids, "places": touched.place_ids, "sides": touched.sides},
        "palette": scene.palette,
        "labels": _labels_json(scene.labels),
        "points": [_point_json(point) for point in scene.points],
        "shapes": [_shape_json(shape) for shape in scene.shapes],
        "tint": scene.tint,
        "rest": {"color": scene.rest_color, "opacity": BAND_OPACITY},
        "hatch": {"sides": scene.hatched, "color": scene.hatch_color},
        "routes": [_route_json(route) for route in scene.routes],
        "water": scene.water and _latlon(*scene.water),
        "legend": _legend_json(scene.legend),
        "tiles": {"url": scene.tiles_url, "attribution": ""} if scene.tiles_url else None,  # `attribution_html` names it
        "attribution_html": scene.attribution_html,
    }


def _labels_json(labels: MapLabels) -> Json:
    return {
        "map": labels.map,
        "zoom_in": labels.zoom_in,
        "zoom_out": labels.zoom_out,
        "whole": labels.whole,
        "no_tiles": labels.no_tiles,
        "lat": labels.latitude,
        "lon": labels.longitude,
        "decimal": labels.decimal,
    }


def _point_json(point: MapPoint) -> Json:
    return {
        "id": point.id,
        "name": point.name,
        "label": point.label,
        "lat": point.lat,
        "lon": point.lon,
        "hollow": point.hollow,
    }


def _place_json(place: MapPlace) -> Json:
    return {
        "id": place.id,
        "layer": place.layer,
        "name": place.name,
        "role": place.role,
        "label": place.label,
        "symbol": place.symbol,
        "lat": place.lat,
        "lon": place.lon,
        "min_zoom": place.min_zoom,
        "name_zoom": place.name_zoom,
        **({"further_layer": place.further_layer, "since": place.since} if place.further_layer else {}),
    }


def _line_json(line: MapLine) -> Json:
    return {
        "layer": line.layer,
        "latlons": [_latlons(part) for part in shapely.get_parts(line.geometry)],
        "color": line.color,
        "opacity": line.opacity,
        "dash": line.dash,
        "title": line.title,
        "note": line.note,
    }


def _ring_json(ring: MapRing) -> Json:
    return {
        "latlons": [_latlons(part) for part in shapely.get_parts(ring.geometry)],
        "color": ring.color,
        "label": ring.label,
        "lat": ring.lat,
        "lon": ring.lon,
        "title": ring.title,
        "note": ring.note,
        "since": ring.since,
        "until": ring.until,
    }


def _side_json(side: MapSide) -> Json:
    return {
        "side": side.side,
        "color": side.color,
        "name": side.name,
        "lat": side.lat,
        "lon": side.lon,
        "min_zoom": side.min_zoom,
    }


def _shape_json(shape: MapShape) -> Json:
    polygons = (part for part in shapely.get_parts(shape.geometry) if not part.is_empty)
    return {
        "latlons": [[_latlons(ring) for ring in (polygon.exterior, *polygon.interiors)] for polygon in polygons],
        "color": shape.style.color,
        "opacity": shape.style.opacity,
        "clip": shape.clip,
    }


def _route_json(route: MapRoute) -> Json:
    return {
        "latlons": [_latlon(*lonlat) for lonlat in route.lonlats],
        "color": route.color,
        "faint": route.faint,
    }


def _legend_json(legend: Legend) -> Json:
    return {"title": legend.title, "rows": [row_to_json(row) for row in legend.rows], "note": legend.note}


def row_to_json(row: LegendRow) -> Json:
    """Return a row of the legend as the map's script reads it."""
    if isinstance(row, ScaleRow):
        return {"layer": None, "symbol": "scale", "colors": row.colors, "edges": row.edges, "text": row.text}
    color = {} if row.color is None else {"color": _with_alpha(row.color, row.opacity) if row.layer else row.color}
    further: Json = {"further_layer": row.further_layer} if row.further_layer else {}
    return {"layer": row.layer, **further, "symbol": row.symbol, **color, "text": row.text}


def _with_alpha(color: str, opacity: float) -> str:
    """Return ``#RRGGBB`` with an opacity below 1 as two more digits; fills of the answer have theirs in the style sheet."""
    return color if opacity == 1 else f"{color}{round(opacity * 255):02x}"


def _address_json(address: PageAddress | None) -> Json:
    if address is None:
        return {"address": None, "at": None}
    at = address.view
    return {
        "address": address.query,
        "address_names": PARAMETERS,
        "view_name": VIEW_PARAMETER,
        "at": None if at is None else (at.lat, at.lon, at.zoom),
    }


def _latlon(lon: float, lat: float) -> tuple[float, float]:
    """Return a position in the order of Leaflet."""
    return lat, lon


def _latlons(line: BaseGeometry) -> JsonValue:
    """Return the vertices of a line or ring as lists of (lat, lon)."""
    latlons: list[list[float]] = shapely.get_coordinates(line)[:, ::-1].tolist()
    return latlons
