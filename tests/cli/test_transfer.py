"""The commands copy, dump and load."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.cli.commands import Run


def test_an_index_is_copied_dumped_and_loaded(run: Run, write: Callable[[dict[str, str]], Path]) -> None:
    assert run("build", write({"a.md": "机器学习"})).code == 0
    assert run("copy", "index", "other").out.startswith("1 article copied")
    assert run("search", "学习", "--index", "other").out.startswith("1. a")
    assert run("dump", "dump.jsonl").err == "1 article written\n"
    assert run("load", "dump.jsonl", "--index", "third").code == 0
    assert run("search", "学习", "--index", "third").out.startswith("1. a")


def test_a_file_that_is_not_a_dump_is_refused(run: Run) -> None:
    Path("none.jsonl").write_text("{}\n", encoding="utf-8")
    result = run("load", "none.jsonl")
    assert result.code == 1
    assert "none.jsonl, line 1" in result.err
    assert run("load", "missing.jsonl").code == 1
