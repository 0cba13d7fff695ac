"""Every state of the search page has exactly one URL."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.webui.states import FULL, read_back, states
from webui import urls
from webui.state import BLANK, VALUE_FILTERS, SearchState


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
def test_parameters_have_a_fixed_order_and_defaults_are_omitted(state: SearchState, query_string: str) -> None:
    assert urlencode(urls.pairs(state)) == query_string


@given(states)
def test_a_state_can_be_read_back_from_its_url(state: SearchState) -> None:
    assert read_back(urlencode(urls.pairs(state))) == state


STATE_URLS = [urls.search_url, partial(urls.api_search_url, explain=True, facets=False)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(state=states, facet=st.sampled_from(VALUE_FILTERS), values=st.sets(st.text(min_size=1), max_size=3))
def test_the_url_of_a_filter_is_that_of_the_changed_state(
    app: Flask, state: SearchState, facet: str, values: set[str]
) -> None:
    with app.test_request_context("/"):
        for url in STATE_URLS:
            assert urls.filter_urls(state, facet, url)(sorted(values)) == url(state.with_values(facet, values))
            for value in (*values, *state.values(facet)):
                assert urls.toggle_urls(state, facet, url)(value) == url(state.toggled(facet, value))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(state=states, period=st.sampled_from(["2021", "2021-11"]), selected=st.sampled_from(["", "2021", "2021-11"]))
def test_the_url_of_a_period_is_that_of_the_changed_state(
    app: Flask, state: SearchState, period: str, selected: str
) -> None:
    state = state.with_period(selected, selected)
    changed = state.without_period() if period == selected else state.with_period(period, period)
    with app.test_request_context("/"):
        for url in STATE_URLS:
            assert urls.period_urls(state, url)(period) == url(changed)


def test_a_form_keeps_everything_but_the_page_and_its_visible_fields() -> None:
    names = [name for name, _ in urls.hidden_fields(FULL, "q")]
    assert names == ["category", "category", "author", "tag", "from", "to", "sort", "size"]
    assert ("q", FULL.query) in urls.hidden_fields(FULL, "from", "to")
    assert not {"from", "to", "page"} & {name for name, _ in urls.hidden_fields(FULL, "from", "to")}


def test_urls_begin_with_the_prefix_of_the_application(app: Flask) -> None:
    state = SearchState(query="a")
    with app.test_request_context("/", base_url="http://localhost/archive"):
        assert urls.search_url(BLANK) == "/archive/"
        assert urls.search_url(state) == "/archive/?q=a"
        assert urls.article_url("b/c d?.md", BLANK) == "/archive/article/b/c%20d%3F.md"
        assert urls.article_url("x", BLANK, pictures=True) == "/archive/article/x?pictures=1"
        assert urls.article_url("x", state, pictures=True) == "/archive/article/x?q=a&pictures=1"
