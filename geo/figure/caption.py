"""What a figure says around its map: title, scenario, caption with its numbers, sources."""

from __future__ import annotations

from dataclasses import dataclass, replace

from geo.coverage.answers import Answer
from geo.coverage.scenario import Rule
from geo.coverage.words import number_texts, rule_text
from geo.maps.selection import Selection
from geo.scheme.layers import LAYERS
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import Catalogue, area_text, catalogue

__all__ = ["FigureWords", "figure_words"]


@dataclass(frozen=True)
class FigureWords:
    """Title and what was asked above the map; caption, caution and sources below it."""

    title: str
    subtitle: str
    caption: str
    caution: str
    sources: str


def figure_words(scheme: PatrolScheme, chosen: Selection, answer: Answer | None) -> FigureWords:
    """Return the words of a figure in the language that is chosen."""
    t = catalogue(chosen.lang)
    about = scheme.sources.about
    title = about.title.in_language(t.lang)
    return FigureWords(
        title=title if chosen.year is None else t("figure.as-of", title=title, year=chosen.year),
        subtitle=about.heading.in_language(t.lang) if answer is None else _asked(answer, t),
        caption=t("figure.what-none") if answer is None else " ".join(_caption(scheme, answer, t)),
        caution=t("footer.not"),
        sources=_sources(scheme, chosen, t),
    )


def _asked(answer: Answer, t: Catalogue) -> str:
    asked = answer.coverage.scenario
    return t(
        "figure.subtitle",
        layer=t(f"scenario.show-{answer.layer}"),
        limit=t.number(asked.limit_h, digits=2),
        speed=t.number(asked.speed_kn, digits=1),
        readiness=t.number(asked.readiness_h, digits=2),
        rule=t("figure.both-rules") if answer.layer == "cost" else t(f"scenario.{asked.rule.value}"),
    )


def _caption(scheme: PatrolScheme, answer: Answer, t: Catalogue) -> list[str]:
    """Return the sentences of the caption: what is shown, from where, the numbers, what to bear in mind."""
    asked = answer.coverage.scenario
    limit = t.number(asked.limit_h, digits=2)
    names = [scheme.feature_name(point_id) for point_id in asked.point_ids]
    return [
        t(f"figure.what-{answer.layer}", limit=limit),
        t("figure.starts", points=t.joined(names)) if names else t("scenario.nobody"),
        *_said(scheme, answer, t),
        t("figure.modelled"),
    ]


def _said(scheme: PatrolScheme, answer: Answer, t: Catalogue) -> list[str]:
    """Return the numbers as a sentence and, where sides matter, what the boundary costs and what the sides rest on."""
    asked = answer.coverage.scenario
    numbers = "; ".join(
        t("figure.number", name=number.name, value=number.value, detail=number.detail)
        for number in number_texts(answer.coverage, t)
    )
    if answer.layer != "cost":
        return [f"{numbers}.", *filter(None, [rule_text(scheme, asked, t)])]
    cost = answer.cost
    return [
        t("figure.numbers-under", rule=t(f"scenario.{asked.rule.value}"), numbers=numbers),
        t("figure.cost", less=area_text(cost["reached_less_km2"].sum(), t), nobody=area_text(cost["nobody_km2"].sum(), t)),
        *filter(None, [rule_text(scheme, replace(asked, rule=Rule.COORDINATED), t)]),
    ]


def _sources(scheme: PatrolScheme, chosen: Selection, t: Catalogue) -> str:
    """Return whom to credit for the files that are drawn, their licences, and which data they are."""
    files = [scheme.land_file, scheme.waters_file, LAYERS["strait"].file, LAYERS["control_points"].file, LAYERS["region"].file]
    files += [LAYERS["boundaries"].file] if "lines" in chosen.layers else []
    files += [LAYERS["limits"].file] if "limits" in chosen.layers else []
    files += [LAYERS["places"].file] if {"ports", "bases", "towns"} & set(chosen.layers) else []
    records = [record for record in scheme.sources.files if record.file in files]
    return t(
        "figure.sources",
        credits="; ".join(scheme.sources.credits(*files, lang=t.lang)),
        licences=", ".join(dict.fromkeys(record.licence for record in records)),
        stamp=t("export.stamp", date=t.date(scheme.sources.data_date), stamp=scheme.sources.stamp),
    )
