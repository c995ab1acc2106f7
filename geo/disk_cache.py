"""Arrays kept on disk from one process to the next: the triangles of the water, the cells of the strait.

They follow from what they are made of, so a file is a short cut and never a source: whatever is wrong with it, or with
the folder, the arrays are worked out again, the same to the last bit.
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
WORTH_CACHING: Final = 5_000  # vertices: what has fewer is worked out about as fast as it is read
_APP: Final = "selat"
_OFF: Final = "off"
_NEWEST: Final = 4  # files of a name that stay; older ones belong to data or code that have changed since
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


def cached_arrays(name: str, inputs: Iterable[object], code: Iterable[str], make: Callable[[], Arrays]) -> Arrays:
    """Return the arrays that ``make`` returns, from disk where they are there already.

    Parameters
    ----------
    name
        What they are, as the first word of the file's name.
    inputs
        All that they follow from: bytes, or what ``str`` tells in full. The versions of libraries are added.
    code
        Source files that make them, as in ``__file__``: arrays made by other code are not taken.
    make
        Works them out.
    """
    folder = _cache_folder()
    try:
        key = None if folder is None else _key(inputs, code)
    except OSError:  # the code runs from somewhere that has no source files: nothing would tell it from other code
        key = None
    if folder is None or key is None:
        return make()
    path = folder / f"{name}-{key.hex()[:32]}.npz"
    arrays = _read(path, key)
    if arrays is None:
        arrays = make()
        _write(path, key, arrays)
    return arrays


def _key(inputs: Iterable[object], code: Iterable[str]) -> bytes:
    """Return a digest of all that arrays follow from, the machine and the libraries among it: they decide on last bits."""
    libraries = np.__version__, shapely.__version__, shapely.geos_version_string
    where = platform.machine(), sys.platform, sys.byteorder
    parts = [*libraries, *where, *inputs, *(Path(file).read_bytes() for file in code)]
    digest = hashlib.sha256()
    for part in parts:
        content = part if isinstance(part, bytes) else str(part).encode()
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.digest()


def _read(path: Path, key: bytes) -> Arrays | None:
    """Return what a file holds, ``None`` unless it is there and whole.

    Kernels follow these numbers without looking whether they lead out of an array. So nothing of a file is believed, nor
    even parsed, before its last bytes have shown that it is what was written for this key.
    """
    try:
        content = path.read_bytes()
    except OSError:  # not there yet, or not for us to read
        return None
    body, digest = content[:-_DIGEST_BYTES], content[-_DIGEST_BYTES:]
    if digest != _digest(key, body):
        return None
    with np.load(io.BytesIO(body), allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def _digest(key: bytes, body: bytes) -> bytes:
    return hashlib.sha256(key + body).digest()


def _write(path: Path, key: bytes, arrays: Arrays) -> None:
    """Write arrays whole or not at all; where that cannot be, the next process works them out again, as this one did."""
    body = io.BytesIO()
    np.savez(body, allow_pickle=False, **arrays)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, body.getvalue() + _digest(key, body.getvalue()))
        _forget_old(path)


def _forget_old(path: Path) -> None:
    """Leave the newest files of a name: data and code change, and disks fill."""
    name = path.name.rpartition("-")[0]
    files = sorted(path.parent.glob(f"{name}-*.npz"), key=lambda file: (file != path, -file.stat().st_mtime_ns))
    for file in files[_NEWEST:]:
        file.unlink(missing_ok=True)
