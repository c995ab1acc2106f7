"""The panel that hands everything over: prepared on click, then size and download; each format opens."""

from __future__ import annotations

import io
import json

import PIL.Image
import pytest
from playwright.sync_api import expect


@pytest.fixture
def panel(address, visit):
    """The page in Indonesian waters of six hours, with its panel open."""
    seen = visit(f"{address}/?hours=6")
    seen.answered()
    seen.page.locator(".st-key-take button").first.click()
    seen.page.locator(".st-key-prepare button").wait_for()
    return seen


def taken(seen, format_name: str) -> tuple[str, bytes]:
    """Choose a format, prepare it, and return what is downloaded."""
    seen.page.locator(".st-key-format input, .st-key-format [role=combobox]").first.click()
    seen.page.get_by_role("option", name=format_name).click()
    seen.idle()
    seen.page.locator(".st-key-prepare button").click()
    button = seen.page.locator(".st-key-export button")
    expect(button).to_contain_text("Download, ")
    with seen.page.expect_download() as waiting:
        button.click()
    file = waiting.value
    with open(file.path(), "rb") as content:  # noqa: PTH123 - a path of Playwright's
        return file.suggested_filename, content.read()


def test_figure_and_data_are_named_after_the_scenario(panel):
    """A PNG and a GeoJSON; an older file is gone as soon as another is wanted."""
    name, figure = taken(panel, "Figure, pixels (PNG)")
    assert name.endswith("-20kn-6h-joint-bands-en.png")
    assert PIL.Image.open(io.BytesIO(figure)).width > 1_000

    name, data = taken(panel, "All tables, GeoJSON")
    assert name.endswith("-20kn-6h-joint-bands-en.geojson")
    assert {feature["properties"]["table"] for feature in json.loads(data)["features"]} >= {"bands", "control_points"}
    assert panel.complaints == []


def test_citations_are_handed_over(panel):
    """The map as BibTeX."""
    with panel.page.expect_download() as waiting:
        panel.page.locator(".st-key-cite-map-bibtex button").click()
    with open(waiting.value.path(), encoding="utf-8") as content:  # noqa: PTH123 - a path of Playwright's
        assert "@misc{selat-map" in content.read()
