"""Every command that writes says in one line why it cannot, exits with 2, and leaves what was there as it was."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from geo.cli import export as cli_export
from geo.cli import isochrones as cli_isochrones
from geo.cli.app import app
from geo.coverage.answers import CoverageModel
from geo.scheme.patrol_scheme import load
from geo.site import publish as site_publish
from tests.toy import write_toy_folder

NOBODY = 65534
OUT = {"export": "map.csv", "isochrones": "map.geojson", "cite": "map.bib", "publish": "site"}
WORDS = {"export": ("--table", "coverage"), "isochrones": (), "cite": (), "publish": ()}
OURS = {
    "export": b"selat_stamp\r\n",
    "isochrones": b'{"generator": "Selat isochrones"}',
    "cite": b'note = "Selat ',
}
each_writer = pytest.mark.parametrize("command", OUT)
each_file_writer = pytest.mark.parametrize("command", OURS)


@pytest.fixture(scope="module")
def toy():
    """Return a data folder that other users may read, unlike what pytest makes."""
    with tempfile.TemporaryDirectory(prefix="selat-toy-") as parent:
        Path(parent).chmod(0o755)
        yield write_toy_folder(Path(parent) / "toy")


@pytest.fixture(scope="module")
def model(toy):
    return CoverageModel(load(toy))


@pytest.fixture
def folder():
    """Return a folder outside pytest's own, which other users cannot enter."""
    path = Path(tempfile.mkdtemp(prefix="selat-writers-"))
    yield path
    path.chmod(0o700)
    shutil.rmtree(path)


@pytest.fixture
def nobody():
    """Return what gives up the rights of root, which may write anywhere, until the end of the test."""
    if not hasattr(os, "geteuid"):
        pytest.skip("no users as POSIX has them")
    before = os.geteuid()
    yield lambda: os.seteuid(NOBODY) if before == 0 else None
    os.seteuid(before)


@pytest.fixture
def write(toy, model, monkeypatch):
    """Return what runs a command; distances are computed once for all tests, and the site is small."""
    for module in (cli_export, cli_isochrones):
        monkeypatch.setattr(module, "CoverageModel", lambda scheme: model)
    monkeypatch.setattr(site_publish, "site_files", lambda scheme, base_url: {"index.html": b"<p>" * 2_000})
    scheme = load(toy)
    for module in ("export", "isochrones", "publish"):
        monkeypatch.setattr(f"geo.cli.{module}.load", lambda folder: scheme)

    def run(command, out, *words):
        place = ("--out", str(out)) if command == "cite" else (str(out),)
        return CliRunner().invoke(app, [command, *place, *WORDS[command], "--data", str(toy), *words])

    return run


def tree(folder):
    """Return everything in a folder: files with their contents, links and folders without."""
    return {
        path.relative_to(folder): path.read_bytes() if path.is_file() and not path.is_symlink() else None
        for path in folder.rglob("*")
    }


def assert_refused(result, *parts):
    assert result.exit_code == 2, result.output
    assert result.stderr.count("\n") == 1
    assert [part for part in parts if part not in result.stderr] == []


@each_writer
def test_each_writes_where_it_may(write, folder, command):
    assert write(command, folder / OUT[command]).exit_code == 0
    assert [path.name for path in folder.iterdir()] == [OUT[command]]


