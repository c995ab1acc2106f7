"""Write the exported file: one HTML page that opens from disk with no network.

Map, scene and cards are those of the page. Same input, same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

import geopandas as gpd
from markupsafe import Markup
from xstatic.pkg import leaflet

from geo.cards.html import CARDS_STYLE
from geo.coverage.answers import COVERAGE_LAYERS, Answer, CoverageModel
from geo.encode import Json, JsonValue, map_json, templates_of
from geo.maps.folium_map import (
    ASSETS_FOLDER,
    MAP_SCRIPTS,
    MapFiles,
    build_base_map,
    build_scene_group,
    render_parts,
    scene_to_json,
)
from geo.maps.scene import build_scene
from geo.maps.selection import LAYER_IDS, Selection
from geo.offline.facts import PageFacts, page_title
from geo.offline.hours import hourly_answers
from geo.offline.packing import pack_polygons, pack_text
from geo.offline.years import yearly_facts
from geo.scheme.layers import LAYERS
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import LANGUAGES, catalogue

__all__ = ["EXPORT_MARK", "export_html"]

EXPORT_MARK: Final = '<meta name="generator" content="Selat map export">'
_DECIMALS: Final = 4  # of a degree, for drawing: about 11 m
_SIMPLIFY_DEG: Final = 0.002  # about 200 m
# On 2,500 links. The head of the file says the first for all of them, and a new window has no opener by default.
_REL: Final = ' rel="noopener noreferrer"'
_FOLDER: Final = Path(__file__).parent / "assets"
_LEAFLET_FOLDER: Final = Path(leaflet.BASE_DIR)
_STYLES: Final = (_LEAFLET_FOLDER / "leaflet.css", ASSETS_FOLDER / "selat-map.css", CARDS_STYLE, _FOLDER / "export.css")
_SCRIPTS: Final = (_FOLDER / "dom.js", _FOLDER / "packing.js", *(ASSETS_FOLDER / name for name in MAP_SCRIPTS))
_COMMENT: Final = re.compile(r"^ *(?://[^\n]*|/\*.*?\*/)\n", re.MULTILINE | re.DOTALL)  # on lines of its own
_TEMPLATES: Final = templates_of(_FOLDER)


def export_html(
    scheme: PatrolScheme,
    selection: Selection,
    answer: Answer | None = None,
    model: CoverageModel | None = None,
    *,
    address: str | None = None,
) -> bytes:
    """Return the map with its facts as one self-contained HTML page.

    Parameters
    ----------
    scheme
        What to draw.
    selection
        What the page opens with; the other language is in it too. The background is always
        our own land: tiles need a network, and refuse a page opened from disk.
    answer
        The answer to the selection's scenario, for a page with that one answer only.
    model
        The coverage model, for a page that answers the scenario at every half hour.
    address
        Where the page shows the same: its query (``"lang=id"``, as `geo.maps.permalink` writes it),
        which is then in the head of the file, or the whole address, which is linked to as well.

    Returns
    -------
    bytes
        UTF-8, the same for the same scheme and selection.
    """
    opening = replace(selection, background="own", dark=False, view=0, water=None).within(scheme)
    hourly = hourly_answers(scheme, opening, model, opening.scenario) if model and opening.scenario else None
    yearly = yearly_facts(scheme, opening)
    opening_answer = None if hourly else answer  # hours.js draws the shapes
    container_id, map_script = _draw_map(scheme, opening, opening_answer)
    scripts = [
        _read_asset(_LEAFLET_FOLDER / "leaflet.js"),
        *map(_read_script, _SCRIPTS),
        _mark_safe(map_script),
        *([_read_script(_FOLDER / "hours.js")] if hourly else []),
        *([_read_script(_FOLDER / "years.js")] if yearly else []),
        _read_script(_FOLDER / "export.js"),
    ]
    facts = PageFacts(scheme, opening)
    page = _TEMPLATES.get_template("export.html.j2").render(
        t=facts.t,
        lang=opening.lang,
        languages=[(lang, catalogue(lang)("page.own-name")) for lang in LANGUAGES],
        mark=_mark_safe(EXPORT_MARK),
        stamp=scheme.sources.stamp,
        data_date=lambda t: t.date(scheme.sources.data_date),
        address=address,
        link=address if address and address.startswith(("https://", "http://")) else None,
        styles=list(map(_read_asset, _STYLES)),
        scripts=scripts,
        script_hashes=" ".join(map(_hash_script, scripts)),
        container_id=container_id,
        state=_mark_safe(map_json(_export_state(scheme, opening, opening_answer, address))),
        hourly=hourly,
        hourly_data=pack_text([map_json(hourly.data())]) if hourly else None,
        yearly=yearly,
        yearly_data=pack_text([map_json(yearly.data())]) if yearly else None,
        coverage_layers=COVERAGE_LAYERS,
        layers=[(name, name in opening.layers) for name in LAYER_IDS],
        coverage=facts.coverage(hourly.opened if hourly else answer),
        files=scheme.sources.files,
        citations=scheme.sources.citations,
        **facts.page(),
    )
    return page.replace(_REL, "").encode()


# --- map and data -----------------------------------------------------------------------------------------------------------


def _draw_map(scheme: PatrolScheme, opening: Selection, answer: Answer | None) -> tuple[str, str]:
    """Return the id of the map's element and the map's script, with land and sides in it."""
    is_light = scheme.land_file == LAYERS["land_light"].file
    waters_are_light = scheme.waters_file == LAYERS["waters_light"].file
    files = MapFiles(
        land=_pack_layer(scheme.land_light, is_light=is_light),
        waters=_pack_layer(scheme.waters_light, is_light=waters_are_light) if len(scheme.waters) else None,
        region=_pack_layer(scheme.region, is_light=True) if len(scheme.region) else None,
    )
    return render_parts(build_base_map(scheme, files), build_scene_group(build_scene(scheme, opening, answer)))


def _pack_layer(frame: gpd.GeoDataFrame, *, is_light: bool) -> Json:
    """Return a layer packed, with what the map draws of it: geometry, and whose side it is.

    A full layer is simplified first, so that the file stays small whatever the data folder holds.
    """
    shapes = frame.geometry if is_light else frame.geometry.simplify(_SIMPLIFY_DEG)
    sides = frame["side"] if "side" in frame else [None] * len(frame)
    features: list[Json] = [
        {"properties": {"side": side} if side else {}, "polygons": pack_polygons(shape, decimals=_DECIMALS)}
        for shape, side in zip(shapes, sides, strict=True)
    ]
    return {"decimals": _DECIMALS, "features": features}


def _export_state(scheme: PatrolScheme, opening: Selection, answer: Answer | None, address: str | None) -> Json:
    """Return where the file came from, and what export.js needs in addition to the opening scene.

    That is: what each agreement touches, and title and scene in each language. Shapes, and the geometry of lines and
    air rings, are the same in every language.
    """
    others = (lang for lang in LANGUAGES if lang != opening.lang)
    scenes = {lang: scene_to_json(build_scene(scheme, replace(opening, lang=lang), answer)) for lang in others}
    footprints = {agreement.id: scheme.footprint_of(agreement) for agreement in scheme.agreements}
    return {
        "from": {"address": address, **_selection_data(opening)},
        "agreement": opening.agreement_id,
        "titles": {lang: page_title(scheme, catalogue(lang)) for lang in LANGUAGES},
        "scenes": {
            lang: {**other, "shapes": [], **{name: _without_lines(other[name]) for name in ("lines", "rings")}}
            for lang, other in scenes.items()
        },
        "touched": {
            agreement_id: {"points": touched.point_ids, "places": touched.place_ids, "sides": touched.sides}
            for agreement_id, touched in footprints.items()
        },
    }


def _without_lines(rings: JsonValue) -> JsonValue:
    return [{**ring, "latlons": []} for ring in rings if isinstance(ring, dict)] if isinstance(rings, list) else rings


def _selection_data(selection: Selection) -> Json:
    """Return a selection as plain data, without what the exported file ignores."""
    ignored = {"background", "dark", "view", "water"}
    return {name: value for name, value in asdict(selection).items() if name not in ignored}


# --- scripts and styles -----------------------------------------------------------------------------------------------------


def _mark_safe(markup: str) -> Markup:
    """Return markup of ours as such: a constant, or made of what has passed `map_json` or `page_html`."""
    return Markup(markup)  # noqa: S704 - see above


def _hash_script(script: str) -> str:
    """Return the name of a script in the content security policy: only scripts named there run."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _read_script(path: Path) -> Markup:
    """Return a script of ours without its comments, to keep the file small."""
    return _mark_safe(_COMMENT.sub("", _read_asset(path) + "\n"))


def _read_asset(path: Path) -> Markup:
    """Return a script or style of ours or Leaflet's, ready to stand inside its element and naming no other file."""
    text = path.read_text("utf-8").replace("</script", "<\\/script").replace("//# sourceMappingURL=leaflet.js.map", "")
    lines = [line for line in text.splitlines() if "url(images/" not in line]  # default pins, which this map does not use
    return _mark_safe("\n".join(lines))
