"""On no page does anything of an article or an address so much as try to run: the browser's own report stays empty."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Page, Route, expect

from . import hostile as written
from .conftest import OpenPage, Watch, with_scripts

pytestmark = with_scripts

WATCHING = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.__violations.push(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`));
"""
PROVOKING = """() => {
  const kinds = ["pointerenter", "mouseover", "mouseenter", "focus", "blur", "error", "load", "toggle", "play", "start",
    "animationstart", "transitionend", "begin", "scroll", "pageshow", "auxclick", "contextmenu", "keydown"];
  for (const element of document.querySelectorAll("*"))
    for (const kind of kinds) element.dispatchEvent(new Event(kind));
}"""
"""Tell every element all that a handler of its own could be waiting for."""

HOSTILE = {"q": written.QUERY, "category": written.CATEGORY, "author": written.AUTHOR, "tag": written.TAG}
ARTICLES = ("正文.html", "变形.html", "标记.md", "图画.html", "残局.html", "模板.md", "颠倒.md", *written.NAMES)
PAGES = {
    "all": "/",
    "found": "/?q=敌意",
    "facets": "/?" + urlencode({name: HOSTILE[name] for name in ("category", "author", "tag")}),
    "nothing found": "/?" + urlencode(HOSTILE),
    "corrected": "/?q=敌亿正文",
    "turned": "/?" + urlencode({"tag": written.BIDI}),
    **{f"article {name!r}": f"/article/{quote(name)}?q=敌意" for name in ARTICLES},
    "pictures": "/article/%E6%AD%A3%E6%96%87.html?pictures=1",
    "article from a hostile search": "/article/%E6%AD%A3%E6%96%87.html?" + urlencode(HOSTILE),
    "unknown article": "/article/" + quote(written.QUERY),
    "unknown page": "/" + quote(written.QUERY),
    **{f"wrong {name}": "/?" + urlencode({name: written.QUERY}) for name in ("from", "to", "sort", "page", "repeats")},
    "the API": "/api",
    "feed": "/feed.atom?" + urlencode({"category": written.CATEGORY}),
    "feed of nothing": "/feed.atom?" + urlencode(HOSTILE),
    "suggestions": "/suggestions?" + urlencode({"q": written.TITLE[:9]}),
    "suggestions in JSON": "/api/suggest?" + urlencode({"q": written.CATEGORY[:9]}),
    "search in JSON": "/api/search?" + urlencode({"q": "敌意", "tag": written.TAG, "explain": "1"}),
    "article in JSON": "/api/article/%E6%AD%A3%E6%96%87.html",
    "error in JSON": "/api/search?" + urlencode({"sort": written.QUERY}),
    "metrics": "/metrics",
}

Opened = Callable[[str], None]


@pytest.fixture
def watched(open_page: OpenPage) -> Page:
    """A page that keeps what its policy had to stop, from its first moment on."""
    page = open_page()
    page.add_init_script(WATCHING)
    # Pictures that a reader asks for lie elsewhere; nothing does here.
    page.route(lambda url: not url.startswith("http://127."), lambda route: route.abort())
    return page


def expect_peace(page: Page) -> None:
    """Nothing ran, and nothing had to be stopped."""
    page.wait_for_load_state("load")
    assert page.evaluate("window.__violations") == []
    assert page.evaluate("window.__ran") is None


@pytest.mark.parametrize("shown", PAGES)
def test_nothing_has_to_be_stopped(watched: Page, hostile: str, watch: Watch, shown: str) -> None:
    watched.goto(hostile + PAGES[shown])
    expect_peace(watched)
    watched.evaluate(PROVOKING)
    expect_peace(watched)
    if shown == "pictures":
        assert {*watch.foreign} == {"https://pictures.example/a.png"}
        watch.requests.clear()
        watch.errors[:] = [error for error in watch.errors if "net::ERR_FAILED" not in error]


