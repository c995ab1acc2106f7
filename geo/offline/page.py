"""The map taken away: one HTML file that opens from disk with no network.

Made with the same map, scene and cards as the page. Same input, same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
from markupsafe import Markup
from xstatic.pkg import leaflet

from geo.cards.about import footer, marks_card, opening_card
from geo.cards.agreements import agreement_card
from geo.cards.coverage import answer_tables, numbers_strip, rule_note
from geo.cards.html import CARDS_STYLE
from geo.cards.places import feature_card, tables
from geo.charts.curve import curve_svg
from geo.coverage.answers import COVERAGE_LAYERS, Answer, CoverageModel
from geo.coverage.words import question_text
from geo.encode import map_json, page_html, templates_of
from geo.maps.folium_map import ASSETS_FOLDER, MAP_SCRIPTS, Drawing, base_map, drawing_parts, scene_group, scene_to_json
from geo.maps.scene import build_scene
from geo.maps.selection import LAYER_IDS, Selection
from geo.offline.bilingual_html import BilingualHtml
from geo.offline.hours import hourly_answers
from geo.offline.packing import pack_polygons, pack_text
from geo.offline.years import YEARLY, yearly_facts
from geo.scheme.agreements import Agreement, Theme, parties_by_count
from geo.scheme.layers import LAYERS
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import LANGUAGES, Catalogue, catalogue

__all__ = ["EXPORT_MARK", "export_html"]

EXPORT_MARK: Final = '<meta name="generator" content="Selat map export">'
_DECIMALS: Final = 4  # about 11 m, for drawing
_SIMPLIFY_DEG: Final = 0.002  # about 200 m
# Of 2,500 links: in the file the head says it once, and a new window has no opener by itself.
_REL: Final = ' rel="noopener noreferrer"'
_OWN_FOLDER: Final = Path(__file__).parent / "assets"
_STYLES: Final = (ASSETS_FOLDER / "selat-map.css", CARDS_STYLE, _OWN_FOLDER / "export.css")
_SCRIPTS: Final = (_OWN_FOLDER / "dom.js", _OWN_FOLDER / "packing.js", *(ASSETS_FOLDER / name for name in MAP_SCRIPTS))
_COMMENT: Final = re.compile(r"^ *(?://[^\n]*|/\*.*?\*/)\n", re.MULTILINE | re.DOTALL)  # on lines of its own
_TEMPLATES: Final = templates_of(_OWN_FOLDER)


def export_html(
    scheme: PatrolScheme,
    chosen: Selection,
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
    chosen
        Language, layers and selection that the page opens with; the other language is in it
        too. The background is always our own land: tiles need a network, and refuse a page
        opened from disk.
    answer
        The answer to the selection's scenario, if the file shall show that one alone.
    model
        The scheme's answers, if the file shall answer the scenario for every half hour.
    address
        Where the page shows the same: its query (``"lang=id"``, as `geo.maps.permalink` writes it),
        which the file then bears in its head, or the whole address, which it links to as well.

    Returns
    -------
    bytes
        UTF-8, the same for the same scheme and selection.
    """
    shown = replace(chosen, background="own", dark=False, view=0, water=None).within(scheme)
    made = hourly_answers(scheme, shown, model, shown.scenario) if model and shown.scenario else None
    container_id, map_script = _map_parts(scheme, shown, None if made else answer)
    scripts = [_asset(_leaflet("leaflet.js")), *map(_script, _SCRIPTS), _own(map_script)]
    years = yearly_facts(scheme, shown)
    alive = {"hours.js": made, "years.js": years, "export.js": True}
    behaviours = [_script(_OWN_FOLDER / name) for name, used in alive.items() if used]
    facts = _Facts(scheme, shown, BilingualHtml(shown.lang))
    page = _TEMPLATES.get_template("export.html.j2").render(
        t=facts.t,
        lang=shown.lang,
        languages=[(lang, catalogue(lang)("page.own-name")) for lang in LANGUAGES],
        mark=_own(EXPORT_MARK),
        stamp=scheme.sources.stamp,
        data_date=lambda t: t.date(scheme.sources.data_date),
        address=address,
        link=address if address and address.startswith(("https://", "http://")) else None,
        styles=[_asset(_leaflet("leaflet.css")), *(_asset(path) for path in _STYLES)],
        scripts=scripts,
        behaviours=behaviours,
        script_hashes=" ".join(map(_csp_hash, [*scripts, *behaviours])),
        container_id=container_id,
        state=_own(map_json(_state(scheme, shown, None if made else answer, address))),
        living=made,
        living_data=pack_text([map_json(made.data())]) if made else None,
        years=years,
        years_data=pack_text([map_json(years.data())]) if years else None,
        coverage_layers=COVERAGE_LAYERS,
        layers=[(name, name in shown.layers) for name in LAYER_IDS],
        coverage=facts.coverage(made.opened if made else answer),
        files=scheme.sources.files,
        citations=scheme.sources.citations,
        **facts.page(),
    )
    return page.replace(_REL, "").encode()


