"""The exception tree: every error that a user can see is one of these."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

__all__ = [
    "CrsError",
    "DataError",
    "ExportError",
    "GeoError",
    "ProvenanceError",
    "ScenarioError",
    "SchemaError",
    "UnreachableError",
]

_MOST: Final = 200  # faults in a message
_LENGTH: Final = 1000  # characters of a fault


class GeoError(Exception):
    """Base class of Selat's errors. A message says what is wrong, what was expected, what was given, and how to fix it."""


class DataError(GeoError, ValueError):
    """A data file is invalid, or not the one that its record describes.

    Parameters
    ----------
    faults
        Everything that is wrong with the data, a sentence each, so that it can be
        fixed in one go; the message shows the first 200.
    """

    def __init__(self, faults: str | Iterable[str]) -> None:
        sentences = (faults,) if isinstance(faults, str) else faults
        self.faults: tuple[str, ...] = tuple(_to_one_line(fault) for fault in sentences)
        more = len(self.faults) - _MOST
        super().__init__("\n".join([*self.faults[:_MOST], *([f"and {more:,} more faults"] if more > 0 else [])]))


def _to_one_line(fault: str) -> str:
    """Return a fault as one printable line of limited length, whatever names from the data it contains."""
    line = fault if len(fault) <= _LENGTH else f"{fault[:_LENGTH]}…"
    return line if line.isprintable() else "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line)


class SchemaError(DataError):
    """Columns, geometry type, ids or bounds are not as specified."""


class ProvenanceError(DataError):
    """A file has no record, no licence, or a hash other than the recorded one."""


class CrsError(GeoError, ValueError):
    """A geometry to be measured is in the wrong CRS."""


class ScenarioError(GeoError, ValueError):
    """A scenario or a water for which there is no answer."""


class ExportError(GeoError):
    """An output file could not be written."""


class UnreachableError(GeoError):
    """A position has no navigable water near it."""
