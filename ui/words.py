"""Text of the data as Streamlit's Markdown, for labels of buttons and pills.

Text of the catalogues is not encoded: it is trusted, and some labels reach screen readers unrendered.
"""

from __future__ import annotations

import re
from typing import Final

from geo.signs import plain_text

__all__ = ["md_text"]

# Characters with a meaning in Streamlit's Markdown: emphasis, code, links, maths, colours (:red[x]), icons, HTML.
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&=^\"'@/])")


def md_text(value: object) -> str:
    r"""Return ``value`` as Markdown that shows as written, on one line.

    >>> print(md_text("$x$ :red[x] [a](b)"))
    \$x\$ \:red\[x\] \[a\]\(b\)
    """
    return _SPECIAL.sub(r"\\\1", " ".join(plain_text(str(value)).split()))
