"""References to the map and to its sources, read back by programs that are not ours."""

from __future__ import annotations

import json
import re

import bibtexparser
import jsonschema
import pybtex.database
import pytest
import rispy
import tomlkit
from bibtexparser.middlewares import LatexDecodingMiddleware
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db
from typer.testing import CliRunner

import geo
from geo.cli.app import app
from geo.errors import ScenarioError
from geo.scheme.patrol_scheme import load
from geo.scheme.sources import SOURCES_FILE
from geo.takeaway.references import AUTHOR, CITE_KINDS, CiteKind, cite_bytes, cite_text, references_for
from geo.text import catalogue
from tests.conftest import ROOT
from tests.toy import HOSTILE, drop_file, edit_json

LANGUAGES = ("en", "id")
# What BibTeX, TeX or a line-based format would take for something else.
TITLES = [
    "{{BibTeX}} title",
    "one { brace",
    "} another {",
    "50 % of R&D, #1, $5, a_b, x^2, ~user, \\emph{no} \\",
    "-- --- ---- '' ''' `` ,, ,,, !` ?` << >> |",
    '"quoted", “quoted”, «quoted»',
    "Selat – 马六甲海峡, Mélaka ’s ½ °",
    "@misc{x, title = {y}}",
    "TY  - JOUR",
    "ER  - ",
    "two\nlines\r\nand\ttabs\u2028\x0b and \x00\x07 more",
    HOSTILE,
]
# What CSL 1.0.2 (csl-data.json) says of the variables that we write.
_DATE = {
    "type": "object",
    "properties": {
        "date-parts": {
            "type": "array",
            "minItems": 1,
            "maxItems": 2,
            "items": {"type": "array", "minItems": 1, "maxItems": 3, "items": {"type": "integer"}},
        }
    },
    "required": ["date-parts"],
    "additionalProperties": False,
}
_TEXT = {"type": "string", "minLength": 1}
CSL = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "type": {"enum": ["document", "software", "webpage"]},
            **dict.fromkeys(("id", "title", "publisher", "version", "language", "note", "annote"), _TEXT),
            "URL": {"type": "string", "pattern": "^https?://"},
            "author": {
                "type": "array",
                "items": {"type": "object", "properties": {"literal": _TEXT}, "additionalProperties": False},
            },
            "issued": _DATE,
            "accessed": _DATE,
        },
        "required": ["type", "id", "title"],
        "additionalProperties": False,
    },
}


# Signs of the LaTeX kernel that the decoder's table leaves out, or in one case takes for an accent.
SIGNS = {
    "textless": "<",
    "textgreater": ">",
    "textbar": "|",
    "textbraceleft": "{",
    "textbraceright": "}",
    "textasciicircum": "^",
}


# --- readers that are not ours -----------------------------------------------------------------------------------------


def decoder():
    table = get_default_latex_context_db()
    table.add_context_category("kernel", prepend=True, macros=[MacroTextSpec(name, sign) for name, sign in SIGNS.items()])
    return LatexDecodingMiddleware(decoder=LatexNodes2Text(latex_context=table, math_mode="verbatim"))


def bibtex(content):
    """Return entries as bibtexparser reads them, TeX turned into text; addresses stand as they are written."""
    bare = library(content)
    decoded = library(content, append_middleware=[decoder()])
    found = []
    for plain, entry in zip(bare.entries, decoded.entries, strict=True):
        fields = {field.key: field.value for field in entry.fields}
        found.append({"id": entry.key, **fields, **{key: plain[key] for key in ("url", "urldate") if key in fields}})
    return found


def library(content, **options):
    read = bibtexparser.parse_string(content.decode(), **options)
    assert read.failed_blocks == []
    return read


def ris(content):
    return rispy.loads(content.decode())


def csl(content):
    items = json.loads(content)
    jsonschema.validate(items, CSL)
    return items


READERS = {CiteKind.BIBTEX: bibtex, CiteKind.RIS: ris, CiteKind.CSL: csl}
each_kind = pytest.mark.parametrize("kind", CITE_KINDS)


def references(scheme, kind, agreement_id=None, lang="en"):
    return cite_bytes(scheme.sources, scheme.agreements, kind, agreement_id, lang=lang)


