"""Typed text is read as patterns of characters and syllables."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchlib.analysis.pinyin_patterns import PinyinPattern, pinyin_patterns, spelled_syllables
from searchlib.analysis.syllables import SYLLABLES, syllable_code


def written(pattern: PinyinPattern) -> str:
    """Return a pattern in letters, a range of syllables as its first one with an asterisk."""
    return " ".join(
        each.char or "/".join(SYLLABLES[low - 1] + ("" if high == low + 1 else "*") for low, high in each.codes)
        for each in pattern.chars
    )


@pytest.mark.parametrize(
    ("typed", "reading"),
    [
        ("yuanyuzhou", "yuan yu zhou"),
        ("yuan yu zhou", "yuan yu zhou"),
        ("yuan'yu'zhou", "yuan yu zhou"),
        ("yuan’yu’zhou", "yuan yu zhou"),
        ("YuanYuZhou", "yuan yu zhou"),
        ("ｙｕａｎｙｕｚｈｏｕ", "yuan yu zhou"),
        ("yuanyuz", "yuan yu za*"),
        ("yyz", "ya* ya* za*"),
        ("yyzh", "ya* ya* zha*"),
        ("元yu", "元 yu*"),
        ("元yz", "元 ya* za*"),
        ("yuan宇宙", "yuan 宇 宙"),
        ("nvren", "nv ren*"),
        ("nüren", "nv ren*"),
        ("aq", "a* qi*"),
        ("ewm", "e* wa* ma*"),
        ("gaj", "ga* a* ji*"),
        ("gajg", "ga* a* ji* ga*"),
        ("luse", "lu/lv se*"),
        ("xian", "xi an*"),
        ("xi'an", "xi an*"),
    ],
)
def test_one_of_the_ways_to_read_typed_text(typed: str, reading: str) -> None:
    assert reading in [written(way) for way in pinyin_patterns(typed)]


@pytest.mark.parametrize(
    ("typed", "readings"),
    [
        ("zhou", ["z h o u", "zhou"]),
        ("zho", ["z h o", "zhong*", "za* ha* o*"]),
        ("zh", ["z h", "zha*", "za* ha*"]),
        ("zhguo", ["z h g u o", "zha* guo", "zha* gu o*"]),
        ("heli", ["h e l i", "he li*"]),
        ("zguo", ["z g u o", "za* guo", "za* gu o*"]),
    ],
)
def test_an_initial_is_no_part_of_a_longer_syllable(typed: str, readings: list[str]) -> None:
    assert [written(way) for way in pinyin_patterns(typed)] == readings


def test_full_syllables_come_before_initials() -> None:
    first, second, *_ = pinyin_patterns("qing")
    assert first.chars[0].char == "q"
    assert written(second) == "qing*" or written(second) == "qing"
    assert pinyin_patterns("qing")[1].abbreviated == 0


@pytest.mark.parametrize("typed", ["", " ", "，。", "\n"])
def test_text_without_characters_has_no_pattern(typed: str) -> None:
    assert pinyin_patterns(typed) == ()


@example(["a"] * 5)
@given(st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=5))
def test_apostrophes_separate_syllables(syllables: list[str]) -> None:
    codes = [syllable_code(syllable) for syllable in syllables]
    assert any(
        len(way.chars) == len(codes)
        and all(
            any(low <= code < high for low, high in char.codes) for code, char in zip(codes, way.chars, strict=True)
        )
        for way in pinyin_patterns("'".join(syllables))
    )


@given(st.text(max_size=60))
def test_any_text_has_few_patterns(typed: str) -> None:
    assert len(pinyin_patterns(typed)) < 20


@pytest.mark.parametrize(
    ("word", "ways"),
    [("nihao", [("ni", "hao")]), ("xian", [("xian",), ("xi", "an")]), ("java", []), ("", [()])],
)
def test_a_word_is_split_into_whole_syllables(word: str, ways: list[tuple[str, ...]]) -> None:
    assert [way for way in spelled_syllables(word) if way in ways] == ways
    assert bool(spelled_syllables(word)) == bool(ways)
