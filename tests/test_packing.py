"""Shapes and texts packed small, unpacked as geo/offline/assets/packed.js does."""

from __future__ import annotations

import base64
import zlib

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.offline.packing import packed_polygons, packed_text

SQUARE = shapely.box(100.0, 2.0, 100.5, 2.5)
WITH_LAKE = shapely.Polygon(SQUARE.exterior, [shapely.box(100.1, 2.1, 100.2, 2.2).exterior])
SOUTH_WEST = shapely.box(-103.25, -1.5, -103.0, -1.25)


def numbers_of(packed):
    value, scale = 0, 1
    for byte in base64.b64decode(packed):
        value, scale = value + byte % 128 * scale, scale * 128
        if byte < 128:
            yield value
            value, scale = 0, 1


def unpacked(packed, decimals):
    numbers, at = numbers_of(packed), [0, 0]

    def step():
        doubled = next(numbers)
        return -(doubled + 1) // 2 if doubled % 2 else doubled // 2

    def corner():
        at[0], at[1] = at[0] + step(), at[1] + step()
        return at[0] / 10**decimals, at[1] / 10**decimals

    def many(make):
        return [make() for _ in range(next(numbers))]

    polygons = many(lambda: many(lambda: many(corner)))
    assert list(numbers) == []
    return shapely.MultiPolygon([shapely.Polygon(shell, holes) for shell, *holes in polygons])


@pytest.mark.parametrize(
    "shape",
    [SQUARE, WITH_LAKE, SOUTH_WEST, shapely.MultiPolygon([WITH_LAKE, SOUTH_WEST]), shapely.Polygon()],
    ids=["polygon", "with a lake", "south and west", "several", "none"],
)
def test_polygons_come_back_as_they_were(shape):
    back = unpacked(packed_polygons(shape, decimals=2), 2)

    assert list(back.geoms) == [part for part in shapely.get_parts(shape) if not part.is_empty]


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=3, max_size=9), st.integers(0, 6))
def test_no_corner_moves_by_more_than_half_a_unit(corners, decimals):
    """Whatever the steps: the errors of many do not add up."""
    shape = shapely.Polygon(corners)
    back = shapely.get_coordinates(unpacked(packed_polygons(shape, decimals=decimals), decimals))

    assert abs(back - shapely.get_coordinates(shape)).max() <= 0.5 * 10**-decimals + 1e-9


def test_land_is_packed_in_a_fifth_of_its_json(shipped):
    (land,) = shipped.land_light.geometry

    assert len(packed_polygons(land, decimals=4)) < 0.2 * len(shapely.to_geojson(land))


def test_text_comes_back_as_it_was_and_the_same_every_time():
    text = '{"name": "Selat \u2026 </script> {{7*7}}"}'

    assert zlib.decompress(base64.b64decode(packed_text([text]))).decode() == text
    assert packed_text([text]) == packed_text([text[:5], text[5:]])
