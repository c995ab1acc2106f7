"""Everyone: what assistive technology meets, the keyboard alone, less motion, a thumb on a small screen."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page, expect
from typer.testing import CliRunner

from geo.cli.app import app
from geo.text import catalogue
from tests.browser.conftest import DESKTOP, PHONE, ROOT, Visit

TARGET_PX = 24  # WCAG 2.2 AA, 2.5.8
GRAVE = {"serious", "critical"}
DOCUMENT = ROOT / "docs" / "accessibility.md"
themes = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])


# --- axe-core -------------------------------------------------------------------------------------------------------------


def findings(page: Page | Frame) -> list[tuple[str, str, list[str]]]:
    """Return impact, rule and selectors of what axe-core finds in one document; frames are asked one by one."""
    found = Axe().run(page, options={"resultTypes": ["violations"], "iframes": False}).response["violations"]
    return [(each["impact"], each["id"], [str(node["target"]) for node in each["nodes"]]) for each in found]


def assert_open_to_all(page: Page, where: str) -> None:
    """Nothing grave in any document; what is less than grave is named in the docs with the reason it stands."""
    named = DOCUMENT.read_text(encoding="utf-8")
    for frame in page.frames:
        found = findings(frame)
        assert [each for each in found if each[0] in GRAVE] == [], where
        assert [each for each in found if f"`{each[1]}`" not in named] == [], where


def open_years(seen: Visit) -> None:
    seen.page.locator(".st-key-years summary").first.click()
    seen.page.locator("g.event").first.wait_for()


def open_take_away(seen: Visit) -> None:
    seen.page.locator(".st-key-take button").first.click()
    seen.page.locator(".st-key-prepare button").wait_for()


def open_agreement(seen: Visit) -> None:
    opener = seen.page.get_by_test_id("stExpandSidebarButton")
    if opener.count():
        opener.click()
        assert_open_to_all(seen.page, "the sidebar over the page")
    seen.page.locator(".st-key-sidebar-agreement-malsindo-2004 button").click()
    expect(seen.page.locator(".st-key-panel .selat-official")).to_be_visible()
    if seen.page.viewport_size == PHONE:
        assert_open_to_all(seen.page, "an agreement over the page")
        seen.page.locator(".st-key-clear button").click()
        seen.idle()


def open_tables(seen: Visit) -> None:
    for key in ("answer-table", "table"):
        seen.page.locator(f".st-key-{key} summary").first.click()
    expect(seen.page.locator(".st-key-table .selat-table").first).to_be_visible()


def open_starts(seen: Visit) -> None:
    seen.page.locator(".st-key-starts button").first.click()
    expect(seen.page.locator(".st-key-points")).to_be_visible()


def answered(visit: Callable[..., Visit], url: str, **options: object) -> Visit:
    """Open the page and wait until the distances are computed."""
    seen = visit(url, **options)
    seen.answered()
    return seen


@pytest.mark.parametrize(("size", "lang"), [(DESKTOP, "en"), (PHONE, "id")], ids=["desktop, English", "phone, Indonesian"])
@themes
def test_nothing_grave_on_the_page_in_any_of_its_states(address, visit, dark, size, lang):
    """With the panel; an agreement, the tables and the years open; starts and take-away over it."""
    seen = answered(visit, f"{address}/?lang={lang}&hours=6&rule=coordinated&at=batam", dark=dark, size=size)
    assert_open_to_all(seen.page, "as it opens")

    for opening in (open_agreement, open_tables, open_years):
        opening(seen)
        seen.idle()
        assert_open_to_all(seen.page, opening.__name__)
    for opening in (open_starts, open_take_away):
        opening(seen)
        seen.idle()
        assert_open_to_all(seen.page, opening.__name__)
        seen.page.keyboard.press("Escape")
    assert seen.complaints == []


@pytest.mark.parametrize("layer", ["first", "backup", "gap", "cost"])
def test_nothing_grave_on_the_map_whatever_it_shows(address, visit, layer):
    """First responders, backup, gap, cost of the boundary, and every layer."""
    seen = answered(visit, f"{address}/?show={layer}&layers=sides,lines,limits,ports,bases,towns")

    assert_open_to_all(seen.page, layer)


def test_the_maps_frame_says_what_is_in_it_in_the_language_of_the_page(address, visit):
    """Its name is read out before one goes in; its language says how to read what is in it."""
    seen = visit(f"{address}/?lang=id")
    frame = seen.page.locator(".st-key-map-frame iframe")
    first = frame.get_attribute("title")

    assert first == seen.map.locator(".leaflet-container").get_attribute("aria-label")
    expect(seen.map.locator("html")).to_have_attribute("lang", "id")

    seen.page.locator(".st-key-lang button", has_text="English").click()
    expect(frame).not_to_have_attribute("title", first)
    expect(seen.map.locator("html")).to_have_attribute("lang", "en")


def run(*words: str) -> None:
    """Run a command inside this process."""
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output


@pytest.fixture(scope="module")
def export(tmp_path_factory) -> Path:
    """Return the exported page."""
    made = tmp_path_factory.mktemp("export") / "x.html"
    run("export", str(made))
    return made


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """Return the folder of the static site."""
    made = tmp_path_factory.mktemp("site") / "site"
    run("publish", str(made))
    return made


def unfolded(page: Page) -> None:
    """Open every part that folds."""
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")


@themes
def test_nothing_grave_in_the_export(export, visit, dark):
    """As it opens, in the other language, with everything unfolded."""
    seen = visit(export.as_uri(), dark=dark, wait_for_map=False)
    seen.page.locator(".selat-point").first.wait_for()
    assert_open_to_all(seen.page, "as it opens")

    seen.page.get_by_role("button", name="Bahasa Indonesia").click()
    unfolded(seen.page)
    assert_open_to_all(seen.page, "in Indonesian, unfolded")


@themes
def test_nothing_grave_on_the_site(site, visit, dark):
    """On one page of each kind, in both languages."""
    folders = {path.parent for path in site.rglob("*.html")}
    kinds = {page for folder in folders for page in (folder / "index.html", min(folder.glob("[!i]*.html"), default=folder))}
    seen = visit("about:blank", dark=dark, wait_for_map=False)

    for kind in sorted(page for page in kinds if page.is_file()):
        seen.page.goto(kind.as_uri())
        unfolded(seen.page)
        assert_open_to_all(seen.page, str(kind.relative_to(site)))
    assert len(kinds) >= 8


# --- the keyboard alone ---------------------------------------------------------------------------------------------------

DEEPEST = """
let here = document.activeElement;
while (here && here.contentDocument) here = here.contentDocument.activeElement;
"""
# What an eye could see of the focus: outline and shadow of an element and of the four that hold it.
LOOKS = """(here) => {
  const seen = [];
  for (let level = 0; here && level < 5; level++, here = here.parentElement) {
    const style = getComputedStyle(here);
    seen.push(style.outlineStyle === "none" ? "none" : style.outline, style.boxShadow, style.borderColor);
  }
  return seen.join("|");
}"""


class Keys:
    """The keyboard of a person who has nothing else."""

    def __init__(self, seen: Visit) -> None:
        self.seen, self.page = seen, seen.page

    def focused(self, selector: str) -> bool:
        """Tell whether the focus is on something, within a frame or not."""
        return bool(self.page.evaluate(f"selector => {{ {DEEPEST} return !!here && !!here.closest(selector); }}", selector))

    def to(self, selector: str, *, back: bool = False, where: Page | Frame | None = None) -> None:
        """Go on, stop by stop, until the focus is on it; it must look otherwise than before."""
        held = (where or self.page).locator(selector).first
        before = held.evaluate(LOOKS)
        for _ in range(160):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            if self.focused(selector):
                break
        assert self.focused(selector), f"160 stops and not one on {selector}"
        self.seen.until(lambda: held.evaluate(LOOKS) != before, f"one sees that the focus is on {selector}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.seen.idle()


@pytest.fixture
def keys(address, visit) -> Keys:
    """The page, the mouse put away."""
    return Keys(answered(visit, address))


def test_an_agreement_is_opened_with_the_keyboard(keys):
    """From the top of the page, stop by stop."""
    keys.to(".st-key-sidebar-agreement-malsindo-2004 button")
    keys.press("Enter")

    expect(keys.page.locator(".st-key-panel .selat-card")).to_contain_text("20 July 2004")
    assert keys.focused(".st-key-sidebar-agreement-malsindo-2004 button")


def test_the_scenario_is_changed_and_the_map_taken_away_with_the_keyboard(keys):
    """A slider by its arrows, then the panel: prepare, download."""
    reached = keys.page.locator(".selat-numbers strong").first
    before = reached.inner_text()
    keys.to(".st-key-limit_h input")
    keys.press("ArrowRight", "ArrowRight")
    expect(reached).not_to_have_text(before)

    keys.to(".st-key-take button", back=True)
    keys.press("Enter")
    keys.page.locator(".st-key-prepare button").wait_for()
    keys.to(".st-key-prepare button")
    keys.press("Enter")
    download = keys.page.locator(".st-key-export button")
    download.wait_for()
    keys.to(".st-key-export button")
    with keys.page.expect_download() as waiting:
        keys.page.keyboard.press("Enter")
    assert re.fullmatch(r"selat-.*-20kn-7h-.*\.html", waiting.value.suggested_filename)


def test_a_control_point_is_chosen_with_the_keyboard_on_the_map_and_beside_it(keys):
    """The focus goes into the map and out of it again."""
    frame = keys.seen.map_frame
    keys.to(".leaflet-container", where=frame)
    keys.to('[data-selat-id="lumut"]', where=frame)
    keys.press("Enter")
    expect(keys.page.locator(".st-key-panel .selat-card h3")).to_have_text("Lumut")

    keys.to(".st-key-picked button")
    keys.press("Home", "Space")
    expect(keys.page.locator(".st-key-panel .selat-card h3")).to_have_text("Batam")


def test_water_is_asked_with_the_keyboard(keys):
    """A position written into the field is answered as a click there would be; the text stays for a second one."""
    keys.to(".st-key-position input")
    keys.page.keyboard.type("4°24' N 99°12' E")
    keys.press("Enter")

    expect(keys.page.locator(".st-key-sheet ol li")).to_have_count(4)
    expect(keys.page).to_have_url(re.compile(r"water=4\.4000,99\.2000"))
    expect(keys.page.locator(".st-key-position input")).to_have_value("4°24' N 99°12' E")


# What the keyboard stops at, in sight; rows of agreements and points of the map are as many as the data has.
STOPS = """() => [...document.querySelectorAll("a[href], button, summary, input, select, textarea, [tabindex]")]
  .filter(each => each.tabIndex >= 0 && !each.disabled && each.checkVisibility({ visibilityProperty: true }))
  .filter(each => !each.closest("[class*=-agreement-], .st-key-picked") && !each.querySelector(".selat-point"))
  .filter(each => { const box = each.getBoundingClientRect();
    return box.width && box.top < innerHeight && box.bottom > 0 && box.right > 0; })
  .map(each => `${each.tagName} ${each.getAttribute("aria-label") || each.textContent.slice(0, 30)}`)"""


def test_few_things_in_sight_take_the_focus_on_opening(opening):
    """The map's own included."""
    stops = [stop for frame in opening.page.frames for stop in frame.evaluate(STOPS)]

    assert len(stops) <= 25, stops


