"""Marks, texts, ids and codes: the types shared by the records of features, agreements, counts and sources."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

__all__ = [
    "COUNTRY_PATTERN",
    "ID_PATTERN",
    "MARKS",
    "CodeId",
    "CountryCode",
    "Grade",
    "Mark",
    "Name",
    "NameText",
    "SourceIds",
    "SupportedText",
    "Text",
    "Words",
]

ID_PATTERN: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"
COUNTRY_PATTERN: Final = r"^[A-Z]{2}$"
CodeId = Annotated[str, Field(pattern=ID_PATTERN, max_length=100)]  # ids become names of files, with an ending
CountryCode = Annotated[str, Field(pattern=COUNTRY_PATTERN)]
SourceIds = Annotated[tuple[CodeId, ...], Field(min_length=1)]


class Mark(StrEnum):
    """How well a claim is supported."""

    VERIFIED = "verified"
    ONE_SOURCE = "one-source"
    UNCONFIRMED = "unconfirmed"


class Grade(StrEnum):
    """What kind of text a source is; the page says it in words beside the source."""

    PARTY = "party"  # a state that takes part, or a ministry, force or office of it, on its own acts
    INTERNATIONAL_BODY = "international-body"  # an international organisation, a secretariat, a treaty collection
    STUDY = "study"  # a paper, a commentary, a reference work, by authors who take no part
    DATA_SET = "data-set"  # positions, lines or distances in a file
    PRESS = "press"  # a newspaper, an agency, a broadcaster, a trade paper; most repeat an authority
    COPY = "copy"  # another's text on a page of somebody else: a reprint, a translation, a document-sharing site
    POPULAR = "popular"  # a blog, an open encyclopaedia, an essay, or an outlet that could not be judged


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("wanted text")
    return value


# The minimum length makes pydantic refuse a lone surrogate, which cannot be encoded as UTF-8.
Words = Annotated[str, Field(min_length=1), AfterValidator(_not_blank)]
Name = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_not_blank)]  # room for a treaty's full title
MARKS: Final = tuple(mark.value for mark in Mark)


class Text(BaseModel):
    """The same text in English and in Indonesian.

    >>> Text(en="strait", id="selat").in_language("id")
    'selat'
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: Annotated[str, Field(min_length=1)]
    id: Annotated[str, Field(min_length=1)]

    def in_language(self, lang: str) -> str:
        """Return the text in ``lang`` (``"en"`` or ``"id"``)."""
        return self.id if lang == "id" else self.en


class NameText(Text):
    """A name in English and in Indonesian."""

    en: Name
    id: Name


class SupportedText(Text):
    """A text with the mark and sources of its claim; it has neither where it claims nothing."""

    mark: Mark | None = None
    sources: tuple[CodeId, ...] = ()
    independence: Words | None = None
