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
from geo.scheme.properties import Properties
from geo.scheme.sources import Citation, FileRecord
from geo.units import m_to_nmi

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "data.md"
METHOD = Path(__file__).with_name("data_docs.md")  # the hand-written part, with names of tables in braces

Feature = dict[str, Any]  # a row of a checked layer: each column has its own type


def format_document(scheme: PatrolScheme) -> str:
    """Return the whole document as Markdown."""
    sources = scheme.sources
    parts = [
        "# Data",
        "<!-- Made by scripts/data_docs.py from data/ and scripts/data_docs.md: change those, then run `make docs`. -->",
        f"Every file of [`data/`](../data) and where it comes from, as of {sources.data_date}.\n"
        f"The study box is {sources.study_box}.\n"
        "Coordinates are longitude and latitude on WGS84 (EPSG:4326), as in GeoJSON.\n"
        "Lines and sides are indicative and take no side in any claim; nothing here is for navigation.",
        "## Files",
        _format_table(
            ("file", "what", "features", "licence", "accuracy", "standing", "edition", "made by"),
            map(_describe_file, sources.files),
        ),
        "Accuracy is the expected error of a position in metres, where there is one.",
        *map(_format_notes, sources.files),
        METHOD.read_text("utf-8").strip().format_map(_format_tables(scheme)),
        "## Sources that claims rest on",
        "Addresses are as they were published; some may have moved.\n"
        "In brackets stand the grade and, where address or title give it, the date of publication.",
        "\n".join(map(_format_citation, sources.citations)),
    ]
    return "\n\n".join(parts) + "\n"


def _format_tables(scheme: PatrolScheme) -> dict[str, str]:
    """Return the tables of the hand-written part by name, each computed from the data."""
    return {
        "layers": _format_table(
            ("file", "needed", "geometry", "properties beside `id`"), map(_describe_layer, LAYERS.values())
        ),
        "limits": _format_table(
            ("line", "standing", "length, km", "vertices, lon lat"), _map_rows(scheme.limits, _describe_limit)
        ),
        "sides": _format_table(("part", "side", "basis", "area, km²"), _map_rows(scheme.waters, _describe_side)),
        "starts": _format_table(
            ("point", "published position, lon lat", "outside the outline by", "start, lon lat", "away"),
            map(partial(_describe_start, strait=scheme.strait.union_all()), scheme.control_points),
        ),
        "parts": _format_table(("part", "islands", "area, km²"), _map_rows(scheme.strait, _describe_part)),
    }


def _map_rows(frame: gpd.GeoDataFrame, row_of: Callable[[Feature], Sequence[str]]) -> Iterable[Sequence[str]]:
    return (row_of(feature) for feature in frame.reset_index().to_dict("records"))  # type: ignore[arg-type]  # columns are strings


def _describe_file(record: FileRecord) -> Sequence[str]:
    accuracy = f"{record.accuracy_m:,.0f} m" if record.accuracy_m else "–"
    licence = f"[{record.licence}]({record.licence_url})"
    count = "–" if record.features is None else f"{record.features:,}"
    made_by = f"[`{record.made_by}`](../{record.made_by})"
    return (
        f"`{record.file}`",
        escape_markdown(record.title),
        count,
        licence,
        accuracy,
        record.standing,
        escape_markdown(record.edition),
        made_by,
    )


def _format_notes(record: FileRecord) -> str:
    return "\n".join(
        (
            f"### `{record.file}`",
            "",
            f"{escape_markdown(record.title)}.",
            f"Published by {escape_markdown(record.publisher)}, <{record.url}>, retrieved {record.retrieved}.",
            f"Attribution: {escape_markdown(record.attribution)}.",
            escape_markdown(record.notes),
        )
    )


def _describe_layer(layer: Layer[Properties]) -> Sequence[str]:
    columns = [f"`{name}`" for name in layer.needed]
    optional = [f"`{name}`" for name in layer.optional]
    properties = ", ".join(columns) + (f"; if known {', '.join(optional)}" if optional else "")
    return f"`{layer.file}`", "yes" if layer.required else "no", " or ".join(layer.geometry), properties


def _describe_limit(line: Feature) -> Sequence[str]:
    vertices = "; ".join(f"{lon} {lat}" for lon, lat in line["geometry"].coords)
    return escape_markdown(line["name_en"]), line["standing"], f"{measure.length_km(line['geometry']):.1f}", vertices


def _describe_part(part: Feature) -> Sequence[str]:
    return escape_markdown(part["name_en"]), str(len(part["geometry"].interiors)), f"{part['area_km2']:,.1f}"


def _describe_side(part: Feature) -> Sequence[str]:
    return f"`{part['id']}`", part["side"], part["basis"], f"{part['area_km2']:,.1f}"


def _describe_start(point: ControlPoint, strait: BaseGeometry) -> Sequence[str]:
    base, start = (point.lon, point.lat), point.start
    outside = "inside it" if strait.covers(point.point) else f"{measure.nearest_m(base, strait)[1]:,.0f} m"
    distance = f"{start.distance_m / 1000:.1f} km ({m_to_nmi(start.distance_m):.1f} nmi)"
    return point.name, f"{base[0]} {base[1]}", outside, f"{start.lon} {start.lat}", distance


def _format_citation(citation: Citation) -> str:
    sentences = [f"{escape_markdown(citation.title)}.", f"{escape_markdown(citation.publisher)}."]
    kind = ", ".join(filter(None, (citation.grade, citation.published)))
    addresses = [f"<{url}>" for url in citation.urls]
    note = [escape_markdown(citation.note)] if citation.note else []
    origin = [f"Repeats {escape_markdown('; '.join(citation.origin))}."] if citation.origin else []
    graded = [f"({kind})"] if kind else []
    return f"- `{citation.id}`: {' '.join([*sentences, *graded, *addresses, *note, *origin])}"


def _format_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def escape_markdown(value: str) -> str:
    r"""Return ``value`` as Markdown that shows as written.

    >>> escape_markdown("a|b [c] <d>")
    'a\\|b \\[c\\] \\<d>'
    """
    return "".join(f"\\{char}" if char in "\\`*_[]<|" else char for char in value)


def main() -> int:
    """Write the document or, with ``--check``, compare it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the document is stale")
    current = format_document(load(ROOT / "data"))
    if not parser.parse_args().check:
        DOCUMENT.parent.mkdir(exist_ok=True)
        DOCUMENT.write_text(current, "utf-8")
        return 0
    if DOCUMENT.is_file() and DOCUMENT.read_text("utf-8") == current:
        return 0
    print("docs/data.md is stale: run `make docs`", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
