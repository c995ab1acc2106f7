"""A printed sheet, measured in millimetres from its upper left corner, drawn by Matplotlib.

It uses Matplotlib's artists directly. pyplot, which keeps figures for the whole process, is
never imported. Settings are changed only inside `matplotlib_settings`, under a lock: a server
has many threads, Matplotlib one set of settings.

The same drawing gives the same bytes: no date, no version, ids of SVG from a fixed salt, and
fonts by file from Matplotlib's own folder, whatever is installed, as far as they have the signs
(see `geo.figure.fonts`). SVG draws text as outlines,
so that it prints the same where DejaVu Sans is not installed (the title is text as well); PDF
embeds the used part of the font, and its text can be searched. Colours are opaque, because
print shops flatten transparency each in their own way.
"""

from __future__ import annotations

import functools
import io
import re
import threading
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import matplotlib as mpl
import matplotlib.style
import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path as MplPath
from matplotlib.patheffects import Stroke
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox, TransformedBbox
from shapely.geometry.base import BaseGeometry

from geo.errors import ExportError
from geo.figure.fonts import choose_font, font_file, printable_line

__all__ = [
    "FIGURE_KINDS",
    "MM_PER_INCH",
    "MM_PER_POINT",
    "Box",
    "Sheet",
    "TextStyle",
    "blend",
    "list_simple_parts",
    "matplotlib_settings",
    "require_printable",
]

FIGURE_KINDS: Final = ("pdf", "png", "svg")
MM_PER_INCH: Final = 25.4
MM_PER_POINT: Final = MM_PER_INCH / 72
_WIDTHS_MM: Final = (60.0, 420.0)  # from half a narrow column to a sheet of A3 across
_DPI: Final = (72, 1200)
_MOST_PIXELS: Final = 120_000_000  # half a gigabyte while it is drawn
_MEASURING_DPI: Final = 720
_LEADING: Final = 1.28
_LONGEST_LINE: Final = 1000  # signs; more fit on no sheet
_SETTINGS: Final[Mapping[str, int | str | bool]] = {
    "pdf.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "selat",
    "text.hinting": "none",
    "text.parse_math": False,
    "text.usetex": False,
}
_METADATA: Final[Mapping[str, Mapping[str, str | None]]] = {
    "png": {"Software": "Selat"},
    "svg": {"Creator": "Selat", "Date": None, "Format": None, "Type": None},
    "pdf": {"Creator": "Selat", "Producer": "Selat", "CreationDate": None},
}
_NO_BREAK: Final = re.compile(r" (?=·)|(?<=\d) (?=%|km²|(?:h|jam|kn|knot)\b)")  # spaces at which no line is broken
_DOCTYPE: Final = re.compile(rb"<!DOCTYPE[^>]*>\s*")  # names a file on another host
_LOCK: Final = threading.RLock()


@contextmanager
def matplotlib_settings() -> Iterator[None]:
    """Lock Matplotlib for this thread and apply our settings, whatever the process or the user has set."""
    with _LOCK, mpl.style.context("default"), mpl.rc_context(dict(_SETTINGS)):  # type: ignore[arg-type]  # stubs name every key
        yield


def require_printable(kind: str, width_mm: float, dpi: int) -> None:
    """Refuse a kind of file, a width or a resolution outside what a figure can have.

    Raises
    ------
    ExportError
        With the known kinds or the range.
    """
    if kind not in FIGURE_KINDS:
        raise ExportError(f"no kind of figure {kind!r}; known: {', '.join(FIGURE_KINDS)}")
    for name, value, (least, most) in (("width_mm", width_mm, _WIDTHS_MM), ("dpi", dpi, _DPI)):
        if not least <= value <= most:  # NaN fails both comparisons
            raise ExportError(f"`{name}` must be a number from {least:g} to {most:g}, got {value!r}")
    if dpi != int(dpi):
        raise ExportError(f"`dpi` must be a whole number, got {dpi!r}")


def blend(color: str, over: str, opacity: float) -> str:
    """Return the opaque colour that ``color`` of some opacity gives over another.

    >>> blend("#000000", "#FFFFFF", 0.5)
    '#808080'
    """
    red, green, blue = (opacity * a + (1 - opacity) * b for a, b in zip(to_rgb(color), to_rgb(over), strict=True))
    return to_hex((red, green, blue))


