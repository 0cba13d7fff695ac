"""The start page is cached until the index changes; other pages are not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import searchlib
import webui
from webui import executor
from webui.pages import search
from webui.state import SearchState


@pytest.fixture
def folder(articles: Path, tmp_path: Path) -> Path:
    shutil.copytree(articles, tmp_path / "articles")
    searchlib.build_index(tmp_path / "articles", tmp_path / "index", jobs=1)
    return tmp_path


@pytest.fixture
def made(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[FlaskClient, list[str]]:
    """Return a client, and the list of the searches that were run for pages."""
    searches: list[str] = []

    def counting(state: SearchState, **options: bool) -> searchlib.Results:
        searches.append(state.query)
        return executor.search(state, **options)

    monkeypatch.setattr(search, "search", counting)
    settings = searchlib.Settings(language="auto")
    return webui.create_app(folder / "index", settings=settings).test_client(), searches


def test_the_start_page_is_made_once(made: tuple[FlaskClient, list[str]]) -> None:
    client, searches = made
    first, second = client.get("/"), client.get("/")
    assert len(searches) == 1
    assert second.data == first.data
    assert second.mimetype == "text/html"
    assert {*second.headers.keys()} == {*first.headers.keys()}
    assert second.headers["ETag"] == first.headers["ETag"]
    assert "total" in second.headers["Server-Timing"]


def test_it_is_kept_compressed_for_clients_that_accept_that(made: tuple[FlaskClient, list[str]]) -> None:
    client, searches = made
    plain = client.get("/")
    for _ in range(2):
        compressed = client.get("/", headers={"Accept-Encoding": "gzip"})
        assert compressed.headers["Content-Encoding"] == "gzip"
        assert len(compressed.data) < len(plain.data)
        assert "Accept-Encoding" in compressed.vary
    assert len(searches) == 2
    assert "Content-Encoding" not in client.get("/").headers


def test_languages_and_prefixes_are_kept_apart(made: tuple[FlaskClient, list[str]]) -> None:
    client, _ = made
    for _ in range(2):
        assert 'lang="zh-Hans"' in client.get("/", headers={"Accept-Language": "zh"}).text
        assert 'lang="en"' in client.get("/", headers={"Accept-Language": "en"}).text
        assert 'action="/below/"' in client.get("/", environ_overrides={"SCRIPT_NAME": "/below"}).text


def test_a_new_index_has_a_new_start_page(made: tuple[FlaskClient, list[str]], folder: Path) -> None:
    client, _ = made
    tag = client.get("/").headers["ETag"]
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 304
    (folder / "articles" / "new.md").write_text(
        "---\ntitle: 新添的文章\ndate: 2099-01-01\n---\n全新。", encoding="utf-8"
    )
    searchlib.update_index(folder / "articles", folder / "index")
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 200
    assert "新添的文章" in client.get("/").text


def test_other_pages_are_not_kept(made: tuple[FlaskClient, list[str]]) -> None:
    client, searches = made
    for _ in range(2):
        client.get("/?q=连载")
        client.get("/?page=2")
    assert searches == ["连载", "", "连载", ""]


def test_a_missing_index_is_not_kept(tmp_path: Path, articles: Path) -> None:
    client = webui.create_app(tmp_path / "index", settings=searchlib.Settings()).test_client()
    assert client.get("/").status_code == 503
    searchlib.build_index(articles, tmp_path / "index", jobs=1)
    assert client.get("/").status_code == 200
