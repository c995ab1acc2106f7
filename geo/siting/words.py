"""A search's answer as plain text, the same on the command line and wherever else it is read."""

from __future__ import annotations

from collections.abc import Iterator

from geo.siting.answer import FewestAnswer, ShoreGuarantee, SitesAnswer
from geo.siting.candidates import Candidate
from geo.siting.question import SiteQuestion
from geo.siting.result import Goal
from geo.siting.watch import Step
from geo.text import Catalogue, hours_text, share_text

__all__ = [
    "ask_text",
    "fewest_text",
    "guarantee_text",
    "next_texts",
    "number_texts",
    "place_text",
    "proof_text",
    "step_text",
]

_MINUTES = 60


def ask_text(question: SiteQuestion, t: Catalogue) -> str:
    """Return the question as the heading of its answer."""
    scenario = question.scenario
    where = t(f"site.where-{question.candidates.value}")
    if question.country is not None:
        where = t("site.where-country", where=where, country=t.country(question.country))
    hours = t.number(scenario.limit_h, digits=2)
    if question.until is None:
        ask = t(f"site.ask-{question.goal.value}", count=t.number(question.count), hours=hours)
    else:
        ask = t("site.ask-until", share=share_text(question.until, t), hours=hours)
    return t("site.ask", ask=ask, rule=t(f"site.rule-{scenario.rule.value}"), where=where)


def place_text(one: Candidate, t: Catalogue) -> str:
    """Return a candidate by name, position and state."""
    text = t("site.place", position=t.position(one.lat, one.lon), country=t.country(one.country))
    return text if one.name is None else t("site.place-named", name=one.name, place=text)


def number_texts(answer: SitesAnswer, t: Catalogue) -> Iterator[tuple[str, str, str]]:
    """Yield name, value before and value after of the numbers that the goal is about, the goal's own first."""
    before, after, goal = answer.sites.before, answer.sites.best, answer.question.goal
    hours = t.number(answer.question.scenario.limit_h, digits=2)
    to_text = share_text if goal.is_share else hours_text
    values = t(f"site.number-{goal.value}", hours=hours), to_text(before.value, t), to_text(after.value, t)
    never = t("site.number-never"), share_text(before.never, t), share_text(after.never, t)
    yield from [never, values] if goal is Goal.WORST else [values, never]
    if goal is not Goal.REACH:
        reached = share_text(answer.before.reached_share, t), share_text(answer.after.reached_share, t)
        yield t("site.number-reach", hours=hours), *reached


def proof_text(answer: SitesAnswer, t: Catalogue) -> str:
    """Return what was tried and excluded, and whether it is proved."""
    proof, goal = answer.sites.proof, answer.question.goal
    numbers = {name: t.number(getattr(proof, name)) for name in ("sets", "candidates", "tried", "excluded")}
    if proof.proved:
        return t("site.proved", **numbers)
    bound = share_text(proof.bound, t) if goal.is_share else hours_text(proof.bound, t)
    return t("site.unproved", **numbers, bound=bound)


def guarantee_text(guarantee: ShoreGuarantee | None, question: SiteQuestion, t: Catalogue) -> str:
    """Return how far the proof reaches: over the whole shore, or over these places only."""
    if guarantee is None:
        return t("site.guarantee-places")
    km = t.number(guarantee.d_km, digits=1)
    distance = t("site.guarantee", km=km, minutes=t.number(guarantee.minutes, digits=1))
    if guarantee.share is not None:
        return t("site.guarantee-share", distance=distance, share=share_text(guarantee.share, t))
    if question.goal.is_share:
        return distance
    return t("site.guarantee-hours", distance=distance)


def next_texts(answer: SitesAnswer, t: Catalogue) -> Iterator[str]:
    """Yield each of the next sets with what it loses."""
    for one in answer.sites.next:
        places = "; ".join(place_text(candidate, t) for candidate in answer.chosen(one))
        loss, never = answer.loss(one), one.never - answer.sites.best.never
        if answer.question.goal is Goal.WORST and never > 0:
            text = t("site.more-never", points=t.number(never * 100, digits=1))
        elif answer.question.goal.is_share:
            text = t("site.less-points", points=t.number(loss * 100, digits=1))
        else:
            text = t("site.more-minutes", minutes=t.number(loss * _MINUTES, digits=1))
        yield f"{places}: {text}"


def fewest_text(answer: FewestAnswer, t: Catalogue) -> str:
    """Return how many further starts it takes, as a proved number or an interval."""
    fewest, scenario = answer.fewest, answer.question.scenario
    values = {"share": share_text(answer.question.until or 1.0, t), "hours": t.number(scenario.limit_h, digits=2)}
    if fewest.found is None:
        number = t.number(len(answer.candidates.each))
        return t("site.until-none", **values, candidates=number, most=share_text(fewest.most, t))
    if fewest.found == 0:
        return t("site.until-zero", **values, reached=share_text(fewest.share, t))
    found, reached = t.number(fewest.found), share_text(fewest.share, t)
    if fewest.proved:
        return t("site.until-proved", **values, found=found, reached=reached)
    return t("site.until-interval", **values, bound=t.number(fewest.bound or 0), found=found, reached=reached)


def step_text(step: Step, done: int, whole: int, t: Catalogue) -> str:
    """Return how far a search is."""
    text = t(f"site.step-{step.value}")
    if whole:
        return t("site.step", step=text, done=t.number(done), whole=t.number(whole))
    return t("site.step-open", step=text, done=t.number(done))
