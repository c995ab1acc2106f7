"""Documents that would be wrong fail the build."""

import re
import tomllib

import pytest

import geo
from scripts import data_docs
from tests.conftest import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def test_the_data_document_is_fresh(shipped):
    assert data_docs.document(shipped) == (ROOT / "docs" / "data.md").read_text("utf-8"), "run `make docs`"


def test_the_check_fails_on_a_stale_document(shipped, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(data_docs, "load", lambda _: shipped)
    monkeypatch.setattr(data_docs, "DOCUMENT", tmp_path / "data.md")
    monkeypatch.setattr("sys.argv", ["data_docs", "--check"])

    assert data_docs.main() == 1
    assert "docs/data.md is stale: run `make docs`" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []

    monkeypatch.setattr("sys.argv", ["data_docs"])
    assert data_docs.main() == 0
    monkeypatch.setattr("sys.argv", ["data_docs", "--check"])
    assert data_docs.main() == 0


def test_markdown_of_the_data_is_shown_as_written():
    assert data_docs.text("a|b *c* [d](e) <f>") == r"a\|b \*c\* \[d\](e) \<f>"


@pytest.mark.parametrize(
    "name", ["ARCHITECTURE.md", "CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "LICENSE", "README.md"]
)
def test_a_document_that_is_promised_exists(name):
    assert (ROOT / name).is_file()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_relative_links_lead_somewhere(path):
    targets = [target.partition("#")[0] for target in LINK.findall(path.read_text("utf-8")) if "://" not in target]

    assert [target for target in targets if target and not (path.parent / target).exists()] == []


def test_the_version_is_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    citation = (ROOT / "CITATION.cff").read_text("utf-8")

    assert project["version"] == geo.__version__
    assert f"\nversion: {geo.__version__}\n" in citation


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned(name):
    lines = [line.partition("#")[0].strip() for line in (ROOT / name).read_text("utf-8").splitlines()]
    loose = [line for line in lines if line and not line.startswith("-r") and not re.match(r"[\w.-]+==[\w.]+( ;|$)", line)]

    assert loose == []


WORDS = """answer, backup, band, control point, cost of the boundary, first responder, gap, limit, mark, place, reach,
readiness, route, rule, scenario, scheme, side, stamp, start, waters"""
ENTRY = re.compile(r"^- \*\*(?P<word>[^*]+)\*\* \((?P<indonesian>[^)]+)\): (?P<meaning>.+)$", re.MULTILINE)


def test_the_glossary_explains_each_word_in_a_sentence():
    entries = list(ENTRY.finditer((ROOT / "docs" / "glossary.md").read_text("utf-8")))

    assert sorted(entry["word"].casefold() for entry in entries) == re.split(r",\s+", WORDS)
    for entry in entries:
        assert entry["meaning"].endswith("."), entry["word"]
        assert ". " not in entry["meaning"], entry["word"]
