"""The static site: every file of it, from a scheme, and written into a folder. Same input, same bytes."""

from __future__ import annotations

import hashlib
import os
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
from geo.site.headers import headers_file
from geo.site.markdown import MarkdownPage, png_size_px, read_document
from geo.site.pages import DOCUMENTS, PICTURES, pages_of
from geo.site.preview import preview_png
from geo.takeaway.references import CiteKind, cite_bytes
from geo.text import LANGUAGES, catalogue

__all__ = ["PublishedSite", "publish_site", "site_files"]

_DATA_SUFFIXES: Final = frozenset({".csv", ".geojson", ".json"})  # types that no browser opens as a page of this site
_LICENCES: Final = "LICENSE"
_STYLES: Final = (CARDS_STYLE, TEMPLATES_FOLDER / "site.css")
_PICTURES: Final = "assets/docs"
# Name, width in millimetres, dots per inch. Type is larger on a narrow sheet, so the pictures for the screen are narrow.
_FIGURES: Final = (
    ("figure.pdf", 180.0, 300),
    ("figure.png", 180.0, 300),
    ("figure.svg", 180.0, 300),
    ("picture.png", 125.0, 200),
    ("picture-narrow.png", 85.0, 200),
)
_BASE: Final = re.compile(r"https?://[a-z0-9.-]*[a-z0-9](:[0-9]{1,5})?(/[a-zA-Z0-9._~%-]+)*/?", re.IGNORECASE)


@dataclass(frozen=True)
class PublishedSite:
    """A site as written: number of files, bytes, and where a folder that Selat had not written was moved to."""

    files: int
    size_bytes: int
    aside: Path | None


def publish_site(scheme: PatrolScheme, folder: Path, *, base_url: str | None = None, force: bool = False) -> PublishedSite:
    """Write the whole site into a folder, or change nothing.

    Parameters
    ----------
    scheme
        What the site shows.
    folder
        Where to write; a folder that exists is replaced only if it is a site of ours (see `replace_folder`).
    base_url
        Address of the published site, such as ``https://example.org/selat/``. With it the site has
        what needs absolute addresses: canonical links, sitemap, previews.
    force
        Move aside a folder that is not a site of ours.

    Raises
    ------
    ExportError
        If the address is invalid, or the folder is not ours, contains the data or the program, or cannot be written.
    """
    _require_apart(folder, (scheme.folder, Path.cwd(), Path(__file__).parent.parent))
    files = site_files(scheme, base_url=base_url)
    aside = replace_folder(folder, files, title=f"Selat site, stamp {scheme.sources.stamp}", force=force)
    return PublishedSite(len(files), sum(map(len, files.values())), aside)


def _require_apart(folder: Path, protected: Iterable[Path]) -> None:
    target = Path(os.path.realpath(folder))
    for other in protected:
        if other.resolve().is_relative_to(target):
            raise ExportError(f"{folder} holds {other}, which has to stay; choose a folder of its own, such as out/site")


def site_files(scheme: PatrolScheme, *, base_url: str | None = None) -> dict[str, bytes]:
    """Return the contents of every file of the site by its path.

    Raises
    ------
    ExportError
        If the address is invalid, or a document cannot be read.
    DataError
        If a data file has changed since the scheme was read.
    """
    base = _check_address(base_url) if base_url is not None else None
    documents = {name: _read_document(name) for name in DOCUMENTS}
    files = {"assets/site.css": _read_styles(), ".nojekyll": b"", "_headers": headers_file(), **_read_data(scheme)}
    for document in documents.values():
        files |= {f"{_PICTURES}/{name}": content for name, content in document.pictures.items()}
    model = CoverageModel(scheme)
    scenario = default_scenario(model)
    answer = model.answer(scenario, "bands")
    for lang in LANGUAGES:
        selection = Selection(lang=lang, scenario=scenario, coverage_layer="bands")
        files |= {f"{lang}/{name}": content for name, content in _draw_pictures(scheme, selection, answer)}
        files[f"{lang}/map.html"] = _add_links(export_html(scheme, selection, model=model), lang, base)
        files |= {
            f"{lang}/selat{kind.ending}": cite_bytes(scheme.sources, scheme.agreements, kind, lang=lang) for kind in CiteKind
        }
        if base:
            files[f"{lang}/preview.png"] = preview_png(scheme, selection, answer)
    site = Site(
        scheme=scheme,
        answer=answer,
        shares={rule.value: model.answer(replace(scenario, rule=rule)).coverage.reached_share for rule in Rule},
        documents=documents,
        sizes_bytes={path: len(content) for path, content in files.items()},
        pictures_px={path: png_size_px(files[path]) for lang in LANGUAGES for path in (f"{lang}/{name}" for name in PICTURES)},
        base_url=base,
    )
    files["index.html"] = choice_page(site)
    locator = Locator(scheme)
    files |= {f"{lang}/{page.path}": page.html(site, lang) for lang in LANGUAGES for page in pages_of(site, lang, locator)}
    if base:
        files |= _list_for_search_engines(base, files, scheme.sources.data_date)
    return files


