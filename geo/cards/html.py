"""The HTML elements of all cards and tables: paragraphs, marks, source links, sections, tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from geo.encode import page_html
from geo.scheme.claims import Mark
from geo.scheme.patrol_scheme import PatrolScheme
from geo.scheme.sources import Citation
from geo.text import Catalogue, catalogue

__all__ = [
    "CARDS_STYLE",
    "CardSources",
    "card_head",
    "claim",
    "html_table",
    "line",
    "mark_badge",
    "paragraph",
    "section",
    "source_date",
    "source_entry",
    "source_links",
]
CARDS_STYLE: Final = Path(__file__).with_name("cards.css")


def claim(scheme: PatrolScheme, mark: Mark | None, sources: Iterable[str], t: Catalogue) -> str:
    """Return the mark of a claim and links to its sources; an empty string where it has neither."""
    badge = mark_badge(mark, t) if mark else ""
    links = source_links(scheme, sources)
    return f'<span class="selat-claim">{badge} {links}</span>' if badge or links else ""


def mark_badge(mark: str, t: Catalogue) -> str:
    """Return a mark as a badge, in words."""
    return f'<span class="selat-mark-{mark}">{page_html(t(f"mark.{mark}"))}</span>'


def source_links(scheme: PatrolScheme, source_ids: Iterable[str]) -> str:
    """Return the publishers of sources, each as a link where the source has a URL."""
    counts: Counter[str] = Counter()
    return ", ".join(filter(None, (_source_link(scheme, source_id, counts) for source_id in source_ids)))


def _source_link(scheme: PatrolScheme, source_id: str, counts: Counter[str]) -> str:
    citation = scheme.sources.citation(source_id)
    if citation is None:
        return ""
    counts[citation.publisher] += 1
    number = f" ({counts[citation.publisher]})" if counts[citation.publisher] > 1 else ""  # two pages of one publisher
    return _link(citation, f"{citation.publisher}{number}")


def _link(citation: Citation, text: str) -> str:
    """Return a text that leads to a source, whose publisher and title it names; plain where the source has no URL."""
    title = page_html(f"{citation.publisher}: {citation.title}")
    if not citation.urls:
        return f'<span title="{title}">{page_html(text)}</span>'
    address = page_html(citation.urls[0])
    return f'<a href="{address}" title="{title}" target="_blank" rel="noopener noreferrer">{page_html(text)}</a>'


class CardSources:
    """The sources of a card: a number beside each claim, and a list of them below.

    A source is numbered where a claim first cites it.

    Parameters
    ----------
    scheme
        Whose records of sources.
    t
        The language.
    links
        Whether a number leads to its source; without, only the list does.
    """

    def __init__(self, scheme: PatrolScheme, t: Catalogue, *, links: bool = True) -> None:
        self._scheme, self._t, self._links = scheme, t, links
        self._numbered: dict[str, int] = {}

    def claim(self, mark: Mark | None, sources: Iterable[str]) -> str:
        """Return the mark of a claim and the numbers of its sources; an empty string where it has neither."""
        badge, numbers = mark_badge(mark, self._t) if mark else "", self.numbers(sources)
        return f'<span class="selat-claim">{badge}{numbers}</span>' if badge or numbers else ""

    def numbers(self, sources: Iterable[str]) -> str:
        """Return the numbers of sources; a source without a record has none."""
        cited = sorted({self._number(citation): citation for citation in self._find(sources)}.items())
        texts = (_link(citation, str(number)) if self._links else str(number) for number, citation in cited)
        numbers = ", ".join(texts)
        return f"<sup>{numbers}</sup>" if numbers else ""

    def entries(self) -> str:
        """Return the list of the sources that have a number, in its order; an empty string where none has."""
        cited = self._find(self._numbered)
        items = "".join(f'<li data-cites="{citation.id}">{source_entry(citation, self._t)}</li>' for citation in cited)
        return f'<ol class="selat-sources">{items}</ol>' if items else ""

    def _find(self, source_ids: Iterable[str]) -> list[Citation]:
        return list(filter(None, map(self._scheme.sources.citation, source_ids)))

    def _number(self, citation: Citation) -> int:
        return self._numbered.setdefault(citation.id, len(self._numbered) + 1)


def source_entry(citation: Citation, t: Catalogue) -> str:
    """Return a source in full: publisher, title, further addresses, date, grade, and the note of its record."""
    title = f'<span lang="en">{page_html(citation.title)}</span>'
    links = [f'<a href="{page_html(url)}" target="_blank" rel="noopener noreferrer">' for url in citation.urls]
    hosts = [page_html(urlsplit(url).netloc) for url in citation.urls]
    further = "".join(f", {link}{host}</a>" for link, host in zip(links[1:], hosts[1:], strict=True))
    note = f' · <span class="selat-sub" lang="en">{page_html(citation.note)}</span>' if citation.note else ""
    linked = f"{links[0]}{title}</a>" if links else title
    grade = f' · <span class="selat-grade">{page_html(t(f"grade.{citation.grade}"))}</span>' if citation.grade else ""
    return f"{page_html(citation.publisher)}: {linked}{further}{page_html(source_date(citation, t))}{grade}{note}"


def source_date(citation: Citation, t: Catalogue) -> str:
    """Return the date of publication, with what parts it from the title; nothing where the title, in English, gives it."""
    date = citation.published
    return f" · {t.date(date)}" if date and catalogue("en").date(date) not in citation.title else ""


def section(heading: str, body: str) -> str:
    """Return a section of a card with its heading; an empty string for an empty body."""
    return f"<section><h4>{page_html(heading)}</h4>{body}</section>" if body else ""


def line(text: str, css_class: str = "") -> str:
    """Return a paragraph of plain text."""
    return f'<p class="{css_class}">{page_html(text)}</p>' if css_class else f"<p>{page_html(text)}</p>"


def html_table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *, years: Sequence[int] = ()) -> str:
    """Return a table of cells that are HTML already, the first of each row its heading; empty where there is no row.

    ``years`` holds the year of each row, so that a script can mark the selected one.
    """
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{page_html(name)}</th>' for name in heads)
    marks = [f' data-year="{year}"' for year in years] or [""] * len(rows)
    body = "".join(
        f'<tr{mark}><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>'
        for mark, row in zip(marks, rows, strict=True)
    )
    return (
        f'<table class="selat-table"><caption>{page_html(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def card_head(name: str, sub: str) -> str:
    """Return the heading and subheading of a card."""
    return f'<h3>{page_html(name)}</h3><p class="selat-sub">{page_html(sub)}</p>'


def paragraph(text: str, support: str) -> str:
    """Return a paragraph with ``support``, the HTML of its mark and sources; an empty string for an empty text."""
    return f"<p>{page_html(text)} {support}</p>" if text else ""
