"""Sea distance: basins solved by hand, laws, and the real coast against an oracle that shares no code with the engine."""

import itertools
import threading

import numba
import numpy as np
import pyproj
import pytest
import shapely

from geo import measure
from geo.errors import ScenarioError, UnreachableError
from geo.sea import _plane, _taut_tree
from geo.sea.distance import SeaDistance, compile_kernels
from tests.shapes import LATITUDES
from tests.toy import BOX, LAND
from tests.visibility_oracle import VisibilityOracle

PPM = 1e-6
EXACT = 0.1 * PPM
GEOD = pyproj.Geod(ellps="WGS84")

at_both_latitudes = pytest.mark.parametrize("latitude", LATITUDES)


def walled(latitude):
    """Return a basin of one degree with a wall from the south, 0.2° thick and 0.8° high."""
    return shapely.box(100, latitude, 101, latitude + 1) - shapely.box(100.4, latitude, 100.6, latitude + 0.8)


def with_island(latitude):
    """Return a basin of two degrees with a square island of one degree in the middle."""
    return shapely.box(100, latitude, 102, latitude + 2) - shapely.box(100.5, latitude + 0.5, 101.5, latitude + 1.5)


def horseshoe(latitude):
    """Return a channel in the shape of a U: two arms and a bottom, 0.1° wide."""
    return shapely.box(100, latitude, 101, latitude + 1) - shapely.box(100.1, latitude + 0.1, 100.9, latitude + 1)


def sawtooth(latitude, teeth=12):
    """Return a basin with teeth from both sides: many capes, many turns."""
    basin = shapely.box(100, latitude, 102, latitude + 1)
    for i in range(teeth):
        x = 100 + 2 * (i + 0.5) / teeth
        foot, tip = (latitude, latitude + 0.7) if i % 2 else (latitude + 1, latitude + 0.3)
        basin -= shapely.Polygon([(x - 0.05, foot), (x, tip), (x + 0.05, foot)])
    return basin


def along(*positions):
    """Return the length of a route on the ellipsoid."""
    return float(GEOD.line_length(*zip(*positions, strict=True)))


def parallel(west, east, latitude, pieces=200):
    """Return positions along a parallel, which is no geodesic."""
    return [(lon, latitude) for lon in np.linspace(west, east, pieces)]


def scattered(water, count, seed=0):
    """Return random positions on a water, the same ones each time."""
    west, south, east, north = water.bounds
    draw = np.random.default_rng(seed)
    positions = np.column_stack([draw.uniform(west, east, 50 * count), draw.uniform(south, north, 50 * count)])
    return positions[shapely.contains_xy(water, *positions.T)][:count]


# By hand


@at_both_latitudes
def test_open_water_is_a_geodesic(latitude):
    sea = SeaDistance(shapely.box(100, latitude, 101, latitude + 1))

    assert sea.from_point(100.2, latitude + 0.3).at_m(100.9, latitude + 0.4) == pytest.approx(
        along((100.2, latitude + 0.3), (100.9, latitude + 0.4)), rel=EXACT
    )


@at_both_latitudes
def test_the_route_goes_over_the_wall(latitude):
    """Up to one end of the top of the wall, along it, and down; the top follows its parallel, not a geodesic."""
    top = parallel(100.4, 100.6, latitude + 0.8)
    by_hand = along((100.2, latitude + 0.2), *top, (100.8, latitude + 0.2))

    assert SeaDistance(walled(latitude)).from_point(100.2, latitude + 0.2).at_m(100.8, latitude + 0.2) == pytest.approx(
        by_hand, rel=EXACT
    )


@at_both_latitudes
def test_distance_goes_round_the_island_on_the_shorter_side(latitude):
    """From below the left half of the island, past its south-west corner is shorter than past the south-east one."""
    start, end = (100.7, latitude + 0.2), (100.2, latitude + 1.8)
    west = along(start, (100.5, latitude + 0.5), end)
    east = along(start, (101.5, latitude + 0.5), (101.5, latitude + 1.5), end)

    assert SeaDistance(with_island(latitude)).from_point(*start).at_m(*end) == pytest.approx(min(west, east), rel=EXACT)
    assert west < east


