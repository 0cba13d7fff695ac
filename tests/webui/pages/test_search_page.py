"""The search page shows the results of a search, and its links work."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser, LexborNode

import searchlib
import webui
from tests.webui.conftest import HOSTILE_CATEGORY, HOSTILE_ID, HOSTILE_TAG, Page
from tests.webui.parsed import follow, href, only, texts


def facet(page: LexborHTMLParser, name: str, more: bool = False) -> dict[str, str]:
    """Return the counts of a facet by value: the first values, or those behind "more"."""
    items = page.css(f".facet-{name} {'> .more ' if more else '> '}.values > li")
    return {node.css(".text")[0].text(): node.css(".count")[0].text() for node in items}


def value_link(page: LexborHTMLParser, name: str, value: str) -> LexborNode:
    return next(link for link in page.css(f".facet-{name} .values a") if only(link, ".text").text() == value)


def test_without_a_query_the_newest_articles_are_listed(page: Page) -> None:
    html = page()
    assert texts(html, "h1") == ["最新文章"]
    assert texts(html, ".hit h2")[:3] == ["只有风车", "风车与磨坊", "<img src=x onerror=alert(1)>标题里的脚本"]
    assert texts(html, ".choices[aria-label=排序] a") == ["最新", "最早"]
    assert only(html, "html").attributes["lang"] == "zh-Hans"
    assert only(html, "head > title").text() == "最新文章 · 测试 <站>"


def test_a_search_shows_marked_titles_snippets_total_and_time(page: Page) -> None:
    html = page(q="磨坊")
    assert texts(html, "h1") == ["“磨坊”"]
    total_text = only(html, ".total").text()
    assert total_text.startswith("1 篇")
    assert total_text.endswith(" 毫秒")
    hit = only(html, ".hit")
    assert texts(hit, "h2 mark") == ["磨坊"]
    assert texts(hit, "h2") == ["风车与磨坊"]
    assert texts(hit, ".snippet mark") == ["磨坊"]
    assert only(hit, "time").attributes["datetime"] == "2022-01-01T00:00:00+08:00"
    assert texts(hit, "time") == ["2022-01-01"]


@pytest.mark.parametrize(("query", "has_names"), [("q=元宇宙", False), ("q=Python&sort=newest", True)])
def test_the_marked_matches_are_those_of_the_library(samples: FlaskClient, query: str, has_names: bool) -> None:
    html = LexborHTMLParser(samples.get(f"/?{query}").text)
    hits = samples.get(f"/api/search?{query}").get_json()["hits"]
    parts = [part for hit in hits for part in (hit["title_spans"], *hit["snippets"], *hit["name_spans"])]
    spans = [span for part in parts for span in part]
    assert texts(html, "mark") == [text for text, matched in spans if matched]
    assert any(hit["name_spans"] for hit in hits) == has_names
    assert len(spans) > len(texts(html, "mark")) > 2


def test_a_hit_links_to_its_article_for_any_file_name(client: FlaskClient, page: Page) -> None:
    for query, title in (("脚本注入", "<img src=x onerror=alert(1)>标题里的脚本"), ("换行也是字符", "文件名里有换行")):
        article = follow(client, only(page(q=f'"{query}"'), ".hit h2 a"))
        assert texts(article, "h1") == [title]


def test_the_search_box_keeps_query_and_filters(page: Page) -> None:
    html = page(q="连载", category="连载", from_="2019", sort="oldest", size="20", page="2")
    box = only(html, "form[role=search]")
    assert box.attributes["method"] == "get"
    assert only(box, "input[name=q]").attributes["value"] == "连载"
    hidden = [(each.attributes["name"], each.attributes["value"]) for each in box.css("input[type=hidden]")]
    assert hidden == [("category", "连载"), ("from", "2019"), ("sort", "oldest"), ("size", "20")]


def test_the_date_form_keeps_the_rest_of_the_search(page: Page) -> None:
    html = page(q="连载", tag=["第1回", "第2回"], from_="2019", to="2020-03", page="1")
    form = only(html, "form.dates")
    hidden = [(each.attributes["name"], each.attributes["value"]) for each in form.css("input[type=hidden]")]
    assert hidden == [("q", "连载"), ("tag", "第1回"), ("tag", "第2回")]
    assert only(form, "input[name=from]").attributes["value"] == "2019"
    assert only(form, "input[name=to]").attributes["value"] == "2020-03"


class TestFacets:
    def test_each_value_has_a_count_and_can_be_toggled(self, client: FlaskClient, page: Page) -> None:
        html = page()
        assert facet(html, "category")["连载"] == "30"
        selected = follow(client, value_link(html, "category", "连载"))
        assert texts(selected, ".total")[0].startswith("30 篇")
        link = value_link(selected, "category", "连载")
        assert link.attributes["aria-current"] == "true"
        assert texts(follow(client, link), ".total")[0].startswith("35 篇")

    def test_values_that_are_not_selected_are_not_marked(self, page: Page) -> None:
        assert "aria-current" not in value_link(page(category="连载"), "category", "物件").attributes

    def test_hostile_values_can_be_selected(self, client: FlaskClient, page: Page) -> None:
        for name, value in (("category", HOSTILE_CATEGORY), ("tag", HOSTILE_TAG), ("author", "甲 & 乙")):
            selected = follow(client, value_link(page(q="脚本注入"), name, value))
            assert texts(selected, ".total")[0].startswith("1 篇")
            assert value in only(selected, ".chips li:first-child").text()

    def test_the_first_values_are_shown_and_some_more_are_behind_more_with_a_search_field(
        self, client: FlaskClient, page: Page
    ) -> None:
        html = page()
        assert len(facet(html, "tag")) == 5
        assert len(facet(html, "tag", more=True)) == 25
        # One value is not listed: the last link leads to all of them.
        assert texts(html, ".facet-tag > .more > summary") == ["更多 标签"]
        assert texts(follow(client, only(html, ".facet-tag .all a")), ".total") == ["31 个"]
        assert only(html, ".facet-tag .find input[type=search]").attributes["placeholder"] == "查找标签"
        assert not html.css(".facet-tag > .find")

    def test_a_selected_value_is_never_behind_more(self, page: Page) -> None:
        hidden = [*facet(page(), "tag", more=True)][-1]
        html = page(tag=hidden)
        assert [*facet(html, "tag")][-1] == hidden
        assert hidden not in facet(html, "tag", more=True)

    def test_a_selected_value_stays_with_a_count_of_zero(self, client: FlaskClient, page: Page) -> None:
        html = page(q="磨坊", category="没有这一类")
        assert facet(html, "category") == {"物件": "1", "没有这一类": "0"}
        dropped = follow(client, value_link(html, "category", "没有这一类"))
        assert texts(dropped, ".total")[0].startswith("1 篇")

    def test_undated_articles_are_counted_without_a_link(self, page: Page) -> None:
        html = page()
        assert facet(html, "year") == {"2022": "2", "2021": "7", "2020": "12", "2019": "12", "无日期": "2"}
        assert texts(html, ".facet-year .fixed .text") == ["无日期"]
        assert len(html.css(".facet-year a")) == 4

    def test_a_selected_year_shows_its_months_and_a_link_to_all_years(self, client: FlaskClient, page: Page) -> None:
        assert not page().css(".facet-month")
        year = follow(client, value_link(page(), "year", "2020"))
        assert value_link(year, "year", "2020").attributes["aria-current"] == "true"
        assert [*facet(year, "month")] == [f"2020-{month:02}" for month in range(12, 0, -1)]
        assert not year.css(".facet-month .more")
        back = follow(client, only(year, ".facet-year .back a"))
        assert texts(back, ".total")[0].startswith("35 篇")
        assert not back.css(".facet-year .back")

    def test_a_selected_year_links_to_the_other_years(self, client: FlaskClient, page: Page) -> None:
        year = page(from_="2020", to="2020")
        assert [*facet(year, "year")] == ["2020"]
        assert facet(year, "year", more=True) == {"2022": "2", "2021": "7", "2019": "12"}
        other = follow(client, value_link(year, "year", "2021"))
        assert texts(other, ".total")[0].startswith("7 篇")
        assert next(iter(facet(other, "month"))) == "2021-11"

    def test_a_selected_month_can_be_widened_to_its_year(self, client: FlaskClient, page: Page) -> None:
        month = follow(client, value_link(page(from_="2021", to="2021"), "month", "2021-11"))
        assert texts(month, ".total")[0].startswith("1 篇")
        assert value_link(month, "month", "2021-11").attributes["aria-current"] == "true"
        assert "aria-current" not in value_link(month, "year", "2021").attributes
        assert texts(follow(client, value_link(month, "year", "2021")), ".total")[0].startswith("7 篇")


class TestChips:
    def test_without_filters_there_are_no_chips(self, page: Page) -> None:
        html = page(q="连载", sort="newest")
        assert not html.css(".chips")
        assert not html.css(".badge")

    def test_each_filter_has_a_chip_that_removes_it(self, client: FlaskClient, page: Page) -> None:
        html = page(q="连载", category=["连载", "物件"], author="连载作者", tag="第3回", from_="2019-03", to="2019-06")
        chips = texts(html, ".chips li")
        assert chips == [
            *(
                "去掉 分类 物件×",
                "去掉 分类 连载×",
                "去掉 作者 连载作者×",
                "去掉 标签 第3回×",
                "去掉 日期 2019-03 至 2019-06×",
            ),
            "清除全部",
        ]
        assert texts(html, ".drawer .badge") == ["已选 5 项"]
        for number, chip in enumerate(html.css(".chips a")[:-1]):
            remaining = texts(follow(client, chip), ".chips li")
            assert remaining == chips[:number] + chips[number + 1 :]

    def test_all_filters_can_be_cleared_and_the_query_stays(self, client: FlaskClient, page: Page) -> None:
        html = page(q="连载", category="连载", to="2019", sort="oldest")
        cleared = follow(client, only(html, ".chips .clear"))
        assert not cleared.css(".chips")
        assert texts(cleared, "h1") == ["“连载”"]
        assert texts(cleared, ".choices[aria-label=排序] [aria-current]") == ["最早"]

    @pytest.mark.parametrize(
        ("date_from", "date_to", "text"),
        [
            ("2019", "2019", "日期 2019"),
            ("2019-03", "", "日期 2019-03 起"),
            ("", "2019-03-04", "日期 至 2019-03-04"),
            ("2019", "2020-01", "日期 2019 至 2020-01"),
        ],
    )
    def test_both_dates_share_one_chip(self, page: Page, date_from: str, date_to: str, text: str) -> None:
        assert texts(page(from_=date_from, to=date_to), ".chips li")[0] == f"去掉 {text}×"


class TestOperators:
    def test_an_operator_has_a_chip_that_reads_it_as_text(self, client: FlaskClient, page: Page) -> None:
        html = page(q="磨坊 -连载")
        assert texts(html, ".chips li") == ["去掉 不含 连载×"]
        assert not [each for each in texts(html, ".note") if "按字面" in each]
        literal = follow(client, only(html, ".chips a"))
        assert texts(literal, ".chips li") == ["去掉 按字面搜索 磨坊 -连载×"]
        again = follow(client, only(literal, ".chips a"))
        assert texts(again, ".chips li") == texts(html, ".chips li")

    def test_a_new_query_is_not_literal(self, page: Page) -> None:
        assert not page(q="磨坊", literal="1").css("form[role=search] input[name=literal]")


class TestUndatedArticles:
    """An archive without dates has no choices that need dates."""

    @pytest.fixture
    def undated(self, tmp_path: Path) -> FlaskClient:
        articles = tmp_path / "articles"
        articles.mkdir()
        for name in ("风车", "水车"):
            (articles / f"{name}.md").write_text(f"# {name}\n\n{name}靠自然的力量转动。", encoding="utf-8")
        searchlib.build_index(articles, tmp_path / "index")
        return webui.create_app(tmp_path / "index", settings=searchlib.Settings()).test_client()

    @pytest.mark.parametrize("url", ["/", "/?q=转动", "/?q=没有的词"])
    def test_no_dates_years_orders_or_empty_filters_are_shown(self, undated: FlaskClient, url: str) -> None:
        html = LexborHTMLParser(undated.get(url).text)
        assert not html.css(".dates, .facet-year, .choices[aria-label=排序], .filters")

    @pytest.mark.parametrize("date", ["2021", "不是日期"])
    def test_a_date_that_is_typed_stays_in_its_field(self, undated: FlaskClient, date: str) -> None:
        html = LexborHTMLParser(undated.get("/", query_string={"from": date}).text)
        assert only(html, ".filters input[name=from]").attributes["value"] == date


class TestOrderAndSize:
    def test_the_order_can_be_changed(self, client: FlaskClient, page: Page) -> None:
        html = page(q="连载", page="2")
        assert texts(html, ".choices[aria-label=排序] a") == ["相关度", "最新", "最早"]
        assert texts(html, ".choices[aria-label=排序] [aria-current]") == ["相关度"]
        oldest = follow(client, html.css(".choices[aria-label=排序] a")[2])
        assert texts(oldest, ".hit h2")[0] == "连载之0"
        assert texts(oldest, ".choices[aria-label=排序] [aria-current]") == ["最早"]
        assert texts(oldest, ".pager [aria-current]") == ["1"]

    def test_browsing_can_start_with_the_oldest(self, client: FlaskClient, page: Page) -> None:
        oldest = follow(client, page().css(".choices[aria-label=排序] a")[1])
        assert texts(oldest, "h1") == ["最早文章"]
        assert texts(oldest, ".hit h2")[0] == "连载之0"

    def test_the_size_can_be_changed(self, client: FlaskClient, page: Page) -> None:
        html = page(page="3")
        assert texts(html, ".choices[aria-label=每页] a") == ["10", "20", "50"]
        larger = follow(client, html.css(".choices[aria-label=每页] a")[1])
        assert len(larger.css(".hit")) == 20
        assert texts(larger, ".pager [aria-current]") == ["1"]

    def test_an_unusual_size_is_among_the_choices(self, page: Page) -> None:
        html = page(size="7")
        assert texts(html, ".choices[aria-label=每页] a") == ["7", "10", "20", "50"]
        assert texts(html, ".choices[aria-label=每页] [aria-current]") == ["7"]


class TestPager:
    def test_pages_link_to_the_next_and_previous_page(self, client: FlaskClient, page: Page) -> None:
        first = page()
        assert not first.css("a[rel=prev]")
        second = follow(client, only(first, "a[rel=next]"))
        assert texts(second, ".pager [aria-current=page]") == ["2"]
        assert not set(texts(first, ".hit h2")) & set(texts(second, ".hit h2"))
        assert texts(follow(client, only(second, "a[rel=prev]")), ".hit h2") == texts(first, ".hit h2")

    def test_the_last_page_has_no_next_page(self, page: Page) -> None:
        last = page(page="4")
        assert len(last.css(".hit")) == 5
        assert not last.css("a[rel=next]")

    def test_the_last_page_that_can_be_shown_tells_why_it_is_the_last(
        self, page: Page, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(searchlib, "MAX_DEPTH", 20)
        assert texts(page(page="2"), ".limit") == ["最多显示 20 篇，请缩小范围以查看更多文章。"]
        assert not page().css(".limit")

    def test_a_single_page_has_no_pager(self, page: Page) -> None:
        assert not page(q="磨坊").css(".pager")

    @pytest.mark.parametrize(
        ("number", "expected"),
        [
            (1, ["1", "2", "3", "…", "18"]),
            (4, ["1", "2", "3", "4", "5", "6", "…", "18"]),
            (5, ["1", "2", "3", "4", "5", "6", "7", "…", "18"]),
            (9, ["1", "…", "7", "8", "9", "10", "11", "…", "18"]),
            (18, ["1", "…", "16", "17", "18"]),
        ],
    )
    def test_the_pager_shows_the_first_the_last_and_near_pages(
        self, page: Page, number: int, expected: list[str]
    ) -> None:
        html = page(size="2", page=str(number))
        named = [text.strip("第页") for text in texts(html, ".pager > :not(.step)")]
        assert named == expected

    def test_a_page_beyond_the_last_links_to_the_last(self, client: FlaskClient, page: Page) -> None:
        beyond = page(page="9")
        assert not beyond.css(".hit")
        assert texts(beyond, ".empty a") == ["第 4 页"]
        assert len(follow(client, only(beyond, ".empty a")).css(".hit")) == 5

    def test_no_link_leads_beyond_the_maximum_depth(self, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(searchlib, "MAX_DEPTH", 20)
        html = page(page="2")
        assert texts(html, ".pager a:not(.step)") == ["1", "2"]
        assert not html.css("a[rel=next]")

    def test_the_maximum_depth_is_that_of_the_library(self, client: FlaskClient) -> None:
        assert client.get(f"/?page={searchlib.MAX_DEPTH // 10}").status_code == 200
        assert client.get(f"/?page={searchlib.MAX_DEPTH // 10 + 1}").status_code == 400


class TestCorrections:
    def test_a_query_without_hits_is_replaced_by_its_correction(self, samples: FlaskClient) -> None:
        html = LexborHTMLParser(samples.get("/", query_string={"q": "圆宇宙", "from": "2000", "size": "20"}).text)
        note = only(html, ".note")
        assert "没有文章含有“圆宇宙”，以下是“元宇宙”的结果" in note.text()
        assert html.css(".hit")
        (link,) = note.css("a")
        assert link.text() == "仍然搜索“圆宇宙”"
        verbatim = follow(samples, link)
        assert texts(verbatim, ".total") == ["没有找到文章"]
        assert texts(verbatim, ".note p") == ["您要找的是不是：元宇宙"]
        assert [each for each in texts(verbatim, ".chips li") if "2000" in each]

    def test_a_correction_of_half_of_a_query_is_offered(self, client: FlaskClient, page: Page) -> None:
        html = page(q="疯车", category="物件")
        assert texts(html, ".total") == ["没有找到文章"]
        (link,) = only(html, ".note").css("a")
        assert link.text() == "风车"
        assert len(follow(client, link).css(".hit")) == 2

    def test_a_query_with_hits_gets_a_link_to_its_correction(self, client: FlaskClient, page: Page) -> None:
        (link,) = page(q="疯车 磨坊").css(".note a")
        assert link.text() == "风车 磨坊"
        assert follow(client, link).css(".hit")

    def test_pinyin_is_replaced_by_its_reading(self, page: Page) -> None:
        assert "已按拼音搜索“风车”" in only(page(q="fengche"), ".note").text()

    def test_the_search_box_drops_the_verbatim_flag(self, page: Page) -> None:
        html = page(q="疯车", verbatim="1")
        assert not html.css("form[role=search] input[name=verbatim]")
        assert "verbatim=1" in href(html, "link[rel=canonical]")

    def test_the_typed_query_is_escaped(self, page: Page) -> None:
        html = page(q="<b>疯车</b>")
        assert not html.css(".note b")


class TestDates:
    @pytest.mark.parametrize(
        ("typed", "first", "last"),
        [
            ("2021", "2021", "2021"),
            ("2021/3", "2021-03", "2021-03"),
            ("2021年3月", "2021-03", "2021-03"),
            ("二〇二一年", "2021", "2021"),
            ("2021.3.5", "2021-03-05", "2021-03-05"),
            ("2021年上半年", "2021-01-01", "2021-06-30"),
            ("２０２１－０３", "2021-03", "2021-03"),
        ],
    )
    def test_the_fields_take_what_people_write(self, page: Page, typed: str, first: str, last: str) -> None:
        html = page(from_=typed, to=typed)
        assert [only(html, f"#{name}").attributes["value"] for name in ("from", "to")] == [first, last]
        hints = [f"“{typed}”即 {first}", f"“{typed}”即 {last}"] if typed != first else []
        assert texts(html, ".dates .hint") == hints
        # All links take the dates in their usual form.
        assert href(html, "link[rel=canonical]") == f"/?from={first}&to={last}"
        assert not html.css(".wrong")

    def test_a_wrong_date_is_reported_beside_its_field_and_does_not_count(self, page: Page) -> None:
        html = page(q="风车", from_="2021-13", to="<b>哪天</b>")
        assert texts(html, ".total")[0].startswith("2 篇")
        assert texts(html, ".dates .wrong") == ["无法识别这个日期。可以写成 2023、2023/7、2023年7月或“去年”。"] * 2
        for name, typed in (("from", "2021-13"), ("to", "<b>哪天</b>")):
            field = only(html, f"#{name}")
            assert (field.attributes["value"], field.attributes["aria-invalid"]) == (typed, "true")
            assert field.attributes["aria-describedby"] == only(html, f"#{name}-hint").attributes["id"]
        assert not html.css(".chips")


class TestNotices:
    def test_one_notice_is_shown_and_the_others_are_behind_a_button(self, page: Page) -> None:
        html = page(q="风车 磨坊 " + "风" * 1001)
        assert len(html.css(".note")) == 1
        shown = texts(html, ".note > p")
        hidden = texts(html, ".note .more-notes p")
        assert len(shown) == 1
        assert texts(html, ".more-notes summary") == [f"另有 {len(hidden)} 条说明"]

    def test_a_notice_explains_relaxed_matching(self, page: Page) -> None:
        relaxed = page(q="风车 磨坊")
        assert texts(relaxed, ".hit h2") == ["风车与磨坊", "只有风车"]
        assert "最接近的" in only(relaxed, ".note").text()
        assert not page(q="风车").css(".note")

    def test_what_was_searched_is_told_before_relaxed_matching(self, page: Page) -> None:
        html = page(q="风车 磨坊儿")
        assert texts(html, ".note > p") == ["也查找了其他写法：磨坊。"]
        (hidden,) = texts(html, ".note .more-notes p")
        assert "最接近的" in hidden

    def test_notes_of_the_library_are_shown(self, client: FlaskClient, page: Page) -> None:
        query = "风" * 1001
        (note,) = client.get("/api/search", query_string={"q": query}).get_json()["notes"]
        assert note in texts(page(q=query), ".note p")

    def test_a_page_without_hits_shows_the_query_and_what_to_try(self, client: FlaskClient, page: Page) -> None:
        empty = page(q='"查无此文"', category="连载", from_="2021")
        assert texts(empty, ".total") == ["没有找到文章"]
        assert texts(empty, ".to-results a") == ["没有结果，查看建议"]
        assert texts(empty, ".empty > p")[0] == '没有文章符合「"查无此文"」和以上筛选条件。'
        advice = only(empty, ".empty ul")
        assert "去掉引号" in advice.text()
        # No filter causes the empty result.
        assert texts(advice, "a") == ["去掉引号", "查看全部文章"]
        unquoted = follow(client, advice.css("a")[0])
        assert texts(unquoted, ".chips .kind") == ["分类", "日期"]
        assert only(unquoted, "#q").attributes["value"] == "查无此文"
        assert len(follow(client, advice.css("a")[1]).css(".hit")) == 10

    @pytest.mark.parametrize(
        ("parameters", "expected"),
        [
            # A category is named as on its chip.
            ({"q": "磨坊", "category": ["连载", "安全"]}, {f"去掉 分类：{HOSTILE_CATEGORY} › 安全、连载，有 1 篇": 1}),
            ({"q": "风车", "from": "2023", "tag": "第1回"}, {"去掉 全部筛选条件，有 2 篇": 2}),
            (
                {"category": "物件", "author": "连载作者"},
                {"去掉 分类：物件，有 30 篇": 30, "去掉 作者：连载作者，有 2 篇": 2},
            ),
            ({"q": "磨坊", "tag": "第1回", "from": "2019", "to": "2019"}, {"去掉 全部筛选条件，有 1 篇": 1}),
            ({"q": "磨坊", "to": "2021"}, {"去掉 日期：至 2021，有 1 篇": 1}),
            ({"q": "磨坊 “查无此文”"}, {'去掉 "查无此文"，有 1 篇': 1}),
        ],
    )
    def test_a_page_without_hits_lists_advice_with_totals(
        self, client: FlaskClient, parameters: dict[str, str | list[str]], expected: dict[str, int]
    ) -> None:
        html = LexborHTMLParser(client.get("/", query_string=parameters).text)
        assert texts(html, ".advice") == [*expected]
        for link, total in zip(html.css(".advice a"), expected.values(), strict=True):
            assert texts(follow(client, link), ".total")[0].startswith(f"{total} 篇")

    def test_only_a_query_with_quotes_gets_advice_to_remove_them(self, page: Page) -> None:
        assert "去掉引号" not in only(page(q="查无此文", category="没有这一类"), ".empty").text()
        assert "去掉引号" in only(page(q="“查无此文”"), ".empty").text()

    def test_filters_without_a_query_get_no_advice_on_words(self, page: Page) -> None:
        empty = page(category="没有这一类")
        assert "引号" not in only(empty, ".empty").text()

    @pytest.mark.parametrize(
        ("date_from", "date_to", "is_reversed"),
        [
            ("2021", "2020", True),
            ("2021-02", "2021-01-31", True),
            ("2018-11", "2018", False),
            ("2018", "2018-01", False),
        ],
    )
    def test_reversed_dates_are_reported(self, page: Page, date_from: str, date_to: str, is_reversed: bool) -> None:
        html = page(from_=date_from, to=date_to)
        links = [link.attributes["href"] for link in html.css(".dates .wrong a, .note a")]
        assert links == [f"/?from={date_to}&to={date_from}"] * 2 * is_reversed
        assert [only(html, f".dates [name={name}]").attributes["value"] for name in ("from", "to")] == [
            date_from,
            date_to,
        ]
        assert bool(html.css(".hit")) is is_reversed, "wrong dates do not count"

    def test_an_empty_index_is_reported(self, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
        nothing = searchlib.Results(
            query="",
            total=0,
            page=1,
            size=10,
            took_ms=0.1,
            relaxed=False,
            searched="",
            correction=None,
            notes=(),
            hits=(),
            facets=dict.fromkeys(("category", "year", "month", "author", "tag"), ()),
        )
        monkeypatch.setattr(searchlib.Index, "search", lambda *_, **__: nothing)
        assert "还没有文章" in only(page(), ".empty").text()


def test_the_canonical_url_omits_defaults_and_unknown_parameters(page: Page) -> None:
    html = page(q=" 连载 ", from_="", size="10", unknown="1", page="1", category=["b", "a"])
    assert href(html, "link[rel=canonical]") == "/?q=%E8%BF%9E%E8%BD%BD&category=a&category=b"


def test_all_links_begin_with_the_prefix_of_the_application(app: Flask) -> None:
    response = app.test_client().get("/?q=连载", base_url="http://localhost/archive")
    html = LexborHTMLParser(response.text)
    urls = [node.attributes["href"] or "" for node in html.css("[href]")]
    urls += [node.attributes["action"] or "" for node in html.css("form")]
    outside = [url for url in urls if not url.startswith(("/archive/", "#"))]
    assert len(urls) > 50
    assert outside == []


def test_the_hostile_article_is_shown_as_text(page: Page) -> None:
    html = page(q="脚本注入")
    assert "<script>alert(2)</script>" in only(html, ".snippet").text()
    assert not html.css("body script, img, .hit b, [onerror], [onclick], [style]")
    assert href(html, ".hit h2 a").startswith("/article/%E6%80%AA%20%E7%9B%AE%E5%BD%95/a%3Fb%23c%2525&")
    assert "?b" not in href(html, ".hit h2 a"), HOSTILE_ID


def test_a_date_in_the_query_can_become_a_filter(client: FlaskClient, page: Page) -> None:
    html = page(q="2021年3月的风车", category="x")
    link = only(html, ".offer a")
    assert link.text() == "限定日期 2021-03"
    assert link.attributes["href"] == "/?q=%E9%A3%8E%E8%BD%A6&category=x&from=2021-03&to=2021-03"
    assert follow(client, link).css(".offer") == []
    assert only(page(q="2021年以来的风车"), ".offer a").text() == "限定日期 2021 起"
    assert page(q="风车").css(".offer") == []


def test_a_page_without_hits_shows_how_the_query_was_split(page: Page) -> None:
    html = page(q="没有这样的量子烤鸭 “风车磨豆腐”")
    assert only(html, ".empty .query-terms").text().startswith("查询拆分为：")
    assert "“风车磨豆腐”" in [word.text() for word in html.css(".query-terms .word")]
    assert page(q="风车").css(".query-terms") == []
    assert page(q="鱻鱻").css(".query-terms") == []
