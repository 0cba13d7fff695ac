"""Finding in the original text what a query looked for."""

from __future__ import annotations

import re
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchlib.analysis.fold import fold, fold_with_offsets
from searchlib.analysis.units import HAN, LATIN, MARKS, UNIT, is_han, units
from searchlib.highlight.highlighter import merge_spans
from searchlib.highlight.matcher import distinct_terms, find_spans
from searchlib.highlight.searchable_text import SearchableText
from searchlib.query.plan import HighlightTerm


def needle(text: str, *, loose: bool = False, prefix: bool = False) -> HighlightTerm:
    return HighlightTerm(tuple(units(fold(text))), loose=loose, prefix=prefix)


def spans_of(wanted: HighlightTerm, text: str) -> list[tuple[int, int]]:
    return list(find_spans(wanted, SearchableText(text)))


def found(wanted: HighlightTerm, text: str) -> list[str]:
    return [text[start:end] for start, end in spans_of(wanted, text)]


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


@pytest.mark.parametrize(("wanted", "text", "expected"), STRICT)
def test_a_strict_needle_is_found_where_its_units_stand(wanted: str, text: str, expected: list[str]) -> None:
    assert found(needle(wanted), text) == expected


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


@pytest.mark.parametrize(("wanted", "text", "expected"), LOOSE)
def test_a_loose_needle_is_found_where_letters_meet_digits_too(wanted: str, text: str, expected: list[str]) -> None:
    assert found(needle(wanted, loose=True), text) == expected


PREFIX = [
    ("dock", "Docker dockerfile dock redock", ["Docker", "dockerfile", "dock"]),
    ("学习dock", "学习Docker", ["学习Docker"]),
    ("学", "学习", ["学"]),
    ("iph", "iphone13", ["iphone13"]),
    ("c++", "c++c++ c+++ c++11 c++", ["c++", "c+++", "c++"]),
]


@pytest.mark.parametrize(("wanted", "text", "expected"), PREFIX)
def test_a_prefix_is_found_with_the_rest_of_its_word(wanted: str, text: str, expected: list[str]) -> None:
    assert found(needle(wanted, prefix=True), text) == expected
    assert set(expected) <= set(found(needle(wanted, prefix=True, loose=True), text))


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
def test_spans_that_overlap_or_touch_become_one(spans: list[tuple[int, int]], expected: list[tuple[int, int]]) -> None:
    assert merge_spans(spans) == expected


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


def find_slowly(wanted: HighlightTerm, text: str) -> list[tuple[int, int]]:
    """Wherever the units of the needle are a contiguous part of the units of one line."""
    folded = fold_with_offsets(text)
    spans = []
    at = 0
    for line in folded.text.split("\n"):
        have = [(unit[0], at + unit.start(), at + unit.end()) for unit in UNIT.finditer(line)]
        for number in range(len(have) - len(wanted.units) + 1):
            part = have[number : number + len(wanted.units)]
            if tuple(unit for unit, _, _ in part) == wanted.units:
                spans.append(folded.original(part[0][1], part[-1][2]))
        at += len(line) + 1
    return spans


def find_prefix_slowly(unit: str, text: str) -> list[tuple[int, int]]:
    """Wherever a unit begins so; of one that goes on with marks behind its letters, these are not part of what is found."""
    folded = fold_with_offsets(text)
    found = [each for each in UNIT.finditer(folded.text) if each[0].startswith(unit)]
    ends = [each.end() if unit[-1] in "+#" else each.start() + len(each[0].rstrip("+#")) for each in found]
    return [folded.original(each.start(), end) for each, end in zip(found, ends, strict=True)]


@settings(max_examples=400)
@given(TEXT, st.sampled_from(["a", "c", "c++", "c+", "c#", "1", "b2"]))
@example("c++c++", "c++")
def test_a_prefix_is_found_in_exactly_the_units_that_begin_so(text: str, unit: str) -> None:
    assert spans_of(HighlightTerm((unit,), prefix=True), text) == find_prefix_slowly(unit, text)


@settings(max_examples=400)
@given(TEXT, st.data())
def test_a_strict_needle_is_found_exactly_where_the_slow_reference_finds_it(text: str, data: st.DataObject) -> None:
    lines = [each for each in map(units, fold(text).split("\n")) if each]
    if lines and data.draw(st.booleans()):
        line = data.draw(st.sampled_from(lines))
        start = data.draw(st.integers(0, len(line) - 1))
        wanted = HighlightTerm(tuple(line[start : data.draw(st.integers(start + 1, min(len(line), start + 4)))]))
    else:
        wanted = HighlightTerm(tuple(units(data.draw(st.lists(PIECES, max_size=4).map("".join).map(fold))) or ["a"]))
    assert spans_of(wanted, text) == find_slowly(wanted, text)


