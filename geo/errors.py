"""The exception tree: every error a person may meet is one of these."""

from __future__ import annotations

from collections.abc import Iterable

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


class GeoError(Exception):
    """Whatever Selat refuses; the message names the thing, the wanted, the given and the way out."""


class DataError(GeoError, ValueError):
    """A file does not hold what its record promises.

    Parameters
    ----------
    faults
        All that is wrong with the data, one sentence each, so that its owner
        can mend everything in one go.
    """

    def __init__(self, faults: str | Iterable[str]) -> None:
        self.faults: tuple[str, ...] = (faults,) if isinstance(faults, str) else tuple(faults)
        super().__init__("\n".join(self.faults))


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
