"""Agreements: who agreed on what and when, each claim with its sources and its mark.

An agreement is a value. Where sources disagree both readings stand, in words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from geo.errors import SchemaError
from geo.partial_date import PartialDate, Precision, earliest, precision_of
from geo.scheme.claims import CodeId, CountryCode, Mark, SourceIds, Text, Words
from geo.scheme.data_files import read_json
from geo.scheme.faults import named, sentences, twice
from geo.text import catalogue

__all__ = [
    "AGREEMENTS_FILE",
    "Agreement",
    "AgreementKind",
    "Areas",
    "CurrentStatus",
    "DateKind",
    "Dated",
    "Disagreement",
    "Parties",
    "Party",
    "Status",
    "Summary",
    "Theme",
    "by_party",
    "matching",
    "parties_by_count",
    "read_agreements",
    "touching",
]


AGREEMENTS_FILE: Final = "agreements.json"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Theme(StrEnum):
    """What an agreement is about; the groups of the sidebar, in this order."""

    PATROL_SCHEME = "patrol-scheme"
    SIBLING_PATROL = "sibling-patrol"
    REGIONAL_MECHANISM = "regional-mechanism"
    AGAINST_TRAFFICKING = "against-trafficking"
    LABOUR_MIGRATION = "labour-migration"
    NATIONAL_LAW = "national-law"
    CONTEXT = "context"


class AgreementKind(StrEnum):
    """What sort of instrument it is."""

    ARRANGEMENT = "arrangement"  # operational or military, not a treaty
    ACCESSION = "accession"
    CENTRE = "centre"
    COMMITTEE = "committee"
    DECLARATION = "declaration"
    FORUM = "forum"
    GROUP = "group"
    LAW = "law"
    LISTING = "listing"
    MEMORANDUM = "memorandum"
    PATROL = "patrol"
    PROTOCOL = "protocol"
    SYSTEM = "system"
    TREATY = "treaty"


class DateKind(StrEnum):
    """Which event in an agreement's life a date gives."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    ADOPTED = "adopted"
    SIGNED = "signed"
    LAUNCHED = "launched"
    LISTED = "listed"
    IN_FORCE = "in-force"
    AMENDED = "amended"
    RESTARTED = "restarted"
    LAST_SEEN = "last-seen"
    ENDED = "ended"


class Status(StrEnum):
    """Where an agreement stands today, as far as a source tells."""

    ACTIVE = "active"
    IN_FORCE = "in-force"
    ABSORBED = "absorbed"
    SUPERSEDED = "superseded"
    ENDED = "ended"
    UNKNOWN = "unknown"


_FOUNDING = frozenset(
    {DateKind.ADOPTED, DateKind.AGREED, DateKind.SIGNED, DateKind.LAUNCHED, DateKind.LISTED, DateKind.IN_FORCE}
)


class Dated(_Record):
    """One dated event with its support.

    ``value`` is ISO 8601, as long as the precision allows: ``2004``,
    ``2004-07`` or ``2004-07-20``.
    """

    kind: DateKind
    value: PartialDate
    precision: Precision
    mark: Mark
    sources: SourceIds
    independence: Words | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _value_fits_precision(self) -> Dated:
        if precision_of(self.value) is not self.precision:
            raise ValueError(f"date {self.value!r} does not have the precision {self.precision.value!r}")
        return self


class Party(_Record):
    """One state and the time it has been a party; ``None`` means from the beginning, or still."""

    code: CountryCode
    since: PartialDate | None = Field(default=None, alias="from")
    until: PartialDate | None = Field(default=None, alias="to")
    capacity: Literal["member", "observer", "host", "co-chair", "signatory"] = "member"


class Parties(_Record):
    """The states, as far as they matter here, and how well that is supported."""

    members: tuple[Party, ...]
    others: Text | None = None
    mark: Mark
    sources: SourceIds
    independence: Words | None = None


class Areas(_Record):
    """Areas of cooperation, in the words of the product."""

    items: Annotated[tuple[Text, ...], Field(min_length=1)]
    mark: Mark
    sources: SourceIds
    independence: Words | None = None


class CurrentStatus(_Record):
    """The status of today, with the words and sources that support it."""

    value: Status
    text: Text
    mark: Mark
    sources: SourceIds
    independence: Words | None = None


class Summary(_Record):
    """One or two sentences of our own on what the agreement does."""

    text: Text
    mark: Mark
    sources: SourceIds
    independence: Words | None = None


class Disagreement(_Record):
    """What sources disagree on, or what none of them confirms, in a plain sentence."""

    text: Text
    sources: tuple[CodeId, ...] = ()


