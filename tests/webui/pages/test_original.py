"""The pages link to the original of an article."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser

import searchlib
import webui
from tests.webui.conftest import Page
from tests.webui.parsed import only, texts


def test_the_article_page_links_to_the_original(samples_folder: Path) -> None:
    settings = searchlib.Settings(url_template="https://example.org/{stem}.html")
    client = webui.create_app(samples_folder, settings=settings).test_client()
    link = only(LexborHTMLParser(client.get("/article/food/tofu.md").text), "a.original")
    assert link.text() == "查看原文"
    assert link.attributes["href"] == "https://example.org/food/tofu.html"
    assert "noopener" in (link.attributes["rel"] or "")


def test_hits_link_to_their_originals(samples_folder: Path) -> None:
    settings = searchlib.Settings(url_template="https://example.org/{stem}.html")
    client = webui.create_app(samples_folder, settings=settings).test_client()
    html = LexborHTMLParser(client.get("/?q=豆腐").text)
    article_urls = {
        link.attributes["href"]: only(hit, "h2 a").attributes["href"]
        for hit in html.css("article.hit")
        for link in hit.css("a.original")
    }
    assert len(article_urls) == len(html.css("article.hit")) > 1
    # The browser scrolls to the clause with the first match, or else to the match.
    [url] = [url or "" for url in article_urls if (url or "").startswith("https://example.org/food/tofu.html#")]
    clause, match = (unquote(text) for text in url.partition("#:~:text=")[2].split("&text="))
    assert match == "豆腐"
    assert match in clause
    assert clause in " ".join(texts(html, ".snippet"))
    assert (article_urls[url] or "").startswith("/article/food/tofu.md")


def test_without_the_setting_there_are_no_links(page: Page) -> None:
    assert page("/article/two-words.md").css("a.original") == []
    assert page("/").css("a.original") == []
