"""Score articles by BM25F over the terms of a plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.whoosh.columns import Columns
from searchlib.engines.whoosh.fields import text_field
from searchlib.engines.whoosh.reader import IndexReader, Numbers
from searchlib.query.plan import RankingTerm
from searchlib.settings import Ranking

Scores = NDArray[np.float64]

_FEW = 16
"""Fewer than one article in so many of a term's: these are looked up among its articles; otherwise all of them are added."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What a term adds to the scores of the articles that hold it: ``numbers`` int64[n], ascending, ``scores`` float64[n]."""

    numbers: Numbers
    scores: Scores

    @property
    def nbytes(self) -> int:
        """The bytes that both arrays take."""
        return self.numbers.nbytes + self.scores.nbytes


class Scorer:
    """Scores the articles of one open index.

    For a term that occurs ``f`` times in each field of an article (Robertson, Zaragoza, Taylor 2004):
    ``tf = Σ weight(field) · f / (1 - b + b · length / mean length)``; ``score = Σ weight(kind) · idf · tf · (k1 + 1) / (tf + k1)``
    with ``idf = ln(1 + (N - n + 0.5) / (n + 0.5))``, where ``n`` of ``N`` articles hold the term in any field.
    """

    def __init__(self, reader: IndexReader, columns: Columns, weights: Ranking) -> None:
        self._reader = reader
        self._columns = columns
        self._weights = weights

    def scores(self, terms: Sequence[RankingTerm], found: Numbers, check: Callable[[], None]) -> Scores:
        """float64[found]: the scores of the articles found, 0 where one holds none of the terms; ``check`` may end it."""
        scores = np.zeros(len(found))
        everywhere = None
        for each in terms:
            check()
            scored = self._reader.kept.get(each, lambda each=each: self._scored(each), lambda made: made.nbytes)  # type: ignore[misc]
            if len(found) * _FEW < len(scored.numbers):
                at = np.minimum(scored.numbers.searchsorted(found), len(scored.numbers) - 1)
                scores += np.where(scored.numbers[at] == found, scored.scores[at], 0.0)
            elif len(scored.numbers):
                if everywhere is None:
                    everywhere = np.zeros(self._columns.size)
                everywhere[scored.numbers] += scored.scores
        return scores if everywhere is None else scores + everywhere[found]

    def _scored(self, wanted: RankingTerm) -> Scored:
        weights = self._weights
        kind = {"words": weights.words, "bigrams": weights.bigrams, "units": weights.units}[wanted.kind]
        numbers, tf = self._weighted_frequencies(wanted)
        rarity = np.log1p((self._columns.articles - len(numbers) + 0.5) / (len(numbers) + 0.5))
        # Weights may be 0: then a term may be held and yet not count.
        share = np.divide(tf * (weights.k1 + 1), tf + weights.k1, out=np.zeros(len(tf)), where=tf > 0)
        return Scored(numbers, kind * rarity * share)

    def _weighted_frequencies(self, wanted: RankingTerm) -> tuple[Numbers, Scores]:
        """The articles that hold the term, int64[n], and its weighted frequency in each, float64[n]."""
        weight = {"title": self._weights.title, "headings": self._weights.headings, "body": self._weights.body}
        numbers: list[Numbers] = []
        parts: list[Scores] = []
        # Headings are lines of the body.
        for field in (*wanted.fields, "headings") if "body" in wanted.fields else wanted.fields:
            find = self._reader.prefix_postings if wanted.prefix else self._reader.postings
            if (field, wanted.kind) == ("body", "bigrams"):
                find = self._reader.telling_postings
            postings = find(text_field(field, wanted.kind), wanted.term)
            if len(postings.numbers):
                numbers.append(postings.numbers)
                parts.append(weight[field] * postings.frequencies / self._norms[field][postings.numbers])
        if len(numbers) == 1:
            return numbers[0], parts[0]
        distinct, places = np.unique(np.concatenate([np.empty(0, np.int64), *numbers]), return_inverse=True)
        weighted = np.bincount(places, np.concatenate([np.empty(0), *parts]), len(distinct))
        return distinct, weighted.astype(np.float64, copy=False)

    @cached_property
    def _norms(self) -> dict[str, Scores]:
        b = self._weights.b
        return {
            field: 1.0 - b + b * lengths / max(self._columns.mean_lengths[field], 1.0)
            for field, lengths in self._columns.lengths.items()
        }
