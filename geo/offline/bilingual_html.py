"""HTML in both languages: each text stands in the page twice, and one of the two is hidden.

Without a script the page reads in the language that it opens in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from markupsafe import Markup

from geo.encode import page_html
from geo.scheme.claims import Text
from geo.text import LANGUAGES, Catalogue, catalogue

__all__ = ["BilingualHtml", "Shorten"]


class Shorten(Protocol):
    """Makes HTML smaller; a script of the page restores it."""

    def __call__(self, html: str, *, is_hidden: bool) -> str:
        """Return the HTML made smaller; ``is_hidden`` where no one sees it before the script has run."""


@dataclass(frozen=True)
class BilingualHtml:
    """Writes texts in every language, with that of ``opening`` visible; called like a `Catalogue`.

    ``shorten`` makes HTML smaller, that of the hidden languages more so: ``is_hidden`` says which it is given.

    >>> BilingualHtml("en")("page.language")
    Markup('<span data-lang="en" lang="en">Language</span><span data-lang="id" lang="id" hidden>Bahasa</span>')
    """

    opening: str
    shorten: Shorten | None = None

    def __call__(self, message_id: str, **values: object) -> Markup:
        """Return a message in every language; a value that differs by language is a function of the catalogue."""
        return self.write_line(lambda t: t(message_id, **{name: v(t) if callable(v) else v for name, v in values.items()}))

    def write_line(self, write: Callable[[Catalogue], object]) -> Markup:
        """Return a line of plain text in every language."""
        return self._write(lambda t: page_html(write(t)), "span")

    def write_block(self, write: Callable[[Catalogue], str], **data: str) -> Markup:
        """Return HTML that has passed `page_html` in every language, with the same data attributes."""
        return self._write(write, "div", data)

    def write_text(self, text: Text) -> Markup:
        """Return a text of a data file in every language."""
        return self.write_line(lambda t: text.in_language(t.lang))

    def _write(self, write: Callable[[Catalogue], str], tag: str, data: Mapping[str, str] | None = None) -> Markup:
        attributes = "".join(f' data-{name}="{page_html(value)}"' for name, value in (data or {}).items())
        elements = (
            f'<{tag} data-lang="{lang}" lang="{lang}"{attributes}{"" if lang == self.opening else " hidden"}>'
            f"{self._fit(write(catalogue(lang)), lang)}</{tag}>"
            for lang in LANGUAGES
        )
        return Markup("".join(elements))  # noqa: S704 - text in it passed `page_html`

    def _fit(self, html: str, lang: str) -> str:
        return self.shorten(html, is_hidden=lang != self.opening) if self.shorten else html
