"""Exact shortest distance over navigable water on the WGS84 ellipsoid; docs/method.md explains the method.

`distance`      `SeaDistance` of a water and `SeaField` of a start: the public part
`_lookup`       distances at points, from the windows of their triangles
`_taut_tree`    the tree of shortest routes: continuous Dijkstra over the capes
`_mesh`         triangle mesh of the water, and point location in it
`_slits`        passages too narrow to be real
`_triangulate`  constrained Delaunay triangulation, by GEOS
`_plane`        a plane in which geodesics are straight, and lengths on the ellipsoid
`_kernels`      Numba decorators for compiled functions, and where these are kept
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
