"""The command ``cite``: references to the map or to an agreement's sources."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geo.cli.options import DataOption, ForceOption, Language, one_message
from geo.cli.output import write_export
from geo.scheme.citations import read_citations
from geo.scheme.data_files import data_folder
from geo.takeaway.references import CiteKind, cite_bytes

__all__ = ["cite"]


def cite(
    agreement: Annotated[
        str | None, typer.Option("--agreement", help="Cite this agreement's sources, not the map.", metavar="ID")
    ] = None,
    kind: Annotated[CiteKind, typer.Option("--as", help="The format of the references.")] = CiteKind.BIBTEX,
    out: Annotated[Path | None, typer.Option("--out", help="The file to write; otherwise they are printed.")] = None,
    lang: Annotated[Language, typer.Option(help="Language of the map's title and of our remarks.")] = Language.EN,
    data: DataOption = None,
    force: ForceOption = False,
) -> None:
    """Print references, or write them into a file."""
    with one_message():
        content = cite_bytes(*read_citations(data_folder(data)), kind, agreement, lang=lang.value)
        if out is None:
            typer.echo(content, nl=False)  # as bytes: UTF-8, whatever the terminal's own encoding is
            return
        write_export(out, content, force=force, mark=kind.mark)
        typer.echo(f"{out}: {len(content) / 1e3:.1f} kB")
