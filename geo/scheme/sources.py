"""Records of data files and cited sources: their origin, and whether a file still has its recorded hash."""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from geo.errors import DataError, ProvenanceError
from geo.partial_date import Day, PartialDate
from geo.scheme.claims import CodeId, Grade, NameText, SupportedText, Text
from geo.scheme.data_files import decode_text, read_bytes
from geo.scheme.faults import describe_faults, find_repeated

__all__ = [
    "RECORDED_DEG",
    "SOURCES_FILE",
    "About",
    "Citation",
    "FileRecord",
    "Sources",
    "StudyBox",
    "file_hash",
    "read_sources",
]

SOURCES_FILE = "sources.toml"
_Filled = Annotated[str, Field(min_length=2)]
_WebAddress = Annotated[str, Field(pattern=r"^https?://[^\s<>\"]+$")]
_Degrees = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-180, le=180)]
_Edge = Annotated[float, Field(strict=True, allow_inf_nan=False)]
_Box = tuple[_Edge, _Edge, _Edge, _Edge]  # its range is checked in words of our own
_Edges = tuple[_Degrees, _Degrees, _Degrees, _Degrees]
RECORDED_DEG = 1e-5  # bounds are rounded to five decimals


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _not_na(cls, value: object) -> object:
        if isinstance(value, str) and value.strip().casefold() in {"na", "n/a", "none", "tbd"}:
            raise ValueError(f"{value!r} is no answer; say what is known")
        return value


class FileRecord(_Record):
    """The origin of one data file, and what it must hold.

    ``attribution`` names whom to credit, parted by semicolons; ``attribution_id`` is the same in Indonesian,
    if there is such a text.
    """

    id: CodeId
    file: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$")]
    title: _Filled
    publisher: _Filled
    url: _WebAddress
    retrieved: _Filled
    edition: _Filled
    licence: _Filled
    licence_url: _WebAddress
    attribution: _Filled
    attribution_id: _Filled | None = None
    made_by: _Filled
    accuracy_m: Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, lt=1e7)]
    standing: _Filled
    notes: _Filled
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    features: Annotated[int, Field(strict=True, ge=0)] | None = None
    geometry_type: str | None = None
    crs: str | None = None
    bounds: _Edges | None = None


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


class Citation(_Record):
    """A published page, paper or data set that claims rest on.

    Addresses are as they were published; some may have moved. ``origin`` names what it
    repeats, where that is known: a release, an agency, or the id of another citation.
    ``grade`` and ``published`` are ``None`` where they are not recorded.
    """

    id: CodeId
    title: _Filled
    publisher: _Filled
    grade: Grade | None = None
    published: PartialDate | None = None
    urls: tuple[_WebAddress, ...]
    language: str | None = None
    note: str | None = None
    origin: Annotated[tuple[_Filled, ...], BeforeValidator(_as_list)] = ()


class About(_Record):
    """The title and introduction of a folder's scheme, in both languages.

    ``title`` is that of the map; ``heading`` and ``intro`` fill the panel while nothing is
    selected; ``method`` and ``caution`` go into the footer of page and export.
    """

    title: NameText
    heading: NameText
    intro: Annotated[tuple[SupportedText, ...], Field(min_length=1)]
    method: Text
    caution: Text | None = None


