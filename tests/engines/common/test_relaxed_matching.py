"""An article that matches half of a few words, or a share of the weight of many, matches most of a query."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from searchlib.engines.common.relaxed_matching import RELAXED_MATCHING, RelaxedMatching, is_taken_apart, word_weight
from searchlib.query.plan import AllOf, AnyOf, Clause, Excluding, FirstMatching, Plan, WordClause

WHOLE, PARTS = WordClause("元宇宙"), AllOf((WordClause("元"), WordClause("宇宙")))
WORD = FirstMatching((WHOLE, PARTS))


@pytest.mark.parametrize(("words", "minimum"), [(1, 1), (2, 1), (3, 2), (4, None), (30, None)])
def test_half_of_a_few_words_must_match(words: int, minimum: int | None) -> None:
    assert RELAXED_MATCHING.minimum_should_match(words) == minimum


def test_the_number_of_words_that_are_counted_can_be_set() -> None:
    assert RelaxedMatching(max_counted_words=4).minimum_should_match(4) == 2


def test_a_rare_word_weighs_more_and_an_unknown_one_nothing() -> None:
    assert word_weight(100, 1) == math.log(101)
    assert word_weight(100, 1) > word_weight(100, 50) > word_weight(100, 100) > word_weight(100, 0) == 0.0


def choosing(clause: Clause | None) -> Callable[[FirstMatching], Clause | None]:
    return lambda _: clause


@pytest.mark.parametrize(
    ("chosen", "is_apart"),
    [(WHOLE, False), (PARTS, True), (None, False)],
    ids=["as typed", "in parts", "nowhere"],
)
@pytest.mark.parametrize(
    "plan",
    [
        Plan(words=(WORD,)),
        Plan(words=(WHOLE, WORD)),
        Plan(required=AllOf((WHOLE, AnyOf((WHOLE, WORD))))),
    ],
)
def test_a_word_that_no_article_contains_as_typed_is_taken_apart(
    plan: Plan, chosen: Clause | None, is_apart: bool
) -> None:
    assert is_taken_apart(plan, choosing(chosen)) is is_apart


def test_words_that_are_excluded_do_not_count() -> None:
    assert not is_taken_apart(Plan(required=Excluding(WORD)), choosing(PARTS))
    assert not is_taken_apart(Plan(words=(WHOLE,)), choosing(PARTS))
