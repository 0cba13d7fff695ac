"""The article page shows the whole article safely, with links to searches and similar articles."""

from __future__ import annotations

from urllib.parse import parse_qs, quote, urlsplit

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from tests.webui.conftest import HOSTILE_CATEGORY, HOSTILE_ID, HOSTILE_TAG, Page
from tests.webui.parsed import href, only, texts

HOSTILE_URL = "/article/" + quote(HOSTILE_ID)


def test_the_page_shows_the_front_matter(page: Page) -> None:
    html = page(HOSTILE_URL)
    assert [node.text() for node in html.css("h1")] == ["<img src=x onerror=alert(1)>标题里的脚本"]
    assert only(html, ".meta time").text() == "2021-11-20"
    assert [node.text() for node in html.css(".meta a")] == ["甲 & 乙", "丙", HOSTILE_CATEGORY, "安全"]
    assert [node.text() for node in html.css(".tags a")] == [HOSTILE_TAG]
    assert [(only(row, "th").text(), only(row, "td").text()) for row in html.css(".extra tr")] == [
        ("链接", "<b>https://example.com/</b>"),
        ("nested", '{"列表": [1, "真"]}'),
    ]


def test_authors_categories_and_tags_link_to_searches(client: FlaskClient, page: Page) -> None:
    links = page(HOSTILE_URL).css(".meta a, .tags a")
    assert len(links) == 5
    for link in links:
        results = LexborHTMLParser(client.get(link.attributes["href"] or "").text)
        assert (only(results, ".total").text()).startswith("1 篇")
        assert link.text() in only(results, ".chips li:first-child").text()


def test_the_body_contains_no_scripts_and_no_broken_links(page: Page) -> None:
    body = only(page(HOSTILE_URL), ".body")
    assert [node.text() for node in body.css("h2")] == ["开头的标题"]
    assert "<script>alert(2)</script>" in body.text()
    assert not body.css("script, svg, iframe, img, [onclick]")
    links = {node.text(): node.attributes.get("href") for node in body.css("a")}
    assert links == {"坏链接": None, "相对": None, "好链接": "https://example.com/?a=1&b=2"}
    assert only(body, "a[href]").attributes["rel"] == "nofollow noopener noreferrer"


def test_pictures_of_other_sites_are_loaded_on_request(client: FlaskClient, page: Page) -> None:
    hidden = page(HOSTILE_URL, q="注入")
    assert [node.text() for node in hidden.css(".body .picture")] == ['图片：山 <水> "云"']
    assert "文中有 1 张外部网站的图片" in only(hidden, ".pictures").text()
    response = client.get(href(hidden, ".pictures a"))
    html = LexborHTMLParser(response.text)
    (picture,) = html.css(".body img")
    assert picture.attributes == {
        "src": "https://pictures.example/a.png",
        "alt": '山 <水> "云"',
        "loading": "lazy",
        "referrerpolicy": "no-referrer",
    }
    assert not html.css(".pictures")
    assert "img-src 'self' https: http: data:;" in response.headers["Content-Security-Policy"]
    assert only(html, "input[name=q]").attributes["value"] == "注入"


def test_only_the_value_1_loads_pictures(client: FlaskClient) -> None:
    for value in ("0", "", "yes"):
        response = client.get(HOSTILE_URL, query_string={"pictures": value})
        assert not LexborHTMLParser(response.text).css("img")
        assert "img-src 'self' data:;" in response.headers["Content-Security-Policy"]


def test_plain_text_is_shown_in_paragraphs(page: Page) -> None:
    html = page("/article/plain.txt")
    assert only(html, "h1").text() == "一篇纯文本"
    assert texts(html, ".body p") == ["第一段说<b>标签</b>。", "第二段说别的。"]
    assert "无日期" in only(html, ".meta").text()


def test_the_page_links_back_to_the_search(page: Page) -> None:
    html = page("/article/series/05.md", q="连载", category="连载", page="2", unknown="https://evil.example")
    back = only(html, ".back a")
    assert back.attributes["href"] == "/?q=%E8%BF%9E%E8%BD%BD&category=%E8%BF%9E%E8%BD%BD&page=2"
    assert back.text() == "返回搜索结果"
    assert only(html, "link[rel=canonical]").attributes["href"] == "/article/series/05.md"


