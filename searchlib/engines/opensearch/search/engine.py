"""Search an index in an OpenSearch cluster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from searchlib.analysis.boilerplate import Boilerplate
from searchlib.analysis.fold import fold
from searchlib.analysis.units import units
from searchlib.engines.base import CATEGORY_TREE, EngineResults, EngineStats, Request
from searchlib.engines.common.cache import SizedLru
from searchlib.engines.common.deadline import Deadline
from searchlib.engines.common.fields import TEXT_FIELDS, VALUE_FIELDS, length_field, text_field
from searchlib.engines.common.relaxed_matching import RELAXED_MATCHING, RelaxedMatching, is_taken_apart
from searchlib.engines.common.scoring import PROXIMITY_CANDIDATES
from searchlib.engines.opensearch.client.clause_limit import EVERYTHING, Query, all_of
from searchlib.engines.opensearch.client.cluster import Cluster, RefusedError
from searchlib.engines.opensearch.index.blobs import Blobs, unpacked_values
from searchlib.engines.opensearch.index.category_tree import CategoryTree
from searchlib.engines.opensearch.index.documents import article_key, title_key, unpack_article, writable
from searchlib.engines.opensearch.index.mapping import PATH
from searchlib.engines.opensearch.index.names import read_names
from searchlib.engines.opensearch.index.writer import BOILERPLATE
from searchlib.engines.opensearch.search.facets import FacetCounter
from searchlib.engines.opensearch.search.fetch import HitReader
from searchlib.engines.opensearch.search.hits import BY_DATE
from searchlib.engines.opensearch.search.lazy import Lazy
from searchlib.engines.opensearch.search.matching import (
    Matching,
    fold_aggregations,
)
from searchlib.engines.opensearch.search.pages import PageReader
from searchlib.engines.opensearch.search.queries import Compiler, first_founds, run_query, runs_query, term_query
from searchlib.engines.opensearch.search.ranking import Measures, Scorer, holders, near_terms
from searchlib.engines.opensearch.search.reader import IndexReader
from searchlib.engines.opensearch.search.scan import scan, value_counts
from searchlib.errors import IndexDamagedError
from searchlib.models import Article
from searchlib.query.plan import AllOf, Clause, FirstMatching, Plan, RankingTerm
from searchlib.query.plan import AnyOf as AnyOf
from searchlib.settings import Categories, Ranking
from searchlib.suggest.lookup import Lexicon

ENGINE = "opensearch"
"""The name under which manifests know this engine."""

_COUNTED_AT_ONCE = 500
_KEPT_COUNTS_BYTES = 16_000_000


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is the same for all searches: what scores need, whether some article holds boilerplate, how many have no date."""

    measures: Measures
    any_boilerplate: bool
    undated: int


