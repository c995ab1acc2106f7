"""The whole data folder as one value: the shipped one, a made-up one, and broken ones."""

import dataclasses

import pytest

from geo.errors import DataError, ProvenanceError
from geo.measure import require_wgs84
from geo.scheme import patrol_scheme as scheme
from geo.scheme.data_files import DATA_VARIABLE, data_folder
from geo.scheme.layers import LAYERS
from tests.conftest import ROOT
from tests.toy import HOSTILE, POINTS, add_file, drop_file, edit_json, write_toy_folder


def refused(folder):
    """Return the faults for which a folder is refused."""
    with pytest.raises(DataError) as raised:
        scheme.load(folder)
    return list(raised.value.faults)


# --- the shipped scheme -------------------------------------------------------------------------------------------------


def test_the_scheme_has_its_four_control_points(shipped):
    assert list(shipped.point_ids) == ["batam", "belawan", "changi", "lumut"]


def test_every_layer_is_in_wgs84_and_none_is_empty(shipped):
    for name in LAYERS:
        layer = getattr(shipped, name)
        assert len(layer) > 0, name
        if name not in {"control_points", "places"}:
            require_wgs84(layer, name)


def test_the_scheme_is_frozen(shipped):
    with pytest.raises(dataclasses.FrozenInstanceError):
        shipped.agreements = ()


def test_no_agreement_or_feature_has_the_id_of_another(shipped):
    ids = [*shipped.feature_ids, *(a.id for a in shipped.agreements)]

    assert sorted(ids) == sorted(set(ids))


def test_agreements_are_found_by_id(shipped):
    assert shipped.agreement("msp-2006").year == 2006
    assert shipped.agreement("nothing") is None
    assert shipped.agreement(None) is None


def test_what_an_agreement_touches(shipped):
    patrol = shipped.footprint_of(shipped.agreement("msp-2006"))

    assert set(patrol.point_ids) == set(shipped.point_ids)
    assert patrol.sides == ("ID", "MY", "SG", "TH")
    assert patrol.anything


def test_an_agreement_without_a_place_touches_nothing(shipped):
    placeless = [a for a in shipped.agreements if not (a.point_ids or a.place_ids or a.touches_waters)]

    assert placeless
    assert not any(shipped.footprint_of(a).anything for a in placeless)


def test_what_touches_a_point_is_what_names_it(shipped):
    found = shipped.agreements_at("lumut")

    assert found
    assert all("lumut" in a.point_ids for a in found)
    assert shipped.agreements_at("nowhere") == ()


def test_drawing_uses_the_light_files(shipped):
    assert (shipped.land_file, shipped.waters_file) == ("land-light.geojson", "waters-light.geojson")


def test_incident_counts_are_a_table_of_series_that_are_never_one(shipped):
    counts = shipped.incident_counts

    texts = ["note_en", "note_id", "independence"]
    assert list(counts.columns) == ["year", "series", "area", "count", "mark", "source_ids", *texts]
    assert set(counts["series"]) == {"IMB", "ReCAAP"}
    assert not counts.duplicated(["series", "area", "year"]).any()
    assert all(shipped.sources.citation(source) for cited in counts["source_ids"] for source in cited)


# --- another strait -----------------------------------------------------------------------------------------------------


def test_another_strait_needs_no_code(toy_folder):
    """Six points of three states, another study box, files left out."""
    toy = scheme.load(toy_folder)

    assert list(toy.point_ids) == sorted(POINTS)
    assert {point.country for point in toy.control_points} == {"ID", "MY", "PH"}
    assert [(point.lon, point.lat) for point in toy.control_points] == [POINTS[name][2] for name in sorted(POINTS)]
    assert toy.footprint_of(toy.agreement("toy-patrol")).sides == ("ID", "MY", "PH")


def test_a_folder_without_light_files_is_drawn_from_the_full_ones(toy_folder):
    toy = scheme.load(toy_folder)

    assert (toy.land_file, toy.waters_file) == ("land.geojson", "waters.geojson")
    assert toy.land_light is toy.land
    assert toy.waters_light is toy.waters


def test_a_light_file_without_features_is_as_one_left_out(toy_folder):
    add_file(toy_folder, "waters-light.geojson", b'{"type": "FeatureCollection", "features": []}')

    toy = scheme.load(toy_folder)

    assert toy.waters_file == "waters.geojson"
    assert toy.waters_light is toy.waters


def test_a_folder_without_incident_counts_has_an_empty_table_of_them(toy_folder, shipped):
    counts = scheme.load(toy_folder).incident_counts

    assert len(counts) == 0
    assert list(counts.columns) == list(shipped.incident_counts.columns)


@pytest.mark.parametrize("file", ["boundaries.geojson", "limits.geojson", "places.geojson", "waters.geojson"])
def test_optional_files_may_be_left_out(toy_folder, file):
    drop_file(toy_folder, file)
    edit_json(toy_folder, "agreements.json", lambda document: [a.pop("place_ids", None) for a in document["agreements"]])

    toy = scheme.load(toy_folder)

    assert len(getattr(toy, file.removesuffix(".geojson"))) == 0
    assert len(toy.control_points) == len(POINTS)


