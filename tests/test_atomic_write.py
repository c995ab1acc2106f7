"""Files are written atomically and with the right permissions."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from geo.atomic_write import write_atomically


def test_a_new_file_has_default_permissions_and_an_old_one_keeps_its_own(tmp_path):
    beside, path = tmp_path / "beside", tmp_path / "file"
    beside.write_bytes(b"")
    write_atomically(path, b"one")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(beside.stat().st_mode)

    path.chmod(0o640)
    write_atomically(path, b"two")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"two", 0o640)
    assert sorted(tmp_path.iterdir()) == [beside, path]


def test_threads_that_write_do_not_change_the_umask(tmp_path):
    before = os.umask(0o022)
    try:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda number: write_atomically(tmp_path / str(number % 8), b"x"), range(400)))
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))

    with pytest.raises(OSError, match="disk full"):
        write_atomically(path, b"new")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("file", b"old")]
