"""Index terms: different texts have different terms."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from searchlib.analysis.fold import fold
from searchlib.analysis.terms import MAX_TERM_LENGTH, bigram_of_terms, bigram_term, term
from searchlib.analysis.tokens import words
from searchlib.analysis.units import units

LONG = "a" * MAX_TERM_LENGTH


def test_a_short_text_is_its_own_term() -> None:
    assert term("学") == "学"
    assert term(LONG) == LONG


def test_a_long_text_ends_in_a_digest() -> None:
    assert term(LONG + "b").startswith(LONG)
    assert len(term(LONG * 1000)) == len(term(LONG + "b")) < 100


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((LONG + "b", "c"), (LONG + "c", "c")),
        (("c", LONG + "b"), ("c", LONG + "c")),
        (("ab", "c"), ("a", "bc")),
        ((LONG, "b"), (LONG + "b", "b")),
        ((LONG + "b", "b"), (LONG, "b")),
    ],
)
def test_similar_pairs_have_different_terms(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert bigram_term(*one) != bigram_term(*other)


def test_a_bigram_can_be_made_of_terms() -> None:
    assert bigram_of_terms(term("学"), term(LONG + "b")) == bigram_term("学", LONG + "b")


UNIT = (
    st.one_of(
        st.text(st.characters(exclude_categories=["P", "S", "Z"])),
        st.text(st.sampled_from("abc1学+#"), min_size=1, max_size=6),
        st.integers(MAX_TERM_LENGTH - 2, MAX_TERM_LENGTH + 40).map(lambda length: "ab" * length),
        st.tuples(st.integers(MAX_TERM_LENGTH - 1, MAX_TERM_LENGTH + 3), st.sampled_from("abc")).map(
            lambda each: "a" * each[0] + each[1]
        ),
    )
    .map(lambda text: units(fold(text)))
    .filter(bool)
    .map(max)
)


@settings(max_examples=200)
@given(st.lists(UNIT, min_size=2, max_size=8, unique=True))
def test_different_units_and_pairs_have_different_terms(some: list[str]) -> None:
    assert len({term(unit) for unit in some}) == len(some)
    pairs = [(one, other) for one in some for other in some]
    assert len({bigram_term(*pair) for pair in pairs}) == len(pairs)


@settings(max_examples=200)
@given(UNIT, UNIT)
def test_a_term_has_no_white_space_and_is_not_too_long(one: str, other: str) -> None:
    for made in (term(one), bigram_term(one, other)):
        assert not any(char.isspace() for char in made)
        assert 1 <= len(made) < 200


@settings(max_examples=100)
@given(st.text(st.characters()), st.text(st.characters()))
def test_different_words_have_different_terms(one: str, other: str) -> None:
    found = {word.text for word in words(fold(f"{one} {other} {LONG}_{one}"), parts=True)}
    assume(found)
    assert len({term(word) for word in found}) == len(found)
    assert not any(char.isspace() for word in found for char in term(word))


@settings(max_examples=300)
@given(st.lists(st.tuples(*[st.text("ab1#+学习", min_size=1, max_size=70)] * 2), max_size=12))
def test_bigrams_are_in_the_order_of_their_units(pairs: list[tuple[str, str]]) -> None:
    as_units = [(one, other) for one, other in pairs if units(one) == [one] and units(other) == [other]]
    in_order = sorted(as_units, key=lambda pair: (term(pair[0]).encode(), term(pair[1]).encode()))
    assert sorted(as_units, key=lambda pair: bigram_term(*pair).encode()) == in_order
