"""The command ``coverage``: who reaches how much of the strait, as tables or JSON."""

from __future__ import annotations

import json
import math
from typing import Annotated, Final

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from geo.cli.engine import compile_engine
from geo.cli.options import DataOption, one_message
from geo.cli.scenario import WhatIfOptions, scenario_json, with_scenario_options
from geo.coverage.answers import Answer, CoverageModel
from geo.coverage.assess import Coverage
from geo.coverage.headline import headline
from geo.coverage.scenario import Scenario
from geo.coverage.words import averaged_text, cost_text, number_texts
from geo.errors import ScenarioError
from geo.scheme.data_files import data_folder
from geo.scheme.patrol_scheme import PatrolScheme, load
from geo.text import catalogue

__all__ = ["comparison_json", "comparison_table", "coverage", "coverage_json", "coverage_table", "require_what_if"]

_NUMBERS: Final = (
    "strait_area_km2",
    "reached_km2",
    "reached_share",
    "backup_km2",
    "backup_share",
    "gap_km2",
    "nobody_km2",
)
_ARRIVALS: Final = ("mean_arrival_h", "median_arrival_h", "worst_arrival_h")
_COMPARED: Final = {
    "reached, %": ("reached_share", 100),
    "two or more, %": ("backup_share", 100),
    "no listed start on its side, km²": ("nobody_km2", 1),
    "mean arrival, h": ("mean_arrival_h", 1),
    "worst arrival, h": ("worst_arrival_h", 1),
}


@with_scenario_options
def coverage(
    options: WhatIfOptions = WhatIfOptions(),  # noqa: B008  # frozen; it gives the defaults of the options
    compare: Annotated[
        bool, typer.Option("--compare", help="With --add or --without: beside the numbers of the starts as they are.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    data: DataOption = None,
) -> None:
    """Print the answer to a scenario."""
    with one_message():
        scheme = load(data_folder(data))
        compile_engine()
        model = CoverageModel(scheme)
        scenario = options.scenario(model)
        require_what_if(scenario, compare=compare)
        answer = model.answer(scenario)
        before = model.answer(scenario.as_it_is).coverage if compare else None
        if as_json:
            change = {} if before is None else {"compare": comparison_json(before, answer.coverage)}
            typer.echo(json.dumps(coverage_json(answer.coverage) | change, indent=1, allow_nan=False))
        else:
            coverage_table(scheme, answer)
            if before is not None:
                comparison_table(before, answer.coverage)


def require_what_if(scenario: Scenario, *, compare: bool) -> None:
    """Raise `ScenarioError` if there is nothing to compare with."""
    if compare and not scenario.is_what_if:
        raise ScenarioError("--compare wants something that changes: add a start with --add, or leave one out with --without")


def coverage_json(coverage: Coverage) -> dict[str, object]:
    """Return a coverage as plain JSON: no NaN, no infinity, ``null`` where nobody arrives."""
    return {
        "scenario": scenario_json(coverage.scenario),
        **{name: _finite(getattr(coverage, name)) for name in (*_NUMBERS, *_ARRIVALS)},
        "by_point": [{"id": str(name), **_finite_row(row)} for name, row in coverage.by_point.iterrows()],
        "by_side": [{"side": str(name), **_finite_row(row)} for name, row in coverage.by_side.iterrows()],
        "curve": [
            {"hours": float(str(hours)), "share": _finite(row["together"]), "by_point": _finite_row(row.drop("together"))}
            for hours, row in coverage.curve.iterrows()
        ],
    }


def comparison_json(before: Coverage, after: Coverage) -> dict[str, object]:
    """Return each number of the starts as they are, and by how much it changes; ``null`` where one of the two has none."""
    numbers = {name: (getattr(before, name), getattr(after, name)) for name in (*_NUMBERS[1:], *_ARRIVALS)}
    return {
        "scenario": scenario_json(before.scenario),
        "before": {name: _finite(old) for name, (old, _) in numbers.items()},
        "change": {name: _finite(new - old) for name, (old, new) in numbers.items()},
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
        f"{', '.join(scenario.start_ids) or 'no start'}: {scenario.speed_kn:g} kn, readiness {scenario.readiness_h:g} h, "
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


def comparison_table(before: Coverage, after: Coverage) -> None:
    """Print numbers of the starts as they are, and with what was added or left out."""
    console = Console(width=None if Console().is_terminal else 120)
    table = Table("what if", "as it is", "then", "change", box=None, pad_edge=False)
    for name, (attribute, factor) in _COMPARED.items():
        old, new = (float(getattr(one, attribute)) * factor for one in (before, after))
        change = f"{round(new - old, 1) + 0.0:+,.1f}" if math.isfinite(new - old) else "–"  # no minus before a zero
        table.add_row(name, _or_dash(old), _or_dash(new), change)
    console.print(table)
    console.print("A start that is added or left out is your assumption. Geometry only: no vessel, crew, weather or law.")


def _frame_table(frame: pd.DataFrame) -> Table:
    table = Table(str(frame.index.name), *(str(name) for name in frame.columns), box=None, pad_edge=False)
    for name, row in frame.iterrows():
        table.add_row(RichText(str(name)), *(_or_dash(float(value)) for value in row))
    return table


def _or_dash(value: float) -> str:
    return f"{value:,.1f}" if math.isfinite(value) else "–"
