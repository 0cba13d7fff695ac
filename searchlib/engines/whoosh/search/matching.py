"""Which articles each clause of a plan finds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from functools import reduce
from zoneinfo import ZoneInfo

import numpy as np

from searchlib.analysis.fold import fold
from searchlib.analysis.units import units
from searchlib.engines.common.days import day_bounds
from searchlib.engines.common.fields import text_field
from searchlib.engines.whoosh.format.fields import NO_MONTH
from searchlib.engines.whoosh.format.index_reader import IndexReader
from searchlib.engines.whoosh.format.integers import NO_INTEGERS, Integers, distinct
from searchlib.engines.whoosh.search.doc_values import DocValues, Mask
from searchlib.engines.whoosh.search.near_duplicates import NearDuplicates
from searchlib.engines.whoosh.search.occurrences import articles_holding
from searchlib.query.plan import (
    AllOf,
    AnyOf,
    Clause,
    Excluding,
    FirstMatching,
    IdClause,
    PhraseClause,
    ValueClause,
    WordClause,
)
from searchlib.query.tree import DateRange

_CHECKED = 1000


class Matcher:
    """Finds articles in one open index; ``zone`` is where its days begin, ``check`` may end a search that takes too long."""

    def __init__(
        self,
        reader: IndexReader,
        columns: DocValues,
        zone: ZoneInfo,
        check: Callable[[], None],
        repeats: NearDuplicates,
    ) -> None:
        self._reader = reader
        self._columns = columns
        self._zone = zone
        self.check = check
        self._repeats = repeats

    def mask(self, clause: object, *, telling: bool = False) -> Mask:
        """The live articles that a clause finds, or a query of Whoosh's own, which its own searcher then answers.

        With ``telling`` runs and words count only outside of boilerplate.
        """
        self.check()
        match clause:
            case AllOf(children):
                masks = (self.mask(child, telling=telling) for child in children)
                return reduce(np.logical_and, masks, self._columns.live)
            case AnyOf(children):
                masks = (self.mask(child, telling=telling) for child in children)
                return reduce(np.logical_or, masks, np.zeros(self._columns.size, bool))
            case FirstMatching(children):
                for child in children:
                    if (mask := self.mask(child)).any():
                        return self.mask(child, telling=True) if telling else mask
                return np.zeros(self._columns.size, bool)
            case Excluding(child):
                return self._columns.live & ~self.mask(child)
            case DateRange(first, last):
                return self.days(first, last)
            case PhraseClause() if telling:
                return self._columns.mask(self._telling_numbers(clause))
            case WordClause() | PhraseClause() | ValueClause() | IdClause():
                return self._columns.mask(self.numbers(clause))
            case _:
                # Whoosh takes time to import, and no query that can be typed needs it.
                from searchlib.engines.whoosh.codec.whoosh_index import matching_articles

                return self._columns.mask(matching_articles(self._reader.folder, clause))

    def first_matching(self, clause: FirstMatching) -> Clause | None:
        """Return the first child that matches any article."""
        return next((child for child in clause.children if self.mask(child).any()), None)

    def numbers(self, clause: WordClause | PhraseClause | ValueClause | IdClause) -> Integers:
        """int64[n], ascending: the live articles that a clause without children finds."""
        return self._reader.cache.get(clause, lambda: self._numbers(clause), lambda numbers: numbers.nbytes)

    def _telling_numbers(self, run: PhraseClause) -> Integers:
        """The live articles that hold a run outside of boilerplate."""
        return self._reader.cache.get(
            ("telling", run), lambda: self._holding(run, telling=True), lambda numbers: numbers.nbytes
        )

    def _holding(self, run: PhraseClause, *, telling: bool = False) -> Integers:
        self.check()
        return _together(
            [articles_holding(self._reader, each, run.units, prefix=run.prefix, telling=telling) for each in run.fields]
        )

    def _numbers(self, clause: WordClause | PhraseClause | ValueClause | IdClause) -> Integers:
        """The articles that a clause without children finds."""
        match clause:
            case WordClause(wanted, fields):
                return _together([self._reader.postings(text_field(each, "words"), wanted).numbers for each in fields])
            case PhraseClause():
                return self._holding(clause)
            case ValueClause(field, run):
                column = self._columns.values[field]
                return distinct(column.holding([value for value in self._checked(column.values) if _holds(value, run)]))
            case IdClause(article_id, with_near_duplicates):
                found = self._reader.postings("id", article_id).numbers
                return np.sort(self._repeats.group(int(found[0]))) if with_near_duplicates and len(found) else found

    def _checked(self, values: Sequence[str]) -> Iterator[str]:
        """The values, with a look at the time now and then."""
        for number, value in enumerate(values):
            if number % _CHECKED == 0:
                self.check()
            yield value

    def values(self, field: str, wanted: Collection[str]) -> Mask:
        """The articles that have one of these values, as written, in category, author or tag, or are at such a place."""
        return self._columns.mask(self._columns.holding(field, wanted))

    def days(self, first: date | None, last: date | None) -> Mask:
        """The dated articles from the first to the last day, both included."""
        found: Mask = self._columns.live & (self._columns.months != NO_MONTH)
        start, end = day_bounds(first, last, self._zone)
        if start is not None:
            found &= self._columns.dates >= start
        if end is not None:
            found &= self._columns.dates < end
        return found


def _together(found: Sequence[Integers]) -> Integers:
    held = [numbers for numbers in found if len(numbers)]
    return held[0] if len(held) == 1 else distinct(np.concatenate([NO_INTEGERS, *held]))


def _holds(value: str, run: PhraseClause) -> bool:
    """Whether the value of a field holds the run of units; a value is short enough to look."""
    have = units(fold(value))
    want = list(run.units)
    for at in range(len(have) - len(want) + 1):
        *same, last = have[at : at + len(want)]
        if same == want[:-1] and (last.startswith(want[-1]) if run.prefix else last == want[-1]):
            return True
    return False