@each_writer
def test_a_file_cut_off_in_the_middle_is_not_left(write, folder, command):
    """The system refuses what goes beyond 64 bytes."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, before[1]))
    try:
        result = write(command, folder / OUT[command])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert_refused(result, OUT[command], "Nothing was changed; raise the limit, or choose another disk")
    assert tree(folder) == {}


@each_writer
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_leaves_what_was_there(write, folder, command, code, monkeypatch):
    assert write(command, folder / OUT[command]).exit_code == 0
    before = tree(folder)

    def refuse(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", refuse)
    monkeypatch.setattr(Path, "write_bytes", refuse)
    assert_refused(write(command, folder / OUT[command]), "the disk is full. Nothing was changed; free some space")
    assert tree(folder) == before


@each_writer
def test_a_folder_that_is_read_only(write, folder, command, nobody):
    folder.chmod(0o555)
    nobody()

    assert_refused(write(command, folder / OUT[command]), "not yours to write in. Nothing was changed; choose another folder")
    assert tree(folder) == {}


@each_writer
def test_a_folder_that_may_not_be_entered(write, folder, command, nobody):
    (folder / "private").mkdir()
    (folder / "private").chmod(0o000)
    nobody()

    assert_refused(write(command, folder / "private" / OUT[command]), "not yours to write in. Nothing was changed")


@each_file_writer
@pytest.mark.parametrize("words", [(), ("--force",)], ids=["", "force"])
def test_another_users_file_in_the_way_stays_theirs(write, folder, command, nobody, words):
    """A folder that all may write in; the file looks like one of ours."""
    path = folder / OUT[command]
    path.write_bytes(OURS[command])
    path.chmod(0o444)
    folder.chmod(0o777)
    nobody()

    assert_refused(write(command, path, *words), f"{path} is there already and is write-protected or another user's")
    assert tree(folder) == {Path(path.name): OURS[command]}


@each_file_writer
def test_another_users_file_that_cannot_be_read(write, folder, command, nobody):
    path = folder / OUT[command]
    path.write_bytes(OURS[command])
    path.chmod(0o000)
    folder.chmod(0o777)
    nobody()

    assert_refused(write(command, path), "is there already and cannot be read (Permission denied); choose another name")


def test_another_users_site_in_the_way_stays_theirs(write, folder, nobody):
    assert write("publish", folder / "site").exit_code == 0
    before = tree(folder)
    (folder / "site").chmod(0o555)
    folder.chmod(0o777)
    nobody()

    assert_refused(write("publish", folder / "site"), "site cannot be written", "Nothing was changed")
    assert tree(folder) == before


@each_file_writer
@pytest.mark.parametrize("words", [(), ("--force",)], ids=["", "force"])
def test_a_folder_in_the_place_of_the_file(write, folder, command, words):
    (folder / OUT[command]).mkdir()

    assert_refused(write(command, folder / OUT[command], *words), "is a folder; wanted the name of a file in it")
    assert tree(folder) == {Path(OUT[command]): None}


@each_file_writer
def test_a_device_or_a_pipe_is_never_replaced(write, folder, command):
    """With `--force`, a rename would put a file in its place."""
    os.mkfifo(folder / OUT[command])

    assert_refused(write(command, folder / OUT[command], "--force"), "is no ordinary file; choose another name")
    assert (folder / OUT[command]).is_fifo()


@each_writer
@pytest.mark.parametrize(
    ("make", "name", "part"),
    [
        (lambda folder: None, "x" * 300 + "{out}", "its name is too long"),
        (lambda folder: (folder / "file").write_bytes(b""), "file/{out}", "a part of its path is a file, not a folder"),
        (lambda folder: (folder / "loop").symlink_to("loop"), "loop/{out}", "cannot be written: "),
    ],
    ids=["long", "in a file", "loop"],
)
def test_a_path_that_leads_nowhere(write, folder, command, make, name, part):
    make(folder)
    before = tree(folder)

    assert_refused(write(command, folder / name.format(out=OUT[command])), part, "Nothing was changed")
    assert tree(folder) == before


@each_file_writer
def test_a_folder_that_is_not_there(write, folder, command):
    assert_refused(
        write(command, folder / "no" / OUT[command]), "its folder is not there. Nothing was changed; make the folder"
    )
    assert tree(folder) == {}


@each_writer
@pytest.mark.parametrize("clock_s", [0.0, 7e9], ids=["1970", "2191"])
def test_a_wrong_clock_is_no_matter(write, folder, command, clock_s, monkeypatch):
    assert write(command, folder / OUT[command]).exit_code == 0
    before = tree(folder)
    monkeypatch.setattr("time.time", lambda: clock_s)

    assert write(command, folder / OUT[command]).exit_code == 0
    assert tree(folder) == before
