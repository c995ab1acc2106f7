"""Both languages side by side in one page: each text stands there twice, and one of the two is hidden.

Without a script the page reads in the language that it opens with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from geo.encode import page_html
from geo.text import LANGUAGES, Catalogue, catalogue

__all__ = ["BilingualHtml"]


@dataclass(frozen=True)
class BilingualHtml:
    """Writes texts in every language, that of ``opening`` shown; called like a `Catalogue`.

    >>> BilingualHtml("en")("page.language")
    Markup('<span data-lang="en" lang="en">Language</span><span data-lang="id" lang="id" hidden>Bahasa</span>')
    """

    opening: str

    def __call__(self, message_id: str, **values: object) -> Markup:
        """Return a message in every language; a value that differs by language is a function of the catalogue."""
        return self.text(lambda t: t(message_id, **{name: v(t) if callable(v) else v for name, v in values.items()}))

    def text(self, say: Callable[[Catalogue], object]) -> Markup:
        """Return a line of plain text in every language."""
        return self._each(lambda t: page_html(say(t)), "span")

    def block(self, write: Callable[[Catalogue], str], **attributes: str) -> Markup:
        """Return HTML that has passed `page_html` in every language, with the same data attributes."""
        return self._each(write, "div", attributes)

    def of(self, record: Any) -> Markup:  # a text of both languages as any record carries it
        """Return a text that data carries in both languages."""
        return self.text(lambda t: record.in_language(t.lang))

    def _each(self, write: Callable[[Catalogue], str], element: str, attributes: Mapping[str, str] | None = None) -> Markup:
        said = "".join(f' data-{name}="{page_html(value)}"' for name, value in (attributes or {}).items())
        made = (
            f'<{element} data-lang="{lang}" lang="{lang}"{said}{"" if lang == self.opening else " hidden"}>'
            f"{write(catalogue(lang))}</{element}>"
            for lang in LANGUAGES
        )
        return Markup("".join(made))  # noqa: S704 - text in it passed `page_html`
