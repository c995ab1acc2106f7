"""The page as a person uses it, in real Chromium, with every outside address blocked."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import pypdfium2
import pytest
import shapely
from playwright.sync_api import expect

from geo.text import catalogue
from tests.browser.conftest import DESKTOP, PATIENCE_MS, PHONE, assert_inside

POINTS = ("Belawan", "Batam", "Lumut", "Changi")
CLICK_BYTES = 200_000  # what a click may send to the browser


def edges_of(line) -> set[frozenset]:
    return {frozenset(map(tuple, edge)) for edge in pairwise(line)}


def seams(scheme) -> set[frozenset]:
    """Return the edges between two parts of one side: cuts of ours, where only the basis changes."""
    times: Counter = Counter()
    for side, parts in scheme.waters_light.groupby("side"):
        for ring in shapely.get_rings(parts.geometry.to_numpy()):
            times.update((side, edge) for edge in edges_of(ring.coords))
    return {edge for (_, edge), count in times.items() if count > 1}


def test_page_loads_without_complaint_and_asks_no_other_host(opening):
    """The map, its land and its symbols stand with the network off."""
    assert opening.outside == []
    assert opening.complaints == []
    expect(opening.map.locator(".selat-point")).to_have_count(4)
    expect(opening.map.locator(".leaflet-selat-land-pane path")).to_have_count(1)


@pytest.mark.parametrize("name", POINTS)
def test_each_control_point_answers_a_click(address, visit, name):
    """A click shows the point's facts and marks it on the map, without moving the view."""
    seen = visit(address)
    before = seen.view()
    del seen.received_bytes[:]

    seen.point(name).click()
    seen.idle()

    expect(seen.page.locator(".st-key-panel .selat-card h3")).to_have_text(name)
    expect(seen.point(name)).to_have_attribute("aria-pressed", "true")
    assert seen.view() == before
    assert sum(seen.received_bytes) < CLICK_BYTES
    assert seen.complaints == []


def test_all_points_are_whole_inside_the_opening_view_and_large_enough(opening):
    """At least 24 px each, none cut at an edge, none covering another."""
    frame = opening.page.locator(".st-key-map-frame iframe").bounding_box()
    boxes = [opening.point(name).locator(".selat-point-disc").bounding_box() for name in POINTS]

    for box in boxes:
        assert min(box["width"], box["height"]) >= 24
        assert_inside(box, frame)
    for one in range(4):
        for other in range(one):
            apart = abs(boxes[one]["x"] - boxes[other]["x"]), abs(boxes[one]["y"] - boxes[other]["y"])
            assert max(apart) >= 24


def test_a_point_is_chosen_by_keyboard_from_the_list(address, visit):
    """The map needs a mouse; the list beside it does not."""
    seen = visit(address)
    seen.page.locator(".st-key-picked button", has_text="Lumut").focus()

    seen.page.keyboard.press("Enter")
    seen.idle()

    expect(seen.page.locator(".st-key-panel .selat-card h3")).to_have_text("Lumut")
    expect(seen.point("Lumut")).to_have_attribute("aria-pressed", "true")


def test_a_symbol_keeps_the_focus_when_chosen_by_keyboard(address, visit):
    """Symbols are drawn anew at each choice; who works by keyboard must not start over."""
    seen = visit(address)
    seen.point("Changi").focus()

    seen.page.keyboard.press("Enter")
    seen.idle()

    expect(seen.page.locator(".st-key-panel .selat-card h3")).to_have_text("Changi")
    expect(seen.point("Changi")).to_be_focused()


def test_agreement_highlights_what_it_touches(address, visit, shipped):
    """Choosing one marks its points on the map and says in words what it touches."""
    seen = visit(address)

    seen.page.locator(".st-key-sidebar-agreement-malsindo-2004 button").click()
    seen.idle()

    expect(seen.map.locator(".selat-point.selat-touched")).to_have_count(4)
    seen.page.locator(".selat-numbers").wait_for()
    expect(seen.map.locator(".selat-touched-side")).not_to_have_count(0)
    lines = "map.selat.touchedSides.getLatLngs()"
    drawn = seen.map.locator("body").evaluate(f"() => {lines}.map(line => line.map(at => [at.lng, at.lat]))")
    edges = set().union(*map(edges_of, drawn))
    assert len(edges) > 1_000
    assert seams(shipped)
    assert not edges & seams(shipped)  # drawn, one would be taken for a boundary across the strait
    expect(seen.page.locator(".selat-onmap")).to_contain_text("Belawan, Batam, Lumut and Changi")
    expect(seen.page.locator(".st-key-panel .selat-card")).to_contain_text("20 July 2004")


