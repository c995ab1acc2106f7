"""Signs that nobody sees: control characters, noncharacters, and marks that turn the direction of the text around them.

XML and workbooks cannot hold them, a null ends a C string, a byte order mark within a text breaks
Matplotlib's PDF, and a mark of direction in a name turns the words after it. Data may contain them;
every file and page of Selat has a space in their place.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["HIDDEN_SIGNS", "plain_text"]

_NONCHARACTERS: Final = tuple(range(0xFDD0, 0xFDF0)) + tuple(
    plane + last for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)
)
_CONTROLS: Final = tuple(code for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\r")
_SURROGATES: Final = tuple(range(0xD800, 0xE000))  # half a character each, where a text was not read as UTF-8
_DIRECTIONS: Final = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_BYTE_ORDER_MARK: Final = 0xFEFF
HIDDEN_SIGNS: Final = "".join(map(chr, (*_CONTROLS, *_DIRECTIONS, *_SURROGATES, _BYTE_ORDER_MARK, *_NONCHARACTERS)))
_HIDDEN: Final = re.compile(f"[{re.escape(HIDDEN_SIGNS)}]")


def plain_text(text: str) -> str:
    r"""Return a text with a space for each hidden sign; tabs and line breaks stay.

    >>> plain_text("Bel\x00awan\n\ufeffBatam \u202eChangi")
    'Bel awan\n Batam  Changi'
    """
    return _HIDDEN.sub(" ", text)
