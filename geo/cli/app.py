"""The command line: the same answers as the page, for scripts and for those who bring their own data.

Each command is a module and a function of its name. A command is imported when it is called, so that
``cite`` and ``--help`` need not wait for the map.
"""

from __future__ import annotations

import typing
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperCommand

from geo.cli.console import accept_any_sign
from geo.cli.options import BAD_INPUT

__all__ = ["app", "main"]

# Each command with its help, in the order of ``--help``.
_COMMANDS: Final = {
    "cite": "Print references to the map, or to an agreement's sources, as BibTeX, RIS or CSL-JSON.",
    "export": "Write the map as a page that opens with no network, as a figure for print, or as data.",
    "publish": "Write a complete static site in both languages, for any host and folder, and for opening from disk.",
    "check": "Validate all data and print a line a layer: file, features, size, source, licence.",
    "distance": "Print exact distances over water as CSV: lon,lat,distance_nmi,status,start_snap_m.",
    "coverage": "Print who reaches how much of the strait: reached, backup, gap, arrival, by point and by side.",
    "site": "Print where one to three further starts would help most, proved; or how few reach a share.",
    "isochrones": "Write bands of arrival as GeoJSON, clipped to the coast.",
}
# Typer's base class of usage errors; it has no public name of its own.
_UsageError = typing.cast("type[typer.BadParameter]", typer.BadParameter.__mro__[2])


class _LazyCommand(TyperCommand):
    """A name and a line of help; the command is imported when its arguments are read."""

    # `Any` for two types of Typer's private copy of Click.
    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        name = str(self.name)
        loaded = typer.Typer(add_completion=False)
        loaded.command(name, help=_COMMANDS[name])(getattr(import_module(f"geo.cli.{name}"), name))
        return typer.main.get_command(loaded).make_context(info_name, args, parent, **extra)


app = typer.Typer(
    help="Selat: how the Malacca Strait is patrolled. Not for navigation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for _name, _help in _COMMANDS.items():
    app.command(_name, help=_help, cls=_LazyCommand)(lambda: None)


def main() -> int:
    """Run the command line; a usage error comes in one line too, and no text fails in the console's encoding.

    Returns
    -------
    int
        The exit code.
    """
    accept_any_sign()
    try:
        return int(app(prog_name="python -m geo", standalone_mode=False) or 0)
    except _UsageError as error:
        typer.echo(error.format_message(), err=True)
        return BAD_INPUT
    except typer.Abort:
        return 130
