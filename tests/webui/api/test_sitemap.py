"""The sitemap lists every article once, if the settings enable it."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

import searchlib
import webui
from tests.webui.conftest import ARTICLES

LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


@pytest.fixture
def crawler(index_folder: Path) -> FlaskClient:
    return webui.create_app(index_folder, settings=searchlib.Settings(sitemap=True)).test_client()


def locations(client: FlaskClient, url: str) -> list[str]:
    response = client.get(url)
    assert (response.status_code, response.mimetype) == (200, "application/xml")
    return [each.text or "" for each in ElementTree.fromstring(response.text).iter(LOC)]


def test_by_default_there_is_no_sitemap(client: FlaskClient) -> None:
    assert client.get("/sitemap.xml").status_code == 404
    assert "sitemap" not in client.get("/robots.txt").text.lower()


def test_every_article_is_listed_once(crawler: FlaskClient) -> None:
    months = locations(crawler, "/sitemap.xml")
    assert len(months) == len({*months}) > 30
    urls = [url for month in months for url in locations(crawler, month)]
    assert len(urls) == len({*urls}) == len(ARTICLES)
    for url in urls:
        assert url.startswith("http://localhost/article/")
        assert crawler.get(url).status_code == 200


def test_months_and_undated_articles_are_listed_over_several_searches(tmp_path: Path) -> None:
    for number in range(450):
        day = f"date: 2021-0{number % 2 + 1}-15\n" if number < 230 else ""
        text = f"---\ntitle: 第 {number} 篇\n{day}---\n正文第 {number} 号。"
        (tmp_path / f"post-{number}.md").write_text(text, encoding="utf-8")
    searchlib.build_index(tmp_path, tmp_path / "index", jobs=1)
    client = webui.create_app(tmp_path / "index", settings=searchlib.Settings(sitemap=True)).test_client()
    months = locations(client, "/sitemap.xml")
    counts = [len({*locations(client, month)}) for month in months]
    assert sorted(counts) == [115, 115, 220]


def test_robots_txt_names_the_sitemap(crawler: FlaskClient) -> None:
    lines = crawler.get("/robots.txt", base_url="http://localhost/archive").text.splitlines()
    assert lines[-1] == "Sitemap: http://localhost/archive/sitemap.xml"
    assert "Allow: /archive/sitemap.xml" in lines


def test_an_empty_month_has_no_articles_and_a_wrong_one_is_an_error(crawler: FlaskClient) -> None:
    assert locations(crawler, "/sitemap.xml?month=1999-01") == []
    for month in ("2021", "2021-13", "x", "<b>"):
        assert crawler.get("/sitemap.xml", query_string={"month": month}).status_code == 400
