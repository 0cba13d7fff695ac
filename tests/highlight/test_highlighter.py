"""A text is split into pieces that match a query and pieces that do not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchlib.analysis.units import HighlightTerm
from searchlib.highlight.highlighter import highlight, highlight_all, merge_spans
from searchlib.highlight.matcher import find_spans
from searchlib.highlight.searchable_text import SearchableText
from tests.highlight.marked_texts import TERMS, TEXT, bracketed, check_pieces, highlight_term, plain

HIGHLIGHTED = [
    ("學習機器學習", ["学习"], "[學習]機器[學習]"),
    ("ＡＰＰＬＥ，苹果", ["apple"], "[ＡＰＰＬＥ]，苹果"),
    ("产业，互联网", ["产业互联"], "[产业，互联]网"),
    ("马克思的马克", ["马克", "马克思"], "[马克思]的[马克]"),
    ("马克思的马克", ["马克思", "马克"], "[马克思]的[马克]"),
    ("全文检索", ["全文", "检索"], "[全文检索]"),
    ("机器学习算法", ["器学", "学习算"], "机[器学习算]法"),
    ("哈哈哈", ["哈哈"], "[哈哈哈]"),
    ("c与c++", ["c"], "[c]与c++"),
    ("c与c++", ["c++"], "c与[c++]"),
    ("一个ﬁle", ["file"], "一个[ﬁle]"),
    ("没有", ["学习"], "没有"),
    ("没有", [], "没有"),
    ("", ["学习"], ""),
    ("学习", ["学习"], "[学习]"),
]


@pytest.mark.parametrize(("text", "typed", "expected"), HIGHLIGHTED)
def test_matches_are_flagged_in_the_original_text(text: str, typed: list[str], expected: str) -> None:
    assert bracketed(highlight(text, [highlight_term(each) for each in typed])) == expected


def test_a_loose_term_matches_part_of_a_longer_word() -> None:
    assert bracketed(highlight("iPhone13壳", [highlight_term("iphone", loose=True)])) == "[iPhone]13壳"
    assert bracketed(highlight("iPhone13壳", [highlight_term("iphone")])) == "iPhone13壳"


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], []),
        ([(0, 2)], [(0, 2)]),
        ([(0, 2), (0, 3)], [(0, 3)]),
        ([(0, 3), (1, 2)], [(0, 3)]),
        ([(0, 2), (1, 4)], [(0, 4)]),
        ([(0, 2), (2, 4)], [(0, 4)]),
        ([(5, 6), (0, 1), (2, 3)], [(0, 1), (2, 3), (5, 6)]),
    ],
)
def test_spans_that_overlap_or_touch_are_merged(spans: list[tuple[int, int]], expected: list[tuple[int, int]]) -> None:
    assert merge_spans(spans) == expected


@settings(max_examples=200)
@given(TEXT, TERMS)
def test_the_pieces_together_are_the_text(text: str, terms: list[HighlightTerm]) -> None:
    spans = highlight(text, terms)
    assert plain(spans) == text
    check_pieces(spans)
    covered = {at for each in terms for span in find_spans(each, SearchableText(text)) for at in range(*span)}
    flags = [is_match for piece, is_match in spans for _ in piece]
    assert {at for at, is_match in enumerate(flags) if is_match} == covered


@settings(max_examples=200)
@given(texts=st.lists(TEXT, max_size=5), terms=TERMS)
def test_several_texts_are_highlighted_like_each_by_itself(texts: list[str], terms: list[HighlightTerm]) -> None:
    assert highlight_all(texts, terms) == [highlight(text, terms) for text in texts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("台风“杜苏芮”来了", [("台风", True), ("“", False), ("杜苏芮", True), ("”来了", False)]),
        ("“台风”杜苏芮", [("“", False), ("台风", True), ("”", False), ("杜苏芮", True)]),
        ("台风（杜苏芮）", [("台风", True), ("（", False), ("杜苏芮", True), ("）", False)]),
        ("台“风”杜苏芮", [("台“风”杜苏芮", True)]),
        ("台风·杜苏芮", [("台风·杜苏芮", True)]),
    ],
)
def test_no_half_of_a_quotation_is_highlighted(text: str, expected: list[tuple[str, bool]]) -> None:
    assert list(highlight(text, [HighlightTerm(tuple("台风杜苏芮"))])) == expected
