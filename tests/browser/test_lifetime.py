"""A running server uses an index as soon as it is built or updated."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

import searchlib

from .conftest import Serve, without_scripts
from .reading import expect_found, search, titles


def add(articles: Path, name: str, title: str, text: str) -> None:
    articles.mkdir(exist_ok=True)
    (articles / name).write_text(f"---\ntitle: {title}\ndate: 2024-01-01\n---\n{text}\n", encoding="utf-8")


def test_the_page_explains_how_to_build_an_index_and_then_uses_it(page: Page, serve: Serve, tmp_path: Path) -> None:
    index = tmp_path / "我的 索引"
    index.mkdir()
    address = serve(index, "no index has been built here")
    response = page.goto(f"{address}/?q=风车")
    assert response
    assert response.status == 503
    expect(page.get_by_role("heading", level=1)).to_have_text("还没有索引")
    expect(page.locator("pre")).to_have_text(f"searchlib build 文章文件夹 --index '{index}'")
    expect(page.get_by_label("搜索文章")).to_have_value("风车")
    add(tmp_path / "articles", "a.md", "风车", "风车靠风。")
    searchlib.build_index(tmp_path / "articles", index, jobs=1)
    response = page.reload()
    assert response
    assert response.status == 200
    assert titles(page) == ["风车"]


@without_scripts
def test_a_new_index_is_used_without_a_restart(page: Page, serve: Serve, tmp_path: Path) -> None:
    articles, index = tmp_path / "articles", tmp_path / "index"
    add(articles, "a.md", "风车", "风车靠风。")
    searchlib.build_index(articles, index, jobs=1)
    page.goto(serve(index))
    search(page, "磨坊")
    expect(page.locator(".total")).to_have_text("没有找到文章")
    add(articles, "b.md", "水边的磨坊", "磨坊靠水。")
    searchlib.build_index(articles, index, jobs=1)
    search(page, "磨坊 靠水")
    assert titles(page) == ["水边的磨坊"]
    page.locator(".hit h2 a").click()
    expect(page.locator(".body")).to_have_text("磨坊靠水。")
    # An article is deleted while the reader looks at the list.
    page.go_back()
    (articles / "b.md").unlink()
    searchlib.update_index(articles, index)
    page.locator(".hit h2 a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("没有这篇文章")
    page.get_by_role("link", name="查看全部文章").click()
    expect_found(page, 1)