@at_both_latitudes
def test_distance_follows_the_horseshoe(latitude):
    """Down one arm, along the land between the arms, up the other."""
    start, end = (100.05, latitude + 0.9), (100.95, latitude + 0.9)
    by_hand = along(start, *parallel(100.1, 100.9, latitude + 0.1), end)

    assert SeaDistance(horseshoe(latitude)).from_point(*start).at_m(*end) == pytest.approx(by_hand, rel=EXACT)


def test_land_is_infinitely_far_even_next_to_the_start():
    field = SeaDistance(walled(3)).from_point(100.2, 3.2)

    assert field.at_m([100.5, 99.0, 100.3], [3.2, 3.2, 3.2]).tolist()[:2] == [np.inf, np.inf]
    assert field.path(100.5, 3.2).shape == (0, 2)


def test_no_route_passes_a_gap_without_width():
    """Two pieces of land touch in a point and close a channel; the water is then two polygons."""
    channel = shapely.box(100, 3, 101, 3.4)
    touching = channel - shapely.Polygon([(100.5, 3.2), (100.4, 3.4), (100.6, 3.4)])
    water = touching - shapely.Polygon([(100.5, 3.2), (100.4, 3), (100.6, 3)])
    left, right = sorted(shapely.get_parts(water), key=lambda part: part.centroid.x)

    field = SeaDistance(left).from_point(100.1, 3.2)

    assert np.isfinite(field.at_m(100.2, 3.3))
    assert field.at_m(*right.centroid.coords[0]) == np.inf


@pytest.mark.parametrize("offset", [0, 0.02, -0.03])
def test_routes_go_round_islands_that_touch_in_a_point(offset):
    """The route is as long as with a plug of 2 cm in the gap."""
    islands = shapely.box(100, 3, 102, 4) - shapely.box(100.8, 3.2, 101, 3.5) - shapely.box(101, 3.5, 101.2, 3.8)
    start, end = (100.9 + offset, 3.55), (101.1, 3.45)

    expected_m = VisibilityOracle(islands - shapely.Point(101, 3.5).buffer(1e-7)).distances_m(start, [end])

    assert SeaDistance(islands).from_point(*start).at_m(*end) == pytest.approx(expected_m[0], rel=PPM)
    assert expected_m[0] > 1.5 * along(start, (101, 3.5), end)


# Laws


@pytest.fixture(scope="module", params=LATITUDES)
def teeth(request):
    return sawtooth(request.param)


@pytest.fixture(scope="module")
def toothed_sea(teeth):
    return SeaDistance(teeth)


def test_distance_is_0_at_the_start(toothed_sea, teeth):
    for lon, lat in scattered(teeth, 10):
        assert toothed_sea.from_point(lon, lat).at_m(lon, lat) == pytest.approx(0, abs=1e-6)


def test_distance_is_never_below_the_geodesic(toothed_sea, teeth):
    positions = scattered(teeth, 300)
    start = positions[0]
    geodesic = np.array([measure.distance_m(tuple(start), tuple(end)) for end in positions])

    assert (toothed_sea.from_point(*start).at_m(*positions.T) >= geodesic * (1 - EXACT) - 1e-6).all()


def test_distance_is_symmetric_and_obeys_the_triangle_inequality(toothed_sea, teeth):
    positions = scattered(teeth, 30)
    table = np.array([toothed_sea.from_point(lon, lat).at_m(*positions.T) for lon, lat in positions])

    np.testing.assert_allclose(table, table.T, rtol=EXACT, atol=1e-6)
    assert (table[:, None, :] + table[None, :, :].transpose(0, 2, 1) >= table[:, :, None] * (1 - EXACT) - 1e-6).all()


def test_closing_water_never_shortens_a_route(teeth):
    south = teeth.bounds[1]
    closed = teeth - shapely.box(100.9, south + 0.5, 100.93, south + 0.85)  # on top of the sixth tooth
    positions = scattered(closed, 300)

    before, after = (SeaDistance(water).from_point(*positions[0]).at_m(*positions.T) for water in (teeth, closed))

    assert (after >= before * (1 - EXACT)).all()
    assert (after > before * 1.0001).any()


