"""The values page lists all values of a facet, and the search page shows the category tree."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.webui.conftest import HOSTILE_TAG, Page
from tests.webui.parsed import follow, href, only, texts
from webui.pages.category_tree import CategoryTree
from webui.pages.render import render_page
from webui.pages.values import values_page
from webui.shared_index import current_index
from webui.state import BLANK


def test_all_values_under_a_search_are_listed_with_their_counts(client: FlaskClient, page: Page) -> None:
    html = page("/values", facet="tag", q="连载", from_="2019")
    assert len(html.css(".values a")) == 30
    assert texts(html, ".values a")[0] == "第0回 1"
    assert texts(html, ".total") == ["30 个"]
    selected = follow(client, html.css(".values a")[3])
    assert texts(selected, ".chips li")[0].startswith("去掉 标签 第")
    assert texts(selected, ".total")[0].startswith("1 篇")
    assert href(html, "main .back a") == "/?q=%E8%BF%9E%E8%BD%BD&from=2019"


def test_a_text_narrows_the_list_and_stays_in_its_field(page: Page) -> None:
    html = page("/values", facet="tag", find=" 第2 ", category="连载")
    assert texts(html, ".values .text") == sorted(["第2回", *(f"第2{digit}回" for digit in range(10))])
    assert only(html, ".find input[type=search]").attributes["value"] == "第2"
    hidden = {(each.attributes["name"], each.attributes["value"]) for each in html.css(".find input[type=hidden]")}
    assert hidden == {("category", "连载"), ("facet", "tag")}


def test_hostile_values_are_escaped(client: FlaskClient, page: Page) -> None:
    html = page("/values", facet="tag", find=HOSTILE_TAG)
    assert texts(html, ".values .text") == [HOSTILE_TAG]
    assert texts(follow(client, only(html, ".values a")), ".total")[0].startswith("1 篇")


def test_a_text_without_matches_is_reported(page: Page) -> None:
    html = page("/values", facet="author", find="查无此人")
    assert texts(html, ".total") == ["没有找到"]
    assert not html.css(".values")


def test_the_page_lists_a_limited_number_of_values(app: Flask) -> None:
    with app.test_request_context("/values"):
        tags = current_index().facet_values("tag")
        content = values_page("tag", "", tags, BLANK, CategoryTree((), BLANK), limit=5)
        listed = LexborHTMLParser(render_page("values.html", BLANK, page=content))
    assert len(listed.css(".values a")) == 5
    assert texts(listed, ".total") == ["31 个", "只列出前 5 个，请输入文字缩小范围。"]


@pytest.mark.parametrize("facet", ["", "year", "没有"])
def test_other_facets_are_rejected(client: FlaskClient, facet: str) -> None:
    response = client.get("/values", query_string={"facet": facet})
    assert response.status_code == 400
    assert "筛选项有误" in response.text


def test_the_tree_nests_categories(samples: FlaskClient) -> None:
    html = LexborHTMLParser(samples.get("/").text)
    branches = {branch_name(each): each for each in html.css(".facet-category > .values > .branch")}
    travel = only(branches["旅行"], "details[data-path=旅行]")
    assert "open" not in travel.attributes
    assert [branch_name(each) for each in travel.css("details[data-path=旅行] > .values > li")] == ["城市", "铁路"]
    selected = LexborHTMLParser(samples.get("/?category=铁路").text)
    opened = [each.attributes["data-path"] for each in selected.css(".below") if "open" in each.attributes]
    assert opened == ["旅行", "旅行 › 铁路"]


def test_the_page_of_all_categories_is_a_tree(samples: FlaskClient) -> None:
    html = LexborHTMLParser(samples.get("/values?facet=category").text)
    travel = only(html, ".all-values .listed > .values > .branch > details[data-path=旅行]")
    assert [branch_name(each) for each in travel.css("details[data-path=旅行] > .values > li")] == ["城市", "铁路"]
    links = {each.text(): each.attributes["href"] for each in html.css(".side a")}
    assert links["标签"] == "/values?facet=tag"


def test_categories_can_be_searched_by_name(samples: FlaskClient) -> None:
    html = LexborHTMLParser(samples.get("/values", query_string={"facet": "category", "find": "歷史"}).text)
    assert [text for text in texts(html, ".values .text") if text.endswith("历史")] == texts(html, ".values .text")
    assert "旅行 › 铁路 › 历史" in texts(html, ".values .text")


def branch_name(branch: LexborNode) -> str:
    """Return the name of a branch, without its children."""
    return branch.css(".text")[0].text()
