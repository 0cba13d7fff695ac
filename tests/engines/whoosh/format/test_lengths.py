"""Lengths in one byte each add up to the same bounds."""

from __future__ import annotations

from itertools import accumulate, pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from searchlib.engines.whoosh.format.lengths import Lengths

MANY = st.lists(st.one_of(st.integers(0, 300), st.integers(0, 1 << 40)), max_size=200)


@given(MANY, st.integers(0, 200), st.integers(0, 200))
def test_lengths_add_up(lengths: list[int], one: int, other: int) -> None:
    first, end = sorted((min(one, len(lengths)), min(other, len(lengths))))
    bounds = [0, *accumulate(lengths)]
    stored = Lengths.of(np.array(lengths, np.int64))
    assert len(stored) == len(lengths)
    assert stored.total == bounds[-1]
    assert [stored.bounds(number) for number in range(len(lengths))] == list(pairwise(bounds))
    numbers = np.arange(len(lengths))[::-1]
    starts, ends = stored.bounds_of(numbers)
    assert list(zip(starts.tolist(), ends.tolist(), strict=True)) == list(pairwise(bounds))[::-1]
    assert stored.slice(first, end).tolist() == lengths[first:end]
    assert stored.starts(first, end).tolist() == bounds[first : end + 1]
