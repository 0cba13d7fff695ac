"""A lazy part of an open index is loaded once, and a call waits for it until its own deadline only."""

from __future__ import annotations

import threading

import pytest

from searchlib.engines.common.deadline import Deadline
from searchlib.engines.opensearch.search.open_index import Lazy
from searchlib.errors import IndexUnavailableError, SearchTimeoutError


def test_a_value_is_loaded_once_for_all_threads() -> None:
    loads: list[object] = []
    lazy = Lazy(lambda _: loads.append(object()) or loads[-1])
    values: list[object] = []
    threads = [threading.Thread(target=lambda: values.append(lazy())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loads) == 1
    assert values == loads * 8


def test_a_value_that_fails_to_load_is_loaded_by_the_next_call() -> None:
    attempts: list[int] = []

    def load(_: object) -> int:
        attempts.append(1)
        if len(attempts) == 1:
            raise IndexUnavailableError("no node responds")
        return len(attempts)

    lazy = Lazy(load)
    with pytest.raises(IndexUnavailableError):
        lazy()
    assert [lazy(), lazy()] == [2, 2]


def test_a_call_waits_until_its_deadline_and_never_for_another_index() -> None:
    started, ended = threading.Event(), threading.Event()

    def load(_: object) -> str:
        started.set()
        ended.wait(60)
        return "slow"

    slow, other = Lazy(load), Lazy(lambda _: "quick")
    thread = threading.Thread(target=slow)
    thread.start()
    started.wait(60)
    assert other() == "quick"
    with pytest.raises(SearchTimeoutError):
        slow(Deadline.after(0.01))
    ended.set()
    thread.join()
    assert slow() == "slow"