def test_the_order_and_the_number_of_vertices_do_not_matter(teeth):
    positions = scattered(teeth, 200)
    shore = shapely.get_coordinates(teeth)[:-1]
    turned = shapely.Polygon(np.roll(shore, 7, axis=0)[::-1])
    refined = shapely.segmentize(teeth, 0.013)
    expected_m = SeaDistance(teeth).from_point(*positions[0]).at_m(*positions.T)

    for water in (turned, refined):
        np.testing.assert_allclose(SeaDistance(water).from_point(*positions[0]).at_m(*positions.T), expected_m, rtol=EXACT)


def test_a_larger_box_changes_nothing_if_it_opens_no_route(teeth):
    """The plane moves with the box; distances do not change."""
    south = teeth.bounds[1]
    wide = teeth | shapely.box(102, south + 0.4, 102.5, south + 0.5) | shapely.box(102.5, south - 1, 104, south + 2)
    positions = scattered(teeth, 100)

    np.testing.assert_allclose(
        SeaDistance(teeth).from_point(*positions[0]).at_m(*positions.T),
        SeaDistance(wide).from_point(*positions[0]).at_m(*positions.T),
        rtol=EXACT,
    )


# Against the oracle


@at_both_latitudes
def test_the_oracle_agrees_with_a_sum_by_hand(latitude):
    top = parallel(100.4, 100.6, latitude + 0.8)
    by_hand = along((100.2, latitude + 0.2), *top, (100.8, latitude + 0.2))
    oracle = VisibilityOracle(walled(latitude))

    distance_m = oracle.distances_m((100.2, latitude + 0.2), [(100.8, latitude + 0.2), (100.3, latitude + 0.9)])

    assert distance_m[0] == pytest.approx(by_hand, rel=EXACT)
    assert distance_m[1] == pytest.approx(along((100.2, latitude + 0.2), (100.3, latitude + 0.9)), rel=EXACT)


def test_the_oracle_finds_no_route_onto_land():
    assert VisibilityOracle(walled(3)).distances_m((100.2, 3.2), [(100.5, 3.2)]).tolist() == [np.inf]


def test_the_oracle_finds_a_shorter_route_than_the_one_to_be_checked():
    """It ignores only routes that cannot be shorter than the limit; a limit that is too short gives no route."""
    oracle, start, end = VisibilityOracle(with_island(3)), (100.7, 3.2), (100.2, 4.8)
    expected_m = oracle.distances_m(start, [end])[0]

    assert oracle.distances_m(start, [end], at_most_m=1.3 * expected_m)[0] == pytest.approx(expected_m)
    assert oracle.distances_m(start, [end], at_most_m=0.999 * expected_m)[0] == np.inf


@pytest.mark.parametrize("water", [sawtooth(3), sawtooth(60), with_island(60)], ids=["3", "60", "island"])
def test_toy_basins_agree_with_the_oracle(water):
    positions = scattered(water, 40, seed=1)
    distance_m = SeaDistance(water).from_point(*positions[0]).at_m(*positions.T)

    np.testing.assert_allclose(distance_m, VisibilityOracle(water).distances_m(positions[0], positions), rtol=EXACT, atol=1e-6)


@pytest.fixture(scope="module")
def navigable(shipped):
    """Return the navigable water of the shipped scheme: the largest part of the study box outside the land."""
    box = shipped.sources.study_box
    water = shapely.box(box.west, box.south, box.east, box.north) - shapely.union_all(shipped.land.geometry.to_numpy())
    return max(shapely.get_parts(water), key=lambda part: part.area)


@pytest.fixture(scope="module")
def sea(navigable):
    return SeaDistance(navigable)


@pytest.mark.parametrize("box", [(100, 3, 101.5, 4.5), (103.9, 1.0, 104.3, 1.4)], ids=["perak", "batam"])
def test_the_real_coast_agrees_with_the_oracle(navigable, box):
    """Points in the open and vertices of the shore in a part of the coast."""
    water = max(shapely.get_parts(navigable & shapely.box(*box)), key=lambda part: part.area)
    shore = shapely.get_coordinates(water)
    ends = np.vstack([scattered(water, 60), shore[np.random.default_rng(2).choice(len(shore), 40)]])
    distance_m = SeaDistance(water).from_point(*ends[0]).at_m(*ends.T)

    expected_m = VisibilityOracle(water).distances_m(ends[0], ends, at_most_m=distance_m * (1 + 10 * PPM) + 1)

    np.testing.assert_allclose(distance_m, expected_m, rtol=EXACT, atol=1e-3)


