"""A real Chromium and a running page, both shared by all tests of a process. Without a browser the tests fail."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, FrameLocator, Page, WebSocket, expect, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # this machine and nothing else can be reached
]
LOCAL = ("http://127.0.0.1", "ws://127.0.0.1", "file:", "data:", "blob:", "about:", "chrome-error:")
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# How long a test waits for what must come. Only a fault, never a slow machine, should use it up.
PATIENCE_MS = 120_000
# Streamlit's sliders wait 200 ms before they send a value, the map's frame less. A timer of the page set after theirs
# ends after theirs, however slow the machine is; a pause of the test would not.
SETTLE = "() => new Promise(done => setTimeout(() => requestAnimationFrame(() => setTimeout(done)), 250))"
NOT_RUNNING = (
    "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
    " && !document.querySelector('[data-testid=stStatusWidget]')"
)
MAP_STANDS = "() => !map._animatingZoom && !(map._panAnim && map._panAnim._inProgress)"

expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Visit:
    """A page open in a browser, with its requests to other hosts, its complaints, and what the server sends."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    received_bytes: list[int] = field(default_factory=list)
    _is_asked: bool = False  # the page asked the server for a run that has not ended
    _is_begun: bool = False

    def listen(self) -> None:
        """Record what the page does from now on."""
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        self.page.on("dialog", self._dismiss)
        self.page.on("request", lambda request: self._record_outside(request.url))
        self.page.on("websocket", self._follow)

    def _dismiss(self, dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _record_outside(self, url: str) -> None:
        if not url.startswith(LOCAL):
            self.outside.append(url)

    def _follow(self, socket: WebSocket) -> None:
        self._record_outside(socket.url)
        socket.on("framesent", self._read_sent)
        socket.on("framereceived", self._read_received)

    def _read_sent(self, frame: bytes | str) -> None:
        if isinstance(frame, bytes) and BackMsg.FromString(frame).WhichOneof("type") == "rerun_script":
            self._is_asked, self._is_begun = True, False

    def _read_received(self, frame: bytes | str) -> None:
        self.received_bytes.append(len(frame))
        if not isinstance(frame, bytes):
            return
        message = ForwardMsg.FromString(frame)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._is_begun = True
        elif kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            self._is_asked = self._is_asked and not self._is_begun

    @property
    def map(self) -> FrameLocator:
        """The frame that the map lives in."""
        return self.page.frame_locator("iframe")

    @property
    def map_frame(self) -> Frame:
        """The document of that frame, to run scripts in."""
        return next(frame for frame in self.page.frames if "streamlit_folium" in frame.url)

    def point(self, name: str):
        """The symbol of a control point, by its accessible name."""
        return self.map.get_by_role("button", name=f"{name}, control point")

    def fetched(self) -> list[str]:
        """Addresses that the map's frame has asked for."""
        return list(self.map_frame.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)"))

    def idle(self) -> None:
        """Wait until the server has answered all that the page asked for, and the page has drawn it."""
        for _ in range(2):  # what a run draws may ask for another
            self.page.evaluate(SETTLE)
            self.until(lambda: not self._is_asked, "the server has answered")
            self.page.wait_for_function(NOT_RUNNING)

    def answered(self) -> None:
        """Wait until the distances are computed and the numbers stand."""
        self.page.locator(".selat-numbers").wait_for()
        self.idle()

    def open_layers(self) -> None:
        """Open the panel of layers."""
        self.page.locator(".st-key-layers-open button").first.click()
        self.page.locator(".st-key-layers").wait_for()

    def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait until something is so that no locator can tell."""
        end = time.monotonic() + PATIENCE_MS / 1000
        while not is_so():
            assert time.monotonic() < end, f"waited in vain until {what}"
            self.page.wait_for_timeout(20)

    def view(self) -> tuple[float, float, float]:
        """Zoom and centre of the map, once it stands still."""
        self.map_frame.wait_for_function(MAP_STANDS)
        zoom, lat, lon = self.map_frame.evaluate("[map.getZoom(), map.getCenter().lat, map.getCenter().lng]")
        return round(zoom, 6), round(lat, 6), round(lon, 6)

    def zoom_in(self) -> None:
        """Press the map's plus, and wait until the map stands closer; it hears no second press before."""
        zoom, _, _ = self.view()
        self.map.locator(".leaflet-control-zoom-in").click()
        self.map_frame.wait_for_function(f"() => map.getZoom() > {zoom}")
        self.view()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium as the machine has it."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.fail(f"no browser: none of {', '.join(PROGRAMS)} is installed (`make test` installs Debian's chromium)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS, timeout=PATIENCE_MS)
        yield chromium
        chromium.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., str]]:
    """Start the page on a free port, for a data folder and below a prefix if given; return the address of the server."""
    running: list[subprocess.Popen[bytes]] = []

    def start(data: Path | None = None, prefix: str = "", options: tuple[str, ...] = ()) -> str:
        port = _free_port()
        environment = os.environ | ({"SELAT_DATA": str(data)} if data else {})
        own = ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.baseUrlPath", prefix]
        running.append(
            subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "app.py", *own, *options],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}{prefix}/_stcore/health", running[-1])
        return address

    yield start
    for server in running:
        server.terminate()
    for server in running:
        server.wait(timeout=PATIENCE_MS / 1000)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < end:
        if server.poll() is not None:
            pytest.fail(f"the page did not start: exit code {server.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE_MS / 1000):
                return
        except OSError:
            time.sleep(0.25)
    pytest.fail(f"{address} did not answer")


@pytest.fixture(scope="session")
def address(serve: Callable[..., str]) -> str:
    """The page with the shipped data."""
    return serve()


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One browser window for all tests, so that Streamlit's scripts are fetched and compiled once."""
    shared = _new_context(browser)
    yield shared
    shared.close()


def _new_context(browser: Browser, locale: str = "en-GB") -> BrowserContext:
    context = browser.new_context(accept_downloads=True, locale=locale)
    context.set_default_timeout(PATIENCE_MS)
    return context


def _open(context: BrowserContext, url: str, *, size: dict[str, int], dark: bool, wait_for_map: bool) -> Visit:
    seen = Visit(context.new_page())
    seen.page.set_viewport_size(size)
    seen.page.emulate_media(color_scheme="dark" if dark else "light")
    seen.listen()
    seen.page.goto(url)
    if wait_for_map:
        seen.map.locator(".selat-point").first.wait_for()
        seen.idle()
    return seen


@pytest.fixture
def visit(browser: Browser, context: BrowserContext) -> Iterator[Callable[..., Visit]]:
    """Open an address in a page of its own; with ``fresh`` or a ``locale``, in a browser that has never seen another."""
    pages: list[Page] = []
    contexts: list[BrowserContext] = []

    def open_page(
        url: str,
        *,
        size: dict[str, int] = DESKTOP,
        dark: bool = False,
        wait_for_map: bool = True,
        fresh: bool = False,
        locale: str = "",
    ) -> Visit:
        if fresh or locale:
            contexts.append(_new_context(browser, locale or "en-GB"))
        seen = _open(contexts[-1] if fresh or locale else context, url, size=size, dark=dark, wait_for_map=wait_for_map)
        pages.append(seen.page)
        return seen

    yield open_page
    for page in pages:
        if page.url.startswith("http"):
            page.evaluate("localStorage.clear()")
        page.close()
    for own in contexts:
        own.close()
    context.clear_cookies()


@pytest.fixture(scope="session")
def opening(context: BrowserContext, address: str) -> Iterator[Visit]:
    """The page as it opens, for tests that look and choose nothing."""
    seen = _open(context, address, size=DESKTOP, dark=False, wait_for_map=True)
    seen.answered()
    yield seen
    seen.page.close()


def assert_inside(inner: dict[str, float], outer: dict[str, float]) -> None:
    """Fail unless one box on the screen lies whole inside another."""
    assert outer["x"] <= inner["x"]
    assert outer["y"] <= inner["y"]
    assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]
    assert inner["y"] + inner["height"] <= outer["y"] + outer["height"]
