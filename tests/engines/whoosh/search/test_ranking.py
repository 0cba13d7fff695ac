"""Ranking: which article comes first, which follow if few match all words, and what each part of a query adds to a score."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from searchlib.engines.base import EngineResults, Request
from searchlib.engines.common.deadline import NO_DEADLINE
from searchlib.engines.common.relaxed_matching import RELAXED_MATCHING
from searchlib.engines.whoosh.search.engine import WhooshEngine
from searchlib.engines.whoosh.search.matching import Matcher
from searchlib.engines.whoosh.write.writer import WhooshWriter
from searchlib.models import Article
from searchlib.query.parser import parse
from searchlib.query.plan import Plan
from searchlib.query.planner import plan
from searchlib.settings import Ranking
from tests.contracts.engine import OTHER_WEIGHTS
from tests.engines.whoosh.bulk import add_articles

FILLER = "山川草木鸟兽虫鱼"


def planned(typed: str) -> Plan:
    return plan(parse(typed, today=date(2026, 3, 15)))


@contextmanager
def engine_of(folder: Path, articles: Sequence[Article], weights: Ranking | None = None) -> Iterator[WhooshEngine]:
    writer = WhooshWriter(folder, new=True)
    writer.train(articles)
    add_articles(writer, folder, articles)
    engine = WhooshEngine(folder, zone="UTC", weights=weights or Ranking())
    yield engine
    engine.close()


def article(article_id: str, body: str, title: str = "") -> Article:
    return Article(id=article_id, path=article_id, title=title, body=body)


def search(folder: Path, typed: str, *articles: Article) -> EngineResults:
    with engine_of(folder, articles) as engine:
        return engine.search(Request(plan=planned(typed)))


def ids(results: EngineResults) -> list[str]:
    return [hit.id for hit in results.hits]


def test_articles_with_close_words_come_first(tmp_path: Path) -> None:
    far = article("a far", f"风车{FILLER * 4}磨坊{FILLER * 4}")
    near = article("b near", f"{FILLER * 4}风车旁边磨坊{FILLER * 4}"[:-2])
    reverse = article("c reverse", f"{FILLER * 4}磨坊旁边的是风车{FILLER * 4}"[:-4])
    assert ids(search(tmp_path, "风车 磨坊", far, near, reverse)) == ["b near", "c reverse", "a far"]


def test_proximity_is_measured_within_an_article(tmp_path: Path) -> None:
    first, second = article("1", "这里只有风车"), article("2", "磨坊也在这里")
    with engine_of(tmp_path, [first, second]) as engine:
        plan = planned("风车 磨坊")
        contributions = engine._scorer.contributions(plan, np.arange(2), matcher_of(engine))
        scores = {each.reason: each.scores.tolist() for each in contributions}
    assert scores[plan.proximity_pairs[0]] == [0.0, 0.0]


def test_articles_with_the_whole_query_in_the_title_come_first(tmp_path: Path) -> None:
    full = article("a body", "元宇宙与产业。元宇宙产业。" * 20, "元宇宙和产业，产业和元宇宙")
    longer = article("b in a longer title", "无关的正文" * 50, "再谈元宇宙产业的将来")
    exact = article("c the title", "无关的正文" * 50, "元宇宙产业")
    results = search(tmp_path, "元宇宙 产业", full, longer, exact)
    assert ids(results) == ["c the title", "b in a longer title", "a body"]


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


@pytest.mark.parametrize("weights", [Ranking(), OTHER_WEIGHTS], ids=["default weights", "other weights"])
@pytest.mark.parametrize(
    "typed", ["风车 磨坊", "风车和磨坊在哪里？", "风车", "风车*", '"风车与磨坊"', "title:风车", "风车 OR 磨坊"]
)
def test_the_contributions_add_up_to_the_score(tmp_path: Path, typed: str, weights: Ranking) -> None:
    articles = [
        article("1", f"风车与磨坊。{FILLER}风车", "风车与磨坊"),
        article("2", f"风车{FILLER}磨坊", "风车"),
        article("3", "只有磨坊在哪里"),
    ]
    with engine_of(tmp_path, articles, weights) as engine:
        hits = engine.search(Request(plan=planned(typed))).hits
        contributions = engine._scorer.contributions(planned(typed), np.arange(3), matcher_of(engine))
        names = [engine._stored.head(number)["id"] for number in range(3)]
    sums = dict(zip(names, sum(each.scores for each in contributions).tolist(), strict=True))
    assert hits
    assert {hit.id: hit.score for hit in hits} == pytest.approx({hit.id: sums[hit.id] for hit in hits})


def matcher_of(engine: WhooshEngine) -> Matcher:
    return engine._matcher(NO_DEADLINE)
