"""Read plain text."""

from __future__ import annotations

import pytest

from searchlib.sources.readers.plain import read_plain


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("一段\n接着写\n\n二段", ["一段接着写", "二段"]),
        ("　　一段\n接着写\n　　二段", ["一段接着写", "二段"]),
        ("    one\ngoes on\n\ttwo", ["one goes on", "two"]),
        ("一\n   \n\n二\n", ["一", "二"]),
        ("", []),
    ],
)
def test_blank_lines_and_indents_separate_blocks(text: str, blocks: list[str]) -> None:
    assert read_plain(text).blocks == blocks
