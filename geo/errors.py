"""The exception tree: every error a person may meet is one of these."""

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

_SHOWN: Final = 200
_SENTENCE: Final = 1000


class GeoError(Exception):
    """Whatever Selat refuses; the message names the thing, the wanted, the given and the way out."""


class DataError(GeoError, ValueError):
    """A file does not hold what its record promises.

    Parameters
    ----------
    faults
        All that is wrong with the data, one sentence each, so that its owner
        can mend everything in one go; the message shows the first 200.
    """

    def __init__(self, faults: str | Iterable[str]) -> None:
        given = (faults,) if isinstance(faults, str) else faults
        self.faults: tuple[str, ...] = tuple(_one_line(fault) for fault in given)
        more = len(self.faults) - _SHOWN
        super().__init__("\n".join([*self.faults[:_SHOWN], *([f"and {more:,} more faults"] if more > 0 else [])]))


def _one_line(fault: str) -> str:
    """Return a fault as a line that any terminal can show, whatever names of the data stand in it."""
    cut = fault if len(fault) <= _SENTENCE else f"{fault[:_SENTENCE]}…"
    return cut if cut.isprintable() else "".join(char if char.isprintable() else ascii(char)[1:-1] for char in cut)


class SchemaError(DataError):
    """Columns, geometry type, ids or bounds are not as wanted."""


class ProvenanceError(DataError):
    """A file has no record, no licence, or another hash than the recorded one."""


class CrsError(GeoError, ValueError):
    """A measure was asked for in a CRS that cannot give it."""


class ScenarioError(GeoError, ValueError):
    """The question cannot be asked of this scheme."""


class ExportError(GeoError):
    """The map could not be written where it was asked for."""


class UnreachableError(GeoError):
    """A point has no navigable water beside it."""
