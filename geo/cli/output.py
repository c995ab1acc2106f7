"""Writing files: one that Selat made is overwritten, any other is not."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from geo.atomic_write import write_atomically
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
        If the existing file is not ours, or the file cannot be written.
    """
    if path.is_dir():
        raise ExportError(f"{path} is a folder; wanted the name of a file in it, such as {path / 'selat.html'}")
    if path.exists() and not force and not _has_mark(path, mark):
        raise ExportError(f"{path} is there already and was not made by Selat; choose another name, or add --force")
    target = path.resolve()  # through a symbolic link to the file it names
    try:
        write_atomically(target, content)
    except OSError as error:
        raise ExportError(f"{path} cannot be written ({error.strerror or error}); nothing was changed") from None


def _has_mark(path: Path, mark: str) -> bool:
    try:
        with path.open("rb") as existing:
            return mark.encode() in existing.read(_HEAD_BYTES)
    except OSError as error:
        raise ExportError(f"{path} is there already and cannot be read ({error.strerror}); choose another name") from None
