"""The text of a figure around its map: the finding as its title, scenario, caption with its numbers, sources."""

from __future__ import annotations

from dataclasses import dataclass, replace

from geo.coverage.answers import Answer
from geo.coverage.headline import headline
from geo.coverage.scenario import Rule
from geo.coverage.words import cost_text, number_texts, rule_text, startless_text
from geo.maps.selection import Selection
from geo.scheme.layers import LAYERS
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import Catalogue, catalogue

__all__ = ["FigureText", "write_figure_text"]


@dataclass(frozen=True)
class FigureText:
    """The finding (the title of the map if there is no answer) and the scenario; caption, caution and sources."""

    title: str
    subtitle: str
    caption: str
    caution: str
    sources: str


def write_figure_text(scheme: PatrolScheme, selection: Selection, answer: Answer | None) -> FigureText:
    """Return the text of a figure in the language of the selection."""
    t = catalogue(selection.lang)
    about = scheme.sources.about
    title = about.title.in_language(t.lang)
    if selection.year is not None:
        title = t("figure.as-of", title=title, year=selection.year)
    return FigureText(
        title=title if answer is None else headline(scheme, answer.coverage, t).finding,
        subtitle=about.heading.in_language(t.lang) if answer is None else _subtitle(answer, title, t),
        caption=t("figure.what-none") if answer is None else " ".join(_caption(scheme, answer, t)),
        caution=t("footer.not"),
        sources=_sources(scheme, selection, t),
    )


def _subtitle(answer: Answer, title: str, t: Catalogue) -> str:
    scenario = answer.coverage.scenario
    return t(
        "figure.subtitle",
        title=title,
        layer=t(f"scenario.show-{answer.layer}"),
        limit=t.number(scenario.limit_h, digits=2),
        speed=t.number(scenario.speed_kn, digits=1),
        readiness=t.number(scenario.readiness_h, digits=2),
        rule=t("figure.both-rules") if answer.layer == "cost" else t(f"scenario.{scenario.rule.value}"),
    )


def _caption(scheme: PatrolScheme, answer: Answer, t: Catalogue) -> list[str]:
    """Return the sentences of the caption: what is left, what is shown, the starts, the numbers, how they were computed."""
    scenario = answer.coverage.scenario
    limit = t.number(scenario.limit_h, digits=2)
    names = [scheme.feature_name(point_id) for point_id in scenario.point_ids]
    return [
        *filter(None, [headline(scheme, answer.coverage, t).rest]),
        t(f"figure.what-{answer.layer}", limit=limit),
        t("figure.starts", points=t.joined(names)) if names else t("scenario.nobody"),
        *_numbers(scheme, answer, t),
        t("figure.modelled"),
    ]


def _numbers(scheme: PatrolScheme, answer: Answer, t: Catalogue) -> list[str]:
    """Return the numbers as a sentence; where sides matter, also the cost of the boundary and what the sides rest on."""
    scenario = answer.coverage.scenario
    numbers = "; ".join(
        t(
            "figure.number",
            name=number.name,
            value=number.value,
            detail=", ".join(filter(None, (number.detail, number.caveat))),
        )
        for number in number_texts(answer.coverage, t)
    )
    startless = startless_text(scheme, scenario, t)
    if answer.layer != "cost":
        return [f"{numbers}.", *filter(None, [startless, rule_text(scheme, scenario, t)])]
    return [
        t("figure.numbers-under", rule=t(f"scenario.{scenario.rule.value}"), numbers=numbers),
        *filter(None, [cost_text(answer, t), startless, rule_text(scheme, replace(scenario, rule=Rule.COORDINATED), t)]),
    ]


def _sources(scheme: PatrolScheme, selection: Selection, t: Catalogue) -> str:
    """Return credits and licences of the files that are drawn, and the edition of the data."""
    files = [scheme.land_file, scheme.waters_file, LAYERS["strait"].file, LAYERS["control_points"].file, LAYERS["region"].file]
    files += [LAYERS["boundaries"].file] if "lines" in selection.layers else []
    files += [LAYERS["limits"].file] if "limits" in selection.layers else []
    files += [LAYERS["places"].file] if {"ports", "bases", "towns"} & set(selection.layers) else []
    records = [record for record in scheme.sources.files if record.file in files]
    return t(
        "figure.sources",
        credits="; ".join(scheme.sources.credits(*files, lang=t.lang)),
        licences=", ".join(dict.fromkeys(record.licence for record in records)),
        stamp=t("export.stamp", date=t.date(scheme.sources.data_date), stamp=scheme.sources.stamp),
    )
