"""Yearly incident counts, as a panel for each series and area."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from geo.scheme.claims import Mark, Text
from geo.scheme.patrol_scheme import PatrolScheme
from geo.text import Catalogue

__all__ = ["Count", "Panel", "area_name", "list_panels", "panel_title"]

_AREAS: Final = {
    "both-straits": "area.both-straits",
    "malacca-strait": "area.malacca-strait",
    "singapore-strait": "area.singapore-strait",
}


@dataclass(frozen=True)
class Count:
    """One number with its mark, sources and note."""

    count: int
    mark: Mark
    source_ids: tuple[str, ...]
    note: Text


@dataclass(frozen=True)
class Panel:
    """The counts of one series in one area by year; ``caution`` is the most frequent note."""

    series: str
    area: str
    counts: Mapping[int, Count]
    caution: Text

    @property
    def source_ids(self) -> tuple[str, ...]:
        """Sources of the counts, each once, in the order of years."""
        return tuple(dict.fromkeys(source for _, count in sorted(self.counts.items()) for source in count.source_ids))


def list_panels(scheme: PatrolScheme) -> tuple[Panel, ...]:
    """Return a panel per series and area, in the order of the table; empty if the folder has no counts."""
    by_panel: dict[tuple[str, str], dict[int, Count]] = {}
    for row in scheme.incident_counts.to_dict("records"):
        by_panel.setdefault((str(row["series"]), str(row["area"])), {})[int(row["year"])] = _count(row)
    return tuple(Panel(series, area, counts, _caution(counts)) for (series, area), counts in by_panel.items())


def _count(row: Mapping[Any, Any]) -> Count:  # a row of a table: pandas types none
    note = Text(en=row["note_en"], id=row["note_id"])
    return Count(int(row["count"]), Mark(row["mark"]), tuple(row["source_ids"]), note)


def _caution(counts: Mapping[int, Count]) -> Text:
    return Counter(count.note for _, count in sorted(counts.items())).most_common(1)[0][0]


def panel_title(panel: Panel, t: Catalogue) -> str:
    """Return the title of a panel; series and areas without a translation as they are."""
    return t("counts.panel", series=panel.series, area=area_name(panel.area, t))


def area_name(area: str, t: Catalogue) -> str:
    """Return the name of an area; one without a translation as it is."""
    return t(_AREAS[area]) if area in _AREAS else area
