"""Published speeds and standards: what a control offers at one click, and how fast an aircraft is taken to fly.

A folder may do without them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geo.errors import SchemaError
from geo.scheme.claims import CodeId, Mark, NameText, SourceIds, Text, Words
from geo.scheme.data_files import read_json
from geo.scheme.faults import describe_faults, find_repeated, record_label

__all__ = ["PRESETS_FILE", "Preset", "PresetKind", "read_presets"]

PRESETS_FILE: Final = "presets.json"
PresetKind = Literal["speed_kn", "limit_h", "air_speed_km_h"]


class Preset(BaseModel):
    """A value with its source; the kind names what it is a value of, and its unit.

    ``readiness_h`` is what a limit assumes of the readiness.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: CodeId
    kind: PresetKind
    value: Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0, lt=10_000)]
    readiness_h: Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=48)] | None = None
    name: NameText
    text: Text
    mark: Mark
    sources: SourceIds
    independence: Words | None = None


def read_presets(path: Path) -> tuple[Preset, ...]:
    """Read and check a ``presets.json``; all faults come in one error.

    Returns
    -------
    tuple of Preset
        In the order of the file; none where it is not there.

    Raises
    ------
    SchemaError
        If the file is no JSON, a record breaks the model, or an id is used twice.
    """
    document = read_json(path)
    if document is None:
        return ()
    records = document.get("presets") if isinstance(document, dict) else None
    if not isinstance(records, list):
        raise SchemaError(f"{path.name}: wanted an object with a list `presets`; see docs/data.md")
    presets: list[Preset] = []
    faults: list[str] = []
    for number, record in enumerate(records, start=1):
        try:
            presets.append(Preset.model_validate(record))
        except ValidationError as error:
            faults.extend(
                f"{path.name}: preset {record_label(record, number)}: {sentence}" for sentence in describe_faults(error)
            )
    repeated = find_repeated(preset.id for preset in presets)
    faults.extend(f"{path.name}: preset {name}: id used {count} times; wanted once" for name, count in repeated)
    if faults:
        raise SchemaError(faults)
    return tuple(presets)
