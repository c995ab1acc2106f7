"""Spoil data files and addresses at random: each is refused in words, or read and shown; nothing else may happen.

``make fuzz`` (or ``python -m benchmarks.fuzz``) spoils a made-up data folder 10,000 times and an address
10,000 times, and prints one line of JSON. Every case has a seed of its own, made of that of the run and
its number: where one fails, its trace comes with the command that repeats it, and the run exits with 1.

A spoiled folder is loaded. One that is accepted is shown on page and map in one language, every tenth
answers a scenario too, every twentieth is exported. What comes of an address must be a possible
selection, whose own address is read back as the same.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import math
import random
import shutil
import string
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, quote

import tomlkit

from geo.cards.about import footer
from geo.cards.agreements import agreement_card
from geo.cards.places import feature_card, tables
from geo.coverage.answers import COVERAGE_LAYERS, CoverageModel, default_scenario
from geo.coverage.scenario import Rule, Scenario
from geo.errors import GeoError
from geo.maps.folium_map import scene_to_json
from geo.maps.permalink import PARAMETERS, View, read_address, write_address
from geo.maps.scene import build_scene
from geo.maps.selection import BACKGROUNDS, LAYER_IDS, RANGES, Selection
from geo.offline.page import export_html
from geo.scheme.as_of import years
from geo.scheme.patrol_scheme import PatrolScheme, load
from geo.scheme.sources import SOURCES_FILE
from geo.signs import HIDDEN_SIGNS
from geo.text import LANGUAGES, catalogue
from tests.toy import write_whole_folder

ROUNDS: Final = 10_000
ANSWER_EVERY, EXPORT_EVERY = 10, 20  # of the folders that are accepted
MOST_TRACES: Final = 10
VALUES: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 7, 3.5, 118.7, 1e7, 1e308, 10**400, math.nan, math.inf, -math.inf),
    *("", " ", "x", "x" * 20_000, "\ud800", "\x00\x1b\n", "\ufeff\u202e\uffff", "{{7*7}}", "2004", "2004-13", "ID", "port"),
    *("verified", "toy-gazette"),
    *([], [None], [[]], ["x"], [1, 2], [[118.5, 3.0], [119.0, 3.0]], [{}], {}, {"en": "x", "id": "x"}, {"x": [1]}),
)
ENDS: Final = ("x", " ", "-1", "{{7*7}}", "\x00", "\ufeff", "\U0001f600", "y" * 20_000)
BYTES: Final = (b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\r", b"\n", b'"', b",", b"{", b"]", b"\\", b"-", b"9" * 400)
TEXTS: Final = (
    *(
        "",
        "nan",
        "-inf",
        "1e999",
        "0x10",
        "9" * 5000,
        "none",
        "%",
        "%ff%fe",
        "%00",
        "{{7*7}}",
        "<script>",
        "../../etc",
        "true",
    ),
    *("०१", "1,2,3,4", ",", "&", "=", "+", "\ud800", "\u202e", "x" * 1_000_000),
)


# --- data folders -----------------------------------------------------------------------------------------------------


def spoil_folder(rng: random.Random, folder: Path) -> None:
    """Spoil one file of a folder, or two, and record the new hashes, as an owner would who changes nothing else."""
    names = sorted(path.name for path in folder.iterdir())
    for name in rng.sample(names, k=rng.choice((1, 1, 2))):
        content = (folder / name).read_bytes()
        spoil = _spoil_bytes if rng.random() < 0.2 else _SPOILERS[Path(name).suffix]
        record_file(folder, name, spoil(rng, content))


def record_file(folder: Path, name: str, content: bytes) -> None:
    """Write a file of a folder and its hash."""
    path, records = folder / name, folder / SOURCES_FILE
    before = hashlib.sha256(path.read_bytes()).hexdigest().encode()
    path.write_bytes(content)
    records.write_bytes(records.read_bytes().replace(before, hashlib.sha256(content).hexdigest().encode()))


def _spoil_bytes(rng: random.Random, content: bytes) -> bytes:
    """Insert, overwrite or cut off bytes."""
    for _ in range(rng.choice((1, 1, 3))):
        at = rng.randrange(len(content) + 1)
        end = at + rng.choice((0, 1, 1, 7, len(content)))
        content = content[:at] + rng.choice((b"", *BYTES, rng.randbytes(3))) + content[end:]
    return content


def _spoil_json(rng: random.Random, content: bytes) -> bytes:
    document = json.loads(content)
    spoil_somewhere(rng, document)
    return json.dumps(document, ensure_ascii=rng.random() < 0.5).encode(errors="surrogatepass")


def _spoil_toml(rng: random.Random, content: bytes) -> bytes:
    """Spoil records; what TOML cannot hold (null, half a character) is spoiled as bytes instead."""
    document = tomlkit.parse(content.decode()).unwrap()
    spoil_somewhere(rng, document)
    try:
        return tomlkit.dumps(document).encode()
    except (ValueError, TypeError):
        return _spoil_bytes(rng, content)


def _spoil_csv(rng: random.Random, content: bytes) -> bytes:
    rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
    row = rng.choice(rows)
    row[rng.randrange(len(row))] = rng.choice(("", "nan", "-1", "9" * 5000, *ENDS, *(str(value) for value in VALUES)))
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rng.choice((rows, [*rows, row], rows[:-1])))
    return out.getvalue().encode(errors="surrogatepass")


_SPOILERS: Final[dict[str, Callable[[random.Random, bytes], bytes]]] = {
    ".geojson": _spoil_json,
    ".json": _spoil_json,
    ".toml": _spoil_toml,
    ".csv": _spoil_csv,
}


def spoil_somewhere(rng: random.Random, document: Any) -> None:
    """Change, replace, remove or swap something, anywhere in a document."""
    where, key = rng.choice(list(_places(document)))
    way = rng.random()
    if way < 0.4:
        where[key] = _change_a_little(rng, where[key])
    elif way < 0.8:
        where[key] = rng.choice(VALUES)
    elif way < 0.9:
        del where[key]
    else:
        other, other_key = rng.choice(list(_places(document)))
        where[key], other[other_key] = json.loads(json.dumps((other[other_key], where[key])))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every list or object of a document with every key in it."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield value, key
        yield from _places(inner)


def _change_a_little(rng: random.Random, value: Any) -> Any:
    """Return another value of the same type, which a layer may accept."""
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int | float):
        return value * rng.choice((1e-9, 0.999, 1.01, 1e3)) + rng.choice((0, 1e-7, 0.1))
    if isinstance(value, str):
        return value + rng.choice((*ENDS, rng.choice(HIDDEN_SIGNS)))
    if isinstance(value, list):
        return rng.choice((value[:-1], value[::-1], [*value, *value[:1]]))
    return {**value, "extra": rng.choice(VALUES)}


def read_folder(folder: Path, *, lang: str, answer: bool, export: bool) -> str:
    """Load a folder and show it; return ``"refused"`` or ``"read"``. Everything but a `GeoError` is a fault of ours."""
    try:
        scheme = load(folder)
    except GeoError as error:
        _require_words(error)
        return "refused"
    show_everything(scheme, lang=lang, export=export)
    if answer:
        try:
            model = CoverageModel(scheme)
            model.answer(default_scenario(model))
        except GeoError as error:
            _require_words(error)
            return "read, not answered"
    return "read"


def _require_words(error: GeoError) -> None:
    lines = str(error).encode().decode().splitlines()
    if not lines or not all(line.isprintable() for line in lines):
        raise AssertionError(f"no words for people: {lines!r}")


def show_everything(scheme: PatrolScheme, *, lang: str, export: bool) -> None:
    """Build all that page and export build, as bytes."""
    t = catalogue(lang)
    for feature_id in scheme.feature_ids:
        feature_card(scheme, feature_id, t).encode()
    for agreement in scheme.agreements:
        agreement_card(scheme, agreement, t).encode()
    (tables(scheme, t) + footer(scheme, t)).encode()
    agreement_id = next((agreement.id for agreement in scheme.agreements), None)
    chosen = Selection(lang=lang, layers=LAYER_IDS, background=BACKGROUNDS[-1], agreement_id=agreement_id)
    json.dumps(scene_to_json(build_scene(scheme, chosen)), allow_nan=False).encode()
    if export and not export_html(scheme, chosen):
        raise AssertionError("an empty export")


# --- addresses --------------------------------------------------------------------------------------------------------


def spoil_address(rng: random.Random, scheme: PatrolScheme) -> str:
    """Return the query of some selection, spoiled: values, names, signs, parts left out, doubled or swapped."""
    parts = write_address(_choose(rng, scheme), scheme, view=rng.choice((None, View(4.0, 100.5, 7.5)))).split("&")
    for _ in range(rng.choice((0, 1, 1, 2, 4))):
        at = rng.randrange(len(parts))
        name, _, value = parts[at].partition("=")
        parts[at] = rng.choice(
            (
                f"{name}={_quote(rng.choice(TEXTS))}",
                f"{name}={rng.choice(TEXTS[:-1])}".encode(errors="replace").decode(),
                f"{rng.choice(PARAMETERS)}={value}",
                f"{name}={_spoil_text(rng, value)}",
                _spoil_text(rng, parts[at]),
                f"{parts[at]}&{name}={_quote(_spoil_text(rng, value))}",
                "",
            )
        )
    rng.shuffle(parts)
    return "&".join(parts)


def _quote(text: str) -> str:
    return quote(text, errors="surrogatepass")


def _spoil_text(rng: random.Random, text: str) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice((*string.printable, "%", "%e9", "\u0660", "")) + text[at + rng.choice((0, 1, 3)) :]


def _choose(rng: random.Random, scheme: PatrolScheme) -> Selection:
    """Return any selection that the controls of the page can make."""

    def number(name: str) -> float:
        least, most, step = RANGES[name]
        return least + step * rng.randrange(round((most - least) / step) + 1)

    def some(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for name in names if rng.random() < 0.5)

    return Selection(
        lang=rng.choice(LANGUAGES),
        feature_id=rng.choice((None, *scheme.feature_ids)),
        agreement_id=rng.choice((None, *(agreement.id for agreement in scheme.agreements))),
        layers=some(LAYER_IDS),
        background=rng.choice(BACKGROUNDS),
        scenario=Scenario(
            some(tuple(scheme.starts)),
            speed_kn=number("speed_kn"),
            limit_h=number("limit_h"),
            readiness_h=number("readiness_h"),
            rule=rng.choice(tuple(Rule)),
        ),
        coverage_layer=rng.choice(COVERAGE_LAYERS),
        water=rng.choice((None, (120.5, 3.25))),
        year=rng.choice((None, *years(scheme))),
    )


def read_query(query: str, scheme: PatrolScheme) -> str:
    """Read an address; return ``"read"``, or ``"replaced"`` where some of its values were. All else is a fault of ours."""
    link = read_address(dict(parse_qsl(query, keep_blank_values=True, errors="replace")), scheme)
    if link.selection.within(scheme) != link.selection:
        raise AssertionError(f"no possible selection: {link.selection}")
    own = write_address(link.selection, scheme, view=link.view)
    again = read_address(dict(parse_qsl(own)), scheme)
    if again.unused or write_address(again.selection, scheme, view=again.view) != own:
        raise AssertionError(f"read back as another: {own}")
    return "replaced" if link.unused else "read"


# --- a run ------------------------------------------------------------------------------------------------------------


@dataclass
class Run:
    """Cases of one seed, with what came of them."""

    seed: int
    counts: Counter[str] = field(default_factory=Counter)
    slowest: dict[str, tuple[float, int]] = field(default_factory=dict)  # seconds and number of a case

    def do(self, kind: str, number: int, case: Callable[[random.Random], str]) -> None:
        """Run a case with a random generator of its own; print a trace with the command that repeats it."""
        began = time.perf_counter()
        try:
            rng = random.Random(f"{self.seed}/{kind}/{number}")  # noqa: S311 - chance, not secrecy
            self.counts[f"{kind} {case(rng)}"] += 1
        except Exception:  # noqa: BLE001 - any is a fault, and it is counted and shown
            self.counts["traces"] += 1
            traceback.print_exc()
            print(f"again: python -m benchmarks.fuzz --seed {self.seed} --case {kind}/{number}", file=sys.stderr)
        self.slowest[kind] = max(self.slowest.get(kind, (0.0, 0)), (time.perf_counter() - began, number))


def fuzz(seed: int, files: range, addresses: range) -> Run:
    """Run cases by their numbers; it stops after ten traces."""
    run = Run(seed)
    with tempfile.TemporaryDirectory() as made:
        whole = write_whole_folder(Path(made) / "whole")
        scheme = load(whole)

        def spoiled_folder(number: int) -> Callable[[random.Random], str]:
            def case(rng: random.Random) -> str:
                folder = Path(shutil.copytree(whole, Path(made) / "spoiled", dirs_exist_ok=True))
                spoil_folder(rng, folder)
                lang: str = LANGUAGES[number % len(LANGUAGES)]
                return read_folder(folder, lang=lang, answer=number % ANSWER_EVERY == 0, export=number % EXPORT_EVERY == 0)

            return case

        for number in files:
            if run.counts["traces"] < MOST_TRACES:
                run.do("file", number, spoiled_folder(number))
        for number in addresses:
            if run.counts["traces"] < MOST_TRACES:
                run.do("address", number, lambda rng: read_query(spoil_address(rng, scheme), scheme))
    return run


def main() -> int:
    """Run what the command line asks for and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=ROUNDS, help="data folders to spoil")
    parser.add_argument("--addresses", type=int, default=ROUNDS, help="addresses to spoil")
    parser.add_argument("--seed", type=int, default=None, help="of an earlier run; otherwise a new one")
    parser.add_argument("--case", help="one case, such as file/1234")
    asked = parser.parse_args()
    seed = random.SystemRandom().randrange(2**32) if asked.seed is None else asked.seed
    print(f"seed {seed}", file=sys.stderr, flush=True)
    files, addresses = range(asked.files), range(asked.addresses)
    if asked.case:
        kind, _, number = asked.case.partition("/")
        only = range(int(number), int(number) + 1)
        files, addresses = (only, range(0)) if kind == "file" else (range(0), only)
    began = time.perf_counter()
    run = fuzz(seed, files, addresses)
    slowest = {f"slowest {kind}": {"s": round(seconds, 2), "case": number} for kind, (seconds, number) in run.slowest.items()}
    counts = {"traces": 0, **dict(sorted(run.counts.items()))}
    print(json.dumps({"seed": seed, **counts, **slowest, "s": round(time.perf_counter() - began)}))
    return 1 if run.counts["traces"] else 0


if __name__ == "__main__":
    sys.exit(main())
