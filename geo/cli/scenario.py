"""The options of a scenario, written once for every command that asks one."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Annotated, Any

import typer

from geo.coverage.answers import CoverageModel, default_scenario
from geo.coverage.scenario import Rule, Scenario

__all__ = ["ScenarioOptions", "scenario_json", "with_scenario_options"]

_Speed = Annotated[float, typer.Option("--speed", help="Speed of a patrol vessel, knots. 20 is our assumption.")]
_Hours = Annotated[float, typer.Option("--hours", help="Hours within which water counts as reached. 6 is our choice.")]
_Readiness = Annotated[float, typer.Option("--readiness", help="Hours from the call to the sea-side start.")]
_Points = Annotated[str, typer.Option("--points", help="Ids of starts, with commas; all: every control point.")]
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


def with_scenario_options(command: Callable[..., None]) -> Callable[..., None]:
    """Replace the parameter ``options`` of a command by one parameter for each field of `ScenarioOptions`.

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
    fields = inspect.signature(ScenarioOptions, eval_str=True).parameters
    signature = inspect.signature(command, eval_str=True)
    parameters: list[inspect.Parameter] = []
    for name, parameter in signature.parameters.items():
        if name == "options":
            parameters += [field.replace(default=getattr(parameter.default, field.name)) for field in fields.values()]
        else:
            parameters.append(parameter)

    @wraps(command)
    def call(**values: Any) -> None:  # whatever the command's parameters hold
        options = ScenarioOptions(**{name: values.pop(name) for name in fields})
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
    }
