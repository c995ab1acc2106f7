"""Facts as readable HTML: the card of a point, a place, an agreement; the same on page and export.

Every text passes `page_html`, the one encoder of this room; addresses come from
checked records, so they start with http.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from geo.cards.html import MARKS, claim, line, mark_badge, page_html, section, source_links
from geo.colors import point_color
from geo.coverage.answers import Answer, Spot, Way
from geo.coverage.assess import Coverage, Rule, Scenario
from geo.measure import areas_km2
from geo.quantities import area_text, hours_text, share_text
from geo.scheme.agreements import Agreement, Dated, Party
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import Catalogue
from geo.units import m_to_nmi

__all__ = [
    "agreement_card",
    "answer_tables",
    "asked_text",
    "feature_card",
    "footer",
    "marks_card",
    "numbers_strip",
    "on_map",
    "opening_card",
    "points_table",
    "rule_note",
    "tables",
    "water_card",
]

Row = Any  # a row of a layer's table, or a claim in one: pandas types neither


# --- points and places --------------------------------------------------------------------------------------------------


def opening_card(scheme: PatrolScheme, t: Catalogue, *, how: str = "") -> str:
    """Return what is said of a scheme before anything is chosen; ``how`` is a last line on what to do."""
    about = scheme.sources.about
    lines = [_paragraph(said.in_language(t.lang), claim(scheme, said.mark, said.sources, t)) for said in about.intro]
    heading = f"<h3>{page_html(about.heading.in_language(t.lang))}</h3>"
    return f'<article class="selat-card">{heading}{"".join(lines)}{line(how) if how else ""}</article>'


def feature_card(scheme: PatrolScheme, feature_id: str, t: Catalogue) -> str:
    """Return the card of a control point or place; the agreements that touch it are the caller's to list."""
    if feature_id in scheme.control_points.index:
        return _point_card(scheme, scheme.control_points.loc[feature_id], t)
    return _place_card(scheme, scheme.places.loc[feature_id], t)


def _point_card(scheme: PatrolScheme, point: Row, t: Catalogue) -> str:
    sections = [
        _paragraph(t.of(point, "facility"), claim(scheme, point["facility_mark"], point["facility_sources"], t)),
        section(t("point.command"), _commands(scheme, point, t)),
        section(t("point.activity"), _claims(scheme, point["activities"], t)),
        section(t("point.start"), _start(point, t)),
        section(t("point.position"), _position(point, t)),
        section(t("card.doubts"), _claims(scheme, point["doubts"], t)),
    ]
    head = _head(point["name"], f"{t('point.heading')} · {t.country(point['country'])}")
    return f'<article class="selat-card">{head}{"".join(sections)}</article>'


def _place_card(scheme: PatrolScheme, place: Row, t: Catalogue) -> str:
    role = f"{t.of(place, 'role')} · {t.country(place['country'])}"
    documented = [t(f"documented.{role}") for role in _listed(place["documented"])]
    facts = [
        _paragraph(t.of(place, "note"), claim(scheme, place["mark"], place["sources"], t)),
        section(t("place.since"), line(t.date(place["since"]))) if _filled(place["since"]) else "",
        section(t("place.documented"), line(t.joined(documented))) if documented else "",
        section(t("place.trafficking"), line(t(f"trafficking.{place['trafficking']}")))
        if _filled(place["trafficking"])
        else "",
        section(t("point.start"), _start(place, t)) if _filled(place["start_lon"]) else "",
        section(t("point.position"), _position(place, t)),
    ]
    caution = line(t("place.caution"), "selat-note") if place["kind"] == "town" else ""
    return f'<article class="selat-card">{_head(place["name"], role)}{"".join(facts)}{caution}</article>'


