"""Hostile articles are text: they open, they are found, and nothing of theirs runs or is loaded."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, Route, expect

from . import hostile as written
from .conftest import OpenPage, Watch, with_scripts
from .reading import chips, facet_value, search


@pytest.fixture
def hostile_page(open_page: OpenPage, scripts: bool) -> Page:
    """Where scripts run, a page on which the Content-Security-Policy does not count: the pages are clean without it."""
    return open_page(bypass_csp=scripts)


FORBIDDEN = "script, iframe, object, embed, svg, math, style, link, meta, base, input, form, [style], [onclick], [id=q]"


def nothing_ran(page: Page) -> None:
    page.wait_for_load_state("load")
    assert page.evaluate("window.__ran") is None
    content = page.locator("h1, .hits, .chips, .values, .body, .meta, .tags, .similar, .empty, .note")
    expect(content.locator(FORBIDDEN)).to_have_count(0)


ELSEWHERE = re.compile(r"^https?://(?!127\.)")


@with_scripts
class TestTheTrapsAreReal:
    """What the tests below show would mean nothing if these texts did no harm in the first place."""

    # The one thing that no policy stops is to lead the reader away at once.
    TEXTS = (written.QUERY, written.CATEGORY, written.TAG, written.BODY.replace("refresh", ""), written.MUTANTS)
    RAW = f"<!doctype html><meta charset=utf-8>{''.join(TEXTS)}"

    def test_by_themselves_they_run_and_load(self, page: Page, hostile: str, watch: Watch) -> None:
        page.route("**/raw", lambda route: route.fulfill(content_type="text/html", body=self.RAW))
        page.route(ELSEWHERE, lambda route: route.abort())
        page.goto(f"{hostile}/raw", wait_until="commit")
        expect(page.locator("form button")).to_be_attached()
        assert page.evaluate("window.__ran")
        assert len({*watch.foreign}) > 3
        watch.requests.clear()
        watch.errors.clear()

    def test_the_policy_that_is_sent_stops_them_alone(self, page: Page, hostile: str, watch: Watch) -> None:
        left: list[str] = []

        def answer_raw(route: Route) -> None:
            policy = route.fetch().headers["content-security-policy"]
            route.fulfill(content_type="text/html", body=self.RAW, headers={"Content-Security-Policy": policy})

        page.route(f"{hostile}/", answer_raw)
        page.route(ELSEWHERE, lambda route: (left.append(route.request.url), route.abort()))
        page.goto(hostile)
        expect(page.locator("form button")).to_be_attached()
        assert page.evaluate("window.__ran") is None
        assert left == []
        assert any("Content Security Policy" in error for error in watch.errors)
        watch.requests.clear()
        watch.errors.clear()


def test_a_hostile_article_is_listed_narrowed_and_opened(hostile_page: Page, hostile: str) -> None:
    page = hostile_page
    page.goto(hostile)
    nothing_ran(page)
    search(page, "“敌意正文”")
    for facet, value in (("分类", written.CATEGORY), ("作者", written.AUTHOR), ("标签", written.TAG)):
        facet_value(page, facet, value).click()
        expect(chips(page).filter(has_text=value)).to_be_visible()
        nothing_ran(page)
    page.locator(".hit h2 a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(written.TITLE)
    expect(page).to_have_title(f"{written.TITLE} · 文章搜索")
    body = page.locator(".body")
    expect(body).to_contain_text("写出来的标签是文字：<script>window.__ran='text'</script>。")
    expect(body.get_by_text('图片：远处的"山"')).to_be_visible()
    nothing_ran(page)
    # No link leads anywhere but to the web; a click on one that lost its address stays here.
    assert [link.get_attribute("href") for link in body.locator("a[href]").all()] == ["https://good.example/?a=1&b=2"]
    url = page.url
    for link in body.get_by_text("坏链接").all():
        link.click()
    nothing_ran(page)
    assert page.url == url


def test_hostile_markdown_is_text(hostile_page: Page, hostile: str) -> None:
    page = hostile_page
    page.goto(f"{hostile}/?q=“敌意标记”")
    page.locator(".hit h2 a").click()
    expect(page.locator(".body")).to_contain_text("敌意标记的正文。")
    expect(page.locator(".body")).to_contain_text("</code></pre><script>window.__ran='fence'</script>")
    nothing_ran(page)
    assert page.locator(".body a[href]").count() == 0


def test_html_that_is_read_in_two_ways_runs_in_neither(hostile_page: Page, hostile: str) -> None:
    page = hostile_page
    page.goto(f"{hostile}/?q=“敌意变形”")
    nothing_ran(page)
    page.locator(".hit h2 a").click()
    expect(page.locator(".body")).to_contain_text("敌意变形：读法不同")
    nothing_ran(page)


def test_with_pictures_shown_still_nothing_runs(hostile_page: Page, hostile: str, watch: Watch) -> None:
    page = hostile_page
    page.route(ELSEWHERE, lambda route: route.abort())
    page.goto(f"{hostile}/?q=“敌意正文”")
    page.locator(".hit h2 a").click()
    page.get_by_role("link", name="显示图片").click()
    pictures = page.locator(".body img")
    expect(pictures).to_have_count(1)
    pictures.scroll_into_view_if_needed()
    expect(pictures).to_have_attribute("src", "https://pictures.example/a.png")
    nothing_ran(page)
    assert {*watch.foreign} == {"https://pictures.example/a.png"}
    watch.requests.clear()
    watch.errors[:] = [error for error in watch.errors if "net::ERR_FAILED" not in error]


def test_a_hostile_query_is_text(hostile_page: Page, hostile: str) -> None:
    page = hostile_page
    page.goto(hostile)
    search(page, written.QUERY)
    nothing_ran(page)
    expect(page.get_by_label("搜索文章")).to_have_value(written.QUERY)
    for parameter in ("category", "author", "tag", "from", "to", "sort", "page", "size"):
        page.goto(f"{hostile}/?{urlencode({parameter: written.QUERY})}")
        expect(page.locator("main")).to_contain_text("window.__ran='query'")
        nothing_ran(page)


@with_scripts
def test_a_click_opens_an_article_of_any_name(page: Page, hostile: str) -> None:
    for number, name in enumerate(written.NAMES):
        page.goto(f"{hostile}/?q=“怪名之{number}”")
        hit = page.locator(".hit h2 a")
        title = hit.inner_text()
        assert title in name.replace("\n", " ").replace("\t", " ")
        hit.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        expect(page.locator(".body")).to_have_text(f"这里是怪名之{number}。")
        nothing_ran(page)
        page.get_by_role("link", name="返回搜索结果").click()
        expect(page.locator(".hit h2 a")).to_have_text(title)
