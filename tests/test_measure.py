"""Lengths and areas, at 3° and at 60°, where wrong methods fail."""

import math

import geopandas as gpd
import pytest
import shapely
from pandas.testing import assert_index_equal

from geo import measure
from geo.errors import CrsError
from geo.units import m_to_nmi
from tests.shapes import LATITUDES, basin, degree_cell, meridian_minute, parallel_degree, sheared_cell

# WGS84: semi-major axis and flattening (NIMA TR8350.2)
A_M, F = 6_378_137.0, 1 / 298.257223563
E2 = F * (2 - F)

at_both_latitudes = pytest.mark.parametrize("latitude", LATITUDES)


def zone_area_km2(south: float, north: float) -> float:
    """Return the area of one degree of longitude between two parallels (Snyder 1987, equation 3-12)."""

    def q(latitude: float) -> float:
        sin, e = math.sin(math.radians(latitude)), math.sqrt(E2)
        return (1 - E2) * (sin / (1 - E2 * sin**2) + math.atanh(e * sin) / e)

    return math.radians(1) * A_M**2 * (q(north) - q(south)) / 2 / 1e6


@at_both_latitudes
def test_a_minute_of_latitude_is_about_a_nautical_mile(latitude):
    assert m_to_nmi(measure.length_km(meridian_minute(latitude)) * 1000) == pytest.approx(1, rel=0.01)


@at_both_latitudes
def test_a_degree_of_longitude_shrinks_towards_the_pole(latitude):
    """The geodesic is shorter than the parallel, by less than 2e-5 over one degree."""
    sin, cos = math.sin(math.radians(latitude)), math.cos(math.radians(latitude))
    parallel_km = math.radians(1) * A_M * cos / math.sqrt(1 - E2 * sin**2) / 1000

    length_km = measure.length_km(parallel_degree(latitude))

    assert length_km == pytest.approx(parallel_km, rel=2e-5)
    assert length_km <= parallel_km


@at_both_latitudes
def test_area_agrees_with_the_closed_formula(latitude):
    assert measure.area_km2(degree_cell(latitude)) == pytest.approx(zone_area_km2(latitude, latitude + 1), rel=1e-7)


@at_both_latitudes
def test_edges_are_straight_in_longitude_and_latitude(latitude):
    """Sliding a cell along its parallels keeps its area; with geodesic edges it would not, at 60° by 0.03 %."""
    assert measure.area_km2(sheared_cell(latitude)) == pytest.approx(measure.area_km2(degree_cell(latitude)), rel=1e-7)


@at_both_latitudes
def test_parts_add_up_to_the_whole(latitude):
    cell = sheared_cell(latitude)
    knife = shapely.box(102, latitude - 1, 110, latitude + 2)

    parts = measure.area_km2(cell & knife) + measure.area_km2(cell - knife)

    assert parts == pytest.approx(measure.area_km2(cell), rel=1e-9)


def test_a_hole_does_not_count():
    cell, hole = degree_cell(3), shapely.box(100.2, 3.2, 100.4, 3.4)

    assert measure.area_km2(cell - hole) == pytest.approx(measure.area_km2(cell) - measure.area_km2(hole), rel=1e-9)


def test_nothing_measures_nothing():
    assert measure.area_km2(shapely.Polygon()) == 0
    assert measure.length_km(shapely.LineString()) == 0


@at_both_latitudes
def test_distance_is_symmetric_and_zero_at_home(latitude):
    here, there = (100.0, float(latitude)), (103.0, latitude + 1.5)

    assert measure.distance_m(here, there) == pytest.approx(measure.distance_m(there, here), abs=1e-6)
    assert measure.distance_m(here, here) == 0


@at_both_latitudes
@pytest.mark.parametrize("azimuth_deg", [0, 45, 200])
def test_destination_is_at_the_given_distance(latitude, azimuth_deg):
    start = (100.0, float(latitude))

    end = measure.destination(start, azimuth_deg=azimuth_deg, distance_m=50_000)

    assert measure.distance_m(start, end) == pytest.approx(50_000, abs=1e-3)


