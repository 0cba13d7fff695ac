"""A reader narrows by the tree of categories, by long lists and by years and months, with scripts and without."""

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
    """On a narrow screen the filters wait behind a handle."""
    if width <= NARROW and page.locator(".drawer").get_attribute("open") is None:
        page.locator(".drawer > summary").click()


def region(page: Page, facet: str) -> Locator:
    return page.get_by_role("region", name=facet, exact=True)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_parent_finds_the_articles_of_its_children_and_a_child_its_own(
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
    # The chosen branch is open, and its children are counted without the choice.
    expect(child).to_be_visible()
    assert count(child) == library.search(category="铁路").total
    facet_value(page, "分类", "旅行").click()
    expect_found(page, 66)
    open_drawer(page, width)
    open_branch(page, "旅行")
    child.click()
    expect_found(page, 3)
    expect(page.locator(".drawer > summary .badge")).to_have_text("已选 1 项")
    # Nothing is wider than the screen with the filters open.
    open_drawer(page, width)
    assert page.evaluate("document.scrollingElement.scrollWidth") == width


@without_scripts
def test_a_place_below_the_chosen_one_narrows(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(samples)
    facet_value(page, "分类", "旅行").click()
    expect_found(page, library.search(category="旅行").total)
    child = facet_value(page, "分类", "铁路")
    held = count(child)
    assert held < library.search(category="旅行").total
    child.click()
    expect_found(page, held)
    expect(chips(page)).to_have_count(2)
    expect(chips(page).first).to_contain_text("旅行 › 铁路")
    # The one above widens again, and so do the categories of a hit.
    facet_value(page, "分类", "旅行").click()
    expect_found(page, library.search(category="旅行").total)
    trail = page.locator(".hit .trail").filter(has_text="铁路").first
    trail.get_by_role("link", name="铁路").click()
    expect_found(page, held)
    expect(chips(page)).to_have_count(2)


def test_a_name_at_several_places_is_chosen_at_one(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(samples)
    open_branch(page, "旅行", "铁路")
    branch = region(page, "分类").locator('details[data-path="旅行 › 铁路"]')
    branch.get_by_role("link").filter(has_text="历史").click()
    expect_found(page, 1)
    assert titles(page) == [hit.title for hit in library.search(category="旅行 > 铁路 > 历史").hits]
    expect(chips(page).first).to_contain_text("旅行 › 铁路 › 历史")
    # So is the category of a hit.
    hit = page.locator(".hit").first.locator(".trail")
    expect(hit).to_have_text("旅行 › 铁路 › 历史")
    expect(hit.locator("[aria-current]")).to_have_text("历史")
    chips(page).first.click()
    expect_found(page, 66)


@without_scripts
def test_places_of_several_branches_add_up(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(f"{samples}/?q=的")
    before = count(facet_value(page, "分类", "美食"))
    open_branch(page, "旅行")
    facet_value(page, "分类", "城市").click()
    # The facet counts without its own choice, so that more can be added.
    assert count(facet_value(page, "分类", "美食")) == before
    facet_value(page, "分类", "美食").click()
    expect_found(page, library.search("的", category=["城市", "美食"]).total)
    expect(chips(page)).to_have_count(3)


@without_scripts
def test_a_chosen_place_stays_in_sight_at_zero(page: Page, samples: str) -> None:
    page.goto(f"{samples}/?q=元宇宙&category=茶")
    expect(page.locator(".found")).to_have_text("没有找到文章")
    chosen = facet_value(page, "分类", "茶")
    expect(chosen).to_be_visible()
    assert count(chosen) == 0
    chosen.click()
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
def test_a_branch_that_was_folded_stays_folded_when_the_page_changes(page: Page, samples: str) -> None:
    page.goto(f"{samples}/?category=铁路")
    below = region(page, "分类").locator('details[data-path="旅行"]')
    expect(below).to_have_attribute("open", "")
    below.locator("> summary").click()
    for chosen in ("读写", "科技"):
        link = facet_value(page, "分类", chosen)
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
    # To what was typed before the dates, if it had rested long enough for an answer, or to what came before it.
    expect(page).not_to_have_url(re.compile("from=2021"))


@without_scripts
def test_a_value_is_found_on_the_page_of_all_values(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(f"{samples}/?q=的&category=科技")
    tags = region(page, "标签")
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
    region(page, "标签").get_by_role("link", name="全部标签").click()
    page.get_by_role("link", name="返回搜索结果").click()
    expect_found(page, expected[0].count)


@with_scripts
def test_a_value_is_found_in_place(page: Page, samples: str, library: searchlib.Index, watch: Watch) -> None:
    page.goto(samples)
    tags = region(page, "标签")
    before = tags.locator(".text").all_text_contents()
    field = tags.get_by_label("查找标签")
    field.press_sequentially("搜", delay=30)
    expected = [each.value for each in library.facet_values("tag", holding="搜")]
    expect(tags.locator(".text")).to_have_text(expected)
    expect(field).to_be_focused()
    assert page.url == f"{samples}/"
    expect(page.locator("#announced")).to_have_text(f"{len(expected)} 个")
    field.press("Enter")
    expect(tags.locator(".text")).to_have_text(expected)
    assert page.url == f"{samples}/"
    field.fill("没有这样的标签")
    expect(tags.locator(".listed")).to_have_text("没有找到")
    field.fill("")
    expect(tags.locator(".text")).to_have_text(before)
    # An input method that composes is left alone.
    asked = len(watch.requests)
    field.focus()
    method = page.context.new_cdp_session(page)
    method.send("Input.imeSetComposition", {"text": "suo", "selectionStart": 3, "selectionEnd": 3})
    page.wait_for_timeout(300)
    assert watch.requests[asked:] == []
    method.send("Input.insertText", {"text": "搜"})
    expect(tags.locator(".text")).to_have_text(expected)
    tags.locator(".values a").first.click()
    expect(chips(page).first).to_contain_text(expected[0])


def test_an_open_drawer_leads_to_the_results(open_page: OpenPage, samples: str, library: searchlib.Index) -> None:
    page = open_page(viewport={"width": 360, "height": 640})
    page.goto(samples)
    leading = page.get_by_role("complementary", name="筛选").get_by_role("link", name=re.compile("^查看"))
    expect(leading).to_be_hidden()
    open_drawer(page, 360)
    expect(leading).to_have_text("查看 66 篇结果")
    expect(leading).to_be_in_viewport(ratio=1)
    facet_value(page, "分类", "读写").click()
    found = library.search(category="读写").total
    expect_found(page, found)
    open_drawer(page, 360)
    expect(leading).to_have_text(f"查看 {found} 篇结果")
    expect(leading).to_be_in_viewport(ratio=1)
    leading.click()
    expect(page).to_have_url(re.compile("#main$"))
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport(ratio=0.9)
    expect_found(page, found)
    page.set_viewport_size({"width": 1440, "height": 800})
    expect(leading).to_be_hidden()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_year_opens_into_its_months_and_leads_back(
    open_page: OpenPage, samples: str, library: searchlib.Index, width: int
) -> None:
    page = open_page(viewport={"width": width, "height": 800})
    page.goto(samples)
    open_drawer(page, width)
    expect(region(page, "月份")).to_have_count(0)
    bar = page.locator(".histogram a").filter(has=page.get_by_text(re.compile("^2021：")))
    bar.locator(".room").click()
    expect_found(page, library.search(date_from="2021", date_to="2021").total)
    open_drawer(page, width)
    months = {each.value: each.count for each in library.search(date_from="2021", date_to="2021").facets["month"]}
    of_year = {month: held for month, held in months.items() if month.startswith("2021-")}
    assert region(page, "月份").locator(".text").all_inner_texts() == [*of_year]
    expect(page.locator(".histogram a")).to_have_count(len(of_year))
    month = facet_value(page, "月份", "2021-11")
    held = count(month)
    assert held == of_year["2021-11"]
    month.click()
    expect_found(page, held)
    assert all(day.startswith("2021-11-") for day in page.locator(".hit time").all_inner_texts())
    open_drawer(page, width)
    expect(facet_value(page, "月份", "2021-11")).to_have_attribute("aria-current", "true")
    expect(page.get_by_label("从", exact=True)).to_have_value("2021-11")
    facet_value(page, "年份", "2021").click()
    expect_found(page, sum(of_year.values()))
    # A month that is left leads back to its year, by its link, its bar and its chip.
    link = facet_value(page, "月份", "2021-11")
    bar = page.locator(".histogram .selected .room")
    chip = chips(page).filter(has_text="2021-11")
    for leave in (link, bar, chip):
        open_drawer(page, width)
        link.click()
        expect_found(page, held)
        open_drawer(page, width)
        leave.click()
        expect_found(page, sum(of_year.values()))
        expect(chips(page).first).to_contain_text("2021")
    open_drawer(page, width)
    region(page, "年份").get_by_role("link", name="全部年份").click()
    expect_found(page, 66)
    expect(chips(page)).to_have_count(0)


@without_scripts
def test_a_chosen_year_can_be_changed_for_another(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(f"{samples}/?from=2021&to=2021")
    region(page, "年份").get_by_text("其他年份").click()
    other = facet_value(page, "年份", "2022")
    held = count(other)
    other.click()
    expect_found(page, held)
    expect(facet_value(page, "年份", "2022")).to_have_attribute("aria-current", "true")


def test_chips_drop_one_filter_and_all(page: Page, samples: str, library: searchlib.Index) -> None:
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
