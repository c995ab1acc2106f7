"""Unit factors, and coordinates as navigators write them."""

import pytest

from geo import units


def test_a_nautical_mile_is_1852_metres_exactly():
    assert units.m_to_nmi(1852) == 1
    assert units.KM_PER_NMI == 1.852


@pytest.mark.parametrize(
    ("degrees", "axis", "written"),
    [
        (3.79801, "lat", "3°47.9′ N"),
        (-1.5, "lat", "1°30.0′ S"),
        (98.7132, "lon", "98°42.8′ E"),
        (-98.7132, "lon", "98°42.8′ W"),
        (0, "lat", "0°00.0′ N"),
    ],
)
def test_coordinates_are_written_in_degrees_and_minutes(degrees, axis, written):
    assert units.degrees_minutes(degrees, axis=axis) == written


def test_minutes_never_read_sixty():
    """59.96 minutes round up into the degree, not to 60.0."""
    assert units.degrees_minutes(1.99999, axis="lon") == "2°00.0′ E"


def test_an_unknown_axis_is_refused():
    with pytest.raises(KeyError, match="height"):
        units.degrees_minutes(1, axis="height")


HERE = (98 + 42.8 / 60, 3 + 47.9 / 60)


@pytest.mark.parametrize(
    "text",
    [
        "3°47.9' N 98°42.8' E",
        "3°47.9′ N, 98°42.8′ E",
        "3° 47.9' N  98° 42.8' E",
        "n 3°47.9' e 98°42.8'",
        "98°42.8'E 3°47.9'N",
        "3 47.9 N 98 42.8 E",
        "3 47.9 98 42.8",
        "3 47.9, 98 42.8",
        "3°47,9′ LU, 98°42,8′ BT",
        "3°47’54” LU 98°42’48” BT",
        "3 47 54 N; 98 42 48 E",
        f"{HERE[1]:.6f}, {HERE[0]:.6f}",
        f"{HERE[1]:.6f} {HERE[0]:.6f}",
        f"{HERE[1]:.6f}° N {HERE[0]:.6f}° E",
        f"{HERE[1]:.6f},{HERE[0]:.6f}",
        f"{HERE[1]:.6f}; {HERE[0]:.6f}".replace(".", ","),
        f"{HERE[1]:.6f}, {HERE[0]:.6f}".replace(".", ","),
        f"{HERE[1]:.6f} LU {HERE[0]:.6f} BT".replace(".", ","),
    ],
)
def test_one_position_written_in_many_ways(text):
    assert units.parse_written_position(text) == pytest.approx(HERE, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("0°30' S 104° W", (-104, -0.5)),
        ("0,5 LS 104 BB", (-104, -0.5)),
        ("-0.5, 104", (104, -0.5)),
        ("−0.5 104", (104, -0.5)),
        ("4,100", (100, 4)),
        ("4 100", (100, 4)),
    ],
)
def test_south_west_and_whole_degrees(text, position):
    assert units.parse_written_position(text) == pytest.approx(position)


@pytest.mark.parametrize(
    "text",
    [
        *("", "here", "98.7", "98.7, 3.8, 1", "98.713, 3.798", "3°60' N 98° E", "3°47.9' N 98°42.8' N", "3 N -98 E"),
        *("3.5.1, 98", "nan, nan", "3°47.9.1' N 98° E", "1e1, 98", "3 N 98", "<b>3</b>, 98", "3 1.5 1 98 1 1"),
    ],
)
def test_what_is_no_position_is_none(text):
    """A latitude beyond 90°, sixty minutes, two latitudes, a sign beside a hemisphere, half a hemisphere, other text."""
    assert units.parse_written_position(text) is None
