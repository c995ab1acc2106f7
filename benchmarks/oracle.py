"""The reference for all methods: a visibility graph over the whole coast that shares no code with the engine.

The graph is that of `tests.visibility_oracle`: the same plane, the same capes, Karney's lengths. Two slow steps are
replaced: a segment is traced through the squares of a grid and compared with the coast there only, and a route turns at a
cape towards its land or not at all. A test compares the two oracles, and both with toy basins.
"""

from __future__ import annotations

import heapq
import math
from typing import Any, Final, NamedTuple

import numba
import numpy as np
import numpy.typing as npt
import shapely

from tests.visibility_oracle import TO_ECEF, VisibilityOracle, geodesic_m

Floats = npt.NDArray[np.float64]
_SQUARE_M: Final = 2_500.0  # edge of a square, in the plane
_SLACK: Final = 1e-9  # sine of the largest bend that counts as straight on
_jit: Any = numba.njit(nogil=True, cache=True)  # Any: numba has no types


class _Nodes(NamedTuple):
    """Start, targets and capes: their positions, and the shore before and after each (NaN for none)."""

    xy: Floats  # in the plane, as are `before` and `after`
    before: Floats
    after: Floats
    ecef: Floats


class _Shore(NamedTuple):
    """The edges of the coast, listed by the squares that they touch."""

    edge_from: Floats
    edge_to: Floats
    offset: npt.NDArray[np.int64]  # the edges of square s are those from offset[s] up to offset[s + 1]
    edge: npt.NDArray[np.int64]
    low: Floats  # south-west corner of the first square
    columns: int


class Oracle:
    """Distances over a water polygon, EPSG:4326, whose edges are straight in longitude and latitude.

    No route passes, or turns, where two shores touch in a point.
    """

    def __init__(self, water: shapely.Polygon) -> None:
        self._plain = VisibilityOracle(water)
        self._shore = _sort_edges(self._plain.water)

    def distances_m(self, start: tuple[float, float], targets: Floats, *, at_most_m: Floats | float = np.inf) -> Floats:
        """Return the shortest distance from a start to each of (n, 2) targets, lon and lat; ``inf`` if there is no route.

        Routes longer than ``at_most_m`` are ignored. With the distances to be checked plus a small margin nothing is lost:
        a shorter route is still found, and if they are too short the result is not below the true distance, or ``inf``.
        """
        plain, ends = self._plain, 1 + len(targets)
        lonlat = np.vstack([start, targets, plain.cape_degrees])
        blank = np.full((ends, 2), np.nan)
        nodes = _Nodes(
            xy=np.vstack([plain.draw(lonlat[:ends]), plain.cape]),
            before=np.vstack([blank, plain.before]),
            after=np.vstack([blank, plain.after]),
            ecef=np.column_stack(TO_ECEF.transform(lonlat[:, 0], lonlat[:, 1], np.zeros(len(lonlat)))),
        )
        latest_m = np.full(len(lonlat), -np.inf)
        for target, most_m in enumerate(np.broadcast_to(at_most_m, len(targets)), 1):
            latest_m = np.maximum(latest_m, most_m - np.linalg.norm(nodes.ecef - nodes.ecef[target], axis=1))
        return self._dijkstra(nodes, lonlat, ends, latest_m)[1:ends]

    def _dijkstra(self, nodes: _Nodes, lonlat: Floats, ends: int, latest_m: Floats) -> Floats:
        """Settle nodes in order of distance until all targets are; skip those that are reached too late to matter."""
        distance_m = np.full(len(lonlat), np.inf)
        distance_m[0] = 0.0
        parent = np.full(len(lonlat), -1)
        done = np.zeros(len(lonlat), bool)
        queue = [(0.0, 0)]
        while queue and not done[:ends].all():
            _, here = heapq.heappop(queue)
            if done[here]:
                continue
            done[here] = True
            if 0 < here < ends:
                continue  # no route continues from a target
            there = _visible_from(
                here, parent[here], nodes, np.minimum(distance_m, latest_m) - distance_m[here], done, self._shore
            )
            reached_m = distance_m[here] + geodesic_m(lonlat[here], lonlat[there])
            shorter = reached_m < distance_m[there]
            there, reached_m = there[shorter], reached_m[shorter]
            distance_m[there], parent[there] = reached_m, here
            for node, at_m in zip(there.tolist(), reached_m.tolist(), strict=True):
                heapq.heappush(queue, (at_m, node))
        return distance_m


def _sort_edges(water: shapely.Polygon) -> _Shore:
    """Return the edges of a coast by squares of a grid."""
    rings = [shapely.get_coordinates(ring) for ring in shapely.get_rings(water)]
    begin, end = (np.concatenate([ring[cut] for ring in rings]) for cut in (slice(None, -1), slice(1, None)))
    low = np.minimum(begin, end).min(axis=0) - _SQUARE_M
    columns, rows = (int(count) for count in np.ceil((np.maximum(begin, end).max(axis=0) - low) / _SQUARE_M) + 1)
    first = ((np.minimum(begin, end) - 1 - low) / _SQUARE_M).astype(int)  # a margin of one metre, for rounding
    last = ((np.maximum(begin, end) + 1 - low) / _SQUARE_M).astype(int)
    pairs = [
        (row * columns + column, edge)
        for edge, ((west, south), (east, north)) in enumerate(zip(first.tolist(), last.tolist(), strict=True))
        for row in range(south, north + 1)
        for column in range(west, east + 1)
    ]
    square, edge = np.array(sorted(pairs), dtype=np.int64).T
    offset = np.searchsorted(square, np.arange(columns * rows + 1))
    return _Shore(begin, end, offset.astype(np.int64), np.ascontiguousarray(edge), low, columns)


