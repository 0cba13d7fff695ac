"""Synonyms and stop words in a plan: what an article must hold, what ranks it, what is marked in it."""

from __future__ import annotations

from datetime import date

import pytest

from searchlib.analysis.fold import fold
from searchlib.analysis.query_analyzer import PLAIN_ANALYZER, QueryAnalyzer
from searchlib.analysis.stop_words import StopWords
from searchlib.analysis.synonyms import Synonyms
from searchlib.analysis.units import units
from searchlib.query.parser import parse
from searchlib.query.plan import AnyOf, Clause, PhraseClause, Plan
from searchlib.query.planner import plan

GROUPS = [["土豆", "马铃薯"], ["ai", "人工智能", "artificial intelligence"], ["网", "网络"], ["怎么", "如何"]]
MEANINGS = {tuple(units(member)): [tuple(units(other)) for other in group] for group in GROUPS for member in group}
WORD_LISTS = QueryAnalyzer(
    synonyms=Synonyms(synonyms=MEANINGS), stop_words=StopWords(words=frozenset(["文章", "推荐阅读", "的话"]))
)


def planned(text: str, analyzer: QueryAnalyzer = WORD_LISTS) -> Plan:
    return plan(parse(text, today=date(2026, 3, 15)), analyzer)


def ways(clause: Clause) -> list[str]:
    """The runs of a clause, as text."""
    if isinstance(clause, PhraseClause):
        return [" ".join(clause.units) if clause.units[0].isascii() else "".join(clause.units)]
    return [run for child in getattr(clause, "children", ()) for run in ways(child)]


def concepts(found: Plan) -> list[list[str]]:
    return [["".join(run) for run in each.phrases] for each in found.ranking if each.phrases]


def words_that_rank(found: Plan) -> list[str]:
    return [each.term for each in found.ranking if each.kind == "words" and each.role != "part"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("土豆", [["土豆", "马铃薯"]]),
        ("马铃薯", [["马铃薯", "土豆"]]),
        ("土豆丝", [["土豆丝", "马铃薯丝"]]),
        ("AI", [["ai", "人工智能", "artificial intelligence"]]),
        ("炒土豆 AI", [["炒土豆", "炒", "土豆", "炒马铃薯"], ["ai", "人工智能", "artificial intelligence"]]),
        ("artificial intelligence", [["artificial", "intelligence", "artificial intelligence", "ai", "人工智能"]]),
        ("artificial", [["artificial"]]),
        ("上网", [["上网"]]),
        ("网", [["网", "网络"]]),
        ("如何学习", [["学习"]]),
        ("title:土豆", [["土豆", "马铃薯"]]),
        ("土豆*", [["土豆"]]),
        ('"土豆"', [["土豆"]]),
        ("tag:土豆", [[]]),
    ],
)
def test_a_concept_is_found_in_all_its_ways(typed: str, expected: list[list[str]]) -> None:
    found = planned(typed)
    clauses = found.words or (found.required,)
    # What is not all Han is also found as a word; the ways are what matters here.
    assert [list(dict.fromkeys(ways(clause))) for clause in clauses] == expected


def test_what_is_left_out_is_left_out_in_all_its_ways() -> None:
    assert set(ways(planned("牛肉 -土豆").required.child)) == {"土豆", "马铃薯"}  # type: ignore[union-attr]


def test_a_group_ranks_as_one_concept_in_whatever_way_it_is_typed() -> None:
    for typed in ("土豆", "马铃薯"):
        found = planned(typed)
        assert [sorted(each) for each in concepts(found)] == [["土豆", "马铃薯"]]
        assert len(found.ranking) == 1
    assert concepts(planned("土豆丝")) == [["土豆丝", "马铃薯丝"], ["土豆", "马铃薯"]]
    assert concepts(planned('"土豆"')) == []
    assert words_that_rank(planned("牛肉土豆")) == ["牛肉"]


def test_every_way_is_marked() -> None:
    needles = {"".join(each.units) for each in planned("土豆丝").highlight_terms}
    assert {"土豆丝", "马铃薯丝", "土豆", "马铃薯"} <= needles
    assert {"".join(each.units) for each in planned('"土豆"').highlight_terms} == {"土豆"}


@pytest.mark.parametrize(
    "typed", ["", "土豆 OR 牛肉", "南京市长江大桥", "(artificial intelligence) -x", "a网b", "土豆土豆"]
)
def test_without_synonyms_the_plan_is_the_plain_one(typed: str) -> None:
    assert planned(typed, QueryAnalyzer()) == planned(typed, PLAIN_ANALYZER)


def test_words_that_were_typed_apart_need_not_stand_together() -> None:
    clause = planned("artificial intelligence").words[0]
    assert isinstance(clause, AnyOf)
    assert ways(clause.children[0]) == ["artificial", "intelligence"]


def test_a_synonym_across_words_loses_none_of_what_the_words_find() -> None:
    crossing = QueryAnalyzer(synonyms=Synonyms(synonyms={("市", "长"): [("m",)]}))
    plain, widened = planned("南京市长江大桥", PLAIN_ANALYZER), planned("南京市长江大桥", crossing)
    (clause,) = widened.words
    assert isinstance(clause, AnyOf)
    assert set(ways(clause.children[0])) == {run for each in plain.words for run in ways(each)}


@pytest.mark.parametrize(
    ("typed", "wanted", "ranking"),
    [
        ("元宵文章", ["元宵"], ["元宵"]),
        ("元宵 文章", ["元宵"], ["元宵"]),
        ("文章", ["文章"], ["文章"]),
        ("推荐阅读", ["推荐", "阅读"], ["推荐", "阅读"]),
        ("元宵 推荐阅读", ["元宵"], ["元宵"]),
        ("文章 推荐阅读", ["文章", "推荐", "阅读"], ["文章", "推荐", "阅读"]),
        ("元宵 的", ["元宵", "的"], ["元宵", "的"]),
    ],
)
def test_stop_words_decide_and_rank_only_where_there_is_nothing_else(
    typed: str, wanted: list[str], ranking: list[str]
) -> None:
    found = planned(typed)
    assert [run for clause in found.words for run in ways(clause)] == wanted
    assert words_that_rank(found) == ranking


def test_stop_words_count_in_quotes() -> None:
    assert planned('"文章" 元宵').required == PhraseClause(tuple(units(fold("文章"))))