def read(scheme, kind, agreement_id=None, lang="en"):
    return READERS[kind](references(scheme, kind, agreement_id, lang))


def publisher(entry):
    """Return what each format calls the publisher; ``@misc`` has another word for it."""
    return entry["howpublished"] if "howpublished" in entry else entry["publisher"]


def authors(entry):
    """Return the authors as text, whatever the format."""
    return entry.get("authors") or (
        [entry["author"]] if isinstance(entry["author"], str) else [a["literal"] for a in entry["author"]]
    )


def one_line(text):
    """Return a text as it may stand on one line."""
    return re.sub(r"[\s\x00-\x1f]+", " ", text).strip()


# --- the map -------------------------------------------------------------------------------------------------------------


@each_kind
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_map_is_cited_with_title_author_version_and_stamp(shipped, kind, lang):
    (entry,) = read(shipped, kind, lang=lang)

    assert entry["id"] == "selat-map"
    assert entry["title"] == f"Selat: {shipped.sources.about.title.in_language(lang)}"
    assert authors(entry) == [AUTHOR]
    assert geo.__version__ in (entry.get("version"), entry.get("edition"))
    assert shipped.sources.stamp in str(entry)


def test_the_map_is_dated_as_its_data(shipped):
    """The clock has no influence."""
    assert shipped.sources.data_date == "2026-12-01"
    assert read(shipped, "bibtex")[0]["year"] == "2026"
    assert read(shipped, "ris")[0]["date"] == "2026/12/01/"
    assert read(shipped, "csl")[0]["issued"] == {"date-parts": [[2026, 12, 1]]}


def test_the_authors_of_the_map_are_not_taken_for_a_person(shipped):
    """Pybtex's own reader parts first and last names as BibTeX does."""
    entry = pybtex.database.parse_string(references(shipped, "bibtex").decode(), "bibtex").entries["selat-map"]

    assert [(person.first_names, person.last_names) for person in entry.persons["author"]] == [([], [f"{{{AUTHOR}}}"])]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_line_to_copy_says_what_the_entry_says(shipped, lang):
    (the_map,) = references_for(shipped.sources, shipped.agreements, lang=lang)
    line = cite_text(shipped.sources, catalogue(lang))

    assert line.startswith(f"{AUTHOR} (2026). {the_map.title}. ")
    assert line.endswith(f"{shipped.sources.stamp}.")
    assert geo.__version__ in line
    assert "\n" not in line


def test_the_citation_file_says_the_same(shipped):
    """CITATION.cff, which code hosts show, cites the same work."""
    lines = (ROOT / "CITATION.cff").read_text("utf-8").splitlines()
    said = dict(line.split(": ", 1) for line in lines if ": " in line)
    (the_map,) = references_for(shipped.sources, shipped.agreements)

    assert said["title"].strip('"') == the_map.title
    assert said["version"] == the_map.version
    assert said["  - name"] == the_map.author
    assert said["type"] == "software"


# --- the sources of agreements -------------------------------------------------------------------------------------------


@each_kind
def test_every_source_of_every_agreement_comes_back_word_for_word(shipped, kind):
    for agreement in shipped.agreements:
        entries = read(shipped, kind, agreement.id)
        records = [shipped.sources.citation(entry["id"]) for entry in entries]

        assert {entry["id"] for entry in entries} == agreement.source_ids
        assert len(entries) == len(agreement.source_ids)
        assert [entry["title"] for entry in entries] == [record.title for record in records]
        assert [publisher(entry) for entry in entries] == [record.publisher for record in records]
        assert [entry.get("language") for entry in entries] == [record.language for record in records]
        assert all(shipped.sources.stamp in str(entry) and geo.__version__ in str(entry) for entry in entries)


@each_kind
def test_every_address_comes_back_as_recorded(shipped, kind):
    for agreement in shipped.agreements:
        for entry in read(shipped, kind, agreement.id):
            urls = shipped.sources.citation(entry["id"]).urls
            first = entry.get("url", entry.get("URL"))

            assert entry.get("urls", []) == list(urls) if kind == "ris" else first == (urls[0] if urls else None)
            assert kind == "ris" or all(url in entry["note"] for url in urls[1:])