def _map_parts(scheme: PatrolScheme, shown: Selection, answer: Answer | None) -> tuple[str, str]:
    """Return the map's container id and its script, land and sides embedded."""
    waters_light = scheme.waters_file == LAYERS["waters_light"].file
    drawing = Drawing(
        land=_embedded(scheme.land_light, light=scheme.land_file == LAYERS["land_light"].file),
        waters=_embedded(scheme.waters_light, light=waters_light) if len(scheme.waters) else None,
    )
    return drawing_parts(base_map(scheme, drawing), scene_group(build_scene(scheme, shown, answer)))


def _embedded(frame: gpd.GeoDataFrame, *, light: bool) -> dict[str, Any]:
    """Return a layer packed, with nothing but what is drawn: geometry, and whose side.

    A full layer is simplified first, so that the file stays small whatever the folder holds.
    """
    shapes = frame.geometry if light else frame.geometry.simplify(_SIMPLIFY_DEG)
    sides = frame["side"] if "side" in frame else [None] * len(frame)
    features = [
        {"properties": {"side": side} if side else {}, "polygons": pack_polygons(shape, decimals=_DECIMALS)}
        for shape, side in zip(shapes, sides, strict=True)
    ]
    return {"decimals": _DECIMALS, "features": features}


def _state(scheme: PatrolScheme, shown: Selection, answer: Answer | None, address: str | None) -> dict[str, Any]:
    """Return where the page came from, and what export.js needs beside the scene that the map was drawn with.

    That is what each agreement touches, and titles and scenes of the languages; a shape looks alike in all of them.
    """
    others = (lang for lang in LANGUAGES if lang != shown.lang)
    scenes = {lang: scene_to_json(build_scene(scheme, replace(shown, lang=lang), answer)) for lang in others}
    touched = {agreement.id: scheme.footprint_of(agreement) for agreement in scheme.agreements}
    return {
        "from": {"address": address, **_plain(shown)},
        "agreement": shown.agreement_id,
        "titles": {lang: _title(scheme, catalogue(lang)) for lang in LANGUAGES},
        "scenes": {lang: {**drawn, "shapes": []} for lang, drawn in scenes.items()},
        "touched": {
            agreement_id: {"points": t.point_ids, "places": t.place_ids, "sides": t.sides}
            for agreement_id, t in touched.items()
        },
    }


def _plain(shown: Selection) -> dict[str, Any]:
    """Return what was chosen as plain data: all but what no export has."""
    return {name: value for name, value in asdict(shown).items() if name not in {"background", "dark", "view", "water"}}


def _title(scheme: PatrolScheme, t: Catalogue) -> str:
    return t("page.title", title=scheme.sources.about.title.in_language(t.lang))


