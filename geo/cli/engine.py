"""Compiles the distance engine on a first start, and says on stderr what takes so long."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from rich.console import Console
from rich.live import Live

from geo.compile_clock import COMPILE_CLOCK
from geo.sea.distance import compile_kernels

__all__ = ["compile_engine"]

_POLL_S: Final = 0.25
_COMPILING: Final = "Compiling the distance engine, once; up to half a minute"


def compile_engine(*others: Callable[[], None]) -> None:
    """Compile every kernel of the engine, then those of others; where they were compiled before, nothing is said."""
    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(ended,), daemon=True)
    watcher.start()
    try:
        for compile_more in (compile_kernels, *others):
            compile_more()
    finally:
        ended.set()
        watcher.join()  # so that the line is complete before anything else is printed


def _watch(ended: threading.Event) -> None:
    """Print a line once a kernel is being compiled; on a terminal it counts the seconds."""
    while COMPILE_CLOCK.elapsed_s() is None:
        if ended.wait(_POLL_S):
            return
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        console.print(_COMPILING)
        return
    with Live(console=console, auto_refresh=False, redirect_stdout=False) as line:  # a warning goes above it
        while True:
            elapsed_s = COMPILE_CLOCK.elapsed_s()
            if elapsed_s is not None:  # between two kernels the last count stands
                line.update(f"{_COMPILING} … {elapsed_s:.0f} s", refresh=True)
            if ended.wait(_POLL_S):
                return
