"""The command ``isochrones``: bands of arrival as GeoJSON."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Final

import shapely
import typer

from geo.cli.coverage import require_what_if
from geo.cli.engine import compile_engine
from geo.cli.options import DataOption, ForceOption, one_message
from geo.cli.output import write_export
from geo.cli.scenario import WhatIfOptions, scenario_json, with_scenario_options
from geo.coverage.answers import CoverageModel
from geo.coverage.scenario import Scenario
from geo.coverage.shapes import bands
from geo.errors import ExportError, ScenarioError
from geo.scheme.data_files import data_folder
from geo.scheme.patrol_scheme import load

__all__ = ["isochrones", "isochrones_json"]

_GENERATOR: Final = "Selat isochrones"
_DECIMALS: Final = 5  # of a degree, about a metre
_MOST_BANDS: Final = 200


@with_scenario_options
def isochrones(
    out: Annotated[Path, typer.Argument(help="The file to write, ending in .geojson.", metavar="OUT.geojson")],
    every: Annotated[float, typer.Option(help="Hours from one band to the next.")] = 1.0,
    options: WhatIfOptions = WhatIfOptions(),  # noqa: B008  # frozen; it gives the defaults of the options
    compare: Annotated[
        bool, typer.Option("--compare", help="With --add or --without: the bands of the starts as they are as well.")
    ] = False,
    data: DataOption = None,
    force: ForceOption = False,
) -> None:
    """Write the bands of a scenario into a file."""
    with one_message():
        if out.suffix.lower() != ".geojson":
            raise ExportError(f"{out}: wanted a name that ends in .geojson")
        scheme = load(data_folder(data))
        compile_engine()
        model = CoverageModel(scheme)
        credits = scheme.sources.credits("strait.geojson", "waters.geojson")
        scenario = options.scenario(model)
        require_what_if(scenario, compare=compare)
        stamp = scheme.sources.stamp
        content = isochrones_json(model, scenario, every_h=every, credits=credits, stamp=stamp, compare=compare)
        write_export(out, content, force=force, mark=_GENERATOR)
        typer.echo(f"{out}: {len(content) / 1e6:.2f} MB")


def isochrones_json(
    model: CoverageModel,
    scenario: Scenario,
    *,
    every_h: float,
    credits: Iterable[str],
    stamp: str,
    compare: bool = False,
) -> bytes:
    """Return bands of arrival as GeoJSON (RFC 7946), clipped to the full coast, one feature a line.

    With ``compare`` the bands of the starts as they are come first; the property ``starts`` tells them apart.

    Raises
    ------
    ScenarioError
        If ``every_h`` gives no band, or more than 200.
    """
    steps = scenario.limit_h / every_h if math.isfinite(every_h) and every_h > 0 else math.inf
    if not 1 <= steps <= _MOST_BANDS:
        raise ScenarioError(
            f"--every must divide the {scenario.limit_h:g} hours into 1 to {_MOST_BANDS} bands, got {every_h!r}"
        )
    edges_h = [round(step * every_h, 9) for step in range(1, int(steps + 1e-9) + 1)]
    parts = {"as-it-is": scenario.as_it_is, "what-if": scenario} if compare else {"": scenario}
    lines = ",\n".join(
        _band_feature(number, row, starts)
        for starts, one in parts.items()
        for number, row in enumerate(bands(model.answer(one).coverage, model.full, edges_h=edges_h).itertuples(), start=1)
    )
    head = {
        "type": "FeatureCollection",
        "generator": _GENERATOR,
        "attribution": "; ".join(credits),
        "licence": "ODbL-1.0",
        "scenario": scenario_json(scenario),
        "stamp": stamp,
    }
    return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "features": [\n{lines}\n]}}\n'.encode()


def _band_feature(number: int, row: Any, starts: str) -> str:  # a row of pandas' itertuples has no type of its own
    shape = shapely.orient_polygons(shapely.set_precision(row.geometry, 10.0**-_DECIMALS))
    geometry = json.loads(shapely.to_geojson(shape))
    name = "-".join(filter(None, (starts, f"band-{number:03d}")))
    properties = {"id": name, "from_h": row.from_h, "to_h": row.to_h} | ({"starts": starts} if starts else {})
    return json.dumps({"type": "Feature", "id": properties["id"], "properties": properties, "geometry": geometry})
