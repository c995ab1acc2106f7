"""Where a start could be: on the shore of the strait, and at harbours and bases on record; with the distances from each."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from geo import measure
from geo.arrays import Flags, Floats, Integers
from geo.coverage.answers import CoverageModel
from geo.errors import ScenarioError, UnreachableError
from geo.scheme.patrol_scheme import PatrolScheme
from geo.sea import distance
from geo.sea.distance import LocatedPoints, SeaDistance
from geo.sides import is_state
from geo.siting.fields import DISTANCE, Computation, DistanceRows, keep_rows, most_rows
from geo.siting.watch import Step, Watch

__all__ = ["SPACING_M", "Candidate", "CandidateKind", "Candidates", "find_candidates"]

SPACING_M: Final = 3_000.0  # no point of the shore is farther over water from a candidate of its state
_SAMPLE_DEG: Final = 0.0045  # the shore is looked at every 500 m
_TOUCH_DEG: Final = 1e-5  # the shore of the strait is where its outline comes so close, a metre
_RECORDED: Final = frozenset({"port", "base"})
_THREADS: Final = 2


class CandidateKind(StrEnum):
    """Where further starts may be."""

    SHORE = "shore"
    PLACES = "places"  # harbours and bases on record
    BOTH = "both"


@dataclass(frozen=True)
class Candidate:
    """Where a start could be: its position on the water, EPSG:4326, its state, and the id and name of a place on record."""

    lon: float
    lat: float
    country: str
    id: str | None = None
    name: str | None = None


@dataclass(frozen=True, eq=False)
class Candidates:
    """Candidates with their distances to the cells of the strait.

    Attributes
    ----------
    each
        The candidates.
    distance_m
        Metres over water, a row per candidate, a column per cell.
    spacing_m
        For each state with candidates on its shore, the largest distance over water from a point of that shore to the nearest
        of them, metres; empty where no candidate is on the shore.
    joint_spacing_m
        The same to the nearest candidate of any state, over the shores of all these states.
    """

    each: tuple[Candidate, ...]
    distance_m: DistanceRows
    spacing_m: dict[str, float]
    joint_spacing_m: float | None

    def without(self, ids: Collection[str]) -> Candidates:
        """Return the candidates but for those places."""
        rows = [row for row, one in enumerate(self.each) if one.id is None or one.id not in ids]
        if len(rows) == len(self.each):
            return self
        if not rows:
            raise ScenarioError("every place on record is a start already: ask for candidates on the shore")
        return replace(self, each=tuple(self.each[row] for row in rows), distance_m=self.distance_m.take(rows))


def find_candidates(
    scheme: PatrolScheme, model: CoverageModel, kind: CandidateKind, *, country: str | None = None, watch: Watch | None = None
) -> Candidates:
    """Return candidates of a kind, of all states or of one.

    Raises
    ------
    ScenarioError
        If there is none.
    SearchStoppedError
        If the search was stopped meanwhile.
    """
    watch = watch or Watch()
    known = sorted(set(filter(is_state, model.fields.reach.grid.sides)) | set(model.fields.reach.countries))
    if country is not None and country not in known:
        raise ScenarioError(f"no state {country!r} on this water; known: {', '.join(known)}")
    parts = [shore_candidates(scheme, model, watch)] if kind is not CandidateKind.PLACES else []
    parts += [_places(scheme, model, watch)] if kind is not CandidateKind.SHORE else []
    each = [one for part in parts for one in part.each]
    rows = [row for row, one in enumerate(each) if country in (None, one.country)]
    if not rows:
        raise ScenarioError(f"no candidate of {country or 'any state'} among {kind.value!r}: ask for another state or kind")
    distance_m = DistanceRows.join([part.distance_m for part in parts])
    shore = parts[0] if kind is not CandidateKind.PLACES else None
    spacing_m = {} if shore is None else {state: m for state, m in shore.spacing_m.items() if country in (None, state)}
    joint = None if shore is None else (shore.joint_spacing_m if country is None else spacing_m.get(country))
    chosen = distance_m if len(rows) == len(each) else distance_m.take(rows)
    return Candidates(tuple(each[row] for row in rows), chosen, spacing_m, joint)


def _places(scheme: PatrolScheme, model: CoverageModel, watch: Watch) -> Candidates:
    """Return control points, bases and harbours on record that have water within reach of a start."""
    fields = model.fields
    cells = fields.cells
    starts = [(name, float(row.lon), float(row.lat)) for name, row in fields.starts[["lon", "lat"]].iterrows()]
    known = {str(name) for name, _, _ in starts}
    places = [(place.id, place.lon, place.lat) for place in scheme.places if place.kind in _RECORDED and place.id not in known]
    each: list[Candidate] = []
    rows: list[npt.NDArray[np.float32]] = []
    spots = [(str(name), lon, lat) for name, lon, lat in [*starts, *places]]
    for number, (place_id, lon, lat) in enumerate(spots):
        watch.require_time()
        try:
            field = fields.by_start.get(place_id) or fields.water.from_point(lon, lat, targets=cells)
        except UnreachableError:  # a river port, farther from the water than a start may be
            continue
        feature = scheme.feature(place_id)
        each.append(Candidate(*field.start, feature.country, place_id, feature.name))
        rows.append(field.at_located_m(cells).astype(DISTANCE))
        watch.report(Step.FIELDS, number + 1, len(spots))
    return Candidates(tuple(each), DistanceRows.of(np.array(rows).reshape(len(rows), len(cells.triangle))), {}, None)


@dataclass(frozen=True, eq=False)
class Shore:
    """The shore of the strait as points, with the edges between neighbours.

    Attributes
    ----------
    lonlat
        (n, 2) degrees, EPSG:4326.
    ecef
        (n, 3) metres: straight distances bound those over water.
    state
        (n) index into ``states``: whose waters are nearest.
    edge
        (m, 2) neighbours.
    length_m
        (m) metres along each edge.
    """

    lonlat: Floats
    ecef: Floats
    state: Integers
    states: tuple[str, ...]
    edge: Integers
    length_m: Floats

    def farthest_m(self, nearest_m: Floats) -> Floats:
        """Return a bound of the distance from any point of each edge to the nearest candidate, given that of its ends."""
        begin, end = nearest_m[self.edge.T]
        same = self.state[self.edge[:, 0]] == self.state[self.edge[:, 1]]
        return np.asarray(np.where(same, (begin + end + self.length_m) / 2, np.maximum(begin, end) + self.length_m))


def trace_shore(scheme: PatrolScheme, model: CoverageModel) -> Shore:
    """Return the shore of the strait: where its outline touches the shore of the navigable water."""
    grid, box = model.fields.reach.grid, scheme.sources.study_box
    rings = shapely.segmentize(shapely.get_rings(scheme.water.navigable), _SAMPLE_DEG)
    lonlat, ring = shapely.get_coordinates(rings, return_index=True)
    outline = grid.outline
    shapely.prepare(outline)
    points = np.asarray(shapely.points(lonlat))
    frame = shapely.box(box.west, box.south, box.east, box.north).exterior
    is_shore: Flags = np.asarray(shapely.dwithin(outline, points, _TOUCH_DEG)) & ~shapely.dwithin(frame, points, _TOUCH_DEG)
    tail = np.flatnonzero((ring[1:] == ring[:-1]) & is_shore[1:] & is_shore[:-1])
    used, edge = np.unique(np.column_stack([tail, tail + 1]), return_inverse=True)
    states = tuple(filter(is_state, grid.sides))
    if not len(used) or not states:
        raise ScenarioError("the strait has no shore of any state in this data folder: ask for candidates at places")
    edge = edge.reshape(-1, 2)
    lonlat = lonlat[used]
    waters = [shapely.union_all(scheme.waters[scheme.waters["side"] == state].geometry.to_numpy()) for state in states]
    state = shapely.STRtree(waters).nearest(points[used])
    ecef = measure.ecef_m(*lonlat.T)
    return Shore(lonlat, ecef, state, states, edge, np.linalg.norm(ecef[edge[:, 0]] - ecef[edge[:, 1]], axis=1))


def shore_candidates(scheme: PatrolScheme, model: CoverageModel, watch: Watch) -> Candidates:
    """Return candidates along the whole shore, from the disk cache if they are there; it takes half a minute otherwise."""
    shore, grid = trace_shore(scheme, model), model.fields.reach.grid
    water = shapely.to_wkb(scheme.water.navigable)
    arrays = (shore.lonlat, shore.state, shore.edge, grid.lon, grid.lat)
    inputs = (water, *shore.states, *(array.tobytes() for array in arrays), SPACING_M, measure.PROJ_VERSION)
    code = (__file__, measure.__file__, *(str(file) for file in sorted(Path(distance.__file__).parent.glob("*.py"))))
    rows, kept = keep_rows("shore-fields", inputs, code, len(grid.lon), lambda: _spread(shore, model, watch))
    chosen, spacing_m = kept["chosen"], kept["spacing_m"]
    each = tuple(
        Candidate(float(lon), float(lat), shore.states[state])
        for (lon, lat), state in zip(shore.lonlat[chosen], shore.state[chosen], strict=True)
    )
    by_state = {state: float(m) for state, m in zip(shore.states, spacing_m, strict=False) if m > 0}
    return Candidates(each, rows, by_state, float(spacing_m[-1]))


def _spread(shore: Shore, model: CoverageModel, watch: Watch) -> Computation:
    """Choose candidates by farthest point over water until none is farther than `SPACING_M`; yield their distances.

    Where that would be more than `geo.siting.fields.MOST_BYTES` hold, they are fewer, and the measured spacing is larger.

    The distance that counts is the one to the nearest candidate of the same state. Of two threads each takes a point: the
    farthest, and the farthest that the first cannot come nearer to.
    """
    water, grid = model.fields.water, model.fields.reach.grid
    targets = water.locate(np.append(grid.lon, shore.lonlat[:, 0]), np.append(grid.lat, shore.lonlat[:, 1]))
    own_m, any_m = np.full((2, len(shore.lonlat)), np.inf)
    chosen: list[int] = []
    most = most_rows(len(grid.lon))
    with ThreadPoolExecutor(_THREADS) as pool:
        batch, fields = [0], [pool.submit(_measure, water, shore, 0, targets)]
        while batch:
            measured = [field.result() for field in fields]
            for point, (_, to_shore_m) in zip(batch, measured, strict=True):
                same = shore.state == shore.state[point]
                own_m[same] = np.minimum(own_m[same], to_shore_m[same])
                np.minimum(any_m, to_shore_m, out=any_m)
            chosen += batch
            watch.require_time()
            edge_m = shore.farthest_m(own_m)
            batch = _farthest_points(shore, own_m, edge_m) if len(chosen) + _THREADS <= most else []
            fields = [pool.submit(_measure, water, shore, point, targets) for point in batch]
            yield from (distance_m for distance_m, _ in measured)  # written while the next are computed
            expected = len(chosen) * float(edge_m.max()) / SPACING_M
            watch.report(Step.SHORE, len(chosen), max(len(chosen), round(expected)) if np.isfinite(expected) else 0)
    edge_m = shore.farthest_m(own_m)
    begin = shore.state[shore.edge[:, 0]]
    by_state = [float(edge_m[begin == state].max(initial=0.0)) for state in range(len(shore.states))]
    joint_m = float(((any_m[shore.edge].sum(axis=1) + shore.length_m) / 2).max())
    return {"chosen": np.array(chosen), "spacing_m": np.array([*by_state, joint_m])}


def _farthest_points(shore: Shore, own_m: Floats, edge_m: Floats) -> list[int]:
    """Return the point that is farthest from the candidates, and the farthest of those that it cannot come nearer to.

    None where all are near enough.
    """
    if edge_m.max() <= SPACING_M:
        return []
    begin, end = shore.edge.T
    point_of = np.where(own_m[begin] >= own_m[end], begin, end)
    first = int(point_of[np.argmax(edge_m)])
    straight_m = np.linalg.norm(shore.ecef[point_of] - shore.ecef[first], axis=1)
    apart = (straight_m > own_m[point_of] + shore.length_m) | (shore.state[point_of] != shore.state[first])
    others = np.where(apart & (edge_m > SPACING_M), edge_m, -np.inf)
    second = int(np.argmax(others))
    return [first, int(point_of[second])] if others[second] > 0 else [first]


def _measure(water: SeaDistance, shore: Shore, point: int, targets: LocatedPoints) -> tuple[npt.NDArray[np.float32], Floats]:
    """Return the distances from a point of the shore to the cells and to the points of the shore."""
    lon, lat = shore.lonlat[point]
    distance_m = water.from_point(float(lon), float(lat), targets=targets).at_located_m(targets)
    cells = len(distance_m) - len(shore.lonlat)
    return distance_m[:cells].astype(DISTANCE), distance_m[cells:]
