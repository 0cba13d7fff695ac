"""Each line of a file of queries is checked against an index."""

from __future__ import annotations

from pathlib import Path

import pytest

import searchlib
from tests.benchmarks.typed_queries import read_cases, report

CASES = """# A comment.
rm -rf	run: rm -rf
rm	run: rm -rf
命令	total<=1
命令	total<=2
看日志	has: 日志
看日志	has: 删除
删	suggest: 删除目录
rm -rf	never: rm
"""


def test_each_case_is_printed_with_what_the_index_does(tmp_path: Path) -> None:
    articles = {"a.md": ("删除目录", "rm -rf 命令"), "b.md": ("看日志", "rm 命令 rm"), "c.md": ("无关", "正文")}
    for name, (title, body) in articles.items():
        (tmp_path / name).write_text(f"---\ntitle: {title}\n---\n{body}\n", encoding="utf-8")
    searchlib.build_index(tmp_path, tmp_path / "index", jobs=1)
    (tmp_path / "queries.txt").write_text(CASES, encoding="utf-8")
    with searchlib.open_index(tmp_path / "index") as index:
        *lines, total = report(index, read_cases(tmp_path / "queries.txt"))
    assert [line.startswith("ok ") for line in lines] == [True, False, False, True, True, False, True, True]
    assert total == "5 of 8 hold"


def test_a_line_that_asks_for_nothing_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "queries.txt").write_text("rm -rf\tdances\n", encoding="utf-8")
    with pytest.raises(ValueError, match="rm -rf"):
        read_cases(tmp_path / "queries.txt")
