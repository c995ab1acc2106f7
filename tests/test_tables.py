"""Facts and answers as tables: what they hold agrees with the scheme and with the numbers of the answer."""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.coverage.answers import CoverageModel, default_scenario
from geo.coverage.scenario import Rule
from geo.errors import ScenarioError
from geo.measure import areas_km2
from geo.scheme.patrol_scheme import load
from geo.takeaway.dataset import MAP_TABLES
from geo.takeaway.tables import TABLES, table_names, tables_of
from geo.text import catalogue
from tests.toy import add_airfield, write_toy_folder


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    scheme = load(add_airfield(write_toy_folder(tmp_path_factory.mktemp("tables") / "toy")))
    return scheme, CoverageModel(scheme)


@pytest.fixture(scope="module")
def asked(toy):
    return replace(default_scenario(toy[1]), limit_h=4.0)


@pytest.fixture(scope="module")
def tables(toy, asked):
    return {table.name: table for table in tables_of(*toy, asked)}


def frame(tables, name):
    return tables[name].frame.set_index("id")


# --- all tables -----------------------------------------------------------------------------------------------------


def test_all_tables_come_in_their_order_each_with_unique_ids_first(tables):
    assert tuple(tables) == TABLES
    assert all(table.frame.columns[0] == "id" and table.frame["id"].is_unique for table in tables.values())


def test_those_with_a_place_say_so_and_are_in_wgs84(tables):
    geographic = [name for name, table in tables.items() if table.geographic]

    assert geographic == list(MAP_TABLES)
    for name in geographic:
        shapes = tables[name].frame.geometry
        assert shapes.crs == "EPSG:4326"
        assert set(shapes.geom_type) == {tables[name].geometry_type}
        assert shapes.is_valid.all()


@pytest.mark.parametrize("lang", ["en", "id"])
def test_each_table_has_a_title_and_a_description(tables, lang):
    said = {text for table in tables.values() for text in (table.title(catalogue(lang)), table.description(catalogue(lang)))}

    assert len(said) == 2 * len(TABLES)


def test_each_table_names_its_licence_and_whom_to_credit(tables):
    assert {(table.licence, table.attribution) for table in tables.values()} == {("MIT", "Made up")}


def test_what_rests_on_openstreetmap_says_so(shipped, model):
    """By the shipped records, whatever is computed from land and water is under ODbL."""
    credited = {table.name: table for table in tables_of(shipped, model, default_scenario(model))}

    for name in ("bands", "first_responder", "gap", "sides", "coverage"):
        assert "ODbL-1.0" in credited[name].licence
        assert "© OpenStreetMap contributors" in credited[name].attribution
    assert credited["agreements"].licence == "MIT"
    c = model.answer(default_scenario(model)).coverage
    bands = credited["bands"].frame
    by_hours = c.curve["together"][bands["to_h"].tolist()].to_numpy() * c.strait_area_km2
    assert bands["area_km2"].cumsum().tolist() == pytest.approx(by_hours.tolist(), abs=c.strait_area_km2 / 1000)


@pytest.mark.parametrize("names", [["bands", "tides"], ["Bands"], []])
def test_an_unknown_table_is_refused_and_the_known_ones_named(names):
    with pytest.raises(ScenarioError, match=r"no table .*; known: control_points, bands, first_responder"):
        table_names(names)


def test_a_table_named_twice_comes_once(toy, asked):
    assert [table.name for table in tables_of(*toy, asked, names=["gap", "agreements", "gap"])] == ["gap", "agreements"]


def test_texts_come_in_the_language_asked_for(toy, asked):
    english, indonesian = (tables_of(*toy, asked, names=["agreements"], lang=lang)[0].frame for lang in ("en", "id"))

    assert english["short"][0] == "Short"
    assert indonesian["short"][0] == "Short (id)"
    assert english["kind"].equals(indonesian["kind"])  # codes are no texts


def test_what_is_missing_is_none_and_what_never_happens_is_missing(toy, asked):
    """No NaN, no infinity: JSON has neither."""
    lonely = replace(asked, point_ids=("bitung",), rule=Rule.COORDINATED)
    sides = tables_of(*toy, lonely, names=["sides"])[0]

    assert {row["id"]: row["mean_arrival_h"] is None for row in sides.rows()} == {"ID": False, "MY": True, "PH": True}


def test_no_start_gives_tables_without_rows(toy, asked):
    nobody = {table.name: table.frame for table in tables_of(*toy, replace(asked, point_ids=()))}

    assert len(nobody["bands"]) == len(nobody["first_responder"]) == 0
    assert nobody["gap"]["id"].tolist() == ["gap"]
    assert nobody["coverage"]["id"].tolist() == ["together"]
    assert not nobody["control_points"]["takes_part"].any()


def test_a_table_without_shapes_has_points_as_numbers_and_no_areas(tables):
    points = tables["control_points"].without_shapes().frame.set_index("id")
    bands = tables["bands"].without_shapes().frame

    assert points.loc["bitung", ["lon", "lat"]].tolist() == [124.6, 1.6]
    assert not isinstance(bands, gpd.GeoDataFrame)
    assert bands.columns.tolist() == ["id", "from_h", "to_h", "area_km2", "strait_share"]


# --- shapes and numbers agree ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["bands", "first_responder", "gap", "sides"])
def test_an_area_is_that_of_the_shape_beside_it(tables, name):
    table = tables[name].frame

    pd.testing.assert_series_equal(table["area_km2"], areas_km2(table), atol=1e-3, check_names=False)