@cache
def pattern(wanted: HighlightTerm) -> re.Pattern[str]:
    """The whole needle as one pattern: too slow to compile for each query."""
    runs = []
    for number, unit in enumerate(wanted.units):
        begins, ends = f"(?<!{LATIN})", f"(?!{LATIN})(?!{MARKS})"
        if unit[-1] in "+#":
            ends = f"(?!{LATIN}|[+#])"
        if wanted.loose:
            begins = f"(?<!{same_kind(unit[0])})"
            ends = "(?![+#])" if unit[-1] in "+#" else f"(?!{same_kind(unit[-1])})"
        if wanted.prefix and number == len(wanted.units) - 1:
            ends = f"{LATIN}*"
            if unit[-1] in "+#":
                ends = "[+#]*+" + ("" if wanted.loose else f"(?!{LATIN})")
        runs.append(unit if is_han(unit) else begins + re.escape(unit) + ends)
    run = rf"(?:[^\w\n{HAN}]|_)*".join(runs)
    return re.compile(f"({run})" if len(runs) == 1 else f"(?=({run}))")


def same_kind(char: str) -> str:
    return r"\d" if char.isdecimal() else rf"[^\W\d_{HAN}]"


RUNS = st.lists(st.sampled_from(["a", "1", "b2", "c++", "c", "1a1a", "的", "学", "习", "é"]), min_size=1, max_size=3)


@settings(max_examples=600)
@given(
    st.lists(st.one_of(RUNS.map("".join), PIECES), max_size=25).map("".join),
    st.builds(HighlightTerm, RUNS.map(tuple), loose=st.booleans(), prefix=st.booleans()),
)
def test_every_needle_is_found_exactly_where_one_pattern_finds_it(text: str, wanted: HighlightTerm) -> None:
    haystack = SearchableText(text)
    matches = pattern(wanted).finditer(haystack.text)
    assert spans_of(wanted, text) == [haystack.original(*match.span(1)) for match in matches]


def test_needles_that_find_the_same_are_looked_for_once() -> None:
    han, latin = tuple("学习"), ("iphone",)
    given_needles = [HighlightTerm(run, loose=loose) for run in (han, latin) for loose in (False, True)]
    expected = ((HighlightTerm(han), 2), (HighlightTerm(latin), 1), (HighlightTerm(latin, loose=True), 1))
    assert distinct_terms(tuple(given_needles)) == expected
    assert distinct_terms((HighlightTerm(han, prefix=True), HighlightTerm(("a", "学"), loose=True, prefix=True))) == (
        (HighlightTerm(han), 1),
        (HighlightTerm(("a", "学"), loose=True), 1),
    )


@settings(max_examples=200)
@given(TEXT, st.lists(st.builds(HighlightTerm, RUNS.map(tuple), loose=st.booleans(), prefix=st.booleans()), max_size=3))
def test_distinct_needles_find_all_that_the_given_ones_find(text: str, needles: list[HighlightTerm]) -> None:
    def all_of(wanted: list[HighlightTerm]) -> list[tuple[int, int]]:
        return sorted(span for each in wanted for span in spans_of(each, text))

    assert all_of(needles) == all_of([each for each, times in distinct_terms(tuple(needles)) for _ in range(times)])


@settings(max_examples=200)
@given(TEXT, st.lists(PIECES, min_size=1, max_size=4).map("".join).map(lambda text: units(fold(text))).filter(bool))
def test_what_is_found_strictly_is_found_loosely_and_as_a_prefix(text: str, run: list[str]) -> None:
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
def test_a_haystack_is_the_folded_text_with_its_offsets(text: str) -> None:
    haystack, folded = SearchableText(text), fold_with_offsets(text)
    assert haystack.text == folded.text
    for at in range(len(folded.text)):
        assert haystack.original(at, at + 1) == folded.original(at, at + 1)
        start = folded.starts[at]
        assert haystack.folded(start) == folded.starts.index(start)


@settings(max_examples=200)
@given(st.one_of(TEXT, ODD), st.sampled_from(["a", "的", "学习", "e", "か", "b 1"]).map(needle), st.data())
def test_the_spans_of_a_stretch_are_some_of_all(text: str, wanted: HighlightTerm, data: st.DataObject) -> None:
    haystack = SearchableText(text)
    spans = list(find_spans(wanted, haystack))
    start, end = sorted((data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))))
    if not any(low < at < high for low, high in stretches(text) for at in (start, end)):
        assert list(find_spans(wanted, haystack, start, end)) == [span for span in spans if start <= span[0] < end]


def stretches(text: str) -> set[tuple[int, int]]:
    """Which parts of the text fold as one."""
    folded = fold_with_offsets(text)
    return set(zip(folded.starts, folded.ends, strict=True))
