"""The years prepared for a page without a server: cards, pictures, tables, and what changes from year to year.

The page computes nothing. Cards of neighbouring years share most of what they say, and pictures of both
languages most of their lines, so that everything is cut into pieces, each kept once, and a year is the
numbers of its pieces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from markupsafe import Markup

from geo.cards.years import as_of_card, counts_table, years_table
from geo.charts.incident_counts import counts_svg
from geo.charts.timeline import timeline_svg
from geo.maps.scene import build_scene
from geo.maps.selection import Selection
from geo.offline.bilingual_html import BilingualHtml
from geo.scheme.as_of import as_of, years
from geo.scheme.patrol_scheme import PatrolScheme
from geo.scheme.status import Standing
from geo.text import LANGUAGES, Catalogue, catalogue

__all__ = ["YEARLY", "Pieces", "YearlyFacts", "yearly_facts"]

YEARLY: Final = ("wide", "narrow", "card", "counts")  # parts of the page that years.js fills
Json = dict[str, Any]  # what `json` can write; its shape is fixed by years.js

_WIDE, _NARROW, _COUNTS = 1100, 360, 400  # widths of the timeline on a desk and on a phone, and of the counts beside the card
_CUT: Final = re.compile("(?=<li>|</ul>|<section>|<tr)")
_LETTERS: Final = {Standing.IN_PLACE: "s", Standing.UNKNOWN: "u"}  # all other groups are not there, "-"
_LISTED: Final = ("year", "standing", "unknown", "others")


@dataclass(frozen=True, eq=False)
class Pieces:
    """HTML in pieces: list items, rows and sections, each made of what lies between two ``<``, all of it kept once.

    >>> pieces = Pieces()
    >>> pieces.keep("<ul><li>a</li><li>b</li></ul>"), pieces.keep("<ul><li>b</li></ul>")
    ([0, 1, 2, 3], [0, 2, 3])
    >>> pieces.html([0, 2, 3])
    '<ul><li>b</li></ul>'
    """

    _tokens: dict[str, int] = field(default_factory=dict)
    _pieces: dict[tuple[int, ...], int] = field(default_factory=dict)

    def keep(self, html: str) -> list[int]:
        """Return the numbers of the pieces of some HTML; it begins with a tag, and text in it has passed `page_html`."""
        found = (tuple(map(self._token, piece.split("<")[1:])) for piece in _CUT.split(html) if piece)
        return [self._pieces.setdefault(piece, len(self._pieces)) for piece in found]

    def _token(self, token: str) -> int:
        return self._tokens.setdefault(token, len(self._tokens))

    def html(self, numbers: Iterable[int]) -> str:
        """Return the HTML of pieces, put together as years.js does it."""
        data = self.data()
        return "".join("<" + data["tokens"][token] for number in numbers for token in data["pieces"][number])

    def data(self) -> Json:
        """Return tokens and pieces as plain data."""
        return {"tokens": list(self._tokens), "pieces": list(self._pieces)}


@dataclass(frozen=True, eq=False)
class YearlyFacts:
    """The scheme as of each year that can be asked about."""

    scheme: PatrolScheme
    chosen: Selection

    @property
    def span(self) -> range:
        """The years to choose from."""
        return years(self.scheme)

    def tables(self) -> Markup:
        """Return the tables, there to be read without a script too: those of the other language come later."""
        opening = self.chosen.lang
        return BilingualHtml(opening).block(lambda t: _tables(self.scheme, t) if t.lang == opening else "", yearly="tables")

    def data(self) -> Json:
        """Return all that years.js needs, as plain data."""
        then, kept = [as_of(self.scheme, year) for year in self.span], Pieces()
        pages = {lang: self._pages(catalogue(lang), kept) for lang in LANGUAGES}
        today = build_scene(self.scheme, replace(self.chosen, year=None)).points
        return {
            "opening": self.chosen.year,
            "first": self.span.start,
            "last": self.span.stop - 1,
            "before": [told.year for told in then if not told.has_scheme],
            "hollow": {point.id: point.hollow for point in today},
            "groups": {
                by_year[0].agreement_id: "".join(_LETTERS.get(found.group, "-") for found in by_year)
                for by_year in zip(*(told.agreements for told in then), strict=True)
            },
            "words": {lang: _words(catalogue(lang)) for lang in LANGUAGES},
            "pages": pages,
            **kept.data(),
        }

    def _pages(self, t: Catalogue, kept: Pieces) -> Json:
        scheme = self.scheme
        return {
            "cards": [kept.keep(as_of_card(scheme, year, t)) for year in self.span],
            "wide": kept.keep(timeline_svg(scheme, t, width=_WIDE)),
            "narrow": kept.keep(timeline_svg(scheme, t, width=_NARROW)),
            "counts": kept.keep(counts_svg(scheme, t, width=_COUNTS)),
            "tables": [] if t.lang == self.chosen.lang else kept.keep(_tables(scheme, t)),
        }


def yearly_facts(scheme: PatrolScheme, chosen: Selection) -> YearlyFacts | None:
    """Prepare the years of a scheme; none where its data know no year.

    Parameters
    ----------
    scheme, chosen
        What the page shows, and how it opens: ``chosen.year`` is the year that it opens at.
    """
    return YearlyFacts(scheme, chosen) if years(scheme) else None


def _tables(scheme: PatrolScheme, t: Catalogue) -> str:
    return years_table(scheme, t) + counts_table(scheme, t)


def _words(t: Catalogue) -> Json:
    """Return sentences with names in braces, where years.js puts year and numbers."""
    return {
        "today": t("years.today"),
        "as-of": t("panel.as-of", year="{year}"),
        "before": t("panel.before", year="{year}"),
        "listed": t("agreements.as-of", **{name: f"{{{name}}}" for name in _LISTED}),
    }
