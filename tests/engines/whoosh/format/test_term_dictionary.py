"""Terms are found by their bytes, whatever bytes these are."""

from __future__ import annotations

from bisect import bisect_left
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from searchlib.engines.whoosh.format.arrays import ArrayFile, ArrayWriter
from searchlib.engines.whoosh.format.term_dictionary import TermDictionary, key

# Bytes that keys are filled up with, that mark long terms, and that have no successor.
BYTES = st.lists(st.sampled_from([0, 1, 2, 97, 98, 254, 255]), max_size=12).map(bytes)
TERMS = st.one_of(st.sets(BYTES, max_size=40), st.sets(st.binary(max_size=14), max_size=40)).map(sorted)


@given(TERMS, st.lists(BYTES, max_size=20))
def test_terms_are_found(terms: list[bytes], others: list[bytes]) -> None:
    vocabulary = TermDictionary.of(terms)
    assert len(vocabulary) == len(terms)
    assert vocabulary.terms() == terms
    assert [vocabulary.term(number) for number in range(len(terms))] == terms
    assert vocabulary.keys(0, len(terms)).tolist() == [key(term) for term in terms]
    for each in [*terms, *others]:
        assert vocabulary.lower_bound(each) == bisect_left(terms, each)
        assert vocabulary.find(each) == (terms.index(each) if each in terms else None)
        assert [terms[number] for number in vocabulary.starting_with(each)] == [
            term for term in terms if term.startswith(each)
        ]


@given(TERMS, st.integers(0, 40), st.integers(0, 40))
def test_a_stretch_of_terms(terms: list[bytes], one: int, other: int) -> None:
    first, end = sorted((min(one, len(terms)), min(other, len(terms))))
    vocabulary = TermDictionary.of(terms)
    assert vocabulary.terms(first, end) == terms[first:end]
    numbers, long = vocabulary.long_between(first, end)
    expected = [
        (number, terms[number]) for number in range(first, end) if len(terms[number]) > 8 or terms[number][-1:] == b"\0"
    ]
    assert list(zip(numbers.tolist(), long, strict=True)) == expected


def test_a_vocabulary_comes_back_from_its_file(tmp_path: Path) -> None:
    terms = sorted(
        {b"", b"\0", b"c++", "学习".encode(), "学习学习".encode(), b"elasticsearch", *(b"%05d" % n for n in range(500))}
    )
    with (tmp_path / "file").open("wb") as opened:
        file = ArrayWriter(opened)
        TermDictionary.of(terms).write(file, "body")
        file.close()
    assert TermDictionary.read(ArrayFile(tmp_path / "file"), "body").terms() == terms
