"""A browser that has an answer is told so, until the index changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

import searchlib
import webui


@pytest.mark.parametrize(
    "path", ["/", "/?q=风车", "/article/two-words.md", "/api/search?q=风车", "/feed.atom", "/suggestions?q=风"]
)
def test_an_answer_that_is_there_is_not_sent_again(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert client.get(path, headers={"If-None-Match": 'W/"other"'}).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/none", "/?page=x", "/article/none.md"])
def test_health_and_errors_are_never_kept(client: FlaskClient, path: str) -> None:
    assert "ETag" not in client.get(path).headers


def test_a_new_index_is_asked_anew(tmp_path: Path) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "a.md").write_text("风车", encoding="utf-8")
    searchlib.build_index(articles, tmp_path / "index")
    client = webui.create_app(tmp_path / "index").test_client()
    tag = client.get("/?q=磨坊").headers["ETag"]
    (articles / "b.md").write_text("磨坊", encoding="utf-8")
    searchlib.update_index(articles, tmp_path / "index")
    answer = client.get("/?q=磨坊", headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert "找到 1 篇" in answer.text


def test_an_index_that_changes_during_an_answer_does_not_lend_it_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "a.md").write_text("风车", encoding="utf-8")
    searchlib.build_index(articles, tmp_path / "index")
    client = webui.create_app(tmp_path / "index").test_client()
    search = searchlib.Index.search

    def search_while_it_changes(index: searchlib.Index, *values: object, **named: object) -> searchlib.Results:
        found = search(index, *values, **named)  # type: ignore[arg-type]
        (articles / "b.md").write_text("磨坊", encoding="utf-8")
        searchlib.update_index(articles, tmp_path / "index")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(searchlib.Index, "search", search_while_it_changes)
        old = client.get("/api/search?q=磨坊")
    assert old.get_json()["total"] == 0
    again = client.get("/api/search?q=磨坊", headers={"If-None-Match": old.headers["ETag"]})
    assert again.status_code == 200
    assert again.get_json()["total"] == 1


@pytest.mark.parametrize("path", ["/healthz", "/metrics"])
def test_what_is_about_this_moment_is_kept_by_nobody(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


@pytest.mark.parametrize("path", ["/article/none.md", "/?page=abc", "/api/article/none.md"])
def test_an_error_is_never_unchanged(client: FlaskClient, path: str) -> None:
    expected = client.get(path).status_code
    for tag in (client.get("/").headers["ETag"], "*"):
        assert client.get(path, headers={"If-None-Match": tag}).status_code == expected >= 400


def test_each_address_has_a_tag_of_its_own(client: FlaskClient) -> None:
    tags = [client.get(path).headers["ETag"] for path in ("/", "/?q=风车", "/?q=风车&sort=newest")]
    assert len(set(tags)) == len(tags)
