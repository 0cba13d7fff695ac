"""Read and use a page as a reader does."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


def search(page: Page, query: str) -> None:
    """Type a query in the box and press Enter."""
    box = page.get_by_label("搜索文章")
    box.fill(query)
    box.press("Enter")
    before, after = "「」" if any(mark in query for mark in '“”"') else "“”"
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{before}{query}{after}")


def titles(page: Page) -> list[str]:
    """Wait until the results are complete, and return the titles of the hits."""
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    return [text.strip() for text in page.locator(".hit h2").all_inner_texts()]


def facet_value(page: Page, facet: str, value: str) -> Locator:
    """Return the link of a facet value. The facet is identified by its label."""
    link = page.get_by_role("region", name=facet, exact=True).get_by_role("link")
    return link.filter(has=page.locator(".text").get_by_text(value, exact=True))


def open_branch(page: Page, *names: str) -> None:
    """Open the branches of a category path."""
    branches = page.get_by_role("region", name="分类", exact=True).locator(".branch")
    for end in range(len(names)):
        path = " › ".join(names[: end + 1])
        below = branches.locator(f'details[data-path="{path}"]')
        if below.get_attribute("open") is None:
            below.locator("> summary").click()
        expect(below).to_have_attribute("open", "")


def count(link: Locator) -> int:
    """Return the count of a facet value."""
    return int(link.locator(".count").inner_text().replace(",", ""))


def chips(page: Page) -> Locator:
    """Return the chips of the filters and the link that clears them."""
    return page.get_by_role("list", name="已选的筛选条件").get_by_role("link")


def operator_chips(page: Page) -> Locator:
    """Return the chips of what was read as an operator, or of reading the query literally."""
    return page.get_by_role("list", name="查询中的运算符").get_by_role("link")


def expect_found(page: Page, total: int) -> None:
    """Expect that the page shows the total."""
    expect(page.locator(".total")).to_have_text(re.compile(rf"^{total} 篇( · |，)"))


def choose(page: Page, choice: str, value: str) -> None:
    """Follow a link of a navigation, such as the orders or the page sizes."""
    link = page.get_by_role("navigation", name=choice).get_by_role("link", name=value, exact=True)
    link.click()