# --- visibility, compiled ------------------------------------------------------------------------------------------------


@_jit
def _turn(a: Floats, b: Floats, c: Floats) -> float:
    """Return twice the area of a triangle, positive if a, b, c turn left."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


@_jit
def _apart(a: Floats, b: Floats) -> float:
    return math.hypot(b[0] - a[0], b[1] - a[1])


@_jit
def _shore_turns(here: int, there: int, cape: int, nodes: _Nodes) -> tuple[float, float]:
    """Return on which sides of a segment the shore before and after a cape lies; 0 for straight on."""
    one = _turn(nodes.xy[here], nodes.xy[there], nodes.before[cape])
    other = _turn(nodes.xy[here], nodes.xy[there], nodes.after[cape])
    shore = max(_apart(nodes.xy[cape], nodes.before[cape]), _apart(nodes.xy[cape], nodes.after[cape]))
    slack = _SLACK * _apart(nodes.xy[here], nodes.xy[there]) * shore
    return (one if abs(one) > slack else 0.0), (other if abs(other) > slack else 0.0)


@_jit
def _passes(here: int, there: int, cape: int, nodes: _Nodes) -> bool:
    """Return whether a segment leaves both shores of a cape on one side; true for starts and targets."""
    if math.isnan(nodes.before[cape, 0]):
        return True
    one, other = _shore_turns(here, there, cape, nodes)
    return not min(one, other) < 0 < max(one, other)


@_jit
def _turns_to_land(parent: int, here: int, there: int, nodes: _Nodes) -> bool:
    """Return whether a route from a parent bends at a cape as a taut string does, towards the land."""
    one, other = _shore_turns(parent, here, here, nodes)
    bend = _turn(nodes.xy[parent], nodes.xy[here], nodes.xy[there])
    slack = _SLACK * _apart(nodes.xy[parent], nodes.xy[here]) * _apart(nodes.xy[here], nodes.xy[there])
    return bend * (one + other) >= 0 or abs(bend) <= slack


@_jit
def _is_edge_of(node: int, nodes: _Nodes, begin: Floats, end: Floats) -> bool:
    """Return whether an edge is one of the two that meet in a cape."""
    xy = nodes.xy[node]
    for far, near in ((begin, end), (end, begin)):
        if near[0] == xy[0] and near[1] == xy[1]:
            for shore in (nodes.before[node], nodes.after[node]):
                if far[0] == shore[0] and far[1] == shore[1]:
                    return True
    return False


@_jit
def _is_blocked(here: int, there: int, edge: int, nodes: _Nodes, shore: _Shore) -> bool:
    """Return whether an edge, other than those at its ends, blocks a segment; a cape that it touches does, being a node."""
    a, b = shore.edge_from[edge], shore.edge_to[edge]
    p, q = nodes.xy[here], nodes.xy[there]
    if _turn(p, q, a) * _turn(p, q, b) > 0 or _turn(a, b, p) * _turn(a, b, q) > 0:
        return False
    return not (_is_edge_of(here, nodes, a, b) or _is_edge_of(there, nodes, a, b))


@_jit
def _sees(here: int, there: int, nodes: _Nodes, shore: _Shore) -> bool:
    """Return whether there is no land between two nodes; traces the segment from square to square."""
    p, q = nodes.xy[here], nodes.xy[there]
    column, row = int((p[0] - shore.low[0]) / _SQUARE_M), int((p[1] - shore.low[1]) / _SQUARE_M)
    columns = abs(int((q[0] - shore.low[0]) / _SQUARE_M) - column)
    rows = abs(int((q[1] - shore.low[1]) / _SQUARE_M) - row)
    dx, dy = q[0] - p[0], q[1] - p[1]
    across = (shore.low[0] + (column + (dx > 0)) * _SQUARE_M - p[0]) / dx if dx != 0 else math.inf
    along = (shore.low[1] + (row + (dy > 0)) * _SQUARE_M - p[1]) / dy if dy != 0 else math.inf
    for _ in range(columns + rows + 1):
        square = row * shore.columns + column
        for index in range(shore.offset[square], shore.offset[square + 1]):
            if _is_blocked(here, there, shore.edge[index], nodes, shore):
                return False
        if across < along:
            column += 1 if dx > 0 else -1
            across += _SQUARE_M / abs(dx)
        else:
            row += 1 if dy > 0 else -1
            along += _SQUARE_M / abs(dy)
    return True


@_jit
def _visible_from(
    here: int, parent: int, nodes: _Nodes, limit_m: Floats, done: npt.NDArray[np.bool_], shore: _Shore
) -> npt.NDArray[np.int64]:
    """Return the nodes that a route can continue to from here in a straight line over water, closer than ``limit_m``."""
    visible = np.empty(len(done), np.int64)
    count = 0
    x, y, z = nodes.ecef[here]
    for there in range(len(done)):
        if done[there] or limit_m[there] <= 0:
            continue
        chord2 = (nodes.ecef[there, 0] - x) ** 2 + (nodes.ecef[there, 1] - y) ** 2 + (nodes.ecef[there, 2] - z) ** 2
        if chord2 == 0 or chord2 > limit_m[there] ** 2:
            continue
        if (
            (parent < 0 or _turns_to_land(parent, here, there, nodes))
            and _passes(here, there, here, nodes)
            and _passes(here, there, there, nodes)
            and _sees(here, there, nodes, shore)
        ):
            visible[count] = there
            count += 1
    return visible[:count]