@pytest.mark.parametrize("name", ["bands", "first_responder", "gap", "sides"])
def test_shapes_follow_the_right_hand_rule_to_five_decimals(tables, name):
    for shape in shapely.get_parts(tables[name].frame.geometry.to_numpy()):
        assert shape.exterior.is_ccw
        assert not any(hole.is_ccw for hole in shape.interiors)
    corners = shapely.get_coordinates(tables[name].frame.geometry.to_numpy())
    assert (corners == corners.round(5)).all()


def test_bands_add_up_to_what_the_answer_reaches(toy, asked, tables):
    """Up to each band's end, within a thousandth of the strait."""
    c = toy[1].answer(asked).coverage
    bands = tables["bands"].frame
    reached = c.curve["together"][bands["to_h"].tolist()].to_numpy() * c.strait_area_km2

    assert bands["area_km2"].cumsum().tolist() == pytest.approx(reached.tolist(), abs=c.strait_area_km2 / 1000)


def test_reached_and_gap_are_the_whole_and_backup_is_part_of_reached(toy, asked, tables):
    c = toy[1].answer(asked).coverage
    gap, slack = frame(tables, "gap"), c.strait_area_km2 / 1000

    assert gap.loc["reached", "area_km2"] == pytest.approx(c.reached_km2, abs=slack)
    assert gap.loc["backup", "area_km2"] == pytest.approx(c.backup_km2, abs=slack)
    assert gap.loc["gap", "area_km2"] == pytest.approx(c.gap_km2, abs=slack)
    assert gap.geometry["backup"].difference(gap.geometry["reached"]).area == pytest.approx(0, abs=1e-4)


def test_first_responders_share_the_strait_out(toy, asked, tables):
    c = toy[1].answer(asked).coverage
    first = frame(tables, "first_responder")

    assert first["area_km2"].sum() == pytest.approx(c.strait_area_km2, rel=2e-3)
    assert first["area_km2"].to_dict() == pytest.approx(
        c.by_point["first_anywhere_km2"].to_dict(), abs=c.strait_area_km2 / 1000
    )


def test_sides_carry_their_numbers_and_the_cost_of_the_boundary(toy, asked, tables):
    answer = toy[1].answer(asked)
    sides = frame(tables, "sides")

    assert sides["reached_km2"].to_dict() == pytest.approx(answer.coverage.by_side["reached_km2"].to_dict(), abs=1e-3)
    assert sides["later_h"].to_dict() == pytest.approx(answer.cost["later_h"].to_dict(), abs=1e-6)
    assert sides["area_km2"].to_dict() == pytest.approx(answer.coverage.by_side["area_km2"].to_dict(), rel=1e-2)
    assert sides["basis"].unique().tolist() == ["made up"]


def test_the_coverage_table_says_what_the_answer_says_and_what_was_asked(toy, asked, tables):
    c = toy[1].answer(asked).coverage
    rows = frame(tables, "coverage")

    assert rows.index.tolist() == ["together", *asked.point_ids]
    assert rows.loc["together", "gap_km2"] == pytest.approx(c.gap_km2, abs=1e-3)
    assert rows.loc["together", "worst_arrival_h"] == pytest.approx(c.worst_arrival_h, abs=1e-6)
    assert rows.loc["tawau", "only_km2"] == pytest.approx(c.by_point.loc["tawau", "only_km2"], abs=1e-3)
    assert rows[["speed_kn", "limit_h", "readiness_h", "rule"]].drop_duplicates().to_numpy().tolist() == [
        [20.0, 4.0, 0.5, "coordinated"]
    ]


# --- facts ----------------------------------------------------------------------------------------------------------


def test_a_control_point_carries_its_claims_marks_and_sources(tables):
    bongao = frame(tables, "control_points").loc["bongao"]

    assert bongao["commands"] == "Command (2017/..)"
    assert (bongao["mark"], bongao["facility_mark"], bongao["sources"]) == ("one-source", "one-source", "toy-gazette")
    assert (bongao["start_lon"], bongao["agreement_ids"], bongao["takes_part"]) == (120.9, "toy-patrol", True)


def test_an_agreement_carries_dates_parties_status_marks_and_sources(tables):
    patrol = frame(tables, "agreements").loc["toy-patrol"]

    assert patrol["dates"] == "launched 2017-06-19 (one-source)"
    assert patrol["parties"] == "ID; MY; PH"
    assert (patrol["status"], patrol["status_mark"], patrol["theme"]) == ("active", "one-source", "patrol-scheme")
    assert (patrol["point_ids"], patrol["side_ids"]) == ("bongao; tarakan; tawau", "ID; MY; PH")
    assert patrol["disagreements"] == "Sources differ."


def test_membership_has_its_time(shipped, asked):
    """Thailand joined in September 2008."""
    from geo.takeaway.fact_tables import agreement_rows

    parties = agreement_rows(shipped, catalogue("en")).set_index("id")["parties"]

    assert parties.str.contains("TH (2008-09-18/..)", regex=False).any()
    assert parties.str.contains("TH (observer, 2005/2008)", regex=False).any()


def test_every_source_id_of_a_table_is_a_row_of_the_sources(tables):
    known = set(tables["sources"].frame["id"])
    cited = {
        source
        for name in ("control_points", "sides", "agreements")
        for cell in tables[name].frame["sources"]
        for source in cell.split("; ")
    }

    assert cited <= known
