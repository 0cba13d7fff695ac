"""The gap of two words is the smallest number of units between them in either order, and wider gaps score less."""

from __future__ import annotations

import random

import numpy as np
import pytest

from searchlib.engines.common.scoring import (
    HALF_SCORE_GAP,
    LEAD_UNITS,
    MAX_GAP,
    NO_GAP,
    lead_scores,
    proximity_scores,
    title_words_scores,
    word_gaps,
)
from searchlib.query.plan import PhraseClause, RankingTerm, TitleWords

STRIDE = 1000


def gaps_of(articles: list[tuple[list[int], list[int]]], lengths: tuple[int, int]) -> list[int]:
    """Return the gaps of two words, given their positions in each article."""
    first = [at * STRIDE + position for at, (positions, _) in enumerate(articles) for position in positions]
    second = [at * STRIDE + position for at, (_, positions) in enumerate(articles) for position in positions]
    owners = [at for at, (_, positions) in enumerate(articles) for _ in positions]
    starts = np.arange(len(articles)) * STRIDE
    firsts, seconds, first_owners = (np.array(each, np.int64) for each in (first, second, owners))
    return word_gaps(firsts, seconds, first_owners, starts, starts + STRIDE, lengths).tolist()


@pytest.mark.parametrize(
    ("first", "second", "lengths", "gap"),
    [
        ([0], [2], (2, 2), 0),  # neighbors
        ([0], [5], (2, 3), 3),
        ([5], [0], (2, 3), 2),  # the other order: the length of the other word counts
        ([0], [1], (3, 3), 0),  # words that overlap
        ([0, 40], [10, 38], (2, 2), 0),  # the closest of several
        ([], [3], (2, 2), NO_GAP),
        ([3], [], (2, 2), NO_GAP),
    ],
)
def test_the_gap_counts_the_units_between_two_words(
    first: list[int], second: list[int], lengths: tuple[int, int], gap: int
) -> None:
    assert gaps_of([(first, second)], lengths) == [gap]


def test_words_in_different_articles_have_no_gap() -> None:
    assert gaps_of([([999], []), ([], [0]), ([4], [9])], (2, 2)) == [NO_GAP, NO_GAP, 3]


def test_gaps_are_those_of_comparing_all_occurrences() -> None:
    chance = random.Random(5)
    for _ in range(200):
        lengths = chance.randint(2, 4), chance.randint(2, 4)
        articles = [
            (
                sorted(chance.sample(range(200), chance.randrange(6))),
                sorted(chance.sample(range(200), chance.randrange(6))),
            )
            for _ in range(chance.randint(1, 5))
        ]
        expected = [
            min(
                (max(two - one - lengths[0] if one <= two else one - two - lengths[1], 0) for one in a for two in b),
                default=NO_GAP,
            )
            for a, b in articles
        ]
        assert gaps_of(articles, lengths) == expected


def test_the_score_falls_with_the_gap_and_ends_at_the_longest() -> None:
    gaps = np.array([0, HALF_SCORE_GAP, MAX_GAP - 1, MAX_GAP, NO_GAP], np.int64)
    scores = proximity_scores(gaps, 3.0).tolist()
    assert scores[:2] == [3.0, 1.5]
    assert scores[1] > scores[2] > scores[3] == scores[4] == 0.0


def test_a_word_at_the_beginning_scores_most_and_one_behind_the_lead_nothing() -> None:
    offsets = np.array([0, LEAD_UNITS // 2, LEAD_UNITS, NO_GAP])
    assert lead_scores(offsets, 2.0).tolist() == [2.0, 1.0, 0.0, 0.0]


def test_a_title_of_no_other_words_scores_most() -> None:
    phrases = tuple((PhraseClause(units, ("title",)),) for units in (("学", "习"), ("产", "业")))
    words = TitleWords(phrases, tuple(RankingTerm("words", word) for word in ("学习", "产业")))
    scores = title_words_scores(words, np.array([3, 4, 8, 10**9]), 6.0)
    assert scores.tolist() == pytest.approx([6.0, 6.0, 3.5, 1.0])
