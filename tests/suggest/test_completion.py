"""Typed text is completed with names of the archive."""

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
from searchlib.suggest.lexicon import KINDS, MAX_KEY_LENGTH, LexiconBuilder, with_spellings
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
    """Return a lexicon with one part for each of the arguments."""
    return Lexicon([lexicon_part(values) for values in parts], is_exact=len(parts) == 1)


def lexicon_part(values: Values) -> LexiconPart:
    builder = LexiconBuilder()
    texts: dict[tuple[int, int], str] = {}
    for kind_name, counts in values.items():
        kind = KINDS.index(kind_name)
        for source, (text, count) in enumerate(counts.items()):
            texts[kind, source] = text
            if kind_name in ("category", "tag", "author"):
                builder.add_value(kind, text, count, source)
            elif key := "".join(units(fold(text))):
                builder.add(kind, [key], [count], [source] if kind_name == "title" else [])
    return LexiconPart(builder.build(), lambda kind, source: texts[kind, source])


def ask(typed: str, size: int = 10, *parts: Values) -> list[Suggestion]:
    """Return the suggestions from a lexicon of these parts, or of ``VALUES``."""
    parts = parts or (VALUES,)

    def count_articles(kind: str, text: str) -> int:
        return sum(values.get(kind, {}).get(text, 0) for values in parts)

    def find_titles(text: str, limit: int) -> list[str]:
        key = "".join(units(fold(text)))
        titles = [title for values in parts for title in values.get("title", {}) if key in "".join(units(fold(title)))]
        return titles[:limit] if key else []

    return suggest(typed, size, lexicon(*parts), count_articles, find_titles, str)


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
def test_typed_text_is_completed(typed: str, expected: list[str]) -> None:
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
def test_pinyin_finds_names_of_all_kinds_with_polyphones_and_umlauts(typed: str, text: str) -> None:
    assert ask(typed)[0].text == text


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("inhang", None),
        ("yinghang", "银行"),
        ("congqing", "重庆"),
        ("chongqin", "重庆"),
        ("lvsei", None),
        ("nvse", "绿色"),
        ("nvrenn", None),
        ("xinchanpinn", None),
        ("xinchanping", "新产品"),
        ("yuanyuzou", "元宇宙"),
        ("yuanyuzo", "元宇宙"),
        ("银hang", "银行"),
        ("银hann", None),
    ],
)
def test_pinyin_with_confused_sounds_completes_what_nothing_else_does(typed: str, text: str | None) -> None:
    assert [each.text for each in ask(typed)][:1] == ([text] if text else [])


def test_a_name_with_the_typed_sounds_precedes_one_with_confused_sounds() -> None:
    values = {"word": {"司机": 1, "世纪": 90}}
    assert [each.text for each in ask("siji", 8, values)] == ["司机", "世纪"]
    assert [each.text for each in ask("siji", 1, values)] == ["司机"]


@pytest.mark.parametrize("typed", ["elastic", "elasticsea", "elasticsearch"])
def test_a_long_word_is_suggested_whole(typed: str) -> None:
    values = {"word": {"elasticsearch": 7, "elasticsea": 1, "elastic": 9}}
    assert Suggestion(text="elasticsearch", kind="word", count=7) in ask(typed, 10, values)
    assert lexicon(values).latin == values["word"]


def test_a_name_that_is_typed_in_full_precedes_longer_ones() -> None:
    assert [each.text for each in ask("xian")] == ["西安", "先进"]


def test_a_suggestion_has_its_kind_and_number_of_articles() -> None:
    assert ask("新媒") == [Suggestion(text="新媒体", kind="category", count=9)]


def test_a_text_of_several_kinds_is_suggested_once_as_the_most_frequent() -> None:
    assert ask("产品", 1) == [Suggestion(text="产品", kind="tag", count=7)]


def test_equally_frequent_names_are_in_the_order_of_their_kinds() -> None:
    values = {kind: {f"新{number}": 1} for number, kind in reversed(list(enumerate(KINDS)))}
    assert [each.kind for each in ask("新", 10, values)] == list(KINDS)


def test_there_are_at_most_size_suggestions() -> None:
    values = {"tag": {f"标签{number}": number for number in range(1, 50)}}
    assert [each.count for each in ask("标", 3, values)] == [49, 48, 47]


def test_the_counts_of_several_parts_are_added() -> None:
    one, other = {"word": {"新闻": 3, "新鲜": 4}}, {"word": {"新闻": 2, "新年": 1}}
    assert [(each.text, each.count) for each in ask("xin", 10, one, other)] == [("新闻", 5), ("新鲜", 4), ("新年", 1)]


def test_names_of_deleted_articles_are_not_suggested() -> None:
    found = suggest(
        "xin",
        8,
        Lexicon([lexicon_part({"word": {"新闻": 3, "新鲜": 4}})], is_exact=False),
        lambda _, text: text == "新闻",
        lambda *_: [],
        str,
    )
    assert [each.text for each in found] == ["新闻"]


def test_an_empty_lexicon_has_no_suggestions() -> None:
    assert ask("新", 10, {}) == []


@cache
def syllables(text: str) -> list[int]:
    return readings().syllables([text]).tolist()


