"""The peers, each used as its documentation suggests: set-up once per coast, then a field per start.

A field peer takes a lattice and returns a function from a start to metres at every node, infinite where no route leads.
Each gets the true scale of every row, so that none has an error from the projection.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np
import pyproj
import searoute
import skfmm
from scipy import sparse
from scipy.sparse import csgraph
from skimage.graph import MCP_Geometric

from benchmarks.lattice import Lattice, Node
from geo.arrays import Floats, Indices

__all__ = ["FIELD_PEERS", "POINT_PEERS", "REFERENCE", "Solver"]

Solver = Callable[[Node], Floats]
REFERENCE: Final = "scikit-fmm, order 2"
_DISC: Final = 1.5  # cells: fast marching starts from a disc of exact distances, being poor where a wave is most curved


def fast_marching(lattice: Lattice, *, order: int) -> Solver:
    """Return scikit-fmm's travel time, starting from a small disc around the start."""
    rows, columns = (np.arange(count, dtype=float) for count in lattice.water.shape)
    speed = np.broadcast_to(lattice.scale, lattice.water.shape).copy()
    dry = ~lattice.water

    def field_m(start: Node) -> Floats:
        away = np.hypot((rows - start[0])[:, None], (columns - start[1])[None, :])
        front = np.ma.MaskedArray((away - _DISC) * lattice.cell_m, dry)
        time = skfmm.travel_time(front, speed, dx=lattice.cell_m, order=order)
        distance_m = time.filled(np.inf) if np.ma.isMaskedArray(time) else np.asarray(time)
        return distance_m + _DISC * lattice.cell_m / float(lattice.scale[start[0], 0])

    return field_m


def minimum_cost_path(lattice: Lattice) -> Solver:
    """Return scikit-image's geometric minimum-cost path over eight neighbours."""
    costs = np.where(lattice.water, 1 / lattice.scale, -1.0)
    paths = MCP_Geometric(costs, sampling=(lattice.cell_m, lattice.cell_m))
    return lambda start: np.asarray(paths.find_costs([start])[0])


def sixteen_neighbours(lattice: Lattice) -> Solver:
    """Return scipy's Dijkstra over king's and knight's moves; a knight's move needs the two nodes it passes between."""
    number = np.full(lattice.water.shape, -1, np.int32)
    number[lattice.water] = np.arange(lattice.water.sum(), dtype=np.int32)
    size = int(lattice.water.sum())
    moves = [_moves(lattice, number, down, right) for down, right in _MOVES]
    begin, end, length_m = (np.concatenate(column) for column in zip(*moves, strict=True))
    one_way = sparse.csr_matrix((length_m, (begin, end)), (size, size))
    graph = one_way + one_way.T

    def field_m(start: Node) -> Floats:
        full = np.full(lattice.water.shape, np.inf)
        full[lattice.water] = csgraph.dijkstra(graph, directed=True, indices=int(number[start]))
        return full

    return field_m


_MOVES: Final = ((0, 1), (1, 0), (1, 1), (1, -1), (1, 2), (2, 1), (1, -2), (2, -1))


def _moves(lattice: Lattice, number: Indices, down: int, right: int) -> tuple[Indices, ...]:
    """Return both ends and the length of every move of one kind."""
    rows, columns = number.shape
    sign = -1 if right < 0 else 1
    nodes = [(0, 0), (down, right)]
    if abs(right) == 2:
        nodes += [(0, sign), (1, sign)]
    elif down == 2:
        nodes += [(1, 0), (1, sign)]
    first = max(0, -right)
    last = columns - max(0, right)
    steps = [number[d : rows - down + d, first + r : last + r] for d, r in nodes]
    free = np.all([step >= 0 for step in steps], axis=0)
    slowness = ((1 / lattice.scale[: rows - down] + 1 / lattice.scale[down:]) / 2).astype(np.float64)
    length_m = np.broadcast_to(slowness * np.hypot(down, right) * lattice.cell_m, free.shape)
    return steps[0][free], steps[1][free], length_m[free]


def shipping_lanes(start: Floats, targets: Floats) -> Floats:
    """Return searoute's distances, a query per target, including the legs to and from its network."""
    routes = [searoute.searoute(start.tolist(), to.tolist(), units="m", append_orig_dest=True) for to in targets]
    return np.array([np.inf if route is None else route.properties["length"] for route in routes])


def straight_geodesic(start: Floats, targets: Floats) -> Floats:
    """Return geodesic distances, as range rings show them, across any land."""
    lon, lat = np.full(len(targets), start[0]), np.full(len(targets), start[1])
    return np.asarray(pyproj.Geod(ellps="WGS84").inv(lon, lat, targets[:, 0], targets[:, 1])[2])


FIELD_PEERS: Final[dict[str, Callable[[Lattice], Solver]]] = {
    REFERENCE: partial(fast_marching, order=2),
    "scikit-fmm, order 1": partial(fast_marching, order=1),
    "skimage MCP_Geometric": minimum_cost_path,
    "scipy csgraph, 16 neighbours": sixteen_neighbours,
}
POINT_PEERS: Final[dict[str, Callable[[Floats, Floats], Floats]]] = {
    "searoute": shipping_lanes,
    "straight geodesic": straight_geodesic,
}
