"""The model of an agreement, and the questions asked of a list of them."""

import json

import pytest
from pydantic import ValidationError

from geo.errors import DataError, SchemaError
from geo.scheme.agreements import (
    Agreement,
    filter_by_feature,
    filter_by_party,
    filter_by_words,
    parties_by_count,
    read_agreements,
)

CLAIM = {"mark": "verified", "sources": ["gazette"]}


def both(value):
    return {"en": value, "id": f"{value} (id)"}


def dated(kind, value):
    return {"kind": kind, "value": value, "precision": {4: "year", 7: "month", 10: "day"}[len(value)], **CLAIM}


def record(**changes):
    """Return a valid record, with some of its fields changed."""
    return {
        "id": "treaty",
        "short": both("Treaty"),
        "name": both("Treaty on the sea"),
        "theme": "context",
        "kind": "treaty",
        "parties": {"members": [{"code": "ID"}, {"code": "MY"}], **CLAIM},
        "dates": [dated("signed", "2004-07-20")],
        "status": {"value": "in-force", "text": both("In force."), **CLAIM},
        "areas": {"items": [both("coordinated patrol")], **CLAIM},
        "summary": {"text": both("What it does."), **CLAIM},
        "mark": "verified",
        **changes,
    }


def agreement(**changes):
    return Agreement.model_validate(record(**changes))


@pytest.fixture
def write(tmp_path):
    """Return a function that writes records as an agreements.json."""

    def written(*records):
        path = tmp_path / "agreements.json"
        path.write_text(json.dumps({"agreements": records}), "utf-8")
        return path

    return written


# --- the model ----------------------------------------------------------------------------------------------------------


def test_a_record_is_a_frozen_value():
    with pytest.raises(ValidationError, match="frozen"):
        agreement().id = "other"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": "Not an id"}, "id\n.*pattern"),
        ({"colour": "red"}, "colour\n.*[Ee]xtra"),
        ({"mark": "rumour"}, "mark\n.*verified"),
        ({"theme": "gossip"}, "theme\n"),
        ({"short": {"en": "Only English"}}, "short.id\n.*required"),
        ({"short": {"en": "", "id": "kosong"}}, "short.en\n.*at least 1"),
        ({"areas": {"items": [], **CLAIM}}, "areas.items\n.*at least 1"),
        ({"summary": {"text": both("Unsourced."), "mark": "verified", "sources": []}}, "summary.sources\n.*at least 1"),
        ({"parties": {"members": [{"code": "idn"}], **CLAIM}}, "code\n.*pattern"),
        ({"dates": [{**dated("signed", "2004"), "precision": "day"}]}, "'2004' does not have the precision 'day'"),
        ({"dates": [dated("signed", "2004-13")]}, "month must be in 1"),
    ],
)
def test_a_broken_record_is_refused(changes, message):
    with pytest.raises(ValidationError, match=f"(?s){message}"):
        agreement(**changes)


def test_year_is_that_of_the_first_founding_date():
    dates = [dated("proposed", "2003"), dated("in-force", "2006-01-01"), dated("signed", "2004-07"), dated("ended", "2001")]

    assert agreement(dates=dates).year == 2004


def test_year_of_an_agreement_without_founding_date_is_unknown():
    assert agreement(dates=[dated("last-seen", "2020")]).year is None


def test_a_party_that_came_twice_counts_once():
    observer, member = {"code": "TH", "to": "2008", "capacity": "observer"}, {"code": "TH", "from": "2008"}

    assert agreement(parties={"members": [{"code": "ID"}, observer, member], **CLAIM}).party_codes == ("ID", "TH")


def test_source_ids_are_those_of_every_claim():
    claims = {
        "parties": {"members": [], "mark": "verified", "sources": ["a"]},
        "dates": [{**dated("signed", "2004"), "sources": ["b"]}],
        "status": {"value": "unknown", "text": both("?"), "mark": "verified", "sources": ["c"]},
        "areas": {"items": [both("x")], "mark": "verified", "sources": ["d"]},
        "summary": {"text": both("x"), "mark": "verified", "sources": ["e"]},
        "disagreements": [{"text": both("x"), "sources": ["f", "a"]}],
    }

    assert agreement(**claims).source_ids == set("abcdef")


