"""Completing what a reader has begun to type."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchlib import Suggestion
from searchlib.results.suggest import KINDS, Suggester
from searchlib.text.fold import fold
from searchlib.text.units import UNIT

VALUES = {
    "category": {"新媒体": 9, "产品": 4, "学习": 3, "Docker": 2, "C++": 2},
    "tag": {"产品": 7, "新产品": 8, "學習方法": 3, "元宇宙": 1},
    "author": {"新之助": 9, "Ｄｏｃ Ｍartin": 1},
    "title": {"元宇宙的产品": 1, "开始学习 Docker": 1, "产品": 1, "v2.0.1 发布": 1, "ﬁrst": 1},
}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("新", ["新媒体", "新之助", "新产品"]),
        ("产", ["产品", "新产品", "元宇宙的产品"]),
        ("產品", ["产品", "新产品", "元宇宙的产品"]),
        ("学习", ["学习", "學習方法", "开始学习 Docker"]),
        ("學", ["学习", "學習方法", "开始学习 Docker"]),
        ("doc", ["Docker", "Ｄｏｃ Ｍartin", "开始学习 Docker"]),
        ("ＤＯＣＫ", ["Docker", "开始学习 Docker"]),
        ("doc m", ["Ｄｏｃ Ｍartin"]),
        ("c++", ["C++"]),
        ("fi", ["ﬁrst"]),
        ("v2.0", ["v2.0.1 发布"]),
        ("0", ["v2.0.1 发布"]),
        ("ocker", []),
        ("  新媒 ", ["新媒体"]),
        ("没有", []),
        ("", []),
        (" \u3000", []),
        ("宇宙", ["元宇宙", "元宇宙的产品"]),
    ],
)
def test_what_was_typed_is_completed(typed: str, expected: list[str]) -> None:
    assert [each.text for each in Suggester(VALUES).suggest(typed, 10)] == expected


def test_a_suggestion_says_what_it_is_and_how_many_articles_have_it() -> None:
    assert Suggester(VALUES).suggest("新媒", 10) == [Suggestion(text="新媒体", kind="category", count=9)]


def test_one_text_under_several_kinds_is_suggested_once_where_it_counts_most() -> None:
    assert Suggester(VALUES).suggest("产品", 1) == [Suggestion(text="产品", kind="tag", count=7)]


def test_such_a_text_keeps_the_place_of_its_most_frequent_kind() -> None:
    values = {"category": {"产品": 9, "产业": 5}, "tag": {"产品": 1}}
    assert [each.text for each in Suggester(values).suggest("产", 10)] == ["产品", "产业"]


def test_of_equally_frequent_ones_the_earlier_kind_goes_first() -> None:
    values = {kind: {f"新{kind}": 1} for kind in reversed(KINDS)}
    assert [each.kind for each in Suggester(values).suggest("新", 10)] == list(KINDS)


def test_no_more_are_given_than_wanted() -> None:
    values = {"tag": {f"标签{number}": number for number in range(1, 50)}}
    assert [each.count for each in Suggester(values).suggest("标", 3)] == [49, 48, 47]


def test_an_archive_without_values_suggests_nothing() -> None:
    assert Suggester({}).suggest("新", 10) == []


def suggest_slowly(values: dict[str, dict[str, int]], typed: str, size: int) -> list[Suggestion]:
    """Look at every value, at each of its units."""
    wanted = fold(typed).strip()
    ranked = []
    for kind in KINDS:
        for text, count in values.get(kind, {}).items():
            folded = fold(text)
            begins = folded.startswith(wanted)
            inside = any(folded.startswith(wanted, unit.start()) for unit in UNIT.finditer(folded))
            if wanted and (begins or inside):
                ranked.append((not begins, -count, len(ranked), Suggestion(text=text, kind=kind, count=count)))
    found: list[Suggestion] = []
    for *_, suggestion in sorted(ranked, key=lambda each: each[:3]):
        if suggestion.text not in [each.text for each in found]:
            found.append(suggestion)
    return found[:size]


NAME = st.one_of(
    st.text(st.sampled_from("新学學ab1 c++.，ＡﬁİA"), min_size=1, max_size=6), st.text(st.characters(), max_size=5)
)
ARCHIVE = st.dictionaries(st.sampled_from(KINDS), st.dictionaries(NAME, st.integers(1, 3), max_size=6))


@settings(max_examples=300)
@given(ARCHIVE, st.data(), st.integers(1, 6))
def test_suggestions_are_those_of_the_slow_reference(
    values: dict[str, dict[str, int]], data: st.DataObject, size: int
) -> None:
    names = [name for names in values.values() for name in names if name]
    if names and data.draw(st.booleans()):
        name = data.draw(st.sampled_from(names))
        start = data.draw(st.integers(0, len(name) - 1))
        typed = name[start : data.draw(st.integers(start + 1, len(name)))]
    else:
        typed = data.draw(NAME)
    assert Suggester(values).suggest(typed, size) == suggest_slowly(values, typed, size)
