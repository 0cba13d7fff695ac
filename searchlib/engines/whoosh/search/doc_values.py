"""What is known of every article of an open Whoosh index, as numpy arrays by article number."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.common.fields import TEXT_FIELDS, VALUE_FIELDS, length_field
from searchlib.engines.whoosh.format.fields import BOILERPLATE_START, NO_MONTH
from searchlib.engines.whoosh.format.index_reader import IndexReader
from searchlib.engines.whoosh.format.integers import Integers
from searchlib.engines.whoosh.search.category_tree import CategoryColumns, CategoryTerms, category_columns
from searchlib.engines.whoosh.search.value_column import ValueColumn
from searchlib.settings import Categories

Mask = NDArray[np.bool_]
"""bool[articles]: which articles are meant."""


@dataclass(frozen=True, slots=True)
class Periods:
    """Years or months: the ``names`` of those that occur, the newest first, "" for no date, and the number of each article's."""

    names: list[str]
    numbers: Integers

    @classmethod
    def of(cls, periods: Integers, name: Callable[[int], str]) -> Periods:
        """The periods of articles."""
        distinct, numbers = np.unique(-periods, return_inverse=True)
        return cls([name(-period) if period else "" for period in distinct.tolist()], numbers)


def _year_name(year: int) -> str:
    return f"{year:04d}"


def _month_name(month: int) -> str:
    return f"{month // 100:04d}-{month % 100:02d}"


class DocValues:
    """The columns of an index of ``size`` article numbers, deleted ones included; only ``live`` ones may be found.

    Each is read when it is first asked for. ``categories`` says whether lists of categories are paths.
    """

    def __init__(self, reader: IndexReader, categories: Categories = "auto") -> None:
        self._reader = reader
        self._categories = categories
        self.size = reader.size
        self.live: Mask = reader.live

    @cached_property
    def articles(self) -> int:
        """How many articles there are."""
        return int(np.count_nonzero(self.live))

    @cached_property
    def dates(self) -> Integers:
        """Seconds since 1970, or ``UNDATED``."""
        return self._reader.doc_values("date")

    @cached_property
    def months(self) -> Integers:
        """Year times 100 plus month, or ``NO_MONTH``."""
        return self._reader.doc_values("month")

    @cached_property
    def periods(self) -> dict[str, Periods]:
        """The years and months that occur."""
        return {"year": Periods.of(self.months // 100, _year_name), "month": Periods.of(self.months, _month_name)}

    @cached_property
    def lengths(self) -> dict[str, NDArray[np.float64]]:
        """The units of title and body."""
        return {field: self._reader.doc_values(length_field(field)).astype(np.float64) for field in TEXT_FIELDS}

    @cached_property
    def mean_lengths(self) -> dict[str, float]:
        """The mean of each of the lengths over the live articles."""
        return {field: float(each[self.live].mean()) if self.articles else 0.0 for field, each in self.lengths.items()}

    @cached_property
    def id_ranks(self) -> Integers:
        """The place of each article's id among all of them."""
        ranks = np.zeros(self.size, np.int64)
        places, numbers = self._reader.numbered_postings("id")
        ranks[numbers] = places
        return ranks

    @cached_property
    def values(self) -> dict[str, ValueColumn]:
        """Category, author and tag."""
        others = {
            field: ValueColumn.of(*self._reader.all_postings(field), self.size)
            for field in VALUE_FIELDS
            if field != "category"
        }
        return {"category": self._category_terms.names(self.size)} | others

    @cached_property
    def category_tree(self) -> CategoryColumns | None:
        """The tree of categories; None where lists of categories are no paths."""
        if self._categories == "flat":
            return None
        with self._reader.reading():
            return category_columns(self._category_terms, self.size, judge=self._categories == "auto")

    @cached_property
    def _category_terms(self) -> CategoryTerms:
        return CategoryTerms(*self._reader.all_postings("category"))

    def holding(self, field: str, wanted: Collection[str]) -> Integers:
        """The articles that have at least one of the wanted values, or are at such a place of the tree; some more than once."""
        column = self.values[field]
        found = column.holding(wanted)
        paths = set() if field != "category" else {*wanted} - column.numbers_of(wanted).keys()
        if not paths or self.category_tree is None:
            return found
        return np.concatenate([found, self.category_tree.holding(paths)])

    def mask(self, numbers: Integers) -> Mask:
        """The articles with these numbers."""
        mask = np.zeros(self.size, bool)
        mask[numbers] = True
        return mask

    @cached_property
    def with_boilerplate(self) -> Mask:
        """The articles that hold lines which do not rank."""
        return self._reader.doc_values(BOILERPLATE_START) > 0

    @cached_property
    def any_boilerplate(self) -> bool:
        """Whether any article holds such lines."""
        return bool(self.with_boilerplate.any())

    @property
    def undated(self) -> int:
        """How many articles have no date."""
        return int(np.count_nonzero(self.live & (self.months == NO_MONTH)))
