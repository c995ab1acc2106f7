"""The command that publishes: ``publish``, the whole static site."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geo.cli.engine import compile_engine
from geo.cli.options import DataOption, one_message
from geo.scheme.data_files import data_folder
from geo.scheme.patrol_scheme import load
from geo.site.publish import publish_site

__all__ = ["publish"]


def publish(
    folder: Annotated[Path, typer.Argument(help="The folder to make; the site of an earlier run is replaced.", metavar="DIR")],
    base_url: Annotated[
        str | None,
        typer.Option("--base-url", help="Where the site will be reached; adds what needs absolute addresses.", metavar="URL"),
    ] = None,
    data: DataOption = None,
    force: Annotated[bool, typer.Option("--force", help="Move a folder aside that is not a site of ours.")] = False,
) -> None:
    """Write the site into a folder."""
    with one_message():
        scheme = load(data_folder(data))
        compile_engine()
        site = publish_site(scheme, folder, base_url=base_url, force=force)
        if site.aside:
            typer.echo(f"{site.aside}: what stood there before")
        typer.echo(f"{folder}: {site.files} files, {site.size_bytes / 1e6:.1f} MB; open {folder / 'index.html'}")