def test_the_map_stands_between_its_heading_and_its_tables(opening):
    """For one who hears the page from top to bottom."""
    order = opening.page.evaluate(
        """() => [...document.querySelectorAll(".stMain h2, .st-key-map-frame iframe, .st-key-answer-table, .st-key-table")]
        .map(each => each.tagName === "H2" ? each.textContent : each.tagName === "IFRAME" ? "the map" : "a table")"""
    )

    at = order.index("the map")
    assert order[at - 1] == catalogue("en")("map.heading")
    assert order[at:].count("a table") == 2


# --- motion ---------------------------------------------------------------------------------------------------------------

MOVES = """async () => {
  const there = () => L.DomUtil.getPosition(map.getPane("mapPane")).x + 1000 * map.getZoom();
  const ended = (event) => new Promise(done => map.once(event, done));
  const frame = () => new Promise(requestAnimationFrame);
  const panEnds = ended("moveend");
  map.panBy([120, 0]);
  const panned = there();
  await panEnds;
  const slid = there() !== panned;
  let zooming = true, running = false;
  ended("zoomend").then(() => { zooming = false; });
  map.zoomIn();
  do {
    await frame();
    running = running || document.getAnimations().length > 0;
  } while (zooming);
  return [slid, running];
}"""


@pytest.mark.parametrize(("asked", "moves"), [("reduce", False), ("no-preference", True)])
def test_the_map_moves_only_for_those_who_bear_it(address, visit, asked, moves):
    """Panned and zoomed it is there at once, or slides there."""
    seen = visit(address)
    seen.page.emulate_media(reduced_motion=asked)
    seen.page.reload()
    seen.map.locator(".selat-point").first.wait_for()
    seen.answered()

    assert seen.map_frame.evaluate(MOVES) == [moves, moves]


