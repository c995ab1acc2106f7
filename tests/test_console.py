"""Every command writes to a console of any encoding: what it lacks is replaced, and nothing fails."""

import io
import sys

import pytest

from geo.cli.app import main
from tests.toy import write_toy_folder

EXTRA = "é²–…海"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_toy_folder(tmp_path_factory.mktemp("console") / "toy", extra=EXTRA)


@pytest.fixture
def console(monkeypatch):
    """Return a function that runs a command on a console of some encoding and returns exit code, output and errors."""

    def run(encoding, *words):
        streams = [io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2)]
        monkeypatch.setattr(sys, "argv", ["geo", *map(str, words)])
        monkeypatch.setattr(sys, "stdout", streams[0])
        monkeypatch.setattr(sys, "stderr", streams[1])
        code = main()
        return code, *(read_back(stream, encoding) for stream in streams)

    return run


def read_back(stream, encoding):
    stream.flush()
    return stream.buffer.getvalue().decode("utf-8" if encoding == "ascii" else encoding)


@pytest.mark.parametrize("encoding", ["ascii", "cp437", "cp850", "cp874", "cp932", "gbk", "utf-8", "utf-16"])
def test_every_command_writes_to_a_console_of_any_encoding(console, folder, encoding):
    for words in (["--help"], ["check", "--data", folder], ["coverage", "--data", folder]):
        code, written, errors = console(encoding, *words)
        assert (code, errors) == (0, ""), words
        assert written.strip()
    for words in (["check", "--data", f"none-{EXTRA}\udcff"], [f"chek-{EXTRA}"], ["cite", "--agreement", EXTRA]):
        code, _, errors = console(encoding, *words)
        assert code == 2, words
        assert len(errors.splitlines()) == 1


def test_a_sign_that_the_console_lacks_gets_its_plain_form_or_a_question_mark(console, folder):
    for encoding, shown in {"ascii": EXTRA, "cp437": "é²-...?", "cp932": "e2-…海", "gbk": "é2–…海"}.items():
        _, written, _ = console(encoding, "check", "--data", folder)
        assert f"Selat's tests {shown}" in written


def test_references_are_utf_8_on_every_console(console, folder):
    """They are a file's content, whose first line says so."""
    _, written, _ = console("latin-1", "cite", "--data", folder)

    assert EXTRA in written.encode("latin-1").decode()
