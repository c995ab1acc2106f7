"""Atomic writing of files."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

__all__ = ["write_atomically"]


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file under a temporary name and rename it, so that readers see the old content or the new.

    The file gets the permissions of the one that it replaces, a new one the default permissions.

    Raises
    ------
    OSError
        If it cannot be written; the old file is unchanged.
    """
    temporary = path.parent / f".{path.name}.{uuid.uuid4().hex}"
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
    handle = os.open(temporary, flags, 0o666)  # minus the umask, as for any new file
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        if path.exists():
            temporary.chmod(path.stat().st_mode)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
