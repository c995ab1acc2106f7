"""Geometries by name, each with why it exists; EPSG:4326 (lon, lat)."""

from __future__ import annotations

import shapely

LATITUDES = [3, 60]  # wrong methods pass the first and fail the second


def meridian_minute(latitude: float) -> shapely.LineString:
    """Return a minute of latitude along a meridian: about a nautical mile everywhere."""
    return shapely.LineString([(100, latitude), (100, latitude + 1 / 60)])


def parallel_degree(latitude: float) -> shapely.LineString:
    """Return a degree of longitude along a parallel: half as long at 60° as at the equator."""
    return shapely.LineString([(100, latitude), (101, latitude)])


def degree_cell(latitude: float) -> shapely.Polygon:
    """Return a cell of one degree by one, whose area has a closed formula."""
    return shapely.box(100, latitude, 101, latitude + 1)


def sheared_cell(latitude: float) -> shapely.Polygon:
    """Return the cell slid 5° along its parallels: the same area if edges are straight in lon and lat, another if geodesic."""
    return shapely.Polygon([(100, latitude), (101, latitude), (106, latitude + 1), (105, latitude + 1)])


def basin(latitude: float) -> shapely.Polygon:
    """Return a water some 6 km high and at least 5 km wide: room for an inset of 500 m, none for one of 5 km."""
    return shapely.box(100, latitude, 100.1, latitude + 0.05)
