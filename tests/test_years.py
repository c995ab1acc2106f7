"""The scheme as of a year: every agreement in one group, every join dated, and what no source tells said to be unknown."""

import json
import tomllib

import pytest

from geo.errors import ScenarioError
from geo.scheme import patrol_scheme as schemes
from geo.scheme.agreements import Agreement
from geo.scheme.as_of import FIRST_YEAR, as_of, last_year, years
from geo.scheme.status import Reason, Standing, status_in_year
from tests.conftest import ROOT
from tests.toy import edit_json

FOUNDING = {"adopted", "agreed", "signed", "launched", "listed"}
SOURCED = {"mark": "one-source", "sources": ["a"]}
BOTH = {"en": "x", "id": "x"}


@pytest.fixture(scope="module")
def told(shipped):
    """Return the shipped scheme as of each year."""
    return {year: as_of(shipped, year) for year in years(shipped)}


@pytest.fixture(scope="module")
def written():
    """Return the agreements of the file as parsed JSON, by id."""
    records = json.loads((ROOT / "data" / "agreements.json").read_text("utf-8"))["agreements"]
    return {record["id"]: record for record in records}


# --- which years ----------------------------------------------------------------------------------------------------------


def test_the_last_year_is_that_of_the_data(shipped):
    date = tomllib.loads((ROOT / "data" / "sources.toml").read_text("utf-8"))["data_date"]

    assert last_year(shipped) == int(str(date)[:4])
    assert years(shipped) == range(FIRST_YEAR, last_year(shipped) + 1)


@pytest.mark.parametrize("beyond", [-1, 1])
def test_a_year_beyond_the_data_is_refused_and_the_known_ones_named(shipped, beyond):
    year = FIRST_YEAR - 1 if beyond < 0 else last_year(shipped) + 1

    with pytest.raises(ScenarioError, match=f"no year {year}; known: {FIRST_YEAR} to {last_year(shipped)}"):
        as_of(shipped, year)


def test_data_older_than_the_first_year_know_no_year(toy_folder):
    document = (toy_folder / "sources.toml").read_text("utf-8").replace("2026-11-24", "1998-05-01")
    (toy_folder / "sources.toml").write_text(document, "utf-8")

    with pytest.raises(ScenarioError, match="known: none, since the data are of 1998"):
        as_of(schemes.load(toy_folder), 1998)


# --- groups ---------------------------------------------------------------------------------------------------------------


def test_every_agreement_is_in_exactly_one_group_each_year(shipped, told):
    known = [agreement.id for agreement in shipped.agreements]

    for then in told.values():
        grouped = [found.agreement_id for standing in Standing for found in then.of_standing(standing)]
        assert sorted(grouped) == sorted(known)


def test_nothing_is_undone_that_has_begun_and_nothing_comes_back_that_has_ended(told):
    for number in range(len(told[FIRST_YEAR].agreements)):
        groups = [then.agreements[number].standing for then in told.values()]

        assert Standing.NOT_YET not in groups[groups.count(Standing.NOT_YET) :]
        assert groups[len(groups) - groups.count(Standing.ENDED) :] == [Standing.ENDED] * groups.count(Standing.ENDED)


def test_what_stands_rests_on_a_date_that_has_come_or_on_the_status_of_today(shipped, told):
    for year, then in told.items():
        for found in then.of_standing(Standing.IN_PLACE):
            by_date = found.date is not None and int(found.date.value[:4]) <= year
            assert by_date or (found.reason is Reason.STATUS and year == last_year(shipped))


def may_hold(record, year):
    """Return whether start and end dates alone allow that an agreement stood at the end of a year, without any doubts."""
    dates = [(date["kind"], int(date["value"][:4])) for date in record["dates"]]
    begins = [of for kind, of in dates if kind == "in-force"] or [of for kind, of in dates if kind in FOUNDING]
    ends = [of for kind, of in dates if kind == "ended"]
    return bool(begins) and min(begins) <= year and not any(of <= year for of in ends)


def test_the_years_agree_with_the_plain_dates(told, written):
    """The dates may allow more than what surely stood, but nothing that is over or still to come."""
    for year, then in told.items():
        held = {agreement_id for agreement_id, record in written.items() if may_hold(record, year)}
        begun = {found.agreement_id for found in then.of_standing(Standing.IN_PLACE) if found.reason is Reason.BEGUN}
        out = {f.agreement_id for f in then.agreements if f.standing is Standing.NOT_YET or f.reason is Reason.ENDED}
        assert begun <= held
        assert out & held == set()


def dated(kind, value, mark="one-source"):
    precision = {4: "year", 7: "month"}.get(len(value), "day")
    return {"kind": kind, "value": value, "precision": precision, "mark": mark, "sources": ["a"]}


def agreement(*dates, status="active", kind="patrol", theme="sibling-patrol"):
    return Agreement.model_validate(
        {
            "id": "one",
            "short": BOTH,
            "name": BOTH,
            "theme": theme,
            "kind": kind,
            "parties": {"members": [{"code": "ID"}], **SOURCED},
            "dates": list(dates),
            "status": {"value": status, "text": BOTH, **SOURCED},
            "areas": {"items": [BOTH], **SOURCED},
            "summary": {"text": BOTH, **SOURCED},
            "mark": "one-source",
        }
    )


