"""What several tests share: the shipped scheme, and a small made-up one that may be changed."""

from __future__ import annotations

from pathlib import Path

import hypothesis
import pytest

from geo.coverage.answers import CoverageModel
from geo.scheme import patrol_scheme as scheme
from geo.scheme.patrol_scheme import PatrolScheme
from tests.toy import write_toy_folder

ROOT = Path(__file__).resolve().parent.parent
BROWSER_TESTS = ROOT / "tests" / "browser"

# What takes long on a busy machine is no fault.
hypothesis.settings.register_profile(
    "selat", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.load_profile("selat")


@pytest.hookimpl(tryfirst=True)  # before pytest selects by mark
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test in ``tests/browser``: a browser is started there and nowhere else."""
    for item in items:
        if BROWSER_TESTS in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def shipped() -> PatrolScheme:
    """Return the shipped scheme, read once; tests leave it as it is."""
    return scheme.load(ROOT / "data")


@pytest.fixture(scope="session")
def model(shipped: PatrolScheme) -> CoverageModel:
    """Return the answers of the shipped scheme, computed once; they remember nothing of what they are asked."""
    return CoverageModel(shipped)


@pytest.fixture
def toy_folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Return a complete data folder of a made-up strait with six points.

    ``@pytest.mark.parametrize("toy_folder", [HOSTILE], indirect=True)`` adds a text to every text in it.
    """
    return write_toy_folder(tmp_path / "toy", extra=getattr(request, "param", ""))
