"""Which cells each candidate covers, as bits: all pairs and triples are counted with a few words at a time.

A candidate is a row of words of 64 cells. Cells that one more start must reach come first (``one`` words), then those that two
more must reach (for backup). Within each part the cells of the commonest weight come first: they are counted, 64 at once, and
only the others, at the shore, are summed one by one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geo.arrays import Floats, Integers
from geo.sea._kernels import kernel, step

__all__: list[str] = []

Words = npt.NDArray[np.uint64]
_M1, _M2, _M4 = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F)
_H1, _S1, _S2, _S4, _S56 = np.uint64(0x0101010101010101), np.uint64(1), np.uint64(2), np.uint64(4), np.uint64(56)
_NONE = np.uint64(0)
ROUNDING = 1e-12  # relative: sums of the same numbers in another order differ by less


class Cover(NamedTuple):
    """Bits of each candidate; ``ends`` of the four parts in words: one even, one odd, two even, two odd."""

    bits: Words  # (candidates, words)
    ends: npt.NDArray[np.int64]  # (4)
    even: float  # weight of each cell in the even parts
    odd: Floats  # (words, 64) weights of the cells in the odd parts


@step
def count_bits(word: np.uint64) -> int:
    """Return how many bits are set; LLVM makes one instruction of it."""
    word = word - ((word >> _S1) & _M1)
    word = (word & _M2) + ((word >> _S2) & _M2)
    word = (word + (word >> _S4)) & _M4
    return np.int64((word * _H1) >> _S56)  # type: ignore[return-value]


@step
def sum_odd(word: np.uint64, weights: Floats) -> float:
    """Return the sum of the weights whose bit is set."""
    total = 0.0
    while word != _NONE:
        low = word & (~word + _S1)
        total += weights[count_bits(low - _S1)]
        word ^= low
    return total


@kernel
def weigh_single(cover: Cover, gain: Floats) -> None:
    """Write what each candidate adds alone: the cells that one more start must reach."""
    for i in range(len(cover.bits)):
        counted, total = np.int64(0), 0.0
        for word in range(cover.ends[0]):
            counted += count_bits(cover.bits[i, word])
        for word in range(cover.ends[0], cover.ends[1]):
            total += sum_odd(cover.bits[i, word], cover.odd[word])
        gain[i] = counted * cover.even + total


@kernel
def count_pairs(cover: Cover, first: int, last: int, both_one: Floats, both_two: Floats) -> None:
    """Add the weight of the even cells that each pair shares, for the rows from ``first`` up to ``last``."""
    bits, ends = cover.bits, cover.ends
    for i in range(first, last):
        for j in range(i + 1, len(bits)):
            one = two = np.int64(0)
            for word in range(ends[0]):
                one += count_bits(bits[i, word] & bits[j, word])
            for word in range(ends[1], ends[2]):
                two += count_bits(bits[i, word] & bits[j, word])
            both_one[i, j] += one * cover.even
            both_two[i, j] += two * cover.even


@step
def weigh_triple(cover: Cover, i: int, j: int, k: int) -> float:
    """Return what three candidates add together."""
    bits, ends = cover.bits, cover.ends
    counted, total = np.int64(0), 0.0
    for word in range(ends[0]):
        counted += count_bits(bits[i, word] | bits[j, word] | bits[k, word])
    for word in range(ends[0], ends[1]):
        total += sum_odd(bits[i, word] | bits[j, word] | bits[k, word], cover.odd[word])
    for word in range(ends[1], ends[2]):
        a, b, c = bits[i, word], bits[j, word], bits[k, word]
        counted += count_bits((a & b) | (a & c) | (b & c))
    for word in range(ends[2], ends[3]):
        a, b, c = bits[i, word], bits[j, word], bits[k, word]
        total += sum_odd((a & b) | (a & c) | (b & c), cover.odd[word])
    return counted * cover.even + total


class Pairs(NamedTuple):
    """What pairs add, symmetric; the bounds of all triples follow from it."""

    one: Floats  # (n, n) weight in the first two parts that either covers
    both: Floats  # (n, n) weight in the last two parts that both cover
    either: Floats  # (n, n) weight in the last two parts that either covers
    most: Floats  # (n) most that any other candidate adds to this one in the first two parts
    single: Floats  # (n) what each adds alone in the first two parts


@step
def bound_triple(pairs: Pairs, i: int, j: int, k: int) -> float:
    """Return a bound of what three candidates add: what one adds to two is at most what it adds to either of them."""
    one = pairs.one
    by_i = one[i, j] + one[i, k] - pairs.single[i]
    by_j = one[i, j] + one[j, k] - pairs.single[j]
    by_k = one[i, k] + one[j, k] - pairs.single[k]
    shared = pairs.both[i, j] + pairs.both[i, k] + pairs.both[j, k]
    twice = min(shared, pairs.either[i, j], pairs.either[i, k], pairs.either[j, k])
    return float(min(by_i, by_j, by_k) + twice)


@kernel
def search_triples(cover: Cover, pairs: Pairs, first: int, last: int, at_least: float, best: Floats, rows: Integers) -> int:
    """Try the triples whose first member is from ``first`` up to ``last``, unless their bound is below the worst of the best.

    ``best``, falling, and ``rows`` take the best triples of this call; those that add no more than ``at_least`` are no use.

    Returns
    -------
    int
        Number of triples tried.
    """
    n, tried = len(cover.bits), 0
    worst = len(best) - 1
    for i in range(first, last):
        for j in range(i + 1, n):
            keep = max(at_least, best[worst]) * (1 + ROUNDING)
            # Whatever the third is, it adds at most this.
            if pairs.one[i, j] + min(pairs.most[i], pairs.most[j]) + pairs.either[i, j] <= keep:
                continue
            for k in range(j + 1, n):
                if bound_triple(pairs, i, j, k) <= keep:
                    continue
                tried += 1
                value = weigh_triple(cover, i, j, k)
                if value <= keep:
                    continue
                at = worst
                while at > 0 and best[at - 1] < value:
                    best[at], rows[at] = best[at - 1], rows[at - 1]
                    at -= 1
                best[at], rows[at, 0], rows[at, 1], rows[at, 2] = value, i, j, k
                keep = max(at_least, best[worst]) * (1 + ROUNDING)
    return tried


@kernel
def weigh_thirds(cover: Cover, i: int, j: int, value: Floats) -> None:
    """Write what each candidate adds with two given ones; nothing for those two."""
    for k in range(len(cover.bits)):
        value[k] = weigh_triple(cover, i, j, k) if k not in (i, j) else -1.0


@kernel
def weigh_beside(cover: Cover, covered: Words, gain: Floats) -> None:
    """Write what each candidate adds to the cells that are covered, in the first two parts."""
    for i in range(len(cover.bits)):
        counted, total = np.int64(0), 0.0
        for word in range(cover.ends[0]):
            counted += count_bits(cover.bits[i, word] & ~covered[word])
        for word in range(cover.ends[0], cover.ends[1]):
            total += sum_odd(cover.bits[i, word] & ~covered[word], cover.odd[word])
        gain[i] = counted * cover.even + total


@kernel
def sum_prices(bits: Words, price: Floats, total: Floats, first: int, last: int) -> None:
    """Write the sum of the prices of the cells that each candidate covers; ``price`` is (words, 64)."""
    for i in range(first, last):
        total[i] = 0.0
    for word in range(bits.shape[1]):
        whole = price[word].sum()
        for i in range(first, last):
            if bits[i, word] == ~_NONE:
                total[i] += whole
            elif bits[i, word] != _NONE:
                total[i] += sum_odd(bits[i, word], price[word])
