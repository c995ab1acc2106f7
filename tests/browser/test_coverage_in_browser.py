"""Coverage on the page, in real Chromium: numbers and map answer the same question."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, assert_inside

RUN_BYTES = 300_000  # what a run may send to the browser


@pytest.fixture
def ready(address, visit):
    """Open the page with two hours and anyone anywhere, and wait until the distances are worked out."""
    seen = visit(f"{address}/?lang=en&hours=2&rule=joint")
    seen.answered()
    return seen


def reached(seen) -> str:
    """Return the first of the four numbers."""
    return seen.page.locator(".selat-numbers dd strong").first.inner_text()


def test_numbers_curve_and_bands_stand_at_the_opening(opening):
    """About 40 % in six hours with each navy on its own side, and what the other rule would change."""
    numbers = opening.page.locator(".selat-numbers")
    assert reached(opening) == "40 %"
    expect(numbers.locator("dt").first).to_have_text("Reached within 6 h")
    expect(numbers.locator("dd")).to_have_text(
        ["40 % 77,500 km²", "under 0.1 % 21.9 km²", "60 % 117,000 km²", "7.1 h 90 % never", "−9 points within 6 h"]
    )
    expect(opening.page.locator(".selat-finding")).to_contain_text("reach 40 % of the strait within six hours.")
    expect(opening.page.locator(".selat-rest")).to_contain_text("21 % lies on the side of Thailand")
    expect(opening.page.locator(".selat-notes")).to_contain_text(
        "None of the control points is on the side of Thailand; Phuket"
    )
    expect(opening.map.locator(".leaflet-selat-shapes-pane path")).not_to_have_count(0)
    expect(opening.page.locator("img.selat-curve")).to_have_attribute("alt", re.compile("39.9 % within 6 h"))
    assert opening.complaints == []


def test_more_hours_change_numbers_and_map_and_keep_the_view(ready):
    """A slider moved by keyboard, four steps of half an hour."""
    ready.zoom_in()
    ready.idle()
    before = ready.view()
    del ready.received_bytes[:]
    slider = ready.page.locator(".st-key-limit_h input[type=range]")
    slider.focus()
    for _ in range(8):
        ready.page.keyboard.press("ArrowRight")
        ready.idle()

    expect(ready.page.locator(".selat-numbers dt").first).to_have_text("Reached within 6 h")
    assert reached(ready) == "49 %"
    expect(ready.map.locator(".selat-legend")).to_contain_text("Reached within 6 h")
    assert ready.view() == before
    assert sum(ready.received_bytes) / 8 < RUN_BYTES


def test_key_stands_under_the_map_and_unfolded_covers_no_point(ready):
    """The map gives way to it, and shows the whole strait in what is left."""
    sea, key = ready.map.locator(".leaflet-container"), ready.map.locator(".selat-legend")
    before = sea.bounding_box()
    assert key.bounding_box()["y"] >= before["y"] + before["height"] - 1

    ready.map.locator(".selat-map-key summary").click()
    ready.until(lambda: sea.bounding_box()["height"] < before["height"] - 20, "the map has given way")

    ready.view()
    assert key.bounding_box()["y"] >= sea.bounding_box()["y"] + sea.bounding_box()["height"] - 1
    for point in ready.map.locator(".selat-point-disc").all():
        assert_inside(point.bounding_box(), sea.bounding_box())


def test_starts_left_out_stay_out_when_their_list_is_folded_away(ready):
    """Through a moved slider and another language, until the reader resets."""
    without_lumut = re.compile("points=batam,belawan,changi")
    ready.page.locator(".st-key-starts button").first.click()
    ready.page.locator(".st-key-points button", has_text="Lumut").click()
    ready.idle()
    ready.page.keyboard.press("Escape")
    expect(ready.page.locator(".st-key-points")).to_have_count(0)

    for _ in range(2):
        ready.page.locator(".st-key-limit_h input[type=range]").press("ArrowRight")
        ready.idle()
    expect(ready.page.locator(".selat-numbers dt").first).to_have_text("Reached within 3 h")
    expect(ready.page).to_have_url(without_lumut)

    ready.page.get_by_text("Bahasa Indonesia").click()
    ready.idle()
    expect(ready.page).to_have_url(without_lumut)
    expect(ready.map.locator(".selat-hollow")).to_have_count(1)

    ready.page.locator(".st-key-reset button").click()
    ready.idle()
    expect(ready.page).not_to_have_url(re.compile("points="))
    expect(ready.map.locator(".selat-hollow")).to_have_count(0)


def test_nothing_fades_while_a_moved_slider_is_answered(ready):
    """What stands, stands until the new comes: a fading map is painted whole, which takes longer than the answer."""
    ready.page.evaluate("""() => { window.faded = [];
        document.addEventListener('transitionrun', (event) => {
            const part = event.target.closest('[data-testid=stElementContainer]');
            if (event.propertyName === 'opacity' && part === event.target) window.faded.push(part.className);
        }, true); }""")
    before = ready.page.locator(".selat-numbers").inner_text()
    slider = ready.page.locator(".st-key-limit_h input[type=range]")
    slider.focus()
    slider.press("ArrowRight")
    expect(ready.page.locator(".selat-numbers")).not_to_have_text(before)
    ready.idle()

    assert ready.page.evaluate("window.faded") == []


def test_a_moved_slider_leaves_points_and_lines_as_they_are(ready):
    """Only the shapes are drawn anew; a choice that concerns the points draws those too."""
    symbols = ready.map.locator(".selat-point").first, ready.map.locator(".leaflet-overlay-pane path.selat-line").last
    for symbol in symbols:
        symbol.evaluate("element => { element.dataset.kept = 'yes'; }")
    shape = ready.map.locator(".leaflet-selat-shapes-pane path:not(clipPath path)").first
    shape.evaluate("element => { element.dataset.kept = 'yes'; }")

    slider = ready.page.locator(".st-key-limit_h input[type=range]")
    slider.focus()
    slider.press("ArrowRight")
    ready.idle()

    expect(ready.map.locator(".selat-legend")).to_contain_text("Reached within 2.5 h")
    for symbol in symbols:
        expect(symbol).to_have_attribute("data-kept", "yes")
    expect(shape).not_to_have_attribute("data-kept", "yes")

    ready.map.locator("[data-selat-id=lumut]").press("Enter")
    ready.idle()
    expect(ready.map.locator(".selat-point[data-kept]")).to_have_count(0)


def test_the_boundary_costs(ready):
    """One switch, and Thailand's side has nobody among the four."""
    ready.page.locator(".st-key-rule button", has_text="Each on its own side").click()
    ready.idle()

    expect(ready.page.locator(".selat-rest")).to_contain_text("lies on the side of Thailand")
    expect(ready.page.locator(".selat-numbers dd").last).to_have_text("−0.2 points within 2 h")


