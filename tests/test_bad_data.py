"""Whatever a folder holds, loading either refuses it in sentences or gives a scheme that page and export can show."""

import json
import re
import shutil

import pytest

from benchmarks.fuzz import fuzz, record_file
from geo.errors import DataError, GeoError
from geo.scheme import patrol_scheme as scheme
from geo.scheme.sources import SOURCES_FILE
from tests.toy import COUNTS_FILE as COUNTS
from tests.toy import COUNTS_HEAD, COUNTS_ROW, write_whole_folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return a toy folder with a file of every kind, the optional ones too; tests leave it as it is."""
    folder = write_whole_folder(tmp_path_factory.mktemp("whole") / "toy")
    scheme.load(folder)  # nothing is wrong with it
    return folder


@pytest.fixture
def folder(whole, tmp_path):
    """Return a copy of the whole folder, to be spoiled."""
    return shutil.copytree(whole, tmp_path / "toy")


# --- one way to spoil a folder each ---------------------------------------------------------------------------------------


def document(edit):
    """Spoil a JSON document by a function of it."""

    def spoil(folder, file):
        changed = json.loads((folder / file).read_text("utf-8"))
        edit(changed)
        record_file(folder, file, json.dumps(changed).encode())

    return spoil


def prop(**changes):
    """Spoil properties of the first feature."""
    return document(lambda changed: changed["features"][0]["properties"].update(changes))


def shape(**changes):
    """Spoil the geometry of the first feature."""
    return document(lambda changed: changed["features"][0]["geometry"].update(changes))


def agreement(**changes):
    """Spoil the first agreement."""
    return document(lambda changed: changed["agreements"][0].update(changes))


def content(made):
    """Replace a file's content, or a part of it."""
    return lambda folder, file: record_file(
        folder, file, made if isinstance(made, bytes) else made((folder / file).read_bytes())
    )


def counts(*rows):
    """Write other rows into the table of counts."""
    return content("\n".join([COUNTS_HEAD, *rows]).encode())


def records(old, new):
    """Replace text in sources.toml, once."""

    def spoil(folder, _):
        text = (folder / SOURCES_FILE).read_text("utf-8")
        assert old in text
        (folder / SOURCES_FILE).write_text(text.replace(old, new, 1), "utf-8")

    return spoil


def placed(make):
    """Replace a file by something that is not a file."""

    def spoil(folder, file):
        kept = folder / "kept"
        (folder / file).rename(kept)
        make(folder / file, kept)

    return spoil


