"""Write queries so that a node takes them: it counts the leaves of a tree, and refuses more than 1,024 of them.

What has more is cut into parts that stand apart. To a node, the filter of a function of a score is a query of its own, with a count
of its own; so a score of two constants, one for articles that the filter finds and one for the others, and a least score between
them find what the filter finds, and count as one leaf.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Query = Mapping[str, Any]

NOTHING: Query = {"match_none": {}}
EVERYTHING: Query = {"match_all": {}}

MOST_LEAVES = 960
"""A tree has no more; the rest of what a node takes is for what it adds itself."""

MAX_SCORED = 400
"""Queries of which a sum of scores is made have no more together."""

_MOST_BESIDE = 240
"""Where a tree has too many, each list of its queries is cut to so many: what is scored and two such lists have room."""

_MOST_PARTS = 40
"""Of these so many are left for parts that stand apart. A filter among what is scored with more stands apart too."""

_NO_SCORE = 1e-9
"""A weight that changes no score; with 0 a node would give 1."""


def all_of(queries: Sequence[Query]) -> Query:
    """What all of the queries find."""
    wanted = [each for each in queries if each != EVERYTHING]
    if len(wanted) == 1:
        return wanted[0]
    return {"bool": {"filter": wanted}} if wanted else EVERYTHING


def any_of(queries: Sequence[Query]) -> Query:
    """What at least one of the queries finds; terms of one field become one query. Its scores mean nothing."""
    others: dict[str, Query] = {}
    values: dict[str, dict[str, None]] = {}
    for query in _alternatives(queries):
        found = _terms_of(query)
        if found is None:
            others[repr(query)] = query
        else:
            field, terms = found
            values.setdefault(field, {}).update(dict.fromkeys(terms))
    merged = [
        {"term": {field: {"value": next(iter(terms))}}} if len(terms) == 1 else {"terms": {field: [*terms]}}
        for field, terms in values.items()
    ]
    distinct = [*merged, *others.values()]
    if len(distinct) == 1:
        return distinct[0]
    return {"bool": {"should": distinct, "minimum_should_match": 1}} if distinct else NOTHING


def _alternatives(queries: Sequence[Query]) -> Sequence[Query]:
    """The queries, those that are alternatives themselves taken apart."""
    found: list[Query] = []
    for query in queries:
        inner = query.get("bool", {})
        if inner.keys() == {"should", "minimum_should_match"} and inner["minimum_should_match"] == 1:
            found += inner["should"]
        elif query != NOTHING:
            found.append(query)
    return found


def _terms_of(query: Query) -> tuple[str, list[str]] | None:
    """The field and the terms of a query that looks for nothing else."""
    if "terms" in query:
        ((field, terms),) = query["terms"].items()
        return field, terms
    if "term" in query:
        ((field, wanted),) = query["term"].items()
        if wanted.keys() == {"value"} and isinstance(wanted["value"], str):
            return field, [wanted["value"]]
    return None


def without(query: Query, excluded: Sequence[Query]) -> Query:
    """What a query finds and the others do not."""
    unwanted = [each for each in excluded if each != NOTHING]
    return {"bool": {"filter": [query], "must_not": unwanted}} if unwanted else query


def clause_count(query: Query) -> int:
    """How many leaves a node counts in a query, or a few more."""
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
            ((_, wanted),) = inner.items()
            return int(wanted["query"].count(" ")) + 1
        case _:
            return 1


def fitted(query: Query) -> Query:
    """The same query, with no more leaves than a node takes; what is scored is left as it is."""
    if clause_count(query) <= MOST_LEAVES:
        return query
    ((kind, inner),) = query.items()
    if kind == "constant_score":
        return {kind: {**inner, "filter": fitted(inner["filter"])}}
    if kind == "function_score":
        return {kind: {**inner, "query": fitted(inner["query"])}}
    if kind != "bool":
        return query
    least = inner.get("minimum_should_match")
    made = dict(inner)
    for name, join in (("filter", all_of), ("must_not", any_of), ("should", any_of)):
        queries = [fitted(each) for each in inner.get(name, ())]
        if not queries:
            continue
        if name == "should" and least is None:
            made[name] = [_unscored_apart(each) for each in queries]
        elif name == "should" and least > 1:
            made[name] = [apart(each) if clause_count(each) * len(queries) > _MOST_BESIDE else each for each in queries]
        else:
            made[name] = _cut(queries, join)
    return {kind: made}


def _unscored_apart(query: Query) -> Query:
    inner = query.get("constant_score")
    if inner is None or clause_count(query) <= _MOST_PARTS:
        return query
    return {"constant_score": {**inner, "filter": apart(inner["filter"])}}


def _cut(queries: Sequence[Query], join: Callable[[Sequence[Query]], Query]) -> list[Query]:
    """Queries that say the same if they are joined, the first of them as they are, the others in parts that stand apart."""
    if sum(map(clause_count, queries)) <= _MOST_BESIDE:
        return list(queries)
    kept: list[Query] = []
    parts: list[list[Query]] = []
    counted = in_part = 0
    for query in queries:
        number = clause_count(query)
        if not parts and counted + number <= _MOST_BESIDE - _MOST_PARTS:
            kept.append(query)
            counted += number
            continue
        if not parts or in_part + number > MOST_LEAVES:
            parts.append([])
            in_part = 0
        parts[-1].append(query)
        in_part += number
    return [*kept, *(apart(join(part)) for part in parts)]


def apart(query: Query) -> Query:
    """The same articles, as a query of one leaf."""
    functions = [{"filter": fitted(query), "weight": 2.0}]
    return _summed(functions, least=1.5)


def sum_of(weighed: Sequence[tuple[Query, float]], *, least: float | None = None) -> Query:
    """A query of one leaf whose score is the sum of the weights of the queries that find an article, however many they are.

    With ``least`` it finds the articles that have such a score, or a higher one; otherwise all.
    """
    functions: list[dict[str, Any]] = [
        {"filter": fitted(query), "weight": weight} for query, weight in weighed if weight
    ]
    # Where no function holds for an article its score would be 1.
    return _summed([*functions, {"weight": _NO_SCORE}], least=least)


def _summed(functions: Sequence[Mapping[str, Any]], *, least: float | None) -> Query:
    summed: dict[str, Any] = {
        "query": EVERYTHING,
        "functions": list(functions),
        "score_mode": "sum",
        "boost_mode": "replace",
    }
    return {"function_score": summed if least is None else {**summed, "min_score": least}}


def fitted_body(body: Mapping[str, Any]) -> dict[str, Any]:
    """A search with all of its queries fitted: a node counts the leaves of each for itself."""
    made = dict(body)
    for name in ("query", "post_filter"):
        if name in made:
            made[name] = fitted(made[name])
    if "aggs" in made:
        made["aggs"] = _fitted_aggs(made["aggs"])
    return made


def _fitted_aggs(aggs: Mapping[str, Any]) -> dict[str, Any]:
    made = {}
    for name, each in aggs.items():
        made[name] = dict(each)
        if "filter" in each:
            made[name]["filter"] = fitted(each["filter"])
        if "filters" in each:
            filters = {key: fitted(query) for key, query in each["filters"]["filters"].items()}
            made[name]["filters"] = {"filters": filters}
        if "aggs" in each:
            made[name]["aggs"] = _fitted_aggs(each["aggs"])
    return made
