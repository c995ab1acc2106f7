"""A search in a process of its own: ``python -m geo.siting.worker`` reads a question from stdin and writes lines of JSON.

Each line is ``{"step": [step, done, whole]}``, then one is ``{"answer": …}`` or ``{"error": …}``.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from geo.coverage.answers import CoverageModel
from geo.errors import GeoError
from geo.scheme.patrol_scheme import load
from geo.siting.answer import find_fewest, find_sites
from geo.siting.question import SiteQuestion
from geo.siting.watch import Step, Watch

__all__ = ["answer", "run"]

Report = Callable[[Step, int, int], None]
_EVERY_S: Final = 0.1  # no step is told more often


def run() -> None:
    """Answer the question on stdin."""
    asked = json.loads(sys.stdin.read())
    told_s = 0.0

    def report(step: Step, done: int, whole: int) -> None:
        nonlocal told_s
        if done == whole or time.monotonic() - told_s >= _EVERY_S:
            told_s = time.monotonic()
            _tell({"step": [step.value, done, whole]})

    _tell(answer(asked, report))


def answer(asked: dict[str, Any], report: Report) -> dict[str, Any]:  # values of JSON
    """Return the answer to what was asked, or the message of what is wrong with it."""
    try:
        scheme = load(Path(asked["folder"]))
        question = SiteQuestion.from_json(asked["question"])
        watch = Watch(time_s=asked["time_s"], report=report)
        find = find_sites if question.until is None else find_fewest
        found = find(scheme, CoverageModel(scheme), question, watch=watch)
    except GeoError as error:
        return {"error": str(error)}
    return {"answer": found.to_json()}


def _tell(line: dict[str, Any]) -> None:
    sys.stdout.write(f"{json.dumps(line, allow_nan=False)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    run()
