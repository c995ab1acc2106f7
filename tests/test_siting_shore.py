"""Candidates on a shore, how far the proof reaches along it, what is kept on disk, and the same answer from everywhere."""

import functools
import json
import math
from dataclasses import replace

import numpy as np
import pytest
import shapely
from typer.testing import CliRunner

from geo.cli import site
from geo.cli.app import app
from geo.coverage import answers
from geo.coverage.answers import CoverageModel, default_scenario
from geo.coverage.reach import start_fields
from geo.coverage.scenario import AddedStart, Rule
from geo.disk_cache import CACHE_VARIABLE
from geo.errors import ScenarioError
from geo.scheme.patrol_scheme import load
from geo.siting import CandidateKind, Goal, SiteQuestion, Watch, candidates, find_fewest, find_sites
from geo.siting.answer import value_coast
from geo.siting.candidates import find_candidates, trace_shore
from geo.siting.watch import SearchStoppedError
from geo.units import M_PER_NMI
from tests.toy import write_toy_folder

SPACING_M = 60_000.0
CELL_M = 20_000.0
each_rule = pytest.mark.parametrize("rule", list(Rule))


@pytest.fixture(scope="module", autouse=True)
def _coarse():
    """Let cells and the spacing of candidates be twenty times as large: the toy strait is as wide as a sea."""
    patch = pytest.MonkeyPatch()
    patch.setattr(answers, "start_fields", functools.partial(start_fields, cell_m=CELL_M))
    patch.setattr(candidates, "SPACING_M", SPACING_M)
    patch.setenv(CACHE_VARIABLE, "off")
    yield
    patch.undo()


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return load(write_toy_folder(tmp_path_factory.mktemp("siting") / "toy"))


@pytest.fixture(scope="module")
def toy_model(toy):
    return CoverageModel(toy)


@pytest.fixture(scope="module")
def shore(toy, toy_model):
    """Return the candidates along the toy strait's shore."""
    return find_candidates(toy, toy_model, CandidateKind.SHORE)


def scenario_of(model, **changes):
    """Return a scenario of two starts in the west, one of each state, so that more are of use."""
    return replace(default_scenario(model), **{"point_ids": ("sandakan", "tarakan"), "limit_h": 8.0, **changes})


def points_of_shore(toy, model, count, seed):
    """Return random points of the shore with the state of the water nearest to each: anywhere on its edges."""
    traced, random = trace_shore(toy, model), np.random.default_rng(seed)
    edges = random.choice(len(traced.edge), count)
    begin, end = traced.lonlat[traced.edge[edges].T]
    share = random.random((count, 1))
    return begin + share * (end - begin), [traced.states[state] for state in traced.state[traced.edge[edges, 0]]]


def test_candidates_lie_on_the_shore_of_the_strait_and_of_each_state(toy, toy_model, shore):
    outline = toy_model.fields.reach.grid.outline
    positions = shapely.points([(one.lon, one.lat) for one in shore.each])

    assert shapely.dwithin(outline, positions, 1e-5).all()
    assert toy_model.fields.water.locate(*shapely.get_coordinates(positions).T).is_water.all()
    assert {one.country for one in shore.each} == {"ID", "MY", "PH"} == shore.spacing_m.keys()


def test_no_point_of_the_shore_is_farther_from_a_candidate_than_measured(toy, toy_model, shore):
    """Measured again by searches from random points of the shore."""
    points, states = points_of_shore(toy, toy_model, 60, seed=1)
    at = np.array([(one.lon, one.lat) for one in shore.each])
    found = []
    for point, state in zip(points, states, strict=True):
        to_each_m = toy_model.fields.water.from_point(*point).at_m(*at.T)
        own = np.array([one.country == state for one in shore.each])
        assert to_each_m[own].min() <= shore.spacing_m[state]
        assert to_each_m.min() <= shore.joint_spacing_m
        found.append(to_each_m[own].min())

    assert max(shore.spacing_m.values()) <= SPACING_M
    assert max(found) > SPACING_M / 3  # the bound is no idle one


