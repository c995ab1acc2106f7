"""Take the screenshots of the README from the running page: ``make screenshot``.

Needs Chromium and the development requirements; writes to ``docs/images``.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def run_page() -> Iterator[str]:
    """Serve the page on a free port, yield its address, and stop it at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port), "--server.address", "127.0.0.1"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/_stcore/health")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=10)


def _wait_for(address: str) -> None:
    for _ in range(240):
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.25)
    raise SystemExit(f"{address} did not answer within a minute")


def _settle(page: Page) -> None:
    page.frame_locator("iframe").locator(".selat-point").first.wait_for(timeout=30_000)
    page.locator(".selat-numbers").wait_for(timeout=120_000)
    page.wait_for_function("!document.querySelector('[data-testid=stStatusWidget]')")
    page.wait_for_timeout(1_000)


def _choose(page: Page, point: str, agreement: str) -> None:
    page.locator(".st-key-picked button", has_text=point).click()
    _settle(page)
    if agreement:
        page.locator(f".st-key-sidebar-agreement-{agreement} button").click()
        _settle(page)


def _open(page: Page, part: str) -> None:
    """Open a part of the page and scroll to it."""
    page.locator(f".st-key-{part} summary, .st-key-{part} button").first.click()
    page.locator({"years": "g.event", "take": ".st-key-prepare button"}[part]).first.wait_for(timeout=30_000)
    if part == "years":
        page.locator(".st-key-years").evaluate("element => element.scrollIntoView()")
    page.wait_for_timeout(1_000)


_OPENING = "hours=6&rule=coordinated"  # an address with other parameters means two hours and the other rule without it
# name, address, the part to open
PARTS = (("years", f"/?{_OPENING}&year=2008", "years"), ("takeaway", "/", "take"))
# name, address, width, height, dark, control point, agreement
PICTURES = (
    ("page", "/", 1440, 900, False, "Belawan", ""),
    ("page-dark", "/", 1440, 900, True, "Batam", "malsindo-2004"),
    ("page-id", f"/?lang=id&{_OPENING}", 1440, 900, False, "Lumut", ""),
    ("page-phone", "/", 390, 844, False, "", ""),
)


def main() -> None:
    """Take every screenshot, and draw the figure."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise SystemExit("no Chromium found: install the package chromium")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with run_page() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for name, path, width, height, dark, point, agreement in PICTURES:
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light")
            page.goto(address + path)
            _settle(page)
            if point or agreement:
                _choose(page, point, agreement)
            page.mouse.move(0, 0)
            page.screenshot(path=IMAGES / f"{name}.png")
            page.close()
            print(f"docs/images/{name}.png", flush=True)
        for name, path, part in PARTS:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(address + path)
            _settle(page)
            _open(page, part)
            page.screenshot(path=IMAGES / f"{name}.png")
            page.close()
            print(f"docs/images/{name}.png", flush=True)
        browser.close()
    _draw_figure(IMAGES / "figure.png")


def _draw_figure(path: Path) -> None:
    """Draw the print figure at a resolution for the screen."""
    options = ["--dpi", "130", "--force"]
    subprocess.run([sys.executable, "-m", "geo", "export", str(path), *options], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
