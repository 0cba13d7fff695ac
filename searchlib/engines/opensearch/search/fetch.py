"""Fetch the articles of the hits, and their near duplicates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from searchlib.engines.base import MAX_REPEATS, EngineHit, Request, ScorePart
from searchlib.engines.opensearch.client.dsl import Query, all_of
from searchlib.engines.opensearch.client.index_reader import IndexReader
from searchlib.engines.opensearch.index.documents import unpack_article
from searchlib.engines.opensearch.search.candidates import BY_DATE, read_documents
from searchlib.engines.opensearch.search.pages import RankedCandidate
from searchlib.engines.opensearch.search.ranking import Scorer
from searchlib.models import Article, Repeat

_REPLACED = "?"
"""The character that replaces a lone surrogate in the fields of a document. Only the stored article keeps it."""


@dataclass(frozen=True, slots=True)
class _Group:
    """The number of matching articles in a group, and the newest of them by document id: one more than a hit lists."""

    total: int
    newest: Mapping[str, Repeat]


_NO_GROUP = _Group(1, {})


@dataclass(frozen=True, slots=True)
class HitFetcher:
    """Fetches the hits of one request; ``without_boilerplate`` returns the lines of a body that are not boilerplate."""

    reader: IndexReader
    request: Request
    without_boilerplate: Callable[[str], str]

    def fetch(self, ranked: Sequence[RankedCandidate], matching: Query, scorer: Scorer) -> list[EngineHit]:
        """Return the hits; ``matching`` matches all articles of the search."""
        articles = self._articles([each.candidate.document_id for each in ranked])
        ids = {each.candidate.group for each in ranked if each.candidate.group} if self.request.collapse else set()
        groups = self._groups(sorted(ids), matching) if ids else {}
        hits = []
        for each in ranked:
            article = articles.get(each.candidate.document_id)
            if article is not None:  # An update may have deleted it since the search.
                hits.append(self._hit(each, article, groups.get(each.candidate.group, _NO_GROUP), scorer))
        return hits

    def _hit(self, ranked: RankedCandidate, article: Article, group: _Group, scorer: Scorer) -> EngineHit:
        candidate = ranked.candidate
        repeats = [repeat for document_id, repeat in group.newest.items() if document_id != candidate.document_id]
        parts: tuple[ScorePart, ...] = ()
        if self.request.explain and candidate.terms is not None:
            parts = scorer.parts(candidate, ranked.score)
        return EngineHit(
            id=article.id,
            path=article.path,
            title=article.title,
            date=article.date,
            author=article.author,
            categories=article.categories,
            category_paths=article.category_paths,
            tags=article.tags,
            score=ranked.score.value,
            body=lambda: article.body,
            headings=lambda: article.headings,
            extra=lambda: article.extra,
            without_boilerplate=self.without_boilerplate,
            repeats=tuple(repeats[:MAX_REPEATS]),
            repeats_total=group.total - 1,
            parts=parts,
        )

    def _groups(self, ids: Sequence[str], matching: Query) -> dict[str, _Group]:
        """Return the groups with these ids, from one request."""
        newest = {"top_hits": {"size": MAX_REPEATS + 1, "sort": BY_DATE["newest"], "_source": ["id", "title"]}}
        by_group = {"terms": {"field": "group", "size": len(ids)}, "aggs": {"newest": newest}}
        body = {"size": 0, "query": all_of([matching, {"terms": {"group": ids}}]), "aggs": {"groups": by_group}}
        response = self.reader.search(body)
        buckets = response["aggregations"]["groups"]["buckets"]
        hits = {bucket["key"]: bucket["newest"]["hits"]["hits"] for bucket in buckets}
        repeats = self._repeats([hit for group_hits in hits.values() for hit in group_hits])
        return {
            bucket["key"]: _Group(bucket["doc_count"], {hit["_id"]: repeats[hit["_id"]] for hit in hits[bucket["key"]]})
            for bucket in buckets
        }

    def _repeats(self, hits: Sequence[Mapping[str, Any]]) -> dict[str, Repeat]:
        """Return the ids and titles of articles by document id."""
        repeats = {hit["_id"]: Repeat(id=hit["_source"]["id"], title=hit["_source"]["title"]) for hit in hits}
        ambiguous = [key for key, each in repeats.items() if _REPLACED in each.id or _REPLACED in each.title]
        for document_id, article in self._articles(ambiguous).items():
            repeats[document_id] = Repeat(id=article.id, title=article.title)
        return repeats

    def _articles(self, document_ids: Sequence[str]) -> dict[str, Article]:
        """Return articles by document id, without those that an update has deleted since the search."""
        hits = read_documents(self.reader, document_ids, {"_source": ["id", "article"]})
        return {hit["_id"]: unpack_article(hit["_source"]) for hit in hits}
