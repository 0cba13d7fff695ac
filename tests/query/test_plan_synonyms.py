"""Synonyms and stop words change the clauses, ranking terms and highlight terms of a plan."""

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


def variants(clause: Clause) -> list[str]:
    """Return the phrases of a clause, as text."""
    if isinstance(clause, PhraseClause):
        return [" ".join(clause.units) if clause.units[0].isascii() else "".join(clause.units)]
    return [phrase for child in getattr(clause, "children", ()) for phrase in variants(child)]


def synonyms(found: Plan) -> list[list[str]]:
    return [["".join(phrase) for phrase in each.phrases] for each in found.ranking_terms if each.phrases]


def ranking_words(found: Plan) -> list[str]:
    """Return the words that rank. One that is typed as a single character ranks by its unit."""
    return [each.term for each in found.ranking_terms if each.kind in ("words", "units") and each.role != "part"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("土豆", [["土豆", "马铃薯"]]),
        ("马铃薯", [["马铃薯", "土豆"]]),
        ("土豆丝", [["土豆丝", "马铃薯丝"]]),
        ("AI", [["ai", "人工智能", "artificial intelligence"]]),
        ("炒土豆 AI", [["炒土豆", "炒马铃薯", "炒", "土豆"], ["ai", "人工智能", "artificial intelligence"]]),
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
def test_a_text_with_synonyms_matches_all_its_variants(typed: str, expected: list[list[str]]) -> None:
    found = planned(typed)
    clauses = found.words or (found.required,)
    # A word that is not all Han also matches as a term; only the phrases matter here.
    assert [list(dict.fromkeys(variants(clause))) for clause in clauses] == expected


def test_a_negated_text_is_excluded_in_all_its_variants() -> None:
    assert set(variants(planned("牛肉 -土豆").required.child)) == {"土豆", "马铃薯"}


def test_a_group_of_synonyms_ranks_as_one_term_whichever_is_typed() -> None:
    for typed in ("土豆", "马铃薯"):
        found = planned(typed)
        assert [sorted(each) for each in synonyms(found)] == [["土豆", "马铃薯"]]
        assert len(found.ranking_terms) == 1
    assert synonyms(planned("土豆丝")) == [["土豆丝", "马铃薯丝"], ["土豆", "马铃薯"]]
    assert synonyms(planned('"土豆"')) == []
    assert ranking_words(planned("牛肉土豆")) == ["牛肉"]


def test_every_variant_is_highlighted() -> None:
    highlighted = {"".join(each.units) for each in planned("土豆丝").highlight_terms}
    assert {"土豆丝", "马铃薯丝", "土豆", "马铃薯"} <= highlighted
    assert {"".join(each.units) for each in planned('"土豆"').highlight_terms} == {"土豆"}


@pytest.mark.parametrize(
    "typed", ["", "土豆 OR 牛肉", "南京市长江大桥", "(artificial intelligence) -x", "a网b", "土豆土豆"]
)
def test_without_synonyms_the_plan_is_the_default_one(typed: str) -> None:
    assert planned(typed, QueryAnalyzer()) == planned(typed, PLAIN_ANALYZER)


def test_words_that_were_typed_separately_need_not_be_adjacent() -> None:
    clause = planned("artificial intelligence").words[0]
    assert isinstance(clause, AnyOf)
    assert variants(clause.children[0]) == ["artificial", "intelligence", "intelligence"]


def test_a_synonym_across_words_adds_to_what_the_words_match() -> None:
    crossing = QueryAnalyzer(synonyms=Synonyms(synonyms={("市", "长"): [("m",)]}))
    plain, widened = planned("南京市长江大桥", PLAIN_ANALYZER), planned("南京市长江大桥", crossing)
    (clause,) = widened.words
    assert isinstance(clause, AnyOf)
    assert set(variants(clause.children[0])) == {phrase for each in plain.words for phrase in variants(each)}


@pytest.mark.parametrize(
    ("typed", "words", "ranking"),
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
def test_stop_words_match_and_rank_only_without_other_words(typed: str, words: list[str], ranking: list[str]) -> None:
    found = planned(typed)
    assert [phrase for clause in found.words for phrase in variants(clause)] == words
    assert ranking_words(found) == ranking


def test_stop_words_count_in_quotes() -> None:
    assert planned('"文章" 元宵').required == PhraseClause(tuple(units(fold("文章"))))