def matches(key: str, codes: list[int], pattern: PinyinPattern) -> bool:
    """Return whether the beginning of the key matches the pattern."""
    if len(key) < len(pattern.chars):
        return False
    return all(
        char == expected.char
        if expected.char
        else code != NO_SYLLABLE and any(low <= code < high for low, high in expected.codes)
        for char, code, expected in zip(key, codes, pattern.chars, strict=False)
    )


NAMES = st.lists(
    st.text(st.sampled_from("新心信行长产品a重庆1"), min_size=2, max_size=2 * MAX_KEY_LENGTH), unique=True, max_size=12
)


@settings(max_examples=200)
@given(NAMES, st.text(st.sampled_from("新长xinhagczp'1a"), min_size=1, max_size=6), st.data())
def test_completions_are_those_of_a_plain_loop_over_all_names(
    names: list[str], typed: str, data: st.DataObject
) -> None:
    if names and data.draw(st.booleans()):
        typed = data.draw(st.sampled_from(names))[: data.draw(st.integers(1, 2 * MAX_KEY_LENGTH))]
    patterns = pinyin_patterns(typed)
    words = {name: number for number, name in enumerate(names, 1)}
    found = lexicon({"word": words}).complete(patterns, limit=len(names) + 1)
    expected = {name for name in names if any(matches(name, syllables(name), pattern) for pattern in patterns)}
    assert {each.text for each in found} == expected
    assert [each.count for each in found] == [words[each.text] for each in found]


NAMES_AND_READINGS: Values = {
    "category": {"R会议": 3},
    "word": {"java": 40, "javascript": 30, "骄傲": 50, "jadx": 1, "仍会": 90, "c++": 9, "江岸": 45},
}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ja", ["java", "javascript", "骄傲", "江岸"]),
        ("R会", ["R会议", "仍会"]),
        ("c++", ["c++"]),
    ],
)
def test_names_that_begin_as_typed_precede_readings_unless_they_are_rare(typed: str, expected: list[str]) -> None:
    assert [each.text for each in ask(typed, 10, NAMES_AND_READINGS)][: len(expected)] == expected


def test_an_author_of_few_articles_precedes_no_frequent_reading() -> None:
    values = {"author": {"bzter": 1}, "word": {"帮助": 9000}}
    assert [each.text for each in ask("bz", 8, values)] == ["帮助", "bzter"]
    assert [each.text for each in ask("bzt", 8, values)] == ["bzter"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("zhou", ["周期"]),
        ("zho", ["周期"]),
        ("zhong", []),
        ("zh", ["最后", "周期"]),
        ("zhouq", ["周期"]),
        ("zuih", ["最后"]),
    ],
)
def test_a_syllable_is_not_read_as_an_initial_and_another_syllable(typed: str, expected: list[str]) -> None:
    values = {"word": {"最后": 90, "周期": 5}}
    assert [each.text for each in ask(typed, 8, values)] == expected


def test_few_names_that_begin_as_typed_precede_the_readings() -> None:
    values = {"word": {**{f"sw{letter}t": 9 for letter in "abcdefgh"}, "上午": 9, "死亡": 9}}
    found = [each.text for each in ask("sw", 8, values)]
    assert found[:5] == ["swat", "swbt", "swct", "上午", "死亡"]


def test_frequent_readings_precede_rare_ones_of_the_same_length() -> None:
    values = {"word": {"元月": 5, "元元": 4}, "phrase": {"元宇宙": 118}}
    assert [each.text for each in ask("元yu", 8, values)] == ["元宇宙", "元月", "元元"]


def test_a_phrase_with_a_latin_word_is_suggested_as_it_is_written() -> None:
    values = {"word": {"ip": 3}, "phrase": {"a股": 4, "ip地址": 2, "卡拉ok": 1}}
    names = [*values["word"], *values["phrase"]]
    part = lexicon_part(values)
    spelled = LexiconPart(with_spellings(part.arrays, names, {"ip": "IP", "ok": "OK"}), lambda *_: "")

    def counted(kind: str, text: str) -> int:
        return values[kind].get(text, 0)

    for typed, name in (("a", "A股"), ("A股", "A股"), ("ip地", "IP地址"), ("kala", "卡拉OK"), ("ip dizhi", "IP地址")):
        found = suggest(typed, 8, Lexicon([spelled], is_exact=False), counted, lambda *_: [], str)
        assert name in [each.text for each in found], typed


def test_a_word_is_suggested_as_it_is_written() -> None:
    values = {"word": {"java": 3, "iphone": 5}, "tag": {"Java": 1}}
    part = lexicon_part(values)
    spelled = with_spellings(part.arrays, values["word"], {"java": "Java", "iphone": "iPhone"})
    one = Lexicon([LexiconPart(spelled, lambda *_: "Java")], is_exact=True)
    other = Lexicon([*one.parts, lexicon_part({"word": {"iphone": 4}})], is_exact=True)
    assert [(each.text, each.count) for each in one.complete(pinyin_patterns("java"), limit=9)] == [("Java", 3)]
    assert [(each.text, each.count) for each in other.complete(pinyin_patterns("ip"), limit=9)] == [("iPhone", 9)]
    assert one.latin == values["word"]
