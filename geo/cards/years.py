"""The years to read: the scheme as of a year as a card, what happened and what was counted as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from geo.cards.html import claim, html_table, line, mark_badge, section
from geo.charts.count_panels import Panel, panel_title, panels
from geo.encode import page_html
from geo.scheme.agreements import Dated
from geo.scheme.as_of import Command, CommandChange, Event, Member, SchemeAsOf, SchemeName, as_of, last_year, years
from geo.scheme.claims import Mark
from geo.scheme.patrol_scheme import PatrolScheme
from geo.scheme.status import Reason, Standing, StatusInYear
from geo.text import Catalogue

__all__ = ["as_of_card", "counts_table", "years_table"]


def as_of_card(scheme: PatrolScheme, year: int, t: Catalogue) -> str:
    """Return the card of a year: name, members, commands, agreements, and what no source tells.

    Raises
    ------
    ScenarioError
        If the year is not one of `geo.scheme.as_of.years`.
    """
    then = as_of(scheme, year)
    sub = t("as-of.sub-last", date=t.date(scheme.sources.data_date)) if year == last_year(scheme) else t("as-of.sub")
    sections = [
        section(t("as-of.name"), _names(scheme, then, t)),
        section(t("as-of.members"), _members(scheme, then, t)),
        section(t("as-of.observers"), _states(scheme, then.observers, t)) if then.observers else "",
        section(t("as-of.commands"), _commands(scheme, then, t)),
        section(t("as-of.events", year=year), _happened(scheme, then, t)),
        section(
            t("as-of.standing"), _listed(scheme, then.of_standing(Standing.IN_PLACE), t) or line(t("as-of.none-standing"))
        ),
        section(t("as-of.unknown"), _listed(scheme, then.of_standing(Standing.UNKNOWN), t) or line(t("as-of.none-unknown"))),
        section(t("as-of.ended"), _listed(scheme, then.of_standing(Standing.ENDED), t)),
    ]
    head = f'<h3>{page_html(t("as-of.heading", year=year))}</h3><p class="selat-sub">{page_html(sub)}</p>'
    return f'<article class="selat-card selat-as-of" data-year="{year}">{head}{"".join(sections)}</article>'


def years_table(scheme: PatrolScheme, t: Catalogue) -> str:
    """Return what happened year by year as a table; a year of which no source tells has a row that says so."""
    rows = [row for year in years(scheme) for row in _year_rows(scheme, as_of(scheme, year), t)]
    return _table(t("years.caption"), [t("years.year"), t("years.happened"), t("table.support")], rows)


def counts_table(scheme: PatrolScheme, t: Catalogue) -> str:
    """Return the yearly counts: a table per series and area, its caution over it; years without a number say so."""
    found = panels(scheme)
    if not found:
        return line(t("counts.none"))
    return line(t("counts.caution")) + "".join(_panel_table(scheme, panel, t) for panel in found)


# --- the scheme -----------------------------------------------------------------------------------------------------------


def _names(scheme: PatrolScheme, then: SchemeAsOf, t: Catalogue) -> str:
    if not then.has_scheme:
        return line(t("as-of.no-scheme", date=t.date(then.begun.value)) if then.begun else t("as-of.no-scheme-known"))
    items = [_name(scheme, name, t) for name in then.names]
    return _list(items) or line(t("as-of.no-name"))


def _name(scheme: PatrolScheme, name: SchemeName, t: Catalogue) -> str:
    text = f"<strong>{page_html(name.text.in_language(t.lang))}</strong>"
    return f"{text} {_why(name.standing, t)} {claim(scheme, name.standing.mark, _sources(name.standing.date), t)}"


def _members(scheme: PatrolScheme, then: SchemeAsOf, t: Catalogue) -> str:
    if not then.members:
        return line(t("as-of.no-members"))
    sure = any(member.group is Standing.IN_PLACE for member in then.members)
    return ("" if sure else line(t("as-of.members-unknown"), "selat-note")) + _states(scheme, then.members, t)


def _states(scheme: PatrolScheme, members: Iterable[Member], t: Catalogue) -> str:
    """Return states as a list, those with the same date and support in one item."""
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
        there = [_command(scheme, command, t) for command in then.commands if command.point_id == point.id]
        said = "<br>".join(there) or page_html(t("as-of.no-command"))
        items.append(f"<strong>{page_html(point.name)}</strong>: {said}")
    return _list(items)


def _command(scheme: PatrolScheme, command: Command, t: Catalogue) -> str:
    """Return a command with since when; a record that ends without having begun is said to be unsure before its end."""
    if command.begun:
        period = t("period.from", begun=t.date(command.begun))
    elif command.ended:
        period = t("as-of.command-until", ended=t.date(command.ended))
    else:
        period = t("as-of.command-undated")
    return f"{page_html(command.name.in_language(t.lang))} {claim(scheme, command.mark, command.sources, t)} {_when(period)}"


# --- agreements and events ------------------------------------------------------------------------------------------------


def _listed(scheme: PatrolScheme, found: Sequence[StatusInYear], t: Catalogue) -> str:
    """Return agreements under their themes, each with why it is in its group."""
    themes = {agreement.id: agreement.theme for agreement in scheme.agreements}
    return "".join(
        line(t(f"theme.{theme.value}"), "selat-note") + _list(_agreement(scheme, one, t) for one in of_theme)
        for theme, of_theme in groupby(found, key=lambda one: themes[one.agreement_id])
    )


def _agreement(scheme: PatrolScheme, found: StatusInYear, t: Catalogue) -> str:
    name = f'<span data-agreement="{page_html(found.agreement_id)}">{page_html(_short(scheme, found.agreement_id, t))}</span>'
    return f"{name} {_why(found, t)} {mark_badge(found.mark.value, t)}"


def _short(scheme: PatrolScheme, agreement_id: str, t: Catalogue) -> str:
    agreement = scheme.agreement(agreement_id)
    return agreement.short.in_language(t.lang) if agreement else agreement_id


def _why(found: StatusInYear, t: Catalogue) -> str:
    if found.date is None:
        undated = found.reason in {Reason.NO_START, Reason.LAST_SEEN, Reason.END_UNDATED}
        return _when(t("reason.undated") if undated else t("reason.status"))
    return _when(
        t(f"reason.{found.reason.value}", kind=t(f"date.{found.date.kind.value}").lower(), date=t.date(found.date.value))
    )


def _sources(date: Dated | None) -> tuple[str, ...]:
    return date.sources if date else ()


def _happened(scheme: PatrolScheme, then: SchemeAsOf, t: Catalogue) -> str:
    items = [f"{said} {claim}" for said, claim in _happenings(scheme, then, t)]
    return _list(items) or line(t("years.nothing"))


def _happenings(scheme: PatrolScheme, then: SchemeAsOf, t: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield what happened in a year, in words, and its support."""
    for event in then.events:
        yield _event(scheme, event, t), claim(scheme, event.date.mark, event.date.sources, t)
    for change in then.changes:
        yield page_html(_change(scheme, change, t)), claim(scheme, change.command.mark, change.command.sources, t)


