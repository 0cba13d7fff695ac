"""Find what is damaged in a segment: every list of every term is read and held against what it must be."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from searchlib.engines.whoosh.format.lengths import Lengths
from searchlib.engines.whoosh.format.posting_lists import PostingLists
from searchlib.engines.whoosh.format.segment import FACTS, TERMS, Segment, SegmentField

_UNREADABLE = (KeyError, TypeError, ValueError, IndexError, OverflowError, MemoryError)

_AT_ONCE = 1 << 20
"""Bytes of lists that are read together."""


def damage(segment: Segment) -> Iterator[str]:
    """One line for each field or stored value that cannot be what was written; opening has looked at the rest."""
    for name, field in segment.fields.items():
        try:
            problem = _of_field(field)
        except _UNREADABLE as error:
            problem = f"it cannot be read ({type(error).__name__}: {error})"
        if problem:
            yield f"{segment.name}{TERMS}: field {name}: {problem}"
    try:
        yield from _of_facts(segment)
    except _UNREADABLE as error:
        yield f"{segment.name}{FACTS}: it cannot be read ({type(error).__name__}: {error})"


def _of_facts(segment: Segment) -> Iterator[str]:
    for name in segment.stored_names():
        ends = segment.stored_ends(name).astype(np.int64)
        if np.any(np.diff(ends, prepend=0) < 0):
            yield f"{segment.name}{FACTS}: what is stored under {name} is not where it should be"


def _of_field(field: SegmentField) -> str | None:
    terms = len(field.vocabulary)
    if len(field.lengths) != terms or field.lengths.total != len(field.data):
        return "its terms and their lists do not fit each other"
    for lengths in (field.lengths, field.vocabulary.rest_lengths):
        if not np.array_equal(Lengths.of(lengths.slice(0, terms)).sums, lengths.sums):
            return "its lists do not begin where they should"
    if field.has_places:
        firsts = field.firsts.astype(np.int64)
        if np.any(np.diff(firsts) < 0):
            return "the places of its articles do not follow one another"
    before: bytes | None = None
    starts = field.lengths.starts(0, terms)
    end = 0
    while end < terms:
        first, end = end, max(end + 1, int(starts.searchsorted(starts[end] + _AT_ONCE, "right")) - 1)
        found = field.vocabulary.terms(first, end)
        if any(one >= other for one, other in pairwise(found if before is None else [before, *found])):
            return f"its terms do not ascend, between {_shown(found[0])} and {_shown(found[-1])}"
        before = found[-1]
        if not _are_sound(field, first, end):
            number = next((each for each in range(first, end) if not _are_sound(field, each, each + 1)), first)
            return f"the list of the term {_shown(field.vocabulary.term(number))} is damaged"
    return None


def _are_sound(field: SegmentField, first: int, end: int) -> bool:
    try:
        return _ascend(field.lists(first, end), field.universe)
    except _UNREADABLE:
        return False


def _ascend(lists: PostingLists, universe: int) -> bool:
    """Whether each list holds ascending values below the universe, and counts above 0."""
    values = lists.values
    if np.any(lists.sizes < 1) or np.any(values < 0) or np.any(values >= universe):
        return False
    if lists.counts is not None and np.any(lists.counts < 1):
        return False
    begins = np.zeros(len(values), bool)
    begins[np.cumsum(lists.sizes) - lists.sizes] = True
    return bool(np.all(begins[1:] | (values[1:] > values[:-1])))


def _shown(term: bytes) -> str:
    return repr(term.decode("utf-8", "backslashreplace"))
