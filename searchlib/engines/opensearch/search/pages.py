"""Read the candidates of a page in order, with exact scores for the best ones, and near duplicates collapsed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from searchlib.engines.base import Request
from searchlib.engines.common.scoring import SCORE_DIGITS
from searchlib.engines.opensearch.client.dsl import MATCH_NONE, Query
from searchlib.engines.opensearch.client.index_reader import IndexReader
from searchlib.engines.opensearch.search.candidates import (
    BY_DATE,
    BY_SCORE,
    Candidate,
    collapsed_count,
    read_candidates,
    read_terms,
)
from searchlib.engines.opensearch.search.ranking import Score, Scorer
from searchlib.engines.opensearch.search.relaxed_matching import Matches

_RESCORED = 200
"""The number of candidates, the best by rough score, that are scored exactly and sorted. Others keep the cluster's order."""

_PAGE_SIZE = 500
"""The number of further candidates that one request reads."""

_WITHOUT_RUN, _RANKED_FIRST, _AS_TYPED, _FULL = "without run", "ranked first", "as typed", "full"
"""The names of the queries for the articles that rank before others."""

_TIERS = {_WITHOUT_RUN: 1, _RANKED_FIRST: 2, _AS_TYPED: 3}
"""The tier of the articles of each query. An article of several queries has the sum."""

_BOOST = 10_000.0
"""The addition to the rough score of an article that matches as typed: more than any score."""


@dataclass(frozen=True, slots=True)
class RankedCandidate:
    """A candidate with its score."""

    candidate: Candidate
    score: Score


@dataclass(frozen=True, slots=True)
class Page:
    """The candidates of a page, the ``aggregations`` of the search, and the numbers of matching and ``collapsed`` articles."""

    candidates: list[RankedCandidate]
    aggregations: Mapping[str, Any]
    total: int
    collapsed: int


