"""The commands that ask the water: ``distance``, ``coverage``, ``isochrones``; and the options of a scenario."""

from __future__ import annotations

import csv
import json
import math
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Final, TextIO

import numpy as np
import shapely
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from geo.cli.options import DataOption, ForceOption, one_message
from geo.cli.output import write_export
from geo.coverage.answers import Answer, CoverageModel, default_scenario
from geo.coverage.assess import Coverage
from geo.coverage.reach import navigable_water, starts
from geo.coverage.scenario import Rule, Scenario
from geo.coverage.shapes import bands
from geo.errors import ExportError, ScenarioError
from geo.measure import nearest_m
from geo.scheme.patrol_scheme import PatrolScheme, data_folder, load
from geo.sea.distance import SNAP_M, SeaDistance, SeaField
from geo.units import m_to_nmi

__all__ = [
    "GENERATOR",
    "HoursOption",
    "PointsOption",
    "ReadinessOption",
    "RuleOption",
    "SpeedOption",
    "coverage",
    "coverage_json",
    "coverage_table",
    "distance",
    "isochrones",
    "isochrones_json",
    "scenario_of",
    "write_distances",
]
SpeedOption = Annotated[float, typer.Option("--speed", help="Speed of a patrol vessel, knots. 20 is our assumption.")]
HoursOption = Annotated[float, typer.Option("--hours", help="Hours within which water counts as reached.")]
ReadinessOption = Annotated[float, typer.Option("--readiness", help="Hours from the call to the sea-side start.")]
PointsOption = Annotated[str, typer.Option("--points", help="Ids of starts, with commas; all: every control point.")]
RuleOption = Annotated[Rule, typer.Option("--rule", help="Anyone anywhere, or each navy on its own side.")]
_ROWS_AT_ONCE: Final = 20_000
_DECIMALS: Final = 5
GENERATOR: Final = "Selat isochrones"


def scenario_of(model: CoverageModel, *, speed: float, hours: float, readiness: float, points: str, rule: Rule) -> Scenario:
    """Return the scenario of the options.

    Raises
    ------
    ScenarioError
        If a number or an id is not a possible one.
    """
    named = tuple(filter(None, (point.strip() for point in points.split(","))))
    ids = default_scenario(model).point_ids if named == ("all",) else named
    model.fields.reach.rows(ids)  # refuses an unknown id
    return Scenario(ids, speed_kn=speed, limit_h=hours, readiness_h=readiness, rule=rule)


# --- distance ----------------------------------------------------------------------------------------------------


def write_distances(scheme: PatrolScheme, start: str, *, to: Sequence[str], file: str | None, out: TextIO) -> None:
    """Write a CSV of distances from a start: to the places of ``to``, snapped to water, then to those of a file, as they are.

    Raises
    ------
    ScenarioError
        If a start, a place or a line of the file holds no position.
    """
    places = [_position(text, "--to") for text in to]
    outline = navigable_water(scheme)
    water = SeaDistance(outline)
    field = water.from_point(*_start(scheme, start))
    box = scheme.sources.study_box
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("lon", "lat", "distance_nmi", "status", "start_snap_m"))
    for lon, lat in places:
        writer.writerow(_snapped_row(scheme, outline, field, lon, lat))
    if file is None:
        return
    with _opened(file) as source:
        positions = _positions(source)
        while some := list(islice(positions, _ROWS_AT_ONCE)):
            lon, lat = np.array(some).T
            inside = (lon >= box.west) & (lon <= box.east) & (lat >= box.south) & (lat <= box.north)
            located = water.locate(lon, lat)
            distance_m = field.at_located_m(located)
            states = np.select([~inside, ~located.is_water, np.isinf(distance_m)], ["outside", "land", "unreachable"], "ok")
            writer.writerows(_row(field, *row) for row in zip(lon, lat, distance_m, states, strict=True))


def _opened(file: str) -> TextIO:
    try:
        return sys.stdin if file == "-" else Path(file).open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise ScenarioError(f"--csv: {file} cannot be read ({error.strerror})") from None


def _start(scheme: PatrolScheme, text: str) -> tuple[float, float]:
    table = starts(scheme)
    if text in table.index:
        return float(table["lon"][text]), float(table["lat"][text])
    if "," in text:
        return _position(text, "--from")
    raise ScenarioError(f"--from: no start {text!r}; known: {', '.join(sorted(map(str, table.index)))}; or LAT,LON")


