"""The facts of the exported file in both languages, as its template names them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Final

from markupsafe import Markup

from geo.cards.about import footer, marks_card, opening_card
from geo.cards.agreements import agreement_card
from geo.cards.coverage import answer_tables, numbers_strip, rule_note
from geo.cards.html import source_date
from geo.cards.places import feature_card, tables
from geo.charts.curve import curve_svg
from geo.coverage.answers import Answer
from geo.coverage.words import question_text
from geo.encode import page_html
from geo.maps.selection import Selection
from geo.offline.bilingual_html import BilingualHtml
from geo.scheme.agreements import Agreement, Theme, parties_by_count
from geo.scheme.claims import Grade
from geo.scheme.patrol_scheme import PatrolScheme
from geo.scheme.sources import Citation
from geo.text import LANGUAGES, Catalogue, catalogue

__all__ = ["PageFacts", "page_title", "shorten_source_links"]

# As geo/cards/html.py writes them.
_SOURCE_LINK: Final = re.compile(
    r'<a href="(?P<url>[^"]*)" title="(?P<title>[^"]*)" target="_blank" rel="noopener noreferrer">(?P<number>\d+</a>)?'
)
_LIST_ENTRY: Final = re.compile(r'<li data-cites="(?P<id>[^"]*)">.*?</li>')
_YEARLY_PARTS: Final = ("wide", "narrow", "card", "counts")  # of the page, which years.js fills


def shorten_source_links(citations: Iterable[Citation], html: str, *, is_hidden: bool) -> str:
    """Return HTML whose links to sources and entries of lists of sources are short; export.js takes the rest from its list.

    Where no script runs, a link in the opening language still has its address, or a number beside
    a claim stands for an entry that has it; the other languages are hidden and only name the source.
    """
    linked = [(page_html(citation.urls[0]), citation) for citation in citations if citation.urls]
    cited = dict(linked)
    links = {
        citation.id: "" if is_hidden else f'<a href="{address}">{page_html(citation.publisher)}</a>'
        for address, citation in linked
    }

    def shorten(link: re.Match[str]) -> str:
        citation = cited.get(link["url"])
        if citation is None or page_html(f"{citation.publisher}: {citation.title}") != link["title"]:
            return link[0]
        if link["number"]:
            return f"<a>{link['number']}"
        return f'<a data-source="{citation.id}">' if is_hidden else f'<a href="{link["url"]}">'

    def reduce(entry: re.Match[str]) -> str:
        return f'<li data-cites="{entry["id"]}">{links[entry["id"]]}</li>' if entry["id"] in links else entry[0]

    return _SOURCE_LINK.sub(shorten, _LIST_ENTRY.sub(reduce, html))


def page_title(scheme: PatrolScheme, t: Catalogue) -> str:
    """Return the title of the page."""
    return t("page.title", title=scheme.sources.about.title.in_language(t.lang))


@dataclass(frozen=True)
class FeatureFacts:
    """What the page says of a control point or place."""

    id: str
    name: str
    is_point: bool
    card: Markup
    agreements: list[tuple[str, Markup, int | None]]  # id, short title and year of those that touch it


@dataclass(frozen=True)
class AgreementFacts:
    """What the page says of an agreement."""

    id: str
    short: Markup
    year: int | None
    parties: str  # codes of the states, separated by spaces
    is_open: bool
    card: Markup


class PageFacts:
    """The facts of a scheme; ``opening`` is what the page opens with."""

    def __init__(self, scheme: PatrolScheme, opening: Selection) -> None:
        self.scheme = scheme
        self.opening = opening
        self.t = BilingualHtml(opening.lang, partial(shorten_source_links, scheme.sources.citations))

    def page(self) -> dict[str, object]:
        """Return what stands on every page, whether it answers a scenario or not."""
        scheme, t = self.scheme, self.t
        return {
            "page_title": page_title(scheme, catalogue(self.opening.lang)),
            "title": t.write_text(scheme.sources.about.title),
            "intro": t.write_block(lambda t: opening_card(scheme, t)),
            "features": self._features(),
            "themes": self._themes(),
            "today": self._option_text(lambda t: t("years.today")),
            "year_parts": {part: t.write_block(lambda _: "", yearly=part) for part in _YEARLY_PARTS},
            "all_parties": self._option_text(lambda t: t("agreements.all-parties")),
            "parties": [
                (code, self._option_text(partial(Catalogue.country, code=code)))
                for code in parties_by_count(scheme.agreements)
            ],
            "marks": t.write_block(marks_card),
            "cited": self._cited(),
            "tables": t.write_block(lambda t: tables(scheme, t)),
            "footer": t.write_block(lambda t: footer(scheme, t)),
        }

    def coverage(self, answer: Answer | None) -> dict[str, Markup] | None:
        """Return question, numbers, curve and tables of an answer; what follows the hour has the attribute ``data-hourly``."""
        if answer is None:
            return None
        scheme, coverage = self.scheme, answer.coverage
        scenario = coverage.scenario
        names = {point_id: scheme.feature_name(point_id) for point_id in scenario.point_ids}
        return {
            "question": self.t.write_line(lambda t: question_text(scenario, names, t)),
            "numbers": self.t.write_block(lambda t: numbers_strip(coverage, t), hourly="numbers"),
            "note": self.t.write_block(lambda t: rule_note(scheme, scenario, t)),
            "curve": self.t.write_block(lambda t: curve_svg(coverage, names, t), hourly="curve"),
            "tables": self.t.write_block(lambda t: answer_tables(answer, scheme, t), hourly="tables"),
        }

    def _option_text(self, write: Callable[[Catalogue], str]) -> Markup:
        """Return the rest of an option's tag with its text; export.js takes the text of each language from its attributes."""
        texts = {lang: page_html(write(catalogue(lang))) for lang in LANGUAGES}
        attributes = "".join(f' data-{lang}="{text}"' for lang, text in texts.items())
        return Markup(f"{attributes}>{texts[self.opening.lang]}")  # noqa: S704 - the texts passed `page_html`

    def _cited(self) -> list[tuple[Grade | None, list[tuple[Citation, Markup]]]]:
        """Return the sources by grade, each with its date; those without a grade come last."""
        citations = self.scheme.sources.citations
        by_grade = {grade: [one for one in citations if one.grade is grade] for grade in (*Grade, None)}
        return [(grade, [(one, self._date(one)) for one in graded]) for grade, graded in by_grade.items() if graded]

    def _date(self, citation: Citation) -> Markup:
        write = partial(source_date, citation)
        return self.t.write_line(write) if write(catalogue(self.opening.lang)) else Markup()

    def _features(self) -> list[FeatureFacts]:
        scheme = self.scheme
        return [self._feature(known, is_point=known in scheme.point_ids) for known in scheme.feature_ids]

    def _feature(self, feature_id: str, *, is_point: bool) -> FeatureFacts:
        return FeatureFacts(
            id=feature_id,
            name=self.scheme.feature_name(feature_id),
            is_point=is_point,
            card=self.t.write_block(lambda t: feature_card(self.scheme, feature_id, t)),
            agreements=[(a.id, self.t.write_text(a.short), a.year) for a in self.scheme.agreements_at(feature_id)],
        )

    def _themes(self) -> list[tuple[Markup, list[AgreementFacts]]]:
        """Return the agreements of each theme that has any, under its heading."""
        by_theme = {theme: [self._agreement(a) for a in self.scheme.agreements if a.theme is theme] for theme in Theme}
        return [(self.t(f"theme.{theme.value}"), agreements) for theme, agreements in by_theme.items() if agreements]

    def _agreement(self, agreement: Agreement) -> AgreementFacts:
        return AgreementFacts(
            id=agreement.id,
            short=self.t.write_text(agreement.short),
            year=agreement.year,
            parties=" ".join(agreement.party_codes),
            is_open=agreement.id == self.opening.agreement_id,
            card=self.t.write_block(lambda t: agreement_card(self.scheme, agreement, t)),
        )
