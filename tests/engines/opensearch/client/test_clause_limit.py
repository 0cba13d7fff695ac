"""Queries are cut so that a node takes them, and find the same articles."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchlib.engines.opensearch.client import clause_limit
from searchlib.engines.opensearch.client.clause_limit import (
    EVERYTHING,
    MOST_LEAVES,
    NOTHING,
    Query,
    all_of,
    any_of,
    fitted,
    fitted_body,
    sum_of,
    without,
)

FIELDS = ("title", "body")
TERMS = "abcdefgh"


def term(field: str, value: str) -> Query:
    return {"term": {field: {"value": value}}}


def finds(query: Query, article: dict[str, str]) -> bool:
    """Whether a query finds an article, which is its fields with a character for each term."""
    ((kind, inner),) = query.items()
    match kind:
        case "match_all":
            return True
        case "match_none":
            return False
        case "term":
            ((field, wanted),) = inner.items()
            return wanted["value"] in article[field]
        case "terms":
            ((field, values),) = inner.items()
            return any(value in article[field] for value in values)
        case "constant_score":
            return finds(inner["filter"], article)
        case "function_score":
            return finds(inner["query"], article) and score(inner, article) >= inner.get("min_score", 0.0)
        case "bool":
            should = [finds(each, article) for each in inner.get("should", ())]
            return (
                all(finds(each, article) for each in inner.get("filter", ()))
                and not any(finds(each, article) for each in inner.get("must_not", ()))
                and sum(should) >= inner.get("minimum_should_match", 0)
            )
    raise AssertionError(kind)


def score(inner: Any, article: dict[str, str]) -> float:
    """As a node scores: an article that no function holds for has 1."""
    held = [each["weight"] for each in inner["functions"] if "filter" not in each or finds(each["filter"], article)]
    return sum(held) if held else 1.0


def most(query: Query) -> int:
    """The leaves of the largest tree that a node makes of a query."""
    ((kind, inner),) = query.items()
    trees = [clause_limit.clause_count(query)]
    if kind == "function_score":
        trees += [most(each["filter"]) for each in inner["functions"] if "filter" in each]
    for name in ("filter", "must_not", "should"):
        trees += [most(each) for each in inner.get(name, ())] if kind == "bool" else []
    return max(trees)


terms = st.builds(term, st.sampled_from(FIELDS), st.sampled_from(TERMS))
queries = st.recursive(
    terms | st.sampled_from([EVERYTHING, NOTHING]),
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
def test_a_query_that_is_cut_finds_the_same(query: Query, articles: list[dict[str, str]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, number in (("MOST_LEAVES", 8), ("_MOST_BESIDE", 2), ("_MOST_PARTS", 1)):
            patch.setattr(clause_limit, name, number)
        cut = fitted(query)
        # Of each of two lists there are two, and the parts of the others.
        assert most(cut) <= max(12, clause_limit.clause_count(query) // 4)
    assert [finds(cut, each) for each in articles] == [finds(query, each) for each in articles]


@settings(max_examples=200, deadline=None)
@given(weighed=st.lists(st.tuples(terms, st.sampled_from([0.0, 0.5, 2.0])), max_size=8), articles=articles)
def test_a_sum_finds_what_weighs_enough(weighed: list[tuple[Query, float]], articles: list[dict[str, str]]) -> None:
    query = sum_of(weighed, least=1.0)
    for article in articles:
        assert finds(query, article) == (sum(weight for each, weight in weighed if finds(each, article)) >= 1.0)


def test_terms_of_one_field_are_one_leaf() -> None:
    query = any_of([term("body", "a"), any_of([term("body", "b"), term("title", "a")]), term("body", "a"), NOTHING])
    assert query == {
        "bool": {"should": [{"terms": {"body": ["a", "b"]}}, term("title", "a")], "minimum_should_match": 1}
    }
    assert clause_limit.clause_count(any_of([term("body", str(number)) for number in range(5000)])) == 1


def test_what_fits_is_left_alone() -> None:
    query = all_of([term("body", str(number)) for number in range(MOST_LEAVES)])
    assert fitted(query) is query
    assert most(fitted(all_of([query, *query["bool"]["filter"]]))) <= MOST_LEAVES


def test_each_query_of_a_search_is_cut_for_itself() -> None:
    many = all_of([term("body", str(number)) for number in range(3 * MOST_LEAVES)])
    body = {
        "size": 7,
        "query": many,
        "post_filter": many,
        "aggs": {
            "one": {"filter": many, "aggs": {"two": {"filters": {"filters": {"0": many}}}}},
            "three": {"terms": {"field": "tag"}},
        },
    }
    cut = fitted(many)
    assert most(cut) <= MOST_LEAVES
    assert fitted_body(body) == {
        "size": 7,
        "query": cut,
        "post_filter": cut,
        "aggs": {
            "one": {"filter": cut, "aggs": {"two": {"filters": {"filters": {"0": cut}}}}},
            "three": {"terms": {"field": "tag"}},
        },
    }
