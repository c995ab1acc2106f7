"""What opens and closes a page, as HTML: introduction, meaning of the marks, footer.

Every text is encoded by `page_html`; URLs come from checked records, so they start with http.
"""

from __future__ import annotations

from geo.cards.html import CardSources, line, mark_badge, paragraph
from geo.encode import page_html
from geo.scheme.claims import MARKS, Grade
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import Catalogue

__all__ = ["footer", "marks_card", "opening_card"]


def opening_card(scheme: PatrolScheme, t: Catalogue, *, how: str = "") -> str:
    """Return the introduction that stands while nothing is selected; its claims are numbered, and their sources unfold.

    Parameters
    ----------
    scheme
        Whose introduction.
    t
        The language.
    how
        A first line on what to do.
    """
    about, sources = scheme.sources.about, CardSources(scheme, t, links=False)
    lines = [paragraph(text.in_language(t.lang), sources.claim(text.mark, text.sources)) for text in about.intro]
    if entries := sources.entries():
        lines.append(f"<details><summary>{page_html(t('panel.sources'))}</summary>{entries}</details>")
    heading = f"<h3>{page_html(about.heading.in_language(t.lang))}</h3>"
    return f'<article class="selat-card">{line(how, "selat-note") if how else ""}{heading}{"".join(lines)}</article>'


def footer(scheme: PatrolScheme, t: Catalogue) -> str:
    """Return the footer of page and export: caution, data and licences, method, how to report an error."""
    sources, about = scheme.sources, scheme.sources.about
    caution = about.caution.in_language(t.lang) if about.caution else ""
    licences = ", ".join(dict.fromkeys(record.licence for record in sources.files))
    credits = "; ".join(sources.credits(lang=t.lang))
    lines = (
        t("footer.data", date=t.date(sources.data_date), stamp=sources.stamp, credits=credits, licences=licences),
        t("footer.method", method=about.method.in_language(t.lang)),
        t("footer.report"),
    )
    bold = f"<p><strong>{page_html(t('footer.not'))} {page_html(caution)}</strong></p>"
    return f'<footer class="selat-footer">{bold}{"".join(line(text) for text in lines)}</footer>'


def marks_card(t: Catalogue) -> str:
    """Return the explanation of the marks of claims and of the grades of sources."""
    marks = "".join(f"<li>{mark_badge(mark, t)} {page_html(t(f'mark.{mark}.meaning'))}</li>" for mark in MARKS)
    grades = "".join(
        f'<li><span class="selat-grade">{page_html(t(f"grade.{grade}"))}</span> {page_html(t(f"grade.{grade}.meaning"))}</li>'
        for grade in Grade
    )
    lists = f"<ul>{marks}</ul><p>{page_html(t('grade.heading'))}</p><ul>{grades}</ul>"
    return f'<details class="selat-marks"><summary>{page_html(t("mark.heading"))}</summary>{lists}</details>'
