"""What holds for the tests of ``tests/`` and the examples in the docstrings of ``geo/`` alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from geo import disk_cache
from geo.scheme.data_files import DATA_VARIABLE


@pytest.fixture(autouse=True)
def _shipped_unless_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a SELAT_DATA of the person who runs the tests out of them."""
    monkeypatch.delenv(DATA_VARIABLE, raising=False)


@pytest.fixture(scope="session", autouse=True)
def _worked_out_afresh() -> Iterator[None]:
    """Keep what the person who runs the tests has on disk out of them, and them out of it; but compile kernels once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(disk_cache.CACHE_VARIABLE, "off")
        patch.setenv("NUMBA_CACHE_DIR", str(Path(__file__).parent / "geo" / "sea" / "__pycache__"))
        yield
