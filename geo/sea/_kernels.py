"""Numba decorators for kernels, the compiled functions that Python calls, and for their parts; where kernels are kept."""

from __future__ import annotations

import functools
import os
import pickle
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, TypeVar

import numba
from numba.core.caching import NullCache
from numba.core.compiler import CompileResult
from numba.core.serialize import dumps

from geo.compile_clock import COMPILE_CLOCK
from geo.disk_cache import CACHE_VARIABLE, digest_parts, read_cached, write_cached

__all__: list[str] = []

NUMBA_VERSION: str = numba.__version__
# `_nrt=False` switches Numba's reference counting off. It is a private option: check it when the pinned version changes. A
# Numba without it refuses to compile ("Unrecognized options"). Kernels are correct with counting too, but a search then takes
# 170 instead of 38 ms, because every access to an array of the mesh increments and decrements a counter.
Kernel = TypeVar("Kernel", bound=Callable[..., object])
_njit: Any = numba.njit  # Any: its type does not list every option
_rebuild: Any = CompileResult._rebuild  # Any for this and the next: Numba has no types
_dumps: Any = dumps
_FAST = {"error_model": "numpy"}  # a division by 0 gives inf, not an exception
_NUMBA_FOLDER: Final = "NUMBA_CACHE_DIR"  # Numba's own variable for the folder of compiled functions


def kernel(function: Kernel) -> Kernel:
    """Compile a kernel, cached on disk, that releases the GIL."""
    return _cached(function, _njit(function, nogil=True, **_FAST))


def lean_kernel(function: Kernel) -> Kernel:
    """Compile a kernel that allocates no arrays, with reference counting off."""
    return _cached(function, _njit(function, nogil=True, _nrt=False, **_FAST))


def step(function: Kernel) -> Kernel:
    """Compile a function that kernels call."""
    return _njit(function, **_FAST)  # type: ignore[no-any-return]


def inlined(function: Kernel) -> Kernel:
    """Compile a function that is inlined wherever a kernel calls it."""
    return _njit(function, _nrt=False, forceinline=True, **_FAST)  # type: ignore[no-any-return]


def _cached(function: Kernel, dispatcher: Any) -> Kernel:
    dispatcher._cache = _KernelCache(function)  # as `cache=True` sets Numba's own
    return dispatcher  # type: ignore[no-any-return]


class _KernelCache(NullCache):
    """The compiled forms of one kernel on disk, in place of Numba's own cache.

    Numba's ends the program where it finds no folder to write in, reads nothing from a folder that it may not write in, and
    does not notice a change in a file that the kernel's file imports from. This one keeps kernels beside their sources, as
    Python keeps what it compiles, or in `geo.disk_cache`; where nothing can be written, they are compiled at each start.
    """

    def __init__(self, function: Callable[..., object]) -> None:
        self._source = Path(function.__code__.co_filename)
        self._name = f"{self._source.stem}.{function.__qualname__}"

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the form of the kernel for types of arguments; ``None`` if it has to be compiled."""
        target_context.refresh()
        key = self._key(sig, target_context.codegen())
        content = key and read_cached(self._file_name(key), key, first=self._folders(may_write=False))
        if content:
            parts = pickle.loads(content)  # noqa: S301  # as Numba keeps them; folders that others may write in are not read
            return _rebuild(target_context, *parts)
        COMPILE_CLOCK.start()
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep a form that was compiled."""
        COMPILE_CLOCK.stop()
        key = self._key(sig, data.codegen)
        if key and not data.library.has_dynamic_globals:  # addresses of this process
            write_cached(self._file_name(key), key, _dumps(data._reduce()), first=self._folders(may_write=True))

    def _file_name(self, key: bytes) -> str:
        return f"{self._name}-{key.hex()[:32]}.kernel"

    def _key(self, sig: Any, codegen: Any) -> bytes:
        """Return a digest of all that the machine code depends on; empty if there are no source files."""
        try:
            code = _digest_code(self._source)
        except OSError:
            return b""
        return digest_parts((self._name, code, sig, codegen.magic_tuple()), ())

    def _folders(self, *, may_write: bool) -> list[Path]:
        """Return where the kernel may be outside the cache folder: where Numba was told to, and beside its sources.

        What is beside them is part of the installation, and always read; ``SELAT_CACHE`` says that nothing is to be
        written there.
        """
        named = os.environ.get(_NUMBA_FOLDER)
        beside = self._source.parent / "__pycache__"
        if may_write and (named or os.environ.get(CACHE_VARIABLE)):
            return [Path(named)] if named else []
        return [*([Path(named)] if named else []), beside]


@functools.cache
def _digest_code(source: Path) -> bytes:
    """Return a digest of a kernel's file, of the files that it may import from, of this one, and of the compiler."""
    files = sorted({source, Path(__file__), *source.parent.glob("_*.py")})
    return digest_parts((NUMBA_VERSION, version("llvmlite"), sys.version), map(str, files))