def test_every_layer_of_the_answer_draws(ready):
    """First responder, backup, gap, cost of the boundary."""
    for name in ("First to arrive", "Backup", "Gap", "Cost of the boundary"):
        ready.page.locator(".st-key-coverage_layer [role=combobox], .st-key-coverage_layer input").first.click()
        ready.page.get_by_role("option", name=name).click()
        ready.idle()
        expect(ready.map.locator(".leaflet-selat-shapes-pane path")).not_to_have_count(0)
    assert ready.complaints == []


def click_map(seen, lat: float, lon: float) -> None:
    """Click at a position, wherever it stands in the map's frame."""
    seen.view()
    x, y = seen.map_frame.evaluate(f"(p => [p.x, p.y])(map.latLngToContainerPoint([{lat}, {lon}]))")
    frame = seen.page.locator(".st-key-map-frame iframe").bounding_box()
    seen.page.mouse.click(frame["x"] + x, frame["y"] + y)
    seen.idle()


def test_click_on_water_tells_who_comes_when(ready):
    """Arrival of each point in order, and the shortest ways drawn."""
    click_map(ready, 4.4, 99.2)

    card = ready.page.locator(".st-key-panel .selat-card").first
    expect(card.locator("h3")).to_have_text("Here on the water")
    expect(card.locator("ol li")).to_have_count(4)
    expect(card.locator("ol li").first).to_contain_text("nmi")


def test_click_on_land_says_so(ready):
    """Sumatra."""
    click_map(ready, 2.2, 99.2)

    expect(ready.page.locator(".st-key-panel .selat-card").first.locator("h3")).to_have_text("This is land")


