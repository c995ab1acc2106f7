"""The scheme as a Folium map: one constant base, and one feature group for all that a choice changes.

The only room that knows Folium, the only one where (lon, lat) becomes (lat, lon),
and the only one where text is encoded for a map. Folium renders its own output a
second time as a template, and strings of its popups and tooltips land in script
and markup: so data reaches the browser as JSON through `map_json` and is set
there as text by ``geo/maps/assets/selat-map.js``; what must be markup passes `map_text`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import folium
import shapely
from branca.element import Figure, MacroElement
from folium.template import Template

from geo.coverage.answers import Answer, Route
from geo.encode import Json, map_json
from geo.maps.permalink import PARAMETERS, VIEW_PARAMETER, View
from geo.maps.scene import changing_part, constant_part
from geo.maps.selection import Selection
from geo.scheme.patrol_scheme import PatrolScheme

__all__ = ["ASSETS_FOLDER", "Drawing", "PageAddress", "base_map", "clicked_id", "drawing_parts", "scene_group"]

ASSETS_FOLDER: Final = Path(__file__).parent / "assets"


_PADDING_PX: Final = ((34, 34), (34, 50))  # left and top, right and bottom: the attribution lies at the bottom


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
class PageAddress:
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
    ways: Sequence[Route] = (),
    *,
    address: PageAddress | None = None,
) -> folium.FeatureGroup:
    """Return the changing part of the map as one feature group, alike while the selection is.

    ``address`` makes the map keep the address of the page it stands in.
    """
    group = folium.FeatureGroup(name="selat", control=False)
    changing = map_json(changing_part(scheme, selection, answer, ways) | _address(address))
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


@functools.lru_cache(maxsize=8)
def _constant_json(scheme: PatrolScheme, lang: str, *, dark: bool) -> str:
    return map_json(constant_part(scheme, lang, dark=dark))


def _address(address: PageAddress | None) -> Json:
    if address is None:
        return {"address": None, "at": None}
    at = address.view
    return {
        "address": address.query,
        "address_names": PARAMETERS,
        "view_name": VIEW_PARAMETER,
        "at": at and (at.lat, at.lon, at.zoom),
    }
