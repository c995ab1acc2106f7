"""Colours as people see them: each scale with the common colour-vision deficiencies, each text against its background."""

from __future__ import annotations

import itertools
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from colorspacious import cspace_convert

from geo.colors import (
    AIR_COLOR,
    BAND_COLORS,
    BAND_OPACITY,
    CONTROL_POINT_COLOR,
    DELAY_COLORS,
    INK,
    LATE_COLOR,
    LIMIT_COLOR,
    LINE_COLOR,
    NEVER_COLOR,
    PALETTE,
    POINT_COLORS,
    REACH_COLORS,
    REST_COLOR,
    SIDE_COLORS,
    SIDE_TINT,
)
from geo.maps.scene import build_scene
from geo.maps.selection import LAYER_IDS, Selection
from geo.text import LANGUAGES

ROOT = Path(__file__).resolve().parent.parent
# Distances in CAM02-UCS, where 1 is about what an eye can just tell apart side by side.
STEP = 6.0  # from one band to the next; a white or dark line lies between them as well
FROM_SEA = 6.0  # from any colour to the sea it lies on
APART = 15.0  # between what is reached, reached twice, and not reached: nothing but the colour tells
OF_POINTS = 8.0  # between any two waters of first responders; the point's name stands in each
TEXT, GRAPHIC = 4.5, 3.0  # contrast that WCAG 2.2 AA asks for, 1.4.3 and 1.4.11
EYES = {"full": None} | {
    kind: {"name": "sRGB1+CVD", "cvd_type": kind, "severity": 100} for kind in ("deuteranomaly", "protanomaly", "tritanomaly")
}
THEMES = {False: "light", True: "dark"}

eyes = pytest.mark.parametrize("eye", EYES)
themes = pytest.mark.parametrize("dark", THEMES, ids=THEMES.values())


def rgb(color: str) -> np.ndarray:
    """Return ``#RRGGBB`` or ``#RGB`` as three shares."""
    digits = color.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    return np.array([int(digits[i : i + 2], 16) for i in (0, 2, 4)]) / 255


def over(top: str | np.ndarray, under: str | np.ndarray, opacity: float) -> np.ndarray:
    """Return a colour as it comes out over another."""
    first, second = (rgb(color) if isinstance(color, str) else color for color in (top, under))
    return first * opacity + second * (1 - opacity)


def appearance(color: np.ndarray, eye: str) -> np.ndarray:
    """Return where an eye puts a colour, in CAM02-UCS: lightness first."""
    seen = color if EYES[eye] is None else np.clip(cspace_convert(color, EYES[eye], "sRGB1"), 0, 1)
    return cspace_convert(seen, "sRGB1", "CAM02-UCS")


def on_sea(colors, *, dark: bool, eye: str) -> np.ndarray:
    """Return how fills of the map appear on its sea."""
    return np.array([appearance(over(color, PALETTE[dark]["sea"], BAND_OPACITY), eye) for color in colors])


def steps(seen: np.ndarray) -> np.ndarray:
    """Return the distance from each to the next."""
    return np.linalg.norm(np.diff(seen, axis=0), axis=1)


def nearest(seen: np.ndarray) -> float:
    """Return the least distance between any two."""
    return min(float(np.linalg.norm(one - other)) for one, other in itertools.combinations(seen, 2))


def contrast(one: str | np.ndarray, other: str | np.ndarray) -> float:
    """Return the contrast of two colours after WCAG 2.2."""

    def luminance(color: str | np.ndarray) -> float:
        share = rgb(color) if isinstance(color, str) else color
        linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    dim, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


def test_the_yardsticks_are_right():
    """Black on white is 21:1; grey #767676 is the lightest to pass on white, as WCAG's examples say."""
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)
    assert appearance(rgb("#FFFFFF"), "full")[0] == pytest.approx(100, abs=0.1)


def test_colours_stand_in_one_module():
    """Style sheets have theirs; what Python draws with has a name in geo/colors.py."""
    modules = [path for folder in ("geo", "ui") for path in (ROOT / folder).rglob("*.py")]
    with_colors = [path for path in modules if re.search(r"#[0-9A-Fa-f]{6}\b", without_doctests(path.read_text("utf-8")))]

    assert with_colors == [ROOT / "geo" / "colors.py"]


