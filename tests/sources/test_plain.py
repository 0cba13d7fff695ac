"""Plain text to blocks, and the joining of lines."""

from __future__ import annotations

import pytest

from searchlib.sources.lines import clean, join
from searchlib.sources.plain import plain_lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("一段\n接着写\n\n二段", ["一段接着写", "二段"]),
        ("　　一段\n接着写\n　　二段", ["一段接着写", "二段"]),
        ("    one\ngoes on\n\ttwo", ["one goes on", "two"]),
        ("一\n   \n\n二\n", ["一", "二"]),
        ("", []),
    ],
)
def test_blank_lines_end_and_indents_begin_a_block(text: str, lines: list[str]) -> None:
    assert plain_lines(text) == lines


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
def test_only_a_break_between_two_han_characters_vanishes(text: str, line: str) -> None:
    assert join(text) == line


def test_lone_surrogates_go_with_the_control_characters() -> None:
    assert clean("a\ud800\x00b\r\nc") == "ab\nc"
