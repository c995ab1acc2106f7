"""What docs/deploy.md and docs/publishing.md hand to a host agrees with what is there."""

import json
import re
import tomllib

import pytest
from streamlit import config

from geo.disk_cache import CACHE_VARIABLE
from geo.site.headers import HEADERS, headers_file
from tests.conftest import ROOT
from ui.assets import asset_addresses, data_address, routes

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
DEPLOY = (ROOT / "docs" / "deploy.md").read_text("utf-8")


def test_the_container_copies_what_is_there_and_nothing_is_kept_from_it():
    copied = re.findall(r"^COPY (\S+) \S+$", DOCKERFILE, re.M)
    let_in = set(re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text("utf-8"), re.M))

    assert [path for path in copied if not (ROOT / path).exists()] == []
    assert set(copied) == let_in


def test_the_container_runs_as_another_than_root():
    user, *_ = re.findall(r"^USER (\d+)$", DOCKERFILE, re.M)

    assert int(user) > 0
    assert f"--uid {user} " in DOCKERFILE
    assert DOCKERFILE.index(f"USER {user}") < DOCKERFILE.index("CMD [")


@pytest.mark.parametrize(
    ("base", "address"),
    [("", "http://127.0.0.1:8501/_stcore/health"), ("/selat/", "http://127.0.0.1:8501/selat/_stcore/health")],
    ids=["no prefix", "prefix"],
)
def test_the_health_check_asks_the_page_below_its_prefix(monkeypatch, base, address):
    command, option, program = json.loads(re.search(r"HEALTHCHECK.*?CMD (\[.*?\])\n", DOCKERFILE, re.S)[1])
    asked = []
    monkeypatch.setenv("STREAMLIT_SERVER_BASE_URL_PATH", base)
    monkeypatch.setattr("urllib.request.urlopen", lambda url, timeout: asked.append(url))
    exec(program, {})  # ours

    assert (command, option) == ("python", "-c")
    assert asked == [address]


def test_every_option_and_variable_that_is_named_exists():
    options = set(config.get_config_options())
    named = set(re.findall(r"--((?:server|browser)\.\w+)", DEPLOY + DOCKERFILE))
    variables = {option.replace(".", "_") for option in options}
    in_environment = {name.lower() for name in re.findall(r"STREAMLIT_([A-Z_]+)", DEPLOY + DOCKERFILE)}
    snake = {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower() for name in variables}

    assert named - options == set()
    assert in_environment - snake == set()
    assert CACHE_VARIABLE in DEPLOY


def test_headers_are_the_same_in_the_file_and_in_the_snippet_for_nginx():
    snippet = dict(re.findall(r'add_header (\S+) "(.+)" always;', (ROOT / "docs" / "publishing.md").read_text("utf-8")))
    first, *lines = headers_file().decode().splitlines()

    assert snippet == HEADERS
    assert first == "/*"
    assert dict(line.strip().split(": ", 1) for line in lines) == HEADERS


@pytest.mark.parametrize("base", ["", "selat", "/selat/", "map-files", "a/b"])
def test_routes_lie_in_one_folder_below_the_page_and_none_hides_it(monkeypatch, base):
    """With the prefix `selat`, a route of that name once hid the page."""
    monkeypatch.setattr("streamlit.get_option", {"server.baseUrlPath": base}.get)
    page = "/".join(["", *filter(None, base.split("/"))])

    assert {route.path.removeprefix(page).split("/")[1] for route in routes()} == {"map-files"}
    assert not any(route.path_regex.match(address) for route in routes() for address in (page, f"{page}/"))


def test_addresses_of_the_maps_files_are_relative_to_its_frame():
    frame = "/any/prefix/component/streamlit_folium.st_folium/index.html"
    for address in (*asset_addresses(["leaflet.js"]), data_address("land.geojson", "1")):
        steps = address.partition("?")[0].split("/")
        up = steps.count("..")
        assert "/".join([*frame.split("/")[: -1 - up], *steps[up:]]).startswith("/any/prefix/map-files/")


def test_the_page_listens_on_this_machine_only_and_keeps_strangers_out():
    server = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["server"]

    assert server["address"] == "127.0.0.1"
    assert server["enableXsrfProtection"]
    assert server["enableCORS"]