@dataclass(frozen=True)
class _Facts:
    """The facts of a page in both languages, as its template names them."""

    scheme: PatrolScheme
    shown: Selection
    t: BilingualHtml

    def page(self) -> dict[str, Any]:
        """Return what stands on every page, whether it answers a scenario or not."""
        opening, states = catalogue(self.shown.lang), parties_by_count(self.scheme.agreements)
        return {
            "page_title": _title(self.scheme, opening),
            "title": self.t.of(self.scheme.sources.about.title),
            "intro": self.t.block(lambda t: opening_card(self.scheme, t)),
            "features": self._features(),
            "themes": self._themes(),
            "today": [(lang, catalogue(lang)("years.today")) for lang in LANGUAGES],
            "yearly": {part: self.t.block(lambda _: "", yearly=part) for part in YEARLY},
            "all_parties": [(lang, catalogue(lang)("agreements.all-parties")) for lang in LANGUAGES],
            "parties": [(code, [(lang, catalogue(lang).country(code)) for lang in LANGUAGES]) for code in states],
            "named": lambda names: _option(dict(names), self.shown.lang),
            "marks": self.t.block(marks_card),
            "tables": self.t.block(lambda t: tables(self.scheme, t)),
            "footer": self.t.block(lambda t: footer(self.scheme, t)),
        }

    def coverage(self, answer: Answer | None) -> dict[str, Markup] | None:
        """Return numbers, curve and tables of an answer; those that follow the hour say so."""
        if answer is None:
            return None
        coverage, asked, scheme = answer.coverage, answer.coverage.scenario, self.scheme
        names = {point_id: scheme.feature_name(point_id) for point_id in asked.point_ids}
        return {
            "asked": self.t.text(lambda t: question_text(asked, names, t)),
            "numbers": self.t.block(lambda t: numbers_strip(coverage, t), hourly="numbers"),
            "note": self.t.block(lambda t: rule_note(scheme, asked, t)),
            "curve": self.t.block(lambda t: curve_svg(coverage, names, t), hourly="curve"),
            "tables": self.t.block(lambda t: answer_tables(answer, scheme, t), hourly="tables"),
        }

    def _features(self) -> list[dict[str, Any]]:
        scheme = self.scheme
        return [self._feature(known, is_point=known in scheme.point_ids) for known in scheme.feature_ids]

    def _feature(self, feature_id: str, *, is_point: bool) -> dict[str, Any]:
        touching = self.scheme.agreements_at(feature_id)
        return {
            "id": feature_id,
            "name": self.scheme.feature_name(feature_id),
            "card": self.t.block(lambda t: feature_card(self.scheme, feature_id, t)),
            "agreements": [(a.id, self.t.of(a.short), a.year) for a in touching],
            "is_point": is_point,
        }

    def _themes(self) -> list[tuple[Markup, list[dict[str, Any]]]]:
        cards = {theme: [self._agreement(a) for a in self.scheme.agreements if a.theme is theme] for theme in Theme}
        return [(self.t(f"theme.{theme.value}"), found) for theme, found in cards.items() if found]

    def _agreement(self, agreement: Agreement) -> dict[str, Any]:
        return {
            "id": agreement.id,
            "short": self.t.of(agreement.short),
            "year": agreement.year,
            "parties": " ".join(agreement.party_codes),
            "open": agreement.id == self.shown.agreement_id,
            "card": self.t.block(lambda t: agreement_card(self.scheme, agreement, t)),
        }


def _option(names: Mapping[str, str], lang: str) -> Markup:
    """Return the rest of an option: its name in each language for export.js, and the one that it opens with."""
    said = "".join(f' data-{code}="{page_html(name)}"' for code, name in names.items())
    return _own(f"{said}>{page_html(names[lang])}")


def _own(markup: str) -> Markup:
    """Return markup of ours as such: a constant, or made of what passed `map_json` or `page_html`."""
    return Markup(markup)  # noqa: S704 - see above


def _csp_hash(script: str) -> str:
    """Return what the content security policy calls a script by: it runs these and no others."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _leaflet(name: str) -> Path:
    return Path(leaflet.BASE_DIR) / name


def _script(path: Path) -> Markup:
    """Return a script of ours without its comments: the exported file has to stay small."""
    return _own(_COMMENT.sub("", _asset(path) + "\n"))


def _asset(path: Path) -> Markup:
    """Return a script or style of ours or Leaflet's, fit to stand inside its element and naming no other file."""
    text = path.read_text("utf-8").replace("</script", "<\\/script").replace("//# sourceMappingURL=leaflet.js.map", "")
    lines = [line for line in text.splitlines() if "url(images/" not in line]  # default pins, which this map does not use
    return _own("\n".join(lines))
