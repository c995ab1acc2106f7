"""A file is written whole or not at all, with the rights that a file has there."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from geo.atomic_write import write_atomically


def test_a_new_file_has_the_rights_of_new_files_and_an_old_one_keeps_its_own(tmp_path):
    beside, path = tmp_path / "beside", tmp_path / "file"
    beside.write_bytes(b"")
    write_atomically(path, b"one")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(beside.stat().st_mode)

    path.chmod(0o640)
    write_atomically(path, b"two")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"two", 0o640)
    assert sorted(tmp_path.iterdir()) == [beside, path]


def test_threads_that_write_leave_the_mask_of_the_process_alone(tmp_path):
    before = os.umask(0o022)
    try:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda number: write_atomically(tmp_path / str(number % 8), b"x"), range(400)))
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)


def test_what_fails_leaves_nothing(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError("no room")))

    with pytest.raises(OSError, match="no room"):
        write_atomically(path, b"new")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("file", b"old")]