@each_kind
def test_a_note_of_the_record_is_kept(shipped, kind):
    for agreement in shipped.agreements:
        for entry in read(shipped, kind, agreement.id):
            note = shipped.sources.citation(entry["id"]).note

            assert note is None or note in str(entry.get("note", entry.get("notes")))


def test_sources_stand_in_the_order_of_the_claims(shipped):
    agreement = shipped.agreements[0]
    ids = [record.id for record in references_for(shipped.sources, shipped.agreements, agreement.id)]

    assert ids[: len(agreement.parties.sources)] == list(agreement.parties.sources)


@each_kind
def test_no_author_and_no_date_of_publication_is_made_up(shipped, kind):
    """A date is given where the record has one; when the pages were read is in the record of the agreements."""
    assert shipped.sources.file("agreements.json").retrieved == "2026-11"
    entries = [entry for agreement in shipped.agreements for entry in read(shipped, kind, agreement.id)]
    accessed = {str(entry.get({"bibtex": "urldate", "ris": "access_date", "csl": "accessed"}[kind])) for entry in entries}

    dated = {citation.id for citation in shipped.sources.citations if citation.published}
    assert not {"author", "authors"} & {field for entry in entries for field in entry}
    assert {one["id"] for one in entries if {"year", "date", "issued"} & one.keys()} == dated & {one["id"] for one in entries}
    assert accessed == {{"bibtex": "2026-11", "ris": "2026/11//", "csl": "{'date-parts': [[2026, 11]]}"}[kind]}


@each_kind
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_scheme_gives_the_same_bytes(shipped, kind, lang):
    again = load(ROOT / "data")

    for agreement_id in (None, *(agreement.id for agreement in shipped.agreements)):
        assert references(shipped, kind, agreement_id, lang) == references(again, kind, agreement_id, lang)


# --- texts that mean something to a parser -------------------------------------------------------------------------------


def with_source(folder, **fields):
    """Return the toy scheme with its one source changed."""
    path = folder / SOURCES_FILE
    document = tomlkit.parse(path.read_text("utf-8"))
    document["citation"][0].update(fields)
    path.write_text(tomlkit.dumps(document), "utf-8")
    return load(folder)


@each_kind
@pytest.mark.parametrize("text", TITLES)
def test_a_hostile_text_comes_back_as_text(toy_folder, kind, text):
    """The entry after it is read too."""
    scheme = with_source(toy_folder, title=text, publisher=f"{text}!", note=f"({text})")
    (entry,) = read(scheme, kind, scheme.agreements[0].id)

    assert entry["id"] == "toy-gazette"
    assert entry["title"] == one_line(text)
    assert publisher(entry) == one_line(f"{text}!")
    assert one_line(f"({text})") in (entry.get("note"), *entry.get("notes", ()))


@each_kind
@pytest.mark.parametrize("toy_folder", [HOSTILE], indirect=True)
def test_a_hostile_title_of_the_map_comes_back_as_text(toy_folder, kind):
    scheme = load(toy_folder)
    (entry,) = read(scheme, kind)

    assert entry["title"] == f"Selat: {scheme.sources.about.title.en}"
    assert HOSTILE in entry["title"]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("https://example.org/a_b?c=%20&d=~e#f$g", "https://example.org/a_b?c=%20&d=~e#f$g"),
        ("https://example.org/{a}\\b|c^d`", "https://example.org/%7Ba%7D%5Cb%7Cc%5Ed%60"),
        ("https://example.org/selat-马六甲", "https://example.org/selat-马六甲"),
    ],
)
@each_kind
def test_an_address_stays_bare_and_breaks_nothing(toy_folder, kind, given, wanted):
    scheme = with_source(toy_folder, urls=[given])
    (entry,) = read(scheme, kind, scheme.agreements[0].id)

    assert wanted in (entry.get("url"), entry.get("URL"), *entry.get("urls", ()))


def test_a_semicolon_does_not_part_an_address_in_ris(toy_folder):
    scheme = with_source(toy_folder, urls=["https://example.org/a;b", "https://example.org/c"])

    assert read(scheme, "ris", scheme.agreements[0].id)[0]["urls"] == ["https://example.org/a%3Bb", "https://example.org/c"]
    assert read(scheme, "csl", scheme.agreements[0].id)[0]["URL"] == "https://example.org/a;b"


