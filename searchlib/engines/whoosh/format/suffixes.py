"""Compare what terms have beyond their keys, many at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.whoosh.format.integers import Bytes, Integers, expand_ranges

_WORD = 8
_HEAD = _WORD - 1
_MORE = 255


def suffix_order(lengths: Integers, rests: Bytes) -> tuple[NDArray[np.uint64], Integers]:
    """Two numbers for each rest: uint64[n] and, to tell those with the same first apart, int64[n].

    In the order of both the rests ascend, and only equal rests have equal numbers. ``rests`` uint8[sum of lengths].
    """
    heads = np.zeros(len(lengths), np.uint64)
    tails = np.zeros(len(lengths), np.int64)
    held = np.flatnonzero(lengths)
    starts, sizes = (np.cumsum(lengths) - lengths)[held], lengths[held]
    # Seven bytes and the length, or a mark that there is more: of Han words only those of more than five characters.
    words = np.zeros((len(held), _WORD), np.uint8)
    for at in range(_HEAD):
        has = np.flatnonzero(sizes > at)
        words[has, at] = rests[starts[has] + at]
    words[:, _HEAD] = np.where(sizes > _HEAD, _MORE, sizes)
    heads[held] = words.view(">u8").ravel()
    longer = np.flatnonzero(sizes > _HEAD)
    ends = (starts + sizes)[longer].tolist()
    data = rests.tobytes() if len(longer) else b""
    texts = [data[start:end] for start, end in zip(starts[longer].tolist(), ends, strict=True)]
    ranks = {text: rank for rank, text in enumerate(sorted(set(texts)))}
    tails[held[longer]] = [ranks[text] for text in texts]
    return heads, tails


def suffixes_of(lengths: Integers, rests: Bytes, chosen: Integers) -> Bytes:
    """The rests of some of the terms, one after the other."""
    return rests[expand_ranges((np.cumsum(lengths) - lengths)[chosen], lengths[chosen])]
