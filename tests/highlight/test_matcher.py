"""Highlight terms match spans of the original text."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchlib.analysis.fold import fold, fold_with_offsets
from searchlib.analysis.units import BREAK, HAN, LATIN, MARKS, UNIT, HighlightTerm, is_han, units
from searchlib.highlight.highlighter import merge_spans
from searchlib.highlight.matcher import distinct_terms, find_spans
from searchlib.highlight.searchable_text import SearchableText
from tests.highlight.marked_texts import highlight_term


def spans_of(term: HighlightTerm, text: str) -> list[tuple[int, int]]:
    return list(find_spans(term, SearchableText(text)))


def found(term: HighlightTerm, text: str) -> list[str]:
    return [text[start:end] for start, end in spans_of(term, text)]


STRICT = [
    ("学习", "他學習，我学习", ["學習", "学习"]),
    ("學習", "学习", ["学习"]),
    ("apple", "ＡＰＰＬＥ与Apple", ["ＡＰＰＬＥ", "Apple"]),
    ("file", "一个ﬁle", ["ﬁle"]),
    ("バ", "ﾊﾞｽ ﾊﾞ", ["ﾊﾞ"]),
    ("产业互联", "产业，互联网", ["产业，互联"]),
    ("产业互联", "产业——“互联”", ["产业——“互联"]),
    ("产业互联", "产业\n互联", []),
    ("产业互联", "产业的互联", []),
    ("产业互联", "产业 a 互联", []),
    ("node js", "node.js 与 nodejs", ["node.js"]),
    ("snake case", "snake_case", ["snake_case"]),
    ("c", "c++ c# C c++11", ["C", "c"]),
    ("c++", "C++ c c++11 c+++ c++的", ["C++", "c++"]),
    ("c#", "c#与c##", ["c#"]),
    ("c++的", "c++的", ["c++的"]),
    ("iphone", "iphone13 iphone", ["iphone"]),
    ("13", "iphone13", []),
    ("a b", "a+b", ["a+b"]),
    ("a+ b", "a+ b a+b", ["a+ b"]),
    ("〇", "二〇二一", ["〇"]),
    ("𠮷野家", "𠮷野家", ["𠮷野家"]),
    ("人人", "人人人", ["人人", "人人"]),
    ("哈哈", "哈哈哈哈", ["哈哈", "哈哈", "哈哈"]),
    ("a a", "a a a", ["a a", "a a"]),
]

UNBROKEN = [
    ("机气", "危机，气候；危机、气候；危机…气候；危机……气候；危机——气候；危机。 气候", []),
    ("机气", "机气，机 气，“机”气，机（气）", ["机气", "机 气"]),
    ("node js", "node.js node. js node: js node js", ["node.js", "node js"]),
    ("产业互联", "产业“互联”，产业：互联，产业-互联", ["产业-互联"]),
]


@pytest.mark.parametrize(("typed", "text", "expected"), UNBROKEN)
def test_an_unbroken_term_does_not_cross_the_punctuation_of_sentences(
    typed: str, text: str, expected: list[str]
) -> None:
    assert found(replace(highlight_term(typed), unbroken=True), text) == expected


@pytest.mark.parametrize(("typed", "text", "expected"), STRICT)
def test_a_strict_term_matches_its_adjacent_units(typed: str, text: str, expected: list[str]) -> None:
    assert found(highlight_term(typed), text) == expected


LOOSE = [
    ("iphone", "iphone13", ["iphone"]),
    ("13", "iphone13", ["13"]),
    ("iphone", "myiphone iphones", []),
    ("3", "iphone13", []),
    ("iphone13", "iphone 13", []),
    ("v2", "v2.0.1", ["v2"]),
    ("c", "c11", ["c"]),
    ("c++", "c++11", ["c++"]),
    ("c++", "c+++", []),
    ("b端", "2b端", ["b端"]),
    ("学习", "學習", ["學習"]),
]


@pytest.mark.parametrize(("typed", "text", "expected"), LOOSE)
def test_a_loose_term_also_matches_where_letters_meet_digits(typed: str, text: str, expected: list[str]) -> None:
    assert found(highlight_term(typed, loose=True), text) == expected


PREFIX = [
    ("dock", "Docker dockerfile dock redock", ["Docker", "dockerfile", "dock"]),
    ("学习dock", "学习Docker", ["学习Docker"]),
    ("学", "学习", ["学"]),
    ("iph", "iphone13", ["iphone13"]),
    ("c++", "c++c++ c+++ c++11 c++", ["c++", "c+++", "c++"]),
]


@pytest.mark.parametrize(("typed", "text", "expected"), PREFIX)
def test_a_prefix_matches_to_the_end_of_its_word(typed: str, text: str, expected: list[str]) -> None:
    assert found(highlight_term(typed, prefix=True), text) == expected
    assert set(expected) <= set(found(highlight_term(typed, prefix=True, loose=True), text))


PIECES = st.sampled_from(
    [
        "a",
        "b",
        "1",
        "2",
        "c++",
        "c",
        "#",
        "+",
        "的",
        "学",
        "學",
        "习",
        "ﬁ",
        "ﾊﾞ",
        "ﾊ",
        "ﾞ",
        "_",
        " ",
        "，",
        "\n",
        "é",
        "e\u0301",
    ]
)
TEXT = st.one_of(st.lists(PIECES, max_size=25).map("".join), st.text(st.characters(), max_size=25))


def find_slowly(term: HighlightTerm, text: str) -> list[tuple[int, int]]:
    """Return every span where the units of the term are adjacent units of a line."""
    folded = fold_with_offsets(text)
    spans = []
    at = 0
    for line in folded.text.split("\n"):
        have = [(unit[0], at + unit.start(), at + unit.end()) for unit in UNIT.finditer(line)]
        for number in range(len(have) - len(term.units) + 1):
            part = have[number : number + len(term.units)]
            if tuple(unit for unit, _, _ in part) == term.units:
                spans.append(folded.original(part[0][1], part[-1][2]))
        at += len(line) + 1
    return spans


def find_prefix_slowly(unit: str, text: str) -> list[tuple[int, int]]:
    """Return every unit that has the prefix, without the marks after its letters unless the prefix has some."""
    folded = fold_with_offsets(text)
    found = [each for each in UNIT.finditer(folded.text) if each[0].startswith(unit)]
    ends = [each.end() if unit[-1] in "+#" else each.start() + len(each[0].rstrip("+#")) for each in found]
    return [folded.original(each.start(), end) for each, end in zip(found, ends, strict=True)]


@settings(max_examples=400)
@given(TEXT, st.sampled_from(["a", "c", "c++", "c+", "c#", "1", "b2"]))
@example("c++c++", "c++")
def test_a_prefix_matches_exactly_the_units_that_start_with_it(text: str, unit: str) -> None:
    assert spans_of(HighlightTerm((unit,), prefix=True), text) == find_prefix_slowly(unit, text)


@settings(max_examples=400)
@given(TEXT, st.data())
def test_a_strict_term_matches_exactly_where_the_slow_reference_does(text: str, data: st.DataObject) -> None:
    lines = [each for each in map(units, fold(text).split("\n")) if each]
    if lines and data.draw(st.booleans()):
        line = data.draw(st.sampled_from(lines))
        start = data.draw(st.integers(0, len(line) - 1))
        term = HighlightTerm(tuple(line[start : data.draw(st.integers(start + 1, min(len(line), start + 4)))]))
    else:
        term = HighlightTerm(tuple(units(data.draw(st.lists(PIECES, max_size=4).map("".join).map(fold))) or ["a"]))
    assert spans_of(term, text) == find_slowly(term, text)


@cache
def pattern(term: HighlightTerm) -> re.Pattern[str]:
    """Return the whole term as one pattern, which takes too long to compile for each query."""
    runs = []
    for number, unit in enumerate(term.units):
        begins, ends = f"(?<!{LATIN})", f"(?!{LATIN})(?!{MARKS})"
        if unit[-1] in "+#":
            ends = f"(?!{LATIN}|[+#])"
        if term.loose:
            begins = f"(?<!{same_kind(unit[0])})"
            ends = "(?![+#])" if unit[-1] in "+#" else f"(?!{same_kind(unit[-1])})"
        if term.prefix and number == len(term.units) - 1:
            ends = f"{LATIN}*"
            if unit[-1] in "+#":
                ends = "[+#]*+" + ("" if term.loose else f"(?!{LATIN})")
        runs.append(unit if is_han(unit) else begins + re.escape(unit) + ends)
    separator = rf"(?!{BREAK.pattern})" if term.unbroken else ""
    run = rf"(?:{separator}[^\w\n{HAN}]|_)*".join(runs)
    return re.compile(f"({run})" if len(runs) == 1 else f"(?=({run}))")


def same_kind(char: str) -> str:
    return r"\d" if char.isdecimal() else rf"[^\W\d_{HAN}]"


RUNS = st.lists(st.sampled_from(["a", "1", "b2", "c++", "c", "1a1a", "的", "学", "习", "é"]), min_size=1, max_size=3)


@pytest.mark.slow
@settings(max_examples=600)
@given(
    st.lists(st.one_of(RUNS.map("".join), PIECES), max_size=25).map("".join),
    st.builds(HighlightTerm, RUNS.map(tuple), loose=st.booleans(), prefix=st.booleans(), unbroken=st.booleans()),
)
def test_every_term_matches_exactly_where_its_single_pattern_does(text: str, term: HighlightTerm) -> None:
    searchable = SearchableText(text)
    matches = pattern(term).finditer(searchable.text)
    assert spans_of(term, text) == [searchable.original(*match.span(1)) for match in matches]


def test_terms_that_match_the_same_spans_are_searched_once() -> None:
    han, latin = tuple("学习"), ("iphone",)
    terms = [HighlightTerm(run, loose=loose) for run in (han, latin) for loose in (False, True)]
    expected = ((HighlightTerm(han), 2), (HighlightTerm(latin), 1), (HighlightTerm(latin, loose=True), 1))
    assert distinct_terms(tuple(terms)) == expected
    assert distinct_terms((HighlightTerm(han, prefix=True), HighlightTerm(("a", "学"), loose=True, prefix=True))) == (
        (HighlightTerm(han), 1),
        (HighlightTerm(("a", "学"), loose=True), 1),
    )


@settings(max_examples=200)
@given(TEXT, st.lists(st.builds(HighlightTerm, RUNS.map(tuple), loose=st.booleans(), prefix=st.booleans()), max_size=3))
def test_distinct_terms_match_all_that_the_given_terms_match(text: str, terms: list[HighlightTerm]) -> None:
    def all_of(terms: list[HighlightTerm]) -> list[tuple[int, int]]:
        return sorted(span for each in terms for span in spans_of(each, text))

    assert all_of(terms) == all_of([each for each, times in distinct_terms(tuple(terms)) for _ in range(times)])


@settings(max_examples=200)
@given(TEXT, st.lists(PIECES, min_size=1, max_size=4).map("".join).map(lambda text: units(fold(text))).filter(bool))
def test_a_strict_match_is_also_a_loose_match_and_a_prefix_match(text: str, run: list[str]) -> None:
    for start, end in spans_of(HighlightTerm(tuple(run)), text):
        for other in (HighlightTerm(tuple(run), loose=True), HighlightTerm(tuple(run), prefix=True)):
            spans = merge_spans(spans_of(other, text))
            assert any(first <= start and end <= last for first, last in spans)


ODD = st.lists(
    st.sampled_from(
        [
            "e",
            "か",
            "학",
            "\u1112",
            "\u1161",
            "\u11ab",
            "\u0301",
            "\u3099",
            "ﾊ",
            "ﾞ",
            "…",
            "㈱",
            "ß",
            "學",
            "\n",
            "\ud800",
        ]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=400)
@given(st.one_of(TEXT, ODD))
def test_a_searchable_text_is_the_folded_text_with_its_offsets(text: str) -> None:
    searchable, folded = SearchableText(text), fold_with_offsets(text)
    assert searchable.text == folded.text
    for at in range(len(folded.text)):
        assert searchable.original(at, at + 1) == folded.original(at, at + 1)
        start = folded.starts[at]
        assert searchable.folded(start) == folded.starts.index(start)


@settings(max_examples=200)
@given(st.one_of(TEXT, ODD), st.sampled_from(["a", "的", "学习", "e", "か", "b 1"]).map(highlight_term), st.data())
def test_a_range_limits_the_spans_to_those_that_begin_in_it(
    text: str, term: HighlightTerm, data: st.DataObject
) -> None:
    searchable = SearchableText(text)
    spans = list(find_spans(term, searchable))
    start, end = sorted((data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))))
    if not any(low < at < high for low, high in folded_together(text) for at in (start, end)):
        assert list(find_spans(term, searchable, start, end)) == [span for span in spans if start <= span[0] < end]


def folded_together(text: str) -> set[tuple[int, int]]:
    """Return the spans of the original text that fold together."""
    folded = fold_with_offsets(text)
    return set(zip(folded.starts, folded.ends, strict=True))
