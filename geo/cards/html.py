"""The HTML elements of all cards and tables: paragraphs, marks, source links, sections, tables."""

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
    name, title = page_html(f"{citation.publisher}{number}"), page_html(citation.title)
    if not citation.urls:
        return f'<span title="{title}">{name}</span>'
    return f'<a href="{page_html(citation.urls[0])}" title="{title}" target="_blank" rel="noopener noreferrer">{name}</a>'


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
