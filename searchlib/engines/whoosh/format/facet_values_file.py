"""Store the values of the facets of an index in a file, so that a search counts them without reading posting lists."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from searchlib.engines.base import CATEGORY_TREE, FACETS
from searchlib.engines.common.fields import TEXT_FIELDS, VALUE_FIELDS, facet_prefix, length_field
from searchlib.engines.whoosh.format.arrays import ArrayFile, ArrayWriter, array_writer
from searchlib.engines.whoosh.format.category_nodes import CategoryNodes, CategoryTerms
from searchlib.engines.whoosh.format.fields import FACET_FIELD
from searchlib.engines.whoosh.format.index_reader import IndexReader
from searchlib.engines.whoosh.format.integers import NO_INTEGERS, Integers
from searchlib.engines.whoosh.format.sorted_set_values import SortedSetValues
from searchlib.errors import IndexDamagedError, index_damaged

FACET_VALUES = "MAIN.facets"
"""The name of the file in the folder of an index."""

_MEAN_LENGTHS = "mean_lengths"
_MAX_MONTH = 999912

T = TypeVar("T")


def write_facet_values(folder: Path) -> None:
    """Write the values of all live articles of the index in a folder: categories, authors, tags, dates, front matter.

    Raises:
        IndexDamagedError: the index cannot be read.
    """
    reader = IndexReader(folder)
    with array_writer(folder / FACET_VALUES) as file, reader.reading:
        file.metadata = {"articles": reader.size, _MEAN_LENGTHS: _mean_lengths(reader)}
        category = CategoryTerms(*reader.all_postings("category"))
        category.names(reader.size).write(file, "category")
        CategoryNodes.of(category, reader.size).write(file, CATEGORY_TREE)
        for field in VALUE_FIELDS:
            if field != "category":
                SortedSetValues.of(*reader.all_postings(field), reader.size).write(file, field)
        _write_front_matter(reader, file)
        months = reader.doc_values("month")
        if np.any((months < 0) | (months > _MAX_MONTH)):
            raise index_damaged(folder, "an article has no possible month")
        _write_periods(reader, file, "year", months // 100, lambda year: f"{year:04d}")
        _write_periods(reader, file, "month", months, lambda month: f"{month // 100:04d}-{month % 100:02d}")
    reader.close()


def _mean_lengths(reader: IndexReader) -> dict[str, float]:
    lengths = {field: reader.doc_values(length_field(field))[reader.live] for field in TEXT_FIELDS}
    return {field: float(each.mean()) if len(each) else 0.0 for field, each in lengths.items()}


def _write_front_matter(reader: IndexReader, file: ArrayWriter) -> None:
    """Write the values of each facet of the front matter. The terms of a facet start with its prefix."""
    terms, numbers, articles = reader.all_postings(FACET_FIELD)
    for facet, own in groupby(terms, lambda term: term.partition("=")[0]):
        prefix = facet_prefix(facet)
        first = bisect_left(terms, prefix)
        values = [term.removeprefix(prefix) for term in own]
        is_own = (numbers >= first) & (numbers < first + len(values))
        SortedSetValues.of(values, numbers[is_own] - first, articles[is_own], reader.size).write(file, prefix)


def _write_periods(
    reader: IndexReader, file: ArrayWriter, facet: str, periods: Integers, name: Callable[[int], str]
) -> None:
    """Write the years or months of all articles, int64[articles]. That of an article without a date is 0, and has the name ""."""
    live = np.flatnonzero(reader.live)
    occurs = np.zeros(int(periods.max(initial=0)) + 1, bool)
    occurs[periods[live]] = True
    distinct = np.flatnonzero(occurs)
    names = [name(period) if period else "" for period in distinct.tolist()]
    SortedSetValues.of(names, distinct.searchsorted(periods[live]), live, reader.size).write(file, facet)


class FacetValues:
    """The values of the facets of an index of ``size`` articles, in the file that ``write_facet_values`` wrote.

    Every method raises IndexDamagedError if its part of the file is damaged.
    """

    def __init__(self, folder: Path, size: int) -> None:
        self._file = ArrayFile(folder / FACET_VALUES)
        self._size = size
        self._values: dict[str, SortedSetValues] = {}
        if self._file.metadata.get("articles") != size:
            raise index_damaged(self._file.path, "the facets do not fit the articles")

    def mean_lengths(self) -> dict[str, float]:
        """Return the mean length of each text field in units."""
        lengths = self._file.metadata.get(_MEAN_LENGTHS)
        if isinstance(lengths, dict) and lengths.keys() == {*TEXT_FIELDS} and all(map(_is_length, lengths.values())):
            return lengths
        raise index_damaged(self._file.path, "the mean lengths of the articles are missing")

    def values(self, facet: str) -> SortedSetValues:
        """Return the values of the categories, authors, tags, years or months, or of the front matter."""
        if facet not in self._values:
            self._values[facet] = self._read(lambda: self._values_of(facet))
        return self._values[facet]

    def category_nodes(self) -> CategoryNodes:
        """Return the paths of the categories."""
        names = len(self.values("category").values)
        return self._read(lambda: CategoryNodes.read(self._file, CATEGORY_TREE, self._size, names))

    def _values_of(self, facet: str) -> SortedSetValues:
        # No article has a value for a facet that was added to the settings later.
        name = facet if facet in (*FACETS, CATEGORY_TREE) else facet_prefix(facet)
        if name != facet and f"{name}.texts" not in self._file:
            return SortedSetValues.of([], NO_INTEGERS, NO_INTEGERS, self._size)
        return SortedSetValues.read(self._file, name, self._size)

    def _read(self, read: Callable[[], T]) -> T:
        try:
            return read()
        except (ValueError, IndexError) as error:
            raise index_damaged(self._file.path, str(error)) from error

    def damage(self) -> Iterator[str]:
        """Read all values, and yield one line for each damaged facet."""
        facets = [name.removesuffix("=.texts") for name in self._file if name.endswith("=.texts")]
        reads: list[Callable[[], object]] = [self.mean_lengths, lambda: [*self.category_nodes().nodes.values]]
        reads += [partial(self._all_texts, facet) for facet in (*FACETS, *facets)]
        for read in reads:
            try:
                read()
            except IndexDamagedError as error:
                yield str(error)

    def _all_texts(self, facet: str) -> list[str]:
        return [*self.values(facet).values]

    def close(self) -> None:
        """Close the file."""
        self._values.clear()
        self._file.close()


def _is_length(value: Any) -> bool:
    return isinstance(value, float) and isfinite(value) and value >= 0
