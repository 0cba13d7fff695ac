"""Count the facets of a search in the cluster, each under all filters but its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any

from searchlib.engines.base import CATEGORY_TREE, DATE_FACETS, FACETS, Request, filter_of
from searchlib.engines.common.categories import CategoryPath, CategoryTree, path_term, term_path, with_ancestors
from searchlib.engines.common.facets import by_count, period_facet, value_facet
from searchlib.engines.opensearch.client.dsl import Query, all_of, term_query
from searchlib.engines.opensearch.client.limits import Limits
from searchlib.engines.opensearch.index.mapping import CATEGORY_PREFIXES, value_field
from searchlib.engines.opensearch.search.compiler import values_query
from searchlib.models import CategoryNode, FacetValue

_MAX_PERIODS = 5000

_VALUES_PER_SHARD = 2000
"""The number of values that each shard counts. A facet with fewer values has exact counts over any number of shards."""


class FacetCounter:
    """Builds the aggregations of a request, and reads the facets from the response.

    ``filter_queries`` has the query of each filter that is set, ``tree`` is the tree of categories, if there is one. ``facets``
    names the facets of the front matter. ``count_values`` returns the counts of all values of a field among the articles of the
    search that match a query.
    """

    def __init__(
        self,
        request: Request,
        filter_queries: Mapping[str, Query],
        tree: CategoryTree | None,
        count_values: Callable[[str, Query], Mapping[str, int]],
        limits: Limits,
        facets: Sequence[str],
    ) -> None:
        self._request = request
        self._facets = [facet for facet in (*FACETS, *facets) if facet in request.facets]
        self._filter_queries = filter_queries
        self._filter_tree = tree
        self._tree = tree if CATEGORY_TREE in request.facets else None
        self._count_values = count_values
        value_facets = sum(facet not in DATE_FACETS for facet in self._facets) + bool(self._tree)
        self._is_paged = request.max_facet_values * value_facets > limits.buckets

    def aggregations(self) -> dict[str, Any]:
        """Return the aggregations of the facets of the request."""
        aggregations: dict[str, Any] = {}
        for facet in self._facets:
            if facet not in DATE_FACETS:
                inner = self._values_aggregation(value_field(facet))
                # A selected value is always counted, even if it is rare.
                inner |= _filters_aggregation(
                    "selected", [values_query(facet, [value], self._filter_tree) for value in self._selected(facet)]
                )
            else:
                inner = {"values": {"terms": {"field": facet, "size": _MAX_PERIODS, "order": {"_key": "desc"}}}}
            aggregations[facet] = {"filter": self._other_filters(facet), "aggs": inner}
        if self._tree:
            inner = self._values_aggregation(CATEGORY_PREFIXES)
            paths = [term_query(CATEGORY_PREFIXES, path_term(path)) for path in self._selected_paths(self._tree)]
            others = [term_query("category", value) for value in self._selected_names(self._tree)]
            inner |= _filters_aggregation("selected", paths) | _filters_aggregation("others", others)
            aggregations[CATEGORY_TREE] = {"filter": self._other_filters("category"), "aggs": inner}
        return aggregations

    def facets(self, response: Mapping[str, Any]) -> dict[str, tuple[FacetValue, ...]]:
        """Return the facets from the response to these aggregations."""
        facets = {}
        for facet in self._facets:
            if facet not in DATE_FACETS:
                counts = self._counts(value_field(facet), facet, response[facet])
                selected = dict(zip(self._selected(facet), _filters_counts(response[facet], "selected"), strict=True))
                facets[facet] = value_facet(by_count({**selected, **counts}), selected)
            else:
                facets[facet] = period_facet(_bucket_counts(response[facet]), self._request.filters.period(facet))
        return facets

    def category_tree(self, response: Mapping[str, Any]) -> tuple[CategoryNode, ...]:
        """Return the paths from the response, followed by the selected values that are not paths."""
        if not self._tree:
            return ()
        result = response[CATEGORY_TREE]
        counts = {term_path(term): count for term, count in self._counts(CATEGORY_PREFIXES, "category", result).items()}
        counts |= zip(self._selected_paths(self._tree), _filters_counts(result, "selected"), strict=True)
        others = dict(zip(self._selected_names(self._tree), _filters_counts(result, "others"), strict=True))
        ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
        return self._tree.nodes(ordered, self._tree.select(self._selected("category")), others)

    def _values_aggregation(self, field: str) -> dict[str, Any]:
        if self._is_paged:
            return {}
        options = {
            "field": field,
            "size": self._request.max_facet_values,
            "shard_size": max(_VALUES_PER_SHARD, self._request.max_facet_values),
            "order": [{"_count": "desc"}, {"_key": "asc"}],
        }
        return {"values": {"terms": options}}

    def _counts(self, field: str, facet: str, result: Mapping[str, Any]) -> Mapping[str, int]:
        """Return the counts of the most frequent values of a field; ``result`` is the result of the facet's aggregation."""
        if not self._is_paged:
            return _bucket_counts(result)
        counts = self._count_values(field, self._other_filters(facet))
        return dict(islice(by_count(counts).items(), self._request.max_facet_values))

    def _other_filters(self, facet: str) -> Query:
        """Return the query of all filters except the facet's own."""
        own = filter_of(facet)
        return all_of([query for name, query in self._filter_queries.items() if name != own])

    def _selected(self, facet: str) -> list[str]:
        return sorted(self._request.filters.values.get(facet, ()))

    def _selected_paths(self, tree: CategoryTree) -> list[CategoryPath]:
        return with_ancestors(tree.select(self._selected("category")))

    def _selected_names(self, tree: CategoryTree) -> list[str]:
        """Return the selected categories that are not paths of the tree."""
        return [value for value in self._selected("category") if not tree.contains(value)]


def _filters_aggregation(name: str, queries: Sequence[Query]) -> dict[str, Any]:
    """Return an aggregation that counts the articles of each query."""
    numbered = {str(number): query for number, query in enumerate(queries)}
    return {name: {"filters": {"filters": numbered}}} if numbered else {}


def _filters_counts(result: Mapping[str, Any], name: str) -> list[int]:
    """Return the counts from the result of such an aggregation, in the order of its queries."""
    buckets = result[name]["buckets"] if name in result else {}
    return [buckets[str(number)]["doc_count"] for number in range(len(buckets))]


def _bucket_counts(result: Mapping[str, Any]) -> dict[str, int]:
    return {bucket["key"]: bucket["doc_count"] for bucket in result["values"]["buckets"]}
