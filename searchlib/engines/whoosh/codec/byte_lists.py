"""Write lists of bytes one after the other, and read them again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from searchlib.engines.whoosh.format.integers import Integers

_SIZES = {1: "<u1", 2: "<u2", 4: "<u4"}
_ALIKE = 0


def pack_bytes(values: Sequence[bytes]) -> bytes:
    """The values as bytes; how many there are is not among them.

    ``width | lengths | values``: each length takes ``width`` bytes; with a width of 0 one length of four bytes is that of all.
    """
    lengths = [len(value) for value in values]
    longest = max(lengths, default=0)
    if longest == min(lengths, default=0):
        return bytes([_ALIKE]) + longest.to_bytes(4, "little") + b"".join(values)
    width = next(width for width in _SIZES if longest < 1 << (8 * width))
    return bytes([width]) + np.array(lengths, _SIZES[width]).tobytes() + b"".join(values)


def unpack_bytes(data: bytes, count: int) -> tuple[list[bytes], bytes]:
    """So many values, whose bytes begin ``data``, and the bytes that follow.

    Raises:
        ValueError: they are damaged.
    """
    lengths, begin = _lengths(data, count)
    ends = begin + np.cumsum(lengths)
    end = int(ends[-1]) if count else begin
    if end > len(data):
        raise ValueError("a list of bytes is damaged")
    bounds = zip((ends - lengths).tolist(), ends.tolist(), strict=True)
    return [data[first:last] for first, last in bounds], data[end:]


def _lengths(data: bytes, count: int) -> tuple[Integers, int]:
    """The lengths of the values, and where these begin."""
    width = data[0] if data else -1
    if width == _ALIKE:
        return np.full(count, int.from_bytes(data[1:5], "little")), 5
    end = 1 + count * width
    if width not in _SIZES or end > len(data):
        raise ValueError("a list of bytes is damaged")
    return np.frombuffer(data[1:end], _SIZES[width]).astype(np.int64), end
