"""Store the lengths of consecutive ranges, such as the posting lists of a field, in about one byte each."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.whoosh.format.arrays import Array, ArrayFile, ArrayWriter, CheckedArray
from searchlib.engines.whoosh.format.integers import Integers

_LARGE = 255
_GROUP = 64
"""The start of every 64th range is stored; other starts are sums of at most 64 lengths."""

_LENGTH_ARRAYS = ("small", "large_at", "large", "group_starts")


@dataclass(frozen=True, slots=True)
class Lengths:
    """The lengths of consecutive ranges.

    ``small`` uint8[ranges] holds each length, or 255 for a length of 255 and more. ``large_at`` uint32[m] are the numbers
    of these ranges, ``large`` uint64[m] their lengths. ``group_starts`` uint64 holds the start of every 64th range.
    """

    small: Array | CheckedArray
    large_at: NDArray[np.uint32]
    large: NDArray[np.uint64]
    group_starts: NDArray[np.uint64]

    @classmethod
    def of(cls, lengths: Integers) -> Lengths:
        """Return the compact form of lengths."""
        large_at = np.flatnonzero(lengths >= _LARGE)
        ends = np.cumsum(lengths)
        return cls(
            np.minimum(lengths, _LARGE).astype(np.uint8),
            large_at.astype(np.uint32),
            lengths[large_at].astype(np.uint64),
            np.concatenate(([0], ends[_GROUP - 1 :: _GROUP])).astype(np.uint64),
        )

    @classmethod
    def read(cls, file: ArrayFile, name: str) -> Lengths:
        """Read the lengths that ``write`` wrote under a name."""
        small, *others = (f"{name}.{array}" for array in _LENGTH_ARRAYS)
        return cls(file.slices(small), *map(file.array, others))

    def write(self, file: ArrayWriter, name: str) -> None:
        """Write the arrays into a file, under names that start with ``name``."""
        for array in _LENGTH_ARRAYS:
            file.write(f"{name}.{array}", np.asarray(getattr(self, array)))

    def __len__(self) -> int:
        return len(self.small)

    def bounds(self, number: int) -> tuple[int, int]:
        """Return the start and the end of a range."""
        group = number // _GROUP
        before = self.small[group * _GROUP : number + 1].tobytes()
        end = int(self.group_starts[group]) + sum(before)
        large = before.count(_LARGE)
        if not large:
            return end - before[-1], end
        first = bisect_left(self.large_at.data, group * _GROUP)
        lengths = self.large[first : first + large].tolist()
        end += sum(lengths) - large * _LARGE
        return end - (lengths[-1] if before[-1] == _LARGE else before[-1]), end

    def bounds_of(self, numbers: Integers) -> tuple[Integers, Integers]:
        """Return the start and the end of each of the ranges ``numbers``, int64[n] each, in a time that depends on n only."""
        groups = numbers // _GROUP
        members = groups[:, None] * _GROUP + np.arange(_GROUP)
        # Ranges after the last one of a group do not count, so any length may stand for those that do not exist.
        lengths = np.asarray(self.small).take(members, mode="clip").astype(np.int64)
        is_large = lengths == _LARGE
        lengths[is_large] = self.large.take(self.large_at.searchsorted(members[is_large]), mode="clip")
        own = lengths[np.arange(len(numbers)), numbers % _GROUP]
        ends = self.group_starts[groups].astype(np.int64) + (lengths * (members <= numbers[:, None])).sum(axis=1)
        return ends - own, ends

    def starts(self, first: int, end: int) -> Integers:
        """Return int64[end - first + 1]: the starts of the ranges ``first`` to ``end - 1``, and the end of the last one."""
        group = first // _GROUP
        lengths = self.slice(group * _GROUP, end)
        return (int(self.group_starts[group]) + np.cumsum(np.concatenate(([0], lengths))))[first - group * _GROUP :]

    def slice(self, first: int, end: int) -> Integers:
        """Return int64[end - first]: the lengths of the ranges ``first`` to ``end - 1``."""
        lengths = self.small[first:end].astype(np.int64)
        low, high = self.large_at.searchsorted(np.array([first, end], np.uint32)).tolist()
        lengths[self.large_at[low:high].astype(np.int64) - first] = self.large[low:high]
        return lengths

    @property
    def total(self) -> int:
        """The sum of all lengths."""
        return int(self.starts(len(self), len(self))[-1])

    def first_of_group_at(self, offsets: Sequence[float]) -> list[int]:
        """Return, for each offset, the first range of the group of 64 ranges that contains the offset."""
        groups = self.group_starts.searchsorted(np.array(offsets, np.uint64), "right") - 1
        return [min(int(group) * _GROUP, len(self) - 1) for group in groups]
