"""Shortest routes over water, slow and simple: a visibility graph with Karney's lengths that shares no code with the engine.

Visibility is decided by GEOS (does the segment meet the shore?), in a central projection from
the Earth's centre; lengths are from pyproj; the search is Dijkstra's over all capes (de Berg
et al., Computational Geometry, ch. 15). Takes minutes on a whole coast, seconds on a part.
"""

import heapq

import numpy as np
import pyproj
import shapely

GEOD = pyproj.Geod(ellps="WGS84")
TO_ECEF = pyproj.Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)


class VisibilityOracle:
    """Distances over a water polygon, EPSG:4326, whose edges are straight in longitude and latitude.

    ``edge_deg``: edges are divided to this length, so that straight edges in the plane follow them.
    """

    def __init__(self, water, edge_deg=0.02):
        west, south, east, north = water.bounds
        self.axes = axes_at((west + east) / 2, (south + north) / 2)
        self.degrees = shapely.segmentize(water, edge_deg)
        self.water = shapely.transform(self.degrees, self.draw)
        self.cape, self.cape_degrees, self.before, self.after = self.find_capes()
        self.shore = shapely.boundary(self.water)
        shapely.prepare(self.water)
        shapely.prepare(self.shore)

    def draw(self, degrees):
        """Project positions from the Earth's centre to a plane."""
        degrees = np.atleast_2d(np.asarray(degrees, float))
        ecef = np.column_stack(TO_ECEF.transform(degrees[:, 0], degrees[:, 1], np.zeros(len(degrees))))
        up, east, north = self.axes
        return np.column_stack([ecef @ east, ecef @ north]) / (ecef @ up)[:, None] * 6.37e6

    def find_capes(self):
        """Return the reflex vertices in the plane and in degrees, and their neighbours in the plane."""
        rings = []
        for ring, drawn in zip(shapely.get_rings(self.degrees), shapely.get_rings(self.water), strict=True):
            turn = 1 if (shapely.is_ccw(drawn) == (len(rings) == 0)) else -1  # water on the left
            xy, degrees = shapely.get_coordinates(drawn)[:-1][::turn], shapely.get_coordinates(ring)[:-1][::turn]
            before, after = np.roll(xy, 1, axis=0), np.roll(xy, -1, axis=0)
            bends = cross(xy - before, after - xy) <= 1e-9 * length(xy - before) * length(after - xy)
            rings.append((xy[bends], degrees[bends], before[bends], after[bends]))
        return (np.concatenate(column) for column in zip(*rings, strict=True))

    def distances_m(self, start, targets, *, at_most_m=np.inf):
        """Return the shortest distance from a start to each target, ``inf`` if there is no route.

        ``at_most_m``, one per target, excludes capes that no route so short can pass. With the distances to be checked plus
        a small margin a shorter route is still found, and if they are too short the result is ``inf``.
        """
        targets = np.atleast_2d(np.asarray(targets, float))
        degrees = np.vstack([start, targets, self.cape_degrees])
        latest = self.latest_m(degrees, targets, np.broadcast_to(at_most_m, len(targets)))
        ends = 1 + len(targets)
        xy, blank = np.vstack([self.draw(degrees[:ends]), self.cape]), np.full((ends, 2), np.nan)
        before, after = np.vstack([blank, self.before]), np.vstack([blank, self.after])
        near = geodesic_m(start, degrees) <= latest
        near[:ends] = True
        return self.dijkstra(degrees[near], xy[near], before[near], after[near], latest[near])[1:ends]

    def latest_m(self, degrees, targets, at_most_m):
        """Return for each node the largest distance at which it can still be part of a route to a target."""
        latest = np.full(len(degrees), -np.inf)
        for target, most in zip(targets, at_most_m, strict=True):
            latest = np.maximum(latest, most - geodesic_m(target, degrees) if np.isfinite(most) else np.inf)
        return latest

    def dijkstra(self, degrees, xy, before, after, latest):
        distance = np.full(len(xy), np.inf)
        distance[0], done, queue = 0.0, np.zeros(len(xy), bool), [(0.0, 0)]
        while queue:
            _, here = heapq.heappop(queue)
            if done[here]:
                continue
            done[here] = True
            line = xy - xy[here]
            there = np.flatnonzero(~done & taut(line, xy, before, after) & taut(line, xy[here], before[here], after[here]))
            reached = distance[here] + geodesic_m(degrees[here], degrees[there])
            shorter = (reached < distance[there]) & (reached <= latest[there])
            there, reached = there[shorter], reached[shorter]
            beside = [(xy[there] == end).all(axis=1) for end in (xy[here], before[here], after[here])]
            visible = self.sees(xy[here], xy[there]) | np.any(beside, axis=0)
            distance[there[visible]] = reached[visible]
            for node in there[visible]:
                heapq.heappush(queue, (distance[node], node))
        return distance

    def sees(self, here, there):
        """Return whether the segment to each point stays off the shore, except for a millimetre at either end.

        A segment that touches the shore in between is not needed: there is a cape, and a route over it.
        """
        line = there - here
        step = line * (np.minimum(1e-3, 1e-3 * length(line)) / np.maximum(length(line), 1e-9))[:, None]
        visible = ~shapely.intersects(self.shore, shapely.linestrings(np.stack([here + step, there - step], axis=1)))
        visible[visible] = shapely.contains_xy(self.water, *((here + there[visible]) / 2).T)
        return visible


def axes_at(lon, lat):
    """Return unit vectors up, east and north at a position, Earth-centred; up points away from the centre."""
    up = np.array(TO_ECEF.transform(lon, lat, 0.0))
    up /= np.linalg.norm(up)
    east = np.array([-np.sin(np.radians(lon)), np.cos(np.radians(lon)), 0.0])
    return up, east, np.cross(up, east)


def taut(line, xy, before, after):
    """Return whether a line through a cape can be part of a shortest route: both shores on one side; true for NaN."""
    one, other = cross(line, before - xy), cross(line, after - xy)
    slack = 1e-9 * length(line) * np.maximum(length(before - xy), length(after - xy))
    return ~((np.minimum(one, other) < -slack) & (np.maximum(one, other) > slack))


def cross(a, b):
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]


def length(a):
    return np.hypot(a[..., 0], a[..., 1])


def geodesic_m(start, ends):
    ends = np.atleast_2d(ends)
    return GEOD.inv(np.full(len(ends), start[0]), np.full(len(ends), start[1]), ends[:, 0], ends[:, 1])[2]
