"""Sides of the water: each belongs to a state, named by its code, or to none."""

from __future__ import annotations

from typing import Final

__all__ = ["is_state"]

_CODE_LETTERS: Final = 2


def is_state(side: str) -> bool:
    """Say whether a side belongs to a state: it is then named by the state's two letters (ISO 3166 alpha-2).

    >>> is_state("MY"), is_state("unassigned")
    (True, False)
    """
    return len(side) == _CODE_LETTERS
