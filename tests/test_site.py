"""The static site: crawled from disk as a browser would, in both languages, with and without an address of its own."""

from __future__ import annotations

import hashlib
import itertools
import posixpath
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import unquote, urlsplit

import lxml.html
import pytest
from typer.testing import CliRunner

from geo.cli.app import app
from geo.errors import DataError, ExportError
from geo.scheme.patrol_scheme import load
from geo.site import markdown as site_docs
from geo.site import publish as site
from geo.site.folder import SITE_LIST, replace_folder
from geo.site.frame import file_name
from geo.site.markdown import DOCS_FOLDER, png_size_px, read_document
from geo.site.publish import publish_site, site_files
from geo.text import LANGUAGES, catalogue
from tests.toy import HOSTILE, add_file, edit_json, write_toy_folder

BASE = "https://example.org/maps/selat/"
LINKS = ("href", "src", "srcset")
OURS = {"map.html"}  # of the site's pages the one that scripts and styles of its own stand in


@pytest.fixture(scope="module", autouse=True)
def _worked_out_once():
    """Distances and figures take most of the time, and have tests of their own: here each is made once for all toy folders."""
    drawn, model, draw, work_out = {}, [], site.figure_bytes, site.CoverageModel

    def figure(scheme, chosen, answer, **how):
        key = (chosen.lang, *sorted(how.items()))
        if key not in drawn:
            drawn[key] = draw(scheme, chosen, answer, **how)
        return drawn[key]

    def answering(scheme):
        if not model:
            model.append(work_out(scheme))
        return model[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "figure_bytes", figure)
        patch.setattr(site, "CoverageModel", answering)
        yield


def _told_apart(document):
    """Give agreements and places the names that the toy's do not bother to have."""
    for record in document.get("agreements", ()):
        record["short"] = {"en": f"Short {record['id']}", "id": f"Pendek {record['id']}"}
    for feature in document.get("features", ()):
        feature["properties"]["name"] = f"Place {feature['properties']['id']}"


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    folder = write_toy_folder(tmp_path_factory.mktemp("data") / "toy")
    for file in ("agreements.json", "places.geojson"):
        edit_json(folder, file, _told_apart)
    return load(folder)


@pytest.fixture(scope="module")
def files(toy):
    return site_files(toy)


@pytest.fixture(scope="module")
def based(toy):
    return site_files(toy, base_url=BASE)


def pages(files):
    """Return every page as a tree, by its path."""
    return {path: lxml.html.document_fromstring(content.decode()) for path, content in files.items() if path.endswith(".html")}


def links(tree):
    return [(element, name, element.get(name)) for element in tree.iter() for name in LINKS if element.get(name) is not None]


def resolved(path, address):
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(urlsplit(address).path)))


# --- links ----------------------------------------------------------------------------------------------------------------


def broken(files):
    """Return every address of a page that leads nowhere within the site, or that only a server could answer."""
    trees = pages(files)
    ids = {path: {element.get("id") for element in tree.iter() if element.get("id")} for path, tree in trees.items()}
    found = []
    for path, tree in trees.items():
        for element, name, address in links(tree):
            parts = urlsplit(address)
            if parts.scheme in {"http", "https"} and element.tag == "a":
                continue
            if parts.scheme == "data" and element.tag in {"link", "img"}:
                continue
            target = resolved(path, address) if parts.path else path
            fragment = not parts.fragment or parts.fragment in ids.get(target, ())
            if parts.scheme or parts.netloc or address.startswith("/") or target not in files or not fragment:
                found.append((path, name, address))
    return found


def test_every_link_leads_to_a_file_of_the_site(files):
    assert broken(files) == []


def test_the_crawl_finds_what_is_broken(files):
    spoilt = {
        **files,
        "x.html": b'<a href="/a.html"><a href="en/"><a href="#no"><img src="https://example.org/x.png"><a href="gone.html">',
    }

    assert [address for _, _, address in broken(spoilt)] == ["/a.html", "en/", "#no", "https://example.org/x.png", "gone.html"]