def _commands(scheme: PatrolScheme, point: Row, t: Catalogue) -> str:
    items = [
        f"<li><strong>{page_html(t.of(command, 'name'))}</strong> "
        f'<span class="selat-when">{page_html(_period(command, t))}</span> '
        f"{claim(scheme, command.get('mark'), command.get('sources'), t)}</li>"
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
        f"<li>{page_html(t.of(said, 'text'))} {claim(scheme, said.get('mark'), said.get('sources'), t)}</li>"
        for said in _listed(claims)
    ]
    return f"<ul>{''.join(items)}</ul>" if items else ""


def _start(feature: Row, t: Catalogue) -> str:
    where = t.position(feature["start_lat"], feature["start_lon"])
    away_m = float(feature["start_distance_m"])
    text = t("point.start-text", where=where, km=t.number(away_m / 1000, digits=1), nmi=t.number(m_to_nmi(away_m), digits=1))
    note = t.of(feature, "start_note")
    return line(text) + (line(note, "selat-note") if note else "")


def _position(feature: Row, t: Catalogue) -> str:
    point = feature["geometry"]
    accuracy = t("point.accuracy", km=t.number(float(feature["accuracy_m"]) / 1000, digits=1))
    text = f"{t.position(point.y, point.x)} · {accuracy}"
    ours = t("place.ours") if feature.get("our_placement") is True else ""
    note = t.of(feature, "position_note") or ours
    return line(text) + (line(note, "selat-note") if note else "")


def tables(scheme: PatrolScheme, t: Catalogue) -> str:
    """Return the map's reading twin: control points, lines, sides and places, a table each."""
    return "".join((points_table(scheme, t), _lines_table(scheme, t), _sides_table(scheme, t), _places_table(scheme, t)))


def points_table(scheme: PatrolScheme, t: Catalogue) -> str:
    """Return the control points as a table."""
    columns = ("point", "state", "command", "position", "start", "away", "agreements")
    rows = [_point_row(scheme, str(point_id), point, t) for point_id, point in scheme.control_points.iterrows()]
    return _table(t("table.caption"), [t(f"table.{name}") for name in columns], rows)


def _point_row(scheme: PatrolScheme, point_id: str, point: Row, t: Catalogue) -> list[str]:
    latest = [t.of(command, "name") for command in _listed(point["commands"])][-1:]
    cells = (
        point["name"],
        t.country(point["country"]),
        "".join(latest),
        t.position(point["geometry"].y, point["geometry"].x),
        t.position(point["start_lat"], point["start_lon"]),
        f"{t.number(float(point['start_distance_m']) / 1000, digits=1)} km",
        t.number(len(scheme.agreements_at(point_id))),
    )
    return [page_html(cell) for cell in cells]


def _lines_table(scheme: PatrolScheme, t: Catalogue) -> str:
    columns = ("line", "kind", "treaty", "signed", "in-force", "support")
    shown = scheme.boundaries[scheme.boundaries["kind"] != "our-cut"]
    return _table(
        t("table.lines"), [t(f"table.{name}") for name in columns], [_line_row(scheme, r, t) for _, r in shown.iterrows()]
    )


def _line_row(scheme: PatrolScheme, line: Row, t: Catalogue) -> list[str]:
    in_force = t.date(line["in_force"]) if _filled(line["in_force"]) else ""
    doubt = line.get("in_force_mark")
    cells = (
        t.of(line, "name"),
        t(f"line.{line['kind']}"),
        t.of(line, "treaty"),
        t.date(line["signed"]) if _filled(line["signed"]) else "",
        f"{in_force} ({t('mark.unconfirmed')})" if doubt == "unconfirmed" else in_force,
    )
    return [*(page_html(cell) for cell in cells), claim(scheme, line["mark"], line["sources"], t)]


def _sides_table(scheme: PatrolScheme, t: Catalogue) -> str:
    columns = ("side", "basis", "area")
    parts = scheme.waters.assign(area_km2=areas_km2(scheme.waters))
    rows = [
        [page_html(cell) for cell in (t.country(part["side"]), _basis(part["basis"], t), f"{t.number(part['area_km2'])} km²")]
        for _, part in parts.iterrows()
    ]
    return _table(t("table.sides"), [t(f"table.{name}") for name in columns], rows)


