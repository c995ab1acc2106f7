"""What the reader has chosen: the one value that page, command line and export draw from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from geo.coverage.answers import COVERAGE_LAYERS
from geo.coverage.scenario import Scenario
from geo.errors import ScenarioError
from geo.scheme.as_of import years
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import LANGUAGES

__all__ = ["BACKGROUNDS", "DEFAULT_LAYERS", "LAYER_IDS", "RANGES", "Selection"]

LAYER_IDS: Final = ("sides", "lines", "limits", "ports", "bases", "towns", "air")
DEFAULT_LAYERS: Final = ("sides", "lines", "ports")
BACKGROUNDS: Final = ("own", "osm")
# Least value, greatest value and step of each numeric control.
RANGES: Final = {"speed_kn": (5.0, 40.0, 1.0), "limit_h": (0.5, 24.0, 0.5), "readiness_h": (0.0, 4.0, 0.25)}


@dataclass(frozen=True)
class Selection:
    """Language, layers, background, and what is selected: a control point or place, an agreement.

    ``view`` counts how often the reader asked for the opening view. ``scenario`` is the
    question (``None`` while distances are computed), ``coverage_layer`` the shapes of its
    answer that are drawn, ``water`` the (lon, lat) of the clicked position, ``year`` the year
    that the scheme is shown as of (``None`` for today).

    Raises
    ------
    ScenarioError
        If the language, a layer or the background is unknown.
    """

    lang: str = "en"
    feature_id: str | None = None
    agreement_id: str | None = None
    layers: tuple[str, ...] = DEFAULT_LAYERS
    background: str = "own"
    dark: bool = False
    view: int = 0
    scenario: Scenario | None = None
    coverage_layer: str = "none"
    water: tuple[float, float] | None = None
    year: int | None = None

    def __post_init__(self) -> None:
        _require_known("language", (self.lang,), LANGUAGES)
        _require_known("layer", self.layers, LAYER_IDS)
        _require_known("coverage layer", (self.coverage_layer,), COVERAGE_LAYERS)
        _require_known("background", (self.background,), BACKGROUNDS)

    def within(self, scheme: PatrolScheme) -> Selection:
        """Return the selection without features, agreements and years that this scheme does not have."""
        return replace(
            self,
            feature_id=self.feature_id if self.feature_id in scheme.feature_ids else None,
            agreement_id=self.agreement_id if scheme.agreement(self.agreement_id) else None,
            year=self.year if self.year in years(scheme) else None,
        )


def _require_known(kind: str, names: tuple[str, ...], known: tuple[str, ...]) -> None:
    for name in names:
        if name not in known:
            raise ScenarioError(f"no {kind} {name!r}; known: {', '.join(known)}")
