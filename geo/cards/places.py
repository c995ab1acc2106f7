"""Cards and tables of control points, places, lines and sides."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping

from geo.cards.html import CardSources, card_head, claim, html_table, line, paragraph, section
from geo.cards.presets import presets_table
from geo.coverage.air import RING_MIN
from geo.encode import page_html
from geo.measure import areas_km2
from geo.scheme.claims import Mark, SupportedText
from geo.scheme.features import Aircraft, Command, ControlPoint, Place, Start
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import Catalogue
from geo.units import m_to_nmi

__all__ = ["feature_card", "tables"]


def feature_card(scheme: PatrolScheme, feature_id: str, t: Catalogue) -> str:
    """Return the card of a control point or place, without the agreements that name it."""
    feature = scheme.feature(feature_id)
    return _point_card(scheme, feature, t) if isinstance(feature, ControlPoint) else _place_card(scheme, feature, t)


def _point_card(scheme: PatrolScheme, point: ControlPoint, t: Catalogue) -> str:
    facility, sources = point.facility, CardSources(scheme, t)
    sections = [
        paragraph(facility.in_language(t.lang), sources.claim(facility.mark, facility.sources)),
        section(t("point.command"), _commands(point, sources, t)),
        section(t("point.activity"), _claims(point.activities, sources, t)),
        section(t("point.start"), _start(point.start, t)),
        section(t("point.position"), _position(point, sources, t)),
        section(t("card.doubts"), _claims(point.doubts, sources, t)),
        section(t("panel.sources"), sources.entries()),
    ]
    head = card_head(point.name, f"{t('point.heading')} · {t.country(point.country)}")
    return f'<article class="selat-card">{head}{"".join(sections)}</article>'


def _place_card(scheme: PatrolScheme, place: Place, t: Catalogue) -> str:
    role = f"{place.role.in_language(t.lang)} · {t.country(place.country)}"
    documented = [t(f"documented.{kind}") for kind in place.documented]
    sources = CardSources(scheme, t)
    facts = [
        paragraph(place.note.in_language(t.lang), sources.claim(place.mark, place.sources)),
        section(t("place.first-seen" if place.kind == "air-base" else "place.since"), line(t.date(place.since)))
        if place.since
        else "",
        section(t("place.aircraft"), _aircraft(place, sources, t)),
        section(t("place.air-reach"), _air_reach(scheme, sources, t)) if place.kind == "air-base" else "",
        section(t("place.documented"), line(t.joined(documented))) if documented else "",
        section(t("place.trafficking"), line(t(f"trafficking.{place.trafficking}"))) if place.trafficking else "",
        section(t("point.start"), _start(place.start, t)) if place.start else "",
        section(t("point.position"), _position(place, sources, t)),
        line(t("place.caution"), "selat-note") if place.kind == "town" else "",
        section(t("panel.sources"), sources.entries()),
    ]
    return f'<article class="selat-card">{card_head(place.name, role)}{"".join(facts)}</article>'


def _aircraft(place: Place, sources: CardSources, t: Catalogue) -> str:
    items = [
        f"<li><strong>{page_html(_aircraft_name(aircraft, t))}</strong> "
        f'<span class="selat-when">{page_html(t.date(aircraft.seen) if aircraft.seen else "")}</span> '
        f"{sources.claim(aircraft.mark, aircraft.sources)}</li>"
        for aircraft in place.aircraft
    ]
    return f"<ul>{''.join(items)}</ul>" if items else ""


def _aircraft_name(aircraft: Aircraft, t: Catalogue) -> str:
    return f"{t.number(aircraft.number)} × {aircraft.type}" if aircraft.number else aircraft.type


def _air_reach(scheme: PatrolScheme, sources: CardSources, t: Catalogue) -> str:
    """Return how far an aircraft comes, with the support of its speed; nothing where no source gives one."""
    speed = scheme.air_speed
    if speed is None:
        return ""
    reach_km = t.joined(t.number(speed.value * minutes / 60) for minutes in RING_MIN)
    minutes = t.joined(t.number(minutes) for minutes in RING_MIN)
    text = t("air.reach", reach=reach_km, minutes=minutes, speed=t.number(speed.value), name=speed.name.in_language(t.lang))
    return paragraph(text, sources.claim(speed.mark, speed.sources)) + line(t("air.sight"), "selat-note")


def _commands(point: ControlPoint, sources: CardSources, t: Catalogue) -> str:
    items = [
        f"<li><strong>{page_html(command.name.in_language(t.lang))}</strong> "
        f'<span class="selat-when">{page_html(_period(command, t))}</span> '
        f"{sources.claim(command.mark, command.sources)}</li>"
        for command in point.commands
    ]
    return f"<ul>{''.join(items)}</ul>" if items else ""


def _period(command: Command, t: Catalogue) -> str:
    since, until = command.since, command.until
    if since and until:
        return t("period.from-to", begun=t.date(since), ended=t.date(until))
    if since:
        return t("period.from", begun=t.date(since))
    return t("period.to", ended=t.date(until)) if until else ""


def _claims(claims: Iterable[SupportedText], sources: CardSources, t: Catalogue) -> str:
    items = [f"<li>{page_html(one.in_language(t.lang))} {sources.claim(one.mark, one.sources)}</li>" for one in claims]
    return f"<ul>{''.join(items)}</ul>" if items else ""


def _start(start: Start, t: Catalogue) -> str:
    where, away_m = t.position(start.lat, start.lon), start.distance_m
    text = t("point.start-text", where=where, km=t.number(away_m / 1000, digits=1), nmi=t.number(m_to_nmi(away_m), digits=1))
    return line(text) + (line(start.note.in_language(t.lang), "selat-note") if start.note else "")


def _position(feature: ControlPoint | Place, sources: CardSources, t: Catalogue) -> str:
    accuracy = t("point.accuracy", km=t.number(feature.accuracy_m / 1000, digits=1))
    text = f"{t.position(feature.lat, feature.lon)} · {accuracy}"
    ours = t("place.ours") if isinstance(feature, Place) and feature.our_placement else ""
    note = feature.position_note.in_language(t.lang) if feature.position_note else ours
    support = sources.claim(feature.position_mark, feature.position_sources)
    return paragraph(text, support) + (line(note, "selat-note") if note else "")


def tables(scheme: PatrolScheme, t: Catalogue) -> str:
    """Return the text alternative of the map: a table each of control points, lines, sides, places and presets."""
    write = (points_table, _lines_table, _sides_table, _places_table, presets_table)
    return "".join(table(scheme, t) for table in write)


def points_table(scheme: PatrolScheme, t: Catalogue) -> str:
    """Return the control points as a table."""
    columns = ("point", "state", "command", "position", "start", "away", "agreements")
    rows = [_point_row(scheme, point, t) for point in scheme.control_points]
    return html_table(t("table.caption"), [t(f"table.{name}") for name in columns], rows)


def _point_row(scheme: PatrolScheme, point: ControlPoint, t: Catalogue) -> list[str]:
    latest = [command.name.in_language(t.lang) for command in point.commands[-1:]]
    cells = (
        point.name,
        t.country(point.country),
        "".join(latest),
        t.position(point.lat, point.lon),
        t.position(point.start.lat, point.start.lon),
        f"{t.number(point.start.distance_m / 1000, digits=1)} km",
        t.number(len(scheme.agreements_at(point.id))),
    )
    return [page_html(cell) for cell in cells]


def _lines_table(scheme: PatrolScheme, t: Catalogue) -> str:
    columns = ("line", "kind", "treaty", "signed", "in-force", "support")
    lines = scheme.boundaries[scheme.boundaries["kind"] != "our-cut"].to_dict("records")
    return html_table(t("table.lines"), [t(f"table.{name}") for name in columns], [_line_row(scheme, r, t) for r in lines])


def _line_row(scheme: PatrolScheme, line: Mapping[Hashable, object], t: Catalogue) -> list[str]:
    dates = (line["in_force"], line["signed"])
    in_force, signed = (t.date(date) if isinstance(date, str) else "" for date in dates)
    sources = line["sources"] if isinstance(line["sources"], list) else []
    cells = (
        t.of(line, "name"),
        t(f"line.{line['kind']}"),
        t.of(line, "treaty"),
        signed,
        f"{in_force} ({t('mark.unconfirmed')})" if line["in_force_mark"] == Mark.UNCONFIRMED else in_force,
    )
    return [*(page_html(cell) for cell in cells), claim(scheme, Mark(str(line["mark"])), sources, t)]


def _sides_table(scheme: PatrolScheme, t: Catalogue) -> str:
    columns = ("side", "basis", "area")
    parts = scheme.waters.assign(area_km2=areas_km2(scheme.waters))
    rows = [
        [page_html(cell) for cell in (t.country(part["side"]), _basis(part["basis"], t), f"{t.number(part['area_km2'])} km²")]
        for _, part in parts.iterrows()
    ]
    return html_table(t("table.sides"), [t(f"table.{name}") for name in columns], rows)


def _basis(basis: str, t: Catalogue) -> str:
    """Return the basis of a side in words; an unknown one as it stands in the data."""
    messages = {
        "territorial sea line": "basis.territorial",
        "seabed line, indicative": "basis.seabed",
        "OpenStreetMap, indicative": "basis.openstreetmap",
        "none": "basis.none",
    }
    return t(messages[basis]) if basis in messages else basis


def _places_table(scheme: PatrolScheme, t: Catalogue) -> str:
    columns = ("place", "state", "role", "position", "support")
    rows = [
        [
            *(page_html(cell) for cell in (place.name, t.country(place.country), place.role.in_language(t.lang))),
            page_html(t.position(place.lat, place.lon)),
            claim(scheme, place.mark, place.sources, t),
        ]
        for place in sorted(scheme.places, key=lambda place: (place.kind, place.name))
    ]
    return html_table(t("table.places"), [t(f"table.{name}") for name in columns], rows)
