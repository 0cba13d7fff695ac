"""Which articles each clause of a plan finds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import reduce
from zoneinfo import ZoneInfo

import numpy as np

from searchlib.engines.whoosh.columns import Columns, Mask
from searchlib.engines.whoosh.fields import NO_MONTH, REST_FIELD, text_field
from searchlib.engines.whoosh.reader import NO_NUMBERS, IndexReader, Numbers, distinct
from searchlib.engines.whoosh.repeats import Repeats
from searchlib.query.plan import All, Any, ArticleId, FirstFound, Run, Value, Without, Word
from searchlib.query.tree import DateRange
from searchlib.text.fold import fold
from searchlib.text.terms import LONGEST, bigram_of_terms, term
from searchlib.text.units import is_han, units

_CHECKED = 1000


class Matcher:
    """Finds articles in one open index; ``zone`` is where its days begin, ``check`` may end a search that takes too long."""

    def __init__(
        self, reader: IndexReader, columns: Columns, zone: ZoneInfo, check: Callable[[], None], repeats: Repeats
    ) -> None:
        self._reader = reader
        self._columns = columns
        self._zone = zone
        self._check = check
        self._repeats = repeats

    def mask(self, clause: object) -> Mask:
        """The live articles that a clause finds, or a query of Whoosh's own, which its own searcher then answers."""
        self._check()
        match clause:
            case All(children):
                return reduce(np.logical_and, map(self.mask, children), self._columns.live)
            case Any(children):
                return reduce(np.logical_or, map(self.mask, children), np.zeros(self._columns.size, bool))
            case FirstFound(children):
                return next(
                    (mask for mask in map(self.mask, children) if mask.any()), np.zeros(self._columns.size, bool)
                )
            case Without(child):
                return self._columns.live & ~self.mask(child)
            case DateRange(first, last):
                return self.days(first, last)
            case Word() | Run() | Value() | ArticleId():
                found = self._reader.kept.get(clause, lambda: self._numbers(clause), lambda numbers: numbers.nbytes)
                return self._columns.mask(found)
            case _:
                # Whoosh takes time to import, and no query that can be typed needs it.
                from searchlib.engines.whoosh.fallback import numbers_found

                return self._columns.mask(numbers_found(self._reader.folder, clause))

    def _numbers(self, clause: Word | Run | Value | ArticleId) -> Numbers:
        """The articles that a clause without children finds."""
        match clause:
            case Word(wanted, fields):
                return _together([self._reader.postings(text_field(each, "words"), wanted).numbers for each in fields])
            case Run(run, fields, prefix):
                return _together([self._run(each, run, prefix) for each in fields])
            case Value(field, run):
                column = self._columns.values[field]
                return distinct(column.holding([value for value in self._checked(column.values) if _holds(value, run)]))
            case ArticleId(article_id, with_repeats):
                found = self._reader.postings("id", article_id).numbers
                return np.array(self._repeats.of(int(found[0]))) if with_repeats and len(found) else found

    def _checked(self, values: Sequence[str]) -> Iterator[str]:
        """The values, with a look at the time now and then."""
        for number, value in enumerate(values):
            if number % _CHECKED == 0:
                self._check()
            yield value

    def values(self, field: str, wanted: Collection[str]) -> Mask:
        """The articles that have one of these values, as written, in category, author or tag."""
        return self._columns.mask(self._columns.values[field].holding(wanted))

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
            # Of a longer unit its term holds no more characters.
            return self._exact(field, [*map(term, run[:-1]), run[-1][:LONGEST]], prefix=True)
        return self._exact(field, [*map(term, run)], prefix=False)

    def _exact(self, field: str, run: list[str], *, prefix: bool) -> Numbers:
        """The articles that hold the unit terms one after the other; with ``prefix`` the last is the beginning of one."""
        self._check()
        units_field, bigrams = text_field(field, "units"), text_field(field, "bigrams")
        if len(run) == 1:
            find = self._reader.prefix_postings if prefix else self._reader.postings
            own = find(units_field, run[0]).numbers
            return _together([own, find(REST_FIELD, run[0]).numbers]) if field == "body" else own
        if len(run) == 2 and not prefix:
            return self._reader.postings(bigrams, bigram_of_terms(*run)).numbers
        # Every second pair of neighbours covers the run; places skip one between lines, so that none is crossed.
        offsets = [*range(0, len(run) - 2, 2), len(run) - 2]
        found = []
        for offset in offsets:
            find_places = self._reader.prefix_places if prefix and offset == offsets[-1] else self._reader.places
            found.append((offset, find_places(bigrams, bigram_of_terms(run[offset], run[offset + 1]))))
        (offset, places), *others = sorted(found, key=lambda each: len(each[1]))
        begins = places - offset
        for offset, places in others:
            if not len(begins):
                break
            wanted = begins + offset
            at = np.minimum(places.searchsorted(wanted), len(places) - 1)
            begins = begins[places[at] == wanted]
        articles = self._reader.articles_at(bigrams, begins)
        return self._reader.only_live(articles[np.flatnonzero(np.diff(articles, prepend=-1))])


def _together(found: Sequence[Numbers]) -> Numbers:
    held = [numbers for numbers in found if len(numbers)]
    return held[0] if len(held) == 1 else distinct(np.concatenate([NO_NUMBERS, *held]))


def _holds(value: str, run: Run) -> bool:
    """Whether the value of a field holds the run of units; a value is short enough to look."""
    have = units(fold(value))
    want = list(run.units)
    for at in range(len(have) - len(want) + 1):
        *same, last = have[at : at + len(want)]
        if same == want[:-1] and (last.startswith(want[-1]) if run.prefix else last == want[-1]):
            return True
    return False