def test_agreement_without_a_place_in_the_strait_says_so(address, visit):
    """The memorandum with the Emirates must not be put on the map."""
    seen = visit(address)

    seen.page.locator(".st-key-sidebar-agreement-mou-id-ae-2015 button").click()
    seen.idle()

    expect(seen.page.locator(".selat-onmap")).to_contain_text("no place in the strait")
    expect(seen.map.locator(".selat-touched")).to_have_count(0)


def test_agreement_is_one_click_away_from_a_point(address, visit):
    """The panel lists what touches the point, and opens it there."""
    seen = visit(address)
    seen.point("Batam").click()
    seen.idle()

    seen.page.locator(".st-key-panel-agreement-iscp-1992 button").click()
    seen.idle()

    expect(seen.page.locator(".st-key-panel .selat-official")).to_contain_text("Indonesia–Singapore")
    expect(seen.page.locator(".selat-official")).to_have_count(1)


def test_search_and_party_narrow_the_list_and_nothing_found_is_said(address, visit):
    """An empty list speaks."""
    seen = visit(address)
    search = seen.page.locator(".st-key-search input")

    search.fill("surpic ii")
    seen.idle()
    expect(seen.page.locator("[class*=st-key-sidebar-agreement]")).to_have_count(1)

    search.fill("no such words")
    seen.idle()
    expect(seen.page.locator("[class*=st-key-sidebar-agreement]")).to_have_count(0)
    expect(seen.page.locator(".st-key-agreements")).to_contain_text("Nothing found")


def test_language_switches_on_the_page_and_the_view_stays(address, visit):
    """All of it changes, the map's names too; selection and view stay."""
    seen = visit(address)
    seen.point("Lumut").click()
    seen.idle()
    seen.zoom_in()
    seen.idle()
    before = seen.view()

    seen.page.locator(".st-key-lang button", has_text="Indonesia").click()
    seen.idle()

    expect(seen.page.locator(".selat-title")).to_contain_text("Peta patroli Selat Malaka")
    expect(seen.page.locator(".st-key-panel .selat-card h3")).to_have_text("Lumut")
    expect(seen.map.get_by_role("button", name="Lumut, titik kendali")).to_have_attribute("aria-pressed", "true")
    assert seen.view() == pytest.approx(before, abs=0.02)  # a pixel: the key below the map may take another line
    assert seen.page.evaluate("document.documentElement.lang") == "id"
    assert "lang=id" in seen.page.url


def test_layer_switch_keeps_the_view_and_draws_the_layer(address, visit):
    """Further bases appear, the view does not move."""
    seen = visit(address)
    seen.zoom_in()
    seen.idle()
    before = seen.view()
    del seen.received_bytes[:]

    seen.open_layers()
    seen.page.locator(".st-key-layers button", has_text="Further bases").click()
    seen.idle()

    expect(seen.map.locator(".selat-place.selat-base").first).to_be_visible()
    assert seen.view() == before
    assert sum(seen.received_bytes) < CLICK_BYTES


def test_land_is_fetched_once_and_not_sent_with_every_run(address, visit):
    """Once at the start, by its address; not again with the choices that follow."""
    seen = visit(address)
    asked = [entry for entry in seen.fetched() if "/map-files/data/land" in entry]
    assert len(asked) == 1

    for name in ("Belawan", "Lumut"):
        seen.point(name).click()
        seen.idle()

    assert [entry for entry in seen.fetched() if "/map-files/data/land" in entry] == asked


def test_a_choice_from_the_list_brings_the_point_into_view(address, visit):
    """The map looked elsewhere; a click on the map itself never moves it."""
    seen = visit(address)
    for _ in range(5):
        seen.zoom_in()

    seen.page.locator(".st-key-picked button", has_text="Changi").click()
    seen.idle()

    expect(seen.point("Changi")).to_be_in_viewport()
    seen.map.locator(".selat-whole").click()
    for name in POINTS:
        expect(seen.point(name)).to_be_in_viewport()


