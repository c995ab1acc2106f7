"""Interleaved timing: times from the same minute on the same machine can be compared, times of two runs cannot."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

__all__ = ["Task", "Times", "time_in_turn"]

Task = Callable[[int], object]


@dataclass(frozen=True)
class Times:
    """Seconds of every task in every round."""

    seconds: Mapping[str, list[float]]

    def median_s(self, name: str) -> float:
        """Return the median over the rounds."""
        return statistics.median(self.seconds[name])

    def ratio(self, name: str, reference: str) -> float:
        """Return the median over the rounds of a task's time divided by that of the reference in the same round."""
        pairs = zip(self.seconds[name], self.seconds[reference], strict=True)
        return statistics.median(own / other for own, other in pairs)


def time_in_turn(tasks: Mapping[str, Task], rounds: int, keep: Callable[[str, int, object], None]) -> Times:
    """Run every task once per round with the number of the round; ``keep`` gets each result and is not timed."""
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    for turn in range(rounds):
        for name, task in tasks.items():
            gc.collect()
            begun = time.perf_counter()
            answer = task(turn)
            seconds[name].append(time.perf_counter() - begun)
            keep(name, turn, answer)
    return Times(seconds)
