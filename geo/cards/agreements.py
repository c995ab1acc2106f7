"""The card of an agreement."""

from __future__ import annotations

from geo.cards.html import CardSources, line, mark_badge, paragraph, section
from geo.encode import page_html
from geo.scheme.agreements import Agreement, DatedEvent, Party
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import Catalogue

__all__ = ["agreement_card", "on_map"]


def agreement_card(scheme: PatrolScheme, agreement: Agreement, t: Catalogue) -> str:
    """Return the card of an agreement: dates, parties, areas, status, doubts, its location on the map, and its sources."""
    a, lang, sources = agreement, t.lang, CardSources(scheme, t)
    areas = "".join(f"<li>{page_html(area.in_language(lang))}</li>" for area in a.areas.items)
    body = [
        f'<p class="selat-sub">{page_html(t(f"kind.{a.kind.value}"))} {mark_badge(a.mark.value, t)}</p>',
        paragraph(a.summary.text.in_language(lang), sources.claim(a.summary.mark, a.summary.sources)),
        section(t("agreement.dates"), _dates(a, sources, t)),
        section(t("agreement.parties"), _parties(a, sources, t)),
        section(t("agreement.areas"), f"<ul>{areas}</ul>{sources.claim(a.areas.mark, a.areas.sources)}"),
        section(t("agreement.status"), paragraph(_status(a, t), sources.claim(a.status.mark, a.status.sources))),
        section(t("card.doubts"), _doubts(a, sources, t)),
        section(t("agreement.on-map"), line(on_map(scheme, a, t))),
        section(t("panel.sources"), sources.entries()),
    ]
    name = page_html(a.name.in_language(lang))
    return f'<article class="selat-card"><h4 class="selat-official">{name}</h4>{"".join(body)}</article>'


def on_map(scheme: PatrolScheme, agreement: Agreement, t: Catalogue) -> str:
    """Return in words the points, places and waters that an agreement concerns, or that it has no location here."""
    footprint = scheme.footprint_of(agreement)
    if not footprint.anything:
        return t("agreement.no-place")
    names = dict.fromkeys(map(scheme.feature_name, (*footprint.point_ids, *footprint.place_ids)))
    states = t.joined(map(t.country, footprint.sides))
    waters = t("agreement.waters", states=states) if footprint.sides else ""
    return "; ".join(filter(None, (t.joined(names), waters)))


def _status(agreement: Agreement, t: Catalogue) -> str:
    return f"{t(f'status.{agreement.status.value.value}')}: {agreement.status.text.in_language(t.lang)}"


def _dates(agreement: Agreement, sources: CardSources, t: Catalogue) -> str:
    dates = sorted(agreement.dates, key=lambda date: date.value)
    return f"<ul>{''.join(_date(date, sources, t) for date in dates)}</ul>" if dates else line(t("agreement.no-date"))


def _date(date: DatedEvent, sources: CardSources, t: Catalogue) -> str:
    note = f" ({page_html(date.note.in_language(t.lang))})" if date.note else ""
    text = f"{page_html(t(f'date.{date.kind.value}'))}: <strong>{page_html(t.date(date.value))}</strong>{note}"
    return f"<li>{text} {sources.claim(date.mark, date.sources)}</li>"


def _doubts(agreement: Agreement, sources: CardSources, t: Catalogue) -> str:
    items = [f"<li>{page_html(d.text.in_language(t.lang))} {sources.numbers(d.sources)}</li>" for d in agreement.disagreements]
    return f"<ul>{''.join(items)}</ul>" if items else ""


def _parties(agreement: Agreement, sources: CardSources, t: Catalogue) -> str:
    names = [_party(party, t) for party in agreement.parties.members]
    others = agreement.parties.others.in_language(t.lang) if agreement.parties.others else ""
    text = "; ".join(filter(None, (t.joined(names), others)))
    return paragraph(text, sources.claim(agreement.parties.mark, agreement.parties.sources))


def _party(party: Party, t: Catalogue) -> str:
    details = [
        t(f"capacity.{party.capacity}") if party.capacity != "member" else "",
        t("period.from", begun=t.date(party.since)) if party.since else "",
        t("period.to", ended=t.date(party.until)) if party.until else "",
    ]
    text = ", ".join(filter(None, details))
    return f"{t.country(party.code)} ({text})" if text else t.country(party.code)
