"""Many readers at once, over the page's own protocol and without a browser: ``make soak``.

Sessions open the page, move sliders, click on water, change the language, take files away and reload, for some minutes; then
many ask for a figure at the same moment. Prints one line of JSON; the exit code is 1 if a bar is missed. The bars: no error,
a moved slider's 95th percentile within three times that of one session alone, memory that grows by at most 50 MB after the
first minute, and no figure that fails or is waited for in silence, nor more than two drawn at a time.

``--url`` measures a server that runs already, with ``--pid`` its memory too.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 120.0  # an answer that takes longer is an error
FIRST_S = 60.0  # sessions come one after the other in the first minute, which is not timed
MOVES_ALONE = 60  # of one session, to compare with
SLIDERS = ("speed_kn", "limit_h", "readiness_h")
WATER = (1.0, 5.5, 98.5, 103.5)  # least and greatest latitude and longitude of clicks, some of them on land
OTHERS = {"water": 4, "language": 2, "file": 2, "reload": 2}  # weights of what a reader does besides
FILE_HEADS = {"PNG": b"\x89PNG", "GeoJSON": b"{", "XLSX": b"PK", "HTML": b"<!doctype html>"}
MOST_SLOWER, MOST_GROWTH_MB, MOST_AT_ONCE, MOST_SILENCE_S = 3.0, 50.0, 2, 5.0  # the bars
_USER_KEY = re.compile(r"\$\$ID-[0-9a-f]+-(.+)")


class PageError(Exception):
    """The page did not do what it should."""


@dataclass
class Part:
    """A widget or a text of the page, as the server last sent it."""

    id: str
    fragment_id: str
    run: int
    proto: Any


@dataclass
class Session:
    """One reader's connection: what the server sent, and the widgets that were moved."""

    url: str
    dice: random.Random
    parts: dict[str, Part] = field(default_factory=dict)  # by the key that the page gave it
    texts: dict[tuple[int, ...], str] = field(default_factory=dict)  # HTML by its place on the page
    _states: dict[str, WidgetState] = field(default_factory=dict)
    _timers: dict[str, asyncio.Task[None]] = field(default_factory=dict)  # of fragments that run again by themselves
    _run: int = 0
    _fragments: set[str] = field(default_factory=set)  # of the current run; empty if it draws the whole page
    _is_begun: bool = False
    _settled: asyncio.Future[None] | None = None
    _socket: ClientConnection = field(init=False)
    _reader: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Open the page, as a new session, and wait until it shows an answer."""
        for memory in (self.parts, self.texts, self._states):
            memory.clear()
        await fetch(self.url)
        address = f"{self.url.replace('http', 'ws', 1)}/_stcore/stream"
        self._socket = await connect(address, subprotocols=["streamlit"], max_size=None, open_timeout=PATIENCE_S)
        self._reader = asyncio.create_task(self._read(self._socket))
        await self._send("")
        await self.until(lambda: "map" in self.parts and not self._timers, "the first answer")

    async def close(self) -> None:
        """Close the page as a closed tab does."""
        for task in (*self._timers.values(), self._reader):
            if task:
                task.cancel()
        self._timers.clear()
        if self._reader:
            await self._socket.close()

    async def set(self, key: str, kind: str, value: Any) -> float:
        """Give a widget a value, wait for the end of the run, and return the seconds it took."""
        part = self.part(key)
        state = WidgetState(id=part.id)
        if kind.endswith("_array_value"):
            getattr(state, kind).data.extend(value)
        else:
            setattr(state, kind, value)
        if kind != "trigger_value":
            self._states[part.id] = state
        begun = time.perf_counter()
        await self._send(part.fragment_id, state)
        return time.perf_counter() - begun

    def part(self, key: str) -> Part:
        """Return a widget by its key."""
        if key not in self.parts:
            raise PageError(f"no widget {key!r} on the page")
        return self.parts[key]

    async def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait for something that the page does by itself."""
        end = time.monotonic() + PATIENCE_S
        while not is_so():
            if time.monotonic() > end:
                raise PageError(f"waited in vain for {what}")
            if self._reader and self._reader.done():
                self._reader.result()
                raise PageError("the server closed the connection")
            await asyncio.sleep(0.05)

    async def _send(self, fragment_id: str, *triggers: WidgetState, is_timer: bool = False) -> None:
        message = BackMsg()
        message.rerun_script.fragment_id = fragment_id
        message.rerun_script.is_auto_rerun = is_timer
        message.rerun_script.context_info.url = self.url
        message.rerun_script.context_info.color_scheme = "light"
        states = self._states | {state.id: state for state in triggers}
        message.rerun_script.widget_states.widgets.extend(states.values())
        if is_timer:
            await self._socket.send(message.SerializeToString())
            return
        self._is_begun, self._settled = False, asyncio.get_running_loop().create_future()
        await self._socket.send(message.SerializeToString())
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._settled
        except TimeoutError:
            raise PageError(f"no answer within {PATIENCE_S:g} s") from None

    async def _read(self, connection: ClientConnection) -> None:
        """Follow what the server sends; an error reaches whoever waits for the end of a run."""
        try:
            async for frame in connection:
                self._take(ForwardMsg.FromString(frame))
        except PageError as error:
            self._fail(error)
            raise
        self._fail(PageError("the server closed the connection"))

    def _fail(self, error: PageError) -> None:
        if self._settled and not self._settled.done():
            self._settled.set_exception(error)

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._run += 1
            self._is_begun = True
            self._fragments = set(message.metadata.run.fragment_ids)
            if not self._fragments:  # a run of the whole page announces its timers anew
                self._stop(*list(self._timers))
        elif kind == "delta":
            self._draw(message)
        elif kind == "auto_rerun":
            self._stop(message.auto_rerun.fragment_id)
            again = self._repeat(message.auto_rerun.fragment_id, message.auto_rerun.interval)
            self._timers[message.auto_rerun.fragment_id] = asyncio.create_task(again)
        elif kind == "stop_auto_rerun":
            for fragment_id in message.stop_auto_rerun.fragment_ids:
                self._stop(fragment_id)
        elif kind == "script_finished":
            self._finish(message.script_finished)

    def _draw(self, message: ForwardMsg) -> None:
        delta = message.delta
        new = delta.new_element if delta.WhichOneof("type") == "new_element" else delta.add_block
        kind = new.WhichOneof("type")
        proto = getattr(new, kind) if kind else None
        if kind == "exception":
            raise PageError(f"the page shows an exception: {proto.type} {proto.message}")
        if kind == "html":
            self.texts[tuple(message.metadata.delta_path)] = proto.body
            if 'role="alert"' in proto.body:
                raise PageError(f"the page reports: {re.sub('<[^>]*>', ' ', proto.body)[:200]}")
        name = "map" if kind == "component_instance" else _user_key(getattr(proto, "id", "") or getattr(new, "id", ""))
        if name:
            part_id = getattr(proto, "id", "") or getattr(new, "id", "")
            self.parts[name] = Part(part_id, delta.fragment_id, self._run, proto)

    def _finish(self, status: int) -> None:
        if status == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            raise PageError("the page could not be run")
        if status == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return
        is_whole = status == ForwardMsg.FINISHED_SUCCESSFULLY
        for name, part in list(self.parts.items()):  # what was not drawn again is gone
            if part.run != self._run and (is_whole or part.fragment_id in self._fragments):
                del self.parts[name]
        if self._is_begun and self._settled and not self._settled.done():
            self._settled.set_result(None)

    async def _repeat(self, fragment_id: str, interval_s: float) -> None:
        while True:
            await asyncio.sleep(interval_s)
            await self._send(fragment_id, is_timer=True)

    def _stop(self, *fragment_ids: str) -> None:
        for fragment_id in fragment_ids:
            timer = self._timers.pop(fragment_id, None)
            if timer:
                timer.cancel()

    # What a reader does.

    async def move_slider(self) -> float:
        """Move one of the sliders somewhere else; return the seconds until the answer stands."""
        key = self.dice.choice(SLIDERS)
        steps = self.part(key).proto.options
        drawn = self.part("map").run
        took_s = await self.set(key, "string_array_value", [self.dice.choice(steps)])
        if self.part("map").run == drawn:
            raise PageError("the map did not follow the slider")
        return took_s

    async def click_water(self) -> None:
        """Click somewhere on the map, most often on water."""
        south, north, west, east = WATER
        at = {"lat": self.dice.uniform(south, north), "lng": self.dice.uniform(west, east)}
        values = {"last_active_drawing": None, "last_object_clicked_count": 0, "last_clicked": at}
        await self.set("map", "json_value", json.dumps(values))

    async def change_language(self) -> None:
        """Choose a language, perhaps the same one."""
        options = self.part("lang").proto.options
        await self.set("lang", "string_array_value", [self.dice.choice(options).content])

    async def choose_file(self, kind: str) -> None:
        """Open the panel of files and choose a format."""
        await self.set("take", "bool_value", True)
        option = next(option for option in self.part("format").proto.options if kind in option)
        await self.set("format", "string_value", option)

    async def take_file(self, kind: str) -> list[tuple[float, str]]:
        """Prepare the chosen file, download and check it; return what the page said while it was waited for, and when."""
        begun, said = time.perf_counter(), [(0.0, "")]

        def is_ready() -> bool:
            line = self._status()
            if line:  # said again at each question
                said.append((time.perf_counter() - begun, line))
            return "export" in self.parts

        await self.set("prepare", "trigger_value", True)
        await self.until(is_ready, "the file")
        said.append((time.perf_counter() - begun, ""))
        content = await fetch(f"{self.url}/{self.part('export').proto.url.lstrip('/')}")
        if not content.startswith(FILE_HEADS[kind]):
            raise PageError(f"the {kind} begins with {content[:20]!r}")
        await self.set("take", "bool_value", False)
        return said

    def _status(self) -> str:
        """Return the newest line about the file, once."""
        for path, text in list(self.texts.items()):
            if "selat-queue" in text:
                del self.texts[path]
                return re.sub("<[^>]*>", "", text)
        return ""

    async def reload(self) -> None:
        """Load the page again, as a new session."""
        await self.close()
        await self.open()


