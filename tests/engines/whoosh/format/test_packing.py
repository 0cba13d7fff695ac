"""Packed integers are unpacked unchanged, one sequence or many at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchlib.engines.whoosh.format.packing import (
    add_bits,
    low_bits,
    pack_counts_into,
    pack_into,
    packed_size,
    packed_sizes,
    unpack,
    unpack_counts,
    unpack_many,
    unpack_many_counts,
)

UNIVERSES = [1, 2, 5, 16, 17, 100, 5000, 1 << 20, 200_000_000, 1 << 35]


@st.composite
def ascending_sequences(draw: st.DrawFn) -> tuple[int, list[list[int]]]:
    universe = draw(st.sampled_from(UNIVERSES))
    values = st.sets(st.integers(0, universe - 1), min_size=1, max_size=min(universe, 60))
    full = st.just(set(range(min(universe, 300))))
    return universe, [sorted(each) for each in draw(st.lists(st.one_of(values, full), min_size=1, max_size=8))]


def arrays(sequences: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([len(each) for each in sequences]), np.array(
        [value for each in sequences for value in each], np.int64
    )


@given(ascending_sequences())
def test_ascending_integers_are_unpacked_as_they_were(drawn: tuple[int, list[list[int]]]) -> None:
    universe, sequences = drawn
    counts, values = arrays(sequences)
    sizes = packed_sizes(counts, universe)
    assert sizes.tolist() == [packed_size(len(each), universe) for each in sequences]
    starts = np.cumsum(sizes) - sizes
    out = np.zeros(int(sizes.sum()), np.uint8)
    bits = np.zeros(8 * len(out), bool)
    pack_into(out, bits, starts, counts, values, universe)
    add_bits(out, bits)
    assert [
        unpack(out[start:], len(each), universe).tolist() for start, each in zip(starts, sequences, strict=True)
    ] == sequences
    assert unpack_many(out, starts, counts, universe).tolist() == values.tolist()


@given(st.lists(st.lists(st.integers(1, 40), min_size=1, max_size=30), min_size=1, max_size=8))
def test_counts_are_unpacked_as_they_were(sequences: list[list[int]]) -> None:
    counts, values = arrays(sequences)
    sizes = np.array([(sum(each) + 7) // 8 for each in sequences])
    starts = np.cumsum(sizes) - sizes
    out = np.zeros(int(sizes.sum()), np.uint8)
    bits = np.zeros(8 * len(out), bool)
    pack_counts_into(bits, starts, counts, values)
    add_bits(out, bits)
    pieces = zip(starts, sizes, sequences, strict=True)
    assert [unpack_counts(out[start : start + size], len(each)).tolist() for start, size, each in pieces] == sequences
    assert unpack_many_counts(out, starts, sizes, counts).tolist() == values.tolist()


@given(st.integers(1, 100_000), st.integers(1, 1 << 40))
def test_no_other_number_of_low_bits_takes_much_less_space(count: int, universe: int) -> None:
    def bits(low: int) -> int:
        return count * (low + 1) + (universe >> low)

    chosen = bits(low_bits(count, universe))
    assert chosen <= min(map(bits, range(0, 29, 4))) + 64 * 4


@pytest.mark.parametrize("universe", [1000, 1 << 24])
def test_damaged_sequences_are_errors(universe: int) -> None:
    counts, values = np.array([3]), np.array([1, 500, 999])
    out = np.zeros(packed_size(3, universe), np.uint8)
    bits = np.zeros(8 * len(out), bool)
    pack_into(out, bits, np.array([0]), counts, values, universe)
    add_bits(out, bits)
    with pytest.raises(ValueError, match="damaged"):
        unpack(np.zeros_like(out), 3, universe)
    with pytest.raises(ValueError, match="damaged"):
        unpack_many(np.full_like(out, 255), np.array([0]), counts, universe)
    with pytest.raises(ValueError, match="damaged"):
        unpack_counts(np.zeros(2, np.uint8), 3)
