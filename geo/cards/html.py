"""Small pieces of HTML that every card and table is made of: text, marks, sources, sections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from geo.encode import page_html
from geo.scheme.claims import Mark
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import Catalogue

__all__ = [
    "CARDS_STYLE",
    "card_head",
    "claim",
    "html_table",
    "line",
    "mark_badge",
    "paragraph",
    "section",
    "source_links",
]
CARDS_STYLE: Final = Path(__file__).with_name("cards.css")


def claim(scheme: PatrolScheme, mark: Mark | None, sources: Iterable[str], t: Catalogue) -> str:
    """Return the mark of a claim and links to its sources; nothing where it has neither."""
    badge = mark_badge(mark, t) if mark else ""
    links = source_links(scheme, sources)
    return f'<span class="selat-claim">{badge} {links}</span>' if badge or links else ""


def mark_badge(mark: str, t: Catalogue) -> str:
    """Return a mark in words."""
    return f'<span class="selat-mark selat-mark-{mark}">{page_html(t(f"mark.{mark}"))}</span>'


def source_links(scheme: PatrolScheme, source_ids: Iterable[str]) -> str:
    """Return sources by their publishers, each a link where it has an address."""
    seen: Counter[str] = Counter()
    return ", ".join(filter(None, (_source_link(scheme, source_id, seen) for source_id in source_ids)))


def _source_link(scheme: PatrolScheme, source_id: str, seen: Counter[str]) -> str:
    citation = scheme.sources.citation(source_id)
    if citation is None:
        return ""
    seen[citation.publisher] += 1
    again = f" ({seen[citation.publisher]})" if seen[citation.publisher] > 1 else ""  # two pages of one publisher
    name, title = page_html(f"{citation.publisher}{again}"), page_html(citation.title)
    if not citation.urls:
        return f'<span title="{title}">{name}</span>'
    return f'<a href="{page_html(citation.urls[0])}" title="{title}" target="_blank" rel="noopener noreferrer">{name}</a>'


def section(heading: str, body: str) -> str:
    """Return a part of a card under its heading; nothing where there is no body."""
    return f"<section><h4>{page_html(heading)}</h4>{body}</section>" if body else ""


def line(text: str, css_class: str = "") -> str:
    """Return a paragraph of plain text."""
    return f'<p class="{css_class}">{page_html(text)}</p>' if css_class else f"<p>{page_html(text)}</p>"


def html_table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *, years: Sequence[int] = ()) -> str:
    """Return a table of ready HTML cells, the first of each row its heading; nothing where there is no row.

    ``years`` gives the year of each row, for scripts that mark the chosen one.
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
    """Return the heading of a card and the line below it."""
    return f'<h3>{page_html(name)}</h3><p class="selat-sub">{page_html(sub)}</p>'


def paragraph(text: str, support: str) -> str:
    """Return a paragraph with the mark and sources of its claim; nothing where there is no text."""
    return f"<p>{page_html(text)} {support}</p>" if text else ""
