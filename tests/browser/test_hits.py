"""Hits, notices about the results, and the page without hits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

import searchlib
from webui import create_app
from webui.pages.dates import age_text

from .conftest import OpenPage, Serve, serving, with_scripts, without_scripts
from .reading import chips, choose, expect_found, search, titles

WIDTHS = [360, 800, 1440]
PRESS = (
    "新铁桥今天早上通车，两岸的人都来看。桥长三百米，用了四年，花了八百万元。第一辆车上坐着老船工，他说以后不用摆渡了。"
)
ARTICLES = {f"{name}.md": f"---\ntitle: 铁桥通车 {name}\n---\n{PRESS * 3}\n" for name in "甲乙丙"}


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URL of a server of three near duplicates."""
    folder = tmp_path_factory.mktemp("press")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    searchlib.build_index(folder, folder / "index", jobs=1)
    with serving(folder / "index", folder) as address:
        yield address


@pytest.mark.parametrize("width", WIDTHS)
def test_a_hit_shows_its_details_and_links_to_searches(
    open_page: OpenPage, samples: str, library: searchlib.Index, width: int
) -> None:
    page = open_page(viewport={"width": width, "height": 800})
    page.goto(f"{samples}/?q=重庆 城市")
    results = library.search("重庆 城市")
    expect_found(page, results.total)
    hit, first = results.hits[0], page.locator(".hit").first
    assert hit.date
    expect(first.locator("h2 a")).to_have_text(hit.title)
    expect(first.locator("time")).to_have_text(hit.date.date().isoformat())
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    with create_app("none").test_request_context():
        expect(first.locator("time")).to_have_attribute("title", age_text(hit.date.date(), today))
    expect(first.locator(".trail")).to_have_text(" › ".join(hit.category_paths[0]))
    assert 1 <= first.locator(".snippet").count() <= 3
    assert first.locator(".snippet mark").count() >= 1
    expect(first.locator(".author")).to_have_text(hit.author)
    first.locator(".author").click()
    expect_found(page, library.search("重庆 城市", author=hit.author).total)
    expect(chips(page).first).to_contain_text(hit.author)


