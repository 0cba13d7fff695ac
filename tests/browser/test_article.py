"""A reader opens an article, loads its pictures, visits similar articles and returns to the search."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

import searchlib

from .conftest import OpenPage, Serve, Watch, with_scripts, without_scripts
from .reading import expect_found, search, titles

WITH_PICTURE = "travel/cities/liziba.md"
PICTURE = "https://example.com/images/liziba-station.jpg"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="45"><rect width="80" height="45"/></svg>'


def test_a_hit_opens_its_article_which_links_back(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(f"{samples}/?category=科技&sort=newest&size=20")
    search(page, "学习")
    search_url, search_titles = page.url, titles(page)
    hit = library.search("学习", category=["科技"], sort="newest").hits[0]
    page.get_by_role("link", name=hit.title).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(hit.title)
    expect(page).to_have_title(f"{hit.title} · 文章搜索")
    assert hit.date
    expect(page.locator("article time").first).to_have_text(hit.date.date().isoformat())
    first_line = library.get(hit.id).body.split("\n")[0]
    expect(page.locator(".body p").first).to_have_text(first_line)
    page.get_by_role("link", name="返回搜索结果").click()
    expect(page).to_have_url(search_url)
    assert titles(page) == search_titles


def test_pictures_are_loaded_on_request(page: Page, samples: str, watch: Watch) -> None:
    page.goto(samples)
    search(page, "李子坝")
    page.get_by_role("link", name="李子坝，轻轨穿过居民楼").first.click()
    body = page.locator(".body")
    expect(body.get_by_text("图片：列车从大楼中部的洞口驶出")).to_be_visible()
    expect(page.get_by_text("文中有 1 张外部网站的图片，未加载。")).to_be_visible()
    expect(page.locator("img")).to_have_count(0)
    page.wait_for_load_state("load")
    assert watch.foreign == []
    watch.allow(foreign=[PICTURE])

    def draw(route: Route) -> None:
        assert "referer" not in route.request.headers
        route.fulfill(content_type="image/svg+xml", body=DRAWING)

    # The test serves the picture, so that no request leaves this machine.
    page.route(PICTURE, draw)
    page.get_by_role("link", name="显示图片").click()
    picture = body.get_by_role("img", name="列车从大楼中部的洞口驶出")
    expect(picture).to_have_attribute("src", PICTURE)
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("image => image.decode().then(() => [image.naturalWidth, image.naturalHeight])") == [80, 45]
    expect(page.get_by_role("link", name="显示图片")).to_have_count(0)
    watch.wait_until(page, lambda: watch.foreign == [PICTURE])
    # The link back still leads to the search, and the next article is shown without pictures.
    page.get_by_role("link", name="返回搜索结果").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("“李子坝”")
    page.get_by_role("link", name="李子坝，轻轨穿过居民楼").first.click()
    expect(page.get_by_role("link", name="显示图片")).to_be_visible()
    page.wait_for_load_state("load")
    assert watch.foreign == [PICTURE]


def test_similar_articles_can_be_opened_one_after_the_other(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(f"{samples}/article/search/inverted-index.md?q=索引")
    expected = library.similar("search/inverted-index.md", size=5).hits
    links = page.get_by_role("region", name="相似文章").get_by_role("link")
    assert links.all_inner_texts() == [hit.title for hit in expected]
    links.first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(expected[0].title)
    # The link back leads to the search from any similar article.
    page.get_by_role("link", name="返回搜索结果").click()
    expect(page).to_have_url(re.compile(r"/\?q=%E7%B4%A2%E5%BC%95$"))


@without_scripts
@pytest.mark.parametrize(
    ("selector", "value"), [("article .meta", "城市"), ("article .meta", "站台钟"), (".tags", "轻轨")]
)
def test_the_category_author_and_tag_of_an_article_link_to_searches(
    page: Page, samples: str, library: searchlib.Index, selector: str, value: str
) -> None:
    page.goto(f"{samples}/article/{WITH_PICTURE}")
    page.locator(selector).get_by_role("link", name=value, exact=True).click()
    facets = {"城市": "category", "站台钟": "author", "轻轨": "tag"}
    expect_found(page, library.search("", **{facets[value]: [value]}).total)


@without_scripts
def test_an_article_that_was_opened_directly_links_to_the_list(page: Page, samples: str) -> None:
    page.goto(f"{samples}/article/{WITH_PICTURE}")
    page.get_by_role("link", name="返回文章列表").click()
    expect_found(page, 66)


@with_scripts
def test_keys_and_buttons_step_through_the_matches(page: Page, samples: str) -> None:
    page.goto(f"{samples}/article/travel/cities/liziba.md?q=重庆 轻轨")
    count = page.locator(".body mark[id]").count()
    assert count > 1
    expect(page.locator(".matches")).to_have_attribute("data-count", str(count))
    page.keyboard.press("p")
    expect(page.locator("mark:target")).to_have_id(f"match-{count}")
    page.keyboard.press("n")
    expect(page.locator("mark:target")).to_have_id("match-1")
    page.get_by_role("button", name="下一处").click()
    expect(page.locator("mark:target")).to_have_id("match-2")
    expect(page.locator("mark:target")).to_be_in_viewport()
    expect(page.locator("#announced")).to_have_text(f"第 2 处，共 {count} 处")
    # In the search box the keys type letters.
    page.get_by_label("搜索文章").press("n")
    expect(page.locator("mark:target")).to_have_id("match-2")


@with_scripts
@pytest.mark.parametrize("size", [(1280, 900), (390, 844)], ids=["desktop", "phone"])
def test_a_hit_opens_at_its_match_with_the_title_or_a_third_of_the_window_above_it(
    open_page: OpenPage, samples: str, size: tuple[int, int]
) -> None:
    width, height = size
    page = open_page(viewport={"width": width, "height": height})
    page.goto(f"{samples}/article/travel/cities/liziba.md?q=重庆#match-1")
    expect(page.locator("mark:target")).to_be_in_viewport()
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    page.keyboard.press("p")
    box = page.locator("mark:target").bounding_box()
    assert box
    assert box["y"] > height / 3


def test_the_outline_links_to_the_headings(open_page: OpenPage, samples: str) -> None:
    # A low window, so that a heading can scroll to the top.
    page = open_page(viewport={"width": 900, "height": 300})
    page.goto(f"{samples}/article/programming/regex.md?q=贪心")
    outline = page.get_by_role("navigation", name="目录").get_by_role("link")
    headings = page.locator(".body").get_by_role("heading")
    assert outline.all_inner_texts() == headings.all_inner_texts()
    assert outline.count() == 3
    outline.nth(1).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#section-2$"))
    expect(headings.nth(1)).to_be_in_viewport()
    # The sticky bar does not cover it.
    bar = page.locator(".matches").bounding_box()
    box = headings.nth(1).bounding_box()
    assert bar
    assert box
    assert bar["y"] == 0
    assert box["y"] >= bar["y"] + bar["height"]


@without_scripts
def test_on_a_narrow_screen_the_outline_is_in_a_drawer(open_page: OpenPage, samples: str) -> None:
    page = open_page(viewport={"width": 360, "height": 740})
    page.goto(f"{samples}/article/programming/regex.md")
    outline = page.get_by_role("navigation", name="目录")
    expect(outline.get_by_role("link").first).to_be_hidden()
    # The button is in view before the article, and the outline that it opens is above the title.
    expect(outline.locator("summary")).to_be_in_viewport(ratio=1)
    outline.get_by_text("目录").and_(page.locator("summary")).click()
    list_box, title_box = (each.bounding_box() for each in (outline.locator("ol"), page.locator("h1")))
    assert list_box
    assert title_box
    assert list_box["y"] + list_box["height"] <= title_box["y"]
    outline.get_by_role("link").last.click()
    expect(page.locator(".body").get_by_role("heading").last).to_be_in_viewport()


@with_scripts
def test_the_way_back_from_an_article_leads_to_the_place_in_the_results(open_page: OpenPage, samples: str) -> None:
    page = open_page(viewport={"width": 1000, "height": 400})
    page.goto(samples)
    search(page, "的 学")
    assert len(titles(page)) == 10
    link = page.locator(".hit h2 a").nth(6)
    link.scroll_into_view_if_needed()
    results, place = page.url, page.evaluate("scrollY")
    assert place > 300
    link.click()
    expect(page).not_to_have_url(results)
    page.wait_for_load_state()  # until then, no script handles the link back
    page.keyboard.press("n")
    page.get_by_role("link", name="返回搜索结果").click()
    expect(page).to_have_url(results)
    expect(link).to_be_in_viewport()
    assert abs(page.evaluate("scrollY") - place) < 5
    # The results are not there twice.
    assert page.evaluate("navigation.canGoForward")


@without_scripts
def test_without_scripts_a_link_leads_to_the_first_match(page: Page, samples: str) -> None:
    page.goto(f"{samples}/article/travel/cities/liziba.md?q=重庆 轻轨")
    page.locator(".matches").get_by_role("link").click()
    expect(page.locator("mark:target")).to_have_id("match-1")
    expect(page.locator("mark:target")).to_be_in_viewport()
    expect(page.locator(".matches button")).to_have_count(0)
    page.emulate_media(media="print")
    # On paper, no match is the current one.
    assert page.locator("mark:target").evaluate("each => getComputedStyle(each).outlineStyle") == "none"


def test_an_article_links_to_its_original(serve: Serve, sample_index: Path, page: Page, tmp_path: Path) -> None:
    (tmp_path / "searchlib.toml").write_text('url_template = "https://example.org/{stem}/"', encoding="utf-8")
    page.goto(f"{serve(sample_index)}/article/food/tofu.md")
    link = page.get_by_role("link", name="查看原文")
    expect(link).to_have_attribute("href", "https://example.org/food/tofu/")
    page.emulate_media(media="print")
    assert "（" in link.evaluate("each => getComputedStyle(each, '::after').content")
