"""The page of all values of a facet, and the tree beside the results."""

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
    shown = page("/values", facet="tag", q="连载", from_="2019")
    assert len(shown.css(".values a")) == 30
    assert texts(shown, ".values a")[0] == "第0回 1"
    assert texts(shown, ".found") == ["30 个"]
    chosen = follow(client, shown.css(".values a")[3])
    assert texts(chosen, ".chips li")[0].startswith("去掉 标签 第")
    assert texts(chosen, ".found")[0].startswith("找到 1 篇")
    assert href(shown, "main .back a") == "/?q=%E8%BF%9E%E8%BD%BD&from=2019"


def test_a_text_narrows_them_and_stays_in_its_field(page: Page) -> None:
    shown = page("/values", facet="tag", find=" 第2 ", category="连载")
    assert texts(shown, ".values .text") == sorted(["第2回", *(f"第2{digit}回" for digit in range(10))])
    assert only(shown, ".find input[type=search]").attributes["value"] == "第2"
    kept = {(each.attributes["name"], each.attributes["value"]) for each in shown.css(".find input[type=hidden]")}
    assert kept == {("category", "连载"), ("facet", "tag")}


def test_hostile_values_are_text(client: FlaskClient, page: Page) -> None:
    shown = page("/values", facet="tag", find=HOSTILE_TAG)
    assert texts(shown, ".values .text") == [HOSTILE_TAG]
    assert texts(follow(client, only(shown, ".values a")), ".found")[0].startswith("找到 1 篇")


def test_none_is_said(page: Page) -> None:
    shown = page("/values", facet="author", find="查无此人")
    assert texts(shown, ".found") == ["没有找到"]
    assert not shown.css(".values")


def test_the_page_lists_a_limited_number_of_values(app: Flask) -> None:
    with app.test_request_context("/values"):
        tags = current_index().facet_values("tag")
        content = values_page("tag", "", tags, BLANK, CategoryTree((), BLANK), limit=5)
        listed = LexborHTMLParser(render_page("values.html", BLANK, page=content))
    assert len(listed.css(".values a")) == 5
    assert texts(listed, ".found") == ["31 个", "只列出前 5 个，请输入文字缩小范围。"]


@pytest.mark.parametrize("facet", ["", "year", "没有"])
def test_another_facet_is_refused(client: FlaskClient, facet: str) -> None:
    answer = client.get("/values", query_string={"facet": facet})
    assert answer.status_code == 400
    assert "分面不对" in answer.text


def test_a_tree_has_its_places_below_one_another(samples: FlaskClient) -> None:
    shown = LexborHTMLParser(samples.get("/").text)
    branches = {only_text(each): each for each in shown.css(".facet-category > .listed > .values > .branch")}
    travel = only(branches["旅行"], "details[data-path=旅行]")
    assert "open" not in travel.attributes
    assert [only_text(each) for each in travel.css("details[data-path=旅行] > .values > li")] == ["城市", "铁路"]
    chosen = LexborHTMLParser(samples.get("/?category=铁路").text)
    opened = [each.attributes["data-path"] for each in chosen.css(".below") if "open" in each.attributes]
    assert opened == ["旅行", "旅行 › 铁路"]


def test_places_are_found_by_their_names(samples: FlaskClient) -> None:
    shown = LexborHTMLParser(samples.get("/values", query_string={"facet": "category", "find": "歷史"}).text)
    assert [text for text in texts(shown, ".values .text") if text.endswith("历史")] == texts(shown, ".values .text")
    assert "旅行 › 铁路 › 历史" in texts(shown, ".values .text")


def only_text(branch: LexborNode) -> str:
    """The name of a branch itself."""
    return branch.css(".text")[0].text()
