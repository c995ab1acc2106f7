"""The exported file: self-contained, the same every time, written atomically."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from geo.cli.output import write_export
from geo.coverage.answers import CoverageModel, default_scenario
from geo.coverage.scenario import Rule, Scenario
from geo.errors import ExportError
from geo.maps.selection import Selection
from geo.offline.page import EXPORT_MARK, export_html
from geo.scheme.patrol_scheme import load
from tests.toy import HOSTILE

MOST_BYTES = 2_000_000


@pytest.fixture(scope="module")
def page(shipped) -> str:
    """Return the shipped map in English."""
    return export_html(shipped, Selection()).decode()


@pytest.fixture(scope="module")
def hourly_page(shipped, model) -> str:
    """Return the shipped map with its hours."""
    return export_html(shipped, Selection(scenario=default_scenario(model), coverage_layer="bands"), model=model).decode()


def state_of(page):
    return json.loads(re.search(r'id="selat-state">(.*?)</script>', page, re.S).group(1))


def test_file_is_small_enough_in_both_languages(shipped):
    """It travels by mail."""
    for lang in ("en", "id"):
        assert len(export_html(shipped, Selection(lang=lang))) <= MOST_BYTES


def test_file_with_one_answer_is_small_enough_too(shipped, model):
    """The widest bands, each navy on its own side, in the longer language; no hours to choose from."""
    asked = Scenario(tuple(model.fields.starts.index), limit_h=12.0, rule=Rule.COORDINATED)
    chosen = Selection(lang="id", scenario=asked, coverage_layer="bands")

    page = export_html(shipped, chosen, model.answer(asked, "bands"))

    assert len(page) <= MOST_BYTES
    assert "Terjangkau dalam 12 jam" in page.decode()
    assert b'id="selat-hour"' not in page


@pytest.mark.parametrize("speed_kn", [5, 20])
def test_file_with_every_hour_is_small_enough(shipped, model, speed_kn):
    """The slowest vessels have the longest outlines; ten starts the most rows."""
    asked = Scenario(tuple(model.fields.starts.index), speed_kn=speed_kn, limit_h=12.0, rule=Rule.COORDINATED)

    page = export_html(shipped, Selection(lang="id", scenario=asked, coverage_layer="cost"), model=model)

    assert len(page) <= MOST_BYTES


def test_same_input_gives_the_same_bytes(shipped):
    """Folium's random ids do not show."""
    chosen = Selection(feature_id="batam", agreement_id="iscp-1992")

    assert export_html(shipped, chosen) == export_html(load(shipped.folder), chosen)


def test_same_hours_give_the_same_bytes(shipped, hourly_page):
    """Outlines, numbers and words too, worked out once more from the files."""
    again = load(shipped.folder)
    fresh = CoverageModel(again)
    chosen = Selection(scenario=default_scenario(fresh), coverage_layer="bands")

    assert export_html(again, chosen, model=fresh).decode() == hourly_page


def test_every_text_stands_in_both_languages_and_one_of_them_shows(hourly_page):
    """The other one is hidden until its button is pressed."""
    shown = len(re.findall(r'data-lang="en" lang="en"(?: data-(?:hour|year)ly="\w+")?>', hourly_page))
    hidden = len(re.findall(r'data-lang="id" lang="id"(?: data-(?:hour|year)ly="\w+")? hidden>', hourly_page))

    assert shown == hidden == hourly_page.count('data-lang="en"') == hourly_page.count('data-lang="id"') > 200
    assert "Perjanjian" in hourly_page
    assert state_of(hourly_page)["titles"] == {
        "en": "Selat · The Malacca Strait patrol map",
        "id": "Selat · Peta patroli Selat Malaka",
    }


