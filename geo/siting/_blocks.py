"""What candidates save, summed over blocks of cells: bounds of what pairs and triples save without a look at each cell.

Cells of a block lie close together, so a candidate saves nearly the same in all of them. Of each candidate a block keeps the
weighted sum, the least and the most that it saves in a cell. What two candidates save together is the sum of both minus what
they share, and in a block they share at least ``sum_j - W (most_j - least_i)+`` and at least ``W min(least_i, least_j)``, W
being the weight of the block: where one saves more throughout, the bound is exact.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geo.arrays import Floats, Integers
from geo.sea._kernels import kernel, step

__all__: list[str] = []

Singles = npt.NDArray[np.float32]
CELLS = 64  # of a block
_RUN = 64  # blocks whose sums are added in four bytes
_DOWN, _UP = 1 - 1.2e-7, 1 + 1.2e-7  # what is rounded to four bytes stays a bound
INFLATION = 1e-5  # relative: what the sums in four bytes may be short by


class Blocks(NamedTuple):
    """What each candidate saves in each block, (candidates, blocks)."""

    total: Singles  # weighted sum over the cells
    least: Singles
    most: Singles
    weight: Singles  # (blocks)


@kernel
def sum_blocks(saved: Floats, order: Integers, offset: Integers, weight: Floats, blocks: Blocks, first: int) -> None:
    """Fill the rows of ``blocks`` from ``first`` on from what candidates save in each cell, (rows, cells)."""
    for row in range(len(saved)):
        for block in range(len(offset) - 1):
            total, least, most = 0.0, np.inf, 0.0
            for at in range(offset[block], offset[block + 1]):
                value = saved[row, order[at]]
                total += value * weight[order[at]]
                least, most = min(least, value), max(most, value)
            blocks.total[first + row, block] = total * _DOWN
            blocks.least[first + row, block] = least * _DOWN
            blocks.most[first + row, block] = most * _UP


@step
def shared_least(blocks: Blocks, i: int, j: int, block: int) -> np.float32:
    """Return a bound of what two candidates both save in a block: they share at least this."""
    none = np.float32(0)
    weight, total_i, total_j = blocks.weight[block], blocks.total[i, block], blocks.total[j, block]
    least_i, least_j, most_i, most_j = (
        blocks.least[i, block],
        blocks.least[j, block],
        blocks.most[i, block],
        blocks.most[j, block],
    )
    by_i = total_j - weight * max(most_j - least_i, none)
    by_j = total_i - weight * max(most_i - least_j, none)
    return max(weight * min(least_i, least_j), by_i, by_j)


@kernel
def bound_pairs(blocks: Blocks, single: Floats, first: int, last: int, bound: Floats) -> None:
    """Write a bound of what each pair saves, for the rows from ``first`` up to ``last``."""
    count = len(blocks.weight)
    for i in range(first, last):
        for j in range(i + 1, len(single)):
            shared = np.float64(0)
            for run in range(0, count, _RUN):
                part = np.float32(0)
                for block in range(run, min(run + _RUN, count)):
                    part += shared_least(blocks, i, j, block)
                shared += part
            bound[i, j] = bound[j, i] = (single[i] + single[j] - shared) + INFLATION * (single[i] + single[j])


@step
def bound_by_pairs(pair: Floats, single: Floats, i: int, j: int, k: int) -> float:
    """Return a bound of what three save: what one adds to two is at most what it adds to either of them."""
    by_i = pair[i, j] + pair[i, k] - single[i]
    by_j = pair[i, j] + pair[j, k] - single[j]
    return float(min(by_i, by_j, pair[i, k] + pair[j, k] - single[k]))


@step
def bound_by_blocks(blocks: Blocks, single: Floats, i: int, j: int, k: int) -> float:
    """Return the same bound block by block, which is lower."""
    count, shared = len(blocks.weight), np.float64(0)
    for run in range(0, count, _RUN):
        part = np.float32(0)
        for block in range(run, min(run + _RUN, count)):
            a, b, c = (
                shared_least(blocks, i, j, block),
                shared_least(blocks, i, k, block),
                shared_least(blocks, j, k, block),
            )
            part += a + b + c - min(a, b, c)
        shared += part
    alone = single[i] + single[j] + single[k]
    return float(alone - shared + 2 * INFLATION * alone)


@kernel
def list_triples(
    blocks: Blocks,
    pair: Floats,
    single: Floats,
    most: Floats,
    span: tuple[int, int],
    keep: float,
    rows: Integers,
    bound: Floats,
) -> int:
    """List the triples, first member within ``span``, whose bound is above ``keep``; return how many, if they fit.

    ``most`` is the most that any other candidate adds to each.
    """
    n, count = len(single), 0
    for i in range(span[0], span[1]):
        for j in range(i + 1, n):
            if pair[i, j] + min(most[i], most[j]) <= keep:
                continue
            for k in range(j + 1, n):
                if bound_by_pairs(pair, single, i, j, k) <= keep:
                    continue
                limit = bound_by_blocks(blocks, single, i, j, k)
                if limit <= keep:
                    continue
                if count < len(bound):
                    rows[count, 0], rows[count, 1], rows[count, 2], bound[count] = i, j, k, limit
                count += 1
    return count
