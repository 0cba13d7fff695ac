"""Characters that look alike are known as such, both ways."""

from __future__ import annotations

import pytest

from searchlib.analysis.fold import fold
from searchlib.analysis.units import is_han
from searchlib.suggest.lookalikes import _GROUPS, lookalikes

CHARACTERS = sorted(set("".join(_GROUPS.split())))


@pytest.mark.parametrize(
    ("one", "other"), ["己已", "末未", "戊戌", "日曰", "人入", "土士", "历厉", "像象", "在再", "侍待", "竟境"]
)
def test_well_known_pairs_are_there(one: str, other: str) -> None:
    assert other in lookalikes(one)
    assert one in lookalikes(other)


def test_to_look_alike_goes_both_ways_and_nothing_is_like_itself() -> None:
    for char in CHARACTERS:
        assert char not in lookalikes(char)
        assert all(char in lookalikes(other) for other in lookalikes(char))


def test_the_table_is_in_folded_characters() -> None:
    assert all(is_han(char) and fold(char) == char for char in CHARACTERS)


def test_other_characters_have_none() -> None:
    assert lookalikes("a") == ""
    assert lookalikes("𠮷") == ""
