"""Build queries in the query DSL of OpenSearch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from searchlib.engines.common.scoring import SCORE_TOLERANCE

Query = Mapping[str, Any]
"""A query of one clause, as JSON: ``{"term": {…}}``."""

MATCH_NONE: Query = {"match_none": {}}
MATCH_ALL: Query = {"match_all": {}}


def term_query(field: str, value: str | bool) -> Query:
    """Return a query for the articles that have a term in a field."""
    return {"term": {field: {"value": value}}}


def all_of(queries: Sequence[Query]) -> Query:
    """Return a query, without scores, for the articles that match all of the queries."""
    filters = [query for query in queries if query != MATCH_ALL]
    if len(filters) == 1:
        return filters[0]
    return {"bool": {"filter": filters}} if filters else MATCH_ALL


def any_of(queries: Sequence[Query]) -> Query:
    """Return a query for the articles that match any of the queries; its scores are meaningless.

    The terms of a field become one clause.
    """
    others: dict[str, Query] = {}
    terms: dict[str, dict[str, None]] = {}
    for query in _flatten(queries):
        if (field_terms := _field_terms(query)) is None:
            others[repr(query)] = query
        else:
            field, values = field_terms
            terms.setdefault(field, {}).update(dict.fromkeys(values))
    merged = [
        term_query(field, next(iter(values))) if len(values) == 1 else {"terms": {field: [*values]}}
        for field, values in terms.items()
    ]
    distinct = [*merged, *others.values()]
    if len(distinct) == 1:
        return distinct[0]
    return {"bool": {"should": distinct, "minimum_should_match": 1}} if distinct else MATCH_NONE


def without(query: Query, excluded: Sequence[Query]) -> Query:
    """Return a query for the articles that match a query and none of the excluded ones."""
    must_not = [each for each in excluded if each != MATCH_NONE]
    return {"bool": {"filter": [query], "must_not": must_not}} if must_not else query


def weighing_at_least(weighted: Sequence[tuple[Query, float]], minimum: float) -> Query:
    """Return a query for the articles for which the weights of the matching queries add up to a minimum above 0."""
    should = [{"constant_score": {"filter": query, "boost": weight}} for query, weight in weighted if weight]
    if not should:
        return MATCH_NONE
    return {"function_score": {"query": {"bool": {"should": should}}, "min_score": rounded_down(minimum)}}


def rounded_down(score: float) -> float:
    """Return a score that is not above the same score as the cluster computes it, with seven digits."""
    return score * (1.0 - SCORE_TOLERANCE)


def _flatten(queries: Sequence[Query]) -> Sequence[Query]:
    """Return the queries, with the alternatives in place of a query that ``any_of`` built."""
    flat: list[Query] = []
    for query in queries:
        inner = query.get("bool", {})
        if inner.keys() == {"should", "minimum_should_match"} and inner["minimum_should_match"] == 1:
            flat += inner["should"]
        elif query != MATCH_NONE:
            flat.append(query)
    return flat


def _field_terms(query: Query) -> tuple[str, list[str]] | None:
    """Return the field and the terms of a query for nothing else, or None."""
    if "terms" in query:
        ((field, terms),) = query["terms"].items()
        return field, terms
    if "term" in query:
        ((field, options),) = query["term"].items()
        if options.keys() == {"value"} and isinstance(options["value"], str):
            return field, [options["value"]]
    return None
