"""The colours of page, exported file, figures and data files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from geo.sides import is_state

__all__ = [
    "ACCENT",
    "AIR_COLOR",
    "BAND_COLORS",
    "BAND_OPACITY",
    "BAR_COLOR",
    "CHART_INK",
    "CONTROL_POINT_COLOR",
    "DELAY_COLORS",
    "GRATICULE_COLOR",
    "HAIRLINE",
    "HATCH_COLOR",
    "HIGHLIGHT",
    "ICON_COLOR",
    "INK",
    "LATE_COLOR",
    "LIMIT_COLOR",
    "LINE_COLOR",
    "NAME_COLOR",
    "NEVER_COLOR",
    "PAGE_COLOR",
    "PALETTE",
    "PAPER",
    "PLACE_COLORS",
    "POINT_COLORS",
    "REACH_COLORS",
    "REST_COLOR",
    "SIDE_COLORS",
    "SIDE_SWATCH_OPACITY",
    "SIDE_TINT",
    "SMALL_PRINT",
    "SOFT_INK",
    "band_color",
    "point_color",
    "side_color",
]

# A mapping with the keys False and True holds the colour on a light page and on a dark one.
PALETTE: Final = {
    False: {"land": "#F4EFE4", "coast": "#B3A78F", "sea": "#E4EEF3"},
    True: {"land": "#26323A", "coast": "#5D6F7A", "sea": "#0F1A22"},
}
# Distinct as tints with the common colour-vision deficiencies; names on the map repeat what they say.
SIDE_COLORS: Final = {"ID": "#D55E00", "MY": "#1B4F9C", "SG": "#56B4E9", "TH": "#F0E442"}
_FURTHER_COLORS: Final = ("#E69F00", "#CC79A7", "#8C6BB1", "#A6761D", "#666666", "#1B9E77", "#E7298A", "#66A61E")
SIDE_TINT: Final = {False: 0.3, True: 0.35}
SIDE_SWATCH_OPACITY: Final = 0.4  # in the legend: the tint, a little stronger
_UNASSIGNED_COLOR: Final = "#7A8288"
LINE_COLOR: Final = {False: "#6B4C9A", True: "#B9A2E3"}
AIR_COLOR: Final = {False: "#9A4A00", True: "#F0B27A"}  # airfields and air rings: warm, since ships have the blues and greens
LIMIT_COLOR: Final = {False: "#3B5566", True: "#9FB6C4"}
# A sequential scale from soon to late, in steps of equal perceived size, on both seas and with each of the common
# colour-vision deficiencies; tests/test_colors.py checks every scale here for that.
BAND_COLORS: Final = ("#084C61", "#0C6B7A", "#218A91", "#44AAA1", "#7FC8A4", "#BFE1B3", "#FFF3B0")
LATE_COLOR: Final = "#A6926C"  # beyond the last band
HATCH_COLOR: Final = {False: "#6B5A6B", True: "#A9A0A9"}  # over water where no start may act
REST_COLOR: Final = {False: "#C4B6C4", True: "#585858"}  # the strait where no shape covers it, distinct from the sea outside
BAND_OPACITY: Final = 0.75
REACH_COLORS: Final = {"reached": "#7CC6A4", "backup": "#084C61", "gap": "#C0504D"}
POINT_COLORS: Final = (  # Okabe-Ito, then three dark ones that no deficiency confuses with those
    "#E69F00",
    "#56B4E9",
    "#009E73",
    "#CC79A7",
    "#0072B2",
    "#D55E00",
    "#F0E442",
    "#332288",
    "#882255",
    "#4A3000",
)
DELAY_COLORS: Final = ((0.25, "#D9D0E8"), (1.0, "#ABA6CF"), (2.0, "#847EBB"), (4.0, "#6756A5"), (48.0, "#54278F"))
NEVER_COLOR: Final = "#3B3B3B"
INK: Final = {False: "#16222B", True: "#F3F7FA"}
CONTROL_POINT_COLOR: Final = "#B3123F"
PAPER: Final = "#FFFFFF"
SMALL_PRINT: Final = "#3B4C57"  # on paper: degrees, sources, the line under the title
GRATICULE_COLOR: Final = "#BCCCD6"
ICON_COLOR: Final = "#B9DFB0"  # the waves of the site's icon
# Charts, and what surrounds the map.
PAGE_COLOR: Final = {False: "#FFFFFF", True: "#0F1A22"}
CHART_INK: Final = {False: "#16222B", True: "#E6EEF2"}
SOFT_INK: Final = {False: "#4B5B66", True: "#A9BAC5"}
HAIRLINE: Final = {False: "#C9D4DB", True: "#34505F"}
ACCENT: Final = {False: "#0B5C7A", True: "#8EC9E4"}
BAR_COLOR: Final = {False: "#3F8EA5", True: "#3D8299"}
HIGHLIGHT: Final = {False: "#B3123F", True: "#F06A8F"}  # the selected year or hour
NAME_COLOR: Final = "#2E4A5A"  # of water, in italics
PLACE_COLORS: Final = {
    "port": "#3B5566",
    "light": "#A36A00",
    "base": "#B3123F",
    "air-base": AIR_COLOR[False],
    "air-base-ours": AIR_COLOR[False],
    "town": "#6E5A00",
}


def side_color(side: str, sides: Iterable[str]) -> str:
    """Return the colour of one of the sides, the same everywhere; states without one take further colours in turn."""
    if side in SIDE_COLORS:
        return SIDE_COLORS[side]
    further = sorted(code for code in set(sides) if code not in SIDE_COLORS and is_state(code))
    return _FURTHER_COLORS[further.index(side) % len(_FURTHER_COLORS)] if side in further else _UNASSIGNED_COLOR


def band_color(to_h: float, edges_h: Sequence[float]) -> str:
    """Return the colour of the band of arrival that ends at ``to_h``."""
    return BAND_COLORS[edges_h.index(to_h)]


def point_color(point_id: str, point_ids: Sequence[str]) -> str:
    """Return the colour of the water that one of the starts reaches first."""
    return POINT_COLORS[point_ids.index(point_id) % len(POINT_COLORS)]