def without_doctests(code):
    return re.sub(r"(?m)^ *>>>.*\n.*$", "", code)


# --- fills of the map -----------------------------------------------------------------------------------------------------


@eyes
@themes
@pytest.mark.parametrize(
    ("scale", "brighter"),
    [(BAND_COLORS, True), ([color for _, color in DELAY_COLORS], False)],
    ids=["hours", "hours more"],
)
def test_a_scale_goes_one_way_in_steps_that_can_be_told(eye, dark, scale, brighter):
    """Lightness alone orders it, each step is wide enough, and none is lost in the sea."""
    seen = on_sea(scale, dark=dark, eye=eye)
    sea = appearance(rgb(PALETTE[dark]["sea"]), eye)

    rises = np.diff(seen[:, 0])
    assert (rises > 0).all() if brighter else (rises < 0).all()
    assert steps(seen).min() >= STEP
    assert np.linalg.norm(seen - sea, axis=1).min() >= FROM_SEA


@eyes
@themes
def test_what_lies_beyond_a_scale_is_none_of_it(eye, dark):
    """Later than the last band, in the export; never, where nobody may act."""
    for scale, beyond in ((BAND_COLORS, LATE_COLOR), ([color for _, color in DELAY_COLORS], NEVER_COLOR)):
        assert nearest(on_sea([*scale, beyond], dark=dark, eye=eye)) >= STEP


@eyes
@themes
def test_reached_reached_twice_and_not_reached_are_far_apart(eye, dark):
    """They lie side by side and mean opposite things."""
    seen = on_sea(REACH_COLORS.values(), dark=dark, eye=eye)

    assert nearest(seen) >= APART
    assert np.linalg.norm(seen - appearance(rgb(PALETTE[dark]["sea"]), eye), axis=1).min() >= FROM_SEA


@eyes
@themes
def test_waters_of_ten_first_responders_are_told_apart(eye, dark):
    """Any two may be neighbours."""
    seen = on_sea(POINT_COLORS, dark=dark, eye=eye)

    assert nearest(seen) >= OF_POINTS
    assert np.linalg.norm(seen - appearance(rgb(PALETTE[dark]["sea"]), eye), axis=1).min() >= FROM_SEA


@eyes
@themes
def test_tints_of_sides_are_told_apart_and_from_the_sea(eye, dark):
    """Any two may be neighbours; they are faint, since all else lies on them."""
    sea = PALETTE[dark]["sea"]
    seen = [appearance(over(color, sea, SIDE_TINT[dark]), eye) for color in SIDE_COLORS.values()]

    assert nearest([*seen, appearance(rgb(sea), eye)]) >= STEP


@eyes
@themes
def test_water_without_a_shape_is_told_from_every_shape_and_from_the_sea(eye, dark):
    """The export has the colour of late bands beside it."""
    late = [] if dark else [LATE_COLOR]  # the export is light
    delays = [color for _, color in DELAY_COLORS]
    seen = on_sea([REST_COLOR[dark], *BAND_COLORS, *delays, NEVER_COLOR, *REACH_COLORS.values(), *late], dark=dark, eye=eye)
    ground = [appearance(rgb(PALETTE[dark][what]), eye) for what in ("sea", "land")]

    assert np.linalg.norm([*seen[1:], *ground] - seen[0], axis=1).min() >= STEP


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sides_are_told_apart_by_name_and_line(shipped, lang):
    """Colour is never alone: each has its name, lines part them."""
    fixed = build_scene(shipped, Selection(lang=lang, layers=LAYER_IDS)).fixed

    assert {side.side for side in fixed.sides if side.name} >= set(SIDE_COLORS)
    assert {line.layer for line in fixed.lines} >= {"lines"}


