"""The static site: every file of it, made from a scheme and written into a folder whole. Same input, same bytes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from markupsafe import escape

from geo.cards.html import CARDS_STYLE
from geo.charts.curve import curve_svg
from geo.charts.locator import Locator
from geo.coverage.answers import Answer, CoverageModel, default_scenario
from geo.coverage.scenario import Rule
from geo.errors import DataError, ExportError
from geo.figure.layout import figure_bytes
from geo.maps.selection import Selection
from geo.offline.page import export_html
from geo.scheme.data_files import read_bytes
from geo.scheme.patrol_scheme import PatrolScheme
from geo.scheme.sources import SOURCES_FILE
from geo.site.folder import replace_folder
from geo.site.frame import TEMPLATES_FOLDER, Site, choice_page, head_links
from geo.site.markdown import MarkdownPage, png_size_px, read_document
from geo.site.pages import DOCUMENTS, PICTURES, pages_of
from geo.site.preview import preview_png
from geo.takeaway.references import CiteKind, cite_bytes
from geo.text import LANGUAGES, catalogue

__all__ = ["Published", "publish_site", "site_files"]

_DATA_SUFFIXES: Final = frozenset({".csv", ".geojson", ".json"})  # what no browser takes for a page of ours
_LICENCES: Final = "LICENSE"
_STYLES: Final = (CARDS_STYLE, TEMPLATES_FOLDER / "site.css")
_PICTURES: Final = "assets/docs"
# A narrower sheet has larger type for its width: those that are read on a screen are narrow.
_FIGURES: Final = (
    ("figure.pdf", 180.0, 300),
    ("figure.png", 180.0, 300),
    ("figure.svg", 180.0, 300),
    ("picture.png", 125.0, 200),
    ("picture-narrow.png", 85.0, 200),
)
_BASE: Final = re.compile(r"https?://[a-z0-9.-]*[a-z0-9](:[0-9]{1,5})?(/[a-zA-Z0-9._~%-]+)*/?", re.IGNORECASE)


@dataclass(frozen=True)
class Published:
    """What was written: how many files, how many bytes, and where a folder that was not ours has been moved to."""

    files: int
    size_bytes: int
    aside: Path | None


def publish_site(scheme: PatrolScheme, folder: Path, *, base_url: str | None = None, force: bool = False) -> Published:
    """Write the whole site into a folder, or nothing.

    Parameters
    ----------
    scheme
        What the site is about.
    folder
        Where. What stands there is replaced only if it is a site of ours (see `replace_folder`).
    base_url
        Where the site will be reached, such as ``https://example.org/selat/``, for what needs
        absolute addresses; without it there is none of that.
    force
        Move a folder that is not ours aside.

    Raises
    ------
    ExportError
        If the address is none, the folder is not ours, holds the data or the program, or cannot be written.
    """
    _require_apart(folder, (scheme.folder, Path.cwd(), Path(__file__).parent.parent))
    files = site_files(scheme, base_url=base_url)
    aside = replace_folder(folder, files, title=f"Selat site, stamp {scheme.sources.stamp}", force=force)
    return Published(len(files), sum(map(len, files.values())), aside)


def _require_apart(folder: Path, kept: Iterable[Path]) -> None:
    target = folder.resolve()
    for other in kept:
        if other.resolve().is_relative_to(target):
            raise ExportError(f"{folder} holds {other}, which has to stay; choose a folder of its own, such as out/site")


def site_files(scheme: PatrolScheme, *, base_url: str | None = None) -> dict[str, bytes]:
    """Return every file of the site by its path.

    Raises
    ------
    ExportError
        If the address is none, or documents or data cannot be read.
    """
    base = _base(base_url) if base_url is not None else None
    documents = {name: _document(name) for name in DOCUMENTS}
    files = {"assets/site.css": _styles(), ".nojekyll": b"", **_data(scheme)}
    for document in documents.values():
        files |= {f"{_PICTURES}/{name}": content for name, content in document.pictures.items()}
    model = CoverageModel(scheme)
    asked = default_scenario(model)
    drawn = model.answer(asked, "bands")
    for lang in LANGUAGES:
        chosen = Selection(lang=lang, scenario=asked, coverage_layer="bands")
        files |= {f"{lang}/{name}": content for name, content in _pictures(scheme, chosen, drawn)}
        files[f"{lang}/map.html"] = _framed(export_html(scheme, chosen, model=model), lang, base)
        files |= {
            f"{lang}/selat{kind.ending}": cite_bytes(scheme.sources, scheme.agreements, kind, lang=lang) for kind in CiteKind
        }
        if base:
            files[f"{lang}/preview.png"] = preview_png(scheme, chosen, drawn)
    site = Site(
        scheme=scheme,
        answer=drawn,
        shares={rule.value: model.answer(replace(asked, rule=rule)).coverage.reached_share for rule in Rule},
        documents=documents,
        sizes_bytes={path: len(content) for path, content in files.items()},
        pictures_px={path: png_size_px(files[path]) for lang in LANGUAGES for path in (f"{lang}/{name}" for name in PICTURES)},
        base_url=base,
    )
    files["index.html"] = choice_page(site)
    locator = Locator(scheme)
    files |= {f"{lang}/{page.path}": page.html(site, lang) for lang in LANGUAGES for page in pages_of(site, lang, locator)}
    if base:
        files |= _for_searchers(base, files, scheme.sources.data_date)
    return files


def _base(address: str) -> str:
    """Return an address with a slash at its end; refuse one that nothing can be put after."""
    if _BASE.fullmatch(address) and not {".", ".."} & set(address.split("/")) and _has_port(address):
        return f"{address.rstrip('/')}/"
    wanted = "an address that starts with https:// or http://, with neither ? nor #, such as https://example.org/selat/"
    raise ExportError(f"--base-url: wanted {wanted}, got {address!r}")


def _has_port(address: str) -> bool:
    try:
        return urlsplit(address).port != 0
    except ValueError:  # above 65535
        return False


def _document(name: str) -> MarkdownPage:
    return read_document(name, pages={**DOCUMENTS, "data.md": "data.html"}, pictures=f"../{_PICTURES}")


def _styles() -> bytes:
    return "".join(path.read_text("utf-8") for path in _STYLES).encode()


def _data(scheme: PatrolScheme) -> dict[str, bytes]:
    """Return the data files by their records' names, each the one that was recorded, and the records themselves."""
    wanted = {
        record.file: record.sha256 for record in scheme.sources.files if PurePosixPath(record.file).suffix in _DATA_SUFFIXES
    }
    wanted[SOURCES_FILE] = scheme.sources.records_sha256
    found = {name: read_bytes(scheme.folder / name) for name in wanted}
    for name, sha256 in wanted.items():
        if hashlib.sha256(found[name] or b"").hexdigest() != sha256:
            raise DataError(f"{name}: has changed since it was read; publish again")
    found[_LICENCES] = read_bytes(scheme.folder / _LICENCES)  # a folder may do without: each record names its licence
    return {f"data/{name}": content for name, content in found.items() if content is not None}