def test_a_point_switched_off_is_hollow_and_counts_no_more(ready):
    """The others stay."""
    ready.page.locator("button", has_text="Starts").click()
    ready.page.locator(".st-key-points button", has_text="Lumut").click()
    ready.idle()

    expect(ready.map.locator(".selat-point.selat-hollow")).to_have_count(1)
    assert reached(ready) != "6.1 %"


def test_all_points_switched_off_is_said_in_words(ready):
    """Nothing is reached, nothing breaks."""
    ready.page.locator("button", has_text="Starts").click()
    for name in ("Batam", "Belawan", "Changi", "Lumut"):
        ready.page.locator(".st-key-points button", has_text=name).click()
        ready.idle()

    expect(ready.page.locator(".selat-finding")).to_contain_text("With no start switched on, no patrol reaches")
    assert reached(ready) == "0 %"
    expect(ready.map.locator(".selat-point.selat-hollow")).to_have_count(4)
    assert ready.complaints == []


def test_phone_shows_numbers_after_the_map(address, visit):
    """One column, nothing sideways."""
    seen = visit(address, size=PHONE)
    seen.answered()

    frame = seen.page.locator(".st-key-map-frame iframe").bounding_box()
    numbers = seen.page.locator(".selat-numbers").bounding_box()
    assert frame["y"] < numbers["y"]
    assert seen.page.locator("[data-testid=stMain]").evaluate("node => node.scrollWidth <= node.clientWidth + 1")


SMALL = {"width": 1024, "height": 768}


def tops(seen) -> tuple[float, ...]:
    """Return how far below the head map, layers, numbers, notes and panel begin; a click may scroll the page."""
    parts = (".st-key-map-frame", ".st-key-layers-row", ".selat-numbers", ".selat-notes", ".selat-caution", ".st-key-panel")
    head = seen.page.locator(".st-key-header").bounding_box()["y"]
    return tuple(round(seen.page.locator(part).bounding_box()["y"] - head) for part in parts)


@pytest.mark.parametrize("lang", ["en", "id"])
@pytest.mark.parametrize("size", [DESKTOP, SMALL, PHONE], ids=["desktop", "small", "phone"])
def test_nothing_moves_when_rule_or_sliders_are_changed(address, visit, size, lang):
    """Numbers, notes and map keep their place, whatever the numbers say."""
    seen = visit(f"{address}/?lang={lang}&hours=6&rule=coordinated", size=size)
    seen.answered()
    before = tops(seen)

    seen.page.locator(".st-key-rule [role=radio]").first.click()
    seen.idle()
    expect(seen.page).to_have_url(re.compile("rule=joint"))
    assert tops(seen) == before

    for slider, presses in (("limit_h", 5), ("speed_kn", 3), ("readiness_h", 3)):
        handle = seen.page.locator(f".st-key-{slider} input[type=range]")
        for _ in range(presses):
            handle.press("ArrowRight")
        seen.idle()
        assert tops(seen) == before, slider

    seen.page.locator(".st-key-rule [role=radio]").last.click()
    seen.idle()
    expect(seen.page).to_have_url(re.compile("hours=8.5&ready=1.25&rule=coordinated"))
    assert tops(seen) == before


def test_what_is_said_instead_of_the_numbers_is_as_high(address, visit):
    """All starts switched off, or distances still to come: the map below or above keeps its place."""
    seen = visit(f"{address}/?lang=en&hours=6&rule=coordinated&points=none", size=PHONE)
    seen.answered()
    other = visit(f"{address}/?lang=en&hours=6&rule=coordinated", size=PHONE)
    other.answered()

    for part in (".selat-headline", ".selat-answer"):
        boxes = [each.page.locator(part).bounding_box() for each in (seen, other)]
        assert boxes[0]["height"] == pytest.approx(boxes[1]["height"], abs=1), part
        for each in (seen, other):  # and so it is before there is an answer
            each.page.locator(part).evaluate("part => { part.innerHTML = '<p>…</p>'; }")
        emptied = [each.page.locator(part).bounding_box()["height"] for each in (seen, other)]
        assert emptied == pytest.approx([boxes[0]["height"]] * 2, abs=1), part
