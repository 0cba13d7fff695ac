"""Score articles by BM25F over the terms of a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.common.fields import text_field
from searchlib.engines.common.scoring import (
    HALFWAY,
    REACH,
    SCORE_TOLERANCE,
    content_terms,
    fields_of,
    idf,
    terms_of,
    weight_of,
)
from searchlib.engines.whoosh.format.index_reader import IndexReader, Postings
from searchlib.engines.whoosh.format.integers import Integers, look_up
from searchlib.engines.whoosh.search.doc_values import DocValues, Mask
from searchlib.engines.whoosh.search.occurrences import occurrences
from searchlib.engines.whoosh.search.proximity import ProximityScorer
from searchlib.engines.whoosh.search.top_k import top_k, with_full_first
from searchlib.query.plan import PhraseClause, Plan, ProximityPair, RankingTerm
from searchlib.settings import Ranking

Scores = NDArray[np.float64]

_FEW = 16
"""Fewer than one article in so many of a term's: these are looked up among its articles; otherwise all of them are added."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What a term adds to the scores of the articles that hold it: ``numbers`` int64[n], ascending, ``scores`` float64[n].

    ``idf`` is its idf, ``most`` what it adds to no score.
    """

    numbers: Integers
    scores: Scores
    idf: float
    most: float

    @property
    def nbytes(self) -> int:
        """The bytes that both arrays take."""
        return self.numbers.nbytes + self.scores.nbytes


class Finder(Protocol):
    """What finds the articles of a run; ``check`` ends a search that takes too long."""

    @property
    def check(self) -> Callable[[], None]: ...

    def numbers(self, clause: PhraseClause) -> Integers: ...


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one part of a plan adds to the scores of some articles: ``scores`` float64[articles].

    The ``reason`` is a term, two words that stand close together, or the whole query in the title.
    """

    reason: RankingTerm | ProximityPair | PhraseClause
    scores: Scores


