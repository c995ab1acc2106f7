"""The disk cache changes no result: arrays are the same to the last bit, and anything wrong is computed again.

What cannot be written is said once.
"""

import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from platformdirs.macos import MacOS
from platformdirs.unix import Unix
from platformdirs.windows import Windows

from geo import disk_cache
from geo.coverage.grid import strait_grid
from geo.disk_cache import CACHE_VARIABLE, WORTH_CACHING, cached_arrays
from geo.measure import WGS84
from geo.sea.distance import SeaDistance

ISLANDS = [shapely.Point(100.1 + step % 9 / 10, 3.1 + step // 9 / 10).buffer(0.04, 20) for step in range(81)]
WATER = shapely.box(100, 3, 101, 4) - shapely.union_all(ISLANDS)
EXPECTED = {"whole": np.arange(7), "broken": np.array([[0.1, np.nan], [np.inf, -0.0]]), "one": np.asarray(2.5)}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return the cache folder of this test, which does not exist yet."""
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(autouse=True)
def spare(tmp_path_factory, monkeypatch):
    """Return the folder that takes the place of the cache folder; it does not exist yet. What was said is said again."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("temporary")))
    disk_cache._warn.cache_clear()
    return disk_cache._temporary_folder()


@pytest.fixture
def no_spare(spare):
    """Let a file stand where that folder would be."""
    spare.write_text("a file", "utf-8")


class Computation:
    """Returns `EXPECTED` and counts its calls."""

    def __init__(self):
        self.calls = 0

    def __call__(self):
        self.calls += 1
        return dict(EXPECTED)


def request(compute, *, name="toy", inputs=(b"coast", 1000.0), code=(__file__,)):
    arrays = cached_arrays(name, inputs, code, compute)
    assert bits(arrays) == bits(EXPECTED)
    return arrays


def bits(arrays):
    return {name: (value.dtype.str, value.shape, value.tobytes()) for name, value in arrays.items()}


def only_file(folder):
    (path,) = folder.iterdir()
    return path


def field(water):
    """Return the distances of a field, the triangles of its cells, and a path."""
    sea = SeaDistance(water)
    lon, lat = np.meshgrid(np.linspace(100, 101, 40), np.linspace(3, 4, 40))
    cells = sea.locate(lon, lat)
    distances = sea.from_point(100.02, 3.02, targets=cells)
    return distances.at_located_m(cells).tobytes(), cells.triangle.tobytes(), distances.path(100.97, 3.96).tobytes()


def grid():
    table = gpd.GeoDataFrame({"side": ["ID"]}, geometry=[WATER], crs=WGS84)
    cells = strait_grid(table, table, cell_m=2_000)
    arrays = cells.row, cells.column, cells.area_km2, cells.lon, cells.lat, cells.side
    return [(values.dtype.str, values.tobytes()) for values in arrays], cells.origin_m, cells.shape, cells.sides


@pytest.mark.parametrize("answer", [lambda: field(WATER), grid], ids=["field", "grid"])
def test_answers_are_the_same_from_disk_and_without_to_the_last_bit(folder, monkeypatch, answer):
    """Computed and cached, read, and computed without a cache; reading does not write the file again."""
    computed = answer()
    written = only_file(folder).stat().st_mtime_ns
    read = answer()
    assert only_file(folder).stat().st_mtime_ns == written
    monkeypatch.setenv(CACHE_VARIABLE, "off")

    assert shapely.get_num_coordinates(WATER) > WORTH_CACHING
    assert computed == read == answer()


def test_a_damaged_mesh_on_disk_changes_no_answer(folder):
    """One wrong corner would lead a kernel out of its arrays."""
    expected = field(WATER)
    path = only_file(folder)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x40
    path.write_bytes(content)

    assert field(WATER) == expected
    assert path.read_bytes() != content


def test_a_short_coast_is_not_cached(folder):
    field(shapely.box(100, 3, 101, 4))

    assert not folder.exists()


def test_cached_arrays_are_read(folder):
    compute = Computation()
    for _ in range(3):
        request(compute)

    assert compute.calls == 1
    assert len(list(folder.iterdir())) == 1
    with np.load(only_file(folder), allow_pickle=False) as file:  # a plain NumPy file
        assert bits(file) == bits(EXPECTED)


@pytest.mark.parametrize(
    "other",
    [{"inputs": (b"coast", 500.0)}, {"inputs": (b"coas", "t1000.0")}, {"code": (disk_cache.__file__,)}, {"name": "other"}],
)
def test_other_inputs_code_or_name_are_computed(folder, other):
    compute = Computation()
    request(compute)
    request(compute, **other)

    assert compute.calls == 2
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: b"no arrays at all",
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: content + b"x",
        lambda content: content[:-32] + bytes(32),
    ],
    ids=["empty", "other", "cut", "half", "longer", "digest"],
)
def test_a_damaged_file_is_replaced(folder, damage):
    compute = Computation()
    request(compute)
    path = only_file(folder)
    path.write_bytes(damage(path.read_bytes()))
    request(compute)
    request(compute)

    assert compute.calls == 2


