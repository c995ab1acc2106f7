"""Write ``docs/data.md`` from the records and files of ``data/``.

``make docs`` (or ``python -m scripts.data_docs``). Same data, same bytes;
``--check`` writes nothing and fails when the document is stale.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from geo import measure
from geo.scheme.features import ControlPoint
from geo.scheme.layers import LAYERS, Layer
from geo.scheme.patrol_scheme import PatrolScheme, load
from geo.scheme.sources import Citation, FileRecord
from geo.units import m_to_nmi

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "data.md"
METHOD = Path(__file__).with_name("data_docs.md")  # the hand-written middle, with {tables} from the data

Feature = dict[str, Any]  # a row of a checked layer: each column has its own type


def document(scheme: PatrolScheme) -> str:
    """Return the whole document."""
    sources = scheme.sources
    parts = [
        "# Data",
        "<!-- Made by scripts/data_docs.py from data/ and scripts/data_docs.md: change those, then run `make docs`. -->",
        f"Every file of [`data/`](../data) and where it comes from, as of {sources.data_date}.\n"
        f"The study box is {sources.study_box}.\n"
        "Coordinates are longitude and latitude on WGS84 (EPSG:4326), as GeoJSON wants.\n"
        "Lines and sides are indicative and take no side in any claim; nothing here is for navigation.",
        "## Files",
        _table(
            ("file", "what", "features", "licence", "accuracy", "standing", "edition", "made by"),
            map(_file_row, sources.files),
        ),
        "Accuracy is the expected error of a position in metres, where there is one.",
        *map(_file_notes, sources.files),
        METHOD.read_text("utf-8").strip().format_map(_tables(scheme)),
        "## Sources that claims rest on",
        "Addresses are as they were published; some may have moved.",
        "\n".join(map(_citation, sources.citations)),
    ]
    return "\n\n".join(parts) + "\n"


def _tables(scheme: PatrolScheme) -> dict[str, str]:
    """Return the tables that the hand-written part asks for, each worked out from the files."""
    return {
        "layers": _table(("file", "needed", "geometry", "properties beside `id`"), map(_layer_row, LAYERS.values())),
        "limits": _table(("line", "standing", "length, km", "vertices, lon lat"), _each(scheme.limits, _limit_row)),
        "sides": _table(("part", "side", "basis", "area, km²"), _each(scheme.waters, _side_row)),
        "starts": _table(
            ("point", "published position, lon lat", "outside the outline by", "start, lon lat", "away"),
            map(partial(_start_row, strait=scheme.strait.union_all()), scheme.control_points),
        ),
        "parts": _table(("part", "islands", "area, km²"), _each(scheme.strait, _part_row)),
    }


def _each(frame: gpd.GeoDataFrame, row_of: Callable[[Feature], Sequence[str]]) -> Iterable[Sequence[str]]:
    return (row_of(feature) for feature in frame.reset_index().to_dict("records"))  # type: ignore[arg-type]  # columns are strings


def _file_row(record: FileRecord) -> Sequence[str]:
    accuracy = f"{record.accuracy_m:,.0f} m" if record.accuracy_m else "–"
    licence = f"[{record.licence}]({record.licence_url})"
    count = "–" if record.features is None else f"{record.features:,}"
    made_by = f"[`{record.made_by}`](../{record.made_by})"
    return f"`{record.file}`", text(record.title), count, licence, accuracy, record.standing, text(record.edition), made_by


def _file_notes(record: FileRecord) -> str:
    return "\n".join(
        (
            f"### `{record.file}`",
            "",
            f"{text(record.title)}.",
            f"Published by {text(record.publisher)}, <{record.url}>, retrieved {record.retrieved}.",
            f"Attribution: {text(record.attribution)}.",
            text(record.notes),
        )
    )


def _layer_row(layer: Layer) -> Sequence[str]:
    columns = [f"`{name}`" for name in layer.needed]
    optional = [f"`{name}`" for name in layer.optional]
    said = ", ".join(columns) + (f"; if known {', '.join(optional)}" if optional else "")
    return f"`{layer.file}`", "yes" if layer.required else "no", " or ".join(layer.geometry), said


def _limit_row(line: Feature) -> Sequence[str]:
    vertices = "; ".join(f"{lon} {lat}" for lon, lat in line["geometry"].coords)
    return text(line["name_en"]), line["standing"], f"{measure.length_km(line['geometry']):.1f}", vertices


def _part_row(part: Feature) -> Sequence[str]:
    return text(part["name_en"]), str(len(part["geometry"].interiors)), f"{part['area_km2']:,.1f}"


def _side_row(part: Feature) -> Sequence[str]:
    return f"`{part['id']}`", part["side"], part["basis"], f"{part['area_km2']:,.1f}"


def _start_row(point: ControlPoint, strait: BaseGeometry) -> Sequence[str]:
    base, start = (point.lon, point.lat), point.start
    outside = "inside it" if strait.covers(point.point) else f"{measure.nearest_m(base, strait)[1]:,.0f} m"
    away = f"{start.distance_m / 1000:.1f} km ({m_to_nmi(start.distance_m):.1f} nmi)"
    return point.name, f"{base[0]} {base[1]}", outside, f"{start.lon} {start.lat}", away


def _citation(citation: Citation) -> str:
    sentences = [f"{text(citation.title)}.", f"{text(citation.publisher)}."]
    addresses = [f"<{url}>" for url in citation.urls]
    note = [text(citation.note)] if citation.note else []
    return f"- `{citation.id}`: {' '.join([*sentences, *addresses, *note])}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def text(value: str) -> str:
    r"""Return ``value`` as Markdown that shows as written.

    >>> text("a|b [c] <d>")
    'a\\|b \\[c\\] \\<d>'
    """
    return "".join(f"\\{char}" if char in "\\`*_[]<|" else char for char in value)


def main() -> int:
    """Write the document, or say that it is stale."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the document is stale")
    wanted = document(load(ROOT / "data"))
    if not parser.parse_args().check:
        DOCUMENT.parent.mkdir(exist_ok=True)
        DOCUMENT.write_text(wanted, "utf-8")
        return 0
    if DOCUMENT.is_file() and DOCUMENT.read_text("utf-8") == wanted:
        return 0
    print("docs/data.md is stale: run `make docs`", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
