"""No page contains anything that the Content-Security-Policy has to block."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Page, Route, expect

from . import hostile as payloads
from .conftest import ANY, OpenPage, Watch, with_scripts

pytestmark = with_scripts

RECORD_VIOLATIONS = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.__violations.push(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`));
"""
DISPATCH_EVENTS = """() => {
  const kinds = ["pointerenter", "mouseover", "mouseenter", "focus", "blur", "error", "load", "toggle", "play", "start",
    "animationstart", "transitionend", "begin", "scroll", "pageshow", "auxclick", "contextmenu", "keydown"];
  for (const element of document.querySelectorAll("*"))
    for (const kind of kinds) element.dispatchEvent(new Event(kind));
}"""
"""Dispatch every event to every element, so that any handler would run."""

HOSTILE = {"q": payloads.QUERY, "category": payloads.CATEGORY, "author": payloads.AUTHOR, "tag": payloads.TAG}
ARTICLES = ("正文.html", "变形.html", "标记.md", "图画.html", "残局.html", "模板.md", "颠倒.md", *payloads.NAMES)
PAGES = {
    "all": "/",
    "hits": "/?q=敌意",
    "facets": "/?" + urlencode({name: HOSTILE[name] for name in ("category", "author", "tag")}),
    "no hits": "/?" + urlencode(HOSTILE),
    "corrected": "/?q=敌亿正文",
    "right to left": "/?" + urlencode({"tag": payloads.BIDI}),
    **{f"article {name!r}": f"/article/{quote(name)}?q=敌意" for name in ARTICLES},
    "pictures": "/article/%E6%AD%A3%E6%96%87.html?pictures=1",
    "article from a hostile search": "/article/%E6%AD%A3%E6%96%87.html?" + urlencode(HOSTILE),
    "unknown article": "/article/" + quote(payloads.QUERY),
    "unknown page": "/" + quote(payloads.QUERY),
    **{f"wrong {name}": "/?" + urlencode({name: payloads.QUERY}) for name in ("from", "to", "sort", "page", "repeats")},
    "the API": "/api",
    "feed": "/feed.atom?" + urlencode({"category": payloads.CATEGORY}),
    "feed of nothing": "/feed.atom?" + urlencode(HOSTILE),
    "suggestions": "/suggestions?" + urlencode({"q": payloads.TITLE[:9]}),
    "suggestions in JSON": "/api/suggest?" + urlencode({"q": payloads.CATEGORY[:9]}),
    "search in JSON": "/api/search?" + urlencode({"q": "敌意", "tag": payloads.TAG, "explain": "1"}),
    "article in JSON": "/api/article/%E6%AD%A3%E6%96%87.html",
    "error in JSON": "/api/search?" + urlencode({"sort": payloads.QUERY}),
    "metrics": "/metrics",
}

Opened = Callable[[str], None]


@pytest.fixture
def watched(open_page: OpenPage) -> Page:
    """Open a page that records all violations of its policy."""
    page = open_page()
    page.add_init_script(RECORD_VIOLATIONS)
    # Requests to other sites, such as for pictures, are aborted.
    page.route(lambda url: not url.startswith("http://127."), lambda route: route.abort())
    return page


def expect_no_violations(page: Page) -> None:
    """Expect that nothing ran and nothing was blocked."""
    page.wait_for_load_state("load")
    assert page.evaluate("window.__violations") == []
    assert page.evaluate("window.__ran") is None


@pytest.mark.parametrize("name", PAGES)
def test_the_policy_blocks_nothing(watched: Page, hostile: str, watch: Watch, name: str) -> None:
    if name == "pictures":
        watch.allow("net::ERR_FAILED", foreign=["https://pictures.example/a.png"])
    watched.goto(hostile + PAGES[name])
    expect_no_violations(watched)
    watched.evaluate(DISPATCH_EVENTS)
    expect_no_violations(watched)
    if name == "pictures":
        watch.wait_until(watched, lambda: watch.foreign)
        assert {*watch.foreign} == {"https://pictures.example/a.png"}


