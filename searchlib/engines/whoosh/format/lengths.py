"""Hold the lengths of many stretches of bytes in about one byte each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.whoosh.format.arrays import ArrayFile, ArrayWriter
from searchlib.engines.whoosh.format.integers import Integers

_LARGE = 255
_GROUP = 64
_ARRAYS = ("small", "large_at", "large", "sums")


@dataclass(frozen=True, slots=True)
class Lengths:
    """Lengths of stretches that follow one another.

    ``small`` uint8[n] holds each length below 255; of the others, ``large_at`` uint32[m] are the numbers, ``large``
    uint64[m] the lengths. ``sums`` uint64 says where every 64th stretch begins.
    """

    small: NDArray[np.uint8]
    large_at: NDArray[np.uint32]
    large: NDArray[np.uint64]
    sums: NDArray[np.uint64]

    @classmethod
    def of(cls, lengths: Integers) -> Lengths:
        """These lengths."""
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
        """The lengths that ``write`` wrote."""
        return cls(*(file.array(f"{name}.{each}") for each in _ARRAYS))

    def write(self, file: ArrayWriter, name: str) -> None:
        """Write the arrays into a file."""
        for each in _ARRAYS:
            file.write(f"{name}.{each}", getattr(self, each))

    def __len__(self) -> int:
        return len(self.small)

    def bounds(self, number: int) -> tuple[int, int]:
        """Where a stretch begins and ends."""
        group = number // _GROUP
        before = self.small[group * _GROUP : number + 1].tobytes()
        if _LARGE in before:
            starts = self.starts(number, number + 1)
            return int(starts[0]), int(starts[1])
        end = int(self.sums[group]) + sum(before)
        return end - before[-1], end

    def starts(self, first: int, end: int) -> Integers:
        """int64[end - first + 1]: where the stretches from the first to before the end begin, and where the last one ends."""
        group = first // _GROUP
        return (int(self.sums[group]) + np.cumsum(np.concatenate(([0], self.slice(group * _GROUP, end)))))[
            first - group * _GROUP :
        ]

    def slice(self, first: int, end: int) -> Integers:
        """int64[end - first]: the lengths from the first to before the end."""
        lengths = self.small[first:end].astype(np.int64)
        low, high = self.large_at.searchsorted(np.array([first, end], np.uint32)).tolist()
        lengths[self.large_at[low:high].astype(np.int64) - first] = self.large[low:high]
        return lengths

    @property
    def total(self) -> int:
        """The sum of all lengths."""
        return int(self.starts(len(self), len(self))[-1])

    def numbers_at(self, places: Sequence[float]) -> list[int]:
        """About which stretches hold these places: those that begin a group of 64."""
        groups = self.sums.searchsorted(np.array(places, np.uint64), "right") - 1
        return [min(int(group) * _GROUP, len(self) - 1) for group in groups]
