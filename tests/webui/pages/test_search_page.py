"""The search page shows what was found, and every link on it does what it says."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser, LexborNode

import searchlib
from tests.webui.conftest import HOSTILE_CATEGORY, HOSTILE_ID, HOSTILE_TAG, Page
from tests.webui.parsed import follow, href, only, texts


def facet(page: LexborHTMLParser, name: str, more: bool = False) -> dict[str, str]:
    """The values of a facet with their counts, those shown at once or those behind "more"."""
    shown = page.css(f".facet-{name} > .listed {'> .more' if more else ''} > .values > li")
    return {node.css(".text")[0].text(): node.css(".count")[0].text() for node in shown}


def value_link(page: LexborHTMLParser, name: str, value: str) -> LexborNode:
    return next(link for link in page.css(f".facet-{name} .values a") if only(link, ".text").text() == value)


def test_without_a_query_the_newest_articles_are_listed(page: Page) -> None:
    shown = page()
    assert texts(shown, "h1") == ["最新文章"]
    assert texts(shown, ".hit h2")[:3] == ["只有风车", "风车与磨坊", "<img src=x onerror=alert(1)>标题里的脚本"]
    assert texts(shown, ".choices[aria-label=排序] a") == ["最新", "最早"]
    assert only(shown, "html").attributes["lang"] == "zh-Hans"
    assert only(shown, "head > title").text() == "最新文章 · 测试 <站>"


def test_a_search_shows_marked_titles_snippets_total_and_time(page: Page) -> None:
    shown = page(q="磨坊")
    assert texts(shown, "h1") == ["“磨坊”"]
    found = only(shown, ".found").text()
    assert found.startswith("找到 1 篇，用时 ")
    assert found.endswith(" 毫秒")
    hit = only(shown, ".hit")
    assert texts(hit, "h2 mark") == ["磨坊"]
    assert texts(hit, "h2") == ["风车与磨坊"]
    assert texts(hit, ".snippet mark") == ["磨坊"]
    assert only(hit, "time").attributes["datetime"] == "2022-01-01T00:00:00+08:00"
    assert texts(hit, "time") == ["2022-01-01"]


def test_marks_stand_where_the_library_says(samples: FlaskClient) -> None:
    shown = LexborHTMLParser(samples.get("/?q=元宇宙").text)
    results = samples.get("/api/search?q=元宇宙").get_json()
    spans = [span for hit in results["hits"] for part in (hit["title_spans"], *hit["snippets"]) for span in part]
    assert texts(shown, "mark") == [text for text, matched in spans if matched]
    assert len(spans) > len(texts(shown, "mark")) > 2


def test_a_hit_leads_to_its_article_whatever_its_name(client: FlaskClient, page: Page) -> None:
    for query, title in (("脚本注入", "<img src=x onerror=alert(1)>标题里的脚本"), ("换行也是字符", "文件名里有换行")):
        article = follow(client, only(page(q=f'"{query}"'), ".hit h2 a"))
        assert texts(article, "h1") == [title]


def test_the_search_box_keeps_query_and_filters(page: Page) -> None:
    shown = page(q="连载", category="连载", from_="2019", sort="oldest", size="20", page="2")
    box = only(shown, "form[role=search]")
    assert box.attributes["method"] == "get"
    assert only(box, "input[name=q]").attributes["value"] == "连载"
    hidden = [(each.attributes["name"], each.attributes["value"]) for each in box.css("input[type=hidden]")]
    assert hidden == [("category", "连载"), ("from", "2019"), ("sort", "oldest"), ("size", "20")]


def test_the_date_form_keeps_all_else(page: Page) -> None:
    shown = page(q="连载", tag=["第1回", "第2回"], from_="2019", to="2020-03", page="1")
    form = only(shown, "form.dates")
    hidden = [(each.attributes["name"], each.attributes["value"]) for each in form.css("input[type=hidden]")]
    assert hidden == [("q", "连载"), ("tag", "第1回"), ("tag", "第2回")]
    assert only(form, "input[name=from]").attributes["value"] == "2019"
    assert only(form, "input[name=to]").attributes["value"] == "2020-03"


class TestFacets:
    def test_each_value_has_its_count_and_toggles(self, client: FlaskClient, page: Page) -> None:
        shown = page()
        assert facet(shown, "category")["连载"] == "30"
        chosen = follow(client, value_link(shown, "category", "连载"))
        assert texts(chosen, ".found")[0].startswith("找到 30 篇")
        link = value_link(chosen, "category", "连载")
        assert link.attributes["aria-current"] == "true"
        assert texts(follow(client, link), ".found")[0].startswith("找到 35 篇")

    def test_values_that_are_not_chosen_say_nothing_of_it(self, page: Page) -> None:
        assert "aria-current" not in value_link(page(category="连载"), "category", "物件").attributes

    def test_hostile_values_can_be_chosen(self, client: FlaskClient, page: Page) -> None:
        for name, value in (("category", HOSTILE_CATEGORY), ("tag", HOSTILE_TAG), ("author", "甲 & 乙")):
            chosen = follow(client, value_link(page(q="脚本注入"), name, value))
            assert texts(chosen, ".found")[0].startswith("找到 1 篇")
            assert value in only(chosen, ".chips li:first-child").text()

    def test_twelve_values_are_shown_and_the_rest_wait(self, page: Page) -> None:
        shown = page()
        assert len(facet(shown, "tag")) == 12
        assert len(facet(shown, "tag", more=True)) == 19

    def test_a_chosen_value_never_waits(self, page: Page) -> None:
        waiting = [*facet(page(), "tag", more=True)][-1]
        shown = page(tag=waiting)
        assert [*facet(shown, "tag")][-1] == waiting
        assert waiting not in facet(shown, "tag", more=True)

    def test_a_chosen_value_stays_at_zero(self, client: FlaskClient, page: Page) -> None:
        shown = page(q="磨坊", category="没有这一类")
        assert facet(shown, "category") == {"物件": "1", "没有这一类": "0"}
        dropped = follow(client, value_link(shown, "category", "没有这一类"))
        assert texts(dropped, ".found")[0].startswith("找到 1 篇")

    def test_the_undated_are_counted_without_a_link(self, page: Page) -> None:
        shown = page()
        assert facet(shown, "year") == {"2022": "2", "2021": "7", "2020": "12", "2019": "12", "无日期": "2"}
        assert texts(shown, ".facet-year .fixed .text") == ["无日期"]
        assert len(shown.css(".facet-year a")) == 4

    def test_a_chosen_year_shows_its_months_and_the_way_back(self, client: FlaskClient, page: Page) -> None:
        assert not page().css(".facet-month")
        year = follow(client, value_link(page(), "year", "2020"))
        assert value_link(year, "year", "2020").attributes["aria-current"] == "true"
        assert [*facet(year, "month")] == [f"2020-{month:02}" for month in range(12, 0, -1)]
        assert not year.css(".facet-month .more")
        back = follow(client, only(year, ".facet-year .back a"))
        assert texts(back, ".found")[0].startswith("找到 35 篇")
        assert not back.css(".facet-year .back")

    def test_a_chosen_year_leads_to_the_others(self, client: FlaskClient, page: Page) -> None:
        year = page(from_="2020", to="2020")
        assert [*facet(year, "year")] == ["2020"]
        assert facet(year, "year", more=True) == {"2022": "2", "2021": "7", "2019": "12"}
        other = follow(client, value_link(year, "year", "2021"))
        assert texts(other, ".found")[0].startswith("找到 7 篇")
        assert next(iter(facet(other, "month"))) == "2021-11"

    def test_a_chosen_month_widens_to_its_year(self, client: FlaskClient, page: Page) -> None:
        month = follow(client, value_link(page(from_="2021", to="2021"), "month", "2021-11"))
        assert texts(month, ".found")[0].startswith("找到 1 篇")
        assert value_link(month, "month", "2021-11").attributes["aria-current"] == "true"
        assert "aria-current" not in value_link(month, "year", "2021").attributes
        assert texts(follow(client, value_link(month, "year", "2021")), ".found")[0].startswith("找到 7 篇")


class TestChips:
    def test_nothing_is_set_at_first(self, page: Page) -> None:
        shown = page(q="连载", sort="newest")
        assert not shown.css(".chips")
        assert not shown.css(".badge")

    def test_each_filter_has_one_that_drops_it(self, client: FlaskClient, page: Page) -> None:
        shown = page(q="连载", category=["连载", "物件"], author="连载作者", tag="第3回", from_="2019-03", to="2019-06")
        chips = texts(shown, ".chips li")
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
        assert texts(shown, ".drawer .badge") == ["已选 5 项"]
        for number, chip in enumerate(shown.css(".chips a")[:-1]):
            left = texts(follow(client, chip), ".chips li")
            assert left == chips[:number] + chips[number + 1 :]

    def test_all_can_be_cleared_and_the_query_stays(self, client: FlaskClient, page: Page) -> None:
        shown = page(q="连载", category="连载", to="2019", sort="oldest")
        cleared = follow(client, only(shown, ".chips .clear"))
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
    def test_dates_are_one(self, page: Page, date_from: str, date_to: str, text: str) -> None:
        assert texts(page(from_=date_from, to=date_to), ".chips li")[0] == f"去掉 {text}×"


class TestOrderAndSize:
    def test_the_order_can_be_chosen(self, client: FlaskClient, page: Page) -> None:
        shown = page(q="连载", page="2")
        assert texts(shown, ".choices[aria-label=排序] a") == ["相关度", "最新", "最早"]
        assert texts(shown, ".choices[aria-label=排序] [aria-current]") == ["相关度"]
        oldest = follow(client, shown.css(".choices[aria-label=排序] a")[2])
        assert texts(oldest, ".hit h2")[0] == "连载之0"
        assert texts(oldest, ".choices[aria-label=排序] [aria-current]") == ["最早"]
        assert texts(oldest, ".pager [aria-current]") == ["1"]

    def test_browsing_goes_from_the_oldest_too(self, client: FlaskClient, page: Page) -> None:
        oldest = follow(client, page().css(".choices[aria-label=排序] a")[1])
        assert texts(oldest, "h1") == ["最早文章"]
        assert texts(oldest, ".hit h2")[0] == "连载之0"

    def test_the_size_can_be_chosen(self, client: FlaskClient, page: Page) -> None:
        shown = page(page="3")
        assert texts(shown, ".choices[aria-label=每页] a") == ["10", "20", "50"]
        larger = follow(client, shown.css(".choices[aria-label=每页] a")[1])
        assert len(larger.css(".hit")) == 20
        assert texts(larger, ".pager [aria-current]") == ["1"]

    def test_another_size_is_shown_among_them(self, page: Page) -> None:
        shown = page(size="7")
        assert texts(shown, ".choices[aria-label=每页] a") == ["7", "10", "20", "50"]
        assert texts(shown, ".choices[aria-label=每页] [aria-current]") == ["7"]


class TestPager:
    def test_pages_lead_on_and_back(self, client: FlaskClient, page: Page) -> None:
        first = page()
        assert not first.css("a[rel=prev]")
        second = follow(client, only(first, "a[rel=next]"))
        assert texts(second, ".pager [aria-current=page]") == ["2"]
        assert not set(texts(first, ".hit h2")) & set(texts(second, ".hit h2"))
        assert texts(follow(client, only(second, "a[rel=prev]")), ".hit h2") == texts(first, ".hit h2")

    def test_the_last_page_leads_no_further(self, page: Page) -> None:
        last = page(page="4")
        assert len(last.css(".hit")) == 5
        assert not last.css("a[rel=next]")

    def test_one_page_needs_none(self, page: Page) -> None:
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
    def test_near_pages_the_first_and_the_last_are_named(self, page: Page, number: int, expected: list[str]) -> None:
        shown = page(size="2", page=str(number))
        named = [text.strip("第页") for text in texts(shown, ".pager > :not(.step)")]
        assert named == expected

    def test_a_page_behind_the_last_leads_back(self, client: FlaskClient, page: Page) -> None:
        beyond = page(page="9")
        assert not beyond.css(".hit")
        assert texts(beyond, ".empty a") == ["第 4 页"]
        assert len(follow(client, only(beyond, ".empty a")).css(".hit")) == 5

    def test_no_link_leads_beyond_the_depth_that_can_be_paged_through(
        self, page: Page, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(searchlib, "MAX_DEPTH", 20)
        shown = page(page="2")
        assert texts(shown, ".pager a:not(.step)") == ["1", "2"]
        assert not shown.css("a[rel=next]")

    def test_that_depth_is_the_library_s(self, client: FlaskClient) -> None:
        assert client.get(f"/?page={searchlib.MAX_DEPTH // 10}").status_code == 200
        assert client.get(f"/?page={searchlib.MAX_DEPTH // 10 + 1}").status_code == 400


class TestMeant:
    def test_what_finds_nothing_shows_what_was_meant_and_says_so(self, client: FlaskClient, page: Page) -> None:
        shown = page(q="疯车", category="物件", size="20")
        note = only(shown, ".note")
        assert "没有文章含有“疯车”，下面是“风车”的结果" in note.text()
        assert len(shown.css(".hit")) == 2
        (link,) = note.css("a")
        assert link.text() == "仍然搜索“疯车”"
        verbatim = follow(client, link)
        assert texts(verbatim, ".found") == ["没有找到文章"]
        assert "您是不是要找：风车" in only(verbatim, ".note").text()
        assert [each for each in texts(verbatim, ".chips li") if "物件" in each]

    def test_beside_hits_it_is_offered(self, client: FlaskClient, page: Page) -> None:
        (link,) = page(q="疯车 磨坊").css(".note a")
        assert link.text() == "风车 磨坊"
        assert follow(client, link).css(".hit")

    def test_pinyin_is_searched_as_the_words_that_it_spells(self, page: Page) -> None:
        assert "已按拼音读作“风车”" in only(page(q="fengche"), ".note").text()

    def test_a_new_query_is_not_verbatim_again(self, page: Page) -> None:
        shown = page(q="疯车", verbatim="1")
        assert not shown.css("form[role=search] input[name=verbatim]")
        assert "verbatim=1" in href(shown, "link[rel=canonical]")

    def test_what_was_typed_is_text_and_no_markup(self, page: Page) -> None:
        shown = page(q="<b>疯车</b>")
        assert not shown.css(".note b")


class TestWords:
    def test_relaxed_results_say_so(self, page: Page) -> None:
        relaxed = page(q="风车 磨坊")
        assert texts(relaxed, ".hit h2") == ["风车与磨坊", "只有风车"]
        assert "只含其中一部分" in only(relaxed, ".note").text()
        assert not page(q="风车").css(".note")

    def test_notes_of_the_library_are_shown(self, client: FlaskClient, page: Page) -> None:
        query = "风" * 1001
        (note,) = client.get("/api/search", query_string={"q": query}).get_json()["notes"]
        assert note in texts(page(q=query), ".note")

    def test_no_hits_says_what_was_searched_and_what_to_try(self, client: FlaskClient, page: Page) -> None:
        empty = page(q='"查无此文"', category="连载", from_="2021")
        assert texts(empty, ".found") == ["没有找到文章"]
        assert '"查无此文"' in only(empty, ".empty q").text()
        advice = only(empty, ".empty ul")
        assert "去掉引号" in advice.text()
        # No filter is to blame.
        assert texts(advice, "a") == ["看看全部文章"]
        assert len(follow(client, advice.css("a")[0]).css(".hit")) == 10

    @pytest.mark.parametrize(
        ("asked", "ways"),
        [
            ({"q": "磨坊", "category": ["连载", "安全"]}, {"去掉 分类：安全、连载：1 篇": 1}),
            ({"q": "风车", "from": "2023", "tag": "第1回"}, {"去掉 全部筛选条件：2 篇": 2}),
            (
                {"category": "物件", "author": "连载作者"},
                {"去掉 分类：物件：30 篇": 30, "去掉 作者：连载作者：2 篇": 2},
            ),
            ({"q": "磨坊", "tag": "第1回", "from": "2019", "to": "2019"}, {"去掉 全部筛选条件：1 篇": 1}),
            ({"q": "磨坊", "to": "2021"}, {"去掉 日期：至 2021：1 篇": 1}),
            ({"q": "磨坊 “查无此文”"}, {'去掉 "查无此文"：1 篇': 1}),
        ],
    )
    def test_no_hits_names_what_to_drop_and_what_is_found_then(
        self, client: FlaskClient, asked: dict[str, str | list[str]], ways: dict[str, int]
    ) -> None:
        shown = LexborHTMLParser(client.get("/", query_string=asked).text)
        assert texts(shown, ".way") == [*ways]
        for way, total in zip(shown.css(".way a"), ways.values(), strict=True):
            assert texts(follow(client, way), ".found")[0].startswith(f"找到 {total} 篇")

    def test_only_a_query_with_quotes_is_told_to_drop_them(self, page: Page) -> None:
        assert "去掉引号" not in only(page(q="查无此文", category="没有这一类"), ".empty").text()
        assert "去掉引号" in only(page(q="“查无此文”"), ".empty").text()

    def test_only_filters_without_hits_give_no_advice_on_words(self, page: Page) -> None:
        empty = page(category="没有这一类")
        assert not empty.css(".empty q")
        assert "引号" not in only(empty, ".empty").text()

    @pytest.mark.parametrize(
        ("date_from", "date_to", "wrong"),
        [
            ("2021", "2020", True),
            ("2021-02", "2021-01-31", True),
            ("2018-11", "2018", False),
            ("2018", "2018-01", False),
        ],
    )
    def test_dates_the_wrong_way_round_are_named(self, page: Page, date_from: str, date_to: str, wrong: bool) -> None:
        assert ("请对调" in only(page(from_=date_from, to=date_to), ".empty").text()) is wrong

    def test_an_archive_without_articles_says_so(self, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_the_canonical_url_leaves_out_what_says_nothing(page: Page) -> None:
    shown = page(q=" 连载 ", from_="", size="10", unknown="1", page="1", category=["b", "a"])
    assert href(shown, "link[rel=canonical]") == "/?q=%E8%BF%9E%E8%BD%BD&category=a&category=b"


def test_all_links_stay_below_a_path_prefix(app: Flask) -> None:
    answer = app.test_client().get("/?q=连载", base_url="http://localhost/archive")
    shown = LexborHTMLParser(answer.text)
    places = [node.attributes["href"] or "" for node in shown.css("[href]")]
    places += [node.attributes["action"] or "" for node in shown.css("form")]
    outside = [place for place in places if not place.startswith(("/archive/", "#"))]
    assert len(places) > 50
    assert outside == []


def test_the_hostile_article_shows_its_text_and_no_more(page: Page) -> None:
    shown = page(q="脚本注入")
    assert "<script>alert(2)</script>" in only(shown, ".snippet").text()
    assert not shown.css("body script, img, .hit b, [onerror], [onclick], [style]")
    assert href(shown, ".hit h2 a").startswith("/article/%E6%80%AA%20%E7%9B%AE%E5%BD%95/a%3Fb%23c%2525&")
    assert "?b" not in href(shown, ".hit h2 a"), HOSTILE_ID


def test_a_date_in_the_query_leads_to_the_filter(client: FlaskClient, page: Page) -> None:
    shown = page(q="2021年3月的风车", category="x")
    link = only(shown, ".offer a")
    assert link.text() == "限定日期 2021-03"
    assert link.attributes["href"] == "/?q=%E9%A3%8E%E8%BD%A6&category=x&from=2021-03&to=2021-03"
    assert follow(client, link).css(".offer") == []
    assert only(page(q="2021年以来的风车"), ".offer a").text() == "限定日期 2021 起"
    assert page(q="风车").css(".offer") == []


def test_without_hits_the_page_says_how_the_query_was_cut(page: Page) -> None:
    shown = page(q="没有这样的量子烤鸭“风车磨豆腐”")
    assert only(shown, ".empty .cut").text().startswith("查询被切分为：")
    assert "“风车磨豆腐”" in [word.text() for word in shown.css(".cut .word")]
    assert page(q="风车").css(".cut") == []
    assert page(q="鱻鱻").css(".cut") == []
