"""Characters of similar shape are lookalikes of each other."""

from __future__ import annotations

import pytest

from searchlib.analysis.fold import simplify
from searchlib.analysis.units import is_han
from searchlib.suggest.lookalikes import LOOKALIKE_GROUPS, lookalikes

CHARACTERS = sorted(set("".join(LOOKALIKE_GROUPS.split())))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        "己已",
        "末未",
        "戊戌",
        "日曰",
        "人入",
        "土士",
        "历厉",
        "像象",
        "在再",
        "侍待",
        "竟境",
        "固困",
        "泄曳",
        "疑拟",
        "声馨",
        "办辨",
        "坏壤",
        "队隧",
    ],
)
def test_common_pairs_are_lookalikes(one: str, other: str) -> None:
    assert other in lookalikes(one)
    assert one in lookalikes(other)


def test_the_table_is_symmetric_and_no_character_is_its_own_lookalike() -> None:
    for char in CHARACTERS:
        assert char not in lookalikes(char)
        assert all(char in lookalikes(other) for other in lookalikes(char))


def test_the_table_has_folded_han_characters() -> None:
    assert all(is_han(char) and simplify(char) == char for char in CHARACTERS)


def test_other_characters_have_no_lookalikes() -> None:
    assert lookalikes("a") == ""
    assert lookalikes("𠮷") == ""
