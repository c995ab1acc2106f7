"""The readers of ``make soak`` can still do all that they do, and what they measure is held against the bars."""

from __future__ import annotations

import asyncio
import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmarks.soak import FILE_HEADS, PageError, Session, missed_bars, percentiles

RESULT = {
    "one_session": {"p95_s": 0.1},
    "slider": {"p95_s": 0.3},
    "errors": {},
    "memory_mb": {"start": 400.0, "after_first_minute": 600.0, "end": 650.0},
    "figures": {"sessions": 50, "drawn": 50, "longest_silence_s": 1.2, "most_at_once": 2, "errors": {}},
}


def run(visit):
    """Run a visit in a thread of its own: Playwright's loop runs in that of the tests."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, visit()).result()


def test_a_reader_without_a_browser_does_all_that_readers_do(address):
    async def visit():
        session = Session(address, random.Random(1))
        await session.open()
        assert await session.move_slider() > 0
        await session.click_water()
        await session.change_language()
        assert session.part("lang").proto.options
        for kind in FILE_HEADS:
            await session.choose_file(kind)
            said = await session.take_file(kind)
            assert said[0][0] < said[-1][0]
        await session.reload()
        assert await session.move_slider() > 0
        await session.close()

    run(visit)


def test_a_reader_notices_what_the_page_lacks(address):
    async def visit():
        session = Session(address, random.Random(1))
        await session.open()
        try:
            await session.set("no-such-slider", "string_array_value", ["1"])
        finally:
            await session.close()

    with pytest.raises(PageError, match="no widget 'no-such-slider' on the page"):
        run(visit)


@pytest.mark.parametrize(
    ("change", "missed"),
    [
        ({}, []),
        ({"errors": {"slider: no answer": 1}}, ["no error"]),
        ({"slider": {"p95_s": 0.31}}, ["slider"]),
        ({"slider": {"p95_s": None}}, ["slider"]),
        ({"memory_mb": RESULT["memory_mb"] | {"end": 651.0}}, ["memory"]),
        ({"figures": RESULT["figures"] | {"drawn": 49}}, ["no figure fails"]),
        ({"figures": RESULT["figures"] | {"most_at_once": 3}}, ["two figures at a time"]),
        ({"figures": RESULT["figures"] | {"longest_silence_s": 6.0}}, ["no wait in silence"]),
    ],
)
def test_a_bar_that_is_missed_is_named(change, missed):
    assert missed_bars(RESULT | change) == missed


def test_percentiles_are_of_the_values():
    assert percentiles([number / 100 for number in range(101)]) == {"count": 101, "p50_s": 0.5, "p95_s": 0.95}
    assert percentiles([])["p95_s"] is None
