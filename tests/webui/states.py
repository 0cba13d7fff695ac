"""Search states for tests."""

from __future__ import annotations

from hypothesis import strategies as st
from werkzeug.wrappers import Request

from webui.state import SearchState, parse_state

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
"""A state with a value for almost every field."""

_filter_values = st.lists(st.text(min_size=1), max_size=3).map(lambda values: tuple(sorted(set(values))))
states = st.builds(
    SearchState,
    query=st.text().map(str.strip),
    category=_filter_values,
    author=_filter_values,
    tag=_filter_values,
    date_from=st.text().map(str.strip),
    date_to=st.text().map(str.strip),
    sort=st.sampled_from(["relevance", "newest", "oldest"]),
    page=st.integers(-9, 10**9 - 1),
    size=st.integers(-9, 10**9 - 1),
)
"""Random states."""


def read_back(query_string: str) -> SearchState:
    """Return the state of a URL's query string."""
    return parse_state(Request.from_values(query_string=query_string).args)
