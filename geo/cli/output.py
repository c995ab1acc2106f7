"""A file of ours on its way to disk: an older one of ours is replaced, anybody else's is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from geo.atomic_write import write_atomically
from geo.errors import ExportError

__all__ = ["write_export"]

_HEAD_BYTES: Final = 4096


def write_export(path: Path, content: bytes, *, force: bool = False, mark: str) -> None:
    """Write an export whole or not at all.

    Parameters
    ----------
    path
        The file to write; one that exists is overwritten only if it bears our mark.
    force
        Overwrite whatever is there.
    mark
        What our own files bear in their head.

    Raises
    ------
    ExportError
        If the file is somebody else's, or cannot be written.
    """
    if path.is_dir():
        raise ExportError(f"{path} is a folder; wanted the name of a file in it, such as {path / 'selat.html'}")
    if path.exists() and not force and not _bears(path, mark):
        raise ExportError(f"{path} is there already and was not made by Selat; choose another name, or add --force")
    target = path.resolve()  # through a symbolic link to the file it names
    try:
        write_atomically(target, content)
    except OSError as error:
        raise ExportError(f"{path} cannot be written ({error.strerror or error}); nothing was changed") from None


def _bears(path: Path, mark: str) -> bool:
    try:
        with path.open("rb") as existing:
            return mark.encode() in existing.read(_HEAD_BYTES)
    except OSError as error:
        raise ExportError(f"{path} is there already and cannot be read ({error.strerror}); choose another name") from None
