"""Agreements: who agreed on what and when, each claim with its sources and its mark.

Records are immutable. Where sources disagree, the record states both readings.
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
from geo.scheme.claims import CodeId, CountryCode, Mark, NameText, SourceIds, Text, Words
from geo.scheme.data_files import read_json
from geo.scheme.faults import describe_faults, find_repeated, record_label
from geo.text import catalogue

__all__ = [
    "AGREEMENTS_FILE",
    "Agreement",
    "AgreementKind",
    "Areas",
    "CurrentStatus",
    "DateKind",
    "DatedEvent",
    "Disagreement",
    "Parties",
    "Party",
    "Status",
    "Summary",
    "Theme",
    "filter_by_feature",
    "filter_by_party",
    "filter_by_words",
    "parties_by_count",
    "read_agreements",
]


AGREEMENTS_FILE: Final = "agreements.json"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Theme(StrEnum):
    """What an agreement is about; the sidebar lists agreements by theme, in this order."""

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
    """The status of an agreement today, as far as a source says."""

    ACTIVE = "active"
    IN_FORCE = "in-force"
    ABSORBED = "absorbed"
    SUPERSEDED = "superseded"
    ENDED = "ended"
    UNKNOWN = "unknown"


_FOUNDING = frozenset(
    {DateKind.ADOPTED, DateKind.AGREED, DateKind.SIGNED, DateKind.LAUNCHED, DateKind.LISTED, DateKind.IN_FORCE}
)


class DatedEvent(_Record):
    """One dated event with its mark and sources.

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
    def _value_fits_precision(self) -> DatedEvent:
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
    """The states that matter here, with mark and sources."""

    members: tuple[Party, ...]
    others: Text | None = None
    mark: Mark
    sources: SourceIds
    independence: Words | None = None


class Areas(_Record):
    """Areas of cooperation, in words of our own."""

    items: Annotated[tuple[Text, ...], Field(min_length=1)]
    mark: Mark
    sources: SourceIds
    independence: Words | None = None


class CurrentStatus(_Record):
    """Today's status in words, with mark and sources."""

    value: Status
    text: Text
    mark: Mark
    sources: SourceIds
    independence: Words | None = None


class Summary(_Record):
    """What the agreement does, in one or two sentences of our own."""

    text: Text
    mark: Mark
    sources: SourceIds
    independence: Words | None = None


class Disagreement(_Record):
    """What sources disagree on, or what none of them confirms, in one sentence."""

    text: Text
    sources: tuple[CodeId, ...] = ()


class Agreement(_Record):
    """One agreement, law, mechanism or patrol, with sources per claim.

    ``short`` is the title in the sidebar, without the year; ``name`` is the official one.
    ``point_ids`` and ``place_ids`` are the control points and places that it concerns;
    both are empty where it has no location in the strait. ``scheme_name`` is the name of
    the whole patrol scheme while this agreement was in place; most give it none.
    """

    id: CodeId
    short: NameText
    name: NameText
    scheme_name: NameText | None = None
    theme: Theme
    kind: AgreementKind
    parties: Parties
    dates: tuple[DatedEvent, ...]
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
        """The year of the first signature, launch or similar date; ``None`` where there is none."""
        years = [earliest(date.value).year for date in self.dates if date.kind in _FOUNDING]
        return min(years) if years else None

    @property
    def party_codes(self) -> tuple[str, ...]:
        """ISO alpha-2 codes of the parties, each once, in the order of the record."""
        return tuple(dict.fromkeys(party.code for party in self.parties.members))

    @property
    def source_ids(self) -> frozenset[str]:
        """Ids of all sources that the record cites."""
        claims: list[Parties | Areas | CurrentStatus | Summary | DatedEvent | Disagreement] = [
            *(self.parties, self.areas, self.status, self.summary),
            *self.dates,
            *self.disagreements,
        ]
        return frozenset(source for claim in claims for source in claim.sources)


def read_agreements(path: Path) -> tuple[Agreement, ...]:
    """Read and check an ``agreements.json``; one error lists all faults.

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
        If the file is not JSON, a record does not fit the model, or an id is used twice.
    """
    document = read_json(path)
    if document is None:
        raise SchemaError(f"{path.name}: cannot be read: not there; every data folder needs it")
    records = document.get("agreements") if isinstance(document, dict) else None
    if not isinstance(records, list):
        raise SchemaError(f"{path.name}: wanted an object with a list `agreements`; see docs/data.md")
    return _validate(records, path.name)


def _validate(records: list[object], file: str) -> tuple[Agreement, ...]:
    agreements: list[Agreement] = []
    faults: list[str] = []
    for number, record in enumerate(records, start=1):
        label = f"{file}: agreement {record_label(record, number)}"
        try:
            agreements.append(Agreement.model_validate(record))
        except ValidationError as error:
            faults.extend(f"{label}: {sentence}" for sentence in describe_faults(error))
    repeated = find_repeated(agreement.id for agreement in agreements)
    faults.extend(f"{file}: agreement {name}: id used {count} times; wanted once" for name, count in repeated)
    if faults:
        raise SchemaError(faults)
    return tuple(agreements)


def filter_by_party(agreements: Iterable[Agreement], codes: Iterable[str]) -> tuple[Agreement, ...]:
    """Return the agreements to which every state of ``codes`` is a party; all of them for no codes."""
    states = frozenset(codes)
    return tuple(a for a in agreements if states <= frozenset(a.party_codes))


def parties_by_count(agreements: Iterable[Agreement]) -> list[str]:
    """Return the codes of all states that are party to an agreement, those with most agreements first."""
    count = Counter(code for agreement in agreements for code in agreement.party_codes)
    return sorted(count, key=lambda code: (-count[code], code))


def filter_by_feature(agreements: Iterable[Agreement], feature_id: str) -> tuple[Agreement, ...]:
    """Return the agreements that name the control point or place ``feature_id``."""
    return tuple(a for a in agreements if feature_id in a.point_ids or feature_id in a.place_ids)


def filter_by_words(agreements: Iterable[Agreement], words: str, *, lang: str) -> tuple[Agreement, ...]:
    """Return the agreements whose names, areas, year or parties contain every word of ``words``.

    Parameters
    ----------
    words
        The reader's search, in any case; empty text matches every agreement.
    lang
        ``"en"`` or ``"id"``: the language whose texts are searched.
    """
    folded = words.casefold().split()
    return tuple(a for a in agreements if all(word in _searchable_text(a, lang) for word in folded))


def _searchable_text(agreement: Agreement, lang: str) -> str:
    texts = (agreement.short, agreement.name, agreement.summary.text, *agreement.areas.items)
    t = catalogue(lang)
    names = (*map(t.country, agreement.party_codes), *agreement.point_ids, *agreement.place_ids)
    kinds = (t(f"kind.{agreement.kind.value}"), t(f"theme.{agreement.theme.value}"), str(agreement.year or ""), agreement.id)
    return " ".join([*(text.in_language(lang) for text in texts), *names, *kinds]).casefold()
