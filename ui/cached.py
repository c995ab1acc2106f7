"""Every cache of the page: what changes only with the data or the question."""

from __future__ import annotations

import gc
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
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
from geo.sea.distance import compile_kernels
from geo.takeaway.dataset import DATASET_KINDS, dataset_bytes
from ui import state
from ui.file_queue import FileQueue, Place

__all__ = ["FileRequest", "answer", "file", "file_place", "model", "scheme", "withdraw_file"]


def scheme() -> PatrolScheme:
    """Return the scheme of the data folder; it is read again when a file of the folder changes.

    Raises
    ------
    DataError
        As `geo.scheme.load` does; the error is not cached.
    """
    folder = data_folder()
    return _load(folder, _versions(folder))


def _versions(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return name, time of change and size of each file."""
    if not folder.is_dir():
        return ()
    files = sorted(path for path in folder.iterdir() if path.is_file())
    return tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files)


@st.cache_resource(max_entries=2, show_spinner=False)
def _load(folder: Path, versions: tuple[tuple[str, int, int], ...]) -> PatrolScheme:
    del versions  # only a part of the cache key
    return load(folder)


def model(scheme: PatrolScheme) -> Future[CoverageModel]:
    """Return the model that answers scenarios; a thread computes it from the first call on."""
    return _model(scheme.sources.stamp, scheme)


@st.cache_resource(max_entries=2, show_spinner=False)
def _model(stamp: str, _scheme: PatrolScheme) -> Future[CoverageModel]:
    del stamp  # stands for `_scheme` in the cache key: it changes when any data file does
    pool = ThreadPoolExecutor(1, thread_name_prefix="selat-distances")
    future = pool.submit(_compute_model, _scheme)
    pool.shutdown(wait=False)
    return future


def _compute_model(scheme: PatrolScheme) -> CoverageModel:
    """Compute the answers, then `gc.freeze()` what is loaded: later collections need not scan it."""
    compile_kernels()  # all together, so that the page can say what takes so long
    model = CoverageModel(scheme)
    gc.unfreeze()  # so that what an earlier data folder left can be collected
    gc.collect()
    gc.freeze()
    return model


def answer(scheme: PatrolScheme, model: CoverageModel, scenario: Scenario, layer: str) -> Answer:
    """Return the answer to a scenario with the shapes of one of `geo.coverage.answers.COVERAGE_LAYERS`."""
    return _answer(scheme.sources.stamp, scenario, layer, model)


@st.cache_resource(max_entries=64, show_spinner=False)
def _answer(stamp: str, scenario: Scenario, layer: str, _model: CoverageModel) -> Answer:
    del stamp  # only a part of the cache key
    return _pool().submit(_model.answer, scenario, layer).result()


@st.cache_resource(show_spinner=False)
def _pool() -> ThreadPoolExecutor:
    """Return the threads that answer: pyproj makes its transformers anew in each thread, and each run of the page is one."""
    return ThreadPoolExecutor(2, thread_name_prefix="selat-answers")


@dataclass(frozen=True)
class FileRequest:
    """A file to take away: its format, the table of a CSV, and the selection and address that it depends on."""

    kind: str
    table: str | None
    selection: Selection
    address: str


def file(scheme: PatrolScheme, model: CoverageModel | None, request: FileRequest, *, patience_s: float = 0.0) -> bytes | Place:
    """Return a file to take away, or where the request of this session for it stands; see `FileQueue.ask`.

    Parameters
    ----------
    model
        ``None`` while it is being computed: the file is then a page without answers.

    Raises
    ------
    ExportError
        If a format cannot hold what is asked for.
    """
    prepare = partial(_file_bytes, scheme, model, request)
    return _queue().ask(state.session_id(), _file_key(scheme, model, request), prepare, patience_s=patience_s)


def file_place(scheme: PatrolScheme, model: CoverageModel | None, request: FileRequest) -> Place | None:
    """Return where the request for a file stands; ``None`` if it can be had, or has to be asked for anew."""
    return _queue().place(_file_key(scheme, model, request))


def _file_key(scheme: PatrolScheme, model: CoverageModel | None, request: FileRequest) -> tuple[object, ...]:
    return scheme.sources.stamp, request, model is not None


def withdraw_file() -> None:
    """Give up the place of this session in the queue of files."""
    _queue().withdraw(state.session_id())


@st.cache_resource(show_spinner=False)
def _queue() -> FileQueue:
    return FileQueue(state.is_connected)


def _file_bytes(scheme: PatrolScheme, model: CoverageModel | None, request: FileRequest) -> bytes:
    selection, kind = request.selection, request.kind
    if model is None or selection.scenario is None:
        return export_html(scheme, selection, address=request.address)
    if kind in DATASET_KINDS:
        table, lang = request.table, selection.lang
        return dataset_bytes(scheme, model, selection.scenario, kind=kind, table=table, lang=lang, bom=True)  # for Excel
    if kind in FIGURE_KINDS:
        answer = model.answer(selection.scenario, selection.coverage_layer)
        content = figure_bytes(scheme, selection, answer, kind=kind)
        gc.collect()  # a figure and its canvas refer to each other: 20 MB that would wait for a collection
        return content
    return export_html(scheme, selection, model=model, address=request.address)
