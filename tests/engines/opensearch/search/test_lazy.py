"""What an open index loads is loaded once, and keeps nobody waiting who need not."""

from __future__ import annotations

import threading

import pytest

from searchlib.engines.common.deadline import Deadline
from searchlib.engines.opensearch.search.lazy import Lazy
from searchlib.errors import IndexUnavailableError, SearchTimeoutError


def test_it_is_loaded_once_for_all_threads() -> None:
    loaded: list[object] = []
    once = Lazy(lambda _: loaded.append(object()) or loaded[-1])  # type: ignore[func-returns-value]
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(once())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loaded) == 1
    assert found == loaded * 8


def test_what_fails_is_loaded_again() -> None:
    tries: list[int] = []

    def load(_: object) -> int:
        tries.append(1)
        if len(tries) == 1:
            raise IndexUnavailableError("no node answers")
        return len(tries)

    once = Lazy(load)
    with pytest.raises(IndexUnavailableError):
        once()
    assert [once(), once()] == [2, 2]


def test_nobody_waits_longer_than_a_deadline_nor_for_another_index() -> None:
    begun, ends = threading.Event(), threading.Event()

    def load(_: object) -> str:
        begun.set()
        ends.wait(60)
        return "slow"

    slow, other = Lazy(load), Lazy(lambda _: "quick")
    thread = threading.Thread(target=slow)
    thread.start()
    begun.wait(60)
    assert other() == "quick"
    with pytest.raises(SearchTimeoutError):
        slow(Deadline.after(0.01))
    ends.set()
    thread.join()
    assert slow() == "slow"
