"""The figure for print: opened with programs that are not ours, and the same bytes every time."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pypdfium2
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from lxml import etree
from matplotlib import font_manager
from PIL import Image

from geo.cards.coverage import numbers_strip, rule_note
from geo.colors import BAND_COLORS, BAND_OPACITY, PALETTE
from geo.coverage.answers import CoverageModel, default_scenario
from geo.coverage.scenario import Rule
from geo.coverage.words import number_texts, rule_text, startless_text
from geo.encode import page_html
from geo.errors import ExportError
from geo.figure import fonts as fonts_module
from geo.figure.frame import Frame
from geo.figure.layout import figure_bytes
from geo.figure.marks import separate_discs
from geo.figure.sheet import MM_PER_INCH, MM_PER_POINT, Box, TextStyle, blend, matplotlib_settings
from geo.maps.scene import MapPoint
from geo.maps.selection import LAYER_IDS, Selection
from geo.measure import distance_m
from geo.scheme.patrol_scheme import load
from geo.text import catalogue
from tests.conftest import ROOT
from tests.toy import HOSTILE, write_toy_folder

MARKS = "$x$ <b> {{7*7}} \\1 \\frac{1}{2} &amp;"
KINDS = ("png", "svg", "pdf")
each_kind = pytest.mark.parametrize("kind", KINDS)


class Asked:
    """A scheme, a selection with a scenario, and its answer."""

    def __init__(self, folder, layer="bands", **scenario):
        self.scheme = load(folder)
        self.model = CoverageModel(self.scheme)
        self.scenario = replace(default_scenario(self.model), limit_h=6.0, **scenario)
        self.selection = Selection(scenario=self.scenario, coverage_layer=layer)

    def figure(self, kind="svg", *, layer="bands", lang="en", **how):
        chosen = {name: how.pop(name) for name in ("layers", "year") if name in how}
        selection = replace(self.selection, lang=lang, coverage_layer=layer, **chosen)
        return figure_bytes(self.scheme, selection, self.model.answer(self.scenario, layer), kind=kind, **how)


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return Asked(write_toy_folder(tmp_path_factory.mktemp("figure") / "toy"))


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    return Asked(write_toy_folder(tmp_path_factory.mktemp("figure") / "marked", extra=MARKS))


@pytest.fixture(scope="module")
def strait():
    return Asked(ROOT / "data")


def text_of(pdf, *, page=0):
    """Return the text of a PDF as PDFium reads it, white space evened out."""
    return " ".join(pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_range().split())


def signs_of(pdf):
    """Return the boxes (left, bottom, right, top) of the signs that a PDF's page shows, in points."""
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    shown = [number for number, sign in enumerate(page.get_text_range()) if not sign.isspace()]
    boxes = np.array([page.get_charbox(number) for number in shown])
    ligature = np.append(False, (boxes[1:] == boxes[:-1]).all(axis=1))  # "fi" is one sign, told as two
    return boxes[~ligature]


# --- the same bytes -----------------------------------------------------------------------------------------------------


@each_kind
def test_the_same_figure_has_the_same_bytes(toy, kind):
    first = toy.figure(kind)
    toy.figure("svg", layer="first", lang="id", width_mm=85)  # another one in between
    with ThreadPoolExecutor(2) as pool:
        again = list(pool.map(lambda _: toy.figure(kind), range(2)))

    assert again == [first, first]


@each_kind
def test_settings_of_the_process_change_nothing_and_are_left_alone(toy, kind):
    first = toy.figure(kind)
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "red", "text.parse_math": True, "svg.fonttype": "none"}):
        before = dict(mpl.rcParams)
        again = toy.figure(kind)
        after = dict(mpl.rcParams)

    assert again == first
    assert after == before


def test_pyplot_with_its_figures_for_the_whole_process_is_not_drawn_in():
    asked = "import sys, geo.figure; print('matplotlib.pyplot' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)

    assert told.stdout == "False\n"


@each_kind
def test_a_figure_names_no_date_and_no_version_of_a_library(toy, kind):
    made = toy.figure(kind)

    assert mpl.__version__.encode() not in made
    assert b"CreationDate" not in made
    assert b"dc:date" not in made


