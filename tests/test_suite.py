"""The suite itself: a browser starts only where it is marked, and no wait is shorter than a slow machine needs."""

import ast

import hypothesis
import pytest

from tests.conftest import BROWSER_TESTS, ROOT

FILES = sorted((ROOT / "tests").rglob("*.py"))
TREES = {path: ast.parse(path.read_text("utf-8")) for path in FILES}
SHORTEST_S = 30
# Pauses in which something must not happen, or that are what a person does; each is explained where it stands.
PAUSES_MS = {"test_link_in_browser.py": [1_000], "test_years_in_browser.py": [150], "conftest.py": [20]}


def test_each_test_that_could_start_a_browser_is_marked(request):
    unmarked = [
        item.nodeid
        for item in request.session.items
        if "browser" in item.fixturenames and not item.get_closest_marker("browser")
    ]

    assert unmarked == []


def test_a_browser_is_known_in_its_folder_only():
    users = {path for path, tree in TREES.items() if "playwright" in ast.dump(tree)}

    assert [path.name for path in users if BROWSER_TESTS not in path.parents and path.name != "test_suite.py"] == []


def test_no_timeout_is_short():
    """Seconds, or milliseconds in ``tests/browser``; `PATIENCE_MS` and `PATIENCE_S` are names of long ones."""
    short = [
        (path.name, node.lineno)
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg and node.arg.endswith("timeout") and isinstance(node.value, ast.Constant)
        if node.value.value is not None and node.value.value < SHORTEST_S * (1000 if BROWSER_TESTS in path.parents else 1)
    ]

    assert short == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_pause_is_one_of_those_explained(path):
    pauses = [
        node.args[0].value
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "wait_for_timeout"
    ]

    assert pauses == PAUSES_MS.get(path.name if BROWSER_TESTS in path.parents else "", [])


def test_hypothesis_has_no_deadline():
    assert hypothesis.settings().deadline is None
    assert hypothesis.HealthCheck.too_slow in hypothesis.settings().suppress_health_check
