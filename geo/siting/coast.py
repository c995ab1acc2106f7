"""The value of the coast: what one more start at each candidate would gain, as GeoJSON."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Final

from geo.arrays import Floats
from geo.siting.candidates import Candidates
from geo.siting.result import Goal, SiteSet

__all__ = ["COAST_MARK", "coast_gains", "coast_geojson"]

COAST_MARK: Final = "Selat value of the coast"  # in the head of every such file
_DECIMALS: Final = 5  # of a degree, about a metre


def coast_gains(goal: Goal, value: Floats, before: SiteSet) -> Floats:
    """Return what each candidate gains: points of a hundred for a share, minutes for hours; never below 0 but for the worst.

    The worst arrival is over the water that somebody comes to: a start that opens water may make it longer.
    """
    return (value - before.value) * 100 if goal.is_share else (before.value - value) * 60


def coast_geojson(
    candidates: Candidates,
    goal: Goal,
    value: Floats,
    never: Floats,
    before: SiteSet,
    *,
    scenario: dict[str, object],
    credits: Iterable[str],
    stamp: str,
) -> bytes:
    """Return the value of the coast as GeoJSON (RFC 7946), a point per candidate, one feature a line.

    Parameters
    ----------
    candidates, value, never, before
        As `geo.siting.answer.value_coast` returns them.
    goal
        What the further start is for: it names the columns.
    scenario
        The question as plain JSON.
    credits, stamp
        Attribution, and the state of the data.
    """
    unit, share_or_hours = ("points", "share") if goal.is_share else ("minutes", "h")
    gains = coast_gains(goal, value, before)
    lines = []
    for number, one in enumerate(candidates.each):
        properties = {
            "id": f"site-{number:04d}",
            "place": one.id,
            "country": one.country,
            f"gain_{unit}": _finite(gains[number], 3),
            f"{goal.value}_{share_or_hours}": _finite(value[number], 6),
            "never_share": _finite(never[number], 6),
        }
        point = {"type": "Point", "coordinates": [round(one.lon, _DECIMALS), round(one.lat, _DECIMALS)]}
        feature = {"type": "Feature", "id": properties["id"], "properties": properties, "geometry": point}
        lines.append(json.dumps(feature, ensure_ascii=False, allow_nan=False))
    head = {
        "type": "FeatureCollection",
        "generator": COAST_MARK,
        "attribution": "; ".join(credits),
        "licence": "ODbL-1.0",
        "note": "Assumption of whoever asked. Geometry only: no vessel, crew, weather or law.",
        "scenario": scenario,
        "goal": goal.value,
        "before": {"value": _finite(before.value, 6), "never_share": _finite(before.never, 6)},
        "stamp": stamp,
    }
    body = ",\n".join(lines)
    return f'{json.dumps(head, ensure_ascii=False, allow_nan=False)[:-1]}, "features": [\n{body}\n]}}\n'.encode()


def _finite(value: float, digits: int) -> float | None:
    return round(float(value), digits) if math.isfinite(value) else None
