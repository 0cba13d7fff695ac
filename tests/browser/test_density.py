"""Results come first: many hits fit the screen, the first is near the top and few Tab steps from the search box."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import OpenPage, with_scripts, without_scripts

QUERIES = ("的", "学习", "重庆 豆腐", "园宇宙", "去年的茶")
SCREENS = [(1280, 900, 5, 150), (390, 844, 3, 180)]
"""The width and height of a screen, the least number of whole hits on it, and the greatest distance of the first from the top."""
POSITIONS = "found => found.map(each => [each.getBoundingClientRect().top, each.getBoundingClientRect().bottom])"


@without_scripts
@pytest.mark.parametrize(("width", "height", "hits", "top"), SCREENS)
def test_many_hits_fit_the_screen(
    open_page: OpenPage, samples: str, width: int, height: int, hits: int, top: int
) -> None:
    page = open_page(viewport={"width": width, "height": height})
    for query in ("", *QUERIES):
        page.goto(f"{samples}/?q={query}")
        positions = page.locator(".hit h2").evaluate_all(POSITIONS)
        # A notice takes a line more, on a phone two.
        allowed = top + (26 if width > 768 else 50) * page.locator(".note, .conditions").count()
        assert positions[0][0] <= allowed, query
        bottoms = [bottom for _, bottom in page.locator(".hit").evaluate_all(POSITIONS)]
        if len(bottoms) > hits:
            assert sum(bottom <= height for bottom in bottoms) >= hits, query


@without_scripts
@pytest.mark.parametrize("width", [1280, 800, 390])
def test_a_snippet_has_two_lines_until_it_is_opened(open_page: OpenPage, samples: str, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 844})
    page.goto(f"{samples}/?q=的")
    lines = "found => found.map(each => each.clientHeight / parseFloat(getComputedStyle(each).lineHeight))"
    assert all(count < 2.2 for count in page.locator(".snippets").evaluate_all(lines))
    # Every snippet that is cut has a button that shows all of it.
    cut = page.locator(".hit").evaluate_all(
        """found => found.filter(hit => {
          const text = hit.querySelector(".snippets");
          return text.scrollHeight > text.clientHeight + 1 && !hit.querySelector(".whole summary")?.checkVisibility();
        }).length"""
    )
    assert cut == 0
    # The button is beside the meta data of its hit, also if similar articles follow.
    for each in page.locator(".hit").filter(has=page.locator(".whole.long")).all():
        button, meta = (each.locator(name).bounding_box() for name in (".whole summary", ".meta"))
        assert button
        assert meta
        assert meta["y"] <= button["y"] + button["height"] / 2 <= meta["y"] + meta["height"]
    hit = page.locator(".hit").filter(has=page.locator(".whole.long")).first
    before = hit.locator(".snippets").bounding_box()
    hit.locator(".whole summary").click()
    after = hit.locator(".snippets").bounding_box()
    assert before
    assert after
    assert after["height"] > before["height"]


@with_scripts
@pytest.mark.parametrize("width", [1280, 800, 390])
def test_only_a_snippet_that_is_cut_has_a_button(open_page: OpenPage, samples: str, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 844})
    page.goto(f"{samples}/?q=的&size=50")
    page.locator("#q").fill("的 茶")
    expect(page).to_have_title(re.compile("的 茶"))
    assert page.locator(".hit:has(.snippets)").count() > 10
    are_right = """() => [...document.querySelectorAll(".hit:has(.snippets)")].every(hit => {
      const text = hit.querySelector(".snippets");
      const isCut = text.scrollHeight > text.clientHeight + 1;
      return isCut === Boolean(hit.querySelector(".whole summary")?.checkVisibility());
    })"""
    for new_width in (width, width - 40):
        page.set_viewport_size({"width": new_width, "height": 844})
        page.wait_for_function(are_right)  # the page reacts to the new size a moment later


@with_scripts
@pytest.mark.parametrize("query", QUERIES)
def test_the_first_hit_is_few_steps_from_the_search_box(page: Page, samples: str, query: str) -> None:
    page.goto(f"{samples}/?q={query}")
    page.locator("#q").focus()
    page.keyboard.press("Escape")
    page.locator("#q").focus()
    for _ in range(5):
        page.keyboard.press("Tab")
        if page.locator(":focus").evaluate("each => each.matches('.hit h2 a')"):
            break
        if page.locator(":focus").get_attribute("href") == "#hits":
            page.keyboard.press("Enter")
    assert page.locator(":focus").evaluate("each => each.matches('.hit h2 a')")


@without_scripts
def test_one_hit_needs_no_order_and_no_pages(page: Page, samples: str) -> None:
    page.goto(f"{samples}/?q=八达岭")
    expect(page.locator(".hit")).to_have_count(1)
    for furniture in (".choices", ".pager", ".foot"):
        expect(page.locator(furniture)).to_have_count(0)


@with_scripts
def test_results_on_their_way_are_shown_and_the_old_count_is_not(page: Page, samples: str) -> None:
    page.goto(f"{samples}/?q=茶")
    page.route("**/?q=*", lambda _: None)  # no response
    page.locator("#q").press_sequentially("馆")
    expect(page.locator(".total")).to_be_hidden()
    expect(page.locator(".columns")).to_have_attribute("aria-busy", "true")
    expect(page.locator(".hits")).to_have_css("opacity", "0.6")


@with_scripts
def test_the_suggestions_cover_no_hit_and_a_click_lands_where_it_was_aimed(page: Page, samples: str) -> None:
    page.goto(f"{samples}/?q=茶")
    page.locator("#q").press_sequentially("叶")
    page.locator("#q").press("Backspace")
    expect(page.locator("#suggestions li").first).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    listed, link = page.locator("#suggestions").bounding_box(), page.locator(".hit h2 a").first
    target = link.bounding_box()
    assert listed
    assert target
    assert listed["y"] + listed["height"] <= target["y"]
    title = link.inner_text()
    page.mouse.click(target["x"] + 10, target["y"] + target["height"] / 2)
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


@with_scripts
def test_a_suggested_title_opens_the_article(page: Page, samples: str) -> None:
    page.goto(samples)
    page.locator("#q").press_sequentially("李子坝")
    option = page.locator("#suggestions .title").first
    title = option.locator(".text").inner_text()
    option.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    assert "/article/" in page.url


@without_scripts
def test_a_hit_leads_to_its_first_match(page: Page, samples: str) -> None:
    page.goto(f"{samples}/?q=豆腐")
    page.locator(".hit h2 a").first.click()
    expect(page.locator("mark:target")).to_have_id("match-1")
    expect(page.locator("mark:target")).to_be_in_viewport()


@with_scripts
def test_the_keyboard_and_the_pointer_choose_a_span_of_years(page: Page, samples: str) -> None:
    page.goto(samples)
    bars = page.locator(".histogram a")
    first, last = (bars.nth(number).get_attribute("data-period") for number in (-3, -1))
    bars.last.focus()
    for key in ("Shift+ArrowLeft", "Shift+ArrowLeft", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#from")).to_have_value(first or "")
    expect(page.locator("#to")).to_have_value(last or "")
    page.goto(samples)
    boxes = [bars.nth(number).locator(".slot").bounding_box() for number in (-3, -1)]
    points = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes if box]
    page.mouse.move(*points[0])
    page.mouse.down()
    page.mouse.move(*points[1], steps=5)
    page.mouse.up()
    expect(page.locator("#from")).to_have_value(first or "")
    expect(page.locator("#to")).to_have_value(last or "")


@with_scripts
def test_a_drag_over_the_histogram_may_leave_it_and_ends_when_the_button_is_released(page: Page, samples: str) -> None:
    page.goto(samples)
    bars = page.locator(".histogram a")
    first, last = (bars.nth(number).get_attribute("data-period") for number in (-3, -1))
    boxes = [bars.nth(number).locator(".slot").bounding_box() for number in (-3, -2, -1)]
    # Near the right end of a slot, its bar is still the one that is meant.
    points = [(box["x"] + box["width"] * 0.9, box["y"] + box["height"] / 2) for box in boxes if box]
    page.mouse.move(*points[0])
    page.mouse.down()
    page.mouse.move(*points[1], steps=3)
    page.mouse.move(points[1][0], points[1][1] + 80, steps=3)
    expect(page.locator(".histogram .chosen")).to_have_count(2)
    expect(page).to_have_url(f"{samples}/")
    page.mouse.move(points[2][0], points[2][1] + 80, steps=3)
    page.mouse.up()
    expect(page.locator("#from")).to_have_value(first or "")
    expect(page.locator("#to")).to_have_value(last or "")


@with_scripts
def test_a_finger_that_scrolls_the_page_over_the_histogram_chooses_nothing(page: Page, samples: str) -> None:
    page.goto(samples)
    svg = page.locator(".histogram svg")
    box = svg.bounding_box()
    assert box
    for kind, x in (("pointerdown", 5), ("pointermove", 60), ("pointercancel", 60), ("pointerleave", 60)):
        place = {"clientX": box["x"] + x, "clientY": box["y"] + 5, "buttons": 1}
        svg.evaluate(
            "(each, [kind, place]) => { each.setPointerCapture = () => {}; each.dispatchEvent(new PointerEvent(kind, place)); }",
            [kind, place],
        )
    expect(page.locator(".histogram .chosen")).to_have_count(0)
    expect(page).to_have_url(f"{samples}/")


@with_scripts
def test_an_article_tells_at_which_match_and_heading_the_reader_is(open_page: OpenPage, samples: str) -> None:
    page = open_page(viewport={"width": 1000, "height": 400})
    page.goto(f"{samples}/article/programming/regex.md?q=贪心")
    count = page.locator(".matches").get_attribute("data-count")
    page.keyboard.press("n")
    expect(page.locator(".matches .place")).to_have_text(f"1/{count}")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(page.locator(".outline [aria-current]")).to_have_count(1)
    expect(page.locator(".outline [aria-current]")).to_have_text(page.locator(".outline a").last.inner_text())
