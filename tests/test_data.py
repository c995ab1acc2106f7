"""Laws that the shipped geometries and records keep, whatever their figures."""

import datetime as dt
import functools
import tomllib

import pytest
import shapely

from geo import measure
from geo.partial_date import earliest
from geo.scheme.agreements import AgreementKind, DateKind, Status
from geo.units import KM_PER_NMI
from scripts.build_data import SEA_ROOM_M
from scripts.build_ground import CAUSEWAY, GRID_DEG
from tests.conftest import ROOT

LEAST_ROOM_M = 490.0  # 500 m of sea room, less what rounding and the projection of the search may take
WEST_OF_CAUSEWAY, EAST_OF_CAUSEWAY = shapely.Point(103.75, 1.45), shapely.Point(103.79, 1.47)
# Singapore's north shore and Johor; Singapore's south shore lies outside, so no way round the island leads through it.
JOHOR_STRAIT = shapely.box(103.70, 1.40, 103.85, 1.50)


@pytest.fixture(scope="module")
def ground(shipped):
    """Return the study box's land, its navigable water, and the strait: each as one geometry."""
    box = shipped.sources.study_box
    land = shapely.union_all(shipped.land.geometry.array)
    water = shapely.difference(shapely.box(box.west, box.south, box.east, box.north), land)
    navigable = max(shapely.get_parts(water), key=lambda part: part.area)
    return land, navigable, shapely.union_all(shipped.strait.geometry.array)


# --- land and water -----------------------------------------------------------------------------------------------------


def test_the_causeway_is_land(ground):
    land, navigable, _ = ground

    assert land.buffer(GRID_DEG).covers(CAUSEWAY)
    assert not navigable.intersects(CAUSEWAY.buffer(-GRID_DEG))


def test_no_way_leads_through_the_causeway(ground):
    """Both ends of the Johor Strait are water, and of one water, but only by going round Singapore."""
    _, navigable, _ = ground
    near = shapely.get_parts(navigable & JOHOR_STRAIT)

    west, east = ([part for part in near if part.contains(point)] for point in (WEST_OF_CAUSEWAY, EAST_OF_CAUSEWAY))

    assert navigable.contains(WEST_OF_CAUSEWAY)
    assert navigable.contains(EAST_OF_CAUSEWAY)
    assert len(west) == len(east) == 1
    assert west[0].disjoint(east[0])


def test_pieces_of_land_do_not_overlap(shipped, ground):
    assert sum(piece.area for piece in shipped.land.geometry) == pytest.approx(ground[0].area, rel=1e-9)


# --- the strait ---------------------------------------------------------------------------------------------------------


def test_the_two_straits_share_their_common_limit_exactly(shipped):
    malacca, singapore = shipped.strait.geometry.loc[["malacca-strait", "singapore-strait"]]
    shared = malacca.boundary & singapore.boundary

    assert list(shipped.strait.index) == ["malacca-strait", "singapore-strait"]
    assert malacca.is_valid
    assert singapore.is_valid
    assert shared.length > 0
    assert (malacca & singapore).area == 0
    assert measure.length_km(shapely.line_merge(shared)) == pytest.approx(measure.length_km(shared))


def test_the_strait_holds_no_land(ground):
    """Where a limit meets the coast, rounding the crossing to the grid leaves slivers, none as wide as the grid."""
    land, navigable, strait = ground

    for slivers in (strait & land, strait - navigable):
        assert slivers.buffer(-GRID_DEG / 2).is_empty
        assert measure.area_km2(slivers) < 0.005


@pytest.mark.parametrize("layer", ["strait", "waters"])
def test_areas_are_as_recorded(shipped, layer):
    table = getattr(shipped, layer)

    assert measure.areas_km2(table).to_numpy() == pytest.approx(table["area_km2"].to_numpy(dtype=float), abs=0.051)


@pytest.mark.parametrize("layer", ["boundaries", "limits"])
def test_lengths_are_as_recorded(shipped, layer):
    """Lengths are recorded before rounding to five decimals, which may move an end by a metre."""
    table = getattr(shipped, layer)

    assert measure.lengths_km(table).to_numpy() == pytest.approx(table["length_km"].to_numpy(dtype=float), abs=0.06)


def test_the_strait_reaches_where_it_should(ground):
    """Dumai's roads and the Rupat Strait are in; Indonesia's inner channels and the Johor Strait are out."""
    _, navigable, strait = ground
    inside = {"Rupat Strait": (101.45, 1.70), "Malacca": (100.0, 4.2), "Singapore": (103.75, 1.19)}
    outside = {"Bengkalis Strait": (102.10, 1.45), "Johor Strait": (103.75, 1.45), "Andaman Sea": (95.5, 8.0)}

    assert [name for name, at in inside.items() if not strait.contains(shapely.Point(at))] == []
    assert [name for name, at in outside.items() if strait.contains(shapely.Point(at))] == []
    assert all(navigable.contains(shapely.Point(at)) for at in (*inside.values(), *outside.values()))


