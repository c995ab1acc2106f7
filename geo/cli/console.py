"""The console: whatever its encoding, a text is written; a sign that the encoding lacks is replaced, never an error."""

from __future__ import annotations

import codecs
import io
import sys
import unicodedata
from typing import Final

__all__ = ["accept_any_sign"]

_HANDLER: Final = "selat.replace"  # the name of our rule among Python's codecs
_PLAIN: Final = {"–": "-", "—": "-", "−": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "·": "-"}  # noqa: RUF001 - these are meant


def accept_any_sign() -> None:
    """Let standard output and standard error write every text in the encoding that they have.

    Consoles, and files that output is redirected to, may have an encoding with few signs: cp874 on
    Windows in Thailand. The encoding is kept, since whoever reads the output expects it; only ASCII,
    which most often means that no locale was set, becomes UTF-8, as Python and Click have it.
    """
    codecs.register_error(_HANDLER, _replace)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # it is none where there is no console, or in a notebook
            is_ascii = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(encoding="utf-8" if is_ascii else None, errors=_HANDLER)


def _replace(error: UnicodeError) -> tuple[str, int]:
    """Replace signs that cannot be encoded by their plain form, as km2 for km², or by a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plain_sign, error.object[error.start : error.end])), error.end


def _plain_sign(sign: str) -> str:
    """Return a sign in ASCII.

    >>> [_plain_sign(sign) for sign in "²é–…海"]
    ['2', 'e', '-', '...', '?']
    """
    plain = unicodedata.normalize("NFKD", _PLAIN.get(sign, sign)).encode("ascii", "ignore").decode()
    return plain or "?"
