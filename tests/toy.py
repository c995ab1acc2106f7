"""A made-up strait, small enough to check by hand: the Sulu and Celebes Seas with six points of three states.

It shows that another strait needs no code, only a folder. Positions are rough and
claims invented; nothing here is a fact.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import shapely
import tomlkit

from geo.scheme.presets import PRESETS_FILE
from geo.scheme.recording import record_hashes
from geo.scheme.sources import SOURCES_FILE

Json = dict[str, Any]

# What a name must never turn into: a template, a script, markup, an escape, Streamlit's Markdown.
HOSTILE = "{{7*7}} {% raw %} {#x#} ${alert(1)} <img src=x onerror=alert(1)></script> \\1 ` $x$ *b* :red[x] [a](b) |\"'&"

BOX = (117.0, 0.0, 127.0, 10.0)
STRAIT = shapely.box(118.5, 1.5, 124.5, 8.0) - shapely.box(121.0, 4.0, 122.0, 5.0)  # one island in the middle
LAND = {
    "land-east": shapely.box(124.5, 0.0, 127.0, 10.0),
    "land-island": shapely.box(121.0, 4.0, 122.0, 5.0),
    "land-west": shapely.box(117.0, 0.0, 118.5, 10.0),
}
SIDES = {
    "id-south": ("ID", shapely.box(118.5, 1.5, 124.5, 3.0)),
    "my-west": ("MY", shapely.box(118.5, 3.0, 120.0, 8.0)),
    "ph-north": ("PH", STRAIT - shapely.box(118.5, 1.5, 124.5, 3.0) - shapely.box(118.5, 3.0, 120.0, 8.0)),
}
# id: name, state, (lon, lat) of the base on land, start on water
POINTS = {
    "bitung": ("Bitung", "ID", (124.6, 1.6), (124.4, 1.6)),
    "bongao": ("Bongao", "PH", (121.1, 4.5), (120.9, 4.5)),
    "sandakan": ("Sandakan", "MY", (118.4, 5.8), (118.6, 5.8)),
    "tarakan": ("Tarakan", "ID", (118.4, 2.5), (118.6, 2.5)),
    "tawau": ("Tawau", "MY", (118.4, 4.2), (118.6, 4.2)),
    "zamboanga": ("Zamboanga", "PH", (124.6, 6.9), (124.4, 6.9)),
}
CLAIM = {"mark": "one-source", "sources": ["toy-gazette"]}


def write_toy_folder(folder: Path, *, extra: str = "") -> Path:
    """Write the whole folder and return it; ``extra`` is added to every text that people read."""
    folder.mkdir(parents=True, exist_ok=True)
    text = Text(extra)
    documents = {
        "agreements.json": {"agreements": [_patrol(text), _law(text)]},
        "boundaries.geojson": _collection([_boundary(text)]),
        "control_points.geojson": _collection([_point(point_id, text) for point_id in POINTS]),
        "land.geojson": _collection([_feature(land_id, shape, sources=["toy-gazette"]) for land_id, shape in LAND.items()]),
        "limits.geojson": _collection([_limit(text)]),
        "places.geojson": _collection([_place("toy-port", "port", text), _place("toy-town", "town", text)]),
        "strait.geojson": _collection([_feature("toy-strait", STRAIT, **text("name", "Toy Strait"), **CLAIM)]),
        "waters.geojson": _collection([_side(part_id, text) for part_id in SIDES]),
    }
    for file, document in documents.items():
        (folder / file).write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    (folder / SOURCES_FILE).write_text(_records(folder, documents, text), "utf-8")
    return folder


COUNTS_FILE = "incident_counts.csv"
COUNTS_HEAD = "year,series,area,count,mark,source_ids,note_en,note_id"
COUNTS_ROW = "2019,IMB,toy-strait,3,one-source,toy-gazette,A note.,Catatan."


def write_whole_folder(folder: Path) -> Path:
    """Write a folder with a file of every kind, the optional ones too, and return it."""
    add_airfield(write_toy_folder(folder))
    for name in ("land", "waters"):
        add_file(folder, f"{name}-light.geojson", (folder / f"{name}.geojson").read_bytes() + b"\n")
    add_file(folder, COUNTS_FILE, f"{COUNTS_HEAD}\n{COUNTS_ROW}\n".encode())
    return folder


def edit_json(folder: Path, file: str, edit: Callable[[Json], object]) -> None:
    """Change one JSON file of a folder in place and record its new hash, as its owner would."""
    path = folder / file
    document = json.loads(path.read_text("utf-8"))
    edit(document)
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    record_hashes(folder)


def drop_file(folder: Path, file: str) -> None:
    """Remove a file and its record."""
    (folder / file).unlink()
    document = tomlkit.parse((folder / SOURCES_FILE).read_text("utf-8")).unwrap()
    document["file"] = [record for record in document["file"] if record["file"] != file]
    (folder / SOURCES_FILE).write_text(tomlkit.dumps(document), "utf-8")


def add_file(folder: Path, file: str, content: bytes) -> None:
    """Add a file and its record."""
    (folder / file).write_bytes(content)
    document = tomlkit.parse((folder / SOURCES_FILE).read_text("utf-8")).unwrap()
    document["file"].append(_record(folder / file, {}, Text("")))
    (folder / SOURCES_FILE).write_text(tomlkit.dumps(document), "utf-8")


def add_airfield(folder: Path, *, extra: str = "") -> Path:
    """Add an airfield first seen in 2017, and the speed of its aircraft; ``extra`` is added to what people read."""
    text = Text(extra)
    airfield = _place("toy-airfield", "air-base", text)
    airfield["properties"] |= {"since": "2017", "aircraft": [{"type": text.plain("Glider"), "number": 2, **CLAIM}]}
    edit_json(folder, "places.geojson", lambda document: document["features"].append(airfield))
    speed = {"id": "glider", "kind": "air_speed_km_h", "value": 200, "name": text.both("Glider"), "text": text.both("Slow.")}
    add_file(folder, PRESETS_FILE, json.dumps({"presets": [{**speed, **CLAIM}]}).encode())
    return folder


class Text:
    """Writes texts in both languages, each with the extra at its end."""

    def __init__(self, extra: str) -> None:
        self._extra = extra

    def plain(self, value: str) -> str:
        """Return one text."""
        return f"{value} {self._extra}".strip()

    def __call__(self, name: str, value: str) -> Json:
        """Return the columns ``…_en`` and ``…_id``."""
        return {f"{name}_en": self.plain(value), f"{name}_id": self.plain(f"{value} (id)")}

    def both(self, value: str) -> Json:
        """Return an object with ``en`` and ``id``."""
        return {"en": self.plain(value), "id": self.plain(f"{value} (id)")}


def _collection(features: list[Json]) -> Json:
    return {"type": "FeatureCollection", "features": features}


def _feature(feature_id: str, shape: shapely.Geometry, **properties: object) -> Json:
    geometry = json.loads(shapely.to_geojson(shape))
    return {"type": "Feature", "properties": {"id": feature_id, **properties}, "geometry": geometry}


def _point(point_id: str, text: Text) -> Json:
    name, country, base, start = POINTS[point_id]
    return _feature(
        point_id,
        shapely.Point(base),
        name=text.plain(name),
        country=country,
        **text("facility", "Base"),
        facility_mark="one-source",
        facility_sources=["toy-gazette"],
        commands=[{**text("name", "Command"), "from": "2017", **CLAIM}],
        activities=[{**text("text", "Something was seen here."), **CLAIM}],
        doubts=[{**text("text", "Not much is sure."), "sources": []}],
        accuracy_m=5000,
        position_mark="one-source",
        **text("position_note", "Rough."),
        start_lon=start[0],
        start_lat=start[1],
        start_distance_m=22000,
        **text("start_note", "Ours."),
        **CLAIM,
    )


def _place(place_id: str, kind: str, text: Text) -> Json:
    shape = shapely.Point(118.2, {"port": 3.0, "town": 3.5}.get(kind, 4.5))
    documented = ["landing"] if kind == "town" else []
    texts = {**text("role", "Role"), **text("note", "Note")}
    return _feature(
        place_id,
        shape,
        name=text.plain("Place"),
        kind=kind,
        country="MY",
        documented=documented,
        trafficking="not-raised",
        accuracy_m=5000,
        our_placement=True,
        position_mark="unconfirmed",
        **texts,
        **CLAIM,
    )


def _side(part_id: str, text: Text) -> Json:
    side, shape = SIDES[part_id]
    return _feature(part_id, shape, side=side, basis=text.plain("made up"), **CLAIM)


def _boundary(text: Text) -> Json:
    texts = {**text("name", "Line"), **text("treaty", "Treaty"), **text("note", "Note")}
    line = shapely.LineString([(118.5, 3.0), (124.5, 3.0)])
    return _feature("toy-line", line, kind="seabed", parties=["ID", "PH"], signed="2014-05-23", **texts, **CLAIM)


def _limit(text: Text) -> Json:
    line = shapely.LineString([(118.5, 8.0), (124.5, 8.0)])
    return _feature("toy-limit", line, **text("name", "North limit"), standing="ours", **CLAIM)


def _agreement(agreement_id: str, text: Text, **rest: object) -> Json:
    return {
        "id": agreement_id,
        "short": text.both("Short"),
        "name": text.both("Name"),
        "parties": {"members": [{"code": "ID"}, {"code": "MY"}, {"code": "PH"}], **CLAIM},
        "dates": [{"kind": "launched", "value": "2017-06-19", "precision": "day", "note": text.both("At sea."), **CLAIM}],
        "status": {"value": "active", "text": text.both("Active."), **CLAIM},
        "areas": {"items": [text.both("patrol")], **CLAIM},
        "summary": {"text": text.both("Three states patrol."), **CLAIM},
        "mark": "one-source",
        "disagreements": [{"text": text.both("Sources differ."), "sources": ["toy-gazette"]}],
        **rest,
    }


def _patrol(text: Text) -> Json:
    touched = {"point_ids": ["bongao", "tarakan", "tawau"], "place_ids": ["toy-port"], "touches_waters": True}
    return _agreement("toy-patrol", text, theme="patrol-scheme", kind="patrol", **touched)


def _law(text: Text) -> Json:
    """Return an agreement with no place in the strait."""
    return _agreement("toy-law", text, theme="national-law", kind="law")


def _records(folder: Path, documents: dict[str, Json], text: Text) -> str:
    citation = {
        "id": "toy-gazette",
        "title": text.plain("Gazette"),
        "publisher": text.plain("Nobody"),
        "urls": ["https://example.org/gazette?a=1&b=2"],
        "language": "en",
    }
    files = [_record(folder / file, document, text) for file, document in documents.items()]
    about = {
        "title": text.both("The toy strait patrol map"),
        "heading": text.both("Six points"),
        "intro": [text.both("Three states patrol a strait that was made up.")],
        "method": text.both("Drawn by hand."),
    }
    head = {"study_box": list(BOX), "data_date": "2026-11-24", "about": about}
    return tomlkit.dumps({**head, "file": files, "citation": [citation]})


def _record(path: Path, document: Json, text: Text) -> Json:
    features = {"features": len(document["features"])} if "features" in document else {}
    return {
        "id": path.stem.replace("_", "-"),
        "file": path.name,
        "title": text.plain("Toy file"),
        "publisher": text.plain("Selat's tests"),
        "url": "https://example.org/toy",
        "retrieved": "2026-11",
        "edition": "first",
        "licence": "MIT",
        "licence_url": "https://opensource.org/license/mit",
        "attribution": text.plain("Made up"),
        "made_by": "tests/toy.py",
        "accuracy_m": 5000,
        "standing": "our reading",
        "notes": text.plain("Not real."),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        **features,
    }
