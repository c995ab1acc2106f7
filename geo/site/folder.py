"""A folder that is replaced as a whole: the new one is written beside the old one, then the two are exchanged.

The folder contains a list of all files written. Only a folder that contains nothing else is
ever removed; one with other files is moved aside, and only on request.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from geo.atomic_write import REPLACED, scratch_folder, sweep, write_failure
from geo.errors import ExportError

__all__ = ["SITE_LIST", "replace_folder"]

SITE_LIST: Final = ".selat-site"
_TRIES: Final = 1000


def replace_folder(folder: Path, files: Mapping[str, bytes], *, title: str, force: bool = False) -> Path | None:
    """Replace a folder by one with these files and nothing else, or leave it as it was.

    Parameters
    ----------
    folder
        The folder; one that exists is replaced if Selat wrote it, or if it is empty.
    files
        Contents of each file by its path in the folder, with ``/``.
    title
        First line of the list of files that is written with them.
    force
        Move aside a folder that Selat did not write, or with more in it than Selat wrote.

    Returns
    -------
    Path or None
        Where such a folder was moved to.

    Raises
    ------
    ExportError
        If the folder is not ours, or cannot be written; then it is left as it was.
    """
    target = Path(os.path.realpath(folder))  # through a symbolic link to the folder it names
    sweep(target.parent)  # a run that was killed between the two moves left no site there: it comes back first
    objection = _find_foreign(target, folder)
    if objection and not force:
        raise ExportError(f"{folder}: {objection}; choose another folder, or add --force to have this one moved aside")
    contents = {**files, SITE_LIST: _format_list(title, files)}
    try:
        return _swap(target, contents, aside=_find_free_name(target) if objection else None)
    except OSError as error:
        raise ExportError(write_failure(folder, error)) from None


def _format_list(title: str, files: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in (title, *sorted(files))).encode()


def _find_foreign(target: Path, folder: Path) -> str:
    """Return why a folder may not be replaced, in words; empty if it may."""
    if not os.path.lexists(target):
        return ""
    if not target.is_dir():
        raise ExportError(f"{folder} is a file; wanted a folder, or a name that is free")
    try:
        present = {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_symlink() or not path.is_dir()}
        ours = {SITE_LIST, *_read_list(target / SITE_LIST)} if SITE_LIST in present else set()
    except (OSError, UnicodeDecodeError) as error:
        raise ExportError(f"{folder} is there already and cannot be read ({error}); choose another folder") from None
    if not present - ours:
        return ""
    if not ours:
        return "is there already and was not made by Selat"
    return f"holds what Selat did not write ({', '.join(sorted(present - ours)[:3])})"


def _read_list(path: Path) -> list[str]:
    return [] if path.is_symlink() else path.read_text("utf-8").splitlines()[1:]


def _find_free_name(target: Path) -> Path:
    names = (target.with_name(f"{target.name}.before-selat-{number}") for number in range(1, _TRIES))
    free = next((path for path in names if not os.path.lexists(path)), None)
    if free is None:
        raise ExportError(f"{target} cannot be moved aside: every name beside it is taken")
    return free


def _swap(target: Path, files: Mapping[str, bytes], *, aside: Path | None) -> Path | None:
    target.parent.mkdir(parents=True, exist_ok=True)
    is_written = False
    try:
        with scratch_folder(target.parent) as scratch:
            _write(scratch / "new", files)
            (scratch / REPLACED).mkdir()
            _exchange(scratch / "new", target, aside or scratch / REPLACED / target.name)
            is_written = True
    except OSError as error:
        if not is_written:
            raise
        reason = error.strerror or error
        raise ExportError(
            f"{target} is written; what it replaced is left in {scratch} and cannot be removed ({reason})"
        ) from None
    return aside


def _exchange(new: Path, target: Path, old: Path) -> None:
    """Rename ``target`` to ``old`` and ``new`` to ``target``, or leave ``target`` where it was."""
    has_old = target.exists()
    if has_old:
        target.rename(old)
    try:
        new.rename(target)
    except BaseException:  # an interruption too
        if has_old:
            old.rename(target)
        raise


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
