"""Same sources, same bytes: whatever can be made without npm is made again and compared."""

import importlib.util
import shutil

import pytest

from geo.scheme.sources import read_sources
from scripts import build_data
from scripts.build_ground import LANDMASK_SHA256, require_sha256
from tests.conftest import ROOT

pytestmark = pytest.mark.build
DATA = ROOT / "data"
NEEDS_NPM = {"waters.geojson", "waters-light.geojson"}  # made from npm's package of maritime borders
REBUILT = sorted({record.file for record in read_sources(DATA).files} - NEEDS_NPM | {"sources.toml"})


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory):
    """Return a folder in which everything was made again; the two files that need npm are copied."""
    if importlib.util.find_spec("roaring_landmask") is None:
        pytest.fail(
            "roaring-landmask is not installed, so the data cannot be rebuilt: run `make test`. "
            "It has no wheel for Linux on aarch64 or macOS on Intel: run this test on another machine."
        )
    folder = tmp_path_factory.mktemp("rebuilt")
    for file in NEEDS_NPM:
        shutil.copy(DATA / file, folder)
    build_data.build(folder, borders=None)
    return folder


@pytest.mark.parametrize("file", REBUILT)
def test_a_file_is_made_again_to_the_byte(rebuilt, file):
    assert (rebuilt / file).read_bytes() == (DATA / file).read_bytes()


def test_nothing_else_is_made(rebuilt):
    assert {path.name for path in rebuilt.iterdir()} == {*REBUILT, *NEEDS_NPM}


def test_another_release_of_a_source_is_refused():
    """Land that differs would move the strait without anybody's noticing."""
    with pytest.raises(SystemExit, match=r"the land: sha256 [0-9a-f]{64}; wanted .*the source has changed"):
        require_sha256(b"other", LANDMASK_SHA256, "the land")
