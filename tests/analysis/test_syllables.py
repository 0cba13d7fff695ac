"""The syllables of Mandarin and their codes."""

from __future__ import annotations

import pytest

from searchlib.analysis.syllables import SYLLABLES, confused_syllables, split_syllable, syllable_code


def test_syllables_are_sorted_and_their_codes_count_from_one() -> None:
    assert list(SYLLABLES) == sorted(set(SYLLABLES))
    assert [syllable_code(syllable) for syllable in SYLLABLES] == list(range(1, len(SYLLABLES) + 1))
    assert syllable_code("nü") == syllable_code("nv")
    assert syllable_code("xyz") == 0


@pytest.mark.parametrize("syllable", SYLLABLES)
def test_a_syllable_is_its_initial_and_its_final(syllable: str) -> None:
    assert "".join(split_syllable(syllable_code(syllable))) == syllable


@pytest.mark.parametrize(
    ("syllable", "confused"),
    [
        ("zong", "zong zhong"),
        ("shan", "shan shang san sang"),
        ("ling", "ling lin ning nin"),
        ("ma", "ma"),
        ("er", "er"),
    ],
)
def test_these_syllables_are_confused(syllable: str, confused: str) -> None:
    codes = confused_syllables(syllable_code(syllable))
    assert codes[0] == syllable_code(syllable)
    assert {SYLLABLES[code - 1] for code in codes} == set(confused.split())
