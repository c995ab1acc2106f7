"""Routes of the app's own files: map scripts from the XStatic packages and ours, data files by name."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route
from xstatic.pkg import jquery, leaflet

from geo.errors import GeoError
from geo.maps import ASSETS_FOLDER
from geo.scheme import data_folder
from geo.sources import read_sources

__all__ = ["ASSETS_URL", "DATA_URL", "SCRIPTS", "STYLES", "asset_file", "data_file", "routes"]

ASSETS_URL: Final = "/selat/assets"
DATA_URL: Final = "/selat/data"
SCRIPTS: Final = ("leaflet.js", "jquery.min.js", "selat-map.js")
STYLES: Final = ("leaflet.css", "selat-map.css")
_FILES: Final = {
    "leaflet.js": Path(leaflet.BASE_DIR) / "leaflet.js",
    "leaflet.css": Path(leaflet.BASE_DIR) / "leaflet.css",
    "jquery.min.js": Path(jquery.BASE_DIR) / "jquery.min.js",
    "selat-map.js": ASSETS_FOLDER / "selat-map.js",
    "selat-map.css": ASSETS_FOLDER / "selat-map.css",
}
_TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".geojson": "application/geo+json", ".json": "application/json"}


def asset_file(name: str) -> Path | None:
    """Return the file of a map asset; ``None`` for any other name."""
    return _FILES.get(name)


def data_file(name: str) -> Path | None:
    """Return a data file that has a record, by its bare name; ``None`` for any other name."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_.-]*", name):
        return None
    folder = data_folder()
    try:
        recorded = read_sources(folder).file(name) or (name == "sources.toml")
    except GeoError:
        return None
    path = folder / name
    return path if recorded and path.is_file() and not path.is_symlink() else None


def _serve(find: Callable[[str], Path | None], *, kept: str) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        path = find(request.path_params["name"])
        if path is None:
            return PlainTextResponse("no such file", status_code=404)
        media_type = _TYPES.get(path.suffix, "text/plain")
        headers = {"Cache-Control": kept, "X-Content-Type-Options": "nosniff"}
        return FileResponse(path, media_type=media_type, headers=headers)

    return answer


def routes() -> list[Route]:
    """Return the routes that stand in front of the page."""
    return [
        Route(f"{ASSETS_URL}/{{name}}", _serve(asset_file, kept="public, max-age=3600")),
        # The page asks for data by its stamp, so that a changed file has another address.
        Route(f"{DATA_URL}/{{name}}", _serve(data_file, kept="public, max-age=86400")),
        # Whatever else is asked for here is not there; otherwise Streamlit answers with its page.
        Route("/selat/{name:path}", _serve(lambda _: None, kept="no-store")),
    ]