@dataclass(frozen=True)
class TextStyle:
    """Style of a text: size in points, colour, weight, slant, and the colour of its halo, if it has one."""

    size_pt: float
    color: str
    bold: bool = False
    italic: bool = False
    halo: str | None = None

    @property
    def leading_mm(self) -> float:
        """Distance between the baselines of two lines."""
        return self.size_pt * MM_PER_POINT * _LEADING

    @property
    def file(self) -> str:
        """Where Matplotlib keeps the font."""
        return font_file(bold=self.bold, italic=self.italic)

    def font(self, line: str) -> FontProperties:
        """Return the font of a line that `clean` returned."""
        return choose_font(line, self.file, self.size_pt)

    def width_mm(self, text: str) -> float:
        """Return how wide a line of text is."""
        return _width_mm(self.clean(text), self)

    def clean(self, text: str) -> str:
        """Return a text as one line without hidden signs; a sign that no font has becomes U+FFFD."""
        return printable_line(text, self.file)

    def wrap(self, text: str, width_mm: float) -> list[str]:
        """Return a text in lines of at most this width: a wider word is broken, a number stays with its unit."""
        lines: list[str] = []
        for word in _NO_BREAK.sub("\u00a0", self.clean(text)).split(" "):
            joined = f"{lines[-1]} {word}" if lines else word
            if lines and self.width_mm(joined) <= width_mm:
                lines[-1] = joined
            else:
                lines += self._break_word(word, width_mm)
        return lines

    def _break_word(self, word: str, width_mm: float) -> list[str]:
        """Return a word in parts of at most this width, each as long as it can be, of a sign at least."""
        parts = []
        while len(word) > 1 and self.width_mm(word[:_LONGEST_LINE]) > width_mm:
            line = word[:_LONGEST_LINE]
            fitting = bisect_right(range(2, len(line)), width_mm, key=lambda count: self.width_mm(line[:count])) + 1
            parts.append(line[:fitting])
            word = word[fitting:]
        return [*parts, word]

    def height_mm(self, lines: Sequence[str]) -> float:
        """Return how high a paragraph is."""
        return len(lines) * self.leading_mm


@functools.lru_cache(maxsize=4096)
def _width_mm(line: str, text_style: TextStyle) -> float:
    renderer: RendererBase = RendererAgg(1, 1, _MEASURING_DPI)  # type: ignore[no-untyped-call]  # the stubs leave it out
    width_px, _, _ = renderer.get_text_width_height_descent(line, text_style.font(line), ismath=False)
    return float(width_px) / _MEASURING_DPI * MM_PER_INCH


