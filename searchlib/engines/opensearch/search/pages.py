"""Read the hits of a page in their order: the best of them scored exactly, and repeats folded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from searchlib.engines.base import Request
from searchlib.engines.common.scoring import SCORE_DIGITS
from searchlib.engines.opensearch.client.clause_limit import Query
from searchlib.engines.opensearch.search.hits import BY_DATE, BY_SCORE, FULL, ScoredHit, read_hits, read_scored
from searchlib.engines.opensearch.search.matching import (
    Matches,
    close_scores,
    read_folded,
)
from searchlib.engines.opensearch.search.ranking import Scorer
from searchlib.engines.opensearch.search.reader import IndexReader

LOOKED_AT = 200
"""Articles that are scored exactly and sorted here, the best by their rough scores; those behind stay in the cluster's order."""

MORE = 500
"""Further hits are read so many at a time."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A hit in its place, and its score."""

    hit: ScoredHit
    score: float


@dataclass(frozen=True, slots=True)
class Page:
    """The hits of a page, the ``aggregations`` of the search, and how many articles were found and ``folded``."""

    hits: list[Ranked]
    aggregations: Mapping[str, Any]
    total: int
    folded: int


class PageReader:
    """Reads the page that one request asks for; ``body`` holds the filters and aggregations of the search."""

    def __init__(
        self,
        reader: IndexReader,
        request: Request,
        matched: Matches,
        scorer: Scorer,
        body: Mapping[str, Any],
    ) -> None:
        self._reader = reader
        self._request = request
        self._matched = matched
        self._scorer = scorer
        self._body = body

    def read(self) -> Page:
        """The page in the order that is asked for."""
        return self._by_score() if self._request.sort == "relevance" else self._by_date()

    def _by_score(self) -> Page:
        request, matched, scorer = self._request, self._matched, self._scorer
        plan = request.plan
        rough = scorer.rough(plan.ranking, whole=True)
        named: list[Query] = []
        if not matched.is_plain:
            named = [{"constant_score": {"filter": matched.first, "boost": 0.0, "_name": FULL}}]
        query = {"bool": {"filter": [matched.found], "should": [*rough, *named]}}
        body = {**self._body, "query": query, "sort": BY_SCORE, "track_scores": True}
        exact = bool(plan.ranking or plan.title_phrases)
        # What makes up for repeats is read at once: it is cheaper than to ask again.
        first = LOOKED_AT + (0 if matched.is_plain else 2 * scorer.proximity_candidates)
        ranked: list[Ranked] = []

        def arrange(hits: Sequence[ScoredHit]) -> list[Ranked]:
            if ranked or not exact:
                return [Ranked(hit, hit.rough if exact else 0.0) for hit in hits]
            full = [(hit, matched.is_plain or FULL in hit.matched) for hit in hits]
            scores = close_scores(scorer, full, request)
            order = sorted(full, key=lambda each: _order(each[0], each[1], scores[each[0].key]))
            return [Ranked(hit, scores[hit.key]) for hit, _ in order]

        page = self._read(body, sizes(first, exact), arrange, ranked)
        return replace(page, hits=self._scored(page.hits)) if exact else page

    def _scored(self, page: Sequence[Ranked]) -> list[Ranked]:
        """The same hits, and of those behind all that were looked at their exact scores."""
        missing = [each.hit.key for each in page if each.hit.scored is None]
        scored = read_scored(self._reader, missing, self._request)
        made = []
        for each in page:
            if each.hit.scored is None and each.hit.key in scored:
                hit = replace(each.hit, scored=scored[each.hit.key])
                (score,) = close_scores(self._scorer, [(hit, True)], self._request).values()
                made.append(Ranked(hit, score))
            else:
                made.append(each)
        return made

    def _by_date(self) -> Page:
        request = self._request
        body = {**self._body, "query": self._matched.found, "sort": BY_DATE[request.sort]}
        ranked: list[Ranked] = []
        first = min(request.offset + request.limit + (LOOKED_AT if request.collapse else 0), MORE)
        page = self._read(body, sizes(first, False), lambda hits: [Ranked(hit, 0.0) for hit in hits], ranked)
        scored = read_scored(self._reader, [each.hit.key for each in page.hits], request)
        hits = [(replace(each.hit, scored=scored[each.hit.key]), True) for each in page.hits if each.hit.key in scored]
        scores = close_scores(self._scorer, hits, request)
        return replace(page, hits=[Ranked(hit, scores[hit.key]) for hit, _ in hits])

    def _read(
        self,
        body: Mapping[str, Any],
        wanted_sizes: Iterator[tuple[int, bool]],
        arrange: Callable[[Sequence[ScoredHit]], list[Ranked]],
        ranked: list[Ranked],
    ) -> Page:
        """Read hits until there are enough for the page, and fold those that repeat one that comes before them."""
        request = self._request
        wanted = request.offset + request.limit
        first: Mapping[str, Any] | None = None
        groups: set[str] = set()
        read = 0
        for hits, answer in read_hits(self._reader, body, request, wanted_sizes):
            first = first or answer
            read += len(hits)
            for each in arrange(hits):
                group = each.hit.group if request.collapse else ""
                if group and group in groups:
                    continue
                groups.add(group)
                ranked.append(each)
            if len(ranked) >= wanted:
                break
        assert first is not None
        total: int = first["hits"]["total"]["value"]
        folded = 0
        if request.collapse:
            # Counted here where all hits are known, and otherwise by the cluster, which may be off by a few of many thousands.
            counted = read_folded(first["aggregations"]["folded"])
            folded = total - len(ranked) if read == total else counted
        return Page(ranked[request.offset : wanted], first.get("aggregations", {}), total, folded)


def sizes(first: int, is_scored: bool) -> Iterator[tuple[int, bool]]:
    """How many hits to read at a time, and whether to score them: so many at first, and then as many as it takes."""
    yield first, is_scored
    while True:
        yield MORE, False


def _order(hit: ScoredHit, is_full: bool, score: float) -> tuple[Any, ...]:
    """The order of hits: full ones first, then by score without its last digits. Ties: the newest, then by id."""
    return (not is_full, -round(score, SCORE_DIGITS), -hit.date, hit.id)