def test_every_file_can_be_reached_from_the_first_page(files):
    """By links, pictures and styles; the hidden list and the mark for the host aside."""
    trees, seen, todo = pages(files), set(), ["index.html"]
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        todo += (
            [resolved(path, address) for _, _, address in links(trees[path]) if not urlsplit(address).scheme]
            if path in trees
            else []
        )

    assert set(files) - seen == {".nojekyll", "_headers"}


def test_both_languages_have_the_same_pages(files):
    english, indonesian = ({path[3:] for path in files if path.startswith(f"{lang}/")} for lang in LANGUAGES)

    assert english == indonesian
    assert {"index.html", "map.html", "points/bongao.html", "places/toy-town.html", "agreements/toy-law.html"} <= english


def test_each_page_leads_to_its_twin(files):
    for path, tree in pages(files).items():
        lang, _, rest = path.partition("/")
        if rest and rest not in OURS:
            twin = next(code for code in LANGUAGES if code != lang)
            assert [resolved(path, a.get("href")) for a in tree.xpath("//a[@hreflang=$code and @lang=$code]", code=twin)] == [
                f"{twin}/{rest}"
            ]


# --- what stands on the pages ---------------------------------------------------------------------------------------------


def readable(files):
    return {path: tree for path, tree in pages(files).items() if posixpath.basename(path) not in OURS}


def test_readable_pages_hold_no_script_and_no_style_of_their_own(files):
    """So that their content security policy can forbid both."""
    for path, tree in readable(files).items():
        [policy] = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert "default-src 'none'" in policy, path
        assert "script" not in policy, path
        assert "unsafe" not in policy, path
        assert tree.xpath("//script | //style | //*[@style] | //iframe | //object | //form") == [], path
        assert [name for element in tree.iter() for name in element.attrib if name.startswith("on")] == [], path


def test_every_page_has_language_title_heading_landmarks_and_footer(files, toy):
    titles = {}
    for path, tree in readable(files).items():
        lang = path[:2] if "/" in path else "en"
        assert tree.get("lang") == lang
        assert len(tree.xpath("//h1")) == 1, path
        assert len(tree.xpath("//main[@id='main']")) == 1
        assert tree.xpath("//body/a[1]/@href") == ["#main"]
        assert tree.xpath("//meta[@name='description']/@content")[0].strip(), path
        [text] = [" ".join(footer.text_content().split()) for footer in tree.xpath("//footer")[:1]]
        for said in (toy.sources.stamp, catalogue(lang).date(toy.sources.data_date), "MIT", catalogue(lang)("footer.not")):
            assert said in text, path
        titles.setdefault(lang, []).append(tree.findtext(".//title"))

    assert all(len(set(of_language)) == len(of_language) for of_language in titles.values())


def test_headings_go_down_step_by_step(files):
    for path, tree in readable(files).items():
        levels = [
            int(element.tag[1])
            for element in tree.iter()
            if isinstance(element.tag, str) and re.fullmatch("h[1-6]", element.tag)
        ]
        assert levels[0] == 1, path
        assert all(below <= above + 1 for above, below in itertools.pairwise(levels)), (path, levels)


def text_of(files, path):
    return " ".join(pages(files)[path].text_content().split())


def test_a_point_holds_its_facts_marks_and_sources_as_text(files):
    text = text_of(files, "en/points/bongao.html")

    for said in (
        "Bongao",
        "Philippines",
        "Command",
        "since 2017",
        "Something was seen here.",
        "one source",
        "Gazette",
        "Nobody",
    ):
        assert said in text
    assert "satu sumber" in text_of(files, "id/points/bongao.html")


def test_an_agreement_holds_dates_parties_doubts_and_sources(files):
    text = text_of(files, "id/agreements/toy-patrol.html")

    for said in ("19 Juni 2017", "Indonesia, Malaysia, dan Filipina", "Sources differ. (id)", "satu sumber", "Gazette"):
        assert said in text
    assert catalogue("en")("agreement.no-place") in text_of(files, "en/agreements/toy-law.html")