# --- the sides ----------------------------------------------------------------------------------------------------------


def test_parts_of_the_waters_do_not_overlap(shipped):
    parts = list(shipped.waters.geometry)

    overlaps = [measure.area_km2(a & b) for i, a in enumerate(parts) for b in parts[i + 1 :]]

    assert max(overlaps) == 0


def test_the_sides_make_up_the_strait(shipped, ground):
    strait_km2 = measure.areas_km2(shipped.strait).sum()

    assert measure.areas_km2(shipped.waters).sum() == pytest.approx(strait_km2, rel=1e-4)
    assert measure.area_km2(shapely.union_all(shipped.waters.geometry.array) ^ ground[2]) < 1e-4 * strait_km2


def test_each_side_has_its_states_own_coast(shipped):
    """A swapped name would put a state's side off another's shore."""
    shores = {"ID": (100.2, 2.95), "MY": (100.5, 4.1), "SG": (103.75, 1.24), "TH": (98.5, 7.5)}

    for state, at in shores.items():
        holding = shipped.waters[shipped.waters.contains(shapely.Point(at))]
        assert list(holding["side"]) == [state]


def test_water_without_a_side_is_a_part_of_its_own(shipped):
    assert shipped.waters.loc["unassigned", ["side", "basis"]].tolist() == ["unassigned", "none"]


def test_the_basis_changes_at_our_cuts(shipped):
    """OpenStreetMap's borders hold east of 103.38° E and behind the closing line of 1979, treaty lines everywhere else."""
    (behind,) = (shapely.Polygon(region["through"]) for region in raw("boundaries.toml")["behind"])
    pieces = shipped.waters.explode()
    for basis, piece in zip(pieces["basis"], pieces.geometry, strict=True):
        west, _, east, _ = piece.bounds
        if basis in {"OpenStreetMap, indicative", "none"}:
            assert west >= 103.38 or shapely.covers(behind.buffer(2e-5), piece.representative_point())
        else:
            assert east <= 103.38
            assert not behind.contains(piece.representative_point())


def test_the_line_of_1979_is_closed_to_the_nearest_coasts(shipped):
    """From its last point in mid-channel to Langkawi and to Tarutao, 4.1 and 3.1 km."""
    line, closure = (shipped.boundaries.loc[name].geometry for name in ("my-th-territorial-1979", "my-th-closure-1979"))
    langkawi, middle, tarutao = closure.coords
    land = shipped.land.geometry
    afloat = shapely.difference(closure, shapely.union_all(land[land.intersects(closure)].to_numpy()))

    assert middle == line.coords[-1]
    assert measure.length_km(afloat) == pytest.approx(4.10 + 3.13, abs=0.03)
    for end in (langkawi, tarutao):
        arm = shapely.LineString([middle, end])
        shore = land[land.contains(shapely.Point(end))].iloc[0]
        nearest, _ = measure.nearest_m(middle, shore)
        assert measure.distance_m(middle, nearest) == pytest.approx(measure.length_km(arm - shore) * 1000, rel=0.01)


def test_both_sides_of_the_water_behind_the_closing_line_rest_on_openstreetmap(shipped):
    """Off Langkawi's north-east coast the water is Malaysia's, off Tarutao's south-east coast Thailand's."""
    for state, at in {"MY": (99.85, 6.485), "TH": (99.80, 6.60)}.items():
        holding = shipped.waters[shipped.waters.contains(shapely.Point(at))]
        assert holding[["side", "basis"]].to_numpy().tolist() == [[state, "OpenStreetMap, indicative"]]


@pytest.mark.parametrize(("light", "full"), [("waters_light", "waters"), ("land_light", "land")])
def test_light_layers_stay_near_the_full_ones(shipped, light, full):
    light_km2 = measure.areas_km2(getattr(shipped, light)).sum()
    full_km2 = measure.areas_km2(getattr(shipped, full)).sum()
    if light == "waters_light":  # drawn without islands
        shapes = [
            shapely.MultiPolygon([shapely.Polygon(p.exterior) for p in shapely.get_parts(s)]) for s in shipped.waters.geometry
        ]
        full_km2 = sum(map(measure.area_km2, shapes))

    assert light_km2 == pytest.approx(full_km2, rel=0.001)


# --- starts and places --------------------------------------------------------------------------------------------------


def starts_of(features):
    return {feature.id: (feature.start.lon, feature.start.lat) for feature in features if feature.start}


