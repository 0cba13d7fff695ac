"""Work that takes too long is stopped, and the report names its file."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from searchlib.settings import DEFAULTS
from searchlib.sources.articles import read_article
from searchlib.sources.time_limit import TimeLimitError, time_limit

SECONDS = 0.05

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no timer of processor time")


def work(steps: int) -> int:
    return sum(number % 7 for number in range(steps))


def test_work_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(TimeLimitError), time_limit(SECONDS):
        work(10**9)


def test_work_that_catches_errors_is_stopped() -> None:
    def catch_errors() -> None:
        while True:
            with suppress(Exception):
                work(10**9)

    with pytest.raises(TimeLimitError), time_limit(SECONDS):
        catch_errors()


def test_work_that_catches_the_error_itself_is_stopped_a_second_later() -> None:
    def catch_all_once() -> None:
        with suppress(BaseException):
            work(10**9)
        work(10**9)

    with pytest.raises(TimeLimitError), time_limit(SECONDS):
        catch_all_once()


def test_nothing_is_left_after_the_work() -> None:
    with time_limit(SECONDS):
        assert signal.getsignal(signal.SIGPROF) is not signal.SIG_DFL
    assert signal.getsignal(signal.SIGPROF) is signal.SIG_DFL
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
    work(10**6)


def test_a_program_that_uses_the_signal_keeps_it() -> None:
    def handler(*_: object) -> None:
        raise AssertionError("the timer ran")

    signal.signal(signal.SIGPROF, handler)
    try:
        with time_limit(SECONDS):
            work(3 * 10**6)
        assert signal.getsignal(signal.SIGPROF) is handler
    finally:
        signal.signal(signal.SIGPROF, signal.SIG_DFL)


def test_other_threads_have_no_limit() -> None:
    results: list[int] = []

    def run() -> None:
        with time_limit(0.001):
            results.append(work(10**6))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert results == [work(10**6)]


def test_a_file_that_takes_too_long_fails_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "long.md").write_text("{% note %}文{% endnote %}[[a|b]] ==c== " * 50_000, encoding="utf-8")
    reading = read_article(tmp_path, "long.md", DEFAULTS, seconds=0.01)
    assert reading.article is None
    assert reading.problem == "reading takes longer than 0.01 s of processor time"
    assert reading.digest
    assert read_article(tmp_path, "long.md", DEFAULTS).article is not None
