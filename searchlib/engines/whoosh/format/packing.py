"""Pack ascending integers and small counts into few bytes, many sequences at once, with numpy alone.

Ascending integers below a universe have the Elias-Fano form (P. Elias 1974; S. Vigna, Quasi-succinct indices, 2013): the low bits
of each integer are stored unchanged, and its high bits as one bit in a bit vector. The number of low bits is a multiple of four,
so that they fill a plane of 16-bit integers, a plane of bytes and a plane of half-bytes, in this order. Each plane may be missing.
Counts are unary: a count of n is n bits, the last of which is set.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.whoosh.format.integers import Bytes, Integers, expand_ranges, offsets_in_ranges

_STEP = 4
_MAX_LOW_BITS = 28


@lru_cache(maxsize=256)
def _thresholds(universe: int) -> tuple[int, ...]:
    """Return, for 0, 4, 8 … low bits, the number of values up to which four more low bits take less space."""
    return tuple((15 * (universe >> low)) // 64 for low in range(0, _MAX_LOW_BITS, _STEP))


def low_bits(count: int, universe: int) -> int:
    """Return the number of low bits of each of ``count`` values below ``universe``."""
    low = 0
    for threshold in _thresholds(universe):
        if count > threshold:
            break
        low += _STEP
    return low


def _low_bits_of_many(counts: Integers, universe: int) -> Integers:
    descending = np.array(_thresholds(universe), np.int64)
    return _STEP * (len(descending) - np.searchsorted(descending[::-1], counts, "left")).astype(np.int64)


Count = TypeVar("Count", int, Integers)


def _low_bytes(count: Count, low: Count) -> Count:
    return count * (low >> 3) + (count + 1) // 2 * (low >> 2 & 1)


def _high_bytes(count: Count, universe: int, low: Count) -> Count:
    return (count + (universe >> low) + 8) // 8


def packed_size(count: int, universe: int) -> int:
    """Return the number of bytes of a packed sequence of ``count`` values."""
    low = low_bits(count, universe)
    return _low_bytes(count, low) + _high_bytes(count, universe, low)


def packed_sizes(counts: Integers, universe: int) -> Integers:
    """Return int64[sequences]: the number of bytes of each packed sequence."""
    low = _low_bits_of_many(counts, universe)
    return _low_bytes(counts, low) + _high_bytes(counts, universe, low)


def unpack(data: Bytes, count: int, universe: int) -> Integers:
    """Return the ``count`` values of the packed sequence at the start of ``data``; raise ValueError if it is damaged."""
    low = low_bits(count, universe)
    at = _low_bytes(count, low)
    end = at + _high_bytes(count, universe, low)
    values = _set_bits(data[at:end])[:count]
    if len(values) != count:
        raise ValueError("a packed sequence of integers is damaged")
    values -= np.arange(count)
    if not low:
        return values
    values <<= low
    at = shift = 0
    if low & 16:
        at = 2 * count
        values |= data[:at].view("<u2")
        shift = 16
    if low & 8:
        values |= data[at : at + count].astype(np.int64) << shift
        at += count
        shift += 8
    if low & 4:
        pairs = data[at : at + (count + 1) // 2].astype(np.int64)
        values[::2] |= (pairs & 15) << shift
        values[1::2] |= (pairs[: count // 2] >> 4) << shift
    return values


def unpack_counts(data: Bytes, count: int) -> Integers:
    """Return the ``count`` unary counts at the start of ``data``; raise ValueError if the counts are damaged."""
    ends = _set_bits(data)[:count]
    if len(ends) != count:
        raise ValueError("a packed sequence of counts is damaged")
    counts = np.empty(count, np.int64)
    counts[:1] = ends[:1] + 1
    np.subtract(ends[1:], ends[:-1], out=counts[1:])
    return counts


def _set_bits(data: Bytes) -> Integers:
    """Return the numbers of the bits that are set, ascending."""
    # ``np.flatnonzero`` does the same with five more calls.
    return np.unpackbits(data, bitorder="little").view(bool).nonzero()[0]


def pack_into(
    out: Bytes, bits: NDArray[np.bool_], starts: Integers, counts: Integers, values: Integers, universe: int
) -> None:
    """Pack many sequences into ``out``, which holds zeros: sequence i, of ``counts[i]`` values, from byte ``starts[i]`` on.

    ``values`` holds the sequences one after the other; the values of a sequence ascend, and are less than ``universe``.
    High bits are set in ``bits`` bool[8 * bytes] instead, for ``add_bits`` to add to the bytes of all sequences at once.
    """
    for low, sequences, members, offsets in _by_low_bits(counts, universe):
        _pack_same(out, bits, starts[sequences], counts[sequences], offsets, values[members], low)


def add_bits(out: Bytes, bits: NDArray[np.bool_]) -> None:
    """Set bits in bytes; leave other bits unchanged."""
    out |= np.packbits(bits.view(np.uint8), bitorder="little")


def _by_low_bits(counts: Integers, universe: int) -> Iterator[tuple[int, Integers, Integers, Integers]]:
    """Group sequences by their number of low bits.

    Yield, for each group, the number of low bits, the sequences, the indices of all their values, and the offset of each
    value in its sequence.
    """
    lows = _low_bits_of_many(counts, universe)
    first = np.cumsum(counts) - counts
    # ``np.unique`` imports numpy's masked arrays: 50 ms of the first search.
    for low in np.flatnonzero(np.bincount(lows)).tolist():
        sequences = np.flatnonzero(lows == low)
        offsets = offsets_in_ranges(counts[sequences])
        yield low, sequences, np.repeat(first[sequences], counts[sequences]) + offsets, offsets


def _pack_same(
    out: Bytes,
    bits: NDArray[np.bool_],
    starts: Integers,
    counts: Integers,
    offsets: Integers,
    values: Integers,
    low: int,
) -> None:
    """Pack sequences with the same number of low bits; ``offsets`` are those of each value in its sequence."""
    at = starts
    shift = 0
    if low & 16:
        indices = np.repeat(at, counts) + 2 * offsets
        out[indices] = values.astype(np.uint8)
        out[indices + 1] = (values >> 8).astype(np.uint8)
        at = at + 2 * counts
        shift = 16
    if low & 8:
        out[np.repeat(at, counts) + offsets] = (values >> shift).astype(np.uint8)
        at = at + counts
        shift += 8
    if low & 4:
        halves = ((values >> shift) & 15).astype(np.uint8)
        indices = np.repeat(at, counts) + (offsets >> 1)
        odd = (offsets & 1).astype(bool)
        out[indices[~odd]] = halves[~odd]
        out[indices[odd]] |= halves[odd] << 4
        at = at + (counts + 1) // 2
    bits[np.repeat(8 * at, counts) + (values >> low) + offsets] = True


def pack_counts_into(bits: NDArray[np.bool_], starts: Integers, counts: Integers, values: Integers) -> None:
    """Pack many sequences of counts above 0 into ``bits``: sequence i, of ``counts[i]`` values, from byte ``starts[i]`` on."""
    ends = np.cumsum(values)
    before = np.concatenate(([0], ends))[np.cumsum(counts) - counts]
    bits[np.repeat(8 * starts - before, counts) + ends - 1] = True


def unpack_many(data: Bytes, starts: Integers, counts: Integers, universe: int) -> Integers:
    """Return the values of many sequences, one sequence after the other; raise ValueError if a sequence is damaged."""
    values = np.empty(int(counts.sum()), np.int64)
    for low, sequences, members, offsets in _by_low_bits(counts, universe):
        values[members] = _unpack_same(data, starts[sequences], counts[sequences], offsets, universe, low)
    return values


def _unpack_same(
    data: Bytes, starts: Integers, counts: Integers, offsets: Integers, universe: int, low: int
) -> Integers:
    """Unpack sequences with the same number of low bits."""
    values = np.zeros(len(offsets), np.int64)
    at = starts
    shift = 0
    if low & 16:
        indices = np.repeat(at, counts) + 2 * offsets
        values |= data[indices]
        values |= data[indices + 1].astype(np.int64) << 8
        at = at + 2 * counts
        shift = 16
    if low & 8:
        values |= data[np.repeat(at, counts) + offsets].astype(np.int64) << shift
        at = at + counts
        shift += 8
    if low & 4:
        pairs = data[np.repeat(at, counts) + (offsets >> 1)].astype(np.int64)
        values |= ((pairs >> ((offsets & 1) << 2)) & 15) << shift
        at = at + (counts + 1) // 2
    highs, _ = _set_bits_of_many(data, at, (counts + (universe >> low) + 8) // 8, counts)
    return values | ((highs - offsets) << low)


def unpack_many_counts(data: Bytes, starts: Integers, sizes: Integers, counts: Integers) -> Integers:
    """Return the counts of many sequences, of ``sizes[i]`` bytes each, in order; raise ValueError if one is damaged."""
    ends, offsets = _set_bits_of_many(data, starts, sizes, counts)
    before = np.concatenate(([0], ends[:-1] + 1))
    before[offsets == 0] = 0
    return ends + 1 - before


def _set_bits_of_many(data: Bytes, starts: Integers, sizes: Integers, counts: Integers) -> tuple[Integers, Integers]:
    """Return the numbers of the set bits in each range of bytes, and for each its ordinal (0, 1, 2 …) within the range."""
    bits = _set_bits(data[expand_ranges(starts, sizes)])
    bounds = 8 * np.cumsum(np.concatenate(([0], sizes)))
    # The ranges are fewer than the bits.
    if np.any(np.diff(bits.searchsorted(bounds)) != counts):
        raise ValueError("a packed sequence of integers is damaged")
    return bits - np.repeat(bounds[:-1], counts), offsets_in_ranges(counts)
