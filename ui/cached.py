"""Every cache of the page: what never changes while the data does not."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import streamlit as st

from geo.answers import Answer, Answers
from geo.coverage import Scenario
from geo.export import export_html
from geo.scheme import PatrolScheme, data_folder, load
from geo.selection import Selection

__all__ = ["answer", "answers", "exported", "scheme"]


def scheme() -> PatrolScheme:
    """Return the scheme of the data folder, read again when a file of it changes.

    Raises
    ------
    DataError
        As `geo.scheme.load` does; a refusal is not kept.
    """
    folder = data_folder()
    return _scheme(folder, _versions(folder))


def _versions(folder: Path) -> tuple[tuple[str, int, int], ...]:
    if not folder.is_dir():
        return ()
    files = sorted(path for path in folder.iterdir() if path.is_file())
    return tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files)


@st.cache_resource(max_entries=2, show_spinner=False)
def _scheme(folder: Path, versions: tuple[tuple[str, int, int], ...]) -> PatrolScheme:
    del versions  # only a part of the key
    return load(folder)


def answers(of: PatrolScheme) -> Future[Answers]:
    """Return the scheme's answers, being worked out in the background from the first call on."""
    return _answers(of.sources.stamp, of)


@st.cache_resource(max_entries=2, show_spinner=False)
def _answers(stamp: str, _of: PatrolScheme) -> Future[Answers]:
    del stamp  # stands for `_of` in the key: it changes when any data file does
    pool = ThreadPoolExecutor(1, thread_name_prefix="selat-distances")
    future = pool.submit(Answers, _of)
    pool.shutdown(wait=False)
    return future


def answer(of: PatrolScheme, ready: Answers, scenario: Scenario, layer: str) -> Answer:
    """Return the answer to a scenario with the shapes of one layer; the same question twice is worked out once."""
    return _answer(of.sources.stamp, scenario, layer, ready)


@st.cache_resource(max_entries=64, show_spinner=False)
def _answer(stamp: str, scenario: Scenario, layer: str, _ready: Answers) -> Answer:
    del stamp
    return _ready.answer(scenario, layer)


def exported(of: PatrolScheme, chosen: Selection, found: Answer | None) -> bytes:
    """Return the export of a selection; the same one twice is made once."""
    plain = replace(chosen, background="own", dark=False, view=0, water=None)
    return _exported(of.sources.stamp, plain, found is not None, of, found)


@st.cache_data(max_entries=8, show_spinner=False)
def _exported(stamp: str, chosen: Selection, with_answer: bool, _of: PatrolScheme, _found: Answer | None) -> bytes:
    del stamp, with_answer
    return export_html(_of, chosen, _found)