@dataclass(frozen=True)
class Box:
    """A rectangle on the sheet, millimetres from the upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height

    def to_polygon(self, margin_mm: float = 0.0) -> shapely.Polygon:
        """Return it as a polygon, with a margin around it."""
        return shapely.box(self.x - margin_mm, self.y - margin_mm, self.right + margin_mm, self.bottom + margin_mm)


class Sheet:
    """A page to draw on; what is drawn later lies on top.

    Use it inside `matplotlib_settings`.
    """

    def __init__(self, width_mm: float, height_mm: float) -> None:
        self.width_mm, self.height_mm = width_mm, height_mm
        self._figure = Figure(figsize=(width_mm / MM_PER_INCH, height_mm / MM_PER_INCH), facecolor="white")
        FigureCanvasAgg(self._figure)
        flip = Affine2D().scale(1 / MM_PER_INCH, -1 / MM_PER_INCH).translate(0, height_mm / MM_PER_INCH)
        self._mm = flip + self._figure.dpi_scale_trans
        self._zorder = 0

    def draw_area(
        self, shape: BaseGeometry, fill: str | None, *, edge: str | None = None, width_pt: float = 0.0, clip: Box | None = None
    ) -> None:
        """Draw the polygons of a geometry, given in millimetres."""
        polygons = [part for part in list_simple_parts(shapely.orient_polygons(shape)) if part.geom_type == "Polygon"]
        if not polygons:
            return
        patch = PathPatch(
            _to_path(polygons),
            facecolor=fill or "none",
            edgecolor=edge or "none",
            linewidth=width_pt if edge else 0.0,
            joinstyle="round",
        )
        self._add(patch, clip)

    def draw_line(
        self,
        points: npt.ArrayLike,
        color: str,
        width_pt: float,
        *,
        dash: tuple[float, ...] | None = None,
        clip: Box | None = None,
    ) -> None:
        """Draw a line through points (x, y) in millimetres; ``dash`` is in points, on and off in turn."""
        x, y = np.asarray(points, dtype=float).T
        artist = Line2D(
            x, y, color=color, linewidth=width_pt, solid_capstyle="butt", dash_capstyle="butt", solid_joinstyle="round"
        )
        if dash:
            artist.set_dashes(list(np.asarray(dash) / width_pt))  # Matplotlib scales dashes by the line's width
        self._add(artist, clip)

    def draw_text(
        self, x: float, y: float, text: str, text_style: TextStyle, *, align: str = "left", valign: str = "center_baseline"
    ) -> None:
        """Write one line of text as it stands: markup and mathematics are not interpreted."""
        if text_style.halo:
            self._write(x, y, text, text_style, align, valign, halo=text_style.halo)
        self._write(x, y, text, text_style, align, valign)

    def draw_paragraph(self, x: float, y: float, lines: Sequence[str], text_style: TextStyle) -> None:
        """Write lines below each other, the top of the first at ``y``."""
        for number, line in enumerate(lines):
            self.draw_text(x, y + (number + 0.78) * text_style.leading_mm, line, text_style, valign="baseline")

    def _write(
        self, x: float, y: float, text: str, text_style: TextStyle, align: str, valign: str, halo: str | None = None
    ) -> None:
        line = text_style.clean(text)
        artist = Text(
            x,
            y,
            line,
            color=text_style.color,
            fontproperties=text_style.font(line),
            ha=align,
            va=valign,
            parse_math=False,
        )
        if halo:  # drawn apart from the text, so that the text stays text in PDF
            artist.set_path_effects([Stroke(linewidth=text_style.size_pt * 0.32, foreground=halo, joinstyle="round")])
        self._add(artist, None)

    def _add(self, artist: Artist, clip: Box | None) -> None:
        self._zorder += 1
        artist.set_zorder(self._zorder)
        artist.set_transform(self._mm)
        self._figure.add_artist(artist, clip=False)
        if clip:
            artist.set_clip_box(TransformedBbox(Bbox([[clip.x, clip.y], [clip.right, clip.bottom]]), self._mm))

    def to_bytes(self, kind: str, dpi: int, title: str) -> bytes:
        """Return the sheet as a file.

        Raises
        ------
        ExportError
            If a PNG would have too many pixels.
        """
        out = io.BytesIO()
        metadata = {**_METADATA[kind], "Title": TextStyle(1, "black").clean(title)}
        if kind == "png":
            self._round_to_pixels(dpi)
        self._figure.savefig(out, format=kind, dpi=dpi, metadata=metadata)
        return _DOCTYPE.sub(b"", out.getvalue(), count=1) if kind == "svg" else out.getvalue()

    def _round_to_pixels(self, dpi: int) -> None:
        """Round the size of the figure to whole pixels: Matplotlib would cut off the fraction."""
        across, down = (round(mm / MM_PER_INCH * dpi) for mm in (self.width_mm, self.height_mm))
        if across * down > _MOST_PIXELS:
            raise ExportError(
                f"a picture of {across:,} by {down:,} pixels is too large; wanted at most {_MOST_PIXELS:,} pixels: "
                "lower `dpi` or `width_mm`, or take pdf or svg"
            )
        self._figure.set_size_inches((across + 0.01) / dpi, (down + 0.01) / dpi)


def list_simple_parts(shape: BaseGeometry) -> list[BaseGeometry]:
    """Return the simple geometries of a collection, those of collections in it too, without empty ones."""
    parts = [simple for part in shapely.get_parts(shape) for simple in shapely.get_parts(part)]
    return [part for part in parts if not part.is_empty]


def _to_path(polygons: Sequence[BaseGeometry]) -> MplPath:
    """Return polygons as one path. Their holes must be wound against their shells."""
    rings = shapely.get_rings(np.array(polygons))
    return MplPath.make_compound_path(*(MplPath(shapely.get_coordinates(ring), closed=True) for ring in rings))