def test_a_change_of_any_byte_is_noticed(folder):
    compute = Computation()
    request(compute)
    path = only_file(folder)
    whole = path.read_bytes()
    positions = range(0, len(whole), 7)
    for position in positions:
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        request(compute)

    assert compute.calls == 1 + len(positions)


def test_a_file_under_the_name_of_another_is_ignored(folder):
    compute = Computation()
    request(compute)
    first = only_file(folder)
    request(compute, inputs=(b"another coast",))
    second = next(path for path in folder.iterdir() if path != first)
    second.write_bytes(first.read_bytes())
    request(compute, inputs=(b"another coast",))

    assert compute.calls == 3


@pytest.fixture
def taken(tmp_path, monkeypatch):
    """Let a file have the name of the cache folder; return that name."""
    (tmp_path / "taken").write_text("a file", "utf-8")
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "taken"))
    return tmp_path / "taken"


def test_a_folder_that_cannot_be_created_is_replaced_by_one_of_the_users_own_and_said_once(taken, spare, caplog):
    compute = Computation()
    request(compute)
    request(compute)
    request(compute, name="other")

    assert compute.calls == 2
    assert {path.name.partition("-")[0] for path in spare.iterdir()} == {"toy", "other"}
    assert taken.read_text("utf-8") == "a file"
    [line] = [record.getMessage() for record in caplog.records]
    assert line == (
        f"{taken} cannot be written (File exists): Selat keeps what it has computed in {spare} instead. "
        "SELAT_CACHE names a folder that can be written, or is off"
    )


@pytest.mark.usefixtures("no_spare")
def test_no_folder_that_can_be_written_is_no_error_and_said_once(taken, caplog):
    compute = Computation()
    request(compute)
    request(compute)

    assert compute.calls == 2
    [line] = [record.getMessage() for record in caplog.records]
    assert line == (
        f"{taken} cannot be written (File exists): Selat starts slower each time, and nothing else changes. "
        "SELAT_CACHE names a folder that can be written, or is off"
    )


def test_a_full_disk_is_no_error_said_once_and_leaves_no_file(folder, spare, monkeypatch, caplog):
    def refuse(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", refuse)
    compute = Computation()
    request(compute)
    request(compute)

    assert compute.calls == 2
    assert [*folder.iterdir(), *spare.iterdir()] == []
    [line] = [record.getMessage() for record in caplog.records]
    assert "No space left on device" in line


@pytest.mark.skipif(sys.platform == "win32", reason="its temporary files are the user's own")
@pytest.mark.parametrize("fault", ["others may write in it", "another user's", "a link"])
def test_a_folder_that_another_user_could_have_filled_is_not_used(taken, spare, tmp_path, monkeypatch, fault):
    """Compiled kernels are read from it."""
    if fault == "a link":
        (tmp_path / "elsewhere").mkdir()
        spare.symlink_to(tmp_path / "elsewhere")
    else:
        spare.mkdir()
    if fault == "others may write in it":
        spare.chmod(0o777)
    if fault == "another user's":
        owner = os.getuid()
        monkeypatch.setattr(os, "getuid", lambda: owner + 1)
        spare.rename(spare.with_name(f"selat-{owner + 1}"))
    compute = Computation()
    request(compute)
    request(compute)

    assert compute.calls == 2
    assert taken.is_file()
    assert [path for path in Path(tempfile.gettempdir()).rglob("*") if path.is_file()] == []


@pytest.mark.skipif(sys.platform == "win32", reason="its temporary files are the user's own")
@pytest.mark.usefixtures("taken")
def test_whatever_the_umask_others_may_not_write_in_a_new_folder(spare):
    before = os.umask(0)
    try:
        request(Computation())
    finally:
        os.umask(before)

    assert spare.stat().st_mode & 0o022 == 0


def test_files_dated_in_the_future_push_no_new_one_out(folder):
    """As a wrong clock dates them."""
    compute = Computation()
    for number in range(4):
        request(compute, inputs=(number,))
    for path in folder.iterdir():
        os.utime(path, (4e9, 4e9))
    request(compute, inputs=("new",))
    request(compute, inputs=("new",))

    assert compute.calls == 5
    assert len(list(folder.iterdir())) == 4


def test_two_versions_share_a_folder(folder, tmp_path):
    """Each finds its own, whoever wrote last."""
    versions = [tmp_path / f"version-{number}.py" for number in range(2)]
    computations = [Computation(), Computation()]
    for version in versions:
        version.write_text(version.name, "utf-8")
    for _ in range(3):
        for version, compute in zip(versions, computations, strict=True):
            request(compute, code=(str(version),))

    assert [compute.calls for compute in computations] == [1, 1]
    assert len(list(folder.iterdir())) == 2


BESIDE_EACH_OTHER = """
import sys
import numpy as np
from geo.disk_cache import cached_arrays

print("ready", flush=True)
sys.stdin.readline()
for number in range(20):
    arrays = cached_arrays("toy", (number,), (), lambda: {"values": np.full(50_000, number)})
    assert (arrays["values"] == number).all()
"""


def test_processes_that_start_at_once_on_an_empty_cache_get_the_right_arrays(folder):
    command = [sys.executable, "-c", BESIDE_EACH_OTHER]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, **pipes) for _ in range(2)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()

    assert [process.communicate() for process in processes] == [("", "")] * 2
    assert [process.returncode for process in processes] == [0, 0]
    assert len(list(folder.iterdir())) == 4  # of one name, the newest


