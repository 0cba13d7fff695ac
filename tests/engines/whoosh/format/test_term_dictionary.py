"""A term dictionary finds any bytes, and keeps terms in order."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from searchlib.engines.whoosh.format.arrays import ArrayFile, array_writer
from searchlib.engines.whoosh.format.term_dictionary import (
    KEY,
    TermDictionary,
    key,
    lines_containing,
    suffix_order,
    take_suffixes,
)

# Bytes that pad keys, that mark stored suffixes, and that have no successor.
BYTES = st.lists(st.sampled_from([0, 1, 2, 97, 98, 254, 255]), max_size=12).map(bytes)
TERMS = st.one_of(st.sets(BYTES, max_size=40), st.sets(st.binary(max_size=14), max_size=40)).map(sorted)

# Terms with the same key: their suffixes start with any byte, and have any length. Shorter terms differ in their NULs.
SUFFIXES = st.lists(st.sampled_from([0, 1, 2, 97, 254, 255]), max_size=11).map(bytes)
TERMS_OF_ONE_KEY = st.sets(
    st.one_of(SUFFIXES.map(lambda suffix: b"\0" * KEY + suffix), st.integers(0, KEY).map(lambda n: b"\0" * n))
).map(sorted)


@given(TERMS, st.lists(BYTES, max_size=20))
def test_terms_are_found(terms: list[bytes], others: list[bytes]) -> None:
    dictionary = TermDictionary.of(terms)
    assert len(dictionary) == len(terms)
    assert dictionary.terms() == terms
    assert [dictionary.term(number) for number in range(len(terms))] == terms
    assert dictionary.keys(0, len(terms)).tolist() == [key(term) for term in terms]
    numbers = dict(zip(terms, range(len(terms)), strict=True))
    both = [*terms, *others]
    assert dictionary.find_all(both).tolist() == [numbers.get(each, -1) for each in both]
    for each in both:
        assert dictionary.lower_bound(each) == bisect_left(terms, each)
        assert dictionary.find(each) == (terms.index(each) if each in terms else None)
        assert [terms[number] for number in dictionary.starting_with(each)] == [
            term for term in terms if term.startswith(each)
        ]


@given(TERMS, st.integers(0, 40), st.integers(0, 40))
def test_a_slice_of_the_terms_is_read(terms: list[bytes], one: int, other: int) -> None:
    first, end = sorted((min(one, len(terms)), min(other, len(terms))))
    dictionary = TermDictionary.of(terms)
    assert dictionary.terms(first, end) == terms[first:end]
    numbers, long = dictionary.terms_with_suffix(first, end)
    expected = [
        (number, terms[number]) for number in range(first, end) if len(terms[number]) > 8 or terms[number][-1:] == b"\0"
    ]
    assert list(zip(numbers.tolist(), long, strict=True)) == expected


@given(st.one_of(TERMS, TERMS_OF_ONE_KEY), st.data())
def test_terms_that_do_not_ascend_are_noticed(terms: list[bytes], data: st.DataObject) -> None:
    assert TermDictionary.of(terms).ascends(0, len(terms))
    if len(terms) > 1:
        at = data.draw(st.integers(0, len(terms) - 2))
        swapped = [*terms[:at], terms[at + 1], terms[at], *terms[at + 2 :]]
        repeated = [*terms[: at + 1], terms[at], *terms[at + 2 :]]
        for others in (swapped, repeated):
            dictionary = TermDictionary.of(others)
            assert not dictionary.ascends(0, len(others))
            assert not dictionary.ascends(at, at + 2)


def test_a_short_term_that_ends_before_its_key_is_noticed() -> None:
    sound = TermDictionary.of([b"a\0", b"b\0\0"])
    suffixes = np.asarray(sound.suffixes).copy()
    suffixes[-1] = 0
    assert sound.ascends(0, 2)
    assert not replace(sound, suffixes=suffixes).ascends(0, 2)


@given(TERMS, st.lists(st.integers(0, 40), max_size=4))
def test_parts_of_a_dictionary_are_concatenated(terms: list[bytes], cuts: list[int]) -> None:
    bounds = sorted({0, len(terms), *(min(cut, len(terms)) for cut in cuts)})
    parts = [TermDictionary.of(terms[first:end]) for first, end in pairwise(bounds)]
    assert TermDictionary.concatenate(parts).terms() == terms


def test_a_dictionary_is_read_from_its_file(tmp_path: Path) -> None:
    terms = sorted(
        {b"", b"\0", b"c++", "学习".encode(), "学习学习".encode(), b"elasticsearch", *(b"%05d" % n for n in range(500))}
    )
    with array_writer(tmp_path / "file") as file:
        TermDictionary.of(terms).write(file, "body")
    assert TermDictionary.read(ArrayFile(tmp_path / "file"), "body").terms() == terms


@given(TERMS_OF_ONE_KEY, st.data())
def test_suffixes_order_terms_of_the_same_key(terms: list[bytes], data: st.DataObject) -> None:
    dictionary = TermDictionary.of(terms)
    permutation = data.draw(st.permutations(range(len(terms))))
    lengths, suffixes = dictionary.suffixes_of(0, len(terms))
    numbers = np.array(permutation, np.int64)
    heads, tails = suffix_order(lengths[numbers], take_suffixes(lengths, suffixes, numbers))
    in_order = [permutation[number] for number in np.lexsort((tails, heads)).tolist()]
    assert in_order == list(range(len(terms)))
    assert len(set(zip(heads.tolist(), tails.tolist(), strict=True))) == len(terms)
    rebuilt = TermDictionary.of_suffixes(dictionary.keys(0, len(terms)), lengths, suffixes)
    assert rebuilt.terms() == terms


@given(st.lists(st.text("abc", min_size=1), max_size=20), st.text("abc", min_size=1, max_size=3))
def test_the_lines_that_contain_a_text_are_found(lines: list[str], text: str) -> None:
    joined = "\n".join(["", *lines, ""]).encode()
    found = [line.decode() for line in lines_containing(joined, text.encode())]
    assert found == [line for line in lines if text in line]