def test_points_and_agreements_lead_to_each_other(files):
    trees = pages(files)
    to_agreement = {resolved("en/points/tawau.html", address) for _, _, address in links(trees["en/points/tawau.html"])}
    back = {
        resolved("en/agreements/toy-patrol.html", address) for _, _, address in links(trees["en/agreements/toy-patrol.html"])
    }

    assert "en/agreements/toy-patrol.html" in to_agreement
    assert {"en/points/tawau.html", "en/places/toy-port.html"} <= back


def test_the_first_page_of_a_language_has_picture_numbers_and_map(files, toy):
    tree = pages(files)["en/index.html"]
    [picture] = tree.xpath("//figure//img")

    assert (int(picture.get("width")), int(picture.get("height"))) == png_size_px(files["en/picture.png"])
    assert len(tree.xpath("//dl[contains(@class, 'selat-numbers')]/div")) == 5
    [lead] = tree.xpath("//p[@class='site-lead']")
    assert lead.text_content().startswith("At 20 knots and half an hour’s notice, patrols keeping to their own side reach")
    assert tree.xpath("//meta[@name='description']/@content") == [lead.text_content()]
    assert "map.html" in tree.xpath("//main//a/@href")
    for name in (point.name for point in toy.control_points):
        assert name in tree.text_content()


def test_the_data_are_the_files_that_were_recorded(files, toy):
    for record in toy.sources.files:
        assert hashlib.sha256(files[f"data/{record.file}"]).hexdigest() == record.sha256
        assert record.sha256 in text_of(files, "id/data.html")
    assert hashlib.sha256(files["data/sources.toml"]).hexdigest() == toy.sources.records_sha256


def test_the_shipped_licences_go_with_the_data(shipped):
    assert site._read_data(shipped)["data/LICENSE"] == (shipped.folder / "LICENSE").read_bytes()


def test_a_recorded_file_that_a_browser_would_run_is_not_served(tmp_path):
    folder = write_toy_folder(tmp_path / "toy")
    add_file(folder, "page.html", b"<script>alert(1)</script>")
    made = site_files(load(folder))

    assert "data/page.html" not in made
    assert "page.html not part of this site" in text_of(made, "en/data.html")


def test_data_that_changed_since_it_was_read_is_refused(tmp_path):
    scheme = load(write_toy_folder(tmp_path / "toy"))
    (scheme.folder / "limits.geojson").write_text("{}", "utf-8")

    with pytest.raises(DataError, match=r"limits\.geojson: has changed since it was read"):
        site_files(scheme)


# --- hostile data ---------------------------------------------------------------------------------------------------------


def test_names_that_mean_harm_show_as_written_on_every_page(tmp_path, based):
    files = site_files(load(write_toy_folder(tmp_path / "hostile", extra=HOSTILE)), base_url=BASE)
    as_read = " ".join(HOSTILE.split())

    assert (
        broken(
            {path: content for path, content in files.items() if 'rel="canonical"' not in content.decode("utf-8", "ignore")}
        )
        == []
    )
    for path, tree in readable(files).items():
        assert tree.xpath("//script | //img[@src='x']") == [], path
    for path in ("en/points/bongao.html", "id/agreements/toy-patrol.html", "en/sources.html", "id/data.html", "index.html"):
        assert as_read in text_of(files, path), path
    assert HOSTILE in pages(files)["en/points/bongao.html"].xpath("//meta[@property='og:title']/@content")[0]
    assert sorted(files) == sorted(based)


