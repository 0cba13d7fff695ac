"""Queries are split so that a node accepts them, and match the same articles."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from searchlib.engines.opensearch.client.dsl import (
    MATCH_ALL,
    MATCH_NONE,
    Query,
    all_of,
    any_of,
    term_query,
    without,
)
from searchlib.engines.opensearch.client.limits import (
    DEFAULT_LIMITS,
    Limits,
    clause_count,
    fit_body,
    fit_query,
    weighted_sum,
)

FIELDS = ("title", "body")
TERMS = "abcdefgh"


SMALL_LIMITS = Limits(clauses=8, list_clauses=2, detached_clauses=1)


def matches(query: Query, article: dict[str, str]) -> bool:
    """Return whether a query matches an article: a mapping of its fields to texts, with one character for each term."""
    ((kind, inner),) = query.items()
    match kind:
        case "match_all":
            return True
        case "match_none":
            return False
        case "term":
            ((field, options),) = inner.items()
            return options["value"] in article[field]
        case "terms":
            ((field, values),) = inner.items()
            return any(value in article[field] for value in values)
        case "constant_score":
            return matches(inner["filter"], article)
        case "function_score":
            return matches(inner["query"], article) and score(inner, article) >= inner.get("min_score", 0.0)
        case "bool":
            should = [matches(each, article) for each in inner.get("should", ())]
            return (
                all(matches(each, article) for each in inner.get("filter", ()))
                and not any(matches(each, article) for each in inner.get("must_not", ()))
                and sum(should) >= inner.get("minimum_should_match", 0)
            )
    raise AssertionError(kind)


def score(inner: Any, article: dict[str, str]) -> float:
    """Return the score that a node gives: 1 for an article that no function applies to."""
    weights = [
        each["weight"] for each in inner["functions"] if "filter" not in each or matches(each["filter"], article)
    ]
    return sum(weights) if weights else 1.0


def max_clauses(query: Query) -> int:
    """Return the leaf clauses of the largest tree that a node makes of a query."""
    ((kind, inner),) = query.items()
    trees = [clause_count(query)]
    if kind == "function_score":
        trees += [max_clauses(each["filter"]) for each in inner["functions"] if "filter" in each]
    for name in ("filter", "must_not", "should"):
        trees += [max_clauses(each) for each in inner.get(name, ())] if kind == "bool" else []
    return max(trees)


terms = st.builds(term_query, st.sampled_from(FIELDS), st.sampled_from(TERMS))
queries = st.recursive(
    terms | st.sampled_from([MATCH_ALL, MATCH_NONE]),
    lambda children: (
        st.lists(children, max_size=12).map(all_of)
        | st.lists(children, max_size=12).map(any_of)
        | st.builds(without, children, st.lists(children, max_size=6))
        | st.lists(children, min_size=2, max_size=4).map(
            lambda each: {"bool": {"should": each, "minimum_should_match": 2}}
        )
    ),
    max_leaves=60,
)
articles = st.lists(st.fixed_dictionaries({field: st.text(TERMS, max_size=6) for field in FIELDS}), max_size=10)


@settings(max_examples=300, deadline=None)
@given(query=queries, articles=articles)
def test_a_query_that_is_split_matches_the_same(query: Query, articles: list[dict[str, str]]) -> None:
    split = fit_query(query, SMALL_LIMITS)
    # Two lists keep two clauses each; the parts of the others come on top.
    assert max_clauses(split) <= max(12, clause_count(query) // 4)
    assert [matches(split, each) for each in articles] == [matches(query, each) for each in articles]


@settings(max_examples=200, deadline=None)
@given(weighted=st.lists(st.tuples(terms, st.sampled_from([0.0, 0.5, 2.0])), max_size=8), articles=articles)
def test_a_weighted_sum_matches_what_weighs_enough(
    weighted: list[tuple[Query, float]], articles: list[dict[str, str]]
) -> None:
    query = weighted_sum(weighted, DEFAULT_LIMITS, min_score=1.0)
    for article in articles:
        assert matches(query, article) == (sum(weight for each, weight in weighted if matches(each, article)) >= 1.0)


def test_terms_of_one_field_are_one_clause() -> None:
    nested = any_of([term_query("body", "b"), term_query("title", "a")])
    query = any_of([term_query("body", "a"), nested, term_query("body", "a"), MATCH_NONE])
    assert query == {
        "bool": {"should": [{"terms": {"body": ["a", "b"]}}, term_query("title", "a")], "minimum_should_match": 1}
    }
    assert clause_count(any_of([term_query("body", str(number)) for number in range(5000)])) == 1


def test_a_query_within_the_limits_is_left_alone() -> None:
    query = all_of([term_query("body", str(number)) for number in range(DEFAULT_LIMITS.clauses)])
    assert fit_query(query, DEFAULT_LIMITS) is query
    assert max_clauses(fit_query(all_of([query, *query["bool"]["filter"]]), DEFAULT_LIMITS)) <= DEFAULT_LIMITS.clauses


def test_each_query_of_a_search_is_split_separately() -> None:
    many = all_of([term_query("body", str(number)) for number in range(3 * DEFAULT_LIMITS.clauses)])
    body = {
        "size": 7,
        "query": many,
        "post_filter": many,
        "aggs": {
            "one": {"filter": many, "aggs": {"two": {"filters": {"filters": {"0": many}}}}},
            "three": {"terms": {"field": "tag"}},
        },
    }
    split = fit_query(many, DEFAULT_LIMITS)
    assert max_clauses(split) <= DEFAULT_LIMITS.clauses
    assert fit_body(body, DEFAULT_LIMITS) == {
        "size": 7,
        "query": split,
        "post_filter": split,
        "aggs": {
            "one": {"filter": split, "aggs": {"two": {"filters": {"filters": {"0": split}}}}},
            "three": {"terms": {"field": "tag"}},
        },
    }