def _basis(basis: str, t: Catalogue) -> str:
    """Return the basis of a side in words; one that another folder made up, as it stands."""
    known = {
        "territorial sea line": "basis.territorial",
        "seabed line, indicative": "basis.seabed",
        "OpenStreetMap, indicative": "basis.openstreetmap",
        "none": "basis.none",
    }
    return t(known[basis]) if basis in known else basis


def _places_table(scheme: PatrolScheme, t: Catalogue) -> str:
    columns = ("place", "state", "role", "position", "support")
    rows = [
        [
            *(page_html(cell) for cell in (place["name"], t.country(place["country"]), t.of(place, "role"))),
            page_html(t.position(place["geometry"].y, place["geometry"].x)),
            claim(scheme, place["mark"], place["sources"], t),
        ]
        for _, place in scheme.places.sort_values(["kind", "name"]).iterrows()
    ]
    return _table(t("table.places"), [t(f"table.{name}") for name in columns], rows)


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of ready HTML cells, the first of each row its heading; nothing where there is no row."""
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{page_html(name)}</th>' for name in heads)
    body = "".join(f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>' for row in rows)
    return (
        f'<table class="selat-table"><caption>{page_html(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


# --- coverage -------------------------------------------------------------------------------------------------------------


def asked_text(scenario: Scenario, names: dict[str, str], t: Catalogue) -> str:
    """Return a scenario in words: the question that the numbers answer."""
    return t(
        "scenario.asked",
        points=t.joined(names.values()) if names else t("scenario.nobody"),
        speed=t.number(scenario.speed_kn),
        readiness=t.number(scenario.readiness_h, digits=2),
        rule=t(f"scenario.{scenario.rule.value}"),
    )


def numbers_strip(coverage: Coverage, t: Catalogue) -> str:
    """Return the four numbers that matter: reached, backup, gap, mean and worst arrival."""
    c, hours = coverage, t.number(coverage.scenario.limit_h, digits=2)
    numbers = (
        (t("number.reached", hours=hours), share_text(c.reached_share, t), area_text(c.reached_km2, t)),
        (t("number.backup", hours=hours), share_text(c.backup_share, t), area_text(c.backup_km2, t)),
        (t("number.gap", hours=hours), share_text(c.gap_km2 / c.strait_area_km2, t), _gap_detail(c, t)),
        (t("number.mean"), hours_text(c.mean_arrival_h, t), _mean_detail(c, t)),
    )
    items = "".join(
        f"<div><dt>{page_html(name)}</dt><dd><strong>{page_html(value)}</strong> <span>{page_html(detail)}</span></dd></div>"
        for name, value, detail in numbers
    )
    return f'<dl class="selat-numbers" aria-live="polite">{items}</dl>'


def _mean_detail(coverage: Coverage, t: Catalogue) -> str:
    """Return the worst arrival; where some water is nobody's to reach, also that the mean leaves it out."""
    worst = t("number.worst", hours=hours_text(coverage.worst_arrival_h, t))
    return f"{worst} · {t('number.mean-of')}" if coverage.nobody_km2 >= 1 else worst


def rule_note(scheme: PatrolScheme, scenario: Scenario, t: Catalogue) -> str:
    """Return what the sides rest on, where each navy keeps to its own; nothing under the other rule."""
    if scenario.rule is not Rule.COORDINATED or scheme.waters.empty:
        return ""
    return line(t("rule.seabed-share", share=t.number(_seabed_share(scheme) * 100)), "selat-note")


@functools.lru_cache(maxsize=4)
def _seabed_share(scheme: PatrolScheme) -> float:
    waters = scheme.waters.assign(area_km2=areas_km2(scheme.waters))
    return float(waters.loc[waters["basis"].str.startswith("seabed"), "area_km2"].sum() / waters["area_km2"].sum())


