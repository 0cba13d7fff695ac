"""The pages fit all screens, have landmarks, work with the keyboard, and support dark mode and print."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import OpenPage, without_scripts
from .hostile import QUERY
from .reading import chips, facet_value

PAGES = {
    "browse": "/",
    "search": "/?q=机器学习&category=科技&category=编程&from=2021&to=2024-12-31&sort=newest",
    "deep": "/?page=4&size=5",
    "no hits": f"/?q={'没有空格的长查询' * 12}",
    "latin": f"/?q={'W' * 120}",
    "article": "/article/travel/cities/liziba.md?q=重庆",
    "code": "/article/programming/shell-pipes.md",
    "unknown": f"/article/{'x' * 120}.md",
    "api": "/api",
    "bad parameter": f"/?size={'9' * 80}",
}


@without_scripts
@pytest.mark.parametrize("width", [320, 360])
def test_nothing_overflows_a_narrow_screen(open_page: OpenPage, samples: str, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 740}, is_mobile=True, has_touch=True)
    widths = "[document.scrollingElement.scrollWidth, document.scrollingElement.clientWidth]"
    for name, path in PAGES.items():
        page.goto(samples + path)
        assert page.evaluate(widths) == [width, width], name
        drawer = page.locator(".drawer > summary")
        if drawer.count():
            drawer.tap()
            expect(page.get_by_label("从", exact=True)).to_be_visible()
            assert page.evaluate(widths) == [width, width], f"{name}, filters open"


@without_scripts
@pytest.mark.parametrize("width", [700, 769, 800, 1440, 2560, 3840])
def test_nothing_overflows_a_wide_screen(open_page: OpenPage, samples: str, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 900})
    for name, path in PAGES.items():
        page.goto(samples + path)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width, name
        # Lines of text have a readable length. The tables of the API may be wider.
        lines = page.locator("main:not(.docs)").evaluate_all(
            "found => found.map(each => each.clientWidth / parseFloat(getComputedStyle(each).fontSize))"
        )
        assert all(line <= 45 for line in lines), name


@without_scripts
def test_text_is_larger_on_very_large_screens(open_page: OpenPage, samples: str) -> None:
    sizes = []
    for width in (1440, 2560, 3840):
        page = open_page(viewport={"width": width, "height": 900})
        page.goto(samples)
        sizes.append(page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)"))
    assert sizes == [16, 19, 24]


@without_scripts
def test_on_a_tablet_the_button_of_the_filters_ends_where_the_box_ends(open_page: OpenPage, samples: str) -> None:
    page = open_page(viewport={"width": 768, "height": 1024})
    page.goto(f"{samples}/?q=茶")
    boxes = [page.locator(each).bounding_box() for each in (".drawer > summary", ".box", ".hits")]
    assert len({box["x"] + box["width"] for box in boxes if box}) == 1


@without_scripts
def test_very_long_words_do_not_overflow(open_page: OpenPage, hostile: str) -> None:
    page = open_page(viewport={"width": 360, "height": 740})
    for path in ("/", "/?q=敌意正文", f"/article/正文.html?category={'长' * 100}", f"/?category={'w' * 100}"):
        page.goto(hostile + path)
        assert page.evaluate("document.scrollingElement.scrollWidth") == 360


@without_scripts
def test_on_a_narrow_screen_the_filters_are_in_a_drawer(open_page: OpenPage, samples: str) -> None:
    page = open_page(viewport={"width": 360, "height": 740})
    page.goto(f"{samples}/?q=茶")
    value = facet_value(page, "分类", "美食")
    expect(value).to_be_hidden()
    page.locator(".drawer > summary").click()
    value.click()
    expect(chips(page).first).to_contain_text("美食")
    expect(page.locator(".drawer > summary")).to_contain_text("已选 1 项")


@without_scripts
def test_every_page_has_landmarks(page: Page, samples: str) -> None:
    for path in PAGES.values():
        page.goto(samples + path)
        expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
        for landmark in ("search", "main", "banner"):
            expect(page.get_by_role(landmark)).to_have_count(1)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        expect(page.get_by_role("search").get_by_label("搜索文章")).to_be_visible()
        ids = page.locator("[id]").evaluate_all("each => each.map(element => element.id)")
        assert len(ids) == len({*ids})


LINKED = "nature/perseids.md"


def tab_to(page: Page, target: Locator, limit: int) -> None:
    """Press Tab until the target has the focus. Each focused element must be visible and outlined."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        expect(focused).to_be_in_viewport()
        expect(focused).to_have_css("outline-style", "solid")
        expect(focused).to_have_css("outline-width", "2px")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{target} is not focused after pressing Tab {limit} times")


