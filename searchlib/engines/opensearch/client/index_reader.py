"""Read one index of a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from searchlib.engines.common.deadline import NO_DEADLINE, Deadline
from searchlib.engines.opensearch.client.cluster import Cluster
from searchlib.engines.opensearch.client.dsl import MATCH_ALL, Query
from searchlib.engines.opensearch.client.limits import DEFAULT_LIMITS, Limits, fit_body, fit_query

_HITS_PER_PAGE = 200


@dataclass(frozen=True, slots=True)
class IndexReader:
    """An index by its name. Queries may be of any size. All requests end at the deadline.

    All requests go to the same copies of the shards: copies may still count different deleted documents, which changes scores.
    """

    cluster: Cluster
    index: str
    limits: Limits = DEFAULT_LIMITS
    deadline: Deadline = NO_DEADLINE

    def with_deadline(self, deadline: Deadline) -> IndexReader:
        """Return a reader of the same index whose requests end at a deadline."""
        return replace(self, deadline=deadline)

    def search(self, body: Mapping[str, Any]) -> Any:
        """Return the response to a search."""
        return self.cluster.search(
            self.index, fit_body(body, self.limits), deadline=self.deadline, preference=self.index
        )

    def counts(self, queries: Sequence[Query]) -> list[int]:
        """Return the number of articles that match each query, with one request."""
        fitted = [fit_query(query, self.limits) for query in queries]
        return self.cluster.counts(self.index, fitted, deadline=self.deadline, preference=self.index)

    def document(self, document_id: str) -> dict[str, Any] | None:
        """Return the source of a document as of the last refresh, as in a search, or None if there is no such document.

        Changes of an unfinished update are not visible.
        """
        return self.cluster.document(self.index, document_id, deadline=self.deadline, realtime="false")

    def scan(self, query: Query, source: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Yield all hits of a query in the order of their article ids, with the fields of ``source``.

        ``opensearchpy.helpers.scan`` is not used: it opens a scroll, which fails if its node is lost.
        """
        body: dict[str, Any] = {
            "size": _HITS_PER_PAGE,
            "query": query,
            "_source": list(source),
            "sort": [{"id": "asc"}],
        }
        while True:
            hits = self.search(body)["hits"]["hits"]
            yield from hits
            if len(hits) < _HITS_PER_PAGE:
                return
            body["search_after"] = hits[-1]["sort"]

    def value_counts(self, field: str, query: Query = MATCH_ALL) -> dict[str, int]:
        """Return all values of a field, ascending, with the number of articles that match the query and have the value.

        The numbers are exact for any number of shards and values, unlike those of a ``terms`` aggregation.
        """
        counts: dict[str, int] = {}
        composite: dict[str, Any] = {
            "size": self.limits.values_per_page,
            "sources": [{"value": {"terms": {"field": field}}}],
        }
        body = {"size": 0, "query": query, "aggs": {"values": {"composite": composite}}}
        while True:
            values = self.search(body)["aggregations"]["values"]
            counts |= {each["key"]["value"]: each["doc_count"] for each in values["buckets"]}
            if "after_key" not in values:
                return counts
            composite["after"] = values["after_key"]
