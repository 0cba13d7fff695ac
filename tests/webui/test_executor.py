"""The query log records searches of the page and the API, and nothing about who searched."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import searchlib
import webui
from tests.webui.conftest import Logged


@pytest.mark.parametrize("url", ["/?q=风车", "/api/search?q=风车"])
def test_a_search_is_logged_without_any_data_of_the_reader(
    logging_client: FlaskClient, logged: Logged, url: str
) -> None:
    logging_client.get(
        url,
        headers={"User-Agent": "Somebody/1.0", "Cookie": "session=1"},
        environ_base={"REMOTE_ADDR": "192.0.2.9"},
    )
    (line,) = logged()
    assert set(line) == {"at", "query", "total", "took_ms"}
    assert (line["query"], line["total"]) == ("风车", 2)
    assert not re.search("Somebody|192|session", json.dumps({**line, "at": "", "took_ms": 0}))


NOT_LOGGED = [
    ("/", "no query"),
    ("/?q=%20", "a blank query"),
    ("/?category=物件", "a filter without a query"),
    ("/?q=连载&page=2", "the second page of a search"),
    ("/?q=风&log=0", "a query that is still being typed"),
    ("/api/search?q=风&log=0", "the same in the API"),
    ("/?q=风车&page=0", "an error"),
    ("/api/suggest?q=风", "a suggestion"),
    ("/suggestions?q=风", "a suggestion for a browser"),
    ("/feed.atom?q=风车", "a feed, which a program requests again and again"),
    ("/article/two-words.md?q=风车", "an article"),
]


@pytest.mark.parametrize("url", [url for url, _ in NOT_LOGGED], ids=[name for _, name in NOT_LOGGED])
def test_other_requests_are_not_logged(logging_client: FlaskClient, logged: Logged, url: str) -> None:
    logging_client.get(url)
    assert logged() == []


@pytest.mark.parametrize("url", ["/?q=风车", "/api/search?q=风车"])
def test_a_request_that_another_site_causes_is_not_logged(
    logging_client: FlaskClient, logged: Logged, url: str
) -> None:
    for site in ("cross-site", "same-site", "", "x"):
        assert logging_client.get(url, headers={"Sec-Fetch-Site": site}).status_code == 200
    assert logged() == []
    for site in ("same-origin", "none"):
        logging_client.get(url, headers={"Sec-Fetch-Site": site})
    assert len(logged()) == 2


def test_a_head_request_is_not_logged(logging_client: FlaskClient, logged: Logged) -> None:
    logging_client.head("/?q=风车")
    assert logged() == []


def test_a_response_from_the_browser_cache_is_not_logged_again(logging_client: FlaskClient, logged: Logged) -> None:
    tag = logging_client.get("/?q=风车").headers["ETag"]
    assert logging_client.get("/?q=风车", headers={"If-None-Match": tag}).status_code == 304
    assert len(logged()) == 1


def test_filters_are_logged_by_name_and_a_replaced_query_with_its_replacement(
    logging_client: FlaskClient, logged: Logged
) -> None:
    logging_client.get("/?q=风车&category=物件&from=2022")
    logging_client.get("/?q=fengche")
    filtered, replaced = logged()
    assert filtered["filters"] == ["category", "date"]
    assert (replaced["query"], replaced["searched"]) == ("fengche", "风车")


def test_without_the_setting_nothing_is_logged(
    index_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    client = webui.create_app(index_folder, settings=searchlib.Settings()).test_client()
    assert client.get("/?q=风车").status_code == 200
    assert "data-log" not in client.get("/").text
    assert list(tmp_path.iterdir()) == []


def test_the_application_does_not_start_if_the_log_cannot_be_written(index_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(searchlib.SettingsError, match="query_log"):
        webui.create_app(index_folder, settings=searchlib.Settings(query_log=str(tmp_path / "no" / "log")))