def test_without_a_search_the_page_links_to_all_articles(page: Page) -> None:
    for query in ({}, {"page": "x"}):
        back = only(page("/article/series/05.md", **query), ".back a")
        assert back.attributes["href"] == "/"
        assert back.text() == "返回文章列表"


def test_similar_articles_are_listed(client: FlaskClient, page: Page) -> None:
    (link,) = page("/article/two-words.md", q="风车").css(".similar a")
    assert link.text() == "只有风车"
    url = link.attributes["href"] or ""
    assert url.endswith("?q=%E9%A3%8E%E8%BD%A6")
    assert client.get(url).status_code == 200


def test_without_similar_articles_the_page_says_so(page: Page) -> None:
    similar = only(page("/article/plain.txt"), ".similar")
    assert only(similar, "p").text() == "没有内容相近的文章。"
    # The hits of a search link to this place.
    assert only(similar, "#similar")
    assert not similar.css("a")


def test_every_sample_article_can_be_opened(samples: FlaskClient) -> None:
    results = samples.get("/api/search?size=100").get_json()
    assert len(results["hits"]) == results["total"] >= 60
    for hit in results["hits"]:
        response = samples.get("/article/" + quote(hit["id"]))
        assert response.status_code == 200
        html = LexborHTMLParser(response.text)
        assert [node.text() for node in html.css("h1")] == [hit["title"]]
        assert len(only(html, ".body").text()) > 100


def test_the_matches_of_the_query_are_marked(page: Page) -> None:
    html = page("/article/two-words.md", q="风车")
    assert [node.text() for node in html.css("h1 mark")] == ["风车"]
    assert [node.attributes.get("id") for node in html.css(".body mark")] == ["match-1"]
    assert only(html, ".matches").attributes["data-count"] == "1"
    assert not page("/article/two-words.md").css("mark, .matches")


@pytest.mark.parametrize(("typed", "searched"), [("yuanyuzhou", "元宇宙"), ("圆宇宙", "元宇宙")])
def test_the_matches_of_a_replaced_query_are_marked(samples: FlaskClient, typed: str, searched: str) -> None:
    results = LexborHTMLParser(samples.get("/", query_string={"q": typed}).text)
    for link in (results.css(".hit h2 a")[0], results.css(".hit .like")[0]):
        html = LexborHTMLParser(samples.get(link.attributes["href"] or "").text)
        assert searched in texts(html, "mark")
        assert parse_qs(urlsplit(href(html, ".back a")).query) == {"q": [searched]}


def test_a_page_url_of_the_api_marks_the_matches(samples: FlaskClient) -> None:
    (first, *_) = samples.get("/api/search?q=yuanyuzhou").get_json()["hits"]
    html = LexborHTMLParser(samples.get(first["page_url"]).text)
    assert "元宇宙" in texts(html, "mark")


def test_markup_in_a_marked_text_stays_escaped(page: Page) -> None:
    html = page("/article/plain.txt", q="标签")
    assert texts(html, ".body p") == ["第一段说<b>标签</b>。", "第二段说别的。"]
    assert [node.text() for node in html.css(".body mark")] == ["标签"]


def test_the_search_box_of_an_article_has_no_filters(page: Page) -> None:
    html = page("/article/two-words.md", q="风车", tag="第3回", sort="newest", size="20")
    names = [node.attributes["name"] for node in html.css("form.box input[type=hidden]")]
    assert names == ["sort", "size"]


def test_categories_are_shown_as_paths_of_the_tree(samples: FlaskClient) -> None:
    (hit,) = samples.get("/api/search", query_string={"category": "旅行 > 铁路 > 历史"}).get_json()["hits"]
    html = LexborHTMLParser(samples.get(hit["page_url"]).text)
    assert texts(html, ".meta .trail") == ["旅行 › 铁路 › 历史"]
    links = [node.attributes["href"] or "" for node in html.css(".trail a")]
    assert [parse_qs(urlsplit(link).query)["category"] for link in links] == [
        ["旅行"],
        ["铁路"],
        ["旅行 > 铁路 > 历史"],
    ]
    assert texts(LexborHTMLParser(samples.get(links[-1]).text), ".hit h2") == [hit["title"]]
