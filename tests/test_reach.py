"""Navigable water, assembled island by island, is the same as what GEOS cuts from the box."""

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
ACROSS = shapely.box(100.6, SOUTH, 100.7, NORTH)  # divides the water; the larger part is in the east
LANDS = {
    "one in a corner": [shapely.box(100, 3, 100.1, 3.1)],
    "free islands": [shapely.Point(100.3, 3.3).buffer(0.1), shapely.Point(101.3, 3.3).buffer(0.2)],
    "land across the edge of the box": [shapely.box(100, 3, 100.5, 3.2), shapely.Point(101.3, 3.6).buffer(0.2)],
    "a lake with an island in it": [RING, DISC.buffer(0.05), shapely.Point(100.2, 3.2).buffer(0.1)],
    "a lake larger than the sea": [
        shapely.box(*DISC.buffer(0.49).bounds).buffer(0.4) & shapely.box(100, 3, 102, 4) - DISC.buffer(0.45)
    ],
    "water in two parts with islands": [ACROSS, shapely.Point(100.2, 3.2).buffer(0.1), shapely.Point(101.2, 3.2).buffer(0.1)],
    "islands decide which part is larger": [
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


def with_land(shipped, lands):
    land = gpd.GeoDataFrame(geometry=lands, crs=WGS84)
    box = StudyBox(west=WEST, south=SOUTH, east=EAST, north=NORTH)
    return dataclasses.replace(shipped, land=land, sources=dataclasses.replace(shipped.sources, study_box=box))


def cut_water(lands):
    """Return the water by GEOS, from all land at once."""
    water = shapely.box(WEST, SOUTH, EAST, NORTH) - shapely.union_all(lands)
    return max(shapely.get_parts(water), key=lambda part: part.area)


@pytest.mark.parametrize("lands", LANDS.values(), ids=LANDS)
def test_water_is_the_largest_part_of_the_box_without_land(shipped, lands):
    water = navigable_water(with_land(shipped, lands))

    assert water.is_valid
    assert water.normalize() == cut_water(lands).normalize()


@pytest.mark.parametrize("seed", range(8))
def test_a_random_archipelago_gives_the_same_as_geos(shipped, seed):
    """Islands that stand alone, touch, cross the edge of the box, and lie within one another."""
    random = np.random.default_rng(seed)
    centres, radii = random.uniform((WEST, SOUTH), (EAST, NORTH), (60, 2)), random.uniform(0.01, 0.1, 60)
    box = shapely.box(WEST, SOUTH, EAST, NORTH)
    lands = [shapely.Point(centre).buffer(radius, 3) & box for centre, radius in zip(centres, radii, strict=True)]

    water = navigable_water(with_land(shipped, lands))

    assert water.is_valid
    assert shapely.symmetric_difference(water, cut_water(lands)).area < 1e-12
    assert len(water.interiors) == len(cut_water(lands).interiors)


def test_a_box_full_of_land_is_refused(shipped):
    with pytest.raises(DataError, match="covers the whole study box"):
        navigable_water(with_land(shipped, [shapely.box(WEST, SOUTH, EAST, NORTH)]))
