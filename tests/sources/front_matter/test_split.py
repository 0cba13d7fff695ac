"""Split a text into front matter and body."""

from __future__ import annotations

import json
from typing import Any

import pytest

from searchlib.sources.front_matter.split import split_front_matter
from searchlib.sources.front_matter.values import as_json
from searchlib.sources.text import clean

BODY = "正文。"


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: 标题\n---\n正文。",
        "\n \n\n---\ntitle: 标题\n---\n\n正文。\n      ",
        "---  \ntitle: 标题\n-----\n正文。",
        "---\ntitle: 标题\n...\n正文。",
        "title: 标题\ntags: [a]\n---\n正文。",
        "title: 标题\ntags:\n- a\n\n---\n正文。",
        ' title: "标题"\n tags: [a]\n---\n正文。',
        '+++\ntitle = "标题"\n+++\n正文。',
        ';;;\n"title": "标题",\n"n": 1\n;;;\n正文。',
        ';;;\n{"title": "标题"}\n;;;\n正文。',
        '"title": "标题"\n;;;\n正文。',
        '{"title": "标题"}\n正文。',
        "#+TITLE: 标题\n#+HUGO_TAGS: a b\n\n正文。",
    ],
)
def test_front_matter_is_split_from_the_body(text: str) -> None:
    front = split_front_matter(text)
    assert front.metadata["title"] == "标题"
    assert front.body.strip() == BODY
    assert front.problem is None


@pytest.mark.parametrize(
    "text",
    [
        "正文。",
        "---\n\n第一段。\n\n---\n\n第二段。",
        "---\n正文之上只有一条线。",
        "---\nNote: this is prose between two rules.\n---\nMore.",
        "---\n- 列表\n---\n",
        "Note: prose\n---\nafter a heading",
        "注意：这里不是键\n---\n正文",
        "title: 没有结束的标记，只是正文。",
        "key: value\n\nprose goes on\n\n---\n",
        '{"a": 1} 是一个例子',
        '{"title": ',
        "+++\n正文\n+++",
        "#+BEGIN_SRC\ntitle: x\n#+END_SRC",
        "",
    ],
)
def test_prose_is_not_front_matter(text: str) -> None:
    front = split_front_matter(text)
    assert front.metadata == {}
    assert front.body == text
    assert front.problem is None


@pytest.mark.parametrize(
    ("text", "metadata"),
    [
        (
            '---\ntitle: "it\'s "so" called"\ndate: 2021-10-01\ncategories:\n - 甲\n - 乙\n---\n正文。',
            {"title": 'it\'s "so" called', "date": "2021-10-01", "categories": ["甲", "乙"]},
        ),
        ("---\ntitle: 甲: 乙\ntags: [a, b]\n---\n正文。", {"title": "甲: 乙", "tags": ["a", "b"]}),
        ("---\nauthor: &#x17d;iga\ntitle: 甲\n---\n正文。", {"author": "&#x17d;iga", "title": "甲"}),
        ("---\ntitle: @甲\ntags: [a，b\n---\n正文。", {"title": "@甲", "tags": ["a", "b"]}),
        (
            "---\ntitle: 甲: 乙\ntags: [a,\n  'b',\n  c]\ncategories: [丙\n---\n正文。",
            {"title": "甲: 乙", "tags": ["a", "b", "c"], "categories": ["丙"]},
        ),
        ("---\ntitle: [置顶] 公告\ntags: [a]\n---\n正文。", {"title": "[置顶] 公告", "tags": ["a"]}),
        ('---\ntitle: "甲\ntags: [a]\n---\n正文。', {"title": "甲", "tags": ["a"]}),
        ('---\ntitle: "甲"的故事\ntags: [a]\n---\n正文。', {"title": '"甲"的故事', "tags": ["a"]}),
        ("---\ntitle：甲\ndate：2021-10-01\n---\n正文。", {"title": "甲", "date": "2021-10-01"}),
        ('---\ntitle： "甲" author： "乙" type： 页\n---\n正文。', {"title": "甲", "author": "乙", "type": "页"}),
        (
            '+++\ntitle = "甲"\ndate = 昨天\ntags = ["a", "b"]\n+++\n正文。',
            {"title": "甲", "date": "昨天", "tags": ["a", "b"]},
        ),
        (';;;\n"title": "甲",\n"date": 昨天\n;;;\n正文。', {"title": "甲", "date": "昨天"}),
        ("---\ntitle: *x\ndate: 2021-10-01\n---\n正文。", {"title": "*x", "date": "2021-10-01"}),
    ],
)
def test_broken_front_matter_is_read_entry_by_entry(text: str, metadata: dict[str, Any]) -> None:
    front = split_front_matter(text)
    assert front.metadata == metadata
    assert front.body == BODY
    assert front.problem is not None
    assert front.problem.startswith("front matter: ")


@pytest.mark.parametrize("opening", ["---\n", ""])
def test_tabs_at_the_beginning_of_lines_are_spaces(opening: str) -> None:
    text = f"{opening}title: 甲\ntags:\n\n\t- a\n\t\n\t- 'b\tc'\nphotos:\n\t图:\n\t\t山: 高\n---\n正文。"
    front = split_front_matter(text)
    assert front.metadata == {"title": "甲", "tags": ["a", "b\tc"], "photos": {"图": {"山": "高"}}}
    assert front.body == BODY
    assert front.problem is None


def test_front_matter_without_a_closing_delimiter_ends_before_prose() -> None:
    front = split_front_matter("---\ntitle: 标题\ntags:\n- a\n\n正文。")
    assert front.metadata == {"title": "标题", "tags": ["a"]}
    assert front.body.strip() == BODY


