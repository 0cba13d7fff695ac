"""The parameters of a search are checked once, and become one request."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from searchlib.engines.base import CATEGORY_TREE, FACETS, Filters
from searchlib.errors import ParameterError
from searchlib.search.parameters import SearchRequest, check_search, check_value_facet


def check(**parameters: Any) -> SearchRequest:
    """Check a search with these parameters, and the defaults for all others."""
    defaults: dict[str, Any] = dict.fromkeys(("category", "author", "tag"), ())
    defaults |= {"date_from": None, "date_to": None, "verbatim": False, "corrected": False, "fold_repeats": True}
    return check_search("元宇宙", **defaults | parameters)


def test_a_search_without_parameters_has_the_defaults() -> None:
    assert check() == SearchRequest(query="元宇宙", facets=(*FACETS, CATEGORY_TREE), collapse=True)
    assert check().filters == Filters(values={"category": (), "author": (), "tag": ()})


@pytest.mark.parametrize(
    ("parameters", "name", "value"),
    [
        ({"category": "新媒体"}, "category", ("新媒体",)),
        ({"tag": ["甲", "乙"]}, "tag", ("甲", "乙")),
        ({"date_from": "2021-11"}, "first_day", date(2021, 11, 1)),
        ({"date_to": "2021-11"}, "last_day", date(2021, 11, 30)),
        ({"date_from": ""}, "first_day", None),
        ({"facets": False}, "facets", ()),
        ({"facets": "tag"}, "facets", ("tag",)),
        ({"facets": ["tag", "category"]}, "facets", ("category", "tag")),
        ({"repeats": "show"}, "collapse", False),
        ({"fold_repeats": False}, "collapse", False),
        ({"fold_repeats": False, "repeats": "fold"}, "collapse", True),
    ],
)
def test_parameters_are_converted(parameters: dict[str, Any], name: str, value: object) -> None:
    assert getattr(check(**parameters), name) == value


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({"sort": "best"}, "sort"),
        ({"facets": ["color"]}, "facets"),
        ({"repeats": "hide"}, "repeats"),
        ({"page": 0}, "page"),
        ({"page": "2"}, "page"),
        ({"size": 0}, "size"),
        ({"size": 101}, "size"),
        ({"page": 101, "size": 100}, "page"),
        ({"most_values": 0}, "most_values"),
        ({"date_from": "2021-13"}, "date_from"),
        ({"date_to": 2021}, "date_to"),
    ],
)
def test_a_value_that_is_not_allowed_is_named(parameters: dict[str, Any], name: str) -> None:
    with pytest.raises(ParameterError) as raised:
        check(**parameters)
    assert raised.value.parameter == name


def test_only_facets_of_values_have_lists_of_values() -> None:
    check_value_facet("tag")
    with pytest.raises(ParameterError, match="category, author, tag, not 'year'"):
        check_value_facet("year")


def test_equal_requests_have_equal_hashes() -> None:
    assert hash(check(tag=["甲"], date_from="2021")) == hash(check(tag=("甲",), date_from="2021-01-01"))