CLAIM = {"mark": "one-source", "sources": ["toy-gazette"]}
POINTS, PLACES, LAND, LIMITS = "control_points.geojson", "places.geojson", "land.geojson", "limits.geojson"
LINES, WATERS, LIGHT, TEXTS = "boundaries.geojson", "waters.geojson", "waters-light.geojson", "agreements.json"
SPOILED = {
    # any file
    "not-json": (LAND, content(b"{")),
    "not-utf-8": (LAND, content(b'{"x": "\xff"}')),
    "utf-16": (LAND, content(lambda was: was.decode().encode("utf-16"))),
    "nan": (LAND, content(lambda was: was.replace(b"117.0", b"NaN"))),
    "infinity": (TEXTS, content(lambda was: was.replace(b"true", b"Infinity"))),
    "nan-where-nobody-looks": (LAND, content(lambda was: was.replace(b'"features"', b'"x": NaN, "features"'))),
    "digits-without-end": (TEXTS, content(lambda was: was.replace(b"true", b"9" * 5000))),
    "nested-without-end": (LAND, content(b"[" * 100_000)),
    "nested-deep": (TEXTS, content(lambda was: was.replace(b"true", b"[" * 99 + b"]" * 99))),
    "nested-deep-in-extras": (LAND, content(lambda was: was.replace(b'"id"', b'"x": ' + b"[" * 99 + b"]" * 99 + b', "id"'))),
    "link": (LAND, placed(lambda path, kept: path.symlink_to(kept))),
    "broken-link": (LIMITS, placed(lambda path, kept: path.symlink_to("nowhere"))),
    "link-without-record": (SOURCES_FILE, placed(lambda path, kept: path.symlink_to(kept))),
    "folder": (LAND, placed(lambda path, kept: path.mkdir())),
    "absent": (LAND, placed(lambda path, kept: None)),
    # GeoJSON
    "no-collection": (LAND, content(b"[]")),
    "feature-without-type": (LAND, document(lambda changed: changed["features"][0].pop("type"))),
    "feature-null": (PLACES, document(lambda changed: changed["features"].append(None))),
    "properties-null": (PLACES, document(lambda changed: changed["features"][0].update(properties=None))),
    "geometry-null": (PLACES, document(lambda changed: changed["features"][0].update(geometry=None))),
    "geometry-of-another-kind": (PLACES, shape(type="MultiPoint", coordinates=[[118.2, 3.0]])),
    "position-of-four-numbers": (PLACES, shape(coordinates=[118.2, 3.0, 0.0, 0.0])),
    "position-of-texts": (PLACES, shape(coordinates=["118.2", "3.0"])),
    "position-without-end": (PLACES, content(lambda was: was.replace(b"118.2", b"1e999"))),
    "position-of-digits-without-end": (PLACES, content(lambda was: was.replace(b"118.2", b"9" * 4000))),
    "position-outside": (PLACES, shape(coordinates=[3.0, 118.2])),
    "line-of-one-position": (LIMITS, shape(coordinates=[[118.5, 8.0]])),
    "line-without-length": (LIMITS, shape(coordinates=[[118.5, 8.0], [118.5, 8.0]])),
    "ring-without-area": (WATERS, shape(coordinates=[[[118, 2], [119, 2], [118, 2], [118, 2]]])),
    "ring-that-crosses-itself": (LAND, shape(coordinates=[[[118, 2], [119, 3], [119, 2], [118, 3], [118, 2]]])),
    "polygon-without-ring": (WATERS, shape(coordinates=[])),
    "another-crs": (LAND, document(lambda changed: changed.update(crs={"properties": {"name": "EPSG:3857"}}))),
    "crs-of-nonsense": (LAND, document(lambda changed: changed.update(crs=[[7]]))),
    "feature-twice": (PLACES, document(lambda changed: changed["features"].append(changed["features"][0]))),
    "count-unlike-record": (PLACES, document(lambda changed: changed["features"].pop())),
    "nothing-in-a-needed-layer": (LAND, document(lambda changed: changed["features"].clear())),
    # properties
    "id-of-a-number": (PLACES, prop(id=7)),
    "id-of-a-list": (PLACES, prop(id=["a"])),
    "id-of-a-line-break": (PLACES, prop(id="a\n\x1b[31mb")),
    "name-null": (POINTS, prop(name=None)),
    "name-blank": (POINTS, prop(name=" \t")),
    "name-too-long": (POINTS, prop(name="x" * 301)),
    "id-too-long": (POINTS, prop(id="x" * 101)),
    "name-of-half-a-character": (POINTS, prop(name="\ud800")),
    "country": (POINTS, prop(country="Indonesia")),
    "mark": (POINTS, prop(mark="rumour")),
    "sources-null": (POINTS, prop(sources=None)),
    "sources-of-objects": (POINTS, prop(sources=[{}])),
    "sources-unknown": (POINTS, prop(sources=["rumour"])),
    "accuracy-negative": (POINTS, prop(accuracy_m=-5)),
    "accuracy-large": (POINTS, prop(accuracy_m=1e7)),
    "accuracy-huge": (POINTS, prop(accuracy_m=10**400)),
    "accuracy-of-text": (POINTS, prop(accuracy_m="5000")),
    "start-null": (POINTS, prop(start_lat=None)),
    "start-outside": (POINTS, prop(start_lon=3.0)),
    "start-out-of-range": (POINTS, prop(start_lat=91)),
    "start-distance-negative": (POINTS, prop(start_distance_m=-1)),
    "start-half": (PLACES, prop(start_lon=118.6, start_lat=3.0)),
    "commands-of-texts": (POINTS, prop(commands=["Command"])),
    "commands-of-numbers": (POINTS, prop(commands=7)),
    "command-without-name": (POINTS, prop(commands=[CLAIM])),
    "command-from": (POINTS, prop(commands=[{"name_en": "x", "name_id": "x", "from": "2017-13", **CLAIM}])),
    "command-to": (POINTS, prop(commands=[{"name_en": "x", "name_id": "x", "to": 2017, **CLAIM}])),
    "activity-without-source": (POINTS, prop(activities=[{"text_en": "x", "text_id": "x", "mark": "verified"}])),
    "doubt-of-text": (POINTS, prop(doubts=["x"])),
    "doubt-without-text": (POINTS, prop(doubts=[{"text_en": "x", "sources": []}])),
    "one-language": (POINTS, prop(position_note_id=None)),
    "kind": (PLACES, prop(kind="harbour")),
    "kind-of-a-list": (PLACES, prop(kind=["port"])),
    "since": (PLACES, prop(since="yesterday")),
    "documented": (PLACES, prop(documented=["rumour"])),
    "documented-of-text": (PLACES, prop(documented="landing")),
    "trafficking": (PLACES, prop(trafficking="surely")),
    "our-placement": (PLACES, prop(our_placement="yes")),
    "point-and-place-of-one-id": (PLACES, prop(id="tawau")),
    "standing": (LIMITS, prop(standing="official")),
    "boundary-kind": (LINES, prop(kind="river")),
    "signed": (LINES, prop(signed="2014-02-30")),
    "in-force": (LINES, prop(in_force=2014)),
    "parties": (LINES, prop(parties=[["ID"]])),
    "side-null": (WATERS, prop(side=None)),
    "side-of-a-name": (WATERS, prop(side="Malaysia")),
    "light-sides-unlike": (LIGHT, prop(side="SG")),
    "light-side-missing": (LIGHT, document(lambda changed: changed["features"].pop(0))),
    # agreements
    "agreements-of-a-list": (TEXTS, content(b"[]")),
    "agreement-of-a-number": (TEXTS, document(lambda changed: changed["agreements"].append(7))),
    "agreement-twice": (TEXTS, document(lambda changed: changed["agreements"].append(changed["agreements"][0]))),
    "agreement-theme": (TEXTS, agreement(theme="gossip")),
    "agreement-name-too-long": (TEXTS, agreement(name={"en": "x" * 301, "id": "x"})),
    "agreement-half-a-character": (TEXTS, agreement(short={"en": "\ud800", "id": "x"})),
    "agreement-key-of-half-a-character": (TEXTS, agreement(**{"\ud800\n": 1})),
    "agreement-date": (TEXTS, agreement(dates=[{"kind": "signed", "value": "2004-13", "precision": "month", **CLAIM}])),
    "agreement-of-no-point": (TEXTS, agreement(point_ids=["belawan"])),
    "agreement-of-no-place": (TEXTS, agreement(place_ids=["phuket"])),
    # counts
    "counts-of-nothing": (COUNTS, content(b"")),
    "counts-not-utf-8": (COUNTS, content(b"\xff")),
    "counts-without-column": (COUNTS, content(b"year,count\n2019,3\n")),
    "counts-short-row": (COUNTS, counts("2019,IMB,toy-strait,3")),
    "counts-long-row": (COUNTS, counts(f"{COUNTS_ROW},more")),
    "counts-open-quote": (COUNTS, counts('2019,"IMB')),
    "counts-huge-field": (COUNTS, counts(COUNTS_ROW.replace("A note.", "x" * 200_000))),
    "counts-negative": (COUNTS, counts(COUNTS_ROW.replace(",3,", ",-3,"))),
    "counts-of-text": (COUNTS, counts(COUNTS_ROW.replace(",3,", ",many,"))),
    "counts-nan": (COUNTS, counts(COUNTS_ROW.replace(",3,", ",nan,"))),
    "counts-of-digits-without-end": (COUNTS, counts(COUNTS_ROW.replace(",3,", f",{'9' * 5000},"))),
    "counts-mark": (COUNTS, counts(COUNTS_ROW.replace("one-source", "rumour"))),
    "counts-source": (COUNTS, counts(COUNTS_ROW.replace("toy-gazette", "toy-gazette;rumour"))),
    "counts-twice": (COUNTS, counts(COUNTS_ROW, COUNTS_ROW)),
    # records
    "records-not-toml": (SOURCES_FILE, records("study_box", "study box")),
    "records-nested-without-end": (SOURCES_FILE, records("data_date", f"x = {'[' * 5000}\ndata_date")),
    "records-digits-without-end": (SOURCES_FILE, records("accuracy_m = 5000", f"accuracy_m = {'9' * 5000}")),
    "records-hexadecimal-without-end": (SOURCES_FILE, records("accuracy_m = 5000", f"accuracy_m = 0x{'f' * 5000}")),
    "records-not-utf-8": (SOURCES_FILE, lambda folder, file: (folder / file).write_bytes(b"# caf\xe9")),
    "records-nan": (SOURCES_FILE, records("accuracy_m = 5000", "accuracy_m = nan")),
    "records-box-nan": (SOURCES_FILE, records("117.0", "nan")),
    "records-box-swapped": (SOURCES_FILE, records("117.0", "128.0")),
    "records-day": (SOURCES_FILE, records("2026-11-24", "2026-11-31")),
    "records-month": (SOURCES_FILE, records("2026-11-24", "2026-11")),
    "records-date-of-toml": (SOURCES_FILE, records('"2026-11-24"', "2026-11-24")),
    "records-file-twice": (SOURCES_FILE, records('file = "limits.geojson"', f'file = "{LAND}"')),
    "records-id-twice": (SOURCES_FILE, records('id = "limits"', 'id = "land"')),
    "records-count-of-text": (SOURCES_FILE, records("features = 1", 'features = "1"')),
    "records-of-no-file": (LIMITS, records('file = "limits.geojson"', 'file = "other.geojson"')),
}


