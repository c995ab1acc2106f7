"""The command ``distance``: exact distances over water as CSV."""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Sequence
from itertools import islice
from typing import Annotated, Final, TextIO

import numpy as np
import typer

from geo.cli.engine import compile_engine
from geo.cli.options import DataOption, one_message
from geo.cli.positions import read_positions
from geo.coverage.reach import starts
from geo.errors import ScenarioError
from geo.measure import SNAP_M
from geo.scheme.data_files import data_folder
from geo.scheme.patrol_scheme import PatrolScheme, load
from geo.sea.distance import SeaDistance, SeaField
from geo.units import m_to_nmi, parse_position

__all__ = ["distance", "write_distances"]

_ROWS_AT_ONCE: Final = 20_000


def distance(
    start: Annotated[str, typer.Option("--from", help="Id of a control point or base, or LAT,LON.", metavar="ID|LAT,LON")],
    to: Annotated[
        list[str] | None,
        typer.Option("--to", help="A place; may be repeated. Off the water it is snapped.", metavar="LAT,LON"),
    ] = None,
    file: Annotated[
        str | None, typer.Option("--csv", help="A table with columns lon and lat; - is standard input.", metavar="FILE")
    ] = None,
    data: DataOption = None,
) -> None:
    """Print the distances from a start to positions."""
    with one_message():
        if not to and file is None:
            raise ScenarioError("distance: wanted at least one --to LAT,LON or a --csv FILE")
        write_distances(load(data_folder(data)), start, to=to or (), file=file, out=sys.stdout)


def write_distances(scheme: PatrolScheme, start: str, *, to: Sequence[str], file: str | None, out: TextIO) -> None:
    """Write distances from a start as CSV: to the positions of ``to``, snapped to water, then to those of a file, unchanged.

    Parameters
    ----------
    start
        Id of a control point or base, or ``"LAT,LON"`` in degrees.
    to
        Positions, each ``"LAT,LON"``.
    file
        Path of a CSV with columns ``lon`` and ``lat``, in any encoding; ``"-"`` is standard input.

    Raises
    ------
    ScenarioError
        If a start, a position or a line of the file cannot be read.
    """
    positions = [_position(text, "--to") for text in to]
    lonlat = _start(scheme, start)
    compile_engine()
    water = SeaDistance(scheme.water.navigable)
    field = water.from_point(*lonlat)
    box = scheme.sources.study_box
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("lon", "lat", "distance_nmi", "status", "start_snap_m"))
    for lon, lat in positions:
        writer.writerow(_snapped_row(scheme, field, lon, lat))
    if file is None:
        return
    rows = read_positions(file)
    while batch := list(islice(rows, _ROWS_AT_ONCE)):
        lon, lat = np.array(batch).T
        inside = (lon >= box.west) & (lon <= box.east) & (lat >= box.south) & (lat <= box.north)
        located = water.locate(lon, lat)
        distance_m = field.at_located_m(located)
        status = np.select([~inside, ~located.is_water, np.isinf(distance_m)], ["outside", "land", "unreachable"], "ok")
        writer.writerows(_row(field, *row) for row in zip(lon, lat, distance_m, status, strict=True))


def _start(scheme: PatrolScheme, text: str) -> tuple[float, float]:
    table = starts(scheme)
    if text in table.index:
        return float(table["lon"][text]), float(table["lat"][text])
    if "," in text:
        lonlat = _position(text, "--from")
        if scheme.water.nearest(*lonlat).is_near_other_water:
            raise ScenarioError(
                f"--from: {text} is on other water or beside it, with no route to the strait; wanted a position on its water"
            )
        return lonlat
    raise ScenarioError(f"--from: no start {text!r}; known: {', '.join(sorted(map(str, table.index)))}; or LAT,LON")


def _position(text: str, option: str) -> tuple[float, float]:
    """Return (lon, lat) of "LAT,LON"."""
    position = parse_position(text)
    if position is None:
        raise ScenarioError(f"{option}: wanted LAT,LON in degrees, such as 3.80,98.71; got {text!r}")
    return position


def _snapped_row(scheme: PatrolScheme, field: SeaField, lon: float, lat: float) -> tuple[object, ...]:
    """Return the row of a position that may lie off the water: it is moved to the nearest water within 5 km."""
    if not scheme.sources.study_box.holds((lon, lat, lon, lat)):
        return _row(field, lon, lat, math.inf, "outside")
    shore = scheme.water.nearest(lon, lat)
    if shore.distance_m > SNAP_M:
        return _row(field, lon, lat, math.inf, "land")
    if shore.is_near_other_water:
        return _row(field, lon, lat, math.inf, "unreachable")
    distance_m = float(field.at_m(shore.lon, shore.lat))
    status = "snapped" if shore.distance_m else "ok"
    return _row(field, shore.lon, shore.lat, distance_m, status if math.isfinite(distance_m) else "unreachable")


def _row(field: SeaField, lon: float, lat: float, distance_m: float, status: str) -> tuple[object, ...]:
    is_known = status in {"ok", "snapped"}
    return (
        repr(float(lon)),
        repr(float(lat)),
        f"{m_to_nmi(distance_m):.6f}" if is_known else "",
        status,
        f"{field.start_snap_m:.1f}",
    )
