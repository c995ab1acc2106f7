"""The command line: the same answers as the page, for scripts and for those who bring their own data."""

from __future__ import annotations

import typing

import typer

from geo.cli.check import check
from geo.cli.cite import cite
from geo.cli.export import export
from geo.cli.options import BAD_INPUT
from geo.cli.publish import publish
from geo.cli.water import coverage, distance, isochrones

__all__ = ["app", "main"]

# What Typer raises for unknown or missing words; it has no public name of its own.
_WrongWords = typing.cast("type[typer.BadParameter]", typer.BadParameter.__mro__[2])

app = typer.Typer(
    help="Selat: how the Malacca Strait is patrolled. Not for navigation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (cite, export, publish, check, distance, coverage, isochrones):
    app.command()(command)


def main() -> int:
    """Run the command line; what is wrong with its words comes in one line too.

    Returns
    -------
    int
        The exit code.
    """
    try:
        return int(app(prog_name="python -m geo", standalone_mode=False) or 0)
    except _WrongWords as error:
        typer.echo(error.format_message(), err=True)
        return BAD_INPUT
    except typer.Abort:
        return 130
