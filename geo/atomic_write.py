"""A file is written whole or not at all."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

__all__ = ["write_atomically"]


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there; what stood there keeps standing until then.

    The file has the rights of the one it replaces; a new one those that new files have.

    Raises
    ------
    OSError
        If it cannot be written; nothing was changed then.
    """
    scratch = path.parent / f".{path.name}.{uuid.uuid4().hex}"
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
    handle = os.open(scratch, flags, 0o666)  # less what the process's mask takes away, as for any new file
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        if path.exists():
            scratch.chmod(path.stat().st_mode)
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)
