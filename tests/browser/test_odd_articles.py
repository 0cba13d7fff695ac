"""Articles of extreme form: very long titles, many authors, deep categories, wide tables, long code, nothing but a text."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

import searchlib

from .conftest import OpenPage, serving, with_scripts, without_scripts

AUTHORS = ", ".join(f"作者{number}" for number in range(12))
LEVELS = ", ".join(f"第{number}层" for number in range(9))
ROW = f"| 已开 | {'灯塔每晚亮起。' * 12} | 12 | 无 | 东岸 |"
TABLE = f"| 状态 | 说明 | 编号 | 备注 | 地区 |\n|---|---|---|---|---|\n{ROW}\n"
ARTICLES = {
    "title.md": f"---\ntitle: {'灯塔与码头的漫长历史' * 20}\ndate: 2021-05-06\n---\n灯塔在码头的尽头。\n",
    "names.md": f"---\ntitle: 灯塔的名字\nauthor: [{AUTHORS}]\ncategories: [{LEVELS}]\n---\n灯塔有许多名字。\n",
    "bare.txt": "灯塔的灯油昨天用完了，守塔人划船去对岸买，他说今晚的灯会晚一个小时亮，请船家们多等一会儿。" * 3,
    "table.md": f"---\ntitle: 灯塔的表格\n---\n{TABLE}\n```\n{'灯塔' + 'x' * 400}\n```\n",
    "long.md": "---\ntitle: 灯塔日志\n---\n"
    + "\n\n".join(f"第 {day} 天，灯塔照常。{'海面很静。' * 40}" for day in range(60)),
}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URL of a server of the articles."""
    folder = tmp_path_factory.mktemp("odd")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    assert not searchlib.build_index(folder, folder / "index", jobs=1).failed
    with serving(folder / "index", folder) as address:
        yield address


@without_scripts
def test_a_very_long_title_takes_three_lines_until_the_keyboard_reaches_it(open_page: OpenPage, odd: str) -> None:
    page = open_page(viewport=PHONE)
    page.goto(f"{odd}/?q=漫长历史")
    title = page.locator(".hit h2.long")
    expect(title).to_have_count(1)
    cut = title.evaluate("each => each.clientHeight / parseFloat(getComputedStyle(each).lineHeight)")
    assert 2.9 < cut < 3.1
    title.locator("a").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(title.locator("a")).to_be_focused()
    assert title.evaluate("each => each.clientHeight / parseFloat(getComputedStyle(each).lineHeight)") > 6


@without_scripts
def test_a_hit_shows_five_authors_and_the_ends_of_a_deep_category(page: Page, odd: str) -> None:
    page.goto(f"{odd}/?q=许多名字")
    hit = page.locator(".hit").first
    expect(hit.locator(".author")).to_have_text([f"作者{number}" for number in range(5)])
    expect(hit.locator(".meta")).to_contain_text("等 12 位作者")
    expect(hit.locator(".trail")).to_have_text("第0层 › 第1层 › … › 第6层 › 第7层 › 第8层")
    hit.locator("h2 a").click()
    expect(page.locator("article .trail a")).to_have_count(9)


def test_the_button_of_a_snippet_does_not_cover_it(open_page: OpenPage, odd: str) -> None:
    page = open_page(viewport=PHONE)
    page.goto(f"{odd}/?q=守塔人")
    hit = page.locator(".hit").first
    button, text = (hit.locator(each).bounding_box() for each in (".whole > summary", ".snippets"))
    assert button
    assert text
    assert button["y"] >= text["y"] + text["height"]


@without_scripts
@pytest.mark.parametrize("width", [390, 1280])
def test_the_columns_of_a_table_hold_words(open_page: OpenPage, odd: str, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 844})
    page.goto(f"{odd}/article/table.md")
    for word in ("状态", "编号", "已开", "东岸"):
        cell = page.locator("td, th").get_by_text(word, exact=True)
        lines = cell.evaluate(
            """each => {
              const text = document.createRange();
              text.selectNodeContents(each);
              return text.getClientRects().length;
            }"""
        )
        assert lines == 1, word
    assert page.evaluate("document.scrollingElement.scrollWidth") == width


@without_scripts
def test_a_printed_page_shows_the_query_and_whole_lines_of_code(page: Page, odd: str) -> None:
    page.goto(f"{odd}/?q=灯塔")
    page.emulate_media(media="print")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_css("position", "static")
    expect(heading).to_have_text("“灯塔”")
    page.goto(f"{odd}/article/table.md")
    assert page.locator("pre").evaluate("each => each.scrollWidth <= each.clientWidth")


@with_scripts
def test_the_next_match_follows_the_place_to_which_the_reader_scrolled(page: Page, odd: str) -> None:
    page.goto(f"{odd}/article/long.md?q=灯塔")
    page.keyboard.press("n")
    expect(page.locator(".place")).to_have_text("1/60")
    page.locator("#match-31").evaluate("each => each.scrollIntoView({block: 'center'})")
    page.locator("#match-41").evaluate("each => scrollTo(0, each.getBoundingClientRect().top + scrollY - 200)")
    page.keyboard.press("n")
    expect(page.locator(".place")).to_have_text("41/60")
    page.keyboard.press("n")
    expect(page.locator(".place")).to_have_text("42/60")
    page.locator("#match-11").evaluate("each => scrollTo(0, each.getBoundingClientRect().top + scrollY - 200)")
    page.keyboard.press("p")
    expect(page.locator(".place")).to_have_text("10/60")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.keyboard.press("n")
    expect(page.locator("mark:target")).to_be_in_viewport()
