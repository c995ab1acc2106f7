"""Cards and tables of control points, places, lines and sides."""

from __future__ import annotations

from geo.cards.html import Row, as_list, card_head, claim, html_table, is_filled, line, paragraph, section
from geo.encode import page_html
from geo.measure import areas_km2
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import Catalogue
from geo.units import m_to_nmi

__all__ = ["feature_card", "points_table", "tables"]


def feature_card(scheme: PatrolScheme, feature_id: str, t: Catalogue) -> str:
    """Return the card of a control point or place; the agreements that touch it are the caller's to list."""
    if feature_id in scheme.control_points.index:
        return _point_card(scheme, scheme.control_points.loc[feature_id], t)
    return _place_card(scheme, scheme.places.loc[feature_id], t)


def _point_card(scheme: PatrolScheme, point: Row, t: Catalogue) -> str:
    sections = [
        paragraph(t.of(point, "facility"), claim(scheme, point["facility_mark"], point["facility_sources"], t)),
        section(t("point.command"), _commands(scheme, point, t)),
        section(t("point.activity"), _claims(scheme, point["activities"], t)),
        section(t("point.start"), _start(point, t)),
        section(t("point.position"), _position(point, t)),
        section(t("card.doubts"), _claims(scheme, point["doubts"], t)),
    ]
    head = card_head(point["name"], f"{t('point.heading')} · {t.country(point['country'])}")
    return f'<article class="selat-card">{head}{"".join(sections)}</article>'


def _place_card(scheme: PatrolScheme, place: Row, t: Catalogue) -> str:
    role = f"{t.of(place, 'role')} · {t.country(place['country'])}"
    documented = [t(f"documented.{role}") for role in as_list(place["documented"])]
    facts = [
        paragraph(t.of(place, "note"), claim(scheme, place["mark"], place["sources"], t)),
        section(t("place.since"), line(t.date(place["since"]))) if is_filled(place["since"]) else "",
        section(t("place.documented"), line(t.joined(documented))) if documented else "",
        section(t("place.trafficking"), line(t(f"trafficking.{place['trafficking']}")))
        if is_filled(place["trafficking"])
        else "",
        section(t("point.start"), _start(place, t)) if is_filled(place["start_lon"]) else "",
        section(t("point.position"), _position(place, t)),
    ]
    caution = line(t("place.caution"), "selat-note") if place["kind"] == "town" else ""
    return f'<article class="selat-card">{card_head(place["name"], role)}{"".join(facts)}{caution}</article>'


def _commands(scheme: PatrolScheme, point: Row, t: Catalogue) -> str:
    items = [
        f"<li><strong>{page_html(t.of(command, 'name'))}</strong> "
        f'<span class="selat-when">{page_html(_period(command, t))}</span> '
        f"{claim(scheme, command.get('mark'), command.get('sources'), t)}</li>"
        for command in as_list(point["commands"])
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
        for said in as_list(claims)
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
    ours = t("place.ours") if feature.get("our_placement") == True else ""  # noqa: E712 - NumPy's true, or None
    note = t.of(feature, "position_note") or ours
    return line(text) + (line(note, "selat-note") if note else "")


def tables(scheme: PatrolScheme, t: Catalogue) -> str:
    """Return the map's reading twin: control points, lines, sides and places, a table each."""
    return "".join((points_table(scheme, t), _lines_table(scheme, t), _sides_table(scheme, t), _places_table(scheme, t)))


def points_table(scheme: PatrolScheme, t: Catalogue) -> str:
    """Return the control points as a table."""
    columns = ("point", "state", "command", "position", "start", "away", "agreements")
    rows = [_point_row(scheme, str(point_id), point, t) for point_id, point in scheme.control_points.iterrows()]
    return html_table(t("table.caption"), [t(f"table.{name}") for name in columns], rows)


def _point_row(scheme: PatrolScheme, point_id: str, point: Row, t: Catalogue) -> list[str]:
    latest = [t.of(command, "name") for command in as_list(point["commands"])][-1:]
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
    return html_table(
        t("table.lines"), [t(f"table.{name}") for name in columns], [_line_row(scheme, r, t) for _, r in shown.iterrows()]
    )


def _line_row(scheme: PatrolScheme, line: Row, t: Catalogue) -> list[str]:
    in_force = t.date(line["in_force"]) if is_filled(line["in_force"]) else ""
    doubt = line.get("in_force_mark")
    cells = (
        t.of(line, "name"),
        t(f"line.{line['kind']}"),
        t.of(line, "treaty"),
        t.date(line["signed"]) if is_filled(line["signed"]) else "",
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
    return html_table(t("table.sides"), [t(f"table.{name}") for name in columns], rows)


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
    return html_table(t("table.places"), [t(f"table.{name}") for name in columns], rows)
