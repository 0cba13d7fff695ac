"""What is known of every article of an open Whoosh index, as numpy arrays by article number."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.whoosh.postings import PostingCache
from searchlib.engines.whoosh.reader import Numbers, WhooshReader
from searchlib.engines.whoosh.schema import NO_MONTH, TEXT_FIELDS, VALUE_FIELDS, length_field

Mask = NDArray[np.bool_]
"""bool[articles]: which articles are meant."""


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A field with any number of values an article: pairs of an article number and the number of one of ``values``."""

    values: list[str]
    articles: Numbers
    numbers: Numbers

    def counts(self, mask: Mask) -> Numbers:
        """int64[values]: how many of the articles have each value."""
        return np.bincount(self.numbers[mask[self.articles]], minlength=len(self.values))

    def holding(self, wanted: Collection[str], size: int) -> Mask:
        """The articles that have at least one of the wanted values."""
        numbers = [number for number, value in enumerate(self.values) if value in wanted]
        mask = np.zeros(size, bool)
        mask[self.articles[np.isin(self.numbers, numbers)]] = True
        return mask


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of an index of ``size`` article numbers, deleted ones included; only ``live`` ones may be found."""

    size: int
    live: Mask
    dates: Numbers
    months: Numbers
    lengths: dict[str, NDArray[np.float64]]
    mean_lengths: dict[str, float]
    id_ranks: Numbers
    values: dict[str, ValueColumn]

    def mask(self, numbers: Numbers) -> Mask:
        """The articles with these numbers."""
        mask = np.zeros(self.size, bool)
        mask[numbers] = True
        return mask

    @property
    def undated(self) -> int:
        """How many articles have no date."""
        return int(np.count_nonzero(self.live & (self.months == NO_MONTH)))


def read_columns(reader: WhooshReader, postings: PostingCache) -> Columns:
    """Read all columns of an open index."""
    live = np.ones(reader.size, bool)
    live[reader.deleted()] = False
    lengths = {field: _column(reader, length_field(field)).astype(np.float64) for field in TEXT_FIELDS}
    return Columns(
        size=reader.size,
        live=live,
        dates=_column(reader, "date"),
        months=_column(reader, "month"),
        lengths=lengths,
        mean_lengths={field: float(each[live].mean()) if live.any() else 0.0 for field, each in lengths.items()},
        id_ranks=_id_ranks(postings, reader.size),
        values={field: _value_column(postings, field) for field in VALUE_FIELDS},
    )


def _column(reader: WhooshReader, name: str) -> Numbers:
    return np.array(reader.column(name), np.int64)


def _id_ranks(postings: PostingCache, size: int) -> Numbers:
    ranks = np.zeros(size, np.int64)
    for rank, article_id in enumerate(postings.terms("id")):
        ranks[postings.postings("id", article_id).numbers] = rank
    return ranks


def _value_column(postings: PostingCache, field: str) -> ValueColumn:
    values: list[str] = []
    articles = [np.empty(0, np.int64)]
    for value in postings.terms(field):
        numbers = postings.postings(field, value).numbers
        if len(numbers):
            values.append(value)
            articles.append(numbers)
    counts = [len(each) for each in articles[1:]]
    return ValueColumn(values, np.concatenate(articles), np.repeat(np.arange(len(values)), counts))