def _user_key(element_id: str) -> str | None:
    found = _USER_KEY.fullmatch(element_id)
    return found[1] if found else None


async def fetch(address: str) -> bytes:
    """Return what stands at an address."""

    def get() -> bytes:
        with urllib.request.urlopen(address, timeout=PATIENCE_S) as answer:  # noqa: S310 - the page's own
            return answer.read()

    return await asyncio.to_thread(get)


@dataclass
class Record:
    """What was done, how long sliders took, and what went wrong."""

    slider_s: list[float] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)

    async def watch(self, name: str, action: Awaitable[Any]) -> Any:
        """Do something and count it; an error is counted too, and ``None`` returned."""
        try:
            result = await action
        except (PageError, OSError, TimeoutError, StopIteration, RuntimeError) as error:
            self.errors[f"{name}: {error or type(error).__name__}"[:200]] += 1
            return None
        self.done[name] += 1
        return result


async def read_along(
    session: Session, record: Record, *, until: float, timed_from: float, pace_s: float, others: float
) -> None:
    """Be one reader until a time: a slider every now and then, and sometimes something else."""
    if await record.watch("open", session.open()) is None and record.errors:
        await session.close()
        return
    while (pause_s := session.dice.uniform(0.5, 1.5) * pace_s) < until - time.monotonic():
        await asyncio.sleep(pause_s)
        took_s = await record.watch("slider", session.move_slider())
        if took_s is not None and time.monotonic() > timed_from:
            record.slider_s.append(took_s)
        if session.dice.random() < others:
            await asyncio.sleep(session.dice.uniform(0.1, 0.4) * pace_s)
            await do_something(session, record)
    await session.close()


