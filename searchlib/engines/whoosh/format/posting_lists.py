"""Pack the posting lists of many terms, and unpack them.

A list is ``size | form | values | frequencies``. ``size``, the number of values, takes one byte, or 255 and four more bytes.
``values`` are article numbers or positions, packed below the universe of their field. Only lists of article numbers have ``form``,
one byte, which says whether ``frequencies`` follow; without them each article contains the term once. A list of one value without
frequencies consists of the bytes of this value only: most terms occur once, and no other list is as short.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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

_WITH_FREQUENCIES = 1
"""The ``form`` of a list with frequencies; other lists have 0."""

_LONG = 255
_LONG_SIZE_BYTES = 4
_MAX_VALUES_PER_BYTE = 8
"""A packed value takes at least one bit."""


@dataclass(frozen=True, slots=True)
class PostingLists:
    """The posting lists of consecutive terms: ``sizes`` int64[terms], ``values`` int64[sum of sizes], list after list.

    ``values`` are article numbers or positions. ``frequencies`` int64[sum of sizes] says how often each article contains
    the term; it is None for positions.
    """

    sizes: Integers
    values: Integers
    frequencies: Integers | None


def single_size(universe: int) -> int:
    """Return the number of bytes of a list of one value."""
    return max(1, ((universe - 1).bit_length() + 7) // 8)


def pack_posting_lists(lists: PostingLists, universe: int) -> tuple[Bytes, Integers]:
    """Return the bytes of all lists, and int64[terms], the number of bytes of each list."""
    sizes = lists.sizes
    heads = 1 + _LONG_SIZE_BYTES * (sizes >= _LONG)
    if lists.frequencies is None:
        return _pack(lists, universe, heads, np.zeros(len(sizes), np.int64))
    totals = np.add.reduceat(lists.frequencies, np.cumsum(sizes) - sizes)
    frequency_bytes = np.where(totals > sizes, (totals + 7) // 8, 0)
    return _pack(lists, universe, heads + 1, frequency_bytes)


def _pack(lists: PostingLists, universe: int, heads: Integers, frequency_bytes: Integers) -> tuple[Bytes, Integers]:
    """Pack lists: ``heads`` int64[terms] are the bytes of their ``size`` and ``form``, ``frequency_bytes`` those of frequencies."""
    is_single = (lists.sizes == 1) & (frequency_bytes == 0)
    value_bytes = packed_sizes(lists.sizes, universe)
    width = single_size(universe)
    lengths = np.where(is_single, width, heads + value_bytes + frequency_bytes)
    starts = np.cumsum(lengths) - lengths
    out = np.zeros(int(lengths.sum()), np.uint8)
    singles = lists.values[np.repeat(is_single, lists.sizes)]
    out[starts[is_single, None] + np.arange(width)] = singles.astype("<u8").view(np.uint8).reshape(-1, 8)[:, :width]
    others = np.flatnonzero(~is_single)
    out[starts[others]] = np.minimum(lists.sizes[others], _LONG)
    long = np.flatnonzero(lists.sizes >= _LONG)
    long_sizes = lists.sizes[long].astype("<u4").view(np.uint8).reshape(-1, _LONG_SIZE_BYTES)
    out[starts[long, None] + np.arange(1, 1 + _LONG_SIZE_BYTES)] = long_sizes
    values = lists.values if len(others) == len(starts) else lists.values[np.repeat(~is_single, lists.sizes)]
    bits = np.zeros(8 * len(out), bool)
    value_starts = starts + heads
    pack_into(out, bits, value_starts[others], lists.sizes[others], values, universe)
    with_frequencies = np.flatnonzero(frequency_bytes)
    if len(with_frequencies):
        assert lists.frequencies is not None
        out[value_starts[with_frequencies] - 1] = _WITH_FREQUENCIES
        frequencies = lists.frequencies[np.repeat(frequency_bytes > 0, lists.sizes)]
        frequency_starts = (value_starts + value_bytes)[with_frequencies]
        pack_counts_into(bits, frequency_starts, lists.sizes[with_frequencies], frequencies)
    add_bits(out, bits)
    return out, lengths


def unpack_posting_lists(data: Bytes, starts: Integers, universe: int, *, has_positions: bool) -> PostingLists:
    """Return the lists in ``data`` that ``starts`` int64[terms + 1] separate; raise ValueError if a list is damaged."""
    sizes, others = posting_list_sizes(data, starts, universe)
    begins, ends = starts[others], starts[others + 1]
    other_sizes = sizes[others]
    is_single = np.ones(len(sizes), bool)
    is_single[others] = False
    at = begins + 1 + _LONG_SIZE_BYTES * (other_sizes >= _LONG)
    values = np.empty(int(sizes.sum()), np.int64)
    of_single = np.repeat(is_single, sizes)
    values[of_single] = _singles(data, starts[:-1][is_single], universe)
    if has_positions:
        values[~of_single] = unpack_many(data, at, other_sizes, universe)
        return PostingLists(sizes, values, None)
    forms = data[at]
    at = at + 1
    values[~of_single] = unpack_many(data, at, other_sizes, universe)
    frequencies = np.ones(len(values), np.int64)
    chosen = np.flatnonzero(forms == _WITH_FREQUENCIES)
    if len(chosen):
        frequency_starts = (at + packed_sizes(other_sizes, universe))[chosen]
        has_frequencies = np.zeros(len(sizes), bool)
        has_frequencies[others[chosen]] = True
        frequencies[np.repeat(has_frequencies, sizes)] = unpack_many_counts(
            data, frequency_starts, ends[chosen] - frequency_starts, other_sizes[chosen]
        )
    return PostingLists(sizes, values, frequencies)


def posting_list_sizes(data: Bytes, starts: Integers, universe: int) -> tuple[Integers, Integers]:
    """Return int64[terms], the sizes of the lists in ``data`` between ``starts``, and the numbers of the lists that consist of more
    than the bytes of one value; raise ValueError if a list is damaged."""
    sizes = np.ones(len(starts) - 1, np.int64)
    others = np.flatnonzero(np.diff(starts) != single_size(universe))
    begins, ends = starts[others], starts[others + 1]
    other_sizes = data[begins].astype(np.int64)
    long = np.flatnonzero(other_sizes == _LONG)
    long_sizes = data[begins[long, None] + np.arange(1, 1 + _LONG_SIZE_BYTES)]
    other_sizes[long] = np.ascontiguousarray(long_sizes).view("<u4").ravel().astype(np.int64)
    if np.any(other_sizes > _MAX_VALUES_PER_BYTE * (ends - begins)) or np.any(other_sizes < 1):
        raise ValueError("a posting list is shorter than its size says")
    sizes[others] = other_sizes
    return sizes, others


def _singles(data: Bytes, starts: Integers, universe: int) -> Integers:
    width = single_size(universe)
    numbers = np.zeros((len(starts), 8), np.uint8)
    numbers[:, :width] = data[starts[:, None] + np.arange(width)]
    return numbers.view("<u8").ravel().astype(np.int64)


def posting_list_size(data: Bytes, universe: int) -> int:
    """Return the number of values of the list whose bytes are ``data``."""
    return 1 if len(data) == single_size(universe) else _size(data)


def unpack_positions(data: Bytes, universe: int) -> Integers:
    """Return the positions of the list whose bytes are ``data``."""
    if len(data) == single_size(universe):
        return _single(data)
    size = _size(data)
    return unpack(data[_size_bytes(size) :], size, universe)


def unpack_postings(data: Bytes, universe: int) -> tuple[Integers, Integers]:
    """Return the articles of the list whose bytes are ``data``, and their frequencies."""
    if len(data) == single_size(universe):
        return _single(data), np.ones(1, np.int64)
    size = _size(data)
    at = _size_bytes(size)
    values = unpack(data[at + 1 :], size, universe)
    if data[at] != _WITH_FREQUENCIES:
        return values, np.ones(size, np.int64)
    return values, unpack_counts(data[at + 1 + packed_size(size, universe) :], size)


def _size(data: Bytes) -> int:
    size = int(data[0])
    return size if size < _LONG else int.from_bytes(data[1 : 1 + _LONG_SIZE_BYTES].tobytes(), "little")


def _size_bytes(size: int) -> int:
    return 1 if size < _LONG else 1 + _LONG_SIZE_BYTES


def _single(data: Bytes) -> Integers:
    return np.array([int.from_bytes(data.tobytes(), "little")], np.int64)
