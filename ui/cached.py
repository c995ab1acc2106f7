"""Every cache of the page: what never changes while the data does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import streamlit as st

from geo.export import export_html
from geo.scheme import PatrolScheme, data_folder, load
from geo.selection import Selection

__all__ = ["exported", "scheme"]


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


def exported(of: PatrolScheme, chosen: Selection) -> bytes:
    """Return the export of a selection; the same one twice is made once."""
    return _exported(of.sources.stamp, replace(chosen, background="own", dark=False, view=0), of)


@st.cache_data(max_entries=8, show_spinner=False)
def _exported(stamp: str, chosen: Selection, _of: PatrolScheme) -> bytes:
    del stamp  # stands for `_of` in the key: it changes when any data file does
    return export_html(_of, chosen)
