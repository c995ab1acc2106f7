"""The queue of files: two at a time, in order, each prepared once, and nobody who is gone holds a place."""

from __future__ import annotations

from collections import defaultdict
from threading import Event, Lock

import pytest

from ui.file_queue import FileQueue, Place

PATIENCE_S = 120


class Workshop:
    """A queue, the sessions that are connected, and files that are finished when the test says so."""

    def __init__(self):
        self.here = set("abcdefgh")
        self.queue = FileQueue(self.here.__contains__)
        self.prepared: list[str] = []
        self.at_once = self.most_at_once = 0
        self._lock = Lock()
        self._begun: dict[str, Event] = defaultdict(Event)
        self._end: dict[str, Event] = defaultdict(Event)

    def ask(self, session, key, *, patience_s=0.0):
        begun, end = self._begun[key], self._end[key]

        def prepare():
            with self._lock:
                self.prepared.append(key)
                self.at_once += 1
                self.most_at_once = max(self.most_at_once, self.at_once)
            begun.set()
            assert end.wait(PATIENCE_S)
            with self._lock:
                self.at_once -= 1
            if key == "broken":
                raise ValueError(key)
            return key.encode()

        return self.queue.ask(session, key, prepare, patience_s=patience_s)

    def await_begin(self, *keys):
        for key in keys:
            assert self._begun[key].wait(PATIENCE_S)

    def finish(self, *keys):
        for key in keys:
            self._end[key].set()

    def collect(self, session, key):
        self.finish(key)
        return self.ask(session, key, patience_s=PATIENCE_S)


@pytest.fixture
def shop():
    workshop = Workshop()
    yield workshop
    workshop.here.clear()
    workshop.finish(*list(workshop._end))


def fill(shop):
    """Two files are being prepared, and two wait."""
    for session in "abcd":
        shop.ask(session, f"file-{session}")
    shop.await_begin("file-a", "file-b")


def test_two_are_prepared_at_a_time_in_the_order_of_asking(shop):
    sessions = "abcdefgh"
    for session in sessions:
        shop.ask(session, f"file-{session}")
    files = [shop.collect(session, f"file-{session}") for session in sessions]

    assert files == [f"file-{session}".encode() for session in sessions]
    assert shop.most_at_once == 2
    assert sorted(shop.prepared[:2]) == ["file-a", "file-b"]
    assert sorted(shop.prepared) == [f"file-{session}" for session in sessions]


def test_each_is_told_where_it_stands(shop):
    fill(shop)

    assert [shop.ask(session, f"file-{session}") for session in "abcd"] == [
        Place(is_begun=True, active=2, before=0, waiting=2),
        Place(is_begun=True, active=2, before=0, waiting=2),
        Place(is_begun=False, active=2, before=0, waiting=2),
        Place(is_begun=False, active=2, before=1, waiting=2),
    ]
    assert shop.queue.place("file-d") == Place(is_begun=False, active=2, before=1, waiting=2)
    shop.collect("a", "file-a")
    shop.await_begin("file-c")
    assert shop.queue.place("file-a") is None
    assert shop.queue.place("file-d") == Place(is_begun=False, active=2, before=0, waiting=1)


def test_the_same_file_is_prepared_once_for_all_who_ask(shop):
    for session in "abc":
        shop.ask(session, "file")

    assert [shop.collect(session, "file") for session in "abcd"] == [b"file"] * 4
    assert shop.prepared == ["file"]


def test_who_is_gone_gives_up_the_place(shop):
    fill(shop)
    shop.here.remove("c")

    assert shop.ask("d", "file-d") == Place(is_begun=False, active=2, before=0, waiting=1)
    assert shop.collect("a", "file-a") == b"file-a"
    assert shop.collect("d", "file-d") == b"file-d"
    assert "file-c" not in shop.prepared


def test_a_file_that_another_waits_for_as_well_stays_in_line(shop):
    fill(shop)
    shop.ask("e", "file-c")
    shop.here.remove("c")

    shop.finish("file-a", "file-b")
    assert shop.collect("e", "file-c") == b"file-c"


@pytest.mark.parametrize("leave", [lambda shop: shop.queue.withdraw("c"), lambda shop: shop.ask("c", "other")])
def test_who_wants_no_file_or_another_one_gives_up_the_place(shop, leave):
    fill(shop)
    leave(shop)

    shop.finish("file-a", "file-b", "other")
    assert shop.collect("d", "file-d") == b"file-d"
    assert "file-c" not in shop.prepared


def test_who_comes_back_after_losing_the_place_is_put_in_line_again(shop):
    fill(shop)
    shop.here.remove("c")
    shop.collect("a", "file-a")
    shop.await_begin("file-d")
    shop.here.add("c")

    assert shop.queue.place("file-c") is None
    assert shop.ask("c", "file-c") == Place(is_begun=False, active=2, before=0, waiting=1)
    shop.finish("file-b", "file-d")
    assert shop.collect("c", "file-c") == b"file-c"


def test_an_error_is_told_to_all_who_wait_and_then_tried_again(shop):
    for session in "ab":
        shop.ask(session, "broken")
    for session in "ab":
        with pytest.raises(ValueError, match="broken"):
            shop.collect(session, "broken")
    assert shop.prepared == ["broken"]

    with pytest.raises(ValueError, match="broken"):
        shop.collect("c", "broken")
    assert shop.prepared == ["broken"] * 2
    assert shop.collect("c", "file") == b"file"


def test_the_newest_files_are_kept_and_those_that_are_waited_for(shop):
    shop.ask("a", "waited-for")
    shop.finish("waited-for")
    for number in range(20):
        shop.collect("b", f"file-{number}")

    for number in (19, 15):
        shop.collect("c", f"file-{number}")
    assert shop.collect("a", "waited-for") == b"waited-for"
    assert len(shop.prepared) == 21
    shop.collect("c", "file-2")
    assert shop.prepared.count("file-2") == 2