@pytest.mark.parametrize("toy_folder", [HOSTILE], indirect=True)
def test_hostile_names_are_only_text(toy_folder):
    toy = scheme.load(toy_folder)

    assert toy.control_point("bongao").name == f"Bongao {HOSTILE}"
    assert toy.agreement("toy-patrol").short.en == f"Short {HOSTILE}"
    assert toy.sources.credits() == (f"Made up {HOSTILE}",)


def test_the_folder_is_the_one_asked_for_else_that_of_the_variable_else_the_shipped_one(tmp_path, monkeypatch):
    assert data_folder() == ROOT / "data"

    monkeypatch.setenv("SELAT_DATA", str(tmp_path / "named"))

    assert data_folder() == tmp_path / "named"
    assert data_folder(tmp_path / "asked") == tmp_path / "asked"


def test_the_variable_names_the_folder_that_is_loaded(toy_folder, monkeypatch):
    monkeypatch.setenv(DATA_VARIABLE, str(toy_folder))

    assert scheme.load().folder == toy_folder
    assert len(scheme.load().control_points) == len(POINTS)


# --- refusals -----------------------------------------------------------------------------------------------------------


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    assert refused(tmp_path / "none") == [
        f"{tmp_path / 'none'}: no such folder; wanted a data folder like the one shipped, see docs/data.md"
    ]


def test_faults_of_several_files_come_in_one_message(toy_folder):
    edit_json(
        toy_folder, "control_points.geojson", lambda document: document["features"][0]["properties"].update(mark="rumour")
    )
    edit_json(toy_folder, "agreements.json", lambda document: document["agreements"][0].update(theme="gossip"))
    (toy_folder / "strait.geojson").write_text("{", "utf-8")
    (toy_folder / "limits.geojson").unlink()

    faults = refused(toy_folder)

    assert [fault.split(":")[0] for fault in faults] == [
        "limits.geojson",  # recorded, but not there
        "strait.geojson",  # another hash
        "control_points.geojson",
        "strait.geojson",  # no JSON
        "agreements.json",
    ]


def test_a_changed_file_is_refused(toy_folder):
    path = toy_folder / "land.geojson"
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")

    (fault,) = refused(toy_folder)

    assert fault.startswith("land.geojson: sha256 is ")


@pytest.mark.parametrize("file", ["places.geojson", "agreements.json"])
def test_a_file_without_record_is_refused(toy_folder, file):
    content = (toy_folder / file).read_bytes()
    drop_file(toy_folder, file)
    (toy_folder / file).write_bytes(content)

    assert refused(toy_folder) == [f"{file}: has no record in sources.toml; wanted one per file"]


def test_a_folder_without_records_is_refused(tmp_path):
    (tmp_path / "land.geojson").write_text("{}", "utf-8")

    with pytest.raises(ProvenanceError, match=r"sources\.toml: not there"):
        scheme.load(tmp_path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"point_ids": ["belawan"]}, "no control point 'belawan'"),
        ({"point_ids": ["tawau", "belawan"]}, "known: bitung, bongao, sandakan, tarakan, tawau, zamboanga"),
        ({"place_ids": ["phuket"]}, "no place 'phuket' in places.geojson"),
        ({"areas": {"items": [{"en": "x", "id": "x"}], "mark": "verified", "sources": ["rumour"]}}, "cites 'rumour'"),
    ],
)
def test_a_dangling_reference_of_an_agreement_is_reported(toy_folder, changes, message):
    edit_json(toy_folder, "agreements.json", lambda document: document["agreements"][0].update(changes))

    (fault,) = refused(toy_folder)

    assert fault.startswith("agreements.json: agreement toy-patrol: ")
    assert message in fault


@pytest.mark.parametrize(
    "changes",
    [
        {"sources": ["toy-gazette", "rumour"]},
        {"facility_sources": ["rumour"]},
        {"commands": [{"name_en": "x", "name_id": "x", "mark": "verified", "sources": ["rumour"]}]},
        {"doubts": [{"text_en": "x", "text_id": "x", "sources": ["rumour"]}]},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_an_unknown_source_of_a_feature_is_reported_however_deep(toy_folder, changes):
    edit_json(toy_folder, "control_points.geojson", lambda document: document["features"][0]["properties"].update(changes))

    assert refused(toy_folder) == ["control_points.geojson: feature bitung: cites 'rumour', which sources.toml does not know"]


def test_a_place_may_not_have_the_id_of_a_control_point(toy_folder):
    edit_json(toy_folder, "places.geojson", lambda document: document["features"][1]["properties"].update(id="tawau"))

    assert refused(toy_folder) == ["places.geojson: feature tawau: a control point has this id; wanted another"]


def test_the_toy_folder_is_the_same_each_time(tmp_path):
    first, second = (write_toy_folder(tmp_path / name) for name in ("a", "b"))

    assert {path.name: path.read_bytes() for path in first.iterdir()} == {
        path.name: path.read_bytes() for path in second.iterdir()
    }
