"""Work with ascending numbers of articles and positions as whole arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

Integers = NDArray[np.int64]
"""int64[n]: numbers of articles, positions, sizes or offsets."""

NO_INTEGERS: Integers = np.empty(0, np.int64)

_SPARSE_RATIO = 64
"""Arrays are united by sorting if they hold less than one of 64 possible numbers."""


def run_starts(ascending: Integers) -> Integers:
    """Return the index of the first of each run of equal numbers."""
    is_first = np.ones(len(ascending), bool)
    # ``np.diff`` with ``prepend`` takes several times as long for short arrays.
    np.not_equal(ascending[1:], ascending[:-1], out=is_first[1:])
    return is_first.nonzero()[0]


def run_sizes(starts: Integers, end: int) -> Integers:
    """Return the size of each run, given the starts; the last run ends at ``end``."""
    sizes = np.empty(len(starts), np.int64)
    np.subtract(starts[1:], starts[:-1], out=sizes[:-1])
    sizes[-1:] = end - starts[-1:]
    return sizes


def distinct(numbers: Integers) -> Integers:
    """Return the distinct numbers, ascending."""
    # ``np.unique`` imports numpy's masked arrays: 50 ms of the first search. Most callers pass a few ascending arrays one after
    # the other, which a stable sort merges: eight times as fast for 80,000 numbers of two arrays.
    ascending = np.sort(numbers, kind="stable")
    return ascending[run_starts(ascending)]


def union_of(arrays: Sequence[Integers], size: int) -> Integers:
    """Return the distinct numbers of arrays of numbers below ``size``, ascending; each array must be distinct and ascending."""
    arrays = [each for each in arrays if len(each)]
    if len(arrays) < 2:
        return arrays[0] if arrays else NO_INTEGERS
    if sum(map(len, arrays)) * _SPARSE_RATIO < size:
        return distinct(np.concatenate(arrays))
    # One pass over all numbers takes less time than sorting.
    is_there = np.zeros(size, bool)
    for each in arrays:
        is_there[each] = True
    return is_there.nonzero()[0]


def union_size(arrays: Sequence[Integers]) -> int:
    """Return the number of distinct numbers in several arrays. Each array must be distinct, ascending and not empty."""
    if not arrays:
        return 0
    largest, *others = sorted(arrays, key=len, reverse=True)
    more = [each[~look_up(each, largest)[1]] for each in others]
    return len(largest) + (len(distinct(np.concatenate(more))) if len(more) > 1 else sum(map(len, more)))


def union(first: Integers, second: Integers) -> Integers:
    """Return the distinct numbers of two arrays, ascending; each array must be distinct and ascending."""
    if not len(first) or not len(second):
        return first if len(first) else second
    return distinct(np.concatenate([first, second]))


def look_up(numbers: Integers, among: Integers) -> tuple[Integers, NDArray[np.bool_]]:
    """Return int64[wanted], the index of each number in ``among``, and bool[wanted], whether it is there.

    ``among`` must ascend and not be empty.
    """
    at = np.minimum(among.searchsorted(numbers), len(among) - 1)
    return at, among[at] == numbers


def common_indices(among: Integers, others: Integers) -> Integers:
    """Return the indices of the numbers in ``among`` that ``others`` contains. Both arrays must ascend, as do the indices."""
    if not len(among) or not len(others):
        return NO_INTEGERS
    if len(among) <= len(others):
        return look_up(among, others)[1].nonzero()[0]
    at, is_common = look_up(others, among)
    return at[is_common]


def intersect_shifted(arrays: Iterable[tuple[int, Integers]]) -> Integers:
    """Return the numbers n, ascending, for which each array contains n plus its offset. There must be an array; all must ascend.

    With the positions of the bigrams of a phrase and their offsets in it, these are the starts of the phrase.
    """
    # Starting with the shortest array leaves the fewest numbers to look up.
    (offset, shortest), *others = sorted(arrays, key=lambda each: len(each[1]))
    numbers: Integers = shortest - offset
    for offset, array in others:
        if not len(numbers):
            break
        numbers = numbers[look_up(numbers + offset, array)[1]]
    return numbers


def ascend(values: Integers, sizes: Integers, *, strictly: bool) -> bool:
    """Return whether the values of each list ascend; ``sizes`` int64[lists] is the number of values of each, at least 1."""
    is_first = np.zeros(len(values), bool)
    is_first[np.cumsum(sizes) - sizes] = True
    steps = values[1:] - values[:-1]
    return bool(np.all(is_first[1:] | (steps >= (1 if strictly else 0))))


def expand_ranges(starts: Integers, sizes: Integers) -> Integers:
    """Return the numbers of many ranges, one range after the other: ``sizes[i]`` numbers from ``starts[i]`` on."""
    return np.repeat(starts - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))


def offsets_in_ranges(sizes: Integers) -> Integers:
    """Return 0 to n - 1 for each size n, one range after the other."""
    return np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
