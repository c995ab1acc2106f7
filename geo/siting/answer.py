"""The places where further starts would help most: the search over the shore of a scheme, with its proof and its reach."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from geo.arrays import Floats
from geo.coverage.answers import CoverageModel
from geo.coverage.assess import Coverage
from geo.coverage.scenario import AddedStart, Rule
from geo.scheme.patrol_scheme import PatrolScheme
from geo.siting.candidates import Candidate, CandidateKind, Candidates, find_candidates
from geo.siting.fewest import Fewest, fewest_sites
from geo.siting.fields import Arrival
from geo.siting.problem import CAP_H
from geo.siting.question import SiteQuestion
from geo.siting.result import Sites, SiteSet
from geo.siting.search import best_sites, value_each
from geo.siting.watch import Watch
from geo.units import M_PER_NMI

__all__ = ["FewestAnswer", "ShoreGuarantee", "SitesAnswer", "find_fewest", "find_sites", "value_coast"]


@dataclass(frozen=True)
class ShoreGuarantee:
    """How much better than the best candidates any points of the shore could be.

    Attributes
    ----------
    d_km
        Largest distance over water from a point of the shore to its nearest candidate, of its own state where the rule keeps
        each to its own side.
    minutes
        That distance at the speed of the scenario: no mean and no worst arrival is better by more.
    share
        For a share: no points of the shore reach more than this, 0 to 1; ``None`` for the other goals, and where the time was
        over before it was proved.
    """

    d_km: float
    minutes: float
    share: float | None = None


@dataclass(frozen=True, eq=False)
class SitesAnswer:
    """Where further starts help most.

    Attributes
    ----------
    question, candidates
        What was asked, and the candidates that were compared.
    sites
        The best sets by rows of the candidates, and the proof.
    before, after
        The answer to the scenario as it is, and with the best set added: the numbers of every other answer.
    guarantee
        How far the proof reaches beyond the candidates; ``None`` where none of them is on the shore.
    """

    question: SiteQuestion
    candidates: Candidates
    sites: Sites
    before: Coverage
    after: Coverage
    guarantee: ShoreGuarantee | None

    def chosen(self, one: SiteSet | None = None) -> tuple[Candidate, ...]:
        """Return the candidates of a set, those of the best if none is given."""
        return tuple(self.candidates.each[row] for row in (one or self.sites.best).rows)

    def loss(self, one: SiteSet) -> float:
        """Return how much worse a set is than the best: a share, or hours (for the worst arrival, over the rest of each)."""
        return self.sites.value - one.value if self.question.goal.is_share else one.value - self.sites.value

    def to_json(self) -> dict[str, Any]:  # values of JSON
        """Return the answer as plain JSON: no NaN, no infinity."""
        return {
            "goal": self.question.goal.value,
            "before": _numbers(self.before, self.sites.before),
            "after": _numbers(self.after, self.sites.best),
            "chosen": [_candidate_json(one) for one in self.chosen()],
            "next": [
                {
                    "chosen": [_candidate_json(candidate) for candidate in self.chosen(one)],
                    "value": _finite(one.value),
                    "never_share": _finite(one.never),
                    "loss": _finite(self.loss(one)),
                }
                for one in self.sites.next
            ],
            "proof": {
                "candidates": self.sites.proof.candidates,
                "sets": self.sites.proof.sets,
                "tried": self.sites.proof.tried,
                "excluded": self.sites.proof.excluded,
                "bound": _finite(self.sites.proof.bound),
                "gap": _finite(self.sites.proof.gap),
                "proved": self.sites.proof.proved,
            },
            "shore_guarantee": _guarantee_json(self.guarantee),
        }


def find_sites(
    scheme: PatrolScheme,
    model: CoverageModel,
    question: SiteQuestion,
    *,
    weight: Floats | None = None,
    watch: Watch | None = None,
) -> SitesAnswer:
    """Search the places where further starts help most.

    Parameters
    ----------
    scheme, model
        Whose water and starts.
    question
        What is asked.
    weight
        What each cell of the strait counts, such as incidents; its area if not given.
    watch
        Receives the progress; ends the search early.

    Raises
    ------
    ScenarioError
        If a start of the scenario is impossible, or there are too few candidates.
    SearchStoppedError
        If the search was ended before anything was found.
    """
    watch = watch or Watch()
    search = _Search(scheme, model, question, weight, watch)
    sites = best_sites(
        search.arrival,
        search.weight,
        search.base_h,
        count=question.count,
        goal=question.goal,
        limit_h=search.limit_h,
        watch=watch,
    )
    chosen = [search.candidates.each[row] for row in sites.rows]
    added = (*question.scenario.added, *(AddedStart(one.lon, one.lat, one.country, one.name or "") for one in chosen))
    after = model.answer(replace(question.scenario, added=added)).coverage
    return SitesAnswer(question, search.candidates, sites, search.before, after, search.guarantee())


@dataclass(frozen=True, eq=False)
class FewestAnswer:
    """How many further starts it takes; the parts are those of `SitesAnswer`."""

    question: SiteQuestion
    candidates: Candidates
    fewest: Fewest
    before: Coverage

    def to_json(self) -> dict[str, Any]:  # values of JSON
        """Return the answer as plain JSON; ``found`` is null where no number of candidates is enough."""
        return {
            "until": self.question.until,
            "hours": self.question.scenario.limit_h,
            "bound": self.fewest.bound,
            "found": self.fewest.found,
            "proved": self.fewest.proved,
            "before": _finite(self.before.reached_share),
            "share": _finite(self.fewest.share),
            "most": _finite(self.fewest.most),
            "chosen": [_candidate_json(self.candidates.each[row]) for row in self.fewest.rows],
        }


def find_fewest(
    scheme: PatrolScheme,
    model: CoverageModel,
    question: SiteQuestion,
    *,
    weight: Floats | None = None,
    watch: Watch | None = None,
) -> FewestAnswer:
    """Search the least number of further starts that bring the share reached to ``question.until``.

    The parameters and errors are those of `find_sites`.
    """
    watch = watch or Watch()
    search = _Search(scheme, model, question, weight, watch)
    fewest = fewest_sites(
        search.arrival,
        search.weight,
        search.base_h,
        share=question.until or 1.0,
        limit_h=question.scenario.limit_h,
        watch=watch,
    )
    return FewestAnswer(question, search.candidates, fewest, search.before)


def value_coast(
    scheme: PatrolScheme, model: CoverageModel, question: SiteQuestion, *, watch: Watch | None = None
) -> tuple[Candidates, Floats, Floats, SiteSet]:
    """Return what one more start at each candidate gives.

    Returns
    -------
    candidates : Candidates
    value, never : array
        Of each candidate, as in `SiteSet`.
    before : SiteSet
        Without any.
    """
    watch = watch or Watch()
    search = _Search(scheme, model, question, None, watch)
    value, never, before = value_each(
        search.arrival, search.weight, search.base_h, goal=question.goal, limit_h=search.limit_h, watch=watch
    )
    return search.candidates, value, never, before


class _Search:
    """The arrays of a question."""

    def __init__(
        self, scheme: PatrolScheme, model: CoverageModel, question: SiteQuestion, weight: Floats | None, watch: Watch
    ) -> None:
        self._question, self._watch, scenario = question, watch, question.scenario
        self.before = model.answer(scenario).coverage
        found = find_candidates(scheme, model, question.candidates, country=question.country, watch=watch)
        self.candidates = found.without(scenario.start_ids)
        grid = model.fields.reach.grid
        self.weight = grid.area_km2 if weight is None else weight
        self.base_h = self.before.arrival_h
        if not len(self.base_h):
            self.base_h = np.full((1, len(grid.lon)), np.inf)
        sides = (*grid.sides, None)
        may_act = [[scenario.rule.allows(one.country, side) for side in sides] for one in self.candidates.each]
        self.arrival = Arrival(self.candidates.distance_m, scenario, np.array(may_act), grid.side)

    @property
    def limit_h(self) -> float | None:
        """The limit, where the goal has one."""
        return self._question.scenario.limit_h if self._question.goal.needs_limit else None

    def guarantee(self) -> ShoreGuarantee | None:
        """Return how much better points of the shore could be than the candidates."""
        question, candidates = self._question, self.candidates
        if question.candidates is CandidateKind.PLACES or candidates.joint_spacing_m is None:
            return None
        is_joint = question.scenario.rule is Rule.JOINT and question.country is None
        d_m = candidates.joint_spacing_m if is_joint else max(candidates.spacing_m.values())
        ahead_h = d_m / M_PER_NMI / question.scenario.speed_kn
        share = None
        if question.goal.is_share and not self._watch.is_over:
            # A point of the shore comes sooner than its nearest candidate by no more than the way between them.
            sooner = replace(self.arrival, ahead_h=ahead_h)
            proof = best_sites(
                sooner,
                self.weight,
                self.base_h,
                count=question.count,
                goal=question.goal,
                limit_h=self.limit_h,
                watch=self._watch,
            ).proof
            share = proof.bound
        return ShoreGuarantee(d_m / 1e3, ahead_h * 60, share)


def _numbers(coverage: Coverage, one: SiteSet) -> dict[str, float | None]:
    """Return the numbers of an answer: the value of the goal, and those of every answer."""
    grid = coverage.reach.grid
    mean_h = float(np.average(np.minimum(coverage.soonest_h, CAP_H), weights=grid.area_km2))
    return {
        "value": _finite(one.value),
        "never_share": _finite(one.never),
        "reached_share": _finite(coverage.reached_share),
        "backup_share": _finite(coverage.backup_share),
        "mean_up_to_24_h": _finite(mean_h),
        "mean_arrival_h": _finite(coverage.mean_arrival_h),
        "worst_arrival_h": _finite(coverage.worst_arrival_h),
        "nobody_km2": _finite(coverage.nobody_km2),
    }


def _candidate_json(one: Candidate) -> dict[str, Any]:
    return {"lon": round(one.lon, 5), "lat": round(one.lat, 5), "id": one.id, "country": one.country}


def _guarantee_json(guarantee: ShoreGuarantee | None) -> dict[str, float | None] | None:
    if guarantee is None:
        return None
    numbers = {"d_km": _finite(guarantee.d_km), "minutes": _finite(guarantee.minutes)}
    return numbers if guarantee.share is None else {**numbers, "share": _finite(guarantee.share)}


def _finite(value: float) -> float | None:
    return round(float(value), 6) if math.isfinite(value) else None
