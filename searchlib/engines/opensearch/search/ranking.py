"""Score articles by the ranking terms of a plan: roughly in the cluster to select candidates, then exactly in Python."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.terms import term
from searchlib.analysis.units import is_han, units
from searchlib.engines.base import ScorePart
from searchlib.engines.common.deadline import Deadline
from searchlib.engines.common.fields import TEXT_FIELDS
from searchlib.engines.common.scoring import (
    NO_GAP,
    SCORE_TOLERANCE,
    TITLE_SHARE,
    Integers,
    idf,
    lead_scores,
    lead_words,
    max_lead_score,
    max_proximity_score,
    max_score,
    max_term_score,
    max_title_words_score,
    pair_terms,
    proximity_scores,
    scored_fields,
    term_weight,
    title_words_scores,
    word_gaps,
)
from searchlib.engines.opensearch.client.dsl import Query, all_of, any_of
from searchlib.engines.opensearch.client.limits import Limits, clause_count, weighted_sum
from searchlib.engines.opensearch.index.field_queries import phrase_query
from searchlib.engines.opensearch.index.mapping import BOILERPLATE
from searchlib.engines.opensearch.index.terms import ArticleTerms
from searchlib.engines.opensearch.search.candidates import Candidate
from searchlib.engines.opensearch.search.compiler import any_field_query, ranking_queries
from searchlib.engines.opensearch.search.open_index import CollectionStatistics
from searchlib.query.plan import LeadWord, PhraseClause, Plan, ProximityPair, RankingTerm, TitleWords
from searchlib.settings import Ranking

_MAX_POSITIONS = 1 << 32
"""A bound that no position in an article reaches."""

_TIE_BREAKER = 0.15
"""The weight of a term's other fields besides its best one: the cluster cannot sum the frequencies of fields."""


@dataclass(frozen=True, slots=True)
class Score:
    """The score of an article, and whether the proximity of words counts in it."""

    value: float
    has_proximity: bool = False


def proximity_terms(plan: Plan) -> Iterator[RankingTerm]:
    """Yield the terms whose idf the proximity pairs of a plan need."""
    for pair in plan.proximity_pairs:
        yield from pair_terms(pair)


