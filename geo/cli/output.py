"""Writing files: one that Selat made is overwritten, any other is not."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from geo.atomic_write import write_atomically, write_failure
from geo.errors import ExportError

__all__ = ["write_export"]

_HEAD_BYTES: Final = 4096


def write_export(path: Path, content: bytes, *, force: bool = False, mark: str) -> None:
    """Write a file atomically.

    Parameters
    ----------
    path
        The file to write. An existing one is overwritten only if its head holds ``mark``.
    force
        Overwrite any file.
    mark
        What the head of our own files holds.

    Raises
    ------
    ExportError
        If the existing file is not ours or is protected, or the file cannot be written.
    """
    try:
        _require_replaceable(path, force=force, mark=mark)
        write_atomically(Path(os.path.realpath(path)), content)  # through a symbolic link to the file it names
    except OSError as error:
        raise ExportError(write_failure(path, error)) from None


def _require_replaceable(path: Path, *, force: bool, mark: str) -> None:
    """Raise `ExportError` if something stands there that is not to be replaced."""
    if path.is_dir():
        raise ExportError(f"{path} is a folder; wanted the name of a file in it, such as {path / 'selat.html'}")
    if not path.exists():
        return
    if not path.is_file():  # a device or a pipe, which a rename would replace
        raise ExportError(f"{path} is no ordinary file; choose another name")
    if not force and not _has_mark(path, mark):
        raise ExportError(f"{path} is there already and was not made by Selat; choose another name, or add --force")
    # A rename asks for no right to the file itself, and would replace what its owner protected.
    if not os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise ExportError(f"{path} is there already and is write-protected or another user's; choose another name")


def _has_mark(path: Path, mark: str) -> bool:
    try:
        with path.open("rb") as existing:
            return mark.encode() in existing.read(_HEAD_BYTES)
    except OSError as error:
        raise ExportError(f"{path} is there already and cannot be read ({error.strerror}); choose another name") from None