def test_file_carries_the_state_it_came_from(shipped, model):
    """The address as text, never as markup, and what was chosen as data."""
    asked = Scenario(("lumut",), speed_kn=25.0, limit_h=6.0)
    chosen = Selection("id", "lumut", scenario=asked, coverage_layer="gap")
    address = 'lang=id&speed=25"><script>alert(1)</script>'

    page = export_html(shipped, chosen, model=model, address=address).decode()
    came_from = state_of(page)["from"]

    assert '<meta name="selat-address" content="lang=id&amp;speed=25&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;">' in page
    assert "This view on the Selat page" not in page
    assert came_from["address"] == address
    assert came_from["scenario"] == json.loads(json.dumps(asdict(asked)))
    assert (came_from["lang"], came_from["feature_id"], came_from["coverage_layer"]) == ("id", "lumut", "gap")


def test_a_whole_address_is_linked_and_any_other_scheme_is_not(shipped):
    """A link that runs a script is no link."""
    linked = export_html(shipped, Selection(), address="https://example.org/selat?year=2010").decode()
    refused = export_html(shipped, Selection(), address="javascript:alert(1)").decode()

    assert '<a href="https://example.org/selat?year=2010">' in linked
    assert 'href="javascript' not in refused


def test_nothing_in_the_file_is_fetched(page):
    """Addresses stand in links that a reader may follow, and nowhere else."""
    fetched = re.findall(r"""(?:src|data|srcset|action|poster)\s*=\s*["'](?!data:)[^"']+""", page)
    styles = re.findall(r"url\(\s*['\"]?(?!data:|#)[^)]+", page)
    links = re.findall(r"<link[^>]+href=[\"'](?!data:)[^\"']+", page)

    assert fetched == []
    assert styles == []
    assert links == []
    assert "default-src 'none'" in page


def test_file_says_what_it_is(page, shipped):
    """Language, title, date and stamp of the data, attribution, the caution."""
    assert '<html lang="en">' in page
    assert EXPORT_MARK in page[:4096]
    assert shipped.sources.stamp in page
    assert "1 December 2026" in page
    assert "© OpenStreetMap contributors" in page
    assert "Not for navigation" in page


def test_file_holds_every_agreement_source_and_point(page, shipped):
    """Readable below the map without any script."""
    for agreement in shipped.agreements:
        assert f'id="agreement-{agreement.id}"' in page
    assert page.count('data-feature="') == len(shipped.control_points) + len(shipped.places)
    assert len(re.findall(r"<li>[^<]*<a id=.source-[^>]+ href=.http[^>]+>", page)) >= 200
    assert '<meta name="referrer" content="no-referrer">' in page


def test_links_to_sources_are_short_and_the_list_of_sources_restores_them(page, shipped):
    """Without a script a card of the opening language still leads to its sources; the other language is hidden."""
    cited = {citation.id: citation for citation in shipped.sources.citations}
    listed = dict(re.findall(r'<a id="source-([a-z0-9-]+)" href="([^"]+)"', page))
    hidden, shown = re.findall(r'<a data-source="([^"]*)">', page), re.findall(r'<a href="(http[^"]*)">', page)

    assert listed == {i: html.escape(citation.urls[0]) for i, citation in cited.items() if citation.urls}
    assert len(hidden) > 200
    assert len(re.findall(r"<sup><a>\d+</a>", page)) > 400
    assert set(hidden) <= listed.keys()
    assert {listed[source_id] for source_id in hidden} <= set(shown)


def test_entries_of_a_hidden_language_are_empty_and_those_of_the_other_name_publisher_and_address(page, shipped):
    entries = re.findall(r'<li data-cites="([^"]*)">(.*?)</li>', page)
    cited = {citation.id: citation for citation in shipped.sources.citations if citation.urls}
    written = {
        f'<a href="{html.escape(citation.urls[0])}">{html.escape(citation.publisher)}</a>' for citation in cited.values()
    }

    assert {text for source_id, text in entries if source_id in cited} <= {"", *written}
    assert sum(not text for _, text in entries) == len(entries) // 2 - sum(i not in cited for i, _ in entries) // 2