def test_unreachable_tiles_leave_our_land_and_say_so(address, visit):
    """The optional background asks another host, which is blocked here."""
    seen = visit(address)

    seen.open_layers()
    seen.page.locator(".st-key-background [role=combobox], .st-key-background input").first.click()
    seen.page.get_by_role("option", name="OpenStreetMap").click()
    seen.idle()

    expect(seen.map.locator(".selat-failed")).to_contain_text("cannot be reached")
    expect(seen.map.locator(".leaflet-selat-land-pane path")).to_have_attribute("fill", "#F4EFE4")
    assert all("tile.openstreetmap.org" in url for url in seen.outside)


def test_clear_returns_to_the_whole_and_reset_to_the_opening(address, visit):
    """Clear drops the selection; reset brings back layers and view."""
    seen = visit(address)
    opening = seen.view()
    seen.point("Belawan").click()
    seen.idle()

    seen.page.locator(".st-key-clear button").click()
    seen.idle()
    expect(seen.map.locator(".selat-point.selat-selected")).to_have_count(0)

    seen.zoom_in()
    seen.open_layers()
    seen.page.locator(".st-key-layers button", has_text="Sides").click()
    seen.idle()
    seen.page.keyboard.press("Escape")
    seen.page.locator(".st-key-reset button").click()
    seen.idle()
    assert seen.view() == pytest.approx(opening, abs=0.02)
    expect(seen.map.locator(".selat-side-name")).not_to_have_count(0)


def test_position_under_the_pointer_is_in_degrees_and_minutes(opening):
    """As a navigator reads it."""
    box = opening.page.locator(".st-key-map-frame iframe").bounding_box()

    opening.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    expect(opening.map.locator(".selat-position")).to_have_text(re.compile(r"\d°\d\d\.\d′ N\s+\d+°\d\d\.\d′ E"))


def test_scale_bar_shows_kilometres_and_nautical_miles(opening):
    """Both units of the trade."""
    bars = opening.map.locator(".selat-scale-bar").all_inner_texts()

    assert [bar.split()[-1] for bar in bars] == ["km", "nmi"]


def test_each_side_is_one_shape_on_the_map(address, visit, shipped):
    """Parts of a side drawn each by itself would show a hair of sea between them, which reads as a boundary."""
    seen = visit(f"{address}/?show=none")

    expect(seen.map.locator(".leaflet-selat-waters-pane path")).to_have_count(shipped.waters["side"].nunique())


def test_attribution_is_there_and_flies_no_flag(opening):
    """Leaflet's own prefix shows a national flag; this map takes no side."""
    attribution = opening.map.locator(".leaflet-control-attribution")

    expect(attribution).to_contain_text("© OpenStreetMap contributors")
    expect(attribution.locator("svg, img")).to_have_count(0)


@pytest.mark.parametrize("lang", ["en", "id"])
def test_phone_shows_the_map_first_and_nothing_scrolls_sideways(address, visit, lang):
    """One column under the head, map on top, as wide as the page, symbols large enough for a thumb."""
    seen = visit(f"{address}/?lang={lang}", size=PHONE)
    frame = seen.page.locator(".st-key-map-frame iframe").bounding_box()
    layers = seen.page.locator(".st-key-layers-row").bounding_box()
    head = seen.page.locator(".st-key-header").bounding_box()
    language = seen.page.locator(".st-key-lang").bounding_box()
    main = seen.page.locator("[data-testid=stMain]")

    assert head["y"] + head["height"] < frame["y"] < layers["y"]
    right = frame["x"] + frame["width"]
    assert head["x"] + head["width"] == pytest.approx(right, abs=2)
    assert language["x"] + language["width"] <= right + 2
    assert frame["y"] + 200 < PHONE["height"]
    assert main.evaluate("node => node.scrollWidth <= node.clientWidth + 1")


# --- every size ---------------------------------------------------------------------------------------------------------

SIZES = [(1920, 1080), (1440, 900), (1280, 800), (1024, 768), (720, 450), (390, 844), (360, 640)]  # 720: 1440 at 200 %
# Text of ours that is wider than its place, or lies over its neighbour.
CLIPPED = """() => [...document.querySelectorAll(
    ".selat-title, .selat-headline p, .selat-numbers :is(dt, dd), :is(.st-key-scenario, .st-key-lang) button p")]
  .filter(each => each.checkVisibility() && each.scrollWidth > each.clientWidth + 1).map(each => each.textContent)"""