# --- PNG, PDF, SVG ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width_mm", "dpi"), [(85.0, 300), (180.0, 72), (180.0, 150), (61.7, 211)])
def test_a_png_has_the_pixels_that_were_asked_for(toy, width_mm, dpi):
    picture = Image.open(io.BytesIO(toy.figure("png", width_mm=width_mm, dpi=dpi)))

    assert picture.width == round(width_mm / MM_PER_INCH * dpi)
    assert picture.info["dpi"] == pytest.approx((dpi, dpi), abs=0.02)
    assert picture.getpixel((0, 0))[:3] == (255, 255, 255)


@pytest.mark.parametrize("width_mm", [85.0, 180.0, 420.0])
def test_a_pdf_has_one_page_of_the_size_that_was_asked_for(toy, width_mm):
    document = pypdfium2.PdfDocument(toy.figure("pdf", width_mm=width_mm))

    assert len(document) == 1
    assert document[0].get_width() * MM_PER_POINT == pytest.approx(width_mm, abs=0.01)
    assert document.get_metadata_dict()["Title"].startswith("At 20 knots and half an hour’s notice, patrols")


@pytest.mark.parametrize(
    ("width_mm", "lang", "layer"),
    [(60.0, "id", "bands"), (85.0, "id", "cost"), (85.0, "en", "first"), (180.0, "id", "bands"), (420.0, "en", "cost")],
)
def test_no_text_runs_out_of_the_page_or_over_other_text(strait, width_mm, lang, layer):
    made = strait.figure("pdf", layer=layer, lang=lang, width_mm=width_mm, layers=LAYER_IDS)
    page, boxes = pypdfium2.PdfDocument(made)[0], signs_of(made)

    assert len(boxes) > 500
    assert boxes[:, :2].min() >= 0
    assert boxes[:, 2].max() <= page.get_width()
    assert boxes[:, 3].max() <= page.get_height()
    assert shared(boxes).max() < 0.35  # neighbours in a word may touch


def shared(boxes):
    """Return for each box how much of it the box that covers it most takes."""
    width, height = (np.maximum(boxes[:, side + 2] - boxes[:, side], 0) for side in (0, 1))
    across, up = (
        np.minimum.outer(boxes[:, side + 2], boxes[:, side + 2]) - np.maximum.outer(boxes[:, side], boxes[:, side])
        for side in (0, 1)
    )
    both = np.maximum(across, 0) * np.maximum(up, 0)
    np.fill_diagonal(both, 0)
    return both.max(axis=1) / np.maximum(width * height, 1e-9)


def test_a_long_hostile_name_stays_on_the_page(tmp_path):
    made = Asked(write_toy_folder(tmp_path / "toy", extra=HOSTILE)).figure("pdf", width_mm=85.0)
    page, boxes = pypdfium2.PdfDocument(made)[0], signs_of(made)

    assert boxes[:, 0].min() >= 0
    assert boxes[:, 2].max() <= page.get_width()


def test_a_pdf_says_what_is_shown_with_its_numbers_and_cautions(strait):
    coverage = strait.model.answer(strait.scenario, "bands").coverage
    said = text_of(strait.figure("pdf"))

    assert "The Malacca Strait patrol map" in said
    assert "Arrival in hours · within 6 h · 20 kn, readiness 0.5 h · Each on its own side" in said
    assert f"Reached within 6 h: {coverage.reached_share * 100:.0f} %" in said
    assert f"Half the strait by: {coverage.hours_to_share(0.5):.1f} h (90 % never)" in said
    assert "21 % on the side of Thailand, with no listed start on it" in said
    assert "Not for navigation. Lines are indicative" in said
    assert "© OpenStreetMap contributors" in said
    assert strait.scheme.sources.stamp in said
    assert all(said.count(name) >= 2 for name in ("Batam", "Belawan", "Changi", "Lumut"))  # on the map and in the caption
    assert "98° E" in said


