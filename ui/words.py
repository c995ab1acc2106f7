"""Text of the data on its way to Streamlit's Markdown: labels of buttons and pills.

Text of the catalogues is ours and goes as it is, since Streamlit reads some labels aloud unrendered.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["md_text"]

# Everything that Streamlit's Markdown gives a meaning to: emphasis, code, links, maths, colours (:red[x]), icons, HTML.
_MEANING: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&=^\"'@/])")


def md_text(value: object) -> str:
    r"""Return ``value`` as Markdown that shows as written, on one line.

    >>> print(md_text("$x$ :red[x] [a](b)"))
    \$x\$ \:red\[x\] \[a\]\(b\)
    """
    return _MEANING.sub(r"\\\1", " ".join(str(value).split()))
