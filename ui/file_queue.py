"""The queue of files to take away: so many are prepared at a time, and each session is told where in line it stands."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

__all__ = ["FileQueue", "Place"]

_KEPT: Final = 8  # finished files that nobody waits for any more


@dataclass(frozen=True)
class Place:
    """Where a request stands.

    Parameters
    ----------
    is_begun
        Whether its file is being prepared.
    active
        How many files are being prepared, this one included.
    before
        How many that wait come before this one.
    waiting
        How many files wait, this one included.
    """

    is_begun: bool
    active: int
    before: int
    waiting: int


@dataclass
class _Job:
    """A file that was asked for, and the sessions that wait for it."""

    prepare: Callable[[], bytes]
    sessions: set[str] = field(default_factory=set)
    result: Future[bytes] = field(default_factory=Future)

    @property
    def waits(self) -> bool:
        return not (self.result.running() or self.result.done())


class FileQueue:
    """Prepares files in the order they are asked for. Sessions that ask for the same file share it.

    A session holds one place. It loses it when it asks for another file, and when it is gone by the time its turn comes.

    Parameters
    ----------
    is_here
        Says whether a session is still connected.
    at_once
        How many files are prepared at a time.
    """

    def __init__(self, is_here: Callable[[str], bool], *, at_once: int = 2) -> None:
        self._is_here = is_here
        self._jobs: dict[Hashable, _Job] = {}  # in the order they were asked for
        self._lock = Lock()
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="selat-files")

    def ask(self, session_id: str, key: Hashable, prepare: Callable[[], bytes], *, patience_s: float = 0.0) -> bytes | Place:
        """Return a file, or where the request for it stands; the first call puts it in line, later ones ask again.

        Parameters
        ----------
        session_id
            Who asks.
        key
            What the file depends on.
        prepare
            Makes the file, in a thread of the queue.
        patience_s
            How long to wait for it before the place is told, seconds.

        Raises
        ------
        Exception
            What ``prepare`` raised; asked again, it is tried again.
        """
        with self._lock:
            self._leave(session_id, but=key)
            job = self._jobs.get(key)
            if job is None:
                job = self._jobs[key] = _Job(prepare)
                self._pool.submit(self._prepare_next)
            job.sessions.add(session_id)
        wait([job.result], patience_s)
        with self._lock:
            if not job.result.done():
                return self._place(job)
            job.sessions.discard(session_id)
            self._forget()
        return job.result.result()

    def place(self, key: Hashable) -> Place | None:
        """Return where the request for a file stands; ``None`` if the file is finished, or nobody asked for it."""
        with self._lock:
            job = self._jobs.get(key)
            return None if job is None or job.result.done() else self._place(job)

    def withdraw(self, session_id: str) -> None:
        """Give up the place of a session."""
        with self._lock:
            self._leave(session_id)

    def _leave(self, session_id: str, *, but: Hashable = None) -> None:
        for key, job in self._jobs.items():
            if key != but:
                job.sessions.discard(session_id)

    def _place(self, job: _Job) -> Place:
        line = [other for other in self._jobs.values() if other.waits and self._is_wanted(other)]
        active = sum(other.result.running() for other in self._jobs.values())
        before = line.index(job) if job in line else 0
        return Place(job.result.running(), active, before, len(line))

    def _is_wanted(self, job: _Job) -> bool:
        return any(map(self._is_here, job.sessions))

    def _prepare_next(self) -> None:
        """Prepare the first file that somebody still waits for."""
        with self._lock:
            for key in [key for key, job in self._jobs.items() if job.waits and not self._is_wanted(job)]:
                del self._jobs[key]
            job = next((job for job in self._jobs.values() if job.waits), None)
            if job is None:
                return
            job.result.set_running_or_notify_cancel()
        try:
            job.result.set_result(job.prepare())
        except BaseException as error:  # noqa: BLE001 - raised again for whoever asked
            job.result.set_exception(error)

    def _forget(self) -> None:
        """Drop failures that were told, and all but the newest of the files that nobody waits for."""
        finished = [key for key, job in self._jobs.items() if job.result.done() and not self._is_wanted(job)]
        failed = [key for key in finished if self._jobs[key].result.exception()]
        for key in {*failed, *finished[:-_KEPT]}:
            del self._jobs[key]
