"""The picture of ARCHITECTURE.md shows the imports as they are."""

import itertools
import re
import xml.etree.ElementTree as ET

import pytest

from scripts import architecture_picture as drawing
from tests.test_architecture import HOUSE
from tests.test_colors import contrast

SVG = "{http://www.w3.org/2000/svg}"
WINGS = [wing for row in HOUSE for wing in row]


@pytest.fixture(scope="module")
def imports():
    return drawing.read_imports()


def test_the_picture_is_current(imports):
    assert drawing.PICTURE.read_text("utf-8") == drawing.draw_picture(imports), "run `make docs`"


def test_the_check_fails_on_a_stale_picture(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(drawing, "PICTURE", tmp_path / "wings.svg")
    monkeypatch.setattr("sys.argv", ["architecture_picture", "--check"])
    assert drawing.main() == 1
    assert "docs/images/wings.svg is stale: run `make docs`" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []

    monkeypatch.setattr("sys.argv", ["architecture_picture"])
    assert drawing.main() == 0
    monkeypatch.setattr("sys.argv", ["architecture_picture", "--check"])
    assert drawing.main() == 0


@pytest.mark.parametrize(
    ("module", "wing"),
    [("geo.sea.distance", "sea"), ("geo.sea", "sea"), ("geo.measure", "ground"), ("geo.__main__", "cli"), ("ui.page", "ui")],
)
def test_a_module_belongs_to_a_wing(module, wing):
    assert drawing.find_wing(module) == wing


def test_what_a_path_implies_gets_no_arrow():
    arrows = drawing.reduce_imports({"a": frozenset("bc"), "b": frozenset("c"), "c": frozenset()})

    assert arrows == {"a": {"b"}, "b": {"c"}, "c": set()}


def test_every_wing_has_a_box_and_every_import_an_arrow_or_a_word(imports):
    tree = ET.fromstring(drawing.draw_picture(imports))
    boxes = {}
    for group in tree.iter(f"{SVG}g"):
        name, *also = (text.text for text in group.iter(f"{SVG}text"))
        boxes[name] = set(re.split(r",\s*", " ".join(also).removeprefix("also "))) - {""}
    arrows = drawing.reduce_imports(imports)

    assert sorted(boxes) == sorted(WINGS)
    for wing in WINGS:
        assert boxes[wing] | arrows[wing] | {"ground"} == imports[wing] | {"ground"}, wing
        assert not boxes[wing] & arrows[wing], wing
    assert len(list(tree.iterfind(f"{SVG}path[@class='head']"))) == sum(map(len, arrows.values()))


def test_an_arrow_passes_no_box(imports):
    rows, _ = drawing.arrange_rows(drawing.reduce_imports(imports))
    for row in rows:
        middles = drawing.place_items(row)
        widths = [drawing.BOX_WIDTH if isinstance(item, str) else drawing.LANE_WIDTH for item in row]
        edges = [(middles[item] - width / 2, middles[item] + width / 2) for item, width in zip(row, widths, strict=True)]
        assert edges[0][0] >= 0
        assert edges[-1][1] <= drawing.WIDTH
        assert all(left[1] < right[0] for left, right in itertools.pairwise(edges)), row


@pytest.mark.parametrize("colors", [drawing.LIGHT, drawing.DARK], ids=["light", "dark"])
def test_the_picture_is_legible_in_both_themes(colors):
    for ground in ("paper", "box"):
        for text in ("ink", "soft"):
            assert contrast(colors[text], colors[ground]) >= 4.5
    assert contrast(colors["edge"], colors["paper"]) >= 3
