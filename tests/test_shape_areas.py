"""Shapes of coverage have the areas of the cells that they are drawn from, at any latitude and of any size."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.coverage.grid import strait_grid
from geo.coverage.scenario import Rule
from geo.coverage.shapes import Outlines, _between, display_outlines, outlines
from geo.measure import WGS84, area_km2

NO_SIDES = gpd.GeoDataFrame({"side": []}, geometry=gpd.GeoSeries([], crs=WGS84))
WITHIN = 0.001


def strait_of(west, south, east, north):
    """Return a box as a strait: its edges run along those of the grid."""
    return gpd.GeoDataFrame(geometry=[shapely.box(west, south, east, north)], crs=WGS84)


def drawn_area_km2(clip: Outlines, field, strait) -> float:
    """Return the area in the strait where a field is below zero."""
    [pieces] = _between(field, Rule.JOINT, clip, [(-10.0, 0.0)])
    return sum(area_km2(shape & strait) for _, shape in pieces)


@pytest.mark.parametrize("south", [-0.5, 62.0, 78.0, 84.0, 86.0])
@pytest.mark.parametrize("is_displayed", [False, True], ids=["files", "page"])
def test_shapes_reach_the_edges_of_the_strait(south, is_displayed):
    """All of it, and the half east of a meridian."""
    table = strait_of(100.0, south, 103.0, south + 1.0)
    [strait] = table.geometry
    grid = strait_grid(table, NO_SIDES)
    clip = display_outlines(grid) if is_displayed else outlines(grid, table, NO_SIDES)

    assert drawn_area_km2(clip, np.full(len(grid.lon), -1.0), strait) == pytest.approx(grid.strait_area_km2, rel=WITHIN)
    half = area_km2(shapely.box(101.5, south, 103.0, south + 1.0))
    assert drawn_area_km2(clip, 101.5 - grid.lon, strait) == pytest.approx(half, rel=WITHIN)


@pytest.mark.parametrize("size_deg", [0.001, 0.012, 0.1])
def test_a_strait_of_a_cell_or_less_has_its_shape(size_deg):
    """Of about 100 m, 1.3 km and 11 km; contours need two rows and two columns."""
    table = strait_of(100.0, 5.0, 100.0 + size_deg, 5.0 + size_deg)
    grid = strait_grid(table, NO_SIDES)

    for clip in (display_outlines(grid), outlines(grid, table, NO_SIDES)):
        area = drawn_area_km2(clip, np.full(len(grid.lon), -1.0), table.geometry[0])
        assert area == pytest.approx(grid.strait_area_km2, rel=WITHIN)
