"""Every state of the search page has one URL, and each link leads to the state that it says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Request

from searchlib import ParameterError
from webui import urls
from webui.state import BLANK, VALUE_FILTERS, SearchState, parse_state

FULL = SearchState(
    query="元宇宙 产业",
    category=("a", "科技"),
    author=("阿澈",),
    tag=("C++",),
    date_from="2021",
    date_to="2021-11",
    sort="newest",
    page=3,
    size=20,
)
values = st.lists(st.text(min_size=1), max_size=3).map(lambda found: tuple(sorted(set(found))))
states = st.builds(
    SearchState,
    query=st.text().map(str.strip),
    category=values,
    author=values,
    tag=values,
    date_from=st.text().map(str.strip),
    date_to=st.text().map(str.strip),
    sort=st.sampled_from(["relevance", "newest", "oldest"]),
    page=st.integers(-9, 10**9 - 1),
    size=st.integers(-9, 10**9 - 1),
)


def read_back(query_string: str) -> SearchState:
    return parse_state(Request.from_values(query_string=query_string).args)


@pytest.mark.parametrize(
    ("state", "query_string"),
    [
        (BLANK, ""),
        (SearchState(query="a b&c"), "q=a+b%26c"),
        (SearchState(category=("b", "c")), "category=b&category=c"),
        (SearchState(date_from="2021", date_to="2022-01"), "from=2021&to=2022-01"),
        (SearchState(sort="relevance", page=1, size=10), ""),
        (
            FULL,
            "q=%E5%85%83%E5%AE%87%E5%AE%99+%E4%BA%A7%E4%B8%9A&category=a&category=%E7%A7%91%E6%8A%80"
            "&author=%E9%98%BF%E6%BE%88&tag=C%2B%2B&from=2021&to=2021-11&sort=newest&page=3&size=20",
        ),
    ],
)
def test_parameters_have_one_order_and_defaults_are_left_out(state: SearchState, query_string: str) -> None:
    assert urls.query_string(state) == query_string


@given(states)
def test_a_state_reads_back_from_its_url(state: SearchState) -> None:
    assert read_back(urls.query_string(state)) == state


@pytest.mark.parametrize(
    ("query_string", "state"),
    [
        ("", BLANK),
        ("q=&from=&to=&sort=&page=&size=&category=", BLANK),
        ("unknown=1&q=a", SearchState(query="a")),
        ("q=a&q=b", SearchState(query="a")),
        ("q=+a+&from=+2021+", SearchState(query="a", date_from="2021")),
        ("category=b&category=a&category=b", SearchState(category=("a", "b"))),
        ("page=-1&size=0", SearchState(page=-1, size=0)),
    ],
)
def test_what_is_empty_or_repeated_says_nothing_new(query_string: str, state: SearchState) -> None:
    assert read_back(query_string) == state


@pytest.mark.parametrize("name", ["page", "size"])
@pytest.mark.parametrize("value", ["x", "1.0", "1e3", "１", "0x1", "1_0", "9" * 10, "--1"])
def test_page_and_size_must_be_whole_numbers(name: str, value: str) -> None:
    with pytest.raises(ParameterError, match="whole number") as caught:
        parse_state(MultiDict({name: value}))
    assert caught.value.parameter == name


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (urls.toggled(FULL, "category", "z"), {"category": ("a", "z", "科技"), "page": 1}),
        (urls.toggled(FULL, "category", "a"), {"category": ("科技",), "page": 1}),
        (urls.toggled(FULL, "tag", "C++"), {"tag": (), "page": 1}),
        (urls.without(FULL, "author", "阿澈"), {"author": (), "page": 1}),
        (urls.without(FULL, "author", "别人"), {"page": 1}),
        (urls.in_period(FULL, "2020", ""), {"date_from": "2020", "date_to": "", "page": 1}),
        (urls.toggled_period(FULL, "2021"), {"date_from": "2021", "date_to": "2021", "page": 1}),
        (urls.sorted_by(FULL, "oldest"), {"sort": "oldest", "page": 1}),
        (urls.sized(FULL, 50), {"size": 50, "page": 1}),
        (urls.at_page(FULL, 4), {"page": 4}),
        (
            urls.unfiltered(FULL),
            {"category": (), "author": (), "tag": (), "date_from": "", "date_to": "", "page": 1},
        ),
    ],
)
def test_a_step_changes_what_it_names_and_goes_to_the_first_page(
    changed: SearchState, expected: dict[str, object]
) -> None:
    assert changed == replace(FULL, **expected)  # type: ignore[arg-type]


@given(states, st.sampled_from(VALUE_FILTERS), st.text(min_size=1))
def test_toggling_a_value_twice_leads_back(state: SearchState, name: str, value: str) -> None:
    first_page = urls.at_page(state, 1)
    once = urls.toggled(first_page, name, value)
    assert once != first_page
    assert urls.query_string(urls.toggled(once, name, value)) == urls.query_string(first_page)


def test_toggling_a_period_twice_leads_back() -> None:
    none = SearchState(query="a")
    year = urls.toggled_period(none, "2021")
    month = urls.toggled_period(year, "2021-11")
    assert urls.is_period(month, "2021-11")
    assert not urls.is_period(month, "2021")
    assert urls.toggled_period(month, "2021-11") == year
    assert urls.toggled_period(month, "2021") == year
    assert urls.toggled_period(year, "2021") == none


@pytest.mark.parametrize(
    ("first", "last", "left"),
    [
        ("2021-11", "2021-11", "2021"),
        ("2021", "2021", ""),
        ("2021-11-20", "2021-11-20", ""),
        ("2021-11", "2021-12", ""),
        ("2021-11", "", ""),
        ("", "", ""),
    ],
)
def test_of_a_month_its_year_is_left(first: str, last: str, left: str) -> None:
    dated = SearchState(query="a", date_from=first, date_to=last, page=2)
    assert urls.without_period(dated) == SearchState(query="a", date_from=left, date_to=left)


def test_a_form_keeps_all_but_the_page_and_what_is_typed_in_it() -> None:
    names = [name for name, _ in urls.hidden_fields(FULL, "q")]
    assert names == ["category", "category", "author", "tag", "from", "to", "sort", "size"]
    assert ("q", FULL.query) in urls.hidden_fields(FULL, "from", "to")
    assert not {"from", "to", "page"} & {name for name, _ in urls.hidden_fields(FULL, "from", "to")}


def test_urls_stand_below_the_prefix_of_the_application(app: Flask) -> None:
    state = SearchState(query="a")
    with app.test_request_context("/", base_url="http://localhost/archive"):
        assert urls.search_url(BLANK) == "/archive/"
        assert urls.search_url(state) == "/archive/?q=a"
        assert urls.article_url("b/c d?.md", BLANK) == "/archive/article/b/c%20d%3F.md"
        assert urls.article_url("x", BLANK, pictures=True) == "/archive/article/x?pictures=1"
        assert urls.article_url("x", state, pictures=True) == "/archive/article/x?q=a&pictures=1"
