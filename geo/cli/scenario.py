"""The options of a scenario, written once for every command that asks one."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from functools import wraps
from typing import Annotated, Any

import typer

from geo.coverage.answers import CoverageModel, default_scenario
from geo.coverage.scenario import ADDED_IDS, AddedStart, Rule, Scenario
from geo.errors import ScenarioError
from geo.sides import is_state
from geo.units import parse_position

__all__ = ["ScenarioOptions", "SiteOptions", "WhatIfOptions", "read_start", "scenario_json", "with_scenario_options"]

_Speed = Annotated[float, typer.Option("--speed", help="Speed of a patrol vessel, knots. 20 is our assumption.")]
_Hours = Annotated[float, typer.Option("--hours", help="Hours within which water counts as reached. 6 is our choice.")]
_Readiness = Annotated[float, typer.Option("--readiness", help="Hours from the call to the sea-side start.")]
_Points = Annotated[str, typer.Option("--points", help="Ids of starts, with commas; all: every control point.")]
_Add = Annotated[
    list[str],
    typer.Option(
        "--add",
        help="What if a start were there? LAT,LON[,STATE[,NAME]], or the id of a base; up to five.",
        metavar="LAT,LON,STATE",
    ),
]
_Without = Annotated[list[str], typer.Option("--without", help="What if these were not there? Ids of starts, with commas.")]
_Keep = Annotated[
    list[str], typer.Option("--keep", help="What if only these were there? Ids with commas; instead of --without.")
]
_Rule = Annotated[Rule, typer.Option("--rule", help="Each navy on its own side, as in the scheme, or anyone anywhere.")]


@dataclass(frozen=True)
class ScenarioOptions:
    """Values of the options that describe a scenario."""

    speed: _Speed = Scenario.speed_kn
    hours: _Hours = Scenario.limit_h
    readiness: _Readiness = Scenario.readiness_h
    points: _Points = "all"
    rule: _Rule = Scenario.rule

    def scenario(self, model: CoverageModel) -> Scenario:
        """Return the scenario that the options describe.

        Raises
        ------
        ScenarioError
            If a number or an id is not a possible one.
        """
        names = tuple(filter(None, (name.strip() for name in self.points.split(","))))
        ids = default_scenario(model).point_ids if names == ("all",) else names
        model.fields.reach.rows(ids)  # refuses an unknown id
        return Scenario(ids, speed_kn=self.speed, limit_h=self.hours, readiness_h=self.readiness, rule=self.rule)


@dataclass(frozen=True)
class WhatIfOptions(ScenarioOptions):
    """The same, and what a reader adds to the starts or leaves out of them."""

    add: _Add = field(default_factory=list)
    without: _Without = field(default_factory=list)

    def scenario(self, model: CoverageModel) -> Scenario:
        """Return the scenario that the options describe.

        Raises
        ------
        ScenarioError
            If a number, an id or a position is not a possible one.
        UnreachableError
            If an added start has no navigable water near it.
        """
        without = dict.fromkeys(name.strip() for part in self.without for name in part.split(",") if name.strip())
        added = tuple(read_start(text, model) for text in self.add)
        scenario = replace(super().scenario(model), added=added, without=tuple(without))
        model.fields_of(scenario)  # refuses an impossible start
        return scenario


@dataclass(frozen=True)
class SiteOptions(WhatIfOptions):
    """The same, with the starts to keep named instead of those to leave out."""

    keep: _Keep = field(default_factory=list)

    def scenario(self, model: CoverageModel) -> Scenario:
        """Return the scenario that the options describe."""
        if not self.keep:
            return super().scenario(model)
        if self.without:
            raise ScenarioError("--keep and --without exclude each other: name the starts that stay, or those that go")
        kept = {name.strip() for part in self.keep for name in part.split(",") if name.strip()}
        model.fields.reach.rows(sorted(kept))  # refuses an unknown id
        whole = super().scenario(model)
        strangers = sorted(kept - set(whole.point_ids))
        if strangers:
            raise ScenarioError(f"--keep {strangers[0]}: it takes no part; starts that do: {', '.join(whole.point_ids)}")
        return replace(whole, without=tuple(name for name in whole.point_ids if name not in kept))


def read_start(text: str, model: CoverageModel) -> AddedStart:
    """Return the start that ``LAT,LON[,STATE[,NAME]]`` or the id of a base describes; the state is that of the water there.

    Raises
    ------
    ScenarioError
        If it is neither, or the water there is of no state and none is named.
    """
    fields, base = model.fields, text.strip()
    if base in fields.by_start:
        return AddedStart(*fields.by_start[base].start, *(str(fields.starts.loc[base, part]) for part in ("country", "name")))
    north, east, state, called = (*(part.strip() for part in text.split(",", 3)), *("",) * 3)[:4]
    position = parse_position(f"{north},{east}")
    if position is None:
        raise ScenarioError(f"--add {text}: wanted LAT,LON or LAT,LON,STATE, such as 3.05,101.1,MY, or the id of a base")
    state = state or str(model.full.side_at(*position) or "")
    if not is_state(state):
        raise ScenarioError(f"--add {text}: no state's water there; write one, such as {north},{east},{fields.states[0]}")
    return AddedStart(*position, state.upper(), called)


def with_scenario_options(command: Callable[..., None]) -> Callable[..., None]:
    """Replace the parameter ``options`` of a command by one for each field of its class, such as `ScenarioOptions`.

    Typer makes an option of each parameter and cannot group them. The default value of ``options``
    holds the defaults of the options.

    >>> @with_scenario_options
    ... def ask(options: ScenarioOptions = ScenarioOptions(hours=12.0)) -> None:
    ...     print(options.hours, options.speed)
    >>> [(name, parameter.default) for name, parameter in inspect.signature(ask).parameters.items()][:2]
    [('speed', 20.0), ('hours', 12.0)]
    >>> ask(speed=15.0, hours=4.0, readiness=0.5, points="all", rule=Rule.JOINT)
    4.0 15.0
    """
    signature = inspect.signature(command, eval_str=True)
    kind = type(signature.parameters["options"].default)
    fields = inspect.signature(kind, eval_str=True).parameters
    parameters: list[inspect.Parameter] = []
    for name, parameter in signature.parameters.items():
        if name == "options":
            parameters += [field.replace(default=getattr(parameter.default, field.name)) for field in fields.values()]
        else:
            parameters.append(parameter)

    @wraps(command)
    def call(**values: Any) -> None:  # whatever the command's parameters hold
        options = kind(**{name: values.pop(name) for name in fields})
        command(**values, options=options)

    call.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]  # `inspect` reads it
    return call


def scenario_json(scenario: Scenario) -> dict[str, object]:
    """Return a scenario as plain JSON."""
    return {
        "points": list(scenario.point_ids),
        "speed_kn": scenario.speed_kn,
        "limit_h": scenario.limit_h,
        "readiness_h": scenario.readiness_h,
        "rule": scenario.rule.value,
        **(_what_if_json(scenario) if scenario.is_what_if else {}),
    }


def _what_if_json(scenario: Scenario) -> dict[str, object]:
    """Return what a reader added or left out: an assumption, no fact of the scheme."""
    ids = zip(ADDED_IDS, scenario.added, strict=False)
    return {"without": list(scenario.without), "added": [{"id": letter, **asdict(start)} for letter, start in ids]}