def test_a_search_works_with_the_keyboard_alone(page: Page, samples: str) -> None:
    page.goto(samples)
    tab_to(page, page.get_by_label("搜索文章"), 3)
    page.keyboard.insert_text("元宇宙")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("“元宇宙”")
    # The first control of every page is a link to the main content, which is visible when focused.
    page.reload()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main$"))
    tab_to(page, page.locator(".hit h2 a").first, 5)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("元宇宙这个词的来历")


@without_scripts
def test_the_keyboard_reaches_the_filters(page: Page, samples: str) -> None:
    page.goto(f"{samples}/?q=元宇宙")
    first = page.get_by_role("region", name="分类", exact=True).get_by_role("link").first
    tab_to(page, first, 150)


@without_scripts
def test_dark_mode_is_dark(open_page: OpenPage, samples: str) -> None:
    brightness = {}
    for scheme in ("light", "dark"):
        page = open_page(color_scheme=scheme)
        page.goto(f"{samples}/?q=元宇宙")
        colors = page.evaluate(
            """() => [document.documentElement, document.querySelector(".hit h2 a"), document.querySelector(".snippet mark")]
                .flatMap(each => [getComputedStyle(each).backgroundColor, getComputedStyle(each).color])"""
        )
        brightness[scheme] = [sum(int(part) for part in re.findall(r"\d+", color)[:3]) / 3 for color in colors]
    (paper, ink, _, link, mark, marked), (dark, light_ink, _, dark_link, dark_mark, dark_marked) = brightness.values()
    assert paper > 200 > 100 > dark
    assert ink < 100 < 200 < light_ink
    assert link < dark_link
    assert mark > marked
    assert dark_mark < dark_marked


@without_scripts
def test_print_is_black_on_white_with_the_urls_of_links(open_page: OpenPage, samples: str) -> None:
    page = open_page(color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(f"{samples}/article/{LINKED}")
    paper, ink = page.evaluate(
        "(style => [style.backgroundColor, style.color])(getComputedStyle(document.documentElement))"
    )
    assert (paper, ink) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)")
    link = page.locator(".body a[href]").first
    expect(link).to_have_attribute("href", "https://example.com/sky-calendar")
    behind = link.evaluate("each => getComputedStyle(each, '::after').content")
    assert "attr(href)" in behind or "https://example.com/sky-calendar" in behind


@without_scripts
def test_print_hides_controls(page: Page, samples: str) -> None:
    page.goto(f"{samples}/article/travel/cities/liziba.md?q=重庆")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for hidden in (page.locator(".box"), page.locator(".back"), page.locator(".similar"), page.locator(".pictures")):
        expect(hidden).to_be_hidden()
    page.goto(f"{samples}/?q={QUERY}")
    page.goto(f"{samples}/?q=重庆")
    expect(page.locator(".filters")).to_be_hidden()
    expect(page.locator(".hit").first).to_be_visible()
    page.goto(f"{samples}/?q=去年的茶&category=美食")
    expect(page.locator(".chips")).to_contain_text("美食")
    for hidden in (page.locator(".chips .clear"), page.locator(".chips .cross").first, page.locator(".choices").first):
        expect(hidden).to_be_hidden()
