"""Files are written atomically and with the right permissions, and what a killed writer leaves is removed by the next."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from geo import atomic_write
from geo.atomic_write import REPLACED, scratch_folder, sweep, write_atomically
from geo.site.folder import replace_folder
from tests.conftest import ROOT

LEFT = f".{'0' * 32}.selat-part"
locks = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such locks, and killed writers' files stay a day")


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


def test_the_longest_name_that_a_file_may_have_can_be_written(tmp_path):
    path = tmp_path / ("x" * 255)
    write_atomically(path, b"whole")

    assert path.read_bytes() == b"whole"


# --- what is left aside ---------------------------------------------------------------------------------------------


@locks
@pytest.mark.parametrize("clock_s", [0.0, 7e9], ids=["1970", "2191"])
def test_what_a_dead_writer_left_is_removed_under_any_clock_and_nothing_else_is(tmp_path, monkeypatch, clock_s):
    monkeypatch.setattr("time.time", lambda: clock_s)
    kept = ["mine.selat-part", ".cafe.selat-part", f"{LEFT}.txt", f".{'0' * 32}"]
    for name in (LEFT, *kept):
        (tmp_path / name).write_bytes(b"half")
    (tmp_path / f".{'1' * 32}.selat-part").symlink_to(tmp_path / "mine.selat-part")
    (tmp_path / f".{'2' * 32}.selat-part").mkdir()

    write_atomically(tmp_path / "file", b"whole")

    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == sorted([*kept, f".{'1' * 32}.selat-part", "file"])


@locks
def test_what_a_live_writer_still_uses_stays(tmp_path):
    with scratch_folder(tmp_path) as scratch:
        (scratch / "page").write_bytes(b"half")
        os.utime(scratch, (0, 0))
        write_atomically(tmp_path / "file", b"whole")
        assert (scratch / "page").read_bytes() == b"half"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_without_locks_only_what_is_older_than_a_day_is_removed(tmp_path, monkeypatch):
    @contextmanager
    def refuse(path, *, wait):
        raise OSError(38, "Function not implemented")
        yield

    monkeypatch.setattr(atomic_write, "_lock", refuse)
    old, new = tmp_path / LEFT, tmp_path / f".{'1' * 32}.selat-part"
    for path, age_s in ((old, 90_000), (new, 80_000)):
        path.write_bytes(b"half")
        os.utime(path, (time.time() - age_s,) * 2)

    write_atomically(tmp_path / "file", b"whole")

    assert sorted(path.name for path in tmp_path.iterdir()) == [new.name, "file"]


@locks
def test_writers_that_sweep_all_the_time_never_take_one_anothers_file(tmp_path):
    def work(number):
        write_atomically(tmp_path / str(number % 3), bytes([number % 256]) * 100)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(600)))

    assert sorted(path.name for path in tmp_path.iterdir()) == ["0", "1", "2"]


@locks
def test_what_was_being_replaced_comes_back_unless_something_stands_there(tmp_path):
    """A site is moved away before the new one takes its place."""
    for name in ("gone", "there"):
        (tmp_path / LEFT / REPLACED / name).mkdir(parents=True)
        (tmp_path / LEFT / REPLACED / name / "index.html").write_bytes(b"old")
    (tmp_path / "there").mkdir()

    sweep(tmp_path)

    assert (tmp_path / "gone" / "index.html").read_bytes() == b"old"
    assert list((tmp_path / "there").iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["gone", "there"]


# --- killed at any moment -------------------------------------------------------------------------------------------

# Writes old and new in turn for ever, and says when it has begun.
WRITER = """
import sys
from itertools import cycle
from geo.atomic_write import write_atomically
from geo.site.folder import replace_folder
folder = Path(sys.argv[1])
print("begun", flush=True)
for letter in cycle((b"a", b"b")):
    write_atomically(folder / "file", letter * 300_000)
    replace_folder(folder / "site", {f"{n}.html": letter * 3_000 for n in range(9)}, title="t")
"""


@locks
def test_a_writer_killed_at_any_moment_leaves_old_or_new_and_the_next_leaves_nothing_else(tmp_path):
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    replace_folder(tmp_path / "site", {f"{n}.html": b"a" * 3_000 for n in range(9)}, title="t")
    for pause_s in (0.0, 0.003, 0.017, 0.031):
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as writer:
            writer.stdout.readline()
            time.sleep(pause_s)
            writer.kill()

        file = tmp_path / "file"
        assert not file.exists() or file.read_bytes() in (b"a" * 300_000, b"b" * 300_000)
        sweep(tmp_path)
        assert {path.name for path in tmp_path.iterdir()} <= {"file", "site"}
        pages = [path.read_bytes() for path in (tmp_path / "site").glob("*.html")]
        assert len(pages) == 9
        assert set(pages) in ({b"a" * 3_000}, {b"b" * 3_000})
