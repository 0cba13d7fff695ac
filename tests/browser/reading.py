"""What a reader sees on a page, and does with it."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


def search(page: Page, query: str) -> None:
    """Type a query in the box and press Enter."""
    box = page.get_by_label("搜索文章")
    box.fill(query)
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"“{query}”")


def titles(page: Page) -> list[str]:
    """The titles of the hits, once no answer is under way."""
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    return [text.strip() for text in page.locator(".hit h2").all_inner_texts()]


def facet_value(page: Page, facet: str, value: str) -> Locator:
    """The link of a value of a facet, found by the label of the facet as it stands on the page."""
    link = page.get_by_role("region", name=facet, exact=True).get_by_role("link")
    return link.filter(has=page.locator(".text").get_by_text(value, exact=True))


def open_branch(page: Page, *names: str) -> None:
    """Open the categories on the way to a place of the tree."""
    branches = page.get_by_role("region", name="分类", exact=True).locator(".branch")
    for end in range(len(names)):
        place = " › ".join(names[: end + 1])
        below = branches.locator(f'details[data-path="{place}"]')
        if below.get_attribute("open") is None:
            below.locator("> summary").click()
        expect(below).to_have_attribute("open", "")


def count(link: Locator) -> int:
    """The count beside a value of a facet."""
    return int(link.locator(".count").inner_text().replace(",", ""))


def chips(page: Page) -> Locator:
    """The filters that are set, and the link that clears them."""
    return page.get_by_role("list", name="已选的筛选条件").get_by_role("link")


def expect_found(page: Page, total: int) -> None:
    """The page says how many articles were found."""
    expect(page.locator(".found")).to_have_text(re.compile(rf"^找到 {total} 篇，用时 [\d.]+ 毫秒$"))


def choose(page: Page, choice: str, value: str) -> None:
    """Follow one of the links to sort, to size, or to another page."""
    link = page.get_by_role("navigation", name=choice).get_by_role("link", name=value, exact=True)
    link.click()
