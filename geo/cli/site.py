"""The command ``site``: where further starts would help most, with the proof; or how few reach a share."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Self

import typer
from rich.console import Console
from rich.live import Live

from geo.cli.engine import compile_engine
from geo.cli.options import DataOption, ForceOption, Language, one_message
from geo.cli.output import write_export
from geo.cli.scenario import SiteOptions, scenario_json, with_scenario_options
from geo.coverage.answers import CoverageModel
from geo.errors import ExportError, ScenarioError
from geo.scheme.data_files import data_folder
from geo.scheme.patrol_scheme import PatrolScheme, load
from geo.siting.answer import FewestAnswer, SitesAnswer, find_fewest, find_sites, value_coast
from geo.siting.candidates import CandidateKind
from geo.siting.coast import COAST_MARK, coast_geojson
from geo.siting.compilation import compile_kernels
from geo.siting.question import SiteQuestion
from geo.siting.result import Goal
from geo.siting.search import require_goal
from geo.siting.watch import Step, Watch
from geo.siting.words import (
    ask_text,
    fewest_text,
    guarantee_text,
    next_texts,
    number_texts,
    place_text,
    proof_text,
    step_text,
)
from geo.text import Catalogue, catalogue, size_text

__all__ = ["site"]

_POLL_S: Final = 0.2


@with_scenario_options
def site(
    more: Annotated[int, typer.Option("--more", help="How many further starts, 1 to 3.")] = 1,
    goal: Annotated[
        str, typer.Option(help=f"What for: {', '.join(Goal)}. Share reached, mean or worst arrival, share with backup.")
    ] = Goal.REACH.value,
    candidates: Annotated[
        CandidateKind, typer.Option(help="Where from: anywhere on the shore, harbours and bases on record, or both.")
    ] = CandidateKind.SHORE,
    country: Annotated[str | None, typer.Option(help="Only candidates of this state, two letters.", metavar="MY")] = None,
    until: Annotated[
        str | None, typer.Option(help="How few further starts reach this share within the hours?", metavar="90%")
    ] = None,
    coast: Annotated[
        Path | None,
        typer.Option(help="Also write what one more start at each candidate gains, as GeoJSON.", metavar="OUT.geojson"),
    ] = None,
    seconds: Annotated[
        float | None, typer.Option(help="End the search after so many seconds, with the best found and a bound.", min=0)
    ] = None,
    options: SiteOptions = SiteOptions(),  # noqa: B008  # frozen; it gives the defaults of the options
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
    lang: Annotated[Language, typer.Option(help="Language of the text.")] = Language.EN,
    data: DataOption = None,
    force: ForceOption = False,
) -> None:
    """Print where further starts would help most, and the proof."""
    t = catalogue(lang.value)
    with one_message():
        share = None if until is None else _read_share(until)
        wanted = require_goal(goal)
        if coast is not None and coast.suffix.lower() != ".geojson":
            raise ExportError(f"{coast}: wanted a name that ends in .geojson")
        scheme = load(data_folder(data))
        compile_engine(compile_kernels)
        model = CoverageModel(scheme)
        place = country.upper() if country else None
        question = SiteQuestion(options.scenario(model), more, wanted, candidates, place, share)
        with _Progress(t) as progress:
            watch = Watch(time_s=seconds, report=progress.report)
            find = find_sites if share is None else find_fewest
            answer = find(scheme, model, question, watch=watch)
            content = None if coast is None else _value_coast(scheme, model, question, Watch(report=progress.report))
        if as_json:
            typer.echo(json.dumps(answer.to_json(), indent=1, allow_nan=False))
        else:
            lines = _sites_lines(answer, t) if isinstance(answer, SitesAnswer) else _fewest_lines(answer, t)
            typer.echo("\n".join(lines))
        if coast is not None and content is not None:
            write_export(coast, content, force=force, mark=COAST_MARK)
            typer.echo(f"{coast}: {size_text(len(content), t)}", err=as_json)


def _read_share(text: str) -> float:
    """Return a share of 0 to 1 of ``90%`` or ``0.9``.

    >>> _read_share("90 %"), _read_share("0.25")
    (0.9, 0.25)
    """
    number, sign, rest = text.strip().partition("%")
    try:
        share = float(number) / (100 if sign else 1)
    except ValueError:
        share = -1.0
    if rest or not 0 < share <= 1:
        raise ScenarioError(f"--until {text}: wanted a share above 0 and up to 100 %, such as 90% or 0.9")
    return share


def _value_coast(scheme: PatrolScheme, model: CoverageModel, question: SiteQuestion, watch: Watch) -> bytes:
    """Return the value of the coast as GeoJSON."""
    candidates, value, never, before = value_coast(scheme, model, question, watch=watch)
    return coast_geojson(
        candidates,
        question.goal,
        value,
        never,
        before,
        scenario=scenario_json(question.scenario),
        credits=scheme.sources.credits("strait.geojson", "waters.geojson"),
        stamp=scheme.sources.stamp,
    )


def _sites_lines(answer: SitesAnswer, t: Catalogue) -> Iterator[str]:
    """Yield the answer as text: places, numbers before and after, proof, next sets."""
    yield ask_text(answer.question, t)
    yield from (f"{number}. {place_text(one, t)}" for number, one in enumerate(answer.chosen(), start=1))
    for name, before, after in number_texts(answer, t):
        yield t("site.number", name=name, before=before, after=after)
    yield proof_text(answer, t)
    yield guarantee_text(answer.guarantee, answer.question, t)
    others = list(next_texts(answer, t))
    if others:
        yield t("site.next")
        yield from (f"- {other}" for other in others)
    yield t("site.caution")


def _fewest_lines(answer: FewestAnswer, t: Catalogue) -> Iterator[str]:
    """Yield how many it takes, and where."""
    yield ask_text(answer.question, t)
    yield fewest_text(answer, t)
    chosen = (answer.candidates.each[row] for row in answer.fewest.rows)
    yield from (f"{number}. {place_text(one, t)}" for number, one in enumerate(chosen, start=1))
    yield t("site.caution")


class _Progress:
    """Says on stderr how far a search is: on a terminal in one line that changes, otherwise a line as each step begins."""

    def __init__(self, t: Catalogue) -> None:
        self._t, self._told_s = t, 0.0
        self._step: Step | None = None
        console = Console(stderr=True, highlight=False)
        self._live = Live(console=console, auto_refresh=False, transient=True) if console.is_terminal else None

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def report(self, step: Step, done: int, whole: int) -> None:
        """Say how much of a step is done."""
        if self._live is None:
            if step != self._step:
                typer.echo(self._t(f"site.step-{step.value}"), err=True)
        elif step != self._step or time.monotonic() - self._told_s > _POLL_S:
            self._told_s = time.monotonic()
            self._live.update(step_text(step, done, whole, self._t), refresh=True)
        self._step = step
