"""The whole state lives in the address: a link in a fresh browser gives the same page."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

QUERY = (
    "lang=id&speed=25&hours=6&rule=coordinated&show=gap&layers=lines,towns"
    "&at=lumut&agreement=msp-2006&year=2008&map=4.2000,100.6000,8.0"
)


def query_of(seen) -> dict[str, list[str]]:
    return parse_qs(urlsplit(seen.page.url).query)


def test_a_link_restores_the_page(address, visit):
    """Scenario, layers, point, agreement, year, language and view."""
    seen = visit(f"{address}/?{QUERY}", fresh=True)
    page = seen.page
    seen.answered()

    expect(page.locator("html")).to_have_attribute("lang", "id")
    expect(page.locator(".st-key-speed_kn [data-testid=stSliderThumbValue]")).to_have_text("25")
    expect(page.locator(".st-key-panel .selat-card h3").first).to_have_text("Lumut")
    expect(page.locator(".st-key-panel .selat-official").first).to_be_visible()
    expect(page.locator(".st-key-panel .selat-onmap").first).to_contain_text("2008")
    zoom, lat, lon = seen.view()
    assert abs(lat - 4.2) < 0.05
    assert abs(lon - 100.6) < 0.05
    assert zoom == 8
    kept = query_of(seen)
    asked = parse_qs(QUERY)
    assert {name: kept[name] for name in asked if name != "map"} == {name: asked[name] for name in asked if name != "map"}
    assert seen.complaints == []


def test_the_address_follows_choice_and_view_without_asking_the_server(address, visit):
    """Language, hours and rule always stand in it, other defaults do not; panning sends nothing; a second browser agrees."""
    seen = visit(address)
    seen.answered()
    assert query_of(seen) == {"lang": ["en"], "hours": ["6"], "rule": ["coordinated"]}

    seen.page.locator(".st-key-limit_h input[type=range]").focus()
    seen.page.keyboard.press("ArrowRight")
    seen.idle()
    assert query_of(seen) == {"lang": ["en"], "hours": ["6.5"], "rule": ["coordinated"]}

    before = len(seen.received_bytes)
    box = seen.page.locator(".st-key-map-frame iframe").bounding_box()
    seen.page.mouse.move(box["x"] + 300, box["y"] + 300)
    seen.page.mouse.down()
    seen.page.mouse.move(box["x"] + 200, box["y"] + 240, steps=6)
    seen.page.mouse.up()
    expect(seen.page).to_have_url(re.compile("map="))
    seen.view()
    seen.page.wait_for_timeout(1_000)  # for what must not come: an answer of the server
    assert set(query_of(seen)) == {"lang", "hours", "rule", "map"}
    assert len(seen.received_bytes) == before

    other = visit(seen.page.url, fresh=True)
    other.answered()
    assert [round(value, 1) for value in other.view()] == [round(value, 1) for value in seen.view()]


def test_hostile_values_fall_back_with_a_quiet_note(address, visit):
    """Not a number, unknown ids, markup, a long text."""
    hostile = "speed=nan&at=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&year=99999&points=" + "x" * 5_000
    seen = visit(f"{address}/?{hostile}&hours=6")
    seen.answered()

    note = seen.page.locator(".st-key-link-note, [role=status]", has_text="could not be used")
    expect(note.first).to_contain_text("speed, points, at, year")
    assert query_of(seen) == {"lang": ["en"], "hours": ["6"], "rule": ["joint"]}  # as a link without a rule meant it
    assert seen.complaints == []


def test_copy_link_is_a_button(address, visit):
    """What is copied is the address."""
    seen = visit(f"{address}/?hours=6")
    seen.answered()
    seen.page.locator(".st-key-take button").first.click()
    button = seen.page.get_by_role("button", name="Copy link")
    button.click()

    expect(seen.page.get_by_role("button", name="Copied")).to_be_visible()