def _event(scheme: PatrolScheme, event: Event, t: Catalogue) -> str:
    date, name = event.date, _short(scheme, event.agreement_id, t)
    said = t("years.event", name=name, kind=t(f"date.{date.kind.value}").lower(), date=t.date(date.value))
    note = f" ({page_html(date.note.in_language(t.lang))})" if date.note else ""
    return f'<span data-agreement="{page_html(event.agreement_id)}">{page_html(said)}</span>{note}'


def _change(scheme: PatrolScheme, change: CommandChange, t: Catalogue) -> str:
    values = {
        "point": scheme.feature_name(change.command.point_id),
        "command": change.command.name.in_language(t.lang),
        "date": t.date(change.value),
    }
    return t("years.command-came", **values) if change.came else t("years.command-left", **values)


def _year_rows(scheme: PatrolScheme, then: SchemeAsOf, t: Catalogue) -> list[tuple[int, list[str]]]:
    happened = list(_happenings(scheme, then, t)) or [(page_html(t("years.nothing")), "")]
    return [(then.year, [said, claim]) for said, claim in happened]


# --- counts ---------------------------------------------------------------------------------------------------------------


def _panel_table(scheme: PatrolScheme, panel: Panel, t: Catalogue) -> str:
    columns = [t("years.year"), t("counts.count"), t("table.support"), t("counts.note")]
    drawn = range(min(years(scheme).start, *panel.counts), max(years(scheme).stop, max(panel.counts) + 1))
    rows = [(year, _count_row(scheme, panel, year, t)) for year in drawn]
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
    """Return a table of ready HTML cells, each row headed by its year."""
    return html_table(caption, heads, [(str(year), *cells) for year, cells in rows], years=[year for year, _ in rows])


def _list(items: Iterable[str]) -> str:
    made = "".join(f"<li>{item}</li>" for item in items)
    return f"<ul>{made}</ul>" if made else ""


def _when(text: str) -> str:
    return f'<span class="selat-when">{page_html(text)}</span>'