def test_a_text_speaks_both_languages():
    assert agreement().short.in_language("en") == "Treaty"
    assert agreement().short.in_language("id") == "Treaty (id)"


# --- reading ------------------------------------------------------------------------------------------------------------


def test_agreements_come_in_the_order_of_the_file(write):
    assert [a.id for a in read_agreements(write(record(id="b"), record(id="a")))] == ["b", "a"]


def test_every_fault_of_a_file_is_in_one_message(write):
    nameless = {key: value for key, value in record().items() if key != "id"}
    path = write(record(mark="rumour", colour="red"), nameless, record(id="twin"), record(id="twin"), 7)

    with pytest.raises(SchemaError) as raised:
        read_agreements(path)

    message = str(raised.value)
    assert "agreements.json: agreement treaty: mark: " in message
    assert "agreements.json: agreement treaty: colour: " in message
    assert "agreements.json: agreement number 2: id: Field required" in message
    assert "agreements.json: agreement twin: id used 2 times; wanted once" in message
    assert "agreements.json: agreement number 5: record: " in message
    assert len(raised.value.faults) == 5
    assert isinstance(raised.value, DataError)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "cannot be read as JSON"),
        (b"\xff\xfe", "is UTF-16; save it as UTF-8"),
        (b"[]", "wanted an object with a list `agreements`"),
        (b'{"agreements": {}}', "wanted an object with a list `agreements`"),
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path, content, message):
    path = tmp_path / "agreements.json"
    path.write_bytes(content)

    with pytest.raises(SchemaError, match=rf"agreements\.json: {message}"):
        read_agreements(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(SchemaError, match=r"agreements\.json: cannot be read"):
        read_agreements(tmp_path / "agreements.json")


# --- questions ----------------------------------------------------------------------------------------------------------


def ids(found):
    return [a.id for a in found]


def test_by_party_wants_every_state_asked_for():
    three = agreement(id="three", parties={"members": [{"code": c} for c in ("ID", "MY", "SG")], **CLAIM})
    known = (agreement(), three)

    assert ids(filter_by_party(known, ["ID", "MY"])) == ["treaty", "three"]
    assert ids(filter_by_party(known, ["SG"])) == ["three"]
    assert ids(filter_by_party(known, [])) == ["treaty", "three"]
    assert ids(filter_by_party(known, ["ID", "VN"])) == []


def test_states_are_counted_over_all_agreements_those_of_most_first():
    codes = (["SG"], ["MY", "ID"], ["MY", "SG", "MY"])
    known = [agreement(parties={"members": [{"code": code} for code in members], **CLAIM}) for members in codes]

    assert parties_by_count(known) == ["MY", "SG", "ID"]
    assert parties_by_count([]) == []


def test_a_feature_finds_what_names_it_as_point_or_place():
    known = (agreement(id="at-point", point_ids=["lumut"]), agreement(id="at-place", place_ids=["phuket"]), agreement())

    assert ids(filter_by_feature(known, "lumut")) == ["at-point"]
    assert ids(filter_by_feature(known, "phuket")) == ["at-place"]
    assert ids(filter_by_feature(known, "nowhere")) == []


@pytest.mark.parametrize(
    ("words", "lang", "found"),
    [
        ("", "en", True),
        ("   ", "en", True),
        ("TREATY", "en", True),
        ("sea treaty", "en", True),
        ("patrol", "en", True),
        ("2004", "en", True),
        ("malaysia", "en", True),
        ("treaty nowhere", "en", False),
        ("(id)", "en", False),
        ("(id)", "id", True),
        (".*", "en", False),
    ],
)
def test_a_search_wants_every_word_in_its_language(words, lang, found):
    assert bool(filter_by_words([agreement()], words, lang=lang)) is found