@pytest.mark.parametrize("name", PAGES)
def test_without_the_policy_nothing_runs(open_page: OpenPage, hostile: str, watch: Watch, name: str) -> None:
    if name == "pictures":
        watch.allow("net::ERR_FAILED", foreign=["https://pictures.example/a.png"])
    page = open_page(bypass_csp=True)
    page.route(lambda url: not url.startswith("http://127."), lambda route: route.abort())
    page.goto(hostile + PAGES[name])
    page.wait_for_load_state("load")
    page.evaluate(DISPATCH_EVENTS)
    assert page.evaluate("window.__ran") is None


def test_suggestions_are_escaped(watched: Page, hostile: str) -> None:
    watched.goto(hostile)
    for typed in ("敌意", "</title>", '"><script>', "' onmouseover", payloads.BIDI[2:]):
        watched.get_by_label("搜索文章").fill("")
        with watched.expect_response("**/api/suggest?**"):
            watched.get_by_label("搜索文章").press_sequentially(typed, delay=10)
        expect_no_violations(watched)
        assert watched.get_by_role("option").locator("*:not(span)").count() == 0
    watched.evaluate(DISPATCH_EVENTS)
    expect_no_violations(watched)


def test_a_template_in_an_article_is_not_evaluated(watched: Page, hostile: str) -> None:
    watched.goto(f"{hostile}/article/%E6%A8%A1%E6%9D%BF.md")
    expect(watched.locator(".body")).to_contain_text(
        "{{ 6 + 7 }}、{% include 'base.html' %}、{{ config }}、${6+7}、<%= 6 + 7 %>"
    )
    expect(watched.locator(".body")).not_to_contain_text("13")


def test_an_article_with_exploding_front_matter_can_be_read(watched: Page, hostile: str) -> None:
    watched.goto(f"{hostile}/?q=敌意颠倒")
    watched.locator(".hit h2 a").click()
    expect(watched.locator(".body")).to_contain_text("后面的文字。")
    expect_no_violations(watched)


def test_violations_would_be_recorded(watched: Page, hostile: str, watch: Watch) -> None:
    """Otherwise the tests above would prove nothing."""
    watch.allow(ANY, foreign=[ANY])
    raw = (
        f"<!doctype html><meta charset=utf-8>{payloads.BODY.replace('refresh', '')}{payloads.DRAWINGS}{payloads.BROKEN}"
    )

    def fulfill_raw(route: Route) -> None:
        policy = route.fetch().headers["content-security-policy"]
        route.fulfill(content_type="text/html", body=raw, headers={"Content-Security-Policy": policy})

    watched.route(f"{hostile}/", fulfill_raw)
    watched.goto(hostile)
    watched.wait_for_load_state("load")
    blocked = {violation.partition(":")[0] for violation in watched.evaluate("window.__violations")}
    assert {"script-src-elem", "script-src-attr", "img-src", "style-src-attr", "style-src-elem", "frame-src"} <= blocked
    assert watched.evaluate("window.__ran") is None


INLINE = {
    "/?tag=" + quote(payloads.BIDI): [".chips li", ".hit .meta", ".facet li"],
    "/article/%E9%A2%A0%E5%80%92.md": ["article .meta"],
    "/?q=敌意颠倒": [".hit .meta"],
}
POSITIONS = """(groups) => groups.map((group) => {
  const texts = document.createTreeWalker(group, NodeFilter.SHOW_TEXT);
  const positions = [];
  while (texts.nextNode()) {
    const { data } = texts.currentNode;
    const range = document.createRange();
    range.setStart(texts.currentNode, data.length - data.trimStart().length);
    range.setEnd(texts.currentNode, data.trimEnd().length || data.length);
    const { top, left, width } = range.getBoundingClientRect();
    if (width <= 2 || texts.currentNode.parentElement.closest(".unseen") || !data.trim()) continue;
    positions.push([Math.round(top / 12), left]);
  }
  return positions;
})"""
"""Return the row and column of each text of each group, in document order."""


@pytest.mark.parametrize("address", INLINE)
def test_right_to_left_text_does_not_affect_other_text(watched: Page, hostile: str, address: str) -> None:
    watched.goto(hostile + address)
    for selector in INLINE[address]:
        groups = watched.locator(selector).evaluate_all(POSITIONS)
        assert any(len(group) > 1 for group in groups), selector
        for group in groups:
            assert group == sorted(group), selector
