"""A text in both languages of the product, as data carries it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Text"]


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
