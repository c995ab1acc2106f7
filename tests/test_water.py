"""Navigable water, assembled island by island, is the same as what GEOS cuts from the box; outline, starts and sides in it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.errors import DataError
from geo.measure import WGS84, area_km2, destination, distance_m
from geo.scheme import patrol_scheme as scheme
from geo.scheme.features import Start
from geo.scheme.sources import StudyBox
from geo.scheme.water import describe_sides, find_water, require_one_side_of_180
from tests.shapes import LATITUDES
from tests.toy import LAND, SIDES, STRAIT, edit_json

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


WHOLE = shapely.box(WEST, SOUTH, EAST, NORTH)


def find(lands, strait=WHOLE):
    """Return the water of the study box without these lands."""
    return find_water(np.array(lands), StudyBox(west=WEST, south=SOUTH, east=EAST, north=NORTH), np.array([strait]))


def cut_water(lands):
    """Return the water by GEOS, from all land at once."""
    water = shapely.box(WEST, SOUTH, EAST, NORTH) - shapely.union_all(lands)
    return max(shapely.get_parts(water), key=lambda part: part.area)


@pytest.mark.parametrize("lands", LANDS.values(), ids=LANDS)
def test_water_is_the_largest_part_of_the_box_without_land(lands):
    water = find(lands).navigable

    assert water.is_valid
    assert water.normalize() == cut_water(lands).normalize()


@pytest.mark.parametrize("seed", range(8))
def test_a_random_archipelago_gives_the_same_as_geos(seed):
    """Islands that stand alone, touch, cross the edge of the box, and lie within one another."""
    random = np.random.default_rng(seed)
    centres, radii = random.uniform((WEST, SOUTH), (EAST, NORTH), (60, 2)), random.uniform(0.01, 0.1, 60)
    box = shapely.box(WEST, SOUTH, EAST, NORTH)
    lands = [shapely.Point(centre).buffer(radius, 3) & box for centre, radius in zip(centres, radii, strict=True)]

    water = find(lands).navigable

    assert water.is_valid
    assert shapely.symmetric_difference(water, cut_water(lands)).area < 1e-12
    assert len(water.interiors) == len(cut_water(lands).interiors)


def test_a_box_full_of_land_is_refused():
    with pytest.raises(DataError, match="covers the whole study box"):
        find([shapely.box(WEST, SOUTH, EAST, NORTH)])


# --- which water is navigable -------------------------------------------------------------------------------------------


def test_the_water_of_the_strait_is_navigable_even_where_other_water_is_larger():
    west, east = shapely.box(WEST, SOUTH, 100.6, NORTH), shapely.box(100.7, SOUTH, EAST, NORTH)

    water = find([ACROSS], strait=shapely.box(100.1, 3.1, 100.8, 3.9))

    assert water.navigable.equals(west)
    assert [part.equals(east) for part in water.other] == [True]


@pytest.mark.parametrize("latitude", LATITUDES)
def test_a_position_knows_the_navigable_water_nearest_to_it_and_other_water_before_it(latitude):
    """An isthmus 2 km wide, with the sea in the east and a lake in the west."""
    coast = (101.0, latitude + 0.5)
    shore = destination(coast, azimuth_deg=270, distance_m=2_000)
    land = shapely.box(100, latitude, 101, latitude + 1) - shapely.box(100.5, latitude + 0.3, shore[0], latitude + 0.7)
    box = StudyBox(100, latitude, 102, latitude + 1)
    water = find_water(np.array([land]), box, np.array([shapely.box(101, latitude, 102, latitude + 1)]))

    def nearest(east_of_lake_m):
        return water.nearest(*destination(shore, azimuth_deg=90, distance_m=east_of_lake_m))

    assert nearest(2_100).distance_m == 0
    assert nearest(2_000 - 0.3).distance_m == 0  # on the shore, to half a metre
    assert nearest(1_500).distance_m == pytest.approx(500, abs=1)
    assert distance_m((nearest(1_500).lon, nearest(1_500).lat), coast) < 50
    assert not nearest(1_100).is_near_other_water
    assert nearest(900).is_near_other_water
    assert nearest(-100).is_near_other_water
    assert nearest(-100).distance_m == pytest.approx(2_100, abs=1)


def test_a_gap_between_two_pieces_of_land_is_no_other_water():
    """A square of 50 m, as rounding leaves it."""
    land = shapely.box(WEST, SOUTH, 101, NORTH) - shapely.box(100.99, 3.5, 100.9905, 3.5005)

    landfall = find([land]).nearest(100.9902, 3.5002)

    assert landfall.distance_m == pytest.approx(1_090, abs=10)
    assert not landfall.is_near_other_water


# --- outline, starts, sides ---------------------------------------------------------------------------------------------


def set_shape(folder, file, shape):
    """Give the first feature of a layer another shape."""
    geometry = shapely.geometry.mapping(shape)
    edit_json(folder, file, lambda document: document["features"][0].update(geometry=geometry))


def set_starts(folder, starts):
    """Give control points other starts, by id."""

    def edit(document):
        for feature in document["features"]:
            lon, lat = starts.get(feature["properties"]["id"], (None, None))
            if lon is not None:
                feature["properties"].update(start_lon=lon, start_lat=lat)

    edit_json(folder, "control_points.geojson", edit)


def test_a_folder_that_fits_its_water_has_no_remarks(toy_folder, shipped):
    assert scheme.load(toy_folder).remarks == ()
    assert shipped.remarks == ()


def test_an_outline_over_land_is_cut_to_the_water(toy_folder):
    """The strait is then that of the folder as it was, and every number with it."""
    set_shape(toy_folder, "strait.geojson", shapely.box(118.2, 1.5, 124.8, 8))
    land_km2 = area_km2(shapely.box(118.2, 1.5, 124.8, 8)) - area_km2(STRAIT)

    cut = scheme.load(toy_folder)

    assert cut.strait.geometry.iloc[0].normalize() == STRAIT.normalize()
    (remark,) = cut.remarks
    assert remark.startswith(f"strait.geojson: {land_km2:,.0f} km² of the outline lie on land, most at ")


def test_an_outline_over_other_water_is_cut_to_the_water_of_its_larger_part(toy_folder):
    lake = shapely.box(117.2, 3, 118, 4)
    set_land(toy_folder, "land-west", LAND["land-west"] - lake)
    set_shape(toy_folder, "strait.geojson", shapely.MultiPolygon([STRAIT, lake]))

    cut = scheme.load(toy_folder)

    assert cut.strait.geometry.iloc[0].equals(STRAIT)
    (remark,) = cut.remarks
    assert remark.startswith(f"strait.geojson: {area_km2(lake):,.0f} km² of the outline lie on water that has no route to")


def set_land(folder, land_id, shape):
    def edit(document):
        (feature,) = [one for one in document["features"] if one["properties"]["id"] == land_id]
        feature["geometry"] = shapely.geometry.mapping(shape)

    edit_json(folder, "land.geojson", edit)


def test_an_outline_on_land_throughout_is_refused(toy_folder):
    set_shape(toy_folder, "strait.geojson", shapely.box(117.1, 1, 118.4, 2))

    with pytest.raises(DataError, match=r"^strait\.geojson: lies on land throughout; wanted an outline of water"):
        scheme.load(toy_folder)


def test_starts_off_the_water_are_moved_and_those_beyond_land_refused_by_name(toy_folder):
    """The shore is at 118.5; a degree of longitude has 111 km. In the west land a lake ends at 118.48."""
    set_land(toy_folder, "land-west", LAND["land-west"] - shapely.box(117.5, 4, 118.48, 5))
    set_starts(toy_folder, {"tarakan": (118.49, 2.5)})

    moved = scheme.load(toy_folder)

    assert moved.remarks == (
        "control_points.geojson: feature tarakan: start moved by 1.11 km, "
        "from 118.49000, 2.50000 to the nearest water at 118.50000, 2.50000",
    )
    set_starts(toy_folder, {"tawau": (118.475, 4.2), "sandakan": (118.4, 5.8)})

    with pytest.raises(DataError) as raised:
        scheme.load(toy_folder)

    far, beyond = raised.value.faults
    assert far.startswith("control_points.geojson: feature sandakan: starts at 118.40000, 5.80000, 11.08 km from the navig")
    assert beyond.startswith("control_points.geojson: feature tawau: starts at 118.47500, 4.20000, on other water or beside")
    assert "2.78 km away across land" in beyond


def test_faults_of_water_and_of_references_come_at_once(toy_folder):
    set_starts(toy_folder, {"tawau": (118.0, 4.2)})
    edit_json(toy_folder, "agreements.json", lambda document: document["agreements"][0].update(point_ids=["belawan"]))

    with pytest.raises(DataError) as raised:
        scheme.load(toy_folder)

    assert [fault.split(":")[0] for fault in raised.value.faults] == ["control_points.geojson", "agreements.json"]


@pytest.mark.parametrize(
    ("strait", "starts_at", "is_refused"),
    [
        ([(178, 180), (-180, -178)], [], True),
        ([(178, 179)], [-179], True),
        ([(100, 105)], [99], False),
        ([(-180, -175)], [-175], False),
        ([(-100, 100)], [], False),  # in the Arctic
        ([(-100, -90), (95, 100)], [0], False),
    ],
)
def test_a_strait_on_both_sides_of_180_is_refused_for_that_reason(strait, starts_at, is_refused):
    shapes = np.array([shapely.box(west, 70, east, 71) for west, east in strait])
    starts = [Start(lon, 70.5, 0, None) for lon in starts_at]
    if not is_refused:
        require_one_side_of_180(shapes, starts)
        return

    with pytest.raises(DataError, match="180° meridian"):
        require_one_side_of_180(shapes, starts)


def as_layer(**shapes):
    return gpd.GeoDataFrame({"side": ["ID"] * len(shapes)}, index=list(shapes), geometry=list(shapes.values()), crs=WGS84)


@pytest.mark.parametrize(
    ("sides", "sentences"),
    [
        ([(100, 101), (101, 102)], []),
        ([], []),
        ([(100, 101.1), (101, 102)], ["lie in both one and two, most at 101.05000, 3.50000"]),
        ([(100, 100.9), (101, 102)], ["of the strait lie on no side, most at 100.95000, 3.50000"]),
        ([(99.9, 101), (101, 102)], ["of the sides lie beyond the strait, most at 99.95000, 3.50000"]),
    ],
)
def test_sides_that_do_not_fit_are_described_with_their_area(sides, sentences):
    """A tenth of a degree of a strait one degree high."""
    names = ("one", "two")
    waters = as_layer(**{name: shapely.box(west, 3, east, 4) for name, (west, east) in zip(names, sides, strict=False)})
    tenth_km2 = area_km2(shapely.box(100, 3, 100.1, 4))

    described = describe_sides(waters, as_layer(strait=shapely.box(100, 3, 102, 4)))

    assert described == [f"waters.geojson: {tenth_km2:,.0f} km² {sentence}" for sentence in sentences]


def test_sides_that_fit_are_described_by_nothing(shipped):
    """But for rounding: 0.04 km² of the shipped strait lie on no side."""
    assert describe_sides(shipped.waters, shipped.strait) == []
    assert describe_sides(as_layer(**{name: shape for name, (_, shape) in SIDES.items()}), as_layer(strait=STRAIT)) == []
