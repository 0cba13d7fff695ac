"""The report shows the statistics of the query log to the author of the site."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

import searchlib
import webui
from tests.webui.conftest import Logged


def test_the_report_lists_the_queries(logging_client: FlaskClient) -> None:
    for query in ("风车", "風車", "没有这个词", "<script>alert(1)</script>"):
        logging_client.get("/", query_string={"q": query})
    response = logging_client.get("/report")
    assert response.status_code == 200
    page = LexborHTMLParser(response.text)
    rows = {
        section.attributes["aria-labelledby"]: [
            [cell.text(strip=True) for cell in row.css("th, td")][:3] for row in section.css("tbody tr")
        ]
        for section in page.css("main section")
    }
    assert rows["frequent"][0] == ["風車", "2", "2"]
    assert ["没有这个词", "1", "0"] in rows["without-hits"]
    assert len(rows["slow"]) == 3
    assert "<script>alert" not in response.text
    figures = [each.text(strip=True) for each in page.css("dl.figures dd")]
    assert figures[:3] == ["4", "3", "1"]


def test_the_list_of_queries_without_articles_tells_that_it_has_no_filtered_ones(logging_client: FlaskClient) -> None:
    logging_client.get("/", query_string={"q": "没有这个词", "category": "物件"})
    page = LexborHTMLParser(logging_client.get("/report").text)
    assert [each.text(strip=True) for each in page.css("dl.figures dd")][:3] == ["1", "1", "1"]
    section = page.css_first("[aria-labelledby=without-hits]")
    assert section.css_first("h2").text() == "没有找到文章（未加筛选条件）"
    assert section.css_first("p").text() == "未加筛选条件的搜索都找到了文章。"


def test_a_report_without_queries_says_so(logging_client: FlaskClient) -> None:
    page = LexborHTMLParser(logging_client.get("/report?days=7").text)
    assert [each.text() for each in page.css("main p")] == ["最近 7 天没有搜索记录。"]
    assert not page.css("main section, main dl")


def test_no_page_links_to_the_report_and_nothing_stores_it(logging_client: FlaskClient) -> None:
    response = logging_client.get("/report")
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert response.headers["Cache-Control"] == "no-store"
    assert 'name="robots" content="noindex, nofollow"' in response.text
    for url in ("/", "/?q=风车", "/article/two-words.md", "/report", "/api", "/api/openapi.json"):
        assert not re.search(r'"/report["?]', logging_client.get(url).text)


def test_the_report_and_its_links_are_not_logged(logging_client: FlaskClient, logged: Logged) -> None:
    logging_client.get("/?q=风车")
    page = LexborHTMLParser(logging_client.get("/report?days=7").text)
    link = page.css_first("main td, main th[scope=row] a").attributes["href"]
    assert link
    assert logging_client.get(link).status_code == 200
    assert len(logged()) == 1


@pytest.mark.parametrize("days", ["0", "x", "-1", "9999999"])
def test_an_invalid_number_of_days_is_reported(logging_client: FlaskClient, days: str) -> None:
    response = logging_client.get(f"/report?days={days}")
    assert response.status_code == 400
    assert days in response.text


@pytest.mark.parametrize("has_log", [True, False])
def test_without_its_setting_there_is_no_report(index_folder: Path, query_log: Path, has_log: bool) -> None:
    settings = searchlib.Settings(query_log=str(query_log) if has_log else "")
    client = webui.create_app(index_folder, settings=settings).test_client()
    assert client.get("/report").status_code == 404


def test_the_page_reads_a_bounded_part_of_a_full_log(logging_client: FlaskClient, query_log: Path) -> None:
    line = json.dumps({"at": datetime.now(UTC).isoformat(), "query": "风车", "total": 2, "took_ms": 1.0}) + "\n"
    for file in (query_log, query_log.with_name(f"{query_log.name}.1")):
        file.write_text(line * (6_000_000 // len(line)), encoding="ascii")
    page = LexborHTMLParser(logging_client.get("/report").text)
    searches = int(page.css("dl.figures dd")[0].text(strip=True).replace(",", ""))
    assert 4_000_000 <= searches * len(line) <= 4 << 20
    assert datetime.now(UTC).date().isoformat() in [each.text(strip=True) for each in page.css("dl.figures dd")]
