"""The command ``export``: the map as a page, a figure or data; the ending of the file's name says which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import typer

from geo.cli.engine import compile_engine
from geo.cli.options import DataOption, ForceOption, Language, one_message
from geo.cli.output import write_export
from geo.cli.scenario import ScenarioOptions, with_scenario_options
from geo.coverage.answers import COVERAGE_LAYERS, CoverageModel
from geo.errors import ExportError, ScenarioError
from geo.figure.layout import figure_bytes
from geo.figure.sheet import FIGURE_KINDS
from geo.maps.permalink import write_address
from geo.maps.selection import LAYER_IDS, Selection
from geo.offline.page import EXPORT_MARK, export_html
from geo.scheme.as_of import FIRST_YEAR, last_year, years
from geo.scheme.data_files import data_folder
from geo.scheme.patrol_scheme import PatrolScheme, load
from geo.takeaway.dataset import DATASET_KINDS, DATASET_MARKS, dataset_bytes
from geo.takeaway.tables import TABLES
from geo.text import catalogue, size_text

__all__ = ["export"]

_DRAWN: Final = ("html", *FIGURE_KINDS)
_KINDS: Final = (*_DRAWN, *DATASET_KINDS)
# The kinds of file that an option is for, where it is not for all.
_KINDS_OF_OPTION: Final = {
    "--show": _DRAWN,
    "--layers": tuple(kind for kind in _KINDS if kind != "csv"),
    "--table": ("csv",),
    "--bom": ("csv",),
    "--year": _DRAWN,
    "--width-mm": FIGURE_KINDS,
    "--dpi": ("png",),
}
# What marks the head of our own files, which may be overwritten; a PDF, a database and an archive have no such mark.
_MARKS: Final = {
    "html": EXPORT_MARK,
    "png": "Software\0Selat",
    "svg": "<dc:title>Selat</dc:title>",
    **DATASET_MARKS,
}
_DEFAULT_SHOW: Final = "bands"
_WIDTH_MM: Final = 180.0
_DPI: Final = 300


@with_scenario_options
def export(
    out: Annotated[Path, typer.Argument(help=f"The file to write, ending in .{', .'.join(_KINDS)}.", metavar="OUT")],
    lang: Annotated[Language, typer.Option(help="Language of the file.")] = Language.EN,
    show: Annotated[
        str | None, typer.Option(help=f"Page and figures: what of the answer the map shows, {', '.join(COVERAGE_LAYERS)}.")
    ] = None,
    layers: Annotated[
        str | None,
        typer.Option(help=f"With commas. Page and figures: {', '.join(LAYER_IDS)}. Data: {', '.join(TABLES)}.", metavar="A,B"),
    ] = None,
    table: Annotated[str | None, typer.Option(help="The one table of a .csv.", metavar="NAME")] = None,
    bom: Annotated[
        bool, typer.Option("--bom", help=".csv: begin with a byte order mark, so that Excel reads its letters right.")
    ] = False,
    year: Annotated[
        int | None, typer.Option(help=f"Page and figures: the scheme as of a year, from {FIRST_YEAR}; otherwise as it stands.")
    ] = None,
    width_mm: Annotated[
        float | None, typer.Option(help=f"Figures: width of the sheet, millimetres; else {_WIDTH_MM:g}.")
    ] = None,
    dpi: Annotated[int | None, typer.Option(help=f".png: dots per inch; else {_DPI}.")] = None,
    options: ScenarioOptions = ScenarioOptions(),  # noqa: B008  # frozen; it gives the defaults of the options
    data: DataOption = None,
    force: ForceOption = False,
) -> None:
    """Write a file of the kind that the ending of its name says."""
    with one_message():
        kind = _kind(out)
        values = {"--show": show, "--layers": layers, "--table": table, "--bom": bom or None, "--year": year}
        _require_fit(kind, {**values, "--width-mm": width_mm, "--dpi": dpi})
        names = None if layers is None else tuple(filter(None, (name.strip() for name in layers.split(","))))
        scheme = load(data_folder(data))
        selection = Selection(lang=lang.value, coverage_layer=show or _DEFAULT_SHOW, year=_known_year(scheme, year))
        if kind in _DRAWN and names is not None:
            selection = replace(selection, layers=names)
        compile_engine()
        model = CoverageModel(scheme)
        scenario = options.scenario(model)
        selection = replace(selection, scenario=scenario)
        if kind in DATASET_KINDS:
            content = dataset_bytes(scheme, model, scenario, kind=kind, layers=names, table=table, lang=lang.value, bom=bom)
        elif kind == "html":
            content = export_html(scheme, selection, model=model, address=write_address(selection, scheme))
        else:
            answer = model.answer(scenario, selection.coverage_layer)
            content = figure_bytes(
                scheme,
                selection,
                answer,
                kind=kind,
                width_mm=_WIDTH_MM if width_mm is None else width_mm,
                dpi=_DPI if dpi is None else dpi,
            )
        _write(out, kind, content, force=force)
        typer.echo(f"{out}: {size_text(len(content), catalogue(Language.EN.value))}")


def _kind(out: Path) -> str:
    kind = out.suffix.lower().removeprefix(".")
    if kind not in _KINDS:
        raise ExportError(f"{out}: wanted a name that ends in one of .{', .'.join(_KINDS)}")
    return kind


def _require_fit(kind: str, values: Mapping[str, object]) -> None:
    """Raise `ExportError` for an option that does nothing in this kind of file, and for a missing table."""
    for option, value in values.items():
        kinds = _KINDS_OF_OPTION[option]
        if value is not None and kind not in kinds:
            raise ExportError(f"{option} does nothing in a .{kind}; it is for .{', .'.join(kinds)}: leave it out")
    if kind == "csv" and values["--table"] is None:
        raise ExportError(f"a .csv holds one table; wanted --table with one of: {', '.join(TABLES)}")


def _known_year(scheme: PatrolScheme, year: int | None) -> int | None:
    if year is not None and year not in years(scheme):
        raise ScenarioError(f"--year must be from {FIRST_YEAR} to {last_year(scheme)}, the year of the data; got {year}")
    return year


def _write(out: Path, kind: str, content: bytes, *, force: bool) -> None:
    """Write a file; overwrite an existing one only if its mark shows that it is ours, or with ``force``."""
    mark = _MARKS.get(kind)
    if mark is None and out.is_file() and not force:
        raise ExportError(
            f"{out} is there already, and a .{kind} does not show who made it; choose another name, or add --force"
        )
    write_export(out, content, force=force or mark is None, mark=mark or EXPORT_MARK)
