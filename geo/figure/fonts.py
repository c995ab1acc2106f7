"""Which fonts write a text: Matplotlib's own DejaVu Sans, and installed ones for signs that it lacks, such as Thai.

A text that DejaVu Sans can write is drawn with its file alone, the same on every machine.
"""

from __future__ import annotations

import functools
import unicodedata
from pathlib import Path
from typing import Final

import matplotlib as mpl
from matplotlib.font_manager import FontEntry, FontPath, FontProperties, fontManager, get_font
from matplotlib.ft2font import LoadFlags

from geo.signs import plain_text

__all__ = ["UNKNOWN_SIGN", "choose_font", "font_file", "is_printable", "printable_line"]

UNKNOWN_SIGN: Final = "\ufffd"
_OWN: Final = Path(mpl.get_data_path()) / "fonts"
_NO_SELECTORS: Final = dict.fromkeys(range(0xFE00, 0xFE10))  # they ask for another form of the sign before


@functools.cache
def font_file(*, bold: bool = False, italic: bool = False) -> str:
    """Return the file of DejaVu Sans in a style."""
    style = "-Bold" if bold else "-Oblique" if italic else ""
    return str(_OWN / "ttf" / f"DejaVuSans{style}.ttf")


def printable_line(text: str, file: str) -> str:
    """Return a text as one line of signs that ``file`` or an installed font has; others become U+FFFD, hidden ones go."""
    line = plain_text(text).translate(_NO_SELECTORS)
    changes: dict[str, int | str | None] = {sign: _replacement(sign) for sign in _lacking(line, file) if not sign.isspace()}
    return " ".join((line.translate(str.maketrans(changes)) if changes else line).split())


def is_printable(text: str) -> bool:
    """Say whether DejaVu Sans and the installed fonts have every sign of a text."""
    return UNKNOWN_SIGN not in printable_line(text.replace(UNKNOWN_SIGN, " "), font_file())


def _replacement(sign: str) -> str:
    if unicodedata.category(sign) == "Cf":
        return ""  # shapes its neighbours, and shows nothing itself
    return sign if _installed_font(sign) else UNKNOWN_SIGN


def choose_font(line: str, file: str, size_pt: float) -> FontProperties:
    """Return the font of a printable line: ``file``, and after it the installed fonts of signs that it lacks."""
    lacking = sorted(_lacking(line, file))
    if not lacking:
        return FontProperties(fname=file, size=size_pt)
    others = dict.fromkeys(font for sign in lacking if (font := _installed_font(sign)))
    return FontProperties(family=[_name_font(font) for font in (FontPath(file, 0), *others)], size=size_pt)


def _lacking(line: str, file: str) -> set[str]:
    font = get_font(file)
    return {sign for sign in set(line) if not font.get_char_index(ord(sign))}


@functools.lru_cache(maxsize=4096)
def _installed_font(sign: str) -> FontPath | None:
    """Return the first font that draws a sign: DejaVu Sans upright, installed ones without serifs, others."""
    return next((font for font in _list_installed() if _draws(font, sign)), None)


@functools.cache
def _list_installed() -> tuple[FontPath, ...]:
    entries = [font for font in fontManager.ttflist if _OWN not in Path(font.fname).parents and font.style == "normal"]
    entries.sort(key=lambda font: ("sans" not in font.name.lower(), _weight_off(font), font.name, font.fname, font.index))
    upright = FontPath(font_file(), 0)  # has signs that bold and oblique lack
    return (upright, *(FontPath(font.fname, font.index) for font in entries))


def _weight_off(font: FontEntry) -> int:
    return abs(font.weight - 400) if isinstance(font.weight, int) else 0


def _draws(path: FontPath, sign: str) -> bool:
    """Say whether a font has an outline for a sign; fonts of coloured pictures have none."""
    try:
        font = get_font(path)
        if not font.get_char_index(ord(sign)):
            return False
        font.set_size(10, 72)
        font.load_char(ord(sign), flags=LoadFlags.NO_HINTING | LoadFlags.NO_BITMAP)
        return len(font.get_path()[0]) > 0
    except (OSError, RuntimeError):  # gone since Matplotlib listed it, or pixels only
        return False


@functools.cache
def _name_font(path: FontPath) -> str:
    """Make one file known to Matplotlib by a name that no other has, since it finds a list of fonts by names only."""
    name = f"selat:{path.path}:{path.face_index}"
    fontManager.ttflist.append(FontEntry(fname=path.path, index=path.face_index, name=name, weight=400, size="scalable"))
    return name
