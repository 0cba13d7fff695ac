"""A reader narrows a search by categories, values, years and months, with and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

import searchlib

from .conftest import OpenPage, Watch, with_scripts, without_scripts
from .reading import chips, count, expect_found, facet_value, open_branch, titles

WIDTHS = [360, 800, 1440]
NARROW = 768


def open_drawer(page: Page, width: int) -> None:
    """Open the drawer with the filters, if the screen is narrow."""
    if width <= NARROW and page.locator(".drawer").get_attribute("open") is None:
        page.locator(".drawer > summary").click()


def region(page: Page, facet: str) -> Locator:
    return page.get_by_role("region", name=facet, exact=True)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_parent_category_includes_its_children(
    open_page: OpenPage, samples: str, library: searchlib.Index, width: int
) -> None:
    page = open_page(viewport={"width": width, "height": 800})
    page.goto(samples)
    open_drawer(page, width)
    child = facet_value(page, "分类", "铁路")
    expect(child).to_be_hidden()
    facet_value(page, "分类", "旅行").click()
    expect_found(page, library.search(category="旅行").total)
    open_drawer(page, width)
    # The selected branch is open, and the counts of its children ignore the selection.
    expect(child).to_be_visible()
    assert count(child) == library.search(category="铁路").total
    facet_value(page, "分类", "旅行").click()
    expect_found(page, 66)
    open_drawer(page, width)
    open_branch(page, "旅行")
    child.click()
    expect_found(page, 3)
    expect(page.locator(".drawer > summary .badge")).to_have_text("已选 1 项")
    # The open filters fit the screen.
    open_drawer(page, width)
    assert page.evaluate("document.scrollingElement.scrollWidth") == width


@without_scripts
def test_a_child_of_the_selected_category_narrows(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(samples)
    facet_value(page, "分类", "旅行").click()
    expect_found(page, library.search(category="旅行").total)
    child = facet_value(page, "分类", "铁路")
    total = count(child)
    assert total < library.search(category="旅行").total
    child.click()
    expect_found(page, total)
    expect(chips(page)).to_have_count(2)
    expect(chips(page).first).to_contain_text("旅行 › 铁路")
    # The parent widens the search, and the categories of a hit narrow it again.
    facet_value(page, "分类", "旅行").click()
    expect_found(page, library.search(category="旅行").total)
    trail = page.locator(".hit .trail").filter(has_text="铁路").first
    trail.get_by_role("link", name="铁路").click()
    expect_found(page, total)
    expect(chips(page)).to_have_count(2)


def test_a_name_with_several_paths_is_selected_at_one_path(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(samples)
    open_branch(page, "旅行", "铁路")
    branch = region(page, "分类").locator('details[data-path="旅行 › 铁路"]')
    branch.get_by_role("link").filter(has_text="历史").click()
    expect_found(page, 1)
    assert titles(page) == [hit.title for hit in library.search(category="旅行 > 铁路 > 历史").hits]
    expect(chips(page).first).to_contain_text("旅行 › 铁路 › 历史")
    # The same is true for the category of a hit.
    hit = page.locator(".hit").first.locator(".trail")
    expect(hit).to_have_text("旅行 › 铁路 › 历史")
    expect(hit.locator("[aria-current]")).to_have_text("历史")
    chips(page).first.click()
    expect_found(page, 66)


@without_scripts
def test_categories_of_several_branches_add_up(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(f"{samples}/?q=的")
    before = count(facet_value(page, "分类", "美食"))
    open_branch(page, "旅行")
    facet_value(page, "分类", "城市").click()
    # The counts of a facet ignore its own selection, so that more values can be added.
    assert count(facet_value(page, "分类", "美食")) == before
    facet_value(page, "分类", "美食").click()
    expect_found(page, library.search("的", category=["城市", "美食"]).total)
    expect(chips(page)).to_have_count(3)


@without_scripts
def test_a_selected_category_stays_visible_with_a_count_of_zero(page: Page, samples: str) -> None:
    page.goto(f"{samples}/?q=元宇宙&category=茶")
    expect(page.locator(".total")).to_have_text("没有找到文章")
    selected = facet_value(page, "分类", "茶")
    expect(selected).to_be_visible()
    assert count(selected) == 0
    selected.click()
    expect(chips(page)).to_have_count(0)


@with_scripts
def test_an_open_branch_stays_open_when_the_page_changes(page: Page, samples: str) -> None:
    page.goto(samples)
    open_branch(page, "自然")
    facet_value(page, "分类", "读写").click()
    expect(chips(page)).to_have_count(2)
    expect(facet_value(page, "分类", "天文")).to_be_visible()
    open_branch(page, "旅行")
    link = facet_value(page, "分类", "铁路")
    link.focus()
    page.keyboard.press("Enter")
    expect(chips(page)).to_have_count(3)
    assert page.evaluate("document.activeElement.querySelector('.text').textContent") == "铁路"


@with_scripts
def test_a_closed_branch_stays_closed_when_the_page_changes(page: Page, samples: str) -> None:
    page.goto(f"{samples}/?category=铁路")
    below = region(page, "分类").locator('details[data-path="旅行"]')
    expect(below).to_have_attribute("open", "")
    below.locator("> summary").click()
    for selected in ("读写", "科技"):
        link = facet_value(page, "分类", selected)
        link.click()
        expect(link).to_have_attribute("aria-current", "true")
        expect(below).not_to_have_attribute("open", "")
    below.locator("> summary").click()
    facet_value(page, "分类", "科技").click()
    expect(facet_value(page, "分类", "科技")).not_to_have_attribute("aria-current", "true")
    expect(facet_value(page, "分类", "铁路")).to_be_visible()


@with_scripts
@pytest.mark.parametrize("width", WIDTHS)
def test_dates_are_applied_in_place(open_page: OpenPage, samples: str, library: searchlib.Index, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 800})
    page.goto(f"{samples}/?q=茶")
    page.evaluate("window.__same = true")
    open_drawer(page, width)
    first = page.get_by_label("从", exact=True)
    first.fill(" 2022 ")
    first.press("Enter")
    expect_found(page, library.search("茶", date_from="2022").total)
    expect(page).to_have_url(f"{samples}/?q=%E8%8C%B6&from=2022")
    assert page.evaluate("window.__same") is True
    expect(first).to_be_visible()
    expect(first).to_be_focused()
    expect(first).to_have_value("2022")
    page.get_by_label("搜索文章").fill("豆腐")
    first.fill("2021")
    page.get_by_role("button", name="应用").click()
    expect_found(page, library.search("豆腐", date_from="2021").total)
    expect(page.get_by_label("搜索文章")).to_have_value("豆腐")
    expect(page.get_by_role("button", name="应用")).to_be_focused()
    page.go_back()
    # Back to the typed query, if its results had arrived before the dates, or to the search before it.
    expect(page).not_to_have_url(re.compile("from=2021"))


@without_scripts
def test_a_value_can_be_searched_on_the_values_page(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(f"{samples}/?q=的&category=科技")
    tags = region(page, "标签")
    tags.locator("summary").click()
    tags.get_by_label("查找标签").fill("搜")
    tags.get_by_role("button", name="查找").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("全部标签")
    expected = library.facet_values("tag", "的", holding="搜", category="科技")
    assert page.locator(".values .text").all_inner_texts() == [each.value for each in expected]
    assert len(expected) > 0
    assert [int(text) for text in page.locator(".values .count").all_inner_texts()] == [each.count for each in expected]
    page.locator(".values a").first.click()
    expect(chips(page).nth(1)).to_contain_text(expected[0].value)
    expect_found(page, expected[0].count)
    page.goto(f"{samples}/?q=的&category=科技&tag={expected[0].value}")
    tags.locator("summary").click()
    tags.get_by_role("button", name="查找").click()
    page.get_by_role("link", name="返回搜索结果").click()
    expect_found(page, expected[0].count)


@with_scripts
def test_a_value_can_be_searched_in_place(page: Page, samples: str, library: searchlib.Index, watch: Watch) -> None:
    page.goto(samples)
    tags = region(page, "标签")
    tags.locator("summary").click()
    all_values = tags.locator(".listed .text").all_text_contents()
    field = tags.get_by_label("查找标签")
    field.press_sequentially("搜", delay=30)
    expected = [each.value for each in library.facet_values("tag", holding="搜")]
    expect(tags.locator(".listed .text")).to_have_text(expected)
    expect(field).to_be_focused()
    assert page.url == f"{samples}/"
    expect(page.locator("#announced")).to_have_text(f"{len(expected)} 个")
    field.press("Enter")
    expect(tags.locator(".listed .text")).to_have_text(expected)
    assert page.url == f"{samples}/"
    field.fill("没有这样的标签")
    expect(tags.locator(".listed")).to_have_text("没有找到")
    field.fill("")
    expect(tags.locator(".listed .text")).to_have_text(all_values)
    # No request is sent while an input method composes text.
    requests_before = len(watch.requests)
    field.focus()
    method = page.context.new_cdp_session(page)
    method.send("Input.imeSetComposition", {"text": "suo", "selectionStart": 3, "selectionEnd": 3})
    page.wait_for_timeout(300)
    assert watch.requests[requests_before:] == []
    method.send("Input.insertText", {"text": "搜"})
    expect(tags.locator(".listed .text")).to_have_text(expected)
    tags.locator(".listed a").first.click()
    expect(chips(page).first).to_contain_text(expected[0])


def test_an_open_drawer_has_a_link_to_the_results(open_page: OpenPage, samples: str, library: searchlib.Index) -> None:
    page = open_page(viewport={"width": 360, "height": 640})
    page.goto(samples)
    results_link = page.get_by_role("complementary", name="筛选").get_by_role("link", name=re.compile("^查看"))
    expect(results_link).to_be_hidden()
    open_drawer(page, 360)
    expect(results_link).to_have_text("查看 66 篇结果")
    expect(results_link).to_be_in_viewport(ratio=1)
    facet_value(page, "分类", "读写").click()
    found_total = library.search(category="读写").total
    expect_found(page, found_total)
    open_drawer(page, 360)
    expect(results_link).to_have_text(f"查看 {found_total} 篇结果")
    expect(results_link).to_be_in_viewport(ratio=1)
    results_link.click()
    expect(page).to_have_url(re.compile("#main$"))
    expect(page.locator(".results .total")).to_be_in_viewport(ratio=0.9)
    expect_found(page, found_total)
    page.set_viewport_size({"width": 1440, "height": 800})
    expect(results_link).to_be_hidden()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_year_shows_its_months_and_can_be_removed(
    open_page: OpenPage, samples: str, library: searchlib.Index, width: int
) -> None:
    page = open_page(viewport={"width": width, "height": 800})
    page.goto(samples)
    open_drawer(page, width)
    expect(region(page, "月份")).to_have_count(0)
    bar = page.locator(".histogram a").filter(has=page.get_by_text(re.compile("^2021：")))
    bar.locator(".slot").click()
    expect_found(page, library.search(date_from="2021", date_to="2021").total)
    open_drawer(page, width)
    months = {each.value: each.count for each in library.search(date_from="2021", date_to="2021").facets["month"]}
    of_year = {month: total for month, total in months.items() if month.startswith("2021-")}
    expect(region(page, "月份").locator(".text")).to_have_text([*of_year])
    expect(page.locator(".histogram a")).to_have_count(len(of_year))
    month = facet_value(page, "月份", "2021-11")
    total = count(month)
    assert total == of_year["2021-11"]
    month.click()
    expect_found(page, total)
    assert all(day.startswith("2021-11-") for day in page.locator(".hit time").all_inner_texts())
    open_drawer(page, width)
    expect(facet_value(page, "月份", "2021-11")).to_have_attribute("aria-current", "true")
    expect(page.get_by_label("从", exact=True)).to_have_value("2021-11")
    facet_value(page, "年份", "2021").click()
    expect_found(page, sum(of_year.values()))
    # A month can be removed by its link, its bar and its chip. Its year stays selected.
    link = facet_value(page, "月份", "2021-11")
    bar = page.locator(".histogram .selected .slot")
    chip = chips(page).filter(has_text="2021-11")
    for control in (link, bar, chip):
        open_drawer(page, width)
        link.click()
        expect_found(page, total)
        open_drawer(page, width)
        control.click()
        expect_found(page, sum(of_year.values()))
        expect(chips(page).first).to_contain_text("2021")
    open_drawer(page, width)
    region(page, "年份").get_by_role("link", name="全部年份").click()
    expect_found(page, 66)
    expect(chips(page)).to_have_count(0)


@without_scripts
def test_a_selected_year_can_be_changed(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(f"{samples}/?from=2021&to=2021")
    region(page, "年份").get_by_text("其他年份").click()
    other = facet_value(page, "年份", "2022")
    total = count(other)
    other.click()
    expect_found(page, total)
    expect(facet_value(page, "年份", "2022")).to_have_attribute("aria-current", "true")


def test_chips_remove_one_filter_or_all(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(f"{samples}/?q=的&category=旅行&category=美食&tag=茶&from=2020&to=2024")
    expect(chips(page)).to_have_count(5)
    chips(page).filter(has_text="旅行").click()
    expect(chips(page)).to_have_count(4)
    expect_found(page, library.search("的", category="美食", tag="茶", date_from="2020", date_to="2024").total)
    chips(page).filter(has_text="2020 至 2024").click()
    expect_found(page, library.search("的", category="美食", tag="茶").total)
    chips(page).filter(has_text="清除全部").click()
    expect_found(page, library.search("的").total)
    expect(page.get_by_label("搜索文章")).to_have_value("的")


@with_scripts
def test_the_keyboard_removes_several_chips_one_after_the_other(page: Page, samples: str) -> None:
    page.goto(f"{samples}/?q=的&category=科技&category=旅行&from=2020")
    chips(page).first.focus()
    page.keyboard.press("Enter")
    expect(chips(page)).to_have_count(3)
    expect(chips(page).first).to_be_focused()
    # The last one is not followed by the link that removes all.
    chips(page).nth(1).focus()
    page.keyboard.press("Enter")
    expect(chips(page)).to_have_count(2)
    expect(chips(page).first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()


@with_scripts
def test_the_address_of_the_page_of_all_values_contains_the_typed_text(page: Page, samples: str) -> None:
    page.goto(f"{samples}/values?facet=tag")
    page.get_by_label("查找标签").fill("茶")
    expect(page).to_have_url(re.compile(r"/values\?facet=tag&find=%E8%8C%B6$"))
    found = page.locator(".listed .text").all_inner_texts()
    assert found
    page.locator(".listed a").first.click()
    expect(page.locator(".results")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("查找标签")).to_have_value("茶")
    expect(page.locator(".listed .text")).to_have_text(found)
    page.get_by_label("查找标签").fill("")
    expect(page).to_have_url(re.compile(r"/values\?facet=tag$"))
