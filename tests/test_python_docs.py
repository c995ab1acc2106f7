"""The examples of ``docs/python.md`` run as they stand, and print what the document says."""

import contextlib
import io
import re

import pytest

from tests.conftest import ROOT

DOCUMENT = ROOT / "docs" / "python.md"
BLOCK = re.compile(r"^```python\n(?P<code>.*?)^```\n(?:\n```text\n(?P<output>.*?)^```\n)?", re.MULTILINE | re.DOTALL)


def blocks(text):
    """Yield line, code and expected output of each example."""
    for block in BLOCK.finditer(text):
        yield text.count("\n", 0, block.start("code")), block["code"], block["output"] or ""


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """Run the examples in one namespace and one empty folder; return what each printed, by its line."""
    printed, namespace = {}, {"__name__": "docs.python"}
    with contextlib.chdir(tmp_path_factory.mktemp("python")):
        for line, code, _ in blocks(DOCUMENT.read_text("utf-8")):
            compiled = compile("\n" * line + code, str(DOCUMENT), "exec")
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(compiled, namespace)
            printed[line] = out.getvalue()
        yield printed


def test_the_examples_print_what_the_document_says(outputs):
    assert outputs == {line: output for line, _, output in blocks(DOCUMENT.read_text("utf-8"))}


def test_no_example_escapes_the_test():
    text = DOCUMENT.read_text("utf-8")

    assert text.count("```python") == len(list(blocks(text)))
    assert text.count("```text") == sum(bool(output) for _, _, output in blocks(text))
