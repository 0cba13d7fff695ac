"""The report of a query log, from lines as the log holds them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import searchlib

NOW = datetime.now(UTC).replace(microsecond=0)


def write(folder: Path, *lines: dict[str, object]) -> Path:
    """Write a log of searches one hour apart, the last one hour ago."""
    log = folder / "log"
    with log.open("w", encoding="ascii") as file:
        for hours, line in zip(range(len(lines), 0, -1), lines, strict=True):
            values = {"at": (NOW - timedelta(hours=hours)).isoformat(), "total": 5, "took_ms": 2.0, **line}
            file.write(json.dumps(values) + "\n")
    return log


def test_queries_are_counted_in_all_their_spellings(tmp_path: Path) -> None:
    log = write(
        tmp_path,
        {"query": "機器學習", "total": 1},
        {"query": "元宇宙"},
        {"query": "机器学习 ", "total": 2},
        {"query": "Ｄocker  入门"},
        {"query": "机器学习", "total": 3, "took_ms": 9.5},
        {"query": "docker 入门", "total": 4},
    )
    report = searchlib.query_report(log)
    assert [(each.query, each.count, each.total, each.slowest_ms) for each in report.frequent] == [
        ("机器学习", 3, 3, 9.5),
        ("docker 入门", 2, 4, 2.0),
        ("元宇宙", 1, 5, 2.0),
    ]
    assert (report.queries, report.different, report.failed) == (6, 3, 0)
    assert report.first == NOW - timedelta(hours=6)
    assert report.frequent[0].last == NOW - timedelta(hours=2)


def test_queries_without_hits_are_those_that_match_nothing_without_filters(tmp_path: Path) -> None:
    log = write(
        tmp_path,
        {"query": "没有的", "total": 0},
        {"query": "筛没的", "total": 0, "filters": ["category"]},
        {"query": "筛没的", "total": 7},
        {"query": "没有的", "total": 0},
        {"query": "yyz", "searched": "元宇宙", "total": 3},
        {"query": "也没有", "total": 0},
    )
    report = searchlib.query_report(log)
    assert [(each.query, each.count) for each in report.without_hits] == [("没有的", 2), ("也没有", 1)]
    assert report.failed == 4
    replaced = next(each for each in report.frequent if each.query == "yyz")
    assert replaced.searched == "元宇宙"
    # The total under a filter is not that of the query.
    assert next(each for each in report.frequent if each.query == "筛没的").total == 7


def test_the_slowest_queries_come_first_and_the_times_are_summed_up(tmp_path: Path) -> None:
    log = write(tmp_path, *({"query": f"第{number}", "took_ms": float(number)} for number in range(1, 101)))
    report = searchlib.query_report(log, size=3)
    assert [each.query for each in report.slow] == ["第100", "第99", "第98"]
    assert (report.median_ms, report.p95_ms) == (50.0, 95.0)
    assert len(report.frequent) == 3


def test_only_the_last_days_count(tmp_path: Path) -> None:
    log = write(tmp_path, {"query": "老", "at": (NOW - timedelta(days=8)).isoformat()}, {"query": "新"})
    assert [each.query for each in searchlib.query_report(log, days=7).frequent] == ["新"]
    assert searchlib.query_report(log, days=9).queries == 2


@pytest.mark.parametrize("text", ["", None])
def test_the_report_of_an_empty_log_is_empty(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "log").write_text(text)
    report = searchlib.query_report(tmp_path / "log")
    assert (report.queries, report.first, report.median_ms, report.frequent, report.slow) == (0, None, 0.0, (), ())


def test_unreadable_lines_are_counted(tmp_path: Path) -> None:
    log = write(tmp_path, {"query": "好"}, {"query": "坏", "total": "many"})
    report = searchlib.query_report(log)
    assert (report.queries, report.unreadable) == (1, 1)


@pytest.mark.parametrize(("name", "value"), [("days", 0), ("days", 10**9), ("size", 0), ("size", 1001)])
def test_a_value_out_of_range_is_named(tmp_path: Path, name: str, value: int) -> None:
    with pytest.raises(searchlib.ParameterError, match=f"{name} must be from 1 to .*, not {value}"):
        searchlib.query_report(tmp_path / "log", **{name: value})


def test_a_log_that_cannot_be_read_is_a_settings_error(tmp_path: Path) -> None:
    with pytest.raises(searchlib.SettingsError, match="cannot be read"):
        searchlib.query_report(tmp_path)


def test_the_bytes_that_are_read_are_bounded(tmp_path: Path) -> None:
    log = write(tmp_path, *({"query": f"query {number}"} for number in range(100)))
    length = log.stat().st_size // 100
    log.rename(f"{log}.1")
    log = write(tmp_path, *({"query": f"later {number}"} for number in range(10)))
    for max_bytes, queries in ((0, 0), (10 * length - 5, 9), (log.stat().st_size, 10), (1 << 20, 110)):
        report = searchlib.query_report(log, max_bytes=max_bytes)
        assert (report.queries, report.unreadable) == (queries, 0)
    report = searchlib.query_report(log, max_bytes=log.stat().st_size + 3 * length)
    assert 12 <= report.queries <= 13
    assert {each.query.split()[0] for each in report.frequent} == {"query", "later"}
