"""Extrapolation of fields over the shore, so that their contours can be clipped to the coast."""

from __future__ import annotations

from typing import Final

import numpy as np

from geo.arrays import Flags, Floats, Integers

__all__ = ["NOWHERE", "PullPushFill", "grow_over_shore"]

NOWHERE: Final = -1  # a cell without a value


def grow_over_shore(source: Integers) -> Integers:
    """Give each empty cell the value of a neighbour that has one: across an edge first, then across a corner."""
    padded = np.pad(source, 1, constant_values=NOWHERE)
    rows, columns = source.shape
    grown = source.copy()
    for down, right in ((0, 1), (2, 1), (1, 0), (1, 2), (0, 0), (0, 2), (2, 0), (2, 2)):
        beside = padded[down : down + rows, right : right + columns]
        grown = np.where((grown == NOWHERE), beside, grown)
    return grown


class PullPushFill:
    """Smooth interpolation of a field over land (pull-push: ever coarser means and back; Gortler and others 1996).

    Values on land have no meaning. They let contours continue under land with few vertices; a field
    that ends at the shore would give the contours all its steps.

    Parameters
    ----------
    known
        Which cells of the rectangle have a value.
    """

    def __init__(self, known: Flags) -> None:
        self._weights: list[Floats] = [known.astype(float)]
        while max(self._weights[-1].shape) > 1:
            self._weights.append(_halve((self._weights[-1] > 0).astype(float)))

    def __call__(self, field: Floats) -> Floats:
        """Return the field with every cell filled; known cells keep their value."""
        levels = [np.where(self._weights[0] > 0, field, 0.0)]
        for weight in self._weights[1:]:
            total = _halve(levels[-1])
            levels.append(np.divide(total, weight, out=np.zeros_like(total), where=weight > 0))
        filled = levels[-1]
        for weight, level in zip(self._weights[-2::-1], levels[-2::-1], strict=True):
            filled = np.where(weight > 0, level, _double(filled)[: level.shape[0], : level.shape[1]])
        return filled


def _halve(cells: Floats) -> Floats:
    """Return the sums of blocks of two by two cells."""
    even = np.pad(cells, [(0, size % 2) for size in cells.shape])
    return np.asarray(even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2])


def _double(cells: Floats) -> Floats:
    """Return four cells for each, interpolated towards the neighbours."""
    return _double_rows(_double_rows(cells).T).T


def _double_rows(cells: Floats) -> Floats:
    padded = np.pad(cells, ((1, 1), (0, 0)), mode="edge")
    twice = np.empty((2 * len(cells), cells.shape[1]))
    twice[::2] = 0.75 * cells + 0.25 * padded[:-2]
    twice[1::2] = 0.75 * cells + 0.25 * padded[2:]
    return twice
