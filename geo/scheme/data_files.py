"""Opens the files of a data folder, as bytes, text or JSON; an error says in one sentence why a file cannot be read."""

from __future__ import annotations

import codecs
import json
import os
import re
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final, NoReturn

import numpy as np
from pydantic_core import from_json

from geo.errors import DataError, SchemaError

__all__ = ["data_folder", "decode_text", "read_bytes", "read_json", "require_folder"]

DATA_VARIABLE: Final = "SELAT_DATA"

MAX_BYTES: Final = 256 * 1024 * 1024
MAX_DEPTH: Final = 64  # levels of lists and objects; the shipped files have ten, and Python's json gives up near a thousand
_SHIPPED: Final = Path(__file__).resolve().parents[2] / "data"
_OTHER_MARKS: Final = ((codecs.BOM_UTF16_LE, "UTF-16"), (codecs.BOM_UTF16_BE, "UTF-16"))
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\Z)', re.DOTALL)


def data_folder(folder: Path | None = None) -> Path:
    """Return the folder to read: ``folder`` if given, else that of ``SELAT_DATA``, else the shipped one."""
    from_environment = os.environ.get(DATA_VARIABLE)
    return folder or (Path(from_environment) if from_environment else _SHIPPED)


def require_folder(folder: Path) -> None:
    """Raise `DataError` unless the folder exists."""
    try:
        is_folder = folder.is_dir()
    except OSError:  # a name that is too long, a folder above that may not be entered
        is_folder = False
    if not is_folder:
        raise DataError(f"{folder}: no such folder; wanted a data folder like the one shipped, see docs/data.md")


def read_bytes(path: Path, refusal: type[DataError] = SchemaError) -> bytes | None:
    """Return the content of a regular file; ``None`` where there is no such file.

    Raises
    ------
    DataError
        Of the class ``refusal``, for a symbolic link (the page serves none), a folder or
        device, a file of more than `MAX_BYTES`, and one that cannot be read.
    """
    try:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            raise refusal(f"{path.name}: is a link; wanted the file itself, since the page serves no links")
        if not stat.S_ISREG(status.st_mode):
            raise refusal(f"{path.name}: is a folder or device; wanted a file")
        if status.st_size > MAX_BYTES:
            raise refusal(f"{path.name}: has {status.st_size:,} bytes; wanted {MAX_BYTES:,} at most")
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise refusal(f"{path.name}: cannot be read ({error.strerror or error})") from None


def decode_text(content: bytes, name: str, refusal: type[DataError] = SchemaError) -> str:
    """Return the text of a file in UTF-8, without the byte order mark that some programs write before it.

    Raises
    ------
    DataError
        Of the class ``refusal``, for a file in another encoding; ``name`` is that of the file.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        encoding = next((encoding for mark, encoding in _OTHER_MARKS if content.startswith(mark)), None)
        line = content.count(b"\n", 0, error.start) + 1
        found = f"is {encoding}" if encoding else f"is not UTF-8 (line {line}: byte {content[error.start]:#04x})"
    raise refusal(f"{name}: {found}; save it as UTF-8")


def read_json(path: Path) -> object:
    """Return the parsed content of a JSON file in UTF-8; ``None`` where there is no such file.

    Raises
    ------
    SchemaError
        As `read_bytes` and `decode_text`, and for what is not JSON: NaN and Infinity, an
        integer of thousands of digits, nesting deeper than `MAX_DEPTH`.
    """
    content = read_bytes(path)
    if content is None:
        return None
    content = content.removeprefix(codecs.BOM_UTF8)
    if _depth(content) > MAX_DEPTH:
        raise SchemaError(f"{path.name}: cannot be read as JSON (nested more than {MAX_DEPTH} deep)")
    with suppress(ValueError):  # twice as fast as `json`, which decides on whatever is refused here, and says why
        return from_json(content, allow_inf_nan=False)
    text = decode_text(content, path.name)
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise SchemaError(f"{path.name}: cannot be read as JSON ({error})") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _depth(content: bytes) -> int:
    """Return how deep lists and objects are nested; limiting it keeps later recursion within the stack."""
    bare = np.frombuffer(_STRING.sub(b"", content), dtype=np.uint8)
    brackets = bare[np.isin(bare, np.frombuffer(b"[{]}", dtype=np.uint8))]
    steps = np.where(np.isin(brackets, np.frombuffer(b"[{", dtype=np.uint8)), 1, -1)
    return int(np.cumsum(steps).max(initial=0))
