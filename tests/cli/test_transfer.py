"""The commands copy, dump and load."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import searchlib
from tests.cli.commands import Run, check_error
from tests.small_indexes import Write


def test_an_index_is_copied_dumped_and_loaded(run: Run, write: Write) -> None:
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


def test_a_load_that_fails_leaves_no_folder(run: Run) -> None:
    Path("bad.jsonl").write_text('{"id": "1"}\n', encoding="utf-8")
    check_error(run("load", "bad.jsonl", "--index", "new/index"), "line 1")
    assert not Path("new").exists()
    Path("kept").mkdir()
    check_error(run("load", "bad.jsonl", "--index", "kept"), "line 1")
    assert Path("kept").is_dir()


def test_a_dump_is_readable_and_holds_every_character(run: Run, write: Callable[..., Path]) -> None:
    run("build", write({"a.md": "---\ntitle: 机器学习\n---\n𠮷野家 😀\n"}))
    with searchlib.open_index("index") as index:
        index.add([searchlib.Article(id="b", title="半个\ud83d字", body="正文。")])
    assert run("dump", "dump.jsonl").code == 0
    text = Path("dump.jsonl").read_text(encoding="utf-8")
    assert "机器学习" in text
    assert "𠮷野家 😀" in text
    assert run("load", "dump.jsonl", "--index", "loaded").code == 0
    with searchlib.open_index("index") as before, searchlib.open_index("loaded") as after:
        assert [after.get(each) for each in after.ids()] == [before.get(each) for each in before.ids()]