@pytest.mark.parametrize("lang", ["en", "id"])
def test_card_and_caption_say_the_same(strait, lang):
    """Each dresses the same plain text: the numbers with details, sides without a point, the rule's basis.

    Caveats are only in the caption: where the card stands, the headline says them.
    """
    t, scenario = catalogue(lang), replace(strait.scenario, rule=Rule.COORDINATED)
    answer = strait.model.answer(scenario, "bands")
    selection = replace(strait.selection, lang=lang, scenario=scenario)
    caption = text_of(figure_bytes(strait.scheme, selection, answer, kind="pdf", width_mm=420.0))
    card = numbers_strip(answer.coverage, t) + rule_note(strait.scheme, scenario, t)
    numbers = number_texts(answer.coverage, t)
    caveats = [number.caveat for number in numbers if number.caveat]
    texts = [part for number in numbers for part in (number.name, number.value, number.detail)]
    texts += [startless_text(strait.scheme, scenario, t), rule_text(strait.scheme, scenario, t)]

    assert (len(texts), len(caveats)) == (17, 1)
    assert [text for text in (*texts, *caveats) if text not in caption] == []
    assert [text for text in texts if page_html(text) not in card] == []


def test_the_figure_speaks_indonesian(strait):
    said = text_of(strait.figure("pdf", lang="id", year=2007))

    assert "Peta patroli Selat Malaka, keadaan tahun 2007" in said
    assert "Terjangkau dalam 6 jam" in said
    assert "98° BT" in said
    assert "4° LU" in said
    assert "Bukan untuk navigasi" in said


def test_an_svg_holds_nothing_that_runs_and_fetches_nothing(marked):
    tree = etree.fromstring(marked.figure("svg"))
    named = {etree.QName(element).localname for element in tree.iter(etree.Element)}
    values = [str(value) for element in tree.iter(etree.Element) for value in element.attrib.values()]
    links = [str(value) for value in tree.xpath("//@*[local-name()='href' or local-name()='src']")]

    assert not named & {"script", "image", "foreignObject", "a", "iframe", "text"}
    assert tree.getroottree().docinfo.doctype == ""
    assert all(link.startswith("#") for link in links)
    assert not any("://" in value or "@import" in value for value in values)
    assert not [name for element in tree.iter(etree.Element) for name in element.attrib if name.lower().startswith("on")]


def test_svg_clips_have_an_area(strait):
    """A clip with a negative height hides all that it should show."""
    tree = etree.fromstring(strait.figure("svg"))
    heights = [float(height) for height in tree.xpath("//*[local-name()='clipPath']/*/@height")]

    assert heights
    assert min(heights) > 0


# --- what stands in it --------------------------------------------------------------------------------------------------


def test_hostile_names_stand_as_they_are_written(marked):
    made = marked.figure("pdf", width_mm=420.0)

    assert f"Tarakan {MARKS}" in text_of(made)
    assert f"The toy strait patrol map {MARKS}" in text_of(made)


def test_hidden_signs_become_spaces_and_signs_that_no_font_has_a_sign_of_their_own():
    with matplotlib_settings():
        assert TextStyle(8, "black").clean("a\x00b\n\tc \ufeff\ufe0f\U000e0041\U0001fffe\ue0ff") == "a b c \ufffd"


NO_FONT = {"en": "stands for signs that no font", "id": "menggantikan tanda yang tidak dimiliki fonta"}


@pytest.fixture
def fonts():
    """Let Matplotlib know no installed font; return the list of those it knows."""
    known = font_manager.fontManager.ttflist
    before = [*known]
    known[:] = [font for font in known if Path(font.fname).is_relative_to(mpl.get_data_path())]
    forget_fonts()
    yield known
    known[:] = before
    forget_fonts()


def forget_fonts():
    for remembered in (fonts_module._installed_font, fonts_module._list_installed, fonts_module._name_font):
        remembered.cache_clear()