@themes
def test_lines_and_symbols_stand_out_from_sea_and_land(dark):
    """Over bands they keep an edge in the page's own colour, see selat-map.css."""
    style = rules("geo/maps/assets/selat-map.css")
    disc = style[".selat-dark .selat-point-disc"]["background"] if dark else CONTROL_POINT_COLOR
    edge = style[f"{'.selat-dark ' if dark else ''}.selat-edge"]["stroke"]

    for color, under in itertools.product((INK[dark], LINE_COLOR[dark], LIMIT_COLOR[dark], AIR_COLOR[dark]), ("sea", "land")):
        assert contrast(color, PALETTE[dark][under]) >= GRAPHIC
    assert all(contrast(color, edge) >= GRAPHIC for color in (INK[dark], LINE_COLOR[dark], AIR_COLOR[dark]))
    assert all(contrast(disc, PALETTE[dark][under]) >= GRAPHIC for under in ("sea", "land"))
    assert contrast(disc, "#FFFFFF") >= GRAPHIC  # its ring


# --- text -----------------------------------------------------------------------------------------------------------------


def rules(name: str) -> dict[str, dict[str, str]]:
    """Return the declarations of a style sheet by selector, later over earlier; of @media only what a screen shows."""
    text = re.sub(r"/\*.*?\*/", "", (ROOT / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"@media screen \{((?:[^{}]*\{[^{}]*\})*)[^{}]*\}", r"\1", text)
    text = re.sub(r"@(?:media|page)[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", text)
    found: dict[str, dict[str, str]] = {}
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", text):
        said = dict(re.findall(r"([\w-]+)\s*:\s*([^;]+?)\s*(?:;|$)", body.strip()))
        for selector in re.split(r",(?![^(]*\))", selectors):
            found.setdefault(" ".join(selector.split()), {}).update(said)
    return found


def variables(*, dark: bool) -> dict[str, str]:
    """Return the colours that cards, page and pictures take from their surroundings."""
    found = dict(rules("geo/cards/cards.css")[":root"])
    if dark:
        found |= rules("ui/dark.css")[":root"]
    return {name.removeprefix("--selat-"): color for name, color in found.items()}


def theme(*, dark: bool) -> dict[str, str]:
    """Return what Streamlit is told to draw with."""
    told = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    return told["theme"][THEMES[dark]]


def mixed(name: str, selector: str, declaration: str, own: dict[str, str], under: str) -> np.ndarray:
    """Return a ``color-mix`` with transparent of a style sheet, over what lies under it."""
    said = rules(name)[selector][declaration]
    color, share = re.search(r"color-mix\(in srgb, (\S+) (\d+)%, transparent\)", said).groups()
    named = re.fullmatch(r"var\(--selat-([\w-]+)\)", color)
    return over(own[named[1]] if named else color, under, int(share) / 100)


def veiled(said: str, under: np.ndarray) -> np.ndarray:
    """Return an ``rgba()`` background over what lies under it."""
    red, green, blue, opacity = (float(number) for number in re.search(r"rgba\(([^)]+)\)", said)[1].split(","))
    return over(np.array([red, green, blue]) / 255, under, opacity)


def beneath(*, dark: bool) -> list[np.ndarray]:
    """Return all that a box on the map may lie on."""
    sea = PALETTE[dark]["sea"]
    fills = (*BAND_COLORS, *POINT_COLORS, *REACH_COLORS.values(), NEVER_COLOR)
    return [*(rgb(color) for color in PALETTE[dark].values()), *(over(color, sea, BAND_OPACITY) for color in fills)]


@themes
@pytest.mark.parametrize("name", ["text", "soft", "link", "verified", "one-source", "unconfirmed"])
def test_words_of_cards_can_be_read_on_page_and_sidebar(dark, name):
    """And soft ones on a line that is chosen, on one that the pointer is over, on a notice."""
    own, told = variables(dark=dark), theme(dark=dark)
    grounds = [told["backgroundColor"], told["secondaryBackgroundColor"]]
    if name in {"text", "soft", "link"}:
        places = [
            (":root", "--selat-chosen"),
            ('[class*="-agreement-"] button:hover', "background"),
            (".selat-onmap", "background"),
        ]
        grounds += [mixed("ui/page.css", *place, own, ground) for place in places for ground in grounds[:2]]

    assert own["page"] == told["backgroundColor"]
    assert [round(contrast(own[name], ground), 2) for ground in grounds if contrast(own[name], ground) < TEXT] == []


@themes
def test_words_of_streamlits_widgets_can_be_read(dark):
    """Text and links on both backgrounds, and the words on a button in the first colour."""
    told = theme(dark=dark)
    on_button = rules("ui/dark.css")['button[kind="primary"]']["color"].split()[0] if dark else "#FFFFFF"

    for ground in (told["backgroundColor"], told["secondaryBackgroundColor"]):
        assert all(contrast(told[name], ground) >= TEXT for name in ("textColor", "linkColor", "primaryColor"))
    assert contrast(on_button, told["primaryColor"]) >= TEXT


@themes
def test_boxes_on_the_map_can_be_read_whatever_lies_under_them(dark):
    """Scale, position, attribution: half seen through; and the key below the map."""
    style = rules("geo/maps/assets/selat-map.css")
    box, key = (
        style[".selat-dark .selat-scale" if dark else ".selat-scale"],
        ".selat-legend.selat-dark" if dark else ".selat-legend",
    )
    credit = ".leaflet-control-attribution"
    credit = f".selat-dark {credit}{credit}" if dark else f".leaflet-container {credit}"
    pairs = [
        (box["background"], box["color"]),
        (style[credit]["background"], style[credit].get("color", "#333333")),  # Leaflet's own
        (style[credit]["background"], style[f"{credit} a"]["color"]),
    ]

    for (background, color), under in itertools.product(pairs, beneath(dark=dark)):
        assert contrast(color, veiled(background, under)) >= TEXT
    for color in (style[key]["color"], style[f"{key} p"]["color"]):
        assert contrast(color, style[key]["background"]) >= TEXT


@themes
@pytest.mark.parametrize("what", [".selat-point-name", ".selat-place-name", ".selat-side-name span"])
def test_names_on_the_map_are_read_against_their_halo(dark, what):
    """The halo is several times as wide as a letter's stroke."""
    style = rules("geo/maps/assets/selat-map.css")[f"{'.selat-dark ' if dark else ''}{what}"]
    halos = re.findall(r"#\w+", style["text-shadow"])

    assert len(halos) >= 2
    assert all(contrast(style["color"], halo) >= TEXT for halo in halos)


@themes
def test_the_focus_is_seen_on_every_ground(dark):
    """An outline between two rings of the page's colour."""
    style = rules("geo/maps/assets/selat-map.css")
    kept = style[".leaflet-marker-icon:focus-visible"] | (
        style[".selat-dark .leaflet-marker-icon:focus-visible"] if dark else {}
    )
    outline = kept.get("outline-color") or re.search(r"#\w+", kept["outline"]).group()
    ring = re.search(r"#\w+", kept["box-shadow"]).group()

    assert contrast(outline, ring) >= GRAPHIC
    assert max(contrast(shade, PALETTE[dark]["sea"]) for shade in (outline, ring)) >= GRAPHIC


def test_the_exported_page_can_be_read():
    """It is light; its buttons turn the link's colour round."""
    style, own = rules("geo/offline/assets/export.css"), variables(dark=False)
    ground = re.search(r"#\w+", style[".selat-export"]["background"]).group()

    for name in ("text", "soft", "link", "verified", "one-source", "unconfirmed"):
        assert contrast(own[name], ground) >= TEXT
    for selector, said in style.items():
        named = re.fullmatch(r"var\(--selat-([\w-]+)\)", said.get("color", ""))
        plain = re.fullmatch(r"#\w+", said.get("background", ""))
        if named and plain and "disabled" not in selector:
            assert contrast(own[named[1]], plain[0]) >= TEXT, selector


def test_the_legend_shows_fills_as_they_lie_on_the_sea():
    """The style sheet repeats what geo/colors.py says of opacity and sea."""
    style = rules("geo/maps/assets/selat-map.css")

    assert f"{BAND_OPACITY:.0%}" in style[".selat-hours-bar span"]["border-top"]
    assert f"{BAND_OPACITY:.0%}" in style[".selat-swatch-fill.selat-swatch-answer"]["background"]
    assert style[".selat-legend"]["--sea"] == PALETTE[False]["sea"]
    assert style[".selat-legend.selat-dark"]["--sea"] == PALETTE[True]["sea"]
