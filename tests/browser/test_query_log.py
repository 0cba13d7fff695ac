"""What a reader's typing leaves in the author's log: the queries that were meant, each once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .conftest import PATIENCE, serving, with_scripts, without_scripts

Noted = Callable[[], list[str]]

STANDS = 3500
"""Milliseconds after which a query that was typed counts."""


@pytest.fixture
def noting(sample_index: Path, tmp_path: Path) -> Iterator[tuple[str, Noted]]:
    """The address of a server with a log, and the queries in it."""
    (tmp_path / "searchlib.toml").write_text('query_log = "log"\n')

    def noted() -> list[str]:
        return [json.loads(line)["query"] for line in (tmp_path / "log").read_text(encoding="ascii").splitlines()]

    with serving(sample_index, tmp_path) as address:
        yield address, noted


def type_slowly(page: Page, text: str) -> None:
    """Type, and wait after each character for its results."""
    box = page.get_by_role("combobox")
    box.focus()
    for end in range(1, len(text) + 1):
        page.keyboard.insert_text(text[end - 1])
        expect(page.locator(".results h1")).to_have_text(f"“{text[:end]}”")


def wait_for(page: Page, noted: Noted, *queries: str) -> None:
    """Wait until these are noted, and then a little longer."""
    for _ in range(PATIENCE * 20):
        if noted() == list(queries):
            break
        page.wait_for_timeout(50)
    page.wait_for_timeout(300)
    assert noted() == list(queries)


@with_scripts
def test_what_is_typed_on_the_way_is_not_noted_and_enter_is(page: Page, noting: tuple[str, Noted]) -> None:
    address, noted = noting
    page.goto(address)
    type_slowly(page, "元宇宙")
    page.keyboard.press("Enter")
    wait_for(page, noted, "元宇宙")
    page.wait_for_timeout(STANDS)
    assert noted() == ["元宇宙"]


@with_scripts
def test_a_query_that_stands_for_a_while_is_noted(page: Page, noting: tuple[str, Noted]) -> None:
    address, noted = noting
    page.goto(address)
    type_slowly(page, "豆腐")
    page.wait_for_timeout(STANDS)
    wait_for(page, noted, "豆腐")
    page.get_by_role("combobox").press("Enter")
    wait_for(page, noted, "豆腐")


@with_scripts
def test_a_query_that_leads_to_an_article_is_noted_at_once(page: Page, noting: tuple[str, Noted]) -> None:
    address, noted = noting
    page.goto(address)
    type_slowly(page, "元宇宙")
    page.locator(".hit h2 a").first.click()
    expect(page.locator("main.reading")).to_be_visible()
    wait_for(page, noted, "元宇宙")


@with_scripts
def test_going_on_with_a_query_does_not_count_it_again(page: Page, noting: tuple[str, Noted]) -> None:
    address, noted = noting
    page.goto(f"{address}/?q=的")
    page.locator(".facet a").first.click()
    expect(page).to_have_url(re.compile("category="))
    page.get_by_label("排序").get_by_role("link", name="最早").click()
    expect(page).to_have_url(re.compile("sort=oldest"))
    page.go_back()
    expect(page).not_to_have_url(re.compile("sort=oldest"))
    page.get_by_role("combobox").fill("豆腐")
    page.keyboard.press("Enter")
    wait_for(page, noted, "的", "豆腐")
    page.go_back()
    expect(page.locator(".results h1")).to_have_text("“的”")
    page.wait_for_timeout(STANDS)
    assert noted() == ["的", "豆腐"]


@without_scripts
def test_without_scripts_a_query_is_noted_when_it_is_sent(page: Page, noting: tuple[str, Noted]) -> None:
    address, noted = noting
    page.goto(address)
    page.locator("#q").fill("元宇宙")
    page.locator("form.box button").click()
    wait_for(page, noted, "元宇宙")
