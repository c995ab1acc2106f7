"""Whether this process is compiling kernels, and for how long: for those who make a reader wait."""

from __future__ import annotations

import math
import threading
import time
from typing import Final

__all__ = ["COMPILE_CLOCK", "CompileClock"]

_PAUSE_S: Final = 30.0  # kernels that are compiled one soon after another are one wait


class CompileClock:
    """Measures from the first of the kernels that are compiled one after another; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._began_s = self._ended_s = -math.inf  # on the clock of `time.monotonic`, which nobody sets
        self._running = 0

    def start(self) -> None:
        """Note that a kernel is being compiled."""
        with self._lock:
            now_s = time.monotonic()
            if not self._running and now_s - self._ended_s > _PAUSE_S:
                self._began_s = now_s
            self._running += 1

    def stop(self) -> None:
        """Note that a kernel has been compiled."""
        with self._lock:
            self._running -= 1
            self._ended_s = time.monotonic()

    def elapsed_s(self) -> float | None:
        """Return the seconds since the first of them was begun; ``None`` if none is being compiled now."""
        with self._lock:
            return time.monotonic() - self._began_s if self._running else None


COMPILE_CLOCK: Final = CompileClock()
