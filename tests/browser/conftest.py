"""A real Chromium and a running page. No browser, no pass: a test that finds none fails."""

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
from playwright.sync_api import Browser, FrameLocator, Page, Route, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@dataclass
class Visit:
    """A page open in a browser, with what it asked of other hosts and what it complained of."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    received_bytes: list[int] = field(default_factory=list)

    @property
    def map(self) -> FrameLocator:
        """The frame that the map lives in."""
        return self.page.frame_locator("iframe")

    def point(self, name: str):
        """The symbol of a control point, by its accessible name."""
        return self.map.get_by_role("button", name=f"{name}, control point")

    def fetched(self) -> list[str]:
        """Addresses that the map's frame has asked for."""
        frame = next(frame for frame in self.page.frames if "streamlit_folium" in frame.url)
        return list(frame.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)"))

    def idle(self) -> None:
        """Wait until Streamlit has drawn all there is."""
        for _ in range(2):  # one run may ask for another
            self.page.wait_for_timeout(250)
            self.page.wait_for_function(
                "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
                " && !document.querySelector('[data-testid=stStatusWidget]')",
                timeout=30_000,
            )

    def view(self) -> tuple[float, float, float]:
        """Zoom and centre of the map."""
        frame = next(frame for frame in self.page.frames if "streamlit_folium" in frame.url)
        zoom, lat, lon = frame.evaluate("[map.getZoom(), map.getCenter().lat, map.getCenter().lng]")
        return round(zoom, 6), round(lat, 6), round(lon, 6)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium as the machine has it."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.fail(f"no browser: none of {', '.join(PROGRAMS)} is installed (`make test` installs Debian's chromium)")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield launched
        launched.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., str]]:
    """Start the page on a free port, for a data folder if one is given; return its address."""
    running: list[subprocess.Popen[bytes]] = []

    def start(data: Path | None = None) -> str:
        port = _free_port()
        environment = os.environ | ({"SELAT_DATA": str(data)} if data else {})
        command = [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            "app.py",
            "--server.port",
            str(port),
            "--server.address",
            "127.0.0.1",
        ]
        running.append(
            subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/_stcore/health", running[-1])
        return address

    yield start
    for server in running:
        server.terminate()
        server.wait(timeout=10)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        if server.poll() is not None:
            pytest.fail(f"the page did not start: exit code {server.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.25)
    pytest.fail(f"{address} did not answer within a minute")


@pytest.fixture(scope="session")
def address(serve: Callable[..., str]) -> str:
    """The page with the shipped data."""
    return serve()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Open an address in a fresh browser that reaches this machine and nothing else."""
    contexts = []

    def open_page(url: str, *, size: dict[str, int] = DESKTOP, dark: bool = False, wait_for_map: bool = True) -> Visit:
        context = browser.new_context(viewport=size, color_scheme="dark" if dark else "light", accept_downloads=True)
        contexts.append(context)
        made = Visit(context.new_page())
        made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
        made.page.on("console", lambda message: made.complaints.append(message.text) if message.type == "error" else None)
        made.page.on(
            "websocket", lambda socket: socket.on("framereceived", lambda frame: made.received_bytes.append(len(frame)))
        )
        context.route("**/*", lambda route: _only_here(route, made))
        made.page.goto(url)
        if wait_for_map:
            made.map.locator(".selat-point").first.wait_for(timeout=30_000)
            made.idle()
        return made

    yield open_page
    for context in contexts:
        context.close()


def assert_inside(inner: dict[str, float], outer: dict[str, float]) -> None:
    """Fail unless one box on the screen lies whole inside another."""
    assert outer["x"] <= inner["x"]
    assert outer["y"] <= inner["y"]
    assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]
    assert inner["y"] + inner["height"] <= outer["y"] + outer["height"]


def _only_here(route: Route, made: Visit) -> None:
    if route.request.url.startswith(("http://127.0.0.1", "file:", "data:", "blob:")):
        route.continue_()
    else:
        made.outside.append(route.request.url)
        route.abort()
