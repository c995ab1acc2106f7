"""The command ``check``: a data folder validated, with one line for each layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

import geopandas as gpd
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from geo import measure
from geo.cli.options import DataOption, one_message
from geo.scheme.data_files import data_folder
from geo.scheme.features import Feature
from geo.scheme.layers import LAYERS
from geo.scheme.origins import warn_of_shared_origins
from geo.scheme.patrol_scheme import PatrolScheme, load
from geo.scheme.recording import record_hashes

__all__ = ["check"]


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
        Console(width=None if Console().is_terminal else 200).print(_layers_table(scheme))
        typer.echo(
            f"{len(scheme.agreements)} agreements, {len(scheme.sources.citations)} cited sources, stamp {scheme.sources.stamp}"
        )
        warnings = warn_of_shared_origins(scheme)
        for warning in warnings:
            typer.echo(f"warning: {warning}")
        if not warnings:
            typer.echo("every verified claim rests on two independent sources, or says why they are independent")


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