def _check_address(address: str) -> str:
    """Return an address with a slash at its end; refuse one to which no path can be added."""
    if _BASE.fullmatch(address) and not {".", ".."} & set(address.split("/")) and _has_valid_port(address):
        return f"{address.rstrip('/')}/"
    expected = "an address that starts with https:// or http://, with neither ? nor #, such as https://example.org/selat/"
    raise ExportError(f"--base-url: wanted {expected}, got {address!r}")


def _has_valid_port(address: str) -> bool:
    try:
        return urlsplit(address).port != 0
    except ValueError:  # above 65535
        return False


def _read_document(name: str) -> MarkdownPage:
    return read_document(name, pages={**DOCUMENTS, "data.md": "data.html"}, pictures=f"../{_PICTURES}")


def _read_styles() -> bytes:
    return "".join(path.read_text("utf-8") for path in _STYLES).encode()


def _read_data(scheme: PatrolScheme) -> dict[str, bytes]:
    """Return the recorded data files, the records and the licences by path; each file must have its recorded hash."""
    hashes = {
        record.file: record.sha256 for record in scheme.sources.files if PurePosixPath(record.file).suffix in _DATA_SUFFIXES
    }
    hashes[SOURCES_FILE] = scheme.sources.records_sha256
    contents = {name: read_bytes(scheme.folder / name) for name in hashes}
    for name, sha256 in hashes.items():
        if hashlib.sha256(contents[name] or b"").hexdigest() != sha256:
            raise DataError(f"{name}: has changed since it was read; publish again")
    contents[_LICENCES] = read_bytes(scheme.folder / _LICENCES)  # optional: each record names its licence
    return {f"data/{name}": content for name, content in contents.items() if content is not None}


def _draw_pictures(scheme: PatrolScheme, selection: Selection, answer: Answer) -> Iterator[tuple[str, bytes]]:
    """Yield names and contents: the figure for print and for the first page, and the curve for light and dark pages."""
    for name, width_mm, dpi in _FIGURES:
        yield name, figure_bytes(scheme, selection, answer, kind=name.rpartition(".")[2], width_mm=width_mm, dpi=dpi)
    names = {point_id: scheme.feature_name(point_id) for point_id in answer.coverage.scenario.point_ids}
    for file, dark in (("curve.svg", False), ("curve-dark.svg", True)):
        yield file, curve_svg(answer.coverage, names, catalogue(selection.lang), dark=dark, writes_limit=True).encode()


def _add_links(page: bytes, lang: str, base: str | None) -> bytes:
    """Return the exported map with a link back to the site and, if the site has an address, with links in its head."""
    t = catalogue(lang)
    links = head_links(base, "map.html", lang) if base else ()
    head = "".join(
        f'<link rel="{relation}"{f" hreflang={language!r}" if language else ""} href="{escape(address)}">\n'
        for relation, language, address in links
    )
    back = f'<nav class="selat-back"><a href="index.html">← {escape(t("site.back"))}</a></nav>\n'
    page = page.replace(b"</head>", f"{head}</head>".encode(), 1)
    return re.sub(rb"(<body\b[^>]*>\n?)", lambda body: body[0] + back.encode(), page, count=1)


def _list_for_search_engines(base: str, paths: Iterable[str], date: str) -> dict[str, bytes]:
    """Return sitemap.xml and, for a site at the root of its host, robots.txt: elsewhere none is read."""
    pages = sorted(path.partition("/")[2] for path in paths if path.startswith(f"{LANGUAGES[0]}/") and path.endswith(".html"))
    entries = "".join(_format_entry(base, lang, path, date) for path in pages for lang in LANGUAGES)
    opening = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">'
    root = f"<url><loc>{escape(base)}index.html</loc><lastmod>{date}</lastmod></url>\n"
    files = {"sitemap.xml": f'<?xml version="1.0" encoding="UTF-8"?>\n{opening}\n{root}{entries}</urlset>\n'.encode()}
    if urlsplit(base).path == "/":
        files["robots.txt"] = f"User-agent: *\nAllow: /\nSitemap: {base}sitemap.xml\n".encode()
    return files


def _format_entry(base: str, lang: str, path: str, date: str) -> str:
    twins = "".join(
        f'<xhtml:link rel="{relation}" hreflang="{language}" href="{escape(address)}"/>'
        for relation, language, address in head_links(base, path, lang)
        if language
    )
    return f"<url><loc>{escape(base)}{lang}/{path}</loc><lastmod>{date}</lastmod>{twins}</url>\n"
