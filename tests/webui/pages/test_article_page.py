"""The article page shows the whole article, safely, and leads on."""

from __future__ import annotations

from urllib.parse import parse_qs, quote, urlsplit

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from tests.webui.conftest import HOSTILE_CATEGORY, HOSTILE_ID, HOSTILE_TAG, Page
from tests.webui.parsed import href, only, texts

HOSTILE_URL = "/article/" + quote(HOSTILE_ID)


def test_it_shows_what_the_front_matter_says(page: Page) -> None:
    shown = page(HOSTILE_URL)
    assert [node.text() for node in shown.css("h1")] == ["<img src=x onerror=alert(1)>标题里的脚本"]
    assert only(shown, ".meta time").text() == "2021-11-20"
    assert [node.text() for node in shown.css(".meta a")] == ["甲 & 乙", "丙", HOSTILE_CATEGORY, "安全"]
    assert [node.text() for node in shown.css(".tags a")] == [HOSTILE_TAG]
    assert [(only(row, "th").text(), only(row, "td").text()) for row in shown.css(".extra tr")] == [
        ("链接", "<b>https://example.com/</b>"),
        ("nested", '{"列表": [1, "真"]}'),
    ]


def test_authors_categories_and_tags_lead_into_the_search(client: FlaskClient, page: Page) -> None:
    links = page(HOSTILE_URL).css(".meta a, .tags a")
    assert len(links) == 5
    for link in links:
        found = LexborHTMLParser(client.get(link.attributes["href"] or "").text)
        assert (only(found, ".found").text()).startswith("找到 1 篇")
        assert link.text() in only(found, ".chips li:first-child").text()


def test_the_body_holds_nothing_that_runs_or_leads_nowhere(page: Page) -> None:
    body = only(page(HOSTILE_URL), ".body")
    assert [node.text() for node in body.css("h2")] == ["开头的标题"]
    assert "<script>alert(2)</script>" in body.text()
    assert not body.css("script, svg, iframe, img, [onclick]")
    links = {node.text(): node.attributes.get("href") for node in body.css("a")}
    assert links == {"坏链接": None, "相对": None, "好链接": "https://example.com/?a=1&b=2"}
    assert only(body, "a[href]").attributes["rel"] == "nofollow noopener noreferrer"


def test_pictures_of_other_sites_wait_until_the_reader_asks(client: FlaskClient, page: Page) -> None:
    hidden = page(HOSTILE_URL, q="注入")
    assert [node.text() for node in hidden.css(".body .picture")] == ['图片：山 <水> "云"']
    assert "文中有 1 张图片" in only(hidden, ".pictures").text()
    answer = client.get(href(hidden, ".pictures a"))
    shown = LexborHTMLParser(answer.text)
    (picture,) = shown.css(".body img")
    assert picture.attributes == {
        "src": "https://pictures.example/a.png",
        "alt": '山 <水> "云"',
        "loading": "lazy",
        "referrerpolicy": "no-referrer",
    }
    assert not shown.css(".pictures")
    assert "img-src 'self' https: http: data:;" in answer.headers["Content-Security-Policy"]
    assert only(shown, "input[name=q]").attributes["value"] == "注入"


def test_only_1_asks_for_pictures(client: FlaskClient) -> None:
    for value in ("0", "", "yes"):
        answer = client.get(HOSTILE_URL, query_string={"pictures": value})
        assert not LexborHTMLParser(answer.text).css("img")
        assert "img-src 'self' data:;" in answer.headers["Content-Security-Policy"]


def test_plain_text_is_shown_in_paragraphs(page: Page) -> None:
    shown = page("/article/plain.txt")
    assert only(shown, "h1").text() == "一篇纯文本"
    assert texts(shown, ".body p") == ["第一段说<b>标签</b>。", "第二段说别的。"]
    assert "无日期" in only(shown, ".meta").text()


def test_it_leads_back_to_the_search_it_came_from(page: Page) -> None:
    shown = page("/article/series/05.md", q="连载", category="连载", page="2", unknown="https://evil.example")
    back = only(shown, ".back a")
    assert back.attributes["href"] == "/?q=%E8%BF%9E%E8%BD%BD&category=%E8%BF%9E%E8%BD%BD&page=2"
    assert back.text() == "返回搜索结果"
    assert only(shown, "link[rel=canonical]").attributes["href"] == "/article/series/05.md"


