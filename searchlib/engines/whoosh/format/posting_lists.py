"""Write the values of many terms as packed lists, and read them again.

A list is ``count | form | values | counts``. The count of its values takes one byte, or, from 255 on, that and four more.
Values are article numbers or places, packed below the universe of their field. Only lists of article numbers have the byte
``form``: ``ONCE`` where each article holds the term once, ``COUNTED`` where counts follow. What ``codec`` adds lies apart. A list
of one value, held once, is these bytes of the value alone: most terms of an archive occur once, and no other list is as short.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.whoosh.format.integers import Bytes, Integers
from searchlib.engines.whoosh.format.packing import (
    add_bits,
    pack_counts_into,
    pack_into,
    packed_size,
    packed_sizes,
    unpack,
    unpack_counts,
    unpack_many,
    unpack_many_counts,
)

ONCE = 0
COUNTED = 1

_MANY = 255
_LONG_COUNT = 4


@dataclass(frozen=True, slots=True)
class PostingLists:
    """The values of terms, one term after the other: ``sizes`` int64[terms], ``values`` int64[sum of sizes].

    ``counts`` int64[sum of sizes] says how often each article holds the term; None for places.
    """

    sizes: Integers
    values: Integers
    counts: Integers | None


def single_size(universe: int) -> int:
    """How many bytes a list of one value takes."""
    return max(1, ((universe - 1).bit_length() + 7) // 8)


def pack_posting_lists(lists: PostingLists, universe: int) -> tuple[Bytes, Integers]:
    """The bytes of all lists, and how many each of them takes."""
    sizes = lists.sizes
    heads = 1 + _LONG_COUNT * (sizes >= _MANY)
    if lists.counts is None:
        return _packed(lists, universe, heads, np.zeros(len(sizes), np.int64))
    totals = np.add.reduceat(lists.counts, np.cumsum(sizes) - sizes)
    count_sizes = np.where(totals > sizes, (totals + 7) // 8, 0)
    return _packed(lists, universe, heads + 1, count_sizes)


def _packed(lists: PostingLists, universe: int, heads: Integers, count_sizes: Integers) -> tuple[Bytes, Integers]:
    single = (lists.sizes == 1) & (count_sizes == 0)
    value_sizes = packed_sizes(lists.sizes, universe)
    width = single_size(universe)
    lengths = np.where(single, width, heads + value_sizes + count_sizes)
    starts = np.cumsum(lengths) - lengths
    out = np.zeros(int(lengths.sum()), np.uint8)
    alone = lists.values[np.repeat(single, lists.sizes)]
    out[starts[single, None] + np.arange(width)] = alone.astype("<u8").view(np.uint8).reshape(-1, 8)[:, :width]
    longer = np.flatnonzero(~single)
    out[starts[longer]] = np.minimum(lists.sizes[longer], _MANY)
    many = np.flatnonzero(lists.sizes >= _MANY)
    out[starts[many, None] + np.arange(1, 1 + _LONG_COUNT)] = _as_bytes(lists.sizes[many])
    values = lists.values if len(longer) == len(starts) else lists.values[np.repeat(~single, lists.sizes)]
    bits = np.zeros(8 * len(out), bool)
    pack_into(out, bits, (starts + heads)[longer], lists.sizes[longer], values, universe)
    counted = np.flatnonzero(count_sizes)
    if len(counted):
        assert lists.counts is not None
        at = starts + heads
        out[at[counted] - 1] = COUNTED
        held = np.repeat(count_sizes > 0, lists.sizes)
        pack_counts_into(bits, (at + value_sizes)[counted], lists.sizes[counted], lists.counts[held])
    add_bits(out, bits)
    return out, lengths


def unpack_posting_lists(data: Bytes, starts: Integers, universe: int, *, places: bool) -> PostingLists:
    """The lists that lie in ``data`` between ``starts`` int64[terms + 1].

    Raises:
        ValueError: they are damaged.
    """
    sizes, longer = _sizes(data, starts, universe)
    begins, ends = starts[longer], starts[longer + 1]
    of_longer = sizes[longer]
    single = np.ones(len(sizes), bool)
    single[longer] = False
    at = begins + 1 + _LONG_COUNT * (of_longer >= _MANY)
    values = np.empty(int(sizes.sum()), np.int64)
    is_alone = np.repeat(single, sizes)
    values[is_alone] = _singles(data, starts[:-1][single], universe)
    if places:
        values[~is_alone] = unpack_many(data, at, of_longer, universe)
        return PostingLists(sizes, values, None)
    forms = data[at]
    at = at + 1
    values[~is_alone] = unpack_many(data, at, of_longer, universe)
    counts = np.ones(len(values), np.int64)
    counted = np.flatnonzero(forms == COUNTED)
    if len(counted):
        count_starts = (at + packed_sizes(of_longer, universe))[counted]
        held = np.zeros(len(sizes), bool)
        held[longer[counted]] = True
        counts[np.repeat(held, sizes)] = unpack_many_counts(
            data, count_starts, ends[counted] - count_starts, of_longer[counted]
        )
    return PostingLists(sizes, values, counts)


def posting_list_sizes(data: Bytes, starts: Integers, universe: int) -> Integers:
    """int64[terms]: how many values each of the lists has that lie in ``data`` between ``starts`` int64[terms + 1].

    Raises:
        ValueError: they are damaged.
    """
    return _sizes(data, starts, universe)[0]


def _sizes(data: Bytes, starts: Integers, universe: int) -> tuple[Integers, Integers]:
    """The size of each list, and which lists are more than the bytes of one value."""
    sizes = np.ones(len(starts) - 1, np.int64)
    longer = np.flatnonzero(np.diff(starts) != single_size(universe))
    begins, ends = starts[longer], starts[longer + 1]
    of_longer = data[begins].astype(np.int64)
    many = np.flatnonzero(of_longer == _MANY)
    of_longer[many] = _as_numbers(data[begins[many, None] + np.arange(1, 1 + _LONG_COUNT)])
    if np.any(of_longer > 8 * (ends - begins)) or np.any(of_longer < 1):
        raise ValueError("a list is shorter than it says")
    sizes[longer] = of_longer
    return sizes, longer


def _singles(data: Bytes, starts: Integers, universe: int) -> Integers:
    width = single_size(universe)
    found = np.zeros((len(starts), 8), np.uint8)
    found[:, :width] = data[starts[:, None] + np.arange(width)]
    return found.view("<u8").ravel().astype(np.int64)


def posting_list_size(data: Bytes, universe: int) -> int:
    """How many values a list has, whose bytes ``data`` are."""
    return 1 if len(data) == single_size(universe) else _count(data)


def _count(data: Bytes) -> int:
    count = int(data[0])
    return count if count < _MANY else int.from_bytes(data[1 : 1 + _LONG_COUNT].tobytes(), "little")


def _single(data: Bytes) -> Integers:
    return np.array([int.from_bytes(data.tobytes(), "little")], np.int64)


def unpack_positions(data: Bytes, universe: int) -> Integers:
    """The places of one list, whose bytes ``data`` are."""
    if len(data) == single_size(universe):
        return _single(data)
    count = _count(data)
    return unpack(data[_head(count) :], count, universe)


def unpack_postings(data: Bytes, universe: int) -> tuple[Integers, Integers | None]:
    """The articles of one list, and how often each holds the term (None: once each)."""
    if len(data) == single_size(universe):
        return _single(data), None
    count = _count(data)
    at = _head(count)
    values = unpack(data[at + 1 :], count, universe)
    if data[at] != COUNTED:
        return values, None
    return values, unpack_counts(data[at + 1 + packed_size(count, universe) :], count)


def _head(size: int) -> int:
    return 1 if size < _MANY else 1 + _LONG_COUNT


def _as_bytes(numbers: Integers) -> NDArray[np.uint8]:
    return numbers.astype("<u4").view(np.uint8).reshape(-1, _LONG_COUNT)


def _as_numbers(found: NDArray[np.uint8]) -> Integers:
    return np.ascontiguousarray(found).view("<u4").ravel().astype(np.int64)