def _pictures(scheme: PatrolScheme, chosen: Selection, answer: Answer) -> Iterator[tuple[str, bytes]]:
    """Yield the figure for print and for the first page, and the curve for light and dark pages."""
    for name, width_mm, dpi in _FIGURES:
        yield name, figure_bytes(scheme, chosen, answer, kind=name.rpartition(".")[2], width_mm=width_mm, dpi=dpi)
    names = {point_id: scheme.feature_name(point_id) for point_id in answer.coverage.scenario.point_ids}
    for file, dark in (("curve.svg", False), ("curve-dark.svg", True)):
        yield file, curve_svg(answer.coverage, names, catalogue(chosen.lang), dark=dark).encode()


def _framed(page: bytes, lang: str, base: str | None) -> bytes:
    """Return the exported map with a way back to the site and, if there is a base, its addresses in its head."""
    t = catalogue(lang)
    links = head_links(base, "map.html", lang) if base else ()
    head = "".join(
        f'<link rel="{relation}"{f" hreflang={language!r}" if language else ""} href="{escape(address)}">\n'
        for relation, language, address in links
    )
    back = f'<nav class="selat-back"><a href="index.html">← {escape(t("site.back"))}</a></nav>\n'
    page = page.replace(b"</head>", f"{head}</head>".encode(), 1)
    return re.sub(rb"(<body\b[^>]*>\n?)", lambda body: body[0] + back.encode(), page, count=1)


def _for_searchers(base: str, files: Iterable[str], date: str) -> dict[str, bytes]:
    """Return sitemap.xml and, where the site is at the root of its host, robots.txt: elsewhere none is read."""
    pages = sorted(path.partition("/")[2] for path in files if path.startswith(f"{LANGUAGES[0]}/") and path.endswith(".html"))
    entries = "".join(_entry(base, lang, path, date) for path in pages for lang in LANGUAGES)
    opened = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">'
    root = f"<url><loc>{escape(base)}index.html</loc><lastmod>{date}</lastmod></url>\n"
    made = {"sitemap.xml": f'<?xml version="1.0" encoding="UTF-8"?>\n{opened}\n{root}{entries}</urlset>\n'.encode()}
    if urlsplit(base).path == "/":
        made["robots.txt"] = f"User-agent: *\nAllow: /\nSitemap: {base}sitemap.xml\n".encode()
    return made


def _entry(base: str, lang: str, path: str, date: str) -> str:
    twins = "".join(
        f'<xhtml:link rel="{relation}" hreflang="{language}" href="{escape(address)}"/>'
        for relation, language, address in head_links(base, path, lang)
        if language
    )
    return f"<url><loc>{escape(base)}{lang}/{path}</loc><lastmod>{date}</lastmod>{twins}</url>\n"
