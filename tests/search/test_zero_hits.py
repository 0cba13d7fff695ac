"""A search without hits returns the parts to leave out, with the number of articles that then match."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import searchlib
from searchlib import Advice
from searchlib.analysis.query_analyzer import QueryAnalyzer
from searchlib.engines.base import Filters
from searchlib.search.parsed_query import query_parser
from searchlib.search.zero_hits import MAX_PARTS, advise
from tests.small_indexes import index_of

ARTICLES = {
    "wind.md": "---\ntitle: 风车\ndate: 2021-03-01\ncategories: [物件]\ntags: [风]\nauthor: 甲\n---\n风车靠风。\n",
    "mill.md": "---\ntitle: 磨坊\ndate: 2022-03-01\ncategories: [建筑]\ntags: [风]\nauthor: 乙\n---\n磨坊里有风车。\n",
    "water.md": "---\ntitle: 水车\ndate: 2022-05-01\ncategories: [物件]\nauthor: 乙\n---\n水车靠水。\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[searchlib.Index]:
    with index_of(ARTICLES, tmp_path_factory.mktemp("advice")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "filters", "advice"),
    [
        ("水车", {"category": ["建筑"]}, [Advice(kind="category", values=("建筑",), query="水车", total=1)]),
        (
            "风车",
            {"date_from": "2023", "tag": ["风"]},
            [Advice(kind="date", values=("2023-01-01", ""), query="风车", total=2)],
        ),
        (
            "风车",
            {"author": ["甲"], "date_from": "2022", "date_to": "2022-12"},
            [
                Advice(kind="author", values=("甲",), query="风车", total=1),
                Advice(kind="date", values=("2022-01-01", "2022-12-31"), query="风车", total=1),
            ],
        ),
        # No filter alone is the cause.
        ("水车", {"tag": ["风"], "author": ["甲"]}, [Advice(kind="filters", values=(), query="水车", total=1)]),
        ('"量子鹦鹉" 风车', {}, [Advice(kind="query", values=('"量子鹦鹉"',), query="风车", total=2)]),
        (
            "水车 分类：建筑",
            {},
            [
                Advice(kind="query", values=("水车",), query="category:建筑", total=1),
                Advice(kind="query", values=("category:建筑",), query="水车", total=1),
            ],
        ),
        ("水车 -靠水", {}, [Advice(kind="query", values=("-靠水",), query="水车", total=1)]),
        ("量子鹦鹉", {}, []),
        ("量子鹦鹉", {"category": ["物件"], "tag": ["风"]}, []),
    ],
)
def test_advice_names_what_to_leave_out_and_the_total_without_it(
    index: searchlib.Index, query: str, filters: dict[str, list[str] | str], advice: list[Advice]
) -> None:
    results = index.search(query, explain=True, **filters)
    assert results.total == 0
    assert list(results.advice) == advice
    for each in advice:
        left = {} if each.kind == "filters" else {name: value for name, value in filters.items() if name != each.kind}
        if each.kind == "date":
            left = {name: value for name, value in filters.items() if not name.startswith("date")}
        assert index.search(each.query, **left).total == each.total


def test_a_search_with_hits_or_without_explanation_gets_no_advice(index: searchlib.Index) -> None:
    assert index.search("风车", explain=True).advice == ()
    assert index.search("水车", category="建筑").advice == ()


@pytest.mark.parametrize(("parts", "is_advised"), [(MAX_PARTS, True), (MAX_PARTS + 1, False)])
def test_parts_are_left_out_of_short_queries_only(index: searchlib.Index, parts: int, is_advised: bool) -> None:
    query = " ".join(['"量子鹦鹉"', *['"风车"'] * (parts - 1)])
    advice = index.search(query, explain=True).advice
    assert [each.values for each in advice] == [('"量子鹦鹉"',)] * is_advised


def test_results_say_how_many_articles_match_all_words(index: searchlib.Index) -> None:
    results = index.search("风车 磨坊")
    assert (results.relaxed, results.full, results.total) == (True, 1, 2)
    exact = index.search("风车")
    assert (exact.relaxed, exact.full, exact.total) == (False, 2, 2)
    assert replace(exact, took_ms=0).to_dict()["full"] == 2


@pytest.mark.parametrize("count", [0, 1, 2])
def test_advice_without_time_left_is_what_was_counted_so_far(count: int) -> None:
    counted: list[str] = []

    def total(text: str, filters: Filters) -> int:
        if len(counted) == count:
            raise searchlib.SearchTimeoutError
        counted.append(text)
        return 7

    parsed = query_parser(QueryAnalyzer())("风车 磨坊", date(2024, 1, 1), False)
    advice = advise(parsed, Filters(values={"tag": ("风",), "author": ("甲",)}), total)
    assert [each.total for each in advice] == [7] * count


def test_calls_in_a_block_share_one_deadline(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(ARTICLES["wind.md"], encoding="utf-8")
    searchlib.build_index(tmp_path, tmp_path / "index", jobs=1)
    with searchlib.open_index(tmp_path / "index", settings=searchlib.Settings(deadline=1.0)) as index:
        index.search("风车")
        with index.shared_deadline():
            assert index.search("风车").total == 1
            with ThreadPoolExecutor() as others:
                time.sleep(1.1)
                assert others.submit(index.search, "风车").result().total == 1
            with pytest.raises(searchlib.SearchTimeoutError):
                index.search("风车")
            with pytest.raises(searchlib.SearchTimeoutError), index.shared_deadline():
                index.search("风车")
        assert index.search("风车").total == 1


def test_a_range_that_ends_before_it_begins_is_an_error(index: searchlib.Index) -> None:
    for search in (index.search, index.passages):
        with pytest.raises(searchlib.ParameterError, match="date_from is 2022-01-01, after the last day 2021-06-30"):
            search("风车", date_from="2022", date_to="2021-06")
        assert search("风车", date_from="2021-03-01", date_to="2021-03-01")


@pytest.mark.parametrize("query", ["风车", "风车 磨坊", "风车靠水"])
def test_the_total_does_not_depend_on_the_size_of_a_page(index: searchlib.Index, query: str) -> None:
    assert len({index.search(query, size=size).total for size in (1, 2, 10, 100)}) == 1
