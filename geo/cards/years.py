"""The years as text: a card of the scheme as of a year, tables of events and of yearly counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from geo.cards.html import claim, html_table, line, mark_badge, section
from geo.charts.count_panels import Panel, list_panels, panel_title
from geo.encode import page_html
from geo.scheme.agreements import DatedEvent
from geo.scheme.as_of import CommandChange, Event, Member, PointCommand, SchemeAsOf, SchemeName, as_of, last_year, years
from geo.scheme.claims import Mark
from geo.scheme.patrol_scheme import PatrolScheme
from geo.scheme.status import Reason, Standing, StatusInYear
from geo.text import Catalogue

__all__ = ["as_of_card", "counts_table", "years_table"]


def as_of_card(scheme: PatrolScheme, year: int, t: Catalogue) -> str:
    """Return the card of a year: name, members, commands, agreements, and what no source says.

    Raises
    ------
    ScenarioError
        If the year is not one of `geo.scheme.as_of.years`.
    """
    then = as_of(scheme, year)
    sub = t("as-of.sub-last", date=t.date(scheme.sources.data_date)) if year == last_year(scheme) else t("as-of.sub")
    standings = (Standing.IN_PLACE, Standing.UNKNOWN, Standing.ENDED)
    in_place, unknown, ended = (_by_theme(scheme, then.of_standing(standing), t) for standing in standings)
    sections = [
        section(t("as-of.name"), _names(scheme, then, t)),
        section(t("as-of.members"), _members(scheme, then, t)),
        section(t("as-of.observers"), _states(scheme, then.observers, t)) if then.observers else "",
        section(t("as-of.commands"), _commands(scheme, then, t)),
        section(t("as-of.events", year=year), _event_list(scheme, then, t)),
        section(t("as-of.standing"), in_place or line(t("as-of.none-standing"))),
        section(t("as-of.unknown"), unknown or line(t("as-of.none-unknown"))),
        section(t("as-of.ended"), ended),
    ]
    head = f'<h3>{page_html(t("as-of.heading", year=year))}</h3><p class="selat-sub">{page_html(sub)}</p>'
    return f'<article class="selat-card selat-as-of" data-year="{year}">{head}{"".join(sections)}</article>'


def years_table(scheme: PatrolScheme, t: Catalogue) -> str:
    """Return what happened year by year as a table; a year with no event in any source has a row that says so."""
    rows = [row for year in years(scheme) for row in _year_rows(scheme, as_of(scheme, year), t)]
    return _table(t("years.caption"), [t("years.year"), t("years.happened"), t("table.support")], rows)


def counts_table(scheme: PatrolScheme, t: Catalogue) -> str:
    """Return the yearly counts: a table per series and area below its caution; a year without a number says so."""
    tables = [_panel_table(scheme, panel, t) for panel in list_panels(scheme)]
    return line(t("counts.caution")) + "".join(tables) if tables else line(t("counts.none"))


# --- the scheme -----------------------------------------------------------------------------------------------------------


def _names(scheme: PatrolScheme, then: SchemeAsOf, t: Catalogue) -> str:
    if not then.first_date:
        return line(t("as-of.no-scheme-known"))
    if not then.has_scheme:
        return line(t("as-of.no-scheme", date=t.date(then.first_date.value)))
    items = [_name(scheme, name, t) for name in then.names]
    return _list(items) or line(t("as-of.no-name"))


def _name(scheme: PatrolScheme, name: SchemeName, t: Catalogue) -> str:
    text = f"<strong>{page_html(name.text.in_language(t.lang))}</strong>"
    return f"{text} {_reason(name.status, t)} {claim(scheme, name.status.mark, _sources(name.status.date), t)}"


def _members(scheme: PatrolScheme, then: SchemeAsOf, t: Catalogue) -> str:
    if not then.members:
        return line(t("as-of.no-members"))
    is_known = any(member.standing is Standing.IN_PLACE for member in then.members)
    return ("" if is_known else line(t("as-of.members-unknown"), "selat-note")) + _states(scheme, then.members, t)


def _states(scheme: PatrolScheme, members: Iterable[Member], t: Catalogue) -> str:
    """Return states as a list, those with the same date, mark and sources in one item."""
    alike: dict[tuple[str, Mark, tuple[str, ...]], list[str]] = {}
    for member in members:
        alike.setdefault((member.since, member.mark, member.sources), []).append(t.country(member.code))
    return _list(
        f"{page_html(t.joined(names))} {_when(t('period.from', begun=t.date(since)))} {claim(scheme, mark, sources, t)}"
        for (since, mark, sources), names in alike.items()
    )


def _commands(scheme: PatrolScheme, then: SchemeAsOf, t: Catalogue) -> str:
    items = []
    for point in scheme.control_points:
        commands = [_command(scheme, one, t) for one in then.commands if one.point_id == point.id]
        text = "<br>".join(commands) or page_html(t("as-of.no-command"))
        items.append(f"<strong>{page_html(point.name)}</strong>: {text}")
    return _list(items)


def _command(scheme: PatrolScheme, one: PointCommand, t: Catalogue) -> str:
    """Return a command with since when; one with an end but no start is marked as unsure before its end."""
    command = one.command
    if command.since:
        period = t("period.from", begun=t.date(command.since))
    elif command.until:
        period = t("as-of.command-until", ended=t.date(command.until))
    else:
        period = t("as-of.command-undated")
    return f"{page_html(command.name.in_language(t.lang))} {claim(scheme, command.mark, command.sources, t)} {_when(period)}"


# --- agreements and events ------------------------------------------------------------------------------------------------


def _by_theme(scheme: PatrolScheme, statuses: Sequence[StatusInYear], t: Catalogue) -> str:
    """Return agreements under their themes, each with the reason for its standing."""
    themes = {agreement.id: agreement.theme for agreement in scheme.agreements}
    return "".join(
        line(t(f"theme.{theme.value}"), "selat-note") + _list(_agreement(scheme, one, t) for one in of_theme)
        for theme, of_theme in groupby(statuses, key=lambda one: themes[one.agreement_id])
    )


def _agreement(scheme: PatrolScheme, status: StatusInYear, t: Catalogue) -> str:
    agreement_id = status.agreement_id
    name = f'<span data-agreement="{page_html(agreement_id)}">{page_html(_short(scheme, agreement_id, t))}</span>'
    return f"{name} {_reason(status, t)} {mark_badge(status.mark, t)}"


def _short(scheme: PatrolScheme, agreement_id: str, t: Catalogue) -> str:
    agreement = scheme.agreement(agreement_id)
    return agreement.short.in_language(t.lang) if agreement else agreement_id


def _reason(status: StatusInYear, t: Catalogue) -> str:
    reason, date = status.reason, status.date
    if date is None:
        undated = reason in {Reason.NO_START, Reason.LAST_SEEN, Reason.END_UNDATED}
        return _when(t("reason.undated") if undated else t("reason.status"))
    return _when(t(f"reason.{reason.value}", kind=t(f"date.{date.kind.value}").lower(), date=t.date(date.value)))


def _sources(date: DatedEvent | None) -> tuple[str, ...]:
    return date.sources if date else ()


def _event_list(scheme: PatrolScheme, then: SchemeAsOf, t: Catalogue) -> str:
    items = [f"{text} {support}" for text, support in _events(scheme, then, t)]
    return _list(items) or line(t("years.nothing"))


def _events(scheme: PatrolScheme, then: SchemeAsOf, t: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield what happened in a year, in words, with the mark and sources of each."""
    for event in then.events:
        yield _event(scheme, event, t), claim(scheme, event.date.mark, event.date.sources, t)
    for change in then.changes:
        yield page_html(_change(scheme, change, t)), claim(scheme, change.command.mark, change.command.sources, t)