@each_rule
@pytest.mark.parametrize("goal", list(Goal))
def test_no_point_of_the_shore_beats_the_best_candidate_by_more_than_is_said(toy, toy_model, goal, rule):
    """The winner is moved along the shore at random, and away from where it is."""
    question = SiteQuestion(scenario_of(toy_model, rule=rule), goal=goal)
    answer = find_sites(toy, toy_model, question)
    points, states = points_of_shore(toy, toy_model, 25, seed=2)

    for (lon, lat), state in zip(points, states, strict=True):
        moved = replace(question.scenario, added=(AddedStart(float(lon), float(lat), state),))
        coverage = toy_model.answer(moved).coverage
        if goal.is_share:
            share = coverage.reached_share if goal is Goal.REACH else coverage.backup_share
            assert share <= answer.guarantee.share + 1e-9
            continue
        hours, area = coverage.soonest_h, coverage.reach.grid.area_km2
        assert area[np.isinf(hours)].sum() / area.sum() >= answer.sites.best.never - 1e-9
        if goal is Goal.WORST and math.isclose(area[np.isinf(hours)].sum() / area.sum(), answer.sites.best.never):
            assert hours[np.isfinite(hours)].max() >= answer.sites.value - answer.guarantee.minutes / 60 - 1e-9
        if goal is Goal.MEAN:
            mean_h = np.average(np.minimum(hours, 24), weights=area)
            assert mean_h >= answer.sites.value - answer.guarantee.minutes / 60 - 1e-9
    assert answer.guarantee.minutes == pytest.approx(answer.guarantee.d_km * 1e3 / M_PER_NMI / 20 * 60)


@each_rule
def test_the_numbers_are_those_of_the_coverage_with_the_answer_added(toy, toy_model, rule):
    answer = find_sites(toy, toy_model, SiteQuestion(scenario_of(toy_model, rule=rule), count=2, goal=Goal.REACH))
    told = answer.to_json()

    added = tuple(AddedStart(one.lon, one.lat, one.country) for one in answer.chosen())
    coverage = toy_model.answer(scenario_of(toy_model, rule=rule, added=added)).coverage
    assert told["after"]["reached_share"] == pytest.approx(coverage.reached_share, abs=1e-6)
    assert told["after"]["value"] == pytest.approx(coverage.reached_share, abs=1e-6)
    assert told["before"]["value"] == pytest.approx(
        toy_model.answer(scenario_of(toy_model, rule=rule)).coverage.reached_share, abs=1e-6
    )
    assert told["before"]["reached_share"] < told["after"]["reached_share"]
    assert [one["loss"] for one in told["next"]] == sorted(one["loss"] for one in told["next"])
    assert told["proof"]["proved"]


def test_of_one_state_only(toy, toy_model, shore):
    answer = find_sites(toy, toy_model, SiteQuestion(scenario_of(toy_model), count=2, country="PH"))

    assert {one.country for one in answer.candidates.each} == {"PH"}
    assert answer.guarantee.d_km == pytest.approx(shore.spacing_m["PH"] / 1e3)


def test_places_on_record_bring_their_ids_and_no_word_about_the_shore(toy, toy_model):
    answer = find_sites(toy, toy_model, SiteQuestion(scenario_of(toy_model), candidates="places"))
    both = find_candidates(toy, toy_model, CandidateKind.BOTH)

    # The port lies farther from the water than a start may.
    assert {one.id for one in answer.candidates.each} == {"bitung", "bongao", "tawau", "zamboanga"}
    assert answer.guarantee is None
    assert {one.id for one in both.each} == {None, "bitung", "bongao", "sandakan", "tarakan", "tawau", "zamboanga"}
    assert both.distance_m.shape[0] == len(both.each)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"country": "VN"}, "no state 'VN' on this water; known: ID, MY, PH"),
        ({"count": 4}, "from 1 to 3 further starts"),
        ({"until": 1.5}, "above 0 and up to 100 %"),
        ({"until": 0.5, "goal": Goal.MEAN}, "of 'mean'"),
    ],
)
def test_an_impossible_question_is_refused(toy, toy_model, change, message):
    with pytest.raises(ScenarioError, match=message):
        find_sites(toy, toy_model, SiteQuestion(scenario_of(toy_model), **change))


def test_there_is_room_for_five_added_starts(toy_model):
    four = (AddedStart(120.0, 3.5, "MY"),) * 4
    with pytest.raises(ScenarioError, match="beside the 4 given there is room for 1, got 2"):
        SiteQuestion(scenario_of(toy_model, added=four), count=2)


def test_a_search_that_is_stopped_before_anything_is_found_says_so(toy, toy_model):
    with pytest.raises(SearchStoppedError, match="give it more time"):
        find_sites(toy, toy_model, SiteQuestion(scenario_of(toy_model)), watch=Watch(time_s=0))


def test_a_question_survives_json(toy_model):
    question = SiteQuestion(
        scenario_of(toy_model, added=(AddedStart(120.0, 3.5, "MY", "x"),), without=("tarakan",)), 2, "mean"
    )

    assert SiteQuestion.from_json(json.loads(json.dumps(question.to_json()))) == question


