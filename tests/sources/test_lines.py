"""Cleaning and joining lines."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchlib.sources.lines import clean, join

LINE_ENDS = "\n\r\v\f\x85\u2028\u2029"


def cleaned(text: str) -> str:
    """The slow, obvious way: one character after the other."""
    ends = "".join("\n" if character in LINE_ENDS else character for character in text.replace("\r\n", "\n"))
    return "".join(each for each in ends if each in "\n\t" or unicodedata.category(each) not in ("Cc", "Cs"))


@given(st.text(st.one_of(st.characters(), st.sampled_from(LINE_ENDS + "\t\0\x7f\x80\x9f\xa0\ud800\udfff汉a"))))
def test_clean_equals_a_walk_over_the_characters(text: str) -> None:
    assert clean(text) == cleaned(text)


def test_clean_knows_every_character() -> None:
    assert [code for code in range(0x110000) if clean(chr(code)) != cleaned(chr(code))] == []


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
    assert join(block) == line
