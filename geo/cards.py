"""Facts as readable HTML: the card of a point, a place, an agreement; the same on page and export.

Every text passes `page_html`, the one encoder of this room; addresses come from
checked records, so they start with http.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any, Final

from geo.agreements import Agreement, Dated, Party
from geo.measure import distance_m
from geo.scheme import PatrolScheme
from geo.text import Catalogue
from geo.units import M_PER_NMI

__all__ = ["agreement_card", "feature_card", "marks_card", "page_html", "points_table"]

MARKS: Final = ("verified", "one-source", "unconfirmed")
Row = Any  # a row of a layer's table, or a claim in one: pandas types neither


def page_html(value: object) -> str:
    """Return ``value`` as HTML text that shows as written.

    >>> page_html("<img src=x> & $x$")
    '&lt;img src=x&gt; &amp; $x$'
    """
    return html.escape(str(value))


# --- points and places --------------------------------------------------------------------------------------------------


def feature_card(scheme: PatrolScheme, feature_id: str, t: Catalogue) -> str:
    """Return the card of a control point or place; the agreements that touch it are the caller's to list."""
    if feature_id in scheme.control_points.index:
        return _point_card(scheme, scheme.control_points.loc[feature_id], t)
    return _place_card(scheme, scheme.places.loc[feature_id], t)


def _point_card(scheme: PatrolScheme, point: Row, t: Catalogue) -> str:
    sections = [
        _paragraph(t.of(point, "facility"), _claim(scheme, point["facility_mark"], point["facility_sources"], t)),
        _section(t("point.command"), _commands(scheme, point, t)),
        _section(t("point.activity"), _claims(scheme, point["activities"], t)),
        _section(t("point.start"), _start(point, t)),
        _section(t("point.position"), _position(point, t)),
        _section(t("card.doubts"), _claims(scheme, point["doubts"], t)),
    ]
    head = _head(point["name"], f"{t('point.heading')} · {t.country(point['country'])}")
    return f'<article class="selat-card">{head}{"".join(sections)}</article>'


def _place_card(scheme: PatrolScheme, place: Row, t: Catalogue) -> str:
    role = f"{t.of(place, 'role')} · {t.country(place['country'])}"
    documented = [t(f"documented.{role}") for role in _listed(place["documented"])]
    facts = [
        _paragraph(t.of(place, "note"), _claim(scheme, place["mark"], place["sources"], t)),
        _section(t("place.since"), _line(t.date(place["since"]))) if _filled(place["since"]) else "",
        _section(t("place.documented"), _line(t.joined(documented))) if documented else "",
        _section(t("place.trafficking"), _line(t(f"trafficking.{place['trafficking']}")))
        if _filled(place["trafficking"])
        else "",
        _section(t("point.start"), _start(place, t)) if _filled(place["start_lon"]) else "",
        _section(t("point.position"), _position(place, t)),
    ]
    caution = _line(t("place.caution"), "selat-note") if place["kind"] == "town" else ""
    return f'<article class="selat-card">{_head(place["name"], role)}{"".join(facts)}{caution}</article>'


def _commands(scheme: PatrolScheme, point: Row, t: Catalogue) -> str:
    items = [
        f"<li><strong>{page_html(t.of(command, 'name'))}</strong> "
        f'<span class="selat-when">{page_html(_period(command, t))}</span> '
        f"{_claim(scheme, command.get('mark'), command.get('sources'), t)}</li>"
        for command in _listed(point["commands"])
    ]
    return f"<ul>{''.join(items)}</ul>" if items else ""


def _period(record: Row, t: Catalogue) -> str:
    begun, ended = record.get("from"), record.get("to")
    if begun and ended:
        return t("period.from-to", begun=t.date(begun), ended=t.date(ended))
    if begun:
        return t("period.from", begun=t.date(begun))
    return t("period.to", ended=t.date(ended)) if ended else ""


def _claims(scheme: PatrolScheme, claims: object, t: Catalogue) -> str:
    items = [
        f"<li>{page_html(t.of(claim, 'text'))} {_claim(scheme, claim.get('mark'), claim.get('sources'), t)}</li>"
        for claim in _listed(claims)
    ]
    return f"<ul>{''.join(items)}</ul>" if items else ""