async def do_something(session: Session, record: Record) -> None:
    """Do what readers do besides moving sliders."""
    (name,) = session.dice.choices(list(OTHERS), list(OTHERS.values()))
    if name == "file":
        kind = session.dice.choice(list(FILE_HEADS))
        await record.watch("file", take_away(session, kind))
    else:
        action = {"water": session.click_water, "language": session.change_language, "reload": session.reload}[name]
        await record.watch(name, action())


async def take_away(session: Session, kind: str) -> list[tuple[float, str]]:
    """Choose, prepare and download a file."""
    await session.choose_file(kind)
    return await session.take_file(kind)


async def soak(
    url: str, *, sessions: int, minutes: float, pace_s: float, others: float, memory: Callable[[], float | None]
) -> dict[str, Any]:
    """Measure one session alone, then many."""
    record, alone_s = Record(), []
    one = Session(url, random.Random(0))  # noqa: S311 - a reader's whims
    await one.open()
    for _ in range(3):  # the first ones load what later ones share
        await one.move_slider()
    start_mb = memory()
    for _ in range(MOVES_ALONE):
        await asyncio.sleep(0.5)
        alone_s.append(await one.move_slider())
    await one.close()

    first_s = min(FIRST_S, minutes * 60 / 3)
    begun = time.monotonic()
    readers = []
    for number in range(sessions):
        session = Session(url, random.Random(number + 1))  # noqa: S311
        times = {"until": begun + minutes * 60, "timed_from": begun + first_s}
        readers.append(asyncio.create_task(read_along(session, record, **times, pace_s=pace_s, others=others)))
        await asyncio.sleep(first_s / sessions)
    after_first_mb = memory()
    for reader in readers:
        await reader
    return {
        "sessions": sessions,
        "minutes": minutes,
        "one_session": percentiles(alone_s),
        "slider": percentiles(record.slider_s),
        "done": dict(record.done),
        "errors": dict(record.errors),
        "memory_mb": {"start": start_mb, "after_first_minute": after_first_mb, "end": memory()},
    }