@pytest.mark.parametrize("layer", ["control_points", "places"])
def test_starts_lie_on_navigable_water_with_room(shipped, ground, layer):
    land, navigable, strait = ground
    starts = starts_of(getattr(shipped, layer))
    water = strait if layer == "control_points" else navigable

    assert starts
    assert [name for name, at in starts.items() if not water.contains(shapely.Point(at))] == []
    assert {name: room for name, at in starts.items() if (room := room_m(at, land)) < LEAST_ROOM_M} == {}
    assert LEAST_ROOM_M < SEA_ROOM_M


def room_m(at, land):
    near = shapely.clip_by_rect(land, at[0] - 0.2, at[1] - 0.2, at[0] + 0.2, at[1] + 0.2)
    return measure.nearest_m(at, near)[1]


@pytest.mark.parametrize("layer", ["control_points", "places"])
def test_starts_are_as_far_from_their_base_as_recorded(shipped, layer):
    for name, at in starts_of(getattr(shipped, layer)).items():
        feature = shipped.feature(name)
        assert measure.distance_m((feature.lon, feature.lat), at) == pytest.approx(feature.start.distance_m, abs=2)


def test_published_points_lie_where_the_documents_say(shipped, ground):
    """Belawan, Batam and Lumut lie outside the outline by about 270 m, 98 m and 1.25 km; Changi lies in it."""
    strait = ground[2]
    outside_m = {point.id: measure.nearest_m((point.lon, point.lat), strait)[1] for point in shipped.control_points}

    assert outside_m["belawan"] == pytest.approx(270, abs=10)
    assert outside_m["batam"] == pytest.approx(98, abs=2)
    assert outside_m["lumut"] == pytest.approx(1250, abs=10)
    assert outside_m["changi"] == 0


def test_every_place_lies_in_the_study_box(shipped):
    for feature in (*shipped.control_points, *shipped.places):
        assert shipped.sources.study_box.holds(feature.point.bounds), feature.id


def test_towns_are_never_placed_finer_than_a_town(shipped):
    towns = [place for place in shipped.places if place.kind == "town"]

    assert towns
    assert all(town.accuracy_m >= 5000 for town in towns)


# --- treaty lines -------------------------------------------------------------------------------------------------------


def chain_nmi(boundaries, *ids):
    return sum(measure.length_km(boundaries.loc[line_id].geometry) for line_id in ids) / KM_PER_NMI


def test_the_seabed_line_is_as_long_as_published(shipped):
    """Common Point to point 10: 432 nmi in Sovereign Limits."""
    assert chain_nmi(shipped.boundaries, "id-my-seabed-1971", "id-my-seabed-1969") == pytest.approx(432.5, abs=1)


def test_the_line_in_the_singapore_strait_is_as_long_as_published(shipped):
    """The three treaties together: about 36.33 nmi in a paper of Indonesia's parliament."""
    chain = ("id-sg-territorial-2009", "id-sg-territorial-1973", "id-sg-territorial-2014")

    assert chain_nmi(shipped.boundaries, *chain) == pytest.approx(36.35, abs=0.1)


@pytest.mark.parametrize(
    "chain",
    [
        ("id-my-seabed-1971", "id-my-seabed-1969"),
        ("id-sg-territorial-2009", "id-sg-territorial-1973", "id-sg-territorial-2014"),
        ("my-th-seabed-1971", "my-th-territorial-1979", "my-th-openstreetmap"),
    ],
)
def test_treaty_lines_meet_end_to_end_and_run_east(shipped, chain):
    lines = [shipped.boundaries.loc[line_id].geometry.coords for line_id in chain]

    assert [line[-1] for line in lines[:-1]] == [line[0] for line in lines[1:]]
    eastings = [lon for line in lines for lon, _ in line[:]]
    assert eastings == sorted(eastings)


def test_only_confirmed_points_are_drawn(shipped):
    """Of the treaty of 1970 points 2, 3, 4, 5, 7 and 8: for 1 and 6 no source was seen."""
    drawn = [tuple(point) for point in shipped.boundaries.loc["id-my-territorial-1970"].geometry.coords]
    seabed = [tuple(point) for point in shipped.boundaries.loc["id-my-seabed-1969"].geometry.coords]

    assert len(drawn) == 6
    assert drawn == seabed[4:]
    assert (101.00333, 2.86) not in drawn
    assert (103.035, 1.31833) not in drawn


def test_turning_points_of_treaties_lie_on_water(shipped, ground):
    """The stretch after OpenStreetMap, which ends on land, is no treaty; neither are cuts of ours."""
    navigable = ground[1]
    treaties = shipped.boundaries[shipped.boundaries["kind"].isin(["territorial-sea", "seabed"])]
    ashore = [
        (line_id, at)
        for line_id, line in treaties.geometry.items()
        for at in line.coords
        if not navigable.contains(shapely.Point(at))
    ]

    assert ashore == []


@functools.cache
def raw(name):
    return tomllib.loads((ROOT / "data" / "raw" / name).read_text("utf-8"))


