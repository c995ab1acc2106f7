"""Decode packed areas as geo/offline/assets/packing.js does."""

from __future__ import annotations

import base64


class PackedReader:
    """Reads the whole numbers of a packed text in their order."""

    def __init__(self, packed: str, decimals: int) -> None:
        self._bytes = base64.b64decode(packed)
        self._index = 0
        self._unit = 10**decimals
        self._corner = (0, 0)

    def read_number(self) -> int:
        value, scale, byte = 0, 1, 128
        while byte >= 128:
            byte = self._bytes[self._index]
            self._index += 1
            value, scale = value + byte % 128 * scale, scale * 128
        return value

    def read_step(self) -> int:
        number = self.read_number()
        return -(number + 1) // 2 if number % 2 else number // 2

    def read_corner(self) -> tuple[float, float]:
        lon, lat = self._corner
        self._corner = lon + self.read_step(), lat + self.read_step()
        return self._corner[0] / self._unit, self._corner[1] / self._unit

    def read_many(self, read):
        return [read() for _ in range(self.read_number())]

    def read_rings(self):
        return self.read_many(lambda: self.read_many(self.read_corner))

    def is_at_end(self) -> bool:
        return self._index == len(self._bytes)


def unpack_rings(packed, decimals):
    """Return the rings of a packed text as lists of (lon, lat)."""
    reader = PackedReader(packed, decimals)
    rings = reader.read_rings()
    assert reader.is_at_end()
    return rings
