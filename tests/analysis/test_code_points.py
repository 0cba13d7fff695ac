"""Texts as arrays of code points."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from searchlib.analysis.code_points import encode, number_slices

WORDS = st.text(st.sampled_from("ab1.é学\U00020000\ud800"), min_size=1, max_size=11)


@given(st.lists(WORDS, max_size=30), st.text("学 ", max_size=2))
def test_a_slice_has_the_number_of_its_text(words: list[str], between: str) -> None:
    text = between + between.join(words)
    ends = np.cumsum([len(between) + len(word) for word in words], dtype=np.int64)
    starts = ends - np.array([len(word) for word in words], np.int64)
    numbers, texts = number_slices(text, encode(text), starts, ends)
    assert [texts[number] for number in numbers.tolist()] == words
    assert sorted(texts) == sorted(set(words))