OVERLAPS = """() => {
  const parts = [".selat-title", ".st-key-take", ".st-key-lang", ".selat-headline", ".st-key-limit_h", ".st-key-rule",
    ".st-key-speed_kn", ".st-key-readiness_h", ".st-key-published", ".st-key-starts", ".selat-answer", ".st-key-map-frame",
    ".selat-notes", ".st-key-layers-row", ".st-key-panel"].map(each => document.querySelector(each));
  const boxes = parts.filter(each => !each.closest(".st-key-asked-first") || getComputedStyle(
    each.closest(".st-key-asked-first")).position !== "fixed").map(each => [each, each.getBoundingClientRect()]);
  const apart = (a, b) => a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + 1 || b.bottom <= a.top + 1;
  return boxes.flatMap(([one, a], index) => boxes.slice(index + 1)
    .filter(([other, b]) => !apart(a, b)).map(([other]) => `${one.className} / ${other.className}`));
}"""


@pytest.mark.parametrize("lang", ["en", "id"])
def test_on_every_size_the_page_is_whole(address, visit, lang):
    """Nothing sideways, clipped or covered; the drawer folds below 1200 px; the panel goes below the map under 900."""
    seen = visit(f"{address}/?lang={lang}&hours=6&rule=coordinated")
    seen.answered()
    for width, height in SIZES:
        where = f"{width} x {height}"
        seen.page.set_viewport_size({"width": width, "height": height})
        drawer = seen.page.get_by_test_id("stExpandSidebarButton")
        expect(drawer).to_have_count(0 if width >= 1200 else 1)
        seen.view()
        seen.page.wait_for_function("() => !document.getAnimations().length")
        frame, panel = (seen.page.locator(f".st-key-{part}").bounding_box() for part in ("map-frame", "panel"))

        main = seen.page.locator("[data-testid=stMain]")
        assert main.evaluate("node => node.scrollWidth <= node.clientWidth + 1"), where
        assert seen.page.evaluate(CLIPPED) == [], where
        assert seen.page.evaluate(OVERLAPS) == [], where
        is_below = panel["y"] > frame["y"] + frame["height"]
        assert is_below == (width < 900), where
        if width >= 900 or width < 500:
            whole = min(1, (height - frame["y"]) / frame["height"])
            assert whole > 0.9, where  # the map begins in the first screen, and shows (all but) whole
        if width >= 900:
            assert frame["y"] < 330, where
            assert 0.6 < frame["width"] / (frame["width"] + panel["width"]) < 0.75, where


def test_the_drawer_closes_on_a_choice_and_the_agreement_stands_in_the_panel(address, visit):
    """On a tablet held upright."""
    seen = visit(address, size={"width": 834, "height": 1112})
    opener = seen.page.get_by_test_id("stExpandSidebarButton")
    opener.click()
    seen.page.locator(".st-key-sidebar-agreement-malsindo-2004 button").click()
    seen.idle()

    expect(opener).to_be_visible()
    expect(seen.page.locator(".st-key-sidebar-agreement-malsindo-2004 button")).not_to_be_in_viewport()
    expect(seen.page.locator(".st-key-sheet .selat-official")).to_be_visible()


def test_on_a_phone_in_indonesian_water_is_answered_where_the_thumb_is(address, visit):
    """A bare address; one tap on the map; who comes first is in a sheet, without scrolling; closed, all is as before."""
    seen = visit(address, size=PHONE, locale="id-ID")
    seen.answered()
    assert seen.page.evaluate("document.documentElement.lang") == "id"
    rule, hours = (seen.page.locator(f".st-key-{part}").bounding_box() for part in ("rule", "limit_h"))
    whole = {"x": 0, "y": PHONE["height"] / 2, "width": PHONE["width"], "height": PHONE["height"] / 2}
    assert_inside(rule, whole)
    assert_inside(hours, whole)

    x, y = seen.map_frame.evaluate("(p => [p.x, p.y])(map.latLngToContainerPoint([4.4, 99.2]))")
    frame = seen.page.locator(".st-key-map-frame iframe").bounding_box()
    seen.page.mouse.click(frame["x"] + x, frame["y"] + y)
    seen.idle()

    sheet = seen.page.locator(".st-key-sheet")
    expect(sheet.locator("ol li").first).to_be_in_viewport()
    expect(sheet.locator("ol li").first).to_contain_text("Belawan")
    assert seen.page.locator("[data-testid=stMain]").evaluate("node => node.scrollTop") == 0
    box = sheet.bounding_box()
    assert box["y"] + box["height"] == pytest.approx(PHONE["height"], abs=1)
    assert box["height"] < 0.6 * PHONE["height"]

    sheet.locator(".st-key-clear button").click()
    seen.idle()
    expect(sheet).to_have_count(0)
    assert seen.page.locator(".st-key-map-frame iframe").bounding_box() == frame


