"""Draw the wings and their imports: ``docs/images/wings.svg``, the picture of ARCHITECTURE.md.

``make docs`` (or ``python -m scripts.architecture_picture``). Same code, same bytes;
``--check`` writes nothing and fails when the picture is stale.

A row of the picture is a row of `HOUSE`. An arrow is a direct import between two wings that no
path of other arrows implies; each box names its other direct imports.
"""

from __future__ import annotations

import argparse
import ast
import itertools
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tests.test_architecture import HOUSE

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "images" / "wings.svg"
GROUND = HOUSE[-1][0]

WIDTH, MARGIN = 880.0, 24.0
BOX_WIDTH, BOX_HEIGHT, ROW_STEP = 236.0, 58.0, 94.0
LANE_WIDTH = 30.0  # of the free strip by which an arrow passes a row
PORT_STEP = 26.0  # between arrows at the edge of a box
LINE_CHARACTERS, LINE_STEP = 40, 14
# The picture has its own background, so it is legible on a page of either theme; where the theme is known, it follows it.
LIGHT = {"paper": "#F6F8FA", "box": "#FFFFFF", "edge": "#0B5C7A", "ink": "#14212B", "soft": "#475863"}
DARK = {"paper": "#0F1A22", "box": "#1B2A34", "edge": "#7FB8CF", "ink": "#EEF3F6", "soft": "#B4C3CD"}

Graph = Mapping[str, frozenset[str]]  # a wing, and the wings below it that it imports
Arrow = tuple[str, str]
Item = str | Arrow  # what takes up width in a row: a wing's box, or the lane of an arrow that passes the row
Row = tuple[Item, ...]
Links = Sequence[tuple[Item, Item]]  # between the items of one row and those of the next


# --- what imports what --------------------------------------------------------------------------------------------------


def read_imports(root: Path = ROOT) -> Graph:
    """Return the wings that each wing imports directly."""
    files = [root / "app.py", *(root / "geo").rglob("*.py"), *(root / "ui").glob("*.py")]
    imports: dict[str, set[str]] = {wing: set() for row in HOUSE for wing in row}
    for path in files:
        wing = find_wing(".".join(path.relative_to(root).with_suffix("").parts))
        imports.setdefault(wing, set()).update(find_wing(name) for name in _read_modules(path))
    return {wing: frozenset(others - {wing}) for wing, others in imports.items()}


def find_wing(module: str) -> str:
    """Return the wing of a module; the modules of ``geo`` itself are the ground."""
    package, *names = module.split(".")
    if package != "geo":
        return package
    if names == ["__main__"]:
        return "cli"
    return names[0] if names and (ROOT / "geo" / names[0]).is_dir() else GROUND


