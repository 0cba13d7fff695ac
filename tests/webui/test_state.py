"""A state is read from the parameters of a URL, and changes one field at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from searchlib import ParameterError
from tests.webui.states import FULL, read_back, states
from webui.state import BLANK, VALUE_FILTERS, SearchState, parse_state


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
def test_empty_repeated_and_unknown_parameters_are_ignored(query_string: str, state: SearchState) -> None:
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
        (FULL.toggled("category", "z"), {"category": ("a", "z", "科技"), "page": 1}),
        (FULL.toggled("category", "a"), {"category": ("科技",), "page": 1}),
        (FULL.toggled("tag", "C++"), {"tag": (), "page": 1}),
        (FULL.without("author", "阿澈"), {"author": (), "page": 1}),
        (FULL.without("author", "别人"), {"page": 1}),
        (FULL.with_period("2020", ""), {"date_from": "2020", "date_to": "", "page": 1}),
        (FULL.with_period("2021", "2021"), {"date_from": "2021", "date_to": "2021", "page": 1}),
        (FULL.changed(sort="oldest"), {"sort": "oldest", "page": 1}),
        (FULL.changed(size=50), {"size": 50, "page": 1}),
        (FULL.with_page(4), {"page": 4}),
        (
            FULL.without_filters(),
            {"category": (), "author": (), "tag": (), "date_from": "", "date_to": "", "page": 1},
        ),
    ],
)
def test_a_change_affects_one_field_and_returns_to_the_first_page(
    changed: SearchState, expected: dict[str, object]
) -> None:
    assert changed == replace(FULL, **expected)


@given(states, st.sampled_from(VALUE_FILTERS), st.text(min_size=1))
def test_toggling_a_value_twice_restores_the_state(state: SearchState, name: str, value: str) -> None:
    first_page = state.with_page(1)
    once = first_page.toggled(name, value)
    assert once != first_page
    assert once.toggled(name, value) == first_page


def test_a_month_is_another_period_than_its_year() -> None:
    month = SearchState().with_period("2021-11", "2021-11")
    assert month.has_period("2021-11")
    assert not month.has_period("2021")


@pytest.mark.parametrize(
    ("first", "last", "remaining"),
    [
        ("2021-11", "2021-11", "2021"),
        ("2021", "2021", ""),
        ("2021-11-20", "2021-11-20", ""),
        ("2021-11", "2021-12", ""),
        ("2021-11", "", ""),
        ("", "", ""),
    ],
)
def test_removing_a_month_leaves_its_year(first: str, last: str, remaining: str) -> None:
    dated = SearchState(query="a", date_from=first, date_to=last, page=2)
    assert dated.without_period() == SearchState(query="a", date_from=remaining, date_to=remaining)
