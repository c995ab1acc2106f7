"""One release carried by four outlets is one source: which verified claims rest on one, and what the command says of it."""

import csv
import json
import tomllib

import pytest
from typer.testing import CliRunner

from geo.cli.app import app
from geo.scheme import patrol_scheme as schemes
from geo.scheme.origins import claims_of, count_independent, list_claims, warn_of_shared_origins
from geo.scheme.recording import record_hashes
from geo.scheme.sources import SOURCES_FILE, Citation
from tests.conftest import ROOT
from tests.toy import edit_json

RAW = ROOT / "data" / "raw"
RELEASE = "Ministry, statement of 3 February 2020"


def source(source_id, publisher="", **rest):
    """Return a citation, of a publisher of its own unless one is named."""
    return Citation.model_validate(
        {"id": source_id, "title": "A page", "publisher": publisher or f"Publisher of {source_id}", "urls": [], **rest}
    )


@pytest.fixture
def cited_folder(toy_folder):
    """Return a function that gives a made-up folder more sources and one verified claim that rests on them."""

    def write(*sources, file="agreements.json", claim="status", **rest):
        records = "".join(
            f"\n[[citation]]\n{_toml({'id': name, 'title': 'A page', 'publisher': publisher, 'urls': [], **more})}"
            for name, publisher, more in sources
        )
        with (toy_folder / SOURCES_FILE).open("a", encoding="utf-8") as document:
            document.write(records)
        support = {"mark": "verified", "sources": [name for name, *_ in sources], **rest}
        if file == "agreements.json":
            edit_json(toy_folder, file, lambda found: found["agreements"][0][claim].update(support))
        else:
            edit_json(toy_folder, file, lambda found: found["features"][0]["properties"].update(support))
        record_hashes(toy_folder)
        return toy_folder

    return write


def _toml(record):
    return "\n".join(f"{name} = {json.dumps(value)}" for name, value in record.items()) + "\n"


# --- how many sources are left ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sources", "independent"),
    [
        ([], 0),
        ([source("p-a")], 1),
        ([source("p-a"), source("p-b")], 2),
        ([source("p-a", "Antara"), source("p-b", "Antara")], 1),
        ([source("p-a", "Antara"), source("p-b", "ANTARA")], 1),
        ([source("p-a", origin=RELEASE), source("p-b", origin=RELEASE)], 1),
        ([source("p-a", origin=[RELEASE]), source("p-b", origin=["Navy", RELEASE])], 1),
        ([source("p-a", "Navy"), source("p-b", origin="Navy")], 1),
        ([source("p-a"), source("p-b", origin="p-a")], 1),
        ([source("p-a"), source("p-b", origin="Navy"), source("p-c", origin="Navy")], 2),
        ([source("p-a", origin="Navy"), source("p-b", origin="Army")], 2),
    ],
    ids=[
        "none",
        "one",
        "two",
        "publisher",
        "case",
        "origin",
        "origins",
        "publisher-repeated",
        "record-repeated",
        "and-one",
        "apart",
    ],
)
def test_sources_that_share_a_publisher_or_an_origin_count_as_one(sources, independent):
    assert count_independent(sources) == independent
    assert count_independent(reversed(sources)) == independent


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (2, 1, 0)])
def test_sharing_is_passed_on(order):
    """The first and the second have a publisher in common, the second and the third an origin."""
    chain = [source("p-a", "Antara"), source("p-b", "Antara", origin="Navy"), source("p-c", origin="Navy")]

    assert count_independent(chain[index] for index in order) == 1


@pytest.mark.parametrize(("written", "read"), [("Navy", ("Navy",)), (["Navy", "p-a"], ("Navy", "p-a")), ([], ())])
def test_an_origin_is_one_name_or_several(written, read):
    assert source("p-b", origin=written).origin == read
    assert source("p-b").origin == ()


@pytest.mark.parametrize("written", ["", [""], 3, {"id": "a"}])
def test_an_origin_is_never_empty_nor_another_form(written):
    with pytest.raises(ValueError, match="origin"):
        source("p-b", origin=written)


# --- claims -------------------------------------------------------------------------------------------------------------


def test_a_claim_is_a_mark_with_the_sources_beside_it():
    record = {
        "id": "toy",
        "mark": "verified",
        "sources": ["a"],
        "facility_mark": "one-source",
        "facility_sources": ["b"],
        "commands": [{"mark": "verified", "sources": ["c"], "independence": "Two navies."}],
        "note": {"en": "no claim"},
    }

    found = {(claim.where, claim.mark, claim.sources, claim.independence) for claim in claims_of(record, "toy")}

    assert found == {
        ("toy", "verified", ("a",), None),
        ("toy: facility", "one-source", ("b",), None),
        ("toy: commands 1", "verified", ("c",), "Two navies."),
    }


def test_the_claims_of_a_folder_are_those_of_every_layer_and_record(shipped):
    claims = list(list_claims(shipped))

    files = {claim.where.partition(":")[0] for claim in claims}
    layers = {"control_points.geojson", "places.geojson", "boundaries.geojson", "limits.geojson", "waters.geojson"}
    assert files == {"sources.toml", "agreements.json", "incident_counts.csv", "presets.json", *layers}
    dated = sum(len(agreement.dates) for agreement in shipped.agreements)
    assert sum(": dates " in claim.where for claim in claims) == dated
    assert sum("activities" in claim.where for claim in claims) > 10
    assert sum(claim.where.startswith("incident_counts.csv") for claim in claims) == len(shipped.incident_counts)


