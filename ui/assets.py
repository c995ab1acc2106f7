"""Files that the page fetches, scripts and styles of the map and data files: their routes, and their addresses.

The page may stand under any prefix, which a proxy in front may keep or strip, so no address names one. The files are fetched
by the frame of the map; its own address is ``component/streamlit_folium.st_folium/index.html`` below that of the page, and
theirs are relative to it. The routes stand below ``server.baseUrlPath``, as Streamlit's own do.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route
from xstatic.pkg import jquery, leaflet

from geo.errors import GeoError
from geo.maps.folium_map import ASSETS_FOLDER, MAP_SCRIPTS
from geo.scheme.data_files import data_folder
from geo.scheme.sources import SOURCES_FILE, read_sources

__all__ = ["SCRIPTS", "STYLES", "asset_addresses", "asset_file", "data_address", "data_file", "routes"]

_FOLDER: Final = "map-files"
_FROM_FRAME: Final = f"../../{_FOLDER}"
SCRIPTS: Final = ("leaflet.js", "jquery.min.js", *MAP_SCRIPTS)
STYLES: Final = ("leaflet.css", "selat-map.css")
_FILES: Final = {
    "leaflet.js": Path(leaflet.BASE_DIR) / "leaflet.js",
    "leaflet.css": Path(leaflet.BASE_DIR) / "leaflet.css",
    "jquery.min.js": Path(jquery.BASE_DIR) / "jquery.min.js",
    **{name: ASSETS_FOLDER / name for name in (*MAP_SCRIPTS, "selat-map.css")},
}
_TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".geojson": "application/geo+json", ".json": "application/json"}


def asset_addresses(names: Iterable[str]) -> tuple[str, ...]:
    """Return the addresses of assets, each with the hash of its content, so that a new version has a new address."""
    return tuple(f"{_FROM_FRAME}/assets/{name}?{_version(name)}" for name in names)


def data_address(name: str, version: str) -> str:
    """Return the address of a data file; a new version has a new address."""
    return f"{_FROM_FRAME}/data/{name}?{version}"


@functools.cache
def _version(name: str) -> str:
    return hashlib.sha256(_FILES[name].read_bytes()).hexdigest()[:12]


def asset_file(name: str) -> Path | None:
    """Return the file of a map asset; ``None`` for any other name."""
    return _FILES.get(name)


def data_file(name: str) -> Path | None:
    """Return a data file that has a record, by its bare name; ``None`` for any other name."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_.-]*", name):
        return None
    folder = data_folder()
    path = folder / name
    if name not in _recorded(folder) or path.is_symlink():
        return None
    return path if path.is_file() else None


def _recorded(folder: Path) -> frozenset[str]:
    """Return the names of the files that have a record, and of the file of records."""
    records = folder / SOURCES_FILE
    return _names(folder, records.stat().st_mtime_ns) if records.is_file() else frozenset()


@functools.lru_cache(maxsize=4)
def _names(folder: Path, version: int) -> frozenset[str]:
    del version  # only a part of the cache key
    try:
        return frozenset({SOURCES_FILE, *(record.file for record in read_sources(folder).files)})
    except GeoError:
        return frozenset()


def _serve(find: Callable[[str], Path | None]) -> Callable[[Request], Response]:
    def respond(request: Request) -> Response:
        path = find(request.path_params["name"])
        if path is None:
            return PlainTextResponse("no such file", status_code=404)
        media_type = _TYPES.get(path.suffix, "text/plain")
        # The content behind an address with a hash never changes; any other is checked each time.
        cache_control = "public, max-age=31536000, immutable" if request.url.query else "no-cache"
        headers = {"Cache-Control": cache_control, "X-Content-Type-Options": "nosniff"}
        return FileResponse(path, media_type=media_type, headers=headers)

    return respond


def routes() -> list[Route]:
    """Return the routes that are tried before those of the page; all lie in one folder below it."""
    prefix = str(st.get_option("server.baseUrlPath") or "").strip("/")
    folder = f"/{prefix}/{_FOLDER}" if prefix else f"/{_FOLDER}"
    return [
        Route(f"{folder}/assets/{{name}}", _serve(asset_file)),
        Route(f"{folder}/data/{{name}}", _serve(data_file)),
        # Nothing else is found in this folder; without the route, Streamlit would answer with its page.
        Route(f"{folder}/{{name:path}}", _serve(lambda _: None)),
    ]
