"""Text on its way to Streamlit's Markdown."""

from __future__ import annotations

import re

from tests.toy import HOSTILE
from ui.words import md_text


def test_every_sign_with_a_meaning_is_escaped():
    """Backslash before it, nothing else changed."""
    encoded = md_text(HOSTILE)

    assert re.sub(r"\\(.)", r"\1", encoded) == HOSTILE
    assert not re.search(r"(?<!\\)[*_`$\[\]<>:{}]", re.sub(r"\\.", "", encoded))


def test_plain_words_stay_plain():
    """In both languages."""
    assert md_text("Patroli terkoordinasi 2004") == "Patroli terkoordinasi 2004"


def test_lines_become_one():
    """A label has one line."""
    assert md_text("a\n\n# b") == "a \\# b"