class Scorer:
    """Scores the articles of one open index, as ``engines/scoring.py`` says."""

    def __init__(self, reader: IndexReader, columns: DocValues, weights: Ranking, proximity_candidates: int) -> None:
        self._reader = reader
        self._columns = columns
        self._weights = weights
        self._proximity_candidates = proximity_candidates

    def scores(self, plan: Plan, found: Integers, finder: Finder, full: Mask | None = None) -> Scores:
        """float64[found]: the scores of the articles found, whose numbers ascend; 0 where one holds none of the terms.

        Closeness counts in the best ``proximity_candidates`` by all else, those with a place in ``full`` before others.
        """
        scores = self._of_terms(plan.ranking, found, finder.check)
        for each in self._title(plan, found, finder):
            scores += each.scores
        if plan.proximity_pairs and self._weights.closeness:
            merits = scores if full is None else with_full_first(scores, full[found])
            best = top_k(merits, self._proximity_candidates, SCORE_TOLERANCE)
            for each in self._near(plan, found[best], finder):
                scores[best] += each.scores
        return scores

    def telling(self, plan: Plan, check: Callable[[], None]) -> Scores:
        """float64[articles]: what the terms of a plan add to every score, without function words where there is more."""
        scores = np.zeros(self._columns.size)
        for each in content_terms(plan):
            check()
            scored = self._scored_term(each)
            np.add.at(scores, scored.numbers, scored.scores)
        return scores

    def of_terms(self, plan: Plan, found: Integers, check: Callable[[], None]) -> Scores:
        """float64[found]: what the terms of a plan alone add to the scores of these articles, whose numbers ascend."""
        return self._of_terms(plan.ranking, found, check)

    def contributions(self, plan: Plan, numbers: Integers, finder: Finder) -> list[Contribution]:
        """What every term, pair of words and the title add to the scores of these articles, whose numbers ascend."""
        terms = [Contribution(each, self._of_terms([each], numbers, finder.check)) for each in plan.ranking]
        return [*terms, *self._near(plan, numbers, finder), *self._title(plan, numbers, finder)]

    def _near(self, plan: Plan, numbers: Integers, finder: Finder) -> Iterator[Contribution]:
        """What the closeness of words adds to the scores of these articles."""
        gaps = ProximityScorer(self._reader, numbers)
        for pair in plan.proximity_pairs:
            finder.check()
            between = gaps.between(pair.first, pair.second)
            near = self._weights.closeness * self._pair_rarity(pair) / (1.0 + between / HALFWAY)
            yield Contribution(pair, np.where(between < REACH, near, 0.0))

    def _title(self, plan: Plan, found: Integers, finder: Finder) -> Iterator[Contribution]:
        """What the whole query in the title adds to the scores of the articles found."""
        if not plan.title_phrases or not self._weights.whole_title or not len(found):
            return
        scores = np.zeros(len(found))
        for whole in plan.title_phrases:
            holding = finder.numbers(whole)
            places, are_found = look_up(holding, found)
            if are_found.any():
                most = sum(self._scored_term(each).most for each in plan.ranking)
                most += sum(self._weights.closeness * self._pair_rarity(pair) for pair in plan.proximity_pairs)
                share = len(whole.units) / np.maximum(self._columns.lengths["title"][holding], 1.0)
                in_title = (self._weights.whole_title * most * (1.0 + share))[are_found]
                scores[places[are_found]] = np.maximum(scores[places[are_found]], in_title)
        yield Contribution(plan.title_phrases[0], scores)

    def _pair_rarity(self, pair: ProximityPair) -> float:
        """The idf of the more frequent word of a pair."""
        return min(self._scored_term(each).idf for each in terms_of(pair))

    def _of_terms(self, terms: Sequence[RankingTerm], found: Integers, check: Callable[[], None]) -> Scores:
        """float64[found]: what the terms add to the scores of the articles found."""
        scores = np.zeros(len(found))
        everywhere = None
        for each in terms:
            check()
            scored = self._scored_term(each)
            if len(found) * _FEW < len(scored.numbers):
                at, are_held = look_up(found, scored.numbers)
                scores += np.where(are_held, scored.scores[at], 0.0)
            elif len(scored.numbers):
                if everywhere is None:
                    everywhere = np.zeros(self._columns.size)
                # Half the time of `+=`, which reads out what it adds to.
                np.add.at(everywhere, scored.numbers, scored.scores)
        return scores if everywhere is None else scores + everywhere.take(found)

    def _scored_term(self, wanted: RankingTerm) -> Scored:
        return self._reader.cache.get(wanted, lambda: self._scored(wanted), lambda made: made.nbytes)

    def _scored(self, wanted: RankingTerm) -> Scored:
        weights = self._weights
        kind = weight_of(wanted, weights)
        numbers, tf = self._weighted_frequencies(wanted)
        term_idf = idf(self._columns.articles, len(numbers))
        # Weights may be 0: then a term may be held and yet not count.
        share = np.divide(tf * (weights.k1 + 1), tf + weights.k1, out=np.zeros(len(tf)), where=tf > 0)
        return Scored(numbers, kind * term_idf * share, term_idf, kind * term_idf * (weights.k1 + 1))

    def postings(self, wanted: RankingTerm, field: str) -> list[Postings]:
        """What a field holds of a term; of a concept, the postings of each of its runs."""
        if wanted.phrases:
            return [occurrences(self._reader, field, run) for run in wanted.phrases]
        find = self._reader.prefix_postings if wanted.prefix else self._reader.postings
        if (field, wanted.kind) == ("body", "bigrams"):
            find = self._reader.postings_outside_boilerplate
        return [find(text_field(field, wanted.kind), wanted.term)]

    def _weighted_frequencies(self, wanted: RankingTerm) -> tuple[Integers, Scores]:
        """The articles that hold the term, int64[n], and its weighted frequency in each, float64[n]."""
        numbers: list[Integers] = []
        parts: list[Scores] = []
        for field in fields_of(wanted):
            weight = getattr(self._weights, field)
            for postings in self.postings(wanted, field):
                if len(postings.numbers):
                    numbers.append(postings.numbers)
                    parts.append(weight * postings.frequencies / self._norms[field][postings.numbers])
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
