"""Disk cache of what takes long to compute: mesh of the water, cells of the strait, compiled kernels, fields of the shore.

The cache saves time and nothing else: if a file or the folder is missing, damaged or cannot be written, the content is
computed again, the same to the last bit. Where the cache folder cannot be written, a folder of the user's own among the
temporary files takes its place, and one line in the log says so.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import io
import logging
import os
import platform
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import shapely
from platformdirs import PlatformDirs

from geo.arrays import Numbers
from geo.atomic_write import write_atomically

__all__ = [
    "CACHE_VARIABLE",
    "WORTH_CACHING",
    "cached_arrays",
    "digest_inputs",
    "digest_parts",
    "find_cached_file",
    "read_cached",
    "write_cached",
    "write_cached_file",
]

CACHE_VARIABLE: Final = "SELAT_CACHE"
WORTH_CACHING: Final = 5_000  # vertices: fewer are computed about as fast as they are read
_APP: Final = "selat"
_OFF: Final = "off"
_NEWEST: Final = 4  # files kept per name; older ones belong to data or code that has changed since
_DIGEST_BYTES: Final = 32
_PIECE_BYTES: Final = 1 << 22
_OTHERS_MAY_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH
_WAY_OUT: Final = f"{CACHE_VARIABLE} names a folder that can be written, or is {_OFF}"
Arrays = dict[str, Numbers]


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
    key = digest_inputs(inputs, code)
    if key is None:
        return compute()
    file_name = f"{name}-{key.hex()[:32]}.npz"
    content = read_cached(file_name, key)
    if content is not None:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            return {array: file[array] for array in file.files}
    arrays, body = compute(), io.BytesIO()
    np.savez(body, allow_pickle=False, **arrays)
    write_cached(file_name, key, body.getvalue())
    return arrays


def digest_inputs(inputs: Iterable[object], code: Iterable[str]) -> bytes | None:
    """Return the key of what is computed from some inputs, as for `cached_arrays`; ``None`` if nothing is to be cached."""
    try:
        return digest_parts((*_libraries(), *inputs), code) if _cache_folders() else None
    except OSError:  # no source files, as in a frozen application: a change of code would go unnoticed
        return None


def _libraries() -> tuple[str, ...]:
    """Return what can change the last bits beside inputs and code: versions of libraries, and the machine."""
    libraries = np.__version__, shapely.__version__, shapely.geos_version_string
    return (*libraries, platform.machine(), sys.platform, sys.byteorder)


def digest_parts(parts: Iterable[object], code: Iterable[str]) -> bytes:
    """Return a digest of all that a content depends on: the key that it is cached under.

    Parameters
    ----------
    parts
        Bytes, or objects with a complete ``str``.
    code
        Source files of the computation.

    Raises
    ------
    OSError
        If a source file cannot be read.
    """
    digest = hashlib.sha256()
    for part in (*parts, *(Path(file).read_bytes() for file in code)):
        content = part if isinstance(part, bytes) else str(part).encode()
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.digest()


def read_cached(name: str, key: bytes, *, first: Sequence[Path] = ()) -> bytes | None:
    """Return a content, ``None`` if it is missing or damaged in every folder.

    Compiled kernels are run, and use arrays as indices without bounds checks. So a content is not even parsed before the
    last bytes of its file, a digest of key and content, have been checked.

    Parameters
    ----------
    name, key, first
        As for `write_cached`.
    """
    for folder in (*first, *_cache_folders()):
        try:
            content = (folder / name).read_bytes()
        except OSError:  # missing or unreadable
            continue
        body, digest = content[:-_DIGEST_BYTES], content[-_DIGEST_BYTES:]
        if digest == _digest(key, body):
            return body
    return None


def write_cached(name: str, key: bytes, body: bytes, *, first: Sequence[Path] = ()) -> None:
    """Write a content into the first folder that can be written.

    That none can is no error: the next process computes the content again. The log says so in a line, once.

    Parameters
    ----------
    name
        Name of the file: what it is, ``-``, and a part of the key. The newest files of what it is are kept.
    key
        What `digest_parts` returned.
    body
        The content.
    first
        Folders to try before those of the cache, whatever ``SELAT_CACHE`` says. That they cannot be written is not said.
    """
    content = body + _digest(key, body)
    if any(_write(folder / name, content) is None for folder in first):
        return
    reasons: list[str] = []
    for folder in _cache_folders():
        reason = _write(folder / name, content)
        if reason is None:
            if reasons:
                _warn(f"{reasons[0]}: Selat keeps what it has computed in {folder} instead. {_WAY_OUT}")
            return
        reasons.append(f"{folder} cannot be written ({reason})")
    if reasons:
        _warn(f"{reasons[0]}: Selat starts slower each time, and nothing else changes. {_WAY_OUT}")


def find_cached_file(name: str, key: bytes, size: int) -> Path | None:
    """Return a file of `write_cached_file` whose body has so many bytes, ``None`` if it is missing or damaged everywhere."""
    for folder in _cache_folders():
        with contextlib.suppress(OSError), (folder / name).open("rb") as file:
            if os.fstat(file.fileno()).st_size != size + _DIGEST_BYTES:
                continue
            digest = hashlib.sha256(key)
            left = size
            while left > 0 and (piece := file.read(min(_PIECE_BYTES, left))):
                digest.update(piece)
                left -= len(piece)
            if file.read() == digest.digest():
                return folder / name
    return None


def write_cached_file(name: str, key: bytes, pieces: Iterable[memoryview], *, at_most: int) -> Path | None:
    """Write a large file in pieces, and delete all others of its name; return where, ``None`` if it cannot be written.

    The parameters are those of `write_cached`, and the most bytes that the file may have: it goes where so much is free. Its
    last bytes are a digest of key and content, as there. ``pieces`` may be computed while they are written.
    """

    def with_digest() -> Iterator[memoryview | bytes]:
        digest = hashlib.sha256(key)
        for piece in pieces:
            digest.update(piece)
            yield piece
        yield digest.digest()

    folder = next(filter(functools.partial(_has_space, at_most=at_most), _cache_folders()), None)
    if folder is None:
        return None
    reason = _write(folder / name, with_digest(), newest=1)
    if reason is not None:
        _warn(f"{folder / name} cannot be written ({reason}): it is computed again each time. {_WAY_OUT}")
        return None
    return folder / name


def _has_space(folder: Path, at_most: int) -> bool:
    """Return whether a folder can be made and written in, and so many bytes are free."""
    try:
        folder.mkdir(0o755, parents=True, exist_ok=True)
        return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > at_most
    except OSError:
        return False


def _digest(key: bytes, body: bytes) -> bytes:
    return hashlib.sha256(key + body).digest()


def _write(path: Path, content: bytes | Iterable[bytes | memoryview], newest: int = _NEWEST) -> str | None:
    """Write a file and delete old ones of its name; return why it cannot be written, ``None`` if it was."""
    try:
        path.parent.mkdir(0o755, parents=True, exist_ok=True)  # whatever the umask, others may not write in it
        write_atomically(path, content)
    except OSError as error:
        return error.strerror or str(error)
    with contextlib.suppress(OSError):  # another user's, or another process was faster
        _delete_old(path, newest)
    return None


def _delete_old(path: Path, newest: int) -> None:
    """Delete all but the newest files of a name."""
    name = path.name.rpartition("-")[0]
    files = sorted(path.parent.glob(f"{name}-*{path.suffix}"), key=lambda file: (file != path, -file.stat().st_mtime_ns))
    for file in files[newest:]:
        file.unlink(missing_ok=True)


@functools.cache  # each line once
def _warn(message: str) -> None:
    logging.getLogger(_APP).warning(message)


def _cache_folders() -> list[Path]:
    r"""Return the folders of the cache files, the one to be preferred first; none if nothing is to be cached.

    The environment variable ``SELAT_CACHE`` names the first or says ``off``; the default is the system's cache folder:
    ``~/.cache/selat`` on Linux, ``~/Library/Caches/selat`` on macOS, ``%LOCALAPPDATA%\selat`` on Windows. The second
    lies among the temporary files.
    """
    named = os.environ.get(CACHE_VARIABLE, "").strip()
    if named.lower() == _OFF:
        return []
    return [folder for folder in (Path(named) if named else _user_folder(), _temporary_folder()) if folder]


def _user_folder() -> Path | None:
    """Return the system's cache folder of this user, ``None`` for a user without a home."""
    try:
        # "opinion" would add a folder "Cache" on Windows.
        folder = PlatformDirs(_APP, appauthor=False, opinion=False).user_cache_path
    except (RuntimeError, OSError):
        return None
    return None if folder.parts[0] == "~" else folder  # it stays "~" for a user that the system does not know


def _temporary_folder() -> Path | None:
    """Return a folder among the temporary files, ``None`` if another user could have written what is in it."""
    try:
        parent = Path(tempfile.gettempdir())
    except OSError:
        return None
    if sys.platform == "win32":
        return parent / _APP  # the temporary files are the user's own
    folder = parent / f"{_APP}-{os.getuid()}"
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return folder
    except OSError:
        return None
    is_own = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & _OTHERS_MAY_WRITE
    return folder if is_own else None
