"""No URL causes a response that is disproportionately large."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from webui.state import MAX_FILTER_CHARACTERS, MAX_FILTER_VALUES

MAX_RESPONSE_BYTES = 8 << 20
"""A response repeats the longest possible state in each link."""


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/api/search", "/values", "/feed.atom"])
@pytest.mark.parametrize(
    "pairs",
    [
        [("q", "长" * 60_000)],
        [("q", "风车"), *(("tag", "词" * 15 + f"{number:02}") for number in range(MAX_FILTER_CHARACTERS // 17))],
        [("q", "风车"), ("category", "词" * MAX_FILTER_CHARACTERS)],
    ],
    ids=["a long query", "many values", "a long value"],
)
def test_the_longest_states_cause_responses_of_limited_size(
    client: FlaskClient, path: str, pairs: list[tuple[str, str]]
) -> None:
    facet = [("facet", "tag")] if path == "/values" else []
    response = client.get(f"{path}?{urlencode([*pairs, *facet])}")
    assert response.status_code == 200
    assert len(response.data) < MAX_RESPONSE_BYTES


@pytest.mark.parametrize(
    "values",
    [[f"{number}" for number in range(MAX_FILTER_VALUES + 1)], ["词" * (MAX_FILTER_CHARACTERS + 1)]],
    ids=["many", "long"],
)
def test_more_filter_values_are_rejected(client: FlaskClient, values: list[str]) -> None:
    query_string = urlencode([("category", "随笔"), *(("tag", value) for value in values)])
    response = client.get(f"/api/search?{query_string}")
    assert response.status_code == 400
    assert response.get_json()["error"]["parameter"] == "tag"
    page = client.get(f"/?{query_string}")
    assert page.status_code == 400
    assert "筛选条件太多" in page.text


def test_a_note_reports_that_a_long_query_was_cut(client: FlaskClient) -> None:
    assert any(
        "1000" in note.replace(",", "") for note in client.get("/api/search?q=" + "风" * 5_000).get_json()["notes"]
    )
