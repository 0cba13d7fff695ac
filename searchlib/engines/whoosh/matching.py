"""Which articles each clause of a plan finds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from functools import reduce
from zoneinfo import ZoneInfo

import numpy as np

from searchlib.engines.whoosh.columns import Columns, Mask
from searchlib.engines.whoosh.postings import PostingCache
from searchlib.engines.whoosh.reader import NO_NUMBERS, Numbers
from searchlib.engines.whoosh.schema import NO_MONTH, text_field
from searchlib.query.plan import All, Any, ArticleId, Clause, FirstFound, Run, Value, Without, Word
from searchlib.query.tree import DateRange
from searchlib.text.fold import fold
from searchlib.text.terms import bigram_of_terms, term
from searchlib.text.units import is_han, units

_FAR = 1 << 32
"""More than any position: an article number times this, plus a position, orders occurrences."""


class Matcher:
    """Finds articles in one open index; ``zone`` is where its days begin."""

    def __init__(self, postings: PostingCache, columns: Columns, zone: ZoneInfo) -> None:
        self._postings = postings
        self._columns = columns
        self._zone = zone

    def mask(self, clause: Clause) -> Mask:
        """The live articles that the clause finds."""
        match clause:
            case All(children):
                return reduce(np.logical_and, map(self.mask, children), self._columns.live.copy())
            case Any(children):
                return reduce(np.logical_or, map(self.mask, children), np.zeros(self._columns.size, bool))
            case FirstFound(children):
                return next(
                    (mask for mask in map(self.mask, children) if mask.any()), np.zeros(self._columns.size, bool)
                )
            case Without(child):
                return self._columns.live & ~self.mask(child)
            case Word(wanted, fields):
                return self._columns.mask(
                    np.concatenate(
                        [self._postings.postings(text_field(field, "words"), wanted).numbers for field in fields]
                    )
                )
            case Run(run, fields, prefix):
                return self._columns.mask(np.concatenate([self._run(field, run, prefix) for field in fields]))
            case Value(field, run):
                return self.values(field, [value for value in self._columns.values[field].values if _holds(value, run)])
            case ArticleId(article_id):
                return self._columns.mask(self._postings.postings("id", article_id).numbers)
            case DateRange(first, last):
                return self.days(first, last)

    def values(self, field: str, wanted: Collection[str]) -> Mask:
        """The articles that have one of these values, as written, in category, author or tag."""
        return self._columns.values[field].holding(frozenset(wanted), self._columns.size)

    def days(self, first: date | None, last: date | None) -> Mask:
        """The dated articles from the first to the last day, both included."""
        found: Mask = self._columns.live & (self._columns.months != NO_MONTH)
        if first:
            found &= self._columns.dates >= self._midnight(first)
        if last and last < date.max:
            found &= self._columns.dates < self._midnight(last + timedelta(days=1))
        return found

    def _midnight(self, day: date) -> float:
        # Years 1 and 9999 leave no room for the way to UTC; no zone is more than a day away from it.
        safe = min(max(day, date.min + timedelta(days=1)), date.max - timedelta(days=1))
        return datetime.combine(safe, time(), self._zone).timestamp()

    def _run(self, field: str, run: tuple[str, ...], prefix: bool) -> Numbers:
        if prefix and not is_han(run[-1]):
            ends = self._postings.terms(text_field(field, "units"), run[-1])
            if len(run) == 1:
                return _union([self._postings.postings(text_field(field, "units"), end).numbers for end in ends])
            return _union([self._exact(field, [*map(term, run[:-1]), end]) for end in ends])
        return self._exact(field, [*map(term, run)])

    def _exact(self, field: str, run: list[str]) -> Numbers:
        """The articles that hold the unit terms one after the other."""
        if len(run) == 1:
            return self._postings.postings(text_field(field, "units"), run[0]).numbers
        bigrams = text_field(field, "bigrams")
        # Every second pair of neighbours covers the run; positions skip one between lines, so that none is crossed.
        offsets = [*range(0, len(run) - 2, 2), len(run) - 2]
        terms = [bigram_of_terms(run[at], run[at + 1]) for at in offsets]
        found = sorted((self._postings.postings(bigrams, each).numbers for each in dict.fromkeys(terms)), key=len)
        numbers = reduce(lambda some, more: np.intersect1d(some, more, assume_unique=True), found)
        if len(terms) == 1 or not len(numbers):
            return numbers
        places: Numbers | None = None
        for offset, each in zip(offsets, terms, strict=True):
            articles, positions = self._postings.occurrences(bigrams, each, numbers)
            begins = articles * _FAR + positions - offset
            places = begins if places is None else np.intersect1d(places, begins, assume_unique=True)
        assert places is not None
        return np.unique(places // _FAR)


def _union(found: Sequence[Numbers]) -> Numbers:
    return np.unique(np.concatenate([NO_NUMBERS, *found]))


def _holds(value: str, run: Run) -> bool:
    """Whether the value of a field holds the run of units; a value is short enough to look."""
    have = units(fold(value))
    want = list(run.units)
    for at in range(len(have) - len(want) + 1):
        *same, last = have[at : at + len(want)]
        if same == want[:-1] and (last.startswith(want[-1]) if run.prefix else last == want[-1]):
            return True
    return False
