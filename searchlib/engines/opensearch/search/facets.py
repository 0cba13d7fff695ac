"""Have the cluster count the facets of a search, each under all filters but its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from searchlib.engines.base import CATEGORY_TREE, DATE_FACETS, FACETS, Request
from searchlib.engines.common.categories import path_term, term_path
from searchlib.engines.common.fields import VALUE_FIELDS
from searchlib.engines.opensearch.client.clause_limit import Query, all_of
from searchlib.engines.opensearch.index.category_tree import CategoryTree, on_the_way
from searchlib.engines.opensearch.index.mapping import PLACE
from searchlib.engines.opensearch.search.queries import term_query, values_query
from searchlib.models import CategoryNode, FacetValue

_MOST_PERIODS = 5000

_MOST_BUCKETS = 50_000
"""Values of all facets together in one answer, where as many are wanted of each: a node gives no more than 65,535, and those of the
dates and the chosen ones are among these. Beyond that facets are read page by page."""

_OF_EACH_SHARD = 2000
"""Values that each shard counts: where a facet has no more, the sum over many shards is exact."""


class FacetCounter:
    """Asks for the facets of a request, and reads them in the answer.

    ``narrowed`` holds the query of each filter in force, ``tree`` is that of the categories, if it is known. ``count`` gives all
    values of a field, and how many articles that the search finds under some filters have each.
    """

    def __init__(
        self,
        request: Request,
        narrowed: Mapping[str, Query],
        tree: CategoryTree | None,
        count: Callable[[str, Query], Mapping[str, int]],
    ) -> None:
        self._wanted = request.facets
        self._filters = request.filters
        self._narrowed = narrowed
        self._most = request.max_facet_values
        self._tree = tree if CATEGORY_TREE in request.facets else None
        self._places = tree
        self._count = count
        counted = sum(facet in request.facets for facet in VALUE_FIELDS) + bool(self._tree)
        self._is_paged = self._most * counted > _MOST_BUCKETS

    def aggregations(self) -> dict[str, Any]:
        """The aggregations of the facets that are wanted."""
        found: dict[str, Any] = {}
        for facet in FACETS:
            if facet not in self._wanted:
                continue
            if facet in VALUE_FIELDS:
                counted = self._values_of(facet)
                # A value that was chosen is shown, however rare it is.
                counted |= _each(
                    "chosen", [values_query(facet, [value], self._places) for value in self._chosen(facet)]
                )
            else:
                counted = {"values": {"terms": {"field": facet, "size": _MOST_PERIODS, "order": {"_key": "desc"}}}}
            own = "date" if facet in DATE_FACETS else facet
            found[facet] = {"filter": self._under(own), "aggs": counted}
        if self._tree:
            counted = self._values_of(PLACE)
            counted |= _each("chosen", [term_query(PLACE, path_term(path)) for path in self._chosen_places(self._tree)])
            counted |= _each("others", [term_query("category", value) for value in self._others(self._tree)])
            found[CATEGORY_TREE] = {"filter": self._under("category"), "aggs": counted}
        return found

    def facets(self, answered: Mapping[str, Any]) -> dict[str, tuple[FacetValue, ...]]:
        """The facets in the answer to these aggregations."""
        found = {}
        for facet in FACETS:
            if facet not in self._wanted:
                continue
            if facet in VALUE_FIELDS:
                counts = self._counts(facet, facet, answered[facet])
                chosen = self._chosen(facet)
                found[facet] = _values(counts, dict(zip(chosen, _numbers(answered[facet], "chosen"), strict=True)))
            else:
                found[facet] = _periods(_counts(answered[facet]), self._filters.period(facet))
        return found

    def tree(self, answered: Mapping[str, Any]) -> tuple[CategoryNode, ...]:
        """The places in the answer, and behind them the chosen values that are no places."""
        if not self._tree:
            return ()
        counts = {
            term_path(term): count for term, count in self._counts(PLACE, "category", answered[CATEGORY_TREE]).items()
        }
        places = self._chosen_places(self._tree)
        counts |= zip(places, _numbers(answered[CATEGORY_TREE], "chosen"), strict=True)
        others = zip(self._others(self._tree), _numbers(answered[CATEGORY_TREE], "others"), strict=True)
        return (
            *self._tree.nodes(counts, self._chosen("category")),
            *(
                CategoryNode(path=(value,), value=value, count=count, selected=True)
                for value, count in sorted(others, key=lambda each: (-each[1], each[0]))
            ),
        )

    def _values_of(self, field: str) -> dict[str, Any]:
        if self._is_paged:
            return {}
        order = [{"_count": "desc"}, {"_key": "asc"}]
        counted = {"field": field, "size": self._most, "shard_size": max(_OF_EACH_SHARD, self._most), "order": order}
        return {"values": {"terms": counted}}

    def _counts(self, field: str, own: str, answered: Mapping[str, Any]) -> Mapping[str, int]:
        """The most frequent values of a field."""
        if not self._is_paged:
            return _counts(answered)
        counts = self._count(field, self._under(own))
        return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0]))[: self._most])

    def _under(self, own: str) -> Query:
        """What all filters but a facet's own let through."""
        return all_of([query for name, query in self._narrowed.items() if name != own])

    def _chosen(self, facet: str) -> list[str]:
        return sorted(self._filters.values.get(facet, ()))

    def _chosen_places(self, tree: CategoryTree) -> list[tuple[str, ...]]:
        return on_the_way(tree.selected(self._chosen("category")))

    def _others(self, tree: CategoryTree) -> list[str]:
        return [value for value in self._chosen("category") if not tree.is_place(value)]


def _each(name: str, queries: Sequence[Query]) -> dict[str, Any]:
    """An aggregation that counts the articles of each query."""
    numbered = {str(number): query for number, query in enumerate(queries)}
    return {name: {"filters": {"filters": numbered}}} if numbered else {}


def _numbers(answered: Mapping[str, Any], name: str) -> list[int]:
    """The answers to such an aggregation, in the order of its queries."""
    buckets = answered[name]["buckets"] if name in answered else {}
    return [buckets[str(number)]["doc_count"] for number in range(len(buckets))]


def _counts(answered: Mapping[str, Any]) -> dict[str, int]:
    return {each["key"]: each["doc_count"] for each in answered["values"]["buckets"]}


def _values(counts: Mapping[str, int], chosen: Mapping[str, int]) -> tuple[FacetValue, ...]:
    shown = sorted({**chosen, **counts}.items(), key=lambda each: (-each[1], each[0]))
    return tuple(FacetValue(value=value, count=count, selected=value in chosen) for value, count in shown)


def _periods(counts: Mapping[str, int], selected: str | None) -> tuple[FacetValue, ...]:
    shown = dict(counts)
    if selected is not None:
        shown.setdefault(selected, 0)
    return tuple(
        FacetValue(value=value, count=shown[value], selected=value == selected) for value in sorted(shown, reverse=True)
    )
