"""``load`` reads articles as JSON Lines. An error names the line and the key."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

import searchlib
from searchlib.indexing.json_lines import JsonLines
from searchlib.sources.rows import RowError, article_of_row, read_row

ROWS = [
    {"id": 1, "title": "纯文本", "body": "第一段说风车。\n\n 第二段。", "date": "2021-11-20", "tags": ["甲", "乙"]},
    {
        "id": "b/2",
        "title": "网页 <b>",
        "html": "<h2>小标题</h2><p>磨坊 &amp; 风车</p><script>x</script>",
        "author": ["丙", "丁"],
    },
    {
        "id": "三",
        "title": "标记",
        "markdown": "# 标题\n\n- 项目 **风车**\n",
        "date": "2021-11-20T08:00:00+00:00",
        "categories": [["书", "小说"]],
        "series": "西游",
        "password": "",
        "api_key": "geheim",
    },
]


def lines_of(*rows: Any) -> io.StringIO:
    return io.StringIO("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows))


def test_each_line_is_an_article(tmp_path: Path) -> None:
    file = io.StringIO("\ufeff" + lines_of(*ROWS).getvalue() + "\n  \n")
    settings = searchlib.Settings(facets=("series",))
    report = searchlib.load_index(file, tmp_path / "index", jobs=1, settings=settings)
    assert (report.added, report.failed, report.undated) == (3, (), 1)
    with searchlib.open_index(tmp_path / "index") as index:
        plain, html, markdown = map(index.get, ("1", "b/2", "三"))
        assert (plain.body, plain.tags, str(plain.date)) == (
            "第一段说风车。\n第二段。",
            ("甲", "乙"),
            "2021-11-20 00:00:00+08:00",
        )
        assert (html.title, html.body, html.headings, html.author) == (
            "网页 <b>",
            "小标题\n磨坊 & 风车",
            ("小标题",),
            "丙、丁",
        )
        assert (markdown.body, markdown.categories) == ("标题\n项目 风车", ("书", "小说"))
        assert markdown.extra == {"series": "西游"}
        assert [hit.id for hit in index.search("风车 series:西游")] == ["三"]
        assert len(index.search("风车").hits) == 3


def test_what_files_do_not_show_is_not_in_the_index(tmp_path: Path) -> None:
    secret = "geheimer Text"
    part = f'{{{{% hugo-encryptor "x" %}}}}\n{secret}\n{{{{% /hugo-encryptor %}}}}'
    rows = [
        {"id": "draft", "title": "甲", "body": secret, "draft": True},
        {"id": "unpublished", "title": "甲", "body": secret, "published": False},
        {"id": "future", "title": "甲", "body": secret, "date": "2999-01-01"},
        {"id": "tag", "title": "甲", "body": secret, "tags": ["加密"]},
        {"id": "part", "title": "甲", "markdown": f"公开\n\n{part}\n"},
    ]
    settings = searchlib.Settings(encrypted_tags=("加密",), future="skip")
    report = searchlib.load_index(lines_of(*rows), tmp_path / "index", jobs=1, settings=settings)
    assert [article_id for article_id, _ in report.failed] == ["draft", "future", "unpublished"]
    with searchlib.open_index(tmp_path / "index", settings=settings) as index:
        assert {each.id: each.body for each in index} == {"part": "公开", "tag": ""}
    taken = searchlib.Settings(unpublished="index")
    assert searchlib.load_index(lines_of(*rows[:2]), tmp_path / "all", jobs=1, settings=taken).added == 2


def test_the_first_line_can_be_empty(tmp_path: Path) -> None:
    file = io.StringIO("\n" + lines_of(ROWS[0]).getvalue())
    assert searchlib.load_index(file, tmp_path / "index", jobs=1).added == 1


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"title": "甲", "body": "乙"}, "'id' must be a text that is not empty, or a whole number, it is missing"),
        ({"id": "", "title": "甲", "body": "乙"}, "'id' must be"),
        (
            {"id": True, "title": "甲", "body": "乙"},
            "'id' must be a text that is not empty, or a whole number, not True",
        ),
        ({"id": "2", "body": "乙"}, "'title' must be a text, it is missing"),
        ({"id": "2", "title": ["甲"], "body": "乙"}, "'title' must be a text, not ['甲']"),
        (
            {"id": "2", "title": "甲"},
            "the text must be in one of the keys body, html, markdown, and none of them is there",
        ),
        ({"id": "2", "title": "甲", "body": "乙", "html": "丙"}, "and body and html are there"),
        ({"id": "2", "title": "甲", "markdown": 5}, "'markdown' must be a text, not 5"),
        ({"id": "2", "title": "甲", "markdown": "---\npassword: x\n---\n乙"}, "'markdown' begins with front matter"),
        ({"id": "2", "title": " ", "body": "\n"}, "both the title and the text are empty"),
        ({"id": "2", "title": "甲", "body": "乙", "date": "2020-02-30"}, "'date' must be a date like 2021-11-20"),
        (["甲"], "it is not a JSON object like"),
    ],
)
def test_a_wrong_line_is_named_and_changes_nothing(tmp_path: Path, row: Any, message: str) -> None:
    searchlib.load_index(lines_of(ROWS[0]), tmp_path / "index", jobs=1)
    with pytest.raises(searchlib.SearchlibError) as refused:
        searchlib.load_index(lines_of(ROWS[0], row, ROWS[1]), tmp_path / "index", jobs=1)
    assert ", line 2: " in str(refused.value)
    assert message in str(refused.value)
    with searchlib.open_index(tmp_path / "index") as index:
        assert index.ids() == ["1"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"id": "1", "title": "甲", "body": "乙"}\n{"id": "2",', "line 2: it is not valid JSON"),
        ('{"id": "1", "title": "甲", "body": "乙"}\n' + "[" * 100_000, "line 2: it is "),
        ("甲\n", "line 1: it is not valid JSON"),
        (
            '{"id": "1", "title": "甲", "body": "乙", "a": ' + "[" * 600 + "]" * 600 + "}",
            "line 1: it is nested too deeply",
        ),
        ("", "the file is empty"),
    ],
)
def test_a_line_that_is_no_json_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(searchlib.SearchlibError) as refused:
        searchlib.load_index(io.StringIO(text), tmp_path / "index", jobs=1)
    assert message in str(refused.value)
    with pytest.raises(searchlib.NoIndexError):
        searchlib.open_index(tmp_path / "index")


def test_the_length_of_a_line_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchlib.indexing.json_lines.MAX_LINE_LENGTH", 4)
    lines = JsonLines(io.StringIO("甲乙丙\n丁戊己庚\n"))
    assert lines.peek() == lines.read() == "甲乙丙\n"
    with pytest.raises(searchlib.SearchlibError, match="line 2: it has more than 4 characters"):
        lines.read()


def test_a_second_article_with_an_id_fails_alone(tmp_path: Path) -> None:
    report = searchlib.load_index(lines_of(*ROWS, ROWS[0]), tmp_path / "index", jobs=1)
    assert (report.added, report.failed) == (3, (("1", "an earlier article has the same id"),))


def test_reading_a_text_is_limited() -> None:
    row = {"id": "a", "title": "甲", "markdown": "*强调*和[链接](x)。\n\n" * 20_000}
    assert article_of_row(row, searchlib.Settings()).title == "甲"
    with pytest.raises(RowError, match="'markdown' takes longer than"):
        read_row(row, searchlib.Settings(), 0.01)
