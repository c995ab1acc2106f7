"""Records of data files and cited sources: where each comes from, and whether a file is the recorded one."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tomlkit
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from geo.bilingual import Text
from geo.errors import ProvenanceError
from geo.partial_date import PartialDate

__all__ = ["SOURCES_FILE", "About", "Citation", "FileRecord", "Sources", "StudyBox", "read_sources", "record_hashes"]

SOURCES_FILE = "sources.toml"
_Filled = Annotated[str, Field(min_length=2)]
_WebAddress = Annotated[str, Field(pattern=r"^https?://[^\s<>\"]+$")]
_Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _not_na(cls, value: object) -> object:
        if isinstance(value, str) and value.strip().casefold() in {"na", "n/a", "none", "tbd"}:
            raise ValueError(f"{value!r} is no answer; say what is known")
        return value


class FileRecord(_Record):
    """Where one data file comes from, and what it must look like."""

    id: _Id
    file: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$")]
    title: _Filled
    publisher: _Filled
    url: _WebAddress
    retrieved: _Filled
    edition: _Filled
    licence: _Filled
    licence_url: _WebAddress
    attribution: _Filled
    made_by: _Filled
    accuracy_m: Annotated[float, Field(ge=0)]
    standing: _Filled
    notes: _Filled
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    features: int | None = None
    geometry_type: str | None = None
    crs: str | None = None
    bounds: tuple[float, float, float, float] | None = None


class Citation(_Record):
    """A published page, paper or data set that claims rest on.

    Addresses are as they were published; some may have moved.
    """

    id: _Id
    title: _Filled
    publisher: _Filled
    urls: tuple[_WebAddress, ...]
    language: str | None = None
    note: str | None = None


class About(_Record):
    """What a folder's scheme is called and what is said of it first, in both languages.

    ``title`` names the map, ``heading`` and ``intro`` open the panel where nothing is
    selected, ``method`` and ``caution`` stand in the footer of page and export.
    """

    title: Text
    heading: Text
    intro: Annotated[tuple[Text, ...], Field(min_length=1)]
    method: Text
    caution: Text | None = None


@dataclass(frozen=True)
class StudyBox:
    """The part of the Earth that is looked at, degrees, EPSG:4326."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, bounds: Iterable[float]) -> bool:
        """Say whether (west, south, east, north) lies inside, to 1e-6 degrees."""
        west, south, east, north = bounds
        slack = 1e-6
        return (
            self.west - slack <= west <= east <= self.east + slack
            and self.south - slack <= south <= north <= self.north + slack
        )

    def __str__(self) -> str:
        return f"{self.west:g}..{self.east:g} E, {self.south:g}..{self.north:g} N"


class _Document(_Record):
    study_box: tuple[float, float, float, float]
    data_date: Annotated[PartialDate, Field(min_length=10)]
    about: About
    file: tuple[FileRecord, ...]
    citation: tuple[Citation, ...] = ()


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

    @property
    def stamp(self) -> str:
        """Twelve hexadecimal digits that change when any data file or record does."""
        return self.records_sha256[:12]  # the records hold the hash of every file

    def credits(self, *files: str) -> tuple[str, ...]:
        """Return whom to credit for these files (for all, if none is named), each once."""
        records = (record for record in self.files if not files or record.file in files)
        return tuple(dict.fromkeys(credit for record in records for credit in record.attribution.split("; ")))

    def faults(self, folder: Path) -> list[str]:
        """Compare every recorded file with its hash; one sentence per fault."""
        return [fault for record in self.files if (fault := _hash_fault(record, folder))]


def _hash_fault(record: FileRecord, folder: Path) -> str | None:
    path = folder / record.file
    if not path.is_file():
        return f"{record.file}: recorded in {SOURCES_FILE}, but not there; wanted beside it"
    given = hashlib.sha256(path.read_bytes()).hexdigest()
    if given == record.sha256:
        return None
    return (
        f"{record.file}: sha256 is {given[:12]}…, recorded {record.sha256[:12]}…; "
        "if you changed the file yourself, run: python -m geo check --record"
    )


def read_sources(folder: Path) -> Sources:
    """Read ``sources.toml`` of a data folder.

    Raises
    ------
    ProvenanceError
        With all faults of the file at once.
    """
    path = folder / SOURCES_FILE
    try:
        content = path.read_bytes()
        document = _Document.model_validate(tomllib.loads(content.decode()))
    except FileNotFoundError:
        raise ProvenanceError(f"{path}: not there; a data folder needs one, see docs/data.md") from None
    except ValidationError as error:
        raise ProvenanceError(f"{SOURCES_FILE}: {_where(f['loc'])}: {f['msg']}" for f in error.errors()) from None
    except (OSError, ValueError, RecursionError) as error:
        raise ProvenanceError(f"{SOURCES_FILE}: cannot be read as TOML ({error})") from None
    return Sources(
        study_box=StudyBox(*document.study_box),
        data_date=document.data_date,
        about=document.about,
        files=document.file,
        citations=document.citation,
        records_sha256=hashlib.sha256(content).hexdigest(),
    )


def _where(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in location)


def record_hashes(folder: Path) -> tuple[str, ...]:
    """Rewrite the hashes in ``sources.toml`` of a folder whose owner has changed it.

    Everything else in the file, comments included, stays as it is; the file is
    written whole or not at all.

    Returns
    -------
    tuple of str
        Names of the files whose hash changed.
    """
    path = folder / SOURCES_FILE
    records = read_sources(folder)
    document = tomlkit.parse(path.read_text("utf-8"))
    changed = []
    for record, table in zip(records.files, document["file"], strict=True):
        content = folder / record.file
        if not content.is_file():
            raise ProvenanceError(
                f"{record.file}: recorded in {SOURCES_FILE}, but not there; remove its record or add the file"
            )
        given = hashlib.sha256(content.read_bytes()).hexdigest()
        if given != record.sha256:
            table["sha256"] = given
            changed.append(record.file)
    if changed:
        scratch = path.with_suffix(".toml.new")
        scratch.write_text(tomlkit.dumps(document), "utf-8")
        scratch.replace(path)
    return tuple(changed)
