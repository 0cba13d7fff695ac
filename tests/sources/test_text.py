"""Clean text, and join the lines of a block."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchlib.sources.text import clean, join_lines

LINE_ENDS = "\n\r\v\f\x85\u2028\u2029"


INVISIBLE = "\xad\u200b\u200e\u200f\ufeff" + "".join(
    map(chr, (*range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE0E), *range(0xE0100, 0xE01F0)))
)
JOINERS = "\u200c\u200d\ufe0e\ufe0f"


def cleaned(text: str) -> str:
    """Clean a text without joiners character by character."""
    ends = "".join("\n" if character in LINE_ENDS else character for character in text.replace("\r\n", "\n"))
    visible = (each for each in ends if each not in INVISIBLE)
    return "".join(each for each in visible if each in "\n\t" or unicodedata.category(each) not in ("Cc", "Cs"))


@given(
    st.text(
        st.one_of(
            st.characters(exclude_characters=JOINERS),
            st.sampled_from(LINE_ENDS + "\t\0\x7f\x80\x9f\xa0\xad\u200b\ufeff\ud800\udfff汉a"),
        )
    )
)
def test_clean_handles_every_text_like_a_loop_over_its_characters(text: str) -> None:
    assert clean(text) == cleaned(text)


@pytest.mark.slow
def test_clean_handles_every_character() -> None:
    assert [code for code in range(0x110000) if clean(chr(code)) != cleaned(chr(code))] == []


@pytest.mark.parametrize(
    ("text", "visible"),
    [
        ("搜\u200b索引\u200d擎", "搜索引擎"),
        ("soft\xadhyphen in\u2060visible", "softhyphen invisible"),
        ("葛\U000e0100城 葛\ufe00城 a\u200cb 1\ufe0f", "葛城 葛城 ab 1"),
        ("👨\u200d👩\u200d👧 ❤\ufe0f", "👨\u200d👩\u200d👧 ❤\ufe0f"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_invisible_characters_do_not_split_words(text: str, visible: str) -> None:
    assert clean(text) == visible


@pytest.mark.parametrize(
    ("block", "line"),
    [
        ("汉\n字", "汉字"),
        ("汉 \n  字", "汉字"),
        ("a\nb", "a b"),
        ("汉\nb", "汉 b"),
        (" a \u3000 b\n", "a b"),
        ("", ""),
    ],
)
def test_a_block_becomes_one_line(block: str, line: str) -> None:
    assert join_lines(block) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("汉字\n汉字", "汉字汉字"),
        ("汉字，\n  汉字", "汉字，汉字"),
        ("汉字\nword", "汉字 word"),
        ("word\nword", "word word"),
        ("  a \t b　c ", "a b c"),
        ("汉 字", "汉 字"),
    ],
)
def test_only_a_line_break_between_two_han_characters_is_removed(text: str, line: str) -> None:
    assert join_lines(text) == line


def test_lone_surrogates_are_removed_like_control_characters() -> None:
    assert clean("a\ud800\x00b\r\nc") == "ab\nc"
