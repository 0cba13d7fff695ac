"""Hostile articles can be found and opened, and none of their scripts and resources are loaded."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, Route, expect

from . import hostile as payloads
from .conftest import ANY, OpenPage, Watch, with_scripts
from .reading import chips, facet_value, search


@pytest.fixture
def hostile_page(open_page: OpenPage, scripts: bool) -> Page:
    """Open a page without the Content-Security-Policy if scripts run, because pages must be safe without it."""
    return open_page(bypass_csp=scripts)


FORBIDDEN = "script, iframe, object, embed, svg, math, style, link, meta, base, input, form, [style], [onclick], [id=q]"


def expect_nothing_ran(page: Page) -> None:
    page.wait_for_load_state("load")
    assert page.evaluate("window.__ran") is None
    content = page.locator("h1, .hits, .chips, .values, .body, .meta, .tags, .similar, .empty, .note")
    expect(content.locator(FORBIDDEN)).to_have_count(0)


ELSEWHERE = re.compile(r"^https?://(?!127\.)")


@with_scripts
class TestPayloadsAreReal:
    """Without protection these texts do harm; otherwise the tests below would prove nothing."""

    # Without the refresh, which no policy blocks.
    TEXTS = (payloads.QUERY, payloads.CATEGORY, payloads.TAG, payloads.BODY.replace("refresh", ""), payloads.MUTANTS)
    RAW = f"<!doctype html><meta charset=utf-8>{''.join(TEXTS)}"

    def test_without_protection_they_run_and_load(self, page: Page, hostile: str, watch: Watch) -> None:
        watch.allow(ANY, foreign=[ANY])
        page.route("**/raw", lambda route: route.fulfill(content_type="text/html", body=self.RAW))
        page.route(ELSEWHERE, lambda route: route.abort())
        page.goto(f"{hostile}/raw", wait_until="commit")
        expect(page.locator("form button")).to_be_attached()
        assert page.evaluate("window.__ran")
        watch.wait_until(page, lambda: len({*watch.foreign}) > 3)

    def test_the_policy_alone_blocks_them(self, page: Page, hostile: str, watch: Watch) -> None:
        watch.allow(ANY, foreign=[ANY])
        requested: list[str] = []

        def fulfill_raw(route: Route) -> None:
            policy = route.fetch().headers["content-security-policy"]
            route.fulfill(content_type="text/html", body=self.RAW, headers={"Content-Security-Policy": policy})

        page.route(f"{hostile}/", fulfill_raw)
        page.route(ELSEWHERE, lambda route: (requested.append(route.request.url), route.abort()))
        page.goto(hostile)
        expect(page.locator("form button")).to_be_attached()
        assert page.evaluate("window.__ran") is None
        assert requested == []
        watch.wait_until(page, lambda: any("Content Security Policy" in error for error in watch.errors))


def test_a_hostile_article_can_be_found_and_opened(hostile_page: Page, hostile: str) -> None:
    page = hostile_page
    page.goto(hostile)
    expect_nothing_ran(page)
    search(page, "“敌意正文”")
    for facet, value in (("分类", payloads.CATEGORY), ("作者", payloads.AUTHOR), ("标签", payloads.TAG)):
        facet_value(page, facet, value).click()
        expect(chips(page).filter(has_text=value)).to_be_visible()
        expect_nothing_ran(page)
    page.locator(".hit h2 a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(payloads.TITLE)
    expect(page).to_have_title(f"{payloads.TITLE} · 文章搜索")
    body = page.locator(".body")
    expect(body).to_contain_text("写出来的标签是文字：<script>window.__ran='text'</script>。")
    expect(body.get_by_text('图片：远处的"山"')).to_be_visible()
    expect_nothing_ran(page)
    # Only web links remain. A click on a link without a URL does nothing.
    assert [link.get_attribute("href") for link in body.locator("a[href]").all()] == ["https://good.example/?a=1&b=2"]
    url = page.url
    for link in body.get_by_text("坏链接").all():
        link.click()
    expect_nothing_ran(page)
    assert page.url == url


def test_hostile_markdown_is_escaped(hostile_page: Page, hostile: str) -> None:
    page = hostile_page
    page.goto(f"{hostile}/?q=“敌意标记”")
    page.locator(".hit h2 a").click()
    expect(page.locator(".body")).to_contain_text("敌意标记的正文。")
    expect(page.locator(".body")).to_contain_text("</code></pre><script>window.__ran='fence'</script>")
    expect_nothing_ran(page)
    assert page.locator(".body a[href]").count() == 0


def test_html_with_ambiguous_parsing_does_not_run(hostile_page: Page, hostile: str) -> None:
    page = hostile_page
    page.goto(f"{hostile}/?q=“敌意变形”")
    expect_nothing_ran(page)
    page.locator(".hit h2 a").click()
    expect(page.locator(".body")).to_contain_text("敌意变形：读法不同")
    expect_nothing_ran(page)


def test_with_pictures_nothing_else_is_loaded(hostile_page: Page, hostile: str, watch: Watch) -> None:
    page = hostile_page
    watch.allow("net::ERR_FAILED", foreign=["https://pictures.example/a.png"])
    page.route(ELSEWHERE, lambda route: route.abort())
    page.goto(f"{hostile}/?q=“敌意正文”")
    page.locator(".hit h2 a").click()
    page.get_by_role("link", name="显示图片").click()
    pictures = page.locator(".body img")
    expect(pictures).to_have_count(1)
    pictures.scroll_into_view_if_needed()
    expect(pictures).to_have_attribute("src", "https://pictures.example/a.png")
    expect_nothing_ran(page)
    watch.wait_until(page, lambda: watch.foreign)
    assert {*watch.foreign} == {"https://pictures.example/a.png"}


def test_a_hostile_query_is_escaped(hostile_page: Page, hostile: str) -> None:
    page = hostile_page
    page.goto(hostile)
    search(page, payloads.QUERY)
    expect_nothing_ran(page)
    expect(page.get_by_label("搜索文章")).to_have_value(payloads.QUERY)
    for parameter in ("category", "author", "tag", "from", "to", "sort", "page", "size"):
        page.goto(f"{hostile}/?{urlencode({parameter: payloads.QUERY})}")
        if parameter in ("from", "to"):
            expect(page.locator(f"#{parameter}")).to_have_attribute("value", payloads.QUERY)
        else:
            expect(page.locator("main")).to_contain_text("window.__ran='query'")
        expect_nothing_ran(page)


@with_scripts
def test_a_click_opens_an_article_with_any_file_name(page: Page, hostile: str) -> None:
    for number, name in enumerate(payloads.NAMES):
        page.goto(f"{hostile}/?q=“怪名之{number}”")
        hit = page.locator(".hit h2 a")
        title = hit.inner_text()
        assert title in name.replace("\n", " ").replace("\t", " ")
        hit.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        expect(page.locator(".body")).to_have_text(f"这里是怪名之{number}。")
        expect_nothing_ran(page)
        page.get_by_role("link", name="返回搜索结果").click()
        expect(page.locator(".hit h2 a")).to_have_text(title)
