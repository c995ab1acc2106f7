"""The compiled functions of the searches, compiled or read at once, for whoever wants to say so before a search."""

from __future__ import annotations

import numpy as np

from geo.siting.fewest import fewest_sites
from geo.siting.result import Goal
from geo.siting.search import best_sites

__all__ = ["compile_kernels"]


def compile_kernels() -> None:
    """Compile every kernel, or read what was kept of it: about 15 seconds, once per installation."""
    cells = np.arange(80.0)
    arrival_h, weight = np.abs(cells - cells[::16, None]), np.where(cells < 70, 1.0, 0.5)
    for goal in (Goal.BACKUP, Goal.MEAN):  # those of the others are among them
        best_sites(arrival_h, weight, np.full(80, 90.0), count=3, goal=goal, limit_h=30.0)
    fewest_sites(arrival_h, weight, np.full(80, 90.0), share=0.9, limit_h=9.0)
