"""The command read, and the table at the end of a build: what became of files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.cli.commands import Run, check_error

TEA = """---
date: 2021-03-04
categories: [生活, 茶]
tags: [绿茶]
token: abc
cover: a.jpg
---
# 喝茶

春天的茶。<!-- 编者按 -->

<script>计数</script>
"""


def test_it_prints_what_became_of_a_file(run: Run, write: Callable[..., Path]) -> None:
    folder = write({"posts/tea.md": TEA})
    result = run("read", folder / "posts/tea.md", "--articles", folder)
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == [
        "posts/tea.md: indexed",
        "title: 喝茶  (first heading)",
        "date: 2021-03-04T00:00:00+08:00  (date)",
        "author:",
        "categories: 生活 > 茶",
        "tags: 绿茶",
        "extra: cover: a.jpg",
        "text: 2 blocks",
        "     1  喝茶",
        "     2  春天的茶。",
        "left out: 3 lines",
        "        token: a secret",
        "        春天的茶。<!-- 编者按 -->",
        "        <script>计数</script>",
    ]


def test_markup_is_not_what_is_left_out(run: Run, write: Callable[..., Path]) -> None:
    text = "前。\n\n1. [甲](https://a.cn)\n2. ![](b.png)\n\n```python\nx\n```\n\n<!-- 注 -->\n"
    assert run("read", write({"a.md": text}) / "a.md", "--json").json["left_out"] == ["<!-- 注 -->"]


def test_it_prints_json(run: Run, write: Callable[..., Path]) -> None:
    values = run("read", write({"tea.md": TEA}) / "tea.md", "--json").json
    assert (values["path"], values["state"], values["date_source"]) == ("tea.md", "indexed", "date")
    assert values["blocks"] == ["喝茶", "春天的茶。"]


def test_it_says_why_a_file_is_skipped_and_what_it_would_be(run: Run, write: Callable[..., Path]) -> None:
    folder = write({"a.md": "---\ntitle: 草\ndraft: true\n---\n文", "_drafts/b.md": "文", "c.md": "{{ }}\n"})
    out = run("read", folder / "a.md").out
    assert out.startswith("a.md: skipped: draft\ntitle: 草  (front matter)\n")
    assert run("read", folder / "_drafts/b.md", "--articles", folder).out.startswith(
        "_drafts/b.md: skipped: draft (folder _drafts)\n"
    )
    Path("searchlib.toml").write_text('exclude = ["c.md"]', encoding="utf-8")
    assert run("read", folder / "c.md").out.startswith("c.md: skipped: excluded (setting exclude)\n")


def test_it_says_that_a_file_is_skipped_by_its_suffix(run: Run, write: Callable[..., Path]) -> None:
    folder = write({"_config.yml": "title: 站点\n", "Makefile": "all:\n", "a.log": "文"})
    assert run("read", folder / "_config.yml").out == (
        "_config.yml: skipped: the suffix .yml is not that of an article (setting suffixes)\n"
    )
    assert "skipped: a name without a suffix is not" in run("read", folder / "Makefile").out
    assert "skipped: the suffix .log " in run("read", folder / "a.log").out
    Path("searchlib.toml").write_text('suffixes = [".log"]', encoding="utf-8")
    out = run("read", folder / "a.log").out
    assert out.startswith("a.log: indexed\n")
    assert "text: 1 block\n" in out


def test_a_folder_is_no_file(run: Run, write: Callable[..., Path]) -> None:
    check_error(run("read", write({"a.md": "文"})), "is a folder: give one article file")


def test_it_prints_nothing_of_an_encrypted_text(run: Run, write: Callable[..., Path]) -> None:
    folder = write({"a.md": "---\ntitle: 锁\npassword: mima\n---\n秘密的话"})
    result = run("read", folder / "a.md")
    assert "indexed without its text" in result.out
    assert "秘密" not in result.out
    assert "mima" not in result.out
    assert "password: a secret" in result.out


def test_a_file_that_is_no_article_fails_with_the_reason(run: Run, write: Callable[..., Path]) -> None:
    folder = write({"a.md": "", "b.ipynb": "{"})
    result = run("read", folder / "b.ipynb")
    assert (result.code, result.out[:17]) == (1, "b.ipynb: failed: ")
    assert run("read", folder / "a.md").out.startswith("a.md: skipped: empty")
    check_error(run("read", "no.md"), "no.md")
    check_error(run("read", folder / "a.md", "--articles", folder / "none"), "none")


def test_a_build_ends_with_a_table_of_what_became_of_the_files(run: Run, write: Callable[..., Path]) -> None:
    folder = write(
        {
            "a.md": TEA,
            "b.md": "---\ntitle: 草\ndraft: true\n---\n文",
            "c.md": "---\ntitle: 藏\nhidden: true\n---\n文",
            "d.md": "---\ntitle: 稿\ndraft: true\n---\n文",
            "empty.md": "",
            "2021-03-05-x.md": "没有标题的话。",
            "lock.md": "---\ntitle: 锁\npassword: mima\n---\n秘密的话",
        }
    )
    result = run("build", folder)
    lines = result.out.splitlines()
    assert lines[:-1] == [
        "indexed                 3",
        "  encrypted             1  indexed without the encrypted text",
        "  undated               1",
        "  without title         1  named after the file or the first sentence",
        "skipped                 4  2 draft, 1 hidden, 1 empty",
        "failed                  0",
    ]
    assert lines[-1].startswith("time  ")
    assert "4 skipped:\n  b.md: draft\n  c.md: hidden\n  d.md: draft\n  empty.md: empty\n" in result.err
    out = run("stats").out
    assert "skipped.draft\t2\nskipped.hidden\t1\nskipped.empty\t1\nencrypted\t1\nuntitled\t1\n" in out


def test_long_lists_of_skipped_files_are_cut(run: Run, write: Callable[..., Path]) -> None:
    folder = write({"a.md": "文", **{f"_drafts/{number}.md": "文" for number in range(30)}})
    assert run("build", folder).err.endswith("  … and 10 more\n")
    assert "30 skipped (30 draft), " in run("update", folder).out
