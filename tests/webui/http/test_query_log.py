"""What the page and the API note of searches, and the author's page that shows it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

import searchlib
import webui

Noted = Callable[[], list[dict[str, object]]]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "queries.jsonl"


@pytest.fixture
def client(index_folder: Path, log: Path) -> FlaskClient:
    settings = searchlib.Settings(query_log=str(log), report_page=True)
    return webui.create_app(index_folder, settings=settings).test_client()


@pytest.fixture
def noted(log: Path) -> Noted:
    return lambda: [json.loads(line) for line in log.read_text(encoding="ascii").splitlines()]


@pytest.mark.parametrize("address", ["/?q=风车", "/api/search?q=风车"])
def test_a_search_is_noted_without_a_word_of_who_searched(client: FlaskClient, noted: Noted, address: str) -> None:
    client.get(
        address,
        headers={"User-Agent": "Somebody/1.0", "Cookie": "session=1"},
        environ_base={"REMOTE_ADDR": "192.0.2.9"},
    )
    (line,) = noted()
    assert set(line) == {"at", "query", "total", "took_ms"}
    assert (line["query"], line["total"]) == ("风车", 2)
    assert not re.search("Somebody|192|session", json.dumps({**line, "at": "", "took_ms": 0}))


NOT_NOTED = [
    ("/", "no query"),
    ("/?q=%20", "no query"),
    ("/?category=物件", "no query"),
    ("/?q=连载&page=2", "the next page of a search"),
    ("/?q=风&log=0", "typed on the way to another query"),
    ("/api/search?q=风&log=0", "the same in the API"),
    ("/?q=风车&page=0", "an error"),
    ("/api/suggest?q=风", "a suggestion"),
    ("/suggestions?q=风", "a suggestion"),
    ("/feed.atom?q=风车", "a feed, which a program asks for again and again"),
    ("/article/two-words.md?q=风车", "an article"),
]


@pytest.mark.parametrize("address", [address for address, _ in NOT_NOTED], ids=[what for _, what in NOT_NOTED])
def test_what_is_no_query_is_not_noted(client: FlaskClient, noted: Noted, address: str) -> None:
    client.get(address)
    assert noted() == []


def test_a_question_for_the_headers_alone_is_not_noted(client: FlaskClient, noted: Noted) -> None:
    client.head("/?q=风车")
    assert noted() == []


def test_what_a_browser_still_has_is_not_noted_again(client: FlaskClient, noted: Noted) -> None:
    tag = client.get("/?q=风车").headers["ETag"]
    assert client.get("/?q=风车", headers={"If-None-Match": tag}).status_code == 304
    assert len(noted()) == 1


def test_filters_are_noted_by_name_and_replaced_queries_with_both(client: FlaskClient, noted: Noted) -> None:
    client.get("/?q=风车&category=物件&from=2022")
    client.get("/?q=fengche")
    filtered, replaced = noted()
    assert filtered["filters"] == ["category", "date"]
    assert (replaced["query"], replaced["searched"]) == ("fengche", "风车")


def test_without_the_setting_nothing_is_noted(
    index_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    client = webui.create_app(index_folder, settings=searchlib.Settings()).test_client()
    assert client.get("/?q=风车").status_code == 200
    assert "data-log" not in client.get("/").text
    assert list(tmp_path.iterdir()) == []


def test_a_log_that_cannot_be_written_keeps_the_application_from_starting(index_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(searchlib.SettingsError, match="query_log"):
        webui.create_app(index_folder, settings=searchlib.Settings(query_log=str(tmp_path / "no" / "log")))


# ---- the report


def test_the_report_shows_what_was_searched_for(client: FlaskClient) -> None:
    for query in ("风车", "風車", "没有这个词", "<script>alert(1)</script>"):
        client.get("/", query_string={"q": query})
    answer = client.get("/report")
    assert answer.status_code == 200
    page = LexborHTMLParser(answer.text)
    rows = {
        section.attributes["aria-labelledby"]: [
            [cell.text(strip=True) for cell in row.css("th, td")][:3] for row in section.css("tbody tr")
        ]
        for section in page.css("main section")
    }
    assert rows["frequent"][0] == ["風車", "2", "2"]
    assert ["没有这个词", "1", "0"] in rows["without-hits"]
    assert len(rows["slow"]) == 3
    assert "<script>alert" not in answer.text
    figures = [each.text(strip=True) for each in page.css("dl.figures dd")]
    assert figures[:3] == ["4", "3", "1"]


def test_the_report_is_for_its_author_alone(client: FlaskClient) -> None:
    answer = client.get("/report")
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'name="robots" content="noindex, nofollow"' in answer.text
    for address in ("/", "/?q=风车", "/article/two-words.md", "/report", "/api", "/api/openapi.json"):
        assert not re.search(r'"/report["?]', client.get(address).text)


def test_a_look_at_the_report_and_its_links_are_not_noted(client: FlaskClient, noted: Noted) -> None:
    client.get("/?q=风车")
    page = LexborHTMLParser(client.get("/report?days=7").text)
    link = page.css_first("main td, main th[scope=row] a").attributes["href"]
    assert link
    assert client.get(link).status_code == 200
    assert len(noted()) == 1


@pytest.mark.parametrize("days", ["0", "x", "-1", "9999999"])
def test_wrong_days_are_named(client: FlaskClient, days: str) -> None:
    answer = client.get(f"/report?days={days}")
    assert answer.status_code == 400
    assert days in answer.text


@pytest.mark.parametrize("log_too", [True, False])
def test_without_its_setting_there_is_no_report(index_folder: Path, log: Path, log_too: bool) -> None:
    settings = searchlib.Settings(query_log=str(log) if log_too else "")
    client = webui.create_app(index_folder, settings=settings).test_client()
    assert client.get("/report").status_code == 404
