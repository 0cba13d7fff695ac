"""Words of many characters at once are those found line by line."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchlib.analysis import bulk_words, tokens
from searchlib.analysis.bulk_words import number_words
from searchlib.analysis.fold import fold
from searchlib.analysis.tokens import words
from searchlib.analysis.units import units

ASCII = st.text(st.sampled_from("ab12.-_'+# "), max_size=20)
PIECES = st.sampled_from(
    [*"学习机器的b1.-_'+#， \n_é\u0301𠮷\ud800〇㐀ﾊ", "c++", "v2.0.1", "iphone13", "2021年", "机器学习", ".net"]
)
TEXT = st.one_of(st.text(st.characters()), st.lists(PIECES, max_size=40).map("".join))


@settings(max_examples=400, deadline=None)
@given(TEXT, st.sampled_from([1, 3, 1 << 17]))
def test_words_stand_in_the_lines_in_which_they_are_found_one_by_one(text: str, cut_at_once: int) -> None:
    folded = fold(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk_words, "CUT_AT_ONCE", cut_at_once)
        places, numbers, texts = number_words(folded)
    line_of = [folded.count("\n", 0, place) for place in places.tolist()]
    expected = Counter(
        (line, word.text) for line, each in enumerate(folded.split("\n")) for word in words(each, parts=True)
    )
    assert Counter(zip(line_of, (texts[number] for number in numbers.tolist()), strict=True)) == expected
    assert len(set(texts)) == len(texts)


@given(ASCII)
def test_words_of_ascii_are_cut_as_those_of_all_letters(text: str) -> None:
    chunks = [match[0] for match in tokens._CHUNK.finditer(text)]
    assert [match[0] for match in tokens._ASCII_CHUNK.finditer(text)] == chunks
    assert [match[0] for match in tokens._ASCII_UNIT.finditer(text)] == units(text)
    pieces = [match[0] for match in tokens.LETTERS_OR_DIGITS.finditer(text)]
    assert [match[0] for match in tokens._ASCII_LETTERS_OR_DIGITS.finditer(text)] == pieces
