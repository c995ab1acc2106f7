r"""References to the map itself and to the sources of an agreement, as BibTeX, RIS and CSL-JSON.

A reference contains only what is recorded. A source has the title, publisher, URLs and
note of its record, and the date of publication where that is recorded, but no author;
its date of access is that in the record of ``agreements.json``. Each entry has version
and data stamp. All three formats are UTF-8; same input, same bytes.

In BibTeX, letters beyond ASCII stay as they are, and characters special to TeX are
escaped. URLs are not escaped, since programs that read BibTeX expect them bare.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, chain
from typing import Final
from urllib.parse import quote

import rispy  # type: ignore[import-untyped]  # carries hints, but does not say so
from pybtex.database import BibliographyData, Entry  # type: ignore[import-untyped]  # no stubs are published
from pybtex.database.output.bibtex import Writer  # type: ignore[import-untyped]  # as above

from geo import __version__
from geo.errors import ScenarioError
from geo.partial_date import DATE_PATTERN, earliest
from geo.scheme.agreements import Agreement
from geo.scheme.sources import Citation, Sources
from geo.signs import plain_text
from geo.text import Catalogue, catalogue

__all__ = ["CiteKind", "Reference", "cite_bytes", "cite_text", "references_for"]

AUTHOR: Final = "Selat contributors"  # the same as in CITATION.cff; a test compares them
_MAP_ID: Final = "selat-map"
_CLAIMS_FILE: Final = "agreements.json"  # its record has the date on which the cited pages were read
_SUGGESTED: Final = 5
_QUOTED: Final = 60


class CiteKind(StrEnum):
    """The formats of a reference, each read by the usual reference managers."""

    BIBTEX = "bibtex"
    RIS = "ris"
    CSL = "csl"

    @property
    def ending(self) -> str:
        """File extension, with the dot."""
        return {"bibtex": ".bib", "ris": ".ris", "csl": ".json"}[self.value]

    @property
    def media_type(self) -> str:
        """Media type."""
        return {
            "bibtex": "application/x-bibtex",
            "ris": "application/x-research-info-systems",
            "csl": "application/vnd.citationstyles.csl+json",
        }[self.value]

    @property
    def mark(self) -> str:
        """A text near the start of every such file that Selat writes, and hardly of any other."""
        return {"bibtex": 'note = "Selat ', "ris": "N1  - Selat ", "csl": 'note": "Selat '}[self.value]


CITE_KINDS: Final = tuple(CiteKind)


@dataclass(frozen=True)
class Reference:
    """One work to cite; a field that is ``None`` or empty is unknown and left out of the entry.

    ``issued`` and ``accessed`` are ISO dates to the day, month or year. ``note`` is for the
    reader of a list of references, ``remark`` for its keeper.
    """

    id: str
    title: str
    author: str | None = None
    publisher: str | None = None
    urls: tuple[str, ...] = ()
    also_at: str | None = None
    language: str | None = None
    issued: str | None = None
    accessed: str | None = None
    version: str | None = None
    note: str | None = None
    remark: str | None = None


def references_for(
    sources: Sources, agreements: Sequence[Agreement], agreement_id: str | None = None, *, lang: str = "en"
) -> tuple[Reference, ...]:
    """Return the references for an agreement, or for the map itself.

    Parameters
    ----------
    sources, agreements
        Those of one scheme.
    agreement_id
        The agreement whose sources to return, each once, in the order of its claims;
        ``None`` for the map alone.
    lang
        Language of the map's title and of the remarks, ``"en"`` or ``"id"``. Titles of
        sources are in English, as in their records.

    Raises
    ------
    ScenarioError
        If there is no such agreement.
    """
    t = catalogue(lang)
    if agreement_id is None:
        return (_map(sources, t),)
    agreement = _agreement(agreements, agreement_id)
    return tuple(_source(record, sources, t) for record in _records(sources, agreement))


def cite_bytes(
    sources: Sources, agreements: Sequence[Agreement], kind: str, agreement_id: str | None = None, *, lang: str = "en"
) -> bytes:
    """Return a file of references, for the map or for an agreement's sources.

    Parameters
    ----------
    sources, agreements
        Those of one scheme.
    kind
        One of `CITE_KINDS`.

    Returns
    -------
    bytes
        UTF-8, the same for the same scheme.

    Raises
    ------
    ScenarioError
        If there is no such kind or agreement.
    """
    if kind not in CITE_KINDS:
        raise ScenarioError(f"no kind of reference {kind[:_QUOTED]!r}; known: {', '.join(CITE_KINDS)}")
    return _WRITERS[CiteKind(kind)](references_for(sources, agreements, agreement_id, lang=lang)).encode()


def cite_text(sources: Sources, t: Catalogue) -> str:
    """Return a citation of the map as one line of plain text."""
    the_map = _map(sources, t)
    year = sources.data_date[:4]
    return t("cite.text", author=AUTHOR, year=year, title=the_map.title, **_edition(sources, t))


# --- works to cite ------------------------------------------------------------------------------------------


def _map(sources: Sources, t: Catalogue) -> Reference:
    return Reference(
        id=_MAP_ID,
        title=f"Selat: {_line(sources.about.title.in_language(t.lang))}",
        author=AUTHOR,
        language=t.lang,
        issued=sources.data_date,
        version=__version__,
        note=t("cite.edition", **_edition(sources, t)),
    )


def _edition(sources: Sources, t: Catalogue) -> dict[str, str]:
    return {"version": __version__, "date": t.date(sources.data_date), "stamp": sources.stamp}


def _source(record: Citation, sources: Sources, t: Catalogue) -> Reference:
    urls = tuple(map(_address, record.urls))
    return Reference(
        id=record.id,
        title=_line(record.title),
        publisher=_line(record.publisher),
        urls=urls,
        also_at=t("cite.also-at", addresses=t.joined(urls[1:])) if urls[1:] else None,
        language=record.language and _line(record.language),
        issued=record.published,
        accessed=_read_on(sources) if urls else None,
        note=record.note and _line(record.note),
        remark=t("cite.record", **_edition(sources, t)),
    )


def _read_on(sources: Sources) -> str | None:
    record = sources.file(_CLAIMS_FILE)
    return record.retrieved if record and _is_date(record.retrieved) else None


def _is_date(value: str) -> bool:
    try:
        return bool(re.fullmatch(DATE_PATTERN, value)) and bool(earliest(value))
    except ValueError:
        return False  # a record may have "every spring", or 2026-13


def _agreement(agreements: Sequence[Agreement], agreement_id: str) -> Agreement:
    known = {agreement.id: agreement for agreement in agreements}
    if agreement_id not in known:
        name = agreement_id[:_QUOTED]
        near = difflib.get_close_matches(name, known, n=_SUGGESTED, cutoff=0)
        more = f" and {len(known) - len(near)} more" if len(known) > len(near) else ""
        raise ScenarioError(f"no agreement {name!r}; known: {', '.join(near)}{more}")
    return known[agreement_id]


def _records(sources: Sources, agreement: Agreement) -> list[Citation]:
    """Return the records of an agreement's sources; the reader of the data has checked that each exists."""
    claims = (
        agreement.parties.sources,
        *(date.sources for date in agreement.dates),
        agreement.status.sources,
        agreement.areas.sources,
        agreement.summary.sources,
        *(disagreement.sources for disagreement in agreement.disagreements),
    )
    ids = dict.fromkeys(chain.from_iterable(claims))
    return [record for source_id in ids if (record := sources.citation(source_id))]


