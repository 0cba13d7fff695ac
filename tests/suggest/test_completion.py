"""Completing what a reader has begun to type."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchlib import Suggestion
from searchlib.analysis.fold import fold
from searchlib.analysis.pinyin import readings
from searchlib.analysis.pinyin_patterns import PinyinPattern, pinyin_patterns
from searchlib.analysis.syllables import NO_SYLLABLE
from searchlib.analysis.units import units
from searchlib.suggest.completion import suggest
from searchlib.suggest.lexicon import KINDS, MAX_KEY_LENGTH, LexiconBuilder
from searchlib.suggest.lookup import Lexicon, LexiconPart

Values = Mapping[str, Mapping[str, int]]

VALUES: Values = {
    "category": {"新媒体": 9, "产品": 4, "学习": 3, "Docker": 2, "C++": 2},
    "tag": {"产品": 7, "新产品": 8, "學習方法": 3, "元宇宙": 1},
    "author": {"新之助": 9, "Ｄｏｃ Ｍartin": 1},
    "word": {"元宇宙": 5, "银行": 4, "重庆": 3, "女人": 2, "绿色": 2, "原因": 8, "西安": 6, "先进": 7, "情况": 9},
    "phrase": {"元宇宙产业": 3},
    "title": {"元宇宙的产品": 1, "开始学习 Docker": 1, "产品": 1, "v2.0.1 发布": 1, "ﬁrst": 1},
}


def lexicon(*parts: Values) -> Lexicon:
    """A lexicon of these values, each of them one part."""
    return Lexicon([part(values) for values in parts], is_exact=len(parts) == 1)


def part(values: Values) -> LexiconPart:
    names = LexiconBuilder()
    texts: dict[tuple[int, int], str] = {}
    for kind, of_kind in values.items():
        number = KINDS.index(kind)
        for source, (text, count) in enumerate(of_kind.items()):
            texts[number, source] = text
            key = units(fold(text))
            if kind in ("category", "tag", "author") and key:
                names.add_value(number, key, count, source)
            elif key:
                names.add(number, ["".join(key)], [count], [source] if kind == "title" else [])
    return LexiconPart(names.arrays(readings()), lambda kind, source: texts[kind, source])


def ask(typed: str, size: int = 10, *parts: Values) -> list[Suggestion]:
    given = parts or (VALUES,)

    def count(kind: str, text: str) -> int:
        return sum(values.get(kind, {}).get(text, 0) for values in given)

    def titles(text: str, most: int) -> list[str]:
        run = "".join(units(fold(text)))
        held = [title for values in given for title in values.get("title", {}) if run in "".join(units(fold(title)))]
        return held[:most] if run else []

    return suggest(typed, size, lexicon(*given), count, titles)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("产", ["产品", "新产品", "元宇宙的产品"]),
        ("產品", ["产品", "新产品", "元宇宙的产品"]),
        ("学习", ["学习", "學習方法", "开始学习 Docker"]),
        ("學", ["学习", "學習方法", "开始学习 Docker"]),
        ("新", ["新媒体", "新之助", "新产品"]),
        ("  新媒 ", ["新媒体"]),
        ("doc m", ["Ｄｏｃ Ｍartin"]),
        ("c++", ["C++"]),
        ("fi", ["ﬁrst"]),
        ("v2.0", ["v2.0.1 发布"]),
        ("没有", []),
        ("", []),
        (" \u3000", []),
    ],
)
def test_what_was_typed_is_completed(typed: str, expected: list[str]) -> None:
    assert [each.text for each in ask(typed)] == expected


@pytest.mark.parametrize(
    "typed",
    "yuanyuzhou|yuan yu zhou|yuan'yu'zhou|yyz|yuanyuz|yuanyuzh|元yu|元yz|元宇z|yuan宇宙|yuan宇z|YYZ|ｙｙｚ".split("|"),
)
def test_pinyin_initials_and_mixtures_complete_a_word(typed: str) -> None:
    assert ask(typed)[0] == Suggestion(text="元宇宙", kind="word", count=5)
    assert "元宇宙产业" in [each.text for each in ask(typed)]


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("yinhang", "银行"),
        ("chongqing", "重庆"),
        ("nvren", "女人"),
        ("nüren", "女人"),
        ("nuren", "女人"),
        ("lvse", "绿色"),
        ("xian", "西安"),
        ("qing", "情况"),
        ("xuexi", "学习"),
        ("xinmt", "新媒体"),
        ("xinmeiti", "新媒体"),
        ("kaishixuexi", "开始学习 Docker"),
    ],
)
def test_polyphones_umlauts_and_all_kinds_of_names_are_found_by_pinyin(typed: str, text: str) -> None:
    assert ask(typed)[0].text == text


@pytest.mark.parametrize("typed", ["elastic", "elasticsea", "elasticsearch"])
def test_a_long_word_is_suggested_whole(typed: str) -> None:
    values = {"word": {"elasticsearch": 7, "elasticsea": 1, "elastic": 9}}
    assert Suggestion(text="elasticsearch", kind="word", count=7) in ask(typed, 10, values)
    assert lexicon(values).latin == values["word"]


def test_what_is_typed_in_full_goes_before_what_goes_on() -> None:
    assert [each.text for each in ask("xian")] == ["西安", "先进"]


def test_a_suggestion_says_what_it_is_and_how_many_articles_have_it() -> None:
    assert ask("新媒") == [Suggestion(text="新媒体", kind="category", count=9)]


def test_one_text_under_several_kinds_is_suggested_once_where_it_counts_most() -> None:
    assert ask("产品", 1) == [Suggestion(text="产品", kind="tag", count=7)]


def test_of_equally_frequent_ones_the_earlier_kind_goes_first() -> None:
    values = {kind: {f"新{number}": 1} for number, kind in reversed(list(enumerate(KINDS)))}
    assert [each.kind for each in ask("新", 10, values)] == list(KINDS)


def test_no_more_are_given_than_wanted() -> None:
    values = {"tag": {f"标签{number}": number for number in range(1, 50)}}
    assert [each.count for each in ask("标", 3, values)] == [49, 48, 47]


def test_names_of_several_parts_are_counted_together() -> None:
    one, other = {"word": {"新闻": 3, "新鲜": 4}}, {"word": {"新闻": 2, "新年": 1}}
    assert [(each.text, each.count) for each in ask("xin", 10, one, other)] == [("新闻", 5), ("新鲜", 4), ("新年", 1)]


def test_names_of_articles_that_are_gone_are_not_suggested() -> None:
    found = suggest(
        "xin",
        8,
        Lexicon([part({"word": {"新闻": 3, "新鲜": 4}})], is_exact=False),
        lambda _, text: text == "新闻",
        lambda *_: [],
    )
    assert [each.text for each in found] == ["新闻"]


def test_an_archive_without_names_suggests_nothing() -> None:
    assert ask("新", 10, {}) == []


@cache
def syllables(text: str) -> list[int]:
    return readings().syllables([text]).tolist()


def begins(key: str, codes: list[int], way: PinyinPattern) -> bool:
    if len(key) < len(way.chars):
        return False
    return all(
        char == place.char
        if place.char
        else code != NO_SYLLABLE and any(low <= code < high for low, high in place.codes)
        for char, code, place in zip(key, codes, way.chars, strict=False)
    )


NAMES = st.lists(
    st.text(st.sampled_from("新心信行长产品a重庆1"), min_size=2, max_size=2 * MAX_KEY_LENGTH), unique=True, max_size=12
)


@settings(max_examples=200)
@given(NAMES, st.text(st.sampled_from("新长xinhagczp'1a"), min_size=1, max_size=6), st.data())
def test_completions_are_those_of_a_look_at_every_name(names: list[str], typed: str, data: st.DataObject) -> None:
    if names and data.draw(st.booleans()):
        typed = data.draw(st.sampled_from(names))[: data.draw(st.integers(1, 2 * MAX_KEY_LENGTH))]
    ways = pinyin_patterns(typed)
    words = {name: number for number, name in enumerate(names, 1)}
    found = lexicon({"word": words}).complete(ways, most=len(names) + 1)
    expected = {name for name in names if any(begins(name, syllables(name), way) for way in ways)}
    assert {each.text for each in found} == expected
    assert [each.count for each in found] == [words[each.text] for each in found]