def test_names_of_files_are_safe_on_every_system():
    long = file_name("a" * 300)

    assert file_name("belawan") == "belawan.html"
    assert [file_name(name) for name in ("con", "nul", "com1", "index")] == [
        "_con.html",
        "_nul.html",
        "_com1.html",
        "_index.html",
    ]
    assert len(long) < 130
    assert long != file_name("a" * 301)
    for name in ("../up", "a/b", "A", "", "a\n", "é"):
        with pytest.raises(ValueError, match="is no id"):
            file_name(name)


def test_an_agreement_may_be_called_index(tmp_path):
    folder = write_toy_folder(tmp_path / "toy")
    edit_json(folder, "agreements.json", lambda document: document["agreements"][1].update(id="index"))
    files = site_files(load(folder))

    assert broken(files) == []
    assert "en/agreements/_index.html" in files


# --- documents ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["method", "benchmarks", "glossary"])
def test_a_document_is_a_page_in_the_navigation_of_every_page(files, name):
    tree = pages(files)[f"id/{name}.html"]

    assert tree.xpath("//div[@class='site-document']/@lang") == ["en"]
    assert catalogue("id")("site.in-english") in tree.text_content()
    assert "<!--" not in tree.text_content()
    for path, page in readable(files).items():
        if path != "index.html":  # the choice of the language, which has no navigation
            listed = {resolved(path, link) for link in page.xpath("//nav[contains(@class, 'site-nav')]//a/@href")}
            assert f"{path[:2]}/{name}.html" in listed, path


def test_method_and_benchmarks_have_their_pictures(files):
    for name in ("method", "benchmarks"):
        assert pages(files)[f"id/{name}.html"].xpath("//div[@class='site-document']//img")
    assert catalogue("en")("site.in-english") not in text_of(files, "en/method.html")
    assert files["assets/docs/method-tree.png"] == (DOCS_FOLDER / "images" / "method-tree.png").read_bytes()


def document(tmp_path, text):
    (tmp_path / "a.md").write_text(text, "utf-8")
    return read_document("a.md", pages={"data.md": "data.html"}, pictures="pictures", folder=tmp_path)


def test_markup_in_a_document_stays_text(tmp_path):
    made = document(tmp_path, "# A\n\n<script>x</script> [b](javascript:x)\n\n||b|\n|--:|---|\n|1|2|\n")

    assert "<script" not in made.html
    assert "javascript" not in str(lxml.html.fromstring(made.html).xpath("//a/@href"))
    assert "style=" not in made.html
    assert 'class="selat-right"' in made.html
    assert made.html.count("<th") == made.html.count("</th") == 2  # <thead>, and one heading: the corner has none


def test_links_of_a_document_are_mended_or_become_text(tmp_path):
    made = document(tmp_path, "# A b\n\n[in](#a-b) [on](data.md#x) [out](../geo/a.py) [far](https://example.org/)\n")
    tree = lxml.html.fromstring(made.html)

    assert tree.xpath("//a/@href") == ["#a-b", "data.html", "https://example.org/"]
    assert "out" in tree.text_content()
    assert tree.xpath("//h1/@id") == ["a-b"]


def test_a_checkout_without_documents_is_one_clear_error(toy, tmp_path, monkeypatch):
    monkeypatch.setattr(site_docs, "DOCS_FOLDER", tmp_path)

    with pytest.raises(ExportError, match=r"docs/method\.md cannot be read .*run python -m geo in a whole one"):
        site_files(toy)


# --- written whole --------------------------------------------------------------------------------------------------------


def written(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_second_run_changes_no_byte(toy, tmp_path, files):
    publish_site(toy, tmp_path / "site")
    first = written(tmp_path / "site")
    publish_site(load(toy.folder), tmp_path / "site")

    assert written(tmp_path / "site") == first
    assert {path: content for path, content in first.items() if path != SITE_LIST} == files
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]


def test_what_is_gone_from_the_data_is_gone_from_the_site(tmp_path):
    replace_folder(tmp_path / "site", {"a/old.html": b"", "b.html": b"1"}, title="t")
    replace_folder(tmp_path / "site", {"b.html": b"2"}, title="t")

    assert written(tmp_path / "site") == {"b.html": b"2", SITE_LIST: b"t\nb.html\n"}