# Starts, points, paths


def test_a_start_on_land_moves_to_the_nearest_water():
    """The wall is 22 km thick; 2 km inside its western face the water is 2 km away."""
    lon, lat, _ = GEOD.fwd(100.4, 3.3, 90, 2000)
    field = SeaDistance(walled(3)).from_point(lon, lat)

    assert field.start_snap_m == pytest.approx(2000, abs=1)
    assert field.start == pytest.approx((100.4, 3.3), abs=1e-5)
    assert np.isfinite(field.at_m(100.1, 3.1))


@pytest.mark.parametrize("start", [(100.5, 3.2), (110.0, 3.0), (-80.0, -3.0), (np.nan, 3.0), (100.2, np.inf)])
def test_a_start_far_from_water_is_refused(start):
    with pytest.raises(UnreachableError, match="start"):
        SeaDistance(walled(3)).from_point(*start)


@pytest.mark.parametrize("latitude", [*LATITUDES, 80])
def test_a_start_moved_to_a_shore_along_a_parallel_lies_on_the_water(latitude):
    """The shore is no geodesic: at 80° the water would be missed by metres."""
    field = SeaDistance(shapely.box(98, latitude - 1, 102, latitude)).from_point(100, latitude + 0.02)

    assert field.start == pytest.approx((100, latitude), abs=1e-4)
    assert field.start[1] <= latitude


def test_a_start_on_the_shore_does_not_move():
    sea = SeaDistance(walled(3))
    for lon, lat in shapely.get_coordinates(walled(3)):
        field = sea.from_point(lon, lat)
        assert field.start_snap_m == 0
        assert field.at_m(100.2, 3.2) == pytest.approx(sea.from_point(100.2, 3.2).at_m(lon, lat), rel=EXACT, abs=1e-6)


def test_every_vertex_of_the_real_shore_lies_on_the_water(sea, navigable):
    lon, lat = shapely.get_coordinates(navigable).T

    assert np.isfinite(sea.from_point(100.0, 4.0).at_m(lon, lat)).all()


@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (2, 0, 3)])
def test_points_may_come_in_any_shape(shape):
    distance_m = SeaDistance(walled(3)).from_point(100.2, 3.2).at_m(np.full(shape, 100.3), np.full(shape, 3.3))

    assert distance_m.shape == shape
    assert (distance_m == SeaDistance(walled(3)).from_point(100.2, 3.2).at_m(100.3, 3.3)).all()


def test_a_position_that_is_not_finite_lies_off_the_water():
    distance_m = SeaDistance(walled(3)).from_point(100.2, 3.2).at_m([np.nan, np.inf, -80, 100.3], [3.2, 3.2, 3.2, np.nan])

    assert distance_m.tolist() == [np.inf] * 4


def test_a_path_adds_up_to_the_distance_and_stays_on_the_water(toothed_sea, teeth):
    positions = scattered(teeth, 60)
    field = toothed_sea.from_point(*positions[0])
    buffered = shapely.buffer(teeth, 1e-5)  # lines that are straight on the ellipsoid are not straight in degrees
    for lon, lat in positions[1:]:
        path = field.path(lon, lat)
        assert path[0] == pytest.approx(positions[0])
        assert path[-1] == pytest.approx((lon, lat))
        assert along(*path) == pytest.approx(field.at_m(lon, lat), rel=EXACT)
        geodesic = [point for a, b in itertools.pairwise(path) for point in [a, *GEOD.npts(*a, *b, 40), b]]
        assert buffered.covers(shapely.LineString(geodesic))


def test_a_path_on_the_real_coast_adds_up(sea, navigable):
    field = sea.from_point(103.99, 1.17)
    for end in scattered(navigable, 20):
        assert along(*field.path(*end)) == pytest.approx(field.at_m(*end), rel=EXACT)


# A search for some points only


