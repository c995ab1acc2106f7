"""Navigable water: what is put together island by island is what GEOS cuts from the box."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.coverage.reach import navigable_water
from geo.errors import DataError
from geo.measure import WGS84
from geo.scheme.sources import StudyBox

WEST, SOUTH, EAST, NORTH = 100.0, 3.0, 102.0, 4.0
DISC = shapely.Point(101, 3.5)
RING = DISC.buffer(0.3) - DISC.buffer(0.2)  # an island with a lake
ACROSS = shapely.box(100.6, SOUTH, 100.7, NORTH)  # parts the water, the greater part in the east
LANDS = {
    "none but a far one": [shapely.box(100, 3, 100.1, 3.1)],
    "free islands": [shapely.Point(100.3, 3.3).buffer(0.1), shapely.Point(101.3, 3.3).buffer(0.2)],
    "one that leaves the box": [shapely.box(100, 3, 100.5, 3.2), shapely.Point(101.3, 3.6).buffer(0.2)],
    "a lake with an island in it": [RING, DISC.buffer(0.05), shapely.Point(100.2, 3.2).buffer(0.1)],
    "a lake greater than the sea": [
        shapely.box(*DISC.buffer(0.49).bounds).buffer(0.4) & shapely.box(100, 3, 102, 4) - DISC.buffer(0.45)
    ],
    "parted water with islands": [ACROSS, shapely.Point(100.2, 3.2).buffer(0.1), shapely.Point(101.2, 3.2).buffer(0.1)],
    "islands decide which part is greater": [
        shapely.box(101.02, SOUTH, 101.1, NORTH),
        *(shapely.Point(100.2 + step / 4, 3.5).buffer(0.1) for step in range(3)),
    ],
    "islands that share an edge": [shapely.box(100.2, 3.2, 100.4, 3.4), shapely.box(100.4, 3.2, 100.6, 3.4)],
    "islands that share a point": [shapely.box(100.2, 3.2, 100.4, 3.4), shapely.box(100.4, 3.4, 100.6, 3.6)],
    "islands that overlap": [shapely.Point(100.5, 3.5).buffer(0.2), shapely.Point(100.7, 3.5).buffer(0.2)],
    "one island twice": [DISC.buffer(0.2), DISC.buffer(0.2)],
    "an island of two parts": [
        shapely.MultiPolygon([shapely.box(100.2, 3.2, 100.3, 3.3), shapely.box(101.2, 3.2, 101.3, 3.3)])
    ],
}


def scheme_of(shipped, lands):
    land = gpd.GeoDataFrame(geometry=lands, crs=WGS84)
    box = StudyBox(west=WEST, south=SOUTH, east=EAST, north=NORTH)
    return dataclasses.replace(shipped, land=land, sources=dataclasses.replace(shipped.sources, study_box=box))


def cut(lands):
    """Return what GEOS makes of it, all land at once."""
    water = shapely.box(WEST, SOUTH, EAST, NORTH) - shapely.union_all(lands)
    return max(shapely.get_parts(water), key=lambda part: part.area)


@pytest.mark.parametrize("lands", LANDS.values(), ids=LANDS)
def test_water_is_the_greatest_part_of_the_box_less_all_land(shipped, lands):
    found = navigable_water(scheme_of(shipped, lands))

    assert found.is_valid
    assert found.normalize() == cut(lands).normalize()


@pytest.mark.parametrize("seed", range(8))
def test_an_archipelago_by_chance_is_cut_as_by_geos(shipped, seed):
    """Islands that are free, touch, leave the box, and lie in one another."""
    chance = np.random.default_rng(seed)
    middles, radii = chance.uniform((WEST, SOUTH), (EAST, NORTH), (60, 2)), chance.uniform(0.01, 0.1, 60)
    box = shapely.box(WEST, SOUTH, EAST, NORTH)
    lands = [shapely.Point(middle).buffer(radius, 3) & box for middle, radius in zip(middles, radii, strict=True)]

    found = navigable_water(scheme_of(shipped, lands))

    assert found.is_valid
    assert shapely.symmetric_difference(found, cut(lands)).area < 1e-12
    assert len(found.interiors) == len(cut(lands).interiors)


def test_a_box_full_of_land_is_refused(shipped):
    with pytest.raises(DataError, match="covers the whole study box"):
        navigable_water(scheme_of(shipped, [shapely.box(WEST, SOUTH, EAST, NORTH)]))
