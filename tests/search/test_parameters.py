"""The parameters of a search are checked once, and become one request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from searchlib.engines.base import CATEGORY_TREE, FACETS, Filters
from searchlib.errors import ParameterError
from searchlib.search.parameters import (
    SearchRequest,
    check_facets,
    check_filters,
    check_repeats,
    check_sort,
    check_value_facet,
)

TODAY = date(2021, 5, 12)

NO_FILTERS = Filters(values={"category": (), "author": (), "tag": ()})


def request(**parameters: Any) -> SearchRequest:
    """Return a request with these parameters and the defaults of all others."""
    return SearchRequest(**{"query": "元宇宙", "filters": NO_FILTERS, "today": TODAY} | parameters)


def test_a_search_without_filters_has_no_values() -> None:
    assert check_filters(today=TODAY) == NO_FILTERS


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"category": "新媒体"}, {"category": ("新媒体",)}),
        ({"tag": ["甲", "乙"]}, {"tag": ("甲", "乙")}),
        ({"tag": "甲", "filters": {"tag": "乙"}}, {"tag": ("甲", "乙")}),
        ({"filters": {"rating": [4, ">=6"], "draft": True}}, {"rating": ("4", ">=6"), "draft": ("true",)}),
    ],
)
def test_values_of_filters_are_converted(filters: dict[str, Any], expected: dict[str, object]) -> None:
    assert check_filters(("rating", "draft"), **filters, today=TODAY).values == {**NO_FILTERS.values, **expected}


@pytest.mark.parametrize(
    ("filters", "first", "last"),
    [
        ({"date_from": "2021-11"}, date(2021, 11, 1), None),
        ({"date_to": "2021-11"}, None, date(2021, 11, 30)),
        ({"date_from": ""}, None, None),
        ({"date_from": "去年", "date_to": "去年"}, date(2020, 1, 1), date(2020, 12, 31)),
        ({"date_from": "2021年3月", "date_to": " 2021/11/20 "}, date(2021, 3, 1), date(2021, 11, 20)),
        ({"date_from": "近三个月"}, date(2021, 2, 13), None),
        ({"date_from": "2019年以来", "date_to": "2020年以前"}, date(2019, 1, 1), date(2019, 12, 31)),
        ({"date_from": "十一月", "date_to": "昨天"}, date(2020, 11, 1), date(2021, 5, 11)),
        ({"date_from": date(2021, 3, 4), "date_to": datetime(2021, 3, 5, 8)}, date(2021, 3, 4), date(2021, 3, 5)),
    ],
)
def test_dates_of_filters_are_converted(filters: dict[str, Any], first: date | None, last: date | None) -> None:
    checked = check_filters(**filters, today=TODAY)
    assert (checked.first, checked.last) == (first, last)


@pytest.mark.parametrize("filters", [{"date_from": "2020年以前"}, {"date_to": "2020年以来"}])
def test_a_range_without_the_day_that_is_asked_for_is_an_error(filters: dict[str, Any]) -> None:
    with pytest.raises(ParameterError, match=r"must be a date like 2021, .*, not '2020年以"):
        check_filters(**filters, today=TODAY)


@pytest.mark.parametrize(
    ("given", "facets"),
    [
        (True, (*FACETS, "rating", CATEGORY_TREE)),
        (False, ()),
        ("tag", ("tag",)),
        (["tag", "category"], ("category", "tag")),
    ],
)
def test_facets_are_in_their_usual_order(given: Any, facets: tuple[str, ...]) -> None:
    assert check_facets(given, ("rating",)) == facets


@pytest.mark.parametrize(
    ("repeats", "default", "collapse"),
    [(None, True, True), (None, False, False), ("show", True, False), ("fold", False, True)],
)
def test_repeats_override_the_setting(repeats: str | None, default: bool, collapse: bool) -> None:
    assert check_repeats(repeats, default=default) is collapse


@pytest.mark.parametrize(
    ("check", "name"),
    [
        (lambda: check_sort("best"), "sort"),
        (lambda: check_facets(["color"], ()), "facets"),
        (lambda: check_facets("color", ()), "facets"),
        (lambda: check_repeats("hide", default=True), "repeats"),
    ],
)
def test_an_unknown_name_is_refused(check: Callable[[], object], name: str) -> None:
    with pytest.raises(ParameterError) as raised:
        check()
    assert raised.value.parameter == name


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({"query": None}, "query"),
        ({"page": 0}, "page"),
        ({"page": "2"}, "page"),
        ({"size": 0}, "size"),
        ({"size": 101}, "size"),
        ({"size": 2.5}, "size"),
        ({"page": 101, "size": 100}, "page"),
        ({"most_values": 0}, "most_values"),
    ],
)
def test_a_value_that_is_not_allowed_is_named(parameters: dict[str, Any], name: str) -> None:
    with pytest.raises(ParameterError) as raised:
        request(**parameters)
    assert raised.value.parameter == name


@pytest.mark.parametrize(
    ("filters", "name"),
    [
        ({"date_from": "2021-13"}, "date_from"),
        ({"date_to": 2021}, "date_to"),
        ({"date_from": "改天"}, "date_from"),
        ({"date_to": "2021-02-30"}, "date_to"),
        ({"date_from": "2020", "date_to": "2019"}, "date_from"),
        ({"filters": {"rating": "5..1"}}, "filters"),
        ({"filters": {"rating": ["2021-06..2021-03"]}}, "filters"),
        ({"filters": ["tag"]}, "filters"),
        ({"filters": {"color": "red"}}, "filters"),
        ({"tag": 7}, "tag"),
    ],
)
def test_a_filter_that_is_not_allowed_is_named(filters: dict[str, Any], name: str) -> None:
    with pytest.raises(ParameterError) as raised:
        check_filters(("rating",), **filters, today=TODAY)
    assert raised.value.parameter == name


def test_only_facets_of_values_have_lists_of_values() -> None:
    check_value_facet("tag", ())
    with pytest.raises(ParameterError, match="category, author, tag, not 'year'"):
        check_value_facet("year", ())


def test_equal_requests_have_equal_hashes() -> None:
    filters = [
        check_filters(tag=["甲"], date_from="2021", today=TODAY),
        check_filters(tag=("甲",), date_from="2021-01-01", today=TODAY),
    ]
    assert hash(request(filters=filters[0])) == hash(request(filters=filters[1]))


def test_a_tag_that_looks_like_a_range_is_a_value() -> None:
    assert check_filters(filters={"tag": "10..1"}, today=TODAY).values["tag"] == ("10..1",)
    with pytest.raises(ParameterError, match="empty: exchange its ends"):
        check_filters(filters={"rating": "10..1"}, index_facets=["rating"], today=TODAY)
