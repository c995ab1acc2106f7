"""Encoders: text and data on their way into HTML, scripts and templates, so that they show as written.

Hidden signs become spaces on all these ways (`geo.signs`).
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias, Union

import jinja2

from geo.signs import plain_text

__all__ = ["Json", "JsonValue", "map_json", "map_text", "page_html", "templates_of"]

JsonValue: TypeAlias = Union[bool, int, float, str, "Sequence[JsonValue]", "Mapping[str, JsonValue]", None]
Json: TypeAlias = Mapping[str, JsonValue]  # an object of JSON


def map_text(value: object) -> str:
    """Return ``value`` as markup that survives template, script and browser unchanged.

    >>> map_text("{{7*7}} <b> ${x} `")
    '&#123;&#123;7*7&#125;&#125; &lt;b&gt; &#36;&#123;x&#125; &#96;'
    """
    return page_html(value).translate({ord(char): f"&#{ord(char)};" for char in "`${}\\"})


def map_json(value: object) -> str:
    r"""Return ``value`` as JSON that is safe in a script element and in a Jinja template.

    ``<``, ``>`` and ``&`` cannot close the script; ``{{``, ``{%`` and ``{#`` cannot
    open a template tag (they never occur in the structure of JSON, only in strings).

    >>> print(map_json({"name": "</script>{{7*7}}"}))
    {"name":"\u003c/script\u003e{\u007b7*7}}"}
    """
    text = plain_text(json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False))
    for char in "<>&\u2028\u2029`":
        text = text.replace(char, f"\\u{ord(char):04x}")
    for char in "{%#":
        text = text.replace("{" + char, f"{{\\u{ord(char):04x}")
    return text


def page_html(value: object) -> str:
    """Return ``value`` as HTML text.

    >>> page_html("<img src=x> & $x$")
    '&lt;img src=x&gt; &amp; $x$'
    """
    return html.escape(plain_text(str(value)))


def templates_of(folder: Path) -> jinja2.Environment:
    """Return the templates of a folder: values are escaped unless they are markup, and a missing one is an error."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        finalize=lambda value: plain_text(value) if type(value) is str else value,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
