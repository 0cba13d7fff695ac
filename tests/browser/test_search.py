"""A reader searches, narrows, pages and goes back, with and without scripts."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

import searchlib

from .conftest import without_scripts
from .reading import chips, choose, count, expect_found, facet_value, open_branch, operator_chips, search, titles


def parameters(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_typing_a_query_and_pressing_enter_finds_articles(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(samples)
    search(page, "元宇宙")
    found = library.search("元宇宙")
    expect_found(page, found.total)
    assert titles(page) == [hit.title for hit in found.hits]
    assert titles(page)[0] == "元宇宙这个词的来历"
    expect(page.locator(".hit").first.locator("h2 mark")).to_have_text("元宇宙")
    assert page.locator(".hit").first.locator(".snippet mark").all_inner_texts().count("元宇宙") >= 1
    expect(page).to_have_title("元宇宙 · 文章搜索")
    expect(page.get_by_label("搜索文章")).to_have_value("元宇宙")
    assert parameters(page) == {"q": ["元宇宙"]}


@without_scripts
def test_the_button_searches(page: Page, samples: str) -> None:
    page.goto(samples)
    page.get_by_label("搜索文章").fill("“倒排索引”")
    page.get_by_role("search").get_by_role("button", name="搜索").click()
    expect(page.locator(".hit").first.locator("mark").first).to_have_text("倒排索引")
    assert parameters(page) == {"q": ["“倒排索引”"]}


def test_a_category_narrows_and_its_chip_removes_it(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(f"{samples}/?q=茶")
    before = titles(page)
    foods = facet_value(page, "分类", "美食")
    travel_count = count(facet_value(page, "分类", "旅行"))
    narrowed = library.search("茶", category=["美食"])
    assert count(foods) == narrowed.total < library.search("茶").total
    foods.click()
    expect_found(page, narrowed.total)
    assert titles(page) == [hit.title for hit in narrowed.hits]
    expect(facet_value(page, "分类", "美食")).to_have_attribute("aria-current", "true")
    # The counts of a facet ignore its own selection. The counts of other facets apply it.
    assert count(facet_value(page, "分类", "旅行")) == travel_count
    years = {value.value: value.count for value in narrowed.facets["year"] if value.value}
    assert {year: count(facet_value(page, "年份", year)) for year in years} == years
    chip = chips(page).first
    expect(chip).to_have_accessible_name(re.compile("^去掉 ?分类 ?美食"))
    chip.click()
    expect(chips(page)).to_have_count(0)
    assert titles(page) == before
    assert parameters(page) == {"q": ["茶"]}


@without_scripts
def test_categories_add_up_and_can_be_cleared_together(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(samples)
    for parent, category in (("自然", "天文"), ("旅行", "城市")):
        open_branch(page, parent)
        facet_value(page, "分类", category).click()
        expect(facet_value(page, "分类", category)).to_have_attribute("aria-current", "true")
    expect_found(page, library.search("", category=["天文", "城市"]).total)
    expect(chips(page)).to_have_count(3)
    chips(page).get_by_text("清除全部").click()
    expect_found(page, 66)


def test_back_and_forward_restore_earlier_states(page: Page, samples: str) -> None:
    page.goto(samples)
    search(page, "茶")
    states = [(page.url, titles(page))]
    facet_value(page, "分类", "美食").click()
    expect(chips(page).first).to_be_visible()
    states.append((page.url, titles(page)))
    choose(page, "排序", "最早")
    expect(page.get_by_role("navigation", name="排序").locator("[aria-current]")).to_have_text("最早")
    states.append((page.url, titles(page)))
    assert len({url for url, _ in states}) == len({tuple(listed) for _, listed in states}) == 3
    for url, listed in reversed(states[:-1]):
        page.go_back()
        assert (page.url, titles(page)) == (url, listed)
        expect(page.get_by_label("搜索文章")).to_have_value("茶")
    for url, listed in states[1:]:
        page.go_forward()
        assert (page.url, titles(page)) == (url, listed)


def test_the_pager_reaches_all_articles(page: Page, samples: str) -> None:
    page.goto(f"{samples}/?size=20")
    pager = page.get_by_role("navigation", name="分页")
    expect(pager.get_by_role("link", name="上一页")).to_have_count(0)
    seen = [titles(page)]
    for number in range(2, 5):
        pager.get_by_role("link", name="下一页").click()
        expect(pager.locator("[aria-current=page]")).to_have_accessible_name(re.compile(f"^第 ?{number} ?页$"))
        seen.append(titles(page))
    assert [len(listed) for listed in seen] == [20, 20, 20, 6]
    assert len({title for listed in seen for title in listed}) == 66
    expect(pager.get_by_role("link", name="下一页")).to_have_count(0)
    pager.get_by_role("link", name="上一页").click()
    expect(page).to_have_url(f"{samples}/?page=3&size=20")
    assert titles(page) == seen[2]
    pager.get_by_role("link", name=re.compile("^第 ?1 ?页$")).click()
    expect(page).to_have_url(f"{samples}/?size=20")
    assert titles(page) == seen[0]


@without_scripts
def test_a_new_query_or_filter_starts_on_the_first_page(page: Page, samples: str) -> None:
    page.goto(f"{samples}/?page=3&size=20")
    facet_value(page, "分类", "科技").click()
    expect_found(page, 17)
    assert parameters(page) == {"category": ["科技"], "size": ["20"]}
    page.goto(f"{samples}/?page=3&category=科技&size=5")
    search(page, "手机")
    assert parameters(page) == {"q": ["手机"], "category": ["科技"], "size": ["5"]}


@without_scripts
def test_the_order_and_the_size_can_be_changed(page: Page, samples: str) -> None:
    page.goto(f"{samples}/?q=的")
    choose(page, "排序", "最新")
    expect(page).to_have_url(re.compile("sort=newest"))
    days = page.locator(".hit time").all_inner_texts()
    assert len(days) == 10
    assert days == sorted(days, reverse=True)
    choose(page, "每页", "50")
    expect(page.locator(".hit")).to_have_count(50)
    choose(page, "排序", "最早")
    expect(page).to_have_url(re.compile("sort=oldest"))
    days = page.locator(".hit time").all_inner_texts()
    assert days == sorted(days)
    assert parameters(page) == {"q": ["的"], "sort": ["oldest"], "size": ["50"]}


def test_a_date_without_a_first_day_is_read_as_the_last_one(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(samples)
    page.get_by_label("从", exact=True).fill("2022年以前")
    page.locator(".dates button").click()
    expect_found(page, library.search("", date_to="2021").total)
    expect(page.get_by_label("从", exact=True)).to_have_value("")
    expect(page.get_by_label("至", exact=True)).to_have_value("2021-12-31")


def test_the_date_fields_set_a_period(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(f"{samples}/?q=茶&category=美食")
    page.get_by_label("从", exact=True).fill("2022")
    page.get_by_label("至", exact=True).fill("2023-06")
    page.get_by_role("button", name="应用").click()
    expect(chips(page).nth(1)).to_contain_text("2022 至 2023-06")
    found = library.search("茶", category=["美食"], date_from="2022", date_to="2023-06")
    expect_found(page, found.total)
    assert 0 < found.total < library.search("茶", category=["美食"]).total
    days = page.locator(".hit time").all_inner_texts()
    assert all("2022-01-01" <= day <= "2023-06-30" for day in days)
    # One date is enough, submitted with Enter.
    page.get_by_label("至", exact=True).fill("")
    page.get_by_label("至", exact=True).press("Enter")
    expect(chips(page).nth(1)).to_contain_text("2022 起")
    assert parameters(page) == {"q": ["茶"], "category": ["美食"], "from": ["2022"]}


@without_scripts
def test_a_wrong_date_is_reported_beside_its_field(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(f"{samples}/?q=茶")
    page.get_by_label("从", exact=True).fill("哪天")
    page.get_by_role("button", name="应用").click()
    expect_found(page, library.search("茶").total)
    expect(page.get_by_label("从", exact=True)).to_have_value("哪天")
    expect(page.locator("#from-hint")).to_contain_text("无法识别这个日期")
    page.get_by_label("从", exact=True).fill("2022年3月")
    page.get_by_label("至", exact=True).fill("2021/3")
    page.get_by_role("button", name="应用").click()
    expect(page.locator("#from-hint")).to_have_text("“2022年3月”即 2022-03")
    page.locator(".dates").get_by_role("link", name="对调两个日期").click()
    expect(chips(page).first).to_contain_text("2021-03 至 2022-03")


@without_scripts
def test_values_behind_more_can_be_selected(page: Page, samples: str) -> None:
    page.goto(samples)
    tags = page.get_by_role("region", name="标签", exact=True)
    hidden = tags.locator(".more .text").last.text_content() or ""
    expect(facet_value(page, "标签", hidden)).to_be_hidden()
    tags.get_by_text("更多").click()
    selected = facet_value(page, "标签", hidden)
    expect(selected).to_be_visible()
    total = count(selected)
    selected.click()
    expect_found(page, total)
    # It stays visible while it is selected.
    expect(facet_value(page, "标签", hidden)).to_be_visible()


@without_scripts
def test_the_category_of_a_hit_narrows(page: Page, samples: str) -> None:
    page.goto(f"{samples}/?q=豆腐")
    page.locator(".hit").first.get_by_role("link", name="美食").click()
    expect(chips(page).first).to_contain_text("美食")
    expect(page.locator(".hit").first.get_by_role("link", name="美食")).to_have_attribute("aria-current", "true")


class TestErrorsAndLimits:
    @without_scripts
    def test_a_note_reports_that_a_query_was_too_long(self, page: Page, samples: str) -> None:
        page.goto(f"{samples}/?q={'茶马古道' * 275}")
        expect(page.locator(".note p").first).to_have_text("查询过长，只使用了前 1000 个字符。")
        assert titles(page)
        search(page, "茶")
        expect(page.locator(".note")).to_have_count(0)

    @without_scripts
    def test_the_search_box_limits_the_length_of_a_query(self, page: Page, samples: str) -> None:
        page.goto(samples)
        page.get_by_label("搜索文章").fill("学" * 990)
        page.get_by_label("搜索文章").press_sequentially("习" * 20)
        expect(page.get_by_label("搜索文章")).to_have_value("学" * 990 + "习" * 10)

    def test_the_search_box_works_after_an_invalid_parameter(self, page: Page, samples: str) -> None:
        response = page.goto(f"{samples}/?q=茶&page=abc&category=美食")
        assert response
        assert response.status == 400
        expect(page.get_by_role("heading", level=1)).to_have_text("页码有误")
        expect(page.get_by_role("main")).to_contain_text("abc")
        expect(page.get_by_label("搜索文章")).to_have_value("茶")
        search(page, "豆腐")
        assert parameters(page) == {"q": ["豆腐"], "category": ["美食"]}
        page.go_back()
        page.get_by_role("main").get_by_role("link").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("“茶”")
        assert parameters(page) == {"q": ["茶"], "category": ["美食"]}

    @without_scripts
    def test_a_page_beyond_the_last_links_to_the_last(self, page: Page, samples: str) -> None:
        page.goto(f"{samples}/?page=9")
        expect(page.get_by_role("main")).to_contain_text("这一页没有文章")
        page.get_by_role("link", name="第 7 页").click()
        expect(page.locator(".hit")).to_have_count(6)

    @without_scripts
    def test_an_unknown_article_is_not_found(self, page: Page, samples: str) -> None:
        response = page.goto(f"{samples}/article/没有/这篇.md")
        assert response
        assert response.status == 404
        expect(page.get_by_role("heading", level=1)).to_have_text("没有这篇文章")
        expect(page.get_by_role("main")).to_contain_text("没有/这篇.md")
        search(page, "豆腐")
        assert titles(page)


def test_a_chip_says_what_is_excluded_and_reads_it_as_text(page: Page, samples: str, library: searchlib.Index) -> None:
    query = "茶 -绿茶"
    excluding, literal = library.search(query), library.search(query, literal=True)
    assert excluding.total != literal.total
    page.goto(samples)
    search(page, query)
    expect_found(page, excluding.total)
    chip = operator_chips(page).first
    expect(chip).to_have_accessible_name(re.compile("不含 ?绿茶"))
    chip.click()
    expect_found(page, literal.total)
    assert titles(page) == [hit.title for hit in literal.hits]
    assert parameters(page) == {"q": [query], "literal": ["1"]}
    back = operator_chips(page).first
    expect(back).to_have_accessible_name(re.compile("按字面搜索"))
    back.click()
    expect_found(page, excluding.total)
    assert parameters(page) == {"q": [query]}


@without_scripts
def test_a_command_without_hits_as_typed_has_the_chip_too(page: Page, samples: str) -> None:
    page.goto(f"{samples}/?q=rm+-rf")
    expect(operator_chips(page).first).to_have_accessible_name(re.compile("不含 ?rf"))
    page.goto(f"{samples}/?q=tar+-zxvf+foo.tar.gz+-C+/opt")
    expect(operator_chips(page)).to_have_count(0)
