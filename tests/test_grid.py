"""The strait as cells: areas add up, also far from the equator, and every cell has a point of water."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.coverage.grid import NO_SIDE, strait_grid
from geo.measure import WGS84, area_km2


def frame(shape, **columns):
    """Return one polygon as a layer."""
    return gpd.GeoDataFrame({name: [value] for name, value in columns.items()}, geometry=[shape], crs=WGS84)


@pytest.mark.parametrize("latitude", [3, 60])
def test_cells_add_up_to_the_strait_without_its_island(latitude):
    """Within 0.01 %, at 3° and at 60°."""
    strait = shapely.box(100, latitude, 100.8, latitude + 0.5) - shapely.Point(100.4, latitude + 0.25).buffer(0.1)

    grid = strait_grid(frame(strait), frame(strait, side="ID"))

    assert grid.strait_area_km2 == pytest.approx(area_km2(strait), rel=1e-4)
    assert grid.area_km2.min() > 0
    assert grid.area_km2.max() <= 1 + 1e-9


def test_every_cell_has_a_point_inside_the_strait():
    """Also at the shore, where the centre of a cell can be on land."""
    strait = shapely.Point(100, 3).buffer(0.2)

    grid = strait_grid(frame(strait), frame(strait, side="ID"))

    assert shapely.intersects_xy(strait.buffer(1e-9), grid.lon, grid.lat).all()


def test_cells_know_their_side_and_water_outside_all_sides_has_none():
    """The west half is a side, the east half is none."""
    strait, west = shapely.box(100, 3, 101, 4), shapely.box(100, 3, 100.5, 4)

    grid = strait_grid(frame(strait), frame(west, side="MY"))

    assert grid.sides == ("MY",)
    assert grid.area_km2[grid.side == 0].sum() == pytest.approx(area_km2(west), rel=0.01)
    assert set(grid.side) == {0, NO_SIDE}


def test_a_raster_has_values_in_the_strait_and_nan_elsewhere():
    """A value per cell, NaN on land."""
    strait = shapely.Point(100, 3).buffer(0.05)
    grid = strait_grid(frame(strait), frame(strait, side="MY"))

    full = grid.raster(np.arange(len(grid.lon), dtype=float))

    assert np.count_nonzero(~np.isnan(full)) == len(grid.lon)
    assert full[grid.row[3], grid.column[3]] == 3


def test_cells_of_the_shipped_strait_add_up(shipped):
    """To the strait within 0.01 %, to each side within 0.1 %."""
    grid = strait_grid(shipped.strait, shipped.waters)

    assert grid.strait_area_km2 == pytest.approx(shipped.strait.geometry.map(area_km2).sum(), rel=1e-4)
    for index, side in enumerate(grid.sides):
        own = shipped.waters[shipped.waters["side"] == side].geometry.map(area_km2).sum()
        assert grid.area_km2[grid.side == index].sum() == pytest.approx(own, rel=1e-3, abs=1)


@pytest.mark.parametrize("cell_m", [700, 1_000, 2_500])
@pytest.mark.parametrize(
    "strait",
    [
        shapely.box(100, 3, 100.2, 3.1),
        shapely.Point(100, 3).buffer(0.1) - shapely.Point(100, 3).buffer(0.05),
        shapely.box(100, 3, 100.1, 3.1) | shapely.Point(100.3, 3.05).buffer(0.05),
        shapely.box(100, 3, 100.2, 3.1)
        - shapely.union_all([shapely.Point(100.01 + x / 50, 3.05).buffer(0.003) for x in range(9)]),
        shapely.Polygon([(100, 3), (100.2, 3.0001), (100.2, 3.0003), (100, 3.0002)]),
    ],
    ids=["box", "ring", "two parts", "small islands", "sliver"],
)
def test_each_cell_is_what_geos_cuts_out_of_the_strait(strait, cell_m):
    """Cell by cell over the whole rectangle; only slivers from rounding may be in one and not in the other."""
    grid = strait_grid(frame(strait), frame(strait, side="ID"), cell_m=cell_m)
    flat, (x_m, y_m) = grid.plane.flat(strait), grid.axes_m()
    centres = shapely.points(*np.meshgrid(x_m, y_m))
    cells = shapely.buffer(centres, cell_m / 2, cap_style="square")

    expected_km2 = shapely.area(shapely.intersection(cells, flat)) / 1e6

    np.testing.assert_allclose(np.nan_to_num(grid.raster(grid.area_km2)), expected_km2, rtol=1e-9, atol=1e-9)
    assert len(set(zip(grid.row.tolist(), grid.column.tolist(), strict=True))) == len(grid.row)
    assert grid.area_km2.min() > 0