@dataclass(slots=True)
class Scorer:
    """Scores articles for one plan by the formulas in ``engines/common/scoring.py``.

    ``frequencies`` maps each ranking term and proximity term to the number of articles that contain it. Proximity counts in
    ``proximity_candidates`` of the candidates that are scored together.
    """

    plan: Plan
    weights: Ranking
    statistics: CollectionStatistics
    frequencies: Mapping[RankingTerm, int]
    limits: Limits
    proximity_candidates: int
    deadline: Deadline
    _lookup: _TermLookup | None = None

    def scores(self, candidates: Sequence[tuple[Candidate, int]]) -> dict[str, Score]:
        """Return scores by document id. Proximity counts only in the best candidates by tier, then by the other parts."""
        scores = {}
        for candidate, _ in candidates:
            assert candidate.terms
            others = sum(part.score for part in self._other_parts(candidate))
            value = self.terms_score(candidate.terms, self.plan.ranking_terms) + others
            scores[candidate.document_id] = Score(value)
        self.deadline.check()
        if not self.plan.proximity_pairs or not candidates:
            return scores
        order = sorted(((tier, scores[each.document_id].value) for each, tier in candidates), reverse=True)
        lowest = order[min(self.proximity_candidates, len(order)) - 1]
        best = [each for each, tier in candidates if (tier, scores[each.document_id].value + SCORE_TOLERANCE) >= lowest]
        articles = [each.terms for each in best if each.terms]
        added = np.zeros(len(articles))
        for reason in self._position_reasons():
            added += self._position_scores(articles, reason)
        for candidate, value in zip(best, added.tolist(), strict=True):
            value += scores[candidate.document_id].value
            scores[candidate.document_id] = Score(value, has_proximity=True)
        return scores

    def terms_score(self, article: ArticleTerms, ranking_terms: Sequence[RankingTerm]) -> float:
        """Return the contribution of ranking terms to the score of an article."""
        if len(ranking_terms) <= self.limits.single_terms:
            return sum(self._term_score(article, each) for each in ranking_terms)
        if self._lookup is None or self._lookup.terms is not ranking_terms:
            self._lookup = _TermLookup.of(ranking_terms)
        scores: list[float] = [self._term_score(article, each) for each in self._lookup.others]
        for kind, by_term in self._lookup.by_term.items():
            # An article contains few of many terms. An intersection of sets finds them faster than a lookup of each.
            tables = {field: article.frequencies(field, kind) for field in TEXT_FIELDS}
            contained = {name for table in tables.values() for name in table.keys() & by_term.keys()}
            for each in (each for name in contained for each in by_term[name]):
                counts = {field: tables[field].get(each.term, 0) for field in scored_fields(each)}
                scores.append(self._frequencies_score(article, each, counts))
        # The exact sum is the same in any order.
        return math.fsum(scores)

    def parts(self, candidate: Candidate, score: Score) -> tuple[ScorePart, ...]:
        """Return the parts of the score of an article whose terms are read."""
        article = candidate.terms
        assert article is not None
        parts = [self._part(article, each) for each in self.plan.ranking_terms]
        for reason in self._position_reasons():
            value = float(self._position_scores([article], reason)[0]) if score.has_proximity else 0.0
            parts.append(ScorePart(reason=reason, frequencies={}, score=value))
        return (*parts, *self._other_parts(candidate))

    def _other_parts(self, candidate: Candidate) -> Iterator[ScorePart]:
        """Yield the parts of a score besides terms and proximity, for both scores and explanations."""
        article = candidate.terms
        assert article is not None
        if self.plan.title_words and self.weights.title_words:
            value = self._title_words_score(article, self.plan.title_words)
            yield ScorePart(reason=self.plan.title_words, frequencies={}, score=value)
        if self.plan.title_phrases and self.weights.whole_title:
            yield ScorePart(reason=self.plan.title_phrases[0], frequencies={}, score=self._title_score(article))

    def rough_queries(self, ranking_terms: Sequence[RankingTerm], *, with_title: bool) -> list[Query]:
        """Return queries whose scores add up to about the score of an article, with or without the query as a title.

        The cluster rounds lengths, and saturates the frequency of a term before it sums the fields. So the scores are a few
        percent off: they select the articles to score exactly.
        """
        queries: list[Query] = []
        simplified: list[tuple[Query, float]] = []
        clauses = 0
        for each in sorted(ranking_terms, key=self._max_score, reverse=True):
            query = self._rough_term_query(each)
            if query is None:
                continue
            clauses += clause_count(query)
            if clauses <= self.limits.scoring_clauses:
                queries.append(query)
            else:
                # Without frequencies and fields: most articles contain a term once, in the body.
                simplified.append((any_field_query(each), self._max_score(each) / (self.weights.k1 + 1)))
        if simplified:
            queries.append(weighted_sum(simplified, self.limits))
        if with_title and self.plan.title_words and self.weights.title_words:
            queries.append(self._rough_title_words_query(self.plan.title_words))
        if with_title and self.weights.whole_title and (limit := self._max_total()):
            boost = self.weights.whole_title * limit
            titles = [
                _rough_share_query(_title_query(each), len(each.units), 1.0, boost) for each in self.plan.title_phrases
            ]
            if titles:
                queries.append({"dis_max": {"queries": titles}})
        return queries

    def _rough_term_query(self, ranking_term: RankingTerm) -> Query | None:
        weights = self.weights
        boost = term_weight(ranking_term, weights) * (weights.k1 + 1)
        term_idf = self._idf(ranking_term)
        if not boost * term_idf:
            return None
        queries: list[Query] = []
        for field, query in ranking_queries(ranking_term).items():
            weight = getattr(weights, field)
            if not weight:
                continue
            if field == "body" and "term" in query:
                ((name, options),) = query["term"].items()
                queries.append({"term": {name: {**options, "boost": boost}}})
            else:
                # Titles and headings are short and contain a term once; other queries than ``term`` have no frequencies.
                score = boost * term_idf * weight / (weight + weights.k1)
                queries.append({"constant_score": {"filter": query, "boost": score}})
        return {"dis_max": {"queries": queries, "tie_breaker": _TIE_BREAKER}} if queries else None

    def _rough_title_words_query(self, words: TitleWords) -> Query:
        boost = max_title_words_score(words, self._idf, self.weights) / (1.0 + TITLE_SHARE)
        query = all_of([any_of([_title_query(each) for each in phrases]) for phrases in words.phrases])
        return _rough_share_query(query, words.units, TITLE_SHARE, boost)

    def _title_score(self, article: ArticleTerms) -> float:
        """Return the contribution of the whole query in the title."""
        best = 0.0
        for phrase in self.plan.title_phrases:
            if _contains(article, phrase):
                share = min(len(phrase.units) / max(article.lengths["title"], 1), 1.0)
                best = max(best, self.weights.whole_title * self._max_total() * (1.0 + share))
        return best

    def _title_words_score(self, article: ArticleTerms, words: TitleWords) -> float:
        """Return the contribution of all words in the title."""
        if not all(any(_contains(article, phrase) for phrase in phrases) for phrases in words.phrases):
            return 0.0
        limit = max_title_words_score(words, self._idf, self.weights)
        return float(title_words_scores(words, np.array([article.lengths["title"]]), limit)[0])

    def _position_reasons(self) -> Sequence[ProximityPair | LeadWord]:
        return [*self.plan.proximity_pairs, *lead_words(self.plan)]

    def _position_scores(
        self, articles: Sequence[ArticleTerms], reason: ProximityPair | LeadWord
    ) -> NDArray[np.float64]:
        """Return float64[articles]: the contribution of two close words in the body, or of a word near its beginning."""
        if isinstance(reason, LeadWord):
            offsets = _offsets(articles, units(reason.word))
            return lead_scores(offsets, max_lead_score(reason, self._idf, self.weights))
        gaps = _gaps(articles, units(reason.first), units(reason.second))
        return proximity_scores(gaps, max_proximity_score(reason, self._idf, self.weights))

    def _part(self, article: ArticleTerms, ranking_term: RankingTerm) -> ScorePart:
        counts = {field: _frequency(article, field, ranking_term) for field in scored_fields(ranking_term)}
        frequencies = {field: count for field, count in counts.items() if count}
        uncounted = False
        if not frequencies and ranking_term.kind in ("words", "synonyms"):
            phrases = ranking_term.phrases or (tuple(units(ranking_term.term)),)
            uncounted = any(
                _contains(article, PhraseClause(each, ranking_term.fields, unbroken=True)) for each in phrases if each
            )
        score = self._frequencies_score(article, ranking_term, counts)
        return ScorePart(reason=ranking_term, frequencies=frequencies, uncounted=uncounted, score=score)

    def _term_score(self, article: ArticleTerms, ranking_term: RankingTerm) -> float:
        counts = {field: _frequency(article, field, ranking_term) for field in scored_fields(ranking_term)}
        return self._frequencies_score(article, ranking_term, counts)

    def _frequencies_score(self, article: ArticleTerms, ranking_term: RankingTerm, counts: Mapping[str, int]) -> float:
        tf = 0.0
        for field, count in counts.items():
            if count:
                tf += getattr(self.weights, field) * count / self._norm(field, article.lengths[field])
        # Weights may be 0, and then an occurring term does not count.
        share = tf * (self.weights.k1 + 1) / (tf + self.weights.k1) if tf > 0 else 0.0
        return term_weight(ranking_term, self.weights) * self._idf(ranking_term) * share

    def _norm(self, field: str, length: int) -> float:
        b = self.weights.b
        return 1.0 - b + b * length / max(self.statistics.mean_lengths[field], 1.0)

    def _idf(self, ranking_term: RankingTerm) -> float:
        return idf(self.statistics.articles, self.frequencies[ranking_term])

    def _max_score(self, ranking_term: RankingTerm) -> float:
        """Return the upper bound of the score of a term."""
        return max_term_score(ranking_term, self._idf(ranking_term), self.weights)

    def _max_total(self) -> float:
        """Return the upper bound of the score without the title."""
        return max_score(self.plan, self._idf, self.weights)