def life(dates, **rest):
    """Return an agreement with dates such as ``"launched 2002"``, unconfirmed if they end in a question mark."""
    made = [(*date.rstrip("?").split(), "unconfirmed" if date.endswith("?") else "one-source") for date in dates]
    return agreement(*(dated(*parts) for parts in made), **rest)


# Each life by the groups of 2000 to 2009: n not yet, s standing, ? no source tells, e ended. The data are of 2009.
LIVES = {
    "begun-and-seen-until": ("nnssss????", life(["launched 2002-05-01", "last-seen 2005"])),
    "begun-and-active-without-a-sighting": ("nnssssssss", life(["launched 2002"])),
    "seen-once": ("????s?????", life(["last-seen 2004-03"])),
    "seen-twice": ("??sss?????", life(["last-seen 2002", "last-seen 2004"])),
    "no-date": ("?????????s", life([])),
    "no-date-and-unknown": ("??????????", life([], status="unknown")),
    "no-date-and-over": ("?????????e", life([], status="ended")),
    "ended": ("nsssseeeee", life(["signed 2001", "ended 2005-01-01"], status="ended")),
    "over-but-undated": ("nssss????e", life(["signed 2001", "amended 2004"], status="superseded")),
    "break": ("ss???sss??", life(["launched 1992", "last-seen 2001", "restarted 2005", "last-seen 2007"])),
    "restarted-at-once": ("nnnsssssss", life(["signed 2003-04", "restarted 2003-08"])),
    "treaty-adopted": ("nn???????s", life(["adopted 2002"], kind="treaty", status="in-force")),
    "treaty-in-force": ("nnnnssssss", life(["adopted 2002", "in-force 2004"], kind="treaty", status="in-force")),
    "law-adopted": ("nnssssssss", life(["adopted 2002"], kind="law", status="in-force")),
    "signed-and-never-heard-of": ("nn????????", life(["signed 2002"], kind="memorandum", status="unknown")),
    "launched-and-never-heard-of": ("nns???????", life(["launched 2002"], status="unknown")),
    "start-disputed": ("nn??s?????", life(["launched 2002?", "launched 2004?"], status="unknown")),
    "only-proposed": ("??????????", life(["proposed 2002"], status="unknown")),
}


@pytest.mark.parametrize(("groups", "lived"), LIVES.values(), ids=LIVES)
def test_a_life_falls_into_its_groups(groups, lived):
    letters = {Standing.NOT_YET: "n", Standing.IN_PLACE: "s", Standing.UNKNOWN: "?", Standing.ENDED: "e"}
    found = [status_in_year(lived, year, last=2009, first_of_scheme=None).standing for year in range(2000, 2010)]

    assert "".join(letters[group] for group in found) == groups


def test_a_part_of_the_scheme_is_not_there_before_the_scheme():
    part = agreement(dated("last-seen", "2006"), theme="patrol-scheme")
    before, after = (status_in_year(part, year, last=2009, first_of_scheme=2004) for year in (2003, 2004))

    assert (before.standing, before.reason) == (Standing.NOT_YET, Reason.BEFORE_SCHEME)
    assert (after.standing, after.reason) == (Standing.UNKNOWN, Reason.NO_START)


def test_a_mark_is_that_of_the_date_that_says_so():
    lived = agreement(dated("signed", "2001", "one-source"), dated("launched", "2002", "verified"))

    assert [status_in_year(lived, year, last=2009, first_of_scheme=None).mark.value for year in (2001, 2005)] == [
        "one-source",
        "verified",
    ]


# --- what happened --------------------------------------------------------------------------------------------------------


def test_every_date_of_the_record_is_an_event_of_its_year(told, written):
    expected = [(i, d["value"], d["kind"]) for i, a in written.items() for d in a["dates"] if int(d["value"][:4]) in told]
    events = [(e.agreement_id, e.date.value, e.date.kind.value) for then in told.values() for e in then.events]

    assert sorted(events) == sorted(expected)


# --- the scheme -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", range(FIRST_YEAR, 2004))
def test_before_its_launch_there_is_no_scheme(told, year):
    then = told[year]

    assert not then.has_scheme
    assert then.first_date.value == "2004-07-20"
    assert (then.names, then.members, then.observers) == ((), (), ())


def test_before_everything_all_is_still_to_come(toy_folder):
    then = as_of(schemes.load(toy_folder), FIRST_YEAR)

    assert {found.standing for found in then.agreements} == {Standing.NOT_YET}
    assert (then.events, then.names, then.members, then.commands, then.changes) == ((), (), (), (), ())


