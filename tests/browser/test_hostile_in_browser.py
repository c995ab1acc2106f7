"""Data that means harm shows as written and runs nothing, on page and in export."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from geo.maps.selection import LAYER_IDS, Selection
from geo.offline.page import export_html
from geo.scheme.patrol_scheme import load
from tests.toy import HOSTILE, add_airfield, write_toy_folder


@pytest.fixture(scope="module")
def hostile_folder(tmp_path_factory):
    """A made-up strait, every text of it a trap."""
    return add_airfield(write_toy_folder(tmp_path_factory.mktemp("hostile") / "data", extra=HOSTILE), extra=HOSTILE)


@pytest.fixture(scope="module")
def hostile_address(serve, hostile_folder):
    """The page with that folder."""
    return serve(hostile_folder)


def test_page_of_another_strait_shows_names_as_written(hostile_address, visit):
    """Six points of three states; labels, cards and lists hold the text, letter by letter."""
    seen = visit(hostile_address)
    as_read = " ".join(HOSTILE.split())

    expect(seen.map.locator(".selat-point")).to_have_count(6)
    expect(seen.map.locator(".selat-point-name").first).to_contain_text(as_read)
    seen.page.locator(".st-key-picked button").first.click()
    seen.idle()
    expect(seen.page.locator(".st-key-panel .selat-card h3")).to_contain_text(as_read)
    expect(seen.page.locator(".st-key-picked button").first).to_contain_text(as_read)
    seen.page.locator(".st-key-sidebar-agreement-toy-patrol button").click()
    seen.idle()
    expect(seen.page.locator(".st-key-panel .selat-official")).to_contain_text(as_read)
    expect(seen.page.locator(".st-key-sidebar-agreement-toy-patrol button")).to_contain_text("{{7*7}} {% raw %}")

    assert seen.dialogs == []
    assert seen.page.locator("img[src=x]").count() == 0
    assert seen.map.locator("img[src=x]").count() == 0
    assert seen.complaints == []


def test_export_of_another_strait_shows_names_as_written(hostile_folder, visit, tmp_path):
    """With every layer on and something selected."""
    out = tmp_path / "hostile.html"
    out.write_bytes(export_html(load(hostile_folder), Selection("en", "bongao", "toy-patrol", LAYER_IDS)))
    seen = visit("about:blank", wait_for_map=False)
    as_read = " ".join(HOSTILE.split())

    seen.page.goto(out.as_uri())

    expect(seen.page.locator(".selat-point")).to_have_count(6)
    expect(seen.page.locator(".selat-point-name").first).to_contain_text(as_read)
    expect(seen.page.locator("[data-feature=bongao] [data-lang=en] h3")).to_contain_text(as_read)
    expect(seen.page.locator("[data-agreement=toy-patrol] [data-lang=en] .selat-official")).to_contain_text(as_read)
    label = seen.page.locator(".selat-point").first.locator("xpath=..").get_attribute("aria-label")
    assert HOSTILE in label
    assert seen.dialogs == []
    assert seen.page.locator("img[src=x]").count() == 0
    assert seen.complaints == []
    assert seen.outside == []


def test_refused_data_shows_the_faults_and_no_trace(serve, visit, tmp_path):
    """The owner reads what to mend."""
    folder = write_toy_folder(tmp_path / "broken")
    (folder / "strait.geojson").write_text('{"type": "FeatureCollection", "features": []}', "utf-8")

    seen = visit(serve(folder), wait_for_map=False)

    expect(seen.page.locator(".selat-refused")).to_contain_text("strait.geojson")
    expect(seen.page.locator("body")).not_to_contain_text("Traceback")
