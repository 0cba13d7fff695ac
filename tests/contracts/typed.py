"""The contract of typed queries on a small archive in each store: short words, several words, questions, commands."""

from __future__ import annotations

import pytest

import searchlib
from searchlib.models import Results
from tests.contracts.index import Locate

LINES = {
    # id: date, title, body
    "tax": ("2021-01-01", "算个税", "工资里扣的个税怎么算，看这一篇。"),
    "taxes": ("2022-01-01", "税务报告", "每个企业都要缴税。税，税，还是税。这一个月也要交税。"),
    "unique": ("2021-02-01", "列表去重", "用集合给列表去重，三行就够。"),
    "weight": ("2022-02-01", "出去走走", "行李的重量重要吗？去了就知道，重的都不要带。"),
    "handicap": ("2021-03-01", "足球比赛", "主队让球半个，客队不服。"),
    "ball": ("2022-03-01", "让我们打球", "球场上，球让给他，让他打。"),
    "person": ("2021-04-01", "朋友", "其人如玉，其言如金。"),
    "people": ("2022-04-01", "其他", "其实人人都一样。"),
    "visa": ("2021-05-01", "出行", "新加坡签证三天就下来。"),
    "visas": ("2022-05-01", "各国", "新加坡很热，但是签证好办。"),
    "typhoon": ("2021-06-01", "天气", "台风“杜苏芮”登陆，雨很大。"),
    "storm": ("2022-06-01", "回顾", "杜苏芮是去年的第五号台风。"),
    "crisis": ("2021-07-01", "环境", "这是一场危机，气候在变。"),
    "climate": ("2022-07-01", "机气人", "他说的机气不是错字。"),
    "game": ("2021-08-01", "游戏", "我的世界更新了。"),
    "opening": ("2021-09-01", "开幕", "杭州亚运会的开幕式在晚上。"),
    "games": ("2021-09-02", "杭州亚运会", "杭州亚运会的火炬传到了湖边，杭州亚运会还有一个月。"),
    "tourism": (
        "2021-09-03",
        "乡村旅游节",
        "乡镇的开幕式上，从杭州来的客人说起以前的一次亚运会，大家喝茶，看戏，吃饭，下棋。",
    ),
    "world": ("2022-08-01", "地球", "世界很大，我想去看看。"),
}


def ids_of(results: Results) -> list[str]:
    """Return the names of the hits."""
    return [hit.id.removesuffix(".md") for hit in results.hits]


class TypedContract:
    """The tests. A module that runs them has the fixture ``location``."""

    @pytest.fixture(scope="class")
    @classmethod
    def typed(cls, location: Locate, tmp_path_factory: pytest.TempPathFactory) -> searchlib.Index:
        """Return the index of the archive."""
        folder = tmp_path_factory.mktemp("typing")
        for name, (date, title, body) in LINES.items():
            text = f"---\ntitle: {title}\ndate: {date}\n---\n{body}\n"
            (folder / f"{name}.md").write_text(text, encoding="utf-8")
        searchlib.build_index(folder, location("typing"))
        return searchlib.open_index(location("typing"))

    @pytest.mark.parametrize(
        ("query", "ids"),
        [
            ("个税", ["tax"]),
            ("個稅", ["tax"]),
            ("去重", ["unique"]),
            ("让球", ["handicap"]),
            ("其人", ["person"]),
            ("我的世界", ["game"]),
            ("title:个税", ["tax"]),
            ("个税 OR 让球", ["handicap", "tax"]),
        ],
    )
    def test_a_short_text_asks_for_its_run(self, typed: searchlib.Index, query: str, ids: list[str]) -> None:
        results = typed.search(query, sort="newest")
        assert (ids_of(results), results.total, results.relaxed) == (ids, len(ids), False)

    def test_characters_that_no_article_contains_in_a_row_are_words(self, typed: searchlib.Index) -> None:
        results = typed.search("让税")
        assert (set(ids_of(results)), results.full, results.relaxed) == ({"tax", "taxes"}, 0, True)

    @pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
    def test_articles_with_all_words_follow_those_with_the_run(self, typed: searchlib.Index, sort: str) -> None:
        results = typed.search("新加坡签证", sort=sort)
        assert (ids_of(results), results.full, results.relaxed) == (["visa", "visas"], 1, True)
        results = typed.search("台风杜苏芮", sort=sort)
        assert (ids_of(results), results.full, results.relaxed) == (["typhoon", "storm"], 1, True)

    def test_a_run_counts_in_a_query_of_several_words(self, typed: searchlib.Index) -> None:
        results = typed.search("新加坡签证 三天")
        assert (ids_of(results)[:2], results.full) == (["visa", "visas"], 1)

    def test_an_article_without_a_word_ranks_above_one_with_a_scattered_run(self, typed: searchlib.Index) -> None:
        results = typed.search("杭州亚运会 开幕式")
        assert (ids_of(results), results.full) == (["opening", "games", "tourism"], 1)

    def test_the_size_of_a_page_does_not_change_the_total(self, typed: searchlib.Index) -> None:
        results, whole = typed.search("新加坡签证", size=1), typed.search("新加坡签证", size=50)
        assert ids_of(results) == ["visa"]
        assert (results.total, results.relaxed) == (whole.total, whole.relaxed)

    def test_a_question_finds_its_words(self, typed: searchlib.Index) -> None:
        assert ids_of(typed.search("请问列表应该怎么去重呢"))[0] == "unique"

    @pytest.mark.parametrize(
        ("query", "ids", "marked"),
        [
            ("个税", ["tax"], {"个税"}),
            ("我的世界", ["game"], {"我的世界"}),
            ("台风杜苏芮", ["typhoon", "storm"], {"台风", "杜苏芮"}),
            ("让税", ["tax", "taxes"], {"税"}),
        ],
    )
    def test_words_are_marked_whole(self, typed: searchlib.Index, query: str, ids: list[str], marked: set[str]) -> None:
        hits = typed.search(query, sort="oldest").hits
        pieces = [piece for hit in hits for spans in (hit.title_spans, *hit.snippets) for piece in spans]
        assert ([hit.id.removesuffix(".md") for hit in hits], {text for text, flag in pieces if flag}) == (ids, marked)
