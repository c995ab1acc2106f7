"""The command ``coverage``: who reaches how much of the strait, as tables or JSON."""

from __future__ import annotations

import json
import math
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from geo.cli.engine import compile_engine
from geo.cli.options import DataOption, one_message
from geo.cli.scenario import ScenarioOptions, scenario_json, with_scenario_options
from geo.coverage.answers import Answer, CoverageModel
from geo.coverage.assess import Coverage
from geo.coverage.headline import headline
from geo.coverage.words import averaged_text, cost_text, number_texts
from geo.scheme.data_files import data_folder
from geo.scheme.patrol_scheme import PatrolScheme, load
from geo.text import catalogue

__all__ = ["coverage", "coverage_json", "coverage_table"]


@with_scenario_options
def coverage(
    options: ScenarioOptions = ScenarioOptions(),  # noqa: B008  # frozen; it gives the defaults of the options
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    data: DataOption = None,
) -> None:
    """Print the answer to a scenario."""
    with one_message():
        scheme = load(data_folder(data))
        compile_engine()
        model = CoverageModel(scheme)
        answer = model.answer(options.scenario(model))
        if as_json:
            typer.echo(json.dumps(coverage_json(answer.coverage), indent=1, allow_nan=False))
        else:
            coverage_table(scheme, answer)


def coverage_json(coverage: Coverage) -> dict[str, object]:
    """Return a coverage as plain JSON: no NaN, no infinity, ``null`` where nobody arrives."""
    numbers = ("strait_area_km2", "reached_km2", "reached_share", "backup_km2", "backup_share", "gap_km2", "nobody_km2")
    arrivals = ("mean_arrival_h", "median_arrival_h", "worst_arrival_h")
    return {
        "scenario": scenario_json(coverage.scenario),
        **{name: _finite(getattr(coverage, name)) for name in (*numbers, *arrivals)},
        "by_point": [{"id": str(name), **_finite_row(row)} for name, row in coverage.by_point.iterrows()],
        "by_side": [{"side": str(name), **_finite_row(row)} for name, row in coverage.by_side.iterrows()],
        "curve": [
            {"hours": float(str(hours)), "share": _finite(row["together"]), "by_point": _finite_row(row.drop("together"))}
            for hours, row in coverage.curve.iterrows()
        ],
    }


def _finite(value: float) -> float | None:
    return round(float(value), 6) if math.isfinite(value) else None


def _finite_row(row: pd.Series[float]) -> dict[str, float | None]:
    return {str(name): _finite(value) for name, value in row.items()}


def coverage_table(scheme: PatrolScheme, answer: Answer) -> None:
    """Print a coverage as its finding and tables."""
    coverage, scenario, t = answer.coverage, answer.coverage.scenario, catalogue("en")
    console = Console(width=None if Console().is_terminal else 120)
    finding = headline(scheme, coverage, t)
    console.print(f"{finding.finding} {finding.rest}".strip(), markup=False, highlight=False)
    console.print(
        f"{', '.join(scenario.point_ids) or 'no start'}: {scenario.speed_kn:g} kn, readiness {scenario.readiness_h:g} h, "
        f"within {scenario.limit_h:g} h, {scenario.rule.value}",
        markup=False,
        highlight=False,
    )
    areas = Table("", "km²", "share", box=None, pad_edge=False)
    areas_km2 = {
        "reached": coverage.reached_km2,
        "two or more": coverage.backup_km2,
        "not reached": coverage.gap_km2,
        "no listed start on its side": coverage.nobody_km2,
    }
    for name, area_km2 in areas_km2.items():
        areas.add_row(name, f"{area_km2:,.0f}", f"{area_km2 / coverage.strait_area_km2:.1%}")
    console.print(areas)
    arrivals_h = {"mean": coverage.mean_arrival_h, "median": coverage.median_arrival_h, "worst": coverage.worst_arrival_h}
    arrivals = ", ".join(f"{name} {_or_dash(value)}" for name, value in arrivals_h.items())
    averaged = averaged_text(coverage, t)
    console.print(f"arrival, hours: {arrivals}{f' ({averaged})' if averaged else ''}", highlight=False)
    for number in number_texts(coverage, t)[3:]:  # hours to half the strait, cost of the boundary; the table has the rest
        console.print(f"{number.name}: {number.value} ({number.detail})", markup=False, highlight=False)
    for frame in (coverage.by_point, coverage.by_side.join(answer.cost.drop(columns="nobody_km2"))):
        console.print(_frame_table(frame))
    console.print(cost_text(answer, t), markup=False, highlight=False)


def _frame_table(frame: pd.DataFrame) -> Table:
    table = Table(str(frame.index.name), *(str(name) for name in frame.columns), box=None, pad_edge=False)
    for name, row in frame.iterrows():
        table.add_row(RichText(str(name)), *(_or_dash(float(value)) for value in row))
    return table


def _or_dash(value: float) -> str:
    return f"{value:,.1f}" if math.isfinite(value) else "–"
