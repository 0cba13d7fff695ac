"""Pack ascending integers and small counts into few bytes, many lists at once, with numpy alone.

Ascending integers below a universe are packed as Elias and Fano do (P. Elias 1974; S. Vigna, Quasi-succinct indices, 2013):
the low bits of each as they are, the high bits as one bit in a row of bits. ``low`` is a multiple of four, so that low
bits lie in whole pairs of bytes, bytes, and half-bytes, one after the other. Counts are unary: as many bits, the last one set.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.whoosh.format.integers import Bytes, Integers, expand_ranges, offsets_in_ranges

_STEP = 4
_MOST = 28


@lru_cache(maxsize=256)
def _most_values(universe: int) -> tuple[int, ...]:
    """For 0, 4, 8 … low bits: with so many values or fewer, four more low bits take less room."""
    return tuple((15 * (universe >> low)) // 64 for low in range(0, _MOST, _STEP))


def low_bits(count: int, universe: int) -> int:
    """How many low bits of each of ``count`` values below ``universe`` are kept as they are."""
    low = 0
    for most in _most_values(universe):
        if count > most:
            break
        low += _STEP
    return low


def _low_bits(counts: Integers, universe: int) -> Integers:
    descending = np.array(_most_values(universe), np.int64)
    return _STEP * (len(descending) - np.searchsorted(descending[::-1], counts, "left")).astype(np.int64)


Count = TypeVar("Count", int, Integers)


def _low_bytes(count: Count, low: Count) -> Count:
    return count * (low >> 3) + (count + 1) // 2 * (low >> 2 & 1)


def _high_bytes(count: Count, universe: int, low: Count) -> Count:
    return (count + (universe >> low) + 8) // 8


def packed_size(count: int, universe: int) -> int:
    """How many bytes so many values take."""
    low = low_bits(count, universe)
    return _low_bytes(count, low) + _high_bytes(count, universe, low)


def packed_sizes(counts: Integers, universe: int) -> Integers:
    """The same for many lists: int64[lists]."""
    low = _low_bits(counts, universe)
    return _low_bytes(counts, low) + _high_bytes(counts, universe, low)


def unpack(data: Bytes, count: int, universe: int) -> Integers:
    """The values of one list, whose bytes begin ``data``."""
    low = low_bits(count, universe)
    at = _low_bytes(count, low)
    end = at + _high_bytes(count, universe, low)
    values = _ones(data[at:end])[:count]
    if len(values) != count:
        raise ValueError("a list of integers is damaged")
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
    """So many counts, whose bytes begin ``data``."""
    ends = _ones(data)[:count]
    if len(ends) != count:
        raise ValueError("a list of counts is damaged")
    return np.diff(ends, prepend=-1)


def _ones(data: Bytes) -> Integers:
    return np.flatnonzero(np.unpackbits(data, bitorder="little").view(bool))


def pack_into(
    out: Bytes, bits: NDArray[np.bool_], starts: Integers, counts: Integers, values: Integers, universe: int
) -> None:
    """Pack many lists into ``out``, which holds zeros: each of ``counts`` values, from its byte in ``starts`` on.

    The values of all lists follow one another; within a list they ascend, and lie below ``universe``. What is packed as
    single bits is set in ``bits`` bool[8 * bytes], for ``add_bits`` to add to the bytes.
    """
    for low, lists, members, inside in _alike(counts, universe):
        _pack_same(out, bits, starts[lists], counts[lists], inside, values[members], low)


def add_bits(out: Bytes, bits: NDArray[np.bool_]) -> None:
    """Set the bits in bytes where they are not set yet."""
    out |= np.packbits(bits.view(np.uint8), bitorder="little")


def _alike(counts: Integers, universe: int) -> Iterator[tuple[int, Integers, Integers, Integers]]:
    """The lists that keep the same number of low bits: how many, which lists, which values, the place of each in its list."""
    lows = _low_bits(counts, universe)
    first = np.cumsum(counts) - counts
    # ``np.unique`` would import numpy's masked arrays: 50 ms of the first search.
    for low in np.flatnonzero(np.bincount(lows)).tolist():
        lists = np.flatnonzero(lows == low)
        inside = offsets_in_ranges(counts[lists])
        yield low, lists, np.repeat(first[lists], counts[lists]) + inside, inside


def _pack_same(
    out: Bytes,
    bits: NDArray[np.bool_],
    starts: Integers,
    counts: Integers,
    inside: Integers,
    values: Integers,
    low: int,
) -> None:
    """Pack lists that keep the same number of low bits; ``inside`` is the place of each value in its list."""
    at = starts
    shift = 0
    if low & 16:
        places = np.repeat(at, counts) + 2 * inside
        out[places] = values.astype(np.uint8)
        out[places + 1] = (values >> 8).astype(np.uint8)
        at = at + 2 * counts
        shift = 16
    if low & 8:
        out[np.repeat(at, counts) + inside] = (values >> shift).astype(np.uint8)
        at = at + counts
        shift += 8
    if low & 4:
        halves = ((values >> shift) & 15).astype(np.uint8)
        places = np.repeat(at, counts) + (inside >> 1)
        odd = (inside & 1).astype(bool)
        out[places[~odd]] = halves[~odd]
        out[places[odd]] |= halves[odd] << 4
        at = at + (counts + 1) // 2
    bits[np.repeat(8 * at, counts) + (values >> low) + inside] = True


def pack_counts_into(bits: NDArray[np.bool_], starts: Integers, counts: Integers, values: Integers) -> None:
    """Pack many lists of counts, all above 0, into ``bits``: each list from its byte in ``starts`` on."""
    ends = np.cumsum(values)
    before = np.concatenate(([0], ends))[np.cumsum(counts) - counts]
    bits[np.repeat(8 * starts - before, counts) + ends - 1] = True


def unpack_many(data: Bytes, starts: Integers, counts: Integers, universe: int) -> Integers:
    """The values of many lists, one list after the other."""
    values = np.empty(int(counts.sum()), np.int64)
    for low, lists, members, inside in _alike(counts, universe):
        values[members] = _unpack_same(data, starts[lists], counts[lists], inside, universe, low)
    return values


def _unpack_same(
    data: Bytes, starts: Integers, counts: Integers, inside: Integers, universe: int, low: int
) -> Integers:
    values = np.zeros(len(inside), np.int64)
    at = starts
    shift = 0
    if low & 16:
        places = np.repeat(at, counts) + 2 * inside
        values |= data[places]
        values |= data[places + 1].astype(np.int64) << 8
        at = at + 2 * counts
        shift = 16
    if low & 8:
        values |= data[np.repeat(at, counts) + inside].astype(np.int64) << shift
        at = at + counts
        shift += 8
    if low & 4:
        pairs = data[np.repeat(at, counts) + (inside >> 1)].astype(np.int64)
        values |= ((pairs >> ((inside & 1) << 2)) & 15) << shift
        at = at + (counts + 1) // 2
    highs, _ = _ones_of_many(data, at, (counts + (universe >> low) + 8) // 8, counts)
    return values | ((highs - inside) << low)


def unpack_many_counts(data: Bytes, starts: Integers, sizes: Integers, counts: Integers) -> Integers:
    """The counts of many lists, which take so many bytes each, one list after the other."""
    ends, inside = _ones_of_many(data, starts, sizes, counts)
    before = np.concatenate(([0], ends[:-1] + 1))
    before[inside == 0] = 0
    return ends + 1 - before


def _ones_of_many(data: Bytes, starts: Integers, sizes: Integers, counts: Integers) -> tuple[Integers, Integers]:
    """The places of the bits that are set in each list of bytes, and the number of each such bit in its list."""
    first = np.cumsum(sizes) - sizes
    bits = _ones(data[expand_ranges(starts, sizes)])
    lists = np.searchsorted(8 * first, bits, "right") - 1
    found = np.bincount(lists, minlength=len(starts))
    if np.any(found != counts):
        raise ValueError("a list of integers is damaged")
    return bits - 8 * first[lists], offsets_in_ranges(counts)
