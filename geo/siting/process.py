"""Searches for a server: each in a process of its own, which reports how far it is and can be stopped at any moment."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from geo.errors import GeoError
from geo.siting.question import SiteQuestion
from geo.siting.watch import Step

__all__ = ["SEARCH_VARIABLE", "SearchProcess", "SearchState", "searches_allowed"]

SEARCH_VARIABLE: Final = "SELAT_SEARCH"
_OFF: Final = "off"
_ROOT: Final = Path(__file__).resolve().parents[2]


def searches_allowed() -> bool:
    """Return whether this host searches: the environment variable ``SELAT_SEARCH`` is not ``off``."""
    return os.environ.get(SEARCH_VARIABLE, "").strip().lower() != _OFF


@dataclass(frozen=True)
class SearchState:
    """How far a search is.

    Attributes
    ----------
    step, done, whole
        What it does, how much of that is done, and how much there is; 0 where nobody knows.
    is_over
        Whether it has ended, in whatever way.
    answer
        What `geo.siting.answer.SitesAnswer.to_json` or `FewestAnswer.to_json` returns, if it ended well.
    error
        What went wrong, in a sentence; ``None`` if nothing did, or if the search was stopped.
    """

    step: Step | None = None
    done: int = 0
    whole: int = 0
    is_over: bool = False
    answer: dict[str, Any] | None = None  # values of JSON
    error: str | None = None


class SearchProcess:
    """A search that runs beside this process; `state` is safe to ask from any thread.

    Parameters
    ----------
    folder
        The data folder.
    question
        What is asked.
    time_s
        Seconds after which the best that was found is the answer; ``None`` for no limit.

    Raises
    ------
    GeoError
        If searches are switched off here.
    """

    def __init__(self, folder: Path, question: SiteQuestion, *, time_s: float | None = None) -> None:
        if not searches_allowed():
            raise GeoError(f"searches are switched off on this host ({SEARCH_VARIABLE}={_OFF}): ask on the command line")
        self._lock = threading.Lock()
        self._state = SearchState()
        self._is_stopped = False
        command = [sys.executable, "-m", "geo.siting.worker"]
        paths = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
        environment = {**os.environ, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self._process: subprocess.Popen[bytes] = subprocess.Popen(command, env=environment, **pipes)  # type: ignore[call-overload]
        asked = {"folder": str(folder.resolve()), "question": question.to_json(), "time_s": time_s}
        self._reader = threading.Thread(target=self._follow, args=(json.dumps(asked).encode(),), daemon=True)
        self._reader.start()

    @property
    def state(self) -> SearchState:
        """How far it is now."""
        with self._lock:
            return self._state

    def stop(self) -> None:
        """End the search; a search that is over stays as it is."""
        with self._lock:
            self._is_stopped = not self._state.is_over
        self._process.kill()
        self._reader.join()

    def wait(self, timeout_s: float | None = None) -> SearchState:
        """Return the state once the search is over, or after some seconds."""
        self._reader.join(timeout_s)
        return self.state

    def _follow(self, asked: bytes) -> None:
        """Read what the process writes until it ends."""
        said: list[bytes] = []
        with self._process as process:
            stdin, stdout, stderr = (_require_pipe(pipe) for pipe in (process.stdin, process.stdout, process.stderr))
            listener = threading.Thread(target=lambda: said.extend(stderr), daemon=True)  # or the process waits for a reader
            listener.start()
            with contextlib.suppress(OSError):  # it has ended: what it said on stderr tells why
                stdin.write(asked)
                stdin.close()
            last = self._read_steps(stdout)
            process.wait()
            listener.join()
        error = last.get("error")
        if not {"answer", "error"} & last.keys():
            error = b"".join(said).decode("utf-8", "replace").strip().rpartition("\n")[2] or "the search ended before its end"
        with self._lock:
            error = None if self._is_stopped else error
            self._state = SearchState(is_over=True, answer=last.get("answer"), error=error)

    def _read_steps(self, lines: Iterable[bytes]) -> dict[str, Any]:  # values of JSON
        """Note how far the search is, line by line; return the last line, empty if it is none of those that end a search."""
        last: dict[str, Any] = {}
        for line in lines:
            try:
                last = json.loads(line)
            except ValueError:  # cut off where the process was ended
                return {}
            if "step" in last:
                step, done, whole = last["step"]
                with self._lock:
                    self._state = SearchState(Step(step), done, whole)
        return last


def _require_pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:  # all three are asked for above
        raise GeoError("the search has no pipe to its process")
    return pipe
