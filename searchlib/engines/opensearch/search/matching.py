"""Match a query: what finds the articles that hold all of it, and where these are too few, those that hold most of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from searchlib.engines.base import Request
from searchlib.engines.common.relaxed_matching import RelaxedMatching, word_weight
from searchlib.engines.common.scoring import SCORE_DIGITS, SCORE_TOLERANCE, content_terms
from searchlib.engines.opensearch.client.clause_limit import (
    EVERYTHING,
    MAX_SCORED,
    NOTHING,
    Query,
    all_of,
    any_of,
    clause_count,
    sum_of,
    without,
)
from searchlib.engines.opensearch.search.hits import BY_SCORE, HELD, ScoredHit, read_hits
from searchlib.engines.opensearch.search.queries import Compiler, ranking_queries
from searchlib.engines.opensearch.search.ranking import Scorer
from searchlib.engines.opensearch.search.reader import IndexReader

_PAGE = 400
_MOST_LOOKED_AT = 4000
"""Articles that are scored exactly, at most, to find the best of those that hold most of a query."""

_HAS_REST: Query = {"term": {"has_rest": {"value": True}}}

_SLACK = 1.1
"""By how much the rough score of an article not looked at may fall short of its exact one, beyond the worst that was seen."""


@dataclass(frozen=True, slots=True)
class Matches:
    """The articles of a query, as queries: ``found`` finds all of them. Of these ``relaxed`` finds those that do not hold all of
    it, and ``echoes`` those that do, and yet do not come first."""

    found: Query
    relaxed: Query = field(default_factory=lambda: NOTHING)
    echoes: Query = field(default_factory=lambda: NOTHING)

    @property
    def held(self) -> Query:
        """What of all found finds those that hold all of the query."""
        return without(EVERYTHING, [self.relaxed])

    @property
    def first(self) -> Query:
        """What of all found finds those that come first."""
        return without(EVERYTHING, [self.relaxed, self.echoes])

    @property
    def is_plain(self) -> bool:
        """Whether all that is found comes first."""
        return self.relaxed == self.echoes == NOTHING


class Matching:
    """Matches the plan of one request in one index; ``any_boilerplate`` if some article holds lines that do not rank."""

    def __init__(
        self,
        reader: IndexReader,
        request: Request,
        compiler: Compiler,
        scorer: Scorer,
        *,
        articles: int,
        any_boilerplate: bool,
        rules: RelaxedMatching,
    ) -> None:
        self._rules = rules
        self._reader = reader
        self._request = request
        self._plan = request.plan
        self._compiler = compiler
        self._scorer = scorer
        self._articles = articles
        self._any_boilerplate = any_boilerplate

    def match(self) -> Matches:
        """What the plan finds; whether it is relaxed does not depend on filters, so that their counts add up."""
        plan = self._plan
        required = self._compiler.query(plan.required)
        words = [self._compiler.query(clause) for clause in plan.words]
        held = all_of([required, *words])
        if len(words) + plan.requires_text < 2:
            return Matches(held)
        echoes = NOTHING
        if not plan.has_phrase and self._any_boilerplate:
            if self._are_enough(without(held, [_HAS_REST])):
                return Matches(held)
            echoes = self._echoes()
        if self._are_enough(without(held, [echoes])):
            return Matches(held)
        best = self._best_of_most(required, held, words)
        if not best:
            return Matches(held, echoes=echoes)
        relaxed: Query = {"ids": {"values": best}}
        return Matches(any_of([held, relaxed]), relaxed, echoes)

    def _echoes(self) -> Query:
        """Of the articles that hold all, those that hold one of the words in boilerplate alone, and to whose scores no term adds
        anything."""
        scored = [query for term in self._plan.ranking for query in ranking_queries(term).values()]
        told = all_of([self._compiler.query(clause, telling=True) for clause in self._plan.words])
        return without(_HAS_REST, [any_of(scored), told])

    def _are_enough(self, full: Query) -> bool:
        wanted = 1 if self._plan.is_one_word else self._request.min_full_matches
        body: dict[str, Any] = {"size": 0, "query": full, "track_total_hits": True}
        if self._request.collapse:
            body["aggs"] = fold_aggregations()
        answer = self._reader.search(body)
        total: int = answer["hits"]["total"]["value"]
        return total - read_folded(answer.get("aggregations")) >= wanted

    def _best_of_most(self, required: Query, held: Query, words: Sequence[Query]) -> list[str]:
        """The keys of the best articles that hold most of the query, but not all of it."""
        plan = self._plan
        conditions = [required]
        if plan.text_count > 1 and (most := self._holding_most(required, held, words)):
            conditions.append(most)
        terms = content_terms(plan)
        rough = self._scorer.rough(terms, whole=False)
        scored: dict[str, Any] = {"filter": conditions, "should": [*rough, _named(held)]}
        if not plan.requires_text:
            conditions.append(any_of([query for term in terms for query in ranking_queries(term).values()]))
        merits: dict[str, tuple[ScoredHit, float]] = {}
        body = {"query": {"bool": scored}, "sort": BY_SCORE, "track_scores": True, "track_total_hits": True}
        pages = ((_PAGE, True) for _ in range(_MOST_LOOKED_AT // _PAGE))
        for hits, _ in read_hits(self._reader, body, self._request, pages):
            for hit in hits:
                assert hit.scored
                merits[hit.key] = hit, self._scorer.of_terms(hit.scored, terms)
            self._request.deadline.check()
            if hits and self._no_better_follow(hits[-1].rough, merits.values()):
                break
        best = max((merit for _, merit in merits.values()), default=0.0)
        candidates = [
            (hit, merit)
            for hit, merit in merits.values()
            if HELD not in hit.matched
            and (plan.text_count > 1 or merit >= self._rules.min_score * best - SCORE_TOLERANCE)
            and (plan.requires_text or merit > 0.0)
        ]
        chosen = best_of([(hit, round(merit, SCORE_DIGITS)) for hit, merit in candidates], self._rules.max_candidates)
        scores = close_scores(self._scorer, [(hit, False) for hit in chosen], self._request)
        return [
            hit.key
            for hit in best_of(
                [(hit, round(scores[hit.key], SCORE_DIGITS)) for hit in chosen],
                max(self._rules.max_hits, self._request.min_full_matches),
            )
        ]

    def _no_better_follow(self, rough: float, merits: Any) -> bool:
        """Whether no article with such a rough score, or a lower one, can be among the best by its exact score."""
        seen = [(hit, merit) for hit, merit in merits]
        exact = sorted((merit for hit, merit in seen if HELD not in hit.matched), reverse=True)
        worst = max((merit / hit.rough for hit, merit in seen if hit.rough > 0), default=1.0)
        least = exact[self._rules.max_candidates - 1] if len(exact) >= self._rules.max_candidates else 0.0
        if self._plan.text_count <= 1:
            least = max(least, self._rules.min_score * max((merit for _, merit in seen), default=0.0))
        return rough * worst * _SLACK < least

    def _holding_most(self, required: Query, held: Query, words: Sequence[Query]) -> Query | None:
        """What finds the articles that hold most of the words: of a few half, of more a share by what the words weigh.

        A rare word tells what a question is about; one that every article holds tells nothing. None where no article does.
        """
        needed = self._rules.minimum_should_match(len(words))
        if needed is not None:
            most: Query = {"bool": {"should": list(words), "minimum_should_match": needed}}
        else:
            counts = self._reader.counts(words)
            weights = [word_weight(self._articles, count) for count in counts]
            # Scores there have seven digits.
            most = weighing(
                list(zip(words, weights, strict=True)),
                self._rules.min_word_weight * sum(weights) * (1.0 - SCORE_TOLERANCE),
            )
        (found,) = self._reader.counts([without(all_of([required, most]), [held])])
        return most if found else None


def weighing(weighed: Sequence[tuple[Query, float]], least: float) -> Query:
    """The articles for which the weights of the queries that find them sum up to so much at least."""
    if sum(clause_count(query) for query, _ in weighed) > MAX_SCORED:
        return sum_of(weighed, least=least)
    # Looks only at the articles that one of them finds.
    should = [{"constant_score": {"filter": query, "boost": weight}} for query, weight in weighed if weight]
    return {"function_score": {"query": {"bool": {"should": should}}, "min_score": least}}


def _named(held: Query) -> Query:
    return {"constant_score": {"filter": held, "boost": 0.0, "_name": HELD}}


def fold_aggregations() -> dict[str, Any]:
    """What counts how many articles are folded into others: those in groups, and the groups."""
    return {
        "grouped": {"value_count": {"field": "group"}},
        "groups": {"cardinality": {"field": "group", "precision_threshold": 40_000}},
    }


def read_folded(aggregations: Any) -> int:
    """How many of the articles found are folded into others."""
    if not aggregations:
        return 0
    return int(aggregations["grouped"]["value"] - aggregations["groups"]["value"])


def best_of(merits: Sequence[tuple[ScoredHit, float]], wanted: int) -> list[ScoredHit]:
    """The hits with the highest so many merits, and all that are as high as the last of these."""
    least = sorted((merit for _, merit in merits), reverse=True)[wanted - 1] if len(merits) > wanted else -math.inf
    return [hit for hit, merit in merits if merit >= least]


def close_scores(scorer: Scorer, hits: Sequence[tuple[ScoredHit, bool]], request: Request) -> dict[str, float]:
    """The scores of hits, which come with whether they are full; closeness counts in the best, full ones before others."""
    plan = request.plan
    scores = {}
    for hit, _ in hits:
        assert hit.scored
        scores[hit.key] = scorer.of_terms(hit.scored, plan.ranking) + scorer.title(hit.scored)
    request.deadline.check()
    merits = sorted(((is_full, scores[hit.key]) for hit, is_full in hits), reverse=True)
    least = merits[min(scorer.proximity_candidates, len(merits)) - 1] if merits else (False, 0.0)
    for hit, is_full in hits if plan.proximity_pairs else ():
        if (is_full, scores[hit.key] + SCORE_TOLERANCE) >= least:
            assert hit.scored
            scores[hit.key] += sum(scorer.closeness(hit.scored, pair) for pair in plan.proximity_pairs)
    return scores
