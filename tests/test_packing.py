"""Areas and texts packed, and unpacked again as geo/offline/assets/packing.js does."""

from __future__ import annotations

import base64
import zlib

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.offline.packing import pack_polygons, pack_rings, pack_text
from tests.unpacking import PackedReader, unpack_rings

SQUARE = shapely.box(100.0, 2.0, 100.5, 2.5)
WITH_LAKE = shapely.Polygon(SQUARE.exterior, [shapely.box(100.1, 2.1, 100.2, 2.2).exterior])
SOUTH_WEST = shapely.box(-103.25, -1.5, -103.0, -1.25)


def unpack_polygons(packed, decimals):
    reader = PackedReader(packed, decimals)
    polygons = reader.read_many(reader.read_rings)
    assert reader.is_at_end()
    return shapely.MultiPolygon([shapely.Polygon(shell, holes) for shell, *holes in polygons])


@pytest.mark.parametrize(
    "shape",
    [SQUARE, WITH_LAKE, SOUTH_WEST, shapely.MultiPolygon([WITH_LAKE, SOUTH_WEST]), shapely.Polygon()],
    ids=["polygon", "with a lake", "south and west", "several", "none"],
)
def test_polygons_come_back_as_they_were(shape):
    back = unpack_polygons(pack_polygons(shape, decimals=2), 2)

    assert list(back.geoms) == [part for part in shapely.get_parts(shape) if not part.is_empty]


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=3, max_size=9), st.integers(0, 6))
def test_no_corner_moves_by_more_than_half_a_unit(corners, decimals):
    """Whatever the steps: the errors of many do not add up."""
    shape = shapely.Polygon(corners)
    back = shapely.get_coordinates(unpack_polygons(pack_polygons(shape, decimals=decimals), decimals))

    assert abs(back - shapely.get_coordinates(shape)).max() <= 0.5 * 10**-decimals + 1e-9


@pytest.mark.parametrize("rings", [[], [SQUARE], [SQUARE, SOUTH_WEST]], ids=["none", "one", "two"])
def test_rings_come_back_as_they_were(rings):
    corners = [shapely.get_coordinates(ring) for ring in rings]
    back = unpack_rings(pack_rings(corners, decimals=2), 2)

    assert [np.array(ring).tolist() for ring in back] == [ring.tolist() for ring in corners]


def test_land_is_packed_in_a_fifth_of_its_json(shipped):
    (land,) = shipped.land_light.geometry

    assert len(pack_polygons(land, decimals=4)) < 0.2 * len(shapely.to_geojson(land))


def test_text_comes_back_as_it_was_and_the_same_every_time():
    text = '{"name": "Selat \u2026 </script> {{7*7}}"}'

    assert zlib.decompress(base64.b64decode(pack_text([text]))).decode() == text
    assert pack_text([text]) == pack_text([text[:5], text[5:]])
