"""Find the distinct ones among many short stretches of a text, all at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.codepoints import Codes

_SHORT = 8
"""Characters of ASCII that make one number: nearly all words and numbers between Han characters have no more."""

_ASCII = 0x80

Integers = NDArray[np.int64]


def distinct_stretches(text: str, codes: Codes, starts: Integers, ends: Integers) -> tuple[Integers, list[str]]:
    """The number of what stands at each ``text[start:end]``, int64[n], and the text of each number.

    ``codes`` are those of the characters of the text; no stretch is empty or holds a NUL.
    """
    keys, are_short = _keys(codes, starts, ends)
    short, others = np.flatnonzero(are_short), np.flatnonzero(~are_short)
    order = short[np.argsort(keys[short])]
    is_new = np.ones(len(order), bool)
    is_new[1:] = keys[order[1:]] != keys[order[:-1]]
    numbers = np.empty(len(starts), np.int64)
    numbers[order] = np.cumsum(is_new) - 1
    firsts = order[is_new]
    texts = _texts(text, starts[firsts], ends[firsts])
    given = _texts(text, starts[others], ends[others])
    known = {each: number for number, each in enumerate(dict.fromkeys(given), len(texts))}
    numbers[others] = np.fromiter(map(known.__getitem__, given), np.int64, len(given))
    return numbers, [*texts, *known]


def _keys(codes: Codes, starts: Integers, ends: Integers) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    """uint64[n] and bool[n]: the bytes of each stretch as one number, and whether it is one: short, and ASCII."""
    lengths = ends - starts
    keys = np.zeros(len(starts), np.uint64)
    highest = np.zeros(len(starts), np.uint32)
    for at in range(_SHORT):
        char = codes.take(starts + at, mode="clip") if len(codes) else highest
        char = np.where(lengths > at, char, np.uint32(0))
        np.maximum(highest, char, out=highest)
        keys |= char.astype(np.uint64) << np.uint64(8 * at)
    return keys, (lengths <= _SHORT) & (highest < _ASCII)


def _texts(text: str, starts: Integers, ends: Integers) -> list[str]:
    return [text[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
