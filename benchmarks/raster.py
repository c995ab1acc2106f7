"""The study box as a raster of water cells, for peers that work on one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geo.measure import EqualAreaPlane
from geo.sources import StudyBox

__all__ = ["Raster", "raster_of"]


@dataclass(frozen=True, eq=False)
class Raster:
    """Square cells in an equal-area plane about the middle of the box, whose scale is true to about 0.1 % at its edges."""

    plane: EqualAreaPlane
    origin_m: tuple[float, float]
    cell_m: float
    water: np.ndarray

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.water.shape
        return rows, columns

    def places(self, lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return rows and columns, with fractions, of places."""
        points = np.array(
            [shapely.get_coordinates(self.plane.flat(shapely.Point(*at)))[0] for at in zip(lon, lat, strict=True)]
        )
        return (points[:, 1] - self.origin_m[1]) / self.cell_m - 0.5, (points[:, 0] - self.origin_m[0]) / self.cell_m - 0.5

    def cell(self, lon: float, lat: float) -> tuple[int, int]:
        """Return the water cell nearest to a place."""
        row, column = (float(part[0]) for part in self.places(np.array([lon]), np.array([lat])))
        rows, columns = np.nonzero(self.water)
        nearest = np.argmin((rows - row) ** 2 + (columns - column) ** 2)
        return int(rows[nearest]), int(columns[nearest])

    def at(self, field_m: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        """Return a field at places: bilinear over the water cells around."""
        row, column = self.places(lon, lat)
        total, weight = np.zeros(len(row)), np.zeros(len(row))
        for down in (0, 1):
            for right in (0, 1):
                r, c = np.floor(row).astype(int) + down, np.floor(column).astype(int) + right
                share = (1 - abs(row - r)) * (1 - abs(column - c))
                value = field_m[r, c]
                known = np.isfinite(value) & self.water[r, c]
                total += np.where(known, share * np.where(known, value, 0), 0)
                weight += np.where(known, share, 0)
        return np.where(weight > 0, total / np.where(weight > 0, weight, 1), np.inf)


def raster_of(water: shapely.Polygon, box: StudyBox, cell_m: float) -> Raster:
    """Return the raster of a navigable water; a cell is water where its middle is."""
    plane = EqualAreaPlane(((box.west + box.east) / 2, (box.south + box.north) / 2))
    west, south, east, north = plane.flat(water).bounds
    rows, columns = int((north - south) / cell_m), int((east - west) / cell_m)
    x_m, y_m = west + (np.arange(columns) + 0.5) * cell_m, south + (np.arange(rows) + 0.5) * cell_m
    lon, lat = plane.lonlat(*np.meshgrid(x_m, y_m))
    shapely.prepare(water)
    return Raster(plane, (west, south), cell_m, shapely.contains_xy(water, lon, lat))