@at_both_latitudes
def test_nearest_point_of_a_wall_lies_abeam(latitude):
    """The wall is one minute of longitude to the east: that minute is the distance, half as long at 60°."""
    start = (100.0, float(latitude))
    wall = shapely.LineString([(100 + 1 / 60, latitude - 0.1), (100 + 1 / 60, latitude + 0.1)])

    nearest, distance_m = measure.nearest_m(start, wall)

    assert nearest[0] == pytest.approx(100 + 1 / 60, abs=1e-7)
    assert distance_m == pytest.approx(measure.distance_m(start, nearest), abs=1e-6)
    assert distance_m == pytest.approx(measure.distance_m(start, (100 + 1 / 60, latitude)), rel=1e-4)
    assert all(distance_m <= measure.distance_m(start, corner) for corner in wall.coords)


@pytest.mark.parametrize("latitude", [*LATITUDES, 80])
def test_nearest_point_of_a_long_edge_lies_on_it(latitude):
    """A parallel is straight in longitude and latitude, and at 80° hundreds of metres from the geodesic between its ends."""
    shore = shapely.LineString([(98, latitude), (102, latitude)])

    nearest, distance_m = measure.nearest_m((100.0, latitude + 0.01), shore)

    assert nearest[1] == latitude
    assert distance_m == pytest.approx(measure.distance_m((100.0, latitude + 0.01), (100.0, latitude)), rel=1e-6)


def test_nearest_point_of_a_polygon_around_the_start_is_the_start():
    nearest, distance_m = measure.nearest_m((100.5, 3.5), degree_cell(3))

    assert nearest == pytest.approx((100.5, 3.5))
    assert distance_m == pytest.approx(0, abs=1e-6)


@at_both_latitudes
def test_inset_keeps_its_margin_on_every_side(latitude):
    water = basin(latitude)

    inner = measure.inset(water, margin_m=500, about=(100.05, latitude + 0.025))

    margins_m = [measure.nearest_m(corner, water.exterior)[1] for corner in inner.exterior.coords]
    assert min(margins_m) == pytest.approx(500, rel=0.002)
    assert water.contains(inner)


@at_both_latitudes
def test_inset_of_a_water_too_narrow_is_empty(latitude):
    assert measure.inset(basin(latitude), margin_m=5000, about=(100.05, latitude + 0.025)).is_empty


@at_both_latitudes
def test_tables_keep_their_index_and_name_the_unit(latitude):
    cells = gpd.GeoDataFrame(index=["b", "a"], geometry=[degree_cell(latitude), sheared_cell(latitude)], crs=measure.WGS84)
    before = cells.copy()

    areas, lengths = measure.areas_km2(cells), measure.lengths_km(cells.set_geometry(cells.boundary))

    assert (areas.name, lengths.name) == ("area_km2", "length_km")
    assert_index_equal(areas.index, cells.index)
    assert_index_equal(lengths.index, cells.index)
    assert areas["b"] == measure.area_km2(degree_cell(latitude))
    assert cells.geom_equals(before).all()


@pytest.mark.parametrize("measurement", [measure.areas_km2, measure.lengths_km])
def test_another_crs_is_refused_and_both_are_named(measurement):
    projected = gpd.GeoDataFrame(geometry=[degree_cell(3)], crs=measure.WGS84).to_crs("EPSG:32647")

    with pytest.raises(CrsError, match=r"`frame` is in EPSG:32647; wanted EPSG:4326.*reproject"):
        measurement(projected)


def test_a_table_without_crs_is_refused():
    with pytest.raises(CrsError, match="no CRS"):
        measure.require_wgs84(gpd.GeoSeries([degree_cell(3)]), "cells")
