"""The map taken away: one HTML file that opens from disk with no network.

Made with the same map, scene and cards as the page. Same input, same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import jinja2
import shapely
from markupsafe import Markup
from xstatic.pkg import leaflet

from geo.agreements import Theme
from geo.answers import Answer
from geo.cards import (
    agreement_card,
    answer_tables,
    asked_text,
    feature_card,
    footer,
    marks_card,
    numbers_strip,
    page_html,
    rule_note,
    tables,
)
from geo.curve import curve_svg
from geo.errors import ExportError
from geo.layers import LAYERS
from geo.maps import ASSETS_FOLDER, Drawing, base_map, drawing_parts, map_json, scene_group
from geo.scheme import PatrolScheme
from geo.selection import LAYER_IDS, Selection
from geo.text import Catalogue, catalogue

__all__ = ["EXPORT_MARK", "export_html", "write_export"]

EXPORT_MARK: Final = '<meta name="generator" content="Selat map export">'
_HEAD_BYTES: Final = 4096
_DECIMALS: Final = 4  # about 11 m, for drawing
_SIMPLIFY_DEG: Final = 0.002  # about 200 m
_STYLES: Final = ("selat-map.css", "cards.css", "export.css")
_TEMPLATES: Final = jinja2.Environment(
    loader=jinja2.FileSystemLoader(ASSETS_FOLDER), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
)


def export_html(scheme: PatrolScheme, chosen: Selection, answer: Answer | None = None) -> bytes:
    """Return the map with its facts as one self-contained HTML page.

    Parameters
    ----------
    scheme
        What to draw.
    chosen
        Language, layers and selection that the page opens with. The background is
        always our own land: tiles need a network, and refuse a page opened from disk.
    answer
        The answer to the selection's scenario, if the file shall show one.

    Returns
    -------
    bytes
        UTF-8, the same for the same scheme and selection.
    """
    shown = replace(chosen, background="own", dark=False, view=0, water=None).within(scheme)
    t = catalogue(shown.lang)
    container_id, map_script = _map_parts(scheme, shown, answer)
    scripts = [
        _asset(_leaflet("leaflet.js")),
        _asset(ASSETS_FOLDER / "selat-map.js"),
        Markup(map_script),  # noqa: S704 - data in it passed `map_json`
        _asset(ASSETS_FOLDER / "export.js"),
    ]
    page = _TEMPLATES.get_template(
        "export.html.j2"
    ).render(
        t=t,
        lang=shown.lang,
        mark=Markup(EXPORT_MARK),  # noqa: S704 - a constant of ours
        stamp=scheme.sources.stamp,
        data_date=t.date(scheme.sources.data_date),
        styles=[_asset(_leaflet("leaflet.css")), *(_asset(ASSETS_FOLDER / name) for name in _STYLES)],
        scripts=scripts[:-1],
        behaviour=scripts[-1],
        script_hashes=" ".join(map(_csp_hash, scripts)),
        container_id=container_id,
        state=Markup(map_json(_state(scheme, shown))),  # noqa: S704 - encoded for a script element
        layers=[(name, t(f"layer.{name}"), name in shown.layers) for name in LAYER_IDS],
        features=_features(scheme, t),
        themes=_themes(scheme, shown, t),
        marks=Markup(marks_card(t)),  # noqa: S704 - text in it passed `page_html`
        tables=Markup(tables(scheme, t)),  # noqa: S704 - text in it passed `page_html`
        coverage=_coverage(answer, scheme, t),
        files=scheme.sources.files,
        citations=scheme.sources.citations,
        title=scheme.sources.about.title.in_language(shown.lang),
        footer=Markup(footer(scheme, t)),  # noqa: S704 - text in it passed `page_html`
    )
    return page.encode()


def _map_parts(scheme: PatrolScheme, shown: Selection, answer: Answer | None) -> tuple[str, str]:
    """Return the map's container id and its script, land and sides embedded."""
    waters_light = scheme.waters_file == LAYERS["waters_light"].file
    drawing = Drawing(
        land=_embedded(scheme.land_light, light=scheme.land_file == LAYERS["land_light"].file),
        waters=_embedded(scheme.waters_light, light=waters_light) if len(scheme.waters) else None,
    )
    return drawing_parts(base_map(scheme, drawing), scene_group(scheme, shown, answer))