class OpenSearchEngine:
    """One ``revision`` of an index, open for searching by any number of threads.

    ``place`` names it in messages; ``categories`` says whether lists of categories are paths.
    """

    def __init__(
        self,
        cluster: Cluster,
        index: str,
        *,
        place: str,
        revision: int,
        zone: str,
        weights: Ranking,
        categories: Categories = "auto",
        relaxed: RelaxedMatching = RELAXED_MATCHING,
        proximity_candidates: int = PROXIMITY_CANDIDATES,
    ) -> None:
        self._relaxed = relaxed
        self._proximity_candidates = proximity_candidates
        self._cluster = cluster
        self._reader = IndexReader(cluster, index)
        self._place = place
        self._zone = ZoneInfo(zone)
        self._weights = weights
        self._categories = categories
        self._blobs = Blobs(cluster, index)
        self._names = self._blobs.of(revision)
        self._counts = SizedLru(_KEPT_COUNTS_BYTES)
        self._facts = Lazy(self._load_facts)
        self._tree = Lazy(self._load_tree)
        self._boilerplate = Lazy(lambda _: self._load_boilerplate())
        self._lexicon = Lazy(lambda _: self._load_lexicon())

    def with_deadline(self, deadline: Deadline) -> OpenSearchEngine:
        """Return a view of the engine, all requests of which end with the deadline."""
        view = copy(self)
        view._reader = replace(self._reader, deadline=deadline)
        return view

    def search(self, request: Request) -> EngineResults:
        """Return the articles that match the plan under the filters."""
        return self.with_deadline(request.deadline)._search(request)

    def _search(self, request: Request) -> EngineResults:
        request.deadline.check()
        plan = request.plan
        held, chosen = self._look_up(plan)
        has_tree = CATEGORY_TREE in request.facets or request.filters.values.get("category")
        tree = self._tree(request.deadline) if has_tree else None
        facts = self._facts(request.deadline)
        compiler = Compiler(self._zone, chosen.get, self._group, tree)
        scorer = Scorer(plan, self._weights, facts.measures, held, self._proximity_candidates)
        matching = Matching(
            self._reader,
            request,
            compiler,
            scorer,
            articles=facts.measures.articles,
            any_boilerplate=facts.any_boilerplate,
            rules=self._relaxed,
        )
        matched = matching.match()
        narrowed = compiler.filters(request.filters)
        allowed = all_of([*narrowed.values()])

        def count(field: str, under: Query) -> Mapping[str, int]:
            return value_counts(self._reader, field, all_of([matched.found, under]))

        facets = FacetCounter(request, narrowed, tree, count)
        aggs: dict[str, Any] = facets.aggregations()
        if request.collapse:
            aggs["folded"] = {"filter": allowed, "aggs": fold_aggregations()}
        if not matched.is_plain:
            aggs["held"] = {"filter": all_of([matched.held, allowed])}
        body: dict[str, Any] = {"track_total_hits": True, "aggs": aggs}
        if allowed != EVERYTHING:
            body["post_filter"] = allowed
        page = PageReader(self._reader, request, matched, scorer, body).read()
        request.deadline.check()
        shown = HitReader(self._reader, request, self.without_boilerplate)
        full = page.aggregations["held"]["doc_count"] if "held" in page.aggregations else page.total
        return EngineResults(
            total=page.total,
            full=0 if is_taken_apart(AllOf((plan.required, *plan.words)), chosen.get) else full,
            collapsed=page.folded,
            hits=shown.show(page.hits, all_of([matched.found, allowed]), scorer),
            facets=facets.facets(page.aggregations),
            category_tree=facets.tree(page.aggregations),
        )

    def _look_up(self, plan: Plan) -> tuple[dict[RankingTerm, int], dict[FirstMatching, Clause | None]]:
        """How many articles hold each term of a plan, and which way to write a word finds any: all in one request."""
        terms = list(dict.fromkeys([*plan.ranking, *near_terms(plan)]))
        clauses = list(dict.fromkeys(first_founds([plan.required, *plan.words])))
        compiler = Compiler(self._zone, lambda _: None, lambda _: "")
        ways = [(clause, child, compiler.query(child)) for clause in clauses for child in clause.children]
        counts = self._count([*map(holders, terms), *(query for _, _, query in ways)])
        chosen: dict[FirstMatching, Clause | None] = dict.fromkeys(clauses)
        for (clause, child, _), count in zip(ways, counts[len(terms) :], strict=True):
            if count and chosen[clause] is None:
                chosen[clause] = child
        return dict(zip(terms, counts, strict=False)), chosen

    def _count(self, queries: Sequence[Query]) -> list[int]:
        """How many articles each query finds; what was counted is kept, as an index that is open does not change."""
        keys = [repr(query) for query in queries]
        found = self._counts.find(keys)
        missing = {key: query for key, query in zip(keys, queries, strict=True) if key not in found}
        names = list(missing)
        for at in range(0, len(names), _COUNTED_AT_ONCE):
            some = names[at : at + _COUNTED_AT_ONCE]
            counts = self._reader.counts([missing[name] for name in some])
            for name, number in zip(some, counts, strict=True):
                found[name] = number
                self._counts.keep(name, number, len(name))
        return [found[key] for key in keys]

    def _load_facts(self, deadline: Deadline) -> _Facts:
        aggs: dict[str, Any] = {field: {"avg": {"field": length_field(field)}} for field in TEXT_FIELDS}
        aggs["rest"] = {"filter": {"term": {"has_rest": {"value": True}}}}
        aggs["undated"] = {"filter": {"term": {"undated": {"value": True}}}}
        reader = replace(self._reader, deadline=deadline)
        answer = reader.search({"size": 0, "track_total_hits": True, "aggs": aggs})
        found = answer["aggregations"]
        measures = Measures(
            articles=answer["hits"]["total"]["value"],
            mean_lengths={field: found[field]["value"] or 0.0 for field in TEXT_FIELDS},
        )
        return _Facts(measures, bool(found["rest"]["doc_count"]), found["undated"]["doc_count"])

    def _load_tree(self, deadline: Deadline) -> CategoryTree | None:
        """The tree of categories; None where lists of categories are no paths."""
        if self._categories == "flat":
            return None
        counts = value_counts(replace(self._reader, deadline=deadline), PATH)
        return CategoryTree.of(counts, judged=self._categories == "auto")

    def _group(self, article_id: str) -> str:
        body = {
            "size": 1,
            "_source": False,
            "query": {"ids": {"values": [article_key(article_id)]}},
            "docvalue_fields": ["group"],
        }
        hits = self._reader.search(body)["hits"]["hits"]
        group: str = hits[0].get("fields", {}).get("group", [""])[0] if hits else ""
        return group

    def article(self, article_id: str) -> Article | None:
        """The article with that id."""
        try:
            found = self._reader.document(article_key(article_id))
        except RefusedError as error:
            if error.is_missing:
                return None
            raise
        return unpack_article(found["_source"])

    def values(self, kind: str) -> Mapping[str, int]:
        """All values of title, category, tag or author, with the number of articles that have each."""
        if kind in VALUE_FIELDS:
            return value_counts(self._reader, kind)
        hits = scan(self._reader, EVERYTHING, ["title"])
        return Counter(hit["_source"]["title"] for hit in hits)

    def without_boilerplate(self, body: str) -> str:
        """The lines of a body that are no boilerplate."""
        return self._boilerplate().split(body)[0]

    def _load_boilerplate(self) -> Boilerplate:
        data = self._blobs.read(BOILERPLATE)
        if data is None:
            raise IndexDamagedError(
                f"{self._place}: the lines that the archive repeats are missing: build the index again"
            )
        return Boilerplate(unpacked_values(data))

    def frequencies(self, words: Iterable[str]) -> Mapping[str, int]:
        """In how many articles each of the word terms occurs: in titles, in headings or in bodies, whichever are most."""
        wanted = list(words)
        fields = [text_field(field, "words") for field in TEXT_FIELDS]
        counts = iter(self._count([term_query(field, word) for word in wanted for field in fields]))
        return {word: max(next(counts) for _ in fields) for word in wanted}

    def phrase_frequencies(self, runs: Iterable[str]) -> Mapping[str, int]:
        """In how many articles the units of each folded text stand one after the other."""
        wanted = {run: tuple(units(run)) for run in runs}
        counts = self._count([runs_query(each) for each in wanted.values()])
        return dict(zip(wanted, counts, strict=True))

    def title_frequencies(self, words: Iterable[str]) -> Mapping[str, int]:
        """In how many titles each of the word terms occurs."""
        wanted = list(words)
        counts = self._count([term_query(text_field("title", "words"), word) for word in wanted])
        return dict(zip(wanted, counts, strict=True))

    def newest_titles(self, text: str, limit: int) -> list[str]:
        """Titles that hold a text, whose last unit may be the beginning of one: of the newest articles, at most so many."""
        run = tuple(units(fold(text)))
        if not run:
            return []
        body = {
            "size": limit,
            "_source": ["title"],
            "query": run_query(run, ("title",), prefix=True),
            "sort": BY_DATE["newest"],
        }
        return [hit["_source"]["title"] for hit in self._reader.search(body)["hits"]["hits"]]

    def name_frequency(self, kind: str, text: str) -> int:
        """In how many articles a name of the lexicon occurs, as what its kind says."""
        if kind == "word":
            return self.frequencies([text])[text]
        if kind == "phrase":
            return self.phrase_frequencies([text])[text]
        query = term_query(kind, writable(text)) if kind in VALUE_FIELDS else term_query("title_key", title_key(text))
        return self._count([query])[0]

    def lexicon(self) -> Lexicon:
        """The names of the archive; after an update their numbers of articles may be too high."""
        return self._lexicon()

    def _load_lexicon(self) -> Lexicon:
        return read_names(self._names, self._place)

    def stats(self) -> EngineStats:
        """The index in numbers."""
        facts = self._facts()
        return EngineStats(
            articles=facts.measures.articles,
            undated=facts.undated,
            categories=len(self.values("category")),
            authors=len(self.values("author")),
            tags=len(self.values("tag")),
        )

    def boilerplate(self) -> list[int]:
        """The digests of the lines that are boilerplate."""
        return self._boilerplate().digests

    def articles(self) -> Iterator[Article]:
        """Every article, as it is stored."""
        for hit in scan(self._reader, EVERYTHING, ["id", "article"]):
            yield unpack_article(hit["_source"])

    def damage(self) -> list[str]:
        """One line for what beside the articles cannot be what was written; the cluster checks its own files."""
        lines = []
        for read in (self.lexicon, self._boilerplate):
            try:
                read()
            except IndexDamagedError as error:
                lines.append(str(error))
        return lines

    def close(self) -> None:
        """Give back the connections; no search may be under way."""
        self._cluster.close()
