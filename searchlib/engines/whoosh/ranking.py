"""Score articles by BM25F over the terms of a plan."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.whoosh.columns import Columns
from searchlib.engines.whoosh.postings import PostingCache
from searchlib.engines.whoosh.reader import NO_POSTINGS, Numbers, Postings
from searchlib.engines.whoosh.schema import text_field
from searchlib.query.plan import RankingTerm
from searchlib.settings import Ranking


class Scorer:
    """Scores the articles of one open index.

    For a term that occurs ``f`` times in each field of an article (Robertson, Zaragoza, Taylor 2004):
    ``tf = Σ weight(field) · f / (1 - b + b · length / mean length)``; ``score = Σ weight(kind) · idf · tf · (k1 + 1) / (tf + k1)``
    with ``idf = ln(1 + (N - n + 0.5) / (n + 0.5))``, where ``n`` of ``N`` articles hold the term in any field.
    """

    def __init__(self, postings: PostingCache, columns: Columns, weights: Ranking) -> None:
        self._postings = postings
        self._columns = columns
        self._weights = weights
        self._articles = int(np.count_nonzero(columns.live))
        self._norms = {
            field: 1.0 - weights.b + weights.b * lengths / max(columns.mean_lengths[field], 1.0)
            for field, lengths in columns.lengths.items()
        }

    def scores(self, terms: Sequence[RankingTerm]) -> NDArray[np.float64]:
        """float64[articles]: the score of every article, 0 where it holds none of the terms."""
        weights = self._weights
        kinds = {"words": weights.words, "bigrams": weights.bigrams, "units": weights.units}
        scores = np.zeros(self._columns.size)
        for each in terms:
            numbers, tf = self._term(each)
            rarity = np.log1p((self._articles - len(numbers) + 0.5) / (len(numbers) + 0.5))
            scores[numbers] += kinds[each.kind] * rarity * tf * (weights.k1 + 1) / (tf + weights.k1)
        return scores

    def _term(self, wanted: RankingTerm) -> tuple[Numbers, NDArray[np.float64]]:
        """The articles that hold the term, int64[n], and its weighted frequency in each, float64[n]."""
        weight = {"title": self._weights.title, "body": self._weights.body}
        numbers = [NO_POSTINGS.numbers]
        parts = [NO_POSTINGS.frequencies]
        for field in wanted.fields:
            for postings in self._spellings(text_field(field, wanted.kind), wanted):
                numbers.append(postings.numbers)
                parts.append(weight[field] * postings.frequencies / self._norms[field][postings.numbers])
        distinct, places = np.unique(np.concatenate(numbers), return_inverse=True)
        return distinct, np.bincount(places, np.concatenate(parts), len(distinct)).astype(np.float64, copy=False)

    def _spellings(self, field: str, wanted: RankingTerm) -> list[Postings]:
        terms = self._postings.terms(field, wanted.term) if wanted.prefix else [wanted.term]
        return [self._postings.postings(field, each) for each in terms]
