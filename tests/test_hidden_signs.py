"""Every sign that nobody sees, in every text of a folder: every file opens with a program that is not ours, without them."""

import csv
import io
import json
import re
import unicodedata
import zipfile
from dataclasses import replace

import bibtexparser
import openpyxl
import pyogrio
import pypdfium2
import pytest
import rispy
from lxml import etree
from PIL import Image

from geo.coverage.answers import CoverageModel, default_scenario
from geo.encode import map_json, map_text, page_html
from geo.figure.layout import figure_bytes
from geo.maps.selection import Selection
from geo.offline.page import export_html
from geo.scheme.patrol_scheme import load
from geo.signs import HIDDEN_SIGNS, plain_text
from geo.site.publish import publish_site
from geo.takeaway.dataset import dataset_bytes
from geo.takeaway.references import cite_bytes
from geo.takeaway.tables import TABLES
from tests.toy import add_airfield, write_toy_folder
from ui.words import md_text

WRITTEN = [sign for sign in HIDDEN_SIGNS if unicodedata.category(sign) != "Cs"]  # half characters are refused on loading
EXTRA = f"a{''.join(WRITTEN)}z"
CLEAN = re.compile(r"a\s+z")
SHOWN_HIDDEN = re.compile(f"[{re.escape(HIDDEN_SIGNS)}]")


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """Return a scheme with all hidden signs in every text, its model, and a scenario."""
    folder = write_toy_folder(tmp_path_factory.mktemp("hidden") / "toy", extra=EXTRA)
    scheme = load(add_airfield(folder, extra=EXTRA))
    model = CoverageModel(scheme)
    return scheme, model, replace(default_scenario(model), limit_h=4.0)


def test_hidden_signs_are_all_controls_noncharacters_surrogates_and_marks_of_direction():
    every = [chr(code) for code in range(0x110000)]
    controls = {sign for sign in every if unicodedata.category(sign) in {"Cc", "Cs"}} - set("\t\n\r")
    noncharacters = {sign for sign in every if ord(sign) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(sign) <= 0xFDEF}
    embeddings = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    directions = {sign for sign in every if unicodedata.bidirectional(sign) in embeddings} | set("\u200e\u200f\u061c")

    assert set(HIDDEN_SIGNS) == controls | noncharacters | directions | {"\ufeff"}
    assert plain_text(HIDDEN_SIGNS).isspace()


def figure(asked, kind):
    scheme, model, scenario = asked
    return figure_bytes(scheme, Selection(scenario=scenario), model.answer(scenario), kind=kind)


def data(asked, kind, **named):
    return dataset_bytes(*asked, kind=kind, **named)


def read_pdf(asked):
    document = pypdfium2.PdfDocument(figure(asked, "pdf"))
    return " ".join(document[0].get_textpage().get_text_range().split()), document.get_metadata_dict()["Title"]


def read_svg(asked):
    return ["".join(etree.fromstring(figure(asked, "svg")).itertext())]


def read_png(asked):
    return [Image.open(io.BytesIO(figure(asked, "png"))).info["Title"]]


def read_xml(text):
    return [value for element in etree.fromstring(text).iter() for value in (element.text, *element.attrib.values()) if value]


def read_gpkg(asked, folder):
    path = folder / "selat.gpkg"
    path.write_bytes(data(asked, "gpkg"))
    for layer, _ in pyogrio.list_layers(path):
        yield from (value for column in pyogrio.read_dataframe(path, layer=layer).to_numpy() for value in column)


def read_xlsx(asked):
    content = data(asked, "xlsx")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            etree.fromstring(archive.read(name))
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        yield from (cell for row in sheet.iter_rows(values_only=True) for cell in row)


def read_csv(asked):
    for table in TABLES:
        rows = csv.reader(io.StringIO(data(asked, "csv", table=table).decode(), newline=""), strict=True)
        yield from (cell for row in rows for cell in row)


def read_references(asked, kind):
    scheme, *_ = asked
    text = cite_bytes(scheme.sources, scheme.agreements, kind, "toy-patrol").decode()
    if kind == "bibtex":
        library = bibtexparser.parse_string(text)
        assert library.failed_blocks == []
        return [field.value for entry in library.entries for field in entry.fields]
    return list((rispy.loads(text) if kind == "ris" else json.loads(text))[0].values())


READERS = {
    "pdf": lambda asked, folder: read_pdf(asked),
    "svg": lambda asked, folder: read_svg(asked),
    "png": lambda asked, folder: read_png(asked),
    "geojson": lambda asked, folder: [json.dumps(json.loads(data(asked, "geojson")), ensure_ascii=False)],
    "gpkg": read_gpkg,
    "kml": lambda asked, folder: read_xml(data(asked, "kml")),
    "csv": lambda asked, folder: read_csv(asked),
    "xlsx": lambda asked, folder: read_xlsx(asked),
    "bibtex": lambda asked, folder: read_references(asked, "bibtex"),
    "ris": lambda asked, folder: read_references(asked, "ris"),
    "csl": lambda asked, folder: read_references(asked, "csl"),
}


@pytest.mark.parametrize("kind", READERS)
def test_every_file_opens_and_holds_no_hidden_sign(asked, tmp_path, kind):
    texts = [text for text in READERS[kind](asked, tmp_path) if isinstance(text, str)]

    if kind in {"svg", "png"}:  # names are drawn as shapes; the title is the finding, which holds no name
        assert any("reach 33 % of the strait" in text for text in texts)
    else:
        assert any(CLEAN.search(text) for text in texts)
    assert not [text for text in texts if SHOWN_HIDDEN.search(text)]


def test_the_exported_map_and_every_file_of_the_site_hold_no_hidden_sign(asked, tmp_path):
    scheme, model, scenario = asked
    publish_site(scheme, tmp_path / "site")
    page = export_html(scheme, Selection(scenario=scenario), model=model)
    made = {str(path.relative_to(tmp_path / "site")): path for path in (tmp_path / "site").rglob("*") if path.is_file()}
    endings = (".html", ".svg", ".xml", ".txt", ".json", ".js")
    # Files of the data folder are handed on byte by byte, as their records describe them.
    passed_on = {f"data/{record.file}" for record in scheme.sources.files}
    texts = {name: path.read_bytes() for name, path in made.items() if name.endswith(endings) and name not in passed_on}
    texts["map.html"] = page

    assert len(texts) > 40
    assert [name for name, content in texts.items() if SHOWN_HIDDEN.search(content.decode())] == []
    for name, content in texts.items():
        if name.endswith((".svg", ".xml")):
            etree.fromstring(content)


def test_no_way_to_the_page_lets_a_hidden_sign_through():
    for text in (map_text(EXTRA), page_html(EXTRA), md_text(EXTRA)):
        assert CLEAN.fullmatch(text)
    assert not SHOWN_HIDDEN.search(map_json({EXTRA: [EXTRA]}))