@pytest.mark.parametrize(("year", "name"), [(2004, "MALSINDO"), (2005, "MALSINDO"), (2006, "Malacca Straits Patrol (MSP)")])
def test_the_scheme_bears_the_name_of_its_time(told, written, year, name):
    (named,) = told[year].names
    date = next(d for d in written[named.status.agreement_id]["dates"] if d["kind"] in {"launched", "signed"})

    assert named.text.en == name
    assert named.status.standing is Standing.IN_PLACE
    assert (named.status.date.value, list(named.status.date.sources)) == (date["value"], date["sources"])
    assert (named.status.mark.value, int(date["value"][:4]) <= year) == ("verified", True)


def test_after_its_last_sighting_no_source_tells_what_it_is_called_or_who_is_in_it(told, written):
    """The name lasts as long as the record that gives it was seen, the members as long as any part of the scheme."""

    def last_seen(*records):
        return max(d["value"] for record in records for d in record["dates"] if d["kind"] == "last-seen")

    name, scheme = written["msp-2006"], [record for record in written.values() if record["theme"] == "patrol-scheme"]
    unnamed, seen = told[int(last_seen(name)[:4]) + 1], int(last_seen(*scheme)[:4])

    assert {(found.text.en, found.status.reason, found.status.date.value) for found in unnamed.names} == {
        ("Malacca Straits Patrol (MSP)", Reason.LAST_SEEN, last_seen(name))
    }
    assert {member.standing for member in told[seen + 1].members} == {Standing.UNKNOWN}
    assert {member.standing for member in told[seen].members} == {Standing.IN_PLACE}


@pytest.mark.parametrize(
    ("dates", "standing"), [(("signed",), Standing.UNKNOWN), (("signed", "last-seen"), Standing.IN_PLACE)]
)
def test_a_text_of_unknown_fate_was_at_work_only_if_a_source_saw_it(shipped, dates, standing):
    record = shipped.agreement("msp-2006")
    kept = record.model_copy(update={"dates": tuple(date for date in record.dates if date.kind in dates)})

    assert record.status.value == "unknown"
    assert status_in_year(kept, 2008, last=2026, first_of_scheme=2004).standing is standing


def test_a_folder_without_names_has_members_all_the_same(toy_folder):
    then = as_of(schemes.load(toy_folder), 2017)

    assert then.has_scheme
    assert (then.names, [member.code for member in then.members]) == ((), ["ID", "MY", "PH"])


def test_members_only_grow_by_dated_joins(told):
    for year, then in told.items():
        before = {member.code for member in told[year - 1].members} if year > FIRST_YEAR else set()
        now = {member.code: member.since for member in then.members}
        assert before <= set(now)
        assert {int(since[:4]) for code, since in now.items() if code not in before} <= {year}


def test_thailand_observes_first_and_joins_when_the_data_say(told, written):
    parties = written["msp-2006"]["parties"]
    joined = next(party["from"] for party in parties["members"] if party["code"] == "TH")
    first = next(year for year, then in told.items() if "TH" in {member.code for member in then.members})
    (member,) = (member for member in told[first].members if member.code == "TH")

    assert (first, member.since) == (int(joined[:4]), joined)
    assert list(member.sources) in [record["parties"]["sources"] for record in written.values()]
    assert set(member.sources) & set(parties["sources"])
    assert {year for year, then in told.items() if "TH" in {member.code for member in then.observers}} == {2005, 2006, 2007}


def test_a_state_that_left_is_no_member(toy_folder):
    edit_json(toy_folder, "agreements.json", lambda d: d["agreements"][0]["parties"]["members"][1].update(to="2019"))
    toy = schemes.load(toy_folder)

    assert [[member.code for member in as_of(toy, year).members] for year in (2018, 2019)] == [
        ["ID", "MY", "PH"],
        ["ID", "PH"],
    ]


# --- commands -------------------------------------------------------------------------------------------------------------


def commands_at(then, point_id):
    return [(one.command.name.en.split(" (")[0], one.standing) for one in then.commands if one.point_id == point_id]


def test_a_command_that_came_or_left_is_there_for_its_years(told):
    assert commands_at(told[2021], "batam") == [("Lanal Batam", Standing.UNKNOWN), ("Guskamla I", Standing.UNKNOWN)]
    assert commands_at(told[2022], "batam") == commands_at(told[2024], "batam") == [("Lantamal IV", Standing.IN_PLACE)]
    assert commands_at(told[2025], "belawan") == [("Kodaeral I", Standing.IN_PLACE)]


def test_a_command_without_a_start_is_unknown_and_never_missing(told):
    for then in told.values():
        assert [group for _, group in commands_at(then, "changi")] == [Standing.UNKNOWN]


def test_changes_of_command_fall_in_their_year(told):
    changes = {year: [(c.point_id, c.is_arrival, c.date) for c in then.changes] for year, then in told.items()}

    assert ("batam", True, "2022-12-05") in changes[2022]
    assert ("belawan", False, "2025-08") in changes[2025]
    assert {year for year, found in changes.items() if found} == {2022, 2025}


def test_where_no_command_is_dated_yet_none_is_told(toy_folder):
    toy = schemes.load(toy_folder)

    assert as_of(toy, 2016).commands == ()
    assert len(as_of(toy, 2017).commands) == len(toy.control_points)