def test_a_hit_links_to_similar_articles(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(f"{samples}/?q=元宇宙")
    hit = library.search("元宇宙").hits[0]
    page.locator(".hit").first.get_by_role("link", name="相似文章").click()
    expect(page).to_have_url(re.compile("#similar$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(hit.title)
    similar = [each.title for each in library.similar(hit.id, size=5).hits]
    expect(page.get_by_role("region", name="相似文章").get_by_role("link")).to_have_text(similar)
    expect(page.locator("#similar")).to_be_in_viewport()


def test_near_duplicates_are_one_hit_that_lists_them(page: Page, press: str) -> None:
    page.goto(f"{press}/?q=铁桥")
    expect_found(page, 3)
    assert len(titles(page)) == 1
    page.locator(".repeats summary").click()
    expect(page.locator(".repeats summary")).to_have_text("另有 2 篇内容相似")
    expect(page.locator(".repeats a")).to_have_count(2)
    page.get_by_role("link", name="全部列出").click()
    expect(page.locator(".hit")).to_have_count(3)
    page.get_by_role("link", name="合并相似内容").click()
    expect(page.locator(".hit")).to_have_count(1)


@without_scripts
def test_order_and_size_keep_the_filters(page: Page, samples: str) -> None:
    page.goto(f"{samples}/?q=的&category=科技")
    choose(page, "排序", "最早")
    choose(page, "每页", "20")
    expect(page.locator(".hit")).to_have_count(17)
    days = [day for day in page.locator(".hit time").all_inner_texts() if day]
    assert days == sorted(days)
    expect(chips(page).first).to_contain_text("科技")


def test_a_notice_tells_how_many_articles_contain_all_words(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(samples)
    search(page, "重庆 豆腐")
    results = library.search("重庆 豆腐")
    assert (results.relaxed, results.full) == (True, 0)
    notice = page.get_by_text("没有文章与输入完全相符")
    expect(notice).to_have_text(f"没有文章与输入完全相符，以下是最接近的 {results.total} 篇。")
    search(page, "铅笔 木头")
    results = library.search("铅笔 木头")
    assert results.full > 0
    partial = results.total - results.full
    expect(page.get_by_text("其后是最接近的")).to_have_text(
        f"{results.full} 篇与输入完全相符，其后是最接近的 {partial} 篇。"
    )
    search(page, "“机器学习”")
    expect(page.locator(".note")).to_have_count(0)


def test_a_notice_explains_a_correction_which_can_be_undone(page: Page, samples: str) -> None:
    page.goto(samples)
    search(page, "园宇宙")
    note = page.locator(".note").first
    expect(note).to_contain_text("没有文章含有“园宇宙”，以下是“元宇宙”的结果。")
    assert titles(page)
    note.get_by_role("link", name="仍然搜索“园宇宙”").click()
    expect(page.locator(".total")).to_have_text("没有找到文章")
    expect(page.locator(".note").first).to_contain_text("您要找的是不是：元宇宙")


def test_a_notice_explains_the_reading_of_pinyin(page: Page, samples: str) -> None:
    page.goto(samples)
    search(page, "yuanyuzhou")
    expect(page.locator(".note").first).to_contain_text("没有文章含有“yuanyuzhou”，已按拼音搜索“元宇宙”")
    expect(page.locator(".hit").first.locator("h2 mark")).to_have_text("元宇宙")


class TestNoHits:
    def test_advice_names_a_filter_to_remove_and_the_total_without_it(
        self, page: Page, samples: str, library: searchlib.Index
    ) -> None:
        page.goto(f"{samples}/?category=美食&from=2020&to=2030")
        search(page, "元宇宙")
        expect(page.get_by_role("main")).to_contain_text("没有文章符合“元宇宙”和以上筛选条件。")
        total = library.search("元宇宙", date_from="2020", date_to="2030").total
        expect(page.locator(".advice")).to_have_text([f"去掉 分类：美食，有 {total} 篇"])
        page.locator(".advice a").click()
        expect_found(page, total)
        expect(chips(page)).to_have_count(2)
        expect(chips(page).first).to_contain_text("2020 至 2030")

    def test_advice_names_a_part_of_the_query_to_remove(
        self, page: Page, samples: str, library: searchlib.Index
    ) -> None:
        page.goto(samples)
        search(page, "豆腐的做法 “量子鹦鹉”")
        expect(page.locator(".query-terms")).to_contain_text("查询拆分为：")
        expect(page.locator(".query-terms .word").last).to_have_text("“量子鹦鹉”")
        total = library.search("豆腐的做法").total
        expect(page.locator(".advice").first).to_have_text(f'去掉 "量子鹦鹉"，有 {total} 篇')
        page.locator(".advice a").first.click()
        expect_found(page, total)

    @without_scripts
    def test_general_advice_is_given_if_nothing_else_helps(self, page: Page, samples: str) -> None:
        page.goto(f"{samples}/?category=美食")
        search(page, "量子鹦鹉")
        expect(page.locator(".advice")).to_have_count(0)
        expect(page.get_by_role("main")).to_contain_text("减少关键词，或换一种说法。")
        page.get_by_role("main").get_by_role("link", name="查看全部文章").click()
        expect_found(page, 66)


@with_scripts
def test_a_hit_in_a_long_article_leads_to_the_heading_of_its_match(page: Page, serve: Serve, tmp_path: Path) -> None:
    filler = "这一段说的是别的事情，与下文没有关系，只是让文章变长。" * 20
    sections = {"选料": "松木要先阴干三个月。", "开榫": "燕尾榫的斜度不宜太大。", "上漆": "生漆在潮湿的屋里才干得快。"}
    body = "".join(f"\n## {name}\n\n{filler}\n\n{filler}\n\n{line}\n" for name, line in sections.items())
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "stool.md").write_text(f"---\ntitle: 做一张板凳\n---\n{body}", encoding="utf-8")
    searchlib.build_index(tmp_path / "articles", tmp_path / "index", jobs=1)
    page.goto(f"{serve(tmp_path / 'index')}/?q=燕尾榫")
    page.get_by_role("link", name=re.compile("所在章节： ?开榫")).click()
    expect(page.get_by_role("heading", name="开榫")).to_be_in_viewport()
    expect(page.get_by_role("heading", name="选料")).not_to_be_in_viewport()
    assert page.evaluate("scrollY") > 0
