"""Relaxed matching: which articles follow if few match all words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from searchlib.engines.base import Filters, Request
from searchlib.engines.common.deadline import Deadline
from searchlib.engines.common.relaxed_matching import RELAXED_MATCHING
from searchlib.errors import SearchTimeoutError
from tests.engines.whoosh.small_engines import FILLER, article, engine_of, planned, search
from tests.small_indexes import ids


def test_a_question_finds_a_name_that_the_tokenizer_does_not_know(tmp_path: Path) -> None:
    # jieba cuts 钟惺有 as a name.
    right = article("right", "钟惺，明代文学家，与谭元春共选《诗归》，有集传世。")
    others = [article(f"other {number}", f"第{number}位画家的代表作收在画册里。") for number in range(20)]
    results = search(tmp_path, "钟惺有哪些代表作？", right, *others)
    assert ids(results)[0] == "right"
    assert results.relaxed


@pytest.mark.parametrize("typed", ["什么是风车？", "风车是什么", "请问什么是风车呢", "有哪些风车吗"])
def test_function_words_match_no_article(tmp_path: Path, typed: str) -> None:
    asked = article("asked", "什么是什么？请问有哪些是什么呢？请问什么是什么吗？")
    results = search(tmp_path, typed, article("about", "风车转动的原理"), asked)
    assert (ids(results), results.relaxed) == (["about"], False)


def test_parts_of_a_word_match_only_if_no_article_contains_the_whole_word(tmp_path: Path) -> None:
    whole, part = article("whole", "机器学习入门"), article("part", "学习使人进步")
    (tmp_path / "with").mkdir()
    (tmp_path / "without").mkdir()
    results = search(tmp_path / "with", "机器学习", whole, part)
    assert (ids(results), results.relaxed) == (["whole"], False)
    results = search(tmp_path / "without", "机器学习", part)
    assert (ids(results), results.relaxed) == (["part"], True)


@pytest.mark.parametrize("typed", ["美国签证", "title:美国签证", "美国签证 OR 风车"])
def test_a_compound_is_taken_apart_only_if_no_article_contains_it_and_the_results_say_so(
    tmp_path: Path, typed: str
) -> None:
    whole, apart = article("whole", "", "办美国签证"), article("apart", "", "去美国的签证")
    half = article("half", "", "美国的风光")
    (tmp_path / "with").mkdir()
    (tmp_path / "without").mkdir()
    results = search(tmp_path / "with", typed, whole, apart, half)
    assert (ids(results), results.full, results.relaxed) == (["whole"], 1, False)
    results = search(tmp_path / "without", typed, apart, half)
    assert (ids(results), results.full, results.relaxed) == (["apart"], 0, True)


def test_excluded_words_are_not_taken_apart(tmp_path: Path) -> None:
    results = search(tmp_path, "签证 -美国签证", article("apart", "去美国的签证"))
    assert (ids(results), results.relaxed) == (["apart"], False)


def test_words_typed_apart_are_relaxed(tmp_path: Path) -> None:
    results = search(tmp_path, "机器 学习", article("both", "机器学习入门"), article("one", "学习使人进步"))
    assert (ids(results), results.relaxed) == (["both", "one"], True)


def test_an_article_with_the_phrase_of_a_question_is_enough(tmp_path: Path) -> None:
    results = search(
        tmp_path, "“会通河”在哪一年开始动工？", article("held", "会通河连接两岸。"), article("not", "开始动工了。")
    )
    assert (ids(results), results.relaxed) == (["held"], True)


def test_a_relaxed_search_returns_the_best_articles_only(tmp_path: Path) -> None:
    articles = [article(f"{number:03}", ("风车" if number % 2 else "磨坊") + FILLER * number) for number in range(300)]
    results = search(tmp_path, "风车 磨坊", *articles)
    assert (results.total, results.relaxed) == (RELAXED_MATCHING.max_hits, True)


def test_filters_do_not_change_which_articles_match(tmp_path: Path) -> None:
    both, one = article("both", "机器学习入门"), replace(article("one", "学习使人进步"), tags=("教育",))
    filters = [Filters(), Filters(values={"tag": ["教育"]}), Filters(values={"tag": ["没有"]}), Filters()]
    with engine_of(tmp_path, [both, one]) as engine:
        requests = [Request(plan=planned("机器 学习"), filters=each) for each in filters]
        assert [ids(engine.search(each)) for each in requests] == [["both", "one"], ["one"], [], ["both", "one"]]
        assert [(count.total, count.full) for count in map(engine.count, requests)] == [(2, 1), (1, 0), (0, 0), (2, 1)]


def test_a_search_after_its_deadline_fails_even_if_its_matches_are_cached(tmp_path: Path) -> None:
    with engine_of(tmp_path, [article("one", "学习使人进步")]) as engine:
        request = Request(plan=planned("学习"))
        assert engine.count(request).total == 1
        with pytest.raises(SearchTimeoutError):
            engine.count(replace(request, deadline=Deadline.after(0.0)))
