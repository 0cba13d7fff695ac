"""Count the articles of a segment that contain a phrase, for many phrases at once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache, partial

import numpy as np

from searchlib.analysis.terms import bigram_of_terms, bigram_offsets
from searchlib.engines.common.fields import text_field
from searchlib.engines.whoosh.format.integers import NO_INTEGERS, Integers, intersect_shifted
from searchlib.engines.whoosh.format.segment import Segment, SegmentField
from searchlib.engines.whoosh.format.term_dictionary import encode_term

_CACHED_BIGRAMS = 512
"""Bigrams whose positions are cached, as many phrases share them; the longest take about a megabyte."""

_FIELDS = ("title", "body")
"""Headings are lines of the body."""


def article_counts(segment: Segment, phrases: Iterable[str]) -> list[int]:
    """Return, for each phrase of at least two Han characters, the number of articles of a segment that contain it."""
    fields = [_BigramField(segment.fields[text_field(field, "bigrams")]) for field in _FIELDS]
    contains = np.zeros(segment.articles, bool)
    counts = []
    for phrase in phrases:
        articles = [field.articles(phrase) for field in fields]
        for each in articles:
            contains[each] = True
        counts.append(int(np.count_nonzero(contains)))
        for each in articles:
            contains[each] = False
    return counts


class _BigramField:
    """The positions of the bigrams of one field."""

    def __init__(self, field: SegmentField) -> None:
        assert field.stride_bits is not None
        self._stride_bits = field.stride_bits
        starts = field.article_starts.astype(np.int64)
        # The article of each stride: a look into this table is several times as fast as a binary search among the articles.
        self._stride_articles = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        # A cached method would refer to this object in a circle, which would keep the files open.
        self._positions = lru_cache(maxsize=_CACHED_BIGRAMS)(partial(_read_positions, field))

    def articles(self, phrase: str) -> Integers:
        """Return the article of each occurrence of a phrase."""
        offsets = bigram_offsets(len(phrase))
        starts = intersect_shifted((at, self._positions(phrase[at : at + 2])) for at in offsets)
        articles: Integers = self._stride_articles[starts >> self._stride_bits]
        return articles


def _read_positions(field: SegmentField, pair: str) -> Integers:
    number = field.terms.find(encode_term(bigram_of_terms(*pair)))
    return NO_INTEGERS if number is None else field.positions(number)
