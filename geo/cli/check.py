"""The command ``check``: a data folder validated, with one line for each layer.

Water, cells and distances are computed as well, so that no other command refuses the folder later.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

import geopandas as gpd
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from geo import measure
from geo.cli.engine import compile_engine
from geo.cli.options import DataOption, one_message
from geo.coverage.answers import CoverageModel
from geo.scheme.data_files import data_folder
from geo.scheme.features import Feature
from geo.scheme.layers import LAYERS
from geo.scheme.origins import warn_of_shared_origins
from geo.scheme.patrol_scheme import PatrolScheme, load
from geo.scheme.recording import record_hashes
from geo.scheme.water import describe_sides
from geo.sea.distance import SeaDistance

__all__ = ["check"]

_SLIT_M: Final = 10.0
_MOST_SLITS: Final = 20


def check(
    data: DataOption = None,
    record: Annotated[bool, typer.Option("--record", help="Rewrite the hashes of a folder that you have changed.")] = False,
) -> None:
    """Validate a data folder and print what it holds."""
    with one_message():
        folder = data_folder(data)
        if record:
            changed = record_hashes(folder)
            typer.echo(f"sources.toml: {len(changed)} hashes rewritten" + (f" ({', '.join(changed)})" if changed else ""))
        scheme = load(folder)
        compile_engine()
        model = CoverageModel(scheme)
        Console(width=None if Console().is_terminal else 200).print(_layers_table(scheme))
        typer.echo(
            f"{len(scheme.agreements)} agreements, {len(scheme.sources.citations)} cited sources, stamp {scheme.sources.stamp}"
        )
        shared = warn_of_shared_origins(scheme)
        sides = describe_sides(scheme.waters, scheme.strait)
        for warning in (*scheme.remarks, *sides, *_warn_of_slits(model.fields.water), *shared):
            typer.echo(f"warning: {warning}")
        if not shared:
            typer.echo("every verified claim rests on two independent sources, or says why they are independent")


def _warn_of_slits(water: SeaDistance) -> list[str]:
    """Return a sentence that lists the passages too narrow to be real, if there are any."""
    slits = water.slits(widest_m=_SLIT_M)
    if not slits:
        return []
    places = "; ".join(f"{slit.width_m:.2g} m wide at {slit.lon:.5f}, {slit.lat:.5f}" for slit in slits[:_MOST_SLITS])
    more = f"; and {len(slits) - _MOST_SLITS:,} more" if len(slits) > _MOST_SLITS else ""
    return [
        f"land.geojson: routes pass where land is less than {_SLIT_M:g} m apart: {places}{more}; "
        "if no vessel passes there, let the land join"
    ]


def _layers_table(scheme: PatrolScheme) -> Table:
    """Return one row for each file; text of the data is not parsed as Rich's markup."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("file", "features", "size", "source", "licence"):
        table.add_column(
            heading, justify="right" if heading in {"features", "size"} else "left", no_wrap=True, overflow="ellipsis"
        )
    layers: dict[str, gpd.GeoDataFrame | tuple[Feature, ...]] = {LAYERS[name].file: getattr(scheme, name) for name in LAYERS}
    for record in scheme.sources.files:
        layer = layers.get(record.file)
        features = "" if layer is None else f"{len(layer):,}"
        size = _size(layer) if isinstance(layer, gpd.GeoDataFrame) else ""
        table.add_row(*(RichText(cell) for cell in (record.file, features, size, record.publisher, record.licence)))
    return table


_MEASURES: Final[dict[str, Callable[[gpd.GeoDataFrame], str]]] = {
    "Polygon": lambda frame: f"{measure.areas_km2(frame).sum():,.0f} km²",
    "LineString": lambda frame: f"{measure.lengths_km(frame).sum():,.0f} km",
}


def _size(frame: gpd.GeoDataFrame) -> str:
    kinds = {kind.removeprefix("Multi") for kind in frame.geom_type}
    return _MEASURES[kinds.pop()](frame) if len(kinds) == 1 and kinds <= _MEASURES.keys() else ""
