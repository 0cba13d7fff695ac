"""The pages are accessible: axe-core reports nothing, the keyboard reaches everything, and preferences are respected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .axe import violations
from .conftest import OpenPage, Serve, serving, with_scripts, without_scripts
from .reading import expect_found, facet_value

PAGES = {
    "browse": "/",
    "hits": "/?q=机器学习&category=科技&category=编程&from=2021&to=2024-12-31&sort=newest",
    "deep": "/?page=4&size=5",
    "relaxed": "/?q=铅笔 豆腐",
    "a date offered": "/?q=去年的元宇宙",
    "no hits": "/?q=量子鹦鹉&category=美食&from=2023&to=2021",
    "article": "/article/travel/cities/liziba.md?q=重庆",
    "code": "/article/programming/shell-pipes.md?q=管道",
    "outline": "/article/programming/regex.md?q=贪心",
    "a link": "/article/nature/perseids.md?q=流星",
    "unknown": "/article/none.md",
    "all values": "/values?facet=tag&q=茶",
    "all categories": "/values?facet=category",
    "the API": "/api",
    "bad parameter": "/?size=x",
}
WIDTHS = (360, 800, 1440)


@pytest.fixture(scope="session")
def english(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URL of a server of the samples with English pages."""
    folder = tmp_path_factory.mktemp("english")
    (folder / "searchlib.toml").write_text('language = "en"', encoding="utf-8")
    with serving(sample_index, folder) as address:
        yield address


@with_scripts
@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_reports_nothing_on_the_report_page(
    serve: Serve, page: Page, sample_index: Path, tmp_path: Path, language: str
) -> None:
    settings = f'language = "{language}"\nquery_log = "log"\nreport_page = true\n'
    (tmp_path / "searchlib.toml").write_text(settings, encoding="utf-8")
    address = serve(sample_index)
    for query in ("茶", "茶", "量子鹦鹉"):
        page.goto(f"{address}/?q={query}")
    page.goto(f"{address}/report")
    expect(page.get_by_text("量子鹦鹉").first).to_be_visible()
    assert violations(page) == []


@with_scripts
@pytest.mark.parametrize(("language", "scheme"), [("zh", "light"), ("zh", "dark"), ("en", "light")])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_reports_nothing(
    open_page: OpenPage, samples: str, english: str, language: str, scheme: str, width: int
) -> None:
    page = open_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    for name, path in PAGES.items():
        page.goto({"zh": samples, "en": english}[language] + path)
        assert violations(page) == [], name
    page.goto({"zh": samples, "en": english}[language] + PAGES["hits"])
    if width < 768:
        page.locator(".drawer > summary").click()
        expect(page.locator("#from")).to_be_visible()
        assert violations(page) == [], "filters open"
    page.locator("#q").fill("茶")
    expect(page.get_by_role("option").first).to_be_visible()
    # Old results are dimmed until those of the new query have come.
    expect(page).to_have_title(re.compile("茶"))
    page.locator("#q").press("ArrowDown")
    expect(page.locator("[aria-selected=true]")).to_be_visible()
    assert violations(page) == [], "suggestions open"


@with_scripts
@pytest.mark.parametrize("height", range(600, 680, 10))
def test_axe_reports_nothing_wherever_the_link_to_the_results_covers_values(
    open_page: OpenPage, samples: str, height: int
) -> None:
    page = open_page(viewport={"width": 390, "height": height})
    page.goto(f"{samples}/")
    page.locator(".drawer > summary").click()
    expect(page.locator(".to-results a")).to_be_in_viewport()
    assert violations(page) == []


@with_scripts
def test_counts_stand_on_the_line_of_their_values(page: Page, samples: str) -> None:
    page.goto(f"{samples}/")
    for facet in ("category", "year", "author"):
        bottoms = page.locator(f".facet-{facet} .values > li > :is(a, .fixed)").evaluate_all(
            """links => links.map((link) => [...link.children].slice(0, 2).map((part) => {
              const mark = part.appendChild(document.createElement("img"));  // stands on the base line
              const bottom = mark.getBoundingClientRect().bottom;
              mark.remove();
              return bottom;
            }))"""
        )
        assert len(bottoms) >= 3
        assert all(abs(text - count) < 0.5 for text, count in bottoms if text), facet


@with_scripts
def test_axe_reports_injected_violations(page: Page, samples: str) -> None:
    page.goto(samples)
    page.evaluate("document.documentElement.lang = '', document.querySelector('.hit h2 a').style.color = '#eee'")
    rules = {line.split(":")[0] for line in violations(page)}
    assert {"color-contrast", "html-has-lang"} <= rules


@without_scripts
def test_an_english_page_has_a_latin_font_but_content_of_articles_has_not(page: Page, english: str) -> None:
    page.goto(f"{english}/?q=茶")
    fonts = [
        page.locator(each).first.evaluate("each => getComputedStyle(each).fontFamily")
        for each in (".total", ".hit h2", "#q")
    ]
    assert ["Segoe UI" in font for font in fonts] == [True, False, True]


@with_scripts
def test_content_of_articles_is_marked_as_chinese_on_an_english_page(page: Page, english: str) -> None:
    page.goto(f"{english}/?q=茶")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.locator(".hit h2").first.evaluate("each => each.closest('[lang]').lang") == "zh-Hans"
    page.locator("#q").fill("美")
    expect(page.get_by_role("listbox", name="Suggestions").locator(".text").first).to_have_attribute("lang", "zh-Hans")
    page.goto(f"{english}/article/travel/cities/liziba.md?q=重庆")
    page.keyboard.press("n")
    expect(page.locator("#announced")).to_have_text(re.compile(r"^Match 1 of \d+$"))
    assert page.locator(".picture span").evaluate("each => [each.lang, each.textContent]") == ["en", "Picture:"]


