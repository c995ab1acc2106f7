"""Compiled kernels are kept where something can be written, and compiled again wherever they cannot be read."""

import importlib.util
import logging
import subprocess
import sys
import tempfile

import pytest

from geo import compile_clock, disk_cache
from geo.compile_clock import COMPILE_CLOCK, CompileClock
from geo.disk_cache import CACHE_VARIABLE
from geo.sea import _kernels
from tests.conftest import ROOT

SOURCE = """
from geo.sea._kernels import kernel

@kernel
def double(value):
    return value + value
"""


@pytest.fixture(autouse=True)
def _as_installed(tmp_path, monkeypatch):
    """Let a spare folder be the only other place, and say again what was said."""
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.delenv(CACHE_VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    disk_cache._warn.cache_clear()
    _kernels._digest_code.cache_clear()


@pytest.fixture
def source(tmp_path):
    """Return the file of a kernel in a folder of its own."""
    path = tmp_path / "package" / "_toy.py"
    path.parent.mkdir()
    path.write_text(SOURCE, "utf-8")
    return path


def load(source):
    """Return the kernel of a file as a new process would."""
    _kernels._digest_code.cache_clear()
    specification = importlib.util.spec_from_file_location("toy_kernel", source)
    module = importlib.util.module_from_spec(specification)
    sys.modules["toy_kernel"] = module  # Numba looks the module of a function up
    specification.loader.exec_module(module)
    return module.double


def is_compiled(source, value=21):
    """Return whether the kernel had to be compiled for a value; its answer is right in any case."""
    double = load(source)
    assert double(value) == value + value
    [misses] = [sum(double.stats.cache_misses.values())]
    assert misses + sum(double.stats.cache_hits.values()) == 1
    assert COMPILE_CLOCK.elapsed_s() is None
    return bool(misses)


def kernels(folder):
    return sorted(folder.rglob("*.kernel"))


def test_a_kernel_is_kept_beside_its_source(source):
    assert is_compiled(source)
    assert not is_compiled(source)
    assert [path.parent for path in kernels(source.parent.parent)] == [source.parent / "__pycache__"]


def test_each_type_of_argument_has_a_form_of_its_own(source):
    assert [is_compiled(source, value) for value in (21, 2.5, 21, 2.5)] == [True, True, False, False]
    assert len(kernels(source.parent)) == 2


@pytest.mark.parametrize("value", ["off", "folder"])
def test_what_is_beside_the_source_is_read_whatever_the_variable_says(source, tmp_path, monkeypatch, value):
    """As in a container whose kernels were compiled when it was built."""
    assert is_compiled(source)
    monkeypatch.setenv(CACHE_VARIABLE, "off" if value == "off" else str(tmp_path / "named"))

    assert not is_compiled(source)
    assert not (tmp_path / "named").exists()


def test_off_writes_nothing(source, tmp_path, monkeypatch, caplog):
    monkeypatch.setenv(CACHE_VARIABLE, "off")

    assert is_compiled(source)
    assert is_compiled(source)
    assert kernels(tmp_path) == []
    assert not caplog.records


def test_the_variable_names_the_folder(source, tmp_path, monkeypatch):
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "named"))

    assert is_compiled(source)
    assert not is_compiled(source)
    assert [path.parent for path in kernels(tmp_path)] == [tmp_path / "named"]


@pytest.mark.parametrize("value", ["", "off"])
def test_numbas_own_variable_is_respected(source, tmp_path, monkeypatch, value):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "numba"))
    monkeypatch.setenv(CACHE_VARIABLE, value)

    assert is_compiled(source)
    assert not is_compiled(source)
    assert [path.parent for path in kernels(tmp_path)] == [tmp_path / "numba"]


def test_where_nothing_can_be_written_beside_it_the_cache_folder_is_used(source, tmp_path, caplog):
    (source.parent / "__pycache__").write_text("a file", "utf-8")

    assert is_compiled(source)
    assert not is_compiled(source)
    assert [path.parent for path in kernels(tmp_path)] == [disk_cache._user_folder()]
    assert not caplog.records


def test_where_nothing_can_be_written_at_all_it_is_slower_and_says_so_once(source, tmp_path, monkeypatch, caplog):
    (source.parent / "__pycache__").write_text("a file", "utf-8")
    monkeypatch.setenv(CACHE_VARIABLE, str(source / "cache"))
    disk_cache._temporary_folder().write_text("a file", "utf-8")

    assert is_compiled(source)
    assert is_compiled(source, 2.5)
    assert kernels(tmp_path) == []
    [line] = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert "Selat starts slower each time, and nothing else changes" in line


@pytest.mark.parametrize("damage", [lambda content: b"", lambda content: content[:-1], lambda content: b"x" + content[1:]])
def test_a_damaged_kernel_is_compiled_again(source, damage):
    is_compiled(source)
    [path] = kernels(source.parent)
    path.write_bytes(damage(path.read_bytes()))

    assert is_compiled(source)
    assert not is_compiled(source)


def test_a_change_in_a_file_that_it_may_import_is_noticed(source):
    """Numba's own cache would not."""
    beside = source.with_name("_plane.py")
    beside.write_text("A = 1", "utf-8")
    is_compiled(source)
    beside.write_text("A = 2", "utf-8")

    assert is_compiled(source)


def test_without_a_source_file_it_is_compiled(source, tmp_path):
    """As in a frozen application."""
    double = load(source)
    source.unlink()
    _kernels._digest_code.cache_clear()

    assert double(21) == 42
    assert kernels(tmp_path) == []


def test_processes_that_start_at_once_on_an_empty_cache_compile_rightly(source, tmp_path):
    program = f"""
import sys
sys.path.insert(0, {str(source.parent)!r})
from geo.sea import _kernels
print("ready", flush=True)
sys.stdin.readline()
from _toy import double
print(double(21), double(2.5))
"""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, **pipes) for _ in range(2)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()

    assert [process.communicate() for process in processes] == [("42 5.0\n", "")] * 2
    assert len(kernels(tmp_path)) == 2
    assert [path for path in (source.parent / "__pycache__").iterdir() if path.suffix not in {".kernel", ".pyc"}] == []


def test_the_clock_counts_from_the_first_kernel_and_only_while_one_is_compiled(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(compile_clock.time, "monotonic", lambda: now[0])
    clock = CompileClock()
    assert clock.elapsed_s() is None
    clock.start()
    now[0] = 103.0
    clock.start()  # a kernel that the first one calls
    clock.stop()
    assert clock.elapsed_s() == 3.0
    clock.stop()
    assert clock.elapsed_s() is None
    clock.start()
    now[0] = 112.0
    assert clock.elapsed_s() == 12.0
    clock.stop()
    now[0] = 5000.0  # long after, another wait
    clock.start()
    assert clock.elapsed_s() == 0.0


def test_the_clock_runs_while_a_kernel_is_compiled(source, monkeypatch):
    seen = []
    double = load(source)
    save = type(double._cache).save_overload

    def look(*arguments):
        seen.append(COMPILE_CLOCK.elapsed_s())
        save(*arguments)

    monkeypatch.setattr(type(double._cache), "save_overload", look)
    double(21)

    assert seen[0] is not None