def _read_modules(path: Path) -> Iterable[str]:
    """Yield the modules of the project that a file imports; ``import geo`` alone is left out, it holds the version only."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "geo":
            names = [f"geo.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [str(node.module)]
        yield from (name for name in names if name.split(".")[0] in {"app", "ui"} or name.startswith("geo."))


def reduce_imports(imports: Graph) -> Graph:
    """Return the imports that no path of other imports implies."""
    return {wing: others.difference(*(_find_below(imports, other) for other in others)) for wing, others in imports.items()}


def _find_below(imports: Graph, wing: str) -> frozenset[str]:
    """Return every wing that a wing imports, directly or not."""
    return imports[wing].union(*(_find_below(imports, other) for other in imports[wing]))


# --- where it is drawn ----------------------------------------------------------------------------------------------------


def arrange_rows(arrows: Graph) -> tuple[list[Row], list[Links]]:
    """Return the rows from the top down, in the order with the fewest crossings, and the links from each row to the next."""
    height = {wing: number for number, row in enumerate(HOUSE) for wing in row}
    items: list[list[Item]] = [list(row) for row in HOUSE]
    links: list[list[tuple[Item, Item]]] = [[] for _ in HOUSE[1:]]
    for upper, lower in [(wing, other) for wing in height for other in sorted(arrows[wing])]:
        passed = range(height[upper] + 1, height[lower])
        for number in passed:
            items[number].append((upper, lower))
        steps: list[Item] = [upper, *((upper, lower) for _ in passed), lower]
        for number, link in enumerate(itertools.pairwise(steps), start=height[upper]):
            links[number].append(link)
    return _choose_orders(items, links), list(links)


def _choose_orders(items: Sequence[Sequence[Item]], links: Sequence[Links]) -> list[Row]:
    """Choose an order of each row, so that all links together cross least often; the first of several such choices."""
    best: dict[Row, tuple[int, list[Row]]] = {order: (0, [order]) for order in itertools.permutations(items[0])}
    for row, between in zip(items[1:], links, strict=True):
        best = {
            order: min(
                ((count + _count_crossings(rows[-1], order, between), [*rows, order]) for count, rows in best.values()),
                key=lambda choice: choice[0],
            )
            for order in itertools.permutations(row)
        }
    return min(best.values(), key=lambda choice: choice[0])[1]


def _count_crossings(upper: Row, lower: Row, links: Links) -> int:
    ends = [(upper.index(a), lower.index(b)) for a, b in links]
    return sum((a - c) * (b - d) < 0 for (a, b), (c, d) in itertools.combinations(ends, 2))


def place_items(row: Row) -> dict[Item, float]:
    """Return the middle of each item of a row; what is left of the width stands between them and at both ends."""
    widths = [BOX_WIDTH if isinstance(item, str) else LANE_WIDTH for item in row]
    gap = (WIDTH - 2 * MARGIN - sum(widths)) / len(row)
    starts = itertools.accumulate(widths, lambda start, width: start + width + gap, initial=MARGIN + gap / 2)
    return {item: start + width / 2 for item, start, width in zip(row, starts, widths, strict=False)}


# --- the drawing ----------------------------------------------------------------------------------------------------------


def draw_picture(imports: Graph) -> str:
    """Return the picture as SVG."""
    arrows = reduce_imports(imports)
    rows, links = arrange_rows(arrows)
    middles = [place_items(row) for row in rows]
    foot = MARGIN + len(rows) * ROW_STEP - (ROW_STEP - BOX_HEIGHT)
    curves = [
        curve
        for number, between in enumerate(links)
        for curve in _draw_curves(between, middles[number], middles[number + 1], MARGIN + number * ROW_STEP)
    ]
    lanes = [
        _draw_lane(x, number) for number, row in enumerate(middles) for item, x in row.items() if not isinstance(item, str)
    ]
    boxes = [
        _draw_box(item, sorted(imports[item] - arrows[item] - {GROUND}), x, MARGIN + number * ROW_STEP)
        for number, row in enumerate(middles)
        for item, x in row.items()
        if isinstance(item, str)
    ]
    height = foot + 58
    free = ", ".join(wing for wing, others in imports.items() if GROUND not in others and wing != GROUND)
    notes = [
        "An arrow goes from a wing to one that it imports. “also”: further direct imports, which a path of arrows implies.",
        f"All wings import the ground, {free} excepted." if free else "All wings import the ground.",
    ]
    described = "; ".join(f"{wing} imports {', '.join(sorted(others))}" for wing, others in imports.items() if others)
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" width="{WIDTH:g}" '
            f'height="{height:g}" role="img" aria-labelledby="title description" font-family="system-ui, sans-serif">',
            '<title id="title">The wings of Selat and what they import</title>',
            f'<desc id="description">{described}.</desc>',
            f"<style>\n{_format_style(LIGHT)}\n@media (prefers-color-scheme: dark) {{\n{_format_style(DARK)}\n}}\n</style>",
            f'<rect class="paper" width="{WIDTH:g}" height="{height:g}" rx="10"/>',
            *lanes,
            *curves,
            *boxes,
            *(
                f'<text class="soft" x="{MARGIN:g}" y="{foot + 28 + number * 17:g}" font-size="12">{note}</text>'
                for number, note in enumerate(notes)
            ),
            "</svg>\n",
        )
    )


def _format_style(colors: Mapping[str, str]) -> str:
    return "\n".join(
        (
            f".paper {{ fill: {colors['paper']} }}",
            f".box {{ fill: {colors['box']}; stroke: {colors['edge']} }}",
            f".ink {{ fill: {colors['ink']} }}",
            f".soft {{ fill: {colors['soft']} }}",
            f".arrow {{ fill: none; stroke: {colors['soft']}; stroke-width: 1.5 }}",
            f".head {{ fill: {colors['soft']} }}",
        )
    )


def _draw_box(wing: str, others: Sequence[str], x: float, top: float) -> str:
    """Return the box of a wing: its name, and its direct imports that no arrow shows."""
    lines = textwrap.wrap(f"also {', '.join(others)}", LINE_CHARACTERS) if others else []
    first = top + BOX_HEIGHT / 2 + 6 - len(lines) * LINE_STEP / 2
    texts = [f'<text class="ink" x="{x:.1f}" y="{first:.1f}" font-size="16" font-weight="600">{wing}</text>']
    texts += [
        f'<text class="soft" x="{x:.1f}" y="{first + number * LINE_STEP + 2:.1f}" font-size="11">{line}</text>'
        for number, line in enumerate(lines, start=1)
    ]
    left = x - BOX_WIDTH / 2
    frame = f'<rect class="box" x="{left:.1f}" y="{top:g}" width="{BOX_WIDTH:g}" height="{BOX_HEIGHT:g}" rx="8"/>'
    return f'<g text-anchor="middle">{frame}{"".join(texts)}</g>'


def _draw_lane(x: float, number: int) -> str:
    top = MARGIN + number * ROW_STEP
    return f'<path class="arrow" d="M{x:.1f} {top:g}V{top + BOX_HEIGHT:g}"/>'


def _draw_curves(links: Links, upper: Mapping[Item, float], lower: Mapping[Item, float], top: float) -> Iterable[str]:
    """Yield the arrows between two rows; those at one box start and end side by side."""
    begin, end = top + BOX_HEIGHT, top + ROW_STEP
    for source, target in links:
        siblings = sorted((b for a, b in links if a == source), key=lambda item: lower[item])
        cousins = sorted((a for a, b in links if b == target), key=lambda item: upper[item])
        x0 = upper[source] + _offset_port(siblings.index(target), len(siblings))
        x1 = lower[target] + _offset_port(cousins.index(source), len(cousins))
        tip = end - 7 if isinstance(target, str) else end
        half = (begin + tip) / 2
        yield f'<path class="arrow" d="M{x0:.1f} {begin:g}C{x0:.1f} {half:g} {x1:.1f} {half:g} {x1:.1f} {tip:g}"/>'
        if isinstance(target, str):
            yield f'<path class="head" d="M{x1 - 4.5:.1f} {end - 8:g}h9L{x1:.1f} {end:g}z"/>'


def _offset_port(number: int, of: int) -> float:
    return (number - (of - 1) / 2) * PORT_STEP


def main() -> int:
    """Write the picture or, with ``--check``, compare it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the picture is stale")
    current = draw_picture(read_imports())
    if not parser.parse_args().check:
        PICTURE.write_text(current, "utf-8")
        return 0
    if PICTURE.is_file() and PICTURE.read_text("utf-8") == current:
        return 0
    print("docs/images/wings.svg is stale: run `make docs`", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
