"""The query log contains each intended query once, and no query that was still being typed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .conftest import PATIENCE, Serve, with_scripts, without_scripts

Logged = Callable[[], list[str]]

SETTLED_MS = 3500
"""The time after which a typed query counts, in milliseconds."""


@pytest.fixture
def logging_server(serve: Serve, sample_index: Path, tmp_path: Path) -> tuple[str, Logged]:
    """Return the URL of a server with a query log, and a function that reads the queries in the log."""
    (tmp_path / "searchlib.toml").write_text('query_log = "log"\n')

    def logged() -> list[str]:
        return [json.loads(line)["query"] for line in (tmp_path / "log").read_text(encoding="ascii").splitlines()]

    return serve(sample_index), logged


def type_slowly(page: Page, text: str) -> None:
    """Type a text and wait for results after each character."""
    box = page.get_by_role("combobox")
    box.focus()
    for end in range(1, len(text) + 1):
        page.keyboard.insert_text(text[end - 1])
        expect(page.locator(".results h1")).to_have_text(f"“{text[:end]}”")


def wait_for(page: Page, logged: Logged, *queries: str) -> None:
    """Wait until exactly these queries are in the log, and stay there."""
    for _ in range(PATIENCE * 20):
        if logged() == list(queries):
            break
        page.wait_for_timeout(50)
    page.wait_for_timeout(300)
    assert logged() == list(queries)


@with_scripts
def test_a_query_is_logged_on_enter_but_not_while_it_is_typed(page: Page, logging_server: tuple[str, Logged]) -> None:
    address, logged = logging_server
    page.goto(address)
    type_slowly(page, "元宇宙")
    page.keyboard.press("Enter")
    wait_for(page, logged, "元宇宙")
    page.wait_for_timeout(SETTLED_MS)
    assert logged() == ["元宇宙"]


@with_scripts
def test_a_query_that_stays_unchanged_is_logged(page: Page, logging_server: tuple[str, Logged]) -> None:
    address, logged = logging_server
    page.goto(address)
    type_slowly(page, "豆腐")
    page.wait_for_timeout(SETTLED_MS)
    wait_for(page, logged, "豆腐")
    page.get_by_role("combobox").press("Enter")
    wait_for(page, logged, "豆腐")


@with_scripts
def test_a_query_that_leads_to_an_article_is_logged_at_once(page: Page, logging_server: tuple[str, Logged]) -> None:
    address, logged = logging_server
    page.goto(address)
    type_slowly(page, "元宇宙")
    page.locator(".hit h2 a").first.click()
    expect(page.locator("main.reading")).to_be_visible()
    wait_for(page, logged, "元宇宙")


@with_scripts
def test_filters_and_steps_back_do_not_log_a_query_again(page: Page, logging_server: tuple[str, Logged]) -> None:
    address, logged = logging_server
    page.goto(f"{address}/?q=的")
    page.locator(".facet a").first.click()
    expect(page).to_have_url(re.compile("category="))
    page.get_by_label("排序").get_by_role("link", name="最早").click()
    expect(page).to_have_url(re.compile("sort=oldest"))
    page.go_back()
    expect(page).not_to_have_url(re.compile("sort=oldest"))
    page.get_by_role("combobox").fill("豆腐")
    page.keyboard.press("Enter")
    wait_for(page, logged, "的", "豆腐")
    page.go_back()
    expect(page.locator(".results h1")).to_have_text("“的”")
    page.wait_for_timeout(SETTLED_MS)
    assert logged() == ["的", "豆腐"]


@without_scripts
def test_without_scripts_a_query_is_logged_when_it_is_submitted(page: Page, logging_server: tuple[str, Logged]) -> None:
    address, logged = logging_server
    page.goto(address)
    page.locator("#q").fill("元宇宙")
    page.locator("form.box button").click()
    wait_for(page, logged, "元宇宙")
