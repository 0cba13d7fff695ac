"""Operations on ascending arrays give the results of sets."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from searchlib.engines.whoosh.format.integers import (
    common_indices,
    distinct,
    expand_ranges,
    intersect_shifted,
    offsets_in_ranges,
    run_sizes,
    run_starts,
    union,
    union_of,
    union_size,
)

NUMBERS = st.lists(st.integers(0, 30), max_size=20)


def ascending(numbers: list[int]) -> np.ndarray:
    return np.array(sorted(set(numbers)), np.int64)


@given(NUMBERS, NUMBERS)
def test_two_arrays_are_combined(one: list[int], other: list[int]) -> None:
    assert distinct(np.array(one, np.int64)).tolist() == sorted(set(one))
    assert union(ascending(one), ascending(other)).tolist() == sorted({*one, *other})
    indices = common_indices(ascending(one), ascending(other))
    assert ascending(one)[indices].tolist() == sorted({*one} & {*other})


@given(st.lists(NUMBERS.filter(bool), max_size=4))
def test_distinct_numbers_of_several_arrays_are_counted(arrays: list[list[int]]) -> None:
    assert union_size([*map(ascending, arrays)]) == len({number for array in arrays for number in array})


@given(st.lists(NUMBERS, max_size=4), st.sampled_from([31, 100_000]))
def test_arrays_are_united_whether_they_are_dense_or_not(arrays: list[list[int]], size: int) -> None:
    united = union_of([*map(ascending, arrays)], size)
    assert united.dtype == np.int64
    assert united.tolist() == sorted({number for each in arrays for number in each})


@given(NUMBERS)
def test_runs_of_equal_numbers_are_found(numbers: list[int]) -> None:
    numbers = sorted(numbers)
    starts = run_starts(np.array(numbers, np.int64))
    assert starts.tolist() == [numbers.index(number) for number in sorted(set(numbers))]
    sizes = run_sizes(starts, len(numbers))
    assert sizes.tolist() == [numbers.count(number) for number in sorted(set(numbers))]


@given(st.lists(st.tuples(st.integers(0, 5), NUMBERS), min_size=1, max_size=4))
def test_shifted_arrays_are_intersected(arrays: list[tuple[int, list[int]]]) -> None:
    common = intersect_shifted((offset, ascending(numbers)) for offset, numbers in arrays)
    assert common.tolist() == [n for n in range(-5, 31) if all(n + offset in numbers for offset, numbers in arrays)]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5)), max_size=10))
def test_ranges_are_expanded(ranges: list[tuple[int, int]]) -> None:
    starts, sizes = (np.array([each[at] for each in ranges], np.int64) for at in (0, 1))
    assert expand_ranges(starts, sizes).tolist() == [start + at for start, size in ranges for at in range(size)]
    assert offsets_in_ranges(sizes).tolist() == [at for _, size in ranges for at in range(size)]