def _start(feature: Row, t: Catalogue) -> str:
    where = t.position(feature["start_lat"], feature["start_lon"])
    away_m = float(feature["start_distance_m"])
    text = t("point.start-text", where=where, km=t.number(away_m / 1000, digits=1), nmi=t.number(away_m / M_PER_NMI, digits=1))
    note = t.of(feature, "start_note")
    return _line(text) + (_line(note, "selat-note") if note else "")


def _position(feature: Row, t: Catalogue) -> str:
    point = feature["geometry"]
    accuracy = t("point.accuracy", km=t.number(float(feature["accuracy_m"]) / 1000, digits=1))
    text = f"{t.position(point.y, point.x)} · {accuracy}"
    ours = t("place.ours") if feature.get("our_placement") is True else ""
    note = t.of(feature, "position_note") or ours
    return _line(text) + (_line(note, "selat-note") if note else "")


def points_table(scheme: PatrolScheme, t: Catalogue) -> str:
    """Return the control points as a table: the map's reading twin."""
    heads = "".join(f'<th scope="col">{page_html(t(f"table.{name}"))}</th>' for name in _TABLE_COLUMNS)
    rows = "".join(_table_row(scheme, point, t) for _, point in scheme.control_points.iterrows())
    caption = page_html(t("table.caption"))
    return (
        f'<table class="selat-table"><caption>{caption}</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    )


_TABLE_COLUMNS: Final = ("point", "state", "command", "position", "start", "away", "agreements")


def _table_row(scheme: PatrolScheme, point: Row, t: Catalogue) -> str:
    latest = [t.of(command, "name") for command in _listed(point["commands"])][-1:]
    away_m = distance_m((point["geometry"].x, point["geometry"].y), (point["start_lon"], point["start_lat"]))
    cells = (
        t.country(point["country"]),
        "".join(latest),
        t.position(point["geometry"].y, point["geometry"].x),
        t.position(point["start_lat"], point["start_lon"]),
        f"{t.number(away_m / 1000, digits=1)} km",
        t.number(len(scheme.agreements_at(str(point.name)))),
    )
    named = f'<th scope="row">{page_html(point["name"])}</th>'
    return f"<tr>{named}{''.join(f'<td>{page_html(cell)}</td>' for cell in cells)}</tr>"


# --- agreements -----------------------------------------------------------------------------------------------------------


def agreement_card(scheme: PatrolScheme, agreement: Agreement, t: Catalogue) -> str:
    """Return the card of an agreement: dates, parties, areas, status, doubts, and where it is on the map."""
    a, lang = agreement, t.lang
    areas = "".join(f"<li>{page_html(area.in_language(lang))}</li>" for area in a.areas.items)
    doubts = "".join(
        f"<li>{page_html(d.text.in_language(lang))} {_source_links(scheme, d.sources)}</li>" for d in a.disagreements
    )
    body = [
        _line(f"{t(f'kind.{a.kind.value}')} · {t(f'theme.{a.theme.value}')}", "selat-sub"),
        _paragraph(a.summary.text.in_language(lang), _claim(scheme, a.summary.mark, a.summary.sources, t)),
        _section(t("agreement.dates"), _dates(scheme, a, t)),
        _section(t("agreement.parties"), _parties(scheme, a, t)),
        _section(t("agreement.areas"), f"<ul>{areas}</ul>{_claim(scheme, a.areas.mark, a.areas.sources, t)}"),
        _section(t("agreement.status"), _paragraph(_status(a, t), _claim(scheme, a.status.mark, a.status.sources, t))),
        _section(t("card.doubts"), f"<ul>{doubts}</ul>" if doubts else ""),
        _section(t("agreement.on-map"), _line(on_map(scheme, a, t))),
    ]
    name = page_html(a.name.in_language(lang))
    return f'<article class="selat-card"><h4 class="selat-official">{name}</h4>{"".join(body)}</article>'


def on_map(scheme: PatrolScheme, agreement: Agreement, t: Catalogue) -> str:
    """Return in words what an agreement touches on the map, or that it has no place in the strait."""
    touched = scheme.touched_by(agreement)
    if not touched.anything:
        return t("agreement.no-place")
    named = [scheme.feature_name(feature_id) for feature_id in (*touched.point_ids, *touched.place_ids)]
    waters = t("agreement.waters", states=t.joined(t.country(side) for side in touched.sides)) if touched.sides else ""
    return "; ".join(filter(None, (t.joined(dict.fromkeys(named)), waters)))


def _status(agreement: Agreement, t: Catalogue) -> str:
    return f"{t(f'status.{agreement.status.value.value}')}: {agreement.status.text.in_language(t.lang)}"


def _dates(scheme: PatrolScheme, agreement: Agreement, t: Catalogue) -> str:
    ordered = sorted(agreement.dates, key=lambda date: date.value)
    return f"<ul>{''.join(_date(scheme, date, t) for date in ordered)}</ul>" if ordered else _line(t("agreement.no-date"))


def _date(scheme: PatrolScheme, date: Dated, t: Catalogue) -> str:
    note = f" ({page_html(date.note.in_language(t.lang))})" if date.note else ""
    text = f"{page_html(t(f'date.{date.kind.value}'))}: <strong>{page_html(t.date(date.value))}</strong>{note}"
    return f"<li>{text} {_claim(scheme, date.mark, date.sources, t)}</li>"


def _parties(scheme: PatrolScheme, agreement: Agreement, t: Catalogue) -> str:
    names = [_party(party, t) for party in agreement.parties.members]
    others = agreement.parties.others.in_language(t.lang) if agreement.parties.others else ""
    text = "; ".join(filter(None, (t.joined(names), others)))
    return _paragraph(text, _claim(scheme, agreement.parties.mark, agreement.parties.sources, t))


def _party(party: Party, t: Catalogue) -> str:
    details = [
        t(f"capacity.{party.capacity}") if party.capacity != "member" else "",
        t("period.from", begun=t.date(party.joined)) if party.joined else "",
        t("period.to", ended=t.date(party.left)) if party.left else "",
    ]
    said = ", ".join(filter(None, details))
    return f"{t.country(party.code)} ({said})" if said else t.country(party.code)


# --- small pieces -----------------------------------------------------------------------------------------------------------


def marks_card(t: Catalogue) -> str:
    """Return the explanation of the three marks, given once."""
    items = "".join(f"<li>{_mark(mark, t)} {page_html(t(f'mark.{mark}.meaning'))}</li>" for mark in MARKS)
    return f'<details class="selat-marks"><summary>{page_html(t("mark.heading"))}</summary><ul>{items}</ul></details>'


def _claim(scheme: PatrolScheme, mark: object, sources: object, t: Catalogue) -> str:
    badge = _mark(str(mark), t) if mark in MARKS else ""
    links = _source_links(scheme, _listed(sources))
    return f'<span class="selat-claim">{badge} {links}</span>' if badge or links else ""


def _mark(mark: str, t: Catalogue) -> str:
    return f'<span class="selat-mark selat-mark-{mark}">{page_html(t(f"mark.{mark}"))}</span>'


def _source_links(scheme: PatrolScheme, source_ids: Iterable[str]) -> str:
    return ", ".join(filter(None, (_source_link(scheme, source_id) for source_id in source_ids)))


def _source_link(scheme: PatrolScheme, source_id: str) -> str:
    citation = scheme.sources.citation(source_id)
    if citation is None:
        return ""
    name, title = page_html(citation.publisher), page_html(citation.title)
    if not citation.urls:
        return f'<span title="{title}">{name}</span>'
    return f'<a href="{page_html(citation.urls[0])}" title="{title}" target="_blank" rel="noopener noreferrer">{name}</a>'


def _head(name: str, sub: str) -> str:
    return f'<h3>{page_html(name)}</h3><p class="selat-sub">{page_html(sub)}</p>'


def _section(heading: str, body: str) -> str:
    return f"<section><h4>{page_html(heading)}</h4>{body}</section>" if body else ""


def _line(text: str, css_class: str = "") -> str:
    return f'<p class="{css_class}">{page_html(text)}</p>' if css_class else f"<p>{page_html(text)}</p>"


def _paragraph(text: str, claim: str) -> str:
    return f"<p>{page_html(text)} {claim}</p>" if text else ""


def _listed(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _filled(value: object) -> bool:
    return value is not None and value == value  # a missing number of a table is NaN, which differs from itself