def _event(scheme: PatrolScheme, event: Event, t: Catalogue) -> str:
    date, name = event.date, _short(scheme, event.agreement_id, t)
    text = t("years.event", name=name, kind=t(f"date.{date.kind.value}").lower(), date=t.date(date.value))
    note = f" ({page_html(date.note.in_language(t.lang))})" if date.note else ""
    return f'<span data-agreement="{page_html(event.agreement_id)}">{page_html(text)}</span>{note}'


def _change(scheme: PatrolScheme, change: CommandChange, t: Catalogue) -> str:
    values = {
        "point": scheme.feature_name(change.point_id),
        "command": change.command.name.in_language(t.lang),
        "date": t.date(change.date),
    }
    return t("years.command-came", **values) if change.is_arrival else t("years.command-left", **values)


def _year_rows(scheme: PatrolScheme, then: SchemeAsOf, t: Catalogue) -> list[tuple[int, list[str]]]:
    events = list(_events(scheme, then, t)) or [(page_html(t("years.nothing")), "")]
    return [(then.year, [text, support]) for text, support in events]


# --- counts ---------------------------------------------------------------------------------------------------------------


def _panel_table(scheme: PatrolScheme, panel: Panel, t: Catalogue) -> str:
    columns = [t("years.year"), t("counts.count"), t("table.support"), t("counts.note")]
    span = range(min(years(scheme).start, *panel.counts), max(years(scheme).stop, max(panel.counts) + 1))
    rows = [(year, _count_row(scheme, panel, year, t)) for year in span]
    caution = line(panel.caution.in_language(t.lang), "selat-note")
    return caution + _table(panel_title(panel, t), columns, rows)


def _count_row(scheme: PatrolScheme, panel: Panel, year: int, t: Catalogue) -> list[str]:
    if year not in panel.counts:
        return [page_html(t("counts.no-number")), "", ""]
    count = panel.counts[year]
    note = "" if count.note == panel.caution else count.note.in_language(t.lang)
    return [page_html(t.number(count.count)), claim(scheme, count.mark, count.source_ids, t), page_html(note)]


# --- small pieces ---------------------------------------------------------------------------------------------------------


def _table(caption: str, heads: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]]) -> str:
    """Return a table of cells that are HTML already, each row headed by its year."""
    return html_table(caption, heads, [(str(year), *cells) for year, cells in rows], years=[year for year, _ in rows])


def _list(items: Iterable[str]) -> str:
    entries = "".join(f"<li>{item}</li>" for item in items)
    return f"<ul>{entries}</ul>" if entries else ""


def _when(text: str) -> str:
    return f'<span class="selat-when">{page_html(text)}</span>'