@dataclass(frozen=True, slots=True)
class PageReader:
    """Reads the page of one request; ``body`` contains the filters and aggregations of the search."""

    reader: IndexReader
    request: Request
    matches: Matches
    scorer: Scorer
    body: Mapping[str, Any]

    def read(self) -> Page:
        """Return the page in the order of the request."""
        return self._read_by_score() if self.request.sort == "relevance" else self._read_by_date()

    def _read_by_score(self) -> Page:
        plan, matches = self.request.plan, self.matches
        rough = self.scorer.rough_queries(plan.ranking_terms, with_title=True)
        named: list[Query] = []
        if not matches.are_all_full:
            named = [_named(_RANKED_FIRST, matches.ranked_first), _named(_WITHOUT_RUN, matches.without_run)]
        if matches.as_typed != MATCH_NONE:
            named.append(_named(_AS_TYPED, matches.as_typed, boost=_BOOST))
        query = {"bool": {"filter": [matches.query], "should": [*rough, *named]}}
        body = {**self.body, "query": query, "sort": BY_SCORE, "track_scores": True}
        has_scores = bool(plan.ranking_terms or plan.title_phrases)
        # More than a page are read, in case of near duplicates: a second request would cost more.
        first = _RESCORED + (0 if matches.are_all_full else 2 * self.scorer.proximity_candidates)

        def rank(candidates: Sequence[Candidate], is_first: bool) -> list[RankedCandidate]:
            if not is_first or not has_scores:
                return [RankedCandidate(each, Score(each.rough_score if has_scores else 0.0)) for each in candidates]
            return self._rank(candidates)

        page = self._read(body, _page_sizes(first, with_terms=has_scores), rank)
        return replace(page, candidates=self._with_exact_scores(page.candidates)) if has_scores else page

    def _rank(self, candidates: Sequence[Candidate]) -> list[RankedCandidate]:
        """Score the candidates, and sort them by tier, then by score, date and id."""
        tiers = [(each, sum(map(_TIERS.__getitem__, each.matched))) for each in candidates]
        scores = self.scorer.scores(tiers)

        def key(item: tuple[Candidate, int]) -> tuple[Any, ...]:
            each, tier = item
            return (-tier, -round(scores[each.document_id].value, SCORE_DIGITS), -each.date, each.id)

        return [RankedCandidate(each, scores[each.document_id]) for each, _ in sorted(tiers, key=key)]

    def _with_exact_scores(self, ranked: Sequence[RankedCandidate]) -> list[RankedCandidate]:
        """Return the same candidates in the same order, with exact scores for those after the rescored ones."""
        ids = [each.candidate.document_id for each in ranked if each.candidate.terms is None]
        terms = read_terms(self.reader, ids)
        exact = []
        for each in ranked:
            if each.candidate.document_id in terms:
                candidate = replace(each.candidate, terms=terms[each.candidate.document_id])
                (score,) = self.scorer.scores([(candidate, 0)]).values()
                exact.append(RankedCandidate(candidate, score))
            else:
                exact.append(each)
        return exact

    def _read_by_date(self) -> Page:
        request = self.request
        body = {**self.body, "query": self.matches.query, "sort": BY_DATE[request.sort]}
        if self.matches.relaxed != MATCH_NONE:
            full = _named(_FULL, self.matches.full, boost=1.0)
            body["query"] = {"bool": {"filter": [self.matches.query], "should": [full]}}
            body["sort"] = [{"_score": "desc"}, *BY_DATE[request.sort]]
        first = min(request.offset + request.limit + (_RESCORED if request.collapse else 0), _PAGE_SIZE)
        page = self._read(
            body,
            _page_sizes(first, with_terms=False),
            lambda candidates, _: [RankedCandidate(each, Score(0.0)) for each in candidates],
        )
        terms = read_terms(self.reader, [each.candidate.document_id for each in page.candidates])
        # An update may have deleted some of them.
        left = [
            replace(each.candidate, terms=terms[each.candidate.document_id])
            for each in page.candidates
            if each.candidate.document_id in terms
        ]
        scores = self.scorer.scores([(each, 0) for each in left])
        return replace(page, candidates=[RankedCandidate(each, scores[each.document_id]) for each in left])

    def _read(
        self,
        body: Mapping[str, Any],
        page_sizes: Iterator[tuple[int, bool]],
        rank: Callable[[Sequence[Candidate], bool], list[RankedCandidate]],
    ) -> Page:
        """Read a page without near duplicates. ``rank`` gets the candidates of each request, and whether they are the first."""
        request = self.request
        end = request.offset + request.limit
        first: Mapping[str, Any] | None = None
        ranked: list[RankedCandidate] = []
        groups: set[str] = set()
        read = 0
        for candidates, response in read_candidates(self.reader, body, page_sizes):
            is_first = first is None
            first = first or response
            read += len(candidates)
            for each in rank(candidates, is_first):
                group = each.candidate.group if request.collapse else ""
                if group and group in groups:
                    continue
                groups.add(group)
                ranked.append(each)
            if len(ranked) >= end:
                break
        assert first is not None
        total: int = first["hits"]["total"]["value"]
        collapsed = 0
        if request.collapse:
            # Exact if all candidates were read; the cardinality aggregation of the cluster is approximate for many groups.
            estimate = collapsed_count(first["aggregations"]["collapsed"])
            collapsed = total - len(ranked) if read == total else estimate
        return Page(ranked[request.offset : end], first.get("aggregations", {}), total, collapsed)


def _named(name: str, query: Query, *, boost: float = 0.0) -> Query:
    """Return a query that names the articles of another one, and adds a boost to their scores."""
    return {"constant_score": {"filter": query, "boost": boost, "_name": name}}


def _page_sizes(first: int, *, with_terms: bool) -> Iterator[tuple[int, bool]]:
    """Yield the sizes of the pages to read, each with whether to read the terms, which only the first page needs."""
    yield first, with_terms
    while True:
        yield _PAGE_SIZE, False
