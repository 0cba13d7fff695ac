"""The shell speaks the language of the terminal: Chinese if it is Chinese, else English. JSON stays as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from searchlib.cli.console import column_count
from searchlib.cli.language import PLACEHOLDER, TABLE, is_chinese, translated
from tests.cli import chinese
from tests.cli.commands import ARTICLE, Run

TEXTS: dict[str, str] = json.loads(TABLE.read_text("utf-8"))

HAN = re.compile("[㐀-鿿]")


@pytest.fixture(autouse=True)
def _language(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"LANG": "zh_TW"}, True),
        ({"LANG": "en_US.UTF-8"}, False),
        ({"LANG": ""}, False),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, True),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8", "LC_ALL": "C"}, False),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, True),
    ],
)
def test_the_first_variable_that_is_set_decides(
    values: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    assert is_chinese() == expected


def test_the_table_has_exactly_the_texts_of_the_code() -> None:
    """If this fails, run ``python -m tests.cli.chinese``, and translate what it prints."""
    assert set(TEXTS) == set(chinese.english_texts())
    assert [english for english, text in TEXTS.items() if not text] == []


@pytest.mark.parametrize("english", [each for each in TEXTS if PLACEHOLDER.search(each)])
def test_a_translation_has_the_values_of_its_text(english: str) -> None:
    numbers = {number for number, _ in PLACEHOLDER.findall(english)}
    assert {number for number, _ in PLACEHOLDER.findall(TEXTS[english])} == numbers
    is_count = re.fullmatch(r"\{0\} \w+", english) is not None
    values = {number: "1,234" if is_count else f"〔{number}〕" for number in numbers}
    shown = translated(PLACEHOLDER.sub(lambda each: values[each[1]], english))
    assert shown == PLACEHOLDER.sub(lambda each: values[each[1]], TEXTS[english])


def test_texts_around_values_and_inside_them_are_translated() -> None:
    assert translated("  … and 7 more") == "  …… 还有 7 个"
    assert translated("x.toml: there is no setting zonne; did you mean zone? The settings are a, b") == (
        "x.toml：没有设置项 zonne；是不是 zone？设置项有 a, b"
    )
    assert translated("argument --filter: 'x' must be a facet and a value, like series=西游") == (
        "参数 --filter：'x' 应为分面和值，如 series=西游"
    )
    assert translated("searchlib.toml: blog: there is no folder 'x': give the folder of the articles") == (
        "searchlib.toml：blog：没有文件夹 'x'：请给出文章所在的文件夹"
    )
    assert translated("text: 5 blocks") == "正文：5 段"
    assert translated("front matter: line 3: key; tags: cut after 1,000 names") == (
        "front matter：第 3 行：键，或缩进不对；tags：只保留前 1,000 个名称"
    )
    assert (
        translated("front matter: line 4: did not find expected ',' or ']'") == "front matter：第 4 行：缺少 ',' 或 ']'"
    )
    assert translated("no such text: at all") == "no such text: at all"
    nested = "failed: " * 5_000
    assert translated(f"{nested}x").endswith(" failed: x")


def test_a_chinese_terminal_gets_chinese_notes_counts_and_errors(ask: Run, run: Run) -> None:
    assert re.search(r"^\d+ 篇文章", ask("search", "元宇宙").err, re.MULTILINE)
    result = ask("search", "元宇宙", "-产业")
    assert "结果不含“产业”" in result.err
    assert "--literal" in result.err
    assert run("search", "元宇宙", "--index", "none").err.startswith("searchlib: none：这里还没有索引：")
    assert "没有命令 serch；是不是 search？" in run("serch").err
    assert "--page 至少应为 1，而不是 0" in ask("search", "元宇宙", "--page", "0").err
    assert "日期：" in ask("show", ARTICLE).out
    assert re.search(r"：\d+ 个文件, \d+ 篇文章：没有问题", ask("check").err)
    assert "去掉日期 2999-01-01 起：" in ask("search", "元宇宙", "--from", "2999").err


def test_an_english_terminal_gets_english_notes(ask: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "C.UTF-8")
    result = ask("search", "元宇宙", "-产业")
    (note, *_) = result.err.splitlines()
    assert note == (
        "Without “产业”: the minus or NOT before it is an operator. It can be searched for literally instead. (--literal)"
    )
    assert not HAN.search(ask("search", "metaverse", "title:none").err)


def test_a_build_prints_its_table_and_its_reasons_in_chinese(run: Run, write: Callable[..., Path]) -> None:
    articles = write({"a.md": "学习", "b.md": "---\ndraft: true\n---\n草", "c.md": "", "d.ipynb": "{"})
    result = run("build", articles)
    lines = [line.split() for line in result.out.splitlines()]
    assert ["已编入索引", "1"] in lines
    assert ["跳过", "2", "1", "草稿,", "1", "空文件"] in lines
    assert ["失败", "1"] in lines
    assert "c.md: 空文件" in result.err
    assert run("update", articles).out.startswith(
        "新增 0，更新 0，删除 0，未变 1，失败 1，跳过 2（1 草稿, 1 空文件），"
    )


def test_json_is_the_same_in_every_language(ask: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    query = ("search", "元宇宙", "-产业", "--json", "--explain")
    chinese = ask(*query).json
    monkeypatch.setenv("LANG", "C.UTF-8")
    english = ask(*query).json
    del chinese["took_ms"], english["took_ms"]
    assert chinese == english


ENGLISH = re.compile(r"(?<![\w'$/.-])[A-Za-z]+ [a-z]+ [a-z]+")
"""A text that is not translated. Commands in messages have fewer words."""


@pytest.mark.parametrize("command", ["", *"build update watch search passages show suggest stats serve mcp".split()])
def test_help_is_in_the_language_of_the_terminal(run: Run, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    result = run(*filter(None, ["help", command]))
    assert result.code == 0
    assert result.out.startswith("用法: searchlib")
    assert "显示本帮助" in result.out
    assert not ENGLISH.search(result.out)
    assert max(map(column_count, result.out.splitlines())) <= 80
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert not HAN.search(
        run(*filter(None, ["help", command])).out.replace("年", "").replace("月", "").replace("去", "")
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", "--form", "2020"],
        ["search", "--size", "many"],
        ["search", "--sort", "best"],
        ["search", "--filter", "rating>=4"],
        ["search", "--filter", "rating=4"],
        ["search", "--from", "soon"],
        ["search", "--from", "2020", "--to", "2019"],
        ["search", "--tag", "TAG"],
        ["show"],
        ["show", "no article"],
        ["serch"],
        ["build", "--jobs", "0", "."],
        ["build", "a", "b"],
        ["--json"],
        ["load", "articles.jsonl"],
        ["dump", "none/dump"],
        ["read", "none"],
        ["update", "none"],
        ["check", "--index", "none"],
    ],
)
def test_a_message_is_in_one_language(
    ask: Run, run: Run, arguments: list[str], write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write({"articles.jsonl": '{"id": "1", "title": "无正文"}'}))
    result = (ask if arguments[0] in ("search", "show", "dump") else run)(*arguments)
    assert HAN.search(result.err)
    assert not ENGLISH.search(result.err)


def test_problems_of_front_matter_are_in_the_language_of_the_terminal(run: Run, write: Callable[..., Path]) -> None:
    fronts = [
        "date: 2020-02-30",
        "title: a: b",
        "tags: [a, b\nx: 1",
        "title: @x",
        'title: "x',
        "a: 1\n  b: 2",
        "title: 'it's'",
    ]
    articles = write({f"{number}.md": f"---\n{front}\n---\n文" for number, front in enumerate(fronts)})
    result = run("build", articles)
    assert result.code == 0
    assert result.err.count(".md: ") == len(fronts)
    assert not ENGLISH.search(result.err)