def _line(text: str) -> str:
    """Return a text as one line without hidden signs, which none of the formats allows."""
    return " ".join(plain_text(text).split())


def _address(url: str) -> str:
    r"""Return a URL with characters that a URL may not have percent-encoded; braces would end a BibTeX field.

    >>> _address("https://example.org/{a}?b=1&c=%20_")
    'https://example.org/%7Ba%7D?b=1&c=%20_'
    """
    return re.sub(r"[{}|\\^`\x00-\x1f\x7f]", lambda match: quote(match[0]), url)


# --- BibTeX ---------------------------------------------------------------------------------------------------------

_BIBTEX_HEAD: Final = "% Encoding: UTF-8\n\n"
_NAMES: Final = {
    "\\": "backslash",
    "~": "asciitilde",
    "^": "asciicircum",
    "<": "less",
    ">": "greater",
    "|": "bar",
    "`": "asciigrave",
}
_TEX: Final = {char: f"\\{char}" for char in "&%$#_{}"} | {char: f"{{\\text{name}}}" for char, name in _NAMES.items()}
# BibTeX counts braces even after a backslash: an unbalanced \{ would swallow the rest of the file.
_LONE_BRACES: Final = _TEX | {"{": r"{\textbraceleft}", "}": r"{\textbraceright}"}
_LIGATURE: Final = re.compile(r"(?<=-)(?=-)|(?<=')(?=')|(?<=,)(?=,)")  # TeX prints -- as –, '' as ”, ,, as „


class _Writer(Writer):  # type: ignore[misc]  # pybtex is untyped
    r"""Pybtex's writer, without its encoder: that one escapes twice, leaves ``\\`` and ``^``, and breaks addresses."""

    def _encode(self, text: str) -> str:
        return text


def _bibtex(records: Sequence[Reference]) -> str:
    entries = {record.id: Entry("misc", fields=_filled(_bibtex_fields(record))) for record in records}
    return _BIBTEX_HEAD + str(_Writer(encoding="UTF-8").to_string(BibliographyData(entries)))


