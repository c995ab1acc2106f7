"""Air patrols on the map: rings come and go with their layer and the year; a preset sets a slider and moves nothing."""

from __future__ import annotations

from dataclasses import replace

from playwright.sync_api import expect

from geo.coverage.answers import default_scenario
from geo.maps.selection import Selection
from geo.offline.page import export_html


def test_rings_come_with_their_layer_and_go_with_it(address, visit):
    seen = visit(f"{address}/")
    seen.answered()
    expect(seen.map.locator("path.selat-ring")).to_have_count(0)

    seen.open_layers()
    seen.page.locator(".st-key-layers").get_by_text("Air patrols").click()
    seen.idle()

    expect(seen.map.locator(".selat-ring-name")).to_have_text(["30 min", "60 min", "90 min", "120 min"])
    expect(seen.map.locator("path.selat-ring")).to_have_count(4)
    expect(seen.map.locator(".selat-legend")).to_contain_text("sight, not interdiction")
    expect(seen.map.locator(".selat-place.selat-air-base-ours")).to_have_count(2)
    assert "air" in seen.page.url

    seen.page.locator(".st-key-layers").get_by_text("Air patrols").click()
    seen.idle()
    expect(seen.map.locator("path.selat-ring")).to_have_count(0)
    assert seen.complaints == []


def test_an_airfield_opens_to_its_aircraft(address, visit):
    seen = visit(f"{address}/?lang=en&hours=6&rule=coordinated&layers=air")
    seen.answered()

    seen.map.get_by_role("button", name="Subang air base").click()
    seen.idle()

    expect(seen.page.locator(".st-key-panel .selat-card").first).to_contain_text("1 × C-130 Hercules")
    assert seen.complaints == []


def test_the_file_draws_the_rings_of_the_year(shipped, model, visit, tmp_path):
    out = tmp_path / "map.html"
    selection = replace(Selection(), scenario=default_scenario(model), coverage_layer="bands")
    out.write_bytes(export_html(shipped, selection, model=model))
    seen = visit(out.as_uri(), wait_for_map=False)
    page = seen.page
    page.locator(".selat-point").first.wait_for()
    airfields = page.locator(".selat-place:is(.selat-air-base, .selat-air-base-ours)")
    expect(page.locator("path.selat-ring")).to_have_count(0)

    page.locator("[data-layer=air]").check()
    expect(page.locator("path.selat-ring")).to_have_count(4)
    expect(airfields).to_have_count(3)

    page.locator("#selat-year").select_option("2006")
    expect(airfields).to_have_count(1)
    expect(page.locator(".selat-ring-name")).to_have_count(4)

    page.locator("#selat-year").select_option("2003")
    expect(airfields).to_have_count(0)
    expect(page.locator("path.selat-ring")).to_have_count(0)
    assert seen.complaints == []


def test_a_preset_sets_its_slider_and_moves_nothing(address, visit):
    seen = visit(f"{address}/")
    seen.answered()
    seen.page.locator(".st-key-published button").first.click()
    seen.idle()
    frame, button = seen.page.locator("iframe").first, seen.page.locator(".st-key-preset-pc-40-cruise button:visible")
    before = (frame.bounding_box(), button.bounding_box())

    button.click()
    seen.idle()

    expect(seen.page.locator(".st-key-speed_kn [data-testid=stSliderThumbValue]")).to_have_text("15")
    expect(button).to_have_attribute("kind", "primary")
    assert (frame.bounding_box(), button.bounding_box()) == before
    assert "speed=15" in seen.page.url
    assert seen.complaints == []