@pytest.fixture(scope="module")
def grid(sea, shipped):
    """Return the cells of a 4 km grid inside the strait, located."""
    lon, lat = np.meshgrid(np.arange(95, 105.5, 0.036), np.arange(-1, 9, 0.036))
    inside = shapely.contains_xy(shapely.union_all(shipped.strait.geometry.to_numpy()), lon, lat)
    return sea.locate(lon[inside], lat[inside])


@pytest.mark.parametrize("start", [(103.994, 1.173), (98.713, 3.798), (100.6, 4.218), (95.2, -0.9), (98.4, 7.9)])
def test_a_search_for_some_points_gives_the_same_as_a_full_one(sea, grid, start):
    """To the last bit, for the targets and for all other points."""
    partial, full = sea.from_point(*start, targets=grid), sea.from_point(*start)
    lon, lat = np.meshgrid(np.arange(95, 105.5, 0.1), np.arange(-1, 9, 0.1))

    np.testing.assert_array_equal(partial.at_located_m(grid), full.at_located_m(grid))
    assert partial._full is None
    np.testing.assert_array_equal(partial.at_m(lon, lat), full.at_m(lon, lat))


def test_a_start_in_a_closed_bay_still_gets_out():
    """The start is in the left arm of the horseshoe, the only target in the right one."""
    sea = SeaDistance(horseshoe(3))
    target = sea.locate([100.95], [3.9])

    assert sea.from_point(100.05, 3.9, targets=target).at_located_m(target) == sea.from_point(100.05, 3.9).at_m(100.95, 3.9)


def test_an_empty_list_of_targets_is_no_error():
    sea = SeaDistance(walled(3))
    nothing = sea.locate([], [])

    assert sea.from_point(100.2, 3.2, targets=nothing).at_located_m(nothing).shape == (0,)
    assert np.isfinite(sea.from_point(100.2, 3.2, targets=nothing).at_m(100.8, 3.2))


@at_both_latitudes
@pytest.mark.parametrize("apart", [0.0, 1e-13])
def test_repeated_vertices_change_nothing(latitude, apart):
    """Those of land are dropped on reading, but an overlay makes new ones, some of them a micrometre apart."""
    water = with_island(latitude)
    rings = [[(x + step, y) for x, y in ring.coords for step in (0, apart)] for ring in (water.exterior, *water.interiors)]

    field, plain = (SeaDistance(one).from_point(100.2, latitude + 1) for one in (shapely.Polygon(rings[0], rings[1:]), water))

    assert field.at_m(101.8, latitude + 1) == pytest.approx(plain.at_m(101.8, latitude + 1), rel=1e-9)


@at_both_latitudes
def test_a_shore_that_touches_another_between_two_vertices_is_mended(latitude):
    """The edge is straight in longitude and latitude but not in the plane, where the shores then cross by centimetres."""
    sea = shapely.box(99, latitude - 2, 105, latitude + 3)
    island = shapely.Polygon([(100, latitude), (104, latitude + 1), (102, latitude - 1.5)])
    rock = shapely.Polygon([(101, latitude + 0.25), (101.5, latitude + 1), (101.2, latitude + 1)])
    water = shapely.Polygon(sea.exterior, [island.exterior, rock.exterior])
    assert water.is_valid

    field, plain = (SeaDistance(one).from_point(100.5, latitude + 0.3) for one in (water, sea - (island | rock)))

    assert field.at_m(101.5, latitude + 0.5) == pytest.approx(plain.at_m(101.5, latitude + 0.5), rel=PPM)


def strip_m(latitude, height_m, west=101, east=103):
    """Return a strip of water of this height, north of a parallel."""
    return shapely.box(west, latitude, east, latitude + height_m / 1852 / 60)


@at_both_latitudes
@pytest.mark.parametrize(("height_m", "count"), [(0.0001, 1), (1, 1), (9.8, 1), (10.3, 0)])
def test_a_slit_between_two_seas_is_found_once_with_its_width(latitude, height_m, count):
    """Two degrees long: its shores are divided into many edges."""
    seas = shapely.box(100, latitude - 1, 101, latitude + 1) | shapely.box(103, latitude - 1, 104, latitude + 1)

    slits = SeaDistance(seas | strip_m(latitude, height_m)).slits(widest_m=10)

    assert len(slits) == count
    for slit in slits:
        assert slit.width_m == pytest.approx(height_m, rel=0.01)
        assert 101 <= slit.lon <= 103
        assert slit.lat == pytest.approx(latitude, abs=1e-4)