def _position(text: str, option: str) -> tuple[float, float]:
    """Return (lon, lat) of "LAT,LON"."""
    match = re.fullmatch(r"\s*([-+]?[\d.]+)\s*,\s*([-+]?[\d.]+)\s*", text)
    try:
        lat, lon = (float(part) for part in match.groups()) if match else (math.nan, math.nan)
    except ValueError:
        lat = lon = math.nan
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        raise ScenarioError(f"{option}: wanted LAT,LON in degrees, such as 3.80,98.71; got {text!r}")
    return lon, lat


def _positions(source: TextIO) -> Iterator[tuple[float, float]]:
    rows = csv.DictReader(source)
    if not {"lon", "lat"} <= set(rows.fieldnames or ()):
        raise ScenarioError(f"line 1: wanted columns lon and lat by name; got {', '.join(rows.fieldnames or ()) or 'nothing'}")
    for row in rows:
        try:
            lon, lat = float(row["lon"]), float(row["lat"])
        except (TypeError, ValueError):
            lon = lat = math.nan
        if not (math.isfinite(lon) and math.isfinite(lat)):
            raise ScenarioError(f"line {rows.line_num}: wanted numbers in lon and lat; got {row['lon']!r} and {row['lat']!r}")
        yield lon, lat


def _snapped_row(scheme: PatrolScheme, water: shapely.Polygon, field: SeaField, lon: float, lat: float) -> tuple[object, ...]:
    """Return the row of a place named by hand: off the water it is moved to the nearest within 5 km."""
    if not scheme.sources.study_box.holds((lon, lat, lon, lat)):
        return _row(field, lon, lat, math.inf, "outside")
    state = "ok"
    if not water.intersects(shapely.Point(lon, lat)):
        moved, away_m = nearest_m((lon, lat), water)
        if away_m > SNAP_M:
            return _row(field, lon, lat, math.inf, "land")
        (lon, lat), state = moved, "snapped"
    distance_m = float(field.at_m(lon, lat))
    return _row(field, lon, lat, distance_m, state if math.isfinite(distance_m) else "unreachable")


def _row(field: SeaField, lon: float, lat: float, distance_m: float, state: str) -> tuple[object, ...]:
    known = state in {"ok", "snapped"}
    return (
        repr(float(lon)),
        repr(float(lat)),
        f"{m_to_nmi(distance_m):.6f}" if known else "",
        state,
        f"{field.start_snap_m:.1f}",
    )


# --- coverage ----------------------------------------------------------------------------------------------------


def coverage_json(coverage: Coverage) -> dict[str, Any]:
    """Return a coverage as plain JSON: no NaN, no infinity, ``null`` where nobody arrives."""
    c, asked = coverage, coverage.scenario
    numbers = ("strait_area_km2", "reached_km2", "reached_share", "backup_km2", "backup_share", "gap_km2", "nobody_km2")
    arrivals = ("mean_arrival_h", "median_arrival_h", "worst_arrival_h")
    return {
        "scenario": _asked(asked),
        **{name: _plain(getattr(c, name)) for name in (*numbers, *arrivals)},
        "by_point": [{"id": str(name), **_plain_row(row)} for name, row in c.by_point.iterrows()],
        "by_side": [{"side": str(name), **_plain_row(row)} for name, row in c.by_side.iterrows()],
        "curve": [
            {"hours": float(str(hours)), "share": _plain(row["together"]), "by_point": _plain_row(row.drop("together"))}
            for hours, row in c.curve.iterrows()
        ],
    }


def _asked(scenario: Scenario) -> dict[str, Any]:
    return {
        "points": list(scenario.point_ids),
        "speed_kn": scenario.speed_kn,
        "limit_h": scenario.limit_h,
        "readiness_h": scenario.readiness_h,
        "rule": scenario.rule.value,
    }


def _plain(value: float) -> float | None:
    return round(float(value), 6) if math.isfinite(value) else None


def _plain_row(row: Any) -> dict[str, float | None]:  # a row of pandas: a mapping of numbers
    return {str(name): _plain(value) for name, value in row.items()}


