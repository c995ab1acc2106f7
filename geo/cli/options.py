"""What all commands share: options, languages, and how an error is printed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from geo.errors import GeoError

__all__ = ["BAD_INPUT", "DataOption", "ForceOption", "Language", "one_message"]

BAD_INPUT: Final = 2  # exit code

DataOption = Annotated[
    Path | None,
    typer.Option("--data", help="Data folder; otherwise the environment variable SELAT_DATA, otherwise the shipped one."),
]
ForceOption = Annotated[bool, typer.Option("--force", help="Overwrite a file that was not made by Selat.")]


class Language(StrEnum):
    """Languages of output."""

    EN = "en"
    ID = "id"


@contextmanager
def one_message() -> Iterator[None]:
    """Print an error of ours as its message, without traceback, and exit with code 2."""
    try:
        yield
    except GeoError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(BAD_INPUT) from None