def _embedded(frame: gpd.GeoDataFrame, *, light: bool) -> dict[str, Any]:
    """Return a layer as GeoJSON with nothing but what is drawn: geometry, and whose side.

    A full layer is simplified first, so that the file stays small whatever the folder holds.
    """
    shapes = frame.geometry if light else frame.geometry.simplify(_SIMPLIFY_DEG)
    sides = frame["side"] if "side" in frame else [None] * len(frame)
    features = [
        {"type": "Feature", "properties": {"side": side} if side else {}, "geometry": _short(shape)}
        for shape, side in zip(shapes, sides, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def _short(shape: shapely.Geometry) -> dict[str, Any]:
    mapped = json.loads(shapely.to_geojson(shape))
    return {"type": mapped["type"], "coordinates": _rounded(mapped["coordinates"])}


def _rounded(coordinates: Any) -> Any:  # nested lists of any depth, as GeoJSON has them
    if isinstance(coordinates, list):
        return [_rounded(part) for part in coordinates]
    return round(coordinates, _DECIMALS)


def _state(scheme: PatrolScheme, shown: Selection) -> dict[str, Any]:
    """Return what export.js needs beside the scene that the map was drawn with: what each agreement touches."""
    touched = {agreement.id: scheme.touched_by(agreement) for agreement in scheme.agreements}
    return {
        "agreement": shown.agreement_id,
        "touched": {
            agreement_id: {"points": t.point_ids, "places": t.place_ids, "sides": t.sides}
            for agreement_id, t in touched.items()
        },
    }


def _coverage(answer: Answer | None, scheme: PatrolScheme, t: Catalogue) -> dict[str, Markup] | None:
    """Return numbers, curve and tables of an answer as HTML."""
    if answer is None:
        return None
    asked = answer.coverage.scenario
    names = {point_id: scheme.feature_name(point_id) for point_id in asked.point_ids}
    return {
        "asked": Markup(page_html(asked_text(asked, names, t))),  # noqa: S704 - passed `page_html`
        "numbers": Markup(numbers_strip(answer.coverage, t) + rule_note(scheme, asked, t)),  # noqa: S704 - passed `page_html`
        "curve": Markup(curve_svg(answer.coverage, names, t)),  # noqa: S704 - text in it passed `page_html`
        "tables": Markup(answer_tables(answer, scheme, t)),  # noqa: S704 - text in it passed `page_html`
    }


def _features(scheme: PatrolScheme, t: Catalogue) -> list[dict[str, Any]]:
    ids = [*scheme.control_points.index, *scheme.places.index]
    return [
        {
            "id": feature_id,
            "name": scheme.feature_name(feature_id),
            "card": Markup(feature_card(scheme, feature_id, t)),  # noqa: S704 - text in it passed `page_html`
            "agreements": [(a.id, a.short.in_language(t.lang), a.year) for a in scheme.agreements_at(feature_id)],
            "is_point": feature_id in scheme.control_points.index,
        }
        for feature_id in ids
    ]


def _themes(scheme: PatrolScheme, shown: Selection, t: Catalogue) -> list[tuple[str, list[dict[str, Any]]]]:
    groups = []
    for theme in Theme:
        cards = [
            {
                "id": a.id,
                "short": a.short.in_language(t.lang),
                "year": a.year,
                "open": a.id == shown.agreement_id,
                "card": Markup(agreement_card(scheme, a, t)),  # noqa: S704 - text in it passed `page_html`
            }
            for a in scheme.agreements
            if a.theme is theme
        ]
        if cards:
            groups.append((t(f"theme.{theme.value}"), cards))
    return groups


def _csp_hash(script: str) -> str:
    """Return what the content security policy calls a script by: it runs these and no others."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _leaflet(name: str) -> Path:
    return Path(leaflet.BASE_DIR) / name


def _asset(path: Path) -> Markup:
    """Return a script or style of ours or Leaflet's, fit to stand inside its element and naming no other file."""
    text = path.read_text("utf-8").replace("</script", "<\\/script").replace("//# sourceMappingURL=leaflet.js.map", "")
    lines = [line for line in text.splitlines() if "url(images/" not in line]  # default pins, which this map does not use
    return Markup("\n".join(lines))  # noqa: S704 - files of the package


def write_export(path: Path, content: bytes, *, force: bool = False, mark: str = EXPORT_MARK) -> None:
    """Write an export whole or not at all.

    Parameters
    ----------
    path
        The file to write; one that exists is overwritten only if it bears our mark.
    force
        Overwrite whatever is there.
    mark
        What our own files bear in their head.

    Raises
    ------
    ExportError
        If the file is somebody else's, or cannot be written.
    """
    if path.is_dir():
        raise ExportError(f"{path} is a folder; wanted the name of a file in it, such as {path / 'selat.html'}")
    if path.exists() and not force and not _bears(path, mark):
        raise ExportError(f"{path} is there already and was not made by Selat; choose another name, or add --force")
    target = path.resolve()  # through a symbolic link to the file it names
    try:
        _write_whole(target, content)
    except OSError as error:
        raise ExportError(f"{path} cannot be written ({error.strerror or error}); nothing was changed") from None


def _write_whole(target: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    scratch = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        scratch.chmod(target.stat().st_mode if target.exists() else 0o666 & ~_umask())
        scratch.replace(target)
    finally:
        scratch.unlink(missing_ok=True)


def _umask() -> int:
    """Return the process's mask for new files; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _bears(path: Path, mark: str) -> bool:
    try:
        with path.open("rb") as existing:
            return mark.encode() in existing.read(_HEAD_BYTES)
    except OSError as error:
        raise ExportError(f"{path} is there already and cannot be read ({error.strerror}); choose another name") from None