def _bibtex_fields(record: Reference) -> Iterable[tuple[str, str | None]]:
    """Yield the fields of an ``@misc`` entry, which every style supports.

    For it, classic styles print ``howpublished``, not ``publisher`` (some programs join the
    two), and sort by ``key`` where there is no author.
    """
    publisher = _tex(record.publisher)
    yield "author", _braced(record.author)
    yield "key", publisher
    yield "title", _braced(record.title)
    yield "howpublished", publisher
    yield "year", record.issued and record.issued[:4]
    yield "version", _tex(record.version)
    yield "url", record.urls[0] if record.urls else None
    yield "urldate", record.accessed
    yield "language", _tex(record.language)
    yield "note", _tex(_sentences(record.note, record.also_at))
    yield "annote", _tex(record.remark)


def _tex(text: str | None) -> str | None:
    r"""Return a text escaped for TeX.

    >>> print(_tex("50 % of {{BibTeX}} -- R&D"), _tex("1 < 2}"))
    50 \% of \{\{BibTeX\}\} -{}- R\&D 1 {\textless} 2{\textbraceright}
    """
    if text is None:
        return None
    signs = _TEX if _is_balanced(text) else _LONE_BRACES
    return "".join(signs.get(char, char) for char in _LIGATURE.sub("\0", text)).replace("\0", "{}")


def _is_balanced(text: str) -> bool:
    """Return whether the braces of a text are balanced."""
    depths = list(accumulate((char == "{") - (char == "}") for char in text))
    return not depths or (min(depths) >= 0 and depths[-1] == 0)


def _braced(text: str | None) -> str | None:
    """Return a text escaped and in braces, so that no style changes its case or splits it into first and last name."""
    return text and f"{{{_tex(text)}}}"


# --- RIS ------------------------------------------------------------------------------------------------------------


class _RisWriter(rispy.RisWriter):  # type: ignore[misc]  # rispy is untyped
    """Rispy's writer without the number it puts above each reference, which other programs do not expect."""

    def set_header(self, count: int) -> str:
        return ""


def _ris(records: Sequence[Reference]) -> str:
    references = [{name: value for name, value in _ris_fields(record) if value} for record in records]
    return str(rispy.dumps(references, implementation=_RisWriter))


def _ris_fields(record: Reference) -> Iterable[tuple[str, str | list[str] | None]]:
    yield "type_of_reference", "COMP" if record.version else "ELEC" if record.urls else "GEN"
    yield "id", record.id
    yield "authors", [record.author] if record.author else None
    yield "title", record.title
    yield "publisher", record.publisher
    yield "year", record.issued and record.issued[:4]
    yield "date", record.issued and _slashes(record.issued)
    yield "edition", record.version
    yield "language", record.language
    yield "urls", [url.replace(";", "%3B") for url in record.urls]  # in RIS, a semicolon separates two URLs
    yield "access_date", record.accessed and _slashes(record.accessed)
    yield "notes", [note for note in (record.remark, record.note) if note]


def _slashes(date: str) -> str:
    """Return a date in the form of RIS.

    >>> _slashes("2026-11-24"), _slashes("2026-11")
    ('2026/11/24/', '2026/11//')
    """
    return "/".join([*date.split("-"), "", "", ""][:3]) + "/"


# --- CSL-JSON -------------------------------------------------------------------------------------------------------

Json = str | list[dict[str, str]] | dict[str, list[list[int]]]


def _csl(records: Sequence[Reference]) -> str:
    items = [{name: value for name, value in _csl_fields(record) if value} for record in records]
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"


def _csl_fields(record: Reference) -> Iterable[tuple[str, Json | None]]:
    yield "id", record.id
    yield "type", "software" if record.version else "webpage" if record.urls else "document"
    yield "title", record.title
    yield "author", [{"literal": record.author}] if record.author else None
    yield "publisher", record.publisher
    yield "issued", _date_parts(record.issued)
    yield "version", record.version
    yield "URL", record.urls[0] if record.urls else None
    yield "accessed", _date_parts(record.accessed)
    yield "language", record.language
    yield "note", _sentences(record.note, record.also_at)
    yield "annote", record.remark


def _date_parts(date: str | None) -> dict[str, list[list[int]]] | None:
    return {"date-parts": [[int(part) for part in date.split("-")]]} if date else None


# --- common ---------------------------------------------------------------------------------------------------------


def _sentences(*sentences: str | None) -> str | None:
    return " ".join(filter(None, sentences)) or None


def _filled(fields: Iterable[tuple[str, str | None]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in fields if value]


_WRITERS: Final[dict[CiteKind, Callable[[Sequence[Reference]], str]]] = {
    CiteKind.BIBTEX: _bibtex,
    CiteKind.RIS: _ris,
    CiteKind.CSL: _csl,
}
