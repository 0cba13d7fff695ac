"""A parsed query has the properties that a search needs."""

from __future__ import annotations

from datetime import date

import pytest

from searchlib.analysis.query_analyzer import PLAIN_ANALYZER
from searchlib.query.parser import MAX_QUERY_LENGTH, parse
from searchlib.query.planner import plan
from searchlib.search.parsed_query import ParsedQuery, query_parser

TODAY = date(2026, 3, 15)


def parsed(text: str) -> ParsedQuery:
    return ParsedQuery.of(text, TODAY, PLAIN_ANALYZER)


def test_it_has_the_tree_the_notes_and_the_plan_of_the_query() -> None:
    query = parsed("元宇宙 （产业 -营销")
    assert query.query == parse(query.text, today=TODAY)
    assert query.tree == query.query.tree
    assert query.plan == plan(query.query, PLAIN_ANALYZER)


@pytest.mark.parametrize(
    ("text", "is_latin"), [("yuanyuzhou", True), ("c++ 11", True), ("元 yuzhou", False), ("㍻", False), ("", True)]
)
def test_a_query_without_han_characters_is_latin(text: str, is_latin: bool) -> None:
    assert parsed(text).is_latin is is_latin


@pytest.mark.parametrize(
    ("text", "is_replaceable"),
    [
        ("元宇宙", True),
        ("元宇宙 -营销", True),
        ("", False),
        ("  ", False),
        ('"元宇宙"', False),
        ('产业 -"元宇宙"', False),
        ('产业 (甲 OR "元宇宙")', False),
        ('标题："元宇宙"', False),
    ],
)
def test_a_query_with_a_quotation_is_not_replaceable(text: str, is_replaceable: bool) -> None:
    assert parsed(text).is_replaceable is is_replaceable


def test_a_date_in_the_query_is_offered() -> None:
    offer = parsed("去年的元宇宙").date_offer
    assert offer is not None
    assert (offer.date_from, offer.date_to, offer.query) == ("2025-01-01", "2025-12-31", "元宇宙")
    assert parsed("元宇宙").date_offer is None


def test_queries_are_cached_by_text_and_day_unless_they_are_too_long() -> None:
    parse_query = query_parser(PLAIN_ANALYZER)
    assert parse_query("去年", TODAY, False) is parse_query("去年", TODAY, False)
    assert parse_query("去年", TODAY, False) is not parse_query("去年", date(2025, 1, 1), False)
    longest = "字" * MAX_QUERY_LENGTH
    assert parse_query(longest, TODAY, False) is parse_query(longest, TODAY, False)
    assert parse_query(longest + "字", TODAY, False) is not parse_query(longest + "字", TODAY, False)