async def ask_for_figures(url: str, sessions: int) -> dict[str, Any]:
    """Let many sessions, each with a scenario of its own, ask for a figure at the same moment."""
    record, queue = Record(), [Session(url, random.Random(1_000 + number)) for number in range(sessions)]  # noqa: S311

    async def make_ready(session: Session) -> None:
        await session.open()
        for _ in range(2):
            await session.move_slider()
        await session.choose_file("PNG")

    for session in queue:
        await record.watch("ready", make_ready(session))
    said = await asyncio.gather(*(record.watch("figure", session.take_file("PNG")) for session in queue))
    for session in queue:
        await session.close()
    lines = [line for each in said if each for line in each]
    silences_s = [late - early for each in said if each for (early, _), (late, _) in pairwise(each)]
    waits_s = [each[-1][0] for each in said if each]
    active = [int(found[-1]) for _, line in lines if (found := re.findall(r"\d+", line))]
    return {
        "sessions": sessions,
        "drawn": record.done["figure"],
        **percentiles(waits_s),
        "longest_silence_s": round(max(silences_s, default=0.0), 2),
        "most_at_once": max(active, default=1),
        "told_to_wait": len(
            {number for number, each in enumerate(said) if any(re.search(r"\d", line) for _, line in each or ())}
        ),
        "errors": dict(record.errors),
    }


def percentiles(values_s: list[float]) -> dict[str, Any]:
    """Return how many values there are, their median and their 95th percentile."""
    if len(values_s) < 2:
        return {"count": len(values_s), "p50_s": None, "p95_s": None}
    p95_s = statistics.quantiles(values_s, n=20, method="inclusive")[-1]
    return {"count": len(values_s), "p50_s": round(statistics.median(values_s), 3), "p95_s": round(p95_s, 3)}


def missed_bars(result: dict[str, Any]) -> list[str]:
    """Return which bars are missed."""
    memory, figures = result["memory_mb"], result.get("figures")
    growth_mb = memory["end"] - memory["after_first_minute"] if memory["end"] else 0.0
    p95_s, alone_s = result["slider"]["p95_s"], result["one_session"]["p95_s"]
    bars = {
        "no error": not result["errors"],
        "slider": p95_s is not None and p95_s <= MOST_SLOWER * alone_s,
        "memory": growth_mb <= MOST_GROWTH_MB,
    }
    if figures:
        bars |= {
            "no figure fails": figures["drawn"] == figures["sessions"] and not figures["errors"],
            "two figures at a time": figures["most_at_once"] <= MOST_AT_ONCE,
            "no wait in silence": figures["longest_silence_s"] <= MOST_SILENCE_S,
        }
    return [name for name, is_met in bars.items() if not is_met]


def rss_mb(pid: int | None) -> float | None:
    """Return the memory of a process; ``None`` where the system does not tell."""
    with suppress(OSError):
        lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
        return round(int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024, 1)
    return None


@asynccontextmanager
async def served() -> AsyncIterator[tuple[str, int]]:
    """Start the page on a free port; yield its address and process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(600):
            with suppress(OSError):
                await fetch(f"{url}/_stcore/health")
                break
            await asyncio.sleep(0.2)
        yield url, server.pid
    finally:
        server.terminate()
        server.wait()


async def main() -> int:
    """Read the command line, measure, and print the line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__.partition("\n")[0])
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--pace", type=float, default=20.0, help="seconds between a session's moves of a slider")
    parser.add_argument("--others", type=float, default=0.1, help="how often something else follows a move, 0 to 1")
    parser.add_argument("--figures", type=int, default=50, help="sessions that ask for a figure at once; 0 leaves it out")
    parser.add_argument("--url", help="a server that runs already; otherwise one is started")
    parser.add_argument("--pid", type=int, help="its process, whose memory is read")
    words = parser.parse_args()

    async def measure(url: str, pid: int | None) -> dict[str, Any]:
        options = {"sessions": words.sessions, "minutes": words.minutes, "pace_s": words.pace, "others": words.others}
        result = await soak(url, **options, memory=lambda: rss_mb(pid))
        if words.figures:
            result["figures"] = await ask_for_figures(url, words.figures)
        return result

    if words.url:
        result = await measure(words.url.rstrip("/"), words.pid)
    else:
        async with served() as (url, pid):
            result = await measure(url, pid)
    result["missed"] = missed_bars(result)
    print(json.dumps(result))
    return 1 if result["missed"] else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