def test_without_a_search_it_leads_to_all_articles(page: Page) -> None:
    for query in ({}, {"page": "x"}):
        back = only(page("/article/series/05.md", **query), ".back a")
        assert back.attributes["href"] == "/"
        assert back.text() == "返回文章列表"


def test_similar_articles_are_listed(client: FlaskClient, page: Page) -> None:
    links = page("/article/series/05.md", q="连载").css(".similar a")
    assert 1 <= len(links) <= 5
    assert all(link.text().startswith("连载之") for link in links)
    assert "连载之5" not in [link.text() for link in links]
    assert client.get(links[0].attributes["href"] or "").status_code == 200
    assert (links[0].attributes["href"] or "").endswith("?q=%E8%BF%9E%E8%BD%BD")


def test_every_sample_can_be_read(samples: FlaskClient) -> None:
    found = samples.get("/api/search?size=100").get_json()
    assert len(found["hits"]) == found["total"] >= 60
    for hit in found["hits"]:
        answer = samples.get("/article/" + quote(hit["id"]))
        assert answer.status_code == 200
        shown = LexborHTMLParser(answer.text)
        assert [node.text() for node in shown.css("h1")] == [hit["title"]]
        assert len(only(shown, ".body").text()) > 100


def test_what_was_searched_for_is_marked(page: Page) -> None:
    shown = page("/article/two-words.md", q="风车")
    assert [node.text() for node in shown.css("h1 mark")] == ["风车"]
    assert [node.attributes.get("id") for node in shown.css(".body mark")] == ["match-1"]
    assert only(shown, ".matches").attributes["data-count"] == "1"
    assert not page("/article/two-words.md").css("mark, .matches")


@pytest.mark.parametrize(("typed", "searched"), [("yuanyuzhou", "元宇宙"), ("元宇审", "元宇宙")])
def test_what_was_searched_for_in_the_place_of_the_query_is_marked(
    samples: FlaskClient, typed: str, searched: str
) -> None:
    found = LexborHTMLParser(samples.get("/", query_string={"q": typed}).text)
    for link in (found.css(".hit h2 a")[0], found.css(".hit .like")[0]):
        shown = LexborHTMLParser(samples.get(link.attributes["href"] or "").text)
        assert searched in texts(shown, "mark")
        assert parse_qs(urlsplit(href(shown, ".back a")).query) == {"q": [searched]}


def test_the_api_leads_to_marks_of_what_was_searched_for(samples: FlaskClient) -> None:
    (first, *_) = samples.get("/api/search?q=yuanyuzhou").get_json()["hits"]
    shown = LexborHTMLParser(samples.get(first["page_url"]).text)
    assert "元宇宙" in texts(shown, "mark")


def test_markup_in_the_text_stays_text_where_it_is_marked(page: Page) -> None:
    shown = page("/article/plain.txt", q="标签")
    assert texts(shown, ".body p") == ["第一段说<b>标签</b>。", "第二段说别的。"]
    assert [node.text() for node in shown.css(".body mark")] == ["标签"]


def test_a_search_from_an_article_begins_without_the_filters_that_led_there(page: Page) -> None:
    shown = page("/article/two-words.md", q="风车", tag="第3回", sort="newest", size="20")
    names = [node.attributes["name"] for node in shown.css("form.box input[type=hidden]")]
    assert names == ["sort", "size"]


def test_categories_stand_on_their_way_through_the_tree(samples: FlaskClient) -> None:
    (hit,) = samples.get("/api/search", query_string={"category": "旅行 > 铁路 > 历史"}).get_json()["hits"]
    shown = LexborHTMLParser(samples.get(hit["page_url"]).text)
    assert texts(shown, ".meta .trail") == ["旅行 › 铁路 › 历史"]
    links = [node.attributes["href"] or "" for node in shown.css(".trail a")]
    assert [parse_qs(urlsplit(link).query)["category"] for link in links] == [
        ["旅行"],
        ["铁路"],
        ["旅行 > 铁路 > 历史"],
    ]
    assert texts(LexborHTMLParser(samples.get(links[-1]).text), ".hit h2") == [hit["title"]]
