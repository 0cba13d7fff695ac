"""Have the cluster count the facets of a search, each under all filters but its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from searchlib.engines.base import FACETS, MOST_FACET_VALUES, Filters
from searchlib.engines.opensearch.mapping import VALUE_FIELDS
from searchlib.engines.opensearch.queries import Query, all_of
from searchlib.models import FacetValue

_DATE_FACETS = ("year", "month")
_MOST_PERIODS = 5000
_OF_EACH_SHARD = 2000
"""Values that each shard counts: where a facet has no more, the sum over many shards is exact."""


def facet_aggregations(wanted: Collection[str], narrowed: Mapping[str, Query], filters: Filters) -> dict[str, Any]:
    """The aggregations of the facets that are wanted; ``narrowed`` holds the query of each filter in force."""
    found: dict[str, Any] = {}
    for facet in FACETS:
        if facet not in wanted:
            continue
        own = "date" if facet in _DATE_FACETS else facet
        others = all_of([query for name, query in narrowed.items() if name != own])
        if facet in VALUE_FIELDS:
            order = [{"_count": "desc"}, {"_key": "asc"}]
            terms = {"field": facet, "size": MOST_FACET_VALUES, "shard_size": _OF_EACH_SHARD, "order": order}
            counted: dict[str, Any] = {"values": {"terms": terms}}
            # A value that was chosen is shown, however rare it is.
            if chosen := sorted(filters.values.get(facet, ())):
                of_chosen = {str(number): {"term": {facet: value}} for number, value in enumerate(chosen)}
                counted["chosen"] = {"filters": {"filters": of_chosen}}
        else:
            counted = {"values": {"terms": {"field": facet, "size": _MOST_PERIODS, "order": {"_key": "desc"}}}}
        found[facet] = {"filter": others, "aggs": counted}
    return found


def read_facets(
    wanted: Collection[str], answered: Mapping[str, Any], filters: Filters
) -> dict[str, tuple[FacetValue, ...]]:
    """The facets in the answer to these aggregations."""
    found = {}
    for facet in FACETS:
        if facet not in wanted:
            continue
        counts = {each["key"]: each["doc_count"] for each in answered[facet]["values"]["buckets"]}
        if facet in VALUE_FIELDS:
            found[facet] = _values(counts, answered[facet], sorted(filters.values.get(facet, ())))
        else:
            found[facet] = _periods(counts, _selected_period(facet, filters))
    return found


def _values(counts: Mapping[str, int], answered: Mapping[str, Any], chosen: list[str]) -> tuple[FacetValue, ...]:
    shown = dict(counts)
    missing = {
        value: answered["chosen"]["buckets"][str(number)]["doc_count"]
        for number, value in enumerate(chosen)
        if value not in shown
    }
    shown |= dict(sorted(missing.items(), key=lambda pair: (-pair[1], pair[0])))
    return tuple(FacetValue(value=value, count=count, selected=value in chosen) for value, count in shown.items())


def _periods(counts: Mapping[str, int], selected: str | None) -> tuple[FacetValue, ...]:
    shown = dict(counts)
    if selected is not None:
        shown.setdefault(selected, 0)
    return tuple(
        FacetValue(value=value, count=shown[value], selected=value == selected) for value in sorted(shown, reverse=True)
    )


def _selected_period(facet: str, filters: Filters) -> str | None:
    """The year or month that the date filter lies in, if it lies in one."""
    if filters.first is None or filters.last is None:
        return None
    length = len("2021") if facet == "year" else len("2021-11")
    first, last = filters.first.isoformat()[:length], filters.last.isoformat()[:length]
    return first if first == last else None
