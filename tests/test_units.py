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
