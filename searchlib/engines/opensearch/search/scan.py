"""Go through all articles of an index in the cluster, however many they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from searchlib.engines.opensearch.client.clause_limit import EVERYTHING, Query
from searchlib.engines.opensearch.search.reader import IndexReader

_AT_ONCE = 200
_VALUES_AT_ONCE = 10_000


def scan(
    reader: IndexReader, query: Mapping[str, Any], source: Sequence[str], sort: str = "id"
) -> Iterator[dict[str, Any]]:
    """The hits of a query in the order of a field that tells all articles apart, with what is wanted of them."""
    body: dict[str, Any] = {"size": _AT_ONCE, "query": query, "_source": list(source), "sort": [{sort: "asc"}]}
    while True:
        hits = reader.search(body)["hits"]["hits"]
        yield from hits
        if len(hits) < _AT_ONCE:
            return
        body["search_after"] = hits[-1]["sort"]


def value_counts(reader: IndexReader, field: str, query: Query = EVERYTHING) -> dict[str, int]:
    """All values of a field, in their order, and how many of the articles that a query finds have each: exact, whatever the
    number of shards and of values."""
    found: dict[str, int] = {}
    composite: dict[str, Any] = {"size": _VALUES_AT_ONCE, "sources": [{"value": {"terms": {"field": field}}}]}
    body = {"size": 0, "query": query, "aggs": {"values": {"composite": composite}}}
    while True:
        values = reader.search(body)["aggregations"]["values"]
        found |= {each["key"]["value"]: each["doc_count"] for each in values["buckets"]}
        if "after_key" not in values:
            return found
        composite["after"] = values["after_key"]