def test_type_has_five_sizes_and_one_face(opening):
    """On the page; the map has the same face."""
    sizes = opening.page.evaluate(
        """() => [...new Set([...document.querySelectorAll(".stApp *")]
        .filter(each => each.checkVisibility() && !each.closest("[data-testid=stIconMaterial], svg, .selat-unseen"))
        .filter(each => [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
        .map(each => `${getComputedStyle(each).fontSize}, ${getComputedStyle(each).fontFamily}`))]"""
    )
    faces = {size.partition(", ")[2].replace('"', "").split(",")[0] for size in sizes}
    of_map = opening.map.locator(".leaflet-container").evaluate("map => getComputedStyle(map).fontFamily")

    assert len({size.partition(", ")[0] for size in sizes}) <= 5, sizes
    assert faces == {of_map.replace('"', "").split(",")[0]}


# --- on paper -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "dark", "lang"), [(DESKTOP, False, "en"), (PHONE, True, "id")], ids=["desktop", "phone"])
def test_the_page_prints_on_one_sheet_with_its_map_whole(address, visit, size, dark, lang):
    """Finding, numbers, map and sources; nothing to press. Afterwards the page is as before."""
    seen = visit(f"{address}/?lang={lang}&hours=6&rule=coordinated", size=size, dark=dark)
    seen.answered()
    before, frame = seen.view(), seen.page.locator(".st-key-map-frame iframe").bounding_box()

    document = pypdfium2.PdfDocument(seen.page.pdf(prefer_css_page_size=True))
    text = " ".join(document[0].get_textpage().get_text_range().split())

    assert len(document) == 1
    assert (document[0].get_width(), document[0].get_height()) == pytest.approx((595, 842), abs=1)
    for part in (".selat-finding", ".selat-numbers dd >> nth=3", ".selat-footer p >> nth=1"):
        assert re.sub(r"\W", "", seen.page.locator(part).inner_text()) in re.sub(r"\W", "", text), part
    for name in POINTS:
        assert name in text
    t = catalogue(lang)
    for button in ("take.heading", "scenario.published", "scenario.points", "layers.heading", "panel.reset"):
        assert t(button) not in text.split()
    assert seen.view() == pytest.approx(before, abs=0.02)  # a pixel
    assert seen.page.locator(".st-key-map-frame iframe").bounding_box() == frame

    seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    seen.page.emulate_media(media="print")
    paper = seen.page.locator(".st-key-map-frame iframe").bounding_box()
    assert paper["width"] == pytest.approx(180 / 25.4 * 96, abs=2)
    expect(seen.map.locator(".selat-point-disc")).to_have_count(4)
    for disc in seen.map.locator(".selat-point-disc").all():
        assert_inside(disc.bounding_box(), paper)
    assert seen.page.locator("button:visible").count() == 0


def test_dark_theme_reaches_the_map(address, visit):
    """The map follows the reader's theme without a new frame."""
    seen = visit(address, dark=True)

    expect(seen.map.locator(".leaflet-container.selat-dark")).to_have_count(1)


def test_routes_serve_named_files_and_nothing_else(address):
    """The download route knows the files in the data folder by name, and no way out of it."""
    import http.client
    from urllib.parse import urlsplit

    def status(path: str) -> int:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=PATIENCE_MS / 1000)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    assert status("/map-files/data/strait.geojson") == 200
    assert status("/map-files/assets/selat-map.js") == 200
    for path in (
        "/map-files/data/nothing.geojson",
        "/map-files/data/raw",
        "/map-files/data/raw/agreements.toml",
        "/map-files/data/..%2fapp.py",
        "/map-files/data/%2e%2e%2fapp.py",
        "/map-files/data/LICENSE",
        "/map-files/assets/..%2f..%2fgeo%2fmaps.py",
        "/map-files/assets/export.js",
    ):
        assert status(path) in {400, 404}, path