FOCUSED = """() => {
  const element = document.activeElement;
  if (element === document.body) return null;
  const box = element.getClientRects()[0];
  const x = Math.min(Math.max((box.left + box.right) / 2, 0), innerWidth - 1);
  const y = (box.top + box.bottom) / 2;
  const above = document.elementFromPoint(x, y);
  const style = getComputedStyle(element);
  return {
    name: element.outerHTML.slice(0, 200),
    seen: above !== null && (element.contains(above) || above.contains(element)),
    outlined: style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2,
    number: [...document.querySelectorAll("*")].indexOf(element),
  };
}"""


def walk(page: Page, key: str) -> list[int]:
    """Press a key until the focus leaves the page or returns to the start. It must always be visible and outlined."""
    seen: list[int] = []
    for _ in range(400):
        page.keyboard.press(key)
        focused = page.evaluate(FOCUSED)
        if focused is None or focused["number"] in seen[:1]:
            return seen
        assert focused["seen"], f"{focused['name']} has the focus but is not visible"
        assert focused["outlined"], f"{focused['name']} has the focus but no outline"
        assert focused["number"] not in seen, f"the focus is trapped at {focused['name']}"
        seen.append(focused["number"])
    raise AssertionError("the focus does not leave the page")


@pytest.mark.parametrize("path", [PAGES["hits"], PAGES["a link"], PAGES["outline"], PAGES["no hits"]])
def test_tab_reaches_every_control_in_both_directions(open_page: OpenPage, samples: str, path: str) -> None:
    # A low window, in which the sticky bar of matches covers text.
    page = open_page(viewport={"width": 900, "height": 400})
    page.goto(samples + path)
    there = walk(page, "Tab")
    expected = page.evaluate(
        """() => {
          const all = [...document.querySelectorAll("*")];
          return all.filter(each => each.tabIndex >= 0 && each.checkVisibility() && !each.closest("[aria-hidden=true]"))
            .filter(each => each.matches("a[href], button, input, summary")).map(each => all.indexOf(each));
        }"""
    )
    assert set(there) >= set(expected)
    assert walk(page, "Shift+Tab") == there[::-1]


def test_filters_order_and_pages_work_with_the_keyboard(page: Page, samples: str) -> None:
    page.goto(f"{samples}/?size=20")
    facet_value(page, "分类", "美食").focus()
    page.keyboard.press("Enter")
    expect_found(page, 9)
    page.get_by_role("link", name="清除全部").focus()
    page.keyboard.press("Enter")
    expect_found(page, 66)
    page.get_by_role("navigation", name="排序").get_by_role("link", name="最早").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("最早文章")
    page.get_by_role("link", name="下一页").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".pager [aria-current=page]")).to_have_text("2")


def test_the_drawer_opens_with_the_keyboard(open_page: OpenPage, samples: str) -> None:
    page = open_page(viewport={"width": 360, "height": 740})
    page.goto(f"{samples}/?q=茶")
    page.locator(".drawer > summary").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(facet_value(page, "分类", "美食")).to_be_visible()
    assert page.evaluate("document.activeElement.closest('.drawer') !== null")


def style(page: Page, selector: str, name: str) -> str:
    """Return a style property of the first element that matches the selector."""
    value: str = page.locator(selector).first.evaluate("(element, name) => getComputedStyle(element)[name]", name)
    return value


@without_scripts
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colors_hide_nothing(open_page: OpenPage, samples: str, scheme: str) -> None:
    page = open_page(color_scheme=scheme, forced_colors="active")
    page.goto(f"{samples}/?category=美食&from=2022&to=2022")
    paper = style(page, "body", "backgroundColor"), style(page, "html", "backgroundColor")
    assert style(page, ".histogram .bar", "fill") not in paper
    # Borders and outlines replace colors and shadows.
    for selector in (".values [aria-current]", ".chips a"):
        assert "solid" in (style(page, selector, "outlineStyle"), style(page, selector, "borderTopStyle")), selector
    page.goto(f"{samples}/article/travel/cities/liziba.md?q=重庆")
    assert style(page, ".body mark", "backgroundColor") not in paper
    assert style(page, ".tags a", "borderTopStyle") == "solid"
    page.goto(f"{samples}/?page=2")
    assert style(page, ".pager [aria-current]", "outlineStyle") == "solid"


@with_scripts
@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_nothing_moves(open_page: OpenPage, samples: str, motion: str) -> None:
    page = open_page(reduced_motion=motion)
    moving = """() => [document.getAnimations().length, ...new Set([...document.querySelectorAll("*")].flatMap(each => {
      const style = getComputedStyle(each);
      return [style.transitionDuration, style.animationName, style.scrollBehavior];
    }))]"""
    page.goto(f"{samples}/?q=茶")
    facet_value(page, "分类", "美食").click()
    assert page.evaluate(moving) == [0, "0s", "none", "auto"]
    page.goto(f"{samples}/article/travel/cities/liziba.md?q=重庆")
    page.keyboard.press("n")
    assert page.evaluate(moving) == [0, "0s", "none", "auto"]


SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
    p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
}"""


@with_scripts
def test_text_spacing_can_be_increased(open_page: OpenPage, samples: str) -> None:
    """WCAG 1.4.12: no content is lost if readers increase the spacing."""
    page = open_page(viewport={"width": 320, "height": 740})
    for name, path in PAGES.items():
        page.goto(samples + path)
        page.evaluate(SPACED)
        assert style(page, "h1", "letterSpacing") != "normal"
        assert page.evaluate("document.scrollingElement.scrollWidth") == 320, name
