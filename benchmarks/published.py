"""Published sea distances within the study box beside Selat's: an independent check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geo.scheme.patrol_scheme import PatrolScheme
from geo.sea.distance import SeaDistance
from geo.units import m_to_nmi

TABLE: Final = "Pub. 151, through LINERLIB"
__all__ = ["Pair", "Published", "compare_published"]


@dataclass(frozen=True)
class Pair:
    """A published distance between two ports, by their ids in places.geojson."""

    begin_id: str
    end_id: str
    nmi: float
    source: str
    remark: str


@dataclass(frozen=True)
class Published:
    """A pair with Selat's distance between the nearest water to its ends."""

    pair: Pair
    ports: str
    ours_nmi: float
    snapped_km: float

    @property
    def longer_percent(self) -> float:
        """By how many per cent the published distance is longer."""
        return (self.pair.nmi / self.ours_nmi - 1) * 100


_PAIRS: Final = (
    Pair("melaka", "singapore-keppel", 117, TABLE, "lanes, and a wide berth at headlands"),
    Pair("penang", "singapore-keppel", 369, TABLE, "lanes, and a wide berth at headlands"),
    Pair("port-klang", "singapore-keppel", 220, TABLE, "a generous figure; lanes, and a wide berth at headlands"),
    Pair("tanjung-pelepas", "singapore-keppel", 32, TABLE, "an outlier of the table, far longer than the water path: no test"),
    Pair("dumai", "melaka", 65, "a ferry (a blog)", "“about 120 km”: rough"),
)


def compare_published(scheme: PatrolScheme, sea: SeaDistance) -> list[Published]:
    """Measure every pair, with both ends moved to the nearest navigable water."""
    return [_measure(scheme, sea, pair) for pair in _PAIRS]


def _measure(scheme: PatrolScheme, sea: SeaDistance, pair: Pair) -> Published:
    ports = [scheme.place(port_id) for port_id in (pair.begin_id, pair.end_id)]
    field, end = (sea.from_point(port.lon, port.lat) for port in ports)
    names = " – ".join(port.name for port in ports)
    snapped_km = (field.start_snap_m + end.start_snap_m) / 1000
    return Published(pair, names, m_to_nmi(float(field.at_m(*end.start))), snapped_km)
