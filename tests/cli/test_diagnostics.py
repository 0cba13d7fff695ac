"""The commands stats, check, report and tokens."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import searchlib
from tests.cli.commands import CommandResult, Run, check_error


def test_stats_prints_statistics_of_the_index(ask: Run, sample_index: Path) -> None:
    with searchlib.open_index(sample_index) as index:
        expected = index.stats().to_dict()
    assert ask("stats", "--json").json == expected
    result = ask("stats")
    lines = dict(line.split("\t") for line in result.out.splitlines())
    assert result.code == 0
    assert lines["articles"] == str(expected["articles"])
    assert lines["zone"] == "Asia/Shanghai"
    assert lines["analysis.fold"] == "nfkc, casefold, remove_invisible, remove_accents, simplify"


def test_check_prints_nothing_on_stdout_if_there_are_no_problems(ask: Run) -> None:
    result = ask("check")
    assert (result.code, result.out) == (0, "")
    assert "no problems" in result.err
    assert ask("check", "--json").json["ok"] is True


def test_check_lists_problems_and_exits_with_1(run: Run, write: Callable[..., Path]) -> None:
    run("build", write({"a.md": "学习"}))
    (generation,) = Path("index", "generations").iterdir()
    (generation / "stray.txt").write_text("x")
    result = run("check")
    assert result.code == 1
    assert result.out.startswith("stray.txt: ")
    assert "build the index again" in result.err
    as_json = run("check", "--json")
    assert as_json.code == 1
    assert as_json.json["problems"] == result.out.splitlines()


def test_tokens_prints_positions_offsets_and_texts(run: Run) -> None:
    result = run("tokens", "學習C++")
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == ["0\t0-2\t学习", "2\t2-3\tc", "2\t2-5\tc++"]
    assert run("tokens", "學習", "--json").json == [{"text": "学习", "start": 0, "end": 2, "position": 0}]
    assert run("tokens", "，") == CommandResult(0, "", "")


def test_tokens_uses_the_dictionary_of_the_settings(run: Run) -> None:
    Path("words.txt").write_text("元宇宙\n", encoding="utf-8")
    assert "元宇宙" not in run("tokens", "元宇宙").out
    Path("searchlib.toml").write_text('dictionary = "words.txt"', encoding="utf-8")
    assert "元宇宙" in run("tokens", "元宇宙").out
    Path("words.txt").write_text("元宇宙 0\n", encoding="utf-8")
    wrong = run("tokens", "元宇宙")
    assert (wrong.code, wrong.out) == (1, "")
    assert "words.txt, line 1: the frequency of '元宇宙'" in wrong.err


def test_report_prints_the_queries_of_the_log(run: Run, sample_index: Path) -> None:
    assert run("report").code == 1
    Path("searchlib.toml").write_text('query_log = "queries.jsonl"')
    assert run("report").out.startswith("0 searches in 30 days")
    log = searchlib.QueryLog("queries.jsonl")
    with searchlib.open_index(sample_index) as index:
        for query in ("元宇宙", "元宇宙", "没有的词语甲乙丙丁", "\x1b[31m\x9b红"):
            log.add(index.search(query))
    with Path("queries.jsonl").open("a") as file:
        file.write("x\n")
    result = run("report", "--days", "7", "--size", "1")
    assert result.code == 0
    assert result.out.startswith("4 searches in 7 days, for 3 queries; 1 found nothing\n")
    assert re.search(r"most frequent\n.*\n +2 +[0-9]+ +[0-9.]+ ms  元宇宙\n", result.out)
    assert result.err == "queries.jsonl: 1 line cannot be read\n"
    everything = run("report")
    assert not set("\x1b\x9b") & set(everything.out)
    assert run("report", "--json").json["frequent"][0]["count"] == 2
    check_error(run("report", "--days", "0"), "--days", "0", code=2)


def test_a_report_without_a_query_log_is_an_error(run: Run) -> None:
    check_error(run("report"), "query_log", "searchlib.toml")
