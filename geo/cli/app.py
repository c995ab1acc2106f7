"""The command line: the same answers as the page, for scripts and for those who bring their own data."""

from __future__ import annotations

import json
import sys
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import geopandas as gpd
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from geo import measure
from geo.cli.cite import cite
from geo.cli.export import export
from geo.cli.options import BAD_INPUT, DataOption, ForceOption, one_message
from geo.cli.publish import publish
from geo.cli.water import (
    GENERATOR,
    HoursOption,
    PointsOption,
    ReadinessOption,
    RuleOption,
    SpeedOption,
    coverage_json,
    coverage_table,
    isochrones_json,
    scenario_of,
    write_distances,
)
from geo.coverage.answers import Answers
from geo.coverage.assess import Scenario
from geo.errors import ExportError, ScenarioError
from geo.offline.page import write_export
from geo.scheme.layers import LAYERS
from geo.scheme.patrol_scheme import PatrolScheme, data_folder, load
from geo.scheme.sources import record_hashes

__all__ = ["app", "main"]

# What Typer raises for unknown or missing words; it has no public name of its own.
_WrongWords = typing.cast("type[typer.BadParameter]", typer.BadParameter.__mro__[2])

app = typer.Typer(
    help="Selat: how the Malacca Strait is patrolled. Not for navigation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(cite)
app.command()(export)
app.command()(publish)


def main() -> int:
    """Run the command line; what is wrong with its words comes in one line too.

    Returns
    -------
    int
        The exit code.
    """
    try:
        return int(app(prog_name="python -m geo", standalone_mode=False) or 0)
    except _WrongWords as error:
        typer.echo(error.format_message(), err=True)
        return BAD_INPUT
    except typer.Abort:
        return 130


@app.command()
def check(
    data: DataOption = None,
    record: Annotated[bool, typer.Option("--record", help="Rewrite the hashes of a folder that you have changed.")] = False,
) -> None:
    """Validate all data and print a line a layer: file, features, size, source, licence."""
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


def _layers_table(scheme: PatrolScheme) -> Table:
    """Return a line a layer; what comes from data is text, never Rich's markup."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("file", "features", "size", "source", "licence"):
        table.add_column(
            heading, justify="right" if heading in {"features", "size"} else "left", no_wrap=True, overflow="ellipsis"
        )
    frames: dict[str, gpd.GeoDataFrame] = {LAYERS[name].file: getattr(scheme, name) for name in LAYERS}
    for record in scheme.sources.files:
        frame = frames.get(record.file)
        features = "" if frame is None else f"{len(frame):,}"
        size = "" if frame is None else _size(frame)
        table.add_row(*(RichText(cell) for cell in (record.file, features, size, record.publisher, record.licence)))
    return table


_MEASURES: Final[dict[str, Callable[[gpd.GeoDataFrame], str]]] = {
    "Polygon": lambda frame: f"{measure.areas_km2(frame).sum():,.0f} km²",
    "LineString": lambda frame: f"{measure.lengths_km(frame).sum():,.0f} km",
}


def _size(frame: gpd.GeoDataFrame) -> str:
    kinds = {kind.removeprefix("Multi") for kind in frame.geom_type}
    return _MEASURES[kinds.pop()](frame) if len(kinds) == 1 and kinds <= _MEASURES.keys() else ""


@app.command()
def distance(
    start: Annotated[str, typer.Option("--from", help="Id of a control point or base, or LAT,LON.", metavar="ID|LAT,LON")],
    to: Annotated[
        list[str] | None,
        typer.Option("--to", help="A place; may be repeated. Off the water it is snapped.", metavar="LAT,LON"),
    ] = None,
    file: Annotated[
        str | None, typer.Option("--csv", help="A file with columns lon and lat; - is standard input.", metavar="FILE")
    ] = None,
    data: DataOption = None,
) -> None:
    """Print exact distances over water as CSV: lon,lat,distance_nmi,status,start_snap_m."""
    with one_message():
        if not to and file is None:
            raise ScenarioError("distance: wanted at least one --to LAT,LON or a --csv FILE")
        write_distances(load(data_folder(data)), start, to=to or (), file=file, out=sys.stdout)


@app.command()
def coverage(
    speed: SpeedOption = Scenario.speed_kn,
    hours: HoursOption = Scenario.limit_h,
    readiness: ReadinessOption = Scenario.readiness_h,
    points: PointsOption = "all",
    rule: RuleOption = Scenario.rule,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    data: DataOption = None,
) -> None:
    """Print who reaches how much of the strait: reached, backup, gap, arrival, by point and by side."""
    with one_message():
        answers = Answers(load(data_folder(data)))
        asked = scenario_of(answers, speed=speed, hours=hours, readiness=readiness, points=points, rule=rule)
        found = answers.answer(asked)
        if as_json:
            typer.echo(json.dumps(coverage_json(found.coverage), indent=1, allow_nan=False))
        else:
            coverage_table(found)


@app.command()
def isochrones(
    out: Annotated[Path, typer.Argument(help="The file to write, ending in .geojson.", metavar="OUT.geojson")],
    every: Annotated[float, typer.Option(help="Hours from one band to the next.")] = 1.0,
    speed: SpeedOption = Scenario.speed_kn,
    hours: HoursOption = 6.0,
    readiness: ReadinessOption = Scenario.readiness_h,
    points: PointsOption = "all",
    rule: RuleOption = Scenario.rule,
    data: DataOption = None,
    force: ForceOption = False,
) -> None:
    """Write bands of arrival as GeoJSON, clipped to the coast."""
    with one_message():
        if out.suffix.lower() != ".geojson":
            raise ExportError(f"{out}: wanted a name that ends in .geojson")
        scheme = load(data_folder(data))
        answers = Answers(scheme)
        asked = scenario_of(answers, speed=speed, hours=hours, readiness=readiness, points=points, rule=rule)
        credits = scheme.sources.credits("strait.geojson", "waters.geojson")
        content = isochrones_json(answers, asked, every_h=every, credits=credits, stamp=scheme.sources.stamp)
        write_export(out, content, force=force, mark=GENERATOR)
        typer.echo(f"{out}: {len(content) / 1e6:.2f} MB")