# --- a folder -----------------------------------------------------------------------------------------------------------


def test_a_folder_without_the_new_fields_is_valid_and_clean(toy_folder):
    assert "origin" not in (toy_folder / SOURCES_FILE).read_text("utf-8")
    assert warn_of_shared_origins(schemes.load(toy_folder)) == []


def test_a_verified_claim_of_one_release_is_warned_of(cited_folder):
    folder = cited_folder(("paper", "Paper", {"origin": RELEASE}), ("radio", "Radio", {"origin": [RELEASE]}))

    (warning,) = warn_of_shared_origins(schemes.load(folder))

    assert warning.startswith("agreements.json: agreement toy-patrol: status: verified")
    assert "paper and radio share 'ministry, statement of 3 february 2020'" in warning
    assert "lower the mark, cite another source, or say in `independence`" in warning


@pytest.mark.parametrize(
    ("file", "where"),
    [
        ("places.geojson", "feature toy-port"),
        ("boundaries.geojson", "feature toy-line"),
        ("control_points.geojson", "feature bitung"),
    ],
)
def test_layers_are_looked_through_too(cited_folder, file, where):
    folder = cited_folder(("paper", "Paper", {}), ("other", "Paper", {}), file=file)

    (warning,) = warn_of_shared_origins(schemes.load(folder))

    assert warning.startswith(f"{file}: {where}: verified")


@pytest.mark.parametrize("claim", ["parties", "areas", "status", "summary"])
def test_a_verified_claim_with_one_source_is_warned_of(cited_folder, claim):
    (warning,) = warn_of_shared_origins(schemes.load(cited_folder(("paper", "Paper", {}), claim=claim)))

    assert f": {claim}: verified, but it has one source; lower" in warning


def test_a_reason_in_the_record_answers_a_warning(cited_folder):
    sources = ("paper", "Paper", {}), ("archive", "Paper", {})
    folder = cited_folder(*sources, independence="One is a report of 1999, the other a survey of our own day.")

    assert warn_of_shared_origins(schemes.load(folder)) == []


def test_two_publishers_with_origins_of_their_own_are_two(cited_folder):
    folder = cited_folder(("paper", "Paper", {"origin": RELEASE}), ("radio", "Radio", {"origin": "its own reporter"}))

    assert warn_of_shared_origins(schemes.load(folder)) == []


# --- the command --------------------------------------------------------------------------------------------------------


def test_the_command_prints_a_line_a_warning_and_does_not_fail(cited_folder):
    folder = cited_folder(("paper", "Paper", {}), ("other", "Paper", {}))

    result = CliRunner().invoke(app, ["check", "--data", str(folder)])

    assert result.exit_code == 0
    lines = [line for line in result.stdout.splitlines() if line.startswith("warning: ")]
    assert lines == [f"warning: {warning}" for warning in warn_of_shared_origins(schemes.load(folder))]
    assert len(lines) == 1


def test_the_command_says_that_a_folder_is_clean(toy_folder):
    result = CliRunner().invoke(app, ["check", "--data", str(toy_folder)])

    assert "warning" not in result.stdout
    assert "every verified claim rests on two independent sources" in result.stdout


# --- the shipped records ------------------------------------------------------------------------------------------------


def test_no_shipped_claim_is_verified_by_one_source(shipped):
    assert warn_of_shared_origins(shipped) == []


def test_no_claim_as_written_is_verified_by_one_source():
    """In the raw records a place's own sources stand apart from those of its position, which the layer adds to them."""
    citations = {record["id"]: Citation.model_validate(record) for record in read_raw("citations")["citation"]}
    claims = [
        claim
        for name in ("about", "agreements", "boundaries", "control_points", "limits", "places")
        for table, records in read_raw(name).items()
        if isinstance(records, list)
        for record in records
        for claim in claims_of(record, f"{name}.toml: {table} {record.get('id') if isinstance(record, dict) else ''}")
    ]
    with (RAW / "incident_counts.csv").open(encoding="utf-8", newline="") as document:
        claims += [
            claim
            for row in csv.DictReader(document)
            for claim in claims_of({**row, "sources": row["source_ids"].split(";")}, f"count {row['year']}")
        ]

    verified = [claim for claim in claims if claim.mark == "verified" and not claim.independence]
    thin = [claim.where for claim in verified if count_independent(citations[i] for i in claim.sources) < 2]

    assert len(verified) > 100
    assert thin == []


def test_a_count_of_one_office_is_one_source(shipped):
    """A centre's own count, and whoever repeats it."""
    counts = shipped.incident_counts

    assert set(counts.loc[counts["series"] == "ReCAAP", "mark"]) == {"one-source"}


def test_an_origin_names_a_record_or_a_publisher_in_the_same_words(shipped):
    """So that a release is told from its repetition: no two spellings of one origin, and none that repeats itself."""
    citations = shipped.sources.citations
    origins = {name for citation in citations for name in citation.origin}

    assert len({name.casefold() for name in origins}) == len(origins)
    assert [citation.id for citation in citations if {citation.id, citation.publisher} & set(citation.origin)] == []


def read_raw(name):
    return tomllib.loads((RAW / f"{name}.toml").read_text("utf-8"))