@dataclass(frozen=True)
class StudyBox:
    """The part of the Earth that the data cover, degrees, EPSG:4326."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, bounds: Iterable[float]) -> bool:
        """Return whether (west, south, east, north) lies inside, to 1e-6 degrees."""
        west, south, east, north = bounds
        slack = 1e-6
        return (
            self.west - slack <= west <= east <= self.east + slack
            and self.south - slack <= south <= north <= self.north + slack
        )

    def __str__(self) -> str:
        return f"{self.west:g}..{self.east:g} E, {self.south:g}..{self.north:g} N"


class _Document(_Record):
    study_box: _Box
    data_date: Day
    about: About
    file: tuple[FileRecord, ...]
    citation: tuple[Citation, ...] = ()

    @field_validator("study_box")
    @classmethod
    def _in_order(cls, value: _Box) -> _Box:
        west, south, east, north = value
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            raise ValueError(
                "wanted west, south, east, north in degrees, west below east and south below north, "
                "and a box on one side of the 180° meridian, which cannot be crossed yet"
            )
        return value


@dataclass(frozen=True)
class Sources:
    """All records of a data folder."""

    study_box: StudyBox
    data_date: str
    about: About
    files: tuple[FileRecord, ...]
    citations: tuple[Citation, ...]
    records_sha256: str

    def file(self, name: str) -> FileRecord | None:
        """Return the record of the file ``name``, if there is one."""
        return next((record for record in self.files if record.file == name), None)

    def citation(self, source_id: str) -> Citation | None:
        """Return the record of a cited source, if there is one."""
        return next((record for record in self.citations if record.id == source_id), None)

    def recorded_path(self, folder: Path, file: str) -> Path:
        """Return the path of a file of a folder.

        Raises
        ------
        DataError
            If the file is there and has no record.
        """
        path = folder / file
        if self.file(file) is None and os.path.lexists(path):
            raise DataError(f"{file}: has no record in {SOURCES_FILE}; wanted one per file")
        return path

    def unknown_ids(self, label: str, source_ids: Iterable[str]) -> Iterator[str]:
        """Yield a sentence for each source id without a record; ``label`` says where it is cited."""
        for missing in sorted(set(source_ids) - {citation.id for citation in self.citations}):
            yield f"{label}: cites {missing!r}, which {SOURCES_FILE} does not know"

    @property
    def stamp(self) -> str:
        """Twelve hexadecimal digits that change with any data file or record."""
        return self.records_sha256[:12]  # the records include the hash of every file

    def credits(self, *files: str, lang: str = "en") -> tuple[str, ...]:
        """Return whom to credit for these files, or for all if none is given, each once."""
        records = (record for record in self.files if not files or record.file in files)
        texts = (record.attribution_id if lang == "id" and record.attribution_id else record.attribution for record in records)
        return tuple(dict.fromkeys(credit for text in texts for credit in text.split("; ")))

    def faults(self, folder: Path) -> list[str]:
        """Compare every recorded file with its hash; return one sentence per fault."""
        return [fault for record in self.files if (fault := _hash_fault(record, folder))]


def _hash_fault(record: FileRecord, folder: Path) -> str | None:
    try:
        content = _content(record, folder)
    except ProvenanceError as error:
        return str(error)
    sha256 = _sha256(content)
    if sha256 == record.sha256:
        return None
    unix = content.replace(b"\r\n", b"\n")
    if record.sha256 == _sha256(unix):
        return (
            f"{record.file}: its line endings were changed to CRLF, as Git for Windows does; the rest is as recorded: "
            "write `* -text` into a file .gitattributes of the data folder, delete the file and check it out again"
        )
    if record.sha256 == _sha256(unix.replace(b"\n", b"\r\n")):
        return (
            f"{record.file}: its line endings were changed from CRLF to LF, as Git can do; the rest is as recorded: "
            "take the file again from where it came"
        )
    return (
        f"{record.file}: sha256 is {sha256[:12]}…, recorded {record.sha256[:12]}…; "
        "if you changed the file yourself, run: python -m geo check --record"
    )


def file_hash(record: FileRecord, folder: Path) -> str:
    """Return the SHA-256 of a recorded file's present content."""
    return _sha256(_content(record, folder))


def _content(record: FileRecord, folder: Path) -> bytes:
    content = read_bytes(folder / record.file, ProvenanceError)
    if content is None:
        raise ProvenanceError(f"{record.file}: recorded in {SOURCES_FILE}, but not there; remove its record or add the file")
    return content


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read_sources(folder: Path) -> Sources:
    """Read ``sources.toml`` of a data folder.

    Raises
    ------
    ProvenanceError
        With all faults of the file at once.
    """
    content = read_bytes(folder / SOURCES_FILE, ProvenanceError)
    if content is None:
        raise ProvenanceError(f"{folder / SOURCES_FILE}: not there; a data folder needs one, see docs/data.md")
    text = decode_text(content, SOURCES_FILE, ProvenanceError)
    try:
        document = _Document.model_validate(tomllib.loads(text))
    except ValidationError as error:
        raise ProvenanceError(f"{SOURCES_FILE}: {sentence}" for sentence in describe_faults(error)) from None
    except (ValueError, RecursionError) as error:
        raise ProvenanceError(f"{SOURCES_FILE}: cannot be read as TOML ({error})") from None
    if faults := list(_repeated_ids(document)):
        raise ProvenanceError(faults)
    return Sources(
        study_box=StudyBox(*document.study_box),
        data_date=document.data_date,
        about=document.about,
        files=document.file,
        citations=document.citation,
        records_sha256=_sha256(content),
    )


def _repeated_ids(document: _Document) -> Iterator[str]:
    for name, count in find_repeated(record.file for record in document.file):
        yield f"{SOURCES_FILE}: file {name}: {count} records; wanted one per file"
    for kind, records in (("file", document.file), ("citation", document.citation)):
        for name, count in find_repeated(record.id for record in records):
            yield f"{SOURCES_FILE}: {kind} {name}: id used {count} times; wanted once"