@dataclass(frozen=True, slots=True)
class _TermLookup:
    """Ranking terms. ``by_term`` maps kind and text to the terms that the tables of an article may contain."""

    terms: Sequence[RankingTerm]
    by_term: Mapping[str, Mapping[str, Sequence[RankingTerm]]]
    others: Sequence[RankingTerm]

    @classmethod
    def of(cls, terms: Sequence[RankingTerm]) -> _TermLookup:
        by_term: dict[str, dict[str, list[RankingTerm]]] = {"words": {}, "bigrams": {}}
        others = []
        for each in terms:
            if each.kind in by_term and not each.phrases and not each.prefix:
                by_term[each.kind].setdefault(each.term, []).append(each)
            else:
                others.append(each)
        return cls(terms, by_term, others)


def _frequency(article: ArticleTerms, field: str, ranking_term: RankingTerm) -> int:
    if ranking_term.phrases:
        return sum(_synonym_frequency(article, field, phrase) for phrase in ranking_term.phrases)
    if ranking_term.kind == "words":
        return article.word_frequency(field, ranking_term.term)
    if ranking_term.kind == "bigrams":
        return article.bigram_frequency(field, ranking_term.term)
    if ranking_term.prefix:
        return article.prefix_frequency(field, ranking_term.term)
    return article.phrase_frequency(field, [ranking_term.term])