@pytest.mark.parametrize(
    ("yaml", "value"),
    [
        (".386", 0.386),
        ("404", 404),
        ("true", True),
        ("~", None),
        ("=", "="),
        ("2015-08-06", "2015-08-06"),
        ("2020-02-30", "2020-02-30"),
        ("12:30", "12:30"),
        (".nan", ".nan"),
        ("1e999", "1e999"),
        ("0123", "0123"),
        ("'404'", "404"),
        ("!!set {a, b}", ["a", "b"]),
        ("!!binary aGk=", "aGk="),
        ("!!python/object:os.system {a: 1}", {"a": 1}),
        ("{1: x, null: y, [a]: z}", {"1": "x", "null": "y", '["a"]': "z"}),
        ("{<<: {a: 1, b: 1}, b: 2}", {"a": 1, "b": 2}),
    ],
)
def test_every_yaml_type_becomes_json(yaml: str, value: object) -> None:
    front = split_front_matter(f"---\ntitle: x\nkey: {yaml}\n---\n")
    plain = as_json(front.metadata["key"])
    assert plain == value
    assert type(plain) is type(value)
    json.dumps(plain, allow_nan=False)


@pytest.mark.parametrize(
    "front",
    [
        "a: &a [x, x, x, x, x, x, x, x, x]\n"
        + "".join(
            f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefghijk", "bcdefghijkl", strict=True)
        ),
        "a: &a " + "x" * 50_000 + "\nb: [" + "*a, " * 5_000 + "]\n",
        "a: " + "[" * 50_000 + "\n",
        "a: " + "{b: " * 50_000 + "\n",
        "- " * 50_000 + "\n",
        "a." * 50_000 + "a = 1\n",
    ],
)
@pytest.mark.parametrize("delimiters", ["---", "+++", ";;;"])
def test_hostile_front_matter_stays_within_bounds(front: str, delimiters: str) -> None:
    split = split_front_matter(f"{delimiters}\ntitle: 标题\n{front}{delimiters}\n正文。")
    assert split.body.endswith(BODY)
    assert len(json.dumps(as_json(split.metadata))) < 2_000_000


def test_aliases_within_bounds_are_followed() -> None:
    assert split_front_matter("---\ntitle: &t 标题\nsubtitle: *t\n---\n").metadata == {
        "title": "标题",
        "subtitle": "标题",
    }


def test_a_property_of_logseq_may_stand_among_headers() -> None:
    front_matter = split_front_matter("Title: 茶\nalias:: 茗\nTags: 甲\ndraft:: true\n\n正文")
    assert front_matter.metadata == {"Title": "茶", "alias": "茗", "Tags": "甲", "draft": "true"}
    assert front_matter.body.strip() == "正文"


def test_yaml_above_dashes_is_no_block_of_headers() -> None:
    found = split_front_matter("title: 茶\ntags: [绿茶, 红茶]\ncategories: [Tea Notes]\n\n---\n正文\n")
    assert found.metadata == {"title": "茶", "tags": ["绿茶", "红茶"], "categories": ["Tea Notes"]}
    assert found.body.strip() == "正文"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("---\ntitle: 甲\ntags: [a\ndate: 2020\n---\n文", "line 3: did not find expected ',' or ']'"),
        ("---\r\ntitle: 甲\r\na: b: c\r\n---\r\n文", "line 3: mapping values are not allowed in this context"),
        ("\n\n---\ntitle: 甲\nx: *a\n---\n文", "line 5: found undefined alias"),
        ("---\n\n\ntitle: 甲\nb: [c\nd: e\n---\n文", "line 5: did not find expected ',' or ']'"),
        ('---\ntitle: 甲\na: "b\nc: d\n---\n文', "line 3: found unexpected end of stream"),
        ("---\ntitle: 甲\ntags:\n  - @a\n---\n文", "line 4: found character that cannot start any token"),
        ("title: 甲\ntags: [a\ndate: 2020\n---\n文", "line 2: did not find expected ',' or ']'"),
        ("<!--yml\ntitle: 甲\ntags: [a\n-->\n文", "line 3: did not find expected ',' or ']'"),
        ("<!--\ntitle: 甲\ntags: [a\n-->\n文", "line 3: did not find expected ',' or ']'"),
        ("<!-- title: 甲\ntags: [a\n-->\n文", "line 2: did not find expected ',' or ']'"),
        ('+++\ntitle = "甲"\ndate = \n+++\n文', "line 3: Invalid value"),
        ('\n---toml\ntitle = "甲"\ndate = \n---\n文', "line 4: Invalid value"),
        (';;;\n\n"title": "甲",\n"b": ,\n;;;\n文', "line 4: Expecting value"),
        ('---json\n{\n"title": "甲",\n"b": x}\n---\n文', "line 4: Expecting value"),
        ('"title": "甲",\n"b": ,\n;;;\n文', "line 2: Expecting value"),
    ],
)
def test_a_problem_names_the_line_of_the_file(text: str, problem: str) -> None:
    front = split_front_matter(clean(text))
    assert front.problem == f"front matter: {problem}"


@pytest.mark.parametrize("start", ["<!--yml\n", "<!-- YAML\n", "<!-- yaml ", "<!--\n", "<!-- "])
def test_a_comment_may_name_its_format(start: str) -> None:
    found = split_front_matter(f"{start}title: 甲\ndraft: true\n-->\n文")
    assert found.metadata == {"title": "甲", "draft": "true"}
