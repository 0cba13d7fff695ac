"""Results and suggestions update while a reader types, with and without an input method."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import CDPSession, Locator, Page, Request, Route, expect

import searchlib

from .conftest import OpenPage, Watch, with_scripts
from .reading import chips, expect_found, facet_value, search, titles

pytestmark = with_scripts

IDLE_MS = 600
"""The time after which all requests for the typed text have been sent, in milliseconds."""


def box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="搜索文章")


def options(page: Page) -> Locator:
    return page.get_by_role("listbox", name="搜索建议").get_by_role("option")


def query(page: Page) -> str:
    return "".join(parse_qs(urlsplit(page.url).query).get("q", []))


def searches(watch: Watch) -> list[str]:
    """Return the queries of all requests for the search page."""
    urls = [urlsplit(url) for url in watch.requests]
    return ["".join(parse_qs(url.query).get("q", [])) for url in urls if url.path == "/"]


def test_results_update_while_typing_and_one_step_back_undoes_it(
    page: Page, samples: str, library: searchlib.Index, watch: Watch
) -> None:
    page.goto(samples)
    before = titles(page)
    box(page).press_sequentially("元宇宙", delay=30)
    expect(page.get_by_role("heading", level=1)).to_have_text("“元宇宙”")
    expect_found(page, library.search("元宇宙").total)
    assert query(page) == "元宇宙"
    assert page.evaluate("document.activeElement.id") == "q"
    expect(page.locator("#announced")).to_have_text(page.locator(".total").inner_text())
    box(page).press_sequentially(" 茶", delay=30)
    expect(page.get_by_role("heading", level=1)).to_have_text("“元宇宙 茶”")
    # The page is loaded once, and results are not requested for every key.
    assert searches(watch)[0] == ""
    assert len(searches(watch)) <= 4
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("最新文章")
    expect(box(page)).to_have_value("")
    assert titles(page) == before


def test_only_the_last_response_is_shown(page: Page, samples: str) -> None:
    page.goto(samples)
    delayed: list[Route] = []

    def delay_the_first(route: Route, request: Request) -> None:
        if query_of(request) == "茶":
            delayed.append(route)
        else:
            route.continue_()

    page.route("**/?q=*", delay_the_first)
    box(page).fill("茶")
    page.wait_for_timeout(IDLE_MS)
    box(page).fill("元宇宙")
    expect(page.get_by_role("heading", level=1)).to_have_text("“元宇宙”")
    assert len(delayed) == 1
    delayed[0].continue_()
    page.wait_for_timeout(IDLE_MS)
    expect(page.get_by_role("heading", level=1)).to_have_text("“元宇宙”")


def query_of(request: Request) -> str:
    return "".join(parse_qs(urlsplit(request.url).query).get("q", []))


def input_method(page: Page) -> CDPSession:
    return page.context.new_cdp_session(page)


def test_no_request_is_sent_while_an_input_method_composes(page: Page, samples: str, watch: Watch) -> None:
    page.goto(samples)
    box(page).focus()
    method = input_method(page)
    requests_before = len(watch.requests)
    for text in ("y", "yu", "yuan", "yuan'yu", "yuan'yu'zhou"):
        method.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
        page.wait_for_timeout(IDLE_MS // 2)
    # The Enter that confirms a candidate belongs to the input method.
    page.evaluate(
        """() => document.querySelector("#q").dispatchEvent(
            new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, isComposing: true, bubbles: true, cancelable: true }))"""
    )
    assert watch.requests[requests_before:] == []
    method.send("Input.insertText", {"text": "元宇宙"})
    expect(page.get_by_role("heading", level=1)).to_have_text("“元宇宙”")
    assert set(searches(watch)) == {"", "元宇宙"}


def test_a_composition_stops_the_search_for_the_text_before_it(page: Page, samples: str, watch: Watch) -> None:
    page.clock.install(time=0)
    page.goto(samples)
    page.clock.pause_at(60_000)
    box(page).focus()
    method = input_method(page)
    requests_before = len(watch.requests)
    method.send("Input.imeSetComposition", {"text": "yuan", "selectionStart": 4, "selectionEnd": 4})
    method.send("Input.insertText", {"text": "元"})
    method.send("Input.imeSetComposition", {"text": "yu", "selectionStart": 2, "selectionEnd": 2})
    page.clock.run_for(IDLE_MS)
    assert watch.requests[requests_before:] == []
    expect(page.locator(".total")).to_be_hidden()
    method.send("Input.insertText", {"text": "宇宙"})
    page.clock.run_for(IDLE_MS)
    expect(page.get_by_role("heading", level=1)).to_have_text("“元宇宙”")
    expect(page.locator(".total")).to_be_visible()
    assert set(searches(watch)) == {"", "元宇宙"}


def test_results_that_arrive_after_further_keys_show_no_count(page: Page, samples: str) -> None:
    page.clock.install(time=0)
    page.goto(samples)
    page.clock.pause_at(60_000)
    box(page).focus()
    page.keyboard.insert_text("茶")
    with page.expect_request("**/?q=*"):
        page.clock.run_for(IDLE_MS)
    # The response arrives before the delay of the next search ends.
    page.keyboard.insert_text("馆")
    expect(page.get_by_role("heading", level=1)).to_have_text("“茶”")
    expect(page.locator(".total")).to_be_hidden()
    page.clock.run_for(IDLE_MS)
    expect(page.get_by_role("heading", level=1)).to_have_text("“茶馆”")
    expect(page.locator(".total")).to_be_visible()


def test_the_enter_that_confirms_a_candidate_submits_nothing(page: Page, samples: str, watch: Watch) -> None:
    """Safari reports it after the composition has ended, with the key code of the input method but not as composing."""
    page.goto(samples)
    box(page).focus()
    input_method(page).send("Input.imeSetComposition", {"text": "cha", "selectionStart": 3, "selectionEnd": 3})
    requests_before = len(watch.requests)
    for state in ("{ isComposing: true }", "{ isComposing: false }"):
        is_refused = page.evaluate(
            f"""() => !document.querySelector("#q").dispatchEvent(
                new KeyboardEvent("keydown", {{ key: "Enter", keyCode: 229, bubbles: true, cancelable: true, ...{state} }}))"""
        )
        assert is_refused, state
    page.wait_for_timeout(IDLE_MS)
    assert watch.requests[requests_before:] == []
    assert page.url == f"{samples}/"


def test_a_composition_without_changes_starts_no_search(page: Page, samples: str, watch: Watch) -> None:
    page.goto(f"{samples}/?q=茶")
    box(page).focus()
    method = input_method(page)
    requests_before = len(searches(watch))
    method.send("Input.imeSetComposition", {"text": "ma", "selectionStart": 2, "selectionEnd": 2})
    page.wait_for_timeout(IDLE_MS // 2)
    method.send("Input.imeSetComposition", {"text": "", "selectionStart": 0, "selectionEnd": 0})
    page.wait_for_timeout(IDLE_MS)
    assert searches(watch)[requests_before:] == []
    expect(box(page)).to_have_value("茶")


def test_enter_uses_the_active_suggestion(page: Page, samples: str) -> None:
    page.goto(samples)
    box(page).press_sequentially("yuanyu")
    suggestion = "元宇宙"
    expect(page.locator("#suggestions > :not(.title)").get_by_text(suggestion, exact=True)).to_be_visible()
    # By then, the suggestions for the first letters are gone.
    page.wait_for_timeout(IDLE_MS)
    active = page.locator("[aria-selected=true] .text")
    for _ in range(2 * options(page).count()):
        if active.all_inner_texts() == [suggestion]:
            break
        box(page).press("ArrowDown")
    box(page).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"“{suggestion}”")
    expect(options(page)).to_have_count(0)
    assert query(page) == suggestion


def test_enter_searches_at_once_and_back_restores_the_query(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(samples)
    search(page, "茶")
    search(page, "豆腐")
    expect_found(page, library.search("豆腐").total)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("“茶”")
    expect(box(page)).to_have_value("茶")
    expect_found(page, library.search("茶").total)
    page.go_forward()
    expect(box(page)).to_have_value("豆腐")


def test_a_filter_keeps_the_scroll_position(page: Page, samples: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 500})
    page.goto(samples)
    page.evaluate("scrollTo(0, 250)")
    # Enough articles remain to keep the page longer than that.
    facet_value(page, "年份", "2022").click()
    expect(chips(page)).to_have_count(2)
    assert page.evaluate("scrollY") == 250
    # Another page starts at the top.
    page.get_by_role("navigation", name="分页").get_by_role("link", name="下一页").click()
    expect(page.locator(".pager [aria-current=page]")).to_have_text("2")
    page.wait_for_function("scrollY === 0")


def test_arrow_keys_move_through_the_suggestions(page: Page, samples: str) -> None:
    page.goto(samples)
    expect(box(page)).to_have_attribute("aria-expanded", "false")
    box(page).press_sequentially("美")
    expect(options(page).first).to_be_visible()
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    box(page).press("ArrowDown")
    first = options(page).first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(box(page)).to_have_attribute("aria-activedescendant", first.get_attribute("id") or "")
    box(page).press("ArrowUp")
    expect(page.locator("[aria-selected=true]")).to_have_count(0)
    box(page).press("Escape")
    expect(options(page)).to_have_count(0)
    expect(box(page)).to_have_value("美")
    box(page).press("Escape")
    assert page.evaluate("document.activeElement.id") != "q"


def test_a_suggested_category_becomes_a_filter(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(samples)
    box(page).press_sequentially("美食")
    box(page).press("Backspace")
    options(page).filter(has_text="美食").filter(has_text="分类").click()
    expect_found(page, library.search("", category=["美食"]).total)
    expect(chips(page).first).to_contain_text("美食")
    expect(box(page)).to_have_value("")


def test_a_completely_typed_category_is_suggested_as_a_filter(
    page: Page, samples: str, library: searchlib.Index
) -> None:
    page.goto(samples)
    box(page).press_sequentially("美食")
    options(page).get_by_text("美食", exact=True).locator("..").filter(has_text="分类").click()
    expect_found(page, library.search("", category=["美食"]).total)
    expect(box(page)).to_have_value("")


def test_a_link_includes_the_typed_query(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(f"{samples}/?page=2")
    box(page).fill("茶")
    facet_value(page, "分类", "美食").click()
    expect(page).to_have_url(re.compile(r"/\?q=%E8%8C%B6&category=%E7%BE%8E%E9%A3%9F$"))
    expect_found(page, library.search("茶", category=["美食"]).total)
    expect(box(page)).to_have_value("茶")
    page.wait_for_timeout(IDLE_MS)
    assert query(page) == "茶"
    expect(chips(page).first).to_contain_text("美食")


def test_a_link_includes_a_query_whose_results_are_pending(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(samples)
    page.route(lambda url: url.endswith("/?q=%E8%8C%B6"), lambda _: None)  # no response
    with page.expect_request(lambda request: query_of(request) == "茶" and "category" not in request.url):
        box(page).fill("茶")
    page.wait_for_timeout(IDLE_MS)
    facet_value(page, "分类", "美食").click()
    expect_found(page, library.search("茶", category=["美食"]).total)
    expect(box(page)).to_have_value("茶")


def test_results_that_arrive_during_a_click_wait_for_its_end(
    page: Page, samples: str, library: searchlib.Index
) -> None:
    page.goto(samples)
    pending: list[Route] = []
    page.route(lambda url: url.endswith("/?q=%E8%8C%B6"), lambda route: pending.append(route))
    with page.expect_request(lambda request: query_of(request) == "茶" and "category" not in request.url):
        box(page).fill("茶")
    page.wait_for_timeout(IDLE_MS)
    facet_value(page, "分类", "美食").hover()
    page.mouse.down()
    with page.expect_response(lambda response: query_of(response.request) == "茶"):
        pending[0].continue_()
    page.wait_for_timeout(IDLE_MS)
    page.mouse.up()
    expect_found(page, library.search("茶", category=["美食"]).total)
    expect(chips(page).first).to_contain_text("美食")


@pytest.mark.parametrize("before", [0, 1])
def test_results_that_arrive_during_a_press_appear_after_it(
    page: Page, samples: str, library: searchlib.Index, before: int
) -> None:
    page.goto(samples)
    box(page).fill("茶")
    page.mouse.move(5, 5)
    for _ in range(before):
        page.mouse.down()
        page.mouse.up()
    page.mouse.down()
    page.wait_for_timeout(IDLE_MS)
    assert query(page) == "茶"
    expect(page.locator(".results").locator("xpath=..")).to_have_attribute("aria-busy", "true")
    page.mouse.up()
    expect_found(page, library.search("茶").total)


def test_a_link_with_its_own_query_ignores_the_typed_one(page: Page, samples: str) -> None:
    page.goto(f"{samples}/?q=茶 2021年")
    # The suggestions move the offer, so that its click waits. The results of the typed query must not replace it meanwhile.
    page.route(lambda url: url.endswith("/?q=%E8%B1%86%E8%85%90"), lambda _: None)  # no response
    offer = page.locator(".offer a")
    box(page).fill("豆腐")
    offer.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("“茶”")
    page.wait_for_timeout(IDLE_MS)
    expect(box(page)).to_have_value("茶")
    assert query(page) == "茶"


def test_markup_in_a_suggestion_is_escaped(open_page: OpenPage, hostile: str) -> None:
    page = open_page()
    page.goto(hostile)
    box(page).press_sequentially("<")
    box(page).press_sequentially("/title")
    page.wait_for_timeout(IDLE_MS)
    assert page.evaluate("window.__ran") is None
    assert page.locator("#suggestions img, #suggestions script").count() == 0


def test_slash_and_control_k_focus_the_search_box(page: Page, samples: str) -> None:
    page.goto(f"{samples}/?q=茶")
    for key in ("/", "Control+k", "Meta+k"):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.id") == "q"
        expect(box(page)).to_have_value("茶")
        box(page).press("Escape")
        box(page).press("Escape")
    page.keyboard.press("/")
    page.keyboard.press("End")
    page.keyboard.press("/")
    expect(box(page)).to_have_value("茶/")


def test_keys_of_one_character_can_be_switched_off_and_on(page: Page, samples: str) -> None:
    page.goto(f"{samples}/?q=茶")
    page.get_by_role("button", name="关闭单键快捷键").click()
    page.keyboard.press("/")
    expect(box(page)).not_to_be_focused()
    page.locator(".hit h2 a").first.click()
    matches = page.get_by_role("button", name="下一处")
    expect(matches).not_to_have_attribute("aria-keyshortcuts", "n")
    before = page.url
    page.keyboard.press("n")
    page.keyboard.press("/")
    expect(box(page)).not_to_be_focused()
    assert page.url == before
    page.keyboard.press("Control+k")
    expect(box(page)).to_be_focused()
    page.get_by_role("button", name="启用单键快捷键").click()
    expect(matches).to_have_attribute("aria-keyshortcuts", "n")
    page.keyboard.press("/")
    expect(box(page)).to_be_focused()


def test_recent_searches_are_offered_and_can_be_cleared(page: Page, samples: str) -> None:
    page.goto(samples)
    search(page, "元宇宙")
    search(page, "茶")
    page.goto(samples)
    box(page).click()
    expect(options(page)).to_have_text(["茶 最近搜索", "元宇宙 最近搜索", "清除搜索记录"])
    options(page).nth(1).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("“元宇宙”")
    box(page).fill("")
    options(page).filter(has_text="清除搜索记录").click()
    assert page.evaluate("localStorage.getItem('searchlib.recent:/')") == "[]"


def test_a_filter_keeps_the_focus_and_does_not_reload_the_page(
    page: Page, samples: str, library: searchlib.Index
) -> None:
    page.goto(samples)
    page.evaluate("window.__same = true")
    more = page.get_by_role("region", name="标签", exact=True).locator("details")
    more.locator("summary").click()
    link = more.get_by_role("link").first
    name = link.locator(".text").inner_text()
    link.scroll_into_view_if_needed()
    link.focus()
    page.keyboard.press("Enter")
    expect_found(page, library.search("", tag=[name]).total)
    assert page.evaluate("window.__same") is True
    assert page.evaluate("document.activeElement.querySelector('.text').textContent") == name
    expect(facet_value(page, "标签", name)).to_have_attribute("aria-current", "true")


def test_an_error_while_typing_is_reported_and_shown_on_enter(page: Page, samples: str) -> None:
    page.goto(samples)
    page.evaluate("document.querySelector('form.box').insertAdjacentHTML('beforeend', '<input name=size value=x>')")
    before = titles(page)
    box(page).press_sequentially("茶")
    status = page.get_by_role("status")
    expect(status).to_have_text("结果加载失败，请按回车键重试。")
    expect(status).to_be_in_viewport(ratio=1)
    assert titles(page) == before
    # The message is below the box; the count, which is that of another query, is hidden.
    assert status.evaluate("each => each.offsetLeft") == box(page).evaluate("each => each.getBoundingClientRect().left")
    expect(page.locator(".total")).to_be_hidden()
    expect(box(page)).to_be_focused()
    box(page).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("每页篇数有误")
    assert query(page) == "茶"


@pytest.mark.parametrize("start", ["/?q=元宇宙&tag=没有", "/?q=元宇宙", "article"])
def test_the_query_stays_in_the_box_if_the_server_is_down(start: str, page: Page, samples: str, watch: Watch) -> None:
    page.goto(samples + (start if start != "article" else "/?q=元宇宙"))
    if start == "article":
        page.locator(".hit h2 a").first.click()
        page.wait_for_url("**/article/**")
    watch.allow("net::ERR_FAILED")
    page.route("**", lambda route: route.abort())
    box(page).fill("茶")
    box(page).press("Enter")
    expect(page.get_by_role("status")).to_have_text("结果加载失败，请按回车键重试。")
    expect(page.get_by_role("status")).to_have_class("note")
    expect(box(page)).to_have_value("茶")
    page.unroute("**")
    box(page).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("“茶”")
    assert query(page) == "茶"
    watch.wait_until(page, lambda: any("net::ERR_FAILED" in error for error in watch.errors))


def test_a_link_that_fails_keeps_the_page_and_a_redirect_is_left_to_the_browser(
    page: Page, samples: str, watch: Watch
) -> None:
    watch.allow("net::ERR_FAILED")
    page.goto(f"{samples}/?q=茶")
    page.route("**/?*sort=newest*", lambda route: route.abort())
    link = page.get_by_role("link", name="最新", exact=True)
    link.click()
    expect(page.get_by_role("status")).to_have_text("结果加载失败，请按回车键重试。")
    expect(page.locator(".total")).to_be_hidden()
    page.unroute("**/?*sort=newest*")
    link.press("Enter")
    expect(page.locator(".status [aria-current]")).to_have_text("最新")
    expect(page.locator(".total")).to_be_visible()
    login = f"{samples}/values?facet=tag"
    page.route("**/?*sort=oldest*", lambda route: route.fulfill(status=302, headers={"Location": login}))
    page.get_by_role("link", name="最早", exact=True).click()
    page.wait_for_url(login)
    watch.wait_until(page, lambda: any("net::ERR_FAILED" in error for error in watch.errors))


def test_typing_continues_after_an_error(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(samples)
    page.route(lambda url: url.endswith("/?q=%E8%8C%B6"), lambda route: route.fulfill(status=503))
    box(page).press_sequentially("茶")
    status = page.get_by_role("status")
    expect(status).to_have_class("note")
    box(page).press_sequentially("马")
    expect_found(page, library.search("茶马").total)
    expect(status).to_have_class("unseen")
    expect(status).to_have_text(page.locator(".total").inner_text())


def test_an_error_page_is_shown_after_a_step_back_to_a_url_with_a_hash(page: Page, samples: str) -> None:
    page.goto(f"{samples}/?q=茶")
    page.evaluate("location.hash = 'main'")
    search(page, "元宇宙")
    expect(page.get_by_role("heading", level=1)).to_have_text("“元宇宙”")
    page.route(lambda url: "/?q=%E8%8C%B6" in url, lambda route: route.fulfill(status=503, body="down"))
    page.go_back()
    expect(page.locator("body")).to_have_text("down")


def test_a_search_that_failed_is_repeated_when_the_browser_is_online_again(
    page: Page, samples: str, library: searchlib.Index
) -> None:
    page.goto(samples)
    page.route(lambda url: url.endswith("/?q=%E8%8C%B6"), lambda route: route.fulfill(status=503), times=1)
    box(page).press_sequentially("茶")
    expect(page.get_by_role("status")).to_have_class("note")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect_found(page, library.search("茶").total)
    expect(box(page)).to_be_focused()


def test_an_error_while_searching_values_is_reported(page: Page, samples: str) -> None:
    page.goto(samples)
    page.route("**/values?*", lambda route: route.fulfill(status=503))
    page.get_by_role("region", name="标签", exact=True).locator("summary").click()
    page.get_by_label("查找标签").fill("搜")
    expect(page.get_by_role("status")).to_have_text("结果加载失败，请按回车键重试。")
    expect(page.locator(".total")).to_be_visible()
    assert page.url == f"{samples}/"


def test_text_in_other_fields_is_kept(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(samples)
    dates = page.get_by_label("从", exact=True)
    dates.fill("202")
    tags = page.get_by_role("region", name="标签", exact=True)
    tags.locator("summary").click()
    tags.get_by_label("查找标签").fill("茶")
    expect(tags.locator(".listed > .total")).to_be_visible()
    box(page).fill("的")
    expect(page.get_by_role("heading", level=1)).to_have_text("“的”")
    expect(dates).to_have_value("202")
    expect(tags.get_by_label("查找标签")).to_have_value("茶")
    expected = [each.value for each in library.facet_values("tag", "的", holding="茶")]
    expect(tags.locator(".listed .text")).to_have_text(expected)
    expect(box(page)).to_be_focused()
    expect(page.get_by_role("status")).to_have_text(page.locator(".results .total").inner_text())


def test_the_focus_stays_in_another_field(page: Page, samples: str, library: searchlib.Index) -> None:
    page.goto(samples)
    box(page).fill("茶")
    dates = page.get_by_label("从", exact=True)
    dates.press_sequentially("20")
    expect_found(page, library.search("茶").total)
    expect(dates).to_be_focused()
    dates.press_sequentially("21")
    expect(dates).to_have_value("2021")
