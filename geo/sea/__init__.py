"""Exact shortest distance over navigable water on the WGS84 ellipsoid; the method is in docs/method.md.

`distance`      `SeaDistance` of a water, `SeaField` of a start: the only room for callers
`_lookup`       distance at a point, from the windows of its triangle
`_taut_tree`    Dijkstra over capes, by taut wedges of light
`_mesh`         water as triangles, and the triangle that a point lies in
`_triangulate`  the triangles themselves
`_plane`        the plane in which geodesics are straight, and lengths on the ellipsoid
`_kernels`      how the kernels are compiled
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