@pytest.mark.parametrize("way", SPOILED)
def test_a_spoiled_folder_is_refused_by_a_sentence_that_names_the_file(folder, way):
    file, spoil = SPOILED[way]
    spoil(folder, file)

    with pytest.raises(GeoError) as raised:
        scheme.load(folder)

    faults = raised.value.faults
    assert any(re.match(rf"(.*/)?{re.escape(file)}: ", fault) for fault in faults), faults
    assert all(fault.isprintable() and len(fault) <= 1001 for fault in faults)
    str(raised.value).encode()


def test_a_name_that_is_too_long_is_refused_with_the_length_that_is_wanted(folder):
    agreement(short={"en": "x" * 40_000, "id": "x"})(folder, TEXTS)

    with pytest.raises(DataError, match=r"short\.en: 'x+\.\.\.x+'; wanted at most 300 characters$"):
        scheme.load(folder)


@pytest.mark.parametrize("file", [POINTS, TEXTS, COUNTS, SOURCES_FILE])
def test_a_file_that_may_not_be_read_is_refused_by_one_sentence(folder, file, monkeypatch):
    """By a patch, since file permissions do not stop root."""
    read = type(folder).read_bytes

    def refuse(path):
        if path.name == file:
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(type(folder), "read_bytes", refuse)

    with pytest.raises(DataError) as raised:
        scheme.load(folder)

    assert raised.value.faults == (f"{file}: cannot be read (Permission denied)",)


def test_thousands_of_faults_are_kept_and_the_first_are_told(folder):
    record_file(folder, LAND, json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature"}] * 2000}).encode())

    with pytest.raises(DataError) as raised:
        scheme.load(folder)

    lines = str(raised.value).splitlines()
    assert len(raised.value.faults) == 4000
    assert len(lines) == 201
    assert lines[-1] == "and 3,800 more faults"


# --- any value anywhere ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_spoiled_is_refused_in_words_or_shown(seed):
    """Only loading refuses data: whatever it accepts, the rest of the code handles. ``make fuzz`` runs many more."""
    run = fuzz(seed, files=range(60), addresses=range(400))

    assert run.counts["traces"] == 0
    assert min(run.counts[outcome] for outcome in ("file refused", "file read", "address read", "address replaced")) > 3
