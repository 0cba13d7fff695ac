"""The JSON of the API has the content of the library's models."""

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
        ("author=阿澈&tag=B端", {"author": ["阿澈"], "tag": ["B端"]}),
        ("from=2021-11&to=2022", {"date_from": "2021-11", "date_to": "2022"}),
        ("sort=oldest&page=2&size=7", {"sort": "oldest", "page": 2, "size": 7}),
        ("q=&from=&to=&sort=&page=&size=&tag=", {}),
    ],
)
def test_a_search_returns_the_results_of_the_library(
    samples: FlaskClient, samples_folder: Path, query_string: str, arguments: dict[str, Any]
) -> None:
    response = samples.get(f"/api/search?{query_string}")
    assert response.status_code == 200
    assert response.content_type == "application/json"
    with searchlib.open_index(samples_folder, settings=searchlib.Settings()) as index:
        expected = index.search(**arguments).to_dict()
    body = as_the_library_says(response.get_json())
    assert body == as_the_library_says(expected)
    assert list(body) == [name for name in expected if name != "took_ms"]


def test_chinese_is_not_escaped(samples: FlaskClient) -> None:
    assert '"query":"元宇宙"' in samples.get("/api/search?q=元宇宙").text


def test_suggestions_are_those_of_the_library(samples: FlaskClient, samples_folder: Path) -> None:
    with searchlib.open_index(samples_folder, settings=searchlib.Settings()) as index:
        expected = [each.to_dict() for each in index.suggest("机", size=3)]
    assert len(expected) == 3
    body = samples.get("/api/suggest?q=机&size=3").get_json()
    assert as_the_library_says(body) == {"query": "机", "suggestions": expected}
    assert as_the_library_says(samples.get("/api/suggest").get_json()) == {"query": "", "suggestions": []}


def test_an_article_has_safe_html(client: FlaskClient, index_folder: Path) -> None:
    body = client.get("/api/article/" + quote(HOSTILE_ID)).get_json()
    with searchlib.open_index(index_folder, settings=searchlib.Settings()) as index:
        expected = index.get(HOSTILE_ID).to_dict()
    assert as_the_library_says(body | {"html": ""}) == expected | {"html": ""}
    assert "<h2>开头的标题</h2>" in body["html"]
    assert "onclick" in expected["html"]
    assert "onclick" not in body["html"]


def test_passages_are_those_of_the_library(client: FlaskClient, index_folder: Path) -> None:
    with searchlib.open_index(index_folder) as index:
        expected = [passage.to_dict() for passage in index.passages("连载", budget=300, category="连载")]
    body = client.get("/api/passages?q=连载&category=连载&budget=300").get_json()
    assert expected
    assert [{name: each[name] for name in expected[0]} for each in body["passages"]] == expected
    assert client.get(body["url"]).get_json() == body
    for each in body["passages"]:
        assert client.get(each["url"]).get_json()["id"] == each["id"]
        assert client.get(each["page_url"]).status_code == 200


def test_similar_articles_are_those_of_the_library(client: FlaskClient, index_folder: Path) -> None:
    with searchlib.open_index(index_folder, settings=searchlib.Settings()) as index:
        expected = index.similar("two-words.md", size=3).to_dict()
    assert [hit["id"] for hit in expected["hits"]] == ["one-word.md"]
    body = client.get("/api/similar/two-words.md?size=3").get_json()
    assert as_the_library_says(body) == as_the_library_says(expected)


def test_the_health_check_reports_the_index(client: FlaskClient) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    body = response.get_json()
    assert body.pop("generation")
    assert body == {"status": "ok", "articles": 35}


@pytest.mark.parametrize("path", ["/", "/article/plain.txt", "/api/search", "/api/suggest", "/healthz"])
def test_a_head_request_returns_no_body(client: FlaskClient, path: str) -> None:
    response = client.head(path)
    assert response.status_code == 200
    assert response.data == b""


def test_explanations_are_optional(client: FlaskClient) -> None:
    plain, explained = (client.get(f"/api/search?q=风车&explain={value}").get_json() for value in ("0", "1"))
    assert plain["explanation"] is None
    assert plain["hits"][0]["explanation"] is None
    assert explained["explanation"]["words"] == ["风车"]
    terms = explained["hits"][0]["explanation"]["terms"]
    assert any(each["text"] == "风车" and each["kind"] == "word" and each["frequencies"] for each in terms)
    wrong = client.get("/api/search?q=风车&explain=yes")
    assert wrong.status_code == 400
    assert wrong.get_json()["error"]["parameter"] == "explain"


def test_the_category_tree_contains_the_filter_values_of_its_paths(samples: FlaskClient) -> None:
    body = samples.get("/api/search", query_string={"category": "旅行 > 铁路 > 历史"}).get_json()
    assert body["total"] == 1
    tree = {tuple(node["path"]): node for node in body["category_tree"]}
    selected = tree["旅行", "铁路", "历史"]
    assert (selected["value"], selected["count"], selected["selected"]) == ("旅行 > 铁路 > 历史", 1, True)
    assert tree["旅行", "铁路"]["value"] == "铁路"
    assert body["hits"][0]["category_paths"] == [["旅行", "铁路", "历史"]]


def test_relaxed_matching_and_advice_are_reported(samples: FlaskClient) -> None:
    relaxed = samples.get("/api/search", query_string={"q": "铅笔 木头"}).get_json()
    assert (relaxed["relaxed"], relaxed["full"], relaxed["total"]) == (True, 2, 5)
    nothing = samples.get("/api/search", query_string={"q": "元宇宙", "category": "美食", "explain": "1"}).get_json()
    (advice,) = nothing["advice"]
    reduced = samples.get("/api/search", query_string={"q": advice["query"]}).get_json()
    assert (advice["kind"], advice["values"], advice["total"]) == ("category", ["美食"], reduced["total"])
