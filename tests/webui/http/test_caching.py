"""A browser gets 304 for a response that it has, until the index changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

import searchlib
import webui
from webui.http import caching


@pytest.mark.parametrize(
    "path", ["/", "/?q=风车", "/article/two-words.md", "/api/search?q=风车", "/feed.atom", "/suggestions?q=风"]
)
def test_an_unchanged_response_is_not_sent_again(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    assert first.headers["Cache-Control"] == "no-cache"
    second = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (second.status_code, second.data) == (304, b"")
    assert second.headers["ETag"] == first.headers["ETag"]
    assert client.get(path, headers={"If-None-Match": 'W/"other"'}).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/none", "/?page=x", "/article/none.md"])
def test_health_and_errors_have_no_etag(client: FlaskClient, path: str) -> None:
    assert "ETag" not in client.get(path).headers


def test_a_new_index_changes_the_etag(tmp_path: Path) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "a.md").write_text("风车", encoding="utf-8")
    searchlib.build_index(articles, tmp_path / "index")
    client = webui.create_app(tmp_path / "index").test_client()
    tag = client.get("/?q=磨坊").headers["ETag"]
    (articles / "b.md").write_text("磨坊", encoding="utf-8")
    searchlib.update_index(articles, tmp_path / "index")
    response = client.get("/?q=磨坊", headers={"If-None-Match": tag})
    assert response.status_code == 200
    assert "1 篇" in response.text


def test_a_response_has_the_etag_of_the_index_before_the_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "a.md").write_text("风车", encoding="utf-8")
    searchlib.build_index(articles, tmp_path / "index")
    client = webui.create_app(tmp_path / "index").test_client()
    search = searchlib.Index.search

    def search_while_the_index_changes(index: searchlib.Index, *values: object, **named: object) -> searchlib.Results:
        results = search(index, *values, **named)
        (articles / "b.md").write_text("磨坊", encoding="utf-8")
        searchlib.update_index(articles, tmp_path / "index")
        return results

    with monkeypatch.context() as patch:
        patch.setattr(searchlib.Index, "search", search_while_the_index_changes)
        old = client.get("/api/search?q=磨坊")
    assert old.get_json()["total"] == 0
    second = client.get("/api/search?q=磨坊", headers={"If-None-Match": old.headers["ETag"]})
    assert second.status_code == 200
    assert second.get_json()["total"] == 1


@pytest.mark.parametrize("path", ["/healthz", "/metrics"])
def test_live_responses_must_not_be_stored(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


@pytest.mark.parametrize("path", ["/article/none.md", "/?page=abc", "/api/article/none.md"])
def test_an_error_is_never_answered_with_304(client: FlaskClient, path: str) -> None:
    expected = client.get(path).status_code
    for tag in (client.get("/").headers["ETag"], "*"):
        assert client.get(path, headers={"If-None-Match": tag}).status_code == expected >= 400


def test_each_url_has_its_own_etag(client: FlaskClient) -> None:
    tags = [client.get(path).headers["ETag"] for path in ("/", "/?q=风车", "/?q=风车&sort=newest")]
    assert len(set(tags)) == len(tags)


def test_an_etag_ends_with_the_quarter_of_an_hour(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    before = client.get("/").headers["ETag"]
    monkeypatch.setattr(caching, "_QUARTER_HOUR", caching._QUARTER_HOUR // 1_000)
    assert client.get("/", headers={"If-None-Match": before}).status_code == 200
