"""Shortest ways over water the slow and plain way: a visibility graph with Karney's lengths, sharing no code with the engine.

Visibility is left to GEOS (does the segment meet the shore?), in a central projection from
the Earth's centre; lengths are pyproj's; the search is Dijkstra's over all capes (de Berg
et al., Computational Geometry, ch. 15). Minutes on a whole coast, seconds on a part of one.
"""

import heapq

import numpy as np
import pyproj
import shapely

GEOD = pyproj.Geod(ellps="WGS84")
TO_ECEF = pyproj.Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)


class VisibilityOracle:
    """Distances over a water polygon, EPSG:4326, whose edges are straight in longitude and latitude.

    ``edge_deg``: edges are cut to this length, so that the plane's straight edges follow them.
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
        """Return the vertices that land bends into the water, and their neighbours, all in the plane."""
        found = []
        for ring, drawn in zip(shapely.get_rings(self.degrees), shapely.get_rings(self.water), strict=True):
            turn = 1 if (shapely.is_ccw(drawn) == (len(found) == 0)) else -1  # water on the left
            place, degrees = shapely.get_coordinates(drawn)[:-1][::turn], shapely.get_coordinates(ring)[:-1][::turn]
            before, after = np.roll(place, 1, axis=0), np.roll(place, -1, axis=0)
            bends = cross(place - before, after - place) <= 1e-9 * length(place - before) * length(after - place)
            found.append((place[bends], degrees[bends], before[bends], after[bends]))
        return (np.concatenate(column) for column in zip(*found, strict=True))

    def distances_m(self, start, targets, *, at_most_m=np.inf):
        """Return the shortest distance from a start to each target, ``inf`` where there is none.

        ``at_most_m``, one per target, leaves out capes that no way so short can pass: with distances to be checked, a
        trifle added, a shorter way is still found, and where they are too short the answer is ``inf``.
        """
        targets = np.atleast_2d(np.asarray(targets, float))
        degrees = np.vstack([start, targets, self.cape_degrees])
        latest = self.latest_m(degrees, targets, np.broadcast_to(at_most_m, len(targets)))
        ends = 1 + len(targets)
        place, blank = np.vstack([self.draw(degrees[:ends]), self.cape]), np.full((ends, 2), np.nan)
        before, after = np.vstack([blank, self.before]), np.vstack([blank, self.after])
        kept = geodesic_m(start, degrees) <= latest
        kept[:ends] = True
        return self.dijkstra(degrees[kept], place[kept], before[kept], after[kept], latest[kept])[1:ends]

    def latest_m(self, degrees, targets, at_most_m):
        """Return for each node the longest way to it that can still be part of a way wanted."""
        latest = np.full(len(degrees), -np.inf)
        for target, most in zip(targets, at_most_m, strict=True):
            latest = np.maximum(latest, most - geodesic_m(target, degrees) if np.isfinite(most) else np.inf)
        return latest

    def dijkstra(self, degrees, place, before, after, latest):
        distance = np.full(len(place), np.inf)
        distance[0], done, queue = 0.0, np.zeros(len(place), bool), [(0.0, 0)]
        while queue:
            _, here = heapq.heappop(queue)
            if done[here]:
                continue
            done[here] = True
            way = place - place[here]
            there = np.flatnonzero(~done & taut(way, place, before, after) & taut(way, place[here], before[here], after[here]))
            reached = distance[here] + geodesic_m(degrees[here], degrees[there])
            shorter = (reached < distance[there]) & (reached <= latest[there])
            there, reached = there[shorter], reached[shorter]
            beside = [(place[there] == end).all(axis=1) for end in (place[here], before[here], after[here])]
            seen = self.sees(place[here], place[there]) | np.any(beside, axis=0)
            distance[there[seen]] = reached[seen]
            for node in there[seen]:
                heapq.heappush(queue, (distance[node], node))
        return distance

    def sees(self, here, there):
        """Say whether the straight way to each place stays off the shore, but for the last millimetre at either end.

        A way that touches the shore in between needs no seeing: there is a cape in between, and a way over that.
        """
        way = there - here
        step = way * (np.minimum(1e-3, 1e-3 * length(way)) / np.maximum(length(way), 1e-9))[:, None]
        seen = ~shapely.intersects(self.shore, shapely.linestrings(np.stack([here + step, there - step], axis=1)))
        seen[seen] = shapely.contains_xy(self.water, *((here + there[seen]) / 2).T)
        return seen


def axes_at(lon, lat):
    """Return up, east and north at a position, Earth-centred, up pointing away from the centre."""
    up = np.array(TO_ECEF.transform(lon, lat, 0.0))
    up /= np.linalg.norm(up)
    east = np.array([-np.sin(np.radians(lon)), np.cos(np.radians(lon)), 0.0])
    return up, east, np.cross(up, east)


def taut(way, place, before, after):
    """Say whether a way through a cape can be the shortest: both shores on one side; true of starts and targets (nan)."""
    one, other = cross(way, before - place), cross(way, after - place)
    slack = 1e-9 * length(way) * np.maximum(length(before - place), length(after - place))
    return ~((np.minimum(one, other) < -slack) & (np.maximum(one, other) > slack))


def cross(a, b):
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]


def length(a):
    return np.hypot(a[..., 0], a[..., 1])


def geodesic_m(start, ends):
    ends = np.atleast_2d(ends)
    return GEOD.inv(np.full(len(ends), start[0]), np.full(len(ends), start[1]), ends[:, 0], ends[:, 1])[2]