def _gap_detail(coverage: Coverage, t: Catalogue) -> str:
    nobody = coverage.nobody_km2
    return area_text(coverage.gap_km2, t) + (f" · {t('number.nobody', area=area_text(nobody, t))}" if nobody >= 1 else "")


def water_card(scheme: PatrolScheme, spot: Spot, point_ids: Sequence[str], t: Catalogue) -> str:
    """Return who reaches a place in how many hours, soonest first; on land it says so.

    Each start has the colour of its way on the map, which follows from ``point_ids``, those of the question.
    """
    where = page_html(t.position(spot.lat, spot.lon))
    if not spot.ways:
        return f'<article class="selat-card"><h3>{page_html(t("water.land"))}</h3><p class="selat-sub">{where}</p></article>'
    items = "".join(f"<li>{_key(way, point_ids)} {page_html(_way(scheme, way, t))}</li>" for way in spot.ways)
    whose = t("water.side", side=t.country(spot.side)) if spot.side else t("water.outside")
    head = f'<h3>{page_html(t("water.heading"))}</h3><p class="selat-sub">{where}. {page_html(whose)}</p>'
    return f'<article class="selat-card">{head}<ol class="selat-ways">{items}</ol></article>'


def _key(way: Way, point_ids: Sequence[str]) -> str:
    return f'<span class="selat-key" style="background: {point_color(way.point_id, point_ids)}"></span>'


def _way(scheme: PatrolScheme, way: Way, t: Catalogue) -> str:
    name = scheme.feature_name(way.point_id)
    if not np.isfinite(way.distance_m):
        return t("water.no-way", name=name)
    nmi, km = t.number(m_to_nmi(way.distance_m), digits=1), t.number(way.distance_m / 1000, digits=1)
    said = t("water.way", name=name, hours=hours_text(way.arrival_h, t), nmi=nmi, km=km)
    return said if way.may_act else f"{said}. {t('water.may-not')}"


def answer_tables(answer: Answer, scheme: PatrolScheme, t: Catalogue) -> str:
    """Return the coverage as tables: a row per point, and a row per side with what the boundary costs there."""
    points, sides = answer.coverage.by_point, answer.coverage.by_side.join(answer.cost.drop(columns="nobody_km2"))
    point_rows = [
        [page_html(scheme.feature_name(str(point_id))), *(page_html(area_text(float(value), t)) for value in row)]
        for point_id, row in zip(points.index, points.to_numpy(), strict=True)
    ]
    columns = ("area_km2", "reached_km2", "nobody_km2", "mean_arrival_h", "reached_less_km2", "later_h")
    side_rows = [
        [page_html(t.country(str(side))), *(page_html(_cell(name, float(row[name]), t)) for name in columns)]
        for side, row in sides.iterrows()
    ]
    return _table(
        t("table.by-point"), [t("table.point"), *(_column(name, t) for name in points.columns)], point_rows
    ) + _table(t("table.by-side"), [t("table.side"), *(_column(name, t) for name in columns)], side_rows)


def _column(column: str, t: Catalogue) -> str:
    name = column.replace("_", "-")
    return t(f"column.{name}")


def _cell(column: str, value: float, t: Catalogue) -> str:
    return area_text(value, t) if column.endswith("_km2") else hours_text(value, t)


# --- agreements -----------------------------------------------------------------------------------------------------------