@at_both_latitudes
@pytest.mark.parametrize(("size", "count"), [(0.02, 1), (0.005, 0)])
def test_a_slit_beside_an_island_counts_if_the_island_is_no_rock(latitude, size, count):
    """Five kilometres of shore and more; else no route is the shorter for it by more than half of that."""
    basin = shapely.box(100, latitude, 101, latitude + 1)
    gap = 3 / 1852 / 60
    island = shapely.box(100.5, latitude + gap, 100.5 + size, latitude + gap + size)

    assert len(SeaDistance(basin - island).slits(widest_m=10)) == count


def test_a_narrow_bay_and_shores_that_touch_are_no_slits():
    """Water ends at the one, and no route passes between the others."""
    wedge = shapely.Polygon([(100.5, 3), (100.50001, 3), (100.500005, 2.99)])
    corner = shapely.box(100.2, 3.2, 100.4, 3.4) | shapely.box(100.4, 3.4, 100.6, 3.6)

    assert SeaDistance((shapely.box(100, 3, 101, 4) | wedge) - corner).slits(widest_m=10) == []


def test_points_located_on_another_water_are_refused():
    here, there = SeaDistance(walled(3)), SeaDistance(walled(3))

    with pytest.raises(ScenarioError, match="another water"):
        here.from_point(100.2, 3.2).at_located_m(there.locate(100.2, 3.2))


def test_a_grid_and_single_points_give_the_same(sea, grid):
    """Windows that cannot win anywhere in a block are left out; in a block of one point hardly any."""
    field = sea.from_point(103.994, 1.173)
    distance_m = field.at_located_m(grid)
    some = np.random.default_rng(0).choice(len(distance_m), 200)
    lon, lat = np.meshgrid(np.arange(95, 105.5, 0.036), np.arange(-1, 9, 0.036))
    cells = sea.locate(lon, lat)
    on_water = np.flatnonzero(cells.is_water.ravel())[:: len(some)]
    together = field.at_located_m(cells).ravel()[on_water]

    apart = [float(field.at_m(lon.ravel()[cell], lat.ravel()[cell])) for cell in on_water]

    np.testing.assert_array_equal(together, apart)


# Threads and buffers


