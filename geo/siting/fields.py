"""Distances from many candidates to many cells: in memory, or in a file of the disk cache, read a few rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, Self

import numpy as np
import numpy.typing as npt

from geo.arrays import Flags, Floats, Integers, Numbers
from geo.coverage.scenario import Scenario
from geo.disk_cache import cached_arrays, digest_inputs, find_cached_file, write_cached_file

__all__ = ["DISTANCE", "MOST_BYTES", "Arrival", "Computation", "DistanceRows", "keep_rows", "most_rows"]

DISTANCE: Final = np.float32  # to 3 cm at 500 km
MOST_BYTES: Final = 1_200_000_000  # of the distances of one shore, in memory or on disk
_FEW: Final = 16  # columns that are read number by number
_PIECE_ROWS: Final = 16
Metres = npt.NDArray[np.float32]


class _Source(Protocol):
    """Rows of distances."""

    @property
    def rows(self) -> int:
        """How many there are."""

    def read(self, first: int, last: int) -> Metres:
        """Return some of the rows."""

    def read_columns(self, cells: Integers) -> Metres:
        """Return some columns of all rows."""


@dataclass(frozen=True, eq=False)
class _Memory:
    values: Metres

    @property
    def rows(self) -> int:
        return len(self.values)

    def read(self, first: int, last: int) -> Metres:
        return self.values[first:last]

    def read_columns(self, cells: Integers) -> Metres:
        return self.values[:, cells]


@dataclass(frozen=True, eq=False)
class _File:
    """Rows in a file. It is read and not mapped, so that its pages are not counted as memory of this process."""

    path: Path
    rows: int
    cells: int

    def read(self, first: int, last: int) -> Metres:
        count = (last - first) * self.cells
        values = np.fromfile(self.path, DISTANCE, count, offset=first * self.cells * DISTANCE().itemsize)
        return values.reshape(last - first, self.cells)

    def read_columns(self, cells: Integers) -> Metres:
        if len(cells) > _FEW:
            return np.array([self.read(row, row + 1)[0, cells] for row in range(self.rows)], DISTANCE).reshape(self.rows, -1)
        size, values = DISTANCE().itemsize, np.empty((self.rows, len(cells)), DISTANCE)
        with self.path.open("rb", buffering=0) as file:
            for row in range(self.rows):
                for column, cell in enumerate(cells.tolist()):
                    file.seek((row * self.cells + cell) * size)
                    values[row, column] = np.frombuffer(file.read(size), DISTANCE)[0]
        return values


@dataclass(frozen=True, eq=False)
class DistanceRows:
    """Distances, metres: a row per candidate, a column per cell, joined from several sources."""

    cells: int
    _sources: tuple[_Source, ...]
    _chosen: Integers  # the row of all sources together that each row is

    @classmethod
    def of(cls, values: Metres) -> Self:
        """Return the rows of an array."""
        return cls(values.shape[1], (_Memory(values),), np.arange(len(values)))

    @classmethod
    def join(cls, parts: Sequence[DistanceRows]) -> DistanceRows:
        """Return the rows of several, one after another."""
        if len(parts) == 1:
            return parts[0]
        offset = np.cumsum([0, *(sum(source.rows for source in part._sources) for part in parts)])
        chosen = np.concatenate([part._chosen + begin for part, begin in zip(parts, offset, strict=False)])
        return DistanceRows(parts[0].cells, tuple(source for part in parts for source in part._sources), chosen)

    def take(self, rows: Iterable[int]) -> DistanceRows:
        """Return some of the rows."""
        return DistanceRows(self.cells, self._sources, self._chosen[list(rows)])

    @property
    def shape(self) -> tuple[int, int]:
        """Number of candidates and of cells."""
        return len(self._chosen), self.cells

    def read(self, first: int, last: int) -> Metres:
        """Return some of the rows."""
        values, at = np.empty((last - first, self.cells), DISTANCE), 0
        for source, begin, end in self._runs(first, last):
            values[at : at + end - begin] = source.read(begin, end)
            at += end - begin
        return values

    def _runs(self, first: int, last: int) -> Iterator[tuple[_Source, int, int]]:
        """Yield the sources with the spans of rows that follow one another in them."""
        offset = np.cumsum([0, *(source.rows for source in self._sources)])
        chosen = self._chosen[first:last]
        number = np.searchsorted(offset, chosen, side="right") - 1
        ends = np.flatnonzero((np.diff(chosen) != 1) | (np.diff(number) != 0)) + 1
        for run in np.split(np.arange(len(chosen)), ends):
            source, row = int(number[run[0]]), int(chosen[run[0]])
            begin = row - int(offset[source])
            yield self._sources[source], begin, begin + len(run)

    def read_columns(self, cells: Integers) -> Metres:
        """Return some columns of all rows."""
        whole = [source.read_columns(cells) for source in self._sources]
        return (whole[0] if len(whole) == 1 else np.concatenate(whole))[self._chosen]


Computation = Generator[Metres, None, dict[str, Numbers]]  # rows one by one, then small arrays that belong to them


def keep_rows(
    name: str, inputs: Sequence[object], code: Sequence[str], cells: int, compute: Callable[[], Computation]
) -> tuple[DistanceRows, dict[str, Numbers]]:
    """Return the distances and small arrays that ``compute`` gives: from the disk cache if they are in it.

    Distances are written while they are computed, and one file of them is kept for each name. Where nothing is to be cached,
    or less than `MOST_BYTES` are free, they stay in memory. The parameters are those of `geo.disk_cache.cached_arrays`.
    """
    key = digest_inputs(inputs, code)
    file_name = f"{name}-{key.hex()[:32]}.f4" if key else ""
    found: list[DistanceRows] = []

    def compute_arrays() -> dict[str, Numbers]:
        arrays: dict[str, Numbers] = {}

        def rows() -> Iterator[Metres]:
            arrays.update((yield from compute()))

        pieces = (np.ascontiguousarray(row, DISTANCE).data.cast("B") for row in rows())
        path = write_cached_file(file_name, key, pieces, at_most=MOST_BYTES) if key else None
        if path is not None:
            found.append(_read_rows(path, cells))
        else:
            values = np.empty((most_rows(cells), cells), DISTANCE)  # memory is used for the rows that are written
            count = 0
            for count, row in enumerate(rows(), start=1):
                values[count - 1] = row
            found.append(DistanceRows.of(values[:count]))
        return {**arrays, "rows": np.array(found[0].shape[0])}

    arrays = cached_arrays(name.replace("fields", "candidates"), inputs, code, compute_arrays)
    if not found and key:
        path = find_cached_file(file_name, key, int(arrays["rows"]) * cells * DISTANCE().itemsize)
        if path is not None:
            return _read_rows(path, cells), arrays
        arrays = compute_arrays()  # the file of distances was lost
    return found[0], arrays


def most_rows(cells: int) -> int:
    """Return how many rows of so many cells are kept at most."""
    return max(1, MOST_BYTES // (cells * DISTANCE().itemsize))


def _read_rows(path: Path, cells: int) -> DistanceRows:
    rows = path.stat().st_size // (cells * DISTANCE().itemsize)
    return DistanceRows(cells, (_File(path, rows, cells),), np.arange(rows))


@dataclass(frozen=True, eq=False)
class Arrival:
    """Hours to arrival from distances, computed when rows are asked for: what `geo.siting.best_sites` reads.

    Attributes
    ----------
    may_act
        Whether each candidate may act on each side: (candidates, sides).
    side
        Side of each cell, an index into the columns of ``may_act``.
    ahead_h
        Hours by which every candidate comes sooner than from its own position.
    """

    distance_m: DistanceRows
    scenario: Scenario
    may_act: Flags
    side: Integers
    ahead_h: float = 0.0

    @property
    def shape(self) -> tuple[int, int]:
        """Number of candidates and of cells."""
        return self.distance_m.shape

    def __getitem__(self, part: slice | tuple[slice, Integers], /) -> Floats:
        """Return some of the rows, or of all rows some of the columns."""
        if isinstance(part, slice):
            first, last, _ = part.indices(len(self.may_act))
            distance_m = self.distance_m.read(first, last)
            may_act = self.may_act[first:last]
            side = self.side
        else:
            distance_m = self.distance_m.read_columns(part[1])
            may_act, side = self.may_act, self.side[part[1]]
        hours = self.scenario.arrival_h(distance_m.astype(np.float64)) - self.ahead_h
        if not may_act.all():
            hours[~may_act[:, side]] = np.inf
        return hours
