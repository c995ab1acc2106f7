"""Every cache of the page: what never changes while the data does not."""

from __future__ import annotations

import gc
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from geo.coverage.answers import Answer, CoverageModel
from geo.coverage.scenario import Scenario
from geo.figure.layout import figure_bytes
from geo.figure.sheet import FIGURE_KINDS
from geo.maps.selection import Selection
from geo.offline.page import export_html
from geo.scheme.data_files import data_folder
from geo.scheme.patrol_scheme import PatrolScheme, load
from geo.takeaway.dataset import DATASET_KINDS, dataset_bytes

__all__ = ["FileRequest", "answer", "model", "scheme", "taken_away"]


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


def model(of: PatrolScheme) -> Future[CoverageModel]:
    """Return the scheme's answers, being worked out in the background from the first call on."""
    return _answers(of.sources.stamp, of)


@st.cache_resource(max_entries=2, show_spinner=False)
def _answers(stamp: str, _of: PatrolScheme) -> Future[CoverageModel]:
    del stamp  # stands for `_of` in the key: it changes when any data file does
    pool = ThreadPoolExecutor(1, thread_name_prefix="selat-distances")
    future = pool.submit(_worked_out, _of)
    pool.shutdown(wait=False)
    return future


def _worked_out(of: PatrolScheme) -> CoverageModel:
    """Work the answers out, and spare what is there now, nearly all of it for good, from later searches for garbage."""
    made = CoverageModel(of)
    gc.unfreeze()  # what an earlier state of the data left may go
    gc.collect()
    gc.freeze()
    return made


def answer(of: PatrolScheme, ready: CoverageModel, scenario: Scenario, layer: str) -> Answer:
    """Return the answer to a scenario with the shapes of one layer; the same question twice is worked out once."""
    return _answer(of.sources.stamp, scenario, layer, ready)


@st.cache_resource(max_entries=64, show_spinner=False)
def _answer(stamp: str, scenario: Scenario, layer: str, _ready: CoverageModel) -> Answer:
    del stamp
    return _worker().submit(_ready.answer, scenario, layer).result()


@st.cache_resource(show_spinner=False)
def _worker() -> ThreadPoolExecutor:
    """Return the threads that answer: PROJ makes its transformers anew in every thread, and a run of the page is one."""
    return ThreadPoolExecutor(2, thread_name_prefix="selat-answers")


@dataclass(frozen=True)
class FileRequest:
    """A file to take away: its format, the table of a CSV, and what of the choice and of the address it depends on."""

    kind: str
    table: str | None
    chosen: Selection
    address: str


def taken_away(of: PatrolScheme, ready: CoverageModel | None, wanted: FileRequest) -> bytes:
    """Return what is taken away; the same thing twice is made once.

    Raises
    ------
    ExportError
        If a format cannot hold what is asked for.
    """
    return _taken_away(of.sources.stamp, wanted, ready is not None, of, ready)


@st.cache_data(max_entries=8, show_spinner=False)
def _taken_away(stamp: str, wanted: FileRequest, with_answers: bool, _of: PatrolScheme, _ready: CoverageModel | None) -> bytes:
    del stamp, with_answers
    chosen, kind = wanted.chosen, wanted.kind
    if _ready is None or chosen.scenario is None:
        return export_html(_of, chosen, address=wanted.address)
    if kind in DATASET_KINDS:
        return dataset_bytes(_of, _ready, chosen.scenario, kind=kind, table=wanted.table, lang=chosen.lang)
    if kind in FIGURE_KINDS:
        made = figure_bytes(_of, chosen, _ready.answer(chosen.scenario, chosen.coverage_layer), kind=kind)
        gc.collect()  # a figure and its canvas hold each other: 20 MB that would wait for a search
        return made
    return export_html(_of, chosen, model=_ready, address=wanted.address)
