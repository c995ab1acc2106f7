"""The exported file, downloaded from the page and opened from disk with the network off."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from geo.export import export_html
from geo.selection import Selection
from tests.browser.conftest import PHONE, assert_inside

pytestmark = pytest.mark.browser


@pytest.fixture
def exported(address, visit, tmp_path) -> Path:
    """Download the map as a person does: after choosing a point, a layer and an agreement."""
    seen = visit(address)
    seen.point("Lumut").click()
    seen.idle()
    seen.page.locator(".st-key-layers button", has_text="Documented towns").click()
    seen.idle()
    seen.page.locator(".st-key-sidebar-agreement-msp-2006 button").click()
    seen.idle()
    with seen.page.expect_download(timeout=30_000) as download:
        seen.page.locator(".st-key-export button").first.click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    return saved


def test_download_opens_from_disk_as_the_person_saw_it(exported, visit):
    """Layers, selection, agreement and language; no request leaves it."""
    seen = visit(exported.as_uri(), wait_for_map=False)

    assert exported.suffix == ".html"
    expect(seen.page.locator(".selat-point")).to_have_count(4)
    expect(seen.page.locator("[data-feature=lumut] h3")).to_be_visible()
    expect(seen.page.locator("[data-layer=towns]")).to_be_checked()
    expect(seen.page.locator("details[data-agreement=msp-2006]")).to_have_attribute("open", "")
    expect(seen.page.locator(".selat-point.selat-touched")).to_have_count(4)
    assert seen.outside == []
    assert seen.complaints == []


@pytest.fixture
def opened(shipped, visit, tmp_path):
    """Open the plain English export from disk."""
    out = tmp_path / "map.html"
    out.write_bytes(export_html(shipped, Selection()))
    seen = visit(out.as_uri(), wait_for_map=False)
    seen.page.locator(".selat-point").first.wait_for()
    return seen


def test_click_on_a_point_opens_its_facts(opened):
    """The same facts as in the panel of the page."""
    opened.page.get_by_role("button", name="Batam, control point").click()

    expect(opened.page.locator("[data-feature=batam]")).to_be_visible()
    expect(opened.page.locator("[data-feature=belawan]")).to_be_hidden()
    expect(opened.page.locator("[data-feature=batam]")).to_contain_text("Lantamal IV")


def test_layer_switch_draws_and_removes(opened):
    """The file's own layer control."""
    opened.page.locator("[data-layer=bases]").check()
    expect(opened.page.locator(".selat-place.selat-base").first).to_be_visible()

    opened.page.locator("[data-layer=bases]").uncheck()
    expect(opened.page.locator(".selat-place.selat-base")).to_have_count(0)


def test_agreement_opened_below_marks_the_map(opened):
    """One at a time."""
    opened.page.locator("details[data-agreement=malsindo-2004] summary").click()
    expect(opened.page.locator(".selat-point.selat-touched")).to_have_count(4)

    opened.page.locator("details[data-agreement=mou-id-ae-2015] summary").click()
    expect(opened.page.locator(".selat-point.selat-touched")).to_have_count(0)
    expect(opened.page.locator("details[data-agreement=malsindo-2004]")).not_to_have_attribute("open", "")


def test_agreement_of_a_point_leads_to_its_card(opened):
    """A link in the facts opens the agreement."""
    opened.page.locator("[data-choose=changi]").click()

    opened.page.locator("[data-feature=changi] a[data-open=ifc-2009]").click()

    expect(opened.page.locator("#agreement-ifc-2009 .selat-card")).to_be_visible()


def test_keyboard_alone_reaches_a_point(opened):
    """Symbols are buttons."""
    opened.page.get_by_role("button", name="Changi, control point").focus()

    opened.page.keyboard.press("Enter")

    expect(opened.page.locator("[data-feature=changi]")).to_be_visible()


def test_prints_on_a4_landscape_with_every_point_on_the_first_sheet(opened):
    """297 by 210 mm; the map is fitted to the sheet before it prints."""
    pdf = opened.page.pdf(prefer_css_page_size=True, print_background=True)
    width, height = (float(edge) for edge in re.search(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", pdf).groups())

    assert width == pytest.approx(842, abs=2)
    assert height == pytest.approx(595, abs=2)

    opened.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    box = opened.page.locator(".selat-map-box").bounding_box()
    for disc in opened.page.locator(".selat-point-disc").all():
        assert_inside(disc.bounding_box(), box)


def test_phone_reads_in_one_column(shipped, visit, tmp_path):
    """In Indonesian too."""
    out = tmp_path / "peta.html"
    out.write_bytes(export_html(shipped, Selection(lang="id", feature_id="belawan")))

    seen = visit(out.as_uri(), size=PHONE, wait_for_map=False)

    expect(seen.page.get_by_role("button", name="Belawan, titik kendali")).to_be_visible()
    assert seen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert seen.complaints == []
