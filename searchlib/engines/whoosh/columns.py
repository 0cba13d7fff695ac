"""What is known of every article of an open Whoosh index, as numpy arrays by article number."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.whoosh.fields import NO_MONTH, TELLING_PLACES, TEXT_FIELDS, VALUE_FIELDS, length_field
from searchlib.engines.whoosh.reader import IndexReader, Numbers, common_places, distinct
from searchlib.engines.whoosh.storage.packing import stretches

Mask = NDArray[np.bool_]
"""bool[articles]: which articles are meant."""

_LAYERS = 4
"""So many values of an article are held as one array each: that is how they are counted soonest. Few articles have more."""


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A field with any number of values an article: ``values``, ascending, and which articles have which.

    ``articles`` int64[pairs] are the articles of each value, bounded by ``value_starts`` int64[values + 1]. Each of
    ``layers`` int64[articles] holds one more value of each article, and the number of values where it has no more.
    ``others`` int64[more] are all further values, in the order of the articles that have more, ``crowded`` int64[n], and
    bounded by ``other_starts`` int64[n + 1].
    """

    values: list[str]
    value_starts: Numbers
    articles: Numbers
    layers: list[Numbers]
    crowded: Numbers
    others: Numbers
    other_starts: Numbers

    @classmethod
    def of(cls, values: list[str], numbers: Numbers, articles: Numbers, size: int) -> ValueColumn:
        """The column of pairs of a value's number and an article's, among ``size`` articles."""
        by_value, by_article = np.lexsort((articles, numbers)), np.lexsort((numbers, articles))
        owners, held = articles[by_article], numbers[by_article]
        places = np.arange(len(owners)) - np.searchsorted(owners, owners)
        layers = []
        for layer in range(min(int(places.max(initial=-1)) + 1, _LAYERS)):
            layers.append(np.full(size, len(values), np.int64))
            layers[-1][owners[places == layer]] = held[places == layer]
        others = places >= _LAYERS
        crowded = distinct(owners[others])
        return cls(
            values=values,
            value_starts=np.searchsorted(numbers[by_value], np.arange(len(values) + 1)),
            articles=articles[by_value],
            layers=layers,
            crowded=crowded,
            others=held[others],
            other_starts=np.append(np.searchsorted(owners[others], crowded), np.count_nonzero(others)),
        )

    def counts(self, found: Numbers) -> Numbers:
        """int64[values]: how many of the articles found have each value."""
        counts = np.zeros(len(self.values) + 1, np.int64)
        for layer in self.layers:
            counts += np.bincount(layer.take(found), minlength=len(counts))
        crowded = common_places(self.crowded, found)
        if len(crowded):
            starts = self.other_starts[crowded]
            taken = stretches(starts, self.other_starts[crowded + 1] - starts)
            counts += np.bincount(self.others[taken], minlength=len(counts))
        return counts[:-1]

    def numbers_of(self, wanted: Collection[str]) -> dict[str, int]:
        """The number of each of the wanted values that occurs."""
        found = {}
        for value in wanted:
            at = bisect_left(self.values, value)
            if at < len(self.values) and self.values[at] == value:
                found[value] = at
        return found

    def holding(self, wanted: Collection[str]) -> Numbers:
        """The articles that have at least one of the wanted values, some of them more than once."""
        numbers = self.numbers_of(wanted).values()
        found = [self.articles[self.value_starts[at] : self.value_starts[at + 1]] for at in numbers]
        return np.concatenate([np.empty(0, np.int64), *found])


@dataclass(frozen=True, slots=True)
class Periods:
    """Years or months: the ``names`` of those that occur, the newest first, "" for no date, and the number of each article's."""

    names: list[str]
    numbers: Numbers

    @classmethod
    def of(cls, periods: Numbers, name: Callable[[int], str]) -> Periods:
        """The periods of articles."""
        distinct, numbers = np.unique(-periods, return_inverse=True)
        return cls([name(-period) if period else "" for period in distinct.tolist()], numbers)


def _year_name(year: int) -> str:
    return f"{year:04d}"


def _month_name(month: int) -> str:
    return f"{month // 100:04d}-{month % 100:02d}"


class Columns:
    """The columns of an index of ``size`` article numbers, deleted ones included; only ``live`` ones may be found.

    Each is read when it is first asked for.
    """

    def __init__(self, reader: IndexReader) -> None:
        self._reader = reader
        self.size = reader.size
        self.live: Mask = reader.live

    @cached_property
    def articles(self) -> int:
        """How many articles there are."""
        return int(np.count_nonzero(self.live))

    @cached_property
    def dates(self) -> Numbers:
        """Seconds since 1970, or ``UNDATED``."""
        return self._reader.column("date")

    @cached_property
    def months(self) -> Numbers:
        """Year times 100 plus month, or ``NO_MONTH``."""
        return self._reader.column("month")

    @cached_property
    def periods(self) -> dict[str, Periods]:
        """The years and months that occur."""
        return {"year": Periods.of(self.months // 100, _year_name), "month": Periods.of(self.months, _month_name)}

    @cached_property
    def lengths(self) -> dict[str, NDArray[np.float64]]:
        """The units of title and body."""
        return {field: self._reader.column(length_field(field)).astype(np.float64) for field in TEXT_FIELDS}

    @cached_property
    def mean_lengths(self) -> dict[str, float]:
        """The mean of each of the lengths over the live articles."""
        return {field: float(each[self.live].mean()) if self.articles else 0.0 for field, each in self.lengths.items()}

    @cached_property
    def id_ranks(self) -> Numbers:
        """The place of each article's id among all of them."""
        ranks = np.zeros(self.size, np.int64)
        _, places, numbers = self._reader.all_postings("id")
        ranks[numbers] = places
        return ranks

    @cached_property
    def values(self) -> dict[str, ValueColumn]:
        """Category, author and tag."""
        return {field: ValueColumn.of(*self._reader.all_postings(field), self.size) for field in VALUE_FIELDS}

    def mask(self, numbers: Numbers) -> Mask:
        """The articles with these numbers."""
        mask = np.zeros(self.size, bool)
        mask[numbers] = True
        return mask

    @cached_property
    def with_boilerplate(self) -> Mask:
        """The articles that hold lines which do not rank."""
        return self._reader.column(TELLING_PLACES) > 0

    @cached_property
    def any_boilerplate(self) -> bool:
        """Whether any article holds such lines."""
        return bool(self.with_boilerplate.any())

    @property
    def undated(self) -> int:
        """How many articles have no date."""
        return int(np.count_nonzero(self.live & (self.months == NO_MONTH)))
