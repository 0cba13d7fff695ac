"""Search an index in an OpenSearch cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from searchlib.analysis.fold import fold
from searchlib.analysis.units import units
from searchlib.common.progress import StageProgress
from searchlib.engines.base import (
    CATEGORY_TREE,
    Engine,
    EngineResults,
    MatchCounts,
    Request,
    most_frequent,
)
from searchlib.engines.common.cache import LruCache
from searchlib.engines.common.categories import CategoryTree
from searchlib.engines.common.deadline import Deadline
from searchlib.engines.common.fields import TEXT_FIELDS, VALUE_FIELDS, text_field
from searchlib.engines.common.relaxed_matching import RELAXED_MATCHING, RelaxedMatching, is_taken_apart
from searchlib.engines.common.scoring import PROXIMITY_CANDIDATES
from searchlib.engines.opensearch.client.cluster import Cluster
from searchlib.engines.opensearch.client.dsl import MATCH_ALL, Query, all_of, any_of, term_query
from searchlib.engines.opensearch.client.index_reader import IndexReader
from searchlib.engines.opensearch.client.limits import DEFAULT_LIMITS, Limits
from searchlib.engines.opensearch.index.documents import document_id, title_hash, unpack_article, without_surrogates
from searchlib.engines.opensearch.index.field_queries import phrase_query
from searchlib.engines.opensearch.search.candidates import BY_DATE, collapsed_aggregations
from searchlib.engines.opensearch.search.compiler import QueryCompiler, any_field_query, first_matching_levels
from searchlib.engines.opensearch.search.facets import FacetCounter
from searchlib.engines.opensearch.search.fetch import HitFetcher
from searchlib.engines.opensearch.search.open_index import OpenIndex
from searchlib.engines.opensearch.search.pages import PageReader
from searchlib.engines.opensearch.search.ranking import Scorer, proximity_terms
from searchlib.engines.opensearch.search.relaxed_matching import Matches, RelaxedMatcher
from searchlib.errors import IndexDamagedError
from searchlib.models import Article
from searchlib.query.plan import Clause, FirstMatching, Plan, RankingTerm
from searchlib.settings import Categories, Ranking
from searchlib.suggest.lookup import Lexicon

ENGINE = "opensearch"
"""The name of this engine in manifests."""

_COUNTS_PER_REQUEST = 500
_COUNT_CACHE_BYTES = 16_000_000

_MAX_READ_FOR_WORDS = 50
"""Maximum number of articles that are read to find the words that contain a text."""


@dataclass(frozen=True, slots=True)
class _Matched:
    """The matches of a request as queries, with their compiler and scorer."""

    tree: CategoryTree | None
    compiler: QueryCompiler
    scorer: Scorer
    matches: Matches
    is_taken_apart: bool


class OpenSearchEngine(Engine):
    """One ``revision`` of an index, open for any number of threads.

    ``location`` names it in messages. ``categories`` tells whether category lists are paths, ``facets`` names the facets of the
    front matter.
    """

    def __init__(
        self,
        cluster: Cluster,
        index: str,
        *,
        location: str,
        revision: int,
        zone: str,
        weights: Ranking,
        categories: Categories = "auto",
        facets: Sequence[str] = (),
        relaxed: RelaxedMatching = RELAXED_MATCHING,
        proximity_candidates: int = PROXIMITY_CANDIDATES,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self._relaxed = relaxed
        self._proximity_candidates = proximity_candidates
        self._reader = IndexReader(cluster, index, limits)
        self._index = OpenIndex(self._reader, location=location, revision=revision, categories=categories)
        self._facets = facets
        self._zone = ZoneInfo(zone)
        self._weights = weights
        self._counts = LruCache(_COUNT_CACHE_BYTES)

    def with_deadline(self, deadline: Deadline) -> OpenSearchEngine:
        view = copy(self)
        view._reader = self._reader.with_deadline(deadline)
        return view

    def search(self, request: Request) -> EngineResults:
        return self.with_deadline(request.deadline)._search(request)

    def count(self, request: Request) -> MatchCounts:
        return self.with_deadline(request.deadline)._count(request)

    def _count(self, request: Request) -> MatchCounts:
        matched = self._match(request, needs_tree=bool(request.filters.values.get("category")))
        allowed = all_of([*matched.compiler.filter_queries(request.filters).values()])
        matches = matched.matches
        queries = [all_of([matches.query, allowed])]
        if not matches.are_all_full:
            queries.append(all_of([matches.query, matches.full, allowed]))
        counts = self._reader.counts(queries)
        return MatchCounts(total=counts[0], full=0 if matched.is_taken_apart else counts[-1])

    def _search(self, request: Request) -> EngineResults:
        reader = self._reader
        needs_tree = CATEGORY_TREE in request.facets or bool(request.filters.values.get("category"))
        matched = self._match(request, needs_tree=needs_tree)
        compiler, scorer, matches = matched.compiler, matched.scorer, matched.matches
        filters = compiler.filter_queries(request.filters)
        allowed = all_of([*filters.values()])

        def count_values(field: str, query: Query) -> Mapping[str, int]:
            return reader.value_counts(field, all_of([matches.query, query]))

        facets = FacetCounter(request, filters, matched.tree, count_values, reader.limits, self._facets)
        aggs: dict[str, Any] = facets.aggregations()
        if request.collapse:
            aggs["collapsed"] = {"filter": allowed, "aggs": collapsed_aggregations()}
        if not matches.are_all_full:
            aggs["full"] = {"filter": all_of([matches.full, allowed])}
        body: dict[str, Any] = {"track_total_hits": True, "aggs": aggs}
        if allowed != MATCH_ALL:
            body["post_filter"] = allowed
        page = PageReader(reader, request, matches, scorer, body).read()
        request.deadline.check()
        full = page.aggregations["full"]["doc_count"] if "full" in page.aggregations else page.total
        fetcher = HitFetcher(reader, request, self.without_boilerplate)
        return EngineResults(
            total=page.total,
            full=0 if matched.is_taken_apart else full,
            collapsed=page.collapsed,
            hits=fetcher.fetch(page.candidates, all_of([matches.query, allowed]), scorer),
            facets=facets.facets(page.aggregations),
            category_tree=facets.category_tree(page.aggregations),
        )

    def _match(self, request: Request, *, needs_tree: bool) -> _Matched:
        request.deadline.check()
        plan, reader = request.plan, self._reader
        frequencies, chosen = self._look_up(plan)
        tree = self._index.category_tree(request.deadline) if needs_tree else None
        statistics = self._index.statistics(request.deadline)
        compiler = QueryCompiler(self._zone, chosen.get, self._group_of, tree)
        scorer = Scorer(
            plan, self._weights, statistics, frequencies, reader.limits, self._proximity_candidates, request.deadline
        )
        matches = RelaxedMatcher(reader, request, compiler, scorer, statistics, self._relaxed).match()
        return _Matched(tree, compiler, scorer, matches, is_taken_apart(plan, chosen.get))

    def _look_up(self, plan: Plan) -> tuple[dict[RankingTerm, int], dict[FirstMatching, Clause | None]]:
        """Return the number of articles with each term, and the first matching child (or None) of each ``FirstMatching``.

        This takes one request for each level of nested clauses.
        """
        terms = list(dict.fromkeys([*plan.ranking_terms, *proximity_terms(plan)]))
        levels = first_matching_levels([plan.required, *plan.words, *plan.runs]) or [[]]
        chosen: dict[FirstMatching, Clause | None] = {}
        frequencies: dict[RankingTerm, int] = {}
        for number, clauses in enumerate(levels):
            compiler = QueryCompiler(self._zone, chosen.get)
            asked = terms if number == 0 else []
            children = [(clause, child, compiler.query(child)) for clause in clauses for child in clause.children]
            counts = self._cached_counts([*map(any_field_query, asked), *(query for _, _, query in children)])
            frequencies.update(zip(asked, counts, strict=False))
            chosen.update(dict.fromkeys(clauses))
            for (clause, child, _), count in zip(children, counts[len(asked) :], strict=True):
                if count and chosen[clause] is None:
                    chosen[clause] = child
        return frequencies, chosen

    def _cached_counts(self, queries: Sequence[Query]) -> list[int]:
        """Return the number of articles that match each query. It is cached: an open index does not change."""
        keys = [repr(query) for query in queries]
        counts = self._counts.get_many(keys)
        missing = {key: query for key, query in zip(keys, queries, strict=True) if key not in counts}
        missing_keys = list(missing)
        for at in range(0, len(missing_keys), _COUNTS_PER_REQUEST):
            some = missing_keys[at : at + _COUNTS_PER_REQUEST]
            new_counts = self._reader.counts([missing[key] for key in some])
            for key, count in zip(some, new_counts, strict=True):
                counts[key] = count
                self._counts.put(key, count, len(key))
        return [counts[key] for key in keys]

    def _group_of(self, article_id: str) -> str:
        """Return the group of near duplicates of an article, or an empty text."""
        body = {
            "size": 1,
            "_source": False,
            "query": {"ids": {"values": [document_id(article_id)]}},
            "docvalue_fields": ["group"],
        }
        hits = self._reader.search(body)["hits"]["hits"]
        group: str = hits[0].get("fields", {}).get("group", [""])[0] if hits else ""
        return group

    def article(self, article_id: str) -> Article | None:
        source = self._reader.document(document_id(article_id))
        return None if source is None else unpack_article(source)

    def articles(self) -> Iterator[Article]:
        for hit in self._reader.scan(MATCH_ALL, ["id", "article"]):
            yield unpack_article(hit["_source"])

    def values(self, field: str) -> Mapping[str, int]:
        return self._reader.value_counts(field)

    def frequencies(self, words: Iterable[str]) -> Mapping[str, int]:
        words = list(words)
        fields = [text_field(field, "words") for field in TEXT_FIELDS]
        counts = iter(self._cached_counts([term_query(field, word) for word in words for field in fields]))
        return {word: max(next(counts) for _ in fields) for word in words}

    def words_containing(self, text: str, limit: int) -> list[str]:
        # The cluster lists no terms of a text field, so the words are read from articles.
        fields = [text_field(field, "units") for field in TEXT_FIELDS]
        body = {
            "size": _MAX_READ_FOR_WORDS,
            "_source": ["id", "article"],
            "query": any_of([{"wildcard": {field: {"value": f"*{text}*"}}} for field in fields]),
            "sort": BY_DATE["newest"],
        }
        found: set[str] = set()
        for hit in self._reader.search(body)["hits"]["hits"]:
            article = unpack_article(hit["_source"])
            found.update(unit for unit in units(fold(f"{article.title}\n{article.body}")) if text in unit)
        return most_frequent(self, found, limit)

    def phrase_frequencies(self, phrases: Iterable[str]) -> Mapping[str, int]:
        phrases = list(phrases)
        counts = self._cached_counts([phrase_query(units(phrase), unbroken=True) for phrase in phrases])
        return dict(zip(phrases, counts, strict=True))

    def field_frequencies(self, field: str, words: Iterable[str]) -> Mapping[str, int]:
        words = list(words)
        counts = self._cached_counts([term_query(text_field(field, "words"), word) for word in words])
        return dict(zip(words, counts, strict=True))

    def name_frequency(self, kind: str, text: str) -> int:
        if kind == "word":
            return self.frequencies([text])[text]
        if kind == "phrase":
            return self.phrase_frequencies([text])[text]
        if kind in VALUE_FIELDS:
            return self._cached_counts([term_query(kind, without_surrogates(text))])[0]
        return self._cached_counts([term_query("title_hash", title_hash(text))])[0]

    def newest_titles(self, text: str, limit: int) -> list[str]:
        phrase = tuple(units(fold(text)))
        if not phrase:
            return []
        body = {
            "size": limit,
            "_source": ["title"],
            "query": phrase_query(phrase, ("title",), is_prefix=True),
            "sort": BY_DATE["newest"],
        }
        return [hit["_source"]["title"] for hit in self._reader.search(body)["hits"]["hits"]]

    def lexicon(self) -> Lexicon:
        return self._index.lexicon()

    def boilerplate(self) -> list[int]:
        return self._index.boilerplate().digests

    def without_boilerplate(self, body: str) -> str:
        return self._index.boilerplate().split(body)[0]

    def damage(self, _progress: StageProgress) -> list[str]:
        """Return one line for each blob that is damaged. The cluster checks its own files."""
        lines = []
        for read in (self.lexicon, self.boilerplate):
            try:
                read()
            except IndexDamagedError as error:
                lines.append(str(error))
        return lines

    def close(self) -> None:
        self._reader.cluster.close()
