"""Count the articles of a segment that contain each of many phrases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np

from searchlib.analysis.terms import bigram_of_terms
from searchlib.engines.common.fields import text_field
from searchlib.engines.whoosh.format.integers import (
    NO_INTEGERS,
    Integers,
    distinct,
    expand_ranges,
    look_up,
)
from searchlib.engines.whoosh.format.segment import Segment, SegmentField
from searchlib.engines.whoosh.format.term_dictionary import encode_term

_FIELDS = ("title", "body")
"""Headings are lines of the body."""

_BATCH_BYTES = 1 << 20
"""The bytes of the posting lists that are unpacked at once, unless those of one phrase have more."""


def article_counts(segment: Segment, phrases: Sequence[str]) -> list[int]:
    """Return, for each phrase of at least two Han characters, the number of articles of a segment that contain it."""
    # One number for each phrase and each article that contains it.
    pairs = [_pairs(segment.fields[text_field(name, "bigrams")], phrases, segment.articles) for name in _FIELDS]
    counts: list[int] = np.bincount(
        distinct(np.concatenate(pairs)) // segment.articles, minlength=len(phrases)
    ).tolist()
    return counts


def _pairs(field: SegmentField, phrases: Sequence[str], articles: int) -> Integers:
    """Return ``phrase * articles + article`` of each occurrence of a phrase in a field, unbroken."""
    assert field.stride_bits is not None
    starts = field.article_starts.astype(np.int64)
    # The article of each stride: a look into this table is several times as fast as a binary search among the articles.
    article_of_stride = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    pairs = [NO_INTEGERS]
    for numbers, bigrams in _batches(field, list(_found(field, phrases))):
        at, positions = _occurrences(field, bigrams)
        pairs.append(np.array(numbers)[at] * articles + article_of_stride[positions >> field.stride_bits])
    return np.concatenate(pairs)


def _found(field: SegmentField, phrases: Sequence[str]) -> Iterator[tuple[int, list[int]]]:
    """Yield the number of each phrase whose bigrams are all in the field, and the terms of these bigrams."""
    bigrams = [[phrase[at : at + 2] for at in range(len(phrase) - 1)] for phrase in phrases]
    pairs = list(dict.fromkeys(chain.from_iterable(bigrams)))
    numbers = field.terms.find_all([encode_term(bigram_of_terms(*pair)) for pair in pairs])
    term_of = dict(zip(pairs, numbers.tolist(), strict=True))
    for number, own in enumerate(bigrams):
        terms = [term_of[pair] for pair in own]
        if min(terms) >= 0:
            yield number, terms


def _batches(
    field: SegmentField, found: Sequence[tuple[int, list[int]]]
) -> Iterator[tuple[list[int], list[list[int]]]]:
    """Collect phrases to batches whose posting lists have about ``_BATCH_BYTES``."""
    distinct_terms = np.array(sorted({term for _, terms in found for term in terms}), np.int64)
    starts, ends = field.list_lengths.bounds_of(distinct_terms)
    list_bytes = dict(zip(distinct_terms.tolist(), (ends - starts).tolist(), strict=True))
    numbers: list[int] = []
    bigrams: list[list[int]] = []
    read: set[int] = set()
    size = 0
    for number, terms in found:
        numbers.append(number)
        bigrams.append(terms)
        size += sum(list_bytes[term] for term in set(terms) - read)
        read.update(terms)
        if size >= _BATCH_BYTES:
            yield numbers, bigrams
            numbers, bigrams, read, size = [], [], set(), 0
    if numbers:
        yield numbers, bigrams


def _occurrences(field: SegmentField, bigrams: Sequence[Sequence[int]]) -> tuple[Integers, Integers]:
    """Return the index of the phrase and the first position of each occurrence of phrases, given the terms of their bigrams."""
    lengths = np.array([len(each) for each in bigrams])
    first = np.cumsum(lengths) - lengths
    terms, of_bigram = np.unique(np.concatenate([np.array(each) for each in bigrams]), return_inverse=True)
    sizes, values = field.positions_at(*field.list_lengths.bounds_of(terms))
    ends = np.cumsum(sizes)
    # The positions of all bigrams, as ascending numbers of which each names its bigram, too.
    keys = np.repeat(np.arange(len(terms)) * field.universe, sizes) + values
    # The rarest bigram of a phrase leaves the fewest positions to look up.
    order = np.lexsort((sizes[of_bigram], np.repeat(np.arange(len(bigrams)), lengths)))
    rarest = order[first]
    candidates = sizes[of_bigram[rarest]]
    phrase = np.repeat(np.arange(len(bigrams)), candidates)
    starts = values[expand_ranges(ends[of_bigram[rarest]] - candidates, candidates)] - (rarest - first)[phrase]
    for offset in range(int(lengths.max())):
        has_bigram = lengths[phrase] > offset
        position = starts + offset
        at = np.minimum(first[phrase] + offset, len(of_bigram) - 1)
        _, is_there = look_up(of_bigram[at] * field.universe + position, keys)
        is_kept = ~has_bigram | (is_there & (position >= 0) & (position < field.universe))
        phrase, starts = phrase[is_kept], starts[is_kept]
    return phrase, starts
