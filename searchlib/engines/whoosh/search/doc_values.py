"""Load the doc values of an open index: arrays with a value for every article, by article number."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.base import CATEGORY_TREE
from searchlib.engines.common.fields import length_field
from searchlib.engines.whoosh.format.facet_values_file import FacetValues
from searchlib.engines.whoosh.format.index_reader import IndexReader
from searchlib.engines.whoosh.format.integers import Integers
from searchlib.engines.whoosh.format.sorted_set_values import SortedSetValues
from searchlib.engines.whoosh.search.category_articles import CategoryArticles
from searchlib.query.range_parser import parse_values
from searchlib.query.ranges import ValueRange, value_day, value_number
from searchlib.settings import Categories

Mask = NDArray[np.bool_]
"""bool[articles]: a set of articles."""


_MAX_READ_IDS = 500
"""Up to this many ids are read one by one for sorting. Ranking all ids of a large index takes seconds."""


class DocValues:
    """The doc values of an index, each loaded when it is first needed.

    ``size`` is the number of articles, deleted ones included; only ``live`` ones match. ``id_of`` reads the id of an article.
    ``categories`` tells whether the categories of an article are a path, ``facets`` names the facets of the front matter.
    """

    def __init__(
        self,
        reader: IndexReader,
        id_of: Callable[[int], str],
        categories: Categories,
        facets: Sequence[str],
    ) -> None:
        self.facets = facets
        self._reader = reader
        self._facet_values = FacetValues(reader.folder, reader.size)
        self._id_of = id_of
        self._categories = categories
        self.size = reader.size
        self.live: Mask = reader.live

    @cached_property
    def live_count(self) -> int:
        """The number of live articles."""
        return int(np.count_nonzero(self.live))

    @cached_property
    def dates(self) -> Integers:
        """int64[articles]: seconds since 1970, UTC, or ``UNDATED``."""
        return self._reader.doc_values("date")

    @cached_property
    def months(self) -> Integers:
        """int64[articles]: year times 100 plus month, or ``NO_MONTH``."""
        return self._reader.doc_values("month")

    def lengths(self, field: str) -> Integers:
        """Return int64[articles]: the lengths of a text field in units. They are not cached."""
        return self._reader.doc_values(length_field(field))

    @cached_property
    def title_lengths(self) -> Integers:
        """int64[articles]: the lengths of the titles in units."""
        return self.lengths("title")

    @cached_property
    def mean_lengths(self) -> dict[str, float]:
        """For each text field, its mean length in live articles."""
        return self._facet_values.mean_lengths()

    def id_ranks(self, articles: Integers) -> Integers:
        """Return int64[articles]: numbers in the order of the ids of these articles."""
        if len(articles) > _MAX_READ_IDS:
            return self._all_id_ranks[articles]
        ids = [self._id_of(number) for number in articles.tolist()]
        ranks = np.empty(len(ids), np.int64)
        ranks[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
        return ranks

    @cached_property
    def _all_id_ranks(self) -> Integers:
        """int64[articles]: the rank of the id of each article among all ids."""
        ranks = np.zeros(self.size, np.int64)
        numbers, articles = self._reader.numbered_postings("id")
        ranks[articles] = numbers
        return ranks

    def values(self, facet: str) -> SortedSetValues:
        """Return the categories, authors, tags, years or months, or the values of a facet of the front matter."""
        return self._facet_values.values(facet)

    def counts(self, facet: str, articles: Integers) -> Integers:
        """Return how many of distinct live articles have each value of a facet: its category paths or other values."""
        if 2 * len(articles) <= self.live_count:
            return self._counts(facet, articles)
        # Counting the other live articles, and subtracting them from all, takes less time.
        every = self._reader.cache.get(("counts of all", facet), lambda: self._counts(facet, self.live.nonzero()[0]))
        if len(articles) == self.live_count:
            return every
        is_missing = self.live.copy()
        is_missing[articles] = False
        return every - self._counts(facet, is_missing.nonzero()[0])

    def _counts(self, facet: str, articles: Integers) -> Integers:
        if facet == CATEGORY_TREE:
            assert self.category_articles is not None
            return self.category_articles.nodes.counts(articles)
        return self.values(facet).counts(articles)

    def articles_in(self, facet: str, values: ValueRange) -> Integers:
        """Return the articles with a value in a range."""
        numbers, days = self._reader.cache.get(
            ("numbers and days", facet),
            lambda: _numbers_and_days(self.values(facet).values),
            lambda arrays: sum(array.nbytes for array in arrays),
        )
        # A value that is not a number is NaN, which no range contains.
        is_in = np.zeros(len(numbers), bool)
        for keys, ends in ((numbers, values.numbers), (days, values.days)):
            if ends:
                is_in |= (keys >= ends[0]) & (keys <= ends[1])
        return self.values(facet).articles_of(np.flatnonzero(is_in).tolist())

    @cached_property
    def category_articles(self) -> CategoryArticles | None:
        """The category tree with its articles; None if categories are not paths."""
        if self._categories == "flat":
            return None
        nodes = self._facet_values.category_nodes()
        if not nodes.paths or (self._categories == "auto" and not nodes.are_paths):
            return None
        return CategoryArticles.of(nodes)

    def articles_with(self, field: str, values: Collection[str]) -> Integers:
        """Return the articles with one of these values; an article may occur more than once.

        A value can also be the text of a category path. For a facet of the front matter, it can be a range, or a number in another
        notation.
        """
        named = self.values(field)
        ordinals = named.ordinals(values)
        articles = named.articles_of([*ordinals.values()])
        if field in self.facets:
            ranges = filter(None, map(parse_values, values))
            return np.concatenate([articles, *(self.articles_in(field, each) for each in ranges)])
        paths = set() if field != "category" else {*values} - ordinals.keys()
        if not paths or self.category_articles is None:
            return articles
        return np.concatenate([articles, self.category_articles.with_texts(paths)])

    def mask(self, articles: Integers) -> Mask:
        """Return the set of these articles."""
        mask = np.zeros(self.size, bool)
        mask[articles] = True
        return mask

    @property
    def with_boilerplate(self) -> Mask:
        """The articles with boilerplate."""
        return self._reader.with_boilerplate

    @cached_property
    def has_boilerplate(self) -> bool:
        """Whether any article has boilerplate."""
        return bool(self.with_boilerplate.any())

    def damage(self) -> Iterator[str]:
        """Yield one line for each damaged facet."""
        return self._facet_values.damage()

    def close(self) -> None:
        """Close the file of the facets."""
        self._facet_values.close()


def _numbers_and_days(values: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return float64[values] twice: each value as a number, and as the ordinal of a day; NaN if it is not one."""
    numbers = np.array([value_number(value) for value in values], np.float64)
    return numbers, np.array([value_day(value) for value in values], np.float64)
