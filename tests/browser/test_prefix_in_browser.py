"""The page under a prefix, kept or stripped by a proxy; and what stands in the map's place where its scripts do not load."""

import socket
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import assert_inside
from tests.proxy import Proxy

# A public name; no browser goes there.
PUBLIC = "maps.example.org"


@pytest.fixture(scope="module")
def under_prefix(serve):
    """The address of a server that knows its prefix, and its public name."""
    return serve(prefix="/selat", options=("--browser.serverAddress", PUBLIC))


@pytest.fixture
def proxy():
    """Start a proxy before a server."""
    started = []

    def start(address, prefix, *, keeps_prefix, host=None):
        started.append(Proxy(urlsplit(address).port, prefix, keeps_prefix, host).start())
        return started[-1]

    yield start
    for each in started:
        each.stop()


@pytest.mark.parametrize("prefix", ["/selat/", "/tools/patrol/"], ids=["kept", "stripped"])
def test_the_map_stands_under_a_prefix(visit, proxy, request, prefix):
    """Nothing is asked for outside the prefix. The name `selat` was once taken by a route of ours, which hid the page."""
    keeps_prefix = prefix == "/selat/"
    before = proxy(request.getfixturevalue("under_prefix" if keeps_prefix else "address"), prefix, keeps_prefix=keeps_prefix)
    seen = visit(f"http://127.0.0.1:{before.port}{prefix}?lang=id")
    seen.answered()
    seen.map_frame.wait_for_function("() => map.selat.land && map.selat.waters")
    seen.map.locator(".selat-point").first.click()
    seen.idle()

    assert before.refused == []
    assert seen.complaints == []
    assert urlsplit(seen.page.url).path == prefix
    assert {urlsplit(address).path.removeprefix(prefix).split("/")[0] for address in seen.fetched()} <= {
        "map-files",
        "component",
    }
    expect(seen.page.locator(".selat-no-map")).to_be_hidden()


def ask_for_websocket(port, *, host, path="/selat/_stcore/stream"):
    """Return the status of a handshake that a browser on the public page would begin."""
    request = (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: https://{PUBLIC}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Key: c2VsYXQtc2VsYXQtc2VsYQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(request.encode())
        return int(connection.recv(64).split(b" ")[1])


@pytest.mark.parametrize("rewritten", [None, "selat.internal:8501"], ids=["passed on", "rewritten"])
def test_a_proxy_may_pass_the_host_on_or_the_server_know_its_name(under_prefix, proxy, rewritten):
    """As docs/deploy.md says; otherwise Streamlit refuses the connection, and the page stays empty."""
    before = proxy(under_prefix, "/selat/", keeps_prefix=True, host=rewritten)

    assert ask_for_websocket(before.port, host=PUBLIC) == 101


@pytest.mark.parametrize(("lang", "words"), [("en", "The map has not loaded."), ("id", "Peta belum termuat.")])
def test_a_sentence_stands_in_the_maps_place_where_scripts_do_not_load(visit, address, context, lang, words):
    context.route("**/map-files/assets/leaflet.js*", lambda route: route.abort())
    try:
        seen = visit(f"{address}/?lang={lang}", wait_for_map=False)
        seen.answered()
        sentence = seen.page.locator(".selat-no-map")
        sentence.evaluate("sentence => sentence.getAnimations().forEach(animation => animation.finish())")  # it waits 12 s

        expect(sentence).to_be_visible()
        expect(sentence).to_contain_text(words)
        assert_inside(sentence.bounding_box(), seen.page.locator("iframe").bounding_box())
    finally:
        context.unroute("**/map-files/assets/leaflet.js*")
