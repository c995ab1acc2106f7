"""Sources and agreements of a data folder without its layers: all that references need."""

from __future__ import annotations

from pathlib import Path

from geo.errors import DataError
from geo.scheme.agreements import AGREEMENTS_FILE, Agreement, read_agreements
from geo.scheme.data_files import require_folder
from geo.scheme.sources import Sources, read_sources

__all__ = ["read_citations"]


def read_citations(folder: Path) -> tuple[Sources, tuple[Agreement, ...]]:
    """Read the sources and the agreements of a data folder.

    The hash of every file is compared with its record, since references bear the stamp of the whole
    folder; layers are not parsed.

    Raises
    ------
    DataError
        With every fault in one message.
    """
    require_folder(folder)
    sources = read_sources(folder)
    faults = sources.faults(folder)
    agreements: tuple[Agreement, ...] = ()
    try:
        agreements = read_agreements(sources.recorded_path(folder, AGREEMENTS_FILE))
    except DataError as error:
        faults.extend(error.faults)
    for agreement in agreements:
        faults.extend(sources.unknown_ids(f"{AGREEMENTS_FILE}: agreement {agreement.id}", agreement.source_ids))
    if faults:
        raise DataError(dict.fromkeys(faults))
    return sources, agreements
