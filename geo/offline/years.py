"""The scheme as of each year, prepared for a page without a server: cards, pictures, tables, and what changes by year.

The page computes nothing. Cards of neighbouring years have most of their text in common, and pictures of both
languages most of their lines: so all are cut into pieces, each kept once, and a year is a list of pieces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from markupsafe import Markup

from geo.cards.years import as_of_card, counts_table, years_table
from geo.charts.incident_counts import counts_svg
from geo.charts.timeline import timeline_svg
from geo.encode import Json
from geo.maps.scene import build_scene
from geo.maps.selection import Selection
from geo.offline.bilingual_html import BilingualHtml
from geo.scheme.as_of import as_of, years
from geo.scheme.patrol_scheme import PatrolScheme
from geo.scheme.status import Standing
from geo.text import LANGUAGES, Catalogue, catalogue

__all__ = ["Pieces", "YearlyFacts", "yearly_facts"]

_WIDE, _NARROW, _COUNTS = 1100, 360, 400  # px: the timeline on a desktop and on a phone, the counts beside the card
_CUT: Final = re.compile("(?=<li>|</ul>|<section>|<tr)")
_LETTERS: Final = {Standing.IN_PLACE: "s", Standing.UNKNOWN: "u"}  # every other standing is "-"
_LIST_SLOTS: Final = ("year", "standing", "unknown", "others")


@dataclass(frozen=True, eq=False)
class Pieces:
    """HTML in pieces (list items, rows, sections), each of them kept once; a piece is a list of tokens, likewise kept once.

    A token is what stands between two ``<``.

    >>> pieces = Pieces()
    >>> pieces.add("<ul><li>a</li><li>b</li></ul>"), pieces.add("<ul><li>b</li></ul>")
    ([0, 1, 2, 3], [0, 2, 3])
    >>> pieces.join([0, 2, 3])
    '<ul><li>b</li></ul>'
    """

    _tokens: dict[str, int] = field(default_factory=dict)
    _pieces: dict[tuple[int, ...], int] = field(default_factory=dict)

    def add(self, html: str) -> list[int]:
        """Return the indices of the pieces of some HTML; it begins with a tag, and text in it has passed `page_html`."""
        pieces = (tuple(map(self._add_token, piece.split("<")[1:])) for piece in _CUT.split(html) if piece)
        return [self._pieces.setdefault(piece, len(self._pieces)) for piece in pieces]

    def _add_token(self, token: str) -> int:
        return self._tokens.setdefault(token, len(self._tokens))

    def join(self, indices: Iterable[int]) -> str:
        """Return the HTML of pieces, joined as years.js does it."""
        tokens, pieces = list(self._tokens), list(self._pieces)
        return "".join(f"<{tokens[token]}" for index in indices for token in pieces[index])

    def data(self) -> Json:
        """Return tokens and pieces as plain data."""
        return {"tokens": list(self._tokens), "pieces": list(self._pieces)}


@dataclass(frozen=True, eq=False)
class YearlyFacts:
    """The scheme as of each year of `span`; ``selection.year`` is the one that the page opens at."""

    scheme: PatrolScheme
    selection: Selection

    @property
    def span(self) -> range:
        """The years to choose from."""
        return years(self.scheme)

    def tables(self) -> Markup:
        """Return the tables in the opening language, to be read without a script; years.js fills in the other language."""
        lang = self.selection.lang
        return BilingualHtml(lang).write_block(lambda t: _tables(self.scheme, t) if t.lang == lang else "", yearly="tables")

    def data(self) -> Json:
        """Return all that years.js needs, as plain data; ``YearlyFacts`` of export.d.ts states its types."""
        by_year, pieces = [as_of(self.scheme, year) for year in self.span], Pieces()
        pages = {lang: self._pages(catalogue(lang), pieces) for lang in LANGUAGES}
        points = build_scene(self.scheme, replace(self.selection, year=None)).points
        return {
            "opening": self.selection.year,
            "first": self.span.start,
            "last": self.span.stop - 1,
            "before": [status.year for status in by_year if not status.has_scheme],
            "hollow": {point.id: point.hollow for point in points},
            "groups": {
                statuses[0].agreement_id: "".join(_LETTERS.get(status.standing, "-") for status in statuses)
                for statuses in zip(*(status.agreements for status in by_year), strict=True)
            },
            "words": {lang: _words(catalogue(lang)) for lang in LANGUAGES},
            "pages": pages,
            **pieces.data(),
        }

    def _pages(self, t: Catalogue, pieces: Pieces) -> Json:
        scheme = self.scheme
        return {
            "cards": [pieces.add(as_of_card(scheme, year, t)) for year in self.span],
            "wide": pieces.add(timeline_svg(scheme, t, width=_WIDE)),
            "narrow": pieces.add(timeline_svg(scheme, t, width=_NARROW)),
            "counts": pieces.add(counts_svg(scheme, t, width=_COUNTS)),
            "tables": [] if t.lang == self.selection.lang else pieces.add(_tables(scheme, t)),
        }


def yearly_facts(scheme: PatrolScheme, selection: Selection) -> YearlyFacts | None:
    """Prepare the years of a scheme; ``None`` where its data cover no year.

    Parameters
    ----------
    scheme, selection
        What the page shows, and how it opens.
    """
    return YearlyFacts(scheme, selection) if years(scheme) else None


def _tables(scheme: PatrolScheme, t: Catalogue) -> str:
    return years_table(scheme, t) + counts_table(scheme, t)


def _words(t: Catalogue) -> dict[str, str]:
    """Return sentences with names in braces, where years.js puts year and numbers."""
    return {
        "today": t("years.today"),
        "as-of": t("panel.as-of", year="{year}"),
        "before": t("panel.before", year="{year}"),
        "listed": t("agreements.as-of", **{name: f"{{{name}}}" for name in _LIST_SLOTS}),
    }
