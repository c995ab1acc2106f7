"""The static site in a real browser: from a server's sub-folder and from disk, with no script but the map's own."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from geo.scheme.patrol_scheme import load
from geo.site.headers import HEADERS
from geo.site.publish import publish_site
from tests.browser.conftest import DESKTOP, PHONE
from tests.toy import HOSTILE, write_toy_folder

SUB_FOLDER = "maps/selat"


class _Host(SimpleHTTPRequestHandler):
    """A server of files that sends the headers of the site's own file, as the hosts do that read it, and writes no log."""

    def end_headers(self) -> None:
        """Add the headers."""
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep still."""


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    """Publish a site of hostile names, below the folder that is served."""
    root = tmp_path_factory.mktemp("served")
    scheme = load(write_toy_folder(tmp_path_factory.mktemp("data") / "toy", extra=HOSTILE))
    publish_site(scheme, root / SUB_FOLDER)
    return root


@pytest.fixture(scope="module")
def server(published) -> Iterator[str]:
    """Serve it; the site's address ends in the sub-folder."""
    serving = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Host, directory=str(published)))
    thread = threading.Thread(target=serving.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{serving.server_port}/{SUB_FOLDER}"
    serving.shutdown()
    thread.join()
    serving.server_close()


@pytest.fixture(params=["served", "from disk"])
def site_address(request, published, server) -> str:
    """Where the site is, with no slash at its end."""
    return server if request.param == "served" else (published / SUB_FOLDER).as_uri()


@pytest.mark.parametrize(("size", "dark"), [(DESKTOP, False), (PHONE, True)], ids=["desktop", "phone, dark"])
def test_from_the_first_page_to_a_point_to_an_agreement(site_address, visit, size, dark):
    """With the style applied, pictures shown, nothing asked of others, nothing complained of, nothing scrolling sideways."""
    seen = visit(f"{site_address}/index.html", size=size, dark=dark, wait_for_map=False)
    page = seen.page

    def look() -> None:
        page.wait_for_load_state("load")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == (
            "rgb(15, 26, 34)" if dark else "rgb(255, 255, 255)"
        )

    look()
    page.get_by_role("link", name="Bahasa Indonesia").click()
    look()
    expect(page.locator("html")).to_have_attribute("lang", "id")
    page.get_by_role("link", name="English", exact=True).click()
    look()
    for picture in page.locator("img").all():
        picture.scroll_into_view_if_needed()
        expect(picture).not_to_have_js_property("naturalWidth", 0)
    page.locator(".site-cards a", has_text="Bongao").click()
    look()
    expect(page.get_by_role("heading", level=1)).to_contain_text(" ".join(HOSTILE.split()))
    page.locator(".site-beside .site-list a").first.click()
    look()
    assert page.url == f"{site_address}/en/agreements/toy-patrol.html"
    expect(page.locator(".selat-official")).to_contain_text("Name")
    page.locator(".selat-locator a", has_text="Tawau").click()
    assert page.url == f"{site_address}/en/points/tawau.html"
    assert seen.outside == []
    assert seen.complaints == []
    assert seen.dialogs == []


def test_the_map_lives_and_leads_back(site_address, visit):
    """Its own scripts run as they do in the exported file."""
    seen = visit(f"{site_address}/id/map.html", wait_for_map=False)

    expect(seen.page.locator(".selat-point")).to_have_count(6)
    seen.page.locator(".selat-back a").click()
    expect(seen.page.get_by_role("heading", level=1)).to_be_visible()
    assert seen.page.url == f"{site_address}/id/index.html"
    assert seen.outside == []
    assert seen.complaints == []


def test_the_keyboard_skips_to_the_text_and_sees_where_it_is(server, visit):
    """The first stop is the skip link; what has the focus has an outline."""
    seen = visit(f"{server}/en/agreements/index.html", wait_for_map=False)

    seen.page.keyboard.press("Tab")
    expect(seen.page.locator(".site-skip")).to_be_focused()
    assert seen.page.locator(".site-skip").bounding_box()["x"] >= 0
    seen.page.keyboard.press("Enter")
    seen.page.keyboard.press("Tab")
    assert seen.page.evaluate("document.getElementById('main').contains(document.activeElement)")
    assert seen.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_assistive_technology_would_stumble_over_nothing_serious(server, visit, dark):
    """What axe-core finds on each kind of page, none of it serious or critical."""
    seen = visit(f"{server}/index.html", dark=dark, wait_for_map=False)
    kinds = ("index", "points/index", "points/bongao", "places/toy-town", "agreements/toy-patrol", "sources", "data", "method")
    found = []
    for path in ("index.html", *(f"{lang}/{kind}.html" for lang in ("en", "id") for kind in kinds)):
        seen.page.goto(f"{server}/{path}")
        violations = Axe().run(seen.page).response["violations"]
        found += [(path, said["id"]) for said in violations if said["impact"] in {"serious", "critical"}]

    assert found == []


def test_no_other_site_may_frame_a_page(server, visit, tmp_path):
    """Which a policy inside a page cannot forbid."""
    other = tmp_path / "other.html"
    other.write_text(f'<!doctype html><iframe src="{server}/en/map.html"></iframe>', "utf-8")
    seen = visit(other.as_uri(), wait_for_map=False)
    [framed] = seen.page.frames[1:]

    assert framed.url == "chrome-error://chromewebdata/"
    assert "frame-ancestors" in seen.complaints[0]


def test_pages_can_be_read_with_scripts_switched_off(browser, server):
    """All but the map."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}/en/points/bongao.html")

    expect(page.locator(".selat-card")).to_contain_text("Something was seen here.")
    context.close()
