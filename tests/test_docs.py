"""Documents that would be wrong fail the build."""

import re
import shlex
import tomllib

import pytest
from typer.testing import CliRunner

import geo
from geo.cli.app import app
from geo.coverage import CoverageModel, Rule, Scenario
from geo.maps.selection import Selection
from geo.offline import export_html
from scripts import data_docs
from tests.conftest import ROOT
from tests.test_architecture import GATES, HOUSE

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def test_the_data_document_is_fresh(shipped):
    assert data_docs.format_document(shipped) == (ROOT / "docs" / "data.md").read_text("utf-8"), "run `make docs`"


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
    assert data_docs.escape_markdown("a|b *c* [d](e) <f>") == r"a\|b \*c\* \[d\](e) \<f>"


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


WORDS = """air ring, answer, backup, band, control point, cost of the boundary, first responder, gap, limit, mark, place,
preset, reach, readiness, route, rule, scenario, scheme, side, stamp, start, waters"""
ENTRY = re.compile(r"^- \*\*(?P<word>[^*]+)\*\* \((?P<indonesian>[^)]+)\): (?P<meaning>.+)$", re.MULTILINE)


def test_the_glossary_explains_each_word_in_a_sentence():
    entries = list(ENTRY.finditer((ROOT / "docs" / "glossary.md").read_text("utf-8")))

    assert sorted(entry["word"].casefold() for entry in entries) == re.split(r",\s+", WORDS)
    for entry in entries:
        assert entry["meaning"].endswith("."), entry["word"]
        assert ". " not in entry["meaning"], entry["word"]


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_the_glossary_is_linked(name):
    assert "](docs/glossary.md)" in (ROOT / name).read_text("utf-8")


ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
CODE = re.compile(r"`([^`]+)`")


def rows_of(heading):
    """Yield the cells of each row of the table under a heading of ARCHITECTURE.md."""
    lines = ARCHITECTURE.partition(f"## {heading}\n")[2].partition("\n## ")[0].splitlines()
    table = [line for line in lines if line.startswith("|")]
    yield from ([cell.strip() for cell in line.strip("|").split("|")] for line in table[2:])


def test_the_architecture_has_a_row_for_each_wing_in_the_order_of_the_house():
    wings = [CODE.fullmatch(wing)[1] for wing, _, _ in rows_of("The wings")]

    assert wings == [wing for row in HOUSE for wing in row]


def test_the_architecture_names_the_libraries_of_each_wing():
    gates = {wing: set() for row in HOUSE for wing in row}
    for library, doors in GATES.items():
        for door in doors:
            package, _, module = door.partition(".")
            wing = module.partition(".")[0] if (ROOT / "geo" / module.partition(".")[0]).is_dir() else "ground"
            gates[wing if package == "geo" else package].add(library)
    named = {CODE.fullmatch(wing)[1]: set(CODE.findall(libraries)) - set(gates) for wing, _, libraries in rows_of("The wings")}

    assert named == gates


def test_where_to_change_what_names_what_is_there():
    """Each name of a row stands in one of the files that the row links to."""
    for what, where, names in rows_of("Where to change what"):
        files = [path for target in LINK.findall(where + names) if (path := ROOT / target).is_file()]
        text = "".join(path.read_text("utf-8") for path in files)
        assert [name for name in CODE.findall(names) if name not in text and not name.startswith("make ")] == [], what


def test_what_the_architecture_names_is_there():
    folders = ("geo", "ui", "scripts")
    sources = [path.read_text("utf-8") for folder in folders for path in (ROOT / folder).rglob("*.py")]
    text = "".join([*sources, (ROOT / "Makefile").read_text("utf-8")])
    known = {path.name for folder in folders for path in (ROOT / folder).rglob("*")}
    names = {name.removeprefix("make ").rstrip("/") for name in CODE.findall(ARCHITECTURE)}

    assert sorted(name for name in names if name not in text and name not in known and not (ROOT / name).exists()) == []


def test_the_architecture_is_short():
    assert len(ARCHITECTURE.splitlines()) <= 120


# --- figures and commands of README.md and docs/ -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def model(shipped):
    return CoverageModel(shipped)


def words_of(name):
    """Return a document's words with single spaces, so that a sentence is found wherever its lines end."""
    return " ".join((ROOT / name).read_text("utf-8").split())


def test_the_shares_of_the_readme_are_those_of_the_map(shipped, model):
    def share(limit_h, rule):
        coverage = model.answer(Scenario(shipped.point_ids, limit_h=limit_h, rule=rule)).coverage
        return 100 * coverage.reached_share, 100 * coverage.nobody_km2 / coverage.strait_area_km2

    own, nobody = share(6, Rule.COORDINATED)
    text = words_of("README.md")

    assert f"reach {own:.0f} % of the strait within six hours; {nobody:.0f} % lies on a side without a listed start" in text
    six, twelve, two = (share(hours, Rule.JOINT)[0] for hours in (6, 12, 2))
    assert f"{six:.0f} % in six hours, {twelve:.0f} % in twelve, and {two:.1f} % in the two hours" in text


def test_the_counts_of_the_documents_are_those_of_the_data(shipped):
    agreements = len(shipped.agreements)
    ours = int((shipped.limits["standing"] == "ours").sum())
    area_km2, seabed = shipped.waters["area_km2"], shipped.waters["basis"].str.contains("seabed")
    share = 100 * area_km2[seabed].sum() / area_km2.sum()

    assert f"{agreements} agreements, patrols and laws" in words_of("README.md")
    assert f"in the sidebar: {agreements} of them by theme" in words_of("docs/using.md")
    assert {9: "Nine"}[ours] + " closing lines of the outline are ours" in words_of("docs/limits.md")
    assert f"{share:.0f} % of the strait's area lies in parts that are bounded" in words_of("docs/limits.md")


def test_the_exported_file_is_as_large_as_the_document_says(shipped, model):
    scenario = Scenario(shipped.point_ids)
    size_bytes = len(export_html(shipped, Selection(scenario=scenario, coverage_layer="bands"), model=model))

    assert f"weighs {size_bytes / 1e6:.1f} MB" in words_of("docs/using.md")


COMMAND = re.compile(r"python -m geo ([^`#\n]+)")
COMMANDS = sorted({line.strip() for path in DOCUMENTS for line in COMMAND.findall(path.read_text("utf-8"))})


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_in_the_documents_is_one(command):
    """Known are the command and its options: asking for help reads them all, and runs nothing."""
    result = CliRunner().invoke(app, [*shlex.split(command), "--help"])

    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("name", ["README.md", "docs/limits.md"])
def test_the_limits_stand_in_bold(name):
    assert "**Not for navigation. Lines at sea are indicative and take no side in any claim." in words_of(name)