def coverage_table(answer: Answer) -> None:
    """Print a coverage for people."""
    c = answer.coverage
    console = Console(width=None if Console().is_terminal else 120)
    asked = c.scenario
    console.print(
        f"{', '.join(asked.point_ids) or 'no start'}: {asked.speed_kn:g} kn, readiness {asked.readiness_h:g} h, "
        f"within {asked.limit_h:g} h, {asked.rule.value}",
        markup=False,
        highlight=False,
    )
    head = Table("", "km²", "share", box=None, pad_edge=False)
    areas = {"reached": c.reached_km2, "two or more": c.backup_km2, "not reached": c.gap_km2, "nobody may": c.nobody_km2}
    for name, area in areas.items():
        head.add_row(name, f"{area:,.0f}", f"{area / c.strait_area_km2:.1%}")
    console.print(head)
    arrivals = (("mean", c.mean_arrival_h), ("median", c.median_arrival_h), ("worst", c.worst_arrival_h))
    console.print("arrival, hours: " + ", ".join(f"{name} {_or_dash(value)}" for name, value in arrivals), highlight=False)
    for table in (c.by_point, c.by_side.join(answer.cost.drop(columns="nobody_km2"))):
        console.print(_frame_table(table))


def _frame_table(frame: Any) -> Table:
    table = Table(str(frame.index.name), *(str(name) for name in frame.columns), box=None, pad_edge=False)
    for name, row in frame.iterrows():
        table.add_row(RichText(str(name)), *(_or_dash(float(value)) for value in row))
    return table


def _or_dash(value: float) -> str:
    return f"{value:,.1f}" if math.isfinite(value) else "–"


# --- isochrones ----------------------------------------------------------------------------------------------------


def isochrones_json(model: CoverageModel, scenario: Scenario, *, every_h: float, credits: Iterable[str], stamp: str) -> bytes:
    """Return bands of arrival as GeoJSON (RFC 7946), clipped to the full coast, one feature a line.

    Raises
    ------
    ScenarioError
        If ``every_h`` gives no band, or more than 200.
    """
    steps = scenario.limit_h / every_h if math.isfinite(every_h) and every_h > 0 else math.inf
    if not 1 <= steps <= 200:
        raise ScenarioError(f"--every must divide the {scenario.limit_h:g} hours into 1 to 200 bands, got {every_h!r}")
    edges = [round(step * every_h, 9) for step in range(1, int(steps + 1e-9) + 1)]
    shapes = bands(model.answer(scenario).coverage, model.full, edges_h=edges)
    lines = ",\n".join(_band_feature(number, row) for number, row in enumerate(shapes.itertuples(), start=1))
    head: dict[str, Any] = {
        "type": "FeatureCollection",
        "generator": GENERATOR,
        "attribution": "; ".join(credits),
        "licence": "ODbL-1.0",
    }
    head |= {"scenario": _asked(scenario), "stamp": stamp}
    return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "features": [\n{lines}\n]}}\n'.encode()


def _band_feature(number: int, row: Any) -> str:  # a row of pandas' itertuples has no type of its own
    shape = shapely.orient_polygons(shapely.set_precision(row.geometry, 10.0**-_DECIMALS))
    geometry = json.loads(shapely.to_geojson(shape))
    properties = {"id": f"band-{number:03d}", "from_h": row.from_h, "to_h": row.to_h}
    return json.dumps({"type": "Feature", "id": properties["id"], "properties": properties, "geometry": geometry})


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
        model = CoverageModel(load(data_folder(data)))
        asked = scenario_of(model, speed=speed, hours=hours, readiness=readiness, points=points, rule=rule)
        found = model.answer(asked)
        if as_json:
            typer.echo(json.dumps(coverage_json(found.coverage), indent=1, allow_nan=False))
        else:
            coverage_table(found)


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
        model = CoverageModel(scheme)
        asked = scenario_of(model, speed=speed, hours=hours, readiness=readiness, points=points, rule=rule)
        credits = scheme.sources.credits("strait.geojson", "waters.geojson")
        content = isochrones_json(model, asked, every_h=every, credits=credits, stamp=scheme.sources.stamp)
        write_export(out, content, force=force, mark=GENERATOR)
        typer.echo(f"{out}: {len(content) / 1e6:.2f} MB")