def write_font(path, sign):
    """Write a font that draws one sign as a square."""
    square = TTGlyphPen(None)
    for number, corner in enumerate([(50, 0), (50, 700), (750, 700), (750, 0)]):
        (square.lineTo if number else square.moveTo)(corner)
    square.closePath()
    made = FontBuilder(1000, isTTF=True)
    made.setupGlyphOrder([".notdef", "square"])
    made.setupCharacterMap({ord(sign): "square"})
    made.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "square": square.glyph()})
    made.setupHorizontalMetrics({".notdef": (800, 0), "square": (800, 50)})
    made.setupHorizontalHeader(ascent=800, descent=-200)
    made.setupNameTable({"familyName": "Square", "styleName": "Regular"})
    made.setupOS2(usWeightClass=400)
    made.setupPost()
    made.save(path)


@pytest.mark.parametrize("lang", ["en", "id"])
@pytest.mark.usefixtures("fonts")
def test_a_figure_says_that_signs_were_replaced(tmp_path, toy, lang):
    said = text_of(Asked(write_toy_folder(tmp_path / "toy", extra="海")).figure("pdf", lang=lang))

    assert "Tawau \ufffd" in said
    assert f"\ufffd {NO_FONT[lang]}" in said
    assert NO_FONT[lang] not in text_of(toy.figure("pdf", lang=lang))


def test_signs_that_our_font_lacks_come_from_an_installed_one(tmp_path, fonts, toy):
    before = toy.figure("pdf")
    write_font(tmp_path / "square.ttf", "海")
    fonts.append(font_manager.FontEntry(fname=str(tmp_path / "square.ttf"), name="Square", weight=400))
    forget_fonts()
    asked = Asked(write_toy_folder(tmp_path / "toy", extra="海"))
    said = text_of(asked.figure("pdf"))

    assert "Tawau 海" in said
    assert NO_FONT["en"] not in said
    assert asked.figure("svg") == asked.figure("svg")
    assert Image.open(io.BytesIO(asked.figure("png"))).width
    assert toy.figure("pdf") == before  # it needs no other font


def test_a_long_word_is_broken_into_lines_that_are_full():
    with matplotlib_settings():
        style, word = TextStyle(8, "black"), "patroli" * 700
        lines = style.wrap(word, 60.0)

        assert "".join(lines) == word
        assert all(style.width_mm(line) <= 60 for line in lines)
        assert all(style.width_mm(line + after[0]) > 60 for line, after in pairwise(lines))
        assert style.wrap("abc", 0.1) == ["a", "b", "c"]


def test_the_bands_have_their_colours_on_sea(strait):
    picture = np.asarray(Image.open(io.BytesIO(strait.figure("png", dpi=150))).convert("RGB")).reshape(-1, 3)
    seen = {f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in np.unique(picture, axis=0)}
    sea = PALETTE[False]["sea"]

    assert {blend(color, sea, BAND_OPACITY) for color in BAND_COLORS} <= seen
    assert {PALETTE[False]["land"].lower(), sea.lower()} <= seen


@pytest.mark.parametrize("layer", ["bands", "first", "backup", "gap", "cost", "none"])
def test_every_layer_is_drawn_and_told(toy, layer):
    said = text_of(toy.figure("pdf", layer=layer))

    assert "The toy strait patrol map" in said
    assert "Starts: Bitung, Bongao, Sandakan, Tarakan, Tawau and Zamboanga." in said


def test_without_an_answer_the_figure_shows_whose_side_is_whose(strait):
    chosen = Selection(layers=("sides",))
    said = text_of(figure_bytes(strait.scheme, chosen, None, kind="pdf"))

    assert "no coverage is drawn" in said
    assert "Thailand's side" in said
    assert "Reached within" not in said


def test_a_point_that_takes_no_part_is_told_in_the_legend(strait):
    scenario = replace(strait.scenario, point_ids=("belawan",))
    chosen = Selection(scenario=scenario)
    some = text_of(figure_bytes(strait.scheme, chosen, strait.model.answer(scenario, "bands"), kind="pdf"))

    assert "Control point that takes no part" in some
    assert "Control point that takes no part" not in text_of(strait.figure("pdf"))


def test_a_year_stands_in_the_title(toy):
    assert "The toy strait patrol map, as of 2012" in text_of(toy.figure("pdf", year=2012))


