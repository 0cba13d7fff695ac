"""The bulk functions give the same results as the plain ones."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchlib.analysis.bulk import LINE_END, number_units, number_words
from searchlib.analysis.fold import fold
from searchlib.analysis.tokens import words
from searchlib.analysis.units import UNIT, units_with_breaks

UNIT_PIECES = st.sampled_from([*"学习ab1+#，。.…— \n_é\u0301𠮷\ud800〇ﾊ", "c++", "c#"])
WORD_PIECES = st.sampled_from(
    [*"学习机器的b1😀❤.-_'+#， \n_é\u0301𠮷\ud800〇㐀ﾊ", "c++", "v2.0.1", "iphone13", "2021年", "机器学习", ".net"]
)


@pytest.mark.slow
@settings(max_examples=500)
@given(st.one_of(st.text(st.characters()), st.lists(UNIT_PIECES, max_size=30).map("".join)))
def test_units_and_line_ends_are_those_of_the_plain_pattern(text: str) -> None:
    folded = fold(text)
    positions, numbers, texts, after_break = number_units(folded)
    expected = [(match.start(), match[0]) for match in re.finditer(rf"{UNIT.pattern}|{LINE_END}", folded)]
    assert list(zip(positions.tolist(), [texts[number] for number in numbers], strict=True)) == expected
    assert len(set(texts)) == len(texts)
    lines = [units_with_breaks(line) for line in folded.split(LINE_END)]
    of_units = [is_after for number, is_after in zip(numbers, after_break, strict=True) if texts[number] != LINE_END]
    # Nothing reads the first one of a line.
    assert [each for line in _split(of_units, [*map(len, lines)]) for each in line[1:]] == [
        is_after for line in lines for _, is_after in line[1:]
    ]


def _split(flags: list[bool], sizes: list[int]) -> list[list[bool]]:
    rest = iter(flags)
    return [[*islice(rest, size)] for size in sizes]


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(st.text(st.characters()), st.lists(WORD_PIECES, max_size=40).map("".join)),
    st.sampled_from([1, 3, 1 << 17]),
)
def test_words_are_in_the_lines_in_which_the_plain_tokenizer_finds_them(text: str, han_batch: int) -> None:
    folded = fold(text)
    positions, numbers, texts = number_words(folded, han_batch=han_batch)
    line_of = [folded.count("\n", 0, position) for position in positions.tolist()]
    expected = Counter(
        (line, word.text) for line, each in enumerate(folded.split("\n")) for word in words(each, parts=True)
    )
    assert Counter(zip(line_of, (texts[number] for number in numbers.tolist()), strict=True)) == expected
    assert len(set(texts)) == len(texts)