def _synonym_frequency(article: ArticleTerms, field: str, phrase: Sequence[str]) -> int:
    if len(phrase) == 1 and not is_han(phrase[0]):
        return article.word_frequency(field, term(phrase[0]))
    return article.phrase_frequency(field, [*map(term, phrase)])


def _contains(article: ArticleTerms, phrase: PhraseClause) -> bool:
    """Return whether an article contains a phrase, in boilerplate or outside."""
    fields = [each for field in phrase.fields for each in ((field, BOILERPLATE) if field == "body" else (field,))]
    return any(
        article.contains_phrase(field, phrase.units, is_prefix=phrase.prefix, unbroken=phrase.unbroken)
        for field in fields
    )


def _gaps(articles: Sequence[ArticleTerms], first: Sequence[str], second: Sequence[str]) -> Integers:
    """Return int64[articles]: the fewest units between two words of the body, in either order, or ``NO_GAP``."""
    of_first, _ = _positions(articles, first)
    of_second, owners = _positions(articles, second)
    starts = np.arange(len(articles)) * _MAX_POSITIONS
    return word_gaps(of_first, of_second, owners, starts, starts + _MAX_POSITIONS, (len(first), len(second)))


def _offsets(articles: Sequence[ArticleTerms], word: Sequence[str]) -> Integers:
    """Return int64[articles]: the units before the first occurrence of a word in the body, or ``NO_GAP``."""
    positions = [article.positions("body", [*map(term, word)]) for article in articles]
    return np.array([each[0] if each else NO_GAP for each in positions], np.int64)


def _title_query(phrase: PhraseClause) -> Query:
    return phrase_query(phrase.units, phrase.fields, is_prefix=phrase.prefix, unbroken=phrase.unbroken)


def _rough_share_query(query: Query, query_units: int, share_weight: float, boost: float) -> Query:
    """Return a query that scores titles by ``boost`` times one plus the weighted share of the title that the units make up."""
    share = {"field": "title_length", "modifier": "reciprocal", "factor": 1.0 / query_units, "missing": 1}
    return {
        "function_score": {
            "query": {"constant_score": {"filter": query}},
            "functions": [{"weight": 1}, {"field_value_factor": share, "weight": share_weight}],
            "score_mode": "sum",
            "boost_mode": "multiply",
            "boost": boost,
        }
    }


def _positions(articles: Sequence[ArticleTerms], word: Sequence[str]) -> tuple[Integers, Integers]:
    """Return the positions of a word in the bodies of articles, one after the other, and the index of the article of each."""
    positions = [article.positions("body", [*map(term, word)]) for article in articles]
    owners = np.repeat(np.arange(len(articles)), np.array([*map(len, positions)], np.int64))
    flat = np.array([position for each in positions for position in each], np.int64)
    return flat + owners * _MAX_POSITIONS, owners