def agreement_card(scheme: PatrolScheme, agreement: Agreement, t: Catalogue) -> str:
    """Return the card of an agreement: dates, parties, areas, status, doubts, and where it is on the map."""
    a, lang = agreement, t.lang
    areas = "".join(f"<li>{page_html(area.in_language(lang))}</li>" for area in a.areas.items)
    doubts = "".join(
        f"<li>{page_html(d.text.in_language(lang))} {source_links(scheme, d.sources)}</li>" for d in a.disagreements
    )
    body = [
        f'<p class="selat-sub">{page_html(t(f"kind.{a.kind.value}"))} {mark_badge(a.mark.value, t)}</p>',
        _paragraph(a.summary.text.in_language(lang), claim(scheme, a.summary.mark, a.summary.sources, t)),
        section(t("agreement.dates"), _dates(scheme, a, t)),
        section(t("agreement.parties"), _parties(scheme, a, t)),
        section(t("agreement.areas"), f"<ul>{areas}</ul>{claim(scheme, a.areas.mark, a.areas.sources, t)}"),
        section(t("agreement.status"), _paragraph(_status(a, t), claim(scheme, a.status.mark, a.status.sources, t))),
        section(t("card.doubts"), f"<ul>{doubts}</ul>" if doubts else ""),
        section(t("agreement.on-map"), line(on_map(scheme, a, t))),
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
    return f"<ul>{''.join(_date(scheme, date, t) for date in ordered)}</ul>" if ordered else line(t("agreement.no-date"))


def _date(scheme: PatrolScheme, date: Dated, t: Catalogue) -> str:
    note = f" ({page_html(date.note.in_language(t.lang))})" if date.note else ""
    text = f"{page_html(t(f'date.{date.kind.value}'))}: <strong>{page_html(t.date(date.value))}</strong>{note}"
    return f"<li>{text} {claim(scheme, date.mark, date.sources, t)}</li>"


def _parties(scheme: PatrolScheme, agreement: Agreement, t: Catalogue) -> str:
    names = [_party(party, t) for party in agreement.parties.members]
    others = agreement.parties.others.in_language(t.lang) if agreement.parties.others else ""
    text = "; ".join(filter(None, (t.joined(names), others)))
    return _paragraph(text, claim(scheme, agreement.parties.mark, agreement.parties.sources, t))


def _party(party: Party, t: Catalogue) -> str:
    details = [
        t(f"capacity.{party.capacity}") if party.capacity != "member" else "",
        t("period.from", begun=t.date(party.joined)) if party.joined else "",
        t("period.to", ended=t.date(party.left)) if party.left else "",
    ]
    said = ", ".join(filter(None, details))
    return f"{t.country(party.code)} ({said})" if said else t.country(party.code)


# --- small pieces -----------------------------------------------------------------------------------------------------------


def footer(scheme: PatrolScheme, t: Catalogue) -> str:
    """Return the footer of page and export: what this is not, data and licences, method, how to report an error."""
    sources, about = scheme.sources, scheme.sources.about
    caution = about.caution.in_language(t.lang) if about.caution else ""
    licences = ", ".join(dict.fromkeys(record.licence for record in sources.files))
    credited = "; ".join(sources.credits(lang=t.lang))
    lines = (
        t("footer.data", date=t.date(sources.data_date), stamp=sources.stamp, credits=credited, licences=licences),
        t("footer.method", method=about.method.in_language(t.lang)),
        t("footer.report"),
    )
    bold = f"<p><strong>{page_html(t('footer.not'))} {page_html(caution)}</strong></p>"
    return f'<footer class="selat-footer">{bold}{"".join(line(said) for said in lines)}</footer>'


def marks_card(t: Catalogue) -> str:
    """Return the explanation of the three marks, given once."""
    items = "".join(f"<li>{mark_badge(mark, t)} {page_html(t(f'mark.{mark}.meaning'))}</li>" for mark in MARKS)
    return f'<details class="selat-marks"><summary>{page_html(t("mark.heading"))}</summary><ul>{items}</ul></details>'


def _head(name: str, sub: str) -> str:
    return f'<h3>{page_html(name)}</h3><p class="selat-sub">{page_html(sub)}</p>'


def _paragraph(text: str, support: str) -> str:
    return f"<p>{page_html(text)} {support}</p>" if text else ""


def _listed(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _filled(value: object) -> bool:
    return value is not None and value == value  # a missing number of a table is NaN, which differs from itself
