"""Time from a slider to the changed map, in Chromium, against a minimal st_folium page with four circles.

``python -m benchmarks.slider`` starts both pages, moves a slider on each in turn, and prints the
medians and their ratio. It measures the time from the key press until the frame of the map has
redrawn its group and shows it, and the time between the change of the numbers and of the map.
"""

from __future__ import annotations

import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 12
BARE = """
import folium
import streamlit as st
from streamlit_folium import st_folium

size = st.slider("size", 5, 40, 20, key="speed_kn")
page = folium.Map((3, 101), zoom_start=6, tiles=None)
page.default_js = [("leaflet", "/app/static/leaflet.js"), ("jquery", "/app/static/jquery.min.js")]
page.default_css = [("leaflet", "/app/static/leaflet.css")]
group = folium.FeatureGroup()
for lat, lon in ((3.8, 98.7), (1.2, 104.0), (4.2, 100.6), (1.3, 104.0)):
    folium.CircleMarker((lat, lon), radius=size, fill=True).add_to(group)
st_folium(page, key="map", feature_group_to_add=group, returned_objects=[])
"""
NOW = "performance.timeOrigin + performance.now()"
# When the group of the map was redrawn, and when that was on the screen: the second frame after it.
COUNT = f"""() => {{ window.drawn = 0; window.painted = 0;
    const watch = new MutationObserver(() => {{ watch.disconnect(); window.drawn = {NOW};
        requestAnimationFrame(() => requestAnimationFrame(() => {{ window.painted = {NOW}; }})); }});
    watch.observe(document.querySelector('.leaflet-map-pane'), {{ childList: true, subtree: true }}); }}"""
PRESSED = """() => { window.pressed = 0;
    addEventListener('keydown', (event) => { window.pressed = performance.timeOrigin + event.timeStamp; },
        { capture: true, once: true }); }"""
WATCH = f"""(before) => {{ window.read = 0; const look = () => {{
    const strip = document.querySelector('.selat-numbers');
    if (strip && strip.innerText !== before) {{ window.read = {NOW}; return; }}
    requestAnimationFrame(look); }}; look(); }}"""


@contextmanager
def serve(script: str, folder: Path) -> Iterator[str]:
    """Run a Streamlit page on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true"]
    command = [sys.executable, "-m", "streamlit", "run", script, *options, "--server.enableStaticServing", "true"]
    server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1):
                    break
            except OSError:
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=10)


def move_s(page: Page, key: str) -> float:
    """Move the speed slider a step and return the seconds until the changed map is on the screen.

    Both times are from the clock of the browser: a query from outside is answered only when the page is
    idle again.
    """
    frame = next(frame for frame in page.frames if "streamlit_folium" in frame.url)
    frame.evaluate(COUNT)
    page.evaluate(PRESSED)
    page.locator(".st-key-speed_kn input[type=range]").focus()
    page.keyboard.press(key)
    frame.wait_for_function("window.painted > 0", polling=50, timeout=30_000)
    page.wait_for_timeout(900)
    return (frame.evaluate("window.painted") - page.evaluate("window.pressed")) / 1000


def gap_s(page: Page) -> float:
    """Move the hours slider a step and return the seconds between the change of the numbers and of the map."""
    frame = next(frame for frame in page.frames if "streamlit_folium" in frame.url)
    frame.evaluate(COUNT)
    numbers = page.locator(".selat-numbers").inner_text()
    page.evaluate(WATCH, numbers)
    page.locator(".st-key-limit_h input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    frame.wait_for_function("window.drawn > 0", polling=10, timeout=30_000)
    page.wait_for_function("window.read > 0", polling=10, timeout=30_000)
    page.wait_for_timeout(900)
    return abs(frame.evaluate("window.drawn") - page.evaluate("window.read")) / 1000


def main() -> None:
    """Measure both pages in turn."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        raise SystemExit("no Chromium found: install the package chromium")
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder)
        (bare / "bare.py").write_text(BARE, "utf-8")
        _copy_assets(bare / "static")
        with serve("app.py", ROOT) as ours_at, serve("bare.py", bare) as bare_at, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
            ours, peer = (browser.new_page(viewport={"width": 1440, "height": 900}) for _ in range(2))
            ours.goto(ours_at)
            ours.locator(".selat-numbers").wait_for(timeout=120_000)
            peer.goto(bare_at)
            peer.frame_locator("iframe").locator("path").first.wait_for(timeout=30_000)
            ours.wait_for_timeout(2_000)
            times: dict[str, list[float]] = {"ours": [], "bare": []}
            for key in ("ArrowRight", "ArrowLeft"):
                for _ in range(ROUNDS):
                    times["ours"].append(move_s(ours, key))
                    times["bare"].append(move_s(peer, key))
                gap_s(ours)  # other hours, so that no step back repeats a scenario
            gaps = [gap_s(ours) for _ in range(ROUNDS)]
            browser.close()
    one, other = (statistics.median(times[name]) for name in ("ours", "bare"))
    print(f"slider to changed map: ours {one * 1000:.0f} ms, bare page {other * 1000:.0f} ms, ratio {one / other:.2f}")
    one, other = (statistics.fmean(times[name]) for name in ("ours", "bare"))
    print(f"means, the bare page falling into two groups: {one * 1000:.0f}, {other * 1000:.0f}, {one / other:.2f}")
    most, middle = max(gaps), statistics.median(gaps)
    print(f"numbers and map change within {most * 1000:.0f} ms of each other, median {middle * 1000:.0f} ms")


def _copy_assets(folder: Path) -> None:
    from xstatic.pkg import jquery, leaflet

    folder.mkdir()
    for source in (
        Path(leaflet.BASE_DIR) / "leaflet.js",
        Path(leaflet.BASE_DIR) / "leaflet.css",
        Path(jquery.BASE_DIR) / "jquery.min.js",
    ):
        shutil.copy(source, folder)


if __name__ == "__main__":
    main()
