"""The query log keeps every search, and stays small."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

import searchlib
from searchlib.analytics.query_log import QueryLog, read_log
from tests.conftest import ROOT


def found(query: str, total: int = 3, took_ms: float = 1.5, searched: str | None = None) -> searchlib.Results:
    """Return results of a search, with the fields that the log reads."""
    return searchlib.Results(
        query=query,
        searched=query if searched is None else searched,
        total=total,
        hits=(),
        facets={},
        page=1,
        size=10,
        took_ms=took_ms,
        relaxed=False,
        correction=None,
        notes=(),
    )


def test_a_search_is_one_line_without_a_trace_of_who_searched(tmp_path: Path) -> None:
    log = QueryLog(tmp_path / "log")
    log.add(found("元宇宙"))
    log.add(found("yyz", searched="元宇宙"), filters=["tag", "category"])
    first, second = [json.loads(line) for line in (tmp_path / "log").read_text(encoding="ascii").splitlines()]
    assert set(first) == {"at", "query", "total", "took_ms"}
    assert set(second) == {"at", "query", "searched", "total", "took_ms", "filters"}
    read = list(read_log(tmp_path / "log"))
    assert [each and (each.query, each.searched, each.total, each.took_ms, each.filters) for each in read] == [
        ("元宇宙", "元宇宙", 3, 1.5, ()),
        ("yyz", "元宇宙", 3, 1.5, ("category", "tag")),
    ]
    assert all(each and each.at.tzinfo for each in read)


@pytest.mark.parametrize("query", ["两\n行", "\udcff", "\x1b[31m", '"', "𠮷" * 1000, "\u2028"])
def test_any_query_is_read_as_it_was_written(tmp_path: Path, query: str) -> None:
    log = QueryLog(tmp_path / "log")
    log.add(found(query))
    log.add(found("后面"))
    assert [each and each.query for each in read_log(tmp_path / "log")] == [query, "后面"]


def test_only_its_owner_may_read_the_log(tmp_path: Path) -> None:
    QueryLog(tmp_path / "log").add(found("秘密"))
    assert stat.S_IMODE((tmp_path / "log").stat().st_mode) == 0o600


WRITER = """
import sys
from threading import Thread
from searchlib.analytics.query_log import QueryLog
from tests.analytics.test_query_log import found
log, name, times = QueryLog(sys.argv[1]), sys.argv[2], int(sys.argv[3])
def add(thread):
    for number in range(times):
        log.add(found(f"{name}-{thread}-{number} " + "字" * 300))
threads = [Thread(target=add, args=(thread,)) for thread in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


def test_threads_of_several_processes_lose_and_mix_no_lines(tmp_path: Path) -> None:
    times = 200
    processes = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path / "log"), name, str(times)], cwd=ROOT)
        for name in ("a", "b", "c")
    ]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    read = [each and each.query.split()[0] for each in read_log(tmp_path / "log")]
    expected = [f"{name}-{thread}-{number}" for name in "abc" for thread in range(4) for number in range(times)]
    assert Counter(read) == Counter(expected)


class SmallLog(QueryLog):
    """A log that is rotated early."""

    MAX_BYTES = 10_000


def test_the_log_is_rotated_and_keeps_two_files(tmp_path: Path) -> None:
    log = SmallLog(tmp_path / "log")
    for number in range(1000):
        log.add(found(f"第 {number} 次"))
    assert (tmp_path / "log").stat().st_size <= 10_200
    assert (tmp_path / "log.1").stat().st_size <= 10_200
    read = [each and each.query for each in read_log(tmp_path / "log")]
    assert read == [f"第 {number} 次" for number in range(1000 - len(read), 1000)]
    assert len(read) > 100


def test_threads_that_rotate_the_log_at_once_lose_only_the_oldest_lines(tmp_path: Path) -> None:
    log = SmallLog(tmp_path / "log")

    def add(name: int) -> None:
        for number in range(100):
            log.add(found(f"{name} {number}"))

    threads = [threading.Thread(target=add, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    read = [each and each.query for each in read_log(tmp_path / "log")]
    assert None not in read
    assert len(set(read)) == len(read)
    # No file was overwritten by one that was just started.
    assert (tmp_path / "log.1").stat().st_size > SmallLog.MAX_BYTES


def test_an_unreadable_line_does_not_hide_the_others(tmp_path: Path) -> None:
    log = QueryLog(tmp_path / "log")
    log.add(found("前面"))
    with (tmp_path / "log").open("a", encoding="utf-8") as file:
        file.write('{"at": "2026-1\n[]\n{"at": 5, "query": "x"}\n\xff\n')
    log.add(found("后面"))
    assert [each and each.query for each in read_log(tmp_path / "log")] == ["前面", None, None, None, None, "后面"]


@pytest.mark.parametrize("place", ["no/such/folder/log", ".", "a\0b"])
def test_a_log_that_cannot_be_written_is_refused_at_once(tmp_path: Path, place: str) -> None:
    with pytest.raises(searchlib.SettingsError, match=r"query_log: .* cannot be written"):
        QueryLog(os.path.join(tmp_path, place))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_full_disk_is_a_warning_not_an_error(caplog: pytest.LogCaptureFixture) -> None:
    log = QueryLog("/dev/full")
    log.add(found("一"))
    log.add(found("二"))
    assert len(caplog.records) == 1
    assert "/dev/full: searches are not logged: No space left" in caplog.text
