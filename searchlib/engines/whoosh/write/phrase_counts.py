"""Count the articles of a segment that hold a phrase, for many phrases at once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.terms import bigram_of_terms
from searchlib.engines.common.fields import text_field
from searchlib.engines.whoosh.format.fields import term_bytes
from searchlib.engines.whoosh.format.segment import Segment, SegmentField

_KEPT = 512
"""Lists of places that are kept, as the same pairs of characters stand in many phrases: the longest take about a megabyte."""

_FIELDS = ("title", "body")
"""Headings are lines of the body."""

_Integers = NDArray[np.int64]


def articles_with(segment: Segment, phrases: Iterable[str]) -> list[int]:
    """In how many articles of a segment the Han characters of each phrase, at least two, stand one after the other."""
    fields = [_Field(segment.fields[text_field(field, "bigrams")]) for field in _FIELDS]
    held = np.zeros(segment.articles, bool)
    counts = []
    for phrase in phrases:
        articles = [field.articles(phrase) for field in fields]
        for each in articles:
            held[each] = True
        counts.append(int(np.count_nonzero(held)))
        for each in articles:
            held[each] = False
    return counts


class _Field:
    """The pairs of neighbours of one field, and where each stands."""

    def __init__(self, field: SegmentField) -> None:
        assert field.slot_bits is not None
        self._slot_bits = field.slot_bits
        firsts = field.firsts.astype(np.int64)
        # The article of each stretch of places: a look into a table, where a search among all articles takes several times as long.
        self._owners = np.repeat(np.arange(len(firsts) - 1), np.diff(firsts))
        # Not of a method: what refers to itself would keep the files open.
        self._places = lru_cache(maxsize=_KEPT)(partial(_read, field))

    def articles(self, phrase: str) -> _Integers:
        """The articles that hold a phrase, once for each time."""
        # Every second pair covers the phrase; the rarest leaves the fewest places to look at.
        offsets = [*range(0, len(phrase) - 2, 2), len(phrase) - 2]
        found = sorted(((self._places(phrase[at : at + 2]), at) for at in offsets), key=lambda each: len(each[0]))
        begins = found[0][0] - found[0][1]
        for places, at in found[1:]:
            if not len(begins):
                break
            nearest = np.minimum(places.searchsorted(begins + at), len(places) - 1)
            begins = begins[places[nearest] == begins + at]
        articles: _Integers = self._owners[begins >> self._slot_bits]
        return articles


def _read(field: SegmentField, pair: str) -> _Integers:
    number = field.vocabulary.find(term_bytes(bigram_of_terms(*pair)))
    return np.empty(0, np.int64) if number is None else field.places(number)
