"""Facts as readable HTML: the card of a point, a place, an agreement; the same on page and export.

Every text passes `page_html`, the one encoder of this room; addresses come from
checked records, so they start with http.
"""

from __future__ import annotations

from geo.cards.html import claim, line, mark_badge, paragraph
from geo.encode import page_html
from geo.scheme.claims import MARKS
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import Catalogue

__all__ = ["footer", "marks_card", "opening_card"]


# --- points and places --------------------------------------------------------------------------------------------------


def opening_card(scheme: PatrolScheme, t: Catalogue, *, how: str = "") -> str:
    """Return what is said of a scheme before anything is chosen; ``how`` is a last line on what to do."""
    about = scheme.sources.about
    lines = [paragraph(said.in_language(t.lang), claim(scheme, said.mark, said.sources, t)) for said in about.intro]
    heading = f"<h3>{page_html(about.heading.in_language(t.lang))}</h3>"
    return f'<article class="selat-card">{heading}{"".join(lines)}{line(how) if how else ""}</article>'


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
