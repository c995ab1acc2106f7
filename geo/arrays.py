"""Type aliases for NumPy arrays, by the type of their values."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Flags", "Floats", "Geometries", "Indices", "Integers", "Numbers"]

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]  # shapely geometries
Indices = npt.NDArray[np.int32]  # vertices, triangles and half-edges of a mesh, four bytes each
Integers = npt.NDArray[np.intp]
Numbers = npt.NDArray[Any]  # Any: numbers of every kind
