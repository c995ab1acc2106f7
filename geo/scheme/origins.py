"""Claims marked verified whose sources are one source: they share a publisher, or repeat one origin.

One release carried by four outlets is one source. A citation record names what it repeats in
``origin``; a claim may say in ``independence`` why its sources count as two all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import geopandas as gpd
from pydantic_core import to_jsonable_python

from geo.scheme.agreements import AGREEMENTS_FILE
from geo.scheme.claims import Mark
from geo.scheme.incidents import INCIDENTS_FILE
from geo.scheme.layers import CONTROL_POINTS, LAYERS, PLACES
from geo.scheme.patrol_scheme import PatrolScheme
from geo.scheme.presets import PRESETS_FILE
from geo.scheme.sources import SOURCES_FILE, Citation, Sources

__all__ = ["Claim", "claims_of", "count_independent", "list_claims", "warn_of_shared_origins"]


@dataclass(frozen=True)
class Claim:
    """Something that a record says, with its support and where it stands."""

    where: str
    mark: str
    sources: tuple[str, ...]
    independence: str | None = None  # why its sources count as independent although they share a publisher or an origin


def warn_of_shared_origins(scheme: PatrolScheme) -> list[str]:
    """Return a sentence for each verified claim that rests on fewer than two independent sources and does not say why."""
    found = (_warning(claim, scheme.sources) for claim in list_claims(scheme))
    return [sentence for sentence in found if sentence]


def _warning(claim: Claim, sources: Sources) -> str | None:
    if claim.mark != Mark.VERIFIED or claim.independence:
        return None
    cited = [citation for source_id in claim.sources if (citation := sources.citation(source_id))]
    if count_independent(cited) >= 2:
        return None
    shared = set.intersection(*map(_voices, cited)) if len(cited) > 1 else set()
    common = f"; {' and '.join(sorted(claim.sources))} share {' and '.join(map(repr, sorted(shared)))}" if shared else ""
    fault = f"its {len(claim.sources)} sources count as one{common}" if len(claim.sources) > 1 else "it has one source"
    return (
        f"{claim.where}: verified, but {fault}; "
        "lower the mark, cite another source, or say in `independence` why they are independent"
    )


def count_independent(citations: Iterable[Citation]) -> int:
    """Return how many sources are left when those that share a publisher or an origin count as one.

    Sharing is passed on: where the first shares with the second and the second with the
    third, the three are one source.
    """
    groups: list[set[str]] = []
    for citation in citations:
        voices = _voices(citation)
        touched = [group for group in groups if group & voices]
        groups = [group for group in groups if not group & voices] + [voices.union(*touched)]
    return len(groups)


def _voices(citation: Citation) -> set[str]:
    """Return who speaks in a source: itself, its publisher, and whatever it repeats."""
    return {name.casefold() for name in (citation.id, citation.publisher, *citation.origin)}


def list_claims(scheme: PatrolScheme) -> Iterator[Claim]:
    """Yield every claim of a folder that carries a mark and sources."""
    for number, paragraph in enumerate(scheme.sources.about.intro, 1):
        yield from _claims_in(paragraph, f"{SOURCES_FILE}: about.intro {number}")
    for agreement in scheme.agreements:
        yield from _claims_in(agreement, f"{AGREEMENTS_FILE}: agreement {agreement.id}")
    for layer, features in ((CONTROL_POINTS, scheme.control_points), (PLACES, scheme.places)):
        for feature in features:
            yield from _claims_in(feature, f"{layer.file}: feature {feature.id}")
    for preset in scheme.presets:
        yield from _claims_in(preset, f"{PRESETS_FILE}: preset {preset.id}")
    for name in ("boundaries", "limits", "waters"):
        table: gpd.GeoDataFrame = getattr(scheme, name)
        for feature_id, row in table.drop(columns="geometry").to_dict("index").items():
            yield from claims_of(row, f"{LAYERS[name].file}: feature {feature_id}")
    for row in scheme.incident_counts.to_dict("records"):
        yield Claim(
            f"{INCIDENTS_FILE}: {row['series']}, {row['area']}, {row['year']}",
            str(row["mark"]),
            tuple(row["source_ids"]),
            row.get("independence") or None,
        )


def _claims_in(record: object, where: str) -> Iterator[Claim]:
    return claims_of(to_jsonable_python(record), where)


def claims_of(record: object, where: str) -> Iterator[Claim]:
    """Yield the claims of a record, those of records within it too.

    A claim is a mark with the sources beside it: ``mark`` and ``sources``, or
    ``facility_mark`` and ``facility_sources``.
    """
    if isinstance(record, list | tuple):
        for number, item in enumerate(record, 1):
            yield from claims_of(item, f"{where} {number}")
    if not isinstance(record, Mapping):
        return
    for name, value in record.items():
        stem = str(name).removesuffix("mark")
        cited = record.get(f"{stem}sources")
        if name == f"{stem}mark" and isinstance(value, str) and isinstance(cited, list | tuple):
            reason = record.get(f"{stem}independence")
            yield Claim(f"{where}{_spelt(stem)}", value, tuple(map(str, cited)), reason if isinstance(reason, str) else None)
        elif isinstance(value, Mapping | list | tuple):
            yield from claims_of(value, f"{where}: {name}")


def _spelt(stem: str) -> str:
    return f": {stem.removesuffix('_')}" if stem else ""
