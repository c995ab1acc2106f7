"""Disk cache of arrays that take long to compute: the mesh of the water, the cells of the strait.

The cache saves time and nothing else: if a file or the folder is missing, damaged or cannot be written, the arrays are
computed again, the same to the last bit.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import platform
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import numpy as np
import shapely
from platformdirs import PlatformDirs

from geo.arrays import Numbers
from geo.atomic_write import write_atomically

__all__ = ["CACHE_VARIABLE", "WORTH_CACHING", "cached_arrays"]

CACHE_VARIABLE: Final = "SELAT_CACHE"
WORTH_CACHING: Final = 5_000  # vertices: fewer are computed about as fast as they are read
_APP: Final = "selat"
_OFF: Final = "off"
_NEWEST: Final = 4  # files kept per name; older ones belong to data or code that has changed since
_DIGEST_BYTES: Final = 32
Arrays = dict[str, Numbers]


def _cache_folder() -> Path | None:
    r"""Return the folder of the cache files, ``None`` if nothing is to be cached.

    The environment variable ``SELAT_CACHE`` names it or says ``off``; the default is the
    system's cache folder: ``~/.cache/selat`` on Linux, ``~/Library/Caches/selat`` on
    macOS, ``%LOCALAPPDATA%\selat`` on Windows.
    """
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return None if named.strip().lower() == _OFF else Path(named)
    try:
        folders = PlatformDirs(_APP, appauthor=False, opinion=False)  # "opinion" would add a folder "Cache" on Windows
        return folders.user_cache_path
    except (RuntimeError, OSError):  # a user without a home
        return None


def cached_arrays(name: str, inputs: Iterable[object], code: Iterable[str], compute: Callable[[], Arrays]) -> Arrays:
    """Return the arrays that ``compute`` returns: from the cache if they are in it.

    Parameters
    ----------
    name
        First part of the file name.
    inputs
        Everything that the arrays depend on: bytes, or objects with a complete ``str``. Versions of libraries are added.
    code
        Source files of the computation, as in ``__file__``: arrays computed by other code are not used.
    compute
        Computes the arrays.
    """
    folder = _cache_folder()
    try:
        key = None if folder is None else _key(inputs, code)
    except OSError:  # no source files, as in a frozen application: a change of code would go unnoticed
        key = None
    if folder is None or key is None:
        return compute()
    path = folder / f"{name}-{key.hex()[:32]}.npz"
    arrays = _read(path, key)
    if arrays is None:
        arrays = compute()
        _write(path, key, arrays)
    return arrays


def _key(inputs: Iterable[object], code: Iterable[str]) -> bytes:
    """Return a digest of everything that arrays depend on; machine and libraries can change the last bits."""
    libraries = np.__version__, shapely.__version__, shapely.geos_version_string
    machine = platform.machine(), sys.platform, sys.byteorder
    parts = [*libraries, *machine, *inputs, *(Path(file).read_bytes() for file in code)]
    digest = hashlib.sha256()
    for part in parts:
        content = part if isinstance(part, bytes) else str(part).encode()
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.digest()


def _read(path: Path, key: bytes) -> Arrays | None:
    """Return the arrays of a file, ``None`` if it is missing or damaged.

    Kernels use these numbers as indices without bounds checks. So a file is not even parsed before its last bytes, a
    digest of key and content, have been checked.
    """
    try:
        content = path.read_bytes()
    except OSError:  # missing or unreadable
        return None
    body, digest = content[:-_DIGEST_BYTES], content[-_DIGEST_BYTES:]
    if digest != _digest(key, body):
        return None
    with np.load(io.BytesIO(body), allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def _digest(key: bytes, body: bytes) -> bytes:
    return hashlib.sha256(key + body).digest()


def _write(path: Path, key: bytes, arrays: Arrays) -> None:
    """Write arrays atomically; ignore failures, the next process computes them again."""
    body = io.BytesIO()
    np.savez(body, allow_pickle=False, **arrays)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, body.getvalue() + _digest(key, body.getvalue()))
        _delete_old(path)


def _delete_old(path: Path) -> None:
    """Delete all but the newest files of a name."""
    name = path.name.rpartition("-")[0]
    files = sorted(path.parent.glob(f"{name}-*.npz"), key=lambda file: (file != path, -file.stat().st_mtime_ns))
    for file in files[_NEWEST:]:
        file.unlink(missing_ok=True)