@pytest.mark.parametrize("name", ["theirs.txt", "sub/CNAME", ".git/config"])
def test_a_folder_that_is_not_ours_is_left_alone_or_moved_aside(tmp_path, name):
    target = tmp_path / "site"
    (target / name).parent.mkdir(parents=True)
    (target / name).write_text("theirs", "utf-8")

    with pytest.raises(ExportError, match=r"was not made by Selat; .*--force"):
        replace_folder(target, {"a.html": b""}, title="t")
    assert written(target) == {name: b"theirs"}

    aside = replace_folder(target, {"a.html": b""}, title="t", force=True)
    assert written(aside) == {name: b"theirs"}
    assert written(target) == {"a.html": b"", SITE_LIST: b"t\na.html\n"}


def test_a_file_that_somebody_put_into_our_folder_is_not_lost(tmp_path):
    target = tmp_path / "site"
    replace_folder(target, {"a.html": b""}, title="t")
    (target / "CNAME").write_text("example.org", "utf-8")

    with pytest.raises(ExportError, match=r"holds what Selat did not write \(CNAME\)"):
        replace_folder(target, {"a.html": b""}, title="t")
    assert (target / "CNAME").read_text("utf-8") == "example.org"


def test_an_empty_folder_and_one_that_is_not_there_are_taken(tmp_path):
    (tmp_path / "empty").mkdir()
    for target in (tmp_path / "empty", tmp_path / "new" / "site"):
        replace_folder(target, {"a.html": b"x"}, title="t")
        assert (target / "a.html").read_bytes() == b"x"


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "site").write_text("x", "utf-8")

    with pytest.raises(ExportError, match="is a file; wanted a folder"):
        replace_folder(tmp_path / "site", {}, title="t", force=True)


@pytest.mark.parametrize("step", ["write_bytes", "rename"])
def test_a_failure_in_the_middle_leaves_the_old_site_and_no_scratch(tmp_path, monkeypatch, step):
    target = tmp_path / "site"
    replace_folder(target, {"a.html": b"old"}, title="t")
    before, real, calls = written(target), getattr(Path, step), []

    def fails_on_the_second(path, *rest):
        calls.append(path)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        return real(path, *rest)

    monkeypatch.setattr(Path, step, fails_on_the_second)
    with pytest.raises(ExportError, match=r"the disk is full\. Nothing was changed"):
        replace_folder(target, {"a.html": b"new", "b.html": b"new"}, title="t")
    monkeypatch.undo()

    assert written(target) == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_an_interruption_between_the_two_moves_puts_the_old_site_back(tmp_path, monkeypatch):
    target = tmp_path / "site"
    replace_folder(target, {"a.html": b"old"}, title="t")
    real, calls = Path.rename, []

    def interrupted(path, to):
        calls.append(path)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(path, to)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        replace_folder(target, {"a.html": b"new"}, title="t")

    assert (target / "a.html").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_replaced_site_that_cannot_be_removed_is_named(tmp_path, monkeypatch):
    target = tmp_path / "site"
    replace_folder(target, {"a.html": b"old"}, title="t")

    def refuses(path, **how):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("geo.atomic_write.shutil.rmtree", refuses)
    with pytest.raises(ExportError, match=r"is written; what it replaced is left in .*Permission denied"):
        replace_folder(target, {"a.html": b"new"}, title="t")
    assert (target / "a.html").read_bytes() == b"new"