# --- what is kept on disk -----------------------------------------------------------------------------------------------


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


def numbers_of(found):
    return found.each, found.spacing_m, found.joint_spacing_m, found.distance_m.read(0, len(found.each)).tobytes()


@pytest.mark.parametrize("lost", ["nothing", "fields", "candidates", "digest", "half"])
def test_kept_fields_are_the_same_and_what_is_lost_or_damaged_is_computed_again(
    toy, toy_model, shore, cache, lost, monkeypatch
):
    find_candidates(toy, toy_model, CandidateKind.SHORE)
    [fields], [small] = cache.glob("shore-fields-*.f4"), cache.glob("shore-candidates-*.npz")
    content = fields.read_bytes()
    damage = {"digest": content[:-1] + b"x", "half": content[: len(content) // 2]}
    if lost in damage:
        fields.write_bytes(damage[lost])
    elif lost != "nothing":
        (fields if lost == "fields" else small).unlink()
    searches = []
    spread = candidates._spread
    monkeypatch.setattr(candidates, "_spread", lambda *asked: searches.append(1) or spread(*asked))

    again = find_candidates(toy, toy_model, CandidateKind.SHORE)

    assert numbers_of(again) == numbers_of(shore)
    assert len(searches) == (lost != "nothing")
    assert fields.read_bytes() == content


def test_columns_read_from_the_file_are_those_of_the_rows(toy, toy_model, cache):
    rows = find_candidates(toy, toy_model, CandidateKind.BOTH).distance_m
    whole = rows.read(0, rows.shape[0])

    for cells in (np.array([3]), np.arange(0, rows.shape[1], 7)):
        np.testing.assert_array_equal(rows.read_columns(cells), whole[:, cells])
    chosen = rows.take([5, 2, rows.shape[0] - 1])
    np.testing.assert_array_equal(chosen.read(0, 3), whole[[5, 2, -1]])
    np.testing.assert_array_equal(chosen.read_columns(np.array([1, 4])), whole[[5, 2, -1]][:, [1, 4]])


def test_one_file_of_fields_is_kept(toy, toy_model, cache, monkeypatch):
    for spacing_m in (90_000.0, SPACING_M):
        monkeypatch.setattr(candidates, "SPACING_M", spacing_m)
        find_candidates(toy, toy_model, CandidateKind.SHORE)

    assert len(list(cache.glob("shore-fields-*.f4"))) == 1


def test_where_the_disk_is_full_they_stay_in_memory(toy, toy_model, shore, cache, monkeypatch):
    monkeypatch.setattr("geo.siting.fields.MOST_BYTES", 2**60)
    monkeypatch.setattr("geo.siting.fields.most_rows", lambda cells: 200)

    assert numbers_of(find_candidates(toy, toy_model, CandidateKind.SHORE)) == numbers_of(shore)
    assert not list(cache.glob("shore-fields-*.f4"))


def test_where_the_file_would_be_too_large_there_are_fewer_and_the_spacing_says_so(toy, toy_model, shore, monkeypatch):
    monkeypatch.setattr(candidates, "most_rows", lambda cells: 9)

    fewer = find_candidates(toy, toy_model, CandidateKind.SHORE)

    assert len(fewer.each) in {8, 9}
    assert fewer.joint_spacing_m > SPACING_M


# --- how few, and the value of the coast --------------------------------------------------------------------------------


def test_how_few_reach_a_share(toy, toy_model):
    """Two are not enough where the best two reach less, and three are enough where the best three reach it."""
    scenario = scenario_of(toy_model, limit_h=5.0)
    best = [find_sites(toy, toy_model, SiteQuestion(scenario, count=count)).sites.value for count in (1, 2, 3)]
    wanted = (best[1] + best[2]) / 2

    answer = find_fewest(toy, toy_model, SiteQuestion(scenario, until=wanted))

    assert (answer.fewest.bound, answer.fewest.found, answer.fewest.proved) == (3, 3, True)
    assert answer.fewest.share == pytest.approx(best[2])
    assert answer.to_json()["share"] >= wanted


def test_the_value_of_the_coast_is_largest_at_the_best_candidate(toy, toy_model):
    question = SiteQuestion(scenario_of(toy_model), goal=Goal.MEAN)
    found, value, never, before = value_coast(toy, toy_model, question)
    best = find_sites(toy, toy_model, question).sites

    assert len(found.each) == len(value) == len(never)
    assert value[best.best.rows[0]] == pytest.approx(value.min()) == pytest.approx(best.value)
    assert (value <= before.value).all()


# --- the command line ---------------------------------------------------------------------------------------------------


@pytest.fixture
def at_once(toy, toy_model, monkeypatch):
    """Let the command answer for the toy strait with what is computed already."""
    monkeypatch.setattr(site, "CoverageModel", lambda scheme: toy_model)
    monkeypatch.setattr(site, "load", lambda folder: toy)


def run(*words):
    return CliRunner().invoke(app, ["site", *(str(word) for word in words)])


BASE = ("--points", "sandakan,tarakan", "--hours", "8")


@pytest.mark.usefixtures("at_once")
def test_json_is_the_answer_of_the_search(toy, toy_model):
    result = run(*BASE, "--more", 2, "--goal", "mean", "--rule", "joint", "--json")
    question = SiteQuestion(scenario_of(toy_model, rule=Rule.JOINT), 2, Goal.MEAN)

    told = json.loads(result.stdout, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert told == json.loads(json.dumps(find_sites(toy, toy_model, question).to_json()))
    assert {"goal", "before", "after", "chosen", "next", "proof", "shore_guarantee"} == told.keys()
    assert "Candidates along the shore" in result.stderr


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    ("words", "lang", "said"),
    [
        ((), "en", ["Further starts (1) for the largest share reached within 8 h", "Proved: ", "no advice on where"]),
        (("--goal", "worst"), "en", ["Worst arrival where a start may act", "better by more"]),
        (("--goal", "mean", "--more", "2"), "id", ["waktu tiba rata-rata", "Terbukti: ", "bukan saran"]),
        (("--goal", "backup", "--candidates", "places"), "id", ["pelabuhan dan pangkalan", "hanya untuk tempat-tempat ini"]),
        (("--until", "85%"), "en", ["85 % within 8 h takes", "proved: fewer are not enough"]),
        (("--until", "1%"), "id", ["sudah tercapai"]),
        (("--until", "100%", "--hours", "0.6"), "en", ["is not reached by any number of further starts"]),
        (("--keep", "tarakan", "--country", "ph"), "en", ["Philippines only"]),
    ],
)
def test_the_answer_in_words(words, lang, said):
    result = run(*BASE, *words, "--lang", lang)

    assert result.exit_code == 0, result.stderr
    for part in said:
        assert part in result.stdout


@pytest.mark.usefixtures("at_once")
def test_the_value_of_the_coast_as_geojson(toy, toy_model, tmp_path):
    out = tmp_path / "coast.geojson"
    result = run(*BASE, "--goal", "mean", "--coast", out, "--json")
    told = json.loads(result.stdout)

    document = json.loads(out.read_text("utf-8"))
    gains = [feature["properties"]["gain_minutes"] for feature in document["features"]]
    assert max(gains) == pytest.approx((told["before"]["value"] - told["after"]["value"]) * 60, abs=1e-2)
    assert document["goal"] == "mean"
    assert len(document["features"]) == told["proof"]["candidates"]
    assert run(*BASE, "--goal", "mean", "--coast", out).exit_code == 0  # ours is overwritten
    out.write_text("not ours", "utf-8")
    refused = run(*BASE, "--goal", "mean", "--coast", out)
    assert (refused.exit_code, out.read_text("utf-8")) == (2, "not ours")


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--more", "4"), "from 1 to 3 further starts"),
        (("--goal", "fame"), "no goal 'fame'; known: reach, mean, worst, backup"),
        (("--until", "190%"), "wanted a share above 0 and up to 100 %"),
        (("--until", "most"), "wanted a share above 0 and up to 100 %"),
        (("--until", "50%", "--goal", "mean"), "above 0 and up to 100 % of goal 'reach'"),
        (("--country", "VN"), "no state 'VN'"),
        (("--keep", "tarakan", "--without", "sandakan"), "exclude each other"),
        (("--keep", "nowhere"), "no start 'nowhere'"),
        (("--keep", "bitung"), "--keep bitung: it takes no part"),
        (("--add", "3.5,120", "--add", "3.6,120", "--add", "3.7,120", "--add", "3.8,120", "--more", "2"), "room for 1, got 2"),
        (("--coast", "coast.csv"), "ends in .geojson"),
        (("--seconds", "0"), "give it more time"),
    ],
)
def test_what_cannot_be_asked_is_one_line_and_code_2(words, message):
    result = run(*BASE, *words)

    assert result.exit_code == 2
    assert message in result.stderr.splitlines()[-1]
    assert result.stdout == ""
