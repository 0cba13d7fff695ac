"""Convert front-matter values to text, names and JSON."""

from __future__ import annotations

from datetime import UTC, date, datetime
from math import inf, nan
from typing import Any

import pytest

from searchlib.sources.front_matter.values import as_authors, as_category_paths, as_json, as_names, as_text
from searchlib.sources.front_matter.yaml_loader import PlainScalar


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  a\n b ", "a b"),
        (PlainScalar(".386"), ".386"),
        (404, "404"),
        (True, "true"),
        (None, ""),
        ({"a": 1}, ""),
        (["a", "b"], "a b"),
        ("R&amp;D &#x17d;iga", "R&D Žiga"),
        ("a\x00&#8232;b", "a b"),
        (date(2021, 10, 1), "2021-10-01"),
        (2**70, hex(2**70)),
    ],
)
def test_every_value_becomes_one_line_of_text(value: Any, text: str) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize(
    ("value", "paths"),
    [
        (["甲", " 乙 ", "甲"], [("甲", "乙")]),
        ([["甲", "乙"], "丙", [], ["甲", ["丁"]]], [("甲", "乙"), ("丙",), ("甲", "丁")]),
        ("甲, 乙", [("甲",), ("乙",)]),
        ("甲", [("甲",)]),
        ([["甲"], ["甲"]], [("甲",)]),
        ([""], []),
        (None, []),
    ],
)
def test_a_list_is_one_category_path_and_a_list_of_lists_is_several(value: Any, paths: list[tuple[str, ...]]) -> None:
    assert as_category_paths(value) == tuple(paths)
    assert as_names(value) == tuple(dict.fromkeys(name for path in paths for name in path))


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (["甲", " 乙 ", "甲"], ("甲", "乙")),
        ("甲, 乙，丙、丁", ("甲", "乙", "丙", "丁")),
        ("甲；乙;丙|丁; e", ("甲", "乙", "丙", "丁", "e")),
        ("R&amp;D, &#x17d;iga", ("R&D", "Žiga")),
        ([["甲", ["乙"]], "丙"], ("甲", "乙", "丙")),
        (["甲, 乙"], ("甲, 乙",)),
        ("Machine Learning", ("Machine Learning",)),
        ([None, "", 2020, True], ("2020", "true")),
        (None, ()),
        ({"a": 1}, ()),
        ("-", ()),
        (["——", "甲", "...", "C++", "🎉"], ("甲", "C++", "🎉")),
    ],
)
def test_names_are_trimmed_unique_and_ordered(value: Any, names: tuple[str, ...]) -> None:
    assert as_names(value) == names


@pytest.mark.parametrize(
    ("value", "author"),
    [
        ("张三", "张三"),
        (["张三", "李四"], "张三、李四"),
        ({"name": "张三", "url": "x"}, "张三"),
        ([{"name": "张三"}, "李四", {"name": "张三"}], "张三、李四"),
        ("A, B", "A, B"),
        ("张三 <zhang@example.org>", "张三"),
        ("张三,zhang.san@mail.example.org", "张三"),
        ("张三（zhang@example.org）", "张三"),
        ("zhang@example.org", "zhang@example.org"),
        ("张三, @zhang", "张三, @zhang"),
        (None, ""),
    ],
)
def test_authors_are_joined(value: Any, author: str) -> None:
    assert as_authors(value) == author


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (nan, "nan"),
        (-inf, "-inf"),
        (1.5, 1.5),
        (2**70, hex(2**70)),
        ({1: (date(2021, 1, 2), {"x"})}, {"1": ["2021-01-02", ["x"]]}),
        (datetime(2021, 1, 2, tzinfo=UTC), "2021-01-02 00:00:00+00:00"),
        ("\ud800a", "a"),
        (PlainScalar("off"), False),
    ],
)
def test_every_value_becomes_json(value: Any, plain: Any) -> None:
    assert as_json(value) == plain