def test_narrow_figures_leave_names_of_places_out_and_keep_points(strait):
    narrow, wide = (text_of(strait.figure("pdf", width_mm=width_mm)) for width_mm in (85.0, 180.0))

    assert "Melaka" in wide
    assert "Melaka" not in narrow
    assert "Lumut" in narrow


def test_insets_stand_where_there_is_room_and_need(strait):
    """On a wide sheet a closer frame for Batam and Changi, and the region, if its land is known and it shows more."""
    whole = strait.scheme
    unknown, no_wider = replace(whole, region=whole.region.head(0)), replace(whole, region=whole.strait)
    frames = [
        clips_of(figure_bytes(scheme, Selection(), None, kind="svg", width_mm=width_mm))
        for scheme, width_mm in ((whole, 85.0), (unknown, 180.0), (no_wider, 180.0), (whole, 180.0))
    ]

    assert frames == [1, 2, 2, 3]


def clips_of(svg):
    return len(etree.fromstring(svg).xpath("//*[local-name()='clipPath']"))


def test_a_number_stays_with_its_unit():
    with matplotlib_settings():
        lines = TextStyle(8, "black").wrap("a b 12 km² c · d 94 % e", 11.0)

    assert "12\u00a0km²" in lines
    assert not [line for line in lines if line.startswith(("·", "%", "km²"))]


# --- the frame ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("latitude", [3.0, 60.0])
def test_a_frame_has_one_scale_both_ways_in_its_middle(latitude):
    width, height = 100.0, 50.0
    tall = 1.0
    wide = tall / height * width / np.cos(np.radians(latitude))
    frame = Frame(Box(0, 0, width, height), 100.0, latitude - tall / 2, 100.0 + wide, latitude + tall / 2)
    (x, y), (east_x, _), (_, north_y) = frame.project([(101.0, latitude), (101.01, latitude), (101.0, latitude + 0.01)])
    east_m = distance_m((101.0, latitude), (101.01, latitude)) / (east_x - x)
    north_m = distance_m((101.0, latitude), (101.0, latitude + 0.01)) / (y - north_y)

    assert frame.mid_lat == pytest.approx(latitude)
    assert east_m == pytest.approx(north_m, rel=0.008)  # the ellipsoid's flattening


def test_points_that_are_close_are_pushed_apart_and_others_stay():
    frame = Frame(Box(0, 0, 100, 100), 0, 0, 10, 10)
    points = [MapPoint("", "", "", *lonlat) for lonlat in ((5.0, 5.0), (5.02, 5.1), (2.0, 2.0))]
    centers = separate_discs(points, frame, 2.0)

    assert np.hypot(*(centers[0] - centers[1])) >= 2.0 * 2.7
    assert centers[2] == pytest.approx(frame.project((2.0, 2.0))[0])
    assert centers[1][1] < centers[0][1]  # the northern one stays the upper one


# --- what is refused ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"kind": "gif"}, "no kind of figure 'gif'; known: pdf, png, svg"),
        ({"width_mm": 59.9}, "`width_mm` must be a number from 60 to 420, got 59.9"),
        ({"width_mm": 421.0}, "`width_mm` must be a number from 60 to 420, got 421.0"),
        ({"width_mm": float("nan")}, "`width_mm` must be a number from 60 to 420, got nan"),
        ({"dpi": 71}, "`dpi` must be a number from 72 to 1200, got 71"),
        ({"dpi": 1201}, "`dpi` must be a number from 72 to 1200, got 1201"),
        ({"dpi": 300.5}, "`dpi` must be a whole number, got 300.5"),
        ({"width_mm": 420.0, "dpi": 1200}, "a picture of 19,843 by .* pixels is too large; .* lower `dpi` or `width_mm`"),
    ],
)
def test_what_no_figure_has_is_refused(toy, how, message):
    with pytest.raises(ExportError, match=f"^{message}" if "*" in message else f"^{re.escape(message)}$"):
        figure_bytes(toy.scheme, toy.selection, None, **{"kind": "png", **how})
