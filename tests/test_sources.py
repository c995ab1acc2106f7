"""Records: complete, true to the files, and rewritten without harm."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tomllib

import pytest
import shapely
import tomlkit

from geo.errors import DataError, ProvenanceError
from geo.scheme import patrol_scheme as scheme
from geo.scheme.claims import Grade
from geo.scheme.recording import record_hashes
from geo.scheme.sources import SOURCES_FILE, StudyBox, read_sources
from tests.conftest import ROOT
from tests.toy import edit_json

DATA = ROOT / "data"
SHIPPED = read_sources(DATA)
each_record = pytest.mark.parametrize("record", SHIPPED.files, ids=lambda record: record.file)
each_map = pytest.mark.parametrize(
    "record", [record for record in SHIPPED.files if record.file.endswith(".geojson")], ids=lambda record: record.file
)


def shapes_of(record):
    document = json.loads((DATA / record.file).read_text("utf-8"))
    return [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in document["features"]]


# --- the shipped records ------------------------------------------------------------------------------------------------


def test_every_file_has_one_record_and_every_record_a_file():
    there = sorted(path.name for path in DATA.iterdir() if path.is_file() and path.name not in {SOURCES_FILE, "LICENSE"})

    assert there == sorted(record.file for record in SHIPPED.files)


def test_ids_are_given_once():
    for records in (SHIPPED.files, SHIPPED.citations):
        given = [record.id for record in records]
        assert sorted(set(given)) == sorted(given)


@pytest.mark.parametrize("table", ["file", "citation"])
def test_no_field_is_empty_or_not_available(table):
    for record in tomllib.loads((DATA / SOURCES_FILE).read_text("utf-8"))[table]:
        for name, value in record.items():
            said = str(value).strip().casefold()
            assert said not in {"", "na", "n/a", "none", "nan", "tbd", "unknown", "?"}, f"{record['id']}: {name}"


def test_every_published_source_has_a_grade():
    """Our own choices are no publication; every other source says what kind of text it is."""
    assert [citation.id for citation in SHIPPED.citations if citation.grade is None] == ["selat"]
    assert {citation.grade for citation in SHIPPED.citations} == {None, *Grade}


@pytest.mark.parametrize("word", ["(copy", "Copy", "blogspot", "Wikipedia"])
def test_what_is_named_a_copy_or_a_blog_is_not_graded_above_it(word):
    """The grade of a reprint is not that of the paper which it reprints."""
    named = [citation for citation in SHIPPED.citations if word in f"{citation.publisher} {citation.urls}"]

    assert named
    assert {citation.grade for citation in named} <= {Grade.COPY, Grade.POPULAR}


def test_a_date_of_publication_is_none_of_the_future():
    assert all(citation.published <= SHIPPED.data_date for citation in SHIPPED.citations if citation.published)
    assert sum(citation.published is not None for citation in SHIPPED.citations) > 50


@each_record
def test_a_file_is_the_recorded_one(record):
    assert hashlib.sha256((DATA / record.file).read_bytes()).hexdigest() == record.sha256


@each_map
def test_a_map_has_the_recorded_count_and_geometry(record):
    shapes = shapes_of(record)

    assert len(shapes) == record.features
    assert "/".join(sorted({shape.geom_type for shape in shapes})) == record.geometry_type
    assert record.crs == "EPSG:4326"


@each_map
def test_a_map_lies_where_its_record_says(record):
    """A file with longitude and latitude swapped loads, is valid, and claims EPSG:4326: only its bounds give it away."""
    box = SHIPPED.study_box
    assert list(shapely.total_bounds(shapes_of(record))) == pytest.approx(record.bounds, abs=1e-5)
    if record.id == "region":  # the wider part of the Earth, in which the study box lies
        assert StudyBox(*record.bounds).holds((box.west, box.south, box.east, box.north))
    else:
        assert box.holds(record.bounds)


@each_map
def test_a_map_names_its_attribution_and_licence(record):
    document = json.loads((DATA / record.file).read_text("utf-8"))

    assert (document["attribution"], document["licence"]) == (record.attribution, record.licence)


@each_map
def test_a_map_is_sorted_rounded_and_one_feature_a_line(record):
    lines = (DATA / record.file).read_text("utf-8").splitlines()[1:-1]
    features = [json.loads(line.rstrip(",")) for line in lines]

    ids = [feature["id"] for feature in features]
    assert len(lines) == record.features
    assert ids == sorted(ids) == [feature["properties"]["id"] for feature in features]
    assert all(numbers(feature["geometry"]["coordinates"]) == 5 for feature in features)


def numbers(coordinates):
    """Return 5, or the most decimals that any coordinate has, if those are more."""
    if isinstance(coordinates, int | float):
        return max(5, len(str(coordinates).partition(".")[2]))
    return max(map(numbers, coordinates))


@each_record
def test_what_comes_from_openstreetmap_says_so(record):
    assert (record.licence == "ODbL-1.0") == ("OpenStreetMap contributors" in record.attribution)


def test_licence_file_names_every_file_under_its_licence():
    licences = (DATA / "LICENSE").read_text("utf-8")
    sections = {head: rest for head, _, rest in (part.partition("\n") for part in licences.split("\n## ")[1:])}

    for record in SHIPPED.files:
        section = next(text for head, text in sections.items() if record.licence in head)
        assert f"`{record.file}`" in section
        assert record.licence_url in section


# --- the stamp and lookups ----------------------------------------------------------------------------------------------


def test_stamp_changes_with_any_file_and_comes_back(toy_folder):
    before = read_sources(toy_folder).stamp

    edit_json(toy_folder, "places.geojson", lambda document: document.update(note="changed"))
    changed = read_sources(toy_folder).stamp
    edit_json(toy_folder, "places.geojson", lambda document: document.pop("note"))

    assert len(before) == 12
    assert changed != before
    assert read_sources(toy_folder).stamp == before


def test_stamp_changes_with_a_record_too(toy_folder):
    before = read_sources(toy_folder).stamp
    rewrite(toy_folder, lambda document: document["file"][0].update(notes="Told otherwise."))

    assert read_sources(toy_folder).stamp != before


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("grade", "rumour", "party, international-body, study, data-set, press, copy or popular"),
        ("grade", "", "party, international-body"),
        ("grade", 1, "party, international-body"),
        ("published", "April 2016", "2004, 2004-07 or 2004-07-20"),
        ("published", "2016-04-31", "day"),
    ],
)
def test_a_grade_or_date_of_another_form_is_refused(toy_folder, name, value, wanted):
    rewrite(toy_folder, lambda document: document["citation"][0].update({name: value}))

    with pytest.raises(ProvenanceError, match=rf"citation\.1\.{name}: {re.escape(repr(value))}; .*{re.escape(wanted)}"):
        read_sources(toy_folder)


def test_a_folder_may_leave_grade_and_date_out(toy_folder):
    assert [(citation.grade, citation.published) for citation in read_sources(toy_folder).citations] == [(None, None)]


def test_lookups_find_by_name_or_give_none():
    assert SHIPPED.file("land.geojson").id == "land"
    assert SHIPPED.file("nothing.geojson") is None
    assert SHIPPED.citation("wpi").publisher == "US National Geospatial-Intelligence Agency"
    assert SHIPPED.citation("nobody") is None


def test_attribution_lines_come_once_each():
    assert len(set(SHIPPED.credits())) == len(SHIPPED.credits())
    assert "© OpenStreetMap contributors" in SHIPPED.credits()


@pytest.mark.parametrize(
    ("bounds", "held"),
    [
        ((95, -1, 105.5, 9), True),
        ((95 - 1e-7, -1, 100, 3), True),
        ((94.9, 0, 100, 3), False),
        ((3.79, 98.7, 3.79, 98.7), False),
        ((float("nan"),) * 4, False),
    ],
)
def test_study_box_holds_what_lies_inside(bounds, held):
    assert StudyBox(95, -1, 105.5, 9).holds(bounds) is held


def test_study_box_reads_as_people_write_it():
    assert str(StudyBox(95, -1, 105.5, 9)) == "95..105.5 E, -1..9 N"


# --- faults -------------------------------------------------------------------------------------------------------------


def rewrite(folder, edit):
    """Change the records of a folder in place."""
    document = tomlkit.parse((folder / SOURCES_FILE).read_text("utf-8")).unwrap()
    edit(document)
    (folder / SOURCES_FILE).write_text(tomlkit.dumps(document), "utf-8")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("licence", "NA", r"file\.1\.licence: .*'NA' is no answer; say what is known"),
        ("title", "", r"file\.1\.title: .*at least 2"),
        ("url", "ftp://example.org", r"file\.1\.url: .*pattern"),
        ("url", 'https://example.org/"><script>', r"file\.1\.url: .*pattern"),
        ("file", "../secret.json", r"file\.1\.file: .*pattern"),
        ("accuracy_m", -1, r"file\.1\.accuracy_m: .*greater than or equal to 0"),
        ("accuracy_m", float("nan"), r"file\.1\.accuracy_m: nan; wanted a finite number"),
        ("accuracy_m", True, r"file\.1\.accuracy_m: True; wanted a valid number"),
        ("bounds", [float("inf")] * 4, r"file\.1\.bounds\.1: inf; wanted a finite number"),
        ("features", -1, r"file\.1\.features: -1; wanted greater than or equal to 0"),
        ("sha256", "abc", r"file\.1\.sha256: .*pattern"),
        ("colour", "red", r"file\.1\.colour: .*[Ee]xtra"),
    ],
)
def test_a_broken_record_is_refused(toy_folder, name, value, message):
    rewrite(toy_folder, lambda document: document["file"][0].update({name: value}))

    with pytest.raises(ProvenanceError, match=rf"sources\.toml: {message}"):
        read_sources(toy_folder)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("study_box", [127, 0, 117, 10], r"study_box: .*wanted west, south, east, north in degrees"),
        ("study_box", [117, 0, 127, 100], r"study_box: .*wanted west, south, east, north in degrees"),
        ("study_box", [177, -19, -178, -16], r"study_box: .*wanted .* a box on one side of the 180° meridian"),
        ("study_box", [177, -19, 182, -16], r"study_box: .*wanted .* a box on one side of the 180° meridian"),
        ("study_box", [117, 0, float("nan"), 10], r"study_box\.3: nan; wanted a finite number"),
        ("data_date", "2026-02-30", "data_date: '2026-02-30'; day is out of range for month"),
        ("data_date", "2026-11", "data_date: '2026-11'; wanted a day such as 2004-07-20"),
        ("data_date", "today", "data_date: 'today'; wanted a date"),
    ],
)
def test_a_broken_head_is_refused(toy_folder, name, value, message):
    rewrite(toy_folder, lambda document: document.update({name: value}))

    with pytest.raises(ProvenanceError, match=rf"sources\.toml: {message}"):
        read_sources(toy_folder)


def test_a_file_or_source_recorded_twice_is_refused(toy_folder):
    rewrite(
        toy_folder,
        lambda document: (
            document["file"].append({**document["file"][0], "id": "again"}),
            document["citation"].append(document["citation"][0]),
        ),
    )

    with pytest.raises(ProvenanceError) as raised:
        read_sources(toy_folder)

    assert raised.value.faults == (
        "sources.toml: file agreements.json: 2 records; wanted one per file",
        "sources.toml: citation toy-gazette: id used 2 times; wanted once",
    )


def test_every_missing_field_is_in_one_message(toy_folder):
    rewrite(toy_folder, lambda document: (document.pop("data_date"), document["file"][2].pop("attribution")))

    with pytest.raises(ProvenanceError) as raised:
        read_sources(toy_folder)

    assert len(raised.value.faults) == 2
    assert isinstance(raised.value, DataError)
    assert "sources.toml: data_date: Field required" in str(raised.value)
    assert "sources.toml: file.3.attribution: Field required" in str(raised.value)


def test_a_folder_without_records_is_refused(tmp_path):
    with pytest.raises(ProvenanceError, match=r"sources\.toml: not there"):
        read_sources(tmp_path)


@pytest.mark.parametrize("content", [b"[[file", b"a = " + b"[" * 5000, b"a = 1" + b"0" * 5000])
def test_what_is_no_toml_is_refused(tmp_path, content):
    (tmp_path / SOURCES_FILE).write_bytes(content)

    with pytest.raises(ProvenanceError, match=r"sources\.toml: cannot be read as TOML"):
        read_sources(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a = 'é'".encode("utf-16"), "is UTF-16; save it as UTF-8"),
        (b"a = 1\nb = '\xe9'", r"is not UTF-8 \(line 2: byte 0xe9\); save it as UTF-8"),
    ],
    ids=["utf-16", "latin-1"],
)
def test_another_encoding_is_named(tmp_path, content, message):
    (tmp_path / SOURCES_FILE).write_bytes(content)

    with pytest.raises(ProvenanceError, match=rf"^sources\.toml: {message}$"):
        read_sources(tmp_path)


def test_a_byte_order_mark_is_read_and_hashes_are_rewritten_without_it(toy_folder):
    """Windows programs write one before UTF-8."""
    before, path = read_sources(toy_folder), toy_folder / SOURCES_FILE
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_sources(toy_folder).files == before.files
    (toy_folder / "agreements.json").write_bytes(b"[]")

    assert record_hashes(toy_folder) == ("agreements.json",)
    assert path.read_bytes().startswith(b"study_box")


@pytest.mark.parametrize(
    ("recorded", "found", "message"),
    [(b"\n", b"\r\n", "were changed to CRLF, as Git for Windows does"), (b"\r\n", b"\n", "were changed from CRLF to LF")],
)
def test_changed_line_endings_are_named_as_such(toy_folder, recorded, found, message):
    """Recording the hashes anew would spoil the folder for everyone who has it with its own line endings."""
    path = toy_folder / "agreements.json"
    path.write_bytes(path.read_bytes().replace(b", ", b"," + recorded))
    record_hashes(toy_folder)
    path.write_bytes(path.read_bytes().replace(recorded, found))

    (fault,) = read_sources(toy_folder).faults(toy_folder)

    assert fault.startswith(f"agreements.json: its line endings {message}")
    assert "--record" not in fault


def test_git_for_windows_leaves_the_data_as_it_is(tmp_path):
    """With its default, ``core.autocrlf``, a checkout has CRLF in text files, and hashes of data would not fit."""
    origin, copy, content = tmp_path / "origin", tmp_path / "copy", b'{\n"a": 1\n}\n'
    (origin / "data" / "raw").mkdir(parents=True)
    shutil.copy(ROOT / ".gitattributes", origin)
    for file in ("data/land.geojson", "data/raw/facts.toml", "code.py"):
        (origin / file).write_bytes(content)
    name = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
    for words in (("init", "-q"), ("add", "."), (*name, "commit", "-q", "-m", "x")):
        subprocess.run(["git", *words], cwd=origin, check=True)

    subprocess.run(["git", "-c", "core.autocrlf=true", "clone", "-q", origin, copy], check=True)

    assert (copy / "data/land.geojson").read_bytes() == content
    assert (copy / "data/raw/facts.toml").read_bytes() == content
    assert (copy / "code.py").read_bytes() == content.replace(b"\n", b"\r\n")  # the setting is in force


def test_a_changed_and_a_missing_file_are_named(toy_folder):
    (toy_folder / "land.geojson").write_text("{}", "utf-8")
    (toy_folder / "limits.geojson").unlink()

    faults = read_sources(toy_folder).faults(toy_folder)

    assert len(faults) == 2
    assert faults[0].startswith("land.geojson: sha256 is 44136fa355b3…, recorded ")
    assert "python -m geo check --record" in faults[0]
    assert faults[1].startswith("limits.geojson: recorded in sources.toml, but not there")


# --- rewriting hashes ---------------------------------------------------------------------------------------------------


def test_rewriting_hashes_keeps_comments_and_order(tmp_path):
    """Only the line of the changed hash differs; a comment beside it stays."""
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("raw"))
    path = folder / SOURCES_FILE
    path.write_text(
        "# kept by hand\n" + path.read_text("utf-8").replace("\nfeatures = 4\n", "\nfeatures = 4 # the four\n"), "utf-8"
    )
    before = path.read_text("utf-8").splitlines()
    (folder / "agreements.json").write_bytes(b"[]")
    emptied = hashlib.sha256(b"[]").hexdigest()

    changed = record_hashes(folder)

    after = path.read_text("utf-8").splitlines()
    differing = [new for old, new in zip(before, after, strict=True) if old != new]
    assert changed == ("agreements.json",)
    assert differing == [f'sha256 = "{emptied}"']
    assert "# kept by hand" in after
    assert "features = 4 # the four" in after
    assert read_sources(folder).faults(folder) == []


def test_rewriting_hashes_of_an_unchanged_folder_writes_nothing(toy_folder):
    path = toy_folder / SOURCES_FILE
    before = path.stat().st_mtime_ns

    assert record_hashes(toy_folder) == ()
    assert path.stat().st_mtime_ns == before


def test_rewriting_keeps_to_what_is_recorded_and_measured(toy_folder):
    """After a feature was added, count, kinds and bounds are updated where the record has them, and the folder loads."""
    told = {"geometry_type": "Point", "bounds": [118.2, 3.0, 118.2, 3.5]}
    rewrite(toy_folder, lambda document: next(r for r in document["file"] if r["id"] == "places").update(told))
    path = toy_folder / "places.geojson"
    document = json.loads(path.read_text("utf-8"))
    added = json.loads(json.dumps(document["features"][0]))
    added["properties"]["id"] = "third-port"
    added["geometry"]["coordinates"] = [118.3, 6.123456789]
    document["features"].append(added)
    path.write_text(json.dumps(document), "utf-8")

    changed = record_hashes(toy_folder)

    record = read_sources(toy_folder).file("places.geojson")
    assert changed == ("places.geojson",)
    assert (record.features, record.geometry_type, record.bounds) == (3, "Point", (118.2, 3.0, 118.3, 6.12346))
    assert list(scheme.load(toy_folder).place_ids) == ["third-port", "toy-port", "toy-town"]


def test_rewriting_mends_a_count_that_the_hash_does_not_tell(toy_folder):
    rewrite(toy_folder, lambda document: document["file"][1].update(features=9))

    assert record_hashes(toy_folder) == ("boundaries.geojson",)
    assert read_sources(toy_folder).file("boundaries.geojson").features == 1


@pytest.mark.parametrize(
    "content", [b"{", b'{"features": [{}]}', b'{"features": 7}', b'{"features": [{"geometry": {"coordinates": [NaN, 1]}}]}']
)
def test_rewriting_a_layer_that_cannot_be_measured_leaves_its_count(toy_folder, content):
    """`load` reports what is wrong with the file."""
    (toy_folder / "limits.geojson").write_bytes(content)

    assert record_hashes(toy_folder) == ("limits.geojson",)
    assert read_sources(toy_folder).file("limits.geojson").features == 1


def test_rewriting_in_a_folder_that_is_read_only_is_one_sentence(toy_folder, monkeypatch):
    (toy_folder / "agreements.json").write_text("{}", "utf-8")

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)

    with pytest.raises(
        ProvenanceError, match=r"sources\.toml cannot be written: .* not yours to write in\. Nothing was changed"
    ):
        record_hashes(toy_folder)


def test_rewriting_hashes_refuses_a_missing_file_and_writes_nothing(toy_folder):
    path = toy_folder / SOURCES_FILE
    before = path.read_bytes()
    (toy_folder / "agreements.json").write_text("{}", "utf-8")
    (toy_folder / "waters.geojson").unlink()

    with pytest.raises(ProvenanceError, match=r"waters\.geojson: recorded in sources\.toml, but not there"):
        record_hashes(toy_folder)

    assert path.read_bytes() == before
    assert [entry.name for entry in toy_folder.iterdir() if entry.suffix == ".new"] == []