def test_the_page_stands_still_for_those_who_ask(address, visit):
    """No style of the page runs a transition or an animation that one could see."""
    seen = answered(visit, address)
    seen.page.emulate_media(reduced_motion="reduce")
    seen.page.locator(".st-key-years summary").first.click()
    seen.page.locator(".st-key-take button").first.click()

    assert seen.page.evaluate(
        """() => [...document.querySelectorAll("*")].map(each => getComputedStyle(each)).filter(style =>
        Math.max(...`${style.transitionDuration}, ${style.animationDuration}`.split(",").map(parseFloat)) > 0.001).length"""
    ) == 0  # fmt: skip


# --- a thumb --------------------------------------------------------------------------------------------------------------

# What can be pressed and is smaller than a finger wants; links within text may be, and so may what is not on the screen.
SMALL = """(least) => [...document.querySelectorAll(
    "a[href], button, summary, select, textarea, input:not([type=range]), [role=button], label:has(input)")]
  .map(each => [each, each.getBoundingClientRect(), getComputedStyle(each)])
  .filter(([each, box, style]) => style.visibility !== "hidden" && style.display !== "inline")
  .filter(([each, box]) => box.width > 1 && box.right > 30 && !each.matches("label input"))
  .filter(([each, box]) => box.width < least || box.height < least)
  .map(([each, box]) => `${each.tagName} ${each.getAttribute("aria-label") || each.textContent} ${box.width}x${box.height}`)"""
