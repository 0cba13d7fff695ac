"""Split queries and requests that are larger than a node accepts.

A node counts the leaf clauses of a query tree and rejects more than 1,024. The filter of a function in a ``function_score``
query is a separate tree to it. So a query is *detached* as the filter of a function: a ``function_score`` query that scores 2
where the filter matches and 1 elsewhere, with a ``min_score`` of 1.5, matches the same articles and counts as one clause.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from searchlib.engines.opensearch.client.dsl import MATCH_ALL, Query, all_of, any_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of the requests of a search. The defaults are below those of a node with default settings."""

    clauses: int = 960
    """Leaf clauses of a query tree. A node accepts 1,024, and some of these are its own."""
    scoring_clauses: int = 400
    """Leaf clauses of a query tree that add to the score, in total."""
    list_clauses: int = 240
    """Leaf clauses of each list of a ``bool`` query in a tree that is too large. Two such lists and the scoring clauses fit in a
    tree."""
    detached_clauses: int = 40
    """Detached queries in such a list. A filter among the scoring clauses with more clauses than this is detached too."""
    buckets: int = 50_000
    """Facet values in one response. If the facets may have more, they are read in pages. A node returns at most 65,535 buckets,
    those of periods and of selected values included."""
    values_per_page: int = 10_000
    """Values in one page of the values of a field."""
    single_terms: int = 40
    """Ranking terms that are counted in an article one by one. For more, a table of all terms of the article is built."""


DEFAULT_LIMITS = Limits()


def clause_count(query: Query) -> int:
    """Return the number of leaf clauses that a node counts in a query, or slightly more."""
    ((kind, inner),) = query.items()
    match kind:
        case "bool":
            return sum(clause_count(each) for name in ("filter", "must_not", "should") for each in inner.get(name, ()))
        case "dis_max":
            return sum(map(clause_count, inner["queries"]))
        case "constant_score":
            return clause_count(inner["filter"])
        case "function_score":
            return clause_count(inner["query"])
        case "range":
            return 2
        case "match_phrase_prefix":
            ((_, options),) = inner.items()
            return int(options["query"].count(" ")) + 1
        case _:
            return 1


def fit_query(query: Query, limits: Limits) -> Query:
    """Return an equivalent query that a node accepts. Scoring clauses do not change."""
    if clause_count(query) <= limits.clauses:
        return query
    ((kind, inner),) = query.items()
    if kind == "constant_score":
        return {kind: {**inner, "filter": fit_query(inner["filter"], limits)}}
    if kind == "function_score":
        return {kind: {**inner, "query": fit_query(inner["query"], limits)}}
    if kind != "bool":
        return query
    minimum = inner.get("minimum_should_match")
    fitted = dict(inner)
    for name, join in (("filter", all_of), ("must_not", any_of), ("should", any_of)):
        queries = [fit_query(each, limits) for each in inner.get(name, ())]
        if not queries:
            continue
        if name == "should" and minimum is None:
            fitted[name] = [_detach_filter(each, limits) for each in queries]
        elif name == "should" and minimum > 1:
            fitted[name] = [
                _detach(each, limits) if clause_count(each) * len(queries) > limits.list_clauses else each
                for each in queries
            ]
        else:
            fitted[name] = _split(queries, join, limits)
    return {kind: fitted}


def fit_body(body: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
    """Return the body of a search with all of its queries fitted: a node counts the clauses of each separately."""
    fitted = dict(body)
    for name in ("query", "post_filter"):
        if name in fitted:
            fitted[name] = fit_query(fitted[name], limits)
    if "aggs" in fitted:
        fitted["aggs"] = _fit_aggregations(fitted["aggs"], limits)
    return fitted


def weighted_sum(weighted: Sequence[tuple[Query, float]], limits: Limits, *, min_score: float | None = None) -> Query:
    """Return a query of one clause that scores an article with the sum of the weights of the queries that it matches.

    It matches all articles, or with ``min_score`` those that score that much at least.
    """
    functions: list[dict[str, Any]] = [
        {"filter": fit_query(query, limits), "weight": weight} for query, weight in weighted if weight
    ]
    # A node scores an article 1 if no function applies to it, or if the weight is 0.
    return _function_score([*functions, {"weight": 1e-9}], min_score=min_score)


def _detach(query: Query, limits: Limits) -> Query:
    """Return a query of one clause that matches the same articles."""
    return _function_score([{"filter": fit_query(query, limits), "weight": 2.0}], min_score=1.5)


def _detach_filter(query: Query, limits: Limits) -> Query:
    """Return a scoring clause. Its filter is detached if it is large, and the score is constant."""
    inner = query.get("constant_score")
    if inner is None or clause_count(query) <= limits.detached_clauses:
        return query
    return {"constant_score": {**inner, "filter": _detach(inner["filter"], limits)}}


def _split(queries: Sequence[Query], join: Callable[[Sequence[Query]], Query], limits: Limits) -> list[Query]:
    """Return equivalent queries under ``join``: the first ones unchanged, the others joined in detached parts."""
    if sum(map(clause_count, queries)) <= limits.list_clauses:
        return list(queries)
    unchanged: list[Query] = []
    parts: list[list[Query]] = []
    total = in_part = 0
    for query in queries:
        count = clause_count(query)
        if not parts and total + count <= limits.list_clauses - limits.detached_clauses:
            unchanged.append(query)
            total += count
            continue
        if not parts or in_part + count > limits.clauses:
            parts.append([])
            in_part = 0
        parts[-1].append(query)
        in_part += count
    return [*unchanged, *(_detach(join(part), limits) for part in parts)]


def _function_score(functions: Sequence[Mapping[str, Any]], *, min_score: float | None) -> Query:
    query: dict[str, Any] = {
        "query": MATCH_ALL,
        "functions": list(functions),
        "score_mode": "sum",
        "boost_mode": "replace",
    }
    return {"function_score": query if min_score is None else {**query, "min_score": min_score}}


def _fit_aggregations(aggregations: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
    fitted = {}
    for name, aggregation in aggregations.items():
        fitted[name] = dict(aggregation)
        if "filter" in aggregation:
            fitted[name]["filter"] = fit_query(aggregation["filter"], limits)
        if "filters" in aggregation:
            filters = {key: fit_query(query, limits) for key, query in aggregation["filters"]["filters"].items()}
            fitted[name]["filters"] = {"filters": filters}
        if "aggs" in aggregation:
            fitted[name]["aggs"] = _fit_aggregations(aggregation["aggs"], limits)
    return fitted
