"""The documents of ``docs/`` as pages of the site: Markdown to HTML, with links and pictures adapted to the site."""

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
_EXTERNAL: Final = re.compile(r"https?://")
_PNG_HEAD: Final = struct.Struct(">8x8xII")


@dataclass(frozen=True)
class MarkdownPage:
    """A document as HTML: the text of its first heading, its markup, and the contents of its pictures by file name."""

    title: str
    html: str
    pictures: Mapping[str, bytes]


def read_document(name: str, *, pages: Mapping[str, str], pictures: str, folder: Path | None = None) -> MarkdownPage:
    """Read a Markdown file of ``docs/``; HTML in it is shown as text.

    Parameters
    ----------
    name
        The file's name, such as ``method.md``.
    pages
        Addresses of the pages of the site, by the names of their documents in ``docs/``.
        Any other link within the repository becomes plain text.
    pictures
        Address of the folder of the pictures.

    Raises
    ------
    ExportError
        If the document or one of its pictures cannot be read.
    """
    source = folder or DOCS_FOLDER
    text = _read(source / name, name).decode()
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.add_render_rule("table_open", _open_table)
    parser.add_render_rule("table_close", _close_table)
    tokens = parser.parse(_COMMENT.sub("", text))
    contents: dict[str, bytes] = {}
    _adapt_tokens(tokens, pages)
    for image in _find_images(tokens):
        file = str(image.attrs["src"])
        picture = posixpath.basename(file)
        contents[picture] = _read(source / file, file)
        width_px, height_px = png_size_px(contents[picture])
        image.attrs |= {"src": f"{pictures}/{picture}", "width": width_px, "height": height_px, "loading": "lazy"}
    return MarkdownPage(_name_headings(tokens), parser.renderer.render(tokens, parser.options, {}), contents)


def png_size_px(content: bytes) -> tuple[int, int]:
    """Return width and height of a PNG."""
    width_px, height_px = _PNG_HEAD.unpack_from(content)
    return int(width_px), int(height_px)


def _read(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or error
        expected = "the site's documents are those of the checkout that Selat runs from"
        raise ExportError(f"docs/{name} cannot be read ({reason}); {expected}: run python -m geo in a whole one") from None


def _open_table(renderer: Any, tokens: Sequence[Token], place: int, options: Any, env: Any) -> str:  # untyped in the library
    """Open a table that scrolls sideways in a frame of its own, by keyboard too."""
    return '<div class="selat-scroll" tabindex="0"><table class="selat-table">\n'


def _close_table(renderer: Any, tokens: Sequence[Token], place: int, options: Any, env: Any) -> str:  # as above
    return "</table></div>\n"


def _find_images(tokens: Sequence[Token]) -> Iterator[Token]:
    return (child for token in tokens for child in token.children or () if child.type == "image")


def _adapt_tokens(tokens: Sequence[Token], pages: Mapping[str, str]) -> None:
    """Adapt links to the site, and replace inline styles, which the pages do not allow, by classes."""
    for opening, inside, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opening.type == "th_open" and not inside.content:
            opening.tag = closing.tag = "td"  # an empty corner is no heading
    for token in tokens:
        if token.children:
            token.children = list(_adapt_links(token.children, pages))
        if token.type in {"code_block", "fence"}:
            token.attrSet("tabindex", "0")
        if style := token.attrs.pop("style", None):
            token.attrSet("class", str(style).replace("text-align:", "selat-"))


def _adapt_links(children: Sequence[Token], pages: Mapping[str, str]) -> Iterator[Token]:
    links: list[bool] = []  # of each open link, whether it leads anywhere
    for child in children:
        if child.type == "link_open":
            links.append(_redirect_link(child, pages))
        if child.type not in {"link_open", "link_close"} or links[-1]:
            yield child
        if child.type == "link_close":
            links.pop()


def _redirect_link(link: Token, pages: Mapping[str, str]) -> bool:
    """Point a link to its target on the site; return whether there is one."""
    target = str(link.attrs["href"])
    if _EXTERNAL.match(target):
        link.attrSet("rel", "noopener noreferrer")
        return True
    if target.startswith("#"):
        return True
    page = pages.get(target.partition("#")[0])
    link.attrSet("href", page or "")
    return page is not None


def _name_headings(tokens: Sequence[Token]) -> str:
    """Give headings the ids that GitHub gives them; return the text of the first heading."""
    used: dict[str, int] = {}
    title = ""
    for opening, inline in itertools.pairwise(tokens):
        if opening.type == "heading_open":
            text = "".join(child.content for child in inline.children or ())
            title = title or text
            slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
            used[slug] = used.get(slug, -1) + 1
            opening.attrSet("id", f"{slug}-{used[slug]}" if used[slug] else slug)
    return title
