"""The documents of ``docs/`` as parts of the site: Markdown to HTML, its pictures and links fitted to where they stand."""

from __future__ import annotations

import itertools
import posixpath
import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from geo.errors import ExportError

__all__ = ["DOCS_FOLDER", "MarkdownPage", "png_size_px", "read_document"]

DOCS_FOLDER: Final = Path(__file__).resolve().parents[2] / "docs"
_COMMENT: Final = re.compile(r"^<!--.*?-->\n", re.MULTILINE | re.DOTALL)
_OUTSIDE: Final = re.compile(r"https?://")
_PNG_HEAD: Final = struct.Struct(">8x8xII")


@dataclass(frozen=True)
class MarkdownPage:
    """A document's first heading, its HTML, and the pictures it shows by the names they are to have."""

    title: str
    html: str
    pictures: Mapping[str, bytes]


def read_document(name: str, *, pages: Mapping[str, str], pictures: str, folder: Path | None = None) -> MarkdownPage:
    """Read a Markdown file of ``docs/``; markup in it stays text.

    Parameters
    ----------
    name
        The file's name, such as ``method.md``.
    pages
        Addresses of the documents that the site holds, by their names in ``docs/``.
        Any other link within the repository becomes plain text.
    pictures
        Address of the folder that the pictures will stand in.

    Raises
    ------
    ExportError
        If the document or one of its pictures is not there.
    """
    where = folder or DOCS_FOLDER
    text = _read(where / name, name).decode()
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.add_render_rule("table_open", _table_open)
    parser.add_render_rule("table_close", _table_close)
    tokens = parser.parse(_COMMENT.sub("", text))
    shown: dict[str, bytes] = {}
    _fit(tokens, pages)
    for image in _images(tokens):
        file = str(image.attrs["src"])
        label = posixpath.basename(file)
        shown[label] = _read(where / file, file)
        width_px, height_px = png_size_px(shown[label])
        image.attrs |= {"src": f"{pictures}/{label}", "width": width_px, "height": height_px, "loading": "lazy"}
    return MarkdownPage(_name_headings(tokens), parser.renderer.render(tokens, parser.options, {}), shown)


def png_size_px(content: bytes) -> tuple[int, int]:
    """Return width and height of a PNG."""
    width_px, height_px = _PNG_HEAD.unpack_from(content)
    return int(width_px), int(height_px)


def _read(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or error
        wanted = "the site's documents are those of the checkout that Selat runs from"
        raise ExportError(f"docs/{name} cannot be read ({reason}); {wanted}: run python -m geo in a whole one") from None


def _table_open(renderer: Any, tokens: Sequence[Token], place: int, options: Any, env: Any) -> str:  # untyped in the library
    """Wide tables scroll by themselves, with the keyboard too."""
    return '<div class="selat-scroll" tabindex="0"><table class="selat-table">\n'


def _table_close(renderer: Any, tokens: Sequence[Token], place: int, options: Any, env: Any) -> str:  # as above
    return "</table></div>\n"


def _images(tokens: Sequence[Token]) -> Iterator[Token]:
    return (child for token in tokens for child in token.children or () if child.type == "image")


def _fit(tokens: Sequence[Token], pages: Mapping[str, str]) -> None:
    """Change links to fit the site, and what would need an inline style to a class."""
    for token, inside, closed in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if token.type == "th_open" and not inside.content:
            token.tag = closed.tag = "td"  # the corner of a table is the heading of nothing
    for token in tokens:
        if token.children:
            token.children = list(_fitted(token.children, pages))
        if token.type in {"code_block", "fence"}:
            token.attrSet("tabindex", "0")
        if style := token.attrs.pop("style", None):
            token.attrSet("class", str(style).replace("text-align:", "selat-"))


def _fitted(children: Sequence[Token], pages: Mapping[str, str]) -> Iterator[Token]:
    kept: list[bool] = []
    for child in children:
        if child.type == "link_open":
            kept.append(_mend(child, pages))
        if child.type not in {"link_open", "link_close"} or kept[-1]:
            yield child
        if child.type == "link_close":
            kept.pop()


def _mend(link: Token, pages: Mapping[str, str]) -> bool:
    """Point a link to where its target is on the site; say whether there is such a place."""
    target = str(link.attrs["href"])
    if _OUTSIDE.match(target):
        link.attrSet("rel", "noopener noreferrer")
        return True
    if target.startswith("#"):
        return True
    page = pages.get(target.partition("#")[0])
    link.attrSet("href", page or "")
    return page is not None


def _name_headings(tokens: Sequence[Token]) -> str:
    """Give headings the ids that GitHub gives them; return the text of the first."""
    used: dict[str, int] = {}
    title = ""
    for opened, inline in itertools.pairwise(tokens):
        if opened.type == "heading_open":
            text = "".join(child.content for child in inline.children or ())
            title = title or text
            slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
            used[slug] = used.get(slug, -1) + 1
            opened.attrSet("id", f"{slug}-{used[slug]}" if used[slug] else slug)
    return title
