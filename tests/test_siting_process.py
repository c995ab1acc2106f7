"""A search in a process of its own: the same answer, told how far it is, stopped at any moment."""

import json
import os
from pathlib import Path

import pytest

from geo.coverage.answers import default_scenario
from geo.errors import GeoError
from geo.siting import SearchProcess, SiteQuestion, find_sites
from geo.siting.process import SEARCH_VARIABLE
from tests.conftest import ROOT

DATA = ROOT / "data"


def test_it_answers_as_this_process_does(shipped, model):
    question = SiteQuestion(default_scenario(model), goal="mean", candidates="places")

    search = SearchProcess(DATA, question)
    state = search.wait(300)

    assert (state.is_over, state.error) == (True, None)
    assert state.answer == json.loads(json.dumps(find_sites(shipped, model, question).to_json()))


def test_it_can_be_stopped(model):
    search = SearchProcess(DATA, SiteQuestion(default_scenario(model)))

    search.stop()

    assert search.state.is_over
    assert (search.state.answer, search.state.error) == (None, None)
    with pytest.raises(ProcessLookupError):
        os.kill(search._process.pid, 0)


def test_what_is_wrong_is_one_sentence(model, tmp_path):
    state = SearchProcess(tmp_path, SiteQuestion(default_scenario(model))).wait(300)

    assert state.is_over
    assert "\n" not in state.error
    assert str(tmp_path) in state.error or "agreements.json" in state.error


def test_a_host_can_do_without(model, monkeypatch):
    monkeypatch.setenv(SEARCH_VARIABLE, "off")

    with pytest.raises(GeoError, match="switched off on this host"):
        SearchProcess(Path("data"), SiteQuestion(default_scenario(model)))
