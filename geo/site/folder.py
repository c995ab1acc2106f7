"""A folder of our own, written whole: made beside its place and swapped in, or not at all.

A list of all that was written stands in the folder. Only a folder that holds nothing
else is ever removed; whatever somebody else put there is moved aside, and only on demand.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from geo.errors import ExportError

__all__ = ["SITE_LIST", "replace_folder"]

SITE_LIST: Final = ".selat-site"
_TRIES: Final = 1000


def replace_folder(folder: Path, files: Mapping[str, bytes], *, title: str, force: bool = False) -> Path | None:
    """Make a folder hold these files and nothing else, whole or not at all.

    Parameters
    ----------
    folder
        Where; what stands there is replaced if it is a folder that we wrote, or is empty.
    files
        What each holds, by its path in the folder, with ``/``.
    title
        First line of the list of files that is written with them.
    force
        Move aside a folder that is not ours, or that holds more than we wrote.

    Returns
    -------
    Path or None
        Where a folder that is not ours was moved to.

    Raises
    ------
    ExportError
        If the folder is not ours, or cannot be written; what stood there still stands.
    """
    target = folder.resolve()  # through a symbolic link to the folder it names
    foreign = _foreign(target, folder)
    if foreign and not force:
        raise ExportError(f"{folder}: {foreign}; choose another folder, or add --force to have this one moved aside")
    written = {**files, SITE_LIST: _listed(title, files)}
    try:
        return _swapped(target, written, aside=_free_name(target) if foreign else None)
    except OSError as error:
        raise ExportError(f"{folder} cannot be written ({error.strerror or error}); what stood there still stands") from None


def _listed(title: str, files: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in (title, *sorted(files))).encode()


def _foreign(target: Path, folder: Path) -> str:
    """Say why a folder is not ours to replace; empty if it is."""
    if not os.path.lexists(target):
        return ""
    if not target.is_dir():
        raise ExportError(f"{folder} is a file; wanted a folder, or a name that is free")
    try:
        found = {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_symlink() or not path.is_dir()}
        ours = {SITE_LIST, *_recorded(target / SITE_LIST)} if SITE_LIST in found else set()
    except (OSError, UnicodeDecodeError) as error:
        raise ExportError(f"{folder} is there already and cannot be read ({error}); choose another folder") from None
    if not found - ours:
        return ""
    if not ours:
        return "is there already and was not made by Selat"
    return f"holds what Selat did not write ({', '.join(sorted(found - ours)[:3])})"


def _recorded(path: Path) -> list[str]:
    return [] if path.is_symlink() else path.read_text("utf-8").splitlines()[1:]


def _free_name(target: Path) -> Path:
    names = (target.with_name(f"{target.name}.before-selat-{number}") for number in range(1, _TRIES))
    free = next((path for path in names if not os.path.lexists(path)), None)
    if free is None:
        raise ExportError(f"{target} cannot be moved aside: every name beside it is taken")
    return free


def _swapped(target: Path, files: Mapping[str, bytes], *, aside: Path | None) -> Path | None:
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        _write(scratch / "new", files)
        _exchange(scratch / "new", target, aside or scratch / "old")
    except BaseException:  # an interruption too
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    try:
        shutil.rmtree(scratch)
    except OSError as error:
        reason = error.strerror or error
        raise ExportError(
            f"{target} is written; what it replaced is left in {scratch} and cannot be removed ({reason})"
        ) from None
    return aside


def _exchange(made: Path, target: Path, old: Path) -> None:
    """Put a folder in the place of another, or leave that one where it was."""
    had = target.exists()
    if had:
        target.rename(old)
    try:
        made.rename(target)
    except BaseException:  # an interruption too: the old folder goes back to its place
        if had:
            old.rename(target)
        raise


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir()  # of the usual mode, unlike the scratch folder around it
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
