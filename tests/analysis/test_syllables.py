"""Typed letters are read as syllables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchlib.analysis.syllables import SYLLABLES, PinyinPattern, pinyin_patterns, split_syllable, syllable_code


def shown(pattern: PinyinPattern) -> str:
    """A pattern in letters: a stretch of syllables as its first one with an asterisk."""
    return " ".join(
        place.char or "/".join(SYLLABLES[low - 1] + ("" if high == low + 1 else "*") for low, high in place.codes)
        for place in pattern.chars
    )


def test_syllables_are_sorted_and_coded_by_their_places() -> None:
    assert list(SYLLABLES) == sorted(set(SYLLABLES))
    assert [syllable_code(syllable) for syllable in SYLLABLES] == list(range(1, len(SYLLABLES) + 1))
    assert syllable_code("nü") == syllable_code("nv")
    assert syllable_code("xyz") == 0


@pytest.mark.parametrize("syllable", SYLLABLES)
def test_a_syllable_is_its_initial_and_its_final(syllable: str) -> None:
    assert "".join(split_syllable(syllable_code(syllable))) == syllable


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
        ("luse", "lu/lv se*"),
        ("xian", "xi an*"),
        ("xi'an", "xi an*"),
    ],
)
def test_one_of_the_ways_to_read_typed_text(typed: str, reading: str) -> None:
    assert reading in [shown(way) for way in pinyin_patterns(typed)]


def test_what_was_typed_in_full_goes_before_initials() -> None:
    first, second, *_ = pinyin_patterns("qing")
    assert first.chars[0].char == "q"
    assert shown(second) == "qing*" or shown(second) == "qing"
    assert pinyin_patterns("qing")[1].abbreviated == 0


@pytest.mark.parametrize("typed", ["", " ", "，。", "\n"])
def test_text_without_characters_has_no_pattern(typed: str) -> None:
    assert pinyin_patterns(typed) == ()


@given(st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=5))
def test_the_syllables_of_a_name_are_read_with_apostrophes(syllables: list[str]) -> None:
    wanted = [syllable_code(syllable) for syllable in syllables]
    assert any(
        len(way.chars) == len(wanted)
        and all(
            any(low <= each < high for low, high in place.codes) for each, place in zip(wanted, way.chars, strict=True)
        )
        for way in pinyin_patterns("'".join(syllables))
    )


@given(st.text(max_size=60))
def test_any_text_can_be_typed(typed: str) -> None:
    assert len(pinyin_patterns(typed)) < 20