def test_a_folder_that_holds_the_data_or_the_reader_is_refused(toy, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    for folder in (toy.folder, toy.folder.parent, tmp_path, site_docs.DOCS_FOLDER.parent):
        with pytest.raises(ExportError, match="has to stay; choose a folder of its own"):
            publish_site(toy, folder, force=True)


# --- with an address ------------------------------------------------------------------------------------------------------


def test_without_an_address_nothing_is_absolute(files):
    assert not {"sitemap.xml", "robots.txt", "en/preview.png"} & set(files)
    for path, tree in pages(files).items():
        assert tree.xpath("//link[@rel='canonical' or @rel='alternate'] | //meta[starts-with(@property, 'og:')]") == [], path


def local(address):
    assert address.startswith(BASE)
    return address.removeprefix(BASE)


def test_canonical_addresses_and_alternates_are_reciprocal(based):
    said = {}
    for path, tree in pages(based).items():
        assert [local(address) for address in tree.xpath("//link[@rel='canonical']/@href")] == [path]
        said[path] = {link.get("hreflang"): local(link.get("href")) for link in tree.xpath("//link[@rel='alternate']")}

    for path, alternates in said.items():
        if "/" in path:
            assert alternates[path[:2]] == path
            assert alternates["x-default"] == "index.html"
            assert all(said[alternates[code]] == alternates for code in LANGUAGES)


def test_the_sitemap_names_every_page_and_no_other(based, toy):
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    root = ET.fromstring(based["sitemap.xml"])
    listed = [local(address.text) for address in root.findall("s:url/s:loc", names)]
    alternates = {local(link.get("href")) for link in root.findall("s:url/x:link", names)}

    assert sorted(listed) == sorted(pages(based))
    assert alternates == set(listed)
    assert {date.text for date in root.findall("s:url/s:lastmod", names)} == {toy.sources.data_date}


def test_the_preview_is_there_for_every_page_and_of_the_size_that_is_said(based):
    for path, tree in readable(based).items():
        said = {tag.get("property"): tag.get("content") for tag in tree.xpath("//meta[@property]")}
        picture = based[local(said["og:image"])]
        assert png_size_px(picture) == (1200, 630) == (int(said["og:image:width"]), int(said["og:image:height"]))
        assert local(said["og:url"]) == path
        assert said["og:title"].strip(), path
        assert said["og:description"].strip(), path


def test_the_same_pages_stand_with_and_without_an_address(files, based):
    assert set(based) - set(files) == {"sitemap.xml", "en/preview.png", "id/preview.png"}


def test_an_address_may_lack_its_last_slash_and_at_the_root_it_has_robots():
    assert site._check_address(BASE.rstrip("/")) == site._check_address(BASE) == BASE
    assert site._list_for_search_engines("https://example.org/", (), "2026-11-24")["robots.txt"].endswith(
        b"https://example.org/sitemap.xml\n"
    )


@pytest.mark.parametrize(
    "address",
    [
        "",
        "example.org",
        "ftp://example.org/",
        "javascript:alert(1)",
        "https://",
        "https:///x",
        "https://example.org/?a=1",
        "https://example.org/#a",
        "https://user@example.org/",
        "https://example.org/a b",
        'https://example.org/"><script>',
        "https://example.org/../x",
        "https://example.org:99999/",
        "https://example.org//x",
        "https://example.org/\n",
    ],
)
def test_what_is_no_address_is_refused_before_anything_is_made(toy, tmp_path, address):
    with pytest.raises(ExportError, match=r"--base-url: wanted an address that starts with https://"):
        publish_site(toy, tmp_path / "site", base_url=address)
    assert list(tmp_path.iterdir()) == []


# --- the command ----------------------------------------------------------------------------------------------------------


def test_the_command_says_what_it_made_and_refuses_in_one_line(toy, tmp_path):
    out = str(tmp_path / "site")
    made = CliRunner().invoke(app, ["publish", out, "--data", str(toy.folder)])
    refused = CliRunner().invoke(app, ["publish", out, "--data", str(toy.folder), "--base-url", "nowhere"])

    assert made.exit_code == 0
    assert re.fullmatch(rf"{re.escape(out)}: \d+ files, \d+\.\d MB; open {re.escape(out)}/index\.html\n", made.output)
    assert refused.exit_code == 2
    assert refused.output.count("\n") == 1