def test_file_opens_with_what_the_person_saw(shipped):
    """Layers, selection, agreement and language."""
    page = export_html(shipped, Selection("id", "lumut", "malsindo-2004", ("bases",))).decode()
    state = state_of(page)

    drawn = json.loads(re.search(r"selat\.scene\(\w+, \w+, (\{.*\})\);", page).group(1))
    assert drawn["layers"] == ["bases"]
    assert drawn["selected"] == "lumut"
    assert state["agreement"] == "malsindo-2004"
    assert '<html lang="id">' in page
    assert re.search(r'data-layer="bases" checked', page)
    assert not re.search(r'data-layer="sides" checked', page)
    assert re.search(r'data-agreement="malsindo-2004" open', page)


def test_tiles_never_come_along(shipped):
    """They refuse a page opened from disk."""
    assert b"tile.openstreetmap.org" not in export_html(shipped, Selection(background="osm"))


@pytest.mark.parametrize("toy_folder", [HOSTILE], indirect=True)
def test_another_strait_with_hostile_names_exports(toy_folder):
    """Six points, three states, every text a trap."""
    page = export_html(load(toy_folder), Selection(feature_id="bongao")).decode()

    assert page.count('data-choose="') == 6
    assert "<img src=x" not in page
    assert "{{7*7}} {% raw %}" in page  # as text of the cards: no template has run over it
    assert "49 " not in page[: page.index("<script>")]


def test_file_stays_small_without_the_light_layers(shipped):
    """The full coast is simplified on the way."""
    full = replace(shipped, land_light=shipped.land, waters_light=shipped.waters, folder=Path("elsewhere"))

    assert len(export_html(full, Selection())) <= MOST_BYTES


@pytest.mark.parametrize(("kind", "count"), [("page", 10), ("hourly_page", 11)])
def test_every_script_of_the_file_is_allowed_by_its_hash_and_no_other(kind, count, request):
    """The policy names them; an injected one would not run."""
    page = request.getfixturevalue(kind)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page).group(1)
    scripts = re.findall(r"<script>(.*?)</script>", page, re.S)
    hashes = {base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts}

    assert len(scripts) == count
    assert set(re.findall(r"'sha256-([^']+)'", policy)) == hashes
    assert "script-src 'unsafe-inline'" not in policy


def test_write_keeps_the_mode_and_goes_through_a_link(tmp_path):
    """A private file stays private, a link stays a link."""
    real, link = tmp_path / "real.html", tmp_path / "link.html"
    real.write_text(EXPORT_MARK)
    real.chmod(0o600)
    link.symlink_to(real)

    write_export(link, b"new", mark=EXPORT_MARK)

    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert real.stat().st_mode & 0o777 == 0o600


def test_write_makes_a_file(tmp_path):
    """The plain case."""
    write_export(tmp_path / "map.html", b"whole", mark=EXPORT_MARK)

    assert (tmp_path / "map.html").read_bytes() == b"whole"
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]


def test_write_overwrites_what_bears_our_mark(tmp_path):
    """An older export of ours gives way."""
    out = tmp_path / "map.html"
    out.write_bytes(f"<head>{EXPORT_MARK}".encode())

    write_export(out, b"newer", mark=EXPORT_MARK)

    assert out.read_bytes() == b"newer"


def test_write_keeps_somebody_elses_file_unless_forced(tmp_path):
    """Nothing is lost by a slip of the name."""
    out = tmp_path / "thesis.html"
    out.write_bytes(b"years of work")

    with pytest.raises(ExportError, match=r"not made by Selat.*--force"):
        write_export(out, b"map", mark=EXPORT_MARK)
    assert out.read_bytes() == b"years of work"

    write_export(out, b"map", force=True, mark=EXPORT_MARK)
    assert out.read_bytes() == b"map"


def test_write_into_no_folder_changes_nothing(tmp_path):
    """One sentence, no half file."""
    with pytest.raises(ExportError, match=r"cannot be written.*Nothing was changed"):
        write_export(tmp_path / "no" / "map.html", b"map", mark=EXPORT_MARK)
    assert list(tmp_path.iterdir()) == []


def test_write_onto_a_folder_is_refused(tmp_path):
    """A folder is no file."""
    with pytest.raises(ExportError, match="is a folder"):
        write_export(tmp_path, b"map", mark=EXPORT_MARK)
