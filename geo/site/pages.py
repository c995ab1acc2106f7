"""The pages of the static site in one language and their content. They need no script."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from markupsafe import Markup

from geo.cards.about import marks_card
from geo.cards.agreements import agreement_card
from geo.cards.coverage import answer_tables, numbers_strip, rule_note
from geo.cards.html import claim, source_entry
from geo.cards.places import feature_card
from geo.charts.curve import curve_text
from geo.charts.locator import Locator
from geo.coverage.answers import Answer
from geo.coverage.headline import headline
from geo.coverage.words import question_text
from geo.scheme.agreements import Agreement, Theme
from geo.scheme.features import ControlPoint
from geo.scheme.patrol_scheme import PatrolScheme
from geo.site.frame import Page, Site, file_name
from geo.takeaway.references import CiteKind
from geo.text import Catalogue, catalogue, share_text, size_text

__all__ = ["DOCUMENTS", "PICTURES", "pages_of"]

DOCUMENTS: Final = {"method.md": "method.html", "benchmarks.md": "benchmarks.html", "glossary.md": "glossary.html"}
PICTURES: Final = ("picture.png", "picture-narrow.png")
_FIGURES: Final = ("pdf", "svg", "png")
_PLACE_KINDS: Final = ("port", "light", "base", "air-base", "town")
_REACH_H: Final = (2.0, 6.0, 12.0)
_CITE_NAMES: Final = {CiteKind.BIBTEX: "BibTeX", CiteKind.RIS: "RIS", CiteKind.CSL: "CSL-JSON"}


def pages_of(site: Site, lang: str, locator: Locator) -> Iterator[Page]:
    """Yield all pages of a language except the map."""
    t = catalogue(lang)
    yield _landing(site, t)
    yield _points(site, t)
    yield from (_feature(site, feature_id, t, locator) for feature_id in site.scheme.feature_ids)
    yield _agreements(site, t)
    yield from (_agreement(site, agreement, t, locator) for agreement in site.scheme.agreements)
    yield _data(site, t)
    yield _sources(site, t)
    for name, path in DOCUMENTS.items():
        yield _document(site, name, path, t)


# --- landing ------------------------------------------------------------------------------------------------------------


def _landing(site: Site, t: Catalogue) -> Page:
    scheme, answer, about = site.scheme, site.answer, site.scheme.sources.about
    scenario = answer.coverage.scenario
    shares = {name: share_text(share, t) for name, share in site.shares.items()}
    finding = headline(scheme, answer.coverage, t)
    values = {
        "rest": finding.rest,
        "intro": [(text.in_language(t.lang), _safe(claim(scheme, text.mark, text.sources, t))) for text in about.intro],
        "heading": about.heading.in_language(t.lang),
        "asked": question_text(scenario, site.names, t),
        "numbers": _safe(numbers_strip(answer.coverage, t), rule_note(scheme, scenario, t)),
        "cost": t("site.cost-text", hours=t.number(scenario.limit_h, digits=2), **shares),
        "tables": _safe(answer_tables(answer, scheme, t)),
        "curve_text": curve_text(answer.coverage, t),
        "points": [_point_item(scheme, point, t) for point in scheme.control_points],
        "marks": _safe(marks_card(t)),
        "counts": {"agreements": t.number(len(scheme.agreements)), "citations": t.number(len(scheme.sources.citations))},
        "reached": _reach_text(answer, t),
        "pictures": {name: site.pictures_px[f"{t.lang}/{name}"] for name in PICTURES},
        "citations": [(f"selat{kind.ending}", kind, _CITE_NAMES[kind]) for kind in CiteKind],
        "figures": _files(site, (f"{t.lang}/figure.{kind}" for kind in _FIGURES), t),
        "map_size": size_text(site.sizes_bytes[f"{t.lang}/map.html"], t),
    }
    title = about.title.in_language(t.lang)
    return Page("index.html", "site-landing.html.j2", title, finding.finding, "home", values)


def _reach_text(answer: Answer, t: Catalogue) -> str:
    """Return a sentence with the share reached after a few chosen hours."""
    together = answer.coverage.curve["together"]
    chosen_h = [hours for hours in _REACH_H if hours in together.index]
    shares = [
        t(
            "site.reach-share",
            share=share_text(float(together[hours]), t),
            hours=t.number(hours),
        )
        for hours in chosen_h
    ]
    return t("site.reach-text", shares=t.joined(shares)) if shares else ""


def _point_item(scheme: PatrolScheme, point: ControlPoint, t: Catalogue) -> dict[str, object]:
    return {
        "path": _feature_path(scheme, point.id),
        "name": point.name,
        "state": t.country(point.country),
        "text": point.facility.in_language(t.lang),
    }


def _files(site: Site, paths: Iterable[str], t: Catalogue) -> list[tuple[str, str, str]]:
    """Return path, kind and size of files."""
    return [(path, path.rpartition(".")[2].upper(), size_text(site.sizes_bytes[path], t)) for path in paths]


# --- points, places, agreements -------------------------------------------------------------------------------------------


def _points(site: Site, t: Catalogue) -> Page:
    scheme = site.scheme
    groups = [(t("point.choose"), [_feature_item(scheme, name, t) for name in scheme.point_ids])]
    for kind in _PLACE_KINDS:
        of_kind = sorted((place for place in scheme.places if place.kind == kind), key=lambda place: place.name)
        if of_kind:
            groups.append((t(f"site.kind-{kind}"), [_feature_item(scheme, place.id, t) for place in of_kind]))
    values = {"groups": groups, "note": "", "marks": ""}
    return Page("points/index.html", "site-list.html.j2", t("site.points"), t("site.intro-line"), "points", values)


def _feature_item(scheme: PatrolScheme, feature_id: str, t: Catalogue) -> dict[str, object]:
    feature = scheme.feature(feature_id)
    text = (feature.facility if isinstance(feature, ControlPoint) else feature.role).in_language(t.lang)
    detail = t.country(feature.country)
    return {"path": _feature_path(scheme, feature_id), "name": feature.name, "detail": detail, "text": text}


def _feature_path(scheme: PatrolScheme, feature_id: str) -> str:
    return f"{'points' if feature_id in scheme.point_ids else 'places'}/{file_name(feature_id)}"


def _feature(site: Site, feature_id: str, t: Catalogue, locator: Locator) -> Page:
    scheme = site.scheme
    path, feature = _feature_path(scheme, feature_id), scheme.feature(feature_id)
    values = {
        "up": ("points/index.html", t("site.points")),
        "card": _raise_headings(feature_card(scheme, feature_id, t)),
        "heading": "",
        "year": None,
        "locator": _locator_svg(site, locator, (feature_id,), t("site.where-is", name=feature.name), path),
        "related": [(t("panel.agreements"), [_agreement_item(a, t) for a in scheme.agreements_at(feature_id)])],
        "nothing": t("panel.no-agreement"),
    }
    if isinstance(feature, ControlPoint):
        return Page(path, "site-entry.html.j2", feature.name, feature.facility.in_language(t.lang), "points", values)
    # A town may bear the name of the control point that lies beside it.
    title = t("place.label", name=feature.name, role=feature.role.in_language(t.lang))
    return Page(path, "site-entry.html.j2", title, feature.note.in_language(t.lang), "points", values)


def _agreements(site: Site, t: Catalogue) -> Page:
    groups = []
    for theme in Theme:
        of_theme = [_agreement_item(a, t) for a in site.scheme.agreements if a.theme is theme]
        if of_theme:
            groups.append((t(f"theme.{theme.value}"), of_theme))
    values = {"groups": groups, "note": "", "marks": _safe(marks_card(t))}
    title = t("agreements.heading")
    return Page("agreements/index.html", "site-list.html.j2", title, t("site.intro-line"), "agreements", values)


def _agreement_item(agreement: Agreement, t: Catalogue) -> dict[str, object]:
    short, name = agreement.short.in_language(t.lang), agreement.name.in_language(t.lang)
    return {
        "path": _agreement_path(agreement.id),
        "name": short,
        "detail": str(agreement.year or ""),
        "text": name if name != short else "",
    }


def _agreement_path(agreement_id: str) -> str:
    return f"agreements/{file_name(agreement_id)}"


def _agreement(site: Site, agreement: Agreement, t: Catalogue, locator: Locator) -> Page:
    path, short = _agreement_path(agreement.id), agreement.short.in_language(t.lang)
    feature_ids = (*agreement.point_ids, *agreement.place_ids)
    values = {
        "up": ("agreements/index.html", t("agreements.heading")),
        "card": _raise_headings(agreement_card(site.scheme, agreement, t)),
        "heading": short,
        "year": agreement.year,
        "locator": _locator_svg(site, locator, feature_ids, t("site.where-is", name=short), path) if feature_ids else "",
        "related": [(t("site.points-touched"), [_feature_item(site.scheme, name, t) for name in feature_ids])]
        if feature_ids
        else [],
        "nothing": "",
    }
    description = agreement.summary.text.in_language(t.lang)
    return Page(path, "site-entry.html.j2", short, description, "agreements", values)


def _locator_svg(site: Site, locator: Locator, feature_ids: Sequence[str], label: str, path: str) -> Markup:
    scheme, folder = site.scheme, posixpath.dirname(path)
    ids = {*scheme.point_ids, *feature_ids}
    addresses = {name: posixpath.relpath(_feature_path(scheme, name), folder) for name in sorted(ids)}
    own = {name: address for name, address in addresses.items() if _feature_path(scheme, name) != path}
    return _safe(locator.svg(feature_ids, label, own))


def _raise_headings(card: str) -> Markup:
    """Return a card with headings raised to page level; its text is encoded, so that every tag in it is markup of ours."""
    page = card
    if '<article class="selat-card"><h4 class="selat-official">' in card:  # an agreement's long name is not a heading here
        page = card.replace('<h4 class="selat-official">', '<p class="selat-official">', 1).replace("</h4>", "</p>", 1)
    for old, new in (("h3", "h1"), ("h4", "h2")):
        page = page.replace(f"<{old}>", f"<{new}>").replace(f"</{old}>", f"</{new}>")
    return _safe(page)


def _safe(*parts: str) -> Markup:
    return Markup("".join(parts))  # noqa: S704 - our own cards encode all text by `page_html`


# --- data, sources, documents ---------------------------------------------------------------------------------------------


def _data(site: Site, t: Catalogue) -> Page:
    files = []
    for record in site.scheme.sources.files:
        size_bytes = site.sizes_bytes.get(f"data/{record.file}")
        accuracy = t("site.metres", number=t.number(record.accuracy_m)) if record.accuracy_m else ""
        files.append((record, size_text(size_bytes, t) if size_bytes is not None else "", accuracy))
    values = {
        "files": files,
        "figures": _files(site, (f"{t.lang}/figure.{kind}" for kind in _FIGURES), t),
        "has_licences": "data/LICENSE" in site.sizes_bytes,
    }
    return Page("data.html", "site-data.html.j2", t("site.data"), t("site.data-text"), "data", values)


def _sources(site: Site, t: Catalogue) -> Page:
    citations = sorted(site.scheme.sources.citations, key=lambda one: (one.publisher.casefold(), one.id))
    entries = [(citation.id, _safe(source_entry(citation, t))) for citation in citations]
    values = {"sources": entries, "marks": _safe(marks_card(t))}
    return Page("sources.html", "site-sources.html.j2", t("site.sources"), t("site.sources-text"), "sources", values)


def _document(site: Site, name: str, path: str, t: Catalogue) -> Page:
    document = site.documents[name]
    values = {"document": _safe(document.html), "in_english": t("site.in-english") if t.lang != "en" else ""}
    section = path.removesuffix(".html")
    titles = {"method": t("site.method"), "benchmarks": t("site.benchmarks"), "glossary": t("site.glossary")}
    return Page(path, "site-document.html.j2", titles[section], document.title, section, values)
