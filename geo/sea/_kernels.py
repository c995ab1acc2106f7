"""How kernels are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba

__all__: list[str] = []

# `_nrt=False` leaves Numba's counting of references out. It is a private option, so look at it whenever the pin moves: a Numba
# without it refuses to compile ("Unrecognized options"), and kernels are right without it too, but the search for a start
# then takes 170 instead of 38 ms, since every look at an array of a mesh counts up and down.
Kernel = TypeVar("Kernel", bound=Callable[..., object])
_njit: Any = numba.njit  # Any: what it is typed as does not know every option
_FAST = {"error_model": "numpy"}  # a division by 0 gives inf, not an exception


def kernel(function: Kernel) -> Kernel:
    """Compile a kernel that Python calls; it is kept on disk and lets other threads run."""
    return _njit(function, cache=True, nogil=True, **_FAST)  # type: ignore[no-any-return]


def lean_kernel(function: Kernel) -> Kernel:
    """Compile a kernel that makes no arrays: then nobody counts who holds one, which cost more than the work itself."""
    return _njit(function, cache=True, nogil=True, _nrt=False, **_FAST)  # type: ignore[no-any-return]


def step(function: Kernel) -> Kernel:
    """Compile a part of a kernel."""
    return _njit(function, **_FAST)  # type: ignore[no-any-return]


def lean_step(function: Kernel) -> Kernel:
    """Compile a part of a lean kernel."""
    return _njit(function, _nrt=False, **_FAST)  # type: ignore[no-any-return]


def inlined(function: Kernel) -> Kernel:
    """Compile a small part of any kernel into the place where it is called."""
    return _njit(function, _nrt=False, forceinline=True, **_FAST)  # type: ignore[no-any-return]