def test_threads_give_identical_answers(sea, grid):
    starts = [(103.994, 1.173), (98.713, 3.798)] * 3
    alone = [sea.from_point(*start, targets=grid).at_located_m(grid) for start in starts]
    together = [None] * len(starts)

    def search(number):
        together[number] = sea.from_point(*starts[number], targets=grid).at_located_m(grid)

    threads = [threading.Thread(target=search, args=(number,)) for number in range(len(starts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    np.testing.assert_array_equal(together, alone)


def test_several_threads_share_one_full_search_of_a_field(sea, grid):
    field = sea.from_point(98.713, 3.798, targets=grid)
    distance_m = []
    threads = [threading.Thread(target=lambda: distance_m.append(float(field.at_m(105.2, 8.9)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert distance_m == [float(sea.from_point(98.713, 3.798).at_m(105.2, 8.9))] * 4


def test_buffers_grow_and_no_window_is_lost(sea, grid):
    expected_m = sea.from_point(103.994, 1.173).at_located_m(grid)
    sea._spare_buffers.clear()
    sea._spare_buffers.append(_taut_tree.allocate_buffers(4, sea._mesh.mesh))

    np.testing.assert_array_equal(sea.from_point(103.994, 1.173).at_located_m(grid), expected_m)


# The plane, the series, invalid waters


@pytest.mark.parametrize("latitude", [0, 4, -30, 45, 60, 80])
def test_lengths_and_lines_are_good_to_0_1_ppm_in_the_widest_water(latitude):
    """The series against Karney, and the detour of a line of the plane from the geodesic.

    A detour whose middle is h off a geodesic of length d is longer by less than 8 h²/3 d.
    """
    draw = np.random.default_rng(0)
    count = 20_000
    reach = _plane.WIDEST_M * np.where(draw.random(count) < 0.5, 1.0, np.sqrt(draw.random(count)))
    lon, lat, _ = GEOD.fwd(np.full(count, 100.0), np.full(count, latitude), draw.uniform(0, 360, count), reach)
    azimuth, _, length_m = GEOD.inv(lon[1:], lat[1:], lon[:-1], lat[:-1])
    middle = GEOD.fwd(lon[1:], lat[1:], azimuth, length_m / 2)[:2]
    plane = _plane.Plane(_plane._frame(100.0, latitude), 1.0)
    (xy, ecef), (middle_xy, _) = plane.project(lon, lat), plane.project(*middle)
    line, to_middle = xy[:-1] - xy[1:], middle_xy - xy[1:]
    off_m = np.abs(_plane.cross_rows(line, to_middle)) / np.hypot(*line.T)

    series = np.abs(arcs(ecef[1:], ecef[:-1]) / length_m - 1)
    detour = (8 / 3 * off_m**2 / length_m**2)[length_m > 1e5]

    assert series.max() < 0.08 * PPM
    assert detour.max() < 0.005 * PPM
    assert series.max() + detour.max() < EXACT


@numba.njit
def arcs(a, b):
    lengths = np.empty(len(a))
    for i in range(len(a)):
        lengths[i] = _plane.arc_m(a[i, 0], a[i, 1], a[i, 2], b[i, 0], b[i, 1], b[i, 2])
    return lengths


@pytest.mark.parametrize(("half", "is_refused"), [(8.5, False), (9.2, True), (80, True)])
def test_water_too_wide_is_refused_with_the_widest_extent(half, is_refused):
    """The corner of a box of 17° by 17° at the equator is 1,330 km from its middle, of 18.4° by 18.4° 1,440 km."""
    water = shapely.box(100 - half, -half, 100 + half, half)
    if not is_refused:
        assert SeaDistance(water).from_point(100, 0).at_m(100 + half, half) == pytest.approx(
            along((100, 0), (100 + half, half)), rel=EXACT
        )
        return
    with pytest.raises(ScenarioError, match=r"at most 1,400 km, .* take a smaller study box"):
        SeaDistance(water)


@pytest.mark.parametrize(
    "water",
    [
        shapely.Polygon(),
        shapely.MultiPolygon([shapely.box(0, 0, 1, 1)]),
        shapely.Polygon([(100, 3), (101, 4), (101, 3), (100, 4)]),
    ],
    ids=["empty", "several", "bow-tie"],
)
def test_an_invalid_water_is_refused(water):
    with pytest.raises(ScenarioError, match="water"):
        SeaDistance(water)


def test_another_strait_needs_no_code():
    """The toy strait of `tests/toy.py`, on the other side of Borneo."""
    water = max(shapely.get_parts(shapely.box(*BOX) - shapely.union_all(list(LAND.values()))), key=lambda part: part.area)
    start, end = (118.6, 4.4), (124.4, 4.4)
    south = along(start, (121, 4), *parallel(121, 122, 4.0), (122, 4), end)
    north = along(start, (121, 5), (122, 5), end)

    assert SeaDistance(water).from_point(*start).at_m(*end) == pytest.approx(min(south, north), rel=EXACT)


def test_compile_kernels_compiles_everything():
    """After it, a search and a look-up compile nothing."""
    compile_kernels()
    before = [len(kernel.signatures) for kernel in kernels()]
    sea = SeaDistance(sawtooth(3))
    sea.from_point(100.05, 3.5, targets=sea.locate([[101.9]], [[3.5]])).path(100.5, 3.5)

    assert [len(kernel.signatures) for kernel in kernels()] == before
    assert all(before)


def kernels():
    from geo.sea import _lookup, _mesh

    modules = (_plane, _taut_tree, _mesh, _lookup)
    dispatchers = (value for module in modules for value in vars(module).values() if hasattr(value, "py_func"))
    return [kernel for kernel in dispatchers if kernel.targetoptions.get("nogil")]


def test_a_start_moves_at_most_5_km():
    assert measure.SNAP_M == 5_000
