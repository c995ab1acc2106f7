"""What all pages of the static site share: head, navigation, footer, addresses, file names.

Addresses are relative, from file to file, so that a site works in any folder and from
disk. Only canonical addresses and the preview picture need the address of the site.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote

from markupsafe import Markup

from geo.cards.about import footer
from geo.colors import ACCENT, CONTROL_POINT_COLOR, ICON_COLOR
from geo.coverage.answers import Answer
from geo.encode import templates_of
from geo.scheme.claims import ID_PATTERN
from geo.scheme.patrol_scheme import PatrolScheme
from geo.site.markdown import MarkdownPage
from geo.text import LANGUAGES, Catalogue, catalogue

__all__ = ["PREVIEW_PX", "SITE_MARK", "TEMPLATES_FOLDER", "Page", "Site", "choice_page", "file_name", "head_links"]

TEMPLATES_FOLDER: Final = Path(__file__).parent / "templates"
SITE_MARK: Final = '<meta name="generator" content="Selat site">'
_RESERVED: Final = re.compile(r"con|prn|aux|nul|index|(com|lpt)[0-9]")  # devices on Windows, and the index of a folder
PREVIEW_PX: Final = (1200, 630)
_LONGEST_NAME: Final = 100
_LOCALES: Final = {"en": "en_GB", "id": "id_ID"}
_ICON: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" '
    f'fill="{ACCENT[False]}"/>'
    '<path d="M5 10c4-4 7 4 11 0s7 4 11 0M5 22c4-4 7 4 11 0s7 4 11 0" fill="none" '
    f'stroke="{ICON_COLOR}" stroke-width="3"/>'
    f'<circle cx="16" cy="16" r="4.5" fill="{CONTROL_POINT_COLOR}" stroke="#fff" stroke-width="2"/></svg>'
)
_TEMPLATES: Final = templates_of(TEMPLATES_FOLDER)
_TEMPLATES.globals |= {"mark": Markup(SITE_MARK), "icon": f"data:image/svg+xml,{quote(_ICON)}"}  # noqa: S704 - of ours


@dataclass(frozen=True)
class Site:
    """What every page is made from.

    Attributes
    ----------
    answer
        The answer to the scenario that the site shows.
    shares
        The share of the strait that is reached under each rule.
    documents
        The documents of ``docs/`` by name.
    sizes_bytes
        Sizes of the files that pages link to, by path.
    pictures_px
        Width and height of the pictures of the first page, by path.
    base_url
        Address of the site, with a slash at its end; ``None`` where it is not known.
    """

    scheme: PatrolScheme
    answer: Answer
    shares: Mapping[str, float]
    documents: Mapping[str, MarkdownPage]
    sizes_bytes: Mapping[str, int]
    pictures_px: Mapping[str, tuple[int, int]]
    base_url: str | None = None

    @property
    def names(self) -> dict[str, str]:
        """Names of the starts that take part."""
        return {point_id: self.scheme.feature_name(point_id) for point_id in self.answer.coverage.scenario.point_ids}


@dataclass(frozen=True)
class Page:
    """A page in one language: its path in the folder of the language, its template, and the template's values."""

    path: str
    template: str
    title: str
    description: str
    section: str
    values: Mapping[str, object] = field(default_factory=dict)

    def html(self, site: Site, lang: str) -> bytes:
        """Return the page as UTF-8."""
        t = catalogue(lang)
        path = f"{lang}/{self.path}"
        values = {
            **_make_values(site, t, path),
            "page": self,
            "section": self.section,
            "languages": [(code, catalogue(code)("page.own-name"), f"{code}/{self.path}") for code in LANGUAGES],
            "head_links": head_links(site.base_url, self.path, lang) if site.base_url else (),
            "footer": Markup(footer(site.scheme, t)),  # noqa: S704 - text in it passed `page_html`
            **self.values,
        }
        return _TEMPLATES.get_template(self.template).render(values).encode()


def _make_values(site: Site, t: Catalogue, here: str) -> dict[str, object]:
    """Return the values that the frame of every page needs; ``here`` is the path of the page."""
    about = site.scheme.sources.about

    def link(path: str) -> str:  # relative, from this page to a file of the site
        return posixpath.relpath(path, posixpath.dirname(here) or ".")

    def own(path: str) -> str:  # to a page of the same language
        return link(f"{t.lang}/{path}")

    return {
        "t": t,
        "lang": t.lang,
        "link": link,
        "own": own,
        "stamp": site.scheme.sources.stamp,
        "site_title": about.title.in_language(t.lang),
        "base": site.base_url,
        "here": here,
        "locale": _LOCALES[t.lang],
        "other_locale": next(_LOCALES[code] for code in LANGUAGES if code != t.lang),
        "preview_px": PREVIEW_PX,
    }


def head_links(base_url: str, path: str, lang: str) -> tuple[tuple[str, str, str], ...]:
    """Return the links in a page's head to its own address and to its translations: relation, language, absolute address."""
    alternates = tuple(("alternate", code, f"{base_url}{code}/{path}") for code in LANGUAGES)
    return (("canonical", "", f"{base_url}{lang}/{path}"), *alternates, ("alternate", "x-default", f"{base_url}index.html"))


def choice_page(site: Site) -> bytes:
    """Return the first page of the site, where a reader chooses the language."""
    t = catalogue(LANGUAGES[0])
    about = site.scheme.sources.about
    choices = [
        {
            "lang": code,
            "t": catalogue(code),
            "title": about.title.in_language(code),
            "footer": Markup(footer(site.scheme, catalogue(code))),  # noqa: S704 - text in it passed `page_html`
        }
        for code in LANGUAGES
    ]
    names = [catalogue(code)("page.own-name") for code in LANGUAGES]
    address = [("canonical", "", f"{site.base_url}index.html")] if site.base_url else []
    alternates = [("alternate", code, f"{site.base_url}{code}/index.html") for code in LANGUAGES] if site.base_url else []
    values = {
        **_make_values(site, t, "index.html"),
        "page": Page("index.html", "site-choice.html.j2", " · ".join(names), t("site.intro-line"), ""),
        "section": "",
        "head_links": [*address, *alternates],
        "choices": choices,
        "footer": "",
    }
    return _TEMPLATES.get_template("site-choice.html.j2").render(values).encode()


def file_name(record_id: str) -> str:
    """Return the file name of a record's page: its id, with ``_`` before names that file system or site reserve.

    >>> file_name("msp-2006"), file_name("aux"), file_name("index")
    ('msp-2006.html', '_aux.html', '_index.html')

    Raises
    ------
    ValueError
        If it is not a valid id: a fault of the code, since data with such ids is refused.
    """
    if not re.fullmatch(ID_PATTERN, record_id):
        raise ValueError(f"{record_id!r} is no id")
    if len(record_id) > _LONGEST_NAME:
        return f"_{record_id[:_LONGEST_NAME]}_{hashlib.sha256(record_id.encode()).hexdigest()[:12]}.html"
    return f"_{record_id}.html" if _RESERVED.fullmatch(record_id) else f"{record_id}.html"