@pytest.mark.parametrize("shown", PAGES)
def test_without_the_policy_nothing_runs_either(open_page: OpenPage, hostile: str, watch: Watch, shown: str) -> None:
    page = open_page(bypass_csp=True)
    page.route(lambda url: not url.startswith("http://127."), lambda route: route.abort())
    page.goto(hostile + PAGES[shown])
    page.wait_for_load_state("load")
    page.evaluate(PROVOKING)
    assert page.evaluate("window.__ran") is None
    if shown == "pictures":
        watch.requests.clear()
        watch.errors[:] = [error for error in watch.errors if "net::ERR_FAILED" not in error]


def test_suggestions_are_text(watched: Page, hostile: str) -> None:
    watched.goto(hostile)
    for typed in ("敌意", "</title>", '"><script>', "' onmouseover", written.BIDI[2:]):
        watched.get_by_label("搜索文章").fill("")
        with watched.expect_response("**/api/suggest?**"):
            watched.get_by_label("搜索文章").press_sequentially(typed, delay=10)
        expect_peace(watched)
        assert watched.get_by_role("option").locator("*:not(span)").count() == 0
    watched.evaluate(PROVOKING)
    expect_peace(watched)


def test_a_template_in_an_article_is_text(watched: Page, hostile: str) -> None:
    watched.goto(f"{hostile}/article/%E6%A8%A1%E6%9D%BF.md")
    expect(watched.locator(".body")).to_contain_text(
        "{{ 6 + 7 }}、{% include 'base.html' %}、{{ config }}、${6+7}、<%= 6 + 7 %>"
    )
    expect(watched.locator(".body")).not_to_contain_text("13")


def test_an_article_whose_front_matter_blows_up_is_shown_with_what_can_be_read(watched: Page, hostile: str) -> None:
    watched.goto(f"{hostile}/?q=敌意颠倒")
    watched.locator(".hit h2 a").click()
    expect(watched.locator(".body")).to_contain_text("后面的文字。")
    expect_peace(watched)


def test_the_report_is_not_empty_where_there_is_something_to_stop(watched: Page, hostile: str, watch: Watch) -> None:
    """Or else the tests above would show nothing."""
    raw = f"<!doctype html><meta charset=utf-8>{written.BODY.replace('refresh', '')}{written.DRAWINGS}{written.BROKEN}"

    def answer_raw(route: Route) -> None:
        policy = route.fetch().headers["content-security-policy"]
        route.fulfill(content_type="text/html", body=raw, headers={"Content-Security-Policy": policy})

    watched.route(f"{hostile}/", answer_raw)
    watched.goto(hostile)
    watched.wait_for_load_state("load")
    stopped = {violation.partition(":")[0] for violation in watched.evaluate("window.__violations")}
    assert {"script-src-elem", "script-src-attr", "img-src", "style-src-attr", "style-src-elem", "frame-src"} <= stopped
    assert watched.evaluate("window.__ran") is None
    watch.requests.clear()
    watch.errors.clear()


INLINE = {
    "/?tag=" + quote(written.BIDI): [".chips li", ".hit .meta", ".facet li"],
    "/article/%E9%A2%A0%E5%80%92.md": ["article .meta"],
    "/?q=敌意颠倒": [".hit .meta"],
}
PLACES = """(groups) => groups.map((group) => {
  const texts = document.createTreeWalker(group, NodeFilter.SHOW_TEXT);
  const places = [];
  while (texts.nextNode()) {
    const { data } = texts.currentNode;
    const range = document.createRange();
    range.setStart(texts.currentNode, data.length - data.trimStart().length);
    range.setEnd(texts.currentNode, data.trimEnd().length || data.length);
    const { top, left, width } = range.getBoundingClientRect();
    if (width > 2 && !texts.currentNode.parentElement.closest(".unseen") && data.trim()) places.push([Math.round(top / 12), left]);
  }
  return places;
})"""
"""Where the texts of each group stand, in the order of the document: row, then column."""


@pytest.mark.parametrize("address", INLINE)
def test_text_that_turns_around_turns_only_itself(watched: Page, hostile: str, address: str) -> None:
    watched.goto(hostile + address)
    for selector in INLINE[address]:
        groups = watched.locator(selector).evaluate_all(PLACES)
        assert any(len(group) > 1 for group in groups), selector
        for group in groups:
            assert group == sorted(group), selector
