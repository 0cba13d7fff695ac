"""Pages of another origin embed the search box, also under a strict Content-Security-Policy."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.serving import serving

from .axe import violations
from .conftest import OpenPage, Watch, with_scripts

pytestmark = with_scripts

PATIENCE_WITHOUT_CHANGE = 400
"""Milliseconds in which a request would have been sent."""
POLICY = (
    "default-src 'none'; script-src {server}; connect-src {server}; img-src data:; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
"""The strictest policy under which a page can use the box: no styles, no inline scripts, no HTML from texts."""
POST = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>我的博客</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<script type="module" src="{script}"></script></head>
<body><header><searchlib-box{attributes}><a href="{server}/">搜索</a></searchlib-box></header>
<main><h1>我的博客</h1><p><label>留言 <input id="comment"></label></p>
<p id="kiln">景德镇的窑工用松柴烧窑。</p></main></body></html>"""

Blog = Callable[..., str]


@pytest.fixture(scope="module")
def blog_port() -> Iterator[tuple[int, dict[str, str]]]:
    """Serve pages of a blog: the port, and the HTML by path. The policy of each page is that of the path ``policy``."""
    pages: dict[str, str] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", pages["policy"])
            # The strictest policies on other origins: everything embedded must permit it.
            self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
            self.end_headers()
            self.wfile.write(pages.get(urlsplit(self.path).path, "<!doctype html><title>原文</title>").encode())

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port, pages
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def search_site(
    sample_index: Path, blog_port: tuple[int, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Return the URL of a search page whose settings name the blog."""
    folder = tmp_path_factory.mktemp("embedded")
    blog = f"http://127.0.0.1:{blog_port[0]}"
    settings = f'cors_origins = ["{blog}"]\nurl_template = "{blog}/posts/{{stem}}/"\n'
    (folder / "searchlib.toml").write_text(settings, encoding="utf-8")
    with serving(sample_index, folder) as address:
        yield address


@pytest.fixture
def blog(blog_port: tuple[int, dict[str, str]], search_site: str) -> Blog:
    """Return the URL of a page of the blog with the box."""
    port, pages = blog_port

    def write(attributes: str = "", *, language: str = "zh-CN", server: str = search_site) -> str:
        pages["policy"] = POLICY.format(server=server)
        script = f"{server}/embed.js"
        pages["/"] = POST.format(script=script, server=server, attributes=attributes, language=language)
        return f"http://127.0.0.1:{port}/"

    return write


def opened(page: Page, url: str, query: str = "") -> Page:
    """Open the box of a page, and type a query."""
    page.goto(url)
    page.get_by_role("button", name="搜索").click()
    if query:
        page.keyboard.insert_text(query)
        expect(page.get_by_role("option").first).to_be_visible()
    return page


def test_the_box_searches_while_one_types_and_leads_to_the_original(
    page: Page, blog: Blog, search_site: str, watch: Watch
) -> None:
    opened(page, blog(), "重庆")
    option = page.get_by_role("option").first
    expect(page.get_by_role("status")).to_contain_text("篇")
    expect(option.locator("mark").first).to_have_text("重庆")
    requests = [urlsplit(url) for url in watch.requests if "/api/search" in url]
    assert [parse_qs(each.query) for each in requests] == [
        {"q": ["重庆"], "size": ["8"], "facets": ["0"], "log": ["0"]}
    ]
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("combobox")).to_have_attribute("aria-activedescendant", "hit-0")
    expect(option).to_have_attribute("aria-selected", "true")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert urlsplit(page.url).path.startswith("/posts/")
    # The page scrolls to the first match; the address does not show the text fragment.
    assert not page.url.startswith(search_site)


def test_a_search_that_closing_the_box_canceled_runs_when_it_opens(page: Page, blog: Blog) -> None:
    opened(page, blog(), "重庆")
    page.keyboard.press("End")
    page.keyboard.insert_text("没有这样的文章")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="搜索").click()
    expect(page.get_by_role("status")).not_to_have_text("正在搜索…")


def test_hits_can_lead_to_the_article_page(page: Page, blog: Blog, search_site: str) -> None:
    opened(page, blog(' links="article"'), "重庆")
    href = page.get_by_role("option").first.get_attribute("href") or ""
    assert href.startswith(f"{search_site}/article/")
    assert parse_qs(urlsplit(href).query)["q"] == ["重庆"]
    assert urlsplit(href).fragment == "match-1"


def test_enter_without_a_selected_hit_opens_the_search_page(page: Page, blog: Blog, search_site: str) -> None:
    opened(page, blog(), "重庆")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.startswith(f"{search_site}/?q=")


def test_slash_and_control_k_open_the_box_and_escape_closes_it(page: Page, blog: Blog) -> None:
    page.goto(blog())
    for key in ("/", "Control+k"):
        page.locator("h1").click()
        page.keyboard.press(key)
        expect(page.get_by_role("combobox")).to_be_focused()
        expect(page.get_by_role("combobox")).to_have_value("")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
    page.locator("#comment").click()
    page.keyboard.press("/")
    expect(page.locator("#comment")).to_have_value("/")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("combobox")).to_have_value("/")
    page.keyboard.press("Escape")
    expect(page.locator("#comment")).to_be_focused()


def test_readers_can_switch_off_the_key_of_one_character(page: Page, blog: Blog) -> None:
    page.goto(blog())
    page.keyboard.press("/")
    page.get_by_role("button", name="关闭 / 快捷键").click()
    expect(page.get_by_role("button", name="启用 / 快捷键")).to_be_focused()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("/")
    expect(page.get_by_role("dialog")).to_be_hidden()
    trigger = page.get_by_role("button", name="搜索")
    expect(trigger).to_have_attribute("aria-keyshortcuts", "Control+K Meta+K")
    page.keyboard.press("Control+k")
    page.get_by_role("button", name="启用 / 快捷键").click()
    page.keyboard.press("Escape")
    expect(trigger).to_have_attribute("aria-keyshortcuts", "/ Control+K Meta+K")
    page.keyboard.press("/")
    expect(page.get_by_role("combobox")).to_be_focused()


def test_a_page_can_keep_its_keys(page: Page, blog: Blog) -> None:
    page.goto(blog(" no-hotkeys"))
    page.locator("h1").click()
    page.keyboard.press("/")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert page.get_by_role("button", name="搜索").get_attribute("aria-keyshortcuts") is None


def test_nothing_is_sent_while_an_input_method_composes(page: Page, blog: Blog, watch: Watch) -> None:
    opened(page, blog())
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "chong qing", "selectionStart": 10, "selectionEnd": 10})
    page.wait_for_timeout(PATIENCE_WITHOUT_CHANGE)
    page.get_by_role("combobox").dispatch_event("keydown", {"key": "Enter", "keyCode": 229, "isComposing": True})
    assert not [url for url in watch.requests if "/api/" in url]
    keyboard.send("Input.insertText", {"text": "重庆"})
    expect(page.get_by_role("option").first).to_be_visible()
    assert page.get_by_role("dialog").is_visible()
    assert len([url for url in watch.requests if "/api/" in url]) == 1


def test_a_composition_stops_the_search_for_the_text_before_it(page: Page, blog: Blog, watch: Watch) -> None:
    page.clock.install(time=0)
    opened(page, blog())
    page.clock.pause_at(60_000)
    keyboard = page.context.new_cdp_session(page)
    page.keyboard.insert_text("重")
    keyboard.send("Input.imeSetComposition", {"text": "qing", "selectionStart": 4, "selectionEnd": 4})
    page.clock.run_for(PATIENCE_WITHOUT_CHANGE)
    assert not [url for url in watch.requests if "/api/" in url]
    keyboard.send("Input.insertText", {"text": "庆"})
    page.clock.run_for(PATIENCE_WITHOUT_CHANGE)
    expect(page.get_by_role("option").first).to_contain_text("重庆")


def test_only_the_results_of_the_last_query_are_shown(page: Page, blog: Blog) -> None:
    url = blog()
    slow = []
    page.route("**/api/search?q=%E9%87%8D**", lambda route: slow.append(route))
    opened(page, url)
    page.keyboard.insert_text("重")
    page.wait_for_timeout(PATIENCE_WITHOUT_CHANGE)
    assert len(slow) == 1
    expect(page.get_by_role("status")).to_have_text("正在搜索…")
    page.get_by_role("combobox").fill("铅笔")
    expect(page.get_by_role("option").first).to_contain_text("铅笔")
    # The page has aborted the earlier request.
    assert slow[0].request.failure


def test_corrections_and_failures_are_shown(page: Page, blog: Blog, watch: Watch) -> None:
    opened(page, blog())
    page.keyboard.insert_text("量子鹦鹉飞船")
    expect(page.get_by_role("status")).to_have_text("没有找到文章")
    expect(page.get_by_role("link", name="在搜索页查看建议")).to_be_visible()
    page.get_by_role("combobox").fill("机器学西")
    expect(page.get_by_role("link", name="在搜索页查看全部结果")).to_be_visible()
    page.get_by_role("button", name="您是不是要找：机器学习").click()
    expect(page.get_by_role("combobox")).to_have_value("机器学习")
    expect(page.get_by_role("option").first).to_be_visible()
    watch.allow("searchlib-box", "net::ERR_FAILED")
    page.route("**/api/search**", lambda route: route.abort())
    page.get_by_role("combobox").fill("铅笔")
    expect(page.get_by_role("status")).to_have_text("搜索暂时不可用，请稍后再试。")
    expect(page.get_by_role("option")).to_have_count(0)
    watch.wait_until(page, lambda: any("searchlib-box" in error for error in watch.errors))


def test_an_origin_that_the_settings_do_not_name_gets_no_box(
    page: Page, blog: Blog, samples: str, watch: Watch
) -> None:
    watch.allow("Access-Control-Allow-Origin", "net::ERR_FAILED")
    page.goto(blog(server=samples))
    page.wait_for_load_state("networkidle")
    # The content of the element remains: a link to the search page.
    expect(page.get_by_role("link", name="搜索")).to_be_visible()
    watch.wait_until(page, lambda: watch.errors)


def test_the_content_of_the_element_is_a_link_without_scripts(
    open_page: OpenPage, blog: Blog, search_site: str
) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(blog())
    expect(page.get_by_role("link", name="搜索")).to_have_attribute("href", f"{search_site}/")


def test_the_language_is_that_of_the_page(page: Page, blog: Blog) -> None:
    page.goto(blog(language="en-GB"))
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_placeholder("Search articles")).to_be_focused()
    page.keyboard.insert_text("重庆")
    expect(page.get_by_role("status")).to_contain_text("article")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_reports_nothing(open_page: OpenPage, blog: Blog, scheme: str, width: int) -> None:
    # axe-core is injected as an inline script.
    page = open_page(bypass_csp=True, viewport={"width": width, "height": 844}, color_scheme=scheme)
    page.goto(blog())
    page.evaluate("scheme => document.documentElement.style.colorScheme = scheme", scheme)
    assert violations(page) == []
    opened(page, page.url)
    page.evaluate("scheme => document.documentElement.style.colorScheme = scheme", scheme)
    assert violations(page) == []
    page.keyboard.insert_text("重庆")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert violations(page) == []
    background = page.get_by_role("dialog").evaluate("dialog => getComputedStyle(dialog).backgroundColor")
    assert background == {"light": "rgb(255, 255, 255)", "dark": "rgb(31, 33, 35)"}[scheme]


def test_variables_of_the_page_set_the_colors(open_page: OpenPage, blog: Blog) -> None:
    page = open_page(bypass_csp=True)
    page.goto(blog())
    opened(page, page.url)
    page.add_style_tag(content="searchlib-box { --searchlib-background: rgb(1, 2, 3) } body { letter-spacing: 9px }")
    style = page.get_by_role("dialog").evaluate(
        "dialog => [getComputedStyle(dialog).backgroundColor, getComputedStyle(dialog).letterSpacing]"
    )
    assert style == ["rgb(1, 2, 3)", "normal"]


def test_rules_of_the_page_for_all_elements_do_not_change_the_box(page: Page, blog: Blog, blog_port: Any) -> None:
    url = blog()
    _, pages = blog_port
    pages["policy"] += "; style-src 'unsafe-inline'"
    rules = "* { text-align: center; text-transform: uppercase; letter-spacing: 5px; line-height: 3; font-family: cursive; }"
    rules += " html { font-size: 10px; --searchlib-font: monospace; } body { height: 5000px; }"
    pages["/"] = pages["/"].replace("</head>", f"<style>{rules}</style></head>")
    opened(page, url, "重庆")
    title = page.get_by_role("option").first.locator(".title")
    expected = {
        "textAlign": "start",
        "textTransform": "none",
        "letterSpacing": "normal",
        "fontSize": "16px",
        "fontFamily": "monospace",
    }
    for name, value in expected.items():
        assert title.evaluate("(each, name) => getComputedStyle(each)[name]", name) == value, name


def test_the_page_behind_the_open_box_does_not_scroll(page: Page, blog: Blog, blog_port: Any) -> None:
    url = blog()
    _, pages = blog_port
    pages["policy"] += "; style-src 'unsafe-inline'"
    pages["/"] = pages["/"].replace("</head>", "<style>body { height: 5000px; }</style></head>")
    page.set_viewport_size({"width": 1000, "height": 400})
    opened(page, url, "重庆")
    size = page.get_by_role("option").first.bounding_box()
    assert size
    middle = (500, size["y"] + 5)
    for place in ((20, 300), middle):
        page.mouse.move(*place)
        page.mouse.wheel(0, 200)
    expect(page.get_by_role("option").first).not_to_be_in_viewport(ratio=1)
    assert page.evaluate("scrollY") == 0
    page.keyboard.press("Escape")
    page.mouse.wheel(0, 200)
    expect(page.get_by_role("button", name="搜索")).not_to_be_in_viewport()