@each_kind
def test_a_source_without_an_address_is_cited_as_a_document(toy_folder, kind):
    """Then there is no date of access either."""
    scheme = with_source(toy_folder, urls=[])
    (entry,) = read(scheme, kind, scheme.agreements[0].id)

    assert entry.keys().isdisjoint({"url", "URL", "urls", "urldate", "access_date", "accessed"})
    assert entry.get("type_of_reference", "GEN") == "GEN"
    assert entry.get("type", "document") == "document"


@pytest.mark.parametrize("retrieved", ["every spring", "2026-13", "2026-11-24, again in December"])
def test_what_is_no_date_is_not_given_as_one(toy_folder, retrieved):
    path = toy_folder / SOURCES_FILE
    document = tomlkit.parse(path.read_text("utf-8"))
    next(record for record in document["file"] if record["file"] == "agreements.json")["retrieved"] = retrieved
    path.write_text(tomlkit.dumps(document), "utf-8")
    scheme = load(toy_folder)

    assert references_for(scheme.sources, scheme.agreements, scheme.agreements[0].id)[0].accessed is None


# --- refusals and the command line -----------------------------------------------------------------------------------------


def test_an_unknown_agreement_or_kind_is_refused_and_known_ones_named(shipped):
    with pytest.raises(ScenarioError, match=r"no agreement 'malsindo'; known: malsindo-2004, .* and [0-9]+ more"):
        references_for(shipped.sources, shipped.agreements, "malsindo")
    with pytest.raises(ScenarioError, match="no kind of reference 'word'; known: bibtex, ris, csl"):
        references(shipped, "word")


def run(*words):
    return CliRunner().invoke(app, ["cite", *map(str, words)])


@each_kind
def test_the_command_prints_the_bytes_of_the_file(shipped, kind):
    agreement_id = shipped.agreements[0].id
    result = run("--agreement", agreement_id, "--as", kind, "--lang", "id")

    assert result.exit_code == 0
    assert result.stdout_bytes == references(shipped, kind, agreement_id, lang="id")


@each_kind
def test_the_command_overwrites_only_what_is_ours(shipped, kind, tmp_path):
    out = tmp_path / f"selat{kind.ending}"

    assert run("--as", kind, "--out", out).exit_code == 0
    assert out.read_bytes() == references(shipped, kind)
    assert run("--as", kind, "--out", out, "--agreement", shipped.agreements[0].id, "--lang", "id").exit_code == 0
    assert run("--as", kind, "--out", out).exit_code == 0
    out.write_text("@book{mine, title = {Somebody else's, on Selat}}", "utf-8")
    refused = run("--as", kind, "--out", out)
    assert refused.exit_code == 2
    assert "was not made by Selat" in refused.stderr
    assert run("--as", kind, "--out", out, "--force").exit_code == 0


def test_the_command_says_in_one_line_which_agreements_there_are():
    result = run("--agreement", "malsindo")

    assert result.exit_code == 2
    assert result.stderr.startswith("no agreement 'malsindo'; known: malsindo-2004, ")
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_the_command_works_without_the_layers(toy_folder):
    """Their hashes are compared, since references bear the stamp of the folder."""
    edit_json(toy_folder, "land.geojson", lambda document: document.pop("type"))
    assert run("--data", toy_folder).exit_code == 0

    (toy_folder / "land.geojson").write_text("{}", "utf-8")
    refused = run("--data", toy_folder)
    assert refused.exit_code == 2
    assert refused.stderr.startswith("land.geojson: sha256 is ")


def test_the_command_reports_all_faults_of_what_it_reads(toy_folder):
    edit_json(toy_folder, "agreements.json", lambda document: document["agreements"][0]["areas"].update(sources=["rumour"]))
    refused = run("--data", toy_folder)
    assert refused.exit_code == 2
    assert refused.stderr == "agreements.json: agreement toy-patrol: cites 'rumour', which sources.toml does not know\n"

    drop_file(toy_folder, "agreements.json")
    assert run("--data", toy_folder).stderr == "agreements.json: cannot be read: not there; every data folder needs it\n"
    assert "no such folder" in run("--data", toy_folder / "none").stderr
