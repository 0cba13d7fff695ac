"""Match a query: the articles that match it as typed, and, if they are few, those that match its words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from searchlib.engines.base import Request
from searchlib.engines.common.relaxed_matching import RelaxedMatching, word_weight
from searchlib.engines.common.scoring import SCORE_DIGITS, SCORE_TOLERANCE, content_terms
from searchlib.engines.opensearch.client.dsl import (
    MATCH_ALL,
    MATCH_NONE,
    Query,
    all_of,
    any_of,
    rounded_down,
    term_query,
    weighing_at_least,
    without,
)
from searchlib.engines.opensearch.client.index_reader import IndexReader
from searchlib.engines.opensearch.client.limits import Limits, clause_count, weighted_sum
from searchlib.engines.opensearch.search.candidates import (
    BY_SCORE,
    Candidate,
    collapsed_aggregations,
    collapsed_count,
    read_candidates,
)
from searchlib.engines.opensearch.search.compiler import QueryCompiler, ranking_queries
from searchlib.engines.opensearch.search.open_index import CollectionStatistics
from searchlib.engines.opensearch.search.ranking import Scorer

_PAGE_SIZE = 400
_MAX_SCORED = 4000
"""Maximum number of candidates that are scored exactly to find the best ones that match most of a query."""

_MARGIN = 1.1
"""The assumed factor by which the ratio of exact to rough score of an unread candidate may exceed the largest ratio so far."""

_HAS_BOILERPLATE = term_query("has_boilerplate", True)
_EXCLUDED = "excluded"
"""The name of the query for the articles that are not relaxed matches."""


@dataclass(frozen=True, slots=True)
class Matches:
    """The articles of a query, as queries.

    ``query`` matches all of them. The other queries match some of them: ``relaxed`` those that do not match as typed,
    ``without_run`` those of the relaxed ones that rank before the others, ``boilerplate_only`` those that match as typed, but
    some words only in boilerplate, and have no score. ``as_typed`` matches those that rank before all others.
    """

    query: Query
    relaxed: Query = field(default_factory=lambda: MATCH_NONE)
    without_run: Query = field(default_factory=lambda: MATCH_NONE)
    boilerplate_only: Query = field(default_factory=lambda: MATCH_NONE)
    as_typed: Query = field(default_factory=lambda: MATCH_NONE)

    @property
    def full(self) -> Query:
        """The query for the articles that match as typed."""
        return without(MATCH_ALL, [self.relaxed])

    @property
    def ranked_first(self) -> Query:
        """The query for the articles that rank first."""
        return without(MATCH_ALL, [self.relaxed, self.boilerplate_only])

    @property
    def are_all_full(self) -> bool:
        """Whether all of the articles rank first."""
        return self.relaxed == self.boilerplate_only == MATCH_NONE


@dataclass(frozen=True, slots=True)
class RelaxedMatcher:
    """Matches the plan of one request."""

    reader: IndexReader
    request: Request
    compiler: QueryCompiler
    scorer: Scorer
    statistics: CollectionStatistics
    rules: RelaxedMatching

    def match(self) -> Matches:
        """Return the articles of the plan. Filters do not influence whether it is relaxed, so that the facet counts add up."""
        plan = self.request.plan
        required = self.compiler.query(plan.required)
        words = [self.compiler.query(clause) for clause in plan.words]
        runs = [self.compiler.query(clause) for clause in plan.runs]
        as_typed = MATCH_NONE if plan.as_typed is None else self.compiler.query(plan.as_typed)
        all_words = any_of([all_of([required, *words]), as_typed])
        if not self.request.can_be_relaxed:
            return Matches(any_of([all_of([required, *words, *runs]), as_typed]), as_typed=as_typed)
        full = any_of([all_of([required, *words, *runs]), as_typed])
        min_matches = self.request.word_matches_needed
        has_others = full != all_words and bool(self.reader.counts([without(all_words, [full])])[0])
        if has_others:
            min_matches = self.request.min_full_matches
        boilerplate_only = MATCH_NONE
        if not plan.has_phrase and self.statistics.has_boilerplate:
            if self._has_at_least(min_matches, without(full, [_HAS_BOILERPLATE])):
                return Matches(full, as_typed=as_typed)
            boilerplate_only = without(self._boilerplate_only(), [as_typed])
        if self._has_at_least(min_matches, without(full, [boilerplate_only])):
            return Matches(full, as_typed=as_typed)
        without_run, relaxed = MATCH_NONE, MATCH_NONE
        if has_others:
            relaxed = self._best([all_words], full)
            without_run = relaxed if plan.text_count == 1 else MATCH_NONE
        so_far = any_of([without(full, [boilerplate_only]), relaxed])
        if not has_others or not self._has_at_least(self.request.word_matches_needed, so_far):
            relaxed = any_of([relaxed, self._best_with_most_words(required, all_words, words)])
        return Matches(any_of([full, relaxed]), relaxed, without_run, boilerplate_only, as_typed)

    def _boilerplate_only(self) -> Query:
        """Return the query for articles with all words that contain some word only in boilerplate, and have no score."""
        scoring = [query for term in self.request.plan.ranking_terms for query in ranking_queries(term).values()]
        clauses = (*self.request.plan.words, *self.request.plan.runs)
        outside = all_of([self.compiler.query(clause, skip_boilerplate=True) for clause in clauses])
        return without(_HAS_BOILERPLATE, [any_of(scoring), outside])

    def _has_at_least(self, min_matches: int, query: Query) -> bool:
        body: dict[str, Any] = {"size": 0, "query": query, "track_total_hits": True}
        if self.request.collapse:
            body["aggs"] = collapsed_aggregations()
        response = self.reader.search(body)
        total: int = response["hits"]["total"]["value"]
        return total - collapsed_count(response.get("aggregations")) >= min_matches

    def _best_with_most_words(self, required: Query, all_words: Query, words: Sequence[Query]) -> Query:
        """Return a query for the best articles that match most of the words, but not all of them."""
        conditions = [required]
        if self.request.plan.text_count <= 1:
            return self._best(conditions, all_words, min_score=self.rules.min_score)
        if most_query := self._most_words(required, all_words, words):
            conditions.append(most_query)
        elif self.reader.counts([all_words])[0]:
            return MATCH_NONE
        return self._best(conditions, all_words)

    def _best(self, conditions: Sequence[Query], excluded: Query, *, min_score: float = 0.0) -> Query:
        """Return a query for the best articles under some conditions that are not ``excluded``.

        Their score must be at least the share ``min_score`` of the best score among all articles, excluded ones included.
        """
        plan = self.request.plan
        conditions = list(conditions)
        terms = content_terms(plan)
        if not plan.requires_text:
            conditions.append(any_of([query for term in terms for query in ranking_queries(term).values()]))
        named = {"constant_score": {"filter": excluded, "boost": 0.0, "_name": _EXCLUDED}}
        rough = self.scorer.rough_queries(terms, with_title=False)
        query = {"bool": {"filter": conditions, "should": [*rough, named]}}
        body = {"query": query, "sort": BY_SCORE, "track_scores": True, "track_total_hits": True}
        scored: list[tuple[Candidate, float]] = []
        pages = ((_PAGE_SIZE, True) for _ in range(_MAX_SCORED // _PAGE_SIZE))
        for candidates, _ in read_candidates(self.reader, body, pages):
            for candidate in candidates:
                assert candidate.terms
                scored.append((candidate, self.scorer.terms_score(candidate.terms, terms)))
            self.reader.deadline.check()
            if candidates and self._is_complete(scored, candidates[-1].rough_score, min_score):
                break
        best = max((score for _, score in scored), default=0.0)
        eligible = [
            (candidate, round(score, SCORE_DIGITS))
            for candidate, score in scored
            if _EXCLUDED not in candidate.matched
            and score >= min_score * best - SCORE_TOLERANCE
            and (plan.requires_text or score > 0.0)
        ]
        chosen = _top_candidates(eligible, self.rules.max_candidates)
        scores = self.scorer.scores([(candidate, 0) for candidate in chosen])
        rounded = [(each, round(scores[each.document_id].value, SCORE_DIGITS)) for each in chosen]
        best_of_all = _top_candidates(rounded, max(self.rules.max_hits, self.request.min_full_matches))
        return {"ids": {"values": [each.document_id for each in best_of_all]}} if best_of_all else MATCH_NONE

    def _is_complete(self, scored: Sequence[tuple[Candidate, float]], rough_score: float, min_score: float) -> bool:
        """Return whether candidates with this rough score or less cannot be among the best by exact score."""
        relaxed = sorted((score for each, score in scored if _EXCLUDED not in each.matched), reverse=True)
        max_ratio = max((score / each.rough_score for each, score in scored if each.rough_score > 0), default=1.0)
        threshold = relaxed[self.rules.max_candidates - 1] if len(relaxed) >= self.rules.max_candidates else 0.0
        threshold = max(threshold, min_score * max((score for _, score in scored), default=0.0))
        return rough_score * max_ratio * _MARGIN < threshold

    def _most_words(self, required: Query, all_words: Query, words: Sequence[Query]) -> Query | None:
        """Return a query for the articles that match most of the words, or None if all of these match all words."""
        minimum_should_match = self.rules.minimum_should_match(len(words))
        if minimum_should_match is not None:
            query: Query = {"bool": {"should": list(words), "minimum_should_match": minimum_should_match}}
        else:
            counts = self.reader.counts(words)
            weights = [word_weight(self.statistics.articles, count) for count in counts]
            minimum = self.rules.min_word_weight * sum(weights)
            query = _weighing_at_least(list(zip(words, weights, strict=True)), minimum, self.reader.limits)
        (count,) = self.reader.counts([without(all_of([required, query]), [all_words])])
        return query if count else None


def _weighing_at_least(weighted: Sequence[tuple[Query, float]], minimum: float, limits: Limits) -> Query:
    """Return a query for the articles for which the weights of the matching queries add up to a minimum."""
    if sum(clause_count(query) for query, _ in weighted) > limits.scoring_clauses:
        return weighted_sum(weighted, limits, min_score=rounded_down(minimum))
    # Unlike a weighted sum, this visits only the articles that match one of the queries.
    return weighing_at_least(weighted, minimum)


def _top_candidates(scored: Iterable[tuple[Candidate, float]], count: int) -> list[Candidate]:
    """Return the candidates with the highest scores, and all that tie with the last of them."""
    scored = list(scored)
    lowest = sorted((score for _, score in scored), reverse=True)[count - 1] if len(scored) > count else -math.inf
    return [candidate for candidate, score in scored if score >= lowest]
