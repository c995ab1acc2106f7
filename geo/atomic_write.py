"""Atomic writing of files, and the removal of what a killed writer left aside.

Content is written under a temporary name beside the file, then renamed. A writer that is killed leaves its temporary file or
folder, and the next one that writes there removes it. A dead writer's file is known by its lock: the system releases the
locks of a process that ends, however it ends, so neither a wrong clock nor a process id used a second time deceives it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

if sys.platform != "win32":
    import fcntl

__all__ = ["REPLACED", "scratch_folder", "sweep", "write_atomically", "write_failure"]

REPLACED: Final = "replaced"  # folder in a scratch folder that holds, under its own name, what is being replaced
_ENDING: Final = ".selat-part"
_TEMPORARY: Final = re.compile(rf"\.[0-9a-f]{{32}}{re.escape(_ENDING)}")
_OLD_S: Final = 24 * 3600.0  # where no lock tells whether a writer lives
# What is wrong and the way out, by the code of the error.
_FAILURES: Final = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), ("the disk is full", "free some space, or choose another disk")),
    errno.EFBIG: ("it is larger than a file may become here", "raise the limit, or choose another disk"),
    **dict.fromkeys((errno.EACCES, errno.EPERM), ("its folder is not yours to write in", "choose another folder")),
    errno.EROFS: ("its disk can only be read", "choose another disk"),
    errno.ENOENT: ("its folder is not there", "make the folder, or choose another"),
    **dict.fromkeys((errno.ENOTDIR, errno.EEXIST), ("a part of its path is a file, not a folder", "choose another folder")),
    errno.ENAMETOOLONG: ("its name is too long", "choose a shorter one"),
    errno.ELOOP: ("it is a symbolic link that leads to itself", "choose another name"),
}


def write_atomically(path: Path, content: bytes | Iterable[bytes | memoryview]) -> None:
    """Write a file, whole or in pieces, under a temporary name and rename it, so that readers see the old content or the new.

    The file gets the permissions of the one that it replaces, a new one the default permissions.

    Raises
    ------
    OSError
        If it cannot be written; the old file is unchanged.
    """
    sweep(path.parent)
    with _locked(path.parent, _make_file) as temporary:
        try:
            with temporary.open("wb") as out:
                out.writelines([content] if isinstance(content, bytes) else content)
                out.flush()
                os.fsync(out.fileno())  # a full disk is reported here at the latest
            if path.exists():
                temporary.chmod(path.stat().st_mode)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def write_failure(path: Path, error: OSError) -> str:
    """Return one sentence for people: what cannot be written, why, and the way out."""
    what, way_out = _FAILURES.get(error.errno or 0, (error.strerror or str(error), "choose another name or folder"))
    return f"{path} cannot be written: {what}. Nothing was changed; {way_out}"


@contextlib.contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """Make a folder for unfinished work, and remove it at the end.

    What was moved into its folder `REPLACED` is moved back to where it was, by the next `sweep`, if the process is killed
    before something else stands there.

    Raises
    ------
    OSError
        If the folder cannot be made, or not be removed.
    """
    sweep(parent)
    with _locked(parent, Path.mkdir) as scratch:
        try:
            yield scratch
        except BaseException:  # an interruption too
            shutil.rmtree(scratch, ignore_errors=True)
            raise
        shutil.rmtree(scratch)


def sweep(folder: Path) -> None:
    """Remove what killed writers left in a folder; what cannot be removed stays.

    On Windows and on file systems without locks, only what is older than a day is removed.
    """
    with contextlib.suppress(OSError):  # no folder, or an unreadable one, has nothing to remove
        with os.scandir(folder) as entries:
            found = [Path(entry.path) for entry in entries if _TEMPORARY.fullmatch(entry.name) and not entry.is_symlink()]
        for path in found:
            with contextlib.suppress(OSError):
                _remove_if_abandoned(path)


@contextlib.contextmanager
def _locked(folder: Path, make: Callable[[Path], None]) -> Iterator[Path]:
    """Make a temporary file or folder, and hold a lock on it."""
    with contextlib.ExitStack() as locks:
        while True:
            path = folder / f".{uuid.uuid4().hex}{_ENDING}"
            make(path)
            with contextlib.suppress(OSError):  # no locks on this file system, or removed before it was locked
                locks.enter_context(_lock(path, wait=True))
            if path.exists():  # else another process took it for abandoned before it was locked
                break
        yield path


def _make_file(path: Path) -> None:
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
    os.close(os.open(path, flags, 0o666))  # minus the umask, as for any new file


@contextlib.contextmanager
def _lock(path: Path, *, wait: bool) -> Iterator[None]:
    """Hold the lock of a file or folder.

    Raises
    ------
    BlockingIOError
        If another process holds it, and ``wait`` is false.
    OSError
        If there are no locks here.
    """
    if sys.platform == "win32":  # it has no locks on folders
        raise OSError(errno.ENOTSUP, "no locks")
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(handle)


def _remove_if_abandoned(path: Path) -> None:
    """Remove a temporary file or folder whose writer no longer lives."""
    try:
        with _lock(path, wait=False):
            _remove(path)
    except BlockingIOError:
        return
    except OSError:
        if time.time() - path.stat().st_mtime > _OLD_S:
            _remove(path)


def _remove(path: Path) -> None:
    if not path.is_dir():
        path.unlink()
        return
    replaced = path / REPLACED
    for old in list(replaced.iterdir()) if replaced.is_dir() else ():
        if not os.path.lexists(path.parent / old.name):  # killed between two renames
            old.rename(path.parent / old.name)
    shutil.rmtree(path)