KNOBS = """(least) => [...document.querySelectorAll("input[type=range]")].map(each => {
  const knob = each.parentElement.parentElement;
  knob.scrollIntoView({ block: "center" });
  const box = knob.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2, arm = least / 2 - 1;
  return [[-arm, 0], [arm, 0], [0, -arm], [0, arm]].every(([right, down]) =>
    knob.contains(document.elementFromPoint(x + right, y + down)));
})"""
WIDE = """() => [document.documentElement, ...document.querySelectorAll(".stMain, [data-testid=stSidebarContent]")]
  .filter(each => each.getBoundingClientRect().right > 30 && each.scrollWidth > each.clientWidth + 1)
  .map(each => each.className || each.tagName)"""


def assert_fit_for_a_thumb(seen: Visit, where: str) -> None:
    for frame in seen.page.frames:
        assert frame.evaluate(SMALL, TARGET_PX) == [], where
        assert frame.evaluate(WIDE) == [], where


@pytest.mark.parametrize("lang", ["en", "id"])
def test_on_a_phone_everything_can_be_pressed_and_nothing_scrolls_sideways(address, visit, lang):
    """Symbols, pills, zoom, legend, knobs, what stands in panels and sidebar."""
    seen = answered(visit, f"{address}/?lang={lang}&at=batam&layers=sides,lines,limits,ports,bases,towns", size=PHONE)
    assert_fit_for_a_thumb(seen, "as it opens")
    seen.page.locator(".st-key-clear button").click()
    seen.idle()
    seen.map.locator(".selat-legend summary").click()
    assert_fit_for_a_thumb(seen, "nothing selected")
    assert seen.page.evaluate(KNOBS, TARGET_PX) == [True] * 3

    for opening in (open_years, open_take_away):
        opening(seen)
        seen.idle()
        assert_fit_for_a_thumb(seen, opening.__name__)
    seen.page.keyboard.press("Escape")
    seen.page.get_by_test_id("stExpandSidebarButton").click()
    seen.page.locator(".st-key-sidebar-agreement-malsindo-2004 button").wait_for()
    assert_fit_for_a_thumb(seen, "the sidebar")
    seen.page.locator(".st-key-sidebar-agreement-malsindo-2004 button").click()
    seen.idle()
    assert_fit_for_a_thumb(seen, "an agreement")


def test_the_export_fits_a_thumb(export, visit):
    """As it opens; what is folded is measured unfolded."""
    seen = visit(export.as_uri(), size=PHONE, wait_for_map=False)
    seen.page.locator(".selat-point").first.wait_for()
    unfolded(seen.page)

    assert_fit_for_a_thumb(seen, "export")
