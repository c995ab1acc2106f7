"""Numba decorators for kernels, the compiled functions that Python calls, and for their parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba

__all__: list[str] = []

NUMBA_VERSION: str = numba.__version__
# `_nrt=False` switches Numba's reference counting off. It is a private option: check it when the pinned version changes. A
# Numba without it refuses to compile ("Unrecognized options"). Kernels are correct with counting too, but a search then takes
# 170 instead of 38 ms, because every access to an array of the mesh increments and decrements a counter.
Kernel = TypeVar("Kernel", bound=Callable[..., object])
_njit: Any = numba.njit  # Any: its type does not list every option
_FAST = {"error_model": "numpy"}  # a division by 0 gives inf, not an exception


def kernel(function: Kernel) -> Kernel:
    """Compile a kernel, cached on disk, that releases the GIL."""
    return _njit(function, cache=True, nogil=True, **_FAST)  # type: ignore[no-any-return]


def lean_kernel(function: Kernel) -> Kernel:
    """Compile a kernel that allocates no arrays, with reference counting off."""
    return _njit(function, cache=True, nogil=True, _nrt=False, **_FAST)  # type: ignore[no-any-return]


def step(function: Kernel) -> Kernel:
    """Compile a function that kernels call."""
    return _njit(function, **_FAST)  # type: ignore[no-any-return]


def inlined(function: Kernel) -> Kernel:
    """Compile a function that is inlined wherever a kernel calls it."""
    return _njit(function, _nrt=False, forceinline=True, **_FAST)  # type: ignore[no-any-return]