def test_code_without_source_files_is_not_cached(folder):
    compute = Computation()
    request(compute, code=(str(folder / "not-there.py"),))

    assert compute.calls == 1
    assert not folder.exists()


def test_old_files_are_deleted_and_those_of_another_name_stay(folder):
    compute = Computation()
    request(compute, name="other")
    for number in range(9):
        request(compute, inputs=(number,))
    request(compute, inputs=(8,))

    assert compute.calls == 10
    assert len(list(folder.glob("toy-*.npz"))) == 4
    assert len(list(folder.glob("other-*.npz"))) == 1


@pytest.mark.parametrize("word", ["off", "OFF", " off "])
def test_off_caches_nothing(tmp_path, monkeypatch, word):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(CACHE_VARIABLE, word)
    compute = Computation()
    request(compute)
    request(compute)

    assert compute.calls == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("system", "environment", "expected"),
    [
        (Unix, {"HOME": "/home/ani"}, "/home/ani/.cache/selat"),
        (Unix, {"HOME": "/home/ani", "XDG_CACHE_HOME": "/var/cache/ani"}, "/var/cache/ani/selat"),
        (Unix, {"HOME": "/home/ani", "XDG_CACHE_HOME": "not/absolute"}, "/home/ani/.cache/selat"),
        (MacOS, {"HOME": "/Users/ani"}, "/Users/ani/Library/Caches/selat"),
        (Windows, {"WIN_PD_OVERRIDE_LOCAL_APPDATA": "C:/Users/ani/AppData/Local"}, "C:/Users/ani/AppData/Local/selat"),
        (Unix, {"SELAT_CACHE": "/elsewhere"}, "/elsewhere"),
        (Unix, {"HOME": "/home/ani", "SELAT_CACHE": ""}, "/home/ani/.cache/selat"),
    ],
)
def test_the_cache_folder_is_the_one_of_the_system(monkeypatch, system, environment, expected):
    monkeypatch.setattr(disk_cache, "PlatformDirs", system)
    for name in ("HOME", "XDG_CACHE_HOME", CACHE_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert disk_cache._cache_folders()[0] == Path(expected)


def refuse_home(*_args, **_kwargs):
    raise RuntimeError("could not determine the home directory")


@pytest.mark.parametrize("home", ["none", "relative"])
def test_without_a_home_the_folder_among_the_temporary_files_is_used(monkeypatch, tmp_path, spare, caplog, home):
    """A user that the system does not know, as in a container: ``~`` stays ``~``, a name in the working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(CACHE_VARIABLE)
    if home == "none":
        monkeypatch.setattr(disk_cache, "PlatformDirs", refuse_home)
    else:
        monkeypatch.setenv("XDG_CACHE_HOME", "")
        monkeypatch.setattr(disk_cache, "PlatformDirs", Unix)
        monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    compute = Computation()
    request(compute)
    request(compute)

    assert compute.calls == 1
    assert [path.parent for path in spare.iterdir()] == [spare]
    assert list(tmp_path.iterdir()) == []
    assert not caplog.records