def test_the_common_point_has_its_true_longitude():
    """One table in circulation prints 103°44'26.5" E; the true value is 98°01.5' E."""
    starts = [line["points"][0] for line in raw("boundaries.toml")["line"] if line["id"].endswith("seabed-1971")]

    assert starts == [[98.025, 5.95]] * 3


def test_closing_lines_of_ours_say_so(shipped):
    ours = shipped.limits[shipped.limits["standing"] == "ours"]

    assert len(ours) == 9
    assert (ours["sources"].map(lambda sources: sources == ["selat"])).all()
    assert set(shipped.limits["standing"]) == {"ours", "published", "remembered"}


def test_verified_claims_name_two_publishers(shipped):
    """ "Verified" means two independent sources: one publisher twice is one."""

    def publishers(source_ids):
        return {shipped.sources.citation(i).publisher for i in source_ids} - {"Selat"}

    claims = [(a.id, claim) for a in shipped.agreements for claim in (a.parties, a.areas, a.status, a.summary, *a.dates)]
    thin = [name for name, claim in claims if claim.mark == "verified" and len(publishers(claim.sources)) < 2]
    features = [(feature.id, feature) for feature in (*shipped.control_points, *shipped.places)]
    lines = list(shipped.boundaries[["mark", "sources"]].iterrows())
    thin += [i for i, row in (*features, *lines) if row.mark == "verified" and len(publishers(row.sources)) < 2]

    assert thin == []


AT_WORK = {DateKind.LAUNCHED, DateKind.RESTARTED, DateKind.LAST_SEEN}
LAWS = {AgreementKind.LAW, AgreementKind.PROTOCOL, AgreementKind.TREATY}


def status_fault(agreement, data_date):
    """Return what is wrong with a status: "active" is said of what was seen at work within two years of the data."""
    today = dt.date.fromisoformat(data_date)
    seen = max((date.value for date in agreement.dates if date.kind in AT_WORK), default=None, key=earliest)
    status = agreement.status
    match status.value:
        case Status.ACTIVE if seen is None:
            return "active without a dated sighting"
        case Status.ACTIVE if earliest(seen) < today.replace(year=today.year - 2):
            return f"active, last seen {seen}"
        case Status.UNKNOWN if seen and not (seen[:4] in status.text.en and seen[:4] in status.text.id):
            return f"does not say that it was last seen {seen}"
        case Status.IN_FORCE if agreement.kind not in LAWS:
            return "in force, but neither treaty nor law"
    return None


def test_active_is_said_of_what_was_seen_at_work_within_two_years(shipped):
    faults = {a.id: fault for a in shipped.agreements if (fault := status_fault(a, shipped.sources.data_date))}

    assert faults == {}
    assert {a.status.value for a in shipped.agreements} >= {Status.ACTIVE, Status.IN_FORCE, Status.UNKNOWN}


@pytest.mark.parametrize(
    ("agreement_id", "dates", "data_date", "fault"),
    [
        ("eis-2005", {}, "2027-06-11", None),
        ("eis-2005", {}, "2027-06-12", "active, last seen 2025-06-11"),
        ("optima-malindo", {}, "2027-09-02", "active, last seen 2025-09"),
        ("eis-2005", {"dates": ()}, "2026-12-01", "active without a dated sighting"),
        ("actip-2015", {}, "2099-12-01", None),
    ],
)
def test_a_status_that_has_aged_is_found(shipped, agreement_id, dates, data_date, fault):
    """A month counts from its first day; what is in force stays so."""
    assert status_fault(shipped.agreement(agreement_id).model_copy(update=dates), data_date) == fault


def test_an_older_sighting_says_when_and_a_forum_is_not_in_force(shipped):
    patrol, forum = shipped.agreement("msp-jcc"), shipped.agreement("bali-2002")
    silent = patrol.status.model_copy(update={"text": patrol.status.text.model_copy(update={"id": "Tidak diketahui."})})
    standing = forum.status.model_copy(update={"value": Status.IN_FORCE})

    assert status_fault(patrol.model_copy(update={"status": silent}), "2026-12-01").startswith("does not say")
    assert status_fault(forum.model_copy(update={"status": standing}), "2026-12-01") == "in force, but neither treaty nor law"


def test_the_region_shows_more_than_the_study_box_and_stays_small(shipped):
    """It is drawn the size of a stamp: the whole of Borneo and Sumatra, in few points."""
    west, south, east, north = shipped.region.total_bounds
    box = shipped.sources.study_box

    assert west < box.west
    assert south < box.south
    assert east > box.east
    assert north > box.north
    assert shipped.region.geometry.contains(shapely.Point(114.0, 0.0)).any()  # Borneo
    assert int(shapely.get_num_coordinates(shipped.region.geometry.to_numpy()).sum()) < 3_000
