"""The JSON is the contract's, and mirrors the library and the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

import searchlib
from tests.search.response_json import as_the_library_says
from tests.webui.conftest import HOSTILE_ID


@pytest.mark.parametrize(
    ("query_string", "arguments"),
    [
        ("", {}),
        ("q=元宇宙", {"query": "元宇宙"}),
        ("q=学习&category=科技&category=读写", {"query": "学习", "category": ["读写", "科技"]}),
        ("author=阿澈&tag=B端&unknown=1", {"author": ["阿澈"], "tag": ["B端"]}),
        ("from=2021-11&to=2022", {"date_from": "2021-11", "date_to": "2022"}),
        ("sort=oldest&page=2&size=7", {"sort": "oldest", "page": 2, "size": 7}),
        ("q=&from=&to=&sort=&page=&size=&tag=", {}),
    ],
)
def test_search_answers_as_the_library(
    samples: FlaskClient, samples_folder: Path, query_string: str, arguments: dict[str, Any]
) -> None:
    answer = samples.get(f"/api/search?{query_string}")
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    with searchlib.open_index(samples_folder, settings=searchlib.Settings()) as index:
        expected = index.search(**arguments).to_dict()
    found = as_the_library_says(answer.get_json())
    assert found == as_the_library_says(expected)
    assert list(found) == [name for name in expected if name != "took_ms"]


def test_chinese_stands_as_it_is(samples: FlaskClient) -> None:
    assert '"query":"元宇宙"' in samples.get("/api/search?q=元宇宙").text


def test_suggestions(samples: FlaskClient, samples_folder: Path) -> None:
    with searchlib.open_index(samples_folder, settings=searchlib.Settings()) as index:
        expected = [each.to_dict() for each in index.suggest("机", size=3)]
    assert len(expected) == 3
    found = samples.get("/api/suggest?q=机&size=3").get_json()
    assert as_the_library_says(found) == {"query": "机", "suggestions": expected}
    assert as_the_library_says(samples.get("/api/suggest").get_json()) == {"query": "", "suggestions": []}


def test_an_article(client: FlaskClient, index_folder: Path) -> None:
    found = client.get("/api/article/" + quote(HOSTILE_ID)).get_json()
    with searchlib.open_index(index_folder, settings=searchlib.Settings()) as index:
        expected = index.get(HOSTILE_ID).to_dict()
    assert as_the_library_says(found | {"html": ""}) == expected | {"html": ""}
    assert "<h2>开头的标题</h2>" in found["html"]
    assert "onclick" in expected["html"]
    assert "onclick" not in found["html"]


def test_similar_articles(client: FlaskClient, index_folder: Path) -> None:
    with searchlib.open_index(index_folder, settings=searchlib.Settings()) as index:
        expected = index.similar("series/05.md", size=3).to_dict()
    assert len(expected["hits"]) == 3
    found = client.get("/api/similar/series/05.md?size=3").get_json()
    assert as_the_library_says(found) == as_the_library_says(expected)


def test_health(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    found = answer.get_json()
    assert found.pop("generation")
    assert found == {"status": "ok", "articles": 35}


@pytest.mark.parametrize("path", ["/", "/article/plain.txt", "/api/search", "/api/suggest", "/healthz"])
def test_head_answers_without_a_body(client: FlaskClient, path: str) -> None:
    answer = client.head(path)
    assert answer.status_code == 200
    assert answer.data == b""


def test_explanations_come_when_they_are_asked_for(client: FlaskClient) -> None:
    plain, explained = (client.get(f"/api/search?q=风车&explain={value}").get_json() for value in ("0", "1"))
    assert plain["explanation"] is None
    assert plain["hits"][0]["explanation"] is None
    assert explained["explanation"]["words"] == ["风车"]
    terms = explained["hits"][0]["explanation"]["terms"]
    assert any(each["text"] == "风车" and each["kind"] == "word" and each["frequencies"] for each in terms)
    wrong = client.get("/api/search?q=风车&explain=yes")
    assert wrong.status_code == 400
    assert wrong.get_json()["error"]["parameter"] == "explain"
