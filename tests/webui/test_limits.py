"""No address makes an answer that is out of proportion to it."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from webui.state import MAX_FILTER_CHARACTERS, MAX_FILTER_VALUES

LARGEST = 8 << 20
"""Bytes that an answer has at most: with each link it repeats the longest state there can be."""


@pytest.mark.parametrize("path", ["/", "/api/search", "/values", "/feed.atom"])
@pytest.mark.parametrize(
    "asked",
    [
        [("q", "长" * 60_000)],
        [("q", "风车"), *(("tag", "词" * 15 + f"{number:02}") for number in range(MAX_FILTER_CHARACTERS // 17))],
        [("q", "风车"), ("category", "词" * MAX_FILTER_CHARACTERS)],
    ],
    ids=["a long query", "many values", "a long value"],
)
def test_the_largest_answers_are_small(client: FlaskClient, path: str, asked: list[tuple[str, str]]) -> None:
    answer = client.get(f"{path}?{urlencode([*asked, ('facet', 'tag')])}")
    assert answer.status_code == 200
    assert len(answer.data) < LARGEST


@pytest.mark.parametrize(
    "values",
    [[f"{number}" for number in range(MAX_FILTER_VALUES + 1)], ["词" * (MAX_FILTER_CHARACTERS + 1)]],
    ids=["many", "long"],
)
def test_more_filters_are_refused(client: FlaskClient, values: list[str]) -> None:
    asked = urlencode([("category", "随笔"), *(("tag", value) for value in values)])
    answer = client.get(f"/api/search?{asked}")
    assert answer.status_code == 400
    assert answer.get_json()["error"]["parameter"] == "tag"
    page = client.get(f"/?{asked}")
    assert page.status_code == 400
    assert "筛选条件太多" in page.text


def test_a_longer_query_is_said_to_be_cut(client: FlaskClient) -> None:
    assert any(
        "1000" in note.replace(",", "") for note in client.get("/api/search?q=" + "风" * 5_000).get_json()["notes"]
    )
