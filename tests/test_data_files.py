"""JSON of a data folder is read as Python's own reader reads it, number for number and refusal for refusal."""

import json
import math
import random
import struct

import pytest

from geo.errors import SchemaError
from geo.scheme.data_files import read_json
from tests.conftest import ROOT


def read(folder, content):
    (folder / "toy.json").write_bytes(content)
    return read_json(folder / "toy.json")


def refuse(name):
    raise ValueError(name)


def judged(reader, *arguments):
    """Return what a reader makes of it, a refusal as `None` in a tuple of its own."""
    try:
        return repr(reader(*arguments))  # -0.0, 0.0 and 0 are told apart
    except (SchemaError, ValueError):
        return ("refused",)


@pytest.mark.parametrize("file", ["land.geojson", "agreements.json"])
def test_shipped_files_are_read_as_json_reads_them(file):
    assert judged(read_json, ROOT / "data" / file) == judged(json.loads, (ROOT / "data" / file).read_text("utf-8"))


def test_numbers_are_the_same_to_the_last_bit(tmp_path):
    """Any double in its shortest form, and with more digits than it can hold."""
    chance = random.Random(4)
    doubles = [struct.unpack("d", chance.randbytes(8))[0] for _ in range(20_000)]
    written = [repr(number) for number in doubles if math.isfinite(number)]
    written += [f"{chance.uniform(-540, 540):.{chance.randrange(1, 40)}f}" for _ in range(20_000)]
    written += [f"{chance.getrandbits(70)}e{chance.randrange(-340, 300)}" for _ in range(20_000)]
    content = f"[{', '.join(written)}]"

    assert judged(read, tmp_path, content.encode()) == judged(json.loads, content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[1,]",
        b"[01]",
        b"[1.]",
        b"[.5]",
        b"[+1]",
        b"[NaN]",
        b"[-Infinity]",
        b"[1e999]",
        b"[-0, -0.0, 1e-400]",
        b'"\\ud800"',
        b'"\\ud83d\\ude00"',
        b'"\\u0000"',
        b'"\x01"',
        b'"\xff"',
        b'{"a": 1, "a": 2}',
        b"[1] x",
        b"9" * 4300,
        b"9" * 4301,
        b"[" * 63 + b"]" * 63,
    ],
)
def test_odd_content_is_judged_as_json_judges_it(tmp_path, content):
    wanted = judged(lambda: json.loads(content.decode("utf-8"), parse_constant=refuse))

    assert judged(read, tmp_path, content) == wanted