class Agreement(_Record):
    """One agreement, law, mechanism or patrol, with sources per claim.

    ``short`` is the sidebar's title (no year in it), ``name`` the official one.
    ``point_ids`` and ``place_ids`` name what it touches on the map;
    both are empty where it has no place in the strait. ``scheme_name`` is what the
    whole patrol scheme was called while this agreement stood; most give it no name.
    """

    id: CodeId
    short: Text
    name: Text
    scheme_name: Text | None = None
    theme: Theme
    kind: AgreementKind
    parties: Parties
    dates: tuple[Dated, ...]
    status: CurrentStatus
    areas: Areas
    summary: Summary
    point_ids: tuple[CodeId, ...] = ()
    place_ids: tuple[CodeId, ...] = ()
    touches_waters: bool = False
    mark: Mark
    disagreements: tuple[Disagreement, ...] = ()

    @property
    def year(self) -> int | None:
        """The year the agreement is filed under: its first signature, launch or the like."""
        years = [earliest(date.value).year for date in self.dates if date.kind in _FOUNDING]
        return min(years) if years else None

    @property
    def party_codes(self) -> tuple[str, ...]:
        """ISO alpha-2 codes of the parties, each once, in the order of the record."""
        return tuple(dict.fromkeys(party.code for party in self.parties.members))

    @property
    def source_ids(self) -> frozenset[str]:
        """Every source the record cites."""
        claims: list[Parties | Areas | CurrentStatus | Summary | Dated | Disagreement] = [
            *(self.parties, self.areas, self.status, self.summary),
            *self.dates,
            *self.disagreements,
        ]
        return frozenset(source for claim in claims for source in claim.sources)


def read_agreements(path: Path) -> tuple[Agreement, ...]:
    """Read and check an ``agreements.json``; all faults come in one error.

    Parameters
    ----------
    path
        A JSON file holding ``{"agreements": [...]}``.

    Returns
    -------
    tuple of Agreement
        In the order of the file.

    Raises
    ------
    SchemaError
        If the file is no JSON, a record breaks the model, or an id is used twice.
    """
    document = read_json(path)
    if document is None:
        raise SchemaError(f"{path.name}: cannot be read: not there; every data folder needs it")
    records = document.get("agreements") if isinstance(document, dict) else None
    if not isinstance(records, list):
        raise SchemaError(f"{path.name}: wanted an object with a list `agreements`; see docs/data.md")
    return _validated(records, path.name)


def _validated(records: list[object], file: str) -> tuple[Agreement, ...]:
    agreements: list[Agreement] = []
    faults: list[str] = []
    for number, record in enumerate(records, start=1):
        label = f"{file}: agreement {named(record, number)}"
        try:
            agreements.append(Agreement.model_validate(record))
        except ValidationError as error:
            faults.extend(f"{label}: {sentence}" for sentence in sentences(error))
    used = twice(agreement.id for agreement in agreements)
    faults.extend(f"{file}: agreement {name}: id used {count} times; wanted once" for name, count in used)
    if faults:
        raise SchemaError(faults)
    return tuple(agreements)


def by_party(agreements: Iterable[Agreement], codes: Iterable[str]) -> tuple[Agreement, ...]:
    """Return those to which every state of ``codes`` is a party (all, for no codes)."""
    wanted = frozenset(codes)
    return tuple(a for a in agreements if wanted <= frozenset(a.party_codes))


def parties_by_count(agreements: Iterable[Agreement]) -> list[str]:
    """Return the codes of all states that are party to anything, those of most agreements first."""
    count = Counter(code for agreement in agreements for code in agreement.party_codes)
    return sorted(count, key=lambda code: (-count[code], code))


def touching(agreements: Iterable[Agreement], feature_id: str) -> tuple[Agreement, ...]:
    """Return those that touch the control point or place ``feature_id``."""
    return tuple(a for a in agreements if feature_id in a.point_ids or feature_id in a.place_ids)


def matching(agreements: Iterable[Agreement], words: str, *, lang: str) -> tuple[Agreement, ...]:
    """Return those whose names, areas, year or parties hold every word of ``words``.

    Parameters
    ----------
    words
        What the reader typed; case does not matter, empty text finds all.
    lang
        ``"en"`` or ``"id"``: the language whose texts are searched.
    """
    wanted = words.casefold().split()
    return tuple(a for a in agreements if all(word in _haystack(a, lang) for word in wanted))


def _haystack(agreement: Agreement, lang: str) -> str:
    texts = (agreement.short, agreement.name, agreement.summary.text, *agreement.areas.items)
    t = catalogue(lang)
    names = (*map(t.country, agreement.party_codes), *agreement.point_ids, *agreement.place_ids)
    kinds = (t(f"kind.{agreement.kind.value}"), t(f"theme.{agreement.theme.value}"), str(agreement.year or ""), agreement.id)
    return " ".join([*(text.in_language(lang) for text in texts), *names, *kinds]).casefold()
