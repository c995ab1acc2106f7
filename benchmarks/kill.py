"""Kills the writers at any moment of their work, and looks at what they leave: ``make soak``.

Runs each command that writes, and the cache, in a process of its own that is killed with -9: half the time at any moment,
half the time just after its temporary file or folder has appeared. What stood there must be old or new in whole, and after
the next run nothing else may be left. Prints one line of JSON; the exit code is 1 if anything is amiss.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import numpy as np

from geo.cli.app import app
from geo.disk_cache import CACHE_VARIABLE, cached_arrays
from geo.scheme.data_files import DATA_VARIABLE
from geo.site.folder import SITE_LIST
from tests.toy import write_toy_folder

TRIES = 200
PART = ".selat-part"
LATEST_S = 0.002  # from the appearance of a temporary file to the kill, at most
Tree = dict[str, bytes]


@dataclass(frozen=True)
class Writer:
    """What writes into a folder, in two ways whose results differ."""

    name: str
    write_old: Callable[[Path], object]
    write_new: Callable[[Path], object]


def command(name: str, *words: str, out: str) -> Callable[[Path], object]:
    """Return what runs a command of ``python -m geo``."""
    import_module(f"geo.cli.{name}")  # here rather than in each process

    def run(folder: Path) -> object:
        place = ("--out", str(folder / out)) if name == "cite" else (str(folder / out),)
        return app([name, *place, *words], standalone_mode=False)

    return run


def cache(number: int) -> Callable[[Path], object]:
    """Return what computes arrays of 8 MB unless they are in the cache."""

    def run(folder: Path) -> object:
        os.environ[CACHE_VARIABLE] = str(folder)
        return cached_arrays("toy", (number,), (__file__,), lambda: {"numbers": np.full(1_000_000, float(number))})

    return run


def publish(base_url: str | None) -> Callable[[Path], object]:
    """Return what publishes a site whose files are taken from an earlier run, since making them takes longest."""
    made: dict[str, bytes] = {}

    def run(folder: Path) -> object:
        if made:
            import_module("geo.site.publish").site_files = lambda scheme, base_url: made
        return command("publish", *words, out="site")(folder)

    def make(folder: Path) -> None:
        made.update({name.removeprefix("site/"): content for name, content in finish(run, folder).items()})
        del made[SITE_LIST]

    words = ("--base-url", base_url) if base_url else ()
    with tempfile.TemporaryDirectory() as name:
        make(Path(name))
    return run


def writers() -> tuple[Writer, ...]:
    """Return everything that writes files."""
    exports = (
        Writer(
            f"export .{kind}",
            command("export", "--hours", "5", "--force", out=f"map.{kind}"),
            command("export", "--force", out=f"map.{kind}"),
        )
        for kind in ("html", "png", "gpkg", "xlsx")
    )
    return (
        *exports,
        Writer("isochrones", command("isochrones", "--hours", "5", out="a.geojson"), command("isochrones", out="a.geojson")),
        Writer(
            "cite", command("cite", "--as", "csl", "--lang", "id", out="a.json"), command("cite", "--as", "csl", out="a.json")
        ),
        Writer("publish", publish(None), publish("https://example.org/")),
        Writer("cache", cache(1), cache(2)),
    )


def start(work: Callable[[Path], object], folder: Path) -> int:
    """Do something in a process of its own, in silence; return its id."""
    pid = os.fork()
    if pid == 0:
        with open(os.devnull, "w") as nothing:  # noqa: PTH123 - a device
            os.dup2(nothing.fileno(), 1)
            try:
                work(folder)
            except BaseException:  # noqa: BLE001 - this process ends here, whatever happened
                os._exit(1)
        os._exit(0)
    return pid


def finish(work: Callable[[Path], object], folder: Path) -> Tree:
    """Do something to the end; return what is in the folder then."""
    _, status = os.waitpid(start(work, folder), 0)
    if status:
        raise SystemExit(f"a writer that was not killed failed in {folder}")
    return tree(folder)


def tree(folder: Path) -> Tree:
    """Return every file in a folder with its content."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def restore(folder: Path, files: Tree) -> None:
    """Make a folder hold these files and nothing else."""
    shutil.rmtree(folder)
    folder.mkdir()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def has_part(folder: Path) -> bool:
    """Return whether a temporary file or folder is there."""
    return any(name.endswith(PART) for name in os.listdir(folder))  # noqa: PTH208 - as fast as can be


def kill(writer: Writer, folder: Path, *, whole_s: float, dice: random.Random) -> bool:
    """Start a writer and kill it; return whether it was writing."""
    pid = start(writer.write_new, folder)
    if dice.random() < 0.5:
        time.sleep(dice.uniform(0, whole_s))
    else:
        while not has_part(folder) and os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            pass
        time.sleep(LATEST_S * dice.random() ** 3)  # most files are written within a fraction of it
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return has_part(folder)


def try_writer(writer: Writer, parent: Path, tries: int, dice: random.Random) -> Counter[str]:
    """Kill a writer so many times; return how often it was writing, and what was amiss."""
    counts: Counter[str] = Counter()
    folder = parent / writer.name.replace(" ", "-")
    folder.mkdir()
    old = finish(writer.write_old, folder)
    begun = time.perf_counter()
    new = finish(writer.write_new, folder)
    whole_s = time.perf_counter() - begun
    for _ in range(tries):
        restore(folder, old)
        counts["while writing"] += kill(writer, folder, whole_s=whole_s, dice=dice)
        after = {name: content for name, content in tree(folder).items() if PART not in name}
        if after not in (old, new):
            counts["site away until the next run" if writer.name == "publish" and not after else "half"] += 1
        if finish(writer.write_new, folder) != new or has_part(folder):
            counts["left aside"] += 1
    return counts


def main() -> int:
    """Read the command line, try, and print the line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kill", description=__doc__.partition("\n")[0])
    parser.add_argument("--tries", type=int, default=TRIES, help="of all writers together")
    parser.add_argument("--seed", type=int, default=0)
    words = parser.parse_args()
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        os.environ[DATA_VARIABLE] = str(write_toy_folder(Path(name) / "toy"))
        every = writers()
        each = -(-words.tries // len(every))
        counts = {
            writer.name: try_writer(writer, Path(name), each, random.Random(f"{words.seed} {writer.name}"))  # noqa: S311
            for writer in every
        }
    total = sum(counts.values(), Counter())
    result = {"tries": each * len(every), "seed": words.seed, "seconds": round(time.perf_counter() - begun)}
    amiss = {name: total[name] for name in ("half", "left aside")}
    print(json.dumps(result | amiss | {"writers": {name: dict(count) for name, count in counts.items()}}))
    return 1 if any(amiss.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
