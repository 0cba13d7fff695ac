"""Near duplicates are collapsed below a hit, or listed on request."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

import searchlib
import webui
from tests.webui.parsed import href, only, texts

STORY = """山谷里的邮差每星期走两趟，翻过三道梁，把信送到最高处的气象站。站里只有一个观测员，他的信最多，回信也最多。
邮差不识字，却记得每个信封的颜色，蓝色的来自海边，黄色的来自南方，白色的来自城里的医院。"""
COPIES = 12


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    articles, index = tmp_path_factory.mktemp("articles"), tmp_path_factory.mktemp("index")
    for number in range(COPIES + 1):
        title = f"邮差 <{number}>"
        text = f"---\ntitle: '{title}'\ndate: 2021-01-{number + 1:02}\n---\n{STORY}\n"
        (articles / f"{number}.md").write_text(text, encoding="utf-8")
    (articles / "other.md").write_text("---\ntitle: 邮差的伞\n---\n邮差的伞忘在了山谷。", encoding="utf-8")
    searchlib.build_index(articles, index)
    return webui.create_app(index, settings=searchlib.Settings()).test_client()


def fetch(client: FlaskClient, url: str) -> LexborHTMLParser:
    response = client.get(url)
    assert response.status_code == 200
    return LexborHTMLParser(response.text)


def test_a_hit_shows_and_links_its_near_duplicates(client: FlaskClient) -> None:
    html = fetch(client, "/?q=气象站")
    assert only(html, ".total").text().startswith(f"{COPIES + 1} 篇")
    repeats = only(html, ".hit details.repeats")
    assert texts(repeats, "summary") == [f"另有 {COPIES} 篇内容相似"]
    links = repeats.css("a")
    assert [link.text() for link in links][:2] == ["邮差 <11>", "邮差 <10>"]
    assert texts(fetch(client, links[0].attributes["href"] or ""), "h1") == ["邮差 <11>"]
    assert texts(repeats, "li")[-1] == "…"


def test_near_duplicates_can_be_listed_and_collapsed_again(client: FlaskClient) -> None:
    html = fetch(client, "/?q=邮差")
    assert texts(html, ".total")[0].startswith(f"{COPIES + 2} 篇，合并相似 {COPIES} 篇 全部列出 · ")
    assert not html.css(".pager")
    everything = fetch(client, href(html, ".total a"))
    assert len(everything.css(".hit")) == 10
    assert not everything.css(".repeats")
    assert len(fetch(client, href(everything, ".pager a[rel=next]")).css(".hit")) == COPIES + 2 - 10
    assert texts(everything, ".total a") == ["合并相似内容"]
    assert len(fetch(client, href(everything, ".total a")).css(".hit")) == 2


def test_the_api_has_the_same_parameter(client: FlaskClient) -> None:
    collapsed = client.get("/api/search?q=气象站").get_json()
    assert (collapsed["total"], collapsed["folded"], len(collapsed["hits"])) == (COPIES + 1, COPIES, 1)
    assert len(collapsed["hits"][0]["repeats"]) == COPIES
    listed = client.get("/api/search?q=气象站&repeats=show").get_json()
    assert (listed["total"], listed["folded"], len(listed["hits"])) == (COPIES + 1, 0, 10)
    invalid = client.get("/api/search?repeats=maybe")
    assert (invalid.status_code, invalid.get_json()["error"]["parameter"]) == (400, "repeats")
