"""Typos in Han characters have costs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchlib.analysis.pinyin import readings
from searchlib.analysis.syllables import NO_SYLLABLE, SYLLABLES, split_syllable
from searchlib.suggest import typo_costs
from searchlib.suggest.lookalikes import lookalikes
from tests.suggest.fake_statistics import FakeStatistics


@pytest.mark.parametrize(
    ("typed", "meant", "cost"),
    [
        ("应", "应", 0.0),
        ("因", "音", typo_costs.SAME_SOUND),
        ("因", "应", typo_costs.SIMILAR_SOUND),
        ("资", "支", typo_costs.SIMILAR_SOUND),
        ("那", "拉", typo_costs.SIMILAR_SOUND),
        ("飞", "国", typo_costs.ANY_CHARACTER),
        ("因", "国", typo_costs.ANY_CHARACTER),
    ],
)
def test_a_character_has_the_cost_of_its_sound(typed: str, meant: str, cost: float) -> None:
    typed_as, meant_as = readings().syllables([typed, meant]).tolist()
    assert (0.0 if typed == meant else typo_costs.sound_costs(typed_as)[meant_as]) == pytest.approx(cost)


def substitution_cost(typed: str, word: str) -> float:
    """Return the sum of the costs of each character by itself."""
    total = -typo_costs.FURTHER_CHARACTER
    for one, other, code, meant in zip(
        typed, word, readings().syllables(list(typed)).tolist(), readings().syllables([word]).tolist(), strict=True
    ):
        if one == other:
            continue
        cost = float(typo_costs.sound_costs(code)[meant])
        if other in lookalikes(one):
            cost = min(cost - typo_costs.SHAPE_DISCOUNT, typo_costs.SIMILAR_SHAPE)
        total += cost + typo_costs.FURTHER_CHARACTER
    return total


RUN = st.text(st.sampled_from("己已巳末未侍待时竟境镜问题提应该因"), min_size=2, max_size=4)


@settings(max_examples=200)
@given(st.lists(RUN, unique=True, max_size=8), RUN)
def test_the_cost_of_substitutions_is_the_sum_of_those_of_the_characters(names: list[str], typed: str) -> None:
    lexicon = FakeStatistics(dict.fromkeys(names, 5)).lexicon()
    for words in lexicon.words(len(typed)):
        costs = typo_costs.substitution_costs(words, typed, lexicon)
        for number, cost in enumerate(costs.tolist()):
            assert cost == pytest.approx(substitution_cost(typed, words.text(number)), abs=1e-4)


@settings(max_examples=200)
@given(st.lists(RUN, unique=True, max_size=8), RUN)
def test_a_word_with_one_more_character_lacks_it_in_the_typed_text(names: list[str], typed: str) -> None:
    for words in FakeStatistics(dict.fromkeys(names, 5)).lexicon().words(len(typed) + 1):
        for number, cost in enumerate(typo_costs.deletion_costs(words, typed).tolist()):
            word = words.text(number)
            is_deletion = typed in {word[:at] + word[at + 1 :] for at in range(len(word))}
            assert cost == (typo_costs.MISSING if is_deletion else float("inf"))


def test_similar_sounds_are_similar_both_ways() -> None:
    for code in range(1, 413):
        costs = typo_costs.sound_costs(code)
        assert costs[code] == typo_costs.SAME_SOUND
        for other in range(1, 413):
            assert typo_costs.sound_costs(other)[code] == costs[other], (
                split_syllable(code),
                split_syllable(other),
            )
    assert set(typo_costs.sound_costs(NO_SYLLABLE).tolist()) == {typo_costs.ANY_CHARACTER}


def test_sounds_cost_what_their_initials_and_finals_say() -> None:
    def cost(typed: int, meant: int) -> float:
        one, other = split_syllable(typed), split_syllable(meant)
        pairs = (typo_costs._SIMILAR_INITIALS, typo_costs._SIMILAR_FINALS)
        similar = [frozenset(sounds) in each for *sounds, each in zip(one, other, pairs, strict=True)]
        if typed == meant:
            return typo_costs.SAME_SOUND
        if not all(is_similar or a == b for is_similar, a, b in zip(similar, one, other, strict=True)):
            return typo_costs.ANY_CHARACTER
        return typo_costs.SIMILAR_SOUND + all(similar) * (typo_costs.SIMILAR_SOUND - typo_costs.SAME_SOUND)

    codes = range(1, len(SYLLABLES) + 1)
    for typed in codes[::7]:
        assert typo_costs.sound_costs(typed)[1:].tolist() == [cost(typed, meant) for meant in codes]
    assert set(typo_costs.sound_costs(NO_SYLLABLE).tolist()) == {typo_costs.ANY_CHARACTER}
